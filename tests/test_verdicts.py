"""What counts as right, and the exit codes: nothing is green because it was not looked at."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from gradcheck.verdicts import (
    ClaimReport,
    DerivationReport,
    Judgement,
    Problem,
    StepReport,
    Verdict,
    Verification,
    relative,
)


def step(verdict, correction=None, kind="step"):
    corrected = None if correction is None else Judgement(correction)
    return StepReport(0, kind, "printed", Judgement(verdict), corrected and "corrected", corrected, corrected and "why")


def report(*steps, problems=()):
    claims = (ClaimReport("J", "", 1, steps),) if steps else ()
    return Verification((DerivationReport("notes", "", "notes.py", claims, problems),))


@pytest.mark.parametrize("verdict", Verdict)
def test_a_step_is_right_if_it_is_proved_or_seen_or_cannot_fail(verdict):
    assert step(verdict).ok == (verdict in (Verdict.PROVED, Verdict.AGREES, Verdict.DEFINITION))
    assert report(step(verdict)).ok == step(verdict).ok


@pytest.mark.parametrize("kind", ["misprint", "abuse"])
@pytest.mark.parametrize(("printed", "corrected"), list(itertools.product(Verdict, Verdict)))
def test_a_marked_mistake_is_right_only_if_it_is_wrong_and_its_correction_certain(kind, printed, corrected):
    is_certain = corrected in (Verdict.PROVED, Verdict.DEFINITION)
    expected = printed in (Verdict.REFUTED, Verdict.ILL_SHAPED) and is_certain
    assert step(printed, corrected, kind).ok is expected


def test_a_marked_mistake_whose_correction_was_not_judged_is_not_right():
    assert not step(Verdict.REFUTED, None, "misprint").ok


@pytest.mark.parametrize(
    ("found", "code"),
    [
        (report(step(Verdict.PROVED)), 0),
        (report(step(Verdict.AGREES)), 0),
        (report(step(Verdict.DEFINITION)), 0),
        (report(step(Verdict.NOT_READ)), 1),
        (report(step(Verdict.REFUTED)), 1),
        (report(step(Verdict.ILL_SHAPED)), 1),
        (report(step(Verdict.UNDECIDED)), 1),
        (report(step(Verdict.PROVED), step(Verdict.REFUTED)), 1),
        (report(), 1),
        (Verification(()), 1),
        (report(step(Verdict.PROVED), problems=(Problem("a.py", 1, "what", "cure"),)), 2),
        (Verification((), (Problem("a.py", 1, "what", "cure"),)), 2),
        (report(step(Verdict.HARNESS_ERROR)), 3),
        (report(step(Verdict.REFUTED, Verdict.HARNESS_ERROR, "misprint")), 3),
        (report(step(Verdict.HARNESS_ERROR), problems=(Problem("a.py", 1, "what", "cure"),)), 3),
    ],
)
def test_exit_codes(found, code):
    assert found.exit_code == code
    assert found.ok == (code == 0)


def test_a_claim_without_steps_in_a_report_is_not_hidden_by_others():
    good = DerivationReport("good", "", "a.py", (ClaimReport("J", "", 1, (step(Verdict.PROVED),)),))
    assert not Verification((good, DerivationReport("empty", "", "b.py", ()))).ok
    assert Verification((good, good)).ok


def test_the_summary_counts_printed_forms():
    found = report(step(Verdict.PROVED), step(Verdict.REFUTED, Verdict.PROVED, "misprint"), step(Verdict.AGREES))
    assert found.summary() == {
        "steps": 3,
        "proved": 1,
        "agrees": 1,
        "refuted": 1,
        "ill-shaped": 0,
        "undecided": 0,
        "definition": 0,
        "not read": 0,
        "harness error": 0,
        "misprints": 1,
        "abuses": 0,
        "ok": True,
    }


def test_the_counts_of_verdicts_add_up_to_the_steps():
    summary = report(*map(step, Verdict), step(Verdict.PROVED)).summary()
    counts = {verdict: summary[verdict.value] for verdict in Verdict}
    assert counts == dict.fromkeys(Verdict, 1) | {Verdict.PROVED: 2}
    assert summary["steps"] == sum(counts.values())


def test_a_problem_names_the_place_what_and_the_cure():
    assert str(Problem("a.py", 3, "it is wrong", "mend it")) == "a.py:3: it is wrong\n  mend it"
    assert str(Problem("a.py", 0, "it is wrong", "mend it")).startswith("a.py: it")


def test_paths_are_relative_below_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert relative(tmp_path / "a" / "b.py") == str(Path("a/b.py"))
    assert relative("/elsewhere/b.py") == "/elsewhere/b.py"
