"""Fingerprints: whatever a verdict depends on changes them, and nothing else does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gradcheck import bits, claim, derivation, dims, gradient, jacobian, misprint, positive, reading, real, shape
from gradcheck.documents.instances import read
from gradcheck.functions import Function
from gradcheck.judging import fingerprints
from gradcheck.judging.fingerprints import fingerprint
from gradcheck.judging.mistakes import variants
from gradcheck.limits import USUAL, Limits
from gradcheck.notation import abstract, exp, function, leaky_relu, relu, sigmoid, softmax
from gradcheck.strategies import activations

n, m = dims("n m")


def key(claims, examples=3, limits=USUAL, **options):
    notes = derivation(source=options.pop("source", "notes"), **options)(claims)
    runs, groups, problems = read(notes, examples)
    assert not problems
    return fingerprint(notes, runs, groups, examples, limits)


def plain(step=lambda x: 2 * x, target=lambda x: (x**2).sum(), make=real, at="(1)", name="x"):
    def notes():
        x = make(name, n, m)
        yield claim(gradient(target(x), x), step(x), at=at)

    return notes


def swish(factor):
    return function("swish", lambda x: x * sigmoid(factor * x))


OTHERS = {
    "another step": plain(lambda x: 3 * x),
    "another number": plain(lambda x: (2 + 1e-9) * x),
    "another target": plain(target=lambda x: (x**3).sum()),
    "another domain": plain(make=positive),
    "a domain of bits": plain(make=bits),
    "another place": plain(at="(2)"),
    "another name of an input": plain(name="y"),
    "another order": plain(lambda x: x * 2),
    "a part that has another shape": plain(lambda x: 2 * x.T),
    "a mistake that is marked": plain(lambda x: misprint(x, 2 * x, "2 is lost")),
    "why it is": plain(lambda x: misprint(x, 2 * x, "lost")),
    "a printed formula": plain(lambda x: reading(2, x)),
    "another one": plain(lambda x: reading(x, 2)),
    "one with a sign": plain(lambda x: reading(2, "*", x)),
    "one that is ambiguous": plain(lambda x: reading(x @ x.T, x @ x.T, x)),
    "one that is so in other parts": plain(lambda x: reading(x @ x.T, 1 * x @ x.T, x)),
    "a function": plain(lambda x: relu(x)),
    "another function": plain(lambda x: relu.prime(x)),
    "a slope": plain(lambda x: leaky_relu(0.1)(x)),
    "another slope": plain(lambda x: leaky_relu(0.2)(x)),
    "an abstract function": plain(lambda x: abstract("g")(x)),
    "its derivative": plain(lambda x: abstract("g").prime(x)),
    "a function of one's own": plain(lambda x: swish(1)(x)),
    "one of the same name": plain(lambda x: swish(2)(x)),
    "along an axis": plain(lambda x: softmax(x, axis=0)),
    "along another axis": plain(lambda x: softmax(x, axis=1)),
    "a part": plain(lambda x: np.concatenate([x[:1], x[1:]], axis=0)),
    "another part": plain(lambda x: np.concatenate([x[:2], x[2:]], axis=0)),
    "a jacobian": plain(target=lambda x: x.sum(), step=lambda x: jacobian(x.sum(), x).reshape(n, m)),
}


@pytest.mark.parametrize("claims", OTHERS.values(), ids=OTHERS)
def test_what_changes_a_verdict_changes_the_fingerprint(claims):
    assert key(claims) is not None
    assert key(claims) != key(plain())
    assert key(claims) == key(claims)


def test_no_two_of_them_have_one_fingerprint():
    assert len({key(claims) for claims in OTHERS.values()}) == len(OTHERS)


def test_no_wrong_variant_has_the_fingerprint_of_the_right_one():
    def step(x):
        return 2 * exp(x) * relu(x) / m - x.sum(axis=0, keepdims=True)

    x = real("x", n, m)
    right = step(x)
    found = {
        key(plain(lambda x, formula=one.formula: formula, make=lambda *what: x)) for one in variants(right, {}, [])
    }
    assert len(found) > 10
    assert key(plain(lambda x: right, make=lambda *what: x)) not in found


@pytest.mark.parametrize(
    "options", [{"source": "other"}, {"broadcast": False}, {"layers": "()"}, {"reading": "numpy"}], ids=str
)
def test_what_is_said_of_the_document_counts(options):
    assert key(plain(), **options) != key(plain())


def test_how_a_printed_formula_is_read_counts():
    printed = plain(lambda x: reading(x @ x.T, "*", x @ x.T, x @ x.T, x))
    assert len({key(printed, **options) for options in ({}, {"reading": "numpy"}, {"reading": "matrix"})}) == 3


def test_what_is_asked_for_counts():
    asked = [
        key(plain()), key(plain(), 4), key(plain(), limits=Limits(search=10)),
        key(plain(), limits=Limits(search=10, explains_marked=True)),
    ]  # fmt: skip
    assert len(set(asked)) == len(asked)
    assert key(plain(), limits=Limits(5, 1)) == asked[0]  # what is judged in less time is judged alike


def test_the_versions_count(monkeypatch):
    before, known = key(plain()), fingerprints.versions()
    monkeypatch.setattr(fingerprints, "versions", lambda: (*known, "another"))
    assert key(plain()) != before


def test_drawn_structure_counts():
    def drawn(g):
        x = real("x", n)
        yield claim(gradient(g(x).sum(), x), g.prime(x))

    assert key(drawn, g=activations()) == key(drawn, g=activations())
    assert key(drawn, 2, g=activations()) != key(drawn, 3, g=activations())


def test_names_that_an_author_gives_to_parts_count():
    def named():
        x = real("x", n)
        double = 2 * x
        yield claim(gradient((x**2).sum(), x), double + 0 * double)

    def unnamed():
        x = real("x", n)
        yield claim(gradient((x**2).sum(), x), 2 * x + 0 * (2 * x))

    assert key(named) != key(unnamed)


def test_declared_shapes_and_what_does_not_conform_have_one():
    def shapes():
        x = real("x", n, m)
        yield claim(shape(x @ x.T), (n, n))
        yield claim(gradient(x.sum(), x), x @ x)

    assert key(shapes) == key(shapes) is not None


def test_a_function_whose_code_is_not_ours_has_none():
    foreign = replace(abstract("h"), name="h2", numpy=lambda x: x + len("secret"), is_abstract=False)
    assert isinstance(foreign, Function)
    assert key(plain(lambda x: foreign(x))) is None
