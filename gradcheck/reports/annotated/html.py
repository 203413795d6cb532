"""A page of notes for browsers: marks over relations and in the margin, corrections and evidence to be unfolded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.mathml import mathml
from gradcheck.documents.tex.pages import Formula
from gradcheck.documents.tex.parser import parsed
from gradcheck.documents.tex.tree import Node
from gradcheck.reports.annotated.annotations import Annotated, Noted
from gradcheck.reports.annotated.latex_prose import latex_html
from gradcheck.reports.annotated.prose import markdown_html
from gradcheck.reports.annotated.sheet import sheet
from gradcheck.reports.annotated.slots import Slots
from gradcheck.reports.explanation import facts
from gradcheck.reports.steps import said

_WORST = ("wrong", "open", "unread", "proved", "definition")
"""Kinds of marks, by which a formula gets the one of its steps that comes first."""


def html_page(annotated: Annotated, script: str = "") -> str:
    """The page with its marks. Raises ValueError if it was changed."""
    slots = _Slots(annotated)
    prose = latex_html(slots) if annotated.page.is_latex else markdown_html(slots)
    sign = f"✗ {len(annotated.wrong)} wrong" if annotated.wrong else "✓" if annotated.report.ok else "?"
    body = f"{_summary(annotated)}<main>{prose}</main>"
    return sheet(f"{sign} — {annotated.title}", body, script)


# ---- what stands above -------------------------------------------------------------------------------------------


def _summary(annotated: Annotated) -> str:
    state = "wrong" if annotated.wrong else "proved" if annotated.report.ok else "open"
    counts = (
        f'<li class="{one.mark.kind}"><b>{one.mark.sign}</b> {one.steps} {one.words}</li>' for one in annotated.counts
    )
    links = "".join(f"<li>{_link(one)}</li>" for one in annotated.steps if one.mark.kind in ("wrong", "open"))
    problems = "".join(f'<p class="problem">{escape(str(problem))}</p>' for problem in annotated.report.problems)
    return (
        f'<header id="top"><p class="headline"><b>gradcheck</b> <span class="{state}">{annotated.headline}</span></p>'
        f'<ul class="counts">{"".join(counts)}</ul>{problems}{_reading(annotated)}'
        + (f'<nav aria-label="What is to be looked at"><ol>{links}</ol></nav>' if links else "")
        + "</header>"
    )


def _reading(annotated: Annotated) -> str:
    """What was taken for granted, and as what its symbols were read, with what would declare what the page does not."""
    page = annotated.report.page
    if page is None:
        return ""
    remarks = "".join(f'<li class="open">note: {escape(remark)}</li>' for remark in page.remarks)
    declared = "".join(f"<li><code>{escape(line)}</code></li>" for line in page.declared)
    headers = escape("\n".join(page.headers))
    paste = (
        f"<p>declare what it does not, at the top of the page:</p><pre><code>{headers}</code></pre>" if headers else ""
    )
    return (
        f"<ul>{remarks}</ul>" if remarks else ""
    ) + f'<details class="read"><summary>{annotated.reading}</summary><ul>{declared}</ul>{paste}</details>'


def _link(one: Noted) -> str:
    what = escape(next(iter(one.words), ""))
    return f'<a href="#{_name(one)}">{_sign(one)} line {one.step.source_line}</a>: {what}'


def _name(one: Noted) -> str:
    return f"step-{one.number}"


def _sign(one: Noted) -> str:
    return f'<span class="{one.mark.kind}">{one.mark.sign}</span>'


# ---- formulas ----------------------------------------------------------------------------------------------------


class _Slots(Slots):
    """Formulas with the marks of their steps, and what is said of them."""

    def __init__(self, annotated: Annotated) -> None:
        super().__init__(annotated.page)
        self.annotated = annotated
        self.wrong = [one.number for one in annotated.wrong]

    def block(self, formula: Formula) -> str:
        steps = self.annotated.steps_in(formula)
        kinds = {one.mark.kind for one in steps}
        worst = next((kind for kind in _WORST if kind in kinds), "plain")
        margin = "".join(dict.fromkeys(map(_sign, steps)))
        line = self.page.line(formula.start)
        return (
            f'<section class="{worst}" aria-label="formula, line {line}"><div class="row">'
            f'<div class="margin">{margin}</div><div class="scroll" tabindex="0">{self._drawn(formula, steps)}</div>'
            f"</div>{self._remarks(steps)}</section>"
        )

    def inline(self, formula: Formula) -> str:
        return self._drawn(formula, self.annotated.steps_in(formula))

    def remarks(self, formulas: Sequence[Formula]) -> str:
        return self._remarks([one for formula in formulas for one in self.annotated.steps_in(formula)])

    def _drawn(self, formula: Formula, steps: Sequence[Noted]) -> str:
        """A formula in MathML; what cannot be parsed is shown as it is typed."""
        left = {one.step.relation: one for one in reversed(steps)}

        def mark(node: Node, markup: str) -> str:
            one = left.pop((node.start, node.stop), None)
            if one is None:
                return markup
            over = f'<a href="#{_name(one)}" title="{one.mark.words}">{one.mark.sign}</a>'
            return f'<mover class="{one.mark.kind}">{markup}<mtext class="mark">{over}</mtext></mover>'

        try:
            return mathml(parsed(formula.tex, formula.start, self.page.macros), formula.is_display, mark)
        except (Unread, RecursionError):
            return f"<code>{escape(formula.tex.strip())}</code>"

    # -- what is said of them --

    def _remarks(self, steps: Sequence[Noted]) -> str:
        told = "".join(self._told(one) for one in steps if one.is_told)
        quiet = "".join(f'<li id="{_name(one)}">{_sign(one)} {_read(one)}</li>' for one in steps if not one.is_told)
        return told + (f'<details class="read"><summary>read as</summary><ul>{quiet}</ul></details>' if quiet else "")

    def _told(self, one: Noted) -> str:
        first, *rest = one.words or [""]
        place = f"line {one.step.source_line}"
        if one.is_wrong:
            place += f", {self.wrong.index(one.number) + 1} of {len(self.wrong)}"
        heading = f'{_sign(one)} <b>{one.mark.words}</b> <span class="place">{place}</span>'
        body = "".join(f"<p>{escape(line)}</p>" for line in (first, *rest)) + _correction(one)
        more = (
            f'<details class="evidence"><summary>evidence</summary>{_read(one)}</details>' if one.step.read_as else ""
        )
        return (
            f'<details class="told {one.mark.kind}" id="{_name(one)}"{" open" * one.is_wrong}>'
            f'<summary>{heading}</summary>{body}{more}<p><a href="#top">↑ summary</a></p></details>'
        )


def _correction(one: Noted) -> str:
    found = one.step.correction_found
    if found is None:
        words = one.step.search.words if one.step.search is not None else ""
        return f"<p>{escape(words)}</p>" if words else ""
    return (
        f'<div class="correction"><p><b>Write instead</b>, {escape(said(found))}:</p>'
        f'<div class="scroll" tabindex="0">{_printed(found.text.latex)}</div>'
        f"<p><code>{escape(found.text.source)}</code></p></div>"
    )


def _printed(tex: str) -> str:
    try:
        return mathml(parsed(tex), True)
    except Unread:
        return f"<code>{escape(tex)}</code>"


def _read(one: Noted) -> str:
    """As what a step was read, and what the oracles said of it."""
    step = one.step
    read = f"<code>{escape(step.read_as)}</code>" if step.read_as else one.mark.words
    return read + _items([*step.notes, *facts(step.judgement.evidence)])


def _items(lines: Iterable[str]) -> str:
    items: Iterator[str] = (f"<li>{escape(line)}</li>" for line in lines)
    listed = "".join(items)
    return f"<ul>{listed}</ul>" if listed else ""
