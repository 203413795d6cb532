"""Sums and means over axes."""

from typing import Any

import sympy as sp

from gradcheck.functions.held import of_sum
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import stands_for
from gradcheck.graph.node import Array, Written
from gradcheck.graph.products import contract
from gradcheck.graph.reshapes import Reshape
from gradcheck.graph.sizes import Shape, ShapeError, one_axis, product, show_shape

_OVER_AXES = (
    lambda f, x, y: f(x),
    lambda f, x, y: f(x, 0),
    lambda f, x, y: f(x, axis=-1, keepdims=True),
    lambda f, x, y: f(x, axis=(0, -1)),
    lambda f, x, y: f(x, axis=(0, 0)),
    lambda f, x, y: f(x, axis=2),
    lambda f, x, y: f(x, keepdims=True, dtype=None),
    lambda f, x, y: f(x, 0, float),
)


def _as_sum(style: Any, written: Written) -> Any:
    return style.reduction("sum", *written.operands, dict(written.options))


@stands_for("sum", uses=_OVER_AXES)
@conforming(_as_sum)
def summed(array: Array, axis: Any = None, *, keepdims: bool = False) -> Array:
    """As numpy.sum: the shape without the axes, or with 1 in their place."""
    gone = _axes(array, None if not array.ndim and axis in (0, -1) else axis)  # NumPy sums one number over these
    kept = [i for i in range(array.ndim) if i not in gone]
    options = (*((("axis", axis),) if axis is not None else ()), *((("keepdims", True),) if keepdims else ()))
    written = Written("sum", (array,), options, _as_sum, of_sum(array.held))
    total = contract([array], [range(array.ndim)], kept, written)
    if not keepdims:
        return total
    sizes = tuple(sp.Integer(1) if i in gone else size for i, size in enumerate(array.shape))
    return Reshape((total,), (sizes,), sizes, written)


def _axes(array: Array, axis: Any) -> set[int]:
    if axis is None:
        return set(range(array.ndim))
    axes = axis if isinstance(axis, tuple) else (axis,)
    chosen = [one_axis(array, a) for a in axes]
    if len(set(chosen)) != len(chosen):
        raise ShapeError(f"axis {axis} of {show_shape(array.shape)}", "an axis is there twice")
    return set(chosen)


@stands_for("mean", uses=_OVER_AXES)
@conforming(lambda style, written: style.reduction("mean", *written.operands, dict(written.options)))
def mean(array: Array, axis: Any = None, *, keepdims: bool = False) -> Array:
    """As numpy.mean: the sum divided by the number of entries, exactly."""
    total: Array = summed(array, axis, keepdims=keepdims) / product(array.shape[a] for a in _axes(array, axis))
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
