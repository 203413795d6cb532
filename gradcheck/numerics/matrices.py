"""Elimination on stacks of square matrices: in floating point of any kind, and on objects such as SymPy scalars.

LAPACK has no long double, and stops at the first matrix of a stack that is singular.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import sympy as sp

Values = np.ndarray[Any, np.dtype[Any]]


def eliminated(matrices: Values, right: Values) -> tuple[Values, Values]:
    """The pivots of matrices, each with the sign of the exchange of rows before it, and inv(A) @ right.

    The rows are exchanged so that pivots are the largest in their columns (Gauss and Jordan; Higham, ch. 14). Where one
    is 0, so is what stands below it, and nothing is to be eliminated.
    """
    n = matrices.shape[-1]
    rows, pivots = np.concatenate([matrices, right], axis=-1), []
    with np.errstate(all="ignore"):
        for k in range(n):
            best = k + np.abs(rows[..., k:, k]).argmax(axis=-1)[..., None, None]
            chosen = np.take_along_axis(rows, best, axis=-2)
            np.put_along_axis(rows, best, rows[..., k : k + 1, :], axis=-2)
            pivot = chosen[..., k : k + 1]
            pivots.append(np.where(best[..., 0, 0] == k, 1, -1) * pivot[..., 0, 0])
            rows[..., k : k + 1, :] = own = chosen / np.where(pivot == 0, 1, pivot)
            factors = np.where(np.arange(n)[:, None] == k, 0, rows[..., k : k + 1])
            rows = rows - factors * own
    return np.stack(pivots, axis=-1), rows[..., n:]


def inverse(matrices: Values) -> Values:
    """The inverse of every matrix; NaN for singular ones."""
    eye = np.broadcast_to(np.eye(matrices.shape[-1], dtype=matrices.dtype), matrices.shape)
    found, inverted = eliminated(matrices, eye)
    return np.where((found == 0).any(axis=-1)[..., None, None], np.nan, inverted)


def pivots(matrices: Values) -> Values:
    """The pivots of every matrix, with the signs of exchanges of rows: their product is the determinant."""
    return eliminated(matrices, matrices[..., :0])[0]


def logdet(matrices: Values) -> Values:
    """Log |det|, continued analytically to complex numbers beside real ones."""
    own = pivots(matrices)
    with np.errstate(all="ignore"):
        return np.asarray(np.log(own * np.where(np.real(own) < 0, -1, 1)).sum(axis=-1))


def pivots_beside_1(ratios: Values) -> Values:
    """The pivots of 1 + E, less 1, without exchanges of rows: what is small keeps its digits."""
    rest, found = ratios, []
    for _ in range(ratios.shape[-1]):
        pivot, row, column = rest[..., :1, :1], rest[..., :1, 1:], rest[..., 1:, :1]
        found.append(pivot[..., 0, 0])
        rest = rest[..., 1:, 1:] - column * row / (1 + pivot)
    return np.stack(found, axis=-1)


# ---- written out -----------------------------------------------------------------------------------------------------


def cofactors(matrix: Values) -> tuple[sp.Expr, Values]:
    """The determinant of one matrix of objects, and its cofactors; minors are written out once (Laplace)."""
    n = len(matrix)
    every = tuple(range(n))

    @cache
    def minor(rows: tuple[int, ...], columns: tuple[int, ...]) -> sp.Expr:
        terms = (
            (-1) ** k * matrix[rows[0], column] * minor(rows[1:], _without(columns, column))
            for k, column in enumerate(columns)
        )
        return sp.Add(*terms) if rows else sp.S.One

    found = np.empty((n, n), dtype=object)
    for i, j in np.ndindex(n, n):
        found[i, j] = (-1) ** (i + j) * minor(_without(every, i), _without(every, j))
    return minor(every, every), found


def _without(numbers: tuple[int, ...], number: int) -> tuple[int, ...]:
    return tuple(other for other in numbers if other != number)


def written_inverse(matrix: Values) -> Values:
    """The inverse of one matrix of objects: cofactors, transposed, over the determinant (Cramer)."""
    det, found = cofactors(matrix)
    return np.asarray(found.T / det)


def of_each(function: Callable[[Values], Any], matrices: Values, rank: int) -> Values:
    """What a function makes of every matrix of a stack of objects: numbers, or matrices of the same sizes (rank 2)."""
    result = np.empty(matrices.shape[: matrices.ndim - 2 + rank], dtype=object)
    for place in np.ndindex(matrices.shape[:-2]):
        result[place] = function(matrices[place])
    return result
