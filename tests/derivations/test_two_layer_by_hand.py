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
from gradcheck.verdicts import Verdict

FILE = Path(__file__).parents[2] / "derivations" / "two_layer_by_hand.py"
COLLECTION = load(FILE)


# ---- the module --------------------------------------------------------------------------------------------------


def test_the_module_can_be_read():
    assert not COLLECTION.problems
    assert len(COLLECTION.derivations) == 10


def test_every_claim_has_a_place_of_its_own():
    places = [claim.at for derivation in COLLECTION.derivations for claim in derivation.claims()]
    assert len(set(places)) == len(places)


def test_every_display_is_judged_but_the_sketch():
    places = [claim.at for derivation in COLLECTION.derivations for claim in derivation.claims()]
    words = [word.strip(",") for place in places if not place.startswith("ours") for word in place.split()]
    numbers = {int(word) for word in words if word.isdecimal()}
    assert set(range(1, 22)) - numbers == {10}


def test_what_is_not_in_the_notes_says_so_and_has_no_mistakes():
    ours = [
        claim
        for derivation in COLLECTION.derivations
        for claim in derivation.claims()
        if derivation.name.startswith("ours") or claim.at.startswith("ours:")
    ]
    assert len(ours) == 16
    assert all(claim.at.startswith("ours:") for claim in ours)
    assert not [step for claim in ours for step in claim.steps if step.kind != "step"]


# ---- planted mistakes --------------------------------------------------------------------------------------------

CHAIN = "displays 1 and 3, ∂L/∂w3, lines 1-2, 3, then 1, 2, 3 and box"
TWO_ORDERS = "displays 11 (struck out) and 12, ∂L/∂w2"
# Derivation, claim, step, what is replaced by what in the module, and what is then said of the step.
PLANTED = [
    ("loss_w3", CHAIN, 3, "+ y * a3 * a2.T - a3", "- y * a3 * a2.T - a3", "refuted"),
    ("loss_w3", CHAIN, 4, "-(y * a2.T - a3 * a2.T)", "-(y * a2 - a3 * a2)", "ill-shaped"),
    ("cost_w3", "display 4, ∂J/∂w3", 1, "-einsum(", "einsum(", "refuted"),
    ("loss_w2", TWO_ORDERS, 1, " @ (a3 - y) @ a1.T,\n        at", " @ a1.T,\n        at", "refuted"),
    ("loss_w2", "below display 12, the product", 0, "a1.T), (2, 3), at", "a1.T), (3, 2), at", "refuted"),
    ("loss_b3", "ours: display 21 continued to its end", 0, "- (1 - y) * a3", "+ (1 - y) * a3", "refuted"),
    ("ours_one_example", "ours: ∂L/∂w1", 1, "gradient(L, z1) @ x.T", "gradient(L, z1) @ x", "ill-shaped"),
    ("ours_one_example", "ours: ∂L/∂z1", 1, "* (a1 * (1 - a1))", "* (a1 * (1 - z1))", "refuted"),
    ("ours_m_examples", "ours: ∂J/∂w2", 0, "D2 @ A1.T / m, at", "D2.T @ A1.T / m, at", "ill-shaped"),
    ("ours_m_examples", "ours: update ① with α", 0, "w3 - alpha * (D3", "w3 + alpha * (D3", "refuted"),
]


@pytest.mark.parametrize("planted", PLANTED, ids=range(len(PLANTED)))
def test_a_planted_mistake_is_found(planted, fails):
    fails(FILE, *planted)


def test_a_lost_1_over_m_is_named(plant):
    old, new = "D3.sum(axis=1, keepdims=True) / m", "D3.sum(axis=1, keepdims=True)"
    step = plant(FILE, "ours_m_examples", "ours: ∂J/∂b3", 0, old, new)
    assert "it is m × the gradient" in step.judgement.message


def test_a_misprint_that_is_right_fails(fails):
    old, new = "misprint(w3.T * s2 @ a1.T", "misprint(w3.T * s2 @ (a3 - y) @ a1.T"
    step = fails(FILE, "loss_w2", "display 14, ∂L/∂z2 * ∂z2/∂w2", 0, old, new, "proved")
    assert step.correction.verdict is Verdict.PROVED


def test_a_wrong_brace_that_is_right_fails(fails):
    step = fails(FILE, "loss_w1", "display 16, brace 3", 0, "misprint((3, 2), ", "misprint((3, 1), ", "proved")
    assert step.correction.verdict is Verdict.PROVED


def test_a_correction_that_is_wrong_fails(fails):
    old, new = "diag(a2 * (1 - a2)), ", "a2 * (1 - a2), "
    step = fails(FILE, "chain_to_w2", "display 7, brace 4, ∂a2/∂z2", 0, old, new, "ill-shaped")
    assert step.correction.verdict is Verdict.ILL_SHAPED


# ---- the corrected gradients in plain NumPy ----------------------------------------------------------------------

NET = runpy.run_path(str(FILE))["_m_examples"]()
GRADIENTS = {name: gradient(NET.J, getattr(NET, name)) for name in ("w1", "b1", "w2", "b2", "w3", "b3")}
INPUTS = inputs_of(GRADIENTS.values())
UNDERFLOW = 1e-290


def sigmoid(z):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


def closed_forms(X, Y, w1, b1, w2, b2, w3, b3):
    """Means over the examples of δ1 xᵀ and δ1, δ2 a1ᵀ and δ2, δ3 a2ᵀ and δ3. 1-σ(z) is σ(-z), which keeps digits."""
    grads = dict.fromkeys(GRADIENTS, 0.0)
    for x, y in zip(X.T[:, :, None], Y.T[:, :, None], strict=True):
        z1 = w1 @ x + b1
        z2 = w2 @ sigmoid(z1) + b2
        z3 = w3 @ sigmoid(z2) + b3
        d3 = np.where(y == 1, -sigmoid(-z3), sigmoid(z3))
        d2 = w3.T @ d3 * sigmoid(z2) * sigmoid(-z2)
        d1 = w2.T @ d2 * sigmoid(z1) * sigmoid(-z1)
        new = {"w1": d1 @ x.T, "b1": d1, "w2": d2 @ sigmoid(z1).T, "b2": d2, "w3": d3 @ sigmoid(z2).T, "b3": d3}
        grads = {name: total + new[name] / X.shape[1] for name, total in grads.items()}
    return grads


def at_point(point):
    numeric = NumericPoint(point, INPUTS)
    return numeric, closed_forms(**{node.name: numeric.evaluation(node) for node in INPUTS})


@settings(max_examples=25)
@given(points(*GRADIENTS.values()))
def test_reverse_mode_gives_the_closed_forms(reverse_mode_gives, point):
    numeric, closed = at_point(point)
    for name, node in GRADIENTS.items():
        reverse_mode_gives(numeric, node, closed[name], UNDERFLOW)


@settings(max_examples=10)
@given(points(*GRADIENTS.values()))
def test_differences_give_the_closed_forms(differences_give, point):
    numeric, closed = at_point(point)
    for name, node in GRADIENTS.items():
        differences_give(numeric, node, closed[name], UNDERFLOW)


def test_the_error_bars_are_small_at_a_usual_point():
    numeric, closed = at_point(next(named_points(list(GRADIENTS.values()))))
    for name, node in GRADIENTS.items():
        assert np.all(numeric.engine(node)[1] < 1e-9 * np.abs(closed[name]))
        assert np.all(numeric.sampled(node).error < 1e-6 * np.abs(closed[name]))
