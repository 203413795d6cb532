"""A graph on NumPy arrays of any kind: float64, complex128, long double, or objects such as SymPy scalars.

Values may carry leading batch axes: an array whose node has rank r is a NumPy array of rank `lead + r`, and leading
axes broadcast. A kind of node names the verb that makes its value, and the verbs are the table of this number system;
how a derivative gets its value is not known here: each oracle brings its own way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, reduce
from typing import Any, Generic, TypeVar

import numpy as np
import sympy as sp

from gradcheck.functions import Function
from gradcheck.functions.extremes import chosen, equals_largest, largest
from gradcheck.functions.table import exp, log
from gradcheck.graph import (
    Apply,
    Array,
    Counted,
    Derivative,
    Determinant,
    Einsum,
    Identity,
    Input,
    Inverse,
    Largest,
    Literal,
    LogDeterminant,
    LogSumExp,
    Misfit,
    Moving,
    Multiplied,
    Positional,
    Selected,
    Size,
    Which,
)
from gradcheck.graph.families import Extreme
from gradcheck.graph.walks import affected, walk
from gradcheck.numerics import matrices
from gradcheck.numerics.contractions import MatrixProduct, matrix_product, spread

Values = np.ndarray[Any, np.dtype[Any]]
Sizes = Mapping[sp.Symbol, int]
Differentiate = Callable[["Evaluation", Derivative], Values]


class MissingValue(KeyError):
    """An input without a value."""


V = TypeVar("V")


class _Numbers(dict[Size, int]):
    """Sizes as numbers, each substituted once."""

    def __init__(self, sizes: Mapping[sp.Symbol, sp.Integer]) -> None:
        self.sizes = sizes

    def __missing__(self, size: Size) -> int:
        self[size] = number_of(size, self.sizes)
        return self[size]


@lru_cache(maxsize=1024)
def _numbers_at(sizes: frozenset[tuple[sp.Symbol, sp.Integer]]) -> _Numbers:
    """Those that all evaluations at these sizes share."""
    return _Numbers(dict(sizes))


class NumberSystem(Generic[V]):
    """The values of expressions in some kind of numbers, each computed once, for given sizes.

    A subclass is the table of its numbers: it has a method for each verb that kinds of nodes name.
    """

    def __init__(self, sizes: Sizes) -> None:
        self.sizes = {symbol: sp.Integer(size) for symbol, size in sizes.items()}
        self.values: dict[int, V] = {}
        self._numbers = _numbers_at(frozenset(self.sizes.items()))

    def __call__(self, root: Array) -> V:
        """The value of an expression."""
        if root.key not in self.values:  # nearly always it is there
            for node in walk(root, known=self.values):
                self.values[node.key] = self.compute(node)
        return self.values[root.key]

    def compute(self, node: Array) -> V:
        """One node from the values of its operands."""
        value: V = getattr(self, node.verb)(node, *(self.values[arg.key] for arg in node.args))
        return value

    def number(self, size: Size) -> int:
        """A size as a number."""
        return self._numbers[size]

    def shape(self, sizes: tuple[Size, ...]) -> tuple[int, ...]:
        """Sizes as numbers."""
        return tuple([self._numbers[size] for size in sizes])


class Evaluation(NumberSystem[Values]):
    """The values of expressions at one point (or one batch of points): shape is the batch axes, then the node's sizes.

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
        super().__init__(sizes)
        self.inputs = dict(inputs)
        self.lead, self.dtype, self.derivative = lead, np.dtype(dtype), derivative
        self.shifts = dict(shifts or {})

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

    def __call__(self, root: Array) -> Values:
        """The value of an expression: infinite and NaN where numbers overflow or do not exist, which is looked for."""
        if root.key in self.values:
            return self.values[root.key]
        with np.errstate(all="ignore"):
            return super().__call__(root)

    def compute(self, node: Array) -> Values:
        """One node from the values of its operands, moved if it is to be."""
        value = super().compute(node)
        shift = self.shifts.get(node.key)
        return value if shift is None else np.asanyarray(value + shift)  # NumPy makes scalars of sums of 0-d objects

    # -- the verbs of kinds ------------------------------------------------------------------------------------------

    def given(self, node: Input) -> Values:
        """As given. Raises MissingValue."""
        try:
            return self.inputs[node.key]
        except KeyError:
            raise MissingValue(f"no value was given for the input {node.name}") from None

    def literal(self, node: Literal) -> Values:
        """Exact numbers, rounded correctly where they are to be floats."""
        if self.dtype == object:
            entries: Sequence[Any] = [value.xreplace(self.sizes) for value in node.values]
        else:
            entries = _floats(node.values, tuple(self.sizes.items()))
        return self._alike(np.array(entries, dtype=self.dtype).reshape(self.shape(node.shape)))

    def identity(self, node: Identity) -> Values:
        """Whole numbers, where they are to be objects."""
        (n,) = self.shape(node.params)
        return self._alike(np.eye(n, dtype=int if self.dtype == object else self.dtype).astype(self.dtype))

    def counted(self, node: Counted) -> Values:
        """Whole numbers, likewise."""
        (n,) = self.shape(node.params)
        return self._alike(np.arange(n, dtype=int if self.dtype == object else self.dtype).astype(self.dtype))

    def positional(self, node: Positional) -> Values:
        """Whole numbers, likewise."""
        return self._alike(node.values(self.number).astype(int).astype(self.dtype))

    def _alike(self, value: Values) -> Values:
        """The same at all points of the batch."""
        return value.reshape((1,) * self.lead + value.shape)

    def elementwise(self, node: Apply, *args: Values) -> Values:
        """A row of the function table: its kernel on numbers, its symbolic definition on objects."""
        aligned = [self.aligned(arg, node.ndim) for arg in args]
        return (
            _on_objects(node.function, aligned)
            if self.dtype == object
            else np.asanyarray(node.function.numpy(*aligned))
        )

    def product(self, node: Einsum, *operands: Values) -> Values:
        """A sum of products."""
        return self.contract(operands, *node.params)

    def moved(self, node: Moving, *values: Values) -> Values:
        """Entries are moved in the same way whatever they are."""
        return np.asanyarray(node.move(self, *values))

    def largest(self, node: Largest, value: Values) -> Values:
        """An entry for all along the axes; of complex numbers the one with the largest real part."""
        if self.dtype == object:
            return _of_rows(node, value)
        if self.dtype.kind == "c":
            return np.asarray((value * node.first(value)).sum(axis=node.axes))
        return np.asanyarray(value.max(axis=node.axes) if node.sign > 0 else value.min(axis=node.axes))

    def selected(self, node: Selected, value: Values) -> Values:
        """A mask; on objects the function that says it."""
        if self.dtype != object:
            return np.asarray(node.mask(value))
        mask = _among(chosen if node.which is Which.ONE else equals_largest, node, value)
        return np.asarray(1 - mask if node.which is Which.OTHERS else mask)

    def logsumexp(self, node: LogSumExp, value: Values) -> Values:
        """Relative to the largest entry, so that nothing overflows."""
        if self.dtype == object:
            labels, kept = node.labels
            return _on_objects(log, [self.contract([_on_objects(exp, [value])], (labels,), kept)])
        return np.asanyarray(node.compute(value))

    def multiplied(self, node: Multiplied, value: Values) -> Values:
        """The product along an axis."""
        return np.asanyarray(np.multiply.reduce(value, axis=node.axes))

    def inverse(self, node: Inverse, value: Values) -> Values:
        """Of every matrix."""
        return self.inverted(value)

    def determinant(self, node: Determinant, value: Values) -> Values:
        """Likewise."""
        return self.determined(value)

    def logdet(self, node: LogDeterminant, value: Values) -> Values:
        """Likewise; on objects half the log of the square, which has no kink."""
        if self.dtype == object:
            return matrices.of_each(lambda one: sp.log(matrices.cofactors(one)[0] ** 2) / 2, value, 0)
        return matrices.logdet(value)

    def differentiated(self, node: Derivative, *operands: Values) -> Values:
        """As the oracle does it."""
        if self.derivative is None:
            raise TypeError("this evaluation has no rule for derivatives")
        return self.derivative(self, node)

    def misfit(self, node: Misfit, *operands: Values) -> Values:
        """There is none: raises the ShapeError."""
        raise node.error

    # -- what verbs are made of --------------------------------------------------------------------------------------

    def contract(
        self, operands: Sequence[Values], labels: tuple[tuple[int, ...], ...], result: tuple[int, ...]
    ) -> Values:
        """A sum of products by the labels of the axes; a matrix product where it is one."""
        product = None if self.dtype == object else matrix_product(labels, result)
        if product is not None:
            return self._multiplied(product, operands)
        orders = None if self.dtype == object else spread(labels, result)
        if orders is not None:
            parts = [self._spread(*pair) for pair in zip(operands, orders, strict=True)]
            return reduce(np.multiply, parts)
        batch = [Ellipsis] if self.lead else []
        named: list[Any] = []
        for axes, operand in zip(labels, operands, strict=True):
            named += [operand, [*batch, *axes]]
        return np.asanyarray(np.einsum(*named, [*batch, *result]), dtype=self.dtype)

    def inverted(self, value: Values) -> Values:
        """The inverse of every matrix."""
        is_written = self.dtype == object
        return matrices.of_each(matrices.written_inverse, value, 2) if is_written else matrices.inverse(value)

    def determined(self, value: Values) -> Values:
        """The determinant of every matrix."""
        if self.dtype == object:
            return matrices.of_each(lambda one: matrices.cofactors(one)[0], value, 0)
        return np.asarray(self.pivots(value).prod(axis=-1))

    def pivots(self, value: Values) -> Values:
        """The pivots of every matrix."""
        return matrices.pivots(value)

    def _multiplied(self, product: MatrixProduct, operands: Sequence[Values]) -> Values:
        left, right = (
            self._reordered(operands[i], order) for i, order in zip(product.operands, product.orders, strict=True)
        )
        is_row, is_column = product.vectors
        rows, columns = left[..., None, :] if is_row else left, right[..., None] if is_column else right
        made, gone = np.matmul(rows, columns), (-2,) * is_row + (-1,) * is_column
        return self._reordered(made.squeeze(gone) if gone else made, product.result)

    def _spread(self, value: Values, order: tuple[int, ...]) -> Values:
        """The array's own axes in another order, and axes of size 1 where it has none."""
        moved = self._reordered(value, tuple(axis for axis in order if axis >= 0))
        if -1 not in order:
            return moved
        sizes = iter(moved.shape[self.lead :])
        return moved.reshape(moved.shape[: self.lead] + tuple(1 if axis < 0 else next(sizes) for axis in order))

    def _reordered(self, value: Values, order: tuple[int, ...]) -> Values:
        """The array's own axes in another order."""
        if order == tuple(range(len(order))):
            return value
        return value.transpose(*range(self.lead), *(self.lead + axis for axis in order))

    def aligned(self, value: Values, rank: int) -> Values:
        """Size-1 axes between the batch axes and the array's own, so that NumPy aligns both from the right."""
        if value.ndim == self.lead + rank:
            return value
        batch, own = value.shape[: self.lead], value.shape[self.lead :]
        return value.reshape(batch + (1,) * (rank - len(own)) + own)


def slices(value: Values, axis: int) -> list[Values]:
    """An array's slices along an axis, which is counted from the last one."""
    return list(np.moveaxis(value, axis, 0))


def number_of(size: Size, sizes: Mapping[sp.Symbol, Any]) -> int:
    """A size as a number, for numbers of its symbols."""
    return int(size.xreplace(sizes)) if isinstance(size, sp.Basic) else int(size)


@lru_cache(maxsize=4096)
def _floats(values: tuple[sp.Expr, ...], sizes: tuple[tuple[sp.Symbol, sp.Integer], ...]) -> tuple[float, ...]:
    """Exact numbers at given sizes as floats: graphs are evaluated at the same sizes again and again."""
    return tuple(_to_float(value.xreplace(dict(sizes))) for value in values)


def _to_float(value: sp.Expr) -> float:
    """Correctly rounded, which numerator / denominator of whole numbers is; 1/(m - 1) has no value where m is 1."""
    if value.is_extended_real is False:
        return np.nan
    return value.p / value.q if value.is_Rational else float(value)


def _of_rows(node: Extreme, value: Values) -> Values:
    """The largest or the smallest of all entries along axes, which is the largest of the negatives."""
    rows = node.rows(value)
    result = np.empty(rows.shape[:-1], dtype=object)
    for place in np.ndindex(result.shape):
        result[place] = node.sign * largest(*rows[place])
    return result


def _among(mask: Callable[..., sp.Expr], node: Extreme, value: Values) -> Values:
    """A mask at every place, of the position and all entries along the axes."""
    rows = node.rows(value)
    result = np.empty(rows.shape, dtype=object)
    for *place, position in np.ndindex(rows.shape):
        result[(*place, position)] = mask(position, *rows[tuple(place)])
    return np.asarray(node.in_place(result, value))


def _on_objects(function: Function, args: list[Values]) -> Values:
    arrays = np.broadcast_arrays(*args)
    result = np.empty(arrays[0].shape, dtype=object)
    for position in np.ndindex(result.shape):
        result[position] = function.symbolic(*(sp.sympify(a[position]) for a in arrays))
    return result
