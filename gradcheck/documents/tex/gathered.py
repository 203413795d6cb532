"""Matrices that gather what is defined elsewhere: Y of the outputs y_n, or of the numbers y_nk, which have equations.

Such a matrix is no input, though it is in a set: it is what its rows, its columns or its entries are.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradcheck.documents.tex import bold, indexed
from gradcheck.documents.tex.declarations import Declared
from gradcheck.documents.tex.drafts import Stated
from gradcheck.documents.tex.pages import Page
from gradcheck.documents.tex.scripts import described, items
from gradcheck.documents.tex.sentences import MARK, sentences
from gradcheck.documents.tex.statements import Statement
from gradcheck.documents.tex.symbols import Symbol
from gradcheck.documents.tex.tied import COLUMNS, ROWS, Tie
from gradcheck.documents.tex.tree import plain

_HOLDS = re.compile(rf"({MARK}) (?:holds|contains|collects|stores|gathers|stands for) (?:all |the )+[a-z]+s\b", re.I)


@dataclass(frozen=True)
class Gathered:
    """member: the letter of what a matrix is made of. kind: whether these are its rows or columns; "" if unsaid."""

    member: str
    kind: str = ""


def found(declared: Mapping[str, Declared], heads: Container[str], ties: Iterable[Tie]) -> dict[str, Gathered]:
    """The matrices that have no equation, and whose rows, columns or entries have one, by words or by their letters."""
    made = {
        tie.whole.base: Gathered(tie.member.base, tie.kind if tie.kind in (ROWS, COLUMNS) else "")
        for tie in ties
        if tie.whole.base in declared and not tie.whole.subs
    }
    for key, one in declared.items():
        mark, letter = key[:-1], key[-1]
        is_matrix = mark in ("", *bold.BOLD) and letter.isupper() and len(one.shape) == 2 and not one.family
        if is_matrix and "1" not in one.shape:
            smalls = [small for small in (f"{mark}{letter.lower()}", letter.lower()) if small in heads]
            made.setdefault(key, Gathered(smalls[0] if smalls else ""))
    return {key: one for key, one in made.items() if key not in heads and one.member in heads}


def fitting(symbol: Symbol, shape: Sequence[str], kind: str) -> str | None:
    """Whether what is defined makes the rows or the columns of a matrix, or "" the matrix itself; None for neither."""
    if not symbol.family:
        return "" if symbol.shape == tuple(shape) else None
    if len(symbol.family) != 1 or symbol.implicit or symbol.shape is None or symbol.shape[1:] != ("1",):
        return None
    size, length = symbol.family[0], symbol.shape[0]
    fit = [word for word, sizes in ((ROWS, (size, length)), (COLUMNS, (length, size))) if sizes == tuple(shape)]
    fit = [word for word in fit if kind in ("", word)]
    return fit[0] if len(fit) == 1 else None


def held(page: Page, stated: Sequence[Stated]) -> Iterator[str]:
    """The capital letters that hold what the small ones name, as sentences say it: where R holds the ratings."""
    for sentence in sentences(page, stated):
        for match in _HOLDS.finditer(sentence.text):
            sides = sentence.formulas[match[1]][0].statement.sides
            one = described(sides[0].nodes[0]) if len(sides) == len(sides[0].nodes) == 1 else None
            if one is not None and re.fullmatch("(?:bold:)?[A-Z]", one.base) and not sides[0].nodes[0].is_scripted:
                yield one.base


def are_rows(base: str, letters: Sequence[str], statements: Sequence[Statement]) -> bool:
    """Whether numbers y_nk are the entries of columns y_n, which stand somewhere: the first index counts them."""
    given = [[plain(item) for row in one.subs for item in items(row)] for one in indexed.occurrences(base, statements)]
    alone = {names[0] for names in given if len(names) == 1}
    return len(letters) == 2 and letters[0] in alone and letters[1] not in alone
