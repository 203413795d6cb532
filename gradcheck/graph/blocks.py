"""Blocks that are cut out of arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy as sp

from gradcheck.graph.families import Moving
from gradcheck.graph.identities import identity
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import OPERATORS
from gradcheck.graph.node import Array, Examples, Number, Written
from gradcheck.graph.products import contract
from gradcheck.graph.reshapes import reshaped
from gradcheck.graph.sizes import ShapeError, Size, as_size, is_whole, show_shape


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


def _as_entry(style: Any, written: Written) -> Any:
    items = [value for key, value in written.options if key == "item"]  # an index that is an array is an operand
    return style.entry(written.operands[0], items[0] if items else written.operands[-1])


@conforming(_as_entry)
def index(array: Array, item: Any) -> Array:
    """Basic indexing: whole numbers, slices with whole bounds and step 1, None, and `...`."""
    ranges, shape, axis = [], [], 0
    for i in _items(array, item):
        if i is None:
            shape.append(sp.Integer(1))
            continue
        start, stop = _range(i, array.shape[axis])
        ranges.append((start, stop))
        axis += 1
        if isinstance(i, slice):
            shape.append(stop - start)
    written = Written("index", (array,), (("item", item),), _as_entry)
    return reshaped(block(array, ranges), shape, written)


OPERATORS["index"] = index


def _items(array: Array, item: Any) -> list[Any]:
    """One item an axis, and one for each new axis."""
    items = list(item) if isinstance(item, tuple) else [item]
    for i in items:
        if not (i is None or i is Ellipsis or is_whole(i) or isinstance(i, slice)):
            raise TypeError(f"[{i!r}]: symbolic arrays take whole numbers and slices with whole bounds and step 1")
    used = sum(i is not None and i is not Ellipsis for i in items)
    if Ellipsis not in items:
        items.append(Ellipsis)
    if used > array.ndim:
        raise ShapeError(f"{show_shape(array.shape)}{list(items[:-1])}", f"there are {array.ndim} axes, not {used}")
    at = items.index(Ellipsis)
    return [*items[:at], *[slice(None)] * (array.ndim - used), *items[at + 1 :]]


def _range(item: Any, size: Size) -> tuple[Size, Size]:
    if is_whole(item):
        start = _bound(item, size)
        if size.is_Integer and not 0 <= start < size:
            raise ShapeError(f"index {item}", f"the axis has {size} entries")
        return start, start + 1
    if item.step not in (None, 1):
        raise TypeError(f"[{item!r}]: symbolic arrays take whole numbers and slices with whole bounds and step 1")
    start = sp.Integer(0) if item.start is None else _bound(item.start, size)
    stop = size if item.stop is None else _bound(item.stop, size)
    if size.is_Integer:
        start, stop = (max(sp.Integer(0), min(bound, size)) for bound in (start, stop))
    if (stop - start).is_Integer and stop - start <= 0:
        raise ShapeError(f"[{start}:{stop}]", "the slice is empty")
    return start, stop


def _bound(bound: Any, size: Size) -> Size:
    if isinstance(bound, sp.Expr) and bound.free_symbols:
        return as_size(bound)
    if not is_whole(bound):
        raise TypeError(f"[{bound!r}]: bounds of slices are whole numbers or sizes")
    return sp.Integer(int(bound)) if bound >= 0 else size + int(bound)
