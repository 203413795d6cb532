"""Functions of np.linalg that have others for namesakes, or are them: NumPy has them since 2.0."""

from __future__ import annotations

from typing import Any

from gradcheck.graph.literals import as_array
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import USES, stands_for
from gradcheck.graph.node import Array
from gradcheck.graph.products import matmul, outer, swapaxes, trace
from gradcheck.graph.sizes import ShapeError, show_shape


@stands_for("linalg.matmul", uses=USES["matmul"])
def linalg_matmul(left: Any, right: Any) -> Array:
    """As numpy.matmul."""
    return matmul(left, right)


@stands_for("linalg.trace", uses=(lambda f, x, y: f(x), lambda f, x, y: f(x, offset=0)))
def linalg_trace(array: Any, *, offset: int = 0) -> Array:
    """As numpy.linalg.trace: of every matrix of a stack, which the last two axes are."""
    return trace(array, offset, -2, -1)


@stands_for("linalg.outer", uses=(lambda f, x, y: f(x, y), lambda f, x, y: f(x, x)))
@conforming()
def linalg_outer(left: Any, right: Any) -> Array:
    """As numpy.linalg.outer: of two vectors."""
    arrays = as_array(left), as_array(right)
    if any(array.ndim != 1 for array in arrays):
        shapes = " and ".join(show_shape(array.shape) for array in arrays)
        raise ShapeError(f"linalg.outer of {shapes}", "vectors are needed")
    return outer(*arrays)


@stands_for("matrix_transpose", "linalg.matrix_transpose", uses=(lambda f, x, y: f(x),))
@conforming()
def matrix_transpose(array: Array) -> Array:
    """As numpy.matrix_transpose: of every matrix of a stack."""
    if array.ndim < 2:
        raise ShapeError(f"matrix_transpose of {show_shape(array.shape)}", "two axes are needed")
    return swapaxes(array, -1, -2)
