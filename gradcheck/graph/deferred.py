"""Nodes in whose place others are put before anything is computed: they have no value, so nothing follows from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from gradcheck.graph.node import Array, Degree, Examples, Mistake, Number


class Deferred(Array, is_kind=False):
    """A derivative, which reverse mode expands, or what does not conform."""

    __slots__ = ()

    defined = None
    kinks = ()
    is_jump = False
    may_be_flat = False
    """Derivatives of what is analytic are analytic."""
    forgets_numbering = True
    is_by_entry = False
    examples: Examples = ()

    def change(self, on: Any, operands: Sequence[Any], changes: Sequence[Any], value: Any) -> NoReturn:
        """There is none."""
        raise self._without_value()

    def rounding(self, at: Any, operands: Sequence[Any]) -> NoReturn:
        """There is none."""
        raise self._without_value()

    def cotangent(self, position: int, incoming: Array, lead: int) -> NoReturn:
        """There is none."""
        raise self._without_value()

    def _without_value(self) -> TypeError:
        return TypeError(f"a {type(self).__name__.lower()} has no value of its own: expand it first")

    def is_positive(self, operands: Sequence[bool], number: Number) -> bool:
        """Nothing is known."""
        return False

    def fits(self, number: Number) -> bool:
        """Whatever the sizes."""
        return True

    def degree(self, operands: Sequence[Degree], number: Number) -> Degree | None:
        """That of what it is expanded to."""
        return None

    def length(self, operands: Sequence[int], number: Number) -> int:
        """That of what is differentiated, about."""
        return max(operands, default=1)

    def mistakes(self) -> Iterable[Mistake]:
        """None of its own."""
        return ()
