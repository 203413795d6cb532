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


# ---- classes -----------------------------------------------------------------------------------------------------

CLASSES = Network((3, 3), ("softmax",), "softmax_cross_entropy")
AS_IT_IS = Parameters((np.eye(3),), (np.zeros((3, 1)),))
SCORES = np.array([[2.0, 0.0, 1.0, -1.0], [1.0, 3.0, 1.0, -2.0], [0.0, 0.0, 0.0, 5.0]])


def test_of_softmax_the_class_is_predicted_and_the_first_of_equal_ones():
    assert predict(CLASSES, AS_IT_IS, SCORES).tolist() == [0, 1, 0, 2]


def test_of_softmax_accuracy_is_the_fraction_of_examples():
    assert accuracy(CLASSES, AS_IT_IS, SCORES, np.eye(3)[:, [0, 1, 1, 0]]) == 0.5


def test_a_threshold_for_classes_is_refused():
    with pytest.raises(ValueError, match=r"threshold=0\.6: of softmax the class of the largest share is predicted"):
        predict(CLASSES, AS_IT_IS, SCORES, threshold=0.6)


def test_accuracy_of_softmax_is_about_classes_whatever_the_loss():
    network = Network((3, 3), ("softmax",), "squared_error")
    with pytest.raises(ValueError, match=r"labels of a classification are one 1 in each column and 0 elsewhere"):
        accuracy(network, AS_IT_IS, SCORES, np.full((3, 4), 0.5))
