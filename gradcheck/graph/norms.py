"""Norms of vectors and of matrices, which are made of sums, roots and largest entries."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from gradcheck.functions.held import FLOAT
from gradcheck.functions.table import absolute, power, sqrt
from gradcheck.graph.elementwise import apply, astype
from gradcheck.graph.largest import maximum_over, minimum_over
from gradcheck.graph.literals import as_array
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import stands_for
from gradcheck.graph.node import Array, Written
from gradcheck.graph.reductions import shape_without, summed, with_ones
from gradcheck.graph.refusals import Unsupported
from gradcheck.graph.reshapes import reshaped
from gradcheck.graph.sizes import ShapeError, each, one_axis, show_shape

_EXTREMES = {1: maximum_over, -1: minimum_over}


def _as_norm(style: Any, written: Written) -> Any:
    return style.norm(written.operands[0], dict(written.options))


@stands_for(
    "linalg.norm",
    uses=(
        lambda f, x, y: f(x),
        lambda f, x, y: f(x, axis=-1),
        lambda f, x, y: f(x, axis=0, keepdims=True),
        lambda f, x, y: f(x, 1),
        lambda f, x, y: f(x, -math.inf, -1, True),
        lambda f, x, y: f(x, ord=math.inf),
        lambda f, x, y: f(x, "fro"),
        lambda f, x, y: f(x, 1, axis=(0, 1)),
        lambda f, x, y: f(x, -1, axis=(-1, 0), keepdims=True),
        lambda f, x, y: f(x, math.inf, (1, 2)),
        lambda f, x, y: f(x, 2),
        lambda f, x, y: f(x, keepdims=True),
    ),
)
@conforming(_as_norm)
def norm(array: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Array:
    """As numpy.linalg.norm: of vectors along one axis, of matrices along two, or the root of all squares.

    Raises Unsupported for what needs singular values.
    """
    x = astype(as_array(array), float)
    axes = [one_axis(x, i) - x.ndim for i in (range(x.ndim) if axis is None else each(axis))]
    _check(x, axes, ord, axis)
    whole = _with_ones(x, axes, ord)
    options = {"ord": ord, "axis": axis, "keepdims": keepdims or None}
    given = tuple((key, value) for key, value in options.items() if value is not None)
    sizes = with_ones(x, axes) if keepdims else shape_without(x, axes)
    return reshaped(whole, sizes, Written("norm", (as_array(array),), given, _as_norm, FLOAT))


def _check(x: Array, axes: Sequence[int], order: Any, axis: Any) -> None:
    """Raises ShapeError for another number of axes than vectors or matrices have, Unsupported for other norms."""
    what = f"norm of {show_shape(x.shape)} along {len(axes)} axes"
    if len(set(axes)) < len(axes):
        raise ShapeError(what, "an axis is there twice")
    if len(axes) not in (1, 2) and (order is not None or axis is not None):
        raise ShapeError(what, "vectors have one axis, matrices two")
    if order not in _ORDERS[len(axes) if order is not None else 0]:
        cures = {1: "write (abs(x) ** p).sum() ** (1 / p)", 2: "singular values have no rule here"}
        raise Unsupported(f"{what} of order {order!r}: {cures[len(axes)]}")


_ORDERS = {0: (None,), 1: (1, 2, math.inf, -math.inf), 2: ("fro", 1, -1, math.inf, -math.inf)}
"""By the number of axes."""


def _with_ones(x: Array, axes: Sequence[int], order: Any) -> Array:
    """The norm with 1 in the place of the axes."""
    if order in (None, 2, "fro"):
        return apply(sqrt, summed(apply(power, x, 2), tuple(axes), keepdims=True))
    sizes, extreme = apply(absolute, x), _EXTREMES[int(math.copysign(1, order))]
    if len(axes) == 2:  # of the sums of rows, or of columns
        across, along = axes if abs(order) == 1 else axes[::-1]
        return extreme(summed(sizes, across, keepdims=True), along, keepdims=True)
    return summed(sizes, axes[0], keepdims=True) if order == 1 else extreme(sizes, axes[0], keepdims=True)
