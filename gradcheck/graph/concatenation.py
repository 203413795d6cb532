"""Arrays side by side."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import sympy as sp

from gradcheck.graph.blocks import block
from gradcheck.graph.families import Moving
from gradcheck.graph.literals import as_array
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import stands_for
from gradcheck.graph.node import Array, Examples, Number, Written
from gradcheck.graph.reshapes import reshaped
from gradcheck.graph.sizes import ShapeError, show_shape


class Concatenate(Moving):
    """Operands side by side along one axis."""

    __slots__ = ()

    word = "concatenate"
    forgets_numbering = False
    examples: Examples = (lambda matrix: np.concatenate([matrix, 2 * matrix], axis=0),)

    def move(self, at: Any, *values: Any) -> Any:
        """Batch axes are made equal first."""
        batch = np.broadcast_shapes(*(value.shape[: at.lead] for value in values))
        full = [np.broadcast_to(value, batch + value.shape[at.lead :]) for value in values]
        return np.concatenate(full, axis=at.lead + self.params[0])

    def cotangent(self, position: int, incoming: Array, lead: int) -> Array:
        """The part of the cotangent at the operand's place."""
        (axis,) = self.params
        start = sp.Add(*(part.shape[axis] for part in self.args[:position]))
        ranges = [(sp.Integer(0), size) for size in incoming.shape]
        ranges[lead + axis] = (start, start + self.args[position].shape[axis])
        return block(incoming, ranges)

    def length(self, operands: Sequence[int], number: Number) -> int:
        """About as long as all operands: an entry is one of any."""
        return 1 + sum(operands)


def _as_list(style: Any, written: Written) -> Any:
    return style.call_of(written, is_list=True)


@stands_for(
    "concatenate",
    uses=(
        lambda f, x, y: f([x, y]),
        lambda f, x, y: f((x, y), axis=-1),
        lambda f, x, y: f([x, y, x], 1),
        lambda f, x, y: f([x, y], axis=None),
    ),
)
@conforming(_as_list)
def concatenate(arrays: Sequence[Any], axis: int | None = 0, written: Written | None = None) -> Array:
    """As numpy.concatenate; without an axis, of all entries in row order."""
    parts = tuple(map(as_array, arrays))
    if axis is None:
        written = written or Written("concatenate", parts, (("axis", axis),), _as_list)
        return concatenate(tuple(reshaped(part, (part.size,)) for part in parts), 0, written)
    what = f"concatenate {', '.join(show_shape(p.shape) for p in parts)} along axis {axis}"
    rank = parts[0].ndim
    if any(p.ndim != rank for p in parts) or not -rank <= axis < rank:
        raise ShapeError(what, "the numbers of axes differ" if rank else "there is no axis")
    axis %= rank
    for part in parts[1:]:
        for i in range(rank):
            if i != axis and part.shape[i] != parts[0].shape[i]:
                raise ShapeError(what, f"{parts[0].shape[i]} is not {part.shape[i]}")
    shape = list(parts[0].shape)
    shape[axis] = sp.expand(sp.Add(*(p.shape[axis] for p in parts)))
    written = written or Written("concatenate", parts, (("axis", axis),), _as_list)
    return Concatenate(parts, (axis,), shape, written)


@stands_for("vstack", uses=(lambda f, x, y: f([x, y]),))
def stack_rows(arrays: Sequence[Any]) -> Array:
    """As numpy.vstack."""
    return _stacked("vstack", arrays, 0)


@stands_for("hstack", uses=(lambda f, x, y: f([x, y]),))
def stack_columns(arrays: Sequence[Any]) -> Array:
    """As numpy.hstack: vectors one behind the other, anything else side by side."""
    first = as_array(next(iter(arrays)))
    is_of_vectors = first.conforms and first.ndim <= 1
    return _stacked("hstack", arrays, 1 - is_of_vectors)


def _stacked(word: str, arrays: Sequence[Any], axis: int) -> Array:
    parts = tuple(map(as_array, arrays))
    fewest = 2 if word == "vstack" else 1
    with_axes = tuple(_with_axes(part, fewest) for part in parts)
    return concatenate(with_axes, axis, written=Written(word, parts, (), _as_list))


def _with_axes(array: Array, fewest: int) -> Array:
    """At least so many axes: sizes of 1 come in front."""
    if not array.conforms or array.ndim >= fewest:
        return array
    return reshaped(array, ((sp.Integer(1),) * (fewest - array.ndim) + array.shape))
