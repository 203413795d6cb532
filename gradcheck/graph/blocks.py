"""Blocks that are cut out of arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy as sp

from gradcheck.graph.families import Moving
from gradcheck.graph.identities import identity
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import NUMPY, OPERATORS
from gradcheck.graph.node import Array, Examples, Number, Written
from gradcheck.graph.positional import strided
from gradcheck.graph.products import contract
from gradcheck.graph.reshapes import reshaped
from gradcheck.graph.sizes import ShapeError, Size, as_size, each, is_whole, show_shape


class Index(Moving):
    """A block: for every axis a range `(start, stop)`. Dropping an axis is a reshape on top."""

    __slots__ = ()

    word = "index"
    forgets_numbering = False
    examples: Examples = (lambda matrix: matrix[:1], lambda matrix: matrix[-1:])

    def fits(self, number: Number) -> bool:
        """Whether every range lies inside of its axis."""
        bounds = zip(self.params[0], self.args[0].shape, strict=True)
        return all(0 <= number(start) < number(stop) <= number(size) for (start, stop), size in bounds)

    def entered(self, at: Sequence[Any]) -> Sequence[Any]:
        """As many places further as are left out in front."""
        starts = (start for start, _ in self.params[0])
        return [position + start if start else position for position, start in zip(at, starts, strict=True)]

    def move(self, at: Any, *values: Any) -> Any:
        """A slice of every axis."""
        chosen = (slice(at.number(start), at.number(stop)) for start, stop in self.params[0])
        return np.asarray(values[0][(Ellipsis, *chosen)])

    def cotangent(self, position: int, incoming: Array, lead: int) -> Array:
        """Back into place: multiplied along every axis by the rows of the identity that the range picked."""
        rank = len(self.params[0])
        operands, axes, result = [incoming], [list(range(lead + rank))], list(range(lead))
        for i, (bounds, size) in enumerate(zip(self.params[0], self.args[0].shape, strict=True)):
            operands.append(block(identity(size), [bounds, (sp.Integer(0), size)]))
            axes.append([lead + i, lead + rank + i])
            result.append(lead + rank + i)
        return contract(operands, axes, result)


def block(array: Array, ranges: Sequence[tuple[Size, Size]], written: Written | None = None) -> Array:
    """`Index` by one `(start, stop)` an axis."""
    if all(start == 0 and stop == size for (start, stop), size in zip(ranges, array.shape, strict=True)):
        return array
    return Index((array,), (tuple(ranges),), (stop - start for start, stop in ranges), written)


def as_entry(style: Any, written: Written) -> Any:
    """The layout of what is indexed."""
    items = [value for key, value in written.options if key == "item"]  # an index that is an array is an operand
    return style.entry(written.operands[0], items[0] if items else written.operands[-1])


@conforming(as_entry)
def index(array: Array, item: Any) -> Array:
    """Indexing by whole numbers and sizes, slices, None, `...`, and constant vectors of whole numbers."""
    if any(isinstance(i, (list, np.ndarray)) for i in (item if isinstance(item, tuple) else (item,))):
        return _gathered(array, item)
    ranges, shape, axis = [], [], 0
    written = Written("index", (array,), (("item", item),), as_entry)
    for i in _items(array, item):
        if i is None:
            shape.append(sp.Integer(1))
            continue
        if isinstance(i, slice) and i.step not in (None, 1):
            array, i = strided(array, axis, i), slice(None)
        start, stop = _range(i, array.shape[axis])
        ranges.append((start, stop))
        axis += 1
        if isinstance(i, slice):
            shape.append(stop - start)
    return reshaped(block(array, ranges), shape, written)


OPERATORS["index"] = index


def _gathered(array: Array, item: Any) -> Array:
    """The entries at the positions in constant vectors, as many as there are positions."""
    items = item if isinstance(item, tuple) else (item,)
    vectors = ((axis, np.asarray(i)) for axis, i in enumerate(items) if isinstance(i, (list, np.ndarray)))
    places = {axis: np.flatnonzero(i) if _is_mask(i, array.shape[axis : axis + 1]) else i for axis, i in vectors}
    rows = list(places.values())
    if any(row.dtype.kind not in "iu" or row.ndim != 1 for row in rows):
        raise TypeError(f"[{item!r}]: constant indices are vectors of whole numbers; for masks write np.where")
    if any(len(row) != len(rows[0]) or not len(row) for row in rows) or any(i is None or i is Ellipsis for i in items):
        raise TypeError(f"[{item!r}]: vectors of positions stand beside others of the same length, and slices")
    if max(places) - min(places) >= len(places):
        raise TypeError(f"[{item!r}]: vectors of positions stand side by side")
    axis = sum(isinstance(i, slice) for i in items[: min(places)])
    parts = []
    for r in range(len(rows[0])):
        part = array[tuple(int(places[k][r]) if k in places else i for k, i in enumerate(items))]
        parts.append(part[(*[slice(None)] * axis, None)])
    made = NUMPY["concatenate"](parts, axis=axis)
    return reshaped(made, made.shape, Written("gathered", (array,), (("item", item),), as_entry))


def _is_mask(vector: np.ndarray[Any, Any], shape: Sequence[Size]) -> bool:
    """Whether a vector of constants says of every entry of an axis whether it is taken."""
    return bool(vector.dtype == bool and shape == vector.shape)


def cut_from(array: Array) -> tuple[Array, list[Any]]:
    """What an array was cut out of by indices, and these in their order; itself and none if it was not.

    `X[:]` and `x[:, None]` cut nothing: they are arrays of their own.
    """
    items: list[Any] = []
    while array.written is not None and array.written.word == "index":
        whole, item = array.written.operands[0], array.written.option("item")
        if all(i is None or i is Ellipsis or i == slice(None) for i in each(item)):
            break
        if index(whole, item).key != array.key:  # what is rebuilt of other operands keeps the words of the first ones
            break
        array, items = whole, [item, *items]
    return array, items


def _items(array: Array, item: Any) -> list[Any]:
    """One item an axis, and one for each new axis."""
    items = list(item) if isinstance(item, tuple) else [item]
    for i in items:
        if not (i is None or i is Ellipsis or _is_bound(i) or isinstance(i, slice)):
            raise _unsupported(i)
    used = sum(i is not None and i is not Ellipsis for i in items)
    if Ellipsis not in items:
        items.append(Ellipsis)
    if used > array.ndim:
        raise ShapeError(f"{show_shape(array.shape)}{list(items[:-1])}", f"there are {array.ndim} axes, not {used}")
    at = items.index(Ellipsis)
    return [*items[:at], *[slice(None)] * (array.ndim - used), *items[at + 1 :]]


def _range(item: Any, size: Size) -> tuple[Size, Size]:
    if _is_bound(item):
        start = _bound(item, size)
        if (start - size).is_nonnegative or start.is_negative:
            raise ShapeError(f"index {item}", f"the axis has {size} entries")
        return start, start + 1
    start = sp.Integer(0) if item.start is None else _bound(item.start, size)
    stop = size if item.stop is None else _bound(item.stop, size)
    if size.is_Integer:
        start, stop = (max(sp.Integer(0), min(bound, size)) for bound in (start, stop))
    if (stop - start).is_Integer and stop - start <= 0:
        raise ShapeError(f"[{start}:{stop}]", "the slice is empty")
    return start, stop


def _unsupported(item: Any) -> TypeError:
    known = "whole numbers and slices with whole bounds and step 1, or sizes for these numbers"
    return TypeError(f"[{item!r}]: symbolic arrays take {known}")


def _is_bound(value: Any) -> bool:
    """Whether it is a whole number, or one of the sizes."""
    return is_whole(value) or (isinstance(value, sp.Expr) and bool(value.free_symbols))


def _bound(bound: Any, size: Size) -> Size:
    if not _is_bound(bound):
        raise TypeError(f"[{bound!r}]: bounds of slices are whole numbers or sizes")
    start = sp.Integer(int(bound)) if is_whole(bound) else as_size(bound)
    return size + start if start.is_negative else start
