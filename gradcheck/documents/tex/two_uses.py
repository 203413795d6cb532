"""Letters that are an index in one section of a page, and a symbol in another: u of the users, and vectors u_1, …, u_V.

A section in which such a letter stands in scripts alone is a part of its own, in which the symbol is not known.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from gradcheck.documents.tex.pages import Page
from gradcheck.documents.tex.scripts import described, items
from gradcheck.documents.tex.statements import Statement
from gradcheck.documents.tex.tree import Row, plain, walked


@dataclass
class _Uses:
    """What letters do in a section. begins: where its first statement does."""

    begins: int
    indices: set[str] = field(default_factory=set)
    symbols: set[str] = field(default_factory=set)


def hidden(page: Page, statements: Sequence[Statement], symbols: Iterable[str]) -> Mapping[int, frozenset[str]]:
    """Where parts of a page begin in which some of its symbols are none, each with these."""
    sections: dict[int | None, _Uses] = {}
    for one in statements:
        uses = sections.setdefault(page.section(one.start), _Uses(one.start))
        spoken = _Uses(one.start) if len(one.sides) == 1 else uses  # by the user u: what u is, is not said there
        for side in one.sides:
            _look(side.nodes, spoken)
        uses.indices |= spoken.indices
    letters = {key for key in symbols if re.fullmatch("[a-z]", key)}
    found: defaultdict[int, frozenset[str]] = defaultdict(frozenset)
    before = frozenset[str]()
    for uses in sections.values():
        only = frozenset(letter for letter in letters if letter in uses.indices and letter not in uses.symbols)
        if only != before:
            found[uses.begins] = before = only
    return found


def _look(row: Row, uses: _Uses) -> None:
    for node in row:
        one = described(node)
        if one is not None:
            uses.symbols.add(one.base)
        for script in node.sub:
            names = {plain(item) for item in items(script)}
            if node.kind == "big":
                names = {inner.value for inner in walked(script) if inner.kind == "symbol" and not inner.is_scripted}
            uses.indices |= names if node.kind != "nabla" else set()
            uses.symbols |= names if node.kind == "nabla" else set()
        for script in node.sup:
            text = plain(script)
            (uses.indices if text.startswith("(") else uses.symbols).add(text.strip("()"))
        for part in node.parts if one is None else ():
            _look(part, uses)
