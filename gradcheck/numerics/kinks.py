"""Conventions at kinks, such as ReLU′(0) = 0, judged on functions of one number.

At its kink such a function has a slope to the left and one to the right, and a convention is a value between them. This
says nothing of compositions: where several kinks meet, as in relu(x) - relu(-x) = x, values between the slopes of the
parts make one of the whole that is not, and a right derivative would be called wrong.
"""

from typing import NamedTuple

import numpy as np

from gradcheck.graph import Array, Derivative, Reshape, walk
from gradcheck.numerics.differences import kink_arguments
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.tolerances import SLACK

BESIDE = 1e-6
"""How far beside the kink the slopes are taken, relative to the point, or to 1 at 0."""


class Slopes(NamedTuple):
    """The smaller and the larger one of the one-sided slopes."""

    low: float
    high: float

    def allow(self, value: float) -> bool:
        """Whether the value lies between them."""
        slack = SLACK * max(abs(self.low), abs(self.high))
        return self.low - slack <= value <= self.high + slack

    def __str__(self) -> str:
        return f"at a kink with one-sided slopes {self.low:.4g} and {self.high:.4g}"


def one_sided(target: Array, plain: Array, point: Evaluation) -> Slopes | None:
    """The slopes of a function of one number on both sides of a point; None for anything else.

    target: the derivative. plain: the same by reverse mode.
    """
    while isinstance(target, Reshape):
        (target,) = target.args
    if not isinstance(target, Derivative):
        return None
    of, by = target.args
    kinks = [node for node in walk(of) if node.kinks]
    if len(kinks) != 1 or any(point(node).size != 1 for node in (of, by, kinks[0])):
        return None
    if np.all([np.any(argument) for argument in kink_arguments(kinks[0], point)]):
        return None
    step = BESIDE * (np.abs(point(by)) + (point(by) == 0))
    low, high = sorted(float(point.shifted(by, sign * step)(plain).item()) for sign in (-1, 1))
    return Slopes(low, high)
