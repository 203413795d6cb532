"""Gradient descent of networks: steps, trajectories, and how it ends."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.network import Diverged, Network, Parameters, accuracy, cost, fit, gradients, initial, predict, step
from gradcheck.network import descent as module
from gradcheck.network.engine import Compiled

RNG = np.random.default_rng(0)
X = RNG.standard_normal((2, 120))
APART = ((X[0] + 2 * X[1])[None] > 0).astype(float)
"""Labels that a line tells apart."""
CROSSED = ((X[0] * X[1])[None] > 0).astype(float)
"""Labels that no line tells apart: those of exclusive or."""


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# ---- gradients ---------------------------------------------------------------------------------------------------


def test_gradients_are_those_of_backpropagation_by_hand():
    network = Network((2, 3, 1), ("relu", "sigmoid"))
    parameters = initial(network, seed=4)
    (W1, W2), (b1, b2) = parameters.weights, parameters.biases
    Z1 = W1 @ X + b1
    A1 = np.maximum(Z1, 0)
    D2 = (sigmoid(W2 @ A1 + b2) - CROSSED) / 120
    D1 = W2.T @ D2 * (Z1 > 0)
    found = gradients(network, parameters, X, CROSSED).named
    expected = {"W1": D1 @ X.T, "b1": D1.sum(axis=1, keepdims=True), "W2": D2 @ A1.T, "b2": D2.sum(keepdims=True)}
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=1e-12, atol=1e-16)


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
@pytest.mark.parametrize("hidden", ["tanh", "sigmoid", "softplus", "arctan"])
def test_gradients_are_the_slopes_of_the_cost(loss, hidden):
    network = Network((2, 3, 2, 1), (hidden, "tanh", "sigmoid"), loss)
    start = initial(network, seed=1)
    found, h = gradients(network, start, X, APART).named, 1e-6
    for name, value in start.named.items():
        for place in np.ndindex(value.shape):
            moved = [value.copy(), value.copy()]
            moved[0][place] += h
            moved[1][place] -= h
            above, below = (cost(network, Parameters.of(start.named | {name: array}), X, APART) for array in moved)
            assert found[name][place] == pytest.approx((above - below) / (2 * h), rel=1e-5, abs=1e-9)


# ---- steps -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "network",
    [
        Network((2, 1), ("sigmoid",)),
        Network((2, 4, 1), ("relu", "sigmoid")),
        Network((2, 3, 2, 1), ("sigmoid", "sigmoid", "sigmoid")),
        Network((2, 3, 1), ("tanh", "identity"), "squared_error"),
    ],
    ids=str,
)
def test_a_small_step_lowers_the_cost(network, seed):
    start = initial(network, seed)
    after = step(network, start, X, CROSSED, rate=0.01)
    assert cost(network, after, X, CROSSED) < cost(network, start, X, CROSSED)


def test_a_step_goes_against_the_gradient_by_the_rate():
    network = Network((2, 3, 1), ("tanh", "sigmoid"))
    start = initial(network)
    slopes, after = gradients(network, start, X, APART).named, step(network, start, X, APART, rate=0.3).named
    for name, value in start.named.items():
        assert np.array_equal(after[name], value - 0.3 * slopes[name])


def test_costs_are_those_of_the_start_and_after_every_step():
    network = Network((2, 3, 1), ("tanh", "sigmoid"))
    start = initial(network)
    found = fit(network, start, X, APART, rate=0.3, steps=2)
    first = step(network, start, X, APART, rate=0.3)
    assert found.costs == tuple(cost(network, at, X, APART) for at in (start, first, found.parameters))
    assert not found.is_interrupted


# ---- what is reached ---------------------------------------------------------------------------------------------


def test_logistic_regression_tells_apart_what_a_line_does():
    network = Network((2, 1), ("sigmoid",))
    found = fit(network, initial(network), X[:, :90], APART[:, :90], rate=1.0, steps=300)
    assert found.costs[-1] < 0.11
    assert accuracy(network, found.parameters, X[:, :90], APART[:, :90]) >= 0.98
    assert accuracy(network, found.parameters, X[:, 90:], APART[:, 90:]) >= 0.93


def test_a_hidden_layer_tells_apart_what_no_line_does():
    plain, hidden = Network((2, 1), ("sigmoid",)), Network((2, 6, 1), ("tanh", "sigmoid"))
    reached = {n: fit(n, initial(n, seed=1), X, CROSSED, rate=1.0, steps=500) for n in (plain, hidden)}
    assert accuracy(plain, reached[plain].parameters, X, CROSSED) < 0.7
    assert accuracy(hidden, reached[hidden].parameters, X, CROSSED) >= 0.97


def test_the_three_two_one_network_of_sigmoids_learns():
    network = Network((2, 3, 2, 1), ("sigmoid",) * 3)
    found = fit(network, initial(network, seed=2), X, APART, rate=3.0, steps=600)
    assert accuracy(network, found.parameters, X, APART) >= 0.95


def test_squared_error_fits_a_curve():
    network = Network((1, 8, 1), ("tanh", "identity"), "squared_error")
    x = np.linspace(-1, 1, 40)[None]
    found = fit(network, initial(network, seed=1), x, x**2, rate=0.3, steps=800)
    assert found.costs[-1] < 0.02 * found.costs[0]


def test_softmax_reads_digits_that_it_has_not_seen():
    pytest.importorskip("sklearn")
    from sklearn.datasets import load_digits

    held = load_digits()
    pixels, Y = held.images.reshape(len(held.images), -1).T / 16, np.eye(10)[:, held.target]
    network = Network((64, 32, 10), ("tanh", "softmax"), "softmax_cross_entropy")
    found = fit(network, initial(network), pixels[:, :1400], Y[:, :1400], rate=0.5, steps=300)
    assert np.all(np.diff(found.costs) < 0)
    assert accuracy(network, found.parameters, pixels[:, :1400], Y[:, :1400]) >= 0.97
    assert accuracy(network, found.parameters, pixels[:, 1400:], Y[:, 1400:]) >= 0.88
    assert (predict(network, found.parameters, pixels[:, 1400:]) == held.target[1400:]).mean() >= 0.88


def listing(x, y, alpha, num_iters):
    """grad_descent and predict of the listing, with the mean over the n examples where it has m features."""
    n = x.shape[1]
    w, b, costs = np.zeros((x.shape[0], 1)), 0.0, []
    for _ in range(num_iters):
        a = sigmoid(w.T @ x + b)
        costs.append(((-1 / n) * (np.log(a) @ y.T + np.log(1 - a) @ (1 - y).T)).item())
        dz = a - y
        w, b = w - alpha * (x @ dz.T) / n, b - alpha * np.sum(dz) / n
    return costs, (~(sigmoid(w.T @ x + b) < 0.5)).astype(float), 100 - np.mean(np.abs(predict_by(w, b, x) - y)) * 100


def predict_by(w, b, x):
    return (~(sigmoid(w.T @ x + b) < 0.5)).astype(int)


def test_it_is_the_listing_of_logistic_regression_without_its_mistakes():
    network = Network((2, 1), ("sigmoid",))
    zeros = Parameters((np.zeros((1, 2)),), (np.zeros((1, 1)),))
    costs, predicted, percent = listing(X, APART, 0.5, 200)
    found = fit(network, zeros, X, APART, rate=0.5, steps=200)
    np.testing.assert_allclose(found.costs[:-1], costs, rtol=1e-12)
    assert np.array_equal(predict(network, found.parameters, X), predicted)
    assert 100 * accuracy(network, found.parameters, X, APART) == pytest.approx(percent)


# ---- how it ends -------------------------------------------------------------------------------------------------


def test_a_rate_that_diverges_names_the_step_and_the_cost_and_keeps_the_last_finite_parameters():
    network = Network((2, 3, 1), ("relu", "identity"), "squared_error")
    with pytest.raises(Diverged) as caught:
        fit(network, initial(network), 10 * X, CROSSED, rate=10.0, steps=100)
    kept, steps = caught.value.fit, len(caught.value.fit.costs) - 1
    said = f" after step {steps + 1}, was {kept.costs[-1]:.6g} before it; rate=10 is too large, try 1."
    assert said in str(caught.value)
    assert np.isfinite(kept.costs).all()
    assert all(np.isfinite(value).all() for value in kept.parameters.named.values())
    assert cost(network, kept.parameters, 10 * X, CROSSED) == kept.costs[-1]


def test_an_infinite_parameter_is_seen_behind_an_activation_that_saturates():
    network, X, Y = Network((1, 1), ("tanh",), "squared_error"), np.full((1, 2), 1e3), np.array([[5.0, 6.0]])
    start = Parameters((np.zeros((1, 1)),), (np.zeros((1, 1)),))
    with pytest.raises(Diverged, match=r"W1 is not finite and the cost 10\.25 after step 1, was 15\.25 before"):
        fit(network, start, X, Y, rate=1e307)


def test_a_start_without_a_cost_is_refused():
    network = Network((2, 1), ("exp",), "squared_error")
    with pytest.raises(ValueError, match="the cost is inf before the first step: start with smaller weights, or scale"):
        fit(network, initial(network), 1e6 * X, APART)


def interrupt_after(monkeypatch, count):
    calls, original = [], Compiled.__call__

    def interrupted(*args):
        calls.append(args)
        if len(calls) > count:
            raise KeyboardInterrupt
        return original(*args)

    monkeypatch.setattr(Compiled, "__call__", interrupted)


def test_ctrl_c_returns_what_was_reached(monkeypatch):
    network = Network((2, 3, 1), ("tanh", "sigmoid"))
    expected = fit(network, initial(network), X, APART, steps=6)
    interrupt_after(monkeypatch, 7)
    found = fit(network, initial(network), X, APART, steps=1000)
    assert found.is_interrupted
    assert found.costs == expected.costs
    for name, value in expected.parameters.named.items():
        assert np.array_equal(found.parameters.named[name], value)


def test_progress_says_the_cost_of_every_step(monkeypatch):
    said = []
    monkeypatch.setattr(module.Progress, "show", lambda self, *what: said.append(what))
    network = Network((2, 1), ("sigmoid",))
    found = fit(network, initial(network), X, APART, steps=3)
    assert said == [(f"cost {cost:.6g}", i, 3) for i, cost in enumerate(found.costs[1:], 1)]
