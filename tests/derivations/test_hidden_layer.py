from __future__ import annotations

import runpy
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

# Everything that is wrong as printed: where, and which step of the claim.
ERRATA = {
    ("2, diagram of logistic regression, [x^1, …, x^{s0}]", 0): "abuse",
    ("2, diagram, brace under a^{[1]}", 0): "misprint",
    ("2, φ^{[2]}: R^{s1} → R, range", 0): "misprint",
    ("2, W^{[2]} ∈ R^{1×s1}", 0): "misprint",
    ("2, b^{[2]} ∈ R", 0): "misprint",
    ("2.1, δ^{[2]}, lines 1-2", 1): "misprint",
    ("2.1, ∂F/∂B, lines 1-2", 1): "misprint",
    ("2.1, ∂F/∂b^μ", 0): "abuse",
    ("2.1, 𝕁 as an average", 0): "abuse",
}
DERIVATIONS = load(FILE).derivations


def test_the_errata_are_these():
    marked = {}
    for derivation in DERIVATIONS:
        structure = dict.fromkeys(derivation.structure, sigmoid)
        for claim in derivation.claims(**structure):
            marked |= {(claim.at, i): s.kind for i, s in enumerate(claim.steps) if s.kind != "step"}
    assert marked == ERRATA


# ---- planted mistakes --------------------------------------------------------------------------------------------

# Derivation, claim, step, what is replaced by what in the module, and what is then said of the step.
PLANTED = [
    ("affine_map", "2.1, ∂Φ/∂ξ, lines 1-3", 1, '"ij,jm->im"', '"ij,jm->mi"', "ill-shaped"),
    ("backpropagation", "2.1, ∂F/∂C_ν^μ, lines 1-5", 4, "a1 @ δ2.T)", "δ2 @ a1.T)", "ill-shaped"),
    ("backpropagation", "2.1, ∂F/∂C, lines 1-3", 2, "        δ2 @ a1.T,\n", "        δ2 @ z1.T,\n", "refuted"),
    (
        "backpropagation",
        "2.1, δ^{[1]} in coordinates, lines 1-2",
        1,
        '"io,im,mo->om", δ2, C, g1.prime(z1)',
        '"io,im,mo->om", δ2, C, g1(z1)',
        "refuted",
    ),
    ("backpropagation", "2.1, ∂F/∂B_ν^μ, lines 1-8", 6, '"mo,no->mn", δ1, x', '"mo,no->mn", δ2, x', "ill-shaped"),
    ("average", "2.1, ∂𝕁/∂b^{[2]}", 0, "δ2.sum(axis=1, keepdims=True) / n", "δ2.sum(axis=1, keepdims=True)", "refuted"),
    ("average", "2.1, ∂𝕁/∂W^{[1]}", 1, "δ1 @ x.T / n", "x @ δ1.T / n", "ill-shaped"),
    ("activation_functions", "2.2, tanh", 0, "(exp(z) - exp(-z)) / ", "(exp(-z) - exp(z)) / ", "refuted"),
    ("activation_functions", "2.2, ReLU", 0, "maximum(0, z)", "maximum(1, z)", "refuted"),
    ("activation_functions", "2.2, σ: R → (0, 1), from above", 0, "sigmoid(z) < 1", "sigmoid(z) > 1", "refuted"),
]


@pytest.mark.parametrize("planted", PLANTED, ids=range(len(PLANTED)))
def test_a_planted_mistake_is_found(planted, fails):
    fails(FILE, *planted)


def test_a_misprint_that_is_true_fails(fails):
    fails(FILE, "backpropagation", "2.1, ∂F/∂B, lines 1-2", 1, "misprint(δ2 @ x.T", "misprint(δ1 @ x.T", "proved")


def test_a_correction_that_is_false_fails(fails):
    corrected = "jacobian(F, z2).T,\n            "
    step = fails(FILE, "backpropagation", "2.1, δ^{[2]}, lines 1-2", 1, corrected, f"-{corrected}", "refuted")
    assert step.correction.verdict is Verdict.REFUTED


def test_an_abuse_of_notation_that_means_something_else_fails(fails):
    step = fails(FILE, "backpropagation", "2.1, ∂F/∂b^μ", 0, "δ1[0]", "δ1[1]", "ill-shaped")
    assert step.correction.verdict is Verdict.REFUTED


# ---- the summary in plain NumPy ----------------------------------------------------------------------------------

NET = runpy.run_path(str(FILE))["_network"](tanh, sigmoid)
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
