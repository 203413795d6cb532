from __future__ import annotations

import pytest

from gradcheck.documents.tex.headers import headers, remarks
from gradcheck.documents.tex.notes import read
from gradcheck.documents.tex.pages import page

X = r"$x \in \mathbb{R}^n$. "


def read_page(text, name="notes.md"):
    return read(page(text, name))


def test_a_number_that_the_page_says_nothing_of_is_declared_as_one():
    notes = read_page(X + r"$$f = \lambda x^\top x$$ $$\nabla_x f = 2 \lambda x$$")
    assert headers(notes) == (r"<!-- gradcheck: $\lambda \in \mathbb{R}$ -->",)
    assert remarks(notes) == (r"not declared, and taken for granted: \lambda is a real number",)


def test_the_header_is_what_was_missing():
    text = X + r"$$f = \lambda x^\top x$$ $$\nabla_x f = 2 \lambda x$$"
    again = read_page(headers(read_page(text))[0] + "\n" + text)
    assert headers(again) == ()
    assert remarks(again) == ()
    assert len(again.claims) == 1


def test_in_latex_it_is_a_comment_of_latex():
    notes = read_page(X + r"\[ f = \lambda x^\top x \] \[ \nabla_x f = 2 \lambda x \]", "notes.tex")
    assert headers(notes) == (r"% gradcheck: $\lambda \in \mathbb{R}$",)


@pytest.mark.parametrize("name", [r"\hat{U}", r"\mathcal{U}", r"\mathbf{U}", "U", r"U_{\text{old}}"])
def test_what_is_not_declared_stands_in_it_as_it_is_printed(name):
    notes = read_page(X + rf"$$x^\top x = {name} x$$")
    assert headers(notes) == (rf"<!-- gradcheck: ${name} \in \mathbb{{R}}^{{… \times …}}$ -->",)


def test_powers_and_transposes_of_a_symbol_are_not_declared():
    assert headers(read_page(X + r"$$x^\top x = U^\top x$$")) == (
        r"<!-- gradcheck: $U \in \mathbb{R}^{… \times …}$ -->",
    )


def test_what_the_page_defines_needs_no_declaration_though_it_is_not_read():
    notes = read_page(X + "\n\n" + r"$$U = \operatorname{magic}(x)$$ $$x^\top x = U^\top x$$")
    assert not any("U" in line for line in headers(notes))


def test_what_is_taken_for_granted_is_said():
    notes = read_page(X + r"$$\nabla_x \sum_i \log \sigma(x_i) = 1 - \sigma(x)$$")
    assert remarks(notes) == ("not declared, and taken for granted: σ is the logistic function",)


def test_a_page_that_declares_everything_gets_none():
    notes = read_page(X + r"$$\nabla_x (x^\top x) = 2 x$$")
    assert (headers(notes), remarks(notes)) == ((), ())


def test_a_function_is_declared_by_no_set():
    assert headers(read_page(X + r"$$x^\top x = \operatorname{magic}(x)$$")) == ()
