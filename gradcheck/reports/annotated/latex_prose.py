"""The words of a page of LaTeX in HTML, simply: headings, paragraphs, items and emphasis; all else is its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gradcheck.documents.tex.tokens import closed
from gradcheck.reports.annotated.slots import Flow, Slots, with_slots

_HEADINGS: Mapping[str, str] = {
    "title": "h1", "chapter": "h1", "section": "h2", "subsection": "h3", "subsubsection": "h4", "paragraph": "h4",
}  # fmt: skip
_EMPHASIS: Mapping[str, str] = {
    "emph": "em", "textit": "em", "textsl": "em", "textbf": "strong", "texttt": "code",
}  # fmt: skip
_LISTS: Mapping[str, str] = {"itemize": "ul", "enumerate": "ol", "description": "ul"}
_DROPPED = frozenset(
    ("label", "cite", "citep", "citet", "ref", "eqref", "vspace", "hspace", "usepackage", "documentclass",
     "bibliography", "bibliographystyle", "input", "include", "includegraphics", "pagestyle", "thispagestyle",
     "setlength", "url", "href")
)  # fmt: skip
"""Commands that say nothing here, with what they are given."""
_SIGNS = {"``": "“", "''": "”", "---": "—", "--": "–", "~": "\u00a0"}
_WORD = re.compile(
    r"(?P<comment>(?<!\\)%[^\n]*\n?)|(?P<paragraph>\n\s*\n)|\\(?P<edge>begin|end)\{(?P<name>\w+\*?)\}(?:\[[^\]]*\])?"
    r"|(?P<break>\\\\(?:\[[^\]]*\])?)|\\(?P<escaped>[^A-Za-z])|\\(?P<command>[A-Za-z]+)\*?(?:\[[^\]]*\])?[ \t]*"
    r"|(?P<sign>``|''|---?|~)|(?P<brace>[{}])|(?P<text>[^\\%\n`'~{}-]+|.|\n)"
)


def latex_html(slots: Slots) -> str:
    """The page, with formulas in the places of their slots."""
    text = with_slots(slots.page)
    flow = Flow(slots)
    title = re.search(r"\\title\s*(?=\{)", text)
    head, begin, body = text.partition("\\begin{document}")
    if begin:
        end = closed(text, title.end()) if title and title.end() < len(head) else None
        body = (text[title.start() : end] if title and end else "") + body.partition("\\end{document}")[0]
    _Prose(flow).read(body if begin else text)
    return flow.markup


class _Prose:
    def __init__(self, flow: Flow) -> None:
        self.flow, self.is_open, self.depth = flow, False, 0
        self.items: list[bool] = []

    def read(self, text: str) -> None:
        """All of a text, as paragraphs."""
        self._words(text)
        self._close()

    def _words(self, text: str) -> None:
        at = 0
        while match := _WORD.match(text, at):
            at = match.end()
            kind = match.lastgroup
            if kind == "command":
                at = self._command(match["command"], text, at)
            elif kind == "name":
                self._environment(match["name"], match["edge"] == "begin")
            elif kind == "paragraph":
                self._close()
            else:
                self._say("".join(_said(kind or "", match)))

    def _say(self, words: str) -> None:
        if not self.is_open and not words.strip():
            return
        if not self.is_open:
            self.flow.begin("p")
            self.is_open = True
        self.flow.words(words, not self.depth)

    def _close(self) -> None:
        if self.is_open and not self.depth:
            self.flow.end()
            self.flow.remark()
            self.is_open = False

    def _command(self, name: str, text: str, at: int) -> int:
        """What a command does; where the text goes on."""
        stop = closed(text, at) if text.startswith("{", at) else None
        inside = text[at + 1 : stop - 1] if stop else ""
        if name in _HEADINGS and stop:
            self._close()
            self.flow.begin(_HEADINGS[name])
            self.flow.words(_plain(inside), False)
            self.flow.end()
            self.flow.remark()
        elif name in _EMPHASIS and stop:
            self._say("\u200b" * (not self.is_open))
            self.depth += 1
            self.flow.put(f"<{_EMPHASIS[name]}>")
            self._words(inside)
            self.flow.put(f"</{_EMPHASIS[name]}>")
            self.depth -= 1
        elif name == "item" and self.items:
            self._close()
            self.flow.put("</li><li>" if self.items[-1] else "<li>")
            self.items[-1] = True
        return stop if stop and name in {*_HEADINGS, *_EMPHASIS, *_DROPPED} else at

    def _environment(self, name: str, begins: bool) -> None:
        self._close()
        element = _LISTS.get(name)
        if element and begins:
            self.items.append(False)
            self.flow.put(f"<{element}>")
        elif element and self.items:
            self.flow.put(f"{'</li>' if self.items.pop() else ''}</{element}>")


def _said(kind: str, match: re.Match[str]) -> Iterator[str]:
    """The words that stand for themselves."""
    if kind == "escaped":
        yield match["escaped"] if match["escaped"] in "%$&#_{}" else " "
    elif kind == "break":
        yield "\n"
    elif kind == "sign":
        yield _SIGNS[match["sign"]]
    elif kind == "text":
        yield match["text"]


def _plain(text: str) -> str:
    """A heading's words."""
    return "".join(word for match in _WORD.finditer(text) for word in _said(match.lastgroup or "", match))
