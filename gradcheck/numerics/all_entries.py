"""Oracle: the slopes of one number by every entry of large arrays, each with an error bar, by increments.

What enters only through W @ A, or through sums and differences, moves what it enters into in a way that is known: no
slope is taken there, and moving W[i, j] by h moves row i of W @ A by h A[j]. So what is moved are the places behind
such steps: a network's pre-activations, of which an entry has one direction where a weight matrix has many, and which
weights and bias share. A slope by an entry of W is that of its place, interpolated to the shift that the entry causes.

No derivative rule is used, and no rule of rewriting: the formula is evaluated as it is written.
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from gradcheck.functions import Function
from gradcheck.graph import Array, affected, inputs_of, walk
from gradcheck.numerics import apart
from gradcheck.numerics.evaluate import Evaluation, Sizes, Values
from gradcheck.numerics.increments import Increments, Terms, steps
from gradcheck.numerics.recording import Compute, NotRecorded, recorded
from gradcheck.numerics.rounding import EPS
from gradcheck.numerics.shaken import Shaken
from gradcheck.tolerances import FINER, TERMS_OFF

NEAR = 0.125
"""The finer step, in units of the usual one: the distance to that is what a slope may be off by truncation."""
SHIFTS = np.array([[NEAR, -NEAR], [1.0, -1.0]])
"""Of the values as they are, and of the shaken ones."""
Size = Callable[[Any], Any]
"""The size of a factor, for error bars; or the factor itself."""


@dataclass(frozen=True)
class Slopes:
    """Slopes by all entries of an array, and their error bars, both in its shape.

    NaN with an infinite error bar at entries that lie on a kink, or whose smallest step crosses one, or has no value
    at its other end.
    """

    value: Values
    error: Values

    def or_nothing(self) -> Slopes:
        """With infinite error bars where there is no value."""
        return Slopes(self.value, np.where(np.isnan(self.value + self.error), np.inf, self.error))

    def or_else(self, other: Slopes) -> Slopes:
        """Those of another measurement where there is no value."""
        lost = np.isnan(self.value)
        return Slopes(np.where(lost, other.value, self.value), np.where(lost, other.error, self.error))


def slopes(of: Array, by: Sequence[Array], at: Evaluation) -> list[Slopes]:
    """The slopes of a number by each of the arrays, which may be intermediates.

    Raises ValueError if `of` is not one number. at: a point without batch axes.
    """
    found = _at_unit(of, by, at, 1.0)
    for unit in FINER:  # a smaller step may not cross the kink that a larger one has crossed
        if not any(np.isnan(part.value).any() for part in found):
            break
        found = [part.or_else(finer) for part, finer in zip(found, _at_unit(of, by, at, unit), strict=True)]
    return found


class Differences:
    """Slopes of a number by arrays, for inputs of given sizes, as a straight-line program: fast where arrays are small.

    It is recorded when it is called for the first time. Call it with a mapping of the inputs' names to arrays.
    """

    def __init__(self, of: Array, by: Sequence[Array], sizes: Sizes) -> None:
        self.of, self.by, self.sizes = of, tuple(by), sizes
        self.inputs = inputs_of([of, *by])
        self._run: Compute | None = None

    def __call__(self, values: Mapping[str, Values]) -> list[Slopes]:
        """The slopes. Raises as `slopes` does."""
        arrays = [values[node.name] for node in self.inputs]
        if self._run is None:
            self._run = self._recorded(arrays)
        with np.errstate(all="ignore"):
            found = self._run(*arrays)
            squares = [np.vdot(value, value) for value in found[::2]]  # which is faster than looking at each entry
        if any(square != square for square in squares):
            return slopes(self.of, self.by, self._point(arrays))
        return [Slopes(*pair) for pair in zip(found[::2], found[1::2], strict=True)]

    def _recorded(self, arrays: Sequence[Values]) -> Compute:
        """As a program; what cannot be recorded is walked at every call."""
        others = [np.where(array == 0, 0.0625, 0.875 * array) for array in arrays]
        try:
            return recorded(self._computed, arrays, others)
        except NotRecorded:
            return self._computed

    def _computed(self, *arrays: Values) -> list[Values]:
        """Values and error bars by turns."""
        found = _at_unit(self.of, self.by, self._point(arrays), 1.0)
        return [array for part in found for array in (part.value, part.error)]

    def _point(self, arrays: Sequence[Values]) -> Evaluation:
        return Evaluation({node.key: array for node, array in zip(self.inputs, arrays, strict=True)}, self.sizes)


def _at_unit(of: Array, by: Sequence[Array], at: Evaluation, unit: float) -> list[Slopes]:
    """The slopes with steps in a unit of the usual ones."""
    shape = at.shape(of.shape)
    if math.prod(shape) != 1:
        raise ValueError(f"slopes are those of one number, and this is an array of shape {shape}: sum it first")
    shaken = Shaken(at)
    nodes = list(walk(of))
    uses = _uses(nodes, by)
    found: dict[int, Slopes] = {}
    for node in [*nodes[::-1], *by]:
        if node.key in uses and node.key not in found:
            found[node.key] = _slopes_by(node, of, uses[node.key], found, shaken, unit)
    return [found[node.key].or_nothing() for node in by]


def _uses(nodes: Sequence[Array], by: Sequence[Array]) -> dict[int, list[Array]]:
    """By the keys of what slopes are taken by: into what it enters linearly. Slopes by these are taken, too."""
    uses: dict[int, list[Array]] = {node.key: [] for node in by}
    for node in nodes:
        entering = {arg.key for arg in node.args if arg.key in uses}
        linear = [key for key in entering if _is_linear(node, key)]
        for key in linear:
            uses[key].append(node)
        if linear:
            uses.setdefault(node.key, [])
    return uses


def _is_linear(node: Array, key: int) -> bool:
    """Whether what a node changes by when one of its operands is moved does not depend on where that is."""
    if node.verb == "elementwise":
        function: Function = node.params[0]
        return function.terms is not None
    if node.verb != "product":
        return False
    positions = [i for i, arg in enumerate(node.args) if arg.key == key]
    own = node.params[0][positions[0]]
    others = [arg.key for arg in node.args if arg.key != key]
    return len(positions) == 1 and len(set(own)) == len(own) and not affected(others, key)


def _slopes_by(
    node: Array, of: Array, linear: Sequence[Array], found: dict[int, Slopes], at: Shaken, unit: float
) -> Slopes:
    """The sum over all uses: through those that are linear, and those through which it is moved itself."""
    if node.key == of.key:
        return Slopes(np.ones(at.own.shape(of.shape)), np.zeros(at.own.shape(of.shape)))
    parts = [_through(use, node, found[use.key], at) for use in linear]
    moved = _moved(of, node, at, {use.key for use in linear}, unit)
    parts += [] if moved is None else [moved]
    if not parts:
        return Slopes(np.zeros(at.own.shape(node.shape)), np.zeros(at.own.shape(node.shape)))
    return Slopes(*(reduce(operator.add, kind) for kind in zip(*parts, strict=True)))


# ---- linear uses ---------------------------------------------------------------------------------------------------


def _through(use: Array, node: Array, slopes: Slopes, at: Shaken) -> tuple[Values, Values]:
    """What the slopes by a node's use are by the node, and their error bars."""
    through = _by_factor if use.verb == "product" else _by_term
    return through(use, node, slopes.value, at), through(use, node, slopes.error, at, np.abs)


def _by_factor(use: Array, node: Array, slopes: Values, at: Shaken, size: Size = np.positive) -> Values:
    """An entry moves every entry of the product in which it is a factor by its shift times the other factors."""
    labels, result = use.params
    position = next(i for i, arg in enumerate(use.args) if arg.key == node.key)
    operands, axes = [slopes], [result]
    for i, arg in enumerate(use.args):
        if i != position:
            operands.append(size(at.plain(arg)))
            axes.append(labels[i])
    for label, n in zip(labels[position], at.own.shape(node.shape), strict=True):
        if not any(label in own for own in axes):  # it is summed over alone
            operands.append(np.ones(n))
            axes.append((label,))
    return at.own.contract(operands, tuple(axes), labels[position])


def _by_term(use: Array, node: Array, slopes: Values, at: Shaken, size: Size = np.positive) -> Values:
    """An entry moves every entry of the sum in which it is a term by its shift, with its sign."""
    factors = use.params[0].terms
    factor = float(sum(factors[i] for i, arg in enumerate(use.args) if arg.key == node.key))
    shape = at.own.shape(node.shape)
    missing = slopes.ndim - len(shape)
    repeated = [i for i, n in enumerate(slopes.shape) if i < missing or shape[i - missing] != n]
    summed = slopes.sum(axis=tuple(repeated), keepdims=True) if repeated else slopes
    return np.asanyarray(size(factor) * summed.reshape(shape))


# ---- places that are moved -----------------------------------------------------------------------------------------


def _moved(of: Array, by: Array, at: Shaken, unmoved: set[int], unit: float) -> tuple[Values, Values] | None:
    """Central differences by moving an array, which stands still for some nodes; None if `of` does not move then.

    With their error bars: how far the slope at the shaken values is, with a step of another size, which shows digits
    that the values have lost, and truncation; and rounding by the size of the terms.
    """
    plan = apart.plan(of, by, at.own, unmoved)
    if of.key not in plan.where:
        return None
    nodes = list(walk(of))
    step = steps(at.plain(by), 0, unit)
    shifts = np.multiply.outer(SHIFTS, step)
    (ahead, behind), (far_ahead, far_behind) = _changes(Increments, plan, {n: at(n) for n in nodes}, at.own, shifts)
    ((terms,),) = _changes(Terms, plan, {n: at(n)[:1] for n in nodes}, at.own, step[None, None])
    value = (ahead - behind) / (2 * NEAR * step)
    off = np.abs((far_ahead - far_behind) / (2 * step) - value)
    return value, off + TERMS_OFF * EPS * terms / step


def _changes(
    carrier: type[Increments], plan: apart.Plan, values: Mapping[Array, Values], at: Evaluation, shifts: Values
) -> Values:
    """What the last of the nodes changes by at each of the shifts when entries are moved alone, in their shape.

    values: those of all nodes, with an axis for points in front. shifts: with one for points, and one for shifts.
    """
    (points, times), slots, (*_, of) = shifts.shape[:2], (1,) * len(plan.sizes), values
    grown = Evaluation({}, at.sizes, 2 + len(slots), shifts=at.shifts)
    grown.values = {node.key: v.reshape(len(v), 1, *slots, *v.shape[1:]) for node, v in values.items()}
    carried = apart.Apart(plan, carrier(grown))
    together = {plan.by.key: shifts.reshape(points, times, *slots, *plan.sizes)}
    with np.errstate(all="ignore"):  # domain edges give NaN: that is the answer
        carried.through(plan.together, together, ())
        rest, parts = [node for node in plan.nodes if node.key not in together], []
        cuts = apart.blocks(plan, at, points * times)
        for block in itertools.product(*cuts):
            own = dict(together)
            carried.through(rest, own, block)
            parts.append(carried.apart_at_last(of, own, block))
    return apart.joined(parts, cuts)
