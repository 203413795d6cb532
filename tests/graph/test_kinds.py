"""What holds of every kind of node: all facts are stated, and a wrong one is noticed."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from gradcheck import graph
from gradcheck.graph import KINDS, Array, Einsum, Misfit, Moving, dims, walk
from gradcheck.graph.families import Leaf
from gradcheck.notation import gradient, real
from gradcheck.numerics import differences, increments, rounding
from gradcheck.numerics.evaluate import Evaluation

n, m = dims("n m")
A = real("A", n, m)
FACTS = sorted(name for name in dir(Array) if getattr(getattr(Array, name), "__isabstractmethod__", False))


def test_there_are_facts_and_kinds():
    assert {"verb", "change", "rounding", "cotangent", "kinks", "is_rational", "mistakes"} <= set(FACTS)
    assert {"Input", "Literal", "Identity", "Apply", "Einsum", "Reshape", "Index"} <= {kind.__name__ for kind in KINDS}


@pytest.mark.parametrize("fact", FACTS)
def test_a_kind_that_does_not_state_a_fact_is_refused(fact):
    facts = {name: getattr(Einsum, name) for name in FACTS if name != fact}
    with pytest.raises(TypeError, match=f"the kind of node Half does not state {fact}"):
        type("Half", (Array,), facts)


def test_a_moving_kind_has_less_to_say_and_has_to_say_it():
    with pytest.raises(TypeError, match="does not state cotangent, examples, forgets_numbering, move"):
        type("Turn", (Moving,), {})


def test_what_several_kinds_share_is_no_kind():
    assert not {Array, Moving, Leaf} & set(KINDS)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not Misfit])
def test_the_examples_of_a_kind_are_of_it(kind):
    assert kind.examples
    for make in kind.examples:
        assert any(type(node) is kind for node in walk(make(A)))


def test_no_oracle_of_differences_asks_for_a_cotangent(monkeypatch):
    """They read forward values only, although the rules of reverse mode stand beside those that they use."""
    for kind in KINDS:
        monkeypatch.setattr(kind, "cotangent", lambda *args: pytest.fail("a cotangent was asked for"))
    target = gradient((A * A).sum(), A)
    values = {A.key: np.array([[0.5, -1.25, 2.0]])}
    reading = differences.read(target, differences.evaluation(values, {n: 1, m: 3}), {})
    np.testing.assert_allclose(reading.value, 2 * values[A.key], rtol=1e-9)
    moved = Evaluation(values, {n: 1, m: 3}, derivative=increments.differentiate)(target)
    np.testing.assert_allclose(moved, 2 * values[A.key], rtol=1e-12)


def test_operators_in_place_make_a_new_array():
    before = changed = A
    changed += 1
    changed *= 2
    square = real("square", m, m)
    changed @= square
    assert changed.key == (((A + 1) * 2) @ square).key
    assert before is A


# ---- who asks for a kind by its name ---------------------------------------------------------------------------------

EXCEPTIONS = {
    ("documents/instances.py", "Input"): "two inputs of one name are two nodes: inputs_of would see one",
    ("black_box/given.py", "Input"): "what a person hands over is checked",
    ("graph/elementwise.py", "Literal"): "operations on exact numbers are carried out at once",
    ("graph/largest.py", "Reshape"): "which puts 1 in the place of axes",
    ("graph/largest.py", "Broadcast"): "the largest entry may be repeated before an array is compared with it",
    ("entries/tree.py", "Literal"): "a number is known to rules for arrays, as the exponent of a power is",
    ("notation.py", "Apply"): "a function of one's own is replayed on numbers, symbols and arrays",
    ("judging/definitions.py", "Broadcast"): "one to the shape that is there already moves no entry",
    ("judging/definitions.py", "Derivative"): "equals itself as it is written, not as it is computed",
    ("judging/definitions.py", "Literal"): "an array of one number is declared, not computed",
    ("judging/definitions.py", "Reshape"): "one to the shape that is there already moves no entry",
    ("judging/conditions.py", "Apply"): "factors and signs are read from the rows of applications",
    ("judging/conditions.py", "Einsum"): "a transpose has the entries of what is transposed",
    ("judging/conditions.py", "Input"): "labels are masks, and probabilities have signs of their own",
    ("judging/conditions.py", "Moving"): "what is moved has the entries of what it was",
    ("numerics/differences.py", "Derivative"): "the outermost ones are sampled, what is inside of them is not",
    ("numerics/differences.py", "Literal"): "a kink between constants does not move",
    ("numerics/kinks.py", "Derivative"): "a convention is judged on a derivative by itself",
    ("numerics/kinks.py", "Reshape"): "which a gradient may stand under",
    ("numerics/reverse_mode.py", "Derivative"): "the sweep puts graphs in their place",
    ("network/problems.py", "Apply"): "what is predicted is what an activation gives",
    ("network/problems.py", "Derivative"): "claims about gradients are looked for",
    ("network/problems.py", "Input"): "parameters are inputs",
    ("network/problems.py", "Reshape"): "which a gradient may stand under",
    ("programs/program.py", "Broadcast"): "it keeps every NaN",
    ("programs/program.py", "Concatenate"): "it keeps every NaN",
    ("programs/program.py", "Reshape"): "it keeps every NaN",
    ("programs/structure.py", "Broadcast"): "rules of rewriting say by name what they rewrite",
    ("programs/structure.py", "Reshape"): "rules of rewriting say by name what they rewrite",
    ("proofs/guards.py", "Apply"): "choices are found, and what other rows stand for is put in their place",
    ("proofs/structure.py", "Apply"): "sums and products are read from the rows of applications",
    ("proofs/prime_field.py", "Multiplied"): "logs and roots of products along axes are those of the factors",
    ("proofs/structure.py", "Multiplied"): "likewise",
    ("proofs/structure.py", "Moving"): "a sum is looked through what moves it",
    ("proofs/symbols.py", "Input"): "anything else that is differentiated by is moved by symbols of its own",
}
"""Tests of a node's kind outside of its own file; the values of kinds are tables of verbs, which name no kind."""
NAMES = {kind.__name__: kind for kind in [*KINDS, Moving, Leaf]}
PACKAGE = Path(graph.__file__).parents[1]


def asked_for():
    """(file, kind) of every isinstance and every `type(…) is` that names a kind of node."""
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = getattr(getattr(node, "func", None), "id", "")
            tested = node.args[1:] if called in ("isinstance", "issubclass") else getattr(node, "comparators", [])
            for name in (part.id for test in tested for part in ast.walk(test) if isinstance(part, ast.Name)):
                if name in NAMES and NAMES[name].__module__ != f"gradcheck.{file.parent.name}.{file.stem}":
                    yield str(file.relative_to(PACKAGE)), name


def test_a_kind_is_asked_for_by_name_in_its_own_file_only():
    assert set(asked_for()) == set(EXCEPTIONS)


# ---- rounding --------------------------------------------------------------------------------------------------------

SIZES = {n: 4, m: 5}
VALUES = np.round(np.random.default_rng(3).standard_normal((4, 5)), 3) * 1e3 + 1 / 3
COMPUTED = [kind for kind in KINDS if kind is not Misfit and kind.verb != "differentiated"]


def lost_and_bounds(graph):
    """What floating point loses of a graph, against exact arithmetic, and the bound on it."""
    exactly = np.array([sp.Rational(float(value)) for value in VALUES.ravel()], dtype=object).reshape(VALUES.shape)
    exact = Evaluation({A.key: exactly}, SIZES, dtype=object)(graph)
    point = Evaluation({A.key: VALUES}, SIZES)
    gaps = [
        abs(sp.N(true, 40) - sp.Rational(float(seen))) for true, seen in zip(exact.flat, point(graph).flat, strict=True)
    ]
    return np.array(gaps, float), rounding.bound(graph, point, {}).ravel()


@pytest.mark.parametrize("kind", COMPUTED)
def test_what_a_kind_loses_is_within_its_bound_and_a_bound_of_nothing_is_noticed(kind, monkeypatch):
    found = [lost_and_bounds(make(A)) for make in kind.examples]
    for lost, bound in found:
        assert np.all(lost <= bound)
    monkeypatch.setattr(kind, "rounding", lambda *args: 0.0)
    monkeypatch.setattr(kind, "change", lambda self, on, operands, changes, value: 0.0 * value)
    wrong = [lost_and_bounds(make(A)) for make in kind.examples if type(make(A)) is kind]
    for lost, bound in wrong:
        assert not np.any(bound)
        assert issubclass(kind, (Leaf, Moving)) or np.any(lost > bound)
