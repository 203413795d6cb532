"""A page's text with slots in the places of its formulas, so that nobody takes them for something else.

A slot is a number between two characters of private use, which do not stand in the text otherwise.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from gradcheck.documents.tex.pages import Formula, Page

_OPENING, _CLOSING, _UNKNOWN = "\ue000", "\ue001", "\ufffd"
_SLOT = re.compile(f"{_OPENING}(\\d+){_CLOSING}")
_PRIVATE = str.maketrans({_OPENING: _UNKNOWN, _CLOSING: _UNKNOWN})


def with_slots(page: Page) -> str:
    """The text, in which each formula is its slot, by its number among the page's formulas."""
    places = {formula.whole: f"{_OPENING}{number}{_CLOSING}" for number, formula in enumerate(page.formulas)}
    pieces, at = list[str](), page.body
    for (start, stop), slot in sorted([*places.items(), *((place, "") for place in page.definitions)]):
        if start >= at:
            pieces += [_cells(page, at, start), slot]
            at = stop
    return "".join([*pieces, _cells(page, at, len(page.text))])


def _cells(page: Page, start: int, stop: int) -> str:
    """A part of the text; cells of a notebook are paragraphs of their own."""
    places = [start, *(place for place in page.cells if start < place <= stop), stop]
    parts = (page.text[a:b] for a, b in pairwise(places))
    return "\n".join(parts).translate(_PRIVATE)


class Slots(ABC):
    """What stands in the slots, in HTML."""

    def __init__(self, page: Page) -> None:
        self.page = page

    @abstractmethod
    def block(self, formula: Formula) -> str:
        """A formula by itself, with all that is said of it."""

    @abstractmethod
    def inline(self, formula: Formula) -> str:
        """A formula in a line."""

    @abstractmethod
    def remarks(self, formulas: Sequence[Formula]) -> str:
        """What is said of formulas in lines, behind their paragraph."""

    def source(self, text: str) -> str:
        """Text in which formulas are what their authors typed."""

        def typed(match: re.Match[str]) -> str:
            start, stop = self.page.formulas[int(match[1])].whole
            return self.page.text[start:stop]

        return _SLOT.sub(typed, text)


class Flow:
    """Blocks of HTML, one below the other: displays stand between paragraphs, remarks behind them."""

    def __init__(self, slots: Slots) -> None:
        self.slots = slots
        self.pieces: list[str] = []
        self._pending: list[Formula] = []
        self._paragraph = ""

    def put(self, markup: str) -> None:
        """Add markup."""
        self.pieces.append(markup)

    def begin(self, element: str) -> None:
        """Begin what holds words, which displays part; "" where they stand in no element of their own."""
        self._paragraph = element
        self.put(f"<{element}>" if element else "")

    def end(self) -> None:
        """End it; an empty paragraph is none."""
        while self.pieces and not self.pieces[-1].strip():
            self.pieces.pop()
        if self._paragraph == "p" and self.pieces[-1] == "<p>":
            self.pieces.pop()
        elif self._paragraph:
            self.put(f"</{self._paragraph}>")
        self._paragraph = ""

    def words(self, text: str, may_part: bool = True) -> None:
        """Words with slots. may_part: whether displays may stand between them as blocks."""
        for i, piece in enumerate(_SLOT.split(text)):
            if i % 2 == 0:
                self.put(escape(piece if self._is_in_words else piece.lstrip()))
                continue
            formula = self.slots.page.formulas[int(piece)]
            if formula.is_display and may_part:
                self._part(formula)
            else:
                self.put(self.slots.inline(formula))
                self._pending.append(formula)

    @property
    def _is_in_words(self) -> bool:
        last = next((piece for piece in reversed(self.pieces) if piece), "")
        return last != f"<{self._paragraph}>"

    def _part(self, formula: Formula) -> None:
        element = self._paragraph
        self.end()
        self.put(self.slots.block(formula))
        self.begin(element)

    def remark(self) -> None:
        """Say what is to be said of the formulas in lines so far."""
        self.put(self.slots.remarks(self._pending))
        self._pending = []

    @property
    def markup(self) -> str:
        """All of it."""
        self.remark()
        return "".join(self.pieces)
