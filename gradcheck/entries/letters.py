"""Indices: the letters that name axes in formulas by entries, and positions such as i + 1."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import sympy as sp
from numpy.lib.mixins import NDArrayOperatorsMixin

from gradcheck.entries.rules import RULES
from gradcheck.functions import Function
from gradcheck.graph.sizes import is_whole
from gradcheck.graph.writing import signed, terms


class Position(NDArrayOperatorsMixin):
    """A place along an axis: a letter, or a sum of whole multiples of letters, sizes and whole numbers.

    coefficients: those of the letters. constant: the rest. Comparing it gives conditions: `i == j` is δ_ij. What is no
    place any more, as `i / 2`, is a number in a formula by entries.
    """

    __slots__ = ()
    __array_priority__ = 2000

    coefficients: Mapping[Letter, int]
    constant: sp.Expr
    name: str

    def select_from(self, array: Any, items: tuple[Any, ...]) -> Any:
        """The entries of an array at indices: what `array[i, …]` means."""
        return RULES["select"](array, items)

    # -- comparisons --

    def __eq__(self, other: object) -> Any:
        return RULES["condition"]("==", self, other)

    def __ne__(self, other: object) -> Any:
        return RULES["condition"]("!=", self, other)

    def __lt__(self, other: object) -> Any:
        return RULES["condition"]("<", self, other)

    def __le__(self, other: object) -> Any:
        return RULES["condition"]("<=", self, other)

    def __gt__(self, other: object) -> Any:
        return RULES["condition"](">", self, other)

    def __ge__(self, other: object) -> Any:
        return RULES["condition"](">=", self, other)

    __hash__ = object.__hash__

    # -- other places, and numbers --

    def __add__(self, other: Any) -> Any:
        place = as_position(other)
        return super().__add__(other) if place is None else _sum(self, 1, place)

    def __sub__(self, other: Any) -> Any:
        place = as_position(other)
        return super().__sub__(other) if place is None else _sum(self, -1, place)

    def __radd__(self, other: Any) -> Any:
        place = as_position(other)
        return super().__radd__(other) if place is None else _sum(place, 1, self)

    def __rsub__(self, other: Any) -> Any:
        place = as_position(other)
        return super().__rsub__(other) if place is None else _sum(place, -1, self)

    def __neg__(self) -> Any:
        return _sum(Shifted({}, 0), -1, self)

    def __mul__(self, other: Any) -> Any:
        return _sum(Shifted({}, 0), int(other), self) if is_whole(other) else super().__mul__(other)

    def __rmul__(self, other: Any) -> Any:
        return self * other if is_whole(other) else super().__rmul__(other)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        return RULES["number"](self).__array_ufunc__(ufunc, method, *inputs, **kwargs)

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        return RULES["number"](self).__array_function__(function, types, args, kwargs)

    def __apply_function__(self, function: Function, args: Sequence[Any]) -> Any:
        return RULES["number"](self).__apply_function__(function, args)

    def __as_array__(self) -> NoReturn:
        raise TypeError(f"{self.name} is an index: it stands in the brackets of an array, or in a formula by entries")

    def __index__(self) -> NoReturn:
        raise TypeError(f"{self.name} is an index, which stands for every position: sum over it, as in x[i].sum(i)")

    def __repr__(self) -> str:
        return self.name


class Letter(Position):
    """A letter that stands for every position along an axis: `i` in `A[i, k]`.

    Its size is that of the axes that it stands on. `i[1:]` is the letter, from 1 on.
    """

    __slots__ = ("name",)

    constant = sp.Integer(0)

    def __init__(self, name: str) -> None:
        self.name = name

    @property
    def coefficients(self) -> Mapping[Letter, int]:  # type: ignore[override]
        """Itself, once."""
        return {self: 1}

    def __getitem__(self, item: Any) -> Ranged:
        if not isinstance(item, slice) or item.step is not None:
            raise TypeError(
                f"{self.name}[{item!r}]: an index has a range, as in {self.name}[1:] or {self.name}[:n - 1]"
            )
        return Ranged(self, item.start, item.stop)


class Shifted(Position):
    """A sum of whole multiples of letters and a constant: `i + 1`, `n - 1 - i`, `i + j`."""

    __slots__ = ("coefficients", "constant")

    def __init__(self, coefficients: Mapping[Letter, int], constant: Any) -> None:
        self.coefficients = {letter: number for letter, number in coefficients.items() if number}
        self.constant = sp.expand(sp.sympify(constant))

    @property
    def name(self) -> str:  # type: ignore[override]
        """Its text in source."""
        letters = [(number, letter.name) for letter, number in self.coefficients.items()]
        return signed([*letters, *terms(self.constant)])

    def said(self, style: Any) -> str:
        """As an index in mathematics, where positions are counted from 1."""
        words: str = style.position(self, 1)
        return words


class Ranged:
    """A letter in a range: `i[1:]`, `k[t:]`, with bounds as those of NumPy's slices, or positions."""

    __slots__ = ("letter", "start", "stop")

    def __init__(self, letter: Letter, start: Any, stop: Any) -> None:
        for bound in (start, stop):
            if bound is not None and as_position(bound) is None:
                raise TypeError(f"{letter.name}[{start}:{stop}]: bounds are whole numbers, sizes and indices")
        self.letter, self.start, self.stop = letter, start, stop

    def select_from(self, array: Any, items: tuple[Any, ...]) -> Any:
        """The entries of an array at indices."""
        return RULES["select"](array, items)

    @property
    def name(self) -> str:
        """Its text in source."""
        start, stop = ("" if bound is None else str(bound) for bound in (self.start, self.stop))
        return f"{self.letter.name}[{start}:{stop}]"

    def said(self, style: Any) -> str:
        """As an index in mathematics."""
        words: str = style.index_word(self.letter)
        return words

    def __repr__(self) -> str:
        return self.name


def as_position(value: Any) -> Position | None:
    """An index, a whole number or a size as a place along an axis; None for anything else."""
    if isinstance(value, Position):
        return value
    is_place = is_whole(value) or (isinstance(value, sp.Expr) and bool(value.free_symbols) and value.is_integer)
    return Shifted({}, value if isinstance(value, sp.Expr) else int(value)) if is_place else None


def letter_of(item: Any) -> Letter:
    """The letter of an index that may have a range. Raises TypeError for anything else."""
    if not isinstance(item, (Letter, Ranged)):
        raise TypeError(f"{item!r} is no index: name one with i = indices('i')")
    return item.letter if isinstance(item, Ranged) else item


def _sum(one: Position, factor: int, other: Position) -> Position:
    found = dict(one.coefficients)
    for letter, number in other.coefficients.items():
        found[letter] = found.get(letter, 0) + factor * number
    return Shifted(found, one.constant + factor * other.constant)


def indices(names: Any) -> Any:
    """Indices by their names: `i, j, k = indices("i j k")`; one alone for one name.

    Raises:
        TypeError: a name that is none.
    """
    words = names.replace(",", " ").split() if isinstance(names, str) else []
    if not words or not all(re.fullmatch(r"[^\W\d]\w*", word) for word in words):
        raise TypeError(f'{names!r}: indices are named in a text, as in i, j = indices("i j")')
    made = tuple(map(Letter, words))
    return made if len(made) > 1 else made[0]
