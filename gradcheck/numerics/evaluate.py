"""A graph on NumPy arrays of any kind: float64, complex128, long double, or objects such as SymPy scalars.

Values may carry leading batch axes: an array whose node has rank r is a NumPy array of rank `lead + r`, and leading
axes broadcast. How a derivative node gets its value is not known here: each oracle brings its own way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy as sp

from gradcheck.functions import Function
from gradcheck.graph import (
    Apply,
    Array,
    Broadcast,
    Concatenate,
    Derivative,
    Einsum,
    Identity,
    Index,
    Input,
    Literal,
    Misfit,
    Reshape,
    Size,
    affected,
    walk,
)

Values = np.ndarray[Any, np.dtype[Any]]
Sizes = Mapping[sp.Symbol, int]
Differentiate = Callable[["Evaluation", Derivative], Values]


class MissingValue(KeyError):
    """An input without a value."""


class Evaluation:
    """The values of expressions at one point (or one batch of points), each computed once.

    inputs: values of the inputs by their keys. sizes: numbers for the size symbols. lead: how many leading batch axes
    the values have. derivative: how derivative nodes are evaluated. shifts: what is added to the values of nodes.
    """

    def __init__(
        self,
        inputs: Mapping[int, Values],
        sizes: Sizes,
        lead: int = 0,
        dtype: Any = np.float64,
        derivative: Differentiate | None = None,
        shifts: Mapping[int, Values] | None = None,
    ) -> None:
        self.inputs, self.sizes = dict(inputs), {symbol: sp.Integer(size) for symbol, size in sizes.items()}
        self.lead, self.dtype, self.derivative = lead, np.dtype(dtype), derivative
        self.shifts = dict(shifts or {})
        self.values: dict[int, Values] = {}

    def __call__(self, root: Array) -> Values:
        """The value of an expression: shape is the batch axes, then the node's sizes."""
        for node in walk(root, known=self.values):
            self.values[node.key] = self.compute(node)
        return self.values[root.key]

    def shifted(self, node: Array, shift: Values, lead: int = 0, dtype: Any = None) -> Evaluation:
        """The same point with `shift` added to the value of `node`, with `lead` more batch axes in front.

        This is how a derivative with respect to an intermediate is sampled: the node is moved, what it is made of is
        not. What does not contain the node keeps its value.
        """

        def grown(value: Values) -> Values:
            return value.reshape((1,) * lead + value.shape)

        shifts = {key: grown(value) for key, value in self.shifts.items()}
        shifts[node.key] = shifts[node.key] + shift if node.key in shifts else shift
        inputs = {key: grown(value) for key, value in self.inputs.items()}
        other = Evaluation(inputs, self.sizes, self.lead + lead, dtype or self.dtype, self.derivative, shifts)
        moved = affected(self.values, node.key)
        other.values = {key: grown(value) for key, value in self.values.items() if key not in moved}
        return other

    def number(self, size: Size) -> int:
        """A size as a number."""
        return int(sp.sympify(size).xreplace(self.sizes))

    def shape(self, sizes: tuple[Size, ...]) -> tuple[int, ...]:
        """Sizes as numbers."""
        return tuple(map(self.number, sizes))

    def compute(self, node: Array) -> Values:
        """One node from the values of its operands."""
        if isinstance(node, Derivative):
            if self.derivative is None:
                raise TypeError("this evaluation has no rule for derivatives")
            value = self.derivative(self, node)
        else:
            value = _RULES[type(node)](self, node, *(self.values[arg.key] for arg in node.args))
        shift = self.shifts.get(node.key)
        return value if shift is None else np.asarray(value + shift)  # NumPy makes scalars of sums of 0-d objects


# ---- one rule a kind of node -------------------------------------------------------------------------------------


def _input(point: Evaluation, node: Input) -> Values:
    try:
        return point.inputs[node.key]
    except KeyError:
        raise MissingValue(f"no value was given for the input {node.name}") from None


def _literal(point: Evaluation, node: Literal) -> Values:
    entries = [value.xreplace(point.sizes) for value in node.values]
    numbers = entries if point.dtype == object else [_to_float(value) for value in entries]
    array = np.array(numbers, dtype=point.dtype)
    return array.reshape((1,) * point.lead + point.shape(node.shape))


def _to_float(value: sp.Expr) -> float:
    """Correctly rounded, which numerator / denominator of whole numbers is."""
    return value.p / value.q if value.is_Rational else float(value)


def _identity(point: Evaluation, node: Identity) -> Values:
    (n,) = point.shape(node.params)
    eye = np.eye(n, dtype=int if point.dtype == object else point.dtype)
    return eye.astype(point.dtype).reshape((1,) * point.lead + (n, n))


def _apply(point: Evaluation, node: Apply, *args: Values) -> Values:
    rank = point.lead + len(node.shape)
    aligned = [align(arg, point.lead, rank) for arg in args]
    if point.dtype == object:
        return _on_objects(node.function, aligned)
    with np.errstate(all="ignore"):
        return np.asarray(node.function.numpy(*aligned))


def align(value: Values, lead: int, rank: int) -> Values:
    """Size-1 axes between the batch axes and the array's own, so that NumPy aligns both from the right."""
    return value.reshape(value.shape[:lead] + (1,) * (rank - value.ndim) + value.shape[lead:])


def _on_objects(function: Function, args: list[Values]) -> Values:
    arrays = np.broadcast_arrays(*args)
    result = np.empty(arrays[0].shape, dtype=object)
    for position in np.ndindex(result.shape):
        result[position] = function.symbolic(*(sp.sympify(a[position]) for a in arrays))
    return result


def _einsum(point: Evaluation, node: Einsum, *args: Values) -> Values:
    labels, result = node.params
    if labels == ((0, 1), (1, 2)) and result == (0, 2) and point.dtype != object:
        with np.errstate(all="ignore"):  # infinite and NaN where numbers overflow: they are looked for
            return np.matmul(*args)
    batch = [Ellipsis] if point.lead else []
    operands: list[Any] = []
    for axes, value in zip(labels, args, strict=True):
        operands += [value, [*batch, *axes]]
    return np.asarray(np.einsum(*operands, [*batch, *result]), dtype=point.dtype)


def _reshape(point: Evaluation, node: Reshape, value: Values) -> Values:
    return value.reshape(value.shape[: point.lead] + point.shape(node.shape))


def _index(point: Evaluation, node: Index, value: Values) -> Values:
    (ranges,) = node.params
    chosen: list[Any] = [slice(point.number(start), point.number(stop)) for start, stop in ranges]
    return np.asarray(value[(Ellipsis, *chosen)])


def _concatenate(point: Evaluation, node: Concatenate, *values: Values) -> Values:
    batch = np.broadcast_shapes(*(value.shape[: point.lead] for value in values))
    full = [np.broadcast_to(value, batch + value.shape[point.lead :]) for value in values]
    return np.concatenate(full, axis=point.lead + node.params[0])


def _broadcast(point: Evaluation, node: Broadcast, value: Values) -> Values:
    aligned = align(value, point.lead, point.lead + len(node.shape))
    return np.broadcast_to(aligned, aligned.shape[: point.lead] + point.shape(node.shape))


def _misfit(point: Evaluation, node: Misfit, *values: Values) -> Values:
    raise node.error


_RULES: dict[type[Array], Callable[..., Values]] = {
    Input: _input,
    Literal: _literal,
    Identity: _identity,
    Apply: _apply,
    Einsum: _einsum,
    Reshape: _reshape,
    Index: _index,
    Concatenate: _concatenate,
    Broadcast: _broadcast,
    Misfit: _misfit,
}
