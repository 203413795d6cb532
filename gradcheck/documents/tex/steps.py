"""Steps in time and depth: letters with a shift, as t in h_{t-1}, stand for numbers, and not for axes.

What is stated of a step is stated of each: it is read once for every number. How many there are is said by the page, or
is three where it says a letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import product

from gradcheck.documents.tex import at_steps, derivatives
from gradcheck.documents.tex.below import below
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.pages import Page
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scope import Scope
from gradcheck.documents.tex.scripts import Described, described, items
from gradcheck.documents.tex.sizes import size_of
from gradcheck.documents.tex.statements import Statement
from gradcheck.documents.tex.tree import Node, Row, plain, solid, walked

FEW = 3
"""So many steps are looked at where a page has a letter for their number."""
MOST = 24
"""Where there are more steps than this, nothing is read of them one by one."""
_LETTER = r"(?:[a-zA-Z]|ell|tau)"
_SHIFTED = re.compile(rf"[\[(]?({_LETTER})[+-]1[\])]?")
_LAYER = re.compile(r"\[([a-zA-Z]|ell)\]")
_LETTERS = r"(?:(?<![a-zA-Z\\])|(?<![a-zA-Z\\_^])(?:[a-z]\s*,\s*)+)[a-z]"
_SIZE = r"(?P<size>[A-Za-z])(?![A-Za-z_^\\{])"
_SPOKEN = (
    rf"(?P<letters>{_LETTERS})\s*=\s*1\s*,\s*(?:2\s*,\s*)?\\[lc]?dots\s*,\s*{_SIZE}",
    rf"(?P<letters>{_LETTERS})\$ (?:runs? |goes? )?from (?:\$1\$|1) to \${_SIZE}\$",
    rf"(?P<letters>{_LETTERS})\$ (?:runs?|ranges?|goes?) (?:over|through) (?:all |the |all the )?\${_SIZE}\$",
)
_RANGE = r"{0}\s*(?:=|\\in)\s*(?:\\\{{)?\s*1\s*,\s*(?:2\s*,\s*)?(?:(?:\\[lc]?dots|\.\.\.)\s*,\s*)?\\?(\w+)"


def find(scope: Scope, page: Page, stated: Sequence[Statement]) -> None:
    """Find the letters of steps, and what they run to."""
    nodes = [node for one in stated for side in one.sides for node in walked(side.nodes)]
    scope.summed = {name for node in nodes if node.kind == "big" and node.sub for name in below(node.sub[0]).names}
    scope.bound_somewhere = _bound(page, nodes) | scope.summed
    for letter in _letters(nodes):
        if not _counts_steps(letter, stated, nodes):
            continue
        last = _last(letter, page.text, nodes)
        if last is None or (last.isdigit() and not _is_few(last)):
            continue
        number = int(last) if last.isdigit() else FEW
        scope.step_letters[letter] = (1, number)
        if not last.isdigit():
            scope.step_sizes[last] = number
    for letter, other in _beside(page.text, nodes):
        is_known = other in (*scope.step_letters, *scope.step_sizes)
        if letter in scope.step_letters and not is_known and other in _scripts(nodes):
            scope.step_letters[other] = scope.step_letters[letter]
    for one in filter(None, map(described, nodes)):
        scope.primed |= {one.base} if one.primes else set()
        texts = (re.sub(r"[+-]1", "", plain(row)).strip("[]()") for row in (*one.subs, *one.sups))
        scope.stepped |= {one.base} if any(text in scope.step_letters for text in texts) else set()


def _letters_of(text: str, scripts: set[str]) -> list[str]:
    """The letters of `i` and `j, k`: of several, those that stand in scripts."""
    letters = re.findall(r"[a-z]", text)
    return [letter for letter in letters if letter in scripts or letter == letters[-1]]


def _scripts(nodes: Sequence[Node]) -> Iterator[str]:
    """The letters that stand in scripts."""
    for one in nodes:
        for row in (*one.sub, *one.sup):
            yield from (node.value for node in walked(row) if node.kind == "symbol")


def _letters(nodes: Sequence[Node]) -> Iterator[str]:
    """Letters with a shift, and those of layers, each once."""
    rows = (row for node in nodes for row in (*node.sub, *node.sup))
    matches = (_SHIFTED.fullmatch(plain(row)) or _LAYER.fullmatch(plain(row)) for row in rows)
    yield from dict.fromkeys(match[1] for match in matches if match)


def _counts_steps(letter: str, stated: Sequence[Statement], nodes: Sequence[Node]) -> bool:
    """Whether it counts what is made one after the other, and not only entries u_{i-1} of a u that is given whole."""
    shifted = {one.base for one in filter(None, map(described, nodes)) if _stands_shifted(letter, one)}
    whole, made = set[str](), set[str]()
    for statement in stated:
        heads = [one for one in map(described, solid(statement.left.nodes)) if one is not None]
        if any(side.sign == "in" for side in statement.sides):
            whole |= {one.base for one in heads if not one.subs and not one.sups}
        elif len(heads) == 1 and len(solid(statement.left.nodes)) == 1 and any(_has_letter(letter, heads[0])):
            made.add(heads[0].base)
    return not shifted or bool(shifted - (whole - made))


def _stands_shifted(letter: str, one: Described) -> bool:
    matches = (_SHIFTED.fullmatch(plain(row)) for row in (*one.subs, *one.sups))
    return any(match is not None and match[1] == letter for match in matches)


def _has_letter(letter: str, one: Described) -> Iterator[bool]:
    """Whether each of its scripts has the letter in it."""
    yield from (letter in re.split(r"[^a-zA-Z]+", plain(row)) for row in (*one.subs, *one.sups))


def _beside(text: str, nodes: Sequence[Node]) -> Iterator[tuple[str, str]]:
    """Letters of steps by what they are compared with, as s < t, or run to, as k in Σ_{k=1}^t."""
    for one, other in at_steps.compared_letters(text):
        yield one, other
        yield other, one
    for node in nodes:
        if node.kind == "big" and node.sub and "=" in plain(node.sub[0]):
            name, _, first = plain(node.sub[0]).partition("=")
            bounds = [re.fullmatch(r"([a-zA-Z]+)(?:[+-]\d+)?", end) for end in (first, *map(plain, node.sup))]
            yield from ((bound[1], name) for bound in bounds if bound is not None and re.fullmatch(_LETTER, name))


def _is_few(number: str) -> bool:
    return number.isdecimal() and len(number) < 4 and int(number) <= MOST


def _bound(page: Page, nodes: Sequence[Node]) -> set[str]:
    """The letters that are indices by what words say of them, as that they go from 1 on."""
    lists = re.findall(rf"({_LETTERS})\s*(?:=|\\in)\s*(?:\\\{{)?\s*1\s*,", page.text)
    scripts = set(_scripts(nodes))
    found = {letter for one in lists for letter in _letters_of(one, scripts)}
    found |= set(re.findall(r"\$([a-z])\$-th", page.text))
    found |= set(re.findall(r"(?:for (?:all|each|every)|entry|entries)\s*\$([a-z])\$", page.text))
    return found


def _last(letter: str, text: str, nodes: Sequence[Node]) -> str | None:
    """What it runs to: by words, or by a sum."""
    name = letter if len(letter) == 1 else f"\\\\{letter}"
    match = re.search(rf"(?<![a-zA-Z\\]){_RANGE.format(name)}", text)
    if match:
        return match[1]
    for node in nodes:
        if node.is_("big", "sum") and node.sub and node.sup and plain(node.sub[0]).startswith(f"{letter}="):
            return plain(node.sup[0])
    return None


@dataclass(frozen=True)
class Range:
    """What an index is said to run to, and where."""

    place: int
    letter: str
    size: str


def ranges(reader: Reader, page: Page, stated: Sequence[Statement]) -> list[Range]:
    """What indices run to, as the page says it of data sets, in sums, in sets and in words."""
    found = [
        Range(one.start, letter, size)
        for one in stated
        for letter, size in (*sum_bounds(reader, one), *_data_sets(reader, one), *_sets(reader, one))
    ]
    scripts = set(_scripts([node for one in stated for node in _nodes(one)]))
    for pattern in _SPOKEN:
        for match in re.finditer(pattern, page.text):
            if match["size"] in reader.scope.sizes or _may_be_size(match["size"], stated):
                reader.scope.size(match["size"])
                letters = _letters_of(match["letters"], scripts)
                found += [Range(match.start(), letter, reader.scope.sizes[match["size"]]) for letter in letters]
    reader.scope.bound_somewhere |= {one.letter for one in found}
    return found


def _may_be_size(text: str, stated: Sequence[Statement]) -> bool:
    """Whether a letter that an index is said to run to stands nowhere as something else."""
    nodes = (node for one in stated for side in one.sides for node in walked(side.nodes))
    found = [node for node in nodes if node.is_("symbol", text)]
    return all(not node.is_scripted for node in found) and len(found) == sum(
        any(node.is_("symbol", text) for node in solid(side.nodes)[-2:]) and is_range(one)
        for one in stated
        for side in one.sides[1:]
    )


def sizes_within(found: Sequence[Range], start: int, stop: int) -> dict[str, str]:
    """What indices run to between two places of the page, where one thing only is said there."""
    every: dict[str, set[str]] = {}
    for one in found:
        if start <= one.place < stop:
            every.setdefault(one.letter, set()).add(one.size)
    return {letter: sizes.pop() for letter, sizes in every.items() if len(sizes) == 1}


def larger(reader: Reader, stated: Sequence[Statement]) -> None:
    """Sizes that are said to be larger than others: n > p, p < n."""
    sizes = reader.scope.sizes
    for one in stated:
        if len(one.sides) != 2 or one.sides[1].sign not in (">", ">=", "<", "<="):
            continue
        left, right = (sizes.get(side.text, "") for side in one.sides)
        if left and right and left != right:
            more, less = (left, right) if one.sides[1].sign.startswith(">") else (right, left)
            if more not in reader.scope.larger.values():
                reader.scope.larger.setdefault(more, less)


def _data_sets(reader: Reader, statement: Statement) -> Iterator[tuple[str, str]]:
    """The letters of {(x_i, y_i)}_{i=1}^N."""
    return _counted(reader, (node for node in _nodes(statement) if node.is_("bracket", "{}", "()")))


def _sets(reader: Reader, statement: Statement) -> Iterator[tuple[str, str]]:
    """The letters of i, j ∈ {1, …, n} and k ∈ [n]."""
    if len(statement.sides) != 2 or statement.sides[1].sign != "in" or not _are_letters(statement.left.nodes):
        return
    size = _last_of(solid(statement.sides[1].nodes))
    with suppress(Unread):
        length = size_of(reader, size) if size else ""
        yield from ((node.value, length) for node in solid(statement.left.nodes) if node.kind == "symbol" and length)


def _last_of(nodes: Sequence[Node]) -> Row:
    """The last element of {1, …, n} and [n]; none of another set."""
    if len(nodes) != 1 or not nodes[0].is_("bracket", "{}", "[]") or nodes[0].is_scripted:
        return ()
    inside = [node for node in solid(nodes[0].inner) if not node.is_("operator", ",")]
    is_counted = len(inside) > 2 and plain(inside[:1]) == "1" and inside[-2].kind == "dots"
    is_one = len(inside) == 1 and nodes[0].value == "[]"
    return inside[-1:] if (is_counted and nodes[0].value == "{}") or is_one else ()


def _are_letters(nodes: Row) -> bool:
    """Whether it is a letter that may be an index, or a list of such."""
    inside = [node for node in solid(nodes) if not node.is_("operator", ",", "forall")]
    return bool(inside) and all(node.kind == "symbol" and not node.is_scripted for node in inside)


def _counted(reader: Reader, nodes: Iterable[Node]) -> Iterator[tuple[str, str]]:
    """The letters that stand below nodes as i = 1, with the sizes that stand above."""
    for node in nodes:
        name, _, first = plain(node.sub[0]).partition("=") if node.sub and node.sup else ("", "", "")
        if first == "1":
            with suppress(Unread):
                yield name, size_of(reader, node.sup[0])


def _nodes(statement: Statement) -> Iterator[Node]:
    return (node for side in statement.sides for node in walked(side.nodes))


def cases(scope: Scope, statement: Statement) -> list[Mapping[str, int]]:
    """The numbers for which a statement is one: of each letter of steps that is free in it, those it stands for."""
    free = [letter for letter in scope.step_letters if letter not in scope.steps and _is_free(letter, statement)]
    ranges = [range(scope.step_letters[letter][0], scope.step_letters[letter][1] + 1) for letter in free]
    return [dict(zip(free, numbers, strict=True)) for numbers in product(*ranges)]


def _is_free(letter: str, statement: Statement) -> bool:
    """Whether it stands in a script of the first side, or of another one outside of its own sums."""
    return any(_stands(letter, side.nodes) for side in statement.sides)


def _stands(letter: str, nodes: Sequence[Node]) -> bool:
    for node in nodes:
        if node.is_("big", "sum") and node.sub and plain(node.sub[0]).startswith(letter):
            return False
        for row in (*node.sub, *node.sup):
            text = plain(row)
            if letter in re.split(r"[^a-zA-Z]+", text.replace("top", "")):
                return True
            if _stands(letter, row):
                return True
        if any(_stands(letter, part) for part in node.parts):
            return True
    return False


def is_number(scope: Scope, row: Row) -> bool:
    """Whether a script is the number of a layer, [ℓ], or of a step, as t - 1."""
    letters = re.split(r"[^a-zA-Z]+", plain(row))
    return bool(row) and (row[0].is_("bracket", "[]") or any(letter in scope.step_letters for letter in letters))


def is_range(statement: Statement) -> bool:
    """Whether it says what indices run to, or one is: `i = 1, …, n`, `j, k = 1, …, c`, `i ∈ [n]`, `t = 1`."""
    left = solid(statement.left.nodes)
    right = solid(statement.sides[1].nodes) if len(statement.sides) > 1 else []
    while right and right[-1].is_("operator", ",", ".", ";"):
        right.pop()
    if not _are_letters(left) or not right:
        return False
    if any(node.kind == "dots" for node in right) or (statement.sides[1].sign == "in" and _last_of(solid(right))):
        return True
    if len(left) > 1:
        return False
    if any(node.is_("operator", ",") for node in right):
        return True
    if left[0].value == "ell" and re.fullmatch(r"[A-Z]", plain(right)):  # for the last layer, ℓ = L
        return True
    return bool(re.fullmatch(r"[a-z]", left[0].value)) and bool(re.fullmatch(r"\d+", plain(right)))


def sum_bounds(reader: Reader, statement: Statement) -> Iterator[tuple[str, str]]:
    """The letters that are summed over from 1 to a size."""
    return _counted(reader, (node for node in _nodes(statement) if node.is_("big", "sum")))


def stands_at(key: str, letter: str, statement: Statement) -> bool:
    """Whether a symbol has the index somewhere in a statement."""
    named = (one for one in map(described, _nodes(statement)) if one is not None and one.base == key)
    return any(_has(letter, row) for one in named for row in (*one.subs, *one.sups))


def count_of(reader: Reader, key: str, statement: Statement) -> str:
    """How many there are of x_1, …, x_n where these are listed; "" if they are not."""
    for side in statement.sides:
        for row in (side.nodes, *(part for node in walked(side.nodes) for part in node.parts)):
            nodes = solid(row)
            for i, node in enumerate(nodes):
                one = described(nodes[-1]) if node.kind == "dots" and i + 2 <= len(nodes) else None
                if one is not None and one.base == key and one.subs:
                    try:
                        return size_of(reader, one.subs[0])
                    except Unread:
                        return ""
    return ""


def _has(letter: str, row: Row) -> bool:
    nodes = solid(row)
    inner = nodes[0].inner if len(nodes) == 1 and nodes[0].kind == "bracket" else row
    return letter in [plain(part) for part in items(tuple(inner))]


def upstream(reader: Reader, statement: Statement) -> tuple[str, Described, list[Node]] | None:
    """A statement `G = ∂L/∂O` of a loss that is never defined: the loss, and what it is differentiated by."""
    if len(statement.sides) < 2 or statement.sides[1].sign not in ("=", ":=", "equiv"):
        return None
    right = [node for node in solid(statement.sides[1].nodes) if not node.is_("operator", ",", ".", ";")]
    pair = derivatives.of_letters(right)
    if len(right) == 2 and right[0].kind == "nabla" and len(right[0].sub) == 1 and not right[0].sup:
        inner = solid(right[0].sub[0])
        pair = (right[1], inner[0]) if len(inner) == 1 else None
    if pair is None:
        return None
    loss, by = map(described, pair)
    if loss is None or by is None or loss.subs or loss.sups or reader.lookup_known(loss) is not None:
        return None
    if any(stated for stated in reader.scope.defined_later if stated == loss.base):
        return None
    return loss.base, by, [pair[1]]
