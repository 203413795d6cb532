"""How far a computed value can be off by rounding: a running error bound beside the value (Higham, ASNA, ch. 3).

It is the tolerance of every comparison of two floating-point numbers here. There is no absolute tolerance anywhere: a
number that is lost in its own rounding error is called unresolved, not equal.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from gradcheck.functions import Function
from gradcheck.functions.table import where
from gradcheck.graph import Apply, Array, body_of, walk
from gradcheck.graph.families import Extreme
from gradcheck.numerics import matrices
from gradcheck.numerics.evaluate import Evaluation, Values, slices
from gradcheck.tolerances import KERNEL_ULPS, LARGE_ERROR

EPS = float(np.finfo(np.float64).eps)
TINY = float(np.finfo(np.float64).tiny)
"""Results below this have lost digits, and may have lost all."""


def bound(root: Array, point: Evaluation, errors: dict[int, Values]) -> Values:
    """A bound on the rounding error of `point(root)`, entry by entry. `root` has no derivative nodes.

    errors: bounds that are already known at this point, by key; new ones are added.
    """
    if root.key in errors:
        return errors[root.key]
    point(root)
    carrier = _Bounds(point)
    with np.errstate(all="ignore"):
        for node in walk(root, known=errors):
            operands, value = [point(arg) for arg in node.args], point(node)
            bound = np.zeros_like(value) + node.rounding(point, operands)
            if operands:
                bound = bound + node.change(carrier, operands, [errors[arg.key] for arg in node.args], value)
            errors[node.key] = bound
    return errors[root.key]


class _Bounds:
    """Carries bounds of errors beside values, in the words in which kinds say what changes."""

    def __init__(self, at: Evaluation) -> None:
        self.at = at

    def before(self, value: Values) -> Values:
        """Products of sizes bound products."""
        return np.abs(value)

    def after(self, value: Values, change: Values) -> Values:
        """How large it may be with its error."""
        return value + change

    expm1, log1p = np.expm1, np.log1p
    slices = staticmethod(slices)

    def opposite(self, errors: Values) -> Values:
        """As large."""
        return errors

    def inverse_after(self, matrix: Values, errors: Values) -> Values:
        """|inv(A)| + |inv(A)| E |inv(A)| + …, a bound for all matrices that are off by E, if that series converges.

        It is inv(1 - |inv(A)| E) |inv(A)|, and converges if that has no negative entry (as M-matrices have not).
        """
        size = np.abs(matrices.inverse(matrix))
        series = matrices.inverse(np.eye(matrix.shape[-1]) - size @ errors)
        return np.where((series >= 0).all(axis=(-2, -1), keepdims=True), series @ size, np.inf)

    def logdet1p(self, ratio: Values) -> Values:
        """The bound tr E + tr E²/2 + … = -log det(1 - E) for all signs of entries, if the pivots are positive."""
        return np.asarray(-np.log1p(matrices.pivots_beside_1(-ratio)).sum(axis=-1))

    def extreme(self, node: Extreme, value: Values, errors: Values) -> Values:
        """As the kind says."""
        return np.asarray(node.off_by(value, errors))

    def elementwise(self, node: Apply, args: Sequence[Values], errors: Sequence[Values]) -> Values:
        """What the kernel loses, and slopes times what the arguments have lost, wherever within that they are taken."""
        row, result = node.function, self.at.values[node.key]
        if row.terms == (1, -1) and node.args[0].key == node.args[1].key:
            return np.zeros_like(result)  # x - x is 0, however x is rounded
        values, errors = ([self.at.aligned(a, node.ndim) for a in arrays] for arrays in (args, errors))
        if row.body is not None:
            return np.broadcast_to(_of_body(row.body, *values, *errors), result.shape)
        if row is where:
            errors = _of_chosen(values[0], *errors)
        total = KERNEL_ULPS * EPS * np.abs(result)
        if row.facts.underflows:
            total = total + TINY * _underflows(values, result)
        for i, error in enumerate(errors):
            # A slope may be infinite where the operand's error is 0 (the logarithm's at a mask of 0 and 1).
            if error.any():
                total = total + np.where(error == 0, 0.0, _slope_within(row, i, values, errors, result) * error)
        for kink in row.facts.kinks if row.is_jump else ():
            # An argument without error is on the side that it is seen on: a mask of a label, or of ReLU(z) for z < 0.
            total = total + ((np.abs(kink(*values)) <= sum(errors)) & (sum(errors) > 0))
        return np.broadcast_to(np.where(np.isnan(total), np.inf, total), result.shape)


def _of_chosen(mask: Values, lost: Values, x: Values, y: Values) -> list[Values]:
    """The errors of a choice: what a mask without error leaves out has none, 1 / ReLU(x) for x < 0 among it."""
    left_out = lost == 0
    return [lost, np.where(left_out & (mask == 0), 0.0, x), np.where(left_out & (mask == 1), 0.0, y)]


def _underflows(values: Sequence[Values], result: Values) -> Values:
    """Where the result is not the 0 that it may look like."""
    lost = np.abs(result) < TINY
    for value in values:
        lost = lost & (value != 0)
    return lost


def _slope_within(row: Function, i: int, values: Sequence[Values], errors: Sequence[Values], result: Values) -> Values:
    """The largest slope by argument i: at the values, and if they are lost in their errors, at the ends of these."""
    slope = _slope(row, i, values, result)
    if any((e > LARGE_ERROR * np.abs(v)).any() for e, v in zip(errors, values, strict=True)):
        for sign in (1, -1):
            ends = [v + sign * e for v, e in zip(values, errors, strict=True)]
            slope = np.fmax(slope, _slope(row, i, ends, np.asarray(row.numpy(*ends))))
    return slope


def _slope(row: Function, i: int, values: Sequence[Values], result: Values) -> Values:
    """The size of the partial derivative by argument i."""
    return np.asarray(np.abs(row.partials[i](*values, result)))


def _of_body(body: Callable[..., Any], value: Values, error: Values) -> Values:
    """Through what a row stands for, entry by entry: all axes are batch axes."""
    variable, graph = body_of(body)
    point = Evaluation({variable.key: value}, {}, lead=value.ndim)
    return bound(graph, point, {variable.key: np.broadcast_to(error, value.shape)})
