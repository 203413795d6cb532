"""What a derivation is written in, beside NumPy itself: inputs, derivatives, and the functions of the table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp

from gradcheck.functions import (
    abstract,
    cos,
    cosh,
    cross_entropy,
    exp,
    leaky_relu,
    log,
    maximum,
    minimum,
    relu,
    relu_prime,
    sigmoid,
    sin,
    sinh,
    softplus,
    sqrt,
    square,
    squared_error,
    tanh,
    where,
)
from gradcheck.graph import (
    Array,
    Misfit,
    Shape,
    ShapeError,
    ShapeOf,
    Written,
    as_array,
    block,
    contract,
    derivative,
    diagonal,
    dims,
    domains,
    einsum,
    identity,
    is_one_number,
    make_input,
    ones,
    reshaped,
    show_shape,
)

__all__ = [
    "abstract",
    "basis",
    "bits",
    "cos",
    "cosh",
    "cross_entropy",
    "diag",
    "dims",
    "einsum",
    "exp",
    "gradient",
    "identity",
    "jacobian",
    "leaky_relu",
    "log",
    "maximum",
    "minimum",
    "one_hot",
    "ones",
    "positive",
    "real",
    "relu",
    "relu_prime",
    "shape",
    "sigmoid",
    "sin",
    "sinh",
    "softplus",
    "sqrt",
    "square",
    "squared_error",
    "tanh",
    "unit",
    "where",
]


# ---- inputs ------------------------------------------------------------------------------------------------------


def real(name: str, *sizes: Any) -> Array:
    """An array of real numbers: `real("W1", n1, n0)`; without sizes, one number. Raises SizeError."""
    return make_input(name, sizes, domains.REAL)


def positive(name: str, *sizes: Any) -> Array:
    """An array of positive numbers; their logarithms expand in proofs."""
    return make_input(name, sizes, domains.POSITIVE)


def unit(name: str, *sizes: Any) -> Array:
    """An array of numbers strictly between 0 and 1, such as predicted probabilities."""
    return make_input(name, sizes, domains.UNIT)


def bits(name: str, *sizes: Any) -> Array:
    """An array of labels 0 or 1."""
    return make_input(name, sizes, domains.BITS)


def one_hot(name: str, *sizes: Any) -> Array:
    """An array whose columns have one 1 each and are 0 elsewhere: classes by examples."""
    return make_input(name, sizes, domains.ONE_HOT)


# ---- derivatives -------------------------------------------------------------------------------------------------


def gradient(of: Any, by: Any) -> Array:
    """∂of/∂by in the shape of `by` (denominator layout). `of` is one number; `by` is any array that `of` is made of."""
    of, by = as_array(of), as_array(by)
    written = Written("gradient", (of, by))
    return _checked(written, of, by, lambda: _gradient(of, by, written))


def _gradient(of: Array, by: Array, written: Written) -> Array:
    if not is_one_number(of.shape):
        raise ShapeError(
            f"gradient of an array of shape {show_shape(of.shape)}",
            "it is not one number; sum it to a cost, or use jacobian(f, x)",
        )
    return reshaped(derivative(of, by), by.shape, written)


def jacobian(of: Any, by: Any) -> Array:
    """∂of/∂by with `of`'s axes first, then `by`'s (numerator layout).

    Columns count as vectors: the Jacobian of a column by a column is a matrix, the differential of a number by a column
    is a row, and that of a column by a number a column.
    """
    of, by = as_array(of), as_array(by)
    written = Written("jacobian", (of, by))
    return _checked(written, of, by, lambda: reshaped(derivative(of, by), _layout(of.shape, by.shape), written))


def _layout(of: Shape, by: Shape) -> Shape:
    rows, columns = _without_ones(of), _without_ones(by)
    if len(rows) + len(columns) >= 2 or (len(of) < 2 and len(by) < 2):
        return rows + columns
    return (*(rows or (sp.Integer(1),)), *(columns or (sp.Integer(1),)))


def _without_ones(shape: Shape) -> Shape:
    return tuple(size for size in shape if size != 1)


def _checked(written: Written, of: Array, by: Array, build: Callable[[], Array]) -> Array:
    for array in (of, by):
        if isinstance(array, Misfit):
            return Misfit((of, by), (array.error,), (), written)
    try:
        return build()
    except ShapeError as error:
        return Misfit((of, by), (error,), (), written)


# ---- matrices ----------------------------------------------------------------------------------------------------


def shape(array: Any) -> ShapeOf:
    """The target of a claim about sizes: `claim(shape(W1 @ x), (n1, 1))`."""
    return ShapeOf(as_array(array))


def diag(vector: Any) -> Array:
    """The diagonal matrix of a vector or of a column, as documents write it; np.diag reads a column as a matrix."""
    array = as_array(vector)
    if isinstance(array, Misfit) or array.ndim != 2 or array.shape[1] != 1:
        return diagonal(array)
    flat = reshaped(array, array.shape[:1])
    return contract([flat, identity(array.shape[0])], [[0], [0, 1]], [0, 1], Written("diag", (array,)))


def basis(size: Any, i: int) -> Array:
    """The i-th standard basis vector as a column of the given size, counted from 1 as documents do."""
    eye = identity(size)
    n = eye.shape[0]
    written = Written("basis", (), (("sizes", (n, sp.Integer(i))),))
    return block(eye, [(sp.Integer(0), n), (sp.Integer(i - 1), sp.Integer(i))], written)
