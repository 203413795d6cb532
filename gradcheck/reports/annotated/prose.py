"""The words of a page of Markdown in HTML. Of raw HTML, links and pictures nothing is left but their text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from gradcheck.reports.annotated.slots import Flow, Slots, with_slots

ELEMENTS = frozenset(
    ("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tr", "th",
     "td", "em", "strong", "s", "hr", "br", "code", "pre")
)  # fmt: skip
"""What is written of a page's own; none of it has attributes."""
_WORDS = ("p", "h1", "h2", "h3", "h4", "h5", "h6", "th", "td")
"""Elements that hold words and formulas."""


def markdown_html(slots: Slots) -> str:
    """The page, with formulas in the places of their slots."""
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    flow = Flow(slots)
    _Prose(flow).blocks(reader.parse(with_slots(slots.page)))
    return flow.markup


class _Prose:
    def __init__(self, flow: Flow) -> None:
        self.flow, self.depth, self.is_parted = flow, 0, False

    def blocks(self, tokens: Sequence[Token]) -> None:
        """What stands one below the other."""
        for token in tokens:
            if token.type in ("fence", "code_block"):
                self.flow.put(f"<pre><code>{escape(self.flow.slots.source(token.content))}</code></pre>")
            elif token.type == "html_block":
                self._html(token.content)
            elif token.type == "inline":
                self._inline(token.children or ())
            elif token.tag in ELEMENTS:
                self._element(token)

    def _element(self, token: Token) -> None:
        if token.nesting == 0:
            self.flow.put(f"<{token.tag}>")
        elif token.tag in _WORDS and token.nesting > 0:
            self.is_parted = token.tag in ("p", "td")
            self.flow.begin("" if token.hidden else token.tag)
        elif token.tag in _WORDS:
            self.flow.end()
            if token.tag not in ("th", "td"):
                self.flow.remark()
        else:
            self.flow.put(f"<{'/' * (token.nesting < 0)}{token.tag}>")
            if token.type == "table_close":
                self.flow.remark()

    def _html(self, text: str) -> None:
        """Raw HTML is shown as it is typed; comments are not."""
        if not _is_comment(text):
            self.flow.begin("p")
            self.flow.words(text)
            self.flow.end()
            self.flow.remark()

    def _inline(self, tokens: Sequence[Token]) -> None:
        """What stands in lines."""
        for token in tokens:
            if token.type == "text":
                self.flow.words(token.content, self.is_parted and not self.depth)
            elif token.type == "code_inline":
                self.flow.put(f"<code>{escape(self.flow.slots.source(token.content))}</code>")
            elif token.type in ("softbreak", "hardbreak"):
                self.flow.put("<br>" if token.type == "hardbreak" else "\n")
            elif token.type == "image":
                self.flow.put(escape(self.flow.slots.source(token.content)))
            elif token.type == "html_inline":
                self.flow.put("" if _is_comment(token.content) else escape(self.flow.slots.source(token.content)))
            elif token.tag in ELEMENTS:
                self.depth += token.nesting
                self.flow.put(f"<{'/' * (token.nesting < 0)}{token.tag}>")


def _is_comment(text: str) -> bool:
    return text.lstrip().startswith("<!--") and text.rstrip().endswith("-->")
