"""What parts of the reader ask of it: to read what stands inside of them, and what is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from gradcheck.documents.tex.scope import Scope
from gradcheck.documents.tex.scripts import Described
from gradcheck.documents.tex.symbols import Symbol
from gradcheck.documents.tex.terms import Term
from gradcheck.documents.tex.tree import Node, Row

Found = tuple[Symbol | None, tuple[Row, ...], tuple[Row, ...]]
"""A symbol, and what stands above and below it that is no part of its name."""


class Reader(Protocol):
    """Reads the formulas of one page, in its scope (`reader.Reader`)."""

    scope: Scope

    def read(self, row: Row) -> Term:
        """What a row means. Raises Unread."""

    def expression(self, nodes: Sequence[Node]) -> Term:
        """Terms with their signs."""

    def term(self, nodes: Sequence[Node]) -> Term:
        """Factors with the signs between them."""

    def factor(self, nodes: Sequence[Node], at: int) -> tuple[Term, int]:
        """The factor that begins at a place, and where the next one does."""

    def lookup_known(self, one: Described) -> Symbol | None:
        """The symbol that this is, whatever indices it has; None where nothing is known of it."""

    def lookup(self, one: Described) -> Found:
        """The symbol with the longest name; a number that the page says nothing of may be taken for one."""

    def found(self, one: Described) -> Found:
        """The same, of what is known."""

    def indexed_symbol(self, symbol: Symbol, subs: Sequence[Row]) -> Term:
        """A symbol at indices: a member of its family, or an entry."""

    def at_indices(self, whole: Term, symbol: Symbol | None, subs: Sequence[Row]) -> Term:
        """An array at the indices of its subscripts. Raises Unread where it is not clear which axes they stand on."""

    def index(self, row: Row, size: str, sizes: dict[str, str]) -> str:
        """One index in Python. sizes: gets what its letter runs to."""

    def scripted(self, term: Term, node: Node) -> Term:
        """What a bracket or a number becomes by its scripts."""

    def raised(self, term: Term, sups: Sequence[Row], primes: int, node: Node) -> Term:
        """What a thing becomes by its superscripts."""
