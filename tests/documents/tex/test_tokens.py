"""LaTeX as tokens: places in the page are kept, macros are expanded, and none for ever."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.tokens import MOST_TOKENS, closed, expanded, macros, tokens


def texts(words):
    return [word.text for word in words]


def test_a_macro_that_expands_to_itself_is_refused():
    known, _ = macros(r"\newcommand{\a}{\b}\newcommand{\b}{\a}")
    with pytest.raises(Unread, match="without an end"):
        expanded(tokens(r"x = \a"), known)


def test_macros_that_double_each_other_are_refused():
    text = r"\newcommand{\a}{x x}" + "".join(
        rf"\newcommand{{\{chr(97 + i)}}}{{\{chr(96 + i)}\{chr(96 + i)}}}" for i in range(1, 25)
    )
    with pytest.raises(Unread, match=f"{MOST_TOKENS:,}"):
        expanded(tokens(r"\y"), macros(text)[0])


@pytest.mark.parametrize("call", [r"\norm", r"\norm{x", r"\pair{a}"])
def test_a_macro_without_its_arguments_is_refused(call):
    known, _ = macros(r"\newcommand{\norm}[1]{\| #1 \|}\newcommand{\pair}[2]{(#1, #2)}")
    with pytest.raises(Unread, match="argument"):
        expanded(tokens(call), known)


def test_macros_are_expanded_with_their_arguments_and_stand_where_they_are_called():
    known, places = macros(r"\newcommand{\norm}[1]{\lVert #1 \rVert} \newcommand\R{\mathbb{R}} \def\sq#1{#1^2}")
    words = expanded(tokens(r"\norm{x + y} \in \R, \sq{z}"), known)
    assert texts(words) == [
        *[r"\lVert", r"x", r"+", r"y", r"\rVert", r"\in", r"\mathbb", r"{", r"R", r"}", r",", r"z", r"^", r"2"]
    ]
    assert (words[0].start, words[1].start, words[-1].start) == (0, 6, 21)
    assert len(places) == 3


def test_operators_that_are_declared_are_names():
    known, _ = macros(r"\DeclareMathOperator{\Tr}{Tr}")
    assert texts(expanded(tokens(r"\Tr A"), known)) == [r"\operatorname", "{", "T", "r", "}", "A"]


def test_a_star_behind_a_letter_is_a_product():
    assert texts(tokens(r"\alpha*x")) == [r"\alpha", "*", "x"]


def test_comments_and_spaces_are_no_tokens():
    assert texts(tokens("a % b\n  c")) == ["a", "c"]


@given(st.text(alphabet="ab\\{}_^ %#1$&\n", max_size=60))
def test_every_token_is_what_stands_at_its_place(text):
    for word in tokens(text):
        assert text[word.start : word.stop] == word.text


@given(st.text(alphabet="a\\{}", max_size=30))
def test_a_group_ends_where_its_braces_balance(text):
    stop = closed("{" + text, 0)
    if stop is not None:
        assert ("{" + text)[:stop].endswith("}")
