"""Probabilities, P(y = 1 | x): what is said of them is of chance, and claims nothing that could be computed."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from gradcheck.documents.tex.scripts import described
from gradcheck.documents.tex.statements import Side
from gradcheck.documents.tex.tree import Node, solid, walked

LETTERS = ("bb:P", "P", "p", "Pr")


def is_one(side: Side) -> bool:
    """Whether a probability stands somewhere in a side."""
    rows: list[Sequence[Node]] = [side.nodes, *(part for node in walked(side.nodes) for part in node.parts)]
    return any(_stands_in(solid(row)) for row in rows)


def _stands_in(nodes: Sequence[Node]) -> bool:
    for node, behind in itertools.pairwise(nodes):
        one = described(node)
        if one is None or one.base not in LETTERS or not behind.is_("bracket", "()"):
            continue
        if any(inner.is_("operator", "|") or inner.is_("relation", "=") for inner in behind.inner):
            return True
    return False
