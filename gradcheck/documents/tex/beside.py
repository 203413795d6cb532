"""Letters that no set is named for, by what they stand beside: the w of X w and of x_iᵀ w, the Σ of Σ⁻¹(x_i - μ).

A small letter is a column of as many numbers as the neighbour has columns, or rows; a capital one needs both, or has to
be square: it is inverted, or its determinant is taken. All places have to say the same. What is multiplied with an
array as a number is does not fit as a column, and is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import pairwise

from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scripts import INVERTED, TRANSPOSED, described
from gradcheck.documents.tex.tree import Node, Row, plain, solid
from gradcheck.documents.tex.words import GREEK

_SMALL = re.compile(rf"(?:\w+:)?(?:[a-cf-z]|{'|'.join(one for one in GREEK if one.islower())}|varphi)")
_CAPITAL = re.compile(rf"(?:\w+:)?(?:[A-Z]|{'|'.join(one for one in GREEK if not one.islower())})")
_OFFSETS = ("b", "c", "epsilon", "varepsilon")
"""Letters of numbers that are added to every entry, as well as of columns."""
_SIGNS = ("cdot", "times", "*")
_NAMES = ("symbol", "font", "accent", "bracket", "group")


def shape(reader: Reader, rows: Sequence[Row], key: str) -> tuple[str, str] | None:
    """The rows and columns of a letter; None where its places do not say them, or not the same."""
    is_small = _SMALL.fullmatch(key) is not None
    if not (is_small or _CAPITAL.fullmatch(key)) or key in reader.scope.sizes or key in reader.scope.bound_somewhere:
        return None
    before, reader.scope.free = reader.scope.free, set(reader.scope.letter_sizes)
    try:
        said = list(_said(reader, rows, key))
    finally:
        reader.scope.free = before
    heights, widths = ({one[axis] for one in said if one[axis]} for axis in (0, 1))
    if is_small and heights and not widths - {"1"}:
        widths = {"1"}
    if not is_small and _is_square(rows, key):
        heights = widths = heights | widths
    return (next(iter(heights)), next(iter(widths))) if len(heights) == len(widths) == 1 else None


def _is_square(rows: Sequence[Row], key: str) -> bool:
    """Whether a letter is inverted somewhere, or its determinant is taken."""
    for row in rows:
        for node, behind in pairwise((*solid(row), Node("space"))):
            one, other = described(node), described(behind)
            if one is not None and one.base == key and any(plain(sup) in INVERTED for sup in one.sups):
                return True
            is_bare = other is not None and other.base == key and not behind.is_scripted
            if node.is_("word", "det") and (is_bare or (behind.kind == "bracket" and plain(behind.inner) == key)):
                return True
            if any(_is_square([part], key) for part in node.parts):
                return True
    return False


def _said(reader: Reader, rows: Sequence[Row], key: str) -> Iterator[tuple[str, str]]:
    """What each place says of its rows and its columns; "" where it does not."""
    for row in rows:
        places = ((terms, run, at) for terms in _sums(row) for run in terms for at in range(len(run)))
        for terms, run, at in places:
            if (turned := _turned(run[at], key)) is not None:
                height, width = _by_neighbours(reader, run, at) if len(run) > 1 else _by_others(reader, terms, key)
                yield (width, height) if turned else (height, width)
        for node in row:
            if described(node) is None or node.kind == "group":
                yield from _said(reader, node.parts, key)


def _sums(row: Row) -> list[list[list[Node]]]:
    """The sums that stand in a row, each with the factors of its terms."""
    sums: list[list[list[Node]]] = [[[]]]
    for node in solid(row):
        if node.is_("operator", "+", "-"):
            sums[-1].append([])
        elif node.kind in ("operator", "relation", "text") and not node.is_("operator", *_SIGNS):
            sums.append([[]])
        elif node.kind != "operator":
            sums[-1][-1].append(node)
    return sums


def _turned(node: Node, key: str) -> bool | None:
    """Whether the letter is transposed there; None for another one, or one that has other scripts."""
    one = described(node)
    if one is None or one.base != key or one.subs or one.primes:
        return None
    above = [plain(row) for row in one.sups]
    if any(text not in TRANSPOSED and text not in INVERTED for text in above):
        return None
    return sum(text in TRANSPOSED for text in above) % 2 == 1


def _by_neighbours(reader: Reader, run: Sequence[Node], at: int) -> tuple[str, str]:
    """The rows by what stands in front, and the columns by what stands behind."""
    before = _shape(reader, run[at - 1]) if at else None
    behind = _shape(reader, run[at + 1]) if at + 1 < len(run) else None
    return before[1] if before else "", behind[0] if behind else ""


def _by_others(reader: Reader, runs: Sequence[Sequence[Node]], key: str) -> tuple[str, str]:
    """Both by what it is added to, or taken from."""
    shapes = [] if key in _OFFSETS else [_shape(reader, other[0]) for other in runs if len(other) == 1]
    return next((found for found in shapes if found), ("", ""))


def _shape(reader: Reader, node: Node) -> tuple[str, str] | None:
    """The rows and columns of a factor; None for a number, and for what is not known."""
    if node.kind not in _NAMES:
        return None
    with suppress(Unread, RecursionError):
        term, _ = reader.factor([node], 0)
        if term.shape is not None and len(term.shape) == 2 and not term.is_number:
            return term.shape[0], term.shape[1]
    return None
