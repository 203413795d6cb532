"""The command line; what follows is printed below its help.

Examples:
  gradcheck                                   every derivation in the folder derivations
  gradcheck derivations/relu.py               one file
  gradcheck derivations/relu.py::two_layers   one derivation
  gradcheck --json - derivations              a report for programs, on standard output

marks, one for each step of a claim:
{marks}

exit codes:
  0    everything is as its module says: steps hold, marked mistakes are mistakes and their corrections are proved
  1    some step is not as its module says
  2    usage, or a module that cannot be read
  3    the oracles contradict each other: a mistake in gradcheck
  130  interrupted

A path that is called like a command is written with its folder: ./verify
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, TextIO

import gradcheck
from gradcheck.progress import Progress

if TYPE_CHECKING:
    from gradcheck.documents.files import Collection
    from gradcheck.reports.terminal import Printer
    from gradcheck.verdicts import DerivationReport, Verification

USAGE, INTERRUPTED, BROKEN_PIPE = 2, 130, 141
"""Exit codes that are not a report's: the last two are what shells give for SIGINT and SIGPIPE."""

DESCRIPTION = "Checks formulas that somebody derived by hand, such as gradients: proved, seen, or wrong, and where."


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        parser, commands = _parsers()
        if not words or words[0] not in (*commands, "-h", "--help", "--version"):
            words.insert(0, "verify")
        arguments = parser.parse_args(words)
        code: int = arguments.run(arguments)
        sys.stdout.flush()
        return code
    except SystemExit as end:  # argparse, after --help or an error of usage
        return end.code if isinstance(end.code, int) else USAGE
    except KeyboardInterrupt:
        print("gradcheck: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Nobody reads on. Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE


def _parsers() -> tuple[argparse.ArgumentParser, Sequence[str]]:
    """The parser, and the words that are commands."""
    from gradcheck.reports.terminal import MARKS, encodable

    marks = "\n".join(f"  {mark}  {meaning}" for mark, (_, meaning) in MARKS.items())
    guide = encodable(str(__doc__).partition("\n\n")[2].format(marks=marks), sys.stdout.encoding or "utf-8")
    style = {"formatter_class": argparse.RawDescriptionHelpFormatter, "epilog": guide}
    parser = argparse.ArgumentParser(
        "gradcheck",
        description=f"{DESCRIPTION}\n\nWithout a command, `gradcheck PATH` is `gradcheck verify PATH`.",
        usage="gradcheck [verify] [--json FILE] [--examples N] [PATH[::NAME] ...]",
        **style,  # type: ignore[arg-type]
    )
    parser.add_argument("--version", action="version", version=f"gradcheck {gradcheck.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True, prog="gradcheck")
    _add_verify(commands, style)
    _add_errata(commands)
    return parser, list(commands.choices)


def _add_verify(commands: argparse._SubParsersAction[argparse.ArgumentParser], style: dict[str, object]) -> None:
    command = commands.add_parser(
        "verify",
        help="verify derivation files or folders: --json FILE, --examples N; see gradcheck verify --help",
        description=DESCRIPTION,
        **style,  # type: ignore[arg-type]
    )
    command.add_argument("--json", metavar="FILE", help="write a report for programs; - is standard output")
    _add_what(command)
    command.set_defaults(run=_verify)


def _add_errata(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    command = commands.add_parser(
        "errata",
        help="write the marked mistakes as a Markdown page: --output FILE; see gradcheck errata --help",
        description="Writes the documents' mistakes, their corrections and the evidence as a Markdown page.",
        epilog="example: gradcheck errata --output derivations/ERRATA.md derivations",
    )
    command.add_argument("--output", metavar="FILE", default="-", help="the page (default: -, standard output)")
    _add_what(command)
    command.set_defaults(run=_errata)


def _add_what(command: argparse.ArgumentParser) -> None:
    """What is verified, and how thoroughly."""
    command.add_argument(
        "paths",
        nargs="*",
        metavar="PATH[::NAME]",
        default=["derivations"],
        help="a Python file with derivations, one derivation in it, or a folder of files (default: derivations)",
    )
    command.add_argument(
        "--examples",
        metavar="N",
        type=_at_least_one,
        help="how many draws of structure, sizes and points each step sees (default: 10)",
    )


def _at_least_one(text: str) -> int:
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"a whole number of at least 1 is needed, not {text!r}")
    return number


# ---- verify ------------------------------------------------------------------------------------------------------


def _verify(arguments: argparse.Namespace) -> int:
    from gradcheck.reports.terminal import Printer

    printer = None if arguments.json == "-" else Printer(sys.stdout)
    return _judged(arguments, arguments.json, "the report", printer, _write_json)


def _errata(arguments: argparse.Namespace) -> int:
    return _judged(arguments, arguments.output, "the page", None, _write_errata)


def _judged(
    arguments: argparse.Namespace,
    file: str | None,
    what: str,
    printer: Printer | None,
    write: Callable[[Verification, TextIO], None],
) -> int:
    """Verify what is asked for, and write what was found to a file, which is called `what` in messages."""
    from gradcheck.documents.files import UsageError, collect

    with ExitStack() as stack:
        out = stack.enter_context(_only_what_was_asked_for()) if file == "-" else None
        try:
            collection = collect(arguments.paths)
        except UsageError as error:
            return _refuse(_with_hint(str(error), arguments.paths))
        try:
            if file is not None and out is None:
                out = stack.enter_context(_writable(file))
        except OSError as error:
            return _refuse(f"cannot write {what} to {file!r}: {error.strerror or error}")
        report, interrupted = _watched(collection, arguments.examples, printer)
        if out is not None:
            write(report, out)
    return INTERRUPTED if interrupted else report.exit_code


def _writable(file: str) -> TextIO:
    """The file, opened before anything is verified, so that no old report can be taken for the new one."""
    if file.endswith(".py"):
        raise OSError("it is a Python file: the report's FILE comes before PATH")
    return open(file, "w", encoding="utf-8")


def _refuse(message: str) -> int:
    print(f"gradcheck: {message}", file=sys.stderr)
    return USAGE


def _with_hint(message: str, paths: Sequence[str]) -> str:
    if "verify" in paths and not os.path.exists("verify"):
        return f"{message}\nThe command comes first: gradcheck verify …"
    return message


@contextlib.contextmanager
def _only_what_was_asked_for() -> Iterator[TextIO]:
    """The true standard output, while everything that modules print goes to standard error."""
    out = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):
        yield out


def _write_json(report: Verification, out: TextIO) -> None:
    from gradcheck.reports.json import report_json

    data = report_json(report)
    text = json.dumps(data, indent=2, ensure_ascii=False, allow_nan=False)
    try:
        text.encode(out.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(data, indent=2, allow_nan=False)
    out.write(text + "\n")
    out.flush()


def _write_errata(report: Verification, page: TextIO) -> None:
    from gradcheck.reports.errata import errata_page

    page.write(errata_page(report))
    for problem in report.all_problems:
        print(problem, file=sys.stderr)
    if not report.ok:
        print("gradcheck: not everything is as the modules say; run gradcheck verify", file=sys.stderr)


def _watched(collection: Collection, examples: int | None, printer: Printer | None) -> tuple[Verification, bool]:
    """Verify, print each derivation as it is done and the rest at the end; what was judged before Ctrl-C counts."""
    from gradcheck.judging.parallel import verify_on_all_cores
    from gradcheck.judging.verification import DEFAULT_EXAMPLES
    from gradcheck.reports.terminal import closing_lines, derivation_lines
    from gradcheck.verdicts import Verification

    done: list[DerivationReport] = []
    with _Bar(len(collection.derivations)) as bar:

        def finished(derivation: DerivationReport) -> None:
            done.append(derivation)
            if printer is not None:
                with bar.hidden():
                    printer.print(derivation_lines(derivation))

        interrupted = False
        try:
            report = verify_on_all_cores(
                collection.derivations, collection.problems, examples or DEFAULT_EXAMPLES, bar.progress, finished
            )
        except KeyboardInterrupt:
            interrupted = True
            report = _interrupted(Verification(tuple(done), collection.problems), collection)
    if printer is not None:
        printer.print(closing_lines(report))
    return report, interrupted


def _interrupted(report: Verification, collection: Collection) -> Verification:
    """A report that says where it ends, and so is not OK."""
    from gradcheck.verdicts import Problem, relative

    judged = len(report.derivations)
    at = collection.derivations[min(judged, len(collection.derivations) - 1)]
    file = relative(at.file)
    what = f"interrupted in {at.name}: {judged} of {len(collection.derivations)} derivations were judged"
    stop = Problem(file, at.line, what, f"run it again; this one alone is {file}::{at.name}")
    return replace(report, problems=(*report.problems, stop))


# ---- progress ----------------------------------------------------------------------------------------------------


class _Bar(Progress):
    """How many of the derivations were begun, and how many steps of the one at hand are judged."""

    def __init__(self, derivations: int) -> None:
        super().__init__("reading")
        self.derivations, self.started = derivations, 0

    def progress(self, name: str, judged: int, steps: int) -> None:
        """Show that so many steps of the derivation of this name are judged."""
        self.started += judged == 1
        self.show(f"{self.started} of {self.derivations}: {name}, {judged} of {steps} steps", judged, steps)
