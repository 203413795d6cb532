"""Logistic regression: planted mistakes are found, the module holds, formulas and listing work on floats too."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gradcheck.documents.files import load
from gradcheck.graph import inputs_of
from gradcheck.judging.comparison import NumericPoint
from gradcheck.notation import gradient
from gradcheck.sampling.choices import Point, points
from gradcheck.tolerances import ROUNDING_BARS, SHARP
from gradcheck.verdicts import Verdict

FILE = Path(__file__).parents[2] / "derivations" / "logistic_regression.py"
DERIVATIONS = load(FILE).derivations

PLANTED = {
    "rows for columns": ("model", "1, a", 0, "shape(a), (1, n)", "shape(a), (n, 1)", "refuted"),
    "σ": ("model", "1, σ(z)", 0, '1 / (1 + exp(-z)), at="1, σ(z)"', '1 / (1 + exp(z)), at="1, σ(z)"', "refuted"),
    "cases of P(y|x)": ("probability", "1, P(y|x)", 0, "a**y * (1 - a) ** (1 - y)", "a**y * (1 - a) ** y", "refuted"),
    "brackets of the loss": (
        "probability",
        "1, 𝕃(a, y), lines 1-3",
        2,
        "log(P(y)),\n        -(y * log(a) + (1 - y) * log(1 - a)),",
        "log(P(y)),\n        -y * log(a) + (1 - y) * log(1 - a),",
        "refuted",
    ),
    "lost 1/n in the cost": (
        "cost",
        "1, 𝕁(w, b), lines 1-3",
        0,
        '1 / n * np.einsum("j->", cross',
        'np.einsum("j->", cross',
        "refuted",
    ),
    "lost log": ("cost", "1, 𝕁(w, b), lines 1-3", 2, "y_j * log(sigmoid(z_j))", "y_j * sigmoid(z_j)", "refuted"),
    "σ′": ("gradient_of_the_loss", "1.1, σ′(z)", 0, "a * (1 - a), at", "a * (1 + a), at", "refuted"),
    "sign in the chain": (
        "gradient_of_the_loss",
        "1.1, d𝓛, lines 1-4",
        1,
        "(-y / a + (1 - y)",
        "(-y / a - (1 - y)",
        "refuted",
    ),
    "gradient as a row": (
        "gradient_of_the_loss",
        "1.1, ∂_w 𝕃(a, y)",
        0,
        "(a - y) * x, at",
        "(a - y) * x.T, at",
        "ill-shaped",
    ),
    "not transposed": (
        "gradient_of_the_cost",
        "1.1, ∂_w 𝕁, lines 2-3",
        0,
        "((a - y) @ x.T).T",
        "((a - y) @ x.T)",
        "ill-shaped",
    ),
    "lost 1/n": (
        "gradient_of_the_cost",
        "1.1, ∂_b 𝕁",
        0,
        '1 / n * np.einsum("j->", a[0]',
        'np.einsum("j->", a[0]',
        "refuted",
    ),
    "sign in the code": ("listing", "1.1.1, line 50", 0, "J = (-1 / n) *", "J = (1 / n) *", "refuted"),
    "operands in the code": ("listing", "1.1.1, line 50", 0, "np.log(a) @ y.T", "y @ np.log(a)", "ill-shaped"),
    "dz in the code": ("listing", "1.1.1, line 47", 0, "dz = a - y", "dz = y - a", "refuted"),
    "sides of the threshold": ("listing", "1.1.1, lines 125-129", 0, "1 - (a < 0.5)", "1 - (a > 0.5)", "refuted"),
    "mistakes for hits": (
        "accuracy",
        "1.1.1, line 189",
        0,
        "100 - np.mean(np.abs(y_train_",
        "np.mean(np.abs(y_train_",
        "refuted",
    ),
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_a_planted_mistake_is_found(planted, fails):
    fails(FILE, *planted)


def test_counting_features_for_examples_is_called_by_its_name(plant):
    old, new = "misprint(dw, dw_right, features)", "dw"
    step = plant(FILE, "listing", "1.1.1, line 53", 0, old, new)
    assert step.judgement.verdict is Verdict.REFUTED
    assert "it is n/m × the gradient" in step.judgement.message


def test_a_misprint_that_is_true_fails(fails):
    fails(FILE, "gradient_of_the_loss", "1.1, d𝓛, lines 1-4", 0, "d_aL @ da @ d_wz,", "d_aL @ da @ dz,", "proved")


def test_a_correction_that_is_false_fails(plant):
    step = plant(FILE, "listing", "1.1.1, line 55", 0, "np.sum(dz) / n", "np.sum(dz) / m")
    assert not step.ok
    assert step.correction.verdict is Verdict.REFUTED


# ---- in plain NumPy ----------------------------------------------------------------------------------------------

MODULE = runpy.run_path(str(FILE))
EXAMPLES, COST = MODULE["_examples"](), MODULE["_cost_function"]
GRADIENTS = {name: gradient(EXAMPLES.J, getattr(EXAMPLES, name)) for name in ("w", "b")}
TRACED = COST(EXAMPLES.x, EXAMPLES.y, EXAMPLES.w, EXAMPLES.b)
INPUTS = inputs_of(GRADIENTS.values())


def values(at):
    return {node.name: at.evaluation(node) for node in INPUTS}


def by_hand(x, y, w, b):
    n = x.shape[1]
    a = 1 / (1 + np.exp(-(w.T @ x + b)))
    return {"w": x @ (a - y).T / n, "b": np.sum(a - y) / n}


@settings(max_examples=40)
@given(drawn=points(*GRADIENTS.values()), seed=st.integers(0, 999))
def test_the_closed_forms_are_the_gradients_of_floats(reverse_mode_gives, differences_give, drawn, seed):
    at = NumericPoint(Point(drawn.sizes, seed), INPUTS)
    right = by_hand(**values(at))
    for name, node in GRADIENTS.items():
        assume(np.all(np.isfinite(at.sampled(node).error)))
        reverse_mode_gives(at, node, right[name])
        differences_give(at, node, right[name])


@settings(max_examples=40)
@given(drawn=points(*GRADIENTS.values()), seed=st.integers(0, 999))
def test_the_listing_says_the_same_in_floats_and_in_symbols(drawn, seed):
    at = NumericPoint(Point(drawn.sizes, seed), INPUTS)
    ran = COST(**values(at))
    for name in ("z", "a", "dz", "J", "dw", "db"):
        value, rounding = at.engine(getattr(TRACED, name))
        found = np.asarray(getattr(ran, name))
        assert found.shape == value.shape, name
        assert np.all(np.abs(value - found) <= ROUNDING_BARS * rounding + SHARP * np.abs(value)), name
