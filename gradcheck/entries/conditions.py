"""Conditions on indices: δ_ij, which is 1 where i = j, and what is made of it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from gradcheck.entries import named
from gradcheck.entries.letters import Letter
from gradcheck.entries.named import Named
from gradcheck.entries.rules import rule
from gradcheck.entries.scopes import Scope
from gradcheck.entries.tree import Entries
from gradcheck.functions.table import where
from gradcheck.graph import Array
from gradcheck.graph.broadcasts import broadcast_to
from gradcheck.graph.elementwise import apply
from gradcheck.graph.identities import identity
from gradcheck.graph.infinity import is_finite
from gradcheck.graph.literals import as_array
from gradcheck.graph.positional import positional
from gradcheck.graph.sizes import ShapeError, is_whole
from gradcheck.graph.writing import ATOM, Piece


class Delta(Entries):
    """The Kronecker delta: 1 where two indices are equal, or where one is a whole number that is counted from 0."""

    parts = ()
    is_condition = True

    def __init__(self, one: Letter, other: Letter | int) -> None:
        self.one, self.other = one, other

    @property
    def own_letters(self) -> Sequence[Letter]:
        """The indices that are compared."""
        return [index for index in (self.one, self.other) if isinstance(index, Letter)]

    def settle(self, scope: Scope) -> None:
        """What is compared runs to the same size."""
        if isinstance(self.other, Letter):
            scope.letter(self.one).runs_with(scope.letter(self.other))

    def lowered(self, scope: Scope) -> Named:
        """The identity, or a column of it."""
        one = scope.letter(self.one)
        if not isinstance(self.other, Letter):
            return Named(identity(one.size)[:, self.other], (one,))
        other = scope.letter(self.other)
        if one is other:
            return Named(broadcast_to(as_array(1), (one.size,)), (one,))
        return Named(identity(one.size), (one, other))

    def said(self, style: Any) -> str:
        """The condition in words."""
        return style.compared_indices("==", self.one, self.other)  # type: ignore[no-any-return]

    def write(self, style: Any) -> Piece:
        """δ with its indices; in source, the comparison."""
        return style.delta(self.one, self.other), ATOM


class Ordered(Entries):
    """1 where one index comes before another one, or with it: `i < j`, `i <= j`."""

    parts = ()
    is_condition = True

    def __init__(self, one: Letter, sign: str, other: Letter) -> None:
        self.one, self.sign, self.other = one, sign, other

    @property
    def own_letters(self) -> Sequence[Letter]:
        """The indices that are compared."""
        return [self.one, self.other]

    def lowered(self, scope: Scope) -> Named:
        """A triangle: other - one is at least 0, or 1."""
        one, other = scope.letter(self.one), scope.letter(self.other)
        turn = 1 if self.sign[0] == "<" else -1
        least = 0 if "=" in self.sign else 1
        return Named(positional((one.size, other.size), (-turn, turn), -least, True), (one, other))

    def said(self, style: Any) -> str:
        """The condition in words."""
        return style.compared_indices(self.sign, self.one, self.other)  # type: ignore[no-any-return]

    def write(self, style: Any) -> Piece:
        """In brackets that mean 1 where it holds."""
        return style.indicator(self.said(style)), ATOM


class Unequal(Entries):
    """1 where two indices differ."""

    is_condition = True

    def __init__(self, delta: Delta) -> None:
        self.delta = delta

    @property
    def parts(self) -> tuple[Entries, ...]:
        """What it is the opposite of."""
        return (self.delta,)

    def lowered(self, scope: Scope) -> Named:
        """1 - δ."""
        found = self.delta.lowered(scope)
        return Named(1 - found.array, found.letters)

    def said(self, style: Any) -> str:
        """The condition in words."""
        return style.compared_indices("!=", self.delta.one, self.delta.other)  # type: ignore[no-any-return]

    def write(self, style: Any) -> Piece:
        """The comparison."""
        return style.unequal(self.delta.one, self.delta.other)  # type: ignore[no-any-return]


@rule("cases")
class Cases(Entries):
    """`where(i == j, x, y)`: one formula where a condition on indices holds, and another one elsewhere."""

    def __init__(self, condition: Entries, yes: Entries, no: Entries) -> None:
        self.condition, self.yes, self.no = condition, yes, no

    @property
    def parts(self) -> tuple[Entries, ...]:
        """The condition and both formulas."""
        return self.condition, self.yes, self.no

    def lowered(self, scope: Scope) -> Named:
        """The condition picks one of them."""
        condition, yes, no = (part.lowered(scope) for part in self.parts)
        choose = _by_numbers if is_finite(yes.array) and is_finite(no.array) else partial(apply, where)
        return named.applied(choose, [condition, yes, no])

    def write(self, style: Any) -> Piece:
        """As cases."""
        return style.cases(self.condition, self.yes, self.no)  # type: ignore[no-any-return]


def _by_numbers(condition: Array, yes: Array, no: Array) -> Array:
    """A choice as a sum, of which proofs know more."""
    return condition * yes + (1 - condition) * no


@rule("condition")
def condition(sign: str, one: Letter, other: Any) -> Entries:
    """`i == j` or `i != j`, of indices or of an index and a whole number, or `i < j`. Raises TypeError."""
    if hasattr(other, "is_at") and sign in ("==", "!="):  # a label knows what it is equal to
        return other == one if sign == "==" else other != one  # type: ignore[no-any-return]
    if not isinstance(other, Letter) and not is_whole(other):
        raise TypeError(f"{one.name} {sign} {other!r}: an index is compared with another one, or with a whole number")
    if sign not in ("==", "!="):
        if not isinstance(other, Letter) or other is one:
            raise TypeError(f"{one.name} {sign} {other!r}: an index is put in order with another one")
        return Ordered(one, sign, other)
    if not isinstance(other, Letter) and other < 0:
        raise ShapeError(f"{one.name} {sign} {other}", "positions are counted from 0")
    delta = Delta(one, other if isinstance(other, Letter) else int(other))
    return delta if sign == "==" else Unequal(delta)
