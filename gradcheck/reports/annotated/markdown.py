"""A page of notes in Markdown, as GitHub shows it: marks over relations, and below its formula what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gradcheck.documents.tex.pages import Formula, Page
from gradcheck.reports.annotated.annotations import Annotated, Noted
from gradcheck.reports.annotated.github import latex
from gradcheck.reports.markdown import escaped
from gradcheck.reports.steps import said

_BEGINNING = re.compile(r"[ >]*(?:(?:[-*+]|\d+[.)])[ ]+)?")
"""What stands before the words of a line: the signs of quotations and of items."""


class _Edit(NamedTuple):
    """What takes the place of a part of the page."""

    start: int
    stop: int
    text: str


def markdown_page(annotated: Annotated) -> str:
    """The page with its marks. Raises ValueError for a page of LaTeX, and for one that was changed."""
    page = annotated.page
    if page.is_latex:
        raise ValueError(f"{page.name} is LaTeX, which is not written in Markdown: write it with --html")
    summary = "\n".join(_summary(annotated))
    edits = [_Edit(page.body, page.body, "\n" * bool(page.body) + summary + "\n\n")]
    edits += [_Edit(start, start, "\n") for start in page.cells]
    edits += [_Edit(start, stop, "") for start, stop in page.definitions]
    for formula in page.formulas:
        edits += _of_formula(annotated, formula)
    return "".join(_edited(page.text, edits))


def _edited(text: str, edits: Sequence[_Edit]) -> Iterator[str]:
    at = 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.stop)):
        yield text[at : edit.start] + edit.text
        at = max(at, edit.stop)
    yield text[at:].rstrip("\n") + "\n"


def _summary(annotated: Annotated) -> Iterator[str]:
    counts = ", ".join(f"{one.mark.sign} {one.steps} {one.words}" for one in annotated.counts)
    found = "; ".join(filter(None, (annotated.reading, counts)))
    yield f"> **gradcheck: {annotated.headline}**" + (f" ({found})" if found else "")
    remarks = annotated.report.page.remarks if annotated.report.page is not None else ()
    if annotated.wrong or remarks:
        yield ">"
    yield from (f"> - note: {escaped(remark)}" for remark in remarks)
    for one in annotated.wrong:
        yield f"> - [✗ line {one.step.source_line}](#{_anchor(one)}): {escaped(' '.join(one.words[:1]))}"
    for problem in annotated.report.problems:
        yield ">"
        yield f"> {escaped(str(problem))}"


def _anchor(one: Noted) -> str:
    return f"gradcheck-{one.number}"


# ---- formulas ----------------------------------------------------------------------------------------------------


def _of_formula(annotated: Annotated, formula: Formula) -> Iterator[_Edit]:
    page, steps = annotated.page, annotated.steps_in(formula)
    tex = latex(formula, page, steps)
    notes = [line for one in steps if one.is_told for line in ("", *_told(one))]
    start, stop = formula.whole
    beginning = _BEGINNING.match(page.text, page.text.rfind("\n", 0, start) + 1, start)
    assert beginning is not None  # it may be empty
    inner = re.sub(r"[^ >]", " ", beginning.group())
    is_in_table = page.text.startswith("|", beginning.end())
    if not tex:
        yield _Edit(start, stop, "")
    elif formula.is_display and not is_in_table:
        yield _block(page, formula, [*tex.splitlines(), "```", *notes], inner, beginning.end() == start)
    else:
        yield _Edit(start, stop, _in_line(tex, page.text[start - 1 : start], is_in_table))
        end = _end_of_paragraph(page, stop)
        yield from [_Edit(end, end, _lines(notes, ">" * inner.count(">")))] if notes else []


def _block(page: Page, formula: Formula, lines: Sequence[str], inner: str, is_first: bool) -> _Edit:
    """A display, parted from what stands before it in its line, and from what stands behind it.

    inner: what lines of its paragraph begin with.
    """
    start, stop = formula.whole
    while not is_first and page.text[start - 1] == " ":
        start -= 1
    block = _lines(["```math", *lines], inner)
    block = block.removeprefix(f"\n{inner}") if is_first else block
    return _Edit(start, stop, block + _behind(page.text[stop:], inner, lines[-1] != "```"))


def _behind(rest: str, inner: str, has_notes: bool) -> str:
    """What parts a block from the rest of its paragraph."""
    if re.match(r"[ \t]*(?:\n[ \t>]*(?:\n|\Z)|\Z)", rest):
        return ""
    apart = _lines([""], inner) if has_notes else ""
    return apart if re.match(r"[ \t]*\n", rest) else f"{apart}\n{inner}"


def _in_line(tex: str, before: str, is_in_table: bool) -> str:
    """A formula in a line, which GitHub does not see right behind a word; bars part the cells of tables."""
    if is_in_table:
        tex = tex.replace("\\|", "\\Vert ").replace("|", "\\vert ")
    space = " " if re.match(r"[\w\-`_]", before) else ""
    return f"{space}$`{tex}`$"


def _lines(lines: Sequence[str], beginning: str) -> str:
    return "".join("\n" + f"{beginning}{line}".rstrip() for line in lines)


def _end_of_paragraph(page: Page, at: int) -> int:
    """Where the paragraph of a formula ends, which is not within another one."""
    line = page.text.rfind("\n", 0, at) + 1
    pattern = r"\n|\Z" if re.match(r" {0,3}#", page.text[line:at]) else r"\n[ \t>]*(?=\n|\Z)|\Z"
    while True:
        found = re.compile(pattern).search(page.text, at)
        assert found is not None  # the end of the page at the latest
        inside = [stop for start, stop in (one.whole for one in page.formulas) if start < found.start() < stop]
        if not inside:
            return min([found.start(), *(cell - 1 for cell in page.cells if cell > at)])
        at = inside[0]


def _told(one: Noted) -> Iterator[str]:
    """What is to be said of a step, as a quotation."""
    anchor = f'<a id="{_anchor(one)}"></a>' * one.is_wrong
    first, *rest = one.words or [""]
    yield f"> {anchor}**{one.mark.sign} line {one.step.source_line}, {one.mark.words}:** {escaped(first)}"
    for line in rest:
        yield ">"
        yield f"> {escaped(line)}"
    if (found := one.step.correction_found) is not None:
        yield ">"
        yield f"> **Write instead**, {escaped(said(found))}:"
        yield from (f"> {line}" for line in ("```math", _of_printing(found.text.latex), "```"))
    elif one.step.search is not None and one.step.search.words:
        yield ">"
        yield f"> {escaped(one.step.search.words)}"


def _of_printing(tex: str) -> str:
    """A formula that was printed, in what GitHub shows."""
    formula = Formula(tex, 0, True)
    return latex(formula, Page("", tex), [])
