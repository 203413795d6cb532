"""Formulas in MathML: well-formed, with nothing of LaTeX left in them, and marks at their relations."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from annotated_pages import NOTES

from gradcheck.documents.tex.mathml import mathml
from gradcheck.documents.tex.pages import page_of
from gradcheck.documents.tex.parser import parsed

ELEMENTS = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup",
    "munder", "mover", "munderover", "mtable", "mtr", "mtd"
}  # fmt: skip
ATTRIBUTES = {
    "display", "displaystyle", "mathvariant", "stretchy", "form", "fence", "lspace", "rspace", "width", "class",
    "accent", "accentunder", "movablelimits",
}  # fmt: skip
CHILDREN = {"mfrac": 2, "mroot": 2, "msub": 2, "msup": 2, "munder": 2, "mover": 2, "msubsup": 3, "munderover": 3}


def drawn(tex, is_display=True, **options):
    found = ET.fromstring(mathml(parsed(tex), is_display, **options))
    for element in found.iter():
        assert element.tag in ELEMENTS
        assert set(element.attrib) <= ATTRIBUTES
        assert len(element) == CHILDREN.get(element.tag, len(element))
    return found


def words(tex):
    """What is to be seen of a formula."""
    return "".join(drawn(tex).itertext())


@pytest.mark.parametrize("file", NOTES, ids=lambda file: file.name)
def test_all_formulas_of_a_page_are_drawn(file):
    page = page_of(file)
    for formula in page.formulas:
        tree = parsed(formula.tex, formula.start, page.macros)
        found = ET.fromstring(mathml(tree, formula.is_display))
        assert {element.tag for element in found.iter()} <= ELEMENTS
        assert not re.search(r"[\\$_&]", "".join(found.itertext()))


@pytest.mark.parametrize(
    ("tex", "seen"),
    [
        ("W^{[1]} x_i - \\hat y", "W[1]xi−y^"),
        ("\\alpha\\Gamma\\varepsilon\\infty\\top", "αΓε∞⊤"),
        ("A \\odot B \\cdot C \\times D", "A⊙B⋅C×D"),
        ("\\mathbf{w}\\boldsymbol{\\beta}\\mathbb{R}\\mathcal{L}", "𝐰𝜷ℝℒ"),
        ("\\left( a \\right]", "(a]"),
        ("f''", "f′′"),
        ("\\sqrt[3]{x}", "x3"),
        ("\\underbrace{a}_{n}", "a⏟n"),
        ("\\max_i x_i \\dots", "maxixi…"),
        ("\\frac{\\partial L}{\\partial w} \\approx \\nabla L", "∂L∂w≈∇L"),
        ("\\begin{bmatrix} a & b \\\\ c & d \\end{bmatrix}", "[abcd]"),
        ("\\begin{cases} 1 & \\text{if } i = j \\\\ 0 \\end{cases}", "{1\u00a0if\u00a0i=j0"),
        ("\\text{for all $x^2$ in R}", "\u00a0for all\u00a0x2\u00a0in R\u00a0"),
        ("a \\stackrel{(1)}{=} b \\underset{x}{+} c \\xrightarrow{p} d", "a=(1)b+xc→pd"),
        ("x < y & z", "x<yz"),
    ],
)
def test_what_is_to_be_seen(tex, seen):
    assert words(tex) == seen


def test_text_is_escaped():
    found = mathml(parsed("\\text{<script>alert(1)</script> & more} < x"), True)
    assert "<script" not in found
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in found


def test_lines_are_aligned_at_their_relations():
    (table,) = drawn("\\begin{aligned} a &= b \\\\ &= c & d &= e \\end{aligned}").iter("mtable")
    sides = [[cell.get("class") for cell in row] for row in table]
    assert sides == [["right", "left"], ["right", "left", "right", "left"]]


def test_lines_without_an_environment_stand_below_each_other():
    (table,) = drawn("a = b \\\\ c = d").iter("mtable")
    assert ["".join(row.itertext()) for row in table] == ["a=b", "c=d"]


def test_limits_stand_below_what_has_room_for_them():
    assert [element.tag for element in drawn("\\sum_{i=1}^n x + \\int_0^1 y + \\max_i z").iter() if len(element) == 3]
    tags = {element.tag for element in drawn("\\sum_{i=1}^n x + \\int_0^1 y + \\max_i z").iter()}
    assert tags >= {"munderover", "msubsup", "munder"}


def test_names_of_functions_stand_apart_from_what_is_beside_them():
    gaps = [len(list(drawn(tex).iter("mspace"))) for tex in ("a \\log x", "\\log(x)", "a + \\tanh x", "a b")]
    assert gaps == [2, 0, 1, 0]


def test_every_relation_can_be_marked_in_its_place():
    tex = "a = b \\\\ \\begin{cases} x \\in y \\end{cases} \\ne \\overset{!}{=} c"
    found = []

    def mark(node, markup):
        found.append(tex[node.start : node.stop])
        return f"<mover>{markup}<mtext>{len(found)}</mtext></mover>"

    drawn(tex, mark=mark)
    assert found == ["=", "\\in", "\\ne", "="]
