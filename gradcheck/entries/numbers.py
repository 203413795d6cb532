"""Indices as numbers: i x_i, γ^(k - t). Positions are counted from 0, as everywhere in Python."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import reduce
from typing import Any

from gradcheck.entries import named
from gradcheck.entries.letters import Letter, Position
from gradcheck.entries.named import Named
from gradcheck.entries.rules import rule
from gradcheck.entries.scopes import Scope
from gradcheck.entries.tree import Entries
from gradcheck.graph import Array, arange
from gradcheck.graph.writing import ADD, ATOM, MULTIPLY, Piece


@rule("number")
class Number(Entries):
    """The number of a position."""

    parts = ()

    def __init__(self, place: Position) -> None:
        self.place = place

    @property
    def own_letters(self) -> Sequence[Letter]:
        """Those of the position."""
        return list(self.place.coefficients)

    def lowered(self, scope: Scope) -> Named:
        """Counted along the axes of the letters."""
        letters = [(number, scope.letter(letter)) for letter, number in self.place.coefficients.items()]
        start = self.place.constant + sum(number * letter.start for number, letter in letters)
        counted = [Named(_times(number, arange(letter.size)), (letter,)) for number, letter in letters]
        found = named.applied(lambda *parts: reduce(operator.add, parts), counted)
        return found if start == 0 else Named(found.array + start, found.letters)

    def write(self, style: Any) -> Piece:
        """The position; in mathematics, where positions are counted from 1, less as much."""
        words = style.position(self.place, 0)
        is_sum = " " in words or words.startswith(style.minus)
        return words, ADD if is_sum else ATOM if isinstance(self.place, Letter) else MULTIPLY


def _times(number: int, array: Array) -> Array:
    return array if number == 1 else number * array
