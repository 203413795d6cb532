"""What a header says of letters: `$z^{(i)} = z^{[2](i)}$` there means that the one is written for the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gradcheck.documents.tex.scripts import TRANSPOSED, Described, described, pieces
from gradcheck.documents.tex.statements import Side, Statement
from gradcheck.documents.tex.tree import Node, Row, plain, solid


@dataclass(frozen=True)
class Rewriting:
    """One letter with scripts, and what it is written for."""

    base: str
    scripts: frozenset[str]
    meant: Node


def rewriting(statement: Statement, known: Sequence[Rewriting]) -> Rewriting | None:
    """What a statement of a header says to be written for something else; None where it says anything else.

    known: what was said before it, which holds for what is meant, too.
    """
    if len(statement.sides) != 2 or statement.sides[1].sign != "=":
        return None
    left, right = (solid(side.nodes) for side in statement.sides)
    if len(left) != 1 or len(right) != 1:
        return None
    one, meant = described(left[0]), described(right[0])
    if one is None or meant is None or left[0].kind == "number":
        return None
    return Rewriting(one.base, frozenset(_scripts(one)), _node(right[0], known))


def rewritten(statement: Statement, known: Sequence[Rewriting]) -> Statement:
    """The statement with what is meant."""
    ordered = sorted(known, key=lambda one: -len(one.scripts))
    sides = tuple(Side(side.sign, tuple(_row(side.nodes, ordered)), side.place) for side in statement.sides)
    return replace(statement, sides=sides)


def _scripts(one: Described) -> list[str]:
    return [f"^{plain(row)}" for row in one.sups if not _turns(row)] + [f"_{plain(row)}" for row in one.subs]


def _turns(row: Row) -> bool:
    return plain(row) in TRANSPOSED


def _row(row: Row, known: Sequence[Rewriting]) -> Row:
    return tuple(_node(node, known) for node in row)


def _node(node: Node, known: Sequence[Rewriting]) -> Node:
    """A node and all in it; what turns a matrix is no letter."""
    sup = tuple(part if _turns(part) else _row(part, known) for row in node.sup for part in pieces([row]))
    node = replace(node, sup=sup, sub=tuple(_row(row, known) for row in node.sub))
    one = described(node)
    for rule in known if one is not None else ():
        assert one is not None
        if one.base == rule.base and rule.scripts <= frozenset(_scripts(one)):
            return _meant(one, rule) or node
    return replace(node, parts=tuple(_row(part, known) for part in node.parts))


def _meant(one: Described, rule: Rewriting) -> Node | None:
    """What is meant, with the scripts that the rule says nothing of; None if these name another layer."""
    sups = [row for row in one.sups if f"^{plain(row)}" not in rule.scripts]
    subs = [row for row in one.subs if f"_{plain(row)}" not in rule.scripts]
    if rule.scripts and any(solid(row)[0].is_("bracket", "[]") for row in sups):
        return None
    meant, node = rule.meant, one.node
    return replace(
        meant,
        sup=(*meant.sup, *sups),
        sub=(*meant.sub, *subs),
        primes=meant.primes + one.primes,
        start=node.start,
        stop=node.stop,
    )
