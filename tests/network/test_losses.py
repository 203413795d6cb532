"""Losses keep their digits where a prediction is as good as 0 or 1."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.network import Network, Parameters, cost, gradients
from gradcheck.network.layers import model

NETWORK = Network((1, 1), ("sigmoid",))


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
