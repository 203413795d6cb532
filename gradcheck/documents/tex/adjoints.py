r"""Adjoints: where a page says that $\bar M$ is ∂L/∂M, a bar makes of a letter the gradient by it.

A mean is written so, too: a letter whose bar is given a sum of the letter itself keeps it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gradcheck.documents.tex.derivatives import of_letters, printed
from gradcheck.documents.tex.scripts import described
from gradcheck.documents.tex.statements import EQUAL, Statement
from gradcheck.documents.tex.tree import Node, Row, plain, solid, walked

_MARKS = ("bar", "overline", "tilde", "hat", "widehat", "widetilde")


@dataclass(frozen=True)
class Adjoints:
    """mark: the accent that means the gradient of the loss; "" where no page says so. means: letters that keep it."""

    mark: str = ""
    loss: Row = ()
    means: frozenset[str] = frozenset()

    def is_of(self, node: Node) -> bool:
        """Whether a letter under an accent is short for the gradient by it."""
        one = described(node.parts[0][0]) if node.is_("accent", self.mark) and len(node.parts[0]) == 1 else None
        return one is not None and one.base not in self.means


def found(stated: Sequence[Statement]) -> Adjoints:
    """What a page calls so, where it says it of any M, which is none of its own letters."""
    said: dict[str, tuple[str, Row]] = {}
    for one in stated:
        if len(one.sides) == 2 and one.sides[1].sign in EQUAL and (pair := _said(one)):
            said[pair[1]] = pair[0], pair[2]
    if len({(mark, plain(loss)) for mark, loss in said.values()}) != 1:
        return Adjoints()
    mark, loss = next(iter(said.values()))
    own = set(_bare(one.left.nodes for one in stated if len(one.sides) > 1 and not _said(one)))
    return Adjoints(mark, loss, frozenset(_means(stated, mark))) if said.keys() - own else Adjoints()


def joined(row: Row, adjoints: Adjoints) -> Row:
    """A row with each letter under the accent as what it is short for."""
    if not adjoints.mark:
        return row
    nodes = []
    for node in row:
        if adjoints.is_of(node):
            nodes.append(_gradient(node, adjoints))
            continue
        parts = tuple(joined(part, adjoints) for part in node.parts)
        sub, sup = (tuple(joined(part, adjoints) for part in rows) for rows in (node.sub, node.sup))
        nodes.append(replace(node, parts=parts, sub=sub, sup=sup))
    return tuple(nodes)


def _said(one: Statement) -> tuple[str, str, Row] | None:
    """The accent, the letter and the loss of M̄ = ∂L/∂M."""
    left = solid(one.left.nodes)
    pair = of_letters(solid(one.sides[1].nodes)) if len(one.sides) > 1 else None
    is_accent = len(left) == 1 and left[0].kind == "accent" and left[0].value in _MARKS and len(left[0].parts[0]) == 1
    if pair is None or not is_accent:
        return None
    by = replace(left[0].parts[0][0], sub=left[0].sub, sup=left[0].sup)
    letter = described(by)
    return (
        (left[0].value, letter.base, (pair[0],)) if letter is not None and plain((by,)) == plain((pair[1],)) else None
    )


def _bare(rows: Iterable[Row]) -> Iterator[str]:
    """The letters that equations give a meaning to."""
    for row in rows:
        one = described(solid(row)[0]) if solid(row) else None
        if one is not None:
            yield one.base


def _means(stated: Sequence[Statement], mark: str) -> Iterator[str]:
    """The letters whose accent is given a sum of the letter itself."""
    for one in stated:
        left = solid(one.left.nodes)
        if len(left) != 1 or not left[0].is_("accent", mark) or len(one.sides) < 2:
            continue
        letter = described(left[0].parts[0][0])
        inside = list(walked(one.sides[1].nodes))
        is_sum = any(node.is_("big", "sum") for node in inside) or re.search(r"\bones|bold:1", one.sides[1].text)
        if (
            letter is not None
            and is_sum
            and any(o is not None and o.base == letter.base for o in map(described, inside))
        ):
            yield letter.base


def _gradient(node: Node, adjoints: Adjoints) -> Node:
    letter = replace(node.parts[0][0], sub=node.sub, sup=node.sup, start=node.start, stop=node.stop)
    return printed(adjoints.loss, Node("partial", start=node.start, stop=node.stop), letter)
