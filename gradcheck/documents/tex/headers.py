"""What a page does not say of its symbols, and the comment to paste at its top that says it."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.noted import Notes
from gradcheck.documents.tex.pages import Page
from gradcheck.documents.tex.parser import parsed
from gradcheck.documents.tex.scripts import described
from gradcheck.documents.tex.tree import Node, plain, walked

MOST = 8
"""How many symbols one comment declares."""


def headers(notes: Notes) -> tuple[str, ...]:
    """Comments that declare what the page does not; sizes that nothing tells are left to be filled in."""
    numbers = [_letter(key) for key, what in notes.assumed.items() if what == "real"]
    arrays = list(dict.fromkeys(_undeclared(notes)))
    sets = [(numbers, "\\mathbb{R}"), (arrays, "\\mathbb{R}^{… \\times …}")]
    return tuple(
        _comment(notes.page, f"${', '.join(names[at : at + MOST])} \\in {space}$")
        for names, space in sets
        for at in range(0, len(names), MOST)
    )


def remarks(notes: Notes) -> tuple[str, ...]:
    """What was decided while the page was read, and what was taken for granted, in words."""
    words = {"real": "a real number"}
    said = (
        what if " is " in what else f"{_letter(key)} is {words.get(what, what)}" for key, what in notes.assumed.items()
    )
    return (*notes.remarks, *(f"not declared, and taken for granted: {one}" for one in said))


def _undeclared(notes: Notes) -> Iterator[str]:
    """The symbols that nothing gives a meaning to, as they are printed, without powers and indices.

    Words are none: they call functions, which no set declares.
    """
    for base, (text, place) in notes.missing.items():
        for node in _walked(notes.page, place) if base not in notes.assumed else ():
            one = described(node)
            if one is not None and (node.start, plain((node,))) == (place, text) and node.kind != "word":
                printed = notes.page.text[node.start : node.stop].strip()
                is_name = not one.sups and any(len(plain(row)) > 1 and plain(row).isalpha() for row in one.subs)
                yield printed if is_name else _without_scripts(printed)
                break


def _walked(page: Page, place: int) -> Iterator[Node]:
    """All that stands in the formula at a place."""
    for formula in page.formulas:
        if formula.start <= place < formula.stop:
            try:
                yield from walked(parsed(formula.tex, formula.start, page.macros))
            except (Unread, RecursionError):
                return


def _without_scripts(printed: str) -> str:
    depth = 0
    for place, sign in enumerate(printed):
        depth += (sign == "{") - (sign == "}")
        if not depth and sign in "^_'":
            return printed[:place].strip()
    return printed


def _letter(key: str) -> str:
    """A letter of which the page says nothing, in LaTeX."""
    return f"\\{key}" if len(key) > 1 else key


def _comment(page: Page, declaration: str) -> str:
    return f"% gradcheck: {declaration}" if page.is_latex else f"<!-- gradcheck: {declaration} -->"
