"""What a mask keeps out is no reason for a proof: where the other side is chosen, NumPy has a value, and it counts."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import verify
from gradcheck.documents.claims import claim
from gradcheck.documents.derivations import derivation
from gradcheck.graph import dims, inputs_of
from gradcheck.notation import abstract, bits, function, gradient, log, real, relu, sigmoid, sqrt
from gradcheck.proofs.guards import keeps_out
from gradcheck.proofs.structure import Visible
from gradcheck.proofs.symbols import SymbolicPoint
from gradcheck.verdicts import Verdict

n = dims("n")
x, z, y = real("x", n), real("z", n), bits("y", n)
g = abstract("g")
inverse = function("inverse", lambda t: 1 / t)


def verdict(target, step):
    @derivation(source="homework")
    def written():
        yield claim(target, step)

    (found,) = verify(written).steps
    return found.judgement.verdict


ONE_SIDED = {  # divided by what vanishes for x < 0, with what it is for x > 0
    "relu": (lambda: 1 / relu(x), lambda: 1 / x),
    "maximum": (lambda: z / np.maximum(x, 0), lambda: z / x),
    "mask": (lambda: z / (x > 0), lambda: z),
    "product with a mask": (lambda: z / (x * (x > 0)), lambda: z / x),
    "abs": (lambda: 2 / (abs(x) + x), lambda: 1 / x),
    "root of a square": (lambda: 2 / (sqrt(x * x) + x), lambda: 1 / x),
    "log": (lambda: log(relu(x)), lambda: log(abs(x))),
    "power": (lambda: relu(x) ** -2, lambda: x**-2),
    "function of one's own": (lambda: inverse(relu(x)), lambda: 1 / x),
    "1 - mask": (lambda: 1 / (1 - (x <= 0)), lambda: 1 + 0 * x),
}
CHOICES = {
    "where x > 0": lambda inside: np.where(x > 0, inside, 5),
    "where not x <= 0": lambda inside: np.where(x <= 0, 5, inside),
    "nested": lambda inside: np.where(z > 0, np.where(x > 0, inside, 5), 5),
    "another threshold": lambda inside: np.where(x > 1, inside, 5),
}


@pytest.mark.parametrize("form", ONE_SIDED)
@pytest.mark.parametrize("choice", CHOICES)
def test_a_wrong_value_on_the_side_that_a_mask_keeps_out_is_no_proof(form, choice):
    whole, inside = (make() for make in ONE_SIDED[form])
    chosen = CHOICES[choice]
    for wrong in (chosen(inside) + 7 * (x < -0.5), chosen(inside) + x * (x <= 0)):
        assert verdict(chosen(whole), wrong) in (Verdict.REFUTED, Verdict.UNDECIDED)


def test_a_fraction_that_loses_its_mask_is_refuted():
    assert verdict(np.where(x > 0, 1 / relu(x), 5), 1 / x + 5 * (x <= 0)) is Verdict.REFUTED


def test_a_right_formula_is_seen_to_hold_on_both_sides():
    assert verdict(np.where(x > 0, 1 / relu(x), 5), np.where(x > 0, 1 / x, 5)) is Verdict.AGREES


@pytest.mark.parametrize("form", ["relu", "log", "power", "root of a square"])
def test_a_wrong_gradient_on_the_side_that_a_mask_keeps_out_is_no_proof(form):
    whole, inside = (make() for make in ONE_SIDED[form])
    slope = gradient((inside + 0 * x).sum(), x)
    assert verdict(gradient(np.where(x > 0, whole, 5).sum(), x), slope) in (Verdict.REFUTED, Verdict.UNDECIDED)


PROVED = {
    "length": lambda: (np.where(x @ x > 0, x / sqrt(x @ x), 0), np.where(x @ x > 0, x, 0) / sqrt(x @ x)),
    "positive": lambda: (np.where(x > 0, 1 / (1 + relu(x)), 1), 1 / (1 + relu(x))),
    "gradient": lambda: (gradient(np.where(x > 0, log(x), x).sum(), x), np.where(x > 0, 1 / x, 1)),
}


@pytest.mark.parametrize("name", PROVED)
def test_what_is_0_almost_nowhere_may_be_divided_by_under_a_mask(name):
    assert verdict(*PROVED[name]()) is Verdict.PROVED


KEPT_OUT = {
    "relu": np.where(x > 0, 1 / relu(x), 5),
    "label": np.where(y, 1 / y, 5),
    "unknown function": np.where(x > 0, 1 / g(x), 5),
    "a free input times 0": np.where(x > 0, 1 / (z * ((x + 1) ** 2 - x**2 - 2 * x - 1) + relu(x)), 5),
    "derivative": gradient(np.where(x > 0, sqrt(relu(x)), 5).sum(), x),
}
HARMLESS = {
    "no mask": 1 / relu(x),
    "numerator": np.where(x > 0, relu(x) / 2, 5),
    "input": np.where(x > 0, 1 / x, log(z)),
    "condition": np.where(1 / relu(x) > 0, x, z),
    "choice in a choice": np.where(x > 0, np.where(z > 0, x, z), relu(x)),
    "positive": np.where(y, log(sigmoid(relu(x))), 5),
    "never so small": np.where(y, log(np.maximum(x, 1e-9)), 5),
    "bias": np.where(x > 0, 1 / (z + relu(x)), 5),
    "square": np.where(x > 0, relu(x) ** 2, 5),
}


@pytest.mark.parametrize("name", [*KEPT_OUT, *HARMLESS])
def test_what_may_have_no_value_on_an_open_set_is_known(name):
    graph = {**KEPT_OUT, **HARMLESS}[name]
    assert keeps_out(Visible({n: 2}), SymbolicPoint(inputs_of([graph]), {n: 2}).is_0, graph) is (name in KEPT_OUT)
