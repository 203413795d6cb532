"""Graphs on numbers: what has no value says so, and moving a node moves what contains it and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from gradcheck.graph import ShapeError, dims
from gradcheck.notation import gradient, real, relu, sigmoid
from gradcheck.numerics.evaluate import Evaluation, MissingValue
from gradcheck.numerics.rounding import bound

n, m = dims("n m")
SIZES = {n: 2, m: 3}
W, x, b = real("W", m, n), real("x", n), real("b", m)
VALUES = {
    W.key: np.array([[1.0, 2.0], [3.0, -4.0], [0.5, 0.25]]),
    x.key: np.array([2.0, -1.0]),
    b.key: np.array([0.1, 0.2, 0.3]),
}
Z = W @ x + b


def test_an_input_without_a_value_is_named():
    with pytest.raises(MissingValue, match="no value was given for the input b"):
        Evaluation({W.key: VALUES[W.key], x.key: VALUES[x.key]}, SIZES)(Z)


def test_a_misfit_has_no_value():
    with pytest.raises(ShapeError, match=r"\(m, n\) @ \(m,\): n is not m"):
        Evaluation(VALUES, SIZES)(W @ b + 1)


def test_a_derivative_needs_a_rule():
    with pytest.raises(TypeError, match="no rule for derivatives"):
        Evaluation(VALUES, SIZES)(gradient(Z.sum(), W))


def test_the_rule_for_derivatives_is_the_oracles_own():
    point = Evaluation(VALUES, SIZES, derivative=lambda at, node: np.full(at.shape(node.shape), 7.0))
    np.testing.assert_array_equal(point(gradient(Z.sum(), W) + 1), np.full((3, 2), 8.0))


def test_an_expression_is_computed_once(monkeypatch):
    computed = []
    monkeypatch.setattr(
        Evaluation, "compute", lambda self, node, real=Evaluation.compute: computed.append(node.key) or real(self, node)
    )
    point = Evaluation(VALUES, SIZES)
    point(Z * Z)
    point(sigmoid(W @ x + b) + Z)
    assert len(computed) == len(set(computed)) > 4


def test_moving_an_intermediate_moves_what_contains_it_only():
    point = Evaluation(VALUES, SIZES)
    formula = relu(Z) + (W @ x)
    before = point(formula)
    moved = point.shifted(Z, np.array([1.0, 0.0, 0.0]))
    np.testing.assert_allclose(moved(formula), before + np.array([1, 0, 0]))  # relu is 0.1 -> 1.1 there; W @ x stays
    np.testing.assert_array_equal(moved(W @ x), point(W @ x))
    np.testing.assert_array_equal(point(formula), before)


def test_shifts_of_one_node_add_up_and_batch_axes_go_in_front():
    point = Evaluation(VALUES, SIZES)
    once = point.shifted(x, np.array([[1.0, 0.0], [0.0, 1.0]]), lead=1)
    twice = once.shifted(x, np.full((5, 1, 2), 10.0), lead=1)
    assert twice.lead == 2
    value = twice(Z)
    assert value.shape == (5, 2, 3)
    np.testing.assert_allclose(value[4, 1], VALUES[W.key] @ (VALUES[x.key] + [10, 11]) + VALUES[b.key])


def test_a_complex_shift_carries_the_derivative():
    moved = Evaluation(VALUES, SIZES).shifted(x, 1e-30j * np.eye(2), lead=1, dtype=np.complex128)
    np.testing.assert_allclose(np.imag(moved(Z)).T / 1e-30, VALUES[W.key], rtol=1e-15)


def test_sizes_are_numbers_at_a_point():
    point = Evaluation(VALUES, SIZES)
    assert point.number(n * m + 1) == 7
    assert point.shape((n, 1, m - 1)) == (2, 1, 2)
    assert point(Z / m).tolist() == (point(Z) / 3).tolist()


def test_literals_are_correctly_rounded_and_exact_on_objects():
    exact = Evaluation({x.key: np.array([sp.Integer(1), sp.Symbol("t")], dtype=object)}, SIZES, dtype=object)
    assert exact(x / m).tolist() == [sp.Rational(1, 3), sp.Symbol("t") / 3]
    assert exact(x * 0.1).tolist()[0] == sp.Rational(1, 10)
    assert Evaluation(VALUES, SIZES)(x * 0.1).tolist() == [0.1 * 2.0, 0.1 * -1.0]


@pytest.mark.parametrize("number", [2 / (n - 2), (n - 3) ** 0.5], ids=["infinite", "not real"])
def test_a_number_of_sizes_has_no_value_where_it_is(number):
    point = Evaluation(VALUES, SIZES)
    assert np.isnan(point(number * x)).all()
    assert not np.isfinite(bound(number * x, point, {})).any()


def test_a_kernels_warnings_do_not_escape():
    assert np.isneginf(Evaluation({x.key: np.array([0.0, 1.0])}, SIZES)(np.log(x))[0])
    assert np.isposinf(Evaluation({x.key: np.array([800.0, 1.0])}, SIZES)(np.exp(x))[0])
