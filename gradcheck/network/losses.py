"""Losses: what a prediction costs, and which labels and predictions it is for. Adding a loss is adding a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from gradcheck.graph import Array
from gradcheck.graph.domains import BITS, ONE_HOT, REAL, Domain
from gradcheck.network.activations import SOFTMAX, Activation, range_of
from gradcheck.notation import cross_entropy, log, log_softmax, sigmoid, softplus, squared_error

Of = Callable[[Array, Array], Array]


@dataclass(frozen=True, eq=False)
class Loss:
    """A loss of every unit's prediction and label; the cost sums over units and is the mean over examples.

    of: the loss of (predictions, labels). labels: the domain of labels. predictions: between which numbers predictions
    have to lie. of_shares: whether predictions have to be softmax's, or must not be; None if it does not matter.
    of_scores: the loss by what an activation is applied to, for activations that take its digits: (scores, labels).
    """

    of: Of
    labels: Domain
    predictions: tuple[float, float]
    of_shares: bool | None = None
    of_scores: Mapping[Activation, Of] = field(default_factory=dict)

    def refusal(self, last: Activation) -> str:
        """Why it does not take what an activation gives, and a cure; empty if it does."""
        if self.of_shares is True and last is not SOFTMAX:
            return f"takes shares of 1, and {last.name} gives none: let the last activation be softmax"
        if self.of_shares is False and last is SOFTMAX:
            return "is of every unit by itself, and softmax gives shares of 1: take softmax_cross_entropy"
        (low, high), (least, most) = range_of(last), self.predictions
        if least <= low and high <= most:
            return ""
        return (
            f"takes predictions between {least:g} and {most:g}, and {last.name} gives others: "
            "let the last activation be sigmoid, or take squared_error"
        )


def _cross_entropy_of_scores(Z: Array, Y: Array) -> Array:
    """-log σ(z) = softplus(-z) and -log(1 - σ(z)) = softplus(z), for 1 - σ(z) = σ(-z): nothing is subtracted."""
    return Y * softplus(-Z) + (1 - Y) * softplus(Z)


LOSSES = {
    "cross_entropy": Loss(cross_entropy, BITS, (0.0, 1.0), False, {sigmoid: _cross_entropy_of_scores}),
    "softmax_cross_entropy": Loss(
        lambda A, Y: -Y * log(A), ONE_HOT, SOFTMAX.within, True, {SOFTMAX: lambda Z, Y: -Y * log_softmax(Z, axis=0)}
    ),
    "squared_error": Loss(squared_error, REAL, REAL.within),
}
