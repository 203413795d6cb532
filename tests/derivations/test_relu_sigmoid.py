"""The ReLU/sigmoid notes: planted mistakes are found, the module holds, its formulas are gradients of floats too."""

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
from gradcheck.verdicts import Verdict

FILE = Path(__file__).parents[2] / "derivations" / "relu_sigmoid.py"
DERIVATIONS = load(FILE).derivations


PLANTED = {
    "sign": (
        "layer_2_instance",
        "layer 2, ∂L/∂W_k, line 1",
        2,
        "(t - y) * a1[k, 0],",
        "(y - t) * a1[k, 0],",
        "refuted",
    ),
    "not transposed": (
        "layer_2",
        "layer 2, vectorised, ∂J/∂W",
        0,
        "1 / m * (T - Y) @ A1.T",
        "1 / m * (T - Y) @ A1",
        "ill-shaped",
    ),
    "indices swapped": (
        "layer_1_instance",
        "layer 1, each instance, ∂L/∂W_jk, line 1",
        0,
        "gradient(L, W1[j, k]),",
        "gradient(L, W1[k, j]),",
        "refuted",
    ),
    "a link of the chain lost": (
        "layer_1_instance",
        "layer 1, each instance, ∂L/∂b_j, line 1",
        1,
        "relu_prime(z1[j, 0]) * 1,",
        "1,",
        "refuted",
    ),
    "a case of ReLU′": (
        "layer_1_instance",
        "layer 1, cases of ReLU′",
        0,
        "where(u > 0, 1, where(u < 0, 0, 0))",
        "where(u > 0, 1, where(u < 0, 1, 0))",
        "refuted",
    ),
    "a case of ReLU": ("forward_instance", "(2), cases", 0, "where(z1 > 0, z1, 0)", "where(z1 < 0, z1, 0)", "refuted"),
    "wrong layer": (
        "final_updates",
        "final update of W1",
        0,
        "alpha / m * W2.T @ (T - Y) * relu_prime(Z1)",
        "alpha / m * W2.T @ (T - Y) * relu_prime(s.Z2)",
        "refuted",
    ),
    "the other activation": (
        "final_updates",
        "final update of W1",
        0,
        "A1 = relu(Z1)  # (6)",
        "A1 = sigmoid(Z1)  # (6)",
        "refuted",
    ),
    "wrong axis": (
        "final_updates",
        "final update of b2",
        0,
        "np.sum(T - Y, axis=1)",
        "np.sum(T - Y, axis=0)",
        "ill-shaped",
    ),
    "a false label": (
        "forward_batch",
        "cost, after (8)",
        0,
        "(1 - Y) @ log(1 - T).T) / m",
        "Y @ log(1 - T).T) / m",
        "refuted",
    ),
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_a_planted_mistake_is_found(planted, fails):
    fails(FILE, *planted)


def test_a_lost_mean_is_called_by_its_name(plant):
    step = plant(FILE, "layer_2", "layer 2, vectorised, ∂J/∂W", 0, "1 / m * (T - Y) @ A1.T", "(T - Y) @ A1.T")
    assert "it is m × the gradient" in step.judgement.message


def test_a_misprint_that_is_true_fails(fails):
    at = "layer 1, vectorised, ∂J/∂W, line 1"
    fails(FILE, "layer_1", at, 1, "LOST(T - Y, W2.T @ (T - Y))", "LOST(W2.T * (T - Y), W2.T @ (T - Y))", "proved")


@pytest.mark.parametrize(
    ("name", "at", "index", "old", "new", "correction"),
    [
        (
            "layer_1_instance",
            "layer 1, each instance, ∂L/∂W_jk, line 1",
            1,
            "SQUARE(t, t**2)",
            "SQUARE(t, t**3)",
            "refuted",
        ),
        (
            "final_updates",
            "final update of b1",
            0,
            "np.sum(W2.T @ (T - Y) * relu_prime(Z1), axis=1, keepdims=True),\n        ),",
            "W2.T @ (T - Y) * relu_prime(Z1),\n        ),",
            "ill-shaped",
        ),
    ],
)
def test_a_correction_that_is_false_fails(name, at, index, old, new, correction, plant):
    step = plant(FILE, name, at, index, old, new)
    assert not step.ok
    assert step.correction.verdict is Verdict(correction)


# ---- the mistakes of the notes -----------------------------------------------------------------------------------

MODULE = runpy.run_path(str(FILE))
MISTAKES = {
    "TERMS": {61, 77},  # [∂L(1) ∂L(2) …] is no number
    "MEAN": {65, 83, 85},  # np.sum for a mean, twice; W2ᵀ(T - Y) ⊙ … Xᵀ without 1/m
    "SQUARE": {69},  # (t - y)/(t - t)
    "BY_ENTRY": {77, 79, 81},  # a table of three columns times x_k; two rows side by side, for one j and for all
    "ROW": {81},  # W2 ⊙ ReLU′(z1)
    "LOST": {81},  # (T - Y) ⊙ ReLU′(z1) xᵀ
    "KEEPDIMS": {95},
}
"""The cause of each, and the lines of the document in which it is seen."""


def test_each_mistake_is_marked_in_each_line_that_has_it():
    marked: dict[str, set[int]] = {}
    for derivation in DERIVATIONS:
        for step in (step for claim in derivation.claims() for step in claim.steps):
            for mistake in step.mistakes:
                marked.setdefault(mistake.why, set()).add(step.source_line)
    assert marked == {MODULE[name].mistake.why: lines for name, lines in MISTAKES.items()}


# ---- the final updates in plain NumPy ----------------------------------------------------------------------------

NET = MODULE["_batch"]()
GRADIENTS = {name: gradient(NET.J, getattr(NET, name)) for name in ("W2", "b2", "W1", "b1")}
INPUTS = inputs_of(GRADIENTS.values())


def by_hand(X, Y, W1, b1, W2, b2):
    m = X.shape[1]
    Z1 = W1 @ X + b1
    A1 = np.maximum(Z1, 0)
    T = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
    dZ1 = W2.T @ (T - Y) * (Z1 > 0)
    return {
        "W2": (T - Y) @ A1.T / m,
        "b2": (T - Y).sum(axis=1, keepdims=True) / m,
        "W1": dZ1 @ X.T / m,
        "b1": dZ1.sum(axis=1, keepdims=True) / m,
    }


@settings(max_examples=40)
@given(drawn=points(*GRADIENTS.values()), seed=st.integers(0, 999))
def test_the_closed_forms_are_the_gradients_of_floats(reverse_mode_gives, differences_give, drawn, seed):
    at = NumericPoint.away_from_kinks(Point(drawn.sizes, seed), list(GRADIENTS.values()), INPUTS)
    right = by_hand(**{node.name: at.evaluation(node) for node in INPUTS})
    for name, node in GRADIENTS.items():
        assume(np.all(np.isfinite(at.sampled(node).error)))
        reverse_mode_gives(at, node, right[name])
        differences_give(at, node, right[name])
