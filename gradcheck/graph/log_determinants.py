"""Logarithms of determinants, and their signs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from gradcheck.graph.determinants import determinant, lost_in_log, ratio
from gradcheck.graph.families import OfMatrices
from gradcheck.graph.inverses import OF_MATRICES, check_square, gram, inverse, is_regular
from gradcheck.graph.literals import as_array
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import stands_for
from gradcheck.graph.node import Array, Defined, Examples, Mistake, Number, Written
from gradcheck.graph.products import contract
from gradcheck.graph.refusals import engine


class LogDeterminant(OfMatrices):
    """log |det X| of every matrix of a stack, which neither overflows nor needs a sign. Singular ones have none."""

    __slots__ = ()

    verb = "logdet"
    word = "logabsdet"
    examples: Examples = (lambda matrix: np.linalg.slogdet(gram(matrix)).logabsdet,)
    defined: Defined | None = is_regular, "slogdet", "the matrix is not singular"

    @property
    def divisors(self) -> tuple[Array, ...]:
        """The determinant: its log has no value at 0."""
        return (determinant(self.args[0]),)

    def change(self, on: Any, operands: Sequence[Any], changes: Sequence[Any], value: Any) -> Any:
        """Log |det(A + a)| - log |det A| = log |det(1 + inv(A) a)|."""
        return on.logdet1p(ratio(on, operands[0], changes[0], self.stack))

    def rounding(self, at: Any, operands: Sequence[Any]) -> Any:
        """That of elimination with pivots, and of the sum of their logs."""
        terms = np.abs(np.log(np.abs(at.pivots(operands[0])))).sum(axis=-1)
        of_sum = 2 * operands[0].shape[-1] * np.finfo(float).eps * terms
        return lost_in_log(at, operands[0], self.stack) + of_sum

    @engine()
    def cotangent(self, position: int, incoming: Array, lead: int) -> Array:
        """Times X⁻ᵀ."""
        *stack, i, j = range(self.args[0].ndim)
        front = [2 + len(stack) + axis for axis in range(lead)]
        return contract([incoming, inverse(self.args[0])], [[*front, *stack], [*stack, j, i]], [*front, *stack, i, j])

    def is_rational(self, number: Number) -> bool:
        """It is a log."""
        return False

    def mistakes(self) -> Iterable[Mistake]:
        """Of the inverse, or without the log."""
        yield "- {}", (self,), -self
        yield "the determinant for {}", (self,), determinant(self.args[0])


class SignAndLog(NamedTuple):
    """As numpy.linalg.slogdet gives them."""

    sign: Array
    logabsdet: Array


@stands_for(
    "linalg.slogdet", uses=tuple(lambda f, x, y, use=use, i=i: use(f, x, y)[i] for use in OF_MATRICES for i in (0, 1))
)
def slogdet(array: Any) -> SignAndLog:
    """As numpy.linalg.slogdet: the sign of the determinant, 0 for singular matrices, and the log of its size."""
    return SignAndLog(_sign(array), _log_of_size(array))


def _as_part(style: Any, written: Written) -> Any:
    return style.of_slogdet(written.word, written.operands[0])


@conforming(_as_part)
def _sign(array: Any) -> Array:
    node = as_array(array)
    check_square("slogdet", node)
    det = determinant(node)
    return (1.0 * (det > 0) - (det < 0)).said(Written("sign", (node,), (), _as_part))


@conforming(_as_part)
def _log_of_size(array: Any) -> Array:
    node = as_array(array)
    check_square("slogdet", node)
    return LogDeterminant((node,), (), node.shape[:-2], Written("logabsdet", (node,), (), _as_part))
