"""Places that are counted: x_{i+1}, X_{i+a-1}, sums from 0 to N - 1, and what lies outside of an array.

Positions count from 1 on a page, or from 0 where it says so, and in Python from 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gradcheck.documents.tex.below import below
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scope import Scope
from gradcheck.documents.tex.scripts import described
from gradcheck.documents.tex.sizes import size_of
from gradcheck.documents.tex.statements import Statement
from gradcheck.documents.tex.terms import ATOM, Term
from gradcheck.documents.tex.tree import Node, Row, plain, solid, span, walked

Form = Mapping[str, int]
"""A sum of multiples of sizes and indices, by what each is in Python; the number beside them stands under ""."""

_FROM_ZERO = re.compile(
    r"\b(?:count\w*|index\w*|number\w*|start\w*|begin\w*|run)\b[^.]{0,40}\b(?:from|at|with) \$?(?:zero|0)\b"
    r"|\bzero-based\b|\b0-based\b|\bzero[- ]index",
    re.I,
)
_OUTSIDE = re.compile(
    r"\b(?:is|are|be|as|to) (?:zero|\$?0\$?)\b[^.]{0,20}\b(?:outside|beyond|out of)|\bzero[- ]padd"
    r"|\bpadded with zeros?|\boutside\b[^.]{0,60}\b(?:zero|0)\b",
    re.I,
)
_PART = re.compile(r"\s*([+-]?)\s*(?:(\d+)\s*\*\s*)?(\w+)\s*")


def counts_from_zero(words: str) -> bool:
    """Whether the words of a section say that positions are counted from 0."""
    return _FROM_ZERO.search(words) is not None


def is_zero_outside(words: str) -> bool:
    """Whether the words of a page say that entries are 0 outside of an array."""
    return _OUTSIDE.search(words) is not None


# ---- sums of letters and sizes ---------------------------------------------------------------------------------------


def form(text: str) -> Form | None:
    """A size in Python as a sum; None for a product of sizes."""
    found: dict[str, int] = {}
    at = 0
    while at < len(text):
        match = _PART.match(text, at)
        if match is None or (at and not match[1]):
            return None
        sign, factor = -1 if match[1] == "-" else 1, int(match[2] or 1)
        name, number = ("", int(match[3])) if match[3].isdigit() else (match[3], 1)
        found[name] = found.get(name, 0) + sign * factor * number
        at = match.end()
    return {name: number for name, number in found.items() if number}


def added(*parts: tuple[int, Form]) -> Form:
    """A sum of multiples of forms."""
    found: dict[str, int] = {}
    for factor, one in parts:
        for name, number in one.items():
            found[name] = found.get(name, 0) + factor * number
    return {name: number for name, number in found.items() if number}


def printed(one: Form) -> str:
    """A form in Python: what is added first, and the number last."""
    parts = sorted(one.items(), key=lambda part: (part[0] == "", part[1] < 0))
    found = ""
    for name, number in parts:
        text = str(abs(number)) if not name else name if abs(number) == 1 else f"{abs(number)} * {name}"
        sign = "-" if number < 0 else "+"
        found = f"{found} {sign} {text}" if found else text if number > 0 else f"-{text}"
    return found or "0"


def of_row(reader: Reader, row: Row) -> Form | None:
    """Letters of indices, sizes and numbers with signs between them; None for anything else."""
    found: Form = {}
    sign, factor = 1, 1
    for node in solid(row):
        if node.is_("operator", "+", "-") and not node.is_scripted:
            sign, factor = (-1 if node.value == "-" else 1), 1
            continue
        one = _part(reader, node)
        if one is None:
            return None
        if node.is_("number") and row and not _is_last(node, row):
            factor = int(node.value)  # 2i, as it is in front of a letter
            continue
        found = added((1, found), (sign * factor, one))
        factor = 1
    return found


def _is_last(node: Node, row: Row) -> bool:
    """Whether nothing stands behind it, or a sign."""
    nodes = solid(row)
    place = next(i for i, one in enumerate(nodes) if one is node)
    return place + 1 == len(nodes) or nodes[place + 1].is_("operator", "+", "-")


def _part(reader: Reader, node: Node) -> Form | None:
    one = described(node)
    if node.is_("number") and not node.is_scripted and node.value.isdigit():
        return {"": int(node.value)}
    if one is None or one.sups or one.subs:
        return None
    scope, name = reader.scope, one.base + "'" * one.primes
    if name in scope.steps:
        return {"": scope.steps[name]}
    if name in scope.sizes and name not in scope.bound and name not in scope.free:
        return {scope.sizes[name]: 1}
    if name in scope.symbols or not re.fullmatch(r"[a-z]'?|tau|ell|mu|nu|alpha|beta", name):
        return None
    return {scope.letter(name): 1}


# ---- indices ---------------------------------------------------------------------------------------------------------


def position(reader: Reader, row: Row, sizes: dict[str, str]) -> str:
    """The place i + a - 1 in Python, counted from 0. sizes: gets its letters. Raises Unread for what is no place."""
    found = of_row(reader, row)
    letters = [python for python in (found or {}) if python in reader.scope.letters.values()]
    if found is None or not letters:
        raise Unread(f"{plain(row)} as an index", *span(row))
    first = reader.scope.first
    place = added((1, found), (1, {"": first * (sum(found[letter] for letter in letters) - 1)}))
    for letter in letters:
        sizes.setdefault(letter, _run_of(reader, letter))
        reader.scope.shifted.add(letter)
    return printed(place)


def compared(reader: Reader, left: Row, sign: str, right: Row) -> Term | None:
    """A condition on places, as p = i + a - 1; None for one on other things."""
    forms = [of_row(reader, tuple(side)) for side in (left, right)]
    if any(one is None or not any(python in reader.scope.letters.values() for python in one) for one in forms):
        return None
    sizes: dict[str, str] = {}
    one, other = (position(reader, tuple(side), sizes) for side in (left, right))
    return Term(f"({one} {sign} {other})", ATOM, (), sizes, True)


def _run_of(reader: Reader, letter: str) -> str:
    """What a letter runs to, as far as that is said."""
    names = {python: key for key, python in reader.scope.letters.items()}
    name = names[letter]
    return reader.scope.bound.get(name) or reader.scope.letter_sizes.get(name, "")


def guarded(reader: Reader, found: Term, places: Sequence[tuple[str, str]]) -> Term:
    """An entry at places, 0 outside of its array where the page says so. Raises Unread if it may lie outside.

    places: each with the size of its axis.
    """
    source, conditions = found.source, list[str]()
    for place, size in places:
        inside = form(place)
        last = form(size)
        if inside is None or last is None or not any(name in reader.scope.letters.values() for name in inside):
            continue
        if len(inside) == 1 and list(inside.values()) == [1]:
            continue  # a letter alone runs along its axis
        if not _is_shown(reader, inside, found):
            conditions.append(f"{place} >= 0")
        if not _is_shown(reader, added((1, last), (-1, inside), (-1, {"": 1})), found):
            conditions.append(f"{place} < {size}")
    if not conditions:
        return found
    if not reader.scope.is_zero_outside:
        raise Unread(f"{found.source}: it may lie outside, where nothing says what it is")
    for condition in reversed(conditions):
        source = f"where({condition}, {source}, 0)"
    return replace(found, source=source, by_entries=True).noted("it is 0 outside of its array, as the page says")


def _is_shown(reader: Reader, one: Form, found: Term) -> bool:
    """Whether a sum is not negative at the positions of its letters, whatever the sizes are."""
    least: Form = one
    for letter in [name for name in one if name in reader.scope.letters.values()]:
        size = found.letters.get(letter) or _run_of(reader, letter)
        last = form(size) if size else None
        number = one[letter]
        if last is None and number < 0:
            return False
        end = added((1, last or {}), (-1, {"": 1})) if number < 0 else {}
        least = added((1, least), (-number, {letter: 1}), (number, end))
    for name, made in reader.scope.made_sizes.items():
        if name in least:
            least = added((1, least), (-least[name], {name: 1}), (least[name], form(made) or {}))
    for more, less in reader.scope.larger.items():
        if least.get(more, 0) > 0 > least.get(less, 0):
            count = min(least[more], -least[less])
            least = added((1, least), (-count, {more: 1}), (count, {less: 1}))
    numbers = {name: number for name, number in least.items() if name}
    return all(number > 0 for number in numbers.values()) and sum(numbers.values()) + least.get("", 0) >= 0


# ---- sums ------------------------------------------------------------------------------------------------------------


def bounds(reader: Reader, first: Row, last: Row) -> tuple[str, str] | None:
    """Where a sum begins in Python, and what is behind its end; None for bounds that are no places."""
    start, stop = of_row(reader, tuple(solid(first))), of_row(reader, tuple(solid(last)))
    if start is None or stop is None:
        return None
    begins = added((1, start), (-1, {"": reader.scope.first}))
    ends = added((1, stop), (1, {"": 1 - reader.scope.first}))
    return printed(begins), printed(ends)


def with_sizes(term: Term, letters: Sequence[str], shape: Sequence[str] | None) -> Term:
    """A formula by entries with what its letters run to, where the shape of what it makes says that."""
    axes = [size for size in shape or () if size != "1"]
    if len(axes) != len(letters) or not term.is_number or all(term.letters.get(letter) for letter in letters):
        return term
    known = {letter: term.letters[letter] or size for letter, size in zip(letters, axes, strict=True)}
    return replace(term, letters={**term.letters, **known})


def ranged(scope: Scope, term: Term) -> dict[str, str]:
    """Letters that stand in places such as i + 1, as they stand in `.array`: each with its range."""
    return {letter: f"{letter}[:{size}]" for letter, size in term.letters.items() if size and letter in scope.shifted}


def from_zero(reader: Reader, one: Statement) -> Iterator[tuple[str, str]]:
    """The letters of p = 0, …, N - M and Σ_{q=0}^{M-1}, with how many positions they have."""
    for node in (node for side in one.sides for node in walked(side.nodes)):
        if node.is_("big", "sum") and node.sub and node.sup:
            names, sign, right, said = below(node.sub[0])
            if sign == "=" and plain(right) == "0" and not said and len(names) == 1:
                yield from _run_from_zero(reader, names[0], node.sup[0])
    right = [node for node in solid(one.sides[-1].nodes) if not node.is_("operator", ";", ".")]
    cut = next((i for i, node in enumerate(right) if node.kind == "dots"), len(right))
    if len(one.sides) == 2 and one.sides[1].sign == "=" and right[:1] and plain(right[:1]) == "0" and cut < len(right):
        rest = [node for node in right[cut + 1 :] if not node.is_("operator", ",")]
        yield from _run_from_zero(reader, one.left.text, tuple(rest))


def _run_from_zero(reader: Reader, name: str, last: Row) -> Iterator[tuple[str, str]]:
    found = of_row(reader, last)
    if found and re.fullmatch(r"[a-z]", name):
        yield name, printed(added((1, found), (1, {"": 1})))


def made_size(reader: Reader, left: Row, right: Row) -> tuple[str, str] | None:
    """A size that an equation of sizes makes of others, and what it is: H of H' = H - k + 1. None for others."""
    nodes = [*solid(left), *solid(right)]
    letters = [letter for node in nodes if (letter := described(node)) is not None]
    names = [letter.base + "'" * letter.primes for letter in letters if not letter.subs and not letter.sups]
    signs = [node for node in nodes if node.is_("operator", "+", "-") or node.is_("number")]
    if len(solid(left)) != 1 or len(names) < 2 or described(nodes[0]) is None or len(names) + len(signs) != len(nodes):
        return None
    sizes, indices = reader.scope.sizes, reader.scope.bound_somewhere
    is_size = (names[0] in sizes or names[0][0].isupper()) and names[0] not in indices
    if not is_size or not all(name in sizes for name in names[1:]):
        return None
    try:
        other = form(size_of(reader, right))
        one = form(size_of(reader, left)) if other is not None else None
    except Unread:
        return None
    if one is None or other is None or len(one) != 1:
        return None
    (name,) = one
    if all(number > 0 for number in other.values()):
        return name, printed(other)
    for more in [key for key, number in other.items() if key and number == 1]:
        rest = added((1, one), (-1, other), (1, {more: 1}))
        if all(number > 0 for key, number in rest.items() if key) and rest.get("", 0) >= -1:
            return more, printed(rest)
    return None
