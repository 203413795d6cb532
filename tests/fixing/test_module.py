from __future__ import annotations

import ast
import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.fixing.module import UNREADABLE, Edit, Module

SAID = st.text(st.characters(codec="latin-1", exclude_characters='"\\\r\n\0'), max_size=8)
LINES = st.lists(st.tuples(SAID, st.sampled_from(["\n", "\r\n", "\r"])), min_size=1, max_size=6)


@given(LINES, st.sampled_from(["utf-8", "utf-8-sig", "latin-1"]))
def test_what_a_node_says_is_found_behind_any_letters_line_ends_and_encodings(lines, encoding):
    first = "# coding: latin-1\n" if encoding == "latin-1" else ""
    text = first + "".join(f'é = "{said}"; f(ä,\tb)  # {said}{end}' for said, end in lines)
    module = Module(text.encode(encoding))
    calls = [node for node in module.syntax.nodes if isinstance(node, ast.Call)]
    assert [module.source(call) for call in calls] == ["f(ä,\tb)"] * len(lines)
    assert module.edited([]) == text.encode(encoding)
    assert "".join(module.lines) == module.text


def test_edits_are_made_from_the_end_so_that_none_moves_another():
    module = Module(b"x = a + b\r\n")
    assert module.edited([Edit(4, 4, "f("), Edit(5, 5, ")"), Edit(8, 9, "cc")]) == b"x = f(a) + cc\r\n"


def test_the_mark_of_byte_order_stays():
    assert Module(codecs.BOM_UTF8 + b"x = 1").edited([Edit(0, 0, "y = ")]) == codecs.BOM_UTF8 + b"y = x = 1"


@pytest.mark.parametrize(
    "content", [b"x = (", b"\xff", b"# coding: klingon\n", b"x\0", b'# coding: latin-1\nx = "\xe4"\n\x00']
)
def test_what_is_no_module_is_refused(content):
    with pytest.raises(UNREADABLE):
        Module(content)


def test_letters_that_the_encoding_does_not_have_are_refused():
    with pytest.raises(UnicodeEncodeError):
        Module(b"# coding: latin-1\n").edited([Edit(0, 0, "∂")])
