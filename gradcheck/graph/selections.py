"""Which entries along axes are the largest ones, or the smallest: masks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Any

import numpy as np

from gradcheck.functions.held import BOOLEAN, FLOAT, Held, Type
from gradcheck.graph.broadcasts import broadcast_to
from gradcheck.graph.families import Extreme
from gradcheck.graph.node import Array, Defined, Examples, Mistake, Number, Written


class Which(Enum):
    """Which entries a mask is 1 at."""

    ONE = "the largest one, if no other is as large"
    ALL = "all that are as large"
    OTHERS = "those that are smaller"


class Selected(Extreme):
    """The mask of the largest entry along axes: what the derivative of the largest is made of, and `X == X.max()`."""

    __slots__ = ()

    verb = "selected"
    word = "selected"
    is_jump = True
    examples: Examples = (
        lambda matrix: matrix + 1e20 == (matrix + 1e20).max(axis=1, keepdims=True),
    )  # all are rounded

    @property
    def which(self) -> Which:
        """Which entries it is 1 at, which differ where entries tie."""
        which: Which = self.params[2]
        return which

    @property
    def defined(self) -> Defined | None:
        """A derivative has no value at a tie; a comparison has."""
        where = "one entry is larger than all others along the axes"
        return (lambda x: self.margins(x) != 0, "max′", where) if self.which is Which.ONE else None

    def holds(self, operands: Sequence[Held]) -> Type:
        """A comparison is a mask."""
        return FLOAT if self.which is Which.ONE else BOOLEAN

    def mask(self, value: Any) -> Any:
        """On NumPy's numbers."""
        margin = self.margins(value)
        if self.which is Which.ONE:
            return np.where(margin == 0, np.nan, np.where(margin > 0, 1.0, 0.0))
        return np.where((margin < 0) == (self.which is Which.OTHERS), 1.0, 0.0)

    def moved_by(self, value: Any, change: Any) -> Any:
        """It does not move but by jumps."""
        return np.zeros(np.broadcast_shapes(np.shape(value), np.shape(change)))

    def stays(self, value: Any, moved: Any) -> Any:
        """Entry by entry."""
        return np.sign(self.margins(value)) == np.sign(self.margins(moved))

    def off_by(self, value: Any, errors: Any) -> Any:
        """By 1 where errors may hide which entry is larger; what has none is not hidden, nor what is far below."""
        value, errors = np.broadcast_arrays(value, self.sign * errors)
        least, most = self.above(value - errors, value + errors), self.above(value + errors, value - errors)
        return np.where((least >= 0) | (most < 0), 0.0, 1.0)

    def cotangent(self, position: int, incoming: Array, lead: int) -> None:
        """None goes through a mask."""

    def is_positive(self, operands: Sequence[bool], number: Number) -> bool:
        """It is 0 somewhere."""
        return False

    def length(self, operands: Sequence[int], number: Number) -> int:
        """A name, and all entries."""
        return 1 + self.terms(number) * operands[0]

    def mistakes(self) -> Iterable[Mistake]:
        """Left out, or the opposite one."""
        yield "1 for {}", (self,), broadcast_to(1, self.shape)
        yield "the smallest for the largest in {}", (self,), select(self.args[0], self.axes, -self.sign, self.which)


def select(array: Array, axes: tuple[int, ...], sign: int, which: Which, written: Written | None = None) -> Selected:
    """`Selected` along axes that are counted from the last one."""
    return Selected((array,), (axes, sign, which), array.shape, written)
