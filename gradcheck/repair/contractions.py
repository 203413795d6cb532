"""Operations that sum: products of matrices, einsum, sums and means; and transposes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.graph import Array, einsum
from gradcheck.proofs import residues
from gradcheck.proofs.residues import Residues
from gradcheck.repair.field import Field, Shape
from gradcheck.repair.operations import Adjoint, Kept, Operation, all_alike


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
        first, second = all_alike(stacks)
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
        return products(stacks, *self._labels()), None

    def adjoint(
        self, field: Field, position: int, weights: Residues, operands: Sequence[Residues | None], own: Shape
    ) -> Adjoint | None:
        """The same product with the form in the place of the operand."""
        labels, result = self._labels()
        return product_adjoint(labels, result, position, weights, operands, own)


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

    @property
    def inverse(self) -> Operation:
        """Itself."""
        return self

    def adjoint(
        self, field: Field, position: int, weights: Residues, operands: Sequence[Residues | None], own: Shape
    ) -> Adjoint | None:
        """The transpose."""
        return weights.T[None], np.zeros(1, np.uint64)


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


def products(stacks: Sequence[Residues], labels: Sequence[tuple[int, ...]], result: tuple[int, ...]) -> Residues:
    """Sums of products of stacks, by labels of the axes behind the first one."""
    shifted = [(s, (0, *(n + 1 for n in own))) for s, own in zip(all_alike(stacks), labels, strict=True)]
    return residues.einsum(shifted, (0, *(n + 1 for n in result)))


def product_adjoint(
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


AT, TRANSPOSED = MatrixProduct(), Transposed()
