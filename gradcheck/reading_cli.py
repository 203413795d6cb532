"""`gradcheck read`: the derivation module that was read from a page of notes, to be kept and verified."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any

from gradcheck.limits import Limits
from gradcheck.progress import Progress

if TYPE_CHECKING:
    from gradcheck.verdicts import PageReport

USAGE = 2


def add_read(commands: Any, add_limits: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add the command. add_limits: adds the options that say what reading may take."""
    command = commands.add_parser(
        "read",
        help="print the derivation module of a page of notes: --output FILE.py; see gradcheck read --help",
        description="Reads a page of notes (.md, .tex, .ipynb; - for standard input) and prints it as a module of "
        "derivations, in\nwhich every claim names its line of the page, and comments what is not read. Verifying the "
        "module gives the same\nverdicts. Nothing is judged, and nothing of the page is run.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="The exit code is 2 where nothing of the page could be judged.\n\n"
        "example: gradcheck read notes.md --output derivations/notes.py",
    )
    command.add_argument("page", metavar="PAGE", help="the page")
    command.add_argument("--output", metavar="FILE.py", help="write the module there (default: standard output)")
    add_limits(command)
    command.set_defaults(run=_read)


def _read(arguments: argparse.Namespace) -> int:
    from gradcheck.reports.terminal import encodable, visible

    try:
        text, report, problem = _module(arguments)
        if arguments.output:
            _write(arguments.output, text)
        else:
            print(encodable(text, sys.stdout.encoding or "utf-8"), end="")
    except ValueError as error:
        print(f"gradcheck: {visible(str(error))}", file=sys.stderr)
        return USAGE
    verify = f"; verify it: gradcheck verify {quote(arguments.output)}" if arguments.output else ""
    print(visible(f"read {report.read} of {report.steps} steps{verify}"), file=sys.stderr)
    for line in (*report.remarks, *report.headers, *([problem] if problem else [])):
        print(visible(line), file=sys.stderr)
    return USAGE if problem else 0


def _module(arguments: argparse.Namespace) -> tuple[str, PageReport, str]:
    """The module, what is said of the page, and why nothing of it could be judged. Raises ValueError."""
    from gradcheck.documents.arguments import UsageError, is_page, named
    from gradcheck.documents.tex.reading import written
    from gradcheck.judging.bounded import bounded

    wanted = named([arguments.page])[0]
    if not is_page(wanted.file) or wanted.name or Path(arguments.page).is_dir():
        raise UsageError(
            f"{arguments.page} is no page of notes: give one .md, .tex or .ipynb file, or - for standard input"
        )
    if arguments.output and not arguments.output.endswith(".py"):
        raise UsageError(f"--output {arguments.output}: a module ends in .py")
    limits = Limits(arguments.limit, arguments.memory)
    with Progress(f"reading {arguments.page}"):
        return bounded(limits, arguments.page, written, wanted.file, wanted.text)


def _write(file: str, text: str) -> None:
    """Raises ValueError."""
    from gradcheck.reports.saving import replacing

    try:
        with replacing(Path(file)) as new:
            new.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ValueError(f"cannot write the module to {file!r}: {error.strerror or error}") from None
