"""Arrays that are repeated along axes."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradcheck.functions.held import FLOAT, type_of
from gradcheck.graph.families import Moving
from gradcheck.graph.identities import sized
from gradcheck.graph.literals import as_array
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import stands_for
from gradcheck.graph.node import Array, Examples, Written
from gradcheck.graph.reductions import summed_to
from gradcheck.graph.refusals import Unsupported
from gradcheck.graph.sizes import Shape, ShapeError, as_size, each, show_shape, unify


class Broadcast(Moving):
    """Repeated along new or size-1 axes."""

    __slots__ = ()

    word = "broadcast"
    forgets_numbering = True
    is_by_entry = True
    examples: Examples = (lambda matrix: np.broadcast_to(matrix[:1], matrix.shape),)

    def entered(self, at: Sequence[Any]) -> Sequence[Any] | None:
        """At the same positions, aligned from the right; what is repeated has one."""
        shape = self.args[0].shape
        return [0 if size == 1 else position for size, position in zip(shape, at[len(at) - len(shape) :], strict=True)]

    def move(self, at: Any, *values: Any) -> Any:
        """Aligned from the right, behind the batch axes."""
        aligned = at.aligned(values[0], self.ndim)
        return np.broadcast_to(aligned, aligned.shape[: at.lead] + at.shape(self.shape))

    def cotangent(self, position: int, incoming: Array, lead: int) -> Array:
        """Summed over what was repeated."""
        return summed_to(incoming, self.args[0].shape, lead)


@stands_for("broadcast_to", uses=(lambda f, x, y: f(x, (2, 3, 3)), lambda f, x, y: f(x, shape=(3,))))
def broadcast_to(array: Any, shape: Any, written: Written | None = None) -> Array:
    """As numpy.broadcast_to."""
    node, sizes = as_array(array), tuple(map(as_size, each(shape)))
    return _broadcast(node, sizes, written=written or Written("broadcast_to", (node,), (("shape", sizes),)))


@conforming()
def _broadcast(array: Array, shape: Shape, written: Written | None) -> Array:
    def what() -> str:
        return f"{show_shape(array.shape)} broadcast to {show_shape(shape)}"

    if unify([array.shape, shape], what) != shape:
        raise ShapeError(what(), "it has more entries already")
    return Broadcast((array,), (shape,), shape, written)


def ones(*shape: Any) -> Array:
    """The matrix of ones, 1 with p rows and q columns: `ones(p, q)`, or `ones((p, q))`."""
    return _constant("ones", 1.0, *shape)


def zeros(*shape: Any) -> Array:
    """The matrix of zeros: `zeros(p, q)`, or `zeros((p, q))`."""
    return _constant("zeros", 0.0, *shape)


def _constant(word: str, number: float, *shape: Any) -> Array:
    sizes = tuple(map(as_size, each(shape[0]) if len(shape) == 1 else shape))
    return broadcast_to(number, sizes, written=sized(word, *sizes))


_OF_SHAPES = (lambda f, x, y: f((2, 3), like=x), lambda f, x, y: f(3, like=x), lambda f, x, y: f(3, int, like=x))


@stands_for("ones", uses=_OF_SHAPES)
def ones_beside(shape: Any, dtype: Any = None, order: str = "C") -> Array:
    """As numpy.ones(shape, like=X), where sizes may be symbols."""
    return full(shape, 1.0, dtype)


@stands_for("zeros", uses=_OF_SHAPES)
def zeros_beside(shape: Any, dtype: Any = None, order: str = "C") -> Array:
    """As numpy.zeros(shape, like=X). NumPy itself reads the shape before, in which there may be no symbols."""
    return full(shape, 0.0, dtype)


@stands_for("full", uses=(lambda f, x, y: f((2, 3), 0.5, like=x), lambda f, x, y: f(3, 2, like=x)))
def full(shape: Any, fill_value: Any, dtype: Any = None, order: str = "C") -> Array:
    """As numpy.full(shape, value, like=X), likewise."""
    if dtype is not None and np.dtype(dtype) != FLOAT:
        raise Unsupported(f"dtype={dtype!r}: arrays of one number are real here; leave it out")
    word = {0.0: "zeros", 1.0: "ones"}.get(fill_value) if isinstance(fill_value, float) else None
    return _constant(word, fill_value, shape) if word else broadcast_to(fill_value, shape)


@stands_for("ones_like", uses=(lambda f, x, y: f(x),))
def ones_like(array: Any) -> Array:
    """As numpy.ones_like; what does not conform stays as it is."""
    return _filled_like(array, 1)


@stands_for("zeros_like", uses=(lambda f, x, y: f(x),))
def zeros_like(array: Any) -> Array:
    """As numpy.zeros_like; what does not conform stays as it is."""
    return _filled_like(array, 0)


def _filled_like(array: Any, number: int) -> Array:
    """One number in the shape of an array, and in its type: ones like a mask are a mask."""
    node = as_array(array)
    if not node.conforms:
        return node
    held = type_of(node.held)
    written = sized("ones", *node.shape) if number and held == FLOAT else None
    return broadcast_to(np.full((), number, held), node.shape, written=written)
