"""Mistakes that several lines share: who belongs to whom, what is no mistake of its own, and that corrections agree."""

import numpy as np
import pytest

from gradcheck import abuse_of_notation, cause, claim, derivation, dims, gradient, misprint, real, shape
from gradcheck.documents.errors import DerivationError
from gradcheck.judging.verification import verify_derivation
from gradcheck.verdicts import Mistake, Verdict

SIGN = cause("the minus is lost")
HALF = cause("the half is lost")
ROW = cause("a row for a column", kind="abuse")


@derivation(source="least squares")
def least_squares():
    n, m = dims("n m")
    X, w, y = real("X", m, n), real("w", n, 1), real("y", m, 1)
    r = SIGN(X @ w + y, X @ w - y)
    J = HALF((r * r).sum(), (r * r).sum() / 2)
    yield claim(((X @ w - y) ** 2).sum() / 2, J, at="(1)")
    yield claim(gradient(J, w), X.T @ (X @ w - y), X.T @ r, at=["(2)", "(3)"], source_line=[4, 5])
    yield claim(X @ w - y, r, at="(4)")
    yield claim(gradient(J, w), ROW(X.T @ r @ np.ones((1, 1)), X.T @ r).T.T * 1, at="(5)")


def steps_of(derivation):
    return {step.at: step for step in verify_derivation(derivation).steps}


def whys(step):
    return [mistake.why for mistake in step.mistakes]


def test_a_definition_that_is_printed_wrong_marks_the_lines_that_carry_it_on_and_no_others():
    steps = steps_of(least_squares)
    assert whys(steps["(1)"]) == ["the minus is lost", "the half is lost"]
    assert whys(steps["(2)"]) == []  # right, although printed below a wrong definition
    assert whys(steps["(3)"]) == ["the minus is lost"]
    assert whys(steps["(4)"]) == ["the minus is lost"]
    assert all(step.ok for step in steps.values())
    assert steps["(2)"].judgement.verdict is Verdict.PROVED
    assert (steps["(2)"].source_line, steps["(3)"].source_line, steps["(1)"].source_line) == (4, 5, None)


def test_what_is_printed_wrong_is_written_out_and_what_is_right_has_the_authors_name():
    step = steps_of(least_squares)["(3)"]
    assert (step.printed, step.corrected) == ("X.T @ (X @ w + y)", "X.T @ r")


def test_the_corrected_document_holds_and_with_any_one_mistake_left_in_it_does_not():
    assert verify_derivation(least_squares.corrected()).ok
    assert {step.kind for step in verify_derivation(least_squares.corrected()).steps} == {"step"}
    for left_in in (SIGN, HALF):
        assert not verify_derivation(least_squares.corrected(but=[left_in.mistake])).ok


def test_a_correction_that_does_not_belong_to_the_others_is_found_out():
    @derivation(source="contradictory")
    def contradictory():
        x = real("x", 3)
        L = SIGN((x * x).sum(), -(x * x).sum())
        yield claim(-(x**2).sum(), L, at="(1)")
        yield claim(gradient(L, x), misprint(-2 * x, 2 * x, "the sign of (1), mended once more"), at="(2)")

    steps = steps_of(contradictory)
    assert steps["(1)"].ok
    assert not steps["(2)"].ok


def test_a_cause_that_makes_no_difference_marks_nothing():
    @derivation(source="harmless")
    def harmless():
        x = real("x", 3)
        yield claim(2 * x, SIGN(x + x, x + x), at="(1)")
        yield claim(2 * x, SIGN(x - x, x) + x, at="(2)")

    steps = steps_of(harmless)
    assert whys(steps["(1)"]) == []
    assert whys(steps["(2)"]) == ["the minus is lost"]


@pytest.mark.parametrize("layers", [(2, 1), (1, 2)], ids=["the misprint first", "the layer where it is right first"])
def test_a_cause_that_makes_no_difference_in_one_layer_is_judged_in_the_others(layers):
    @derivation(source="layers")
    def network():
        x = real("x", 3)
        for number in layers:
            yield claim(x + (number - 1) * x, SIGN(1, number) * x, at="(1)")

    (step,) = verify_derivation(network).steps
    assert step.ok
    assert whys(step) == ["the minus is lost"]
    assert step.judgement.verdict is Verdict.REFUTED
    assert step.correction.verdict is Verdict.PROVED


def test_a_false_correction_in_the_layer_where_a_cause_makes_no_difference_is_found():
    @derivation(source="layers")
    def network():
        x = real("x", 3)
        for number in (2, 1):
            yield claim(x, SIGN(2, number) * x, at="(1)")

    (step,) = verify_derivation(network).steps
    assert not step.ok
    assert step.correction.verdict is Verdict.REFUTED


def test_what_does_not_conform_belongs_to_its_own_cause_alone():
    @derivation(source="ill-shaped")
    def ill_shaped():
        n, m = dims("n m")
        X, w, y = real("X", m, n), real("w", n, 1), real("y", m, 1)
        yield claim(X @ w - y, SIGN(X @ w + y, X @ w - y), at="(1)")
        yield claim(X.T @ y, misprint(X @ y, X.T @ y, HALF), at="(2)")
        yield claim(misprint(X @ y, X.T @ y, HALF), (y.T @ X).T, at="(3)")

    steps = list(verify_derivation(ill_shaped).steps)
    assert [whys(step) for step in steps if step.at == "(2)"] == [["the half is lost"]]
    assert [whys(step) for step in steps if step.at == "(3)"] == [[], ["the half is lost"]]


def test_two_causes_that_only_show_together_are_both_told():
    @derivation(source="together")
    def together():
        x = real("x", 3)
        both = SIGN(1, 0) * HALF(1, 0)
        yield claim(x, (1 + both) * x, at="(1)")

    assert whys(steps_of(together)["(1)"]) == ["the minus is lost", "the half is lost"]


def test_a_left_hand_side_is_a_step_of_its_own_and_judged_against_the_right_one():
    @derivation(source="left")
    def left():
        x = real("x", 3)
        L = (x * x).sum()
        yield claim(
            misprint(gradient(L, x), gradient(L, x)[0], "the whole for an entry"), 2 * x[0], at="(1)", source_line=7
        )
        yield claim(abuse_of_notation(gradient(L, x)[1], gradient(L, x)[0], "no abuse"), 2 * x[0], at="(2)")
        yield claim(misprint(2 * gradient(L, x) / 2, gradient(L, x), "no mistake"), 2 * x, at="(3)")

    report = verify_derivation(left)
    first, second, third = (claim.steps for claim in report.claims)
    assert [step.is_left for step in first] == [False, True]
    assert (first[1].index, first[1].at, first[1].source_line, first[1].kind) == (1, "(1)", 7, "misprint")
    assert first[1].judgement.verdict is Verdict.ILL_SHAPED
    assert first[1].ok
    assert "left-hand side" in first[1].judgement.message
    assert second[1].judgement.verdict is Verdict.REFUTED
    assert second[1].correction.verdict is Verdict.PROVED
    assert not third[1].ok  # it is right as printed
    assert verify_derivation(left.corrected(but=[Mistake("the whole for an entry", "misprint")])).ok is False


def test_sizes_may_be_printed_wrong_too():
    @derivation(source="sizes")
    def sizes():
        n, m = dims("n m")
        X = real("X", n, m)
        yield claim(shape(X @ X.T), ROW((m, n), (n, n)), (SIGN(m, n), n), at=["(1)", "(2)"])

    steps = steps_of(sizes)
    assert [(whys(step), step.ok, step.kind) for step in steps.values()] == [
        (["a row for a column"], True, "abuse"),
        (["the minus is lost"], True, "misprint"),
    ]


def test_inputs_that_are_declared_in_every_telling_are_the_same_and_twice_in_one_are_refused():
    @derivation(source="twice")
    def twice():
        x, again = real("x", 3), real("x", 3)
        yield claim(2 * x + again, SIGN(x, 2 * x) + again, at="(1)")

    assert "two inputs are called 'x'" in str(verify_derivation(twice).problems[0])


def test_what_does_not_depend_on_arrays_alone_is_refused():
    @derivation(source="branch")
    def branch():
        x = real("x", 3)
        if SIGN(1, 0):
            yield claim(x, x + 0, at="(1)")
        yield claim(x, x + 0, at="(2)")

    assert "with its mistakes left in" in str(verify_derivation(branch).problems[0])


def test_a_cause_called_beside_a_derivation_is_refused():
    with pytest.raises(DerivationError, match="beside the derivations"):
        SIGN(1, 2)


@pytest.mark.parametrize("said", [{"why": 3}, {"why": "x", "kind": "typo"}])
def test_causes_are_told_in_words(said):
    with pytest.raises(DerivationError, match=r"is not a text|is no kind of mistake"):
        cause(**said)


def test_a_step_is_marked_by_a_cause_of_its_own_kind():
    with pytest.raises(DerivationError, match="is of kind 'abuse'"):
        misprint(1, 2, ROW)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"at": 3}, "at=3 is not a text"),
        ({"at": None}, "at=None is not a text"),
        ({"at": ["(1)"]}, "at= has 1 entries for 2 steps"),
        ({"at": ["(1)", 2]}, "is not a text"),
        ({"source_line": "7"}, "is not a whole number"),
        ({"source_line": [7]}, "source_line= has 1 entries for 2 steps"),
    ],
)
def test_places_are_one_for_all_steps_or_one_for_each(said, words):
    x = real("x", 3)
    with pytest.raises(DerivationError) as refused:
        claim(x, x, x, **said)
    assert words in str(refused.value)


def test_the_left_hand_side_of_a_claim_about_sizes_is_not_marked():
    X = real("X", 2, 3)
    with pytest.raises(DerivationError, match="left-hand side of a claim about sizes"):
        claim(misprint(shape(X), shape(X.T), "turned"), (2, 3))
