"""A page as a derivation: the module that was read from it is run, and its claims know their places in the page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gradcheck.documents.derivations import Derivation
from gradcheck.documents.tex.admitted import admitted
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.headers import headers, remarks
from gradcheck.documents.tex.modules import IMPORTED, KNOWN, module, name_of
from gradcheck.documents.tex.noted import NotedClaim, NotedStep, Notes
from gradcheck.documents.tex.notes import read
from gradcheck.documents.tex.pages import Page, page_of
from gradcheck.documents.tex.parser import parsed
from gradcheck.documents.tex.scripts import described, keys
from gradcheck.documents.tex.symbols import python_name
from gradcheck.documents.tex.tree import solid
from gradcheck.documents.tex.tried import tried
from gradcheck.verdicts import ClaimReport, Judgement, PageReport, Problem, StepReport, Text, Verdict, relative

VERDICTS: Mapping[str, Verdict] = {"definition": Verdict.DEFINITION, "unread": Verdict.NOT_READ}
"""What is said of a step that is not judged."""


NOTHING = "declare its symbols and state what is to be judged, as $\\nabla_x x^\\top A x = (A + A^\\top) x$"


@dataclass(frozen=True)
class PageDerivation:
    """A derivation that was read from a page, and where its claims stand there.

    file: the page's. text: the module that was read. claims: those of the page, by their lines in the module.
    """

    notes: Notes
    file: str
    text: str
    claims: Mapping[int, NotedClaim]

    @property
    def report(self) -> PageReport:
        """What is said of the page as a whole."""
        steps = list(self.notes.steps)
        read = sum(step.kind != "unread" for step in steps)
        return PageReport(len(steps), read, tuple(self.notes.inputs), remarks(self.notes), headers(self.notes))

    def placed(self, reports: Sequence[ClaimReport]) -> list[tuple[ClaimReport, int | None]]:
        """The claims with their places in the page, each with its number, and what is not judged, with None.

        In the order of the page.
        """
        found: list[tuple[ClaimReport, int | None]] = []
        for number, report in enumerate(reports):
            noted = self.claims[report.line]
            steps = tuple(map(_placed, report.steps, noted.steps))
            found.append((replace(report, line=noted.line, steps=steps), number))
        defined = _defined(self.notes)
        found += [(_remark(step, defined), None) for step in self.notes.others if step.kind in VERDICTS]
        return sorted(found, key=lambda pair: pair[0].steps[0].span or (0, 0))

    def problems(self, found: Sequence[Problem]) -> Sequence[Problem]:
        """Problems of the module as those of the page; one if there is nothing in it to judge."""
        if self.notes.claims:
            return [self._in_page(problem) for problem in found]
        unread = sum(step.kind == "unread" for step in self.notes.steps)
        said = f"none of its {unread} steps is read" if unread else "no formula of it claims anything"
        if unread == 1:
            said = "its only step is not read"
        return [Problem(relative(self.file), 0, f"nothing of it could be judged: {said}", NOTHING)]

    def _in_page(self, problem: Problem) -> Problem:
        if noted := self.claims.get(problem.line):
            return replace(problem, line=noted.line)
        lines = self.text.splitlines()[problem.line - 1 : problem.line] if problem.line else []
        read_as = f" (in what was read as {lines[0].strip()})" if lines else ""
        return replace(problem, line=0, what=problem.what + read_as)


def _defined(notes: Notes) -> Mapping[str, str]:
    """What its symbols are defined as, in Python, by their names there."""
    parts = (line.partition(" = ") for line in notes.definitions)
    return {name: source for name, _, source in parts}


def _placed(report: StepReport, noted: NotedStep) -> StepReport:
    return replace(
        report,
        span=(noted.place.start, noted.place.stop),
        relation=(noted.relation.start, noted.relation.stop),
        source_line=noted.line,
        read_as=noted.read_as,
        tex=noted.tex,
        notes=noted.notes,
        doubt=noted.doubt,
    )


def _remark(step: NotedStep, defined: Mapping[str, str]) -> ClaimReport:
    """What is said of a definition, and of what was not read. defined: what symbols are, by their names in Python."""
    verdict = VERDICTS[step.kind]
    read_as = step.read_as or (_read_as(step, defined) if verdict is Verdict.DEFINITION else "")
    text = Text(step.tex, step.tex, step.tex)
    report = StepReport(
        0,
        "step",
        step.tex,
        Judgement(verdict, step.why and f"not read: {step.why}"),
        printed_text=text,
        source_line=step.line,
        span=(step.place.start, step.place.stop),
        relation=(step.relation.start, step.relation.stop),
        read_as=read_as or None,
        unread=step.why or None,
        tex=step.tex,
    )
    left = Text(step.left, step.left, step.left)
    return ClaimReport(step.left, "", step.line, (report,), target_text=left)


def _read_as(step: NotedStep, defined: Mapping[str, str]) -> str:
    """As what a definition was read: what its symbol is in the module; "" where that is not clear."""
    try:
        head = next((one for node in solid(parsed(step.left)) if (one := described(node)) is not None), None)
    except (Unread, RecursionError):
        return ""
    for key, _, _ in keys(head, {}, {}) if head is not None else ():
        called = re.compile(rf"{re.escape(python_name(key))}(?:_\d*)?")
        found = [source for name, source in defined.items() if called.fullmatch(name)]
        if found:
            return found[0] if len(found) == 1 else ""  # another one has been given the same letter
    return ""


def notes_of(page: Page) -> Notes:
    """What was read of a page and may be run. Raises ValueError where it is too deep to be read at all."""
    try:
        return tried(admitted(read(page), KNOWN), IMPORTED)
    except RecursionError:
        raise ValueError("brackets stand in each other too deep") from None


def written(file: Path, text: str | None = None) -> tuple[str, PageReport, str]:
    """The module of a page, what is said of the page, and why nothing of it could be judged, if so.

    text: of a page that is at hand. Raises OSError and ValueError for what is no page.
    """
    notes = notes_of(page_of(file, text))
    module_text, places = module(notes)
    read_page = PageDerivation(notes, str(file), module_text, places)
    return module_text, read_page.report, "; ".join(one.what for one in read_page.problems([]))


def derivation_of(page: Page, file: str) -> Derivation:
    """The derivation of a page, of which nothing is executed but the module that was read from it."""
    notes = notes_of(page)
    text, places = module(notes)
    variables: dict[str, object] = {"__name__": "gradcheck_notes"}
    exec(compile(text, file, "exec"), variables)
    derivation = variables[name_of(notes)]
    assert isinstance(derivation, Derivation)
    return replace(derivation, line=0, page=PageDerivation(notes, file, text, places))
