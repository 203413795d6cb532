"""The identity matrix."""

from collections.abc import Sequence
from typing import Any

from gradcheck.graph.families import Leaf
from gradcheck.graph.node import Array, Degree, Examples, Number, Written
from gradcheck.graph.sizes import as_size
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

    def degree(self, operands: Sequence[Degree], number: Number) -> Degree:
        """Numbers."""
        return 0, 0


def identity(size: Any) -> Array:
    """The identity matrix, Kronecker's delta: shape (size, size)."""
    n = as_size(size)
    return Identity((), (n,), (n, n), sized("identity", n))


def sized(word: str, *sizes: Any) -> Written:
    """A constant array of given sizes, as its author writes it."""
    return Written(word, (), (("sizes", sizes),), lambda style, written: (style.sizes(word, sizes), ATOM))
