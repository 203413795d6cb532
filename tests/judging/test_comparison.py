"""Two sides at one point: right formulas agree at the hardest points, wrong ones do not, however small they are."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.graph import dims, inputs_of
from gradcheck.judging.comparison import NumericPoint
from gradcheck.notation import (
    bits,
    cos,
    gradient,
    log,
    positive,
    real,
    relu,
    relu_prime,
    sigmoid,
    sin,
    softplus,
    tanh,
    unit,
)
from gradcheck.numerics import differences, reverse_mode
from gradcheck.sampling.point import Point
from gradcheck.tolerances import FROM_KINKS
from gradcheck.verdicts import Answer

n, m = dims("n m")
X, Y, W, b = real("X", n, m), bits("Y", 1, m), real("W", 1, n), real("b", 1, 1)
V = real("V", n, n)
H = relu(V @ X)
Z = W @ H + b
T = sigmoid(Z)
J = -(Y @ log(T).T + (1 - Y) @ log(1 - T).T) / m
STABLE = (softplus(Z) - Y * Z).sum() / m  # the same cost from Z
RIGHT = (T - Y) @ H.T / m
DEEP = (W.T @ (T - Y) * relu_prime(V @ X)) @ X.T / m
NODES = inputs_of([J])


def at(sizes=(3, 4), seed=0, **scales):
    return NumericPoint.away_from_kinks(Point(dict(zip((n, m), sizes, strict=True)), seed, scales), [J, DEEP], NODES)


HARD = {
    "plain": {},
    "one example": {"sizes": (8, 1)},
    "one unit": {"sizes": (1, 4)},
    "many": {"sizes": (9, 20)},
    "tiny weights": {"W": -6, "V": -6, "b": -6},
    "tiny inputs": {"X": -6},
    "everything tiny": {"W": -6, "V": -6, "b": -6, "X": -6},
    "tinier than any absolute tolerance": {"V": -12, "X": -12},
    "large weights": {"W": 1},
    "saturated": {"W": 2, "V": 1},
    "huge inputs": {"X": 6, "W": -6},
    "huge and tiny": {"V": 6, "X": -6},
}


@pytest.mark.parametrize("cost", [J, STABLE], ids=["from the activation", "from z"])
@pytest.mark.parametrize("name", HARD)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_right_gradient_is_never_called_wrong(name, seed, cost):
    point = at(seed=seed, **HARD[name])
    for target, formula in ((gradient(cost, W), RIGHT), (gradient(cost, V), DEEP)):
        found = point.compare(target, formula)
        assert not found.conflict
        assert found.backprop is not Answer.DIFFERS
        assert found.differences is not Answer.DIFFERS


@pytest.mark.parametrize("name", [name for name in HARD if name != "saturated"])
@pytest.mark.parametrize("factor", [-7, 1.01, 0, 1 + 1e-6])
def test_a_wrong_gradient_is_called_wrong_however_small_it_is(name, factor):
    assert at(**HARD[name]).compare(gradient(STABLE, W), factor * RIGHT).backprop is Answer.DIFFERS
    assert at(**HARD[name]).differs(gradient(STABLE, W), factor * RIGHT)


@pytest.mark.parametrize("name", ["plain", "large weights", "huge inputs", "many"])
def test_differences_alone_see_one_percent(name):
    assert at(**HARD[name]).compare(gradient(STABLE, W), 1.01 * RIGHT).differences is Answer.DIFFERS
    assert at(**HARD[name]).compare(gradient(STABLE, W), RIGHT).differences is Answer.AGREES


def test_what_differences_cannot_see_increments_do(monkeypatch):
    # the gradient is 1e-12 of a cost of 0.7, whose values show nothing of it
    point = at(**HARD["tiny weights"])
    for factor, seen in ((1, Answer.AGREES), (1.01, Answer.DIFFERS)):
        found = point.compare(gradient(STABLE, W), factor * RIGHT)
        assert (found.backprop, found.differences) == (seen, seen)
    monkeypatch.setattr(NumericPoint, "incremented", lambda self, node, unit: (np.full(1, np.nan), np.full(1, np.inf)))
    for factor, seen in ((1, Answer.AGREES), (1.01, Answer.DIFFERS)):
        found = point.compare(gradient(STABLE, W), factor * RIGHT)
        assert (found.backprop, found.differences) == (seen, Answer.UNRESOLVED)


def test_increments_that_contradict_differences_say_nothing(monkeypatch):
    point = at(**HARD["tiny weights"])
    monkeypatch.setattr(NumericPoint, "incremented", lambda self, node, unit: (np.ones((1, 3)), np.zeros((1, 3))))
    assert point.compare(gradient(STABLE, W), RIGHT).differences is Answer.UNRESOLVED


def test_one_wrong_entry_of_many_is_pointed_at():
    bump = np.zeros(5)
    bump[3] = 1e-6
    y = real("y", 5)
    found = NumericPoint(Point({}), [y]).compare(gradient((y * y).sum(), y), 2 * y + bump)
    assert found.wrong.tolist() == [False, False, False, True, False]
    assert found.backprop is Answer.DIFFERS


def test_what_is_lost_in_rounding_is_unresolved_not_equal():
    x = real("x", n)
    point = NumericPoint(Point({n: 3}), [x])
    hidden = (x * 1e-9 + 1e9) - 1e9
    assert point.compare(hidden, x * 1e-9).backprop is Answer.UNRESOLVED
    assert "rounding hides the value at n=3, seed 0" in point.compare(hidden, x * 1e-9).reason


def test_a_value_outside_a_domain_is_named():
    x, P = real("x", n), positive("P", n)
    point = NumericPoint(Point({n: 3}, 1), [x, P])
    found = point.compare(log(-P), P)
    assert (found.backprop, found.differences) == (Answer.UNRESOLVED, Answer.UNRESOLVED)
    assert found.reason.startswith("log(-")
    assert ", but log is defined where x > 0 at n=3, seed 1" in found.reason
    assert point.outside_domain(log(P)) == ""
    assert "divide(1, 0), but divide is defined where the divisor is not 0" in point.outside_domain(1 / (x - x))
    assert point.outside_domain(gradient(log(-P).sum(), P)).startswith("log(-")


def test_an_overflow_is_named():
    x = real("x", n)
    found = NumericPoint(Point({n: 2}, 0, {"x": 4}), [x]).compare(np.exp(x * x), x)
    assert found.reason.startswith("the forward model overflows at ")


def test_a_step_that_is_no_number_differs_where_it_is_none():
    P = positive("P", n)
    found = NumericPoint(Point({n: 3}), [P]).compare(P, P + 0 * log(P - P[0]))
    assert found.backprop is Answer.DIFFERS
    assert found.wrong[0]


def test_zero_is_told():
    x = real("x", n)
    point = NumericPoint(Point({n: 3}), [x])
    assert point.compare(x - x, 0 * x).is_zero
    assert not point.compare(x * 1e-200, x * 1e-200).is_zero
    assert point.compare(x - x, x).backprop is Answer.DIFFERS


def test_numbers_may_be_written_in_any_of_their_shapes():
    x = real("x", n)
    point = NumericPoint(Point({n: 3}), [x])
    for form in (x @ x, (x @ x).reshape(1), x.reshape(1, -1) @ x.reshape(-1, 1)):
        assert point.compare((x * x).sum(), form).backprop is Answer.AGREES


def test_points_are_moved_away_from_kinks():
    x = real("x", n)
    graph = relu(x - 0.02)
    near = [s for s in range(40) if np.any(np.abs(Point({n: 4}, s).values([x])[x.key] - 0.02) < 1e-9)]
    assert near  # short decimals do hit 0.02 exactly
    moved = NumericPoint.away_from_kinks(Point({n: 4}, near[0]), [graph], [x])
    assert moved.point.seed != near[0]
    assert np.all(np.abs(moved.evaluation(x) - 0.02) > FROM_KINKS * 0.01)


def test_a_mask_of_what_is_exactly_0_all_around_has_a_value_there():
    y, x, w = bits("y", n), real("x", n), real("w", n)
    for argument in (y, y * x, relu(x)):
        found = NumericPoint(Point({n: 5}), [w, x, y]).compare(w * (argument > 0) + w, w * (argument >= 0) + w)
        assert found.answer is Answer.DIFFERS


def test_nothing_is_said_on_a_jump_of_the_step():
    x = real("x", n)
    point = NumericPoint(Point({n: 3}, pattern="zeros"), [x])
    found = point.compare(gradient(x.sum(), x), 1.0 * (x > 0) + 1.0 * (x < 0))
    assert found.answer is Answer.UNRESOLVED
    assert found.reason.startswith("there is a kink at ")


def test_probabilities_on_a_kink_are_moved_from_it():
    p = unit("p", n)
    near = next(s for s in range(400) if np.any(Point({n: 4}, s).values([p])[p.key] == 0.5))
    assert NumericPoint(Point({n: 4}, near), [p]).on_kink(p > 0.5)


def test_the_engine_against_differences_is_a_conflict_of_gradcheck(monkeypatch):
    x = real("x", dims("fresh"))
    monkeypatch.setattr(reverse_mode, "reverse", lambda of, by, right=reverse_mode.reverse: 1.001 * right(of, by))
    found = NumericPoint(Point({dims("fresh"): 3}), [x]).compare(gradient(tanh(x).sum(), x), 1 - tanh(x) ** 2)
    assert found.conflict.startswith("reverse mode says ")
    assert ", differences say " in found.conflict
    assert found.conflict.endswith(" at [0]")


def test_a_term_that_the_cost_rounds_away_contradicts_nothing():
    A, V, P = real("A", n, m), real("V", n, n), real("P", n, m)
    cost = (A**3 - sin(V @ P)).sum()  # 1e18 beside 1: its samples are flat along V
    point = NumericPoint(Point({n: 3, m: 2}, 1, dict.fromkeys("AVP", 6)), [A, P, V])
    found = point.compare(gradient(cost, V), -cos(V @ P) @ P.T)
    assert not found.conflict
    assert found.answer is Answer.UNRESOLVED
    assert found.reason.startswith("rounding hides the value at ")


def test_readings_are_made_once(monkeypatch):
    x = real("x", n)
    point = NumericPoint(Point({n: 3}), [x])
    target = gradient((x * x).sum(), x)
    point.compare(target, 2 * x)
    monkeypatch.setattr(differences, "differentiate", None)
    assert point.compare(target, 3 * x).differences is Answer.DIFFERS
