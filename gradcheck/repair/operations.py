"""What a formula is made of, as the search sees it: for each operation its values, its adjoint, and how it is written.

Each stands for one way to write something. Values are those of whole stacks in the prime field. The adjoint is what
makes the search fast: where an operation is linear in an operand x, a linear form w of its value is one of x,

    <w, op(…, x, …)> = <w′, x> + c,

so that a value which is needed above a place becomes one number that is needed at the place itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from gradcheck import notation
from gradcheck.functions import Function
from gradcheck.graph import Array, Misfit, ShapeError, einsum
from gradcheck.proofs import residues
from gradcheck.proofs.residues import Residues
from gradcheck.repair.field import Field, Shape, inner

Kept = np.ndarray[Any, Any] | None
"""Which of a stack have a value; None: all."""
Adjoint = tuple[Residues, Residues]
"""A stack of linear forms, and of constants; one alone stands for all."""


class Operation:
    """An operation on arrays: on symbolic ones (`build`), on shapes, and on stacks of values."""

    def build(self, *arrays: Array) -> Array:
        """The expression, as its author would write it."""
        raise NotImplementedError

    def values(self, field: Field, *stacks: Residues) -> tuple[Residues, Kept] | None:
        """The values for operands that are paired one by one; None if the shapes do not fit."""
        raise NotImplementedError

    def shape(self, field: Field, *shapes: Shape) -> Shape | None:
        """The shape of the value; None if the operands do not fit, and for what is linear in no operand."""
        return None

    def adjoint(
        self, field: Field, position: int, weights: Residues, operands: Sequence[Residues | None], own: Shape
    ) -> Adjoint | None:
        """Linear forms of the operand at a position, which has the shape `own`; None where it is not linear.

        operands: stacks of the others, and None at the position.
        """
        return None


# ---- of two operands -------------------------------------------------------------------------------------------------


def _aligned(stack: Residues, rank: int) -> Residues:
    return stack.reshape(stack.shape[0], *(1,) * (rank - stack.ndim + 1), *stack.shape[1:])


def _summed_to(stack: Residues, shape: Shape) -> Residues:
    """The adjoint of broadcasting."""
    missing = stack.ndim - 1 - len(shape)
    axes = [i for i in range(1, stack.ndim) if i <= missing or (shape[i - 1 - missing] == 1 and stack.shape[i] != 1)]
    return residues.total(stack, tuple(axes)).reshape(stack.shape[0], *shape)


@dataclass(frozen=True)
class Elementwise(Operation):
    """+, -, * or / with the document's convention of broadcasting."""

    sign: str

    def build(self, *arrays: Array) -> Array:
        """By the operator."""
        left, right = arrays
        return {"+": left.__add__, "-": left.__sub__, "*": left.__mul__, "/": left.__truediv__}[self.sign](right)

    def shape(self, field: Field, *shapes: Shape) -> Shape | None:
        """As NumPy broadcasts, if the convention allows."""
        return field.joined(*shapes)

    def values(self, field: Field, *stacks: Residues) -> tuple[Residues, Kept] | None:
        """Nothing is divided by a 0."""
        shape = self.shape(field, *(stack.shape[1:] for stack in stacks))
        if shape is None:
            return None
        left, right, kept = *(_aligned(stack, len(shape)) for stack in stacks), None
        if self.sign == "/":
            nonzero = np.all(right != 0, axis=tuple(range(1, right.ndim)))
            if not nonzero.all():
                kept = np.flatnonzero(np.broadcast_to(nonzero, max(len(left), len(right))))
                left, right = (s[kept] if len(s) > 1 else s[: len(kept)] for s in (left, right))
            if not right.size:
                return np.zeros((0, *shape), np.uint64), np.zeros(0, np.int64)
            right = residues.invert(right)
        left, right = np.broadcast_arrays(left, residues.negate(right) if self.sign == "-" else right)
        return (residues.add if self.sign in "+-" else residues.multiply)(left, right), kept

    def adjoint(
        self, field: Field, position: int, weights: Residues, operands: Sequence[Residues | None], own: Shape
    ) -> Adjoint | None:
        """Sums have a constant, products a factor; what is divided by is no linear operand."""
        other, zero = operands[1 - position], np.zeros(1, np.uint64)
        assert other is not None
        if self.sign in "*/":
            if self.sign == "/" and (position == 1 or not np.all(other)):
                return None
            factor = residues.invert(other) if self.sign == "/" else other
            grown = residues.multiply(*np.broadcast_arrays(weights[None], _aligned(factor, weights.ndim)))
            return _summed_to(grown, own), zero
        mine, others = _summed_to(weights[None], own), _summed_to(weights[None], other.shape[1:])
        constant = inner(others, other)
        if self.sign == "-":
            mine, constant = (mine, residues.negate(constant)) if position == 0 else (residues.negate(mine), constant)
        return mine, constant


class MatrixProduct(Operation):
    """@ of matrices and vectors."""

    def build(self, *arrays: Array) -> Array:
        """By the operator."""
        return arrays[0] @ arrays[1]

    def shape(self, field: Field, *shapes: Shape) -> Shape | None:
        """Rows of the one, columns of the other."""
        left, right = shapes
        if len(left) not in (1, 2) or len(right) not in (1, 2) or left[-1] != right[0]:
            return None
        return (*left[:-1], *right[1:])

    @staticmethod
    def _labels(left: int, right: int) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
        rows, columns = (1,) * (left - 1), (3,) * (right - 1)
        return (*rows, 2), (2, *columns), (*rows, *columns)

    def values(self, field: Field, *stacks: Residues) -> tuple[Residues, Kept] | None:
        """A stack of products."""
        if self.shape(field, *(stack.shape[1:] for stack in stacks)) is None:
            return None
        left, right, result = self._labels(*(stack.ndim - 1 for stack in stacks))
        first, second = _alike(*stacks)
        return residues.einsum([(first, (0, *left)), (second, (0, *right))], (0, *result)), None

    def adjoint(
        self, field: Field, position: int, weights: Residues, operands: Sequence[Residues | None], own: Shape
    ) -> Adjoint | None:
        """The same product with the form in the place of the operand."""
        other = operands[1 - position]
        assert other is not None
        ranks = [len(own), other.ndim - 1] if position == 0 else [other.ndim - 1, len(own)]
        *sides, result = self._labels(*ranks)
        labelled = [(weights, result), (other, (0, *sides[1 - position]))]
        return residues.einsum(labelled, (0, *sides[position])), np.zeros(1, np.uint64)


def _alike(left: Residues, right: Residues) -> tuple[Residues, Residues]:
    count = max(len(left), len(right))
    return tuple(np.broadcast_to(s, (count, *s.shape[1:])) if len(s) != count else s for s in (left, right))  # type: ignore[return-value]


# ---- of one operand --------------------------------------------------------------------------------------------------


class Itself(Operation):
    """The operand, where something around it is left out."""

    def build(self, *arrays: Array) -> Array:
        """As it is."""
        return arrays[0]

    def shape(self, field: Field, *shapes: Shape) -> Shape | None:
        """The same."""
        return shapes[0]

    def values(self, field: Field, *stacks: Residues) -> tuple[Residues, Kept] | None:
        """As they are."""
        return stacks[0], None


class Negative(Operation):
    """The operand with its sign turned."""

    def build(self, *arrays: Array) -> Array:
        """By the operator."""
        return -arrays[0]

    def shape(self, field: Field, *shapes: Shape) -> Shape | None:
        """The same."""
        return shapes[0]

    def values(self, field: Field, *stacks: Residues) -> tuple[Residues, Kept] | None:
        """Entry by entry."""
        return residues.negate(stacks[0]), None

    def adjoint(
        self, field: Field, position: int, weights: Residues, operands: Sequence[Residues | None], own: Shape
    ) -> Adjoint | None:
        """Likewise."""
        return residues.negate(weights)[None], np.zeros(1, np.uint64)


class Transposed(Operation):
    """The transpose of a matrix."""

    def build(self, *arrays: Array) -> Array:
        """As `.T`; what is transposed twice is itself."""
        return arrays[0].T

    def shape(self, field: Field, *shapes: Shape) -> Shape | None:
        """In reverse."""
        return shapes[0][::-1]

    def values(self, field: Field, *stacks: Residues) -> tuple[Residues, Kept] | None:
        """Of all axes but the stack's."""
        return stacks[0].transpose(0, *range(stacks[0].ndim - 1, 0, -1)), None

    def adjoint(
        self, field: Field, position: int, weights: Residues, operands: Sequence[Residues | None], own: Shape
    ) -> Adjoint | None:
        """The transpose."""
        return weights.T[None], np.zeros(1, np.uint64)


@dataclass(frozen=True)
class Scaled(Operation):
    """Times a number or an expression in sizes, or divided by one."""

    factor: sp.Expr
    is_divisor: bool = False

    def build(self, *arrays: Array) -> Array:
        """A divisor is written behind, a factor in front."""
        array: Array = arrays[0] / self.factor if self.is_divisor else self.factor * arrays[0]
        return array

    def shape(self, field: Field, *shapes: Shape) -> Shape | None:
        """The same."""
        return shapes[0]

    def _by(self, field: Field, values: Residues) -> Residues:
        factor = field.constant(1 / self.factor if self.is_divisor else self.factor)
        return residues.multiply(values, np.broadcast_to(factor, values.shape))

    def values(self, field: Field, *stacks: Residues) -> tuple[Residues, Kept] | None:
        """All by the same."""
        return self._by(field, stacks[0]), None

    def adjoint(
        self, field: Field, position: int, weights: Residues, operands: Sequence[Residues | None], own: Shape
    ) -> Adjoint | None:
        """Likewise."""
        return self._by(field, weights)[None], np.zeros(1, np.uint64)


@dataclass(frozen=True)
class Power(Operation):
    """A whole power."""

    exponent: int

    def build(self, *arrays: Array) -> Array:
        """By the operator."""
        return arrays[0] ** self.exponent

    def values(self, field: Field, *stacks: Residues) -> tuple[Residues, Kept] | None:
        """Products, of which none is divided by."""
        return (residues.power(stacks[0], self.exponent), None) if self.exponent >= 0 else None


@dataclass(frozen=True)
class Applied(Operation):
    """A function of the table that is not rational, or an abstract one."""

    function: Function

    def build(self, *arrays: Array) -> Array:
        """A call."""
        array: Array = self.function(*arrays)
        return array

    def values(self, field: Field, *stacks: Residues) -> tuple[Residues, Kept] | None:
        """Of known arguments."""
        return field.applied(self.function, *stacks)


@dataclass(frozen=True)
class Reduction(Operation):
    """`sum` or `mean` over an axis or all of them."""

    word: str
    axis: Any = None
    keepdims: bool = False

    def build(self, *arrays: Array) -> Array:
        """As the method."""
        options: dict[str, Any] = {"keepdims": True} if self.keepdims else {}
        method = arrays[0].sum if self.word == "sum" else arrays[0].mean
        return method(**({"axis": self.axis} if self.axis is not None else {}), **options)

    def _axes(self, rank: int) -> tuple[int, ...] | None:
        axes = range(rank) if self.axis is None else self.axis if isinstance(self.axis, tuple) else (self.axis,)
        return tuple(sorted({a % rank for a in axes})) if all(-rank <= a < rank for a in axes) else None

    def shape(self, field: Field, *shapes: Shape) -> Shape | None:
        """Without the axes, or with 1 in their place."""
        axes = self._axes(len(shapes[0]))
        if axes is None:
            return None
        kept = enumerate(shapes[0])
        return tuple(1 if i in axes else n for i, n in kept if self.keepdims or i not in axes)

    def values(self, field: Field, *stacks: Residues) -> tuple[Residues, Kept] | None:
        """A mean is divided by the number of entries."""
        shape = stacks[0].shape[1:]
        axes, result = self._axes(len(shape)), self.shape(field, shape)
        if axes is None or result is None:
            return None
        total = residues.total(stacks[0], tuple(a + 1 for a in axes)).reshape(len(stacks[0]), *result)
        return self._averaged(total, shape, axes), None

    def _averaged(self, total: Residues, shape: Shape, axes: tuple[int, ...]) -> Residues:
        if self.word == "sum":
            return total
        share = residues.fraction(1, int(np.prod([shape[a] for a in axes], dtype=int)))
        return residues.multiply(total, np.broadcast_to(share, total.shape))

    def adjoint(
        self, field: Field, position: int, weights: Residues, operands: Sequence[Residues | None], own: Shape
    ) -> Adjoint | None:
        """Repeated."""
        axes = self._axes(len(own))
        if axes is None:
            return None
        flat = weights.reshape(tuple(1 if i in axes else n for i, n in enumerate(own)))
        return self._averaged(np.broadcast_to(flat, own), own, axes)[None], np.zeros(1, np.uint64)


@dataclass(frozen=True, eq=False)
class Entry(Operation):
    """Some entries, by whole numbers and slices."""

    item: Any

    def build(self, *arrays: Array) -> Array:
        """By brackets."""
        return arrays[0][self.item]

    def _at(self, field: Field) -> tuple[Any, ...]:
        items = self.item if isinstance(self.item, tuple) else (self.item,)
        return tuple(_bounds(field, item) for item in items)

    def shape(self, field: Field, *shapes: Shape) -> Shape | None:
        """As NumPy's."""
        try:
            return tuple(np.broadcast_to(np.uint64(0), shapes[0])[self._at(field)].shape)
        except IndexError:
            return None

    def values(self, field: Field, *stacks: Residues) -> tuple[Residues, Kept] | None:
        """The same of all."""
        try:
            return stacks[0][(slice(None), *self._at(field))], None
        except IndexError:
            return None

    def adjoint(
        self, field: Field, position: int, weights: Residues, operands: Sequence[Residues | None], own: Shape
    ) -> Adjoint | None:
        """0 at all other entries."""
        grown = np.zeros((1, *own), np.uint64)
        grown[(0, *self._at(field))] = weights
        return grown, np.zeros(1, np.uint64)


def _bounds(field: Field, item: Any) -> Any:
    if isinstance(item, slice):
        return slice(*(None if b is None else field.number(sp.sympify(b)) for b in (item.start, item.stop)))
    return item if item is None or item is Ellipsis else field.number(sp.sympify(item))


@dataclass(frozen=True)
class Indexed(Operation):
    """A sum of products by subscripts."""

    subscripts: str

    def build(self, *arrays: Array) -> Array:
        """As numpy.einsum."""
        return einsum(self.subscripts, *arrays)

    def _labels(self) -> tuple[list[tuple[int, ...]], tuple[int, ...]]:
        inputs, arrow, output = self.subscripts.replace(" ", "").partition("->")
        if not arrow:
            output = "".join(sorted(c for c in inputs if c != "," and inputs.count(c) == 1))
        return [tuple(map(ord, word)) for word in inputs.split(",")], tuple(map(ord, output))

    def shape(self, field: Field, *shapes: Shape) -> Shape | None:
        """By the labels; sizes of one label are equal."""
        labels, result = self._labels()
        if [len(axes) for axes in labels] != [len(shape) for shape in shapes]:
            return None
        sizes: dict[int, int] = {}
        pairs = (
            (label, n) for axes, shape in zip(labels, shapes, strict=True) for label, n in zip(axes, shape, strict=True)
        )
        if any(sizes.setdefault(label, n) != n for label, n in pairs):
            return None
        return tuple(sizes[label] for label in result)

    def values(self, field: Field, *stacks: Residues) -> tuple[Residues, Kept] | None:
        """The same products of each."""
        if self.shape(field, *(stack.shape[1:] for stack in stacks)) is None:
            return None
        return _products(stacks, *self._labels()), None

    def adjoint(
        self, field: Field, position: int, weights: Residues, operands: Sequence[Residues | None], own: Shape
    ) -> Adjoint | None:
        """The same product with the form in the place of the operand."""
        labels, result = self._labels()
        return _product_adjoint(labels, result, position, weights, operands, own)


@dataclass(frozen=True)
class Called(Operation):
    """A call of NumPy's or of the notation's that has no values of stacks: expressions are made one by one."""

    word: str
    is_list: bool
    options: tuple[tuple[str, Any], ...]

    def build(self, *arrays: Array) -> Array:
        """The call."""
        call = getattr(notation, self.word, None) or getattr(np, self.word)
        array: Array = call(list(arrays), **dict(self.options)) if self.is_list else call(*arrays, **dict(self.options))
        return array

    def values(self, field: Field, *stacks: Residues) -> tuple[Residues, Kept] | None:
        """Nothing is known of values alone."""
        return None


@dataclass(frozen=True, eq=False)
class Remade(Operation):
    """Any other kind of node: the same on other operands of the same shapes."""

    node: Array

    def build(self, *arrays: Array) -> Array:
        """As the node is; a misfit for operands of other shapes."""
        shapes = [arg.shape for arg in self.node.args]
        if all(array.conforms for array in arrays) and shapes == [array.shape for array in arrays]:
            return self.node.rebuild(arrays)
        return Misfit(arrays, (ShapeError(f"operands of {self.node.word}", "they have other shapes"),), (), None)

    def _fits(self, field: Field, shapes: Sequence[Shape]) -> bool:
        needed = [tuple(map(field.number, arg.shape)) for arg in self.node.args]
        return needed == list(shapes)

    def shape(self, field: Field, *shapes: Shape) -> Shape | None:
        """That of the node."""
        return tuple(map(field.number, self.node.shape)) if self._fits(field, shapes) else None

    def values(self, field: Field, *stacks: Residues) -> tuple[Residues, Kept] | None:
        """Of products and of what moves entries; of anything else expressions are made one by one."""
        if self.shape(field, *(stack.shape[1:] for stack in stacks)) is None:
            return None
        if self.node.verb == "product":
            return _products(stacks, *self.node.params), None
        if self.node.verb == "moved":
            return np.asarray(self.node.move(field.stacked, *_all_alike(stacks))), None
        return None

    def adjoint(
        self, field: Field, position: int, weights: Residues, operands: Sequence[Residues | None], own: Shape
    ) -> Adjoint | None:
        """Of products and of what moves entries."""
        if self.node.verb == "product":
            labels, result = self.node.params
            return _product_adjoint(labels, result, position, weights, operands, own)
        return self._moved_back(field, position, weights, operands, own) if self.node.verb == "moved" else None

    def _moved_back(
        self, field: Field, position: int, weights: Residues, operands: Sequence[Residues | None], own: Shape
    ) -> Adjoint:
        """Each weight goes to the entry that is moved to its place; those of other operands make a constant."""
        others = [np.zeros((1, *own), np.uint64) if s is None else s for s in operands]
        constant = inner(weights, np.asarray(self.node.move(field.stacked, *_all_alike(others))))
        numbers = np.arange(1, 1 + np.prod(own, dtype=int), dtype=np.uint64).reshape(1, *own)
        places = [numbers if i == position else np.zeros_like(s[:1]) for i, s in enumerate(others)]
        source = np.asarray(self.node.move(field.stacked, *places)).ravel().tolist()
        sums = [0] * (1 + int(np.prod(own, dtype=int)))
        for entry, weight in zip(source, weights.ravel().tolist(), strict=True):
            sums[entry] = (sums[entry] + weight) % residues.P
        return np.array(sums[1:], np.uint64).reshape(1, *own), constant


def _products(stacks: Sequence[Residues], labels: Sequence[tuple[int, ...]], result: tuple[int, ...]) -> Residues:
    """Sums of products of stacks, by labels of the axes behind the first one."""
    shifted = [(s, (0, *(n + 1 for n in own))) for s, own in zip(_all_alike(stacks), labels, strict=True)]
    return residues.einsum(shifted, (0, *(n + 1 for n in result)))


def _product_adjoint(
    labels: Sequence[tuple[int, ...]],
    result: tuple[int, ...],
    position: int,
    weights: Residues,
    operands: Sequence[Residues | None],
    own: Shape,
) -> Adjoint | None:
    """The same product with the form in the place of the operand, repeated along what it is summed over alone."""
    mine = labels[position]
    others = [(s, (-1, *axes)) for s, axes in zip(operands, labels, strict=True) if s is not None]
    there = {label for _, axes in others for label in axes}.union(result)
    if len(set(mine)) != len(mine):
        return None
    alone = [(np.ones(n, np.uint64), (label,)) for n, label in zip(own, mine, strict=True) if label not in there]
    lead = [] if others else [(np.ones(1, np.uint64), (-1,))]
    shifted = [(s, tuple(n + 1 for n in axes)) for s, axes in [(weights, result), *others, *alone, *lead]]
    return residues.einsum(shifted, (0, *(n + 1 for n in mine))), np.zeros(1, np.uint64)


def _all_alike(stacks: Sequence[Residues]) -> list[Residues]:
    count = max(map(len, stacks))
    return [np.broadcast_to(s, (count, *s.shape[1:])) if len(s) != count else s for s in stacks]


PLUS, MINUS, TIMES, OVER = (Elementwise(sign) for sign in "+-*/")
AT, ITSELF, NEGATIVE, TRANSPOSED = MatrixProduct(), Itself(), Negative(), Transposed()
SIGNS: Mapping[str, Operation] = {op.sign: op for op in (PLUS, MINUS, TIMES, OVER)}
