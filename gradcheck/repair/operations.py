"""What an operation is, as the search sees it: its values, its adjoint, and how it is written.

Each stands for one way to write something. Values are those of whole stacks in the prime field. The adjoint is what
makes the search fast: where an operation is linear in an operand x, a linear form w of its value is one of x,

    <w, op(…, x, …)> = <w′, x> + c,

so that a value which is needed above a place becomes one number that is needed at the place itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradcheck.graph import Array
from gradcheck.proofs.residues import Residues
from gradcheck.repair.field import Field, Shape

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

    @property
    def inverse(self) -> Operation | None:
        """What undoes it, if anything does whatever the operand is."""
        return None

    def adjoint(
        self, field: Field, position: int, weights: Residues, operands: Sequence[Residues | None], own: Shape
    ) -> Adjoint | None:
        """Linear forms of the operand at a position, which has the shape `own`; None where it is not linear.

        operands: stacks of the others, and None at the position.
        """
        return None


def all_alike(stacks: Sequence[Residues]) -> list[Residues]:
    """Stacks of as many values each; one value stands for all."""
    count = max(map(len, stacks))
    return [np.broadcast_to(s, (count, *s.shape[1:])) if len(s) != count else s for s in stacks]
