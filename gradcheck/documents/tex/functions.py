"""Functions that a page defines itself: σ(t) = 1 / (1 + e^{-t}), and the softmax by its entries."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gradcheck.documents.tex import known
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.scripts import described
from gradcheck.documents.tex.statements import Side
from gradcheck.documents.tex.symbols import Symbol
from gradcheck.documents.tex.tree import plain, solid

if TYPE_CHECKING:
    from gradcheck.documents.tex.reader import Reader

_LOGISTIC = re.compile(r"1 / \(1 \+ exp\(-(\w+)\)\)")


def defined_function(reader: Reader, left: Side, right: Side, before: str) -> str | bool | None:
    """The line that defines a function of one number; True if it is one that has a name already; None for no function.

    A function is defined by a letter that has no other meaning, in round brackets.
    """
    nodes = solid(left.nodes)
    if len(nodes) != 2 or not nodes[1].is_("bracket", "()") or nodes[1].is_scripted:
        return None
    one, inside = described(nodes[0]), solid(nodes[1].inner)
    given = described(inside[0]) if len(inside) == 1 else None
    if one is None or given is None or given.subs or given.sups or one.sups or one.primes:
        return None
    key = one.base + "".join(f"_{plain(row)}" for row in one.subs)
    scope = reader.scope
    if given.base in scope.symbols or given.base in scope.sizes or key in scope.functions or key in scope.symbols:
        return None
    if scope.declared_later(given.base):
        return None
    for function, words in known.WORDS_FOR.items():
        if any(word in before.lower() for word in words):
            scope.functions[key] = function
            return True
    scope.symbols[given.base] = Symbol(given.base, "t_", ())
    try:
        term = reader.read(right.nodes)
    except Unread:
        return None
    finally:
        del scope.symbols[given.base]
    if "gradient(" in term.source or "jacobian(" in term.source:
        return None
    if term.by_entries or term.shape != () or given.base not in term.uses or len(term.uses) != 1:
        return None
    if _LOGISTIC.fullmatch(term.source):
        scope.functions[key] = "sigmoid"
        return True
    name = scope.names.give(f"function {key}", _name(key))
    scope.functions[key] = name
    return f'{name} = function("{name}", lambda t_: {term.source})'


def _name(key: str) -> str:
    from gradcheck.documents.tex.symbols import python_name

    return python_name(key)
