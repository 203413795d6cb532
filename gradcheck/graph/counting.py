"""The numbers 0, 1, 2, … up to a size."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradcheck.functions.held import WHOLE, Held
from gradcheck.graph.families import Places
from gradcheck.graph.names import stands_for
from gradcheck.graph.node import Array, Examples, Written
from gradcheck.graph.sizes import as_size
from gradcheck.graph.writing import ATOM, Piece


class Counted(Places):
    """The vector of the numbers 0, 1, … below a size."""

    __slots__ = ()

    verb = "counted"
    examples: Examples = (lambda matrix: np.arange(matrix.shape[1], like=matrix) * matrix,)

    def holds(self, operands: Sequence[Held]) -> Held:
        """Whole numbers."""
        return WHOLE


@stands_for("arange", uses=(lambda f, x, y: f(3, like=x),))
def arange(stop: Any) -> Array:
    """The numbers 0, 1, … below a size: shape (stop,)."""
    n = as_size(stop)
    return Counted((), (n,), (n,), Written("arange", (), (("stop", n),), _as_call))


def _as_call(style: Any, written: Written) -> Piece:
    return style.call("arange", [style.number(written.option("stop"))]), ATOM
