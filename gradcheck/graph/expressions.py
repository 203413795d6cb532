"""Which nodes are one expression: each has a key, and tables of what is known of it by that key.

Nothing is kept longer than nodes of the expression are: a process that verifies one document after another holds the
graphs of the one it is at.
"""

from collections.abc import Sequence
from itertools import count
from typing import Any, Generic, TypeVar
from weakref import WeakValueDictionary

V = TypeVar("V")


class Expression:
    """What all nodes of one expression share, as long as there is one.

    key: its number. Keys count up, and operands are made first: they have smaller keys. None is ever given again.
    operands: their keys. facts: what is known of it, by table.
    """

    __slots__ = ("__weakref__", "facts", "key", "operands")

    def __init__(self, operands: tuple[int, ...]) -> None:
        self.key, self.operands = next(_COUNT), operands
        self.facts: dict[Any, Any] = {}


_COUNT = count()
_BY_STRUCTURE: WeakValueDictionary[tuple[Any, ...], Expression] = WeakValueDictionary()
_BY_KEY: WeakValueDictionary[int, Expression] = WeakValueDictionary()


def expression(kind: str, params: tuple[Any, ...], operands: tuple[int, ...]) -> Expression:
    """The expression of a kind, its parameters and its operands, which nodes of these must exist for."""
    structure = (kind, params, operands)
    found = _BY_STRUCTURE.get(structure)
    if found is None:
        found = _BY_STRUCTURE[structure] = Expression(operands)
        _BY_KEY[found.key] = found
    return found


def operands_of(key: int) -> Sequence[int]:
    """The keys of an expression's operands; none if there is no node of it any more."""
    found = _BY_KEY.get(key)
    return () if found is None else found.operands


class Known(Generic[V]):
    """A table by the keys of expressions, of which there are nodes: what is entered is forgotten with these."""

    def __contains__(self, key: object) -> bool:
        found = _BY_KEY.get(key)  # type: ignore[call-overload]
        return found is not None and self in found.facts

    def __getitem__(self, key: int) -> V:
        value: V = _BY_KEY[key].facts[self]
        return value

    def __setitem__(self, key: int, value: V) -> None:
        _BY_KEY[key].facts[self] = value
