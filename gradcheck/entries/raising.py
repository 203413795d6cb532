"""From arrays to formulas by entries: names of the result's axes are pushed down to what the array is made of.

So anything can be shown as its document writes it, also what no author wrote, as corrections that were found. A node
that says nothing of its axes stands as it is, at indices.
"""

from __future__ import annotations

import operator
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, reduce
from typing import Any

from gradcheck.entries.conditions import Comparison, Delta
from gradcheck.entries.letters import Letter, Position, Shifted
from gradcheck.entries.lowering import written_by_entries
from gradcheck.entries.numbers import Number
from gradcheck.entries.reductions import Total
from gradcheck.entries.tree import Applied, AtIndices, Entries, Whole
from gradcheck.functions.table import multiply
from gradcheck.graph import Array, Size

ALPHABET = "ijklabcdpqrsuvw"

NOTHING = Shifted({}, 0)

At = Sequence[Position | int]
"""A place on each axis of an array, or 0 for an axis of one entry."""


def by_entries(array: Array, at: Sequence[Position], names: Mapping[int, str]) -> Entries:
    """An array as a formula with a letter for each axis, or a letter less a number, down to what has a name."""
    return _Raiser(names, [letter for place in at for letter in place.coefficients]).whole(array, at)


class PartsByEntries:
    """What writes the parts of an array as they stand in its formula by entries.

    A symbol that is no part of it is written as one of its parts of the same shape is.
    """

    def __init__(self, array: Array, at: Sequence[Position], names: Mapping[int, str]) -> None:
        self._array, self._at, self._names = array, at, names

    @cached_property
    def _places(self) -> dict[Any, At]:
        """Where parts stand, by key, and parts of a shape; asked for by those alone who name a part."""
        raiser = _Raiser(self._names, [letter for place in self._at for letter in place.coefficients])
        raiser.whole(self._array, self._at)
        seen = raiser.seen[::-1]
        return {node.shape: at for node, at in seen} | {node.key: at for node, at in seen}

    def __call__(self, part: Array) -> Array:
        """The part, in these words."""
        is_said = part.written is not None and part.written.word == "by_entries"
        at = self._places.get(part.key, self._places.get(part.shape)) if part.conforms and not is_said else None
        if at is None:
            return part
        letters = [letter for place in (*self._at, *at) if isinstance(place, Position) for letter in place.coefficients]
        return written_by_entries(part, _Raiser(self._names, letters).part(part, at))


class _Raiser:
    """seen: the parts that were met, and at which places."""

    def __init__(self, names: Mapping[int, str], letters: Sequence[Letter]) -> None:
        self.names = names
        self.seen: list[tuple[Array, At]] = []
        taken = {letter.name for letter in letters} | set(names.values())
        self._fresh = (Letter(name) for name in _names() if name not in taken)

    def whole(self, node: Array, at: At) -> Entries:
        """The formula itself, which is written out even if it has a name."""
        self.seen.append((node, at))
        raised: Entries = getattr(self, node.verb, self.as_it_is)(node, _where(node, at))
        return raised

    def part(self, node: Array, at: At) -> Entries:
        """A part of it."""
        if id(node) not in self.names:
            return self.whole(node, at)
        self.seen.append((node, at))
        return self.as_it_is(node, _where(node, at))

    def as_it_is(self, node: Array, at: At) -> Entries:
        """An array at indices."""
        return AtIndices(node, tuple(at)) if at else Whole(node)

    def elementwise(self, node: Array, at: At) -> Entries:
        """The function of the entries in the same place."""
        (function,) = node.params
        return Applied(function, tuple(self.part(arg, at[len(at) - arg.ndim :]) for arg in node.args))

    def product(self, node: Array, at: At) -> Entries:
        """A sum of products, over fresh letters."""
        labels, result = node.params
        known: dict[int, Position | int] = dict(zip(result, at, strict=True))
        sizes = {label: size for axes, arg in zip(labels, node.args, strict=True) for label, size in _sized(axes, arg)}
        summed = [label for label in sizes if label not in known]
        known |= {label: next(self._fresh) if sizes[label] != 1 else 0 for label in summed}
        factors = [self.part(arg, [known[i] for i in axes]) for arg, axes in zip(node.args, labels, strict=True)]
        found = factors[0]
        for factor in factors[1:]:
            found = Applied(multiply, (found, factor))
        over = [letter for label in summed if isinstance(letter := known[label], Letter)]
        return Total(found, over) if over else found

    def identity(self, node: Array, at: At) -> Entries:
        """δ."""
        row, column = at
        if isinstance(row, Letter) and isinstance(column, Letter):
            return Delta(row, column)
        made = self._compared([(1, row), (-1, column)], "==")
        return self.as_it_is(node, at) if made is None else made

    def positional(self, node: Array, at: At) -> Entries:
        """A condition on positions."""
        _, coefficients, constant, is_range = node.params
        places = [(int(c), place) for c, place in zip(coefficients, at, strict=True) if c.is_Integer]
        made = self._compared([*places, (1, constant)], ">=" if is_range else "==")
        return self.as_it_is(node, at) if made is None or len(places) < len(at) else made

    def _compared(self, terms: Sequence[tuple[int, Any]], sign: str) -> Entries | None:
        """A sum of positions with 0, what is subtracted on the other side; None if no index is left."""
        left = reduce(operator.add, (c * place for c, place in terms if c > 0), NOTHING)
        right = reduce(operator.add, (-c * place for c, place in terms if c < 0), NOTHING)
        return Comparison(left, sign, right) if (left - right).coefficients else None

    def counted(self, node: Array, at: At) -> Entries:
        """The number of a position."""
        (place,) = at
        return Number(place) if isinstance(place, Position) else self.as_it_is(node, at)

    def moved(self, node: Array, at: At) -> Entries:
        """Where axes are only added, dropped or repeated, the same entries of the operand."""
        found = node.entered(at)
        return self.as_it_is(node, at) if found is None else self.part(node.args[0], found)


def _where(node: Array, at: At) -> At:
    """The letters of a node's axes; what has one entry needs none."""
    return [0 if size == 1 else letter for letter, size in zip(at, node.shape, strict=True)]


def _sized(axes: Sequence[int], arg: Array) -> Iterator[tuple[int, Size]]:
    return zip(axes, arg.shape, strict=True)


def _names() -> Iterator[str]:
    yield from ALPHABET
    number = 1
    while True:
        yield from (f"{letter}{number}" for letter in ALPHABET)
        number += 1
