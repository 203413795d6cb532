"""What a recursion begins or ends with: h_0 = 0 and δ_{T+1} = 0 are as many zeros as h_t and δ_t have entries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

from gradcheck.documents.tex import terms
from gradcheck.documents.tex.declarations import REAL, Declared, source_of
from gradcheck.documents.tex.drafts import Stated
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.indexed import occurrences
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scripts import Described, described, keys, script
from gradcheck.documents.tex.statements import EQUAL, Statement
from gradcheck.documents.tex.symbols import Symbol
from gradcheck.documents.tex.terms import Shape, Term
from gradcheck.documents.tex.tree import Node, Row, plain, solid, walked

_NUMBERED = re.compile(r"(.+?)[_^][\[(]?\d+[\])]?")
"""The key of what stands at one step."""

_ZERO = re.compile(r"\b(?:initial\w*|starts?|starting)\b[^.$]{0,40}\bzeros?\b|\bzeros?\b[^.$]{0,20}\binitial", re.I)
"""Words for what is 0 at first."""


def zeros(reader: Reader, key: str, term: Term, declared: Mapping[str, Declared], stated: Sequence[Statement]) -> Term:
    """A bare 0 that something is at one step, with the shape that it has at others. Raises Unread if none is known."""
    match = _NUMBERED.fullmatch(key)
    if match is None or term.source != "0" or match[1] not in reader.scope.stepped:
        return term
    shape = shape_of(reader, match[1], key, declared, stated)
    if shape is None:
        raise Unread(f"{key} is 0: how many zeros are these?")
    return terms.zero_of(term, shape)


def first(stated: Sequence[Stated]) -> list[tuple[int, Stated]]:
    """The statements with their numbers, of which those that say what something begins with, as h_0 = 0, are first."""
    return sorted(enumerate(stated), key=lambda pair: not _begins(pair[1].statement))


def _begins(one: Statement) -> bool:
    left, right = (solid(side.nodes) for side in one.sides[:2]) if len(one.sides) > 1 else ([], [])
    head = described(left[0]) if len(left) == 1 else None
    right = [node for node in right if not node.is_("operator", ",", ".", ";")]
    is_numbered = head is not None and any(
        re.fullmatch(r"[\[(]?\d+[\])]?", plain(row)) for row in (*head.sups, *head.subs)
    )
    return is_numbered and len(right) == 1 and right[0].kind in ("number", "symbol", "font")


def shape_of(
    reader: Reader, base: str, key: str, declared: Mapping[str, Declared], stated: Sequence[Statement]
) -> Shape:
    """The shape of what stands at steps: as it is declared or defined at another one, or by what it is made of."""
    known: list[Declared | Symbol] = [one for key, one in declared.items() if _is_at_step(base, key)]
    known += [one for key, one in reader.scope.symbols.items() if _is_at_step(base, key)]
    said = {one.shape for one in known if one.shape is not None and not one.family}
    if not said:
        found = (shape for one in stated for side in one.sides for shape in _behind_factors(reader, base, side.nodes))
        said = {shape for shape in found if shape is not None}
    said = said or _beside_others(reader, base, key, stated)
    if not said and _is_of_numbers(reader, base, stated):
        return ()
    return said.pop() if len(said) == 1 else None


def _is_at_step(base: str, key: str) -> bool:
    match = _NUMBERED.fullmatch(key)
    return match is not None and match[1] == base


def _behind_factors(reader: Reader, base: str, row: Row) -> Iterator[Shape]:
    """Columns that a matrix stands in front of: W h_{t-1} has as many entries as W has columns."""
    nodes = solid(row)
    for before, node in pairwise(nodes):
        one = described(node)
        shape = _shape(reader, before) if one is not None and one.base == base else None
        if shape is not None and len(shape) == 2 and "1" not in shape:
            yield shape[1], "1"
    for node in nodes:
        for part in node.parts:
            yield from _behind_factors(reader, base, part)


def _beside_others(reader: Reader, base: str, key: str, stated: Sequence[Statement]) -> set[tuple[str, ...]]:
    """The shapes that equations for the other steps have if it is one number: those of all that is added to it."""
    found = set()
    for one in stated:
        head = described(solid(one.left.nodes)[0]) if len(solid(one.left.nodes)) == 1 else None
        if head is None or head.base != base or len(one.sides) < 2:
            continue
        reader.scope.symbols[key] = Symbol(key, key, ())
        with reader.scope.at_step(dict.fromkeys(reader.scope.step_letters, 1)), suppress(Unread, RecursionError):
            term = reader.read(one.sides[1].nodes)
            found |= {term.shape} if key in term.uses and term.shape is not None else set()
        del reader.scope.symbols[key]
    return found


def _shape(reader: Reader, node: Node) -> Shape:
    one = described(node)
    symbol, sups, subs = reader.found(one) if one is not None else (None, (), ())
    return symbol.shape if symbol is not None and not (sups or subs or symbol.family) else None


def _is_of_numbers(reader: Reader, base: str, stated: Sequence[Statement]) -> bool:
    """Whether all that it stands beside in equations is numbers."""
    beside = [one for one in stated if len(one.sides) > 1 and any(occurrences(base, [one]))]
    nodes = (node for one in beside for side in one.sides for node in walked(side.nodes))
    found = [one for node in nodes if node.kind in ("symbol", "font", "accent") and (one := described(node))]
    with reader.scope.at_step(dict.fromkeys(reader.scope.step_letters, 1)):
        symbols = [reader.found(one)[0] for one in found if one.base not in (base, *reader.scope.step_letters)]
    known = [one for one in symbols if one is not None]
    return bool(known) and all(one.shape == () for one in known)


def unsaid(reader: Reader, declared: Mapping[str, Declared], stated: Sequence[Statement]) -> Iterator[Declared]:
    """What recursions begin with where a page does not say it: any array of the shape that it has at other steps."""
    for one in stated:
        head = described(solid(one.left.nodes)[0]) if len(one.sides) > 1 and len(solid(one.left.nodes)) == 1 else None
        if head is None or head.base not in reader.scope.stepped or one.sides[1].sign not in EQUAL:
            continue
        for letter, (first, _) in reader.scope.step_letters.items():
            for other in occurrences(head.base, [replace(one, sides=one.sides[1:])]):
                text = plain((replace(other.node, primes=0),))
                key = _before_first(reader, other, letter, first) if f"{letter}-1" in text else ""
                if key and key not in reader.scope.symbols and not _is_named(reader, key, stated):
                    shape = shape_of(reader, head.base, key, declared, stated)
                    if shape is not None:
                        yield Declared(key, REAL, shape, (), key, place=other.node.start)


def source(found: Declared, name: str, words: str) -> tuple[str, str]:
    """The line of Python that makes it, and what is said of it."""
    if _ZERO.search(words):
        value = f"zeros({', '.join(found.shape)})" if found.shape else "0"
        return f"{name} = {value}", f"{found.text} is 0, as the page says of what it begins with"
    return source_of(found, name, name), f"{found.text}, of which nothing is said, is any"


def _before_first(reader: Reader, one: Described, letter: str, first: int) -> str:
    """The key of h_{t-1} at the first step; "" of layers, which begin with an input of another size."""
    rows = [*one.sups, *one.subs]
    if len(rows) != 1 or plain(rows[0]).startswith("[") or one.primes:
        return ""
    with reader.scope.at_step({letter: first}):
        return f"{one.base}{'^' if one.sups else '_'}{script(rows[0], reader.scope.steps)}"


def _is_named(reader: Reader, key: str, stated: Sequence[Statement]) -> bool:
    """Whether it is equated with a letter, or with anything where it stands on the left: that says what it is."""
    lefts = ((one, solid(one.left.nodes)) for one in stated if len(one.sides) > 1)
    named = (one for one, left in lefts if len(left) == 1 and described(left[0]) is not None)
    rows = (solid(side.nodes) for one in named for side in one.sides)
    alone = (described(row[0]) for row in rows if len(row) == 1)
    numbers = {**reader.scope.step_sizes, **reader.scope.steps}
    return any(key in (name for name, _, _ in keys(one, {}, numbers)) for one in alone if one is not None)
