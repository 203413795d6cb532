"""Constant arrays of 0s and 1s that depend on positions only, and what NumPy does with them.

Triangles, shifts, reversals and strides are all of one kind: an entry is 1 where an affine expression in its position
is 0, or where it is not negative. What moves entries by them is a product, so that it has its derivative with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import sympy as sp

from gradcheck.functions.held import BOOLEAN, FLOAT, Held, of_sum, type_of
from gradcheck.graph.families import Places
from gradcheck.graph.literals import as_array
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import stands_for
from gradcheck.graph.node import Array, Examples, Number, Written
from gradcheck.graph.products import contract
from gradcheck.graph.refusals import is_checked
from gradcheck.graph.sizes import ShapeError, Size, as_size, each, is_whole, one_axis, show_shape
from gradcheck.graph.writing import ATOM, Piece


class Positional(Places):
    """1 where `constant + Σ coefficient · position` is 0, or, if `params[3]` says so, at least 0; 0 elsewhere."""

    __slots__ = ()

    verb = "positional"
    word = "positional"
    examples: Examples = (
        lambda matrix: np.tri(matrix.shape[0], matrix.shape[1], like=matrix) * matrix,
        lambda matrix: np.flip(matrix, 0),
    )

    @property
    def sizes(self) -> Sequence[Size]:
        """Of its axes, and in its expression."""
        _, coefficients, constant, _ = self.params
        return (*self.shape, *coefficients, constant)

    def holds(self, operands: Sequence[Held]) -> Held:
        """Numbers, as those of np.tri are."""
        return FLOAT

    def values(self, number: Number) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """Where it is 1, at given sizes."""
        shape, coefficients, constant, is_range = self.params
        places = np.indices([number(size) for size in shape], sparse=True)
        total = sum((number(c) * place for c, place in zip(coefficients, places, strict=True)), number(constant))
        full = np.broadcast_to(total, [number(size) for size in shape])
        return np.asarray(full >= 0 if is_range else full == 0)


def positional(
    shape: Sequence[Size], coefficients: Sequence[Any], constant: Any, is_range: bool, written: Written | None = None
) -> Array:
    """`Positional`, of whole numbers and sizes."""
    numbers = tuple(map(sp.sympify, coefficients))
    return Positional((), (tuple(shape), numbers, sp.sympify(constant), is_range), shape, written)


# ---- how it is written -------------------------------------------------------------------------------------------


def _along(word: str) -> Any:
    def layout(style: Any, written: Written) -> Piece:
        words = [style.write(written.operands[0], 0)]
        words += [style.option(key, value) for key, value in written.options if value is not None]
        return style.call(word, words), ATOM

    return layout


def _said(word: str, array: Array, layout: Any = None, **options: Any) -> Written:
    """What is made of an array whose entries keep their type."""
    return Written(word, (array,), tuple(options.items()), layout or _along(word), array.held)


# ---- triangles -----------------------------------------------------------------------------------------------------


def _as_call(style: Any, written: Written) -> Piece:
    inner = [style.number(sp.sympify(size)) for size in written.option("sizes")]
    inner += [f"k={written.option('k')}"] if written.option("k") else []
    return style.call(written.word, inner), ATOM


@stands_for("tri", uses=(lambda f, x, y: f(3, like=x), lambda f, x, y: f(2, 3, 1, like=x)))
def tri(N: Any, M: Any = None, k: int = 0, dtype: Any = float) -> Array:
    """As numpy.tri: 1 on and below the k-th diagonal."""
    if dtype is not float:
        raise TypeError(f"np.tri with dtype={dtype!r}: it is made of numbers here; leave it out")
    n = as_size(N)
    m = n if M is None else as_size(M)
    sizes = (n,) if M is None else (n, m)
    return positional((n, m), (1, -1), _whole(k), True, Written("tri", (), (("sizes", sizes), ("k", k)), _as_call))


def _whole(k: Any) -> int:
    if not is_whole(k):
        raise TypeError(f"k={k!r}: the number of a diagonal is a whole number")
    return int(k)


def _as_triangle(style: Any, written: Written) -> Piece:
    k = written.option("k")
    return style.call(written.word, [style.write(written.operands[0], 0), *([str(k)] if k else [])]), ATOM


@stands_for("tril", uses=(lambda f, x, y: f(x), lambda f, x, y: f(x, -1), lambda f, x, y: f(x, k=1)))
@conforming(_as_triangle)
def tril(array: Any, k: int = 0) -> Array:
    """As numpy.tril: what is above the k-th diagonal becomes 0."""
    node = _matrices(array, "tril")
    return _masked(node, tri(node.shape[-2], node.shape[-1], k), _said("tril", node, _as_triangle, k=k))


@stands_for("triu", uses=(lambda f, x, y: f(x), lambda f, x, y: f(x, 1), lambda f, x, y: f(x, k=-1)))
@conforming(_as_triangle)
def triu(array: Any, k: int = 0) -> Array:
    """As numpy.triu: what is below the k-th diagonal becomes 0."""
    node = _matrices(array, "triu")
    upper = positional(node.shape[-2:], (-1, 1), -_whole(k), True)
    return _masked(node, upper, _said("triu", node, _as_triangle, k=k))


def _matrices(array: Any, word: str) -> Array:
    node = as_array(array)
    if node.ndim < 2:
        raise TypeError(
            f"np.{word} of an array of shape {show_shape(node.shape)}: it is no matrix; write X[None] for one"
        )
    return node


def _masked(array: Array, mask: Array, written: Written) -> Array:
    axes = list(range(array.ndim))
    return contract([array, mask], [axes, axes[-2:]], axes, written)


# ---- entries in other places ---------------------------------------------------------------------------------------


def moved_along(array: Array, axis: int, places: Array, written: Written | None = None) -> Array:
    """The entries along an axis, multiplied by a matrix whose rows say from where each comes."""
    axes, new = list(range(array.ndim)), array.ndim
    return contract([array, places], [axes, [new, axis]], [new if i == axis else i for i in axes], written)


def _axis_of(array: Array, axis: Any) -> int:
    """An axis counted from the front. Raises ShapeError if there is none."""
    if not array.ndim:
        raise TypeError("an axis of one number: NumPy takes it for a vector of one, write x[None]")
    return one_axis(array, axis)


@stands_for("cumsum", uses=(lambda f, x, y: f(x), lambda f, x, y: f(x, axis=0), lambda f, x, y: f(x, -1)))
@conforming(_along("cumsum"))
def cumsum(array: Any, axis: Any = None) -> Array:
    """As numpy.cumsum: the sums of the first entries; without an axis, of all entries in a row."""
    node = as_array(array)
    written = replace(_said("cumsum", node, axis=axis), held=of_sum(node.held))
    flat = node.reshape(-1) if axis is None else node
    place = 0 if axis is None else _axis_of(flat, axis)
    return moved_along(flat, place, tri(flat.shape[place]), written)


@stands_for("flip", uses=(lambda f, x, y: f(x), lambda f, x, y: f(x, 0), lambda f, x, y: f(x, axis=(0, 1))))
@conforming(_along("flip"))
def flip(array: Any, axis: Any = None) -> Array:
    """As numpy.flip: entries in reverse order along axes, along all of them without any."""
    node = as_array(array)
    axes = range(node.ndim) if axis is None else [one_axis(node, one) for one in each(axis)]
    written = _said("flip", node, axis=axis)
    for place in axes:
        size = node.shape[place]
        node = moved_along(node, place, positional((size, size), (1, 1), 1 - size, False), written)
    return node


def strided(array: Array, axis: int, item: slice) -> Array:
    """Every so many entries of an axis, as `X[::2]` and `X[::-1]` do. Raises TypeError, ShapeError."""
    size, step = array.shape[axis], item.step
    if not is_whole(step) or step == 0:
        raise TypeError(f"[{item!r}]: the step of a slice is a whole number other than 0")
    first, last = (sp.Integer(0), size) if step > 0 else (size - 1, sp.Integer(-1))
    start = first if item.start is None else _place(item.start, size)
    stop = last if item.stop is None else _place(item.stop, size)
    if size.is_Integer and all(bound is None or is_whole(bound) for bound in (item.start, item.stop)):
        start, stop, _ = map(sp.Integer, slice(item.start, item.stop, int(step)).indices(int(size)))
    count = sp.expand((stop - start) / int(step))
    begun = count.as_coeff_Add()[0]  # what is begun counts
    count += sp.ceiling(begun) - begun
    if any(not factor.is_Integer for term in sp.Add.make_args(count) for factor in [term.as_coeff_Mul()[0]]):
        what = f"[{start}:{stop}:{step}] of an axis of {size} entries"
        raise TypeError(
            f"{what}: how many they are depends on the size, which is written as {abs(step)}*m where it fits"
        )
    if count.is_Integer and count <= 0:
        raise ShapeError(f"[{start}:{stop}:{step}]", "the slice is empty")
    places = positional((count, size), (int(step), -1), start, False)
    return moved_along(array, axis, places, Written("strided", (array,), (), held=array.held))


def _place(bound: Any, size: Size) -> Size:
    return size + int(bound) if is_whole(bound) and bound < 0 else sp.sympify(bound)


@stands_for("fliplr", uses=(lambda f, x, y: f(x),))
def fliplr(array: Any) -> Array:
    """As numpy.fliplr."""
    return flip(array, 1)


@stands_for("flipud", uses=(lambda f, x, y: f(x),))
def flipud(array: Any) -> Array:
    """As numpy.flipud."""
    return flip(array, 0)


@stands_for("roll", uses=(lambda f, x, y: f(x, 1, axis=0), lambda f, x, y: f(x, -1, 1), lambda f, x, y: f(x, 2)))
@conforming(_along("roll"))
def roll(array: Any, shift: Any, axis: Any = None) -> Array:
    """As numpy.roll: entries by so many places further, the last ones to the front."""
    node = as_array(array)
    if not is_whole(shift) or not (axis is None or is_whole(axis)):
        raise TypeError(f"roll by {shift!r} along {axis!r}: one whole number, along one axis")
    written = _said("roll", node, shift=shift, axis=axis)
    if axis is None:
        flat = roll(node.reshape(-1), shift, 0)
        return flat if node.ndim == 1 else flat.reshape(node.shape)
    place = _axis_of(node, axis)
    size, by = node.shape[place], sp.Integer(int(shift))
    if size.is_Integer:
        by = by % size
    around = positional((size, size), (1, -1), -by, False)
    if by != 0:
        back = -size if by < 0 else size
        around = around + positional((size, size), (1, -1), back - by, False)
    return moved_along(node, place, around, written)


@stands_for(
    "pad",
    uses=(
        lambda f, x, y: f(x, 1),
        lambda f, x, y: f(x, ((1, 0), (0, 2))),
        lambda f, x, y: f(x, (1, 2), mode="constant"),
    ),
)
@conforming(_along("pad"))
def pad(array: Any, pad_width: Any, mode: str = "constant", **options: Any) -> Array:
    """As numpy.pad with zeros: so many in front of and behind the entries along each axis."""
    node = as_array(array)
    if mode != "constant" or options.get("constant_values", 0) != 0:
        raise TypeError(f"np.pad with mode={mode!r} and {options}: only zeros are put around arrays here")
    written = _said("pad", node, pad_width=pad_width)
    for axis, (before, behind) in enumerate(_widths(pad_width, node.ndim)):
        size = node.shape[axis]
        if before or behind:
            places = positional((size + before + behind, size), (1, -1), -before, False)
            node = moved_along(node, axis, places, written)
    return node


def _widths(width: Any, rank: int) -> list[tuple[Any, Any]]:
    """Numbers before and behind, for each axis."""
    pairs = [each(pair) for pair in each(width)]
    flat = [number for pair in pairs for number in pair]
    if not all(is_whole(number) or isinstance(number, sp.Expr) for number in flat):
        raise TypeError(f"np.pad by {width!r}: whole numbers, or sizes")
    if len(pairs) == rank and all(len(pair) == 2 for pair in pairs) and isinstance(each(width)[0], (tuple, list)):
        return [(pair[0], pair[1]) for pair in pairs]
    if len(flat) > 2 or (len(pairs) > 1 and len(pairs) != 2):
        raise ShapeError(f"pad by {width!r}", f"there are {rank} axes")
    return [(flat[0], flat[-1])] * rank


@stands_for("diff", uses=(lambda f, x, y: f(x), lambda f, x, y: f(x, axis=0)))
@conforming(_along("diff"))
def diff(array: Any, n: int = 1, axis: int = -1) -> Array:
    """As numpy.diff: each entry less the one before it."""
    node = as_array(array)
    if n != 1:
        raise TypeError(f"np.diff with n={n!r}: write np.diff(np.diff(x))")
    if is_checked() and type_of(node.held) == BOOLEAN:
        raise TypeError("np.diff of a mask says where it changes: for numbers write np.diff(1 * mask)")
    place = _axis_of(node, axis)
    size = node.shape[place]
    if size == 1:
        raise TypeError(f"np.diff of an array of shape {show_shape(node.shape)}: one entry differs from none")
    places = positional((size - 1, size), (1, -1), 1, False) - positional((size - 1, size), (1, -1), 0, False)
    return moved_along(node, place, places, _said("diff", node, axis=axis))


@stands_for(
    "sliding_window_view",
    uses=(
        lambda f, x, y: np.lib.stride_tricks.sliding_window_view(x, 2, axis=1),
        lambda f, x, y: np.lib.stride_tricks.sliding_window_view(x, (2, 2)),
    ),
)
@conforming(_along("sliding_window_view"))
def sliding_window_view(array: Any, window_shape: Any, axis: Any = None) -> Array:
    """As numpy.lib.stride_tricks.sliding_window_view: windows of a size, in axes of their own behind the others."""
    node = as_array(array)
    windows = tuple(map(as_size, each(window_shape)))
    axes = [one_axis(node, one) for one in each(axis)] if axis is not None else list(range(node.ndim))
    if len(windows) != len(axes):
        raise ShapeError(f"windows of shape {show_shape(windows)}", f"there are {len(axes)} axes")
    written = _said("sliding_window_view", node, window_shape=window_shape, axis=axis)
    for place, window in zip(axes, windows, strict=True):
        size, rank = node.shape[place], node.ndim
        if (size - window).is_Integer and size - window < 0:
            raise ShapeError(f"windows of {window} along an axis of {size}", "they are larger than the axis")
        places = positional((size - window + 1, window, size), (1, 1, -1), 0, False)
        own, start, inside = list(range(rank)), rank, rank + 1
        result = [start if i == place else i for i in own]
        node = contract([node, places], [own, [start, inside, place]], [*result, inside], written)
    return node
