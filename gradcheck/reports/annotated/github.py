r"""Formulas in the LaTeX that GitHub shows, with marks over their relations.

GitHub draws formulas by MathJax, without the macros of a page, and refuses some commands: operators get their names by
`\mathrm`, links and boxes lose what is around them.
Source: https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.pages import Formula, Page
from gradcheck.documents.tex.tokens import Macro, Token, expanded, macros, tokens
from gradcheck.documents.tex.words import RELATIONS
from gradcheck.reports.annotated.annotations import Mark, Noted

_INSTEAD = {
    **dict.fromkeys(("\\operatorname", "\\operatorname*"), (1, "\\mathop{\\mathrm{#1}}")),
    **dict.fromkeys(("\\mbox", "\\hbox"), (1, "\\text{#1}")),
    **dict.fromkeys(("\\phantom", "\\hphantom", "\\vphantom", "\\label", "\\require", "\\includegraphics"), (1, "")),
    **dict.fromkeys(("\\ref", "\\eqref"), (1, "\\text{(#1)}")),
    "\\tag": (1, "\\qquad\\text{(#1)}"),
    "\\tag*": (1, "\\qquad\\text{#1}"),
    "\\textcircled": (1, "(#1)"),
    **dict.fromkeys(
        ("\\href", "\\class", "\\cssId", "\\style", "\\htmlClass", "\\htmlId", "\\htmlData", "\\colorbox"), (2, "#2")
    ),
    "\\fcolorbox": (3, "#3"),
    "\\definecolor": (3, ""),
    "\\toggle": (1, "#1"),
}
REFUSED: Mapping[str, Macro] = {name: Macro(count, tokens(text)) for name, (count, text) in _INSTEAD.items()}
"""What GitHub refuses, and what is written instead."""
_SCRIPTED = re.compile(r"\\mathop\{(\\mathrm\{(?!arg)[^{}]*\})\}(?=\s*[_^])")
"""Names whose scripts stand beside them, and not below, as those of arg min do."""
_GATHERED = ("gather", "multline")
_ALIGNED = ("align", "alignat", "flalign", "eqnarray")
MOST_COLOURS = 49
"""GitHub shows no formula with more colours."""


def latex(formula: Formula, page: Page, steps: Sequence[Noted]) -> str:
    """A formula with the marks of its steps, each over its relation."""
    marks = [(one.step.relation or (0, 0), one.mark) for one in steps]
    body = "".join(_written(_words(formula, page), page.text, marks, len(steps) <= MOST_COLOURS))
    body = _SCRIPTED.sub(r"\1", body)
    body = _in_lines(formula.environment.rstrip("*"), body.strip())
    return re.sub(r"\s*\n\s*", "\n", body) if formula.is_display else re.sub(r"\s+", " ", body)


def _words(formula: Formula, page: Page) -> Sequence[Token]:
    """Its tokens, with all macros replaced, and without those that it defines."""
    defined = macros(page.text)[1]
    found = tokens(formula.tex, formula.start)
    found = [word for word in found if not any(start <= word.start < stop for start, stop in defined)]
    try:
        return expanded(found, {**REFUSED, **page.macros})
    except Unread:
        return found


def _in_lines(environment: str, body: str) -> str:
    """What stood in an environment of its own, or has line breaks outside of any, in one for lines."""
    if environment == "alignat":
        body = re.sub(r"\A\s*\{\d+\}", "", body)
    outside = re.sub(r"\\begin\{.*\\end\{\w+\*?\}", "", body, flags=re.DOTALL)
    if environment in _ALIGNED or re.search(r"(?<!\\)&", outside):
        return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"
    if environment in _GATHERED or "\\\\" in outside:
        return f"\\begin{{gathered}}\n{body}\n\\end{{gathered}}"
    return body


def _written(
    words: Sequence[Token], text: str, marks: Sequence[tuple[tuple[int, int], Mark]], in_colour: bool
) -> Iterator[str]:
    left, at, stop, is_in_text = list(marks), 0, words[0].start if words else 0, False
    while at < len(words):
        word = words[at]
        yield _gap(text, words[at - 1] if at else None, word)
        at += 1
        place = next((i for i, (where, _) in enumerate(left) if _begins(word, where)), None)
        if place is not None:
            (_, stop), mark = left.pop(place)
            sign = word.text
            while word.stop < stop and at < len(words):
                word, at = words[at], at + 1
                sign += word.text
            yield f"\\overset{{{_coloured(mark, in_colour)}}}{{{sign}}}"
        elif word.text == "$":  # mathematics in words in a formula
            yield "\\text{" if is_in_text else "}"
            is_in_text = not is_in_text
        else:
            yield "‘" if word.text == "`" else word.text
    yield from (f"\\quad {_coloured(mark, in_colour)}" for _, mark in left)


def _begins(word: Token, where: tuple[int, int]) -> bool:
    return word.start == where[0] and (word.text in RELATIONS or word.text == ":")


def _coloured(mark: Mark, in_colour: bool) -> str:
    return f"\\textcolor{{{mark.colour}}}{{{mark.latex}}}" if in_colour else mark.latex


def _gap(text: str, before: Token | None, word: Token) -> str:
    """The space between two tokens: as it is in the page, where both stand there side by side."""
    if before is None:
        return ""
    gap = " " * word.is_apart
    if word.start >= before.stop:
        gap = re.sub(r"(?<!\\)%[^\n]*", "", text[before.stop : word.start])
        gap = gap if not gap.strip() else " " * word.is_apart
    is_one_word = before.text[0] == "\\" and before.text[-1].isalpha() and word.text[0].isalpha()
    return gap or " " * is_one_word
