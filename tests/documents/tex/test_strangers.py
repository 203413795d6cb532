"""Pages by anybody: nothing of them is run but what we wrote, and nothing that they say takes the others' verdicts."""

from __future__ import annotations

import ast
import tracemalloc
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.cli import main
from gradcheck.documents.tex.admitted import METHODS
from gradcheck.documents.tex.modules import KNOWN, module
from gradcheck.documents.tex.pages import page
from gradcheck.documents.tex.reading import derivation_of, notes_of
from gradcheck.judging.verification import Verifier

DECLARED = r"Let $x \in \mathbb{R}^n$, $A \in \mathbb{R}^{n \times n}$, $t \in \mathbb{R}$. "
RIGHT = r"$$\nabla_x (x^\top x) = 2 x$$ "


def nested(opening, inside, closing, depth=5000):
    return f"$$t = {opening * depth}{inside}{closing * depth}$$ "


def doubling(last):
    """Macros of which each is two of the next."""
    lines = [rf"\newcommand{{\m{a}}}{{\m{b}\m{b}}}" for a, b in pairwise("abcdefghijklmnopqrstuvwxy")]
    return "".join(lines) + rf"\newcommand{{\my}}{{{last}}} $$\ma = 1$$ "


HOSTILE = {
    "braces": nested("{", "t", "}"),
    "brackets": nested("(", "t", ")"),
    "fractions": nested(r"\frac{", "t", "}{2}"),
    "roots that may be read": nested(r"\sqrt{", "t", "}", 59),
    "sides": nested(r"\left(", "t", r"\right)"),
    "bars": nested("|", "t", "|"),
    "environments": nested(r"\begin{aligned}", "t", r"\end{aligned}"),
    "scripts": nested("t_", "1", "", 3000),
    "scripts of a letter": nested("", "t" + "^{(a)}_{b}" * 300, ""),
    "primes": nested("t", "'" * 10_000, "", 1),
    "a macro of itself": r"\newcommand{\a}{\a} $$\a = 1$$ ",
    "two macros of each other": r"\newcommand{\a}{\b\b}\newcommand{\b}{\a\a} $$\a = 1$$ ",
    "macros that double": doubling("x"),
    "macros that double nothing": doubling(""),
    "a macro that repeats what it is given": r"\def\f#1{"
    + "#1" * 5000
    + "} $$"
    + r"\f{" * 9
    + "x" * 99
    + "}" * 9
    + " = 1$$ ",
    "a macro with strange arguments": r"\newcommand{\f}[2]{#9 #x #0 #} $$\f{1}{2} = 1$$ ",
    "macros that are not closed": r"\newcommand{\f}{" * 20_000,
    "a number of many digits": f"$$t = {'9' * 100_000}$$ ",
    "a number behind a point": f"$$t = 0.{'9' * 100_000}$$ ",
    "a power of a power": r"$$t + 1 = t + 10^{10^{10}}$$ ",
    "powers of 2": r"$$t + 1 = t + 2^{2^{2^{2^{2^{2}}}}}$$ ",
    "a power of a matrix": r"$$A A^{1000000000} = A$$ ",
    "a power of an array": r"$$x \odot x^{1000000000} = x$$ ",
    "a division by zero": r"$$t + \frac{1}{0} = t + \frac{1}{1 - 1}$$ ",
    "a huge size": r"Let $z \in \mathbb{R}^{1000000000 \times 1000000000}$. $$\nabla_z \|z\|_F^2 = 2 z$$ ",
    "many steps": r"Let $h_0 \in \mathbb{R}$. $$h_t = h_{t-1} + 1$$ for $t = 1, 2, \dots, 100000$. ",
    "no number of steps": r"$$h_t = h_{t-1} + 1$$ for $t = 1, 2, \dots, ²$. ",
    "a long sum": f"$$t = {' + '.join(['t'] * 3000)}$$ ",
    "many sides": "$$t" + " = t" * 2000 + "$$ ",
    "many indices": f"$$t_{{{','.join('ijklmnopqr' * 100)}}} = 1$$ ",
    "many formulas": "$t = t$ " * 500,
    "many definitions": "".join(rf"$$y_{{{i}}} = {i} x$$ " for i in range(500)),
    "definitions that double": "$$y_1 = t$$ " + "".join(rf"$$y_{{{i + 1}}} = y_{i} y_{i}$$ " for i in range(1, 60)),
    "functions of themselves": r"$$g(s) = g(g(s))$$ $$h(s) = k(s)$$ $$k(s) = h(s)$$ $$g(t) = 1$$ ",
    "code in names": r"$\mathrm{eval} \in \mathbb{R}$ $$t = \mathrm{__import__}(\text{os}).\mathrm{f}(\text{ls})$$ "
    r"$$\mathrm{open}(\text{'pwned', 'w'}) = \mathrm{eval}(\text{open('pwned', 'w')})$$ ",
    "words of Python": r"$\mathrm{lambda}, \mathrm{class}, \mathrm{None}, \mathrm{import} \in \mathbb{R}$ "
    r"$$\mathrm{lambda} + \mathrm{class} + \mathrm{None} = \mathrm{import}$$ ",
    "names of ours": r"$\mathrm{claim}, \mathrm{dims}, \mathrm{gradient}, \mathrm{elu} \in \mathbb{R}$ "
    r"$$\mathrm{claim} + \mathrm{elu} = \mathrm{gradient}$$ ",
    "quotes and line breaks": '$$t = \\text{"""\nimport os\n}$$ $$t_{"\n\'} = \\text{\\}$$ ',
    "controls": "$$t \x00\x0c\x1b[31m = \ud800\u202e\u2028 1$$ ",
    "letters that look alike": r"$\text{ａ}, \text{а}, a \in \mathbb{R}$ $$\text{ａ} = a$$ $$\text{а} + t = a + t$$ ",
    "digits of others": "$$t + ٣ = t + ² + ３$$ ",
}


def read_and_outlined(text):
    derivation = derivation_of(page(text, "notes.md"), "notes.md")
    return Verifier(derivation, 1).outline


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_stands_beside_it_is_read_and_it_is_read_or_not(text):
    tracemalloc.start()
    try:
        outline = read_and_outlined(DECLARED + text + RIGHT)
        assert tracemalloc.get_traced_memory()[1] < 500e6
    finally:
        tracemalloc.stop()
    assert any(step.printed == "2 * x" and step.unread is None for step in outline.steps)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_is_run_consists_of_names_that_mean_something_numbers_and_texts(text):
    assert_harmless(DECLARED + text + RIGHT)


def assert_harmless(text):
    written, _ = module(notes_of(page(text, "notes.md")))
    docstring, *imports, function = ast.parse(written).body
    assert isinstance(docstring.value.value, str)
    assert {one.module for one in imports} <= {"fractions", "gradcheck", "gradcheck.notation"}
    assert [type(one).__name__ for one in (*imports, function)] == ["ImportFrom"] * len(imports) + ["FunctionDef"]
    inside = list(ast.walk(function))
    made = {node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    made |= {node.arg for node in inside if isinstance(node, ast.arg)}
    assert not made & KNOWN
    assert all(name.isascii() and not name.startswith("__") for name in made)
    assert {node.id for node in inside if isinstance(node, ast.Name)} <= made | KNOWN
    assert {node.attr for node in inside if isinstance(node, ast.Attribute)} <= METHODS
    assert not [node for node in inside if isinstance(node, (ast.Import, ast.ImportFrom, ast.Global, ast.Await))]


WORDS = [
    "x", "A", "t", "e", "\\lambda", "\\text{", "\\mathrm{", "__import__", "eval", "class", "'os'", "\"", "\n", "\\",
    "#", "{", "}", "(", ")", "[", "]", "|", "=", "+", "-", "^", "_", "'", "10", "^{10^{10}}", "\\frac", "\\sqrt",
    "\\sum_{i=1}^n", "\\\\", "\\nabla_x", "\\partial", "\\top", "\\newcommand{\\q}{\\q x}", "\\q", "$", "$$", "\\[",
    "\\]", "<!--", "-->", "`", "\\begin{aligned}", "\\end{aligned}", "\\begin{cases}", "\\end{cases}",
    "\\in \\mathbb{R}", "\\left", "\\right", ".", "%", "\u2028", "ａ", "²", "\x00", "i", "_{ij}", "^{(i)}", "\\hat",
    "\\operatorname{tr}", "\\exp", "\\odot", "f(t)", ":=",
]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=25), st.booleans())
@settings(max_examples=300)
def test_pages_of_random_words_are_read_or_not_and_are_harmless(words, is_display):
    text = " ".join(words)
    text = DECLARED + (f"$${text}$$ " if is_display else text)
    assert_harmless(text)
    read_and_outlined(text)


def test_a_page_that_takes_too_long_costs_itself(here, capsys):
    folder = here / "folder"
    folder.mkdir()
    (folder / "long.md").write_text(DECLARED + "$a = b$ " * 20_000, encoding="utf-8")
    (folder / "right.md").write_text(DECLARED + RIGHT, encoding="utf-8")
    assert main(["folder", "--limit", "2", "--examples", "1"]) == 2
    out = capsys.readouterr().out
    assert "folder/long.md: it was not read: it took longer than 2 s" in out
    assert "folder/right.md: read 1 of 1 step\n" in out


def test_nothing_of_a_page_is_run(here, capsys):
    (here / "notes.md").write_text(DECLARED + HOSTILE["code in names"] + RIGHT, encoding="utf-8")
    assert main(["notes.md", "--no-corrections", "--examples", "1"]) == 1
    assert [file.name for file in here.iterdir()] == ["notes.md"]
