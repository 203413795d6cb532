"""`gradcheck train`: gradient descent that is driven by the formulas of a derivation."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from gradcheck.limits import Limits
from gradcheck.progress import Progress

if TYPE_CHECKING:
    from gradcheck.documents.derivations import Derivation
    from gradcheck.network.training import Training

USAGE = 2

DESCRIPTION = """\
Trains a derivation's cost by gradient descent: with the engine's gradients, and with the formulas
that are claimed for them, as corrected and as printed. It proves nothing: it shows what a mistake does.
"""

EPILOG = """\
exit codes:
  0    the formulas, as corrected where they are marked as wrong, are the engine's gradients to rounding, all the way
  1    they do not
  2    usage, data that do not fit, a descent that ends early, or parameters that do not move
  130  interrupted: what was reached is printed

example: gradcheck train derivations/relu_sigmoid.py --data breast_cancer --set n1=5 --steps 500
"""


def add_train(
    commands: Any,
    whole: Callable[[str], int],
    positive: Callable[[str], float],
    add_limits: Callable[[argparse.ArgumentParser], None],
) -> None:
    """Add the command.

    whole, positive: readers of numbers of at least 1, and of numbers above 0. add_limits: adds the options that say
    what reading may take.
    """
    command = commands.add_parser(
        "train",
        help="train with a derivation's formulas: --data FILE, --set NAME=VALUE, --steps N; see gradcheck train --help",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog=EPILOG,
    )
    command.add_argument("path", metavar="FILE[::NAME]", help="a file of derivations, or one derivation in it")
    command.add_argument(
        "--data",
        metavar="DATA",
        help="FILE.npz with arrays called as the inputs, FILE.csv with an example a line and its label last, "
        "breast_cancer or digits (default: synthetic ones)",
    )
    command.add_argument(
        "--set",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="an argument of the derivation, as depth=3 or g=tanh, or a size, as n1=5; may be repeated",
    )
    command.add_argument("--steps", metavar="N", type=whole, default=200, help="how many steps (default: 200)")
    command.add_argument("--rate", metavar="R", type=positive, default=0.5, help="the learning rate (default: 0.5)")
    command.add_argument("--seed", metavar="N", type=int, default=0, help="of data and start (default: 0)")
    command.add_argument(
        "--plot", metavar="FILE", help="draw the curves into FILE.png or FILE.svg, too (pip install 'gradcheck[plot]')"
    )
    add_limits(command)
    command.set_defaults(run=_train)


def _train(arguments: argparse.Namespace) -> int:
    from gradcheck.network import plots
    from gradcheck.network.account import account, curves_of, reached
    from gradcheck.network.training import Interrupted

    try:
        if arguments.plot is not None:
            plots.check(arguments.plot)
        _try(arguments)
        training, said = _trained(arguments)
    except Interrupted as end:
        _print(reached(end))
        raise
    except (OSError, ValueError, TypeError, ModuleNotFoundError) as error:
        return _refused(error)
    _print(account(training, said))
    if arguments.plot is not None:
        try:
            plots.plot(arguments.plot, f"{training.problem.name} of {arguments.path}", curves_of(training))
        except OSError as error:
            return _refused(error)
    if training.engine.diverged or training.unmoved:
        return USAGE
    return 0 if training.follows else 1


def _refused(error: Exception) -> int:
    from gradcheck.reports.terminal import visible

    print(f"gradcheck: {visible(str(error))}", file=sys.stderr)
    return USAGE


def _print(lines: Iterable[str]) -> None:
    from gradcheck.reports.terminal import encodable, visible

    for line in lines:
        print(encodable(visible(line), sys.stdout.encoding or "utf-8"))
    sys.stdout.flush()


def _try(arguments: argparse.Namespace) -> None:
    """Read once in a child process, so that nothing is read here that comes to no end. Raises ValueError."""
    from gradcheck.judging.bounded import bounded

    path, limits = arguments.path, Limits(arguments.limit, arguments.memory)
    with Progress(f"reading {path}"):
        bounded(limits, " with ".join([path, *arguments.set]), _read, path, arguments.set)


def _read(path: str, set_to: Sequence[str]) -> None:
    """Read what is trained. Raises OSError, ValueError or TypeError."""
    from gradcheck.network.problems import derivations_of, problem_of

    derivations = derivations_of(path)
    problem_of(derivations, _structure(derivations, set_to)[0])


def _structure(derivations: Sequence[Derivation], set_to: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is set: arguments of the derivations, and sizes. Raises ValueError."""
    from gradcheck.settings import settings

    names = {name for derivation in derivations for name in derivation.structure}
    values = settings(set_to)
    structure = {name: value for name, value in values.items() if name in names}
    return structure, {name: value for name, value in values.items() if name not in names}


def _trained(arguments: argparse.Namespace) -> tuple[Training, str]:
    from gradcheck.network.problems import derivations_of, problem_of
    from gradcheck.network.tables import read_data
    from gradcheck.network.training import train

    derivations = derivations_of(arguments.path)
    structure, sizes = _structure(derivations, arguments.set)
    data, said = None, f"synthetic, seed {arguments.seed}"
    if arguments.data is not None:
        data, said = read_data(problem_of(derivations, structure), arguments.data)
    training = train(
        derivations,
        data,
        seed=arguments.seed,
        steps=arguments.steps,
        rate=arguments.rate,
        structure=structure,
        sizes=sizes,
    )
    return training, said
