"""Kinds of paper that a page is written on, each whole by itself: how headings, lists, tables and formulas are put."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from html import escape

from gradcheck.reports.markdown import escaped as escaped_markdown
from gradcheck.reports.tex import escaped as escaped_tex


class Paper(ABC):
    """Text that is given to `text` is anybody's; what the other words are given was put by one of them."""

    @abstractmethod
    def text(self, words: str) -> str:
        """Anybody's words, none of which mean anything to the paper."""

    @abstractmethod
    def code(self, words: str) -> str:
        """Words that are typed."""

    @abstractmethod
    def formula(self, latex: str, plain: str) -> str:
        """A formula in a line, in LaTeX and as it is read without."""

    @abstractmethod
    def strong(self, words: str) -> str:
        """Words that catch the eye."""

    @abstractmethod
    def link(self, words: str, anchor: str) -> str:
        """Words that lead to a place of the page."""

    @abstractmethod
    def anchored(self, anchor: str, words: str) -> str:
        """A paragraph that links lead to."""

    @abstractmethod
    def paragraph(self, words: str) -> str:
        """A paragraph."""

    @abstractmethod
    def heading(self, level: int, words: str) -> str:
        """A heading, of anybody's words."""

    @abstractmethod
    def items(self, items: Iterable[str]) -> str:
        """A list."""

    @abstractmethod
    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
        """A table; its head are anybody's words."""

    @abstractmethod
    def page(self, title: str, blocks: Iterable[str]) -> str:
        """The whole of it."""


class Markdown(Paper):
    """As GitHub renders it, and pandoc reads it."""

    def text(self, words: str) -> str:
        return escaped_markdown(words)

    def code(self, words: str) -> str:
        return f"`{words}`"

    def formula(self, latex: str, plain: str) -> str:
        return f"$`{latex}`$"

    def strong(self, words: str) -> str:
        return f"**{words}**"

    def link(self, words: str, anchor: str) -> str:
        return f"[{words}](#{anchor})"

    def anchored(self, anchor: str, words: str) -> str:
        return f'<a id="{anchor}"></a>{words}\n'

    def paragraph(self, words: str) -> str:
        return f"{words}\n"

    def heading(self, level: int, words: str) -> str:
        return f"{'#' * level} {self.text(words)}\n"

    def items(self, items: Iterable[str]) -> str:
        return "\n".join(f"- {item}" for item in items) + "\n"

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
        lines = [map(self.text, head), ["---"] * len(head), *rows]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"

    def page(self, title: str, blocks: Iterable[str]) -> str:
        return "\n".join([self.heading(1, title), *blocks]).rstrip("\n")


_STYLE = """\
body { max-width: 50em; margin: 2em auto; padding: 0 1em; font: 1em/1.5 serif; overflow-wrap: break-word }
table { border-collapse: collapse; display: block; overflow-x: auto }
th, td { border-bottom: 1px solid #ccc; padding: .2em .6em; text-align: left; vertical-align: top }
.formula { font-style: italic }"""


class Html(Paper):
    """A page for browsers that needs nothing else: its formulas are text."""

    def text(self, words: str) -> str:
        return escape(words)

    def code(self, words: str) -> str:
        return f"<code>{escape(words)}</code>"

    def formula(self, latex: str, plain: str) -> str:
        return f'<span class="formula" title="{escape(latex)}">{escape(plain)}</span>'

    def strong(self, words: str) -> str:
        return f"<strong>{words}</strong>"

    def link(self, words: str, anchor: str) -> str:
        return f'<a href="#{anchor}">{words}</a>'

    def anchored(self, anchor: str, words: str) -> str:
        return f'<p id="{anchor}">{words}</p>'

    def paragraph(self, words: str) -> str:
        return f"<p>{words}</p>"

    def heading(self, level: int, words: str) -> str:
        return f"<h{level}>{self.text(words)}</h{level}>"

    def items(self, items: Iterable[str]) -> str:
        return "\n".join(["<ul>", *(f"<li>{item}</li>" for item in items), "</ul>"])

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
        lines = [f"<tr>{''.join(f'<th>{self.text(cell)}</th>' for cell in head)}</tr>"]
        lines += [f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows]
        return "\n".join(["<table>", *lines, "</table>"])

    def page(self, title: str, blocks: Iterable[str]) -> str:
        head = [
            "<!DOCTYPE html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{self.text(title)}</title>",
            f"<style>\n{_STYLE}\n</style></head><body>",
        ]
        return "\n".join([*head, self.heading(1, title), *blocks, "</body></html>"])


class Tex(Paper):
    """An article for LaTeX."""

    def text(self, words: str) -> str:
        return escaped_tex(words)

    def code(self, words: str) -> str:
        return rf"\texttt{{{escaped_tex(words)}}}"

    def formula(self, latex: str, plain: str) -> str:
        return f"${latex}$"

    def strong(self, words: str) -> str:
        return rf"\textbf{{{words}}}"

    def link(self, words: str, anchor: str) -> str:
        return rf"\hyperlink{{{anchor}}}{{{words}}}"

    def anchored(self, anchor: str, words: str) -> str:
        return rf"\medskip\noindent\hypertarget{{{anchor}}}{{}}{words}" + "\n"

    def paragraph(self, words: str) -> str:
        return f"{words}\n"

    def heading(self, level: int, words: str) -> str:
        return rf"\{'sub' * (level - 2)}section*{{{self.text(words)}}}" + "\n"

    def items(self, items: Iterable[str]) -> str:
        return "\n".join([r"\begin{itemize}", *(rf"\item {item}" for item in items), r"\end{itemize}", ""])

    def table(self, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
        widths = "r" + rf">{{\raggedright\arraybackslash}}p{{{0.8 / (len(head) - 1):.2f}\linewidth}}" * (len(head) - 1)
        lines = [" & ".join(row) + r" \\" for row in (map(self.text, head), *rows)]
        return "\n".join([rf"\begin{{longtable}}{{{widths}}}", *lines, r"\end{longtable}", ""])

    def page(self, title: str, blocks: Iterable[str]) -> str:
        head = [
            r"\documentclass{article}",
            r"\usepackage{amsmath,amssymb,array,longtable,hyperref}",
            r"\usepackage[margin=2.5cm]{geometry}",
            r"\sloppy",
            rf"\title{{{self.text(title)}}}",
            r"\date{}",
            r"\begin{document}",
            r"\maketitle",
        ]
        return "\n".join([*head, *blocks, r"\end{document}"])


PAPERS: dict[str, type[Paper]] = {"md": Markdown, "html": Html, "tex": Tex}
"""Kinds of paper by the ending of their files."""
