"""`gradcheck show`: the cost of a derivation and its gradients as code to take away."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gradcheck.limits import Limits
from gradcheck.progress import Progress

USAGE = 2

EPILOG = """\
The function takes the arrays that the cost is made of, of any sizes, and returns the cost and its gradient by each
parameter. They come from reverse mode, not from the formulas of the derivation, and are right where those are wrong.
An abstract activation g and its derivative are arguments g and g_prime, unless --set g=tanh names one; of a loss L of
two numbers L_1 is the derivative by the first.

example: gradcheck show derivations/relu_sigmoid.py::layer_1 --code > layer_1.py
"""


def add_show(commands: Any, add_limits: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add the command. add_limits: adds the options that say what reading may take."""
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
    add_limits(command)
    command.set_defaults(run=_show)


def _show(arguments: argparse.Namespace) -> int:
    from gradcheck.judging.bounded import bounded
    from gradcheck.reports.terminal import encodable, visible

    path, limits = arguments.path, Limits(arguments.limit, arguments.memory)
    try:
        if not arguments.code:
            raise ValueError(f"what of {path} is to be shown? Write gradcheck show {path} --code")
        with Progress(f"reading {path}"):
            text = bounded(limits, " with ".join([path, *arguments.set]), _text, path, arguments.set)
    except ValueError as error:
        print(f"gradcheck: {visible(str(error))}", file=sys.stderr)
        return USAGE
    print(encodable(visible(text), sys.stdout.encoding or "utf-8"), end="")
    return 0


def _text(path: str, set_to: Sequence[str]) -> str:
    """The code. Raises OSError, ValueError or TypeError."""
    from gradcheck.network.code import code
    from gradcheck.network.problems import derivations_of, problem_of
    from gradcheck.settings import settings
    from gradcheck.verdicts import relative

    derivations = derivations_of(path)
    files = list(dict.fromkeys(derivation.file for derivation in derivations))
    if len(files) > 1:
        raise ValueError(f"{path} holds {len(files)} files: name one of them, such as {relative(files[0])}")
    problem = problem_of(derivations, settings(set_to))
    return code(problem, derivations[0].name if len(derivations) == 1 else Path(files[0]).stem, files[0])
