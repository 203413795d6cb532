"""Sums of products whose subscripts the sizes decide: axes of one size have one letter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from string import ascii_letters
from typing import NamedTuple

from gradcheck.graph import Array, Misfit, ShapeError, Size, einsum
from gradcheck.proofs.residues import Residues
from gradcheck.repair.contractions import product_adjoint, products
from gradcheck.repair.field import Field, Shape
from gradcheck.repair.operations import Adjoint, Kept, Operation


class Labels(NamedTuple):
    """The labels of the axes of every operand, and of the result."""

    operands: list[tuple[int, ...]]
    result: tuple[int, ...]


def labels_of(shapes: Sequence[Sequence[Hashable]], result: Sequence[Hashable]) -> Labels | None:
    """One label for each size, and one for each axis of size 1; None where sizes do not decide."""
    seen: dict[Hashable, int] = {}
    ones: list[int] = []
    operands = []
    for shape in shapes:
        own = []
        for size in shape:
            label = len(seen) + len(ones)
            if size == 1:
                ones.append(label)
            own.append(label if size == 1 else seen.setdefault(size, label))
        operands.append(tuple(own))
    free = iter(ones)
    found = [next(free, None) if size == 1 else seen.get(size) for size in result]
    known = tuple(label for label in found if label is not None)
    is_decided = all(n == 1 for axes in (*operands, known) for n in Counter(axes).values())
    return Labels(operands, known) if is_decided and len(known) == len(found) else None


@dataclass(frozen=True)
class BySizes(Operation):
    """The sum of products that has a certain shape, by sizes. result: this shape."""

    result: tuple[Size, ...]

    def build(self, *arrays: Array) -> Array:
        """By `einsum`; a misfit where sizes do not decide."""
        labels = labels_of([array.shape for array in arrays], self.result) if all(a.conforms for a in arrays) else None
        if labels is None:
            return Misfit(arrays, (ShapeError("einsum by sizes", "they do not decide"),), (), None)
        words = ["".join(ascii_letters[label] for label in axes) for axes in (*labels.operands, labels.result)]
        return einsum(f"{','.join(words[:-1])}->{words[-1]}", *arrays)

    def _labels(self, field: Field, shapes: Sequence[Shape]) -> Labels | None:
        return labels_of(shapes, tuple(map(field.number, self.result)))

    def shape(self, field: Field, *shapes: Shape) -> Shape | None:
        """The result's."""
        return tuple(map(field.number, self.result)) if self._labels(field, shapes) is not None else None

    def values(self, field: Field, *stacks: Residues) -> tuple[Residues, Kept] | None:
        """The same products of each."""
        labels = self._labels(field, [stack.shape[1:] for stack in stacks])
        return (products(stacks, *labels), None) if labels is not None else None

    def adjoint(
        self, field: Field, position: int, weights: Residues, operands: Sequence[Residues | None], own: Shape
    ) -> Adjoint | None:
        """The same product with the form in the place of the operand."""
        labels = self._labels(field, [own if s is None else s.shape[1:] for s in operands])
        return product_adjoint(*labels, position, weights, operands, own) if labels is not None else None
