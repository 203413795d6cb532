"""Labels that are classes: y_i is one of 1 … C, and stands where an index does: `z[y[i]]`, `P[i, y[i]]`, `y[i] == k`.

A label is a row of 0s with one 1, so that what it picks is a sum, and y_i = k is an entry of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn

from gradcheck.entries.letters import Letter
from gradcheck.entries.named import Named
from gradcheck.entries.rules import RULES, rule
from gradcheck.entries.scopes import Scope
from gradcheck.entries.tree import AtIndices, Entries
from gradcheck.graph import Array
from gradcheck.graph.writing import ATOM, Piece


class Labels:
    """Labels of examples. one_hot: the same with an axis for the classes behind, 1 at each label and 0 elsewhere."""

    def __init__(self, name: str, one_hot: Array) -> None:
        self.name, self.one_hot = name, one_hot

    def __getitem__(self, item: Any) -> Label:
        items = item if isinstance(item, tuple) else (item,)
        if len(items) != self.one_hot.ndim - 1:
            raise TypeError(f"{self.name}[{', '.join(map(str, items))}]: labels have {self.one_hot.ndim - 1} indices")
        return Label(self, items)

    def select_from(self, array: Array, items: tuple[Any, ...]) -> Array:
        """`E[y]`, the row of every label, and `P[arange(N), y]`, the entry of every example's label.

        Raises:
            TypeError: something else stands beside the labels.
        """
        letter = Letter("i")
        at = tuple(self._at(item, letter) for item in items)
        if not all(isinstance(item, (Letter, Label, slice)) for item in at):
            raise TypeError(f"[{', '.join(map(repr, items))}]: labels stand alone, or behind arange(N)")
        return RULES["select"](array, at).array(letter)  # type: ignore[no-any-return]

    def _at(self, item: Any, letter: Letter) -> Any:
        if isinstance(item, Labels):
            return item[letter]
        return letter if getattr(item, "verb", "") == "counted" else item

    def __array__(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(
            f"{self.name} are labels, not numbers: write {self.name}[i], or {self.name}.one_hot as an array"
        )

    def __repr__(self) -> str:
        return self.name


class Label:
    """One label, at indices."""

    def __init__(self, labels: Labels, items: tuple[Any, ...]) -> None:
        self.labels, self.items = labels, items

    @property
    def name(self) -> str:
        """Its text in source."""
        return f"{self.labels.name}[{', '.join(str(getattr(item, 'name', item)) for item in self.items)}]"

    def said(self, style: Any) -> str:
        """As an index in mathematics."""
        return style.indexed_name(self.labels.name, self.items)  # type: ignore[no-any-return]

    def is_at(self, item: Any) -> Entries:
        """1 where the label is this class, which is counted from 0 if it is a number."""
        return AtIndices(self.labels.one_hot, (*self.items, item))

    def select_from(self, array: Array, items: tuple[Any, ...]) -> Entries:
        """The entries of an array that labels pick."""
        return RULES["select"](array, items)  # type: ignore[no-any-return]

    def __eq__(self, other: object) -> Any:
        return self.is_at(other)

    def __ne__(self, other: object) -> Any:
        return 1 - self.is_at(other)

    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return self.name


@rule("pick")
class Picked(Entries):
    """An array at indices, some of which are labels: the sum over classes, each of which is the label or not."""

    def __init__(self, whole: Array, items: tuple[Any, ...]) -> None:
        self.whole, self.items = whole, items
        classes = {id(item): Letter(f"class{i}") for i, item in enumerate(items) if isinstance(item, Label)}
        picked = AtIndices(whole, tuple(classes.get(id(item), item) for item in items))
        marks = [item.is_at(classes[id(item)]) for item in items if isinstance(item, Label)]
        product: Entries = picked
        for mark in marks:
            product = mark * product
        self._sum = product.sum(*classes.values())

    @property
    def parts(self) -> tuple[Entries, ...]:
        """The sum that it is."""
        return (self._sum,)

    def lowered(self, scope: Scope) -> Named:
        """The sum that it is."""
        return self._sum.lowered(scope)

    def factors(self, scope: Scope) -> Sequence[Named]:
        """One, which is summed already."""
        return [self.lowered(scope)]

    def write(self, style: Any) -> Piece:
        """The array with its indices."""
        return style.at_indices(self.whole, self.items), ATOM
