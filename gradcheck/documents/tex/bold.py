r"""Vectors in bold type whose entries are not: \mathbf{z} and z_i are one letter, \mathbf{x}_i and x_i are two."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from gradcheck.documents.tex.known import BASES
from gradcheck.documents.tex.scripts import FONTS, described, items
from gradcheck.documents.tex.tree import Node, Row, solid

BOLD = ("bold:", "vec:")


def letters(rows: Iterable[Row]) -> frozenset[str]:
    """The letters, with the fonts that they are set in, that stand for what plain ones are the entries of.

    A plain letter is an entry where it always has more indices than the bold one.
    """
    counts: defaultdict[str, set[int]] = defaultdict(set)
    for row in rows:
        _count(row, counts)
    return frozenset(
        base
        for base in counts
        if (plain := _plain(base)) != base
        and base not in BASES
        and plain in counts
        and min(counts[plain]) > max(counts[base])
        and not _are_of_a_matrix(counts, base, plain)
    )


def _are_of_a_matrix(counts: Mapping[str, set[int]], base: str, plain: str) -> bool:
    r"""Whether plain letters are the entries of a matrix: a_ij of \mathbf{A}, beside a vector \mathbf{a}."""
    whole = f"{base[: -len(plain)]}{plain.upper()}"
    return counts[plain] == {2} and max(counts[base]) == 0 and plain.islower() and whole in counts


def _plain(base: str) -> str:
    for mark in BOLD:
        base = base.replace(mark, "")
    return base


def _count(row: Row, counts: Mapping[str, set[int]]) -> None:
    for node in row:
        one = described(node)
        parts = node.parts if one is None else ()
        if one is not None:
            counts[one.base].add(sum(len(items(sub)) for sub in one.subs))
        for part in (*parts, *node.sub, *node.sup):
            _count(part, counts)


def unset(row: Row, bold: frozenset[str]) -> Row:
    """A row with these letters set plain."""
    return tuple(_unset(node, bold) for node in row)


def _unset(node: Node, bold: frozenset[str]) -> Node:
    one = described(node)
    if one is not None and one.base in bold:
        node = _bare(node)
    parts, sub, sup = (tuple(unset(row, bold) for row in rows) for rows in (node.parts, node.sub, node.sup))
    return replace(node, parts=parts, sub=sub, sup=sup)


def _bare(node: Node) -> Node:
    """A letter without the font that marks it as a vector; accents that say more are kept."""
    inside = solid(node.inner) if node.kind in ("font", "accent", "group") else []
    if len(inside) != 1:
        return node
    letter = _bare(inside[0])
    marks = FONTS.get(node.value, "") if node.kind == "font" else f"{node.value}:" if node.kind == "accent" else ""
    if marks not in BOLD:
        return replace(node, parts=((letter,),))
    return replace(
        letter,
        sup=(*letter.sup, *node.sup),
        sub=(*letter.sub, *node.sub),
        primes=letter.primes + node.primes,
        start=node.start,
        stop=node.stop,
    )
