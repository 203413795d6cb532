"""The 3-2-1 network: planted mistakes are found, the module holds, its formulas are gradients of floats too."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from gradcheck.documents.files import load
from gradcheck.graph import inputs_of
from gradcheck.judging.comparison import NumericPoint
from gradcheck.notation import gradient
from gradcheck.sampling.choices import named_points, points
from gradcheck.tolerances import BLUNT, DIFFERENCE_BARS, ROUNDING_BARS, SHARP
from gradcheck.verdicts import Verdict

FILE = Path(__file__).parents[2] / "derivations" / "two_layer.py"
DERIVATIONS = load(FILE).derivations

MODULE = runpy.run_path(str(FILE))

W3 = "chain of ∂ℒ/∂w[3], line 1"
B3 = "chain of ∂ℒ/∂b[3], line 1"
W2 = "chain of ∂ℒ/∂w[2], line 1"
UPDATE = "(15) for ℓ = 1, 2, 3"

PLANTED = {
    "a sigmoid that decreases": ("forward", "(5)", 1, "exp(t) / (1 + exp(t))", "exp(-t) / (1 + exp(t))", "refuted"),
    "a neuron's row": ("forward", "(2)", 0, "w1_2 @ x + b1_2, at", "w1_3 @ x + b1_2, at", "refuted"),
    "a brace": ("forward", "(7), under w_1", 0, "shape(w2_1), (1, 3)", "shape(w2_1), (3, 1)", "refuted"),
    "lost 1/N": (
        "objective",
        "after (13), J*: the summed loss, normalised",
        0,
        "J_star, loglik.sum() / N, at",
        "J_star, loglik.sum(), at",
        "refuted",
    ),
    "a sign": ("layer3", W3, 4, "a2.T - (1 - y) * a3 * a2.T", "a2.T + (1 - y) * a3 * a2.T", "refuted"),
    "not transposed": ("layer3", W3, 8, "(a3 - y) @ a2.T,\n", "(a3 - y) @ a2,\n", "ill-shaped"),
    "a lost term": ("layer3", B3, 5, "-(y - y * a3 - a3 + y * a3)", "-(y - y * a3 + y * a3)", "refuted"),
    "a differential without its factor": (
        "elementwise",
        "dφ(x) = diag(f′[x]) dx",
        0,
        "diag(f.prime(x)) @ dx, at",
        "diag(f(x)) @ dx, at",
        "refuted",
    ),
    "a lost link of the chain": (
        "layer2_weights",
        W2,
        2,
        "jacobian(sigmoid(z2), z2) @ jacobian(w2 @ a1, w2_ij)",
        "jacobian(w2 @ a1, w2_ij)",
        "refuted",
    ),
    "another entry": ("layer2_weights", W2, 6, "bracket[:, i - 1] * a1_j", "bracket[:, 2 - i] * a1_j", "refuted"),
    "a row taken at its word": (
        "layer2_biases",
        "chain of ∂ℒ/∂b[2], line 8",
        0,
        "gradient(L, b2), ROW(last, last.T)",
        "gradient(L, b2), last",
        "ill-shaped",
    ),
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_a_planted_mistake_is_found(planted, fails):
    fails(FILE, *planted)


TRUE = {
    "a sign": ("updates", UPDATE, 0, "SIGN(loglik, -loglik), w)", "SIGN(-loglik, loglik), w)"),
    "a variable": ("layer3", B3, 2, "OUTER(b3, a3)", "OUTER(a3, b3)"),
}


@pytest.mark.parametrize("place", TRUE.values(), ids=TRUE)
def test_a_mark_on_what_is_right_fails(place, fails):
    fails(FILE, *place, "proved")


SUMMARY_1 = "bracket1 = (\n        (a3 - y) @ w3 * FACTOR(sigmoid(z2) @ (1 - sigmoid(z2)), "
SIGMA_2 = "(sigmoid(z2) * (1 - sigmoid(z2))).T) @ w2"
FALSE = {
    "twice the loss": (
        ("updates", UPDATE, 0, "SIGN(loglik, -loglik), w)", "SIGN(loglik, -2 * loglik), w)", "refuted"),
        "refuted",
    ),
    "1 + σ": (
        (
            "summary",
            "summary, ∂ℒ/∂b[1]",
            0,
            SUMMARY_1 + SIGMA_2,
            SUMMARY_1 + SIGMA_2.replace("1 -", "1 +"),
            "ill-shaped",
        ),
        "refuted",
    ),
    "w transposed": (
        ("summary", "summary, ∂ℒ/∂w[1]", 0, SUMMARY_1 + SIGMA_2, SUMMARY_1 + SIGMA_2 + ".T", "ill-shaped"),
        "ill-shaped",
    ),
}


@pytest.mark.parametrize(("planted", "correction"), FALSE.values(), ids=FALSE)
def test_a_correction_that_is_wrong_fails(planted, correction, fails):
    assert fails(FILE, *planted).correction.verdict is Verdict(correction)


def test_the_derivative_of_the_log_likelihood_is_named_minus_the_gradient(plant):
    marked = "misprint(gradient(loglik, w3), gradient(L, w3), SIGN), (a3 - y) @ a2.T"
    step = plant(FILE, "summary", "summary, ∂ℒ/∂w[3]", 0, marked, "gradient(L, w3), gradient(loglik, w3)")
    assert not step.ok
    assert "it is -1 × the gradient" in step.judgement.message


# ---- the module --------------------------------------------------------------------------------------------------

SECTIONS = (
    "forward",
    "objective",
    "updates",
    "layer3",
    "elementwise",
    "entries_of_w2",
    "layer2_weights",
    "layer2_biases",
    "layer1_weights",
    "layer1_biases",
    "summary",
)
CLAIMS = [claim for derivation in DERIVATIONS for claim in derivation.claims()]

MARKED = {
    "SIGN": "102 104 110 113 138 151 164 168 182 183 184 190 191 192",
    "OUTER": "110 115",
    "ENTRY": "133 138 151 152 153 164 168",
    "DIFFERENTIAL": "141 142 153 154 155 164 168",
    "LAYER": "143 144 145 160 183 191",
    "FACTOR": "156 157 164 168 173 174 184 192",
    "ROW": "145 160 164 174 183 184 191 192",
}
"""The causes, and the lines of the source document that are wrong for them."""


@pytest.mark.parametrize(("cause", "lines"), MARKED.items(), ids=MARKED)
def test_a_known_mistake_is_marked_in_each_line_that_it_is_seen_in_and_in_no_other(cause, lines):
    steps = [step for claim in CLAIMS for step in claim.steps if MODULE[cause].mistake in step.mistakes]
    assert {step.source_line for step in steps} == set(map(int, lines.split()))


def test_nothing_else_is_marked():
    met = {mistake for claim in CLAIMS for step in claim.steps for mistake in step.mistakes}
    assert met == {MODULE[cause].mistake for cause in MARKED}


def test_the_left_hand_sides_of_the_chains_and_of_the_summary_are_marked_and_no_others():
    left = [claim for claim in CLAIMS if any(step.is_left for step in claim.steps)]
    assert {claim.steps[-1].source_line for claim in left} == {
        *(110, 113, 133, 138, 151, 164, 168),
        *(182, 183, 184, 190, 191, 192),
    }


def test_every_section_is_there():
    assert [derivation.name for derivation in DERIVATIONS] == list(SECTIONS)


def test_every_claim_has_a_place_of_its_own():
    places = {(claim.line, claim.at) for claim in CLAIMS}
    assert len({at for _, at in places}) == len(places)


def test_every_step_has_its_place_and_line_and_the_claims_follow_the_document():
    steps = [step for claim in CLAIMS for step in claim.steps]
    assert all(step.at and step.source_line for step in steps)
    in_the_module = sorted({(claim.line, claim.steps[0].source_line) for claim in CLAIMS})
    in_the_document = [line for _, line in in_the_module]
    assert in_the_document == sorted(in_the_document)


# ---- the summary, corrected, in plain NumPy ----------------------------------------------------------------------

NET = MODULE["_model"]()
GRADIENTS = {name: gradient(NET.L, getattr(NET, name)) for name in ("w3", "w2", "w1", "b3", "b2", "b1")}
INPUTS = inputs_of(GRADIENTS.values())


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


def by_hand(x, y, w1, b1, w2, b2, w3, b3):
    """With σ(-z) for 1 - σ(z), which keeps the digits of a[3] - y where a[3] is almost y."""
    z1 = w1 @ x + b1
    z2 = w2 @ sigmoid(z1) + b2
    z3 = w3 @ sigmoid(z2) + b3
    d3 = np.where(y == 1, -sigmoid(-z3), sigmoid(z3))  # a[3] - y
    row2 = d3 @ w3 * (sigmoid(z2) * sigmoid(-z2)).T
    row1 = row2 @ w2 * (sigmoid(z1) * sigmoid(-z1)).T
    weights = {"w3": d3 @ sigmoid(z2).T, "w2": row2.T @ sigmoid(z1).T, "w1": row1.T @ x.T}
    return weights | {"b3": d3, "b2": row2.T, "b1": row1.T}


def at_point(point):
    numeric = NumericPoint(point, INPUTS)
    return numeric, by_hand(**{node.name: numeric.evaluation(node) for node in INPUTS})


@settings(max_examples=20)
@given(points(*GRADIENTS.values()))
def test_reverse_mode_and_differences_give_the_closed_forms(point):
    numeric, right = at_point(point)
    for name, node in GRADIENTS.items():
        (value, rounding), sampled = numeric.engine(node), numeric.sampled(node)
        seen = np.isfinite(rounding)  # 1 - a[3] is 0 in floating point where the output is saturated
        assert value.shape == right[name].shape
        off = np.abs(value - right[name])[seen]
        assert np.all(off <= (ROUNDING_BARS * rounding + SHARP * np.abs(right[name]))[seen]), name
        seen &= np.isfinite(sampled.error)
        off = np.abs(sampled.value - right[name])[seen]
        bars = DIFFERENCE_BARS * sampled.error + ROUNDING_BARS * rounding + BLUNT * np.abs(right[name])
        assert np.all(off <= bars[seen]), name


def test_the_error_bars_are_small_at_a_usual_point():
    numeric, right = at_point(next(named_points(list(GRADIENTS.values()))))
    for name, node in GRADIENTS.items():
        assert np.all(numeric.engine(node)[1] < 1e-12 * np.abs(right[name]))
        assert np.all(numeric.sampled(node).error < 1e-6 * np.abs(right[name]))
