"""Kinks: on which sides of them points lie, and conventions on them, such as ReLU′(0) = 0.

A convention is judged on functions of one number. At its kink such a function has a slope to the left and one to the
right, and a convention is a value between them. This says nothing of compositions: where several kinks meet, as in
relu(x) - relu(-x) = x, values between the slopes of the parts make one of the whole that is not, and a right derivative
would be called wrong.
"""

from collections.abc import Iterable
from functools import reduce
from itertools import chain
from typing import NamedTuple

import numpy as np

from gradcheck.graph import Array, Derivative, Reshape, as_array, differentiated, varying
from gradcheck.graph.expressions import Known
from gradcheck.graph.refusals import engine
from gradcheck.numerics import reverse_mode
from gradcheck.numerics.differences import kink_arguments, kinked
from gradcheck.numerics.evaluate import Evaluation, Values
from gradcheck.tolerances import SLACK

BESIDE = 1e-6
"""How far beside the kink the slopes are taken, relative to the point, or to 1 at 0."""


class Slopes(NamedTuple):
    """The smaller and the larger one of the one-sided slopes. blur: by how much they may be others."""

    low: float
    high: float
    blur: float = 0.0

    def allow(self, value: float) -> bool:
        """Whether the value lies between them."""
        slack = SLACK * max(abs(self.low), abs(self.high)) + self.blur
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
    kinks = list(kinked(of))
    if len(kinks) != 1 or any(point(node).size != 1 for node in (of, by, kinks[0])):
        return None
    if np.all([np.any(argument) for argument in kink_arguments(kinks[0], point)]):
        return None
    step = BESIDE * (np.abs(point(by)) + (point(by) == 0))

    def beside(part: float) -> float:
        return float(point.shifted(by, part * step)(plain).item())

    # At the kink itself: that of x |x| is 0, and 2e-6 beside it.
    sides = [(beside(side), beside(side / 2)) for side in (-1, 1)]
    low, high = sorted(2 * near - far for far, near in sides)
    return Slopes(low, high, max(abs(near - far) for far, near in sides))


# ---- sides -------------------------------------------------------------------------------------------------------


class Side(NamedTuple):
    """One side of a kink: where its argument has a sign."""

    argument: Array
    sign: int


Cell = tuple[Side, ...]
"""Where an entry lies on several sides."""
_ARGUMENTS: Known[tuple[Array, ...]] = Known()
"""Arguments of kinks by the node that has them."""


def with_kinks(graph: Array) -> list[Array]:
    """The graph by reverse mode, and what it is the derivative of: a jump has the derivative 0 and leaves no trace."""
    return [reverse_mode.expand(part) for part in (graph, *differentiated(graph))]


@engine()
def arguments_of(graphs: Iterable[Array]) -> list[Array]:
    """The arguments of all kinks of the graphs and of what they are derivatives of: each has two sides.

    Ties have none that could be missed: at any point some entries are above the others along an axis, and some below.
    """
    found: dict[int, Array] = {}
    plain = [part for graph in graphs for part in with_kinks(graph)]
    nodes = [node for node in kinked(*plain) if not node.kinks_are_ties]
    new = {
        node.key: [as_array(kink(*node.args)) for kink in node.kinks] for node in nodes if node.key not in _ARGUMENTS
    }
    depends = varying(chain.from_iterable(new.values()))
    for key, arguments in new.items():
        _ARGUMENTS[key] = tuple(argument for argument in arguments if argument.key in depends)
    for node in nodes:
        found |= {argument.key: argument for argument in _ARGUMENTS[node.key]}
    return list(found.values())


def reach(cell: Cell, at: Evaluation) -> Values:
    """How far points are inside a cell with the entry that is so most, and how far outside if it is negative.

    Arguments whose shapes do not fit, as those before and behind a product, are looked at by their own entries each.
    """
    with np.errstate(all="ignore"):
        values = [side.sign * at(side.argument) for side in cell]
        values = [at.aligned(value, max(side.argument.ndim for side in cell)) for value in values]
        try:
            inside = reduce(np.minimum, values)
        except ValueError:
            inside = reduce(np.minimum, [_most(value) for value in values])
    return _most(np.where(np.isnan(inside), -np.inf, inside))


def _most(values: Values) -> Values:
    """The largest entry of each point."""
    return np.asarray(values.reshape(len(values), -1).max(axis=1))
