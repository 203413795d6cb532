"""Rows and columns of matrices as NumPy has them: P_{i,:} and P_{:,j}, and P_{i·} and P_{·j}."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from gradcheck.documents.tex import terms
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scope import Scope
from gradcheck.documents.tex.terms import ATOM, Term
from gradcheck.documents.tex.tree import Row, solid

_MARKS = {"cdot": r"\\cdot", "*": r"(?:\*|\\ast)"}
"""Signs for all positions along an axis, where a page says so: n_{i·} may as well be a sum over them."""


def said(words: str) -> frozenset[str]:
    """The signs that stand for all positions along an axis, by the words of a page beside them. A colon always does."""
    found = {":"}
    for sign, mark in _MARKS.items():
        at = rf"_\{{\w*,?\s*{mark}\s*,?\w*\}}"
        if re.search(rf"{at}[^.]{{0,60}}\b(?:row|column)|\b(?:row|column)s?\b[^.]{{0,60}}{at}", words):
            found.add(sign)
    return frozenset(found)


def cut(scope: Scope, subs: Sequence[Row]) -> tuple[Row, bool] | None:
    """The index of a row or a column, and whether it is of a row; None for other subscripts."""
    if len(subs) != 1:
        return None
    nodes = [node for node in solid(subs[0]) if not node.is_("operator", ",")]
    signs = [node.is_("operator", *scope.all_marks) and not node.is_scripted for node in nodes]
    if len(nodes) != 2 or signs.count(True) != 1:
        return None
    return (nodes[signs.index(False)],), signs[1]


def slice_of(reader: Reader, whole: Term, is_family: bool, item: Row, is_row: bool) -> Term:
    """A row as a matrix of one row, or a column as one of one column. Raises Unread for what is no matrix."""
    if is_family or whole.shape is None or len(whole.shape) != 2 or "1" in whole.shape or whole.letters:
        raise Unread(f"a row or a column of {whole.source}, which is no matrix")
    rows, columns = whole.shape
    sizes: dict[str, str] = {}
    number = reader.index(item, rows if is_row else columns, sizes)
    array = f"{whole.as_array}" if whole.level == ATOM else f"({whole.as_array})"
    source = f"{array}.reshape({rows}, 1, {columns})" if is_row else f"{array}.T.reshape({columns}, {rows}, 1)"
    made = terms.made(f"{source}[{number}]", ATOM, ("1", columns) if is_row else (rows, "1"), whole)
    return replace(made, letters=dict(sizes), by_entries=bool(sizes))
