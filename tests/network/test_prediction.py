"""Predictions by a threshold, and how many of them are right."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.network import Network, Parameters, accuracy, forward, predict

NETWORK = Network((1, 1), ("sigmoid",))
IDENTITY = Parameters((np.ones((1, 1)),), (np.zeros((1, 1)),))
X = np.array([[-2.0, 0.0, 1.0]])


def test_the_threshold_itself_is_a_1():
    assert predict(NETWORK, IDENTITY, X).tolist() == [[0, 1, 1]]
    assert predict(NETWORK, IDENTITY, X, threshold=0.6).tolist() == [[0, 0, 1]]


def test_accuracy_is_the_fraction_that_is_right():
    assert accuracy(NETWORK, IDENTITY, X, np.array([[0.0, 0.0, 1.0]])) == 2 / 3
    assert accuracy(NETWORK, IDENTITY, X, np.array([[0.0, 0.0, 1.0]]), threshold=0.6) == 1


def test_accuracy_is_about_classes_whatever_the_loss():
    network = Network((1, 1), ("identity",), "squared_error")
    with pytest.raises(ValueError, match=r"Y holds 0\.3 at \[0, 0\].*labels of a classification are 0 or 1"):
        accuracy(network, IDENTITY, X, np.array([[0.3, 0.3, 0.3]]))


@pytest.mark.parametrize("threshold", [float("nan"), "half", None])
def test_a_threshold_that_is_no_number_is_refused(threshold):
    with pytest.raises(ValueError, match=r"a finite number is needed, such as 0\.5"):
        predict(NETWORK, IDENTITY, X, threshold)


def test_each_column_is_an_example():
    one_by_one = [forward(NETWORK, IDENTITY, X[:, i : i + 1]) for i in range(3)]
    assert np.array_equal(np.hstack(one_by_one), forward(NETWORK, IDENTITY, X))
