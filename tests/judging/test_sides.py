"""Numbers look on both sides of every kink: a branch that no point visits is no reason to agree."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import verify
from gradcheck.documents.claims import claim
from gradcheck.documents.derivations import derivation
from gradcheck.graph import dims
from gradcheck.judging.comparison import NumericPoint
from gradcheck.judging.sides import Sides
from gradcheck.notation import abstract, bits, exp, gradient, real, relu, sigmoid, unit
from gradcheck.numerics.kinks import Side, arguments_of
from gradcheck.sampling.point import Point
from gradcheck.verdicts import Verdict

n = dims("n")
x, y, p = real("x", n), real("y", n), unit("p", n)
THRESHOLDS = (0.004, 0.5, 3, 6, 20, 60, 300, 1e4, -50)


def judged(target, step):
    @derivation(source="homework")
    def written():
        yield claim(target, step)

    (found,) = verify(written).steps
    return found.judgement


FORGOTTEN = {
    "minimum": lambda t: (gradient((np.minimum(x, t) ** 2).sum(), x), 2 * x),
    "maximum": lambda t: (gradient((np.maximum(x, t) ** 2).sum(), x), 2 * x),
    "where": lambda t: (gradient(np.where(x > t, x**2, x).sum(), x), 1 + 0 * x if t > 0 else 2 * x),
    "hinge": lambda t: (gradient(np.maximum(0, t - x * y).sum(), x), -y if t > 0 else 0 * y),
    "clip": lambda t: (gradient(np.minimum(np.maximum(x, -abs(t)), abs(t)).sum(), x), 1 + 0 * x),
    "inside of a clip": lambda t: (gradient(np.minimum(np.maximum(x, t), t + abs(t) / 10).sum(), x), 0 * x),
    "abs": lambda t: (gradient(abs(x - t).sum(), x), (-1 if t > 0 else 1) + 0 * x),
    "relu": lambda t: (gradient((relu(x - t) * y).sum(), x), 0 * y if t > 0 else y),
    "mask": lambda t: (gradient((1 * (x > t) * x**2 + x).sum(), x), 1 + 0 * x if t > 0 else 1 + 2 * x),
    "band": lambda t: (x * y, x * y * (1 + 1 * (abs(x - t) < abs(t) / 1000))),
    "two masks": lambda t: (x * y, x * y * (1 + (x > t) * (y < -t))),
    "tiny": lambda t: (x * y, x * y * (1 + 1 * (abs(x) < abs(t) / 1e9))),
}


TURNS = [(form, THRESHOLDS[(2 * i + k) % 9]) for i, form in enumerate(FORGOTTEN) for k in (0, 5)]


@pytest.mark.parametrize(("form", "threshold"), TURNS)
def test_a_forgotten_branch_is_found(form, threshold):
    target, step = FORGOTTEN[form](threshold)
    assert judged(target, step).verdict is Verdict.REFUTED


@pytest.mark.parametrize("threshold", [1e-6, 0.004, 0.996, 1 - 1e-6])
def test_a_threshold_near_an_end_of_the_unit_interval_is_reached(threshold):
    capped = np.maximum(p, threshold) if threshold < 0.5 else np.minimum(p, threshold)
    assert judged(gradient(-np.log(capped).sum(), p), -1 / p).verdict is Verdict.REFUTED


def test_the_counterexample_says_how_inputs_are_scaled():
    assert "x·1e2" in judged(*FORGOTTEN["minimum"](60)).message


@pytest.mark.parametrize("threshold", THRESHOLDS[::3])
def test_a_right_branch_is_proved_beyond_its_threshold(threshold):
    target = gradient(np.where(x > threshold, x**2, x).sum(), x)
    assert judged(target, np.where(x > threshold, 2 * x, 1)).verdict is Verdict.PROVED


f = abstract("f")

# ---- a side that is not seen -----------------------------------------------------------------------------------------


def test_a_side_that_was_not_seen_is_named():
    # At small sizes algebra proves it: a sum of two sigmoids is less than 100, a sum of 101 need not be.
    found = judged(x, x * (1 + 1 * (sigmoid(y).sum() > 100)))
    assert found.verdict is Verdict.UNDECIDED
    assert "sigmoid(y).sum() > 100 was never seen" in found.message


def test_a_region_that_points_are_moved_away_from_is_named():
    # √(x²) - x is 0 for all x > 0: there the mask is false, and points would lie on its kink.
    found = judged(x, x * ((np.sqrt(x * x) - x) ** 2 > 0))
    assert found.verdict is Verdict.UNDECIDED
    assert "**2 = 0 was never seen" in found.message


def test_a_region_in_which_an_argument_is_exactly_0_is_seen():
    assert judged(f(x), f(x) * (1 * (relu(x) > 0) + 1 * (relu(x) <= 0))).verdict.is_true


def test_what_is_proved_entry_by_entry_needs_no_point_beyond_a_kink():
    # A maximum of x and y is never less than a minimum of x and anything.
    cost = np.maximum(np.maximum(x, y), np.minimum(x, 2 * y)).sum()
    assert judged(gradient(cost, x), gradient(cost, x) + 0 * x).verdict.is_true


def sides(*graphs, points=()):
    found = Sides({n: 3}, [p, x, y])
    return found.unseen(graphs, list(points))


EMPTY = {
    "relu(exp(x))": (relu(exp(x)), [1]),
    "relu(x²)": (relu(x * x), [1]),
    "norm": (np.sqrt(x @ x) > -1, [1]),
    "maximum(p, 0)": (np.maximum(p, 0), [1]),
    "p > 1": (p > 1, [-1]),
    "sigmoid(x) < 2": (sigmoid(x) < 2, [-1]),
    "x > x": (x > x, []),
    "sums may be large": (sigmoid(x).sum() > 100, [1, -1]),
    "means, too": (sigmoid(x).sum() / n > 0.5, [1, -1]),
    "x > 5": (x > 5, [1, -1]),
    "odd powers": (relu(x**3), [1, -1]),
    "quotients": (relu(x / exp(x)), [1, -1]),
    "masks of a product": (relu((x > 0) * (y > 1)), [1]),
}


@pytest.mark.parametrize("name", EMPTY)
def test_a_side_that_is_visibly_empty_is_none(name):
    graph, expected = EMPTY[name]
    last = arguments_of([graph])[-1]
    assert [side.sign for side in sides(graph) if side.argument.key == last.key] == expected


def test_sides_are_seen_where_points_lie():
    point = NumericPoint(Point({n: 3}), [x])
    values = point.evaluation(x)
    assert [side.sign for side in sides(x > float(values.max()) + 1, points=[point])] == [1]
    assert [side.sign for side in sides(x > float(np.sort(values)[1]) + 1e-3, points=[point])] == []


def test_kinks_of_what_is_differentiated_count():
    # Where the mask jumps, the derivative of 1 * (x > 5) is 0 on either side, and leaves no trace.
    assert [str(side.argument) for side in sides(gradient((1 * (x > 5)).sum(), x))] == ["x - 5", "x - 5"]


def test_points_between_two_thresholds_are_found():
    thin = np.minimum(np.maximum(x, 59), 61)
    found = Sides({n: 3}, [x])
    between = (Side(arguments_of([x > 59])[0], 1), Side(arguments_of([x > 61])[0], -1))
    assert any(point.lies_in(between) for point in found.between([thin, (x > 59) * (x > 61)], []))


def test_what_is_seen_at_0_alone_is_not_said_to_be_0_everywhere():
    gate = (x**2 - np.sqrt(x**4)) ** 2 > 0  # 0, but for rounding
    found = judged(x, x * gate)
    assert found.verdict is Verdict.UNDECIDED
    assert (
        "it was seen to hold only where the left-hand side is 0, which shows nothing; elsewhere, rounding"
        in found.message
    )
    assert "at every point looked at" not in found.message


def test_ties_are_looked_for_where_entries_may_tie():
    """Of two labels and numbers, both are 0 and the largest at one of five points."""
    y = bits("labels", 2)
    masks = (1 * (y * x[:2] == (y * x[:2]).max())).sum()
    assert judged(masks, 1 + 0 * x.sum()).verdict is Verdict.REFUTED
