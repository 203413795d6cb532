"""A page as a derivation: the module that was read from it is run, and its claims know their places in the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gradcheck.documents.derivations import Derivation
from gradcheck.documents.tex.modules import module, name_of
from gradcheck.documents.tex.notes import NotedClaim, NotedStep, Notes, read
from gradcheck.documents.tex.pages import Page, page_of
from gradcheck.verdicts import ClaimReport, Judgement, StepReport, Text, Verdict

VERDICTS: Mapping[str, Verdict] = {"definition": Verdict.DEFINITION, "unread": Verdict.NOT_READ}
"""What is said of a step that is not judged."""


@dataclass(frozen=True)
class PageDerivation:
    """A derivation that was read from a page, and where its claims stand there.

    claims: those of the page, by their lines in the module.
    """

    notes: Notes
    text: str
    claims: Mapping[int, NotedClaim]

    def placed(self, reports: Sequence[ClaimReport]) -> list[tuple[ClaimReport, int | None]]:
        """The claims with their places in the page, each with its number, and what is not judged, with None.

        In the order of the page.
        """
        found: list[tuple[ClaimReport, int | None]] = []
        for number, report in enumerate(reports):
            noted = self.claims[report.line]
            steps = tuple(map(_placed, report.steps, noted.steps))
            found.append((replace(report, line=noted.line, steps=steps), number))
        found += [(_remark(step), None) for step in self.notes.others if step.kind in VERDICTS]
        return sorted(found, key=lambda pair: pair[0].steps[0].span or (0, 0))


def _placed(report: StepReport, noted: NotedStep) -> StepReport:
    read_as, tex, notes = noted.read_as, noted.tex, noted.notes
    found = replace(report, source_line=noted.line, read_as=read_as, tex=tex, notes=notes)
    return replace(found, span=noted.place, relation=noted.relation)


def _remark(step: NotedStep) -> ClaimReport:
    """What is said of a definition, and of what was not read."""
    verdict = VERDICTS[step.kind]
    text = Text(step.tex, step.tex, step.tex)
    report = StepReport(
        0,
        "step",
        step.tex,
        Judgement(verdict, step.why and f"not read: {step.why}"),
        printed_text=text,
        source_line=step.line,
        span=step.place,
        relation=step.relation,
        read_as=step.read_as or None,
        unread=step.why or None,
        tex=step.tex,
    )
    left = Text(step.left, step.left, step.left)
    return ClaimReport(step.left, "", step.line, (report,), target_text=left)


def derivations(file: Path) -> Iterator[Derivation]:
    """The derivation of a page, of which nothing is executed but the module that was read from it.

    Raises OSError and ValueError for what is no page.
    """
    yield derivation_of(page_of(file), str(file))


def derivation_of(page: Page, file: str) -> Derivation:
    """The same of a page that is at hand."""
    notes = read(page)
    text, places = module(notes)
    variables: dict[str, object] = {"__name__": "gradcheck_notes"}
    exec(compile(text, file, "exec"), variables)
    derivation = variables[name_of(notes)]
    assert isinstance(derivation, Derivation)
    return replace(derivation, page=PageDerivation(notes, text, places))
