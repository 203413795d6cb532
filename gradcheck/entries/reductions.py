"""Sums, means and extremes over indices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gradcheck.entries import named
from gradcheck.entries.letters import Letter
from gradcheck.entries.named import Named
from gradcheck.entries.rules import rule
from gradcheck.entries.scopes import Axis, Scope
from gradcheck.entries.tree import Entries
from gradcheck.graph.literals import as_array
from gradcheck.graph.sizes import product
from gradcheck.graph.writing import ATOM, Piece


class Over(Entries):
    """What is done over indices, which are bound by it. word: how it is called in NumPy."""

    word = ""

    def __init__(self, of: Entries, letters: Sequence[Letter]) -> None:
        for letter in letters:
            if not isinstance(letter, Letter):
                raise TypeError(f".{self.word}({letter!r}): over which index? Name axes that have none with .array(…)")
        if not letters:
            raise TypeError(f".{self.word}(): the formula has no free index")
        self.of, self._summed = of, tuple(letters)

    @property
    def parts(self) -> tuple[Entries, ...]:
        """What it is over."""
        return (self.of,)

    @property
    def bound(self) -> Sequence[Letter]:
        """The indices that it goes over."""
        return self._summed

    def inner(self, scope: Scope) -> tuple[Scope, list[Axis]]:
        """The scope of what it is over, and its letters there."""
        inside = scope.inside(self, self._summed)
        return inside, [inside.letter(letter) for letter in self._summed]

    def settle(self, scope: Scope) -> None:
        """Its letters are others than those outside."""
        self.of.settle(self.inner(scope)[0])


@rule("sum")
class Total(Over):
    """Σ over indices."""

    word = "sum"

    @property
    def is_open(self) -> bool:
        """What follows would be summed, too."""
        return True

    def lowered(self, scope: Scope) -> Named:
        """One contraction; what does not depend on a letter is counted."""
        inside, letters = self.inner(scope)
        factors = self.of.factors(inside)
        depends = {letter for factor in factors for letter in factor.letters}
        summed = [letter for letter in letters if letter in depends]
        counted = product(letter.size for letter in letters if letter not in depends)
        found = named.multiplied(factors, summed) if len(factors) > 1 else named.total(factors[0], summed)
        return found if counted == 1 else Named(as_array(counted) * found.array, found.letters)

    def write(self, style: Any) -> Piece:
        """Σ in front; in source, a method."""
        return style.total(self.of, self._summed)  # type: ignore[no-any-return]


@rule("mean")
class Mean(Over):
    """The mean over indices."""

    word = "mean"

    def lowered(self, scope: Scope) -> Named:
        """The sum divided by the number of terms."""
        _, letters = self.inner(scope)
        found = Total.lowered(self, scope)  # type: ignore[arg-type]
        return Named(found.array / product(letter.size for letter in letters), found.letters)

    def write(self, style: Any) -> Piece:
        """As a function of what it is over."""
        return style.over(self.word, self.of, self._summed), ATOM


class Extreme(Over):
    """The largest or smallest entry over indices."""

    def lowered(self, scope: Scope) -> Named:
        """NumPy's, over the axes of the letters."""
        inside, letters = self.inner(scope)
        value = self.of.lowered(inside)
        kept = [letter for letter in value.letters if letter not in letters]
        over = [letter for letter in value.letters if letter in letters]
        array = value.ordered([*kept, *over])
        axes = tuple(range(len(kept), len(kept) + len(over)))
        return Named(getattr(array, self.word)(axis=axes) if axes else array, tuple(kept))

    def write(self, style: Any) -> Piece:
        """As a function of what it is over."""
        return style.over(self.word, self.of, self._summed), ATOM


@rule("max")
class MaxOver(Extreme):
    """The largest entry over indices."""

    word = "max"


@rule("min")
class MinOver(Extreme):
    """The smallest entry over indices."""

    word = "min"
