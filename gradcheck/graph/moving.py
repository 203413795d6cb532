"""What kinds that only move entries have in common: linear, exact, and done to changes as it is done to values."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any

from gradcheck.graph.node import Array, Degree, Mistake, Number


class Moving(Array, is_kind=False):
    """Every entry of the result is an entry of an operand, and which one does not depend on values.

    What is left to say: `move`, the cotangent, whether it forgets the numbering of units, and its examples.
    """

    __slots__ = ()

    verb = "moved"
    defined = None
    kinks = ()
    is_jump = False
    may_be_flat = False
    is_by_entry = False

    @abstractmethod
    def move(self, at: Any, *values: Any) -> Any:
        """The entries in their new places, `at.lead` batch axes in front; values are NumPy arrays of any dtype."""

    def change(self, on: Any, operands: Sequence[Any], changes: Sequence[Any], value: Any) -> Any:
        """Entries move their changes."""
        both = zip(operands, changes, strict=True)
        return on.at.moved(self, *(on.still(operand) if change is None else change for operand, change in both))

    def rounding(self, at: Any, operands: Sequence[Any]) -> float:
        """Moving loses nothing."""
        return 0.0

    def is_positive(self, operands: Sequence[bool], number: Number) -> bool:
        """If all operands are."""
        return all(operands)

    def fits(self, number: Number) -> bool:
        """Whatever the sizes."""
        return True

    def degree(self, operands: Sequence[Degree], number: Number) -> Degree:
        """The largest."""
        return max(above for above, _ in operands), max(below for _, below in operands)

    def length(self, operands: Sequence[int], number: Number) -> int:
        """The longest."""
        return max(operands)

    def mistakes(self) -> Iterable[Mistake]:
        """None of its own."""
        return ()
