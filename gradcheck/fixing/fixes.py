"""Marks wrong steps in their files, each file as a whole, or shows how that would be."""

import ast
import contextlib
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from typing import NamedTuple

from gradcheck.fixing.copies import not_confirmed
from gradcheck.fixing.module import UNREADABLE, Module
from gradcheck.fixing.patches import Marked, Patch, Wrong, patch, said, wrong_steps
from gradcheck.fixing.places import NotLiteral
from gradcheck.limits import Limits
from gradcheck.reports.saving import replacing
from gradcheck.verdicts import Verification, relative


class Left(NamedTuple):
    """A step that is left to its author, and why. written: what its claim says in the place of the formula."""

    step: Wrong
    why: str
    written: str = ""


@dataclass(frozen=True)
class Fix:
    """What is to be written into a file: nothing, or a patch that marks some steps; the others are left.

    before: the file's content when its steps were judged.
    """

    file: Path
    before: bytes
    left: tuple[Left, ...]
    marked: tuple[Wrong, ...] = ()
    patch: Patch | None = None

    def diff(self) -> Iterator[str]:
        """The lines of a unified diff, with their endings."""
        if self.patch is None:
            return
        name = relative(self.file)
        old, new = (Module(content).lines for content in (self.before, self.patch.content))
        for line in unified_diff(old, new, f"a/{name}", f"b/{name}"):
            yield line if line.endswith(("\n", "\r")) else f"{line}\n\\ No newline at end of file\n"

    def line(self, step: Wrong, is_written: bool) -> int:
        """The line of a step's claim, in the file as it was or as it is written."""
        line = step.claim.line
        return self.patch.line(Module(self.before), line) if self.patch is not None and is_written else line

    def write(self) -> str:
        """Write the file, with its mode; why it was not written, empty if it was."""
        if self.patch is None:
            return "there is nothing to write"
        try:
            if self.file.read_bytes() != self.before:
                return "the file has changed since it was judged"
            if not os.access(self.file, os.W_OK):
                return "the file is read-only"
            with replacing(self.file) as new:
                new.write_bytes(self.patch.content)
        except OSError as error:
            return f"the file cannot be written: {error.strerror or error}"
        return ""


class Fixes:
    """What is to be written into files when they are judged: made before, so that it is seen whether they change."""

    def __init__(self, files: Iterable[Path], examples: int, limits: Limits) -> None:
        self.contents: dict[Path, bytes] = {}
        for file in files:
            with contextlib.suppress(OSError):  # whoever judges it says so
                self.contents[file] = file.read_bytes()
        self.examples, self.limits = examples, limits

    def of(self, report: Verification) -> Iterator[Fix]:
        """A fix for every file that has wrong steps whose corrections were found."""
        by_file: dict[Path, list[Wrong]] = {}
        for derivation in report.derivations:
            by_file.setdefault(Path(derivation.file).resolve(), []).extend(wrong_steps(derivation))
        return (self._fix(file, steps) for file, steps in by_file.items() if steps and file in self.contents)

    def _fix(self, file: Path, steps: Sequence[Wrong]) -> Fix:
        before = self.contents[file]
        try:
            module = Module(before)
        except UNREADABLE as error:
            return Fix(file, before, tuple(Left(step, f"the file cannot be parsed: {error}") for step in steps))
        marked, left = _placed(module, steps)
        while marked:
            wrong = tuple(one.wrong for one in marked)
            try:
                written = patch(module, marked)
                failed = not_confirmed(file.name, written.content, wrong, self.examples, self.limits)
            except (NotLiteral, RecursionError) as error:  # the latter of formulas that are too deep for syntax trees
                return Fix(file, before, (*left, *(Left(step, str(error)) for step in wrong)))
            if not failed:
                return Fix(file, before, left, wrong, written)
            left = (*left, Left(*failed[0]))  # what follows it may have failed with it
            marked = [one for one in marked if one.wrong != failed[0][0]]
        return Fix(file, before, left)


def _placed(module: Module, steps: Sequence[Wrong]) -> tuple[list[Marked], tuple[Left, ...]]:
    """The steps that stand literally in a module, each place marked in one way, and the others."""
    marked, left = [], []
    for step in steps:
        try:
            marked.append(Marked.of(module, step))
        except NotLiteral as error:
            left.append(Left(step, str(error), error.written))
        except RecursionError as error:
            left.append(Left(step, str(error)))
    ways: dict[ast.expr, set[tuple[str, str]]] = {}
    for one in marked:
        ways.setdefault(one.place.argument, set()).add((one.wrong.found.text.source, one.wrong.why))
    several = [one for one in marked if len(ways[one.place.argument]) > 1]
    left += [
        Left(one.wrong, "what its claim says stands for several, which are corrected otherwise") for one in several
    ]
    return [one for one in marked if one not in several], tuple(left)


# ---- words -------------------------------------------------------------------------------------------------------


def lines_of(fix: Fix, writes: bool) -> Iterator[str]:
    """What is said of a fix, which is written if it is to be: with the numbers of lines that the file then has."""
    file, left = relative(fix.file), list(fix.left)
    why_not = fix.write() if writes and fix.marked else ""
    is_written = writes and bool(fix.marked) and not why_not
    if is_written:
        yield f"{file}: written, {len(fix.marked)} marked as {'a misprint' if len(fix.marked) == 1 else 'misprints'}:"
        yield from (f"  {file}:{fix.line(step, is_written)}: {step.name}: {step.why}" for step in fix.marked)
    elif why_not:
        left += [Left(step, why_not) for step in fix.marked]
    for step, why, written in left:
        yield f"{file}:{fix.line(step, is_written)}: {step.name} is left to you, for {why}; write:"
        yield f"  {said(step, written)}"
