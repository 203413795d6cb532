"""Differentials: dX is any change of X, and df what f changes by at first order: Σ ∂f/∂X dX over all that is changed.

What a statement changes are the letters behind its d that are made of none of the others: W in dE = -X dW. A letter
that other statements of the page change, and this one does not, has to be said to be fixed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from gradcheck.documents.tex import terms
from gradcheck.documents.tex.derivatives import arguments_of, derived
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.lists import spells
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scripts import TRANSPOSED, Described, described
from gradcheck.documents.tex.terms import ATOM, Term
from gradcheck.documents.tex.tree import Node, Row, plain, solid, walked


def begun(reader: Reader, nodes: Sequence[Node], at: int) -> tuple[Term, int] | None:
    """A differential, if one begins here."""
    if not reader.scope.has_differentials or at + 1 >= len(nodes) or not _is_d(nodes[at], nodes[at + 1]):
        return None
    if "d" in reader.scope.symbols or spells(nodes, at, "diag"):
        return None
    of, after = reader.factor(nodes, at + 1)
    one = described(nodes[at + 1])
    symbol = reader.lookup(one)[0] if one is not None else None
    if symbol is not None and symbol.args and of.is_number and reader.scope.changes.keys() <= {symbol.key}:
        return arguments_of(reader, symbol, of), after  # dL of L(w, b) alone: its derivatives by these
    return _changed(reader, of, nodes[at]), after


def letters(reader: Reader, rows: Sequence[Row], are_direct: bool = False) -> Iterator[Described]:
    """The letters behind a d; of a function or a bracket, those inside, unless only direct ones are asked for."""
    for row in rows:
        nodes = solid(row)
        for at, (node, behind) in enumerate(pairwise(nodes)):
            if not _is_d(node, behind) or spells(nodes, at, "diag"):
                continue
            one = described(behind)
            if one is not None and reader.lookup_known(_without_transposition(one)) is not None:
                yield one
            elif not are_direct:
                rows_of = (row for part in nodes[at + 1 : at + 3] for row in part.parts)
                inside = (other for row in rows_of for other in walked(row))
                yield from (found for other in inside if (found := described(other)) is not None)
        for node in nodes:
            yield from letters(reader, [*node.parts, *node.sub, *node.sup], are_direct)


def changed(reader: Reader, rows: Sequence[Row], elsewhere: Sequence[str] = ()) -> Mapping[str, str]:
    """What a statement changes, each with the name of its change. elsewhere: what others change, and is not fixed here.

    Raises Unread where what it is about is made of these, too.
    """
    scope, keys = reader.scope, set[str]()
    direct = list(letters(reader, rows, are_direct=True))  # in d tr(Σ⁻¹S) = -tr(Σ⁻¹ dΣ Σ⁻¹S), S is fixed
    for one in direct or letters(reader, rows):
        symbol = reader.lookup_known(_without_transposition(one))
        keys |= {symbol.key} if symbol is not None and not symbol.family and symbol.shape is not None else set()
    leaves = [key for key in keys if not any(other in scope.reached([key]) for other in keys - {key})]
    whole = scope.reached(keys - set(leaves))
    if others := sorted(whole & set(elsewhere) - scope.reached(leaves)):
        raise Unread(f"a differential: is {others[0]} fixed?")
    return {key: scope.names.give(f"differential {key}", f"d{scope.symbols[key].name}") for key in sorted(leaves)}


def _is_d(node: Node, behind: Node) -> bool:
    """Whether a d stands in front of what it is the differential of: upright, or close to a letter or a bracket."""
    one = described(node)
    if one is None or one.base != "d" or node.is_scripted:
        return False
    is_upright = node.stop - node.start > 1 or behind.kind == "word"  # \mathrm{d}, and d \log
    return (is_upright or node.stop == behind.start) and behind.kind not in ("operator", "relation", "number")


def _without_transposition(one: Described) -> Described:
    kept = tuple(row for row in one.sups if plain(row) not in (*TRANSPOSED, "-1"))
    return Described(one.base, kept, one.subs, 0, one.node)


def _changed(reader: Reader, of: Term, node: Node) -> Term:
    """The differential of something."""
    if of.letters or of.shape is None:
        raise Unread(f"the differential of {of.source}", node.start, node.stop)
    found: Term | None = None
    for key, name in reader.scope.changes.items():
        symbol = reader.scope.symbols[key]
        if symbol.shape is None or key not in reader.scope.reached(of.uses):
            continue
        change = Term(name, ATOM, symbol.shape)
        reader.scope.differentials[name] = (key, symbol.shape)
        by = Term(symbol.name, ATOM, symbol.shape, uses=frozenset((key,)))
        part = _along(reader, of, by, change)
        found = part if found is None else terms.added(found, "+", part)
    if found is None:
        raise Unread(
            f"the differential of {of.source}, which is made of nothing that is changed", node.start, node.stop
        )
    return found


def _along(reader: Reader, of: Term, by: Term, change: Term) -> Term:
    """What something changes by along a change of one symbol."""
    if of.source == by.source:
        return change
    if of.is_number and by.is_number:
        return terms.scaled(derived(of, by), change)
    if of.is_number:
        return terms.made(f"({derived(of, by).source} * {change.source}).sum()", ATOM, (), of, change)
    if (of.is_column and by.is_column) or by.is_number:
        slope = derived(of, by)
        return terms.scaled(change, slope) if by.is_number else terms.matrix_product(slope, change)
    return _by_entries(reader, of, by, change)


def _by_entries(reader: Reader, of: Term, by: Term, change: Term) -> Term:
    """The same of a matrix, by its entries."""
    assert of.shape is not None
    assert by.shape is not None
    names = iter(reader.scope.positions())
    rows, columns = ([next(names) if size != "1" else "0" for size in shape] for shape in (of.shape, by.shape))
    at, other = ", ".join(rows), ", ".join(columns)
    source = f"(jacobian({of.at(ATOM)}[{at}], {by.source}[{other}]) * {change.source}[{other}])"
    source += "".join(f".sum({letter})" for letter in columns if letter != "0")
    free = [letter for letter in rows if letter != "0"]
    array = f"{source}.array({', '.join(free)})"
    if len(free) < len(rows):
        array += f".reshape({', '.join(of.shape)})"
    return terms.made(array, ATOM, of.shape, of, change)


def fixed(words: str) -> bool:
    """Whether words say that something is held fixed, or by what alone a differential is."""
    return re.search(r"\b(?:fix|constant|hold|with respect to|w\.?r\.?t)", words, re.I) is not None
