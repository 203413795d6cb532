"""Where the formulas of a page stand: what is code, or commented out, is none."""

from __future__ import annotations

import json

import pytest

from gradcheck.documents.tex.pages import page, page_of


def found(text, name="notes.md"):
    return [(one.tex.strip(), one.is_display) for one in page(text, name).formulas]


def test_code_and_comments_hold_no_formulas():
    text = "```python\nx = '$a$'\n```\n`$b$` <!-- $c$ --> \\$5 and \\$6\n\n    $d$ and $e$\n"
    assert found(text) == [("d", False), ("e", False)]
    assert found("% $a$\n$b$ 5\\% $c$", "notes.tex") == [("b", False), ("c", False)]
    assert found(r"\begin{verbatim}$a$\end{verbatim}\verb|$b$| $c$", "notes.tex") == [("c", False)]


@pytest.mark.parametrize(
    ("text", "is_display"),
    [
        ("$x$", False), (r"\(x\)", False), ("$`x`$", False),
        ("$$x$$", True), (r"\[x\]", True), ("$$\nx\n$$", True),
        (r"\begin{equation}x\end{equation}", True), (r"\begin{align*}x\end{align*}", True),
        (r"\begin{gather}x\end{gather}", True),
    ],
)  # fmt: skip
def test_every_way_to_write_a_formula_is_found(text, is_display):
    assert found(f"Let {text}.") == [("x", is_display)]


def test_a_fence_of_mathematics_is_a_display():
    assert found("Let\n\n```math\nx\n```\n") == [("x", True)]


def test_a_formula_knows_its_line_and_its_words():
    one = page("# Title\n\nLet $x$ be $y$.\n\n$$\nz\n$$\n", "notes.md")
    first, second, third = one.formulas
    assert [one.line(formula.start) for formula in one.formulas] == [3, 3, 5]
    assert (one.before(first).strip(" $"), one.after(first).strip(" $")) == ("Let", "be")
    assert one.text[third.start : third.stop] == "\nz\n"
    assert second.tex == "y"


def test_money_is_no_formula_over_paragraphs():
    assert found("It costs $5.\n\nAnd that is 6$ more.") == []


def test_the_header_of_a_page_is_read_before_it():
    text = "---\ntitle: x\n---\n<!-- gradcheck: $x \\in \\mathbb{R}^n$, columns are examples -->\n$$y = x$$"
    one = page(text, "notes.md")
    assert [formula.tex for formula in one.header] == [r"x \in \mathbb{R}^n"]
    assert "columns are examples" in one.header_text
    assert found(text) == [("y = x", True)]
    assert [f.tex for f in page("% gradcheck: $x > 0$\n", "notes.tex").header] == ["x > 0"]


def test_a_notebook_is_its_cells_of_words():
    cells = [
        {"cell_type": "markdown", "source": ["Let $x$\n", "be"]},
        {"cell_type": "code", "source": ["'$y$'"]},
        {"cell_type": "markdown", "source": ["$z$"]},
    ]
    one = page(json.dumps({"cells": cells}), "notes.ipynb")
    assert one.text == "Let $x$\nbe\n$z$"
    assert [formula.tex for formula in one.formulas] == ["x", "z"]


@pytest.mark.parametrize("text", ["", "{}", "[1]", '{"cells": [1]}', "not json"])
def test_what_is_no_notebook_is_refused(text):
    with pytest.raises(ValueError, match="no notebook"):
        page(text, "notes.ipynb")


def test_macros_are_those_of_the_whole_page_and_no_formulas():
    one = page("$\\newcommand{\\R}{\\mathbb{R}}$\n\n$x \\in \\R$ \\newcommand{\\q}{$y$}", "notes.md")
    assert set(one.macros) == {"\\R", "\\q"}
    assert [formula.tex for formula in one.formulas][-1] == "x \\in \\R"


def test_standard_input_may_be_a_formula_without_signs_around_it():
    found = page("x = 1\n\n y = 2 \n", "-")
    assert [one.tex.strip() for one in found.formulas] == ["x = 1", "y = 2"]
    assert all(found.text[one.start : one.stop] == one.tex for one in found.formulas)
    assert found.line(found.formulas[1].start) == 3


def test_standard_input_with_signs_around_formulas_is_a_page():
    found = page("Let $x = 1$.\n\nThen y = 2.", "-")
    assert [one.tex for one in found.formulas] == ["x = 1"]


def test_a_header_declares_for_a_formula_alone():
    found = page("<!-- gradcheck: $x \\in \\mathbb{R}$ -->\nx = 1", "-")
    assert [one.tex.strip() for one in found.formulas] == ["x = 1"]
    assert [one.tex for one in found.header] == ["x \\in \\mathbb{R}"]


def test_a_file_is_never_a_formula_alone():
    assert page("x = 1", "notes.md").formulas == ()


def test_the_words_beside_a_formula_are_those_up_to_the_next():
    found = page("one $a$ two $b$ three", "notes.md")
    first, last = found.formulas
    assert [found.before(first), found.after(first)] == ["one $", "$ two $"]
    assert [found.before(last), found.after(last)] == ["$ two $", "$ three"]


def test_ten_thousand_formulas_are_found_with_their_words():
    found = page("word $a = b$ " * 10_000, "notes.md")
    assert len({(found.before(one), found.after(one)) for one in found.formulas}) <= 3


def test_what_is_longer_than_a_page_is_not_read(tmp_path, monkeypatch):
    with pytest.raises(ValueError, match="4,000,001 characters: pages of at most 4,000,000 are read"):
        page("x" * 4_000_001, "notes.md")
    file = tmp_path / "notes.md"
    file.write_text("$x$", encoding="utf-8")
    monkeypatch.setattr("gradcheck.documents.tex.pages.MOST_BYTES", 2)
    with pytest.raises(ValueError, match="3 bytes: files of at most 2 are read"):
        page_of(file)


def test_pictures_of_a_notebook_do_not_count():
    cells = [
        {"cell_type": "markdown", "source": ["$x$"]},
        {"cell_type": "code", "source": [], "outputs": "x" * 5_000_000},
    ]
    assert [one.tex for one in page(json.dumps({"cells": cells}), "notes.ipynb").formulas] == ["x"]
