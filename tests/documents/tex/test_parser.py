"""LaTeX to trees: what is broken is refused with its place, and what is printed stands in the tree."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.parser import parsed
from gradcheck.documents.tex.tree import Node, plain, solid, walked


@pytest.mark.parametrize(
    ("tex", "why"),
    [
        (r"\frac{a}{b", "too early"),
        ("(a + b", "not closed"),
        ("a + b)", "closes nothing|not known"),
        (r"\begin{aligned} a &= b", "not ended"),
        (r"\begin{aligned} a \end{align}", "ended by"),
        (r"\begin{tikzpicture} a \end{tikzpicture}", "not known"),
        (r"\unheardof x", r"\\unheardof"),
        ("x^", "too early"),
        ("(" * 100 + "x" + ")" * 100, "deep"),
    ],
)
def test_what_is_broken_is_refused(tex, why):
    with pytest.raises(Unread, match=why):
        parsed(tex)


def test_a_refusal_says_where():
    with pytest.raises(Unread) as refused:
        parsed(r"a + \unheardof", start=100)
    assert (refused.value.start, refused.value.stop) == (104, 114)


@pytest.mark.parametrize(
    ("tex", "kinds"),
    [
        (r"\frac12 x", ["fraction", "symbol"]),
        (r"x^{12}y", ["symbol", "symbol"]),
        (r"\left[ a \right.", None),
        (r"\left\{ a, b \right\}", ["bracket"]),
        (r"\|x\|_2^2", ["bracket"]),
        (r"\lVert x \rVert", ["bracket"]),
        (r"|x| + |y|", ["bracket", "operator", "bracket"]),
        (r"\| \|x\|^2 - 1 \|", ["bracket"]),
        (r"|x||y|", ["bracket", "bracket"]),
        (r"\|x - \|y\| z\|", ["bracket"]),
        (r"p(y | x)", ["symbol", "bracket"]),
        (r"\sum_{i=1}^n x_i", ["big", "symbol"]),
        (r"\operatorname{tr}(A)", ["word", "bracket"]),
        (r"\mathbf{x}^\top", ["font"]),
        (r"\hat{y}_i", ["accent"]),
        (r"\text{where } x", ["text", "symbol"]),
        (r"\underbrace{a + b}_{n \times m}", ["brace"]),
        (r"\begin{pmatrix} a & b \\ c & d \end{pmatrix}", ["matrix"]),
        (r"f'(x)", ["symbol", "bracket"]),
        (r"a \quad b", ["symbol", "symbol"]),
        ("σ(z) ≈ 1", ["symbol", "bracket", "relation", "number"]),
    ],
)
def test_what_is_printed_stands_in_the_tree(tex, kinds):
    if kinds is None:
        with pytest.raises(Unread):
            parsed(tex)
    else:
        assert [node.kind for node in solid(parsed(tex))] == kinds


def test_numbers_without_braces_are_one_digit():
    half = solid(parsed(r"\frac12 x"))[0]
    assert [plain(part) for part in half.parts] == ["1", "2"]
    assert [plain(row) for row in solid(parsed("x^12"))[0].sup] == ["1"]


def test_a_bracket_may_reach_over_the_lines_of_a_display():
    row = parsed(r"\begin{aligned} a &= \left[ b \right. \\ & \left. + c \right] \end{aligned}")
    brackets = [node for node in walked(row) if node.kind == "bracket"]
    assert [plain((one,)) for one in brackets] == ["[b+c]"]


def test_cells_of_a_matrix_stand_in_rows():
    (matrix,) = parsed(r"\begin{bmatrix} a & b \\ c & d \\ \end{bmatrix}")
    assert [[plain(cell) for cell in row] for row in matrix.rows] == [["a", "b"], ["c", "d"]]


def test_primes_are_counted_however_they_are_written():
    assert [solid(parsed(tex))[0].primes for tex in ("f'", "f''", r"f^\prime", r"f^{\prime\prime}")] == [1, 2, 1, 2]


ATOMS = st.sampled_from(["x", "y_i", "W^{[1]}", r"\alpha", "2", r"\mathbf{b}", r"\hat y"])


def grown(inner):
    return st.one_of(
        st.tuples(inner, inner).map(lambda p: f"{p[0]} + {p[1]}"),
        st.tuples(inner, inner).map(lambda p: rf"\frac{{{p[0]}}}{{{p[1]}}}"),
        inner.map(lambda t: rf"\left( {t} \right)"),
        inner.map(lambda t: rf"\sqrt{{{t}}}"),
        inner.map(lambda t: rf"\left\| {t} \right\|^2"),
        st.tuples(inner, inner).map(lambda p: rf"\sum_{{i}} {p[0]} {p[1]}"),
    )


@given(st.recursive(ATOMS, grown, max_leaves=12))
def test_every_node_knows_its_place(tex):
    def inside(node: Node) -> bool:
        parts = [one for row in (*node.parts, *node.sup, *node.sub) for one in row]
        return 0 <= node.start < node.stop <= len(tex) and all(
            node.start <= one.start and one.stop <= node.stop and inside(one) for one in parts
        )

    assert all(inside(node) for node in parsed(tex))


@given(st.text(alphabet="ab\\{}()[]_^ |&$'=+", max_size=40))
def test_whatever_is_typed_is_read_or_refused(text):
    with suppress(Unread):
        parsed(text)
