"""Determinants of square matrices, and of every matrix of a stack."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from gradcheck.graph.definite import is_definite
from gradcheck.graph.families import OfMatrices
from gradcheck.graph.inverses import OF_MATRICES, check_square, gram, inverse, lost_in_elimination
from gradcheck.graph.literals import as_array
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import OPERATORS, stands_for
from gradcheck.graph.node import Array, Examples, Mistake, Number, Written
from gradcheck.graph.orthonormal import is_complement
from gradcheck.graph.products import contract
from gradcheck.graph.refusals import engine


class Determinant(OfMatrices):
    """The determinant of every matrix of a stack.

    Its derivative is written with the inverse, and so it is looked at where the matrix is not singular.
    """

    __slots__ = ()

    verb = "determinant"
    word = "det"
    examples: Examples = (lambda matrix: np.linalg.det(gram(matrix / 8)),)

    def change(self, on: Any, operands: Sequence[Any], changes: Sequence[Any], value: Any) -> Any:
        """det(A + a) - det A = det A (det(1 + inv(A) a) - 1), where det(1 + …) is e^(log det(1 + …))."""
        (matrix,), (change,) = operands, changes
        grown = on.expm1(on.logdet1p(ratio(on, matrix, change, self.stack)))
        return on.at.contract([on.before(on.at.determined(matrix)), grown], (self.stack, self.stack), self.stack)

    def rounding(self, at: Any, operands: Sequence[Any]) -> Any:
        """That of elimination with pivots, and of the product of these."""
        of_product = 2 * operands[0].shape[-1] * np.finfo(float).eps
        return np.abs(at(self)) * (np.expm1(lost_in_log(at, operands[0], self.stack)) + of_product)

    @engine()
    def cotangent(self, position: int, incoming: Array, lead: int) -> Array:
        """Times det X · X⁻ᵀ (Jacobi's formula)."""
        *stack, i, j = range(self.args[0].ndim)
        front = [2 + len(stack) + axis for axis in range(lead)]
        operands = [incoming, self, inverse(self.args[0])]
        return contract(operands, [[*front, *stack], stack, [*stack, j, i]], [*front, *stack, i, j])

    def is_positive(self, operands: Sequence[bool], number: Number) -> bool:
        """Of positive definite matrices it is, and of those that orthogonal ones are made by; else of both signs."""
        return is_definite(self.args[0]) or is_complement(self.args[0])

    def is_rational(self, number: Number) -> bool:
        """A sum of products."""
        return True

    def mistakes(self) -> Iterable[Mistake]:
        """That of the inverse, or the trace."""
        (matrix,), i = self.args, len(self.stack)
        yield "1 over {}", (self,), 1 / self
        yield "the trace for {}", (self,), contract([matrix], [[*self.stack, i, i]], self.stack)


def matrix_factors(node: Array) -> Sequence[Array]:
    """The square matrices, or stacks of as many, that a node is visibly the product of; none if it is none."""
    stack, (i, k, j) = tuple(range(3, 1 + node.ndim)), range(3)
    is_product = node.verb == "product" and len(node.args) == 2 and all(arg.shape == node.shape for arg in node.args)
    return node.args if is_product and node.params == (((*stack, i, k), (*stack, k, j)), (*stack, i, j)) else ()


def lost_in_log(at: Any, matrix: Any, stack: Sequence[int]) -> Any:
    """tr(|inv(A)| E): by that the log of the determinant is off to first order if elimination is that of A + E."""
    i, j = len(stack), len(stack) + 1
    factors = [np.abs(at.inverted(matrix)), lost_in_elimination(matrix)]
    return at.contract(factors, ((*stack, i, j), (*stack, j, i)), tuple(stack))


def ratio(on: Any, matrix: Any, change: Any, stack: Sequence[int]) -> Any:
    """inv(A) a, for a matrix A that changes by a."""
    i, j, k = (len(stack) + axis for axis in range(3))
    factors = [on.before(on.at.inverted(matrix)), change]
    return on.at.contract(factors, ((*stack, i, j), (*stack, j, k)), (*stack, i, k))


@stands_for("linalg.det", uses=OF_MATRICES)
@conforming()
def determinant(array: Any) -> Array:
    """As numpy.linalg.det: one number for every matrix of a stack."""
    node = as_array(array)
    check_square("det", node)
    return Determinant((node,), (), node.shape[:-2], Written("det", (node,)))


OPERATORS["det"] = determinant
