"""Unit vectors and matrices of orthonormal columns: made of inputs by Cayley's transform, so that QᵀQ = I.

(I - S)(I + S)⁻¹ is orthogonal for each skew S. Let S = [[A, -Bᵀ], [B, 0]] for a skew A of k rows: then the first k
columns of I + S have the Schur complement M = I + A + BᵀB, and those of the transform are [2 M⁻¹ - I; -2 B M⁻¹]. M is
regular, since xᵀMx is at least xᵀx. For one column this is the stereographic projection of the sphere.

These are dense in the matrices of orthonormal columns if these have more rows than columns: what has columns q of which
I + (the first k rows) is regular is one of them, and the set of these matrices is connected. Square ones fall into two
halves, of the determinants 1 and -1: a hidden label says whether the first column is turned round, or else it would be
proved that det Q = 1.

A derivative by such a matrix is one by an expression, which is moved entry by entry, each on its own: that is the
convention. What holds along changes that keep the columns orthonormal only is G - Q (QᵀG + GᵀQ) / 2.
"""

from __future__ import annotations

from typing import Any

from gradcheck.graph import domains
from gradcheck.graph.concatenation import concatenate
from gradcheck.graph.identities import identity
from gradcheck.graph.inputs import Input, inputs_of, make_input
from gradcheck.graph.inverses import inverse
from gradcheck.graph.node import Array, Written
from gradcheck.graph.positional import positional
from gradcheck.graph.reshapes import reshaped
from gradcheck.graph.sizes import SizeError, as_size
from gradcheck.graph.writing import ATOM


def unit_vector(name: str, size: Any) -> Array:
    """A vector of the length 1: `unit_vector("u", n)` of the shape (n,). Such a column is `orthogonal("u", n, 1)`.

    Derivatives by it are taken by each entry on its own. Raises SizeError.
    """
    column = _columns("unit_vector", name, size, 1)
    return _named("unit_vector", name, reshaped(column, column.shape[:1]))


def orthogonal(name: str, rows: Any, columns: Any = None) -> Array:
    """An orthogonal matrix, `orthogonal("Q", n)`, or `orthogonal("Q", n, k)` of k orthonormal columns: QᵀQ = I.

    Derivatives by it are taken by each entry on its own. Raises SizeError, for more columns than rows as well.
    """
    return _named("orthogonal", name, _columns("orthogonal", name, rows, rows if columns is None else columns))


def _named(word: str, name: str, made: Array) -> Array:
    layout = lambda style, written: (style.label(name), ATOM)  # noqa: E731
    return made.said(Written(word, tuple(inputs_of([made])), (), layout))


def _columns(word: str, name: str, rows: Any, columns: Any) -> Array:
    make_input(name, (), domains.ORTHOGONAL)  # what is no name is said as it is of other inputs
    try:
        n, k = as_size(rows), as_size(columns)
    except SizeError as error:
        raise SizeError(f"{word}({name!r}, …): {error}") from None
    more = n - k
    if more.is_negative:
        raise SizeError(
            f"{word}({name!r}, {n}, {k}): {k} columns of {n} entries are never orthonormal, so QᵀQ = I holds nowhere; "
            f"at most as many columns as rows are, such as {word}({name!r}, {k}, {n})"
        )
    turn = make_input(f"turn of {name}", (k, k), domains.ORTHOGONAL)
    if more == 0:
        return _square(make_input(f"side of {name}", (), domains.BITS), turn)
    return _tall(make_input(f"rest of {name}", (more, k), domains.ORTHOGONAL), turn)


def _square(side: Array, turn: Array) -> Array:
    """2 M⁻¹ - I, whose first column is turned round if the label is 1."""
    n = turn.shape[0]
    first = positional((n,), (-1,), 0, is_range=True)
    made: Array = (2 * inverse(_complement(turn)) - identity(n)) * (1 - 2 * side * first)
    return made


def _tall(rest: Array, turn: Array) -> Array:
    inverted = inverse(_complement(turn, rest))
    return concatenate([2 * inverted - identity(turn.shape[0]), -2 * rest @ inverted])


def _complement(turn: Array, *rest: Array) -> Array:
    """M."""
    made: Array = sum((part.T @ part for part in rest), identity(turn.shape[0]) + (turn - turn.T))
    return made


def is_orthonormal(node: Array) -> bool:
    """Whether it is a vector or a matrix that was declared so."""
    if node.ndim not in (1, 2) or not (parts := _parts(node)) or len(parts) != 2:
        return False
    turn, other = parts
    made = _tall(other, turn) if other.ndim else _square(other, turn)
    return node.key in (made.key, reshaped(made, made.shape[:1]).key if turn.shape[0] == 1 else None)


def is_complement(node: Array) -> bool:
    """Whether it is the matrix M of one that was declared so: its determinant is positive, since xᵀMx is for x ≠ 0."""
    return bool(parts := _parts(node)) and all(part.ndim for part in parts) and _complement(*parts).key == node.key


def _parts(node: Array) -> list[Input]:
    """The inputs that an orthogonal matrix may be made of, the turn first; none if it is made of others."""
    given = inputs_of([node])[::-1]  # the names begin with "turn", "side" and "rest"
    if not 0 < len(given) <= 2 or given[0].domain is not domains.ORTHOGONAL:
        return []
    is_side = given[-1].domain is domains.BITS and not given[-1].ndim
    is_rest = given[-1].domain is domains.ORTHOGONAL and given[-1].shape[1] == given[0].shape[1]
    return given if is_side or is_rest else []
