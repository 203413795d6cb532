"""Sentences in which a mark stands for each formula, so that words and formulas can be looked for side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradcheck.documents.tex.drafts import Stated
from gradcheck.documents.tex.pages import Page

MARK = r"⟨\d+⟩"
"""What stands for a formula: its number on the page."""
_PART_ENDS = re.compile(r"\n\s*\n|\n\s*(?:[-*+]|\d+[.)]|\\item|\|)\s|\n#+\s|\\\\\s*\n|\\begin\{|\\end\{")
_SENTENCE_ENDS = re.compile(r"(?<=[.!?;])\s")
_SIGNS = re.compile(r"\\[()]|[$*`~{}]|\\(?:emph|textbf|textit)\b")
_DISPLAYS = re.compile(
    r"\\[\[\]]|\\(?:begin|end)\{(?:equation|align|alignat|flalign|gather|multline|eqnarray|displaymath)\*?\}"
)
_DISPLAY = " ; "
"""What stands for a display in a sentence: the & in it separate no cells of a table."""


@dataclass(frozen=True)
class Sentence:
    """text: its words, with marks. formulas: the statements of its formulas, by their marks."""

    text: str
    formulas: dict[str, list[Stated]]


def sentences(page: Page, stated: Sequence[Stated], code: Mapping[int, Stated] | None = None) -> Iterator[Sentence]:
    """The sentences of running text, and the rows of tables, in which formulas stand.

    code: names in code that stand for letters of formulas, by their places.
    """
    formulas: dict[int, list[Stated]] = {start: [one] for start, one in (code or {}).items()}
    for one in stated:
        if not one.formula.is_display:
            formulas.setdefault(one.formula.start, []).append(one)
    found, at = "", 0
    displays = {formula.start: formula for formula in page.formulas if formula.is_display}
    for start in sorted({*formulas, *displays}):
        found += _words(page.text[at:start])
        found += f"⟨{start}⟩" if start in formulas else _DISPLAY
        at = displays[start].stop if start in displays else formulas[start][0].formula.stop
    for part in _PART_ENDS.split(found + _words(page.text[at:])):
        for text in [part] if _is_row(part) else _SENTENCE_ENDS.split(part):
            marks = re.findall(r"⟨(\d+)⟩", text)
            if marks:
                yield Sentence(re.sub(r"\s+", " ", text), {f"⟨{mark}⟩": formulas[int(mark)] for mark in marks})


def cells(sentence: Sentence) -> list[str]:
    """The cells of a row of a table; none of what is no row."""
    sign = "|" if "|" in sentence.text else "&"
    found = [cell.strip(" \\") for cell in sentence.text.split(sign)]
    return [cell for cell in found if cell] if len(found) > 2 or (sign == "&" and len(found) > 1) else []


def _is_row(text: str) -> bool:
    return text.count("|") > 1 or "&" in text


def _words(text: str) -> str:
    """Words without the signs around formulas, and those of emphasis."""
    return _SIGNS.sub("", _DISPLAYS.sub("", text)).replace("⟨", "<").replace("⟩", ">")
