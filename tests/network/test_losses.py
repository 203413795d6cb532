"""Losses keep their digits where a prediction is as good as 0 or 1."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import integers, sampled_from

from gradcheck import gradient, one_hot, real
from gradcheck.network import Network, Parameters, cost, forward, gradients, initial
from gradcheck.network.layers import model
from gradcheck.notation import exp, log, softmax
from gradcheck.programs import Program

NETWORK = Network((1, 1), ("sigmoid",))
CLASSES = Network((2, 3, 4), ("tanh", "softmax"), "softmax_cross_entropy")


def at(z: float) -> Parameters:
    return Parameters((np.array([[z]]),), (np.zeros((1, 1)),))


@pytest.mark.parametrize("z", [-3.0, -0.5, 0.0, 0.1, 4.0])
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_cross_entropy_of_scores_is_cross_entropy(z, y):
    a = 1 / (1 + np.exp(-z))
    direct = -(y * np.log(a) + (1 - y) * np.log(1 - a))
    assert cost(NETWORK, at(z), np.ones((1, 1)), np.array([[y]])) == pytest.approx(direct, rel=1e-14)


@pytest.mark.parametrize(("z", "y"), [(40.0, 1.0), (-40.0, 0.0)])
def test_it_is_not_0_where_the_prediction_is_nearly_right(z, y):
    X, Y = np.ones((1, 1)), np.array([[y]])
    assert cost(NETWORK, at(z), X, Y) == pytest.approx(np.exp(-40.0), rel=1e-13, abs=0)
    assert abs(gradients(NETWORK, at(z), X, Y).biases[0][0, 0]) == pytest.approx(np.exp(-40.0), rel=1e-13, abs=0)


@pytest.mark.parametrize(("z", "y"), [(800.0, 0.0), (-800.0, 1.0)])
def test_it_is_finite_where_the_prediction_is_wholly_wrong(z, y):
    X, Y = np.ones((1, 1)), np.array([[y]])
    assert cost(NETWORK, at(z), X, Y) == 800
    assert gradients(NETWORK, at(z), X, Y).biases[0][0, 0] == (1 if y == 0 else -1)


def test_an_activation_without_a_form_of_its_own_takes_the_loss_itself():
    network = Network((1, 1), ("relu′",))
    assert "cross_entropy" in str(model(network).cost)


# ---- softmax -----------------------------------------------------------------------------------------------------


def of_classes(seed, scale=1.0):
    """A start, examples and one-hot labels."""
    rng = np.random.default_rng(seed)
    return initial(CLASSES, seed, scale=scale), rng.standard_normal((2, 5)), np.eye(4)[:, rng.integers(0, 4, 5)]


@given(integers(0, 1000), sampled_from([0.1, 1.0, 5.0]))
def test_softmax_cross_entropy_is_the_log_of_the_share_of_the_class(seed, scale):
    start, X, Y = of_classes(seed, scale)
    A = forward(CLASSES, start, X)
    direct = -np.mean(np.log(A[Y.argmax(axis=0), np.arange(5)]))
    assert cost(CLASSES, start, X, Y) == pytest.approx(direct, rel=1e-12)


@given(integers(0, 1000))
def test_its_gradients_are_those_of_backpropagation_by_hand(seed):
    start, X, Y = of_classes(seed)
    (W1, W2), (b1, _) = start.weights, start.biases
    A1 = np.tanh(W1 @ X + b1)
    D2 = (forward(CLASSES, start, X) - Y) / 5
    D1 = W2.T @ D2 * (1 - A1**2)
    found = gradients(CLASSES, start, X, Y).named
    expected = {"W1": D1 @ X.T, "b1": D1.sum(axis=1, keepdims=True), "W2": D2 @ A1.T, "b2": D2.sum(1, keepdims=True)}
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("scores", [[1000, -1000, 0, 999], [-1000, -1000, -1000, -1000], [1000, 1000, -1000, 0]])
@pytest.mark.parametrize("label", range(4))
def test_extreme_scores_have_a_finite_cost_and_finite_gradients(scores, label):
    network = Network((1, 4), ("softmax",), "softmax_cross_entropy")
    Z, X, Y = np.array(scores, float)[:, None], np.ones((1, 1)), np.eye(4)[:, [label]]
    at = Parameters((Z,), (np.zeros((4, 1)),))
    total = Z.max() + np.log(np.exp(Z - Z.max()).sum())
    assert cost(network, at, X, Y) == pytest.approx(total - scores[label], rel=1e-14)
    np.testing.assert_allclose(gradients(network, at, X, Y).biases[0], np.exp(Z - total) - Y, rtol=1e-12, atol=1e-300)


WRITTEN = {
    "log of softmax": lambda Z: log(softmax(Z, axis=0)),
    "log of a quotient": lambda Z: log(exp(Z) / exp(Z).sum(axis=0, keepdims=True)),
    "minus log of a sum": lambda Z: Z - log(exp(Z).sum(axis=0)),
}


@pytest.mark.parametrize("logarithm", WRITTEN.values(), ids=WRITTEN.keys())
@pytest.mark.parametrize("size", [1000.0, 1e6])
def test_a_program_of_it_is_finite_however_it_is_written(logarithm, size):
    Z, Y = real("Z", 3, 2), one_hot("Y", 3, 2)
    J = -(Y * logarithm(Z)).sum() / 2
    at = {"Z": np.array([[size, -size], [-size, 0.0], [0.0, size]]), "Y": np.eye(3)[:, [1, 2]]}
    value, slope = Program([J, gradient(J, Z)], {})(at)
    assert value == size  # of the first example 2 size, of the second one 0
    np.testing.assert_allclose(slope, [[0.5, 0.0], [-0.5, 0.0], [0.0, 0.0]], atol=1e-300)
