"""Conditions on indices: δ_ij, which is 1 where i = j, i < j, and what is made of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from gradcheck.entries import named
from gradcheck.entries.bounds import Form, combined
from gradcheck.entries.letters import Letter, Position, as_position
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

Told = Iterator[tuple[Form, bool]]
"""Forms, and whether what is told is that they are not negative; else it is that they are not 0."""
OPPOSITE = {"==": "!=", "!=": "==", "<": ">=", "<=": ">", ">": "<=", ">=": "<"}


def told(scope: Scope, one: Position, sign: str, other: Position) -> Told:
    """What a comparison says of positions."""
    ahead = combined((1, scope.form(other)), (-1, scope.form(one)))
    if sign == "!=":
        yield ahead, False
    if sign in ("<", "<=", "=="):
        yield combined((1, ahead), (-1, {1: int(sign == "<")})), True
    if sign in (">", ">=", "=="):
        yield combined((-1, ahead), (-1, {1: int(sign == ">")})), True


class Comparison(Entries):
    """1 where two positions compare as said: `i < j`, `i == n - 1`, `j <= i + 1`."""

    parts = ()
    is_condition = True

    def __init__(self, one: Position, sign: str, other: Position) -> None:
        self.one, self.sign, self.other = one, sign, other

    @property
    def own_letters(self) -> Sequence[Letter]:
        """The indices that are compared."""
        return [*self.one.coefficients, *self.other.coefficients]

    def lowered(self, scope: Scope) -> Named:
        """Where the difference of the positions is 0, or not negative."""
        ahead = self.other - self.one if self.sign[0] != ">" else self.one - self.other
        letters = {scope.letter(letter): number for letter, number in ahead.coefficients.items()}
        start = sum(number * letter.start for letter, number in letters.items())
        least = 1 if self.sign in ("<", ">") else 0
        sizes, is_range = [letter.size for letter in letters], self.sign != "=="
        return Named(
            positional(sizes, list(letters.values()), ahead.constant + start - least, is_range), tuple(letters)
        )

    def told(self, scope: Scope, holds: bool) -> Told:
        """What it says of positions."""
        return told(scope, self.one, self.sign if holds else OPPOSITE[self.sign], self.other)

    def said(self, style: Any) -> str:
        """The condition in words."""
        return style.compared_indices(self.sign, self.one, self.other)  # type: ignore[no-any-return]

    def write(self, style: Any) -> Piece:
        """In brackets that mean 1 where it holds."""
        return style.indicator(self.said(style)), ATOM


class Delta(Comparison):
    """The Kronecker delta: 1 where two indices are equal, or where one is a whole number that is counted from 0."""

    def __init__(self, one: Letter, other: Letter | int) -> None:
        super().__init__(one, "==", other if isinstance(other, Letter) else as_position(other))  # type: ignore[arg-type]
        self.letter, self.index = one, other

    def settle(self, scope: Scope) -> None:
        """What is compared runs to the same size."""
        if isinstance(self.index, Letter):
            scope.letter(self.letter).runs_with(scope.letter(self.index))

    def lowered(self, scope: Scope) -> Named:
        """The identity, or a column of it."""
        one = scope.letter(self.letter)
        if not isinstance(self.index, Letter):
            is_whole_axis = one.start == 0
            return Named(identity(one.size)[:, self.index], (one,)) if is_whole_axis else super().lowered(scope)
        other = scope.letter(self.index)
        if one is other:
            return Named(broadcast_to(as_array(1), (one.size,)), (one,))
        if (one.start, one.stop) != (other.start, other.stop):
            return super().lowered(scope)
        return Named(identity(one.size), (one, other))

    def write(self, style: Any) -> Piece:
        """δ with its indices; in source, the comparison."""
        return style.delta(self.letter, self.index), ATOM


class Unequal(Entries):
    """1 where two positions differ."""

    is_condition = True

    def __init__(self, equal: Comparison) -> None:
        self.equal = equal

    @property
    def parts(self) -> tuple[Entries, ...]:
        """What it is the opposite of."""
        return (self.equal,)

    def lowered(self, scope: Scope) -> Named:
        """1 - δ."""
        found = self.equal.lowered(scope)
        return Named(1 - found.array, found.letters)

    def told(self, scope: Scope, holds: bool) -> Told:
        """What it says of positions."""
        return self.equal.told(scope, not holds)

    def said(self, style: Any) -> str:
        """The condition in words."""
        return style.compared_indices("!=", self.equal.one, self.equal.other)  # type: ignore[no-any-return]

    def write(self, style: Any) -> Piece:
        """The comparison."""
        if isinstance(self.equal, Delta):
            return style.unequal(self.equal.letter, self.equal.index)  # type: ignore[no-any-return]
        return style.indicator(self.said(style)), ATOM


@rule("cases")
class Cases(Entries):
    """`where(i == j, x, y)`: one formula where a condition on indices holds, and another one elsewhere."""

    def __init__(self, condition: Entries, yes: Entries, no: Entries) -> None:
        self.condition, self.yes, self.no = condition, yes, no
        self._places = object(), object()  # a formula may stand on both sides

    @property
    def parts(self) -> tuple[Entries, ...]:
        """The condition and both formulas."""
        return self.condition, self.yes, self.no

    def _scopes(self, scope: Scope) -> tuple[Scope, Scope, Scope]:
        """Of the condition, of what stands where it holds, and of what stands elsewhere."""
        yes, no = (scope.inside(self._places[i], given=[(self.condition, i == 0)]) for i in (0, 1))
        return scope, yes, no

    def settle(self, scope: Scope) -> None:
        """Each part knows what holds where it stands."""
        for part, inside in zip(self.parts, self._scopes(scope), strict=True):
            part.settle(inside)

    def lowered(self, scope: Scope) -> Named:
        """The condition picks one of them."""
        lowered = [part.lowered(inside) for part, inside in zip(self.parts, self._scopes(scope), strict=True)]
        _, yes, no = lowered
        choose = _by_numbers if is_finite(yes.array) and is_finite(no.array) else partial(apply, where)
        return named.applied(choose, lowered)

    def write(self, style: Any) -> Piece:
        """As cases."""
        return style.cases(self.condition, self.yes, self.no)  # type: ignore[no-any-return]


def _by_numbers(condition: Array, yes: Array, no: Array) -> Array:
    """A choice as a sum, of which proofs know more."""
    return condition * yes + (1 - condition) * no


@rule("condition")
def condition(sign: str, one: Position, other: Any) -> Entries:
    """A comparison of positions, such as `i == j`, `i != 0`, `i < n - 1`. Raises TypeError."""
    if hasattr(other, "is_at") and sign in ("==", "!="):  # labels know what they are equal to
        return other == one if sign == "==" else other != one  # type: ignore[no-any-return]
    place = as_position(other)
    if place is None:
        raise TypeError(f"{one.name} {sign} {other!r}: an index is compared with another one, or with a whole number")
    if is_whole(other) and isinstance(one, Letter) and sign in ("==", "!=") and other < 0:
        raise ShapeError(f"{one.name} {sign} {other}", "positions are counted from 0")
    if not (one - place).coefficients and one is not other:
        raise TypeError(f"{one.name} {sign} {other!r}: no index is left where both sides are put together")
    if sign not in ("==", "!="):
        if one is other:
            raise TypeError(f"{one.name} {sign} {other!r}: an index is put in order with another one")
        return Comparison(one, sign, place)
    equal = Comparison(one, "==", place)
    if isinstance(one, Letter) and (isinstance(other, Letter) or is_whole(other)):
        equal = Delta(one, other if isinstance(other, Letter) else int(other))
    return equal if sign == "==" else Unequal(equal)
