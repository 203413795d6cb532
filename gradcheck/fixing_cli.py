"""`gradcheck verify --diff` and `--fix`: corrections that were found are shown as changes of files, or written."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

from gradcheck.limits import Limits
from gradcheck.progress import Progress

if TYPE_CHECKING:
    from gradcheck.documents.arguments import InFile
    from gradcheck.verdicts import Verification


def add_fixing(command: argparse.ArgumentParser) -> None:
    """Add the options."""
    command.add_argument(
        "--diff", action="store_true", help="show how corrections that were found would be marked in the modules"
    )
    command.add_argument(
        "--fix",
        action="store_true",
        help="write them: misprint(printed, corrected, why) where a wrong step stands in a claim; same exit code",
    )


class Fixing:
    """What is shown or written when everything is judged. Made before that, so that changes of files are seen.

    Raises:
        UsageError: corrections are to be marked in a page of notes.
    """

    def __init__(self, arguments: argparse.Namespace, wanted: Sequence[InFile], out: TextIO) -> None:
        self.shows, self.writes, self.out = arguments.diff, arguments.fix, out
        if self.shows or self.writes:
            from gradcheck.documents.arguments import UsageError, is_page
            from gradcheck.fixing.fixes import Fixes

            if page := next((of.file.name for of in wanted if is_page(of.file)), ""):
                cure = "gradcheck read writes the module of a page, in which they can be marked"
                raise UsageError(f"--fix and --diff mark corrections in modules, and {page} is a page of notes: {cure}")
            limits = Limits(arguments.limit, arguments.memory)
            self.fixes = Fixes(dict.fromkeys(of.file for of in wanted), arguments.examples, limits)

    def follow(self, report: Verification) -> None:
        """Show or write what was found."""
        if not (self.shows or self.writes):
            return
        from gradcheck.fixing.fixes import lines_of

        if any(step.is_harness_error for step in report.steps):
            self._print("nothing is written: the oracles contradict each other\n")
            return
        with Progress("") as bar:
            bar.show("judging a copy with the corrections", 0, 1)
            fixes = list(self.fixes.of(report))
        for fix in fixes:
            for line in fix.diff() if self.shows else ():
                self._print(line)
            for line in lines_of(fix, self.writes):
                self._print(f"{line}\n")
        if not fixes:
            self._print("no correction was found that is not in its module\n")
        self.out.flush()

    def _print(self, line: str) -> None:
        """Print a line with its own ending and its tabs: a diff can be applied."""
        from gradcheck.reports.terminal import encodable, visible

        text = line.rstrip("\r\n")
        shown = "\t".join(map(visible, text.split("\t"))) + line[len(text) :]
        self.out.write(encodable(shown, self.out.encoding or "utf-8"))
