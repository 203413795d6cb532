from __future__ import annotations

import io

import pytest

from gradcheck.reports.explanation import _judged, explanation_lines
from gradcheck.reports.terminal import LONGEST_LINE, Printer
from gradcheck.verdicts import ClaimReport, Correction, DerivationReport, Judgement, Search, StepReport, Text, Verdict

EVIDENCE = {
    "exact": "differs",
    "exact_sizes": [{"m": 2, "n": 3}],
    "prime_field": [{"sizes": {"m": 64}, "status": "differs", "error": 0.0, "note": "at [0]"}],
    "backprop": {"agrees": 1, "differs": 2, "cannot resolve": 0},
    "differences": {"agrees": 1, "differs": 1, "cannot resolve": 1},
    "points": ["m=2, n=3, seed 0", "m=1, n=1, seed 0", "m=2, n=2, zeros, seed 1"],
    "counterexample": {"at": "m=1, n=1, seed 0", "entry": [0, 1], "printed": 0.25, "right": 0.5},
}
PROVED = {
    **EVIDENCE,
    "prime_field": [{"sizes": {"m": 64}, "status": "equal", "error": 1.5e-12, "note": ""}],
    "counterexample": {},
    "where": {"values": ["y ≠ 0"], "kinks": ["z = 0"]},
    "variants": {"refuted": 31, "equal": 2, "survivors": ["y for x"]},
    "all_sizes": "entry by entry",
}
WRONG = Judgement(Verdict.REFUTED, "x is refuted\nhalf of it\nrepeat: …", EVIDENCE)
TRUE = Judgement(Verdict.PROVED, "", PROVED)
FOUND = Correction(Text("2 * x", "2 · x", "2 x"), ("the factor 2 beside x",), Verdict.PROVED, "^ ^")


def lines(step):
    claim = ClaimReport("∂J/∂x", "eq. 1", 8, (step,), 2, Text("∂J/∂x", "∂J/∂x", ""))
    derivation = DerivationReport("squares", "notes.txt", "d/squares.py", (claim,))
    return [" " * line.indent + line.shown for line in explanation_lines(derivation, claim, step)]


def test_of_a_wrong_step_everything_is_said():
    step = StepReport(
        0, "step", "x * y", WRONG, printed_text=Text("x * y", "x ⊙ y", ""), search=Search((FOUND,), "", 1)
    )
    assert lines(step) == [
        "d/squares.py::squares::∂J/∂x[2]",
        "  place: d/squares.py:8, at 'eq. 1', from notes.txt; step 1",
        "  target: ∂J/∂x",
        "  printed: x * y",
        "           x ⊙ y",
        "  ✗ not as the module says",
        "",
        "  the printed form: refuted",
        "    x is refuted",
        "    half of it",
        "    repeat: …",
        "    exact algebra: differs at m=2, n=3",
        "    prime field: differs at m=64 (at [0])",
        "    reverse mode: agrees at 1, differs at 2 of 3 points",
        "    differences: agrees at 1, differs at 1, cannot resolve at 1 of 3 points",
        "    smallest counterexample: m=1, n=1, seed 0, entry [0, 1]: 0.25 instead of 0.5",
        "    points:",
        "      m=2, n=3, seed 0",
        "      m=1, n=1, seed 0",
        "      m=2, n=2, zeros, seed 1",
        "",
        "  write instead: proved (the factor 2 beside x)",
        "      2 * x",
        "      ^ ^",
        "      2 · x",
        "  searched for: 1.0 s",
    ]


def test_of_a_marked_mistake_both_forms_and_why_are_said():
    said = lines(
        StepReport(0, "misprint", "x", WRONG, "2 * x", TRUE, "2 is lost", search=Search(words="no correction"))
    )
    assert said[3:7] == [
        "  printed: x",
        "  marked: misprint: 2 is lost",
        "  corrected: 2 * x",
        "  m as the module says",
    ]
    right = said[said.index("  the corrected form: proved") :]
    assert right[2:9] == [
        "    prime field: equal at m=64, error below 2e-12",
        "    reverse mode: agrees at 1, differs at 2 of 3 points",
        "    differences: agrees at 1, differs at 1, cannot resolve at 1 of 3 points",
        "    proved where both sides have values: y ≠ 0",
        "    proved away from kinks: z = 0",
        "    wrong variants: 31 refuted, 2 proved to be as right, 1 not told from the truth",
        "      not told from the truth: y for x",
    ]
    assert "    all sizes: entry by entry" in right
    assert "  search: no correction" in right


def test_a_judgement_without_numbers_is_shown_with_what_there_is():
    said = lines(StepReport(0, "step", "x", Judgement(Verdict.ILL_SHAPED, "n is not m", {"shape": "(n,)"})))
    assert said[-4:] == ["", "  the printed form: ill-shaped", "    n is not m", "    shape: (n,)"]


def test_nothing_is_cut_and_nothing_commands_the_terminal():
    step = StepReport(0, "step", "x" * 2 * LONGEST_LINE, Judgement(Verdict.UNDECIDED, "\x1b[31m"))
    assert lines(step)[3] == f"  printed: {step.printed}"
    assert lines(step)[-1] == r"    \x1b[31m"


def test_it_fits_a_narrow_terminal(monkeypatch):
    class Narrow(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    step = StepReport(0, "step", " + ".join(["x"] * 50), WRONG)
    claim = ClaimReport("∂J/∂x", "", 8, (step,))
    out = Narrow()
    Printer(out).print(explanation_lines(DerivationReport("f", "", "f.py", (claim,)), claim, step))
    assert max(map(len, out.getvalue().splitlines())) <= 40


@pytest.mark.parametrize(("verified", "words"), [(True, "verified"), (False, "not verified: it looks like it")])
def test_the_cause_and_the_readings_are_told_in_words(verified, words):
    cause = {"cause": "factor", "words": "it is m × the gradient", "verified": verified}
    readings = [{"source": "A @ B", "verdict": "proved"}, {"source": "A * B", "verdict": "ill-shaped"}]
    judgement = Judgement(Verdict.REFUTED, "it is wrong", {"diagnosis": cause, "readings": readings})
    text = "\n".join(line.text for line in _judged("printed", judgement))
    assert f"cause: factor, {words}" in text
    assert "read as A @ B: proved" in text
    assert "read as A * B: ill-shaped" in text
    assert "{" not in text
