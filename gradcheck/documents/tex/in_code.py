"""Names in code beside formulas: `W1` is W^{[1]} of a page that has it, and `(n_h, n_x)` and `n1` are sizes.

Such a name is a letter of the page's formulas, by its digits; one that no formula has means nothing here.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from gradcheck.documents.tex import bold
from gradcheck.documents.tex.drafts import Stated
from gradcheck.documents.tex.pages import Formula, Page
from gradcheck.documents.tex.scripts import TRANSPOSED, described
from gradcheck.documents.tex.statements import Side, Statement
from gradcheck.documents.tex.tree import Node, plain, walked

_SPANS = re.compile(r"(?<![`\\])`([^`\n$]{1,24})`(?!`)")
_NAME = re.compile(r"([A-Za-z]|alpha|beta|gamma|theta|mu|lambda|sigma)(?:_?(\d|[a-z]{1,3}))?")
_PAIR = re.compile(r"\(\s*([\w+ ]+?)\s*,\s*([\w+ ]*?)\s*\)")


def found(page: Page, stated: Sequence[Stated]) -> dict[int, Stated]:
    """The names and the pairs of sizes in code, by where they stand, each at the statement that is next to it."""
    spans = list(_SPANS.finditer(page.text))
    real = sorted((one for one in stated if not one.is_header), key=lambda one: one.statement.start)
    starts = [one.statement.start for one in real]
    names = _letters(stated) if spans and real else {}
    every = {}
    for match in spans if names else ():
        inside = any(one.whole[0] <= match.start() < one.whole[1] for one in page.formulas)
        row = () if inside else tuple(_meant(match[1].strip(), names, match.start(1)))
        if row:
            near = real[min(bisect_left(starts, match.start()), len(real) - 1)]
            formula = Formula(match[1], match.start(1), False, "", (match.start(), match.end()))
            every[match.start(1)] = replace(near, formula=formula, statement=Statement((Side("", row),)), beside=near)
    return every


def _letters(stated: Sequence[Stated]) -> dict[str, Node]:
    """The letters of formulas as they would be typed: W1 for W^{[1]}, W_1 and W^{(1)}; none that are two letters."""
    known: dict[str, dict[str, Node]] = {}
    for node in (node for one in stated for side in one.statement.sides for node in walked(side.nodes)):
        one = described(node)
        if one is None or one.primes or node.kind == "number":
            continue
        letter = one.base
        for mark in bold.BOLD:
            letter = letter.replace(mark, "")
        marks = [row for row in (*one.sups, *one.subs) if plain(row) not in TRANSPOSED]
        digits = [plain(row).strip("[]()") for row in marks]
        typed = letter + "".join(digits)
        if len(marks) < 2 and all(re.fullmatch(r"\d|[a-z]{1,3}", text) for text in digits):
            kept = tuple(row for row in one.sups if plain(row) not in TRANSPOSED)
            bare = node if len(kept) == len(one.sups) else replace(node, sup=kept)
            known.setdefault(typed, {}).setdefault(plain((bare,)), bare)
    return {typed: next(iter(nodes.values())) for typed, nodes in known.items() if len(nodes) == 1}


def _meant(text: str, names: Mapping[str, Node], at: int) -> Iterator[Node]:
    """A name, or a pair of sizes as a bracket; nothing for other code."""
    if (match := _NAME.fullmatch(text)) is not None:
        node = names.get(match[1] + (match[2] or ""))
        if node is not None:
            yield replace(node, start=at, stop=at + len(text))
    elif (pair := _PAIR.fullmatch(text)) is not None:
        sizes = [_size(part, names, at) for part in pair.groups() if part]
        if all(sizes):
            comma = Node("operator", ",", start=at, stop=at)
            inner = (*sizes[0], comma, *(sizes[1] if len(sizes) > 1 else (Node("number", "1", start=at, stop=at),)))
            yield Node("bracket", "()", (inner,), start=at, stop=at + len(text))


def _size(text: str, names: Mapping[str, Node], at: int) -> tuple[Node, ...]:
    """A size as it is typed: 4, m, n_x, n1."""
    if text.isdigit():
        return (Node("number", text, start=at, stop=at),)
    match = _NAME.fullmatch(text)
    if match is None:
        return ()
    node = names.get(match[1] + (match[2] or ""))
    if node is None:
        sub = ((Node("symbol", match[2]),),) if match[2] else ()
        node = Node("symbol", match[1], sub=sub)
    return (replace(node, start=at, stop=at),)
