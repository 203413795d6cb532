"""What stands between commas, and what stands behind a function without brackets."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.tree import Node, Row, plain, solid


def arguments(bracket: Node) -> list[Row]:
    """What stands between the commas of a bracket."""
    found: list[list[Node]] = [[]]
    for node in solid(bracket.inner):
        if node.is_("operator", ",", ";"):
            found.append([])
        else:
            found[-1].append(node)
    return [tuple(part) for part in found]


def spells(nodes: Sequence[Node], at: int, word: str) -> bool:
    """Whether a word is typed in letters, as diag."""
    letters = nodes[at : at + len(word)]
    return "".join(node.value for node in letters if node.kind == "symbol" and not node.is_scripted) == word


def refuse_factor(of: Node, behind: Sequence[Node]) -> None:
    """Raises Unread for log x y: is y in the logarithm?"""
    if behind and behind[0].kind in ("symbol", "font", "accent", "number", "bracket", "group", "fraction", "root"):
        words = f"{plain((of.bare(),))} without brackets, and a product behind it: what of it is inside?"
        raise Unread(words, of.start, behind[0].stop)
