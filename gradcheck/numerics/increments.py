"""Oracle: finite differences that do not cancel. It uses no derivative rule of any kind.

Two values of a function at near points agree in most of their digits, and their difference loses these. So no two
values are subtracted here: every node of the graph carries its value and its increment, and an increment is made of
values and increments by an identity. (A + dA)(B + dB) - AB = dA B + (A + dA) dB, and for each function of the table
f(x + d) - f(x) stands on its row, as in e^(x + d) - e^x = e^x (e^d - 1) (Kahan's expm1 and log1p do the rest). The
increments are those of the rounded values, good to a few units in the last place, with steps as small as one likes.

What comes out is a central difference all the same: it approaches the derivative as the step becomes small. Unlike one
of samples, it knows exactly whether a step crossed a kink, for it has the sign of the kink's argument on both sides;
and where it did, there is no number.
"""

import operator
from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from gradcheck.functions import Function
from gradcheck.graph import Apply, Array, Derivative, affected, body_of, derivatives_in, walk
from gradcheck.graph.families import Extreme
from gradcheck.numerics import matrices
from gradcheck.numerics.evaluate import Evaluation, Values, slices
from gradcheck.numerics.rounding import EPS
from gradcheck.tolerances import TERMS_OFF

STEP = 2.0**-40
"""The step relative to the entry that is moved.

Truncation is 1e-24 of the third derivative then, which is below rounding unless the entry moves something by 1e4 times
its own size; and as nothing cancels, rounding is no worse than at 1e-3.
"""


Changes = Sequence[Values | None]
"""What the operands of a node change by; None for those that do not move."""


def differentiate(point: Evaluation, node: Derivative, unit: float = 1.0) -> Values:
    """∂of/∂by by central increments, with steps in the given unit of the usual ones: shape batch + of + by.

    NaN where a step crosses a kink, or begins on one, and where it leaves the domain; and everywhere if `of` contains
    derivatives that move with `by`: their increments would be differences of differences, which cancel.
    """
    of, by = node.args
    step, shift = _shift(point, by, unit)
    ahead, behind = _changes(Increments, point, of, by, np.stack([shift, -shift]))
    return _quotient(point, ahead - behind, 2 * step)


def terms(point: Evaluation, node: Derivative) -> Values:
    """The size of what ∂of/∂by is a sum of, shape batch + of + by: all products and partial increments by their sizes.

    Rounding errors are relative to it: a right derivative lies within some units in the last place of this from
    `differentiate` (4 were measured on networks of three layers, also saturated ones; 100 is a generous bar). Not in
    it are errors of the point's values, such as that of log(1 - a) at a near 1. NaN where derivatives move inside.
    """
    of, by = node.args
    step, shift = _shift(point, by)
    (sizes,) = _changes(Terms, point, of, by, shift[None])
    return _quotient(point, sizes, step)


def error(point: Evaluation, node: Derivative) -> Values:
    """A bound on the rounding error of `differentiate`, but for errors of the point's values; NaN as in `terms`."""
    return TERMS_OFF * EPS * terms(point, node)


def _shift(point: Evaluation, by: Array, unit: float = 1.0) -> tuple[Values, Values]:
    """The step of each entry of `by`, and each of them moved alone: batch + by, (directions, *that)."""
    base = point(by)
    step = steps(base, point.lead, unit)
    own = base.shape[point.lead :]
    count = int(np.prod(own))
    units = np.eye(count).reshape((count,) + (1,) * point.lead + own)
    return step, step * units


def steps(base: Values, lead: int, unit: float = 1.0) -> Values:
    """The step of each entry of an array behind batch axes, a power of two.

    Entries that are 0 move by what the largest moves by.
    """
    sizes = np.abs(base)
    largest = sizes.max(axis=tuple(range(lead, base.ndim)), keepdims=True)
    size = np.where(sizes > 0, sizes, np.where(largest > 0, largest, 1.0))
    return np.ldexp(1.0, np.frexp(unit * STEP * size)[1])


def _quotient(point: Evaluation, change: Values, step: Values) -> Values:
    """The change in each direction, (directions, batch, of), over its step, with the axes of `by` last."""
    batch, own = step.shape[: point.lead], step.shape[point.lead :]
    last = np.moveaxis(change, 0, -1)
    flat = step.reshape(batch + (1,) * (last.ndim - len(batch) - 1) + (-1,))
    return (last / flat).reshape(last.shape[:-1] + own)


# ---- through the graph -------------------------------------------------------------------------------------------


class Increments:
    """Carries increments beside values: what a kind of node makes of them, the kind says in `change`."""

    def __init__(self, at: Evaluation) -> None:
        self.at = at

    def through(self, of: Array, by: Array, shift: Values) -> Values | None:
        """What `of` changes by when `by` alone is moved by the shift; None if it does not change."""
        changes = {by.key: shift}
        for node in walk(of, known={by.key}):
            moved = [changes.get(arg.key) for arg in node.args]
            if any(change is not None for change in moved):
                operands = [self.at.values[arg.key] for arg in node.args]
                changes[node.key] = node.change(self, operands, moved, self.at.values[node.key])
        return changes.get(of.key)

    # -- the words in which kinds say it --

    def before(self, value: Values) -> Values:
        """The factor of a product whose operand has not moved yet."""
        return value

    def after(self, value: Values, change: Values) -> Values:
        """The factor when it has."""
        return value + change

    slices = staticmethod(slices)

    def still(self, value: Values) -> Values:
        """No change."""
        return np.zeros_like(value)

    expm1, log1p = np.expm1, np.log1p

    def opposite(self, change: Values) -> Values:
        """With the other sign."""
        return -change

    def inverse_after(self, matrix: Values, change: Values) -> Values:
        """The inverse of a matrix that has moved."""
        return matrices.inverse(matrix + change)

    def logdet1p(self, ratio: Values) -> Values:
        """Log det(1 + E); NaN if a determinant on the way has another sign than 1."""
        return np.asarray(np.log1p(matrices.pivots_beside_1(ratio)).sum(axis=-1))

    def extreme(self, node: Extreme, value: Values, change: Values) -> Values:
        """NaN where another entry is the largest one at the other end, or entries tie at one of them."""
        return np.where(node.stays(value, value + change), node.moved_by(value, change), np.nan)

    def elementwise(self, node: Apply, args: Sequence[Values], changes: Changes) -> Values:
        """The row's increment; NaN where a kink lies between the ends, or one of them outside the domain."""
        args, deltas = self._aligned(node, args, changes)
        change = self._of_function(node.function, args, deltas, self._value(node, args))
        smooth = _is_smooth_between(node.function, args, deltas)
        return self._filled(change if smooth is None else np.where(smooth, change, np.nan), node)

    def _aligned(self, node: Apply, args: Sequence[Values], changes: Changes) -> tuple[list[Values], list[Values]]:
        deltas = [np.zeros(()) if change is None else self.at.aligned(change, node.ndim) for change in changes]
        return [self.at.aligned(arg, node.ndim) for arg in args], deltas

    def _value(self, node: Apply, args: Sequence[Values]) -> Values:
        """The function's value, which a node that is shifted does not have."""
        shifted = node.key in self.at.shifts
        return np.asanyarray(node.function.numpy(*args)) if shifted else self.at.values[node.key]

    def _filled(self, change: Any, node: Apply) -> Values:
        """In the shape of the result, which operands that do not move may have made larger."""
        shape = np.broadcast_shapes(np.shape(change), self.at.values[node.key].shape)
        return np.asanyarray(change if np.shape(change) == shape else np.broadcast_to(change, shape))

    def _of_function(
        self, function: Function, args: Sequence[Values], deltas: Sequence[Values], value: Values
    ) -> Values:
        """What the function changes by, whose value is known."""
        if function.body is None:
            assert function.increment is not None, f"{function} has no increment"
            return np.asanyarray(function.increment(*args, *deltas, value))
        variable, body = body_of(function.body)
        (arg,), (delta,) = args, deltas
        point = Evaluation({variable.key: arg}, {}, lead=arg.ndim)  # entry by entry: all axes are batch axes
        point(body)
        change = type(self)(point).through(body, variable, delta)
        return np.zeros_like(delta) if change is None else change


class Terms(Increments):
    """Carries the sizes of what increments are sums of."""

    def before(self, value: Values) -> Values:
        """Its size."""
        return np.abs(value)

    def after(self, value: Values, change: Values) -> Values:
        """The same: terms of second order do not count."""
        return value

    def opposite(self, change: Values) -> Values:
        """Of the same size."""
        return change

    def inverse_after(self, matrix: Values, change: Values) -> Values:
        """The sizes of the inverse."""
        return np.abs(matrices.inverse(matrix))

    def logdet1p(self, ratio: Values) -> Values:
        """To first order the trace."""
        return np.asarray(np.trace(ratio, axis1=-2, axis2=-1))

    def elementwise(self, node: Apply, args: Sequence[Values], changes: Changes) -> Values:
        """The sizes of the increments by each argument alone."""
        args, sizes = self._aligned(node, args, changes)
        value, still = self._value(node, args), np.zeros(())
        moving = [k for k, change in enumerate(changes) if change is not None]
        alone = ([sizes[k] if i == k else still for i in range(len(sizes))] for k in moving)
        parts = (np.abs(self._of_function(node.function, args, deltas, value)) for deltas in alone)
        return self._filled(reduce(operator.add, parts), node)


def _changes(carrier: type[Increments], point: Evaluation, of: Array, by: Array, shift: Values) -> Values:
    """What `of` changes by when `by` alone is moved by the shift, which has two axes more in front."""
    if affected({node.key for node in derivatives_in(of, known={by.key})}, by.key):
        return np.full(shift.shape[: 2 + point.lead] + point.shape(of.shape), np.nan)
    value = point(of)
    grown = Evaluation({}, point.sizes, point.lead + 2, shifts=point.shifts)
    grown.values = {node.key: point(node)[None, None] for node in walk(of)}
    with np.errstate(all="ignore"):  # domain edges give NaN: that is the answer
        change = carrier(grown).through(of, by, shift)
    return np.broadcast_to(0.0 if change is None else change, shift.shape[:2] + value.shape)


def _is_smooth_between(function: Function, args: Sequence[Values], deltas: Sequence[Values]) -> Values | None:
    """Whether both ends lie in the domain and no kink on one of them or between; None if that is so everywhere.

    A body sees to that itself.
    """
    if function.body is not None or not (function.domain or function.facts.kinks):
        return None
    smooth = np.ones((), bool)
    if function.domain is not None:
        ends = args, [arg + delta for arg, delta in zip(args, deltas, strict=True)]
        smooth = np.logical_and(*(function.domain(*end) for end in ends))
    for kink in function.facts.kinks:
        # A kink is a linear expression, so it moves by its value at the increments; the sign of a sum of two numbers
        # survives rounding. One that stays 0, as in relu(relu(z)) for z < 0, is no kink.
        before = kink(*args)
        smooth = smooth & (np.sign(before + kink(*deltas)) == np.sign(before))
    return smooth
