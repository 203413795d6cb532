from __future__ import annotations

import runpy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from gradcheck.arrays import inputs_of
from gradcheck.collect import load
from gradcheck.notation import gradient
from gradcheck.numbers import NumericPoint
from gradcheck.strategies import named_points, points
from gradcheck.verdicts import Verdict
from gradcheck.verify import verify

FILE = Path(__file__).parents[2] / "derivations" / "two_layer_by_hand.py"
TEXT = FILE.read_text(encoding="utf-8")
COLLECTION = load(FILE)


def steps_of(report):
    return {(claim.at, step.index): step for d in report.derivations for claim in d.claims for step in claim.steps}


# ---- the module --------------------------------------------------------------------------------------------------


def test_the_module_can_be_read():
    assert not COLLECTION.problems
    assert len(COLLECTION.derivations) == 10


@pytest.mark.parametrize("derivation", COLLECTION.derivations, ids=lambda derivation: derivation.name)
def test_everything_is_as_the_module_says(derivation):
    report = verify(derivation, examples=4)
    assert report.ok, str(report)
    assert not [step for step in report.steps if step.kind == "step" and step.judgement.verdict is not Verdict.PROVED]


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
    assert not [step for claim in ours for step in claim.steps if hasattr(step, "kind")]


def test_the_update_without_its_minus_is_named_a_step_uphill():
    (derivation,) = (d for d in COLLECTION.derivations if d.name == "cost_w3")
    step = steps_of(verify(derivation, examples=2))["display 4, update ①, lines 1 and 2", 1]
    assert (step.kind, step.judgement.verdict, step.correction.verdict) == (
        "misprint",
        Verdict.REFUTED,
        Verdict.PROVED,
    )
    assert "uphill" in step.why


# ---- planted mistakes --------------------------------------------------------------------------------------------


def judged(old, new, tmp_path, name, at):
    """The steps of one claim in a copy of the module with one token replaced; other claims are left out for speed."""
    assert TEXT.count(old) == 1
    copy = tmp_path / "copy.py"
    copy.write_text(TEXT.replace(old, new), encoding="utf-8")
    (derivation,) = (d for d in load(copy).derivations if d.name == name)
    claims = [claim for claim in derivation.claims() if claim.at == at]
    return steps_of(verify(replace(derivation, function=lambda: iter_of(claims)), examples=2))


def iter_of(claims):
    yield from claims


CHAIN = "displays 1 and 3, ∂L/∂w3, lines 1-2, 3, then 1, 2, 3 and box"


@pytest.mark.parametrize(
    ("name", "at", "index", "old", "new", "verdict"),
    [
        ("loss_w3", CHAIN, 3, "+ y * a3 * a2.T - a3", "- y * a3 * a2.T - a3", Verdict.REFUTED),
        ("loss_w3", CHAIN, 4, "-(y * a2.T - a3 * a2.T)", "-(y * a2 - a3 * a2)", Verdict.ILL_SHAPED),
        ("cost_w3", "display 4, ∂J/∂w3", 1, "-einsum(", "einsum(", Verdict.REFUTED),
        ("loss_w2", "displays 11 (struck out) and 12, ∂L/∂w2", 1, "(a3 - y) @ a1.T,\n        at", "a1.T,\n        at", Verdict.REFUTED),
        ("loss_w2", "below display 12, the product", 0, "(2, 3), at=\"below display 12", "(3, 2), at=\"below display 12", Verdict.REFUTED),
        ("loss_b3", "ours: display 21 continued to its end", 0, "-(y * (1 - a3) - (1 - y) * a3)", "-(y * (1 - a3) + (1 - y) * a3)", Verdict.REFUTED),
        ("ours_one_example", "ours: ∂L/∂w1", 1, "gradient(L, z1) @ x.T", "gradient(L, z1) @ x", Verdict.ILL_SHAPED),
        ("ours_one_example", "ours: ∂L/∂z1", 1, "d1 = (w2.T @ d2) * (a1 * (1 - a1))", "d1 = (w2.T @ d2) * (z1 * (1 - a1))", Verdict.REFUTED),
        ("ours_m_examples", "ours: ∂J/∂b3", 0, "D3.sum(axis=1, keepdims=True) / m", "D3.sum(axis=1, keepdims=True)", Verdict.REFUTED),
        ("ours_m_examples", "ours: update ① with α", 0, "w3 - alpha * (D3", "w3 + alpha * (D3", Verdict.REFUTED),
    ],
)  # fmt: skip
def test_a_planted_mistake_is_found_and_nothing_else(name, at, index, old, new, verdict, tmp_path):
    steps = judged(old, new, tmp_path, name, at)
    assert [key for key, step in steps.items() if not step.ok] == [(at, index)]
    assert steps[at, index].judgement.verdict is verdict


def test_a_lost_1_over_m_is_named(tmp_path):
    at = "ours: ∂J/∂w2"
    (step,) = judged('D2 @ A1.T / m, at="', 'D2 @ A1.T, at="', tmp_path, "ours_m_examples", at).values()
    assert "m × the gradient" in step.judgement.message


@pytest.mark.parametrize(
    ("name", "at", "old", "new"),
    [
        ("loss_w2", "display 14, ∂L/∂z2 * ∂z2/∂w2", "misprint(w3.T * s2 @ a1.T", "misprint(w3.T * s2 @ (a3 - y) @ a1.T"),
        ("loss_w1", "display 16, brace 3", "misprint((3, 2), ", "misprint((3, 1), "),
        ("loss_w1", "display 17, under brace 1", "abuse_of_notation(w2.T * s1,", "abuse_of_notation(diag(s1) @ w2.T,"),
    ],
)  # fmt: skip
def test_a_mark_on_what_is_right_fails(name, at, old, new, tmp_path):
    (step,) = judged(old, new, tmp_path, name, at).values()
    assert not step.ok
    assert (step.judgement.verdict, step.correction.verdict) == (Verdict.PROVED, Verdict.PROVED)


@pytest.mark.parametrize(
    ("name", "at", "old", "new", "verdict"),
    [
        ("cost_w1", "display 19, ∂J/∂w1", "misprint(printed / m, right / m", "misprint(printed / m, right", Verdict.REFUTED),
        ("chain_to_w2", "display 7, brace 4, ∂a2/∂z2", "diag(a2 * (1 - a2))", "(a2 * (1 - a2))", Verdict.ILL_SHAPED),
    ],
)  # fmt: skip
def test_a_correction_that_is_wrong_fails(name, at, old, new, verdict, tmp_path):
    (step,) = judged(old, new, tmp_path, name, at).values()
    assert not step.ok
    assert step.judgement.verdict is Verdict.ILL_SHAPED
    assert step.correction.verdict is verdict


# ---- the corrected gradients in plain NumPy ----------------------------------------------------------------------

NET = runpy.run_path(str(FILE))["_m_examples"]()
GRADIENTS = {name: gradient(NET.J, getattr(NET, name)) for name in ("w1", "b1", "w2", "b2", "w3", "b3")}
INPUTS = inputs_of(GRADIENTS.values())
UNDERFLOW = 1e-290


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def closed_forms(X, Y, w1, b1, w2, b2, w3, b3):
    """The means of δ3 a2ᵀ and δ3, δ2 a1ᵀ and δ2, δ1 xᵀ and δ1, summed example by example. 1-σ(z) is σ(-z), to keep digits."""
    grads = {name: 0.0 for name in GRADIENTS}
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
def test_reverse_mode_gives_the_closed_forms(point):
    numeric, closed = at_point(point)
    for name, node in GRADIENTS.items():
        value, error = numeric.engine(node)
        assert value.shape == closed[name].shape
        assert np.all(np.abs(value - closed[name]) <= 8 * error + 1e-9 * np.abs(closed[name]) + UNDERFLOW)


@settings(max_examples=10)
@given(points(*GRADIENTS.values()))
def test_differences_give_the_closed_forms(point):
    numeric, closed = at_point(point)
    for name, node in GRADIENTS.items():
        reading, (_, rounding) = numeric.sampled(node), numeric.engine(node)
        bar = 10 * reading.error + 8 * rounding + 1e-6 * np.abs(closed[name])
        assert np.all(np.abs(reading.value - closed[name]) <= bar + UNDERFLOW)


def test_the_error_bars_are_small_at_a_usual_point():
    numeric, closed = at_point(next(named_points(list(GRADIENTS.values()))))
    for name, node in GRADIENTS.items():
        assert np.all(numeric.engine(node)[1] < 1e-12 * np.abs(closed[name]))
        assert np.all(numeric.sampled(node).error < 1e-6 * np.abs(closed[name]))
