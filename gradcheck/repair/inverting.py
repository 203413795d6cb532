"""The inverse of a matrix, which stands where a matrix is meant and the other way round."""

from __future__ import annotations

import numpy as np

from gradcheck.graph import Array, inverse
from gradcheck.proofs import residues
from gradcheck.proofs.residues import Residues
from gradcheck.repair.field import Field
from gradcheck.repair.operations import Kept, Operation


class Inverted(Operation):
    """The inverse of a square matrix; it is linear in nothing."""

    def build(self, *arrays: Array) -> Array:
        """As numpy.linalg.inv."""
        return inverse(arrays[0])

    def values(self, field: Field, *stacks: Residues) -> tuple[Residues, Kept] | None:
        """Of those that are not singular."""
        (stack,) = stacks
        if stack.ndim != 3 or stack.shape[1] != stack.shape[2]:
            return None
        regular = residues.determinant(stack) != 0
        return residues.inverse(stack[regular]), None if regular.all() else np.flatnonzero(regular)

    @property
    def inverse(self) -> Operation:
        """Itself."""
        return self


INVERTED = Inverted()
