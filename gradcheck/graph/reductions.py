"""Sums and means over axes."""

from collections.abc import Callable, Container
from typing import Any

import sympy as sp

from gradcheck.functions.held import of_sum
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import stands_for
from gradcheck.graph.node import Array, Written
from gradcheck.graph.products import contract
from gradcheck.graph.reshapes import Reshape
from gradcheck.graph.sizes import Shape, ShapeError, one_axis, product, show_shape

OVER_AXES = (
    lambda f, x, y: f(x),
    lambda f, x, y: f(x, 0),
    lambda f, x, y: f(x, axis=-1, keepdims=True),
    lambda f, x, y: f(x, axis=(0, -1)),
    lambda f, x, y: f(x, axis=(0, 0)),
    lambda f, x, y: f(x, axis=2),
)
"""How NumPy's functions over axes are called."""
_OF_SUMS = (*OVER_AXES, lambda f, x, y: f(x, keepdims=True, dtype=None), lambda f, x, y: f(x, 0, float))


def as_reduction(word: str) -> Callable[[Any, Written], Any]:
    """The layout of a word over axes."""
    return lambda style, written: style.reduction(word, *written.operands, dict(written.options))


def said(axis: Any, keepdims: bool = False) -> tuple[tuple[str, Any], ...]:
    """The options as the author gave them."""
    return (*((("axis", axis),) if axis is not None else ()), *((("keepdims", True),) if keepdims else ()))


def over_axes(array: Array, axis: Any, keepdims: bool, written: Written, make: Callable[..., Array]) -> Array:
    """What `make(axes)` makes along axes, counted from the last one; with 1 in their place under `keepdims`."""
    gone = axes_of(array, None if not array.ndim and axis in (0, -1) else axis)  # NumPy sums one number over these
    axes = tuple(sorted(i - array.ndim for i in gone))
    made = make(axes)
    if not keepdims:
        return made
    sizes = with_ones(array, axes)
    return Reshape((made,), (sizes,), sizes, written)


def with_ones(array: Array, axes: Container[int]) -> Shape:
    """The shape with 1 in the place of axes, which are counted from the last one."""
    return tuple(sp.Integer(1) if i - array.ndim in axes else size for i, size in enumerate(array.shape))


def shape_without(array: Array, axes: Container[int]) -> Shape:
    """The shape without axes, which are counted from the last one."""
    return tuple(size for i, size in enumerate(array.shape) if i - array.ndim not in axes)


@stands_for("sum", uses=_OF_SUMS)
@conforming(as_reduction("sum"))
def summed(array: Array, axis: Any = None, *, keepdims: bool = False) -> Array:
    """As numpy.sum: the shape without the axes, or with 1 in their place."""
    every = range(array.ndim)

    def total(axes: Container[int]) -> Array:
        return contract([array], [every], [i for i in every if i - array.ndim not in axes], written)

    written = Written("sum", (array,), said(axis, keepdims), as_reduction("sum"), of_sum(array.held))
    return over_axes(array, axis, keepdims, written, total)


def axes_of(array: Array, axis: Any) -> set[int]:
    """Axes as NumPy takes them, counted from the front; all for None. Raises ShapeError."""
    if axis is None:
        return set(range(array.ndim))
    axes = axis if isinstance(axis, tuple) else (axis,)
    chosen = [one_axis(array, a) for a in axes]
    if len(set(chosen)) != len(chosen):
        raise ShapeError(f"axis {axis} of {show_shape(array.shape)}", "an axis is there twice")
    return set(chosen)


@stands_for("mean", uses=_OF_SUMS)
@conforming(as_reduction("mean"))
def mean(array: Array, axis: Any = None, *, keepdims: bool = False) -> Array:
    """As numpy.mean: the sum divided by the number of entries, exactly."""
    total: Array = summed(array, axis, keepdims=keepdims) / product(array.shape[a] for a in axes_of(array, axis))
    return total


def summed_to(array: Array, shape: Shape, lead: int) -> Array:
    """The transpose of broadcasting to `array`'s shape behind `lead` axes: summed over the axes that were repeated."""
    axes = array.shape[lead:]
    missing = len(axes) - len(shape)
    repeated = [i for i, size in enumerate(axes) if i < missing or (shape[i - missing] == 1 and size != 1)]
    if repeated:
        kept = [*range(lead), *(lead + i for i in range(len(axes)) if i not in repeated)]
        array = contract([array], [range(lead + len(axes))], kept)
    full = (*array.shape[:lead], *shape)
    return array if array.shape == full else array.reshape(full)
