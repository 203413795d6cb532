"""A why may be left out of a misprint where the diagnosis proves a cause; else it is asked for."""

import pytest

from gradcheck import claim, derivation, dims, gradient, misprint, real, verify
from gradcheck.documents.errors import DerivationError
from gradcheck.judging.verification import verify_derivation
from gradcheck.limits import Limits
from gradcheck.notation import exp, sin
from gradcheck.verdicts import Mistake, Verdict, Verification

n, m = dims("n m")
A, B, x = real("A", n, m), real("B", n, n), real("x", n)
COST = (A * A).sum() / m
GUARDED = (sin(x) * exp(x)).sum()


def notes(step, target=None):
    @derivation(source="notes.txt")
    def notes():
        cost = COST
        yield claim(gradient(cost, A) if target is None else target, step)

    return notes


def verified(step, **options):
    return verify_derivation(notes(step), 4, **options)


@pytest.fixture
def unexplained():
    """A misprint of which numbers see the wrong entries, and nothing else is known."""
    return misprint(2 * A / m * (1 + sin(A)) * exp(A[0, 0] * A), 2 * A / m)


def test_a_proved_cause_stands_for_the_why():
    report = verified(misprint(2 * A, 2 * A / m))
    (step,) = report.steps
    assert step.ok
    assert step.why == "it is m × the gradient"
    assert step.mistakes == (Mistake(step.why, "misprint"),)
    assert Verification((report,)).exit_code == 0


def test_where_no_cause_is_proved_a_why_is_asked_for(unexplained):
    report = verified(unexplained)
    (problem,) = report.problems
    assert not list(report.steps)
    assert problem.what.startswith("∂cost/∂A, step 1: misprint(2 * A / m * ")
    assert problem.what.endswith("…) has no why, and no cause of it is proved")
    assert problem.cure == 'say what is wrong: misprint(printed, corrected, "…")'
    assert problem.line > 0
    assert problem.file.endswith("test_whys.py")
    assert Verification((report,)).exit_code == 2


def test_what_only_numbers_have_seen_is_no_why(monkeypatch):
    from gradcheck.judging.oracles import Place

    monkeypatch.setattr(Place, "prime", None)
    report = verified(misprint(2 * A, 2 * A / m))
    assert len(report.problems) == 1


def test_a_why_that_is_given_stays(unexplained):
    (step,) = verified(misprint(2 * A, 2 * A / m, "1/m is lost")).steps
    assert step.why == "1/m is lost"
    assert "diagnosis" not in step.judgement.evidence
    assert verified(misprint(*unexplained.forms, "who knows")).ok


def test_a_misprint_that_is_true_fails_as_such():
    report = verified(misprint(2 * A / m, A / m * 2))
    (step,) = report.steps
    assert not step.ok
    assert not report.problems
    assert "it is marked as a misprint, but it is" in str(verify(notes(misprint(2 * A / m, A / m * 2))))


def test_a_wrong_correction_fails_as_such(unexplained):
    report = verified(misprint(unexplained.forms[0], 3 * A))
    (step,) = report.steps
    assert not step.ok
    assert step.correction.verdict is Verdict.REFUTED


def test_what_is_remembered_has_its_why_too(unexplained):
    for step, ok in ((misprint(2 * A, 2 * A / m), True), (unexplained, False)):
        first, second = (verified(step, limits=Limits(remembers=True)) for _ in range(2))
        assert first == second
        assert first.ok is ok


def test_a_why_that_is_no_text_is_refused():
    with pytest.raises(DerivationError, match="why=3 is not a text"):
        misprint(2 * A, 2 * A / m, 3)
