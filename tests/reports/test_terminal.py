from __future__ import annotations

import io

import pytest

from gradcheck.reports.steps import mark, step_id, step_text
from gradcheck.reports.terminal import MARKS, Line, Printer, encodable
from gradcheck.reports.text import derivation_lines, report_text
from gradcheck.verdicts import ClaimReport, DerivationReport, Judgement, Problem, StepReport, Verdict, Verification

TRUE, SEEN, UNDECIDED = (Judgement(v) for v in (Verdict.PROVED, Verdict.AGREES, Verdict.UNDECIDED))
FALSE = Judgement(Verdict.REFUTED, "∂J/∂x (eq. 1), step 1: x is refuted\nit is 1/2 × the gradient\nn=2, seed 0")
ILL = Judgement(Verdict.ILL_SHAPED, "(1, n) * (n, m): n is not m")
DEFINED = Judgement(Verdict.DEFINITION)
BROKEN = Judgement(Verdict.HARNESS_ERROR, "reverse mode 1, differences 2")


def step(judgement, index=0):
    return StepReport(index, "step", "x", judgement)


def misprint(judgement, correction, kind="misprint"):
    return StepReport(0, kind, "x", judgement, "2 * x", correction, "2 is lost")


def derivation(*steps, source="notes.txt", problems=(), name="squares"):
    claims = (ClaimReport("∂J/∂x", "eq. 1", 8, steps, first_index=2),) if steps else ()
    return DerivationReport(name, source, f"d/{name}.py", claims, problems)


def text_of(a_step):
    whole = derivation(a_step)
    return step_text(whole, whole.claims[0], a_step).splitlines()


def lines(*steps):
    return report_text(Verification((derivation(*steps),))).splitlines()


# ---- what is wrong -----------------------------------------------------------------------------------------------


def test_a_false_step_is_shown_below_its_claim_with_file_line_and_message():
    assert lines(step(FALSE)) == [
        "squares  (d/squares.py, from notes.txt)",
        "  ✗ ∂J/∂x  eq. 1",
        "    d/squares.py:8: ∂J/∂x (eq. 1), step 1: x is refuted",
        "      it is 1/2 × the gradient",
        "      n=2, seed 0",
        "",
        "✗ not as the module says",
        "",
        "1 step: 1 refuted — NOT OK: 1 step is not as the module says",
    ]


def test_the_printed_formula_is_shown_even_where_the_message_does_not():
    assert text_of(step(Judgement(Verdict.REFUTED, "half"))) == ["d/squares.py:8: half", "printed: x"]
    assert text_of(step(Judgement(Verdict.REFUTED))) == ["d/squares.py:8: ∂J/∂x (eq. 1), step 1: x is refuted"]


def test_a_misprint_that_is_true_says_so():
    assert text_of(misprint(TRUE, TRUE)) == [
        "d/squares.py:8: ∂J/∂x (eq. 1), step 1: it is marked as a misprint (2 is lost), but it is true as printed",
        "printed: x",
    ]
    assert "but it agrees at every point looked at as printed" in text_of(misprint(SEEN, TRUE))[0]


def test_a_misprint_whose_correction_is_false_says_which_and_why():
    assert text_of(misprint(FALSE, ILL)) == [
        "d/squares.py:8: ∂J/∂x (eq. 1), step 1: it is marked as a misprint, "
        "but the correction is false (ill-shaped): 2 * x",
        "(1, n) * (n, m): n is not m",
        "printed: 2 * x",
    ]


def test_a_correction_that_only_agrees_is_not_enough():
    first = text_of(misprint(FALSE, SEEN))[0]
    assert first.endswith("but the correction is not proved (it agrees at every point looked at): 2 * x")


def test_a_misprint_that_fails_in_both_halves_says_both():
    text = "\n".join(text_of(misprint(TRUE, FALSE)))
    assert "but it is true as printed" in text
    assert "but the correction is false (refuted): 2 * x" in text


def test_an_undecided_misprint_says_what_is_undecided():
    first = text_of(misprint(UNDECIDED, TRUE))[0]
    assert first.endswith("but it is undecided whether it is wrong as printed")


def test_a_misprint_without_a_judged_correction_says_so():
    assert text_of(misprint(FALSE, None))[0].endswith("but the correction was not judged")


def test_an_abuse_of_notation_speaks_of_what_is_meant():
    text = text_of(misprint(ILL, FALSE, kind="abuse"))[0]
    assert text.endswith("it is marked as an abuse of notation, but what is meant is false (refuted): 2 * x")


def test_a_contradiction_of_the_oracles_is_gradchecks_mistake():
    assert text_of(step(BROKEN))[:2] == [
        "d/squares.py:8: gradcheck contradicts itself: a mistake in gradcheck, not in the document; please report it",
        "reverse mode 1, differences 2",
    ]
    assert lines(step(BROKEN))[-1] == "1 step: 1 harness error — NOT OK: 1 step is not as the module says"


def test_problems_come_after_the_claims_with_their_cures():
    report = Verification((derivation(problems=(Problem("d/squares.py", 4, "KeyError: 1", "mend it"),)),))
    assert report_text(report).splitlines() == [
        "squares  (d/squares.py, from notes.txt)",
        "  no claim could be read: see the problem below",
        "",
        "d/squares.py:4: KeyError: 1",
        "  mend it",
        "",
        "0 steps — NOT OK: 1 problem",
    ]


def test_nothing_verified_is_not_ok():
    assert report_text(Verification(())) == "0 steps — NOT OK: nothing was verified"


# ---- what is right -----------------------------------------------------------------------------------------------


def test_confirmed_mistakes_are_one_line_each_and_the_legend_names_only_what_occurred():
    steps = (step(TRUE), misprint(FALSE, TRUE), misprint(ILL, TRUE, kind="abuse"))
    assert lines(*steps) == [
        "squares  (d/squares.py, from notes.txt)",
        "  ✓ma ∂J/∂x  eq. 1",
        "      printed x: 2 is lost; right is 2 * x",
        "      printed x, meant 2 * x: 2 is lost",
        "",
        "✓ proved",
        "m misprint, confirmed: wrong as printed, and its correction is proved (or true by definition)",
        "a abuse of notation, confirmed: wrong as printed, and what is meant is proved (or true by definition)",
        "",
        "3 steps: 1 proved, 1 refuted, 1 ill-shaped; 1 misprint and 1 abuse of notation, all confirmed — OK",
    ]


def test_agreement_is_not_shown_as_proof():
    shown = lines(step(SEEN))
    assert shown[1] == "  ~ ∂J/∂x  eq. 1"
    assert "~ agrees at every point looked at, not proved" in shown
    assert shown[-1] == "1 step: 1 agrees — OK"


def test_a_definition_has_a_mark_of_its_own_and_is_no_proof():
    shown = lines(step(DEFINED), step(TRUE))
    assert shown[1] == "  ≡✓ ∂J/∂x  eq. 1"
    assert "≡ by definition: both sides are one expression, so that nothing could be wrong" in shown
    assert shown[-1] == "2 steps: 1 proved, 1 by definition — OK"
    assert encodable("≡", "ascii") == "="


def test_a_misprint_that_is_true_by_definition_is_none():
    assert "but it is true as printed" in text_of(misprint(DEFINED, TRUE))[0]
    assert mark(misprint(FALSE, DEFINED)) == "m"


def test_marked_mistakes_are_counted_with_how_many_are_confirmed():
    assert "; 1 misprint, confirmed — OK" in lines(misprint(FALSE, TRUE))[-1]
    assert "; 2 misprints, 1 confirmed — NOT OK" in lines(misprint(FALSE, TRUE), misprint(TRUE, TRUE))[-1]
    assert "; 1 misprint, none confirmed — NOT OK" in lines(misprint(TRUE, TRUE))[-1]


def test_several_documents_are_counted_one_by_one():
    report = Verification((derivation(step(TRUE)), derivation(step(FALSE), source="", name="halves")))
    assert report_text(report).splitlines()[-3:] == [
        "notes.txt: 1 step: 1 proved",
        "d/halves.py: 1 step: 1 refuted — NOT OK",
        "2 steps: 1 proved, 1 refuted — NOT OK: 1 step is not as the module says",
    ]


@pytest.mark.parametrize(
    ("a_step", "expected"),
    [
        (step(TRUE), "✓"),
        (step(SEEN), "~"),
        (step(FALSE), "✗"),
        (step(ILL), "✗"),
        (step(UNDECIDED), "?"),
        (step(BROKEN), "!"),
        (misprint(FALSE, TRUE), "m"),
        (misprint(FALSE, TRUE, kind="abuse"), "a"),
        (misprint(TRUE, TRUE), "✗"),
        (misprint(FALSE, SEEN), "✗"),
        (misprint(FALSE, UNDECIDED), "?"),
        (misprint(FALSE, BROKEN), "!"),
    ],
)
def test_each_outcome_has_its_mark(a_step, expected):
    assert mark(a_step) == expected
    assert expected in MARKS


def test_ids_count_on_from_earlier_claims_of_the_same_target():
    whole = derivation(step(TRUE), step(TRUE, index=1))
    assert step_id(whole, whole.claims[0], whole.claims[0].steps[1]) == "d/squares.py::squares::∂J/∂x[3]"


# ---- terminals and pipes -----------------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self):
        return True


def printed(stream, *steps):
    Printer(stream).print(derivation_lines(derivation(*steps)))
    return stream.getvalue()


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "40")


def test_a_pipe_gets_whole_lines_without_colour():
    text = printed(io.StringIO(), step(FALSE), misprint(FALSE, TRUE))
    assert "\x1b" not in text
    assert "    d/squares.py:8: ∂J/∂x (eq. 1), step 1: x is refuted".rstrip() in text
    assert text.splitlines()[0] == "squares  (d/squares.py, from notes.txt)"


def test_a_narrow_terminal_wraps_under_the_indent(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    long = Judgement(Verdict.REFUTED, "x " + "word " * 20 + "a" * 60)
    text = printed(Terminal(), step(long))
    plain = [line.replace("\x1b[0m", "").replace("\x1b[1m", "") for line in text.splitlines()]
    assert all(len(line) <= 40 for line in plain)
    assert plain[3].startswith("    d/squares.py:8: x word")
    assert plain[4].startswith("      word word")
    assert "".join(line.strip() for line in plain).endswith("a" * 60)


def test_marks_are_coloured_on_a_terminal():
    assert "\x1b[32m✓\x1b[0m" in printed(Terminal(), step(TRUE))


def test_an_encoding_without_the_marks_gets_plain_letters():
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    Printer(stream).print(derivation_lines(derivation(step(TRUE), step(FALSE))))
    lines = raw.getvalue().decode("ascii").splitlines()
    assert lines[1] == "  +x dJ/dx  eq. 1"
    assert lines[3] == "       it is 1/2 x the gradient"


def test_all_marks_have_plain_letters_of_their_own():
    plain = [encodable(letter, "ascii") for letter in MARKS]
    assert len(set(plain)) == len(MARKS)
    assert "?" not in {p for p, letter in zip(plain, MARKS, strict=True) if letter != "?"}


def test_a_line_that_nobody_could_read_is_cut():
    assert len(Line("x" * 5000).shown) == 1000
    assert Line("x" * 1000).shown == "x" * 1000
