from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from gradcheck.documents.files import load
from gradcheck.graph import inputs_of
from gradcheck.judging.comparison import NumericPoint
from gradcheck.sampling.choices import named_points, points
from gradcheck.verdicts import Verdict

FILE = Path(__file__).parents[2] / "derivations" / "two_layer_by_hand.py"
COLLECTION = load(FILE)


# ---- the module --------------------------------------------------------------------------------------------------


def claims():
    return [claim for derivation in COLLECTION.derivations for claim in derivation.claims()]


def test_the_module_can_be_read():
    assert not COLLECTION.problems
    assert [derivation.name for derivation in COLLECTION.derivations] == ["one_example", "m_examples"]


def test_every_claim_has_a_place_of_its_own():
    places = [claim.at for claim in claims()]
    assert len(set(places)) == len(places)


def test_every_display_is_judged_but_the_sketch():
    places = [step.at for claim in claims() for step in claim.steps if not step.at.startswith("ours")]
    words = [word.strip(",:") for place in places for word in place.split()]
    numbers = {int(word) for word in words if word.isdecimal()}
    assert set(range(1, 22)) - numbers == {10}


def test_what_is_not_in_the_notes_says_so_and_has_no_mistakes_and_no_line():
    steps = [step for claim in claims() for step in claim.steps]
    ours = [step for step in steps if step.at.startswith("ours:")]
    assert len(ours) == 25
    assert {step.kind for step in ours} == {"step"}
    assert {step.source_line for step in ours} == {None}
    assert all(step.source_line for step in steps if not step.at.startswith("ours:"))


# The mistakes of the notes, by a word of what is wrong, and the lines in which each shows.
MISTAKES = {
    "the brace = a3": {3},
    "uphill": {9},
    "w3 is written for w2": {11, 15, 19},
    "∂J is written for ∂L": {11, 15},
    "one factor too early": {15},
    "entry by entry": {15, 17, 19, 25, 43},
    "the star is written": {37, 39, 43, 47, 51, 53, 55},
    "a3 - y of ∂L/∂z2 is lost": {37},
    "the box comes before": {43},
    "not 3×2": {43},
    "xᵀ is lost": {51, 53, 55},
}


def test_each_mistake_of_the_notes_is_told_once_with_all_lines_in_which_it_shows():
    found = {}
    for step in (step for claim in claims() for step in claim.steps):
        for mistake in step.mistakes:
            found.setdefault(mistake.why, set()).add(step.source_line)
    assert len(found) == len(MISTAKES)
    for words, lines in MISTAKES.items():
        assert [seen for why, seen in found.items() if words in why] == [lines], words


# ---- planted mistakes --------------------------------------------------------------------------------------------

CHAIN = "display 1, ∂L/∂w3, lines 1-2"
# Derivation, claim, step, what is replaced by what in the module, and what is then said of the step.
PLANTED = [
    ("one_example", CHAIN, 3, "+ y * a3 * a2.T - a3", "- y * a3 * a2.T - a3", "refuted"),
    ("one_example", CHAIN, 4, "-(y * a2.T - a3 * a2.T)", "-(y * a2 - a3 * a2)", "ill-shaped"),
    ("m_examples", "display 4, ∂J/∂w3", 1, "-einsum(", "einsum(", "refuted"),
    ("one_example", "display 11, ∂L/∂w2", 1, " @ (a3 - y) @ a1.T,\n        at", " @ a1.T,\n        at", "refuted"),
    ("one_example", "below display 12, the product", 0, "a1.T), (2, 3), at", "a1.T), (3, 2), at", "refuted"),
    ("one_example", "ours: display 21 continued to its end", 0, "- (1 - y) * a3", "+ (1 - y) * a3", "refuted"),
    ("one_example", "ours: ∂L/∂w1", 1, "gradient(L, z1) @ x.T", "gradient(L, z1) @ x", "ill-shaped"),
    ("one_example", "ours: ∂L/∂z1", 1, "(w2.T @ d2) * (a1 * (1 - a1))", "(w2.T @ d2) * (a1 * (1 - z1))", "refuted"),
    ("m_examples", "ours: ∂J/∂w2", 0, "D2 @ A1.T / m, at", "D2.T @ A1.T / m, at", "ill-shaped"),
    ("m_examples", "ours: update ① with α", 0, "w3 - alpha * (D3", "w3 + alpha * (D3", "refuted"),
]


@pytest.mark.parametrize("planted", PLANTED, ids=range(len(PLANTED)))
def test_a_planted_mistake_is_found(planted, fails):
    fails(FILE, *planted)


def test_a_lost_1_over_m_is_named(plant):
    old, new = "D3.sum(axis=1, keepdims=True) / m", "D3.sum(axis=1, keepdims=True)"
    step = plant(FILE, "m_examples", "ours: ∂J/∂b3", 0, old, new)
    assert "it is m × the gradient" in step.judgement.message


def test_a_misprint_that_is_right_is_none(fails):
    old, new = "ERROR(w3.T * s2 @ a1.T", "ERROR(w3.T * s2 @ (a3 - y) * 1 @ a1.T"
    step = fails(FILE, "one_example", "display 14, ∂L/∂z2 * ∂z2/∂w2", 0, old, new, "proved")
    assert step.correction.verdict is Verdict.PROVED


def test_a_correction_that_is_wrong_fails(fails):
    old, new = "SIZE((3, 2), (3, 1))", "SIZE((3, 2), (1, 3))"
    step = fails(FILE, "one_example", "display 16, brace 3", 0, old, new, "refuted")
    assert step.correction.verdict is Verdict.REFUTED


# ---- the corrected gradients in plain NumPy ----------------------------------------------------------------------

GRADIENTS = {
    claim.at[-2:]: claim.target
    for claim in claims()
    if claim.at in [f"ours: ∂J/∂{name}" for name in ("w1", "b1", "w2", "b2", "w3", "b3")]
}
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
