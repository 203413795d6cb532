"""The identity matrix."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradcheck.functions.held import FLOAT
from gradcheck.graph.families import Leaf
from gradcheck.graph.names import stands_for
from gradcheck.graph.node import Array, Examples, Number, Written
from gradcheck.graph.refusals import Unsupported
from gradcheck.graph.sizes import SizeError, as_size
from gradcheck.graph.writing import ATOM


class Identity(Leaf):
    """The identity matrix: Kronecker's delta."""

    __slots__ = ()

    verb = "identity"
    forgets_numbering = True
    is_by_entry = False
    examples: Examples = (lambda matrix: identity(matrix.shape[0]) @ matrix,)

    def is_rational(self, number: Number) -> bool:
        """0 and 1."""
        return True

    def is_positive(self, operands: Sequence[bool], number: Number) -> bool:
        """It has zeros."""
        return False


def identity(size: Any) -> Array:
    """The identity matrix, Kronecker's delta: shape (size, size)."""
    n = as_size(size)
    return Identity((), (n,), (n, n), sized("identity", n))


@stands_for("eye", uses=(lambda f, x, y: f(3, like=x), lambda f, x, y: f(2, 2, like=x)))
def eye(N: Any, M: Any = None, k: int = 0, dtype: Any = float, order: str = "C") -> Array:
    """As numpy.eye of one size: the identity matrix."""
    made = identity(N)
    if M is not None and as_size(M) != made.shape[1]:
        raise SizeError(f"np.eye({N}, {M}): the identity matrix is square here; write eye(n)[:, :m]")
    if k or np.dtype(dtype) != FLOAT:
        raise Unsupported(f"np.eye({N}, k={k}, dtype={dtype}): ones stand on the diagonal here, and are real numbers")
    return made


def sized(word: str, *sizes: Any) -> Written:
    """A constant array of given sizes, as its author writes it."""
    return Written(word, (), (("sizes", sizes),), lambda style, written: (style.sizes(word, sizes), ATOM))
