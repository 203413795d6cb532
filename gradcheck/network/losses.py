"""Losses: what a prediction costs, and which labels and predictions it is for. Adding a loss is adding a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gradcheck.functions import Function
from gradcheck.graph import Array
from gradcheck.graph.domains import BITS, REAL, Domain
from gradcheck.notation import cross_entropy, sigmoid, softplus, squared_error


@dataclass(frozen=True, eq=False)
class Loss:
    """A loss of every unit's prediction and label; the cost sums over units and is the mean over examples.

    labels: the domain of labels. predictions: between which numbers predictions have to lie.
    of_scores: the loss by what an activation is applied to, for activations that take its digits: (scores, labels).
    """

    of: Function
    labels: Domain
    predictions: tuple[float, float]
    of_scores: Mapping[Function, Callable[[Array, Array], Array]] = field(default_factory=dict)


def _cross_entropy_of_scores(Z: Array, Y: Array) -> Array:
    """-log σ(z) = softplus(-z) and -log(1 - σ(z)) = softplus(z), for 1 - σ(z) = σ(-z): nothing is subtracted."""
    return Y * softplus(-Z) + (1 - Y) * softplus(Z)


LOSSES = {
    "cross_entropy": Loss(cross_entropy, BITS, (0.0, 1.0), {sigmoid: _cross_entropy_of_scores}),
    "squared_error": Loss(squared_error, REAL, REAL.within),
    # Softmax with cross-entropy: labels ONE_HOT, predictions (0, 1), and a form of scores, once softmax is a kind.
}
