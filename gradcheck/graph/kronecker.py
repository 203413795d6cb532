"""Kronecker products, and matrices as vectors column by column: vec(A X B) = (Bᵀ ⊗ A) vec(X)."""

from __future__ import annotations

from typing import Any

import sympy as sp

from gradcheck.graph.literals import as_array
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import NUMPY, USES, stands_for
from gradcheck.graph.node import Array, Written
from gradcheck.graph.products import contract, transpose
from gradcheck.graph.refusals import Unsupported
from gradcheck.graph.reshapes import reshape, reshaped
from gradcheck.graph.sizes import each, product


def _as_kron(style: Any, written: Written) -> Any:
    return style.kron(*written.operands)


@stands_for("kron", uses=(lambda f, x, y: f(x, y), lambda f, x, y: f(x, x)))
@conforming(_as_kron)
def kron(left: Any, right: Any) -> Array:
    """As numpy.kron: every entry of one times all of the other, in blocks."""
    operands = as_array(left), as_array(right)
    if not all(array.ndim for array in operands):
        scaled: Array = NUMPY["multiply"](*operands)
        return scaled
    rank = max(array.ndim for array in operands)
    first, second = (reshaped(a, (sp.Integer(1),) * (rank - a.ndim) + a.shape) for a in operands)
    axes = range(rank)
    blocks = contract([first, second], [axes, range(rank, 2 * rank)], [x for i in axes for x in (i, rank + i)])
    sizes = tuple(product(pair) for pair in zip(first.shape, second.shape, strict=True))
    return reshaped(blocks, sizes, Written("kron", operands, (), _as_kron))


def _as_columns(style: Any, written: Written) -> Any:
    return style.reshape_by_columns(written.operands[0], tuple(map(sp.sympify, each(written.option("sizes")))))


@stands_for(
    "reshape",
    uses=(
        *USES["reshape"],
        lambda f, x, y: f(x, -1, order="F"),
        lambda f, x, y: f(x, (2, -1, 3), "F"),
        lambda f, x, y: f(x, (-1, 1), order="A"),
    ),
)
def reshape_in_order(array: Array, sizes: Any, order: str = "C") -> Array:
    """As numpy.reshape: in row order, or by columns (`order="F"`), the first axis counting fastest."""
    if order not in ("C", "F"):
        raise Unsupported(f'reshape(order={order!r}): "C" and "F" are known, arrays have no memory here')
    return reshape(array, sizes) if order == "C" else _by_columns(array, sizes)


@conforming(_as_columns)
def _by_columns(array: Array, sizes: Any) -> Array:
    turned = reshape(transpose(array), tuple(each(sizes))[::-1])
    if not turned.conforms:
        return turned
    written = Written("reshape", (array,), (("sizes", turned.shape[::-1]),), _as_columns)
    return transpose(turned).said(written)
