from __future__ import annotations

import time

from gradcheck.documents.tex.pages import page


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


def test_ten_thousand_formulas_are_found_with_their_words_in_no_time():
    found = page("word $a = b$ " * 10_000, "notes.md")
    began = time.process_time()
    assert len({(found.before(one), found.after(one)) for one in found.formulas}) <= 3
    assert time.process_time() - began < 5  # quadratic, it took a minute
