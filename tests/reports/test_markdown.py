"""Text that is put into Markdown is shown as it is."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gradcheck.reports.markdown import escaped

READERS = [MarkdownIt(), MarkdownIt("gfm-like", {"linkify": False}), MarkdownIt("js-default", {"html": True})]
SIGNS = st.text(
    st.sampled_from("\\`*_[](){}<>&#+-=.!|~$:;^'\"@/ \n\tab1é")
    | st.characters(codec="utf-8", exclude_categories=["Cc"]),
    max_size=20,
)
MISREAD = [
    "a_j^{[l](i)}",
    "*a*",
    "_b_",
    "1. first",
    "2) b",
    "- a",
    "+ a",
    "# 3",
    "`a`",
    "~~a~~",
    "<b>a</b>",
    "&amp;",
    "a\\*",
]


def shown(markdown, reader):
    """The text that a reader sees, where there is nothing but text."""
    page = reader.render(markdown)
    (inside,) = re.fullmatch(r"<p>(.*)</p>\n", page, re.DOTALL).groups()
    assert "<" not in inside, page
    return html.unescape(inside)


@pytest.mark.parametrize("text", MISREAD)
def test_what_is_not_escaped_is_read_as_something_else(text):
    reader = MarkdownIt("gfm-like", {"linkify": False})
    plain = f"<p>{html.escape(text, quote=False)}</p>\n"
    assert reader.render(text) != plain
    assert reader.render(escaped(text)) == plain


@given(SIGNS)
@example("a_j^{[l](i)}")
@example("1) one")
@example("==")
@example("\\$`x`$")
@example("https://example.org/_a_")
def test_escaped_text_is_shown_as_it_is(text):
    words = " ".join(text.split())
    for reader in READERS:
        if words:
            assert shown(escaped(text), reader) == words
            assert " ".join(shown(f"so {escaped(text)}", reader).split()) == f"so {words}"
        assert "\n" not in escaped(text)


@given(SIGNS)
def test_escaped_text_stays_in_its_cell_and_in_its_emphasis(text):
    words = html.escape(re.sub(r"\s+", " ", text), quote=False)
    reader = MarkdownIt("gfm-like", {"linkify": False})
    cells = re.findall(r"<td>(.*?)</td>", reader.render(f"| a | b |\n| --- | --- |\n| x{escaped(text)}x | y |\n"))
    assert [html.unescape(cell) for cell in cells] == [html.unescape(f"x{words}x"), "y"]


def test_no_dollar_is_left_to_begin_mathematics():
    assert escaped("costs $5, or $6") == "costs &#36;5, or &#36;6"
    assert escaped("a$`x`$") == "a&#36;\\`x\\`&#36;"
