"""By which convention a claim differentiates by symmetric matrices: all its sides by one.

An author writes one gradient(L, S). Where the claim, or else its derivation, names symmetric changes, the same words,
and the same names, stand for another array than by each entry on its own from there on.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from gradcheck.documents.errors import DerivationError
from gradcheck.graph import Array
from gradcheck.graph.symmetric_changes import along_symmetric_changes, symmetric_derivatives
from gradcheck.verdicts import BY_SYMMETRIC, CHANGES

Named = Mapping[int, tuple[str, Array]]
"""Arrays with their names, by `id`."""


class Meant:
    """What the arrays of one claim mean under its convention, each one thing. name: one of those in `BY_SYMMETRIC`."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._new: dict[int, Array] = {}

    def __call__(self, array: Array) -> Array:
        """The array that is meant; itself if nothing in it is differentiated by a symmetric matrix."""
        return along_symmetric_changes(array, self._new) if self.name == CHANGES else array

    def named(self, named: Named) -> Named:
        """With what the named arrays mean, under the same names: what is written beside them is as it was."""
        return {id(meant): (name, meant) for name, array in named.values() for meant in (array, self(array))}


def refuse_unless_convention(symmetric: Any, line: int) -> None:
    """Raise a DerivationError for what names no convention."""
    if symmetric is not None and symmetric not in tuple(BY_SYMMETRIC):
        known = " or ".join(f'symmetric="{name}" ({words.format("")})' for name, words in BY_SYMMETRIC.items())
        what = f"symmetric={symmetric!r} is no convention for derivatives by symmetric matrices"
        raise DerivationError(what, f"write {known}", line)


def refuse_unless_used(symmetric: str | None, arrays: Iterable[Array], line: int) -> None:
    """Raise a DerivationError where symmetric changes are named and nothing is differentiated by a symmetric matrix.

    By any other matrix derivatives are by each entry, and a reader would take the verdict for one along such changes.
    """
    graphs = list(arrays)
    if symmetric == CHANGES and all(graph.conforms for graph in graphs) and not symmetric_derivatives(*graphs):
        what = f'symmetric="{CHANGES}" is named, and nothing is differentiated by a symmetric matrix'
        cure = 'declare the matrix so, S = symmetric("S", n, n) or positive_definite("S", n, n), or leave it out'
        raise DerivationError(what, cure, line)
