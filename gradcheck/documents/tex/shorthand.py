r"""What programs call gradients: dW beside W. It is a letter of its own, or short for ∂L/∂W where a page says so.

A dW may be a differential, too. It is none where what it is equated with has no differential in it, as in dZ = A - Y,
or where it goes down the chain: in dA = Wᵀ dZ it is Z that is made of A. In dO = (dA) V it is O that is made of A.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gradcheck.documents.tex.derivatives import of_letters, printed
from gradcheck.documents.tex.scripts import TRANSPOSED, described, pieces
from gradcheck.documents.tex.statements import EQUAL, Statement
from gradcheck.documents.tex.tree import Node, Row, plain, solid

_SAYS = re.compile(
    r"\bshort(?:hand)?\b|\babbreviat|\bdenotes?\b|\bstands? for\b|\bmeans?\b|\bwrites?\b|\bcalled\b", re.I
)


@dataclass(frozen=True)
class Shorthand:
    """letters: those behind a d that names a gradient. loss: what it is the gradient of; () where no page says it.
    said: the letters of which it says so; none if it says it of any.

    is_differential: whether a d goes up the chain, as that of a differential does.
    """

    letters: frozenset[str] = frozenset()
    loss: Row = ()
    said: frozenset[str] = frozenset()
    is_differential: bool = False

    def is_of(self, base: str) -> bool:
        """Whether a letter with a d is short for the gradient of the loss by it."""
        return bool(self.loss) and (not self.said or base in self.said)


def found(stated: Sequence[Statement], inline: Sequence[tuple[Statement, str]]) -> Shorthand:
    """What a page calls so. inline: the formulas in its sentences, each with the words behind it."""
    heads, made = dict[str, set[str]](), defaultdict[str, set[str]](set)
    letters = set[str]()
    for one in stated:
        right = [side.nodes for side in one.sides[1:] if side.sign in EQUAL]
        left = solid(one.left.nodes)
        if not right:
            continue
        if (name := _name(left)) is not None and len(left) == 2:
            heads.setdefault(_bare(name), set()).update(_bare(other) for row in right for other in _names(row))
            letters.add(_base(name))
        elif len(left) == 1 and described(left[0]) is not None:
            made[_bare(left[0])].update(_bare(node) for row in right for node in _letters(row))
    ups = any(inner in _reached(name, made) for name, others in heads.items() for inner in others)
    downs = any(not others or any(name in _reached(o, made) for o in others) for name, others in heads.items())
    loss, said = _said(stated, inline, made)
    if not loss and (ups or not downs):
        return Shorthand(is_differential=ups and not downs)
    return Shorthand(frozenset(letters), loss, said)


def joined(row: Row, short: Shorthand) -> Row:
    """A row with each dW as one letter, or as what it is short for."""
    if not short.letters and not short.loss:
        return row
    nodes: list[Node] = []
    for node in row:
        pair = _pair(nodes[-1], node) if nodes else False
        if pair and (short.is_of(_base(node)) or _base(node) in short.letters):
            nodes[-1] = _one(nodes[-1], node, short)
            continue
        inner = Shorthand() if _is_derivative(node) else short
        parts = tuple(joined(part, inner) for part in node.parts)
        sub, sup = (tuple(joined(part, short) for part in rows) for rows in (node.sub, node.sup))
        nodes.append(replace(node, parts=parts, sub=sub, sup=sup))
    return tuple(nodes)


def _is_derivative(node: Node) -> bool:
    """Whether it is d/dz, or dL/dz."""
    if node.kind != "fraction":
        return False
    above, below = (solid(part) for part in node.parts)
    return bool(above) and above[0].is_("symbol", "d") and _name(below) is not None


def _reached(name: str, made: Mapping[str, set[str]]) -> set[str]:
    reached, waiting = set[str](), [name]
    while waiting:
        for other in made.get(waiting.pop(), ()):
            if other not in reached:
                reached.add(other)
                waiting.append(other)
    return reached


def _said(
    stated: Sequence[Statement], inline: Sequence[tuple[Statement, str]], made: Mapping[str, set[str]]
) -> tuple[Row, frozenset[str]]:
    """The loss of which a page says that dM is short for its gradient by M, and of which letters it says it.

    No letters are all of them: M is any, where it is none of the page's own.
    """
    found: dict[str, Row] = {}
    for one in stated:
        if len(one.sides) == 2 and one.sides[1].sign in EQUAL and (loss := _loss(one.left.nodes, one.sides[1].nodes)):
            found.setdefault(_base(solid(one.left.nodes)[1]), loss)
    for (one, words), (behind, _) in itertools.pairwise(inline):
        is_bare = len(one.sides) == len(behind.sides) == 1
        if is_bare and _SAYS.search(words) and (loss := _loss(one.left.nodes, behind.left.nodes)):
            found.setdefault(_base(solid(one.left.nodes)[1]), loss)
    own = {re.split("[_^]", name)[0] for name in (*made, *(name for names in made.values() for name in names))}
    losses = {plain(loss) for loss in found.values()}
    if len(losses) != 1:
        return (), frozenset()
    return next(iter(found.values())), frozenset() if set(found) - own else frozenset(found)


def _loss(left: Row, right: Row) -> Row:
    """The L of a dM and a ∂L/∂M."""
    nodes, pair = solid(left), of_letters(solid(right))
    name = _name(nodes) if len(nodes) == 2 else None
    if name is None or pair is None or plain((pair[1],)) != plain((name,)):
        return ()
    return (pair[0],)


def _name(nodes: Sequence[Node]) -> Node | None:
    """What a row begins with a d in front of."""
    return nodes[1] if len(nodes) > 1 and _pair(nodes[0], nodes[1]) else None


def _pair(first: Node, second: Node) -> bool:
    is_d = first.is_("symbol", "d") and not first.is_scripted and first.stop == second.start
    return is_d and second.kind in ("symbol", "font", "accent") and described(second) is not None


def _names(row: Row) -> Iterator[Node]:
    for node, behind in itertools.pairwise(row):
        if _pair(node, behind):
            yield behind
    for node in row:
        for part in (*node.parts, *node.sub, *node.sup):
            yield from _names(part)


def _letters(row: Row) -> Iterator[Node]:
    for node in row:
        if described(node) is not None:
            yield node
        else:
            for part in node.parts:
                yield from _letters(part)


def _bare(node: Node) -> str:
    """A letter with its scripts, but for transposition."""
    kept = tuple(part for part in pieces(node.sup) if plain(part) not in TRANSPOSED)
    return plain((replace(node, sup=kept),))


def _base(node: Node) -> str:
    one = described(node)
    return one.base if one is not None else ""


def _one(d: Node, letter: Node, short: Shorthand) -> Node:
    """The two as one letter, with the scripts of the second, or as the derivative that they are short for."""
    if not short.is_of(_base(letter)):
        parts = ((letter.bare(),),)
        return replace(letter, kind="accent", value="d", parts=parts, start=d.start)
    return printed(short.loss, Node("partial", start=d.start, stop=d.stop), letter)
