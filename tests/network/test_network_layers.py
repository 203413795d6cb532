"""Networks, their parameters, and where they start."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.network import Network, Parameters, cost, forward, initial
from gradcheck.network.activations import KNOWN
from gradcheck.network.layers import shapes
from gradcheck.notation import function, leaky_relu, sigmoid


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (((3, 0, 1), ("relu", "sigmoid")), ValueError, r"widths\[1\]=0: a whole number of at least 1 is needed"),
        (((3, 2.0, 1), ("relu", "sigmoid")), TypeError, r"widths\[1\]=2.0 is no whole number"),
        (((3,), ()), ValueError, r"widths=\(3,\): the number of inputs and of at least one layer's units are needed"),
        ((3, ("sigmoid",)), TypeError, r"widths=3 is a int: give one for each layer, in brackets"),
        (((3, 1), "sigmoid"), TypeError, r"activations='sigmoid' is a str: give one for each layer, in brackets"),
        (((3, 2, 1), ("sigmoid",)), ValueError, r"1 activations for 2 layers: give one for each layer"),
        (((3, 2, 1), ("rleu", "sigmoid")), ValueError, r"activations\[0\]='rleu' is not an activation: there is abs, "),
        (((3, 1), (np.tanh,)), ValueError, r"activations\[0\]=<ufunc 'tanh'> is not an activation: .*tanh, and any"),
        (((3, 1), ("maximum",)), ValueError, r"activations\[0\]='maximum' is not an activation"),
        (
            ((3, 1), ("sigmoid",), "hinge"),
            ValueError,
            "loss='hinge' is not known: there is cross_entropy, softmax_cross_entropy, squared_error",
        ),
        (((3, 1), ("sigmoid",), ["cross_entropy"]), ValueError, r"loss=\['cross_entropy'\] is not known: there is"),
        (((3, 1), ("sigmoid",), None), ValueError, "loss=None is not known: there is"),
        (((3, 1), (["sigmoid"],)), ValueError, r"activations\[0\]=\['sigmoid'\] is not an activation: there is abs"),
        (((3, True), ("sigmoid",)), TypeError, r"widths\[1\]=True is no whole number"),
        (((3, 1), ("tanh",)), ValueError, "cross_entropy takes predictions between 0 and 1, and tanh gives others"),
        (
            ((3, 1), ("relu",)),
            ValueError,
            "and relu gives others: let the last activation be sigmoid, or take squared_",
        ),
        (
            ((3, 2), ("softmax",)),
            ValueError,
            "cross_entropy is of every unit by itself, and softmax gives shares of 1: take softmax_cross_entropy",
        ),
        (
            ((3, 2), ("sigmoid",), "softmax_cross_entropy"),
            ValueError,
            "softmax_cross_entropy takes shares of 1, and sigmoid gives none: let the last activation be softmax",
        ),
        (
            ((3, 1), ("softmax",), "softmax_cross_entropy"),
            ValueError,
            r"widths=\(3, 1\): softmax of one unit is always 1, so give a unit for each class",
        ),
    ],
)
def test_what_is_no_network_is_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        Network(*arguments)


def test_a_network_is_a_value():
    network = Network([2, 3, 1], ["relu", "sigmoid"])
    assert network == Network((2, 3, 1), ("relu", "sigmoid"), "cross_entropy")
    assert len({network, Network((2, 3, 1), ("relu", "sigmoid"))}) == 1
    with pytest.raises(AttributeError):
        network.widths = (2, 1)


@pytest.mark.parametrize("name", sorted(KNOWN.keys() - {"softmax"}))
def test_every_function_of_one_number_is_an_activation(name):
    network = Network((2, 3, 2), (name, "identity"), "squared_error")
    start = initial(network, seed=3)
    X = np.random.default_rng(0).standard_normal((2, 4))
    W1, b1, W2, b2 = (start.named[name] for name in ("W1", "b1", "W2", "b2"))
    with np.errstate(all="ignore"):
        expected = W2 @ KNOWN[name](W1 @ X + b1) + b2
    np.testing.assert_allclose(forward(network, start, X), expected, rtol=1e-13)


def test_softmax_is_an_activation_of_every_layer():
    network = Network((2, 3, 2), ("softmax", "softmax"), "squared_error")
    start, X = initial(network, seed=3), np.array([[1.0, -2.0], [0.5, 3.0]])

    def shares(Z):
        return np.exp(Z) / np.exp(Z).sum(axis=0)

    W1, W2 = start.weights
    found = forward(network, start, X)
    np.testing.assert_allclose(found, shares(W2 @ shares(W1 @ X)), rtol=1e-14)
    np.testing.assert_allclose(found.sum(axis=0), 1.0)


def test_a_function_of_ones_own_and_one_with_a_slope_are_activations():
    swish = function("swish", lambda x: x * sigmoid(x))
    network = Network((2, 3, 1), (swish, leaky_relu(0.2)), "squared_error")
    X = np.array([[1.0, -2.0], [0.5, 3.0]])
    start = initial(network)
    W1, W2 = start.weights
    Z = W2 @ (W1 @ X * sigmoid(W1 @ X))
    np.testing.assert_allclose(forward(network, start, X), np.where(Z > 0, Z, 0.2 * Z), rtol=1e-14)


def test_it_starts_with_weights_by_fan_in_or_near_zero_and_biases_zero():
    network = Network((400, 100, 1), ("relu", "sigmoid"))
    by_fan_in, near_zero = initial(network, seed=1), initial(network, seed=1, scale=0.01)
    assert {name: array.shape for name, array in by_fan_in.named.items()} == shapes(network)
    assert by_fan_in.weights[0].std() == pytest.approx(1 / 20, rel=0.02)
    assert near_zero.weights[0].std() == pytest.approx(0.01, rel=0.02)
    assert not any(b.any() for b in (*by_fan_in.biases, *near_zero.biases))


def test_a_seed_repeats_a_start_and_another_one_does_not():
    network = Network((2, 1), ("sigmoid",))
    assert np.array_equal(initial(network, seed=5).weights[0], initial(network, seed=5).weights[0])
    assert not np.array_equal(initial(network, seed=5).weights[0], initial(network, seed=6).weights[0])


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"scale": 0}, ValueError, "scale=0: a number above 0 is needed, such as 0.01"),
        ({"scale": "small"}, TypeError, "scale='small' is no number"),
        ({"seed": -1}, ValueError, "seed=-1: a whole number of at least 0"),
        ({"seed": 1.0}, TypeError, "seed=1.0 is no whole number"),
    ],
)
def test_a_start_that_cannot_be_is_refused(settings, error, message):
    with pytest.raises(error, match=message):
        initial(Network((2, 1), ("sigmoid",)), **settings)


def test_parameters_are_copies_that_nobody_writes_into():
    W, b = np.ones((1, 2)), np.zeros((1, 1))
    parameters = Parameters((W,), (b,))
    W[0, 0] = 7
    assert parameters.weights[0][0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        parameters.weights[0][0, 0] = 7


@pytest.mark.parametrize(
    ("weights", "biases", "error", "message"),
    [
        ([np.ones((1, 3))], [np.ones((1, 1))], ValueError, r"W1 has shape \(1, 3\), and the network's is \(1, 2\)"),
        ([np.ones((1, 2))], [np.ones((1, 2))], ValueError, r"b1 has shape \(1, 2\), and the network's is \(1, 1\)"),
        ([np.full((1, 2), np.inf)], [np.ones((1, 1))], ValueError, r"W1 holds inf at \[0, 0\]"),
        ([np.ones((1, 2), int)], [np.ones((1, 1))], TypeError, "W1 holds int64"),
        ([np.ones((1, 2), np.float16)], [np.ones((1, 1))], TypeError, "W1 holds float16: single and double precision"),
        ([np.ones((1, 2), object)], [np.ones((1, 1))], TypeError, "W1 holds object: write"),
        ([np.ones((1, 2))] * 2, [np.ones((1, 1))] * 2, ValueError, "parameters of 2 layers for a network of 1"),
    ],
)
def test_parameters_of_another_network_are_refused(weights, biases, error, message):
    with pytest.raises(error, match=message):
        forward(Network((2, 1), ("sigmoid",)), Parameters(tuple(weights), tuple(biases)), np.ones((2, 1)))


@pytest.mark.parametrize("parameters", [None, {"W1": np.ones((1, 2)), "b1": np.zeros((1, 1))}])
def test_what_is_no_parameters_is_refused(parameters):
    kind = type(parameters).__name__
    with pytest.raises(TypeError, match=rf"parameters is a {kind}: initial\(network\) gives some, Parameters\.of"):
        forward(Network((2, 1), ("sigmoid",)), parameters, np.ones((2, 1)))


def test_layers_have_weights_and_biases():
    with pytest.raises(ValueError, match="1 weights and 0 biases: each layer has one of both"):
        Parameters((np.ones((1, 2)),), ())


def test_the_cost_sums_over_units_and_is_the_mean_over_examples():
    network = Network((2, 3), ("identity",), "squared_error")
    parameters = Parameters((np.zeros((3, 2)),), (np.zeros((3, 1)),))
    Y = np.array([[1.0, 2.0], [3.0, 0.0], [0.0, 0.0]])
    assert cost(network, parameters, np.ones((2, 2)), Y) == ((1 + 9) / 2 + 4 / 2) / 2
