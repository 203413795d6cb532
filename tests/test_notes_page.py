"""The page on notes is one itself: what it shows is what gradcheck says of it."""

from __future__ import annotations

from pathlib import Path

from gradcheck.documents.tex.pages import page_of
from gradcheck.documents.tex.reading import derivation_of
from gradcheck.judging.verification import verify_derivation
from gradcheck.limits import Limits
from gradcheck.verdicts import Verdict

FILE = Path(__file__).parents[1] / "docs" / "notes.md"


def test_everything_on_the_page_is_proved_but_the_line_that_says_so():
    report = verify_derivation(derivation_of(page_of(FILE), str(FILE)), 3, limits=Limits(60, 8, 10.0))
    assert not report.problems
    verdicts = [step.judgement.verdict for step in report.steps]
    assert set(verdicts) == {Verdict.PROVED, Verdict.DEFINITION, Verdict.REFUTED}
    (wrong,) = [step for step in report.steps if step.judgement.verdict is Verdict.REFUTED]
    line = FILE.read_text(encoding="utf-8").splitlines()[(wrong.source_line or 0) - 3]
    assert line == "This one is wrong, and the annotated page says what is right:"
    assert wrong.correction_found is not None
    assert verdicts.count(Verdict.PROVED) == 12
