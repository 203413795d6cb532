"""docs/notation.md: every line runs and makes what it says, and no name of the notation is missing."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from gradcheck import derivation, notation, verify
from gradcheck.graph import Array
from gradcheck.graph.names import NUMPY
from gradcheck.graph.sizes import show_shape

PAGE = (Path(__file__).parents[1] / "docs" / "notation.md").read_text(encoding="utf-8")
CODE = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
LINES = [line for line in CODE.splitlines() if line.strip()]


SINCE_2 = set(re.findall(r"\w+", next(line for line in PAGE.splitlines() if "since 2.0" in line)))


@cache
def known():
    """The names that the page defines, line by line."""
    names = {}
    exec("\n".join(LINES), names)
    return names


def said(line):
    """The shape behind a line; None if there is none."""
    found = re.search(r"# (\([^)]*\))", line)
    return found and found[1]


def made(line):
    """What the expressions of a line make, and what it gives names to."""
    code = line.partition("  #")[0].strip()
    for statement in ast.parse(code).body:
        if isinstance(statement, ast.Expr):
            value = eval(ast.unparse(statement.value), known())
            yield from value if isinstance(statement.value, ast.Tuple) else (value,)
        elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            yield known()[statement.targets[0].id]


@pytest.mark.parametrize("line", [line for line in LINES if said(line)])
def test_a_line_makes_the_shape_behind_it(line):
    arrays = list(made(line))
    assert arrays
    assert {show_shape(array.shape) for array in arrays} == {said(line)}


@pytest.mark.parametrize("line", LINES)
def test_a_line_conforms(line):
    arrays = [array for array in made(line) if isinstance(array, Array)]
    assert all(array.conforms for array in arrays)


def test_a_line_that_makes_another_shape_is_noticed():
    (array,) = made("X.T    # (n, m)")
    assert show_shape(array.shape) != said("X.T    # (n, m)")


def page_claims(**changed):
    """The verdicts on the claims of the page."""
    found = [array for line in LINES if line.startswith("claim(") for array in made(line)]

    @derivation()
    def page():
        yield from (replace(one, at=str(number), **changed) for number, one in enumerate(found))

    return [step.judgement.verdict.value for step in verify(page, examples=1).steps]


def test_the_claims_of_the_page_are_right_by_the_convention_that_they_name():
    assert page_claims() == ["proved", "proved"]
    assert page_claims(symmetric="entries") == ["proved", "refuted"]
    assert page_claims(symmetric="changes") == ["refuted", "proved"]


def used():
    tree = ast.parse(CODE)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    numpys = {node.attr for node in found if isinstance(node.value, ast.Name) and node.value.id == "np"}
    methods = {node.attr for node in found if not (isinstance(node.value, ast.Name) and node.value.id == "np")}
    return names, methods, numpys


@pytest.mark.parametrize("name", notation.__all__)
def test_every_name_of_the_notation_is_on_the_page(name):
    assert name in used()[0]


@pytest.mark.parametrize("name", sorted(NUMPY))
def test_every_name_of_numpys_that_has_a_rule_is_on_the_page(name):
    assert name.rpartition(".")[2] in set().union(*used()) or name.rpartition(".")[2] in SINCE_2


@pytest.mark.parametrize(
    "name", sorted(name for name in vars(Array) if not name.startswith("_") and hasattr(np.ndarray, name))
)
def test_every_method_is_on_the_page(name):
    assert name in used()[1]
