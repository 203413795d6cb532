from __future__ import annotations

from gradcheck.documents.tex.pages import page
from gradcheck.documents.tex.reading import derivation_of
from gradcheck.verdicts import Problem

TEXT = r"""Let $x \in \mathbb{R}^n$.

$$f = x^\top x$$

$$\nabla_x f = 2 x$$
"""


def page_of(text):
    return derivation_of(page(text, "notes.md"), "notes.md").page


def test_a_problem_in_the_module_is_told_by_the_line_of_the_page():
    found = page_of(TEXT)
    (line,) = found.claims
    assert found.problems([Problem("notes.md", line, "what", "cure")]) == [Problem("notes.md", 5, "what", "cure")]


def test_a_problem_elsewhere_in_the_module_names_what_was_read_there():
    found = page_of(TEXT)
    line = found.text.splitlines().index("    f = x.T @ x") + 1
    (said,) = found.problems([Problem("notes.md", line, "what", "cure")])
    assert (said.line, said.what) == (0, "what (in what was read as f = x.T @ x)")


def test_a_page_without_claims_is_a_problem_in_its_own_words():
    (said,) = page_of("Let $x = 1$.").problems([Problem("notes.md", 0, "ended without a claim", "")])
    assert said.what == "nothing of it could be judged: no formula of it claims anything"
    (said,) = page_of(
        r"$x \in \mathbb{R}$ $$x^2 = \operatorname{magic}(x)$$ $$x^3 = \operatorname{magic}(x)$$"
    ).problems([])
    assert said.what == "nothing of it could be judged: none of its 2 steps is read"


def test_steps_are_counted_with_definitions_and_what_is_not_read():
    assert page_of(TEXT).report[:2] == (2, 2)
    assert page_of(TEXT + r"$$x^\top x = \operatorname{magic}(x)$$").report[:2] == (3, 2)
