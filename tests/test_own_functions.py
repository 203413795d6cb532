"""Functions of one's own: rows that all oracles know, made of known ones."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.functions import Function, abstract
from gradcheck.functions.held import Scalar, held_by
from gradcheck.graph import dims, inputs_of
from gradcheck.judging.comparison import NumericPoint
from gradcheck.notation import (
    SCALE,
    SLOPE,
    digamma,
    elu,
    erf,
    exp,
    function,
    gamma,
    gelu,
    gelu_tanh,
    gradient,
    hard_swish,
    mish,
    pi,
    positive,
    real,
    relu,
    selu,
    sigmoid,
    silu,
    softplus,
    softsign,
    sqrt,
    tanh,
    where,
)
from gradcheck.numerics import differences, increments, reverse_mode, rounding
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.printing import text
from gradcheck.proofs.prime_field import PrimePoint
from gradcheck.proofs.symbols import SymbolicPoint
from gradcheck.sampling.point import Point
from gradcheck.verdicts import Answer

n = dims("n")
x, p = real("x", n), positive("p", n)
SWISH = function("swish", lambda t: t * sigmoid(t))
ELU = function("elu", lambda t: where(t > 0, t, np.exp(t) - 1))
HARD = function("hard", lambda t: np.minimum(np.maximum(t / 6 + 0.5, 0), 1))
ENTROPY = function("entropy", lambda t: -t * np.log(t))
TANH = lambda t: tanh(sqrt(2 / pi) * (t + 0.044715 * t**3))  # noqa: E731
SLOPES = [
    (SWISH, x, lambda t: sigmoid(t) + t * sigmoid(t) * (1 - sigmoid(t))),
    (ELU, x, lambda t: where(t > 0, 1, exp(t))),
    (HARD, x, lambda t: (t > -3) * (t < 3) / 6),
    (ENTROPY, p, lambda t: -np.log(t) - 1),
    (silu, x, lambda t: sigmoid(t) * (1 + t * (1 - sigmoid(t)))),
    (gelu, x, lambda t: (1 + erf(t / sqrt(2))) / 2 + t * exp(-(t**2) / 2) / sqrt(2 * pi)),
    (gelu_tanh, x, lambda t: (1 + TANH(t)) / 2 + t * (1 - TANH(t) ** 2) * sqrt(2 / pi) * (1 + 0.134145 * t**2) / 2),
    (elu, x, lambda t: where(t > 0, 1, exp(t))),
    (selu, x, lambda t: where(t > 0, SCALE, SCALE * SLOPE * exp(t))),
    (hard_swish, x, lambda t: where(t > 3, 1, where(t < -3, 0, (2 * t + 3) / 6))),
    (mish, x, lambda t: tanh(softplus(t)) + t * sigmoid(t) * (1 - tanh(softplus(t)) ** 2)),
    (softsign, x, lambda t: 1 / (1 + abs(t)) ** 2),
    (gamma, p, lambda t: gamma(t) * digamma(t)),
]
PIECES = (HARD, hard_swish)
each = pytest.mark.parametrize(("row", "by", "slope"), SLOPES, ids=[str(row) for row, *_ in SLOPES])


def judged(target, step):
    """What the oracles say: numbers by reverse mode and differences, and both tiers of algebra."""
    nodes = inputs_of([target, step])
    found = NumericPoint.away_from_kinks(Point({n: 4}), [target, step], nodes).compare(target, step)
    assert not found.conflict
    exact, prime = (at.compare(target, step).answer for at in (SymbolicPoint(nodes, {n: 2}), PrimePoint(nodes, {n: 2})))
    return found.backprop, found.differences, exact, prime


@each
def test_a_wrong_derivative_is_refuted(row, by, slope):
    said = judged(gradient(row(by).sum(), by), slope(by) * 1.01)
    assert said[:3] == (Answer.DIFFERS, Answer.DIFFERS, Answer.DIFFERS)
    assert said[3] is not Answer.PROVED


@each
def test_the_derivative_is_proved(row, by, slope):
    for said in (judged(gradient(row(by).sum(), by), slope(by)), judged(row.prime(by), slope(by))):
        assert said[:3] == (Answer.AGREES, Answer.AGREES, Answer.PROVED)
        # a step of a step is a variable of its own in the prime field
        assert said[3] is (Answer.UNRESOLVED if row in PIECES else Answer.PROVED)


@each
def test_it_is_the_same_on_numbers(row, by, slope):
    values = np.array([0.3, 1.7, 2.9, 0.01])
    np.testing.assert_allclose(row.prime(values), slope(values), rtol=1e-13)


def test_its_kinks_are_those_of_its_parts():
    at = Evaluation({x.key: np.array([-3.0, 0.0, 3.0])}, {n: 3})
    assert [np.flatnonzero(argument == 0).tolist() for argument in differences.kink_arguments(HARD(x), at)] == [
        [0],
        [2],
    ]
    assert not SWISH.facts.kinks


def test_a_step_over_a_kink_says_nothing():
    at = Evaluation({x.key: np.array([-3.0, 1.0])}, {n: 2}, derivative=increments.differentiate)
    assert np.isnan(at(gradient(HARD(x).sum(), x))).tolist() == [True, False]


def test_its_domain_is_that_of_its_parts():
    at = NumericPoint(Point({n: 1}), [x])
    assert "entropy is defined where in its log, x > 0" in at.outside_domain(ENTROPY(-x * x))


def test_its_rounding_is_that_of_its_parts():
    lost = function("lost", lambda t: np.log(1 - (1 - t)))
    at = Evaluation({p.key: np.array([1e-12])}, {n: 1})
    bound = rounding.bound(lost(p), at, {})
    assert 1e-6 < float(bound.item()) < 1e-3
    assert abs(float(at(lost(p)).item()) - np.log(1e-12)) <= bound.item()


def test_it_is_rational_if_its_parts_are():
    assert function("cubic", lambda t: t**3 / 3 - t / (1 + t * t))(x).is_rational(int)
    for row in (SWISH, HARD, function("unknown", lambda t: abstract("g")(t) + t), function("root", lambda t: t**0.5)):
        assert not row(x).is_rational(int)


def test_it_is_written_by_its_name():
    assert text(SWISH(x)) == ("swish(x)", "swish(x)", "\\mathrm{swish}\\left(x\\right)")
    assert text(SWISH.prime(x)).latex == "\\mathrm{swish}'\\left(x\\right)"
    assert isinstance(SWISH, Function)


def test_second_derivatives():
    curvature = reverse_mode.expand(gradient(SWISH.prime(x).sum(), x))
    s = sigmoid(x)
    right = s * (1 - s) * (2 + x * (1 - 2 * s))
    at = Evaluation({x.key: np.array([-1.0, 0.5, 2.0])}, {n: 3})
    np.testing.assert_allclose(at(curvature), at(right), rtol=1e-12)


@pytest.mark.parametrize("body", [lambda t: t.sum() * x, lambda t: t.reshape(1), lambda t: relu(t) @ x])
def test_a_body_that_is_not_element_by_element_is_refused(body):
    with pytest.raises(TypeError, match=r"function\('f', …\): the body has to be made of element-wise functions"):
        function("f", body)


def test_a_function_of_a_whole_number_that_makes_an_exact_constant_holds_floating_point_numbers() -> None:
    """NumPy 2.4 ends the process where it casts an array of objects that are floats of another class."""
    own = function("own", lambda t: exp(t))
    assert held_by(own, (Scalar(int, 1),)) == np.dtype(float)
