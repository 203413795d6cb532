"""How a wrong formula differs, in words: a factor that holds at every point, a transpose, or the worst entry."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.graph import dims
from gradcheck.judging.comparison import NumericPoint
from gradcheck.judging.diagnosis import constant_factor, describe, pair, worst_entry
from gradcheck.notation import real
from gradcheck.sampling.point import Point
from gradcheck.verdicts import Answer

n, m = dims("n m")
A, S = real("A", n, m), real("S", n, n)
POINTS = [Point({n: 2, m: 3}), Point({n: 5, m: 2}, 7), Point({n: 4, m: 1}, 8, {"A": -2})]


def compared(target, step, points=POINTS):
    return [NumericPoint(point, [A, S]).compare(target, step) for point in points]


@pytest.mark.parametrize(
    ("step", "factor"),
    [
        (m * A, "m"),
        (A / m, "1/m"),
        (-A, "-1"),
        (2 * A, "2"),
        (A / 2, "1/2"),
        (n * A / m, "n/m"),
        (m * n * A, "m*n"),
        (2 * m * A, "2*m"),
        (-A / n, "-1/n"),
        (A / m**2, "m**(-2)"),
        (3.5 * A, "3.5"),
        (A * (1 + 1e-6), "1.000001"),
        (A + 1, ""),
        (A * A, ""),
        (m**3 * A, ""),
        (0 * A, ""),
    ],
)
def test_a_factor_is_named_by_sizes_if_it_is_one_at_every_point(step, factor):
    assert constant_factor(compared(A, step)) == factor


def test_a_factor_that_one_point_allows_is_not_named_if_another_does_not():
    assert constant_factor(compared(A, A * (A > 0) + 2 * A * (A < 0))) == ""


def test_a_factor_of_one_point_alone_is_named_by_a_size_but_not_by_a_number():
    assert constant_factor(compared(A, 3 * A, POINTS[:1])) in ("m", "3")
    assert constant_factor(compared(A, 3.7 * A, POINTS[:1])) == ""


def test_zero_entries_do_not_hide_a_factor_and_are_not_ratios():
    masked = A * (A > 0)
    assert constant_factor(compared(masked, 2 * masked)) == "2"
    assert constant_factor(compared(masked, 2 * masked + (A < 0))) == ""


def test_a_factor_comes_first():
    found = compared(A, m * A)
    words = describe(found[0], found[:2], [], "gradient")
    assert words.startswith("it is m × the gradient; 6 of 6 entries differ; worst at [")
    assert words.endswith("(at n=2, m=3, seed 0)")


def test_a_factor_is_not_named_if_the_step_is_right_where_the_factor_is_not_1():
    flipped = A * (1 - 2 * (A.sum() > 0))
    found = compared(A, flipped, [Point({n: 1, m: 1}, seed) for seed in range(8)])
    differing, agreeing = ([c for c in found if (c.backprop is Answer.DIFFERS) == wrong] for wrong in (True, False))
    assert differing
    assert agreeing
    assert "it is -1 ×" in describe(differing[0], differing, [], "gradient")
    assert "×" not in describe(differing[0], differing, agreeing, "gradient")


def test_a_size_may_be_1_where_the_step_is_right_and_zeros_say_nothing_of_a_factor():
    (alone,) = compared(A, m * A, [Point({n: 2, m: 1})])
    (zeros,) = compared(0 * A, m * 0 * A, [Point({n: 2, m: 2})])
    found = compared(A, m * A, POINTS[:2])
    assert "it is m × the" in describe(found[0], found, [alone, zeros], "gradient")


def test_a_transpose_is_named():
    found = compared(S, S.T, POINTS[:2])
    words = describe(found[0], found, [], "left-hand side")
    assert words.startswith("it is the transpose; 2 of 4 entries differ; worst at [")


def test_a_symmetric_mistake_is_not_called_a_transpose():
    found = compared(S, S + S.T, POINTS[:2])
    assert "transpose" not in describe(found[0], found, [], "gradient")


def test_the_worst_entry_is_shown_with_both_values():
    bump = np.zeros((2, 2))
    bump[1, 0], bump[0, 1] = 5, 1
    M = real("M", 2, 2)
    (found,) = [NumericPoint(Point({}), [M]).compare(M, M + bump)]
    assert worst_entry(found) == (1, 0)
    right = found.target[1, 0]
    words = describe(found, [found], [], "gradient")
    assert words == f"2 of 4 entries differ; worst at [1, 0]: {right + 5:.4g} instead of {right:.4g} (at seed 0)"


def test_what_is_no_number_is_the_worst():
    found = NumericPoint(POINTS[0], [A]).compare(A, A + np.where(A < 0, np.log(A - A), 0))
    assert not np.isfinite(found.step[worst_entry(found)])


@pytest.mark.parametrize(
    ("wrong", "right", "words"),
    [
        (3.0, 1.0, "3 instead of 1"),
        (1.00001, 1.0, "1.00001 instead of 1"),
        (1 + 1e-9, 1.0, "1.000000001 instead of 1"),
        (-0.0, 2.0, "0 instead of 2"),
        (np.nan, 0.5, "nan instead of 0.5"),
        (1.0, 1 + 1e-15, "1 instead of 1.0000000000000011"),
    ],
)
def test_two_values_are_shown_with_as_many_digits_as_it_takes(wrong, right, words):
    assert pair(wrong, right) == words
