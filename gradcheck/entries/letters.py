"""Indices: the letters that name axes in formulas by entries."""

from __future__ import annotations

import re
from typing import Any, NoReturn

from gradcheck.entries.rules import RULES


class Letter:
    """A letter that stands for every position along an axis: `i` in `A[i, k]`.

    Its size is that of the axes that it stands on. Comparing it gives conditions: `i == j` is δ_ij.
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def select_from(self, array: Any, items: tuple[Any, ...]) -> Any:
        """The entries of an array at indices: what `array[i, …]` means."""
        return RULES["select"](array, items)

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

    def __add__(self, other: object) -> NoReturn:
        raise TypeError(
            f"{self.name} with a shift is no index of an axis: write a loop over range(…) for steps, or a slice X[1:]"
        )

    __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __index__ = __add__

    def __repr__(self) -> str:
        return self.name


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
