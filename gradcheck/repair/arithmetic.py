"""Operations entry by entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import sympy as sp

from gradcheck.functions import Function
from gradcheck.graph import Array
from gradcheck.proofs import residues
from gradcheck.proofs.residues import Residues
from gradcheck.repair.field import Field, Shape, inner
from gradcheck.repair.operations import Adjoint, Kept, Operation


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

    @property
    def inverse(self) -> Operation:
        """Itself."""
        return self

    def adjoint(
        self, field: Field, position: int, weights: Residues, operands: Sequence[Residues | None], own: Shape
    ) -> Adjoint | None:
        """Likewise."""
        return residues.negate(weights)[None], np.zeros(1, np.uint64)


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
        # Of 1 / √d, SymPy makes √d / d, which the field does not know to be the same.
        constant = field.constant(self.factor)
        factor = residues.invert(constant) if self.is_divisor else constant
        return residues.multiply(values, np.broadcast_to(factor, values.shape))

    def values(self, field: Field, *stacks: Residues) -> tuple[Residues, Kept] | None:
        """All by the same."""
        return self._by(field, stacks[0]), None

    @property
    def inverse(self) -> Operation:
        """A factor for a divisor and back."""
        return Scaled(self.factor, not self.is_divisor)

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


PLUS, MINUS, TIMES, OVER = (Elementwise(sign) for sign in "+-*/")
ITSELF, NEGATIVE = Itself(), Negative()
SIGNS: Mapping[str, Operation] = {op.sign: op for op in (PLUS, MINUS, TIMES, OVER)}
