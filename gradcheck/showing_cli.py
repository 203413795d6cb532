"""`gradcheck show`: the cost of a derivation and its gradients as code to take away."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

USAGE = 2

EPILOG = """\
The function takes the arrays that the cost is made of, of any sizes, and returns the cost and its gradient by each
parameter. They come from reverse mode, not from the formulas of the derivation, and are right where those are wrong.
An abstract activation g and its derivative are arguments g and g_prime, unless --set g=tanh names one; of a loss L of
two numbers L_1 is the derivative by the first.

example: gradcheck show derivations/relu_sigmoid.py::layer_1 --code > layer_1.py
"""


def add_show(commands: Any) -> None:
    """Add the command."""
    command = commands.add_parser(
        "show",
        help="print code to take away: --code, --set NAME=VALUE; see gradcheck show --help",
        description="Prints a derivation's cost and its gradients, forward and backward, as a function of plain NumPy.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=EPILOG,
    )
    command.add_argument("path", metavar="FILE[::NAME]", help="a file of derivations, or one derivation in it")
    command.add_argument("--code", action="store_true", help="print the function, which needs NumPy alone")
    command.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="an argument of the derivation, as depth=3 or g=tanh; may be repeated",
    )
    command.set_defaults(run=_show)


def _show(arguments: argparse.Namespace) -> int:
    from gradcheck.reports.terminal import encodable, visible

    try:
        text = _text(arguments)
    except (OSError, ValueError, TypeError) as error:
        print(f"gradcheck: {visible(str(error))}", file=sys.stderr)
        return USAGE
    print(encodable(visible(text), sys.stdout.encoding or "utf-8"), end="")
    return 0


def _text(arguments: argparse.Namespace) -> str:
    from gradcheck.network.code import code
    from gradcheck.network.problems import derivations_of, problem_of
    from gradcheck.settings import settings
    from gradcheck.verdicts import relative

    if not arguments.code:
        raise ValueError(f"what of {arguments.path} is to be shown? Write gradcheck show {arguments.path} --code")
    derivations = derivations_of(arguments.path)
    files = list(dict.fromkeys(derivation.file for derivation in derivations))
    if len(files) > 1:
        raise ValueError(f"{arguments.path} holds {len(files)} files: name one of them, such as {relative(files[0])}")
    problem = problem_of(derivations, settings(arguments.set))
    return code(problem, derivations[0].name if len(derivations) == 1 else Path(files[0]).stem, files[0])
