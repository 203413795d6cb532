"""What a network predicts, and how often it is right."""

from __future__ import annotations

import numbers
from typing import Any

import numpy as np

from gradcheck.graph.domains import BITS, ONE_HOT
from gradcheck.network.checks import floats, in_domain
from gradcheck.network.engine import Floats, evaluated
from gradcheck.network.layers import Network, Parameters, checked, model


def examples(network: Network, X: Any) -> Floats:
    """The examples, as columns. Raises TypeError or ValueError for what is no input of the network."""
    array, inputs = floats("X", X), network.widths[0]
    if array.shape[0] != inputs:
        turned = ": columns are examples, so write X.T" if array.shape[1] == inputs else ""
        raise ValueError(f"X has shape {array.shape}, and the network has {inputs} inputs, one a row{turned}")
    return array


def labels(network: Network, Y: Any, count: int) -> Floats:
    """The labels of so many examples. Raises TypeError or ValueError for what the loss does not take."""
    array, shape = floats("Y", Y), (network.widths[-1], count)
    if array.shape != shape:
        turned = ": write Y.T" if array.shape == shape[::-1] else ""
        listed = f": write np.eye({shape[0]})[:, classes]" if network.has_classes and array.shape[0] == 1 else ""
        need = f"{shape[0]} units with {count} examples need {shape}"
        raise ValueError(f"Y has shape {array.shape}, and {need}{turned or listed}")
    in_domain("Y", array, network.row_of_loss.labels, f"labels of {network.loss}")
    return array


def forward(network: Network, parameters: Parameters, X: Any) -> Floats:
    """The last layer's activations A[L] (units, examples). Raises TypeError or ValueError."""
    (value,) = evaluated(model(network).layers[-1:], {"X": examples(network, X), **checked(network, parameters)})
    return value


def predict(network: Network, parameters: Parameters, X: Any, threshold: float = 0.5) -> Floats:
    """The labels 1 where the last layer reaches the threshold and 0 elsewhere; of softmax the class of each example.

    Classes are whole numbers from 0, of shape (examples,): the row of the largest share, and the first of equal ones.
    Raises TypeError or ValueError.
    """
    if not isinstance(threshold, numbers.Real) or not np.isfinite(threshold):
        raise ValueError(f"threshold={threshold!r}: a finite number is needed, such as 0.5")
    if not network.has_classes:
        return np.where(forward(network, parameters, X) >= threshold, 1.0, 0.0)
    if threshold != 0.5:
        raise ValueError(
            f"threshold={threshold!r}: of softmax the class of the largest share is predicted; leave it out"
        )
    return forward(network, parameters, X).argmax(axis=0)


def accuracy(network: Network, parameters: Parameters, X: Any, Y: Any, threshold: float = 0.5) -> float:
    """The fraction of labels, from 0 to 1, that are predicted rightly; of softmax, the fraction of examples.

    Labels are 0 or 1 here, whatever the loss, and one-hot columns for softmax. Raises TypeError or ValueError.
    """
    predicted = predict(network, parameters, X, threshold)
    Y = labels(network, Y, predicted.shape[-1])
    in_domain("Y", Y, ONE_HOT if network.has_classes else BITS, "labels of a classification")
    return float(np.mean(predicted == (Y.argmax(axis=0) if network.has_classes else Y)))
