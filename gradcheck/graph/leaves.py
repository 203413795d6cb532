"""Nodes without operands."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from gradcheck.graph.node import Array, Mistake, Number


class Leaf(Array, is_kind=False):
    """Where graphs begin. Nothing changes it but what moves it itself."""

    __slots__ = ()

    defined = None
    kinks = ()
    is_jump = False

    def change(self, on: Any, operands: Sequence[Any], changes: Sequence[Any], value: Any) -> NoReturn:
        """There is no operand."""
        raise TypeError(f"{self!r} has no operands that could change")

    def cotangent(self, position: int, incoming: Array, lead: int) -> NoReturn:
        """There is no operand."""
        raise TypeError(f"{self!r} has no operands that a cotangent could go to")

    def fits(self, number: Number) -> bool:
        """Whatever the sizes."""
        return True

    def length(self, operands: Sequence[int], number: Number) -> int:
        """One symbol."""
        return 1

    def mistakes(self) -> Iterable[Mistake]:
        """None of its own: it is taken for another symbol."""
        return ()
