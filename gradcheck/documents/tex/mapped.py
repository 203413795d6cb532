"""Functions of whatever a page gives them: h_θ(x) = σ(θᵀ x) of every example, L(a, y) of an output and its label.

What such a letter makes of its arguments is read anew wherever it is applied, with these in the places of its own
letters: no value is carried over from one argument to another.
"""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.documents.tex import examples
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.lists import arguments
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scope import Scope
from gradcheck.documents.tex.scripts import Described, described
from gradcheck.documents.tex.statements import Side
from gradcheck.documents.tex.symbols import Mapped
from gradcheck.documents.tex.terms import ATOM, Term
from gradcheck.documents.tex.tree import Node, Row, plain, solid, walked

DEEPEST = 8
"""So many functions stand in each other at most."""


def key_of(one: Described) -> str:
    """What a function is known by: its letter with all that stands below and above."""
    return one.base + "".join(f"^{plain(row)}" for row in one.sups) + "".join(f"_{plain(row)}" for row in one.subs)


def defined(reader: Reader, left: Side, right: Side) -> bool:
    """Whether an equation says what a letter makes of letters that mean nothing alone.

    These are letters of a family x^{(i)}, each of which it may be given, and ones that the page says nothing of.
    """
    nodes, scope = solid(left.nodes), reader.scope
    if len(nodes) != 2 or not nodes[1].is_("bracket", "()") or nodes[1].is_scripted:
        return False
    one, given = described(nodes[0]), [_letter(row) for row in arguments(nodes[1])]
    if one is None or one.primes or not given or None in given or len(set(given)) != len(given):
        return False
    letters = tuple(letter for letter in given if letter is not None)
    key = key_of(one)
    taken = key in scope.mapped or key in scope.functions or reader.lookup_known(one) is not None
    if taken or not all(_is_open(scope, letter) for letter in letters):
        return False
    any_of_each = [_any(scope, letter) for letter in letters]
    try:
        term = _at(reader, Mapped(letters, right.nodes), any_of_each)
    except Unread:
        return False
    if any(not one.uses <= term.uses for one in any_of_each):
        return False
    scope.mapped[key] = Mapped(letters, right.nodes)
    return True


def begun(reader: Reader, nodes: Sequence[Node], at: int) -> tuple[Term, int] | None:
    """One of these functions with its arguments, if it begins here."""
    one = described(nodes[at])
    mapped = reader.scope.mapped.get(key_of(one)) if one is not None else None
    if one is None or mapped is None:
        return None
    behind = nodes[at + 1] if at + 1 < len(nodes) else None
    if behind is None or not behind.is_("bracket", "()", "[]"):
        return _at(reader, mapped, [reader.read((Node("symbol", letter),)) for letter in mapped.letters]), at + 1
    rows = arguments(behind)
    if len(rows) != len(mapped.letters):
        raise Unread(f"{plain((nodes[at], behind))}: it is defined with {len(mapped.letters)} arguments")
    if one.primes:
        raise Unread(f"{plain((nodes[at], behind))}: the derivative of what is no function of one number")
    return reader.scripted(_at(reader, mapped, [reader.read(row) for row in rows]), behind), at + 2


def letters_alone(scope: Scope, rows: Sequence[Row]) -> list[str]:
    """The letters of the functions in formulas where they stand for themselves: L of ∂L/∂a, and the a below."""
    bases, found = set[str](), dict[str, None]()
    for row in rows:
        for node in walked(row):
            one = described(node)
            if one is not None and not any(map(examples.is_number_of_one, one.sups)):
                bases.add(one.base)
                mapped = scope.mapped.get(key_of(one))
                found |= dict.fromkeys(mapped.letters if mapped is not None else ())
    return [letter for letter in found if letter in bases and _is_open(scope, letter)]


def _at(reader: Reader, mapped: Mapped, given: Sequence[Term]) -> Term:
    """What it makes of what it is given. Raises Unread."""
    scope = reader.scope
    if scope.depth >= DEEPEST:
        raise Unread("functions that are defined by themselves")
    before, scope.depth = scope.given, scope.depth + 1
    scope.given = {**before, **dict(zip(mapped.letters, given, strict=True))}
    try:
        term = reader.read(mapped.body)
    finally:
        scope.given, scope.depth = before, scope.depth - 1
    return term


def _letter(row: Row) -> str | None:
    one = described(row[0]) if len(row) == 1 else None
    is_bare = one is not None and not (one.subs or one.sups or one.primes)
    return one.base if one is not None and is_bare else None


def _is_open(scope: Scope, letter: str) -> bool:
    """Whether a letter alone means nothing on the page: it has none of it, or several, each with a number."""
    if letter in scope.symbols:
        return member(scope, letter) is not None
    return letter not in scope.sizes and not scope.declared_later(letter)


def member(scope: Scope, letter: str) -> tuple[str, ...] | None:
    """The shape of one of the things x^{(i)} or x_i that a letter names; None for one that names no such."""
    symbol = scope.symbols.get(letter)
    if symbol is None or symbol.implicit or symbol.shape is None:
        return None
    if symbol.family:
        return symbol.shape
    is_of_numbers = len(symbol.shape) == 2 and symbol.shape[1] == "1" and symbol.is_numbered
    return () if is_of_numbers else None


def _any(scope: Scope, letter: str) -> Term:
    """Something that it may be given: a member of its family, or a number."""
    return Term(f"any_{letter}", ATOM, member(scope, letter) or (), uses=frozenset((f"any {letter}",)))
