"""What stands below Σ: its letters, and what is said of them, as in Σ_{i : m_i < 1} and Σ_{(u,i) ∈ Ω}."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gradcheck.documents.tex.scripts import items
from gradcheck.documents.tex.tree import Node, Row, plain, solid

SEPARATORS = (":", "|")
"""Signs between letters and a condition on them."""
UP_TO = ".."
"""The sign of 1 ≤ i ≤ n, of which n stands at the right."""
COMPARISONS = ("!=", "<", ">", "<=", ">=")


class Below(NamedTuple):
    """names: the letters. sign, right: the relation behind them, and what stands behind that. said: a condition."""

    names: list[str]
    sign: str = ""
    right: Sequence[Node] = ()
    said: Sequence[Node] = ()


def below(row: Row) -> Below:
    """What stands below a Σ, taken apart."""
    nodes = solid(row)
    cut = next((i for i, node in enumerate(nodes) if node.is_("operator", *SEPARATORS)), len(nodes))
    nodes, said = nodes[:cut], nodes[cut + 1 :]
    if not said:
        nodes, said = _counted_first(nodes)
    if (counted := _between(nodes)) is not None and not said:
        return counted
    place = next((i for i, node in enumerate(nodes) if node.kind == "relation"), len(nodes))
    sign = nodes[place].value if place < len(nodes) else ""
    return Below(_names(nodes[:place]), sign, nodes[place + 1 :], said)


def _between(nodes: Sequence[Node]) -> Below | None:
    """What 1 ≤ i ≤ n says: the letter, and what it is counted to, in the place of a condition. None for all else."""
    places = [i for i, node in enumerate(nodes) if node.kind == "relation"]
    if len(places) != 2 or [nodes[i].value for i in places] != ["<=", "<="] or plain(nodes[: places[0]]) != "1":
        return None
    return Below(_names(nodes[places[0] + 1 : places[1]]), UP_TO, nodes[places[1] + 1 :])


def _counted_first(nodes: list[Node]) -> tuple[list[Node], list[Node]]:
    """What i = 1, i ≠ j says apart: what it is counted from, and the condition behind the comma."""
    commas = [i for i, node in enumerate(nodes) if node.is_("operator", ",")]
    signs = [node.value for node in nodes if node.kind == "relation"]
    if len(commas) != 1 or len(signs) != 2 or signs[0] != "=" or signs[1] not in COMPARISONS:
        return nodes, []
    return nodes[: commas[0]], nodes[commas[0] + 1 :]


def _names(nodes: Sequence[Node]) -> list[str]:
    """Letters side by side, between commas, or in brackets."""
    if len(nodes) == 1 and nodes[0].is_("bracket", "()") and not nodes[0].is_scripted:
        nodes = solid(nodes[0].inner)
    return [plain(row) for row in items(tuple(nodes))]
