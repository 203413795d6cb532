r"""Logarithms that are one thing: of a likelihood of which a page says log L(θ) = … alone, log L is a letter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from gradcheck.documents.tex.scripts import described
from gradcheck.documents.tex.statements import EQUAL, Statement
from gradcheck.documents.tex.tree import Node, Row, plain, solid

WORDS = ("log", "ln")


def letters(stated: Iterable[Statement]) -> Mapping[str, str]:
    """What log stands in front of where an equation says what that is, with its argument; none that has a meaning."""
    found, heads = dict[str, str](), set[str]()
    for one in stated:
        nodes = solid(one.left.nodes)
        if len(one.sides) < 2 or one.sides[1].sign not in EQUAL or not nodes:
            continue
        if (letter := _after_log(nodes, 0)) is None:
            heads.add(plain((nodes[0],)))
        elif len(nodes) == 2 or (len(nodes) == 3 and nodes[2].is_("bracket", "()", "[]")):
            found.setdefault(plain((letter,)), plain(nodes[2:]))
    return {letter: argument for letter, argument in found.items() if letter not in heads}


def joined(row: Row, known: Mapping[str, str]) -> Row:
    """A row with each of these logarithms as one letter; at another argument it is none."""
    return tuple(_joined(row, known)) if known else row


def _joined(row: Row, known: Mapping[str, str]) -> Iterator[Node]:
    nodes, at = list(row), 0
    while at < len(nodes):
        letter = _after_log(nodes, at)
        argument = known.get(plain((letter,))) if letter is not None else None
        if letter is None or argument is None:
            rows = (nodes[at].parts, nodes[at].sub, nodes[at].sup)
            parts, sub, sup = (tuple(joined(part, known) for part in given) for given in rows)
            yield replace(nodes[at], parts=parts, sub=sub, sup=sup)
            at += 1
            continue
        place = nodes.index(letter, at) + 1
        behind = nodes[place] if place < len(nodes) and nodes[place].is_("bracket", "()", "[]") else None
        if behind is not None and plain((behind,)) != argument:
            yield nodes[at]
            at += 1
            continue
        stop = (behind or letter).stop
        yield replace(letter, kind="accent", value="log", parts=((letter.bare(),),), start=nodes[at].start, stop=stop)
        at = place + (behind is not None)


def _after_log(nodes: Sequence[Node], at: int) -> Node | None:
    """The letter that a logarithm without scripts is of."""
    if not nodes[at].is_("word", *WORDS) or nodes[at].is_scripted:
        return None
    rest = solid(nodes[at + 1 :])
    return rest[0] if rest and described(rest[0]) is not None and rest[0].kind != "word" else None
