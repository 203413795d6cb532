"""Operations that choose entries or move them, and calls of anything else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy as sp

from gradcheck import notation
from gradcheck.graph import Array, Misfit, ShapeError, Size
from gradcheck.proofs import residues
from gradcheck.proofs.residues import Residues
from gradcheck.repair.contractions import product_adjoint, products
from gradcheck.repair.field import Field, Shape, inner
from gradcheck.repair.operations import Adjoint, Kept, Operation, all_alike


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
class Reshaped(Operation):
    """The entries in their order, in another shape; one size may be -1."""

    sizes: tuple[Size, ...]

    def build(self, *arrays: Array) -> Array:
        """As the method."""
        return arrays[0].reshape(self.sizes)

    def shape(self, field: Field, *shapes: Shape) -> Shape | None:
        """As NumPy's; none where a size is that of nothing else."""
        try:
            return np.broadcast_to(np.uint64(0), shapes[0]).reshape([*map(field.number, self.sizes)]).shape
        except (ValueError, TypeError):
            return None

    def values(self, field: Field, *stacks: Residues) -> tuple[Residues, Kept] | None:
        """The same of all."""
        shape = self.shape(field, stacks[0].shape[1:])
        return None if shape is None else (stacks[0].reshape(-1, *shape), None)

    def adjoint(
        self, field: Field, position: int, weights: Residues, operands: Sequence[Residues | None], own: Shape
    ) -> Adjoint | None:
        """In the operand's shape."""
        return weights.reshape(1, *own), np.zeros(1, np.uint64)


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
            return self.node.rewritten(arrays)
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
            return products(stacks, *self.node.params), None
        if self.node.verb == "moved":
            return np.asarray(self.node.move(field.stacked, *all_alike(stacks))), None
        return None

    def adjoint(
        self, field: Field, position: int, weights: Residues, operands: Sequence[Residues | None], own: Shape
    ) -> Adjoint | None:
        """Of products and of what moves entries."""
        if self.node.verb == "product":
            labels, result = self.node.params
            return product_adjoint(labels, result, position, weights, operands, own)
        return self._moved_back(field, position, weights, operands, own) if self.node.verb == "moved" else None

    def _moved_back(
        self, field: Field, position: int, weights: Residues, operands: Sequence[Residues | None], own: Shape
    ) -> Adjoint:
        """Each weight goes to the entry that is moved to its place; those of other operands make a constant."""
        others = [np.zeros((1, *own), np.uint64) if s is None else s for s in operands]
        constant = inner(weights, np.asarray(self.node.move(field.stacked, *all_alike(others))))
        numbers = np.arange(1, 1 + np.prod(own, dtype=int), dtype=np.uint64).reshape(1, *own)
        places = [numbers if i == position else np.zeros_like(s[:1]) for i, s in enumerate(others)]
        source = np.asarray(self.node.move(field.stacked, *places)).ravel().tolist()
        sums = [0] * (1 + int(np.prod(own, dtype=int)))
        for entry, weight in zip(source, weights.ravel().tolist(), strict=True):
            sums[entry] = (sums[entry] + weight) % residues.P
        return np.array(sums[1:], np.uint64).reshape(1, *own), constant
