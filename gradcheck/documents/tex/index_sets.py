"""Sets of indices that sums go over: Σ_{i ∈ Ω_u}, Σ_{(u,i) ∈ Ω} and |S|.

A set of which a page says nothing else is any set: an array of zeros and ones, with the sizes that its indices run to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from gradcheck.documents.tex import named_sets, terms
from gradcheck.documents.tex.below import below
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scope import Scope
from gradcheck.documents.tex.scripts import Described, described, items
from gradcheck.documents.tex.statements import Statement
from gradcheck.documents.tex.symbols import Symbol
from gradcheck.documents.tex.terms import ATOM, Term
from gradcheck.documents.tex.tree import Node, Row, plain, solid, span, walked

_KINDS = re.compile(r"\bdisjoint|\bpartition", re.I)
"""What is said of sets that are not any sets."""
_SIGNS = ("+", "-", ",", ";", ".")


def find(scope: Scope, words: str, stated: Sequence[Statement]) -> None:
    """The sets that sums go over, and of which nothing is said but that they are sets of indices."""
    if _KINDS.search(words):
        return
    nodes = [node for one in stated for side in one.sides for node in walked(side.nodes)]
    summed = [set_ for node in nodes if (set_ := _summed_over(node)) is not None]
    summed += list(_beside_members(stated))
    named = [one.left.nodes[0] for one in stated if named_sets.defined(one) is not None]
    places = {span((n,)) for n in (*(one.node for one in summed), *named, *_said_to_be_sets(stated), *_counted(nodes))}
    bases = {one.base for one in summed} - scope.set_letters
    taken = {
        one.base
        for node in _outside_names(row for one in stated for row in (side.nodes for side in one.sides))
        if (one := described(node)) is not None
        and one.base in bases
        and not any(place.start <= node.start and node.stop <= place.stop for place in places)
    }
    taken |= set(_of_known_size(stated))
    scope.index_sets = dict.fromkeys(sorted(bases - taken), ())
    scope.index_sums = {base: list(_sums(base, stated)) for base in scope.index_sets}


def _sums(base: str, stated: Iterable[Statement]) -> Iterator[Row]:
    """The sums over a set, each with what it sums, as far as the next sign."""
    rows: list[Row] = [side.nodes for one in stated for side in one.sides]
    rows += [part for row in rows for node in walked(row) for part in node.parts]
    for row in map(solid, rows):
        for place, node in enumerate(row):
            one = _summed_over(node)
            if one is not None and one.base == base:
                behind = range(place + 1, len(row))
                end = next(
                    (i for i in behind if row[i].kind == "relation" or row[i].is_("operator", *_SIGNS)), len(row)
                )
                yield tuple(row[place:end])


def _outside_names(rows: Iterable[Row]) -> Iterator[Node]:
    """All things but those that stand below letters: the B of L_B is a part of its name."""
    for row in rows:
        for node in row:
            yield node
            yield from _outside_names((*node.parts, *node.sup, *(node.sub if node.kind == "big" else ())))


def _of_known_size(stated: Iterable[Statement]) -> Iterator[str]:
    """The sets of which it is said how many members they have: |B| = m."""
    for one in stated:
        sides = [solid(side.nodes) for side in one.sides]
        is_size = any(len(side) == 1 and side[0].kind in ("symbol", "number") for side in sides)
        is_said = is_size and len(sides) > 1 and one.sides[1].sign == "="
        for side in sides if is_said else ():
            yield from (found.base for node in _counted(side) if len(side) == 1 and (found := described(node)))


def _summed_over(node: Node) -> Described | None:
    """The set that a Σ goes over."""
    if not node.is_("big", "sum") or len(node.sub) != 1:
        return None
    found = below(node.sub[0])
    return described(found.right[0]) if found.sign == "in" and len(found.right) == 1 else None


def _beside_members(stated: Iterable[Statement]) -> Iterator[Described]:
    """The sets of conditions, as in {j : (i, j) ∈ Ω} and 𝟏[(i, j) ∈ Ω]."""
    for one in stated:
        for node in (node for side in one.sides for node in walked(side.nodes)):
            row = solid(node.inner) if node.kind == "bracket" else []
            signs = [i for i, inner in enumerate(row) if inner.is_("relation", "in", "notin")]
            found = described(row[-1]) if len(signs) == 1 and signs[0] == len(row) - 2 else None
            if found is not None and not found.sups:
                yield found


def _counted(nodes: Iterable[Node]) -> Iterator[Node]:
    """What stands alone between bars."""
    for node in nodes:
        if node.is_("bracket", "||") and len(solid(node.inner)) == 1:
            yield solid(node.inner)[0]


def _said_to_be_sets(stated: Iterable[Statement]) -> Iterator[Node]:
    """What stands alone in a sentence, or beside ∈ and ⊂."""
    for one in stated:
        for place, side in enumerate(one.sides):
            signs = [other.sign for other in one.sides[place : place + 2]]
            is_alone = len(one.sides) == 1 or any(sign in ("in", "subset") for sign in signs)
            if is_alone and len(solid(side.nodes)) == 1:
                yield solid(side.nodes)[0]


def _indices(one: Described) -> list[str]:
    """The letters that stand at a set. Raises Unread for what is no letter: S_1 and S_2 are two sets."""
    inner = (solid(row)[0].inner if _is_bracket(row) else row for row in (*one.subs, *one.sups))
    found = [plain(item) for row in inner for item in items(row)]
    if one.primes or not all(re.fullmatch(r"[a-z]", name) for name in found):
        raise Unread(f"the set {plain((one.node,))}", one.node.start, one.node.stop)
    return found


def _is_bracket(row: Row) -> bool:
    return len(solid(row)) == 1 and solid(row)[0].is_("bracket", "()")


def membership(reader: Reader, names: Sequence[str], right: Sequence[Node], inside: Term) -> Term:
    """1 for what is in a set, and 0 for what is not: Ω[u, i] of Σ_{i ∈ Ω_u} and Σ_{(u,i) ∈ Ω}. Raises Unread."""
    one = described(right[0]) if len(right) == 1 else None
    if one is None or one.base not in reader.scope.index_sets:
        raise Unread(f"Σ over {','.join(names)} in {plain(right)}", *span(right))
    letters = [*_indices(one), *names]
    known = dict(reader.scope.index_sets[one.base])
    sizes = {name: _size(reader, name, inside) or known.get(name, "") for name in letters}
    if len(set(letters)) != len(letters) or len(letters) > 2 or not all(sizes.values()):
        raise Unread(f"the set {plain(right)}: nothing says what its indices run to", *span(right))
    ordered = _ordered(reader, one, list(sizes.items()))
    given = [reader.scope.letter(name) for name, _ in ordered]
    symbol = reader.scope.symbols[one.base]
    at = ", ".join(given if len(given) == 2 else [*given, "0"])
    found = {reader.scope.letter(name): size for name, size in ordered}
    return Term(f"{symbol.name}[{at}]", ATOM, (), found, True, uses=frozenset((one.base,)))


def _size(reader: Reader, name: str, inside: Term) -> str:
    """What a letter runs to: by where it stands, or by what the page says."""
    return inside.letters.get(reader.scope.letter(name), "") or reader.scope.letter_sizes.get(name, "")


def _ordered(reader: Reader, one: Described, axes: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The letters with their sizes in the order of the axes of the set, which is made known where it is new."""
    known = reader.scope.index_sets[one.base]
    if not known:
        if reader.scope.symbols.get(one.base) is not None:
            raise Unread(f"{one.base} is a set here, and elsewhere a symbol", one.node.start, one.node.stop)
        shape = (*(size for _, size in axes), "1")[:2]
        reader.scope.symbols[one.base] = Symbol(one.base, reader.scope.name(one.base), shape, text=one.base)
        reader.scope.index_sets[one.base] = tuple(axes)
        return axes
    for found in (axes, axes[::-1]):
        is_same = [name for name, _ in found] == [name for name, _ in known]
        is_clear = len({size for _, size in known}) == len(known) or (found is axes and not one.sups)
        if [size for _, size in found] == [size for _, size in known] and (is_same or is_clear):
            return found
    raise Unread(f"the set {one.base}, which has other indices elsewhere", one.node.start, one.node.stop)


def members(reader: Reader, node: Node) -> Term | None:
    """How many members a set has, |Ω_u|; None for bars around what is no set. Raises Unread."""
    inside = solid(node.inner)
    one = described(inside[0]) if len(inside) == 1 else None
    if one is None or one.base not in reader.scope.index_sets:
        return None
    letters = _indices(one)
    _settle(reader, one.base)
    axes, symbol = reader.scope.index_sets[one.base], reader.scope.symbols.get(one.base)
    if symbol is None or not axes:
        raise Unread(f"|{one.base}|: nothing says what the indices of {one.base} run to", node.start, node.stop)
    uses = frozenset((one.base,))
    if not letters:
        return Term(f"{symbol.name}.sum()", ATOM, (), uses=uses)
    place = next((i for i, (name, _) in enumerate(axes) if [name] == letters), None)
    if place is None or len(axes) != 2:
        raise Unread(f"|{plain(inside)}|: which of the indices of {one.base} is it?", node.start, node.stop)
    size, other = axes[place][1], axes[1 - place][1]
    letter = reader.scope.letter(letters[0])
    array = Term(symbol.name if place == 0 else f"{symbol.name}.T", ATOM, (size, other), uses=uses)
    counts = terms.matrix_product(array, Term(f"ones({other}, 1)", ATOM, (other, "1")))
    return replace(terms.entry(counts, [letter, "0"], {letter: size}), uses=uses)


def _settle(reader: Reader, base: str) -> None:
    """Find what the indices of a set run to, by the sums over it."""
    sums = reader.scope.index_sums.pop(base, [])  # within them it is not looked for again
    for row in sums:
        if not reader.scope.index_sets[base]:
            with suppress(Unread):
                reader.term(row)
    reader.scope.index_sums[base] = sums


def source_of(scope: Scope, key: str) -> str:
    """The line of Python that makes a set."""
    symbol = scope.symbols[key]
    return f'{symbol.name} = bits("{symbol.name}", {", ".join(symbol.shape or ())})'
