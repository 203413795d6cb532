"""What the letters of a formula run to: each has the size of the axes that it stands on.

A letter that is summed over is another one inside of its sum than outside. Letters that are compared, as in δ_ij, run
to the same size.
"""

from __future__ import annotations

from collections.abc import Iterable

from gradcheck.entries.letters import Letter
from gradcheck.graph.sizes import ShapeError, Size


class Axis:
    """A letter in one scope. size: what it runs to, once that is known."""

    def __init__(self, index: Letter) -> None:
        self.name = index.name
        self._same: Axis | None = None
        self._size: Size | None = None

    @property
    def _root(self) -> Axis:
        return self if self._same is None else self._same._root

    @property
    def known_size(self) -> Size | None:
        """What it runs to; None if that is not known."""
        return self._root._size

    @property
    def size(self) -> Size:
        """What it runs to. Raises ShapeError if it stands on no axis."""
        size = self.known_size
        if size is None:
            raise ShapeError(f"index {self.name}", "it stands on no axis, so nothing says what it runs to")
        return size

    def runs_to(self, size: Size) -> None:
        """It stands on an axis of this size. Raises ShapeError if it stands on one of another."""
        root = self._root
        if root._size is not None and root._size != size:
            raise ShapeError(f"index {self.name}", f"it runs to {root._size} in one place and to {size} in another")
        root._size = size

    def runs_with(self, other: Axis) -> None:
        """It runs to what another one does. Raises ShapeError if they run to two sizes."""
        one, two = self._root, other._root
        if one is two:
            return
        if one._size is not None and two._size is not None and one._size != two._size:
            what = f"indices {self.name} and {other.name}"
            raise ShapeError(what, f"they are compared, and one runs to {one._size}, the other to {two._size}")
        two._size = one._size if two._size is None else two._size
        one._same = two


class Scope:
    """The letters that are known in a part of a formula."""

    def __init__(self, outer: Scope | None = None, bound: Iterable[Letter] = ()) -> None:
        self._outer = outer
        self._letters = {id(index): Axis(index) for index in bound}
        self._inner: dict[int, Scope] = {}

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

    def inside(self, place: object, bound: Iterable[Letter]) -> Scope:
        """The scope of what is summed at a place, which is the same one whenever it is asked for."""
        if id(place) not in self._inner:
            self._inner[id(place)] = Scope(self, bound)
        return self._inner[id(place)]
