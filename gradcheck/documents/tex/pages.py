"""Pages of notes: where their formulas stand, and the text around them.

Markdown, LaTeX and the Markdown cells of notebooks. What is code, and what is commented out, is no formula. A comment
that begins with `gradcheck`, or a front matter of this name, is a header: it is read before the page, as a part of it.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from gradcheck.documents.tex.marks import marks
from gradcheck.documents.tex.tokens import Macro, macros

MOST_CHARACTERS = 4_000_000
"""A page that is longer than this is not read."""
MOST_BYTES = 100_000_000
"""Nor is a file that is longer than this; notebooks hold pictures, too."""

_PARAGRAPH = re.compile(r"\n\s*\n|\n\s*(?:[-*+]|\d+[.)]|\\item)\s")
"""Where a paragraph ends, or an item of a list begins."""
MOST_WORDS = 240
"""Words that are further from a formula do not belong to it."""

_HEADER = re.compile(r"<!--\s*gradcheck\b:?(.*?)-->|(?m:^%\s*gradcheck\b:?([^\n]*(?:\n%[^\n]*)*))", re.DOTALL)
_EMPTY_LINE = re.compile(r"\n[ \t]*\n")
_FRONT = re.compile(r"\A---\s*\n(.*?)^---\s*$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Formula:
    """A formula of a page. start, stop: where its LaTeX stands. environment: that of an aligned display.

    whole: where it stands with the signs around it, as `$`.
    """

    tex: str
    start: int
    is_display: bool
    environment: str = ""
    whole: tuple[int, int] = (0, 0)

    @property
    def stop(self) -> int:
        """Where it ends."""
        return self.start + len(self.tex)


@dataclass(frozen=True)
class Page:
    """A page of notes. text: of a notebook, that of its Markdown cells, joined by line breaks.

    is_formula: whether it is formulas alone, without signs around them, apart by empty lines. cells: where the cells of
    a notebook begin, but the first.
    """

    name: str
    text: str
    is_latex: bool = False
    is_formula: bool = False
    cells: tuple[int, ...] = ()

    @cached_property
    def macros(self) -> Mapping[str, Macro]:
        r"""What the page gives names to by `\newcommand`."""
        return macros(self.text)[0]

    @cached_property
    def definitions(self) -> tuple[tuple[int, int], ...]:
        """Where it defines macros: the whole of a formula that does nothing else."""
        defined = macros(self.text)[1]
        wholes = []
        for one in _formulas(self.text, self.is_latex):
            inside = [place for place in defined if one.start <= place[0] < one.stop]
            kept = len(one.tex.strip()) - sum(stop - start for start, stop in inside)
            wholes += [one.whole] if inside and kept <= len(inside) else []
        apart = [place for place in defined if not any(start <= place[0] < stop for start, stop in wholes)]
        return tuple(sorted([*wholes, *apart]))

    @cached_property
    def formulas(self) -> tuple[Formula, ...]:
        """In their order."""
        defined = macros(self.text)[1]
        found = _alone(self.text) if self.is_formula else _formulas(self.text, self.is_latex)
        return tuple(f for f in found if not any(start <= f.start < stop for start, stop in defined))

    @cached_property
    def _headers(self) -> list[re.Match[str]]:
        """Its comments for gradcheck; what stands in code is none."""
        comments = (one for one in marks(self.text, True) if one.kind == "comment")
        return [match for one in comments if (match := _HEADER.match(self.text, one.start))]

    @cached_property
    def header(self) -> tuple[Formula, ...]:
        """The formulas of its headers, which declare what the page does not."""
        return tuple(
            Formula(one.tex, match.start(group) + one.start, False)
            for match in self._headers
            for group in (1, 2)
            if match[group]
            for one in _formulas(match[group], False)
        )

    @property
    def body(self) -> int:
        """Where the page begins, behind its front matter."""
        front = _FRONT.match(self.text)
        return front.end() if front else 0

    @cached_property
    def header_text(self) -> str:
        """The words of its headers."""
        front = _FRONT.match(self.text)
        found = re.search(r"^gradcheck:(.*?)(?=^\S|\Z)", front[1], re.DOTALL | re.MULTILINE) if front else None
        return "\n".join([*(m[1] or m[2] for m in self._headers), *([found[1]] if found else [])])

    @cached_property
    def sections(self) -> list[int]:
        """Where its headings stand."""
        marks = r"\\(?:sub)*section\b" if self.is_latex else r"^#{1,6}\s"
        return [match.start() for match in re.finditer(marks, self.text, re.MULTILINE)]

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def line(self, place: int) -> int:
        """The line of a place, counted from 1."""
        return bisect_right(self._lines, place)

    def section(self, place: int) -> int | None:
        """Where the section begins that a place is in; None above the first heading."""
        number = bisect_right(self.sections, place)
        return self.sections[number - 1] if number else None

    def section_text(self, place: int) -> str:
        """The section that a place is in, with its heading."""
        stop = bisect_right(self.sections, place)
        return self.text[self.section(place) or 0 : self.sections[stop] if stop < len(self.sections) else None]

    def is_heading(self, place: int) -> bool:
        """Whether a place stands in a heading."""
        start = self.section(place)
        return start is not None and "\n" not in self.text[start:place]

    def before(self, formula: Formula) -> str:
        """The words between a formula and the one before it, in its paragraph."""
        return _PARAGRAPH.split(self._words_before(formula))[-1]

    def lead(self, formula: Formula) -> str:
        """The words in front of a formula, of the paragraph before it where it is one of its own."""
        return _PARAGRAPH.split(self._words_before(formula).rstrip("$\\[ \n"))[-1]

    def _words_before(self, formula: Formula) -> str:
        """The words between a formula and the one before it."""
        number = bisect_right(self.formulas, formula.start, key=lambda one: one.stop)
        start = self.formulas[number - 1].stop if number else 0
        return self.text[max(start, formula.start - MOST_WORDS) : formula.start]

    def sentence(self, formula: Formula) -> str:
        """Its sentence up to a formula, with the formulas in it."""
        words = _PARAGRAPH.split(self.text[max(0, formula.start - MOST_WORDS) : formula.start])[-1]
        return re.split(r"[.!?]\s", words)[-1]

    def after(self, formula: Formula) -> str:
        """The words between a formula and the next one, in its sentence."""
        number = bisect_left(self.formulas, formula.stop, key=lambda one: one.start)
        stop = self.formulas[number].start if number < len(self.formulas) else len(self.text)
        words = self.text[formula.stop : min(stop, formula.stop + MOST_WORDS)]
        return re.split(r"\.\s", _PARAGRAPH.split(words)[0])[0]


def page_of(file: Path, text: str | None = None) -> Page:
    """The page in a file, or with this text. Raises OSError, UnicodeDecodeError and ValueError for what is no page."""
    if text is None and (size := file.stat().st_size) > MOST_BYTES:
        raise ValueError(f"{size:,} bytes: files of at most {MOST_BYTES:,} are read")
    return page(file.read_text(encoding="utf-8-sig") if text is None else text, file.name)


def page(text: str, name: str) -> Page:
    """A page by its text; what its name ends in says what it is written in. Raises ValueError.

    That of standard input, "-", may be formulas alone.
    """
    suffix = Path(name).suffix
    cells = _cells(text) if suffix == ".ipynb" else [text]
    if (length := sum(map(len, cells))) > MOST_CHARACTERS:
        raise ValueError(f"{length:,} characters: pages of at most {MOST_CHARACTERS:,} are read")
    if suffix == ".ipynb":
        ends = accumulate(len(cell) + 1 for cell in cells[:-1])
        return Page(name, "\n".join(cells), cells=tuple(ends))
    if name == "-":
        found = Page("standard input", text)
        return found if found.formulas else replace(found, is_formula=True)
    return Page(name, text, suffix == ".tex")


def _cells(text: str) -> list[str]:
    """The Markdown of a notebook. Raises ValueError."""
    try:
        cells = json.loads(text)["cells"]
        return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
    except (KeyError, TypeError, RecursionError, json.JSONDecodeError) as error:
        raise ValueError(f"it is no notebook: {type(error).__name__}: {error}") from None


def _alone(text: str) -> Iterator[Formula]:
    """What stands between empty lines and comments, as displays."""
    cuts = [(one.start, one.stop) for one in marks(text, False) if one.kind == "comment"]
    cuts += [match.span() for match in _EMPTY_LINE.finditer(text)]
    place = 0
    for start, stop in (*sorted(cuts), (len(text), len(text))):
        if text[place:start].strip():
            yield Formula(text[place:start], place, True)
        place = max(place, stop)


def _formulas(text: str, is_latex: bool) -> Iterator[Formula]:
    for one in marks(text, is_latex):
        if one.kind in ("display", "inline"):
            tex = text[slice(*one.inside)]
            yield Formula(tex, one.inside[0], one.kind == "display", one.environment, (one.start, one.stop))
