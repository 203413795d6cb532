"""Sums, means and extremes over indices."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from functools import partial, reduce
from typing import Any

from gradcheck.entries import named
from gradcheck.entries.conditions import Comparison
from gradcheck.entries.letters import Letter, Position, Ranged, as_position, letter_of
from gradcheck.entries.named import Named
from gradcheck.entries.rules import rule
from gradcheck.entries.scopes import Axis, Scope, bounding, bounds_by_others, ranged
from gradcheck.entries.tree import Entries
from gradcheck.functions.table import multiply, where
from gradcheck.graph import Array
from gradcheck.graph.elementwise import apply
from gradcheck.graph.literals import as_array
from gradcheck.graph.sizes import ShapeError, product
from gradcheck.graph.writing import ATOM, Piece


class Over(Entries):
    """What is done over indices, which are bound by it. word: how it is called in NumPy."""

    word = ""

    def __init__(self, of: Entries, letters: Sequence[Letter]) -> None:
        for letter in letters:
            if not isinstance(letter, (Letter, Ranged)):
                raise TypeError(f".{self.word}({letter!r}): over which index? Name axes that have none with .array(…)")
        if not letters:
            raise TypeError(f".{self.word}(): the formula has no free index")
        self.of, self.indices = of, tuple(letters)
        self._summed = tuple(map(letter_of, letters))
        limits = [Comparison(*limit) for index in letters for limit in bounds_by_others(index)]
        self._limits: Entries | None = reduce(operator.mul, limits) if limits else None

    @property
    def parts(self) -> tuple[Entries, ...]:
        """What it is over."""
        return (self.of,)

    @property
    def bound(self) -> Sequence[Letter]:
        """The indices that it goes over."""
        return self._summed

    @property
    def shown(self) -> Sequence[Limited]:
        """The indices as they are written."""
        return [Limited(self, index) for index in self.indices]

    @property
    def own_letters(self) -> Sequence[Letter]:
        """Those of its bounds."""
        return [] if self._limits is None else self._limits.letters

    def inner(self, scope: Scope) -> tuple[Scope, list[Axis]]:
        """The scope of what it is over, and its letters there."""
        inside = scope.inside(self, self._summed, [(self._limits, True)] if self._limits is not None else [])
        return inside, [inside.letter(letter) for letter in self._summed]

    def settle(self, scope: Scope) -> None:
        """Its letters are others than those outside, and may have ranges."""
        inside, letters = self.inner(scope)
        for index, letter in zip(self.indices, letters, strict=True):
            if isinstance(index, Ranged):
                letter.runs_in(*ranged(index))
            for bound in bounding(index):
                inside.letter(bound).is_limit_of(letter)
        self.of.settle(inside)

    def mask(self, inside: Scope) -> Named | None:
        """Which positions bounds by other indices leave; None if all."""
        return None if self._limits is None else self._limits.lowered(inside)


class Limited:
    """An index that something is done over, as it is written: in source as its author wrote it."""

    def __init__(self, over: Over, index: Letter | Ranged) -> None:
        self.over, self.index, self.name = over, index, index.name

    def said(self, style: Any) -> str:
        """In mathematics, where positions are counted from 1 and no bound counts from the end."""
        letter = style.index_word(letter_of(self.index))
        if isinstance(self.index, Letter):
            return str(letter)
        start, stop = self._ends()
        lower = "" if start is None else style.position(as_position(start), 1)
        return str(style.limits(lower, letter, "" if stop is None else style.position(as_position(stop), 0)))

    def _ends(self) -> tuple[Any, Any]:
        """The bounds, with sizes for those that count from the end, if the sizes are known."""
        assert isinstance(self.index, Ranged)
        scope = Scope()
        try:
            self.over.settle(scope)
            axis = self.over.inner(scope)[0].letter(self.index.letter)
            start, stop = axis.start, axis.stop
        except ShapeError:
            return self.index.start, self.index.stop
        own = self.index.start, self.index.stop
        start, stop = (
            mine if isinstance(mine, Position) else end for mine, end in zip(own, (start, stop), strict=True)
        )
        return (None if own[0] is None else start), (None if own[1] is None else stop)


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
        factors = [*self.of.factors(inside)]
        mask = self.mask(inside)
        if mask is not None:
            has_core = any(factor.core for factor in factors)
            factors = [named.applied(partial(apply, multiply), [mask, *factors])] if has_core else [mask, *factors]
        depends = {letter for factor in factors for letter in factor.letters}
        summed = [letter for letter in letters if letter in depends]
        counted = product(letter.size for letter in letters if letter not in depends)
        found = named.multiplied(factors, summed) if len(factors) > 1 else named.total(factors[0], summed)
        return found if counted == 1 else Named(as_array(counted) * found.array, found.letters)

    def write(self, style: Any) -> Piece:
        """Σ in front; in source, a method."""
        return style.total(self.of, self.shown)  # type: ignore[no-any-return]


@rule("mean")
class Mean(Over):
    """The mean over indices."""

    word = "mean"

    def lowered(self, scope: Scope) -> Named:
        """The sum divided by the number of terms."""
        inside, letters = self.inner(scope)
        found, mask = Total.lowered(self, scope), self.mask(inside)  # type: ignore[arg-type]
        if mask is None:
            return Named(found.array / product(letter.size for letter in letters), found.letters)
        count = named.total(mask, letters)
        others = product(letter.size for letter in letters if letter not in mask.letters)
        return named.applied(operator.truediv, [found, Named(as_array(others) * count.array, count.letters)])

    def write(self, style: Any) -> Piece:
        """As a function of what it is over."""
        return style.over(self.word, self.of, self.shown), ATOM


class Extreme(Over):
    """The largest or smallest entry over indices."""

    def lowered(self, scope: Scope) -> Named:
        """NumPy's, over the axes of the letters."""
        inside, letters = self.inner(scope)
        value, mask = self.of.lowered(inside), self.mask(inside)
        if mask is not None:
            value = named.applied(self.masked, [mask, value])
        kept = [letter for letter in value.letters if letter not in letters]
        over = [letter for letter in value.letters if letter in letters]
        array = value.ordered([*kept, *over])
        axes = tuple(range(len(kept), len(kept) + len(over)))
        return Named(self.along(array, axes) if axes else array, tuple(kept))

    def masked(self, mask: Array, array: Array) -> Array:
        """With -∞ where the bounds leave nothing."""
        return apply(where, mask, array, -math.inf)

    def along(self, array: Array, axes: tuple[int, ...]) -> Array:
        """NumPy's, over axes."""
        return array.max(axis=axes)

    def write(self, style: Any) -> Piece:
        """As a function of what it is over."""
        return style.over(self.word, self.of, self.shown), ATOM


@rule("max")
class MaxOver(Extreme):
    """The largest entry over indices."""

    word = "max"


@rule("min")
class MinOver(Extreme):
    """The smallest entry over indices."""

    word = "min"

    def masked(self, mask: Array, array: Array) -> Array:
        """Of the negatives, as there is no rule for ∞."""
        return super().masked(mask, -array)

    def along(self, array: Array, axes: tuple[int, ...]) -> Array:
        """NumPy's, or the negative of the largest negative."""
        return array.min(axis=axes) if self._limits is None else -array.max(axis=axes)
