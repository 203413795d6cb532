"""Inverses of square matrices, and of every matrix of a stack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from gradcheck.graph.families import OfMatrices
from gradcheck.graph.identities import identity
from gradcheck.graph.literals import as_array
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import OPERATORS, stands_for
from gradcheck.graph.node import Array, Defined, Examples, Mistake, Number, Written
from gradcheck.graph.products import contract, matmul, swapaxes
from gradcheck.graph.refusals import engine
from gradcheck.graph.sizes import ShapeError, show_shape


def is_regular(matrix: Any) -> Any:
    """Whether matrices have an inverse, said at each of their entries; one number is a matrix of one entry."""
    square = np.reshape(matrix, np.shape(matrix) or (1, 1))
    with np.errstate(all="ignore"):
        regular = np.linalg.slogdet(square)[1] > -np.inf
    return np.broadcast_to(regular[..., None, None], square.shape).reshape(np.shape(matrix))


class Inverse(OfMatrices):
    """The inverse of every matrix of a stack. Of singular ones there is none."""

    __slots__ = ()

    verb = "inverse"
    word = "inv"
    examples: Examples = (lambda matrix: np.linalg.inv(gram(matrix)),)
    defined: Defined | None = is_regular, "inv", "the matrix is not singular"

    @property
    def sandwich(self) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
        """The labels of a product of three matrices."""
        *stack, i, j, k, m = range(self.ndim + 2)
        return ((*stack, i, j), (*stack, j, k), (*stack, k, m)), (*stack, i, m)

    @property
    def divisors(self) -> tuple[Array, ...]:
        """The determinant, by which cofactors are divided (Cramer's rule)."""
        return (OPERATORS["det"](self.args[0]),)

    def change(self, on: Any, operands: Sequence[Any], changes: Sequence[Any], value: Any) -> Any:
        """inv(A + a) - inv(A) = -inv(A + a) a inv(A)."""
        (matrix,), (change,) = operands, changes
        moved, unmoved = on.inverse_after(matrix, change), on.before(on.at.inverted(matrix))
        return on.at.contract([moved, on.opposite(change), unmoved], *self.sandwich)

    def rounding(self, at: Any, operands: Sequence[Any]) -> Any:
        """The backward error of elimination on either side (Higham, ch. 14)."""
        size = np.abs(at(self))
        return at.contract([size, lost_in_elimination(operands[0]), size], *self.sandwich)

    @engine()
    def cotangent(self, position: int, incoming: Array, lead: int) -> Array:
        """-Xᵀ G Xᵀ for the inverse X."""
        *stack, i, j, k, m = range(self.ndim + 2)
        front = [self.ndim + 2 + axis for axis in range(lead)]
        labels = [[*stack, j, i], [*front, *stack, j, k], [*stack, m, k]]
        return -contract([self, incoming, self], labels, [*front, *stack, i, m])

    def is_rational(self, number: Number) -> bool:
        """Quotients of determinants."""
        return True

    def mistakes(self) -> Iterable[Mistake]:
        """Not inverted, or transposed."""
        yield "{} for {}", (self.args[0], self), self.args[0]
        yield "the transpose of {}", (self,), swapaxes(self, -1, -2)


def lost_in_elimination(matrix: Any) -> Any:
    """By how much elimination with pivots is that of another matrix: each column relative to its largest entry.

    Factors of rows are at most 1 then, so that what is subtracted from a column is no larger than that times their
    number, unless entries grow, which they hardly ever do (Higham, ch. 9).
    """
    sizes = np.abs(matrix)
    return 8 * matrix.shape[-1] * np.finfo(float).eps * np.broadcast_to(sizes.max(axis=-2, keepdims=True), sizes.shape)


def gram(matrix: Array) -> Array:
    """1 + A Aᵀ, of which there is an inverse whatever A is."""
    return matrix @ matrix.T + identity(matrix.shape[0])


def check_square(word: str, array: Array) -> None:
    """Raises ShapeError unless the last two axes are of one size."""
    if array.ndim < 2:
        raise ShapeError(f"{word} of {show_shape(array.shape)}", "two axes are needed")
    if array.shape[-1] != array.shape[-2]:
        why = f"a square matrix is needed, and {array.shape[-2]} is not {array.shape[-1]}"
        raise ShapeError(f"{word} of {show_shape(array.shape)}", why)


OF_MATRICES = (lambda f, x, y: f(x), lambda f, x, y: f(2 * x), lambda f, x, y: f(np.swapaxes(x, -1, -2)))
"""How NumPy's functions of square matrices are called."""


def _as_inverse(style: Any, written: Written) -> Any:
    return style.inverse(*written.operands)


@stands_for("linalg.inv", uses=OF_MATRICES)
@conforming(_as_inverse)
def inverse(array: Any) -> Array:
    """As numpy.linalg.inv: of every matrix of a stack."""
    node = as_array(array)
    check_square("inv", node)
    return Inverse((node,), (), node.shape, Written("inv", (node,), (), _as_inverse))


def _as_solution(style: Any, written: Written) -> Any:
    return style.solve(*written.operands)


@stands_for("linalg.solve", uses=(lambda f, x, y: f(x, y), lambda f, x, y: f(x, x), lambda f, x, y: f(x, y[..., None])))
@conforming(_as_solution)
def solve(matrix: Any, right: Any) -> Array:
    """As numpy.linalg.solve, inv(A) @ b: b is a vector if it has one axis, else a stack of matrices."""
    operands = as_array(matrix), as_array(right)
    check_square("solve", operands[0])
    if not operands[1].ndim:
        raise ShapeError("solve for ()", "at least one axis is needed")
    return matmul(inverse(operands[0]), operands[1], Written("solve", operands, (), _as_solution))
