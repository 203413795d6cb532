from __future__ import annotations

import runpy
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradcheck.documents.files import load
from gradcheck.graph import inputs_of
from gradcheck.judging.comparison import NumericPoint
from gradcheck.notation import gradient, sigmoid, squared_error, tanh
from gradcheck.sampling.choices import named_points, points
from gradcheck.verdicts import Verdict

FILE = Path(__file__).parents[2] / "derivations" / "hidden_layer.py"

DERIVATIONS = load(FILE).derivations
MODULE = runpy.run_path(str(FILE))

# ---- the mistakes of the section ---------------------------------------------------------------------------------

MISTAKES = {
    "NODES": {323},  # [x^1, …, x^{s0}]
    "BRACE": {335},  # Layer 2 under a^{[1]}
    "ONE_OUTPUT": {339, 341},  # φ^{[2]} into R, W^{[2]} ∈ R^{1×s1}, b^{[2]} ∈ R
    "BRACKETS": {395},  # (d𝕃_y ∘ g^{[2]}) at z^{[2]}
    "WRONG_LAYER": {451},  # ∂F/∂B = δ^{[2]} x^T
    "COMPONENT": {456},  # ∂F/∂b^μ = δ^{[1]}
    "LABEL": {473},  # F(…, x_j) without y_j
}
"""The cause of each, and the lines of the document in which it is seen."""


def test_each_mistake_is_marked_in_each_line_that_has_it():
    marked = defaultdict(set)
    for derivation in DERIVATIONS:
        for claim in derivation.claims(**dict.fromkeys(derivation.structure, sigmoid)):
            for step in claim.steps:
                for mistake in step.mistakes:
                    marked[mistake.why].add(step.source_line)
    assert marked == {MODULE[name].mistake.why: lines for name, lines in MISTAKES.items()}


def test_layer_2_with_one_node_is_wrong_in_three_places():
    (layers,) = (derivation for derivation in DERIVATIONS if derivation.name == "layers")
    why = MODULE["ONE_OUTPUT"].mistake
    assert [claim.at for claim in layers.claims() for step in claim.steps if why in step.mistakes] == [
        "2, φ^{[2]}: R^{s1} → R, range",
        "2, W^{[2]} ∈ R^{1×s1}",
        "2, b^{[2]} ∈ R",
    ]


# ---- planted mistakes --------------------------------------------------------------------------------------------

# Derivation, claim, step, what is replaced by what in the module, and what is then said of the step.
PLANTED = [
    ("affine_map", "2.1, ∂Φ/∂ξ, line 1", 1, "(A[i, j] * (j == μ)).sum(j)", "(A[μ, j] * (j == i)).sum(j)", "ill-shaped"),
    ("backpropagation", "2.1, ∂F/∂C_ν^μ, line 1", 4, "(a1 @ δ2.T)[", "(δ2 @ a1.T)[", "ill-shaped"),
    ("backpropagation", "2.1, ∂F/∂C, line 1", 2, "        δ2 @ a1.T,\n", "        δ2 @ z1.T,\n", "refuted"),
    (
        "backpropagation",
        "2.1, δ^{[1]} in coordinates, line 1",
        1,
        "C[i, μ] * g1.prime(z1[μ, 0])",
        "C[i, μ] * g1(z1[μ, 0])",
        "refuted",
    ),
    ("backpropagation", "2.1, ∂F/∂B_ν^μ, line 1", 6, "δ1[μ, 0] * x[ν, 0]", "δ2[μ, 0] * x[ν, 0]", "ill-shaped"),
    ("average", "2.1, ∂𝕁/∂b^{[2]}", 0, "δ2.sum(axis=1, keepdims=True) / n", "δ2.sum(axis=1, keepdims=True)", "refuted"),
    ("average", "2.1, ∂𝕁/∂W^{[1]}, as a sum", 1, "δ1 @ x.T / n", "x @ δ1.T / n", "ill-shaped"),
    ("activation_functions", "2.2, tanh", 0, "(exp(z) - exp(-z)) / ", "(exp(-z) - exp(z)) / ", "refuted"),
    ("activation_functions", "2.2, ReLU", 0, "maximum(0, z)", "maximum(1, z)", "refuted"),
    ("activation_functions", "2.2, σ: R → (0, 1), from above", 0, "sigmoid(z) < 1", "sigmoid(z) > 1", "refuted"),
]


@pytest.mark.parametrize("planted", PLANTED, ids=range(len(PLANTED)))
def test_a_planted_mistake_is_found(planted, fails):
    fails(FILE, *planted)


def test_a_misprint_that_is_true_fails(fails):
    old, new = "WRONG_LAYER(δ2, δ1)", "WRONG_LAYER(1 * δ1, δ1)"
    fails(FILE, "backpropagation", "2.1, ∂F/∂B, line 1", 1, old, new, "proved")


def test_a_correction_that_is_false_fails(fails):
    old, new = "BRACKETS(a2, z2)", "BRACKETS(a2, a1)"
    step = fails(FILE, "backpropagation", "2.1, δ^{[2]}, line 1", 1, old, new, "refuted")
    assert step.correction.verdict is Verdict.ILL_SHAPED


def test_an_abuse_of_notation_that_means_something_else_fails(fails):
    old, new = "COMPONENT(δ1, δ1[μ, 0])", "COMPONENT(δ1, z1[μ, 0])"
    step = fails(FILE, "backpropagation", "2.1, ∂F/∂b^μ", 0, old, new, "ill-shaped")
    assert step.correction.verdict is Verdict.REFUTED


# ---- the summary in plain NumPy ----------------------------------------------------------------------------------

NET = MODULE["_network"](tanh, sigmoid)
F = squared_error(NET.a2, NET.y).sum()
GRADIENTS = {name: gradient(F, getattr(NET, name)) for name in ("W2", "b2", "W1", "b1")}
INPUTS = inputs_of(GRADIENTS.values())
UNDERFLOW = 1e-290


def summary(x, y, W1, b1, W2, b2):
    """∂F/∂W2 = δ2 a1ᵀ, ∂F/∂b2 = δ2, ∂F/∂W1 = δ1 xᵀ, ∂F/∂b1 = δ1 for tanh, then sigmoid, and half the squared error."""
    z1 = W1 @ x + b1
    a1 = np.tanh(z1)
    z2 = W2 @ a1 + b2
    a2 = 1 / (1 + np.exp(-z2))
    δ2 = (a2 - y) * a2 / (1 + np.exp(z2))
    with np.errstate(over="ignore"):
        δ1 = W2.T @ δ2 / np.cosh(z1) ** 2
    return {"W2": δ2 @ a1.T, "b2": δ2, "W1": δ1 @ x.T, "b1": δ1}


def at(point):
    numeric = NumericPoint(point, INPUTS)
    return numeric, summary(**{node.name: numeric.evaluation(node) for node in INPUTS})


@settings(max_examples=25)
@given(points(*GRADIENTS.values()))
def test_the_closed_forms_are_what_reverse_mode_gives(reverse_mode_gives, point):
    numeric, closed = at(point)
    for name, node in GRADIENTS.items():
        reverse_mode_gives(numeric, node, closed[name], UNDERFLOW)


@settings(max_examples=10)
@given(st.sampled_from(list(named_points(list(GRADIENTS.values())))) | points(*GRADIENTS.values()))
def test_the_closed_forms_are_what_differences_give(differences_give, point):
    numeric, closed = at(point)
    for name, node in GRADIENTS.items():
        differences_give(numeric, node, closed[name], UNDERFLOW)


def test_differences_resolve_the_gradients_at_a_usual_point():
    numeric, closed = at(next(named_points(list(GRADIENTS.values()))))
    for name, node in GRADIENTS.items():
        assert np.all(numeric.sampled(node).error < 1e-6 * np.abs(closed[name]))
