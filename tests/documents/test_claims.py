"""Derivations and claims are data, and what cannot be one says so where it is written."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from gradcheck import abuse_of_notation, claim, derivation, dims, gradient, misprint, real, shape
from gradcheck.documents.derivations import Derivation
from gradcheck.documents.errors import DerivationError
from gradcheck.graph import Literal

n, m = dims("n m")
x = real("x", n)


def failing(action):
    with pytest.raises(DerivationError) as caught:
        action()
    return caught.value


# ---- what cannot be a claim --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "what", "cure"),
    [
        (lambda: claim(x), "a claim without steps says nothing", "write claim(target, step, …)"),
        (lambda: claim(x, x, at=9), "at=9 is not a text", 'write at="9"'),
        (lambda: misprint(x, x, 9), "why=9 is not a text", 'write why="9"'),
        (lambda: abuse_of_notation(x, x, None), "why=None is not a text", 'write why="None"'),
        (lambda: claim(x, "2x"), "'2x' cannot stand in a formula", "claims are about arrays"),
        (lambda: claim("x", x), "'x' cannot stand in a formula", "claims are about arrays"),
        (lambda: claim(x, None), "None cannot stand in a formula", "claims are about arrays"),
        (lambda: claim(x, misprint("2x", x, "why")), "'2x' cannot stand in a formula", "claims are about arrays"),
        (lambda: claim(x, float("inf")), "inf cannot stand in a formula", "claims are about arrays"),
        (lambda: claim(shape(x), x), "x is not a shape", "write claim(shape(X), (n, m))"),
        (lambda: claim((n, m), (n, m)), "(n, m) cannot stand in a formula", "write claim(shape(X), (n, m))"),
    ],
)
def test_what_cannot_stand_in_a_claim_is_refused_with_the_line_and_the_cure(make, what, cure):
    error = failing(make)
    assert error.what.startswith(what)
    assert cure in error.cure
    assert error.line == make.__code__.co_firstlineno


def test_a_claim_keeps_what_was_said():
    line = test_a_claim_keeps_what_was_said.__code__.co_firstlineno + 2
    said = claim(x * x, x**2, 2, misprint(x, x * x, "why"), abuse_of_notation(x, x * x, "row"), at="eq. 1")
    assert (said.at, said.line, len(said.steps)) == ("eq. 1", line, 4)
    assert isinstance(said.steps[1].forms[0], Literal)
    assert [step.kind for step in said.steps[2:]] == ["misprint", "abuse"]
    assert said.steps[2].why == "why"


def test_a_claim_about_a_shape_keeps_sizes():
    said = claim(shape(x), (n,), (dims("m"), 1))
    assert [step.forms for step in said.steps] == [((n,),), ((m, 1),)]


# ---- derivations -------------------------------------------------------------------------------------------------


def test_a_derivation_is_not_called_and_knows_its_place():
    @derivation(source="notes.txt")
    def notes():
        yield claim(x, x)

    assert isinstance(notes, Derivation)
    assert (notes.name, notes.source, notes.broadcast) == ("notes", "notes.txt", True)
    assert notes.file == __file__
    assert not callable(notes)


def without_strategies():
    @derivation(depth=st.integers(1, 2))
    def notes(depth, width):
        yield claim(x, x)


def with_too_many():
    @derivation(depth=st.integers(1, 2))
    def notes():
        yield claim(x, x)


def with_a_value():
    @derivation(depth=3)
    def notes(depth):
        yield claim(x, x)


def with_a_number_as_source():
    @derivation(source=9)
    def notes():
        yield claim(x, x)


def without_brackets():
    @derivation
    def notes():
        yield claim(x, x)


@pytest.mark.parametrize(
    ("make", "what", "cure"),
    [
        (without_strategies, "notes(depth, width) is given strategies for (depth)", "one Hypothesis strategy for each"),
        (with_too_many, "notes() is given strategies for (depth)", "one Hypothesis strategy for each argument"),
        (with_a_value, "depth=3 is not a Hypothesis strategy", "write depth=just(3) for one value"),
        (with_a_number_as_source, "source=9 is not a text", 'write source="9"'),
        (without_brackets, "@derivation is used without brackets", 'write @derivation(source="…")'),
    ],
)
def test_a_derivation_that_cannot_be_run_is_refused_where_it_is_written(make, what, cure):
    error = failing(make)
    assert error.what == what
    assert cure in error.cure
    assert error.line == make.__code__.co_firstlineno + 1


def test_names_are_those_of_the_moment_of_the_yield():
    @derivation()
    def notes():
        Z = x * 2
        H = [None, x * 3, {"out": x * 4}]
        layers = {"out": x * 5}
        yield claim(Z, H[1])
        Z = x * 6
        yield claim(x, layers["out"])

    first, second = notes.claims()
    assert {"Z", "H[1]", "layers[out]"} <= set(first.names.values())
    assert first.names[id(first.target)] == "Z"
    assert second.names[id(second.steps[0].forms[0])] == "layers[out]"
    assert list(second.names.values()).count("Z") == 1


def test_what_is_left_of_a_loop_does_not_rename_what_a_list_holds():
    @derivation()
    def notes():
        W = [x * 2, x * 3]
        for layer, w in enumerate(W):
            yield claim(w, 1 * w, at=f"{layer}")
        for alone in (W[0] * 4,):
            print(alone)
        yield claim(W[1], alone)
        V = [W[layer] * 5]
        b = V[0]
        yield claim(b, V[0])

    first, second, behind, last = notes.claims()
    assert [claim.names[id(claim.target)] for claim in (first, second, behind, last)] == ["w", "w", "W[1]", "b"]
    assert behind.names[id(behind.steps[0].forms[0])] == "alone"


def test_claims_of_one_line_are_told_apart_by_their_yield():
    @derivation()
    def notes():
        _ = (yield claim(x, x)), (yield claim(x, x))
        for _ in range(2):
            yield claim(x, x)

    one, two, three, again = notes.claims()
    assert one.line == two.line
    assert len({one.site, two.site, three.site}) == 3
    assert three.site == again.site


def test_structure_is_handed_to_the_function():
    @derivation(depth=st.integers(1, 3))
    def notes(depth):
        for _ in range(depth):
            yield claim(gradient((x * x).sum(), x), 2 * x)

    assert [len(list(notes.claims(depth=depth))) for depth in (1, 3)] == [1, 3]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (lambda: None, "<lambda> yields nothing: it returned NoneType"),
        (lambda: [claim(x, x)], "<lambda> yields nothing: it returned list"),
        (lambda: (yield 3), "<lambda> yielded 3, which is not a claim"),
        (lambda: (yield np.zeros(50)), "<lambda> yielded array([0."),
        (lambda: (yield from ()), "<lambda> ended without a claim"),
    ],
)
def test_what_does_not_yield_claims_is_refused(body, what):
    error = failing(lambda: list(derivation()(body).claims()))
    assert error.what.startswith(what)
    assert "write `yield claim(target, step" in error.cure
    assert len(error.what) < 110
