"""Pages with verdicts that nobody judged, for tests of what is written of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, repeat
from pathlib import Path

from gradcheck.documents.tex.pages import page, page_of
from gradcheck.documents.tex.reading import derivation_of
from gradcheck.judging.verification import Verifier
from gradcheck.reports.annotated.annotations import Annotated
from gradcheck.verdicts import Correction, Judgement, Search, StepReport, Text, Verdict

PAGES = Path(__file__).parent / "pages" / "development"
NOTES = [file for file in sorted(PAGES.iterdir()) if file.suffix != ".toml"]
FOUND = Search((Correction(Text("2 * x", "2·x", "2 x"), ("the factor 2",), Verdict.PROVED),))


def judged(step: StepReport, verdict: Verdict) -> StepReport:
    """A step with a verdict, and with a correction if it is wrong."""
    if step.judgement.verdict is not Verdict.UNDECIDED:
        return step
    message = f"f, step 1: {step.printed} is {verdict.value}\n2 is <too> *much*\nexact algebra: differs; repeat: that"
    evidence = {"exact": "proved", "exact_sizes": [{"n": 2}], "where": {"values": [], "kinks": []}}
    judgement = Judgement(verdict, message, evidence)
    return replace(step, judgement=judgement, search=FOUND if verdict.is_wrong else None)


def annotated_page(found, *verdicts: Verdict) -> Annotated:
    """A page whose steps have these verdicts, in the order of the page; then all are proved."""
    outline = Verifier(derivation_of(found, found.name), 1).outline
    said = chain(verdicts, repeat(Verdict.PROVED))
    claims = []
    for claim in outline.claims:
        steps = (
            judged(step, next(said) if step.judgement.verdict is Verdict.UNDECIDED else Verdict.PROVED)
            for step in claim.steps
        )
        claims.append(replace(claim, steps=tuple(steps)))
    return Annotated(found, replace(outline, claims=tuple(claims)))


def annotated(text: str, *verdicts: Verdict, name: str = "notes.md") -> Annotated:
    """The same of a page by its text."""
    return annotated_page(page(text, name), *verdicts)


def annotated_file(file: Path, *verdicts: Verdict) -> Annotated:
    """The same of a file."""
    return annotated_page(page_of(file), *verdicts)
