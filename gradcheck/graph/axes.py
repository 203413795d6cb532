"""Axes that are added, dropped or repeated: reshapes and broadcasts, in NumPy's words."""

from collections.abc import Sequence
from typing import Any

import sympy as sp

from gradcheck.graph.broadcasts import broadcast_to
from gradcheck.graph.concatenation import concatenate
from gradcheck.graph.literals import as_array
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import stands_for
from gradcheck.graph.node import Array, Written
from gradcheck.graph.reductions import axes_of
from gradcheck.graph.refusals import Unsupported
from gradcheck.graph.reshapes import reshaped
from gradcheck.graph.sizes import ShapeError, Size, as_size, each, one_axis, show_shape

ONE = sp.Integer(1)


@stands_for(
    "expand_dims",
    uses=(
        lambda f, x, y: f(x, 0),
        lambda f, x, y: f(x, -1),
        lambda f, x, y: f(x, axis=(0, 2)),
        lambda f, x, y: f(x, axis=(0, 0)),
        lambda f, x, y: f(x, 3),
    ),
)
@conforming()
def expand_dims(array: Array, axis: Any) -> Array:
    """As numpy.expand_dims: axes of size 1 at these places of the result."""
    rank = array.ndim + len(each(axis))
    new = [_place(array, a, rank) for a in each(axis)]
    if len(set(new)) != len(new):
        raise ShapeError(f"expand_dims of {show_shape(array.shape)}", f"an axis is there twice in {axis}")
    rest = iter(array.shape)
    sizes = tuple(ONE if i in new else next(rest) for i in range(rank))
    return reshaped(array, sizes, Written("expand_dims", (array,), (("axis", axis),)))


def _place(array: Array, axis: Any, rank: int) -> int:
    if not -rank <= axis < rank:
        raise ShapeError(f"expand_dims of {show_shape(array.shape)} at {axis}", f"the result has {rank} axes")
    return int(axis % rank)


@stands_for(
    "squeeze",
    uses=(lambda f, x, y: f(x), lambda f, x, y: f(x, 0), lambda f, x, y: f(x, axis=-1), lambda f, x, y: f(x, (0, 1))),
)
@conforming()
def squeeze(array: Array, axis: Any = None) -> Array:
    """As numpy.squeeze: without the axes of size 1, or without these. A size that is a symbol is not 1."""
    if axis is None or _is_of_number(array, axis):
        gone = {i for i, size in enumerate(array.shape) if size == 1}
    else:
        gone = axes_of(array, axis)
    for i in sorted(gone):
        if array.shape[i] != 1:
            raise ShapeError(f"squeeze of {show_shape(array.shape)} along axis {i}", f"{array.shape[i]} is not 1")
    sizes = tuple(size for i, size in enumerate(array.shape) if i not in gone)
    options = (("axis", axis),) if axis is not None else ()
    return reshaped(array, sizes, Written("squeeze", (array,), options)) if gone else array


def _is_of_number(array: Array, axis: Any) -> bool:
    """Whether it is an axis that NumPy takes one number to have."""
    return not array.ndim and axis in (0, -1)


@stands_for("ravel", uses=(lambda f, x, y: f(x),))
@conforming()
def ravel(array: Array, order: str = "C") -> Array:
    """As numpy.ravel: all entries in row order."""
    if order != "C":
        raise Unsupported(f"ravel(order={order!r}): entries go in row order here; write x.T.reshape(-1) for columns")
    return reshaped(array, (array.size,), Written("ravel", (array,)))


@stands_for("copy", uses=(lambda f, x, y: f(x),))
@conforming()
def copy(array: Array) -> Array:
    """The array itself: symbolic arrays never change."""
    return array


@stands_for(
    "stack",
    uses=(
        lambda f, x, y: f([x, y]),
        lambda f, x, y: f((x, y), axis=-1),
        lambda f, x, y: f([x, x, x], 1),
        lambda f, x, y: f([x], axis=3),
    ),
)
@conforming(lambda style, written: style.call_of(written, is_list=True))
def stack(arrays: Sequence[Any], axis: int = 0) -> Array:
    """As numpy.stack: arrays of one shape side by side along a new axis."""
    parts = tuple(map(as_array, arrays))
    for part in parts[1:]:
        if part.shape != parts[0].shape:
            shapes = ", ".join(show_shape(part.shape) for part in parts)
            raise ShapeError(f"stack {shapes}", f"{show_shape(parts[0].shape)} is not {show_shape(part.shape)}")
    place = _place(parts[0], axis, parts[0].ndim + 1)
    layout = lambda style, written: style.call_of(written, is_list=True)  # noqa: E731
    written = Written("stack", parts, (("axis", axis),), layout)
    return concatenate(tuple(expand_dims(part, place) for part in parts), place, written)


@stands_for(
    "tile", uses=(lambda f, x, y: f(x, 2), lambda f, x, y: f(x, (2, 1)), lambda f, x, y: f(x, reps=(2, 1, 1, 3)))
)
@conforming()
def tile(array: Array, reps: Any) -> Array:
    """As numpy.tile: the array so many times along every axis, counted from the last one; sizes may be symbols."""
    times = tuple(map(as_size, each(reps)))
    rank = max(array.ndim, len(times))
    sizes = (ONE,) * (rank - array.ndim) + array.shape
    times = (ONE,) * (rank - len(times)) + times
    written = Written("tile", (array,), (("reps", times),))
    repeated = _repeated(array, [(ONE, size) for size in sizes], list(zip(times, sizes, strict=True)))
    return reshaped(repeated, [sp.expand(t * size) for t, size in zip(times, sizes, strict=True)], written)


@stands_for("repeat", uses=(lambda f, x, y: f(x, 2), lambda f, x, y: f(x, 3, axis=0), lambda f, x, y: f(x, 2, -1)))
@conforming()
def repeat(array: Array, repeats: Any, axis: Any = None) -> Array:
    """As numpy.repeat: every entry so many times, along an axis or in row order. The number may be a symbol."""
    times = as_size(repeats)
    axis = None if _is_of_number(array, axis) else axis
    flat = reshaped(array, (array.size,)) if axis is None else array
    place = 0 if axis is None else one_axis(array, axis)
    pairs = [(size, times if i == place else ONE) for i, size in enumerate(flat.shape)]
    said = (("repeats", times), *((("axis", axis),) if axis is not None else ()))
    repeated = _repeated(flat, [(size, ONE) for size in flat.shape], pairs)
    return reshaped(repeated, [sp.expand(a * b) for a, b in pairs], Written("repeat", (array,), said))


def _repeated(array: Array, before: Sequence[tuple[Size, Size]], after: Sequence[tuple[Size, Size]]) -> Array:
    """Each axis split in two, one of which is 1, and that one repeated."""
    return broadcast_to(reshaped(array, sum(before, ())), sum(after, ()))
