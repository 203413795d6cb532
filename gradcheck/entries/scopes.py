"""What the letters of a formula run to: each has the size of the axes that it stands on, or the range that is said.

A letter that is summed over is another one inside of its sum than outside. Letters that are compared, as in δ_ij, run
to the same size. Where a letter is shifted somewhere, as in x[i + 1], or has a range, it may stand on axes of several
sizes, and of every place it has to be shown that it lies inside of its axis.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from fractions import Fraction
from typing import Any

import sympy as sp

from gradcheck.entries.bounds import Form, combined, is_shown
from gradcheck.entries.letters import Letter, Position, Ranged, letter_of
from gradcheck.graph.sizes import ShapeError, Size

ZERO = sp.Integer(0)


class Axis:
    """A letter in one scope: its positions are `start`, `start + 1`, …, as many as `size` says."""

    def __init__(self, index: Letter) -> None:
        self.name = index.name
        self._same: Axis | None = None
        self._sizes: list[Size] = []
        self._shifted: list[Size] = []
        self._range: tuple[Any, Any] = (None, None)
        self._claimed: tuple[Size, Size] | None = None
        self._limits: Axis | None = None
        self.is_loose = False

    @property
    def _root(self) -> Axis:
        return self if self._same is None else self._same._root

    @property
    def _known(self) -> list[Size]:
        """The sizes of the axes that it stands on, or else of those where it is shifted."""
        return self._root._sizes or self._shifted

    @property
    def stands_somewhere(self) -> bool:
        """Whether anything says what it runs to."""
        known = self._known or self._range[1] is not None or self._claimed is not None
        return bool(known) or (self._limits is not None and self._limits.stands_somewhere)

    @property
    def length(self) -> Size:
        """The size of the axes that it stands on, the least one. Raises ShapeError if that is not clear."""
        sizes = self._known
        if not sizes and self._limits is not None:
            return self._limits.length
        if not sizes:
            raise ShapeError(f"index {self.name}", "it stands on no axis, so nothing says what it runs to")
        least = [size for size in sizes if all((other - size).is_nonnegative for other in sizes)]
        if not least or (len(sizes) > 1 and not self.is_loose):
            raise self._clash(sizes[0], sizes[1])
        return least[0]

    @property
    def start(self) -> Size:
        """Its first position."""
        return self._bound(self._range[0], ZERO) if self._claimed is None else self._claimed[0]

    @property
    def stop(self) -> Size:
        """What follows its last position. Raises ShapeError if nothing says that."""
        if self._claimed is not None:
            return self._claimed[1]
        stop = self._range[1]
        return self.length if stop is None else self._bound(stop, ZERO)

    @property
    def size(self) -> Size:
        """How many positions it has. Raises ShapeError."""
        size = sp.expand(self.stop - self.start)
        if size.is_Integer and size <= 0:
            raise ShapeError(f"index {self.name}", f"its range from {self.start} to {self.stop} is empty")
        return size

    def settled(self) -> None:
        """Ask for what it runs to, once all is said. Raises ShapeError if that is not the same everywhere."""
        if self._claimed is not None:
            here = self._bound(self._range[0], ZERO), self._bound(self._range[1], self._claimed[1])
            for size in self._root._sizes if not self.is_loose else ():
                if size != self._claimed[1]:
                    raise self._clash(self._claimed[1], size)
            if self._range != (None, None) and here != self._claimed:
                (start, stop), (first, last) = here, self._claimed
                why = f"it runs from {start} to {stop}, and at the left from {first} to {last}"
                raise ShapeError(f"index {self.name}", why)
        if self.stands_somewhere:
            self.size  # noqa: B018 - asking is what raises

    def _clash(self, one: Size, other: Size) -> ShapeError:
        return ShapeError(f"index {self.name}", f"it runs to {one} in one place and to {other} in another")

    def _bound(self, bound: Any, missing: Size) -> Size:
        if bound is None:
            return missing
        bound = sp.sympify(bound)
        if not bound.is_negative:
            return bound
        if len(self._known) > 1:
            raise ShapeError(
                f"index {self.name}", f"{bound} counts from the end, and it stands on axes of several sizes"
            )
        return self.length + bound

    def runs_to(self, size: Size) -> None:
        """It stands on an axis of this size."""
        if size not in self._root._sizes:
            self._root._sizes.append(size)

    def is_shifted_on(self, size: Size | None) -> None:
        """It stands in a place such as i + j, or such as i + 1 on an axis of this size."""
        self.is_loose = True
        if size is not None and size not in self._shifted:
            self._shifted.append(size)

    def runs_in(self, start: Any, stop: Any) -> None:
        """It has a range. Raises ShapeError if it has another one."""
        known, said = self._range, (start, stop)
        if known not in ((None, None), said):
            words = " and ".join(f"[{'' if a is None else a}:{'' if b is None else b}]" for a, b in (known, said))
            raise ShapeError(f"index {self.name}", f"it has the ranges {words}")
        self._range, self.is_loose = said, True

    def is_limit_of(self, other: Axis) -> None:
        """It is a bound of another one, whose size it has if it stands on no axis itself."""
        above: Axis | None = other
        while above is not None and above is not self:
            above = above._limits
        if above is None:
            self._limits = other

    def is_claimed_for(self, start: Size, stop: Size) -> None:
        """The left-hand side of a claim says its range."""
        self._claimed = start, stop
        self.is_loose = self.is_loose or start != 0

    def runs_with(self, other: Axis) -> None:
        """It runs to what another one does. Raises ShapeError if they run to two sizes."""
        one, two = self._root, other._root
        if one is two:
            return
        if one._sizes and two._sizes and one._sizes != two._sizes and not (self.is_loose or other.is_loose):
            what = f"indices {self.name} and {other.name}"
            raise ShapeError(what, f"they are compared, and one runs to {one._sizes[0]}, the other to {two._sizes[0]}")
        for size in one._sizes:
            two.runs_to(size)
        one._same = two

    def inside(self) -> Iterator[Form]:
        """That it lies in its range."""
        if self.stands_somewhere:
            yield combined((1, {self: 1}), (-1, of_sizes(self.start)))
            yield combined((1, of_sizes(self.stop)), (-1, {self: 1, 1: 1}))


class Scope:
    """The letters that are known in a part of a formula, and the conditions that hold there.

    given: conditions, and whether they hold.
    """

    def __init__(
        self, outer: Scope | None = None, bound: Iterable[Letter] = (), given: Iterable[tuple[Any, bool]] = ()
    ) -> None:
        self._outer = outer
        self._letters = {id(index): Axis(index) for index in bound}
        self._inner: dict[int, Scope] = {}
        self._given = list(given)

    def letter(self, index: Letter) -> Axis:
        """The letter that an index is here."""
        found = self._found(index)
        if found is None:
            outermost = self._outermost
            found = outermost._letters[id(index)] = Axis(index)
        return found

    def _found(self, index: Letter) -> Axis | None:
        own = self._letters.get(id(index))
        return own if own is not None or self._outer is None else self._outer._found(index)

    @property
    def _outermost(self) -> Scope:
        return self if self._outer is None else self._outer._outermost

    def inside(self, place: object, bound: Iterable[Letter] = (), given: Iterable[tuple[Any, bool]] = ()) -> Scope:
        """The scope of what is summed or chosen at a place, which is the same one whenever it is asked for."""
        if id(place) not in self._inner:
            self._inner[id(place)] = Scope(self, bound, given)
        return self._inner[id(place)]

    def settled(self) -> None:
        """Ask for all sizes, once all is said. Raises ShapeError."""
        for axis in self._letters.values():
            if self._outer is not None and not axis.stands_somewhere:
                axis.length  # noqa: B018 - what is summed over runs to something: asking is what raises
            axis.settled()
        for scope in self._inner.values():
            scope.settled()

    # -- where places lie --

    def form(self, place: Position) -> Form:
        """A place as a sum of letters and sizes."""
        letters: Form = {self.letter(letter): number for letter, number in place.coefficients.items()}
        return combined((1, of_sizes(place.constant)), (1, letters))

    def outside(self, place: Position, size: Size, by_conditions: bool = True) -> list[str]:
        """At which ends of an axis of this size, "below" or "beyond", a place is not shown to be inside.

        by_conditions: whether the conditions that hold here are known, and that all letters have a position.
        """
        form = self.form(place)
        unequal = [one for one in self._conditions(False) if by_conditions]
        given = [one for one in self._conditions(True) if by_conditions]
        beside = self._all_letters() if by_conditions else ()  # a sum without terms reads nothing
        axes = dict.fromkeys([*_axes([form, *given, *unequal]), *beside])
        given += [fact for axis in axes for fact in axis.inside()]
        last = combined((1, of_sizes(size)), (-1, form), (-1, {1: 1}))
        facts = [*given, *_of_sizes([form, last, *given, *unequal])]
        wanted = {"below": form, "beyond": last}
        return [end for end, form in wanted.items() if not is_shown(form, facts, unequal)]

    def _all_letters(self) -> Iterator[Axis]:
        """Those that stand for a position wherever something is read here."""
        yield from (axis for axis in self._letters.values() if axis.stands_somewhere)
        if self._outer is not None:
            yield from self._outer._all_letters()

    def _conditions(self, of_order: bool) -> Iterator[Form]:
        """The forms that are not negative here, or those that are not 0."""
        for condition, holds in self._given:
            yield from (form for form, is_order in condition.told(self, holds) if is_order is of_order)
        if self._outer is not None:
            yield from self._outer._conditions(of_order)


def of_sizes(size: Any) -> Form:
    """A size, an expression in sizes, as a form."""
    parts = sp.expand(sp.sympify(size)).as_coefficients_dict()
    return {
        1 if rest == 1 else rest: Fraction(int(number.p), int(number.q)) for rest, number in parts.items() if number
    }


def _axes(forms: Iterable[Form]) -> list[Axis]:
    return list(dict.fromkeys(unknown for form in forms for unknown in form if isinstance(unknown, Axis)))


def _of_sizes(forms: Iterable[Form]) -> Iterator[Form]:
    """Sizes are at least 1, and so are their products."""
    unknowns: dict[Hashable, None] = dict.fromkeys(unknown for form in forms for unknown in form)
    for unknown in unknowns:
        if isinstance(unknown, sp.Expr) and unknown.is_positive and unknown.is_integer:
            yield {unknown: 1, 1: -1}


def ranged(item: Letter | Ranged) -> tuple[Any, Any]:
    """The bounds of an index that are the same for all positions of others."""
    if isinstance(item, Letter):
        return None, None
    return tuple(None if isinstance(bound, Position) else bound for bound in (item.start, item.stop))  # type: ignore[return-value]


def bounds_by_others(item: Letter | Ranged) -> Iterator[tuple[Position, str, Position]]:
    """The bounds of an index that depend on other indices, as comparisons."""
    if isinstance(item, Ranged):
        if isinstance(item.start, Position):
            yield item.start, "<=", item.letter
        if isinstance(item.stop, Position):
            yield item.letter, "<", item.stop


def bounding(item: Letter | Ranged) -> Iterator[Letter]:
    """The letters that bound an index, alone or with a constant."""
    for one, _, other in bounds_by_others(item):
        (bound,) = (place for place in (one, other) if place is not letter_of(item))
        if list(bound.coefficients.values()) == [1]:
            yield from bound.coefficients
