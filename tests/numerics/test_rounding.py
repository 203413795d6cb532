"""The rounding bound covers what floating point really loses, and is not so wide that it hides mistakes."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
import sympy as sp

from gradcheck.graph import dims, inputs_of
from gradcheck.notation import cross_entropy, exp, log, positive, real, relu, sigmoid, softplus, tanh, unit
from gradcheck.numerics import rounding
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.sampling.point import Point

n, m = dims("n m")
SIZES = {n: 3, m: 4}
A, B, x, P, U = real("A", n, m), real("B", m, n), real("x", n), positive("P", n), unit("U", n)

GRAPHS = {
    "product": A @ B,
    "sum": A.sum(axis=1) / 3,
    "cancellation": (x + 1e8) - 1e8,
    "logistic": log(1 - sigmoid(5 + x)),
    "loss": cross_entropy(sigmoid(A @ B), 0.1).sum(),
    "softmax": exp(A) / exp(A).sum(axis=0, keepdims=True),
    "deep": tanh(B @ tanh(A @ tanh(B))),
    "powers": P**2.5 / (1 + P),
    "not short in binary": x * 0.1 - x / 10,
    "smooth": softplus(10 * x) - relu(10 * x),
    "slice": (A[1:] - A[:-1]) / A[1:],
    "stacked": np.vstack([A, A.mean(axis=0)]).sum(axis=0),
    "probability": log(U) - log(1 - U),
}


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("seed", range(3))
def test_the_bound_covers_the_error_and_is_not_idle(name, seed):
    graph, nodes = GRAPHS[name], inputs_of([GRAPHS[name]])
    values = Point(SIZES, seed).values(nodes)
    computed = Evaluation(values, SIZES)(graph)
    bound = rounding.bound(graph, Evaluation(values, SIZES), {})
    true = exactly(graph, values)
    error = np.abs(np.vectorize(lambda a, b: float(sp.Float(float(a), 40) - b))(computed, true))
    assert bound.shape == computed.shape
    assert np.all(error <= bound)
    assert np.all(bound <= 1e-6 * np.maximum(1, np.abs(computed)))


def exactly(graph, values):
    """The value in 40 digits, by SymPy's definitions."""
    exact = {
        key: np.vectorize(lambda v: sp.Rational(float(v)), otypes=[object])(value) for key, value in values.items()
    }
    found = Evaluation(exact, SIZES, dtype=object)(graph)
    with mpmath.workdps(40):
        return np.vectorize(lambda v: sp.sympify(v).evalf(40), otypes=[object])(found)


def bound(graph, **values):
    given = {node.key: np.asarray(values[node.name], float) for node in inputs_of([graph])}
    return rounding.bound(graph, Evaluation(given, {n: 2, m: 2}), {})


def test_inputs_and_whole_numbers_are_exact():
    np.testing.assert_array_equal(bound(x, x=[0.1, 0.2]), 0)
    np.testing.assert_array_equal(bound(A[:1].reshape(-1), A=[[1, 2], [3, 4]]), 0)
    assert np.all(bound(0 * x + 0.1, x=[1, 2]) > 0)


def test_cancellation_widens_the_bound():
    assert np.all(bound((x + 1e8) - 1e8, x=[1.0, 2.0]) > 1e-8)
    assert np.all(bound(x + 1, x=[1.0, 2.0]) < 1e-14)


UNDERFLOWING = {
    "exp": exp(-x),
    "sigmoid": sigmoid(-x),
    "its derivative": sigmoid.prime(x),
    "softplus": softplus(-x),
    "product": (x / 1e200) * (x / 1e200),
    "quotient": x / 1e200 / 1e200,
    "square": np.square(x / 1e200),
    "power": (x / 1e200) ** 3,
}


@pytest.mark.parametrize("name", UNDERFLOWING)
def test_what_underflows_to_0_is_not_known_to_be_0(name):
    graph = UNDERFLOWING[name]
    assert np.all(bound(graph, x=[1e3, 2e3]) > 0)
    assert np.all(bound(graph, x=[1e3, 2e3]) < 1e-300)


def test_what_is_0_is_known_to_be_0():
    for graph in (x * 0, x * x, relu(-1 - x), x / 3, (x > 5) * exp(x), np.maximum(-x, -x * x)):
        np.testing.assert_array_equal(bound(graph, x=[0.0, 0.0]), 0)


def test_a_jump_within_rounding_of_its_argument_is_not_known():
    near = (0.1 * x + 0.2 * x - 0.3 * x) > 0
    assert np.all(bound(1.0 * near, x=[1.0, 3.0]) >= 1)
    assert np.all(bound(1.0 * (x > 0), x=[1.0, -3.0]) < 1e-14)


def test_a_jump_at_an_argument_without_error_is_known():
    # Labels, and ReLU(z) for z < 0, are exactly 0, and NumPy compares them exactly.
    for mask in (x * 0 >= 0, relu(x) > 0, x * relu(-x) >= 0):
        assert not np.any(bound(1.0 * mask, x=[-1.0, 3.0]) >= 1)


def test_what_is_not_a_number_has_no_bound():
    assert np.isinf(bound(log(x * 0.1), x=[-1.0, 1.0])[0])


def test_bounds_of_parts_are_kept():
    errors: dict[int, np.ndarray] = {}
    product = x * 0.1
    given = {x.key: np.array([1.0, 2.0])}
    rounding.bound(product + 1, Evaluation(given, {n: 2}), errors)
    assert product.key in errors


def test_the_difference_of_an_expression_with_itself_is_exactly_0():
    x = real("x", n)
    graph = sigmoid(x) - sigmoid(x)
    assert not rounding.bound(graph, Evaluation({x.key: np.array([0.3, 2.0])}, {n: 2}), {}).any()
    assert rounding.bound(graph + 1, Evaluation({x.key: np.array([0.3, 2.0])}, {n: 2}), {}).all()


def test_what_a_mask_leaves_out_has_no_error_unless_the_mask_is_not_known():
    errors = bound(np.where(x > 0, 1 / relu(x), 5), x=[-1.0, 3.0])
    assert np.all(errors < 1e-14)
    near = np.where((0.1 * x + 0.2 * x - 0.3 * x) > 0, 1 / relu(-x), 5)
    assert np.all(np.isinf(bound(near, x=[1.0, 3.0])))
