"""Where the formulas of a page stand, and the sign in front of each right-hand side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gradcheck.documents.tex.notes import read
from gradcheck.documents.tex.pages import page, page_of

FOLDER = Path(__file__).parent.parent / "pages" / "development"
PAGES = sorted(file for file in FOLDER.iterdir() if file.suffix != ".toml")


def relations(text, name="notes.md"):
    """What stands in the place of each sign, with the number of its line and what follows it."""
    found = page(text, name)
    for step in read(found).steps:
        start, stop = step.relation
        yield found.line(start), text[start:stop], text[stop : step.place.stop].strip()


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_the_sign_of_each_step_stands_in_front_of_it(file):
    found = page_of(file)
    text, steps = found.text, list(read(found).steps)
    for step in steps:
        assert text[step.relation.start : step.relation.stop] == "="
        assert step.kind == "unread" or step.relation.stop <= step.place.start
        assert "=" not in text[step.relation.stop : step.place.start]
    assert len({step.relation for step in steps}) == len(steps)


def test_signs_of_chains_over_lines_and_of_several_characters():
    text = (
        "Let $x \\in \\mathbb{R}^{n}$.\n$$\n\\begin{aligned}\nf &:= x^\\top x \\\\\n"
        "\\nabla f &= 2 x \\\\\n&\\equiv x + x\n\\end{aligned}\n$$\n"
    )
    signs = [(4, ":=", "x^\\top x"), (5, "=", "2 x"), (6, "\\equiv", "x + x")]
    assert list(relations(text)) == signs


def test_the_sign_of_what_cannot_be_parsed_is_its_first_outside_of_braces():
    text = "$$\\sum_{i=1}^n x_i \\unknown{a=b} = 3 = 4$$\n"
    assert list(relations(text)) == [(1, "=", "3 = 4")]


@pytest.mark.parametrize(
    "whole",
    ["$a = b$", "$`a = b`$", "$$a = b$$", "\\(a = b\\)", "\\[a = b\\]", "\\begin{align}a = b\\end{align}",
     "```math\na = b\n```"],
)  # fmt: skip
def test_a_formula_knows_the_signs_around_it(whole):
    text = f"Here:\n\n{whole}\n\nand $c$."
    first, second = page(text, "notes.md").formulas
    assert text[slice(*first.whole)] == whole
    assert text[slice(*second.whole)] == "$c$"


def test_the_cells_of_a_notebook_have_places():
    cells = [{"cell_type": kind, "source": [f"{word}\n", "end"]} for kind, word in
             (("markdown", "one"), ("code", "x"), ("markdown", "two"), ("markdown", "three"))]  # fmt: skip
    found = page(json.dumps({"cells": cells}), "notes.ipynb")
    assert [found.text[start:].split("\n")[0] for start in found.cells] == ["two", "three"]
    assert page(json.dumps({"cells": []}), "notes.ipynb").cells == ()


def test_the_front_matter_is_no_part_of_the_body():
    text = "---\ngradcheck: $x$\n---\n# Title\n"
    assert text[page(text, "notes.md").body :].strip() == "# Title"
    assert page("# Title\n---\n", "notes.md").body == 0
