"""What a page does not say of its symbols, and the comment to paste at its top that says it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.notes import NotedStep, Notes
from gradcheck.documents.tex.pages import Page
from gradcheck.documents.tex.parser import parsed
from gradcheck.documents.tex.scripts import described
from gradcheck.documents.tex.tree import Node, plain, walked

UNDECLARED = re.compile(r"(?:its left-hand side: )?(\S+) is not declared")
MOST = 8
"""How many symbols one comment declares."""


def headers(notes: Notes) -> tuple[str, ...]:
    """Comments that declare what the page does not; sizes that nothing tells are left to be filled in."""
    numbers = [f"\\{key}" for key, what in notes.assumed.items() if what == "real"]
    arrays = [name for base, name in undeclared(notes).items() if base not in notes.missing]
    sets = [(numbers, "\\mathbb{R}"), (arrays, "\\mathbb{R}^{… \\times …}")]
    return tuple(
        _comment(notes.page, f"${', '.join(names[at : at + MOST])} \\in {space}$")
        for names, space in sets
        for at in range(0, len(names), MOST)
    )


def remarks(notes: Notes) -> tuple[str, ...]:
    """What was assumed or decided while the page was read, and which of its definitions are not read."""
    numbers = [f"\\{key}" for key, what in notes.assumed.items() if what == "real"]
    words = [words for words in notes.assumed.values() if words != "real"]
    lost = [f"{name} (line {notes.missing[base]})" for base, name in undeclared(notes).items() if base in notes.missing]
    return (
        *notes.remarks,
        *([f"without a declaration, taken for real numbers: {', '.join(numbers)}"] if numbers else []),
        *(f"without a declaration, taken as customary: {one}" for one in words),
        *([f"the definitions of these are not read, nor what is made of them: {', '.join(lost)}"] if lost else []),
    )


def undeclared(notes: Notes) -> Mapping[str, str]:
    """The symbols that steps are not read for, by what they are known by, as they are printed.

    Words are none: they call functions, which no set declares.
    """
    found: dict[str, str] = {}
    for step in notes.others:
        if step.kind == "unread" and (match := UNDECLARED.fullmatch(step.why)):
            for base, name in _printed(step, match[1], notes.page):
                found.setdefault(base, name)
    return found


def _printed(step: NotedStep, text: str, page: Page) -> Iterator[tuple[str, str]]:
    """The symbol of a step whose short text is this: its base, and its LaTeX without powers and indices."""
    for tex in (step.tex, step.left):
        for node in _walked(tex, page):
            one = described(node)
            if one is not None and plain((node,)) == text and node.kind != "word":
                printed = tex[node.start : node.stop].strip()
                is_name = not one.sups and any(len(plain(row)) > 1 and plain(row).isalpha() for row in one.subs)
                yield one.base, printed if is_name else _letter(printed)
                return


def _walked(tex: str, page: Page) -> Iterator[Node]:
    try:
        yield from walked(parsed(tex, 0, page.macros))
    except (Unread, RecursionError):
        return


def _letter(printed: str) -> str:
    """What stands before its scripts."""
    depth = 0
    for place, sign in enumerate(printed):
        depth += (sign == "{") - (sign == "}")
        if not depth and sign in "^_'":
            return printed[:place].strip()
    return printed


def _comment(page: Page, declaration: str) -> str:
    return f"% gradcheck: {declaration}" if page.is_latex else f"<!-- gradcheck: {declaration} -->"
