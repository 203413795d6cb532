"""`gradcheck explain`: all that is known of one step, which alone is judged."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from shlex import quote
from typing import TYPE_CHECKING, Any

from gradcheck.limits import SEARCH, Limits
from gradcheck.progress import Progress

if TYPE_CHECKING:
    from gradcheck.documents.arguments import InFile, UsageError
    from gradcheck.judging.one_by_one import OneByOne
    from gradcheck.verdicts import DerivationReport, Position

USAGE = 2
MOST = 10
"""How many steps are named to somebody who asked for one that is not there."""


def add_explain(commands: Any, add_effort: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add the command. add_effort: adds the options that say how thoroughly is judged."""
    command = commands.add_parser(
        "explain",
        help="print all that is known of one step: FILE::NAME::TARGET[INDEX]; see gradcheck explain --help",
        description="Judges one step and prints all that is known of it: place, formulas, verdict, what each oracle "
        "said and where,\nthe smallest counterexample, and the corrections that were found, for marked mistakes, too.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="The exit code is that of the step; see gradcheck --help. Steps are called as pytest calls them.\n\n"
        "example, which lists the steps of a derivation: gradcheck explain derivations/relu_sigmoid.py::layer_2",
    )
    command.add_argument("step", metavar="FILE::NAME::TARGET[INDEX]", help="the step; shells need quotes around it")
    add_effort(command)
    command.set_defaults(run=_explain)


def _explain(arguments: argparse.Namespace) -> int:
    from gradcheck.documents.arguments import UsageError
    from gradcheck.reports.terminal import visible

    try:
        return _explained(arguments)
    except UsageError as error:
        print(f"gradcheck: {visible(str(error))}", file=sys.stderr)
        return USAGE


def _explained(arguments: argparse.Namespace) -> int:
    """Judge the step and print what is known of it; the exit code.

    Raises:
        UsageError: no step is called so.
    """
    from gradcheck.documents.arguments import named
    from gradcheck.judging.one_by_one import OneByOne

    file, _, rest = arguments.step.partition("::")
    name, _, step = rest.partition("::")
    wanted = named([f"{file}::{name}" if rest else file])[0]
    limits = Limits(arguments.limit, arguments.memory, SEARCH, explains_marked=True, corrects_marked=True)
    with Progress("") as bar, OneByOne(arguments.examples, limits) as child:
        bar.show(f"explaining {step or name or file}", 0, 1)
        report = _judged(child, wanted, step)
    return _printed(report.asking(proof=arguments.require == "proved", reading=True))


def _judged(child: OneByOne, wanted: InFile, step: str) -> DerivationReport:
    """A report with nothing but the step, or with the problem that kept it from being judged."""
    from gradcheck.verdicts import DerivationReport, relative

    found = child.read(wanted.file, wanted.text)
    address = next((one for one in found.derivations if one.name == wanted.name), None)
    if address is None and found.problems:
        return DerivationReport(wanted.name or "", "", relative(wanted.file), (), found.problems)
    if address is None:
        raise _no_derivation(wanted, [one.name for one in found.derivations])
    outline = child.outline(address)
    if not outline.claims:
        return outline
    position = _position(outline, step)
    said = child.judged(address, position, outline)
    return replace(outline, problems=()).judged({position: said})


def _printed(report: DerivationReport) -> int:
    """Print what is known of the one step of a report, and its problems; the exit code."""
    from gradcheck.reports.explanation import explanation_lines
    from gradcheck.reports.terminal import Printer, visible
    from gradcheck.verdicts import Verification

    for claim in report.claims:
        Printer(sys.stdout).print(explanation_lines(report, claim, claim.steps[0]))
    for problem in report.problems:
        print(visible(str(problem)), file=sys.stderr)
    return Verification((report,)).exit_code


# ---- which step --------------------------------------------------------------------------------------------------


def _no_derivation(wanted: InFile, names: Sequence[str]) -> UsageError:
    from gradcheck.documents.arguments import UsageError, no_such_name
    from gradcheck.verdicts import relative

    if wanted.name:
        return no_such_name(wanted, names)
    words = "which step is meant? FILE::NAME lists those of a derivation:"
    return UsageError("\n  ".join([words, *(_command(f"{relative(wanted.file)}::{name}") for name in names)]))


def _position(outline: DerivationReport, step: str) -> Position:
    """Where the step of this name stands.

    Raises:
        UsageError: there is none; it lists those that there are, the closest ones first.
    """
    from gradcheck.documents.arguments import UsageError

    above, known = f"{outline.file}::{outline.name}", outline.named
    if step in known:
        return known[step]
    if not step:
        words, shown = f"which step of {above} is meant?", list(known)
    else:
        words = f"no step {step!r} in {above}; there is, the closest first:"
        shown = sorted(known, key=lambda name: -SequenceMatcher(None, name, step).ratio())[:MOST]
    more = len(known) - len(shown)
    rest = [f"and {more} more, which {_command(above)} lists"] if more else []
    problems = [f"and {problem}" for problem in outline.problems]  # the step may stand behind one
    raise UsageError("\n  ".join([words, *(_command(f"{above}::{name}") for name in shown), *rest, *problems]))


def _command(step: str) -> str:
    """What to type, quoted for shells."""
    return f"gradcheck explain {quote(step)}"
