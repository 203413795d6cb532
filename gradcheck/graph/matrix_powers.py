"""Whole powers of square matrices."""

from __future__ import annotations

from typing import Any

from gradcheck.graph.broadcasts import broadcast_to
from gradcheck.graph.identities import identity
from gradcheck.graph.inverses import check_square, inverse
from gradcheck.graph.literals import as_array
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import stands_for
from gradcheck.graph.node import Array, Written
from gradcheck.graph.products import matmul
from gradcheck.graph.refusals import Unsupported
from gradcheck.graph.sizes import is_whole


def _as_power(style: Any, written: Written) -> Any:
    return style.matrix_power(written.operands[0], written.option("n"))


@stands_for(
    "linalg.matrix_power",
    uses=(
        lambda f, x, y: f(x, 3),
        lambda f, x, y: f(1.0 * x, 0),
        lambda f, x, y: f(x, 1),
        lambda f, x, y: f(1.0 * x, -2),
        lambda f, x, y: f(x, 1.5),
        lambda f, x, y: f(x, n=2),
    ),
)
@conforming(_as_power)
def matrix_power(array: Any, n: int) -> Array:
    """As numpy.linalg.matrix_power: of every matrix of a stack; negative powers are those of the inverse."""
    node = as_array(array)
    check_square("matrix_power", node)
    if not is_whole(n):
        raise Unsupported(f"matrix_power({n}): exponents are whole numbers")
    if n == 1:
        return node
    written = Written("matrix_power", (node,), (("n", int(n)),), _as_power, node.held)
    if n == 0:
        return broadcast_to(identity(node.shape[-1]), node.shape).said(written)
    base = node if n > 0 else inverse(node)
    return base if n == -1 else _power(base, abs(int(n)), written)


def _power(base: Array, n: int, written: Written | None) -> Array:
    """By squaring."""
    if n == 1:
        return base
    half = _power(base, n // 2, None)
    square = matmul(half, half, written if n % 2 == 0 else None)
    return square if n % 2 == 0 else matmul(square, base, written)
