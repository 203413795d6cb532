"""The one place where training asks the engine."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import dims, gradient, real
from gradcheck.network import value_and_gradients
from gradcheck.network.engine import evaluated, rounding_errors
from gradcheck.numerics.evaluate import MissingValue

n, m = dims("n m")
W, X = real("W", 1, n), real("X", n, m)
J = (W @ X).sum() / m
VALUES = {"W": np.array([[1.0, 2.0]]), "X": np.array([[1.0, 0.0, 2.0], [3.0, 1.0, 0.0]])}


def test_it_gives_the_cost_and_a_gradient_for_each_parameter():
    value, (by_W, by_X) = value_and_gradients(J, (W, X), VALUES)
    assert value == (3 + 8) / 3
    np.testing.assert_allclose(by_W, [[1.0, 4 / 3]], rtol=1e-15)
    np.testing.assert_allclose(by_X, np.array([[1.0] * 3, [2.0] * 3]) / 3, rtol=1e-15)


def test_an_array_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"X has shape \(3, 2\) and is declared as \(n, m\) with m=2, n=2"):
        value_and_gradients(J, (W,), VALUES | {"X": VALUES["X"].T})
    with pytest.raises(ValueError, match=r"W has shape \(2,\) and is declared as \(1, n\)"):
        value_and_gradients(J, (W,), VALUES | {"W": np.ones(2)})
    with pytest.raises(ValueError, match=r"W has shape \(1,\) and is declared as \(1, n\)"):
        value_and_gradients(J, (W,), VALUES | {"W": np.ones(1)})


def test_a_missing_input_is_named():
    with pytest.raises(MissingValue, match="no value was given for the input X"):
        value_and_gradients(J, (W,), {"W": VALUES["W"]})


def test_sizes_that_no_array_tells_are_numbers_by_name():
    k = dims("k")
    assert evaluated([real("x") / k], {"x": np.array(6.0), "k": 4})[0] == 1.5


def test_what_overflows_is_infinite_and_warns_nobody():
    x = real("x", n)
    value, (slope,) = value_and_gradients(np.exp(x).sum(), (x,), {"x": np.array([1000.0])})
    assert value == np.inf
    assert slope[0] == np.inf


def test_rounding_errors_are_bounds():
    exact = gradient(J, W)
    (bound,), (value,) = rounding_errors([exact], VALUES), evaluated([exact], VALUES)
    assert bound.shape == value.shape
    assert np.all(bound >= 0)
    assert np.all(bound <= 1e-14)
