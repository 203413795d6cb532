"""Where proofs say something: conditions are named unless they are visibly met, and none is lost."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import bits, claim, derivation, dims, gradient, positive, real, verify
from gradcheck.graph import as_array, inputs_of
from gradcheck.judging.comparison import NumericPoint
from gradcheck.judging.conditions import Signs, conditions
from gradcheck.notation import cross_entropy, exp, log, relu, sigmoid, softplus, sqrt, tanh, unit
from gradcheck.printing.styles import Unicode
from gradcheck.sampling.point import Point

n, m = dims("n m")
x, y, p, u = real("x", n), real("y", n), positive("p", n), unit("u", n)
A, W1, Y = real("A", n, m), real("W1", m, n), bits("Y", n)
T, Z1 = sigmoid(x), W1 @ x
NAMES = {id(T): "T", id(Z1): "Z1"}


def where(*sides):
    arrays = [as_array(side) for side in sides]
    target, step = arrays if len(arrays) == 2 else arrays * 2
    found = conditions(target, step, Unicode(NAMES, "[]"), Signs(arrays))
    return found["values"], found["kinks"]


OF_VALUES = {
    "a quotient": (x * y / y, ["y ≠ 0"]),
    "a root": (sqrt(x) * sqrt(x), ["x > 0"]),
    "a logarithm": (log(x.sum()), ["Σ(x) > 0"]),
    "each factor of a divisor": (x / (y * x**2 * exp(y)), ["y ≠ 0", "x ≠ 0"]),
    "a negative power": (x**-2, ["x ≠ 0"]),
    "a fractional power": (x**0.5, ["x > 0"]),
    "a square under a root": (x / sqrt(x * x) + sqrt(y**2), ["x ≠ 0", "y ≠ 0"]),
    "a loss": (cross_entropy(x, Y), ["x between 0 and 1"]),
    "a difference": (1 / (x - y), ["x − y ≠ 0"]),
    "a range that ends at 0": (1 / relu(x) + log(abs(y)), ["ReLU(x) ≠ 0", "abs(y) > 0"]),
    "one that another one says already": (log(x) / x, ["x > 0"]),
    "in what is differentiated": (gradient(log(x).sum(), x), ["x > 0"]),
    "a mask that may be none": (np.where(x, y, 0), ["x is 0 or 1"]),
}


@pytest.mark.parametrize("name", OF_VALUES)
def test_what_values_need_is_said_in_short(name):
    formula, expected = OF_VALUES[name]
    assert where(formula)[0] == expected


def test_entries_in_two_places_are_two():
    assert len(where(1 / (1 + x[:, None] * x[None, :]))[0]) == 1
    assert where(1 / (1 + x * x))[0] == []


NOTHING = {
    "a whole power": x**3,
    "a size": x / n,
    "a positive input": log(p) / sqrt(p),
    "a probability": log(u) + log(1 - u),
    "a sigmoid": log(T) + log(1 - T) + x / (T * (1 - T)),
    "a sigmoid that is moved": log(1 - T[:, None]) + log(1 - sigmoid(A).T).sum(),
    "a square": x / (1 + y**2),
    "an exponential": x / (exp(x) + exp(-x)) / exp(x).sum(),
    "softplus": log(softplus(x)),
    "a mask": np.where(x > 3, x, 0),
    "labels": np.where(Y, x, 0),
    "a power of what is positive": p**x,
    "a loss of a probability": cross_entropy(T, Y),
    "tanh": log(1 - tanh(x)),
    "more than a size": x / (1 + abs(x)) + log(2 + relu(x)) + sqrt(1 + np.maximum(x, y) ** 2),
    "less than a number": x / (-2 - abs(y)) + 1 / (tanh(x) - 3),
    "a value that is cut off": log(np.maximum(x, 1e-9)),
}


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_visibly_so_is_not_said(name):
    assert where(NOTHING[name])[0] == []


KINKS = {
    "a mask": (x * (x > 3), ["x = 3"]),
    "a mask of two": (x * (x >= y), ["x = y"]),
    "a derivative": (gradient(relu(Z1).sum(), x), ["Z[1] = 0"]),
    "a maximum that is differentiated": (gradient(np.maximum(x, y).sum(), x), ["x = y"]),
    "a bend": (relu(x), []),
    "a mask that cannot change": (x * (exp(x) > 0), []),
    "the bend of a positive": (gradient(abs(exp(x)).sum(), x), []),
}


@pytest.mark.parametrize("name", KINKS)
def test_kinks_are_left_out_where_they_decide(name):
    formula, expected = KINKS[name]
    assert where(formula)[1] == expected


@pytest.mark.parametrize("seed", range(40))
def test_a_formula_without_conditions_has_values_everywhere(seed):
    """Random quotients, roots and logarithms: where nothing is said, no point may lie outside of a domain."""
    rng = np.random.default_rng(seed)
    parts = [x, y, p, T, 1 - T, x * x, exp(y), x - y, tanh(x), 1 + x * x, relu(x), softplus(y), abs(x), p - 1, 1 - u]
    chosen = [parts[i] for i in rng.integers(len(parts), size=3)]
    inner = chosen[0] + chosen[1] if rng.integers(2) else chosen[0] * chosen[1]
    formula = [log, sqrt, lambda v: chosen[2] / v, lambda v: v**-0.5][rng.integers(4)](inner)
    if not where(formula)[0]:
        inputs = inputs_of([formula])
        for pattern in ("", "zeros", "constant", "saturated"):
            for at in range(5):
                point = NumericPoint(Point({n: 6}, at, pattern=pattern), inputs)
                assert not point.outside_domain(formula, for_certain=True), formula


def test_reports_and_evidence_say_where_a_proof_holds():
    @derivation(source="notes")
    def notes():
        yield claim(x * y / y, x)
        yield claim(gradient(relu(y).sum(), y), y > 0)

    report = verify(notes, examples=1)
    first, second = (step.judgement.evidence["where"] for step in report.steps)
    assert first == {"values": ["y ≠ 0"], "kinks": []}
    assert second == {"values": [], "kinks": ["y = 0"]}
    assert "  proved where both sides have values: y ≠ 0; away from kinks: y = 0" in str(report).splitlines()
