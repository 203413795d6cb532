r"""Sizes in words: $X$ is a real $n \times p$ matrix, $y$ an $n \times 1$ vector, $v$ a $d$-dimensional vector."""

from __future__ import annotations

import re

from gradcheck.documents.tex import declarations
from gradcheck.documents.tex.declarations import REAL, Context, Declared
from gradcheck.documents.tex.drafts import Stated
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scripts import described
from gradcheck.documents.tex.sizes import size_of
from gradcheck.documents.tex.tree import Node, plain, solid

_IS = re.compile(
    r"(?:\$|\\\))[\s,]*(?:(?:be|is|denotes?|for|=|:|\()\s*)?(?:an?|the|some)\s[a-z -]*\s*(?:\$|\\\()?\Z", re.I
)
_MATRIX = re.compile(r"(?:\$|\\\))[\s-]*(?:[a-z-]+ ){0,3}(?:matrix|vector|array)\b", re.I)
_VECTOR = re.compile(r"(?:\$|\\\))[\s-]*(?:dimensional |element )(?:[a-z-]+ ){0,2}vector\b", re.I)


def declared(reader: Reader, one: Stated, sizes: Stated) -> Declared | None:
    """What a letter is declared to be by sizes that stand in the words behind it; None if these say nothing."""
    if one.formula.is_display or sizes.formula.is_display or one.formula.stop >= sizes.formula.start:
        return None
    letter = solid(one.statement.left.nodes)
    head = described(letter[0]) if len(one.statement.sides) == len(sizes.statement.sides) == len(letter) == 1 else None
    if head is None or head.subs or head.primes or not _IS.match(sizes.context.before):
        return None
    parts = _factors(solid(sizes.statement.left.nodes))
    said = _VECTOR if len(parts) == 1 else _MATRIX
    if len(parts) not in (1, 2) or not said.match(sizes.context.after):
        return None
    try:
        lengths = [size_of(reader, tuple(part)) for part in parts]
    except Unread:
        return None
    found = Declared(
        declarations.key_of(reader, head, ()), REAL, (*lengths, "1")[:2], (), plain(tuple(letter)), 0, head.node.start
    )
    context = Context(sizes.context.before, re.split(r"[,;.]|\band\b", sizes.context.after)[0])
    return declarations.said(found, context)


def _factors(nodes: list[Node]) -> list[list[Node]]:
    parts: list[list[Node]] = [[]]
    for node in nodes:
        if node.is_("operator", "times"):
            parts.append([])
        else:
            parts[-1].append(node)
    return parts if all(parts) else []
