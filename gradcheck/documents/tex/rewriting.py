"""What a header says of letters: `$z^{(i)} = z^{[2](i)}$` there means that the one is written for the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gradcheck.documents.tex.scripts import TRANSPOSED, Described, described, pieces
from gradcheck.documents.tex.statements import Side, Statement
from gradcheck.documents.tex.tree import Node, Row, plain, solid


@dataclass(frozen=True)
class Rewriting:
    """One letter with scripts, or a text, and what it is written for. applied: with what it is applied to."""

    base: str
    scripts: frozenset[str]
    meant: Node
    applied: str = ""


def rewriting(statement: Statement, known: Sequence[Rewriting]) -> Rewriting | None:
    """What a statement of a header says to be written for something else; None where it says anything else.

    known: what was said before it, which holds for what is meant, too.
    """
    if len(statement.sides) != 2 or statement.sides[1].sign != "=":
        return None
    left, right = (solid(side.nodes) for side in statement.sides)
    if len(left) == 1 and left[0].kind == "text":
        return Rewriting(left[0].value, frozenset(), Node("bracket", "()", (_row(right, known),)))
    if len(left) == 2 and left[1].is_("bracket", "()") and len(right) == 1 and described(right[0]) is not None:
        return Rewriting("", frozenset(), _node(right[0], known), plain(_row(left, known)))
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


def without(statement: Statement, unsaid: Sequence[str]) -> Statement:
    """The statement without what goes unsaid above letters: numbers, as (i) and {n}, or accents."""
    sides = tuple(replace(side, nodes=tuple(_bared(node, unsaid) for node in side.nodes)) for side in statement.sides)
    return replace(statement, sides=sides)


def _bared(node: Node, unsaid: Sequence[str]) -> Node:
    sup = tuple(part for part in pieces(node.sup) if not _goes_unsaid(part, unsaid))
    primes = node.primes + sum(one.primes for row in node.sup for one in row if one.kind == "bracket")
    parts, subs, sups = (
        tuple(tuple(_bared(one, unsaid) for one in row) for row in rows) for rows in (node.parts, node.sub, sup)
    )
    bare = replace(node, parts=parts, sub=subs, sup=sups, primes=primes)
    inside = solid(bare.inner) if bare.is_("accent", "vec", "bar", "tilde") and "accents" in unsaid else []
    if len(inside) != 1:
        return bare
    (letter,) = inside
    sup, sub = (*letter.sup, *bare.sup), (*letter.sub, *bare.sub)
    return replace(letter, sup=sup, sub=sub, primes=letter.primes + primes, start=bare.start, stop=bare.stop)


def _goes_unsaid(row: Row, unsaid: Sequence[str]) -> bool:
    """Whether it is the number, or with braces one next to it, {n - 1}."""
    text = plain(row)
    return any(text == one or (one[0] == "{" and text[:2] == one[:2] and text[2:3] in ("+", "-")) for one in unsaid)


def _scripts(one: Described) -> list[str]:
    return [f"^{plain(row)}" for row in one.sups if not _turns(row)] + [f"_{plain(row)}" for row in one.subs]


def _turns(row: Row) -> bool:
    return plain(row) in TRANSPOSED


def _row(row: Row, known: Sequence[Rewriting]) -> Row:
    nodes = [_node(node, known) for node in row]
    found: list[Node] = []
    while nodes:
        pair = plain(nodes[:2])
        meant = next((rule.meant for rule in known if rule.applied and rule.applied == pair), None)
        found.append(nodes[0] if meant is None else replace(meant, start=nodes[0].start, stop=nodes[1].stop))
        nodes = nodes[1 if meant is None else 2 :]
    return tuple(found)


def _node(node: Node, known: Sequence[Rewriting]) -> Node:
    """A node and all in it; what turns a matrix is no letter."""
    sup = tuple(part if _turns(part) else _row(part, known) for row in node.sup for part in pieces([row]))
    node = replace(node, sup=sup, sub=tuple(_row(row, known) for row in node.sub))
    if node.kind == "text":
        return next((_placed(rule.meant, node) for rule in known if rule.base == node.value), node)
    one = described(node)
    for rule in known if one is not None else ():
        assert one is not None
        if one.base == rule.base and rule.scripts <= frozenset(_scripts(one)):
            return _meant(one, rule) or node
    return replace(node, parts=tuple(_row(part, known) for part in node.parts))


def _placed(meant: Node, at: Node) -> Node:
    return replace(meant, start=at.start, stop=at.stop)


def _meant(one: Described, rule: Rewriting) -> Node | None:
    """What is meant, with the scripts that the rule says nothing of; None if these name another layer."""
    sups = [row for row in one.sups if f"^{plain(row)}" not in rule.scripts]
    subs = [row for row in one.subs if f"_{plain(row)}" not in rule.scripts]
    target = described(rule.meant)
    said = set(_scripts(target)) if target is not None and target.base == one.base else set()
    if rule.scripts < said <= set(_scripts(one)):
        return None  # it is said in full
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
