"""Logistic regression: planted mistakes are found, the module holds, formulas and listing work on floats too."""

from __future__ import annotations

import runpy
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gradcheck.documents.causes import Telling, in_telling
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
        "log_loss",
        "1, 𝕃(a, y), line 1",
        2,
        "log(P(y, a)),\n        -(y * log(a) + (1 - y) * log(1 - a)),",
        "log(P(y, a)),\n        -y * log(a) + (1 - y) * log(1 - a),",
        "refuted",
    ),
    "lost 1/n in the cost": (
        "cost",
        "1, 𝕁(w, b), line 1",
        0,
        "1 / n * cross_entropy(a_j, y_j).sum(j)",
        "cross_entropy(a_j, y_j).sum(j)",
        "refuted",
    ),
    "lost log": ("cost", "1, 𝕁(w, b), line 1", 2, "y_j * log(σ(z_j))", "y_j * σ(z_j)", "refuted"),
    "σ′": ("gradient_of_the_loss", "1.1, σ′(z)", 0, "a * (1 - a), at", "a * (1 + a), at", "refuted"),
    "sign in the chain": (
        "gradient_of_the_loss",
        "1.1, d𝓛, line 1",
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
        "1.1, ∂_w 𝕁, line 1",
        1,
        "((a - y) @ x.T).T",
        "((a - y) @ x.T)",
        "ill-shaped",
    ),
    "lost 1/n": ("gradient_of_the_cost", "1.1, ∂_b 𝕁", 0, "1 / n * (a[0, j]", "(a[0, j]", "refuted"),
    "sign in the code": (
        "listing",
        "1.1.1, code line 50",
        0,
        "(-1 / n) * (np.log(a) @ y.T + np.log(1 - a) @ (1 - y).T),",
        "(1 / n) * (np.log(a) @ y.T + np.log(1 - a) @ (1 - y).T),",
        "refuted",
    ),
    "operands in the code": (
        "listing",
        "1.1.1, code line 50",
        0,
        "(np.log(a) @ y.T + np.log(1 - a) @ (1 - y).T),",
        "(y @ np.log(a) + np.log(1 - a) @ (1 - y).T),",
        "ill-shaped",
    ),
    "sign in the function": ("listing", "1.1.1, code line 34", 0, "J = (-1 / n) *", "J = (1 / n) *", "refuted"),
    "dz in the code": (
        "listing",
        "1.1.1, code line 47",
        0,
        "gradient(n * J, z), a - y",
        "gradient(n * J, z), y - a",
        "refuted",
    ),
    "ascent": ("descent", "1.1.1, code line 91", 0, "w - alpha * dw, at", "w + alpha * dw, at", "refuted"),
    "sides of the threshold": (
        "prediction",
        "1.1.1, code line 129",
        0,
        "pseudo_predict = ~(a < 0.5)",
        "pseudo_predict = ~(a > 0.5)",
        "refuted",
    ),
    "the mask itself": ("prediction", "1.1.1, code lines 126-127", 0, "1), ~(a < 0.5)", "1), a < 0.5", "refuted"),
    "mistakes for hits": (
        "accuracy",
        "1.1.1, code line 189",
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
    old, new = "(x @ dz.T) / FEATURES(m, n), at", "(x @ dz.T) / m, at"
    step = plant(FILE, "listing", "1.1.1, code line 53", 0, old, new)
    assert step.judgement.verdict is Verdict.REFUTED
    assert "it is n/m × the gradient" in step.judgement.message


def test_a_misprint_that_is_true_fails(fails):
    old = "BY_W_ALONE(jacobian(z, w), np"
    fails(FILE, "gradient_of_the_loss", "1.1, d𝓛, line 1", 0, old, "BY_W_ALONE(x_1, np", "proved")


def test_a_correction_that_is_false_fails(plant):
    step = plant(
        FILE,
        "gradient_of_the_cost",
        '1.1, "our cost function 𝕁 is the sum-log-loss"',
        0,
        ".sum() / n),",
        ".sum() / n**2),",
    )
    assert not step.ok
    assert step.correction.verdict is Verdict.REFUTED


# ---- the mistakes of the section ---------------------------------------------------------------------------------

MODULE = runpy.run_path(str(FILE))
MISTAKES = {
    "BY_W_ALONE": {73},  # d_w φ(w, b) in the chain of d𝓛, which has m + 1 columns
    "SUM": {85},  # "the sum-log-loss"
    "FLOAT": {136, 180},  # "J : float", "List[float]"
    # What the code divides by m is said to be the gradient, steps by it, and has alpha for its rate.
    "FEATURES": {140, 142, 156, 158, 174, 184, 186, 199, 200, 256, 280},
    "EVERY": {181},  # "for each iteration we record the cost"
    "LATE": {205},  # idx = int(i / 100) - 1
}
"""The cause of each, and the lines of the document in which it is seen."""


def test_each_mistake_is_marked_in_each_line_that_has_it():
    marked = defaultdict(set)
    for derivation in DERIVATIONS:
        for step in (step for claim in derivation.claims() for step in claim.steps):
            for mistake in step.mistakes:
                marked[mistake.why].add(step.source_line)
    assert marked == {MODULE[name].mistake.why: lines for name, lines in MISTAKES.items()}


def test_a_learning_rate_of_n_over_m_times_alpha_is_what_the_code_descends_with(plant):
    step = plant(
        FILE,
        "descent",
        "1.1.1, code line 66, the learning rate",
        0,
        "db = np.sum(dz) / FEATURES(m, n)",
        "db = np.sum(dz) / m",
    )
    assert "it is n/m × the left-hand side" in step.judgement.message


# ---- in plain NumPy ----------------------------------------------------------------------------------------------

EXAMPLES = MODULE["_examples"]()
GRADIENTS = {name: gradient(EXAMPLES.J, getattr(EXAMPLES, name)) for name in ("w", "b")}
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


ALPHA, ITERATIONS = 0.25, 2


def as_printed(x, y, w, b):
    """What the listing computes, in floats or in symbols."""
    with in_telling(Telling(lambda mistake: True)):
        J, dw, db = MODULE["cost_function"](x, y, w, b)
        costs, params, grads = MODULE["grad_descent"](x, y, w, b, ALPHA, ITERATIONS)
    predicted = MODULE["predict"](w, b, x)
    return {"J": J, "dw": dw, "db": db, "cost": costs[0], **params, "last dw": grads["dw"], "predicted": predicted}


TRACED = as_printed(EXAMPLES.x, EXAMPLES.y, EXAMPLES.w, EXAMPLES.b)


@settings(max_examples=40)
@given(drawn=points(*GRADIENTS.values()), seed=st.integers(0, 999))
def test_the_listing_says_the_same_in_floats_and_in_symbols(drawn, seed):
    at = NumericPoint(Point(drawn.sizes, seed), INPUTS)
    for name, ran in as_printed(**values(at)).items():
        value, rounding = at.engine(TRACED[name])
        found = np.asarray(ran)
        assert found.shape == value.shape, name
        assert np.all(np.abs(value - found) <= ROUNDING_BARS * rounding + SHARP * np.abs(value)), name
