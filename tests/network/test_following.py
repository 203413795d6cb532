"""Formulas are held against the engine's gradients at every point that they lead to."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import bits, claim, derivation, dims, gradient, misprint, real
from gradcheck.network import train
from gradcheck.network.training import apart
from gradcheck.notation import basis, ones, relu, relu_prime, sigmoid, softplus

n, h, m = dims("n h m")
X, Y = real("X", n, m), bits("Y", 1, m)
W, b, V = real("W", h, n), real("b", h, 1), real("V", 1, h)
Z = W @ X + b
S = V @ relu(Z)
J = (softplus(S) - Y * S).sum() / m
D = (sigmoid(S) - Y) / m
RIGHT = {
    "V": D @ relu(Z).T,
    "W": V.T @ D * relu_prime(Z) @ X.T,
    "b": (V.T @ D * relu_prime(Z)).sum(axis=1, keepdims=True),
}
INPUTS = {"V": V, "W": W, "b": b}


def trained(changed=(), **settings):
    @derivation()
    def formulas():
        for name, formula in (RIGHT | dict(changed)).items():
            yield claim(gradient(J, INPUTS[name]), formula)

    return train(formulas, **settings)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("V", m * RIGHT["V"]),
        ("V", -RIGHT["V"]),
        ("V", RIGHT["V"] * (1 + 1e-7)),
        ("W", V.T @ D @ X.T),
        ("W", 0 * W),
        ("b", (V.T @ D).sum(axis=1, keepdims=True)),
        ("b", RIGHT["b"] + 1e-7 * ones(h, 1)),
    ],
    ids=str,
)
def test_a_wrong_formula_is_seen_in_the_first_step(name, wrong):
    found = trained({name: wrong}, steps=3)
    assert not found.follows
    assert found.corrected.differs.startswith(f"∂{found.problem.name}/∂{name} after 0 steps is ")
    assert found.corrected.far > 1e-13


def test_one_wrong_entry_is_named():
    spoilt = RIGHT["W"] + 0.001 * ones(h, 1) @ basis(n, 2).T
    found = trained({"W": spoilt}, steps=1, sizes={"n": 3, "h": 1})
    assert found.corrected.differs.endswith("at [0, 1]")


def test_right_formulas_follow_the_engine_to_rounding():
    found = trained(steps=150)
    assert found.follows
    assert found.corrected.far < 1e-12
    assert apart(found.corrected.descent, found.engine) < 1e-12


def test_right_formulas_are_right_where_the_rate_lets_rounding_grow():
    """Each entry goes by w → 2.8 w - 1.8 w³, which is chaotic: descents from one start part."""
    w = real("w", 1, 2)
    cost = ((w * w - 1) ** 2).sum()
    found = train(derivation()(lambda: (yield claim(gradient(cost, w), 4 * w**3 - 4 * w))), steps=300, rate=0.45)
    assert found.follows
    assert apart(found.corrected.descent, found.engine) > 0.1


def test_right_formulas_are_right_where_gradients_are_lost_in_their_terms():
    """At a minimum what is left of the gradient is rounding, in which two right formulas differ."""

    def least_squares():
        w, y = real("w", 1, n), real("y", 1, m)
        r = w @ X - y
        yield claim(gradient((r * r).sum() / m, w), 2 * (w @ (X @ X.T) - y @ X.T) / m)

    found = train(derivation()(least_squares), steps=400, rate=0.3)
    assert found.corrected.far > 1e-9
    assert found.follows


def test_what_does_not_move_shows_nothing():
    """From weights 0, ReLU passes nothing on to what is below it: a wrong formula that is 0 there would look right."""
    u, w = real("u", n, 1), real("w", n, 1)
    cost = (relu(u) * relu(w)).sum()
    found = train(derivation()(lambda: (yield claim(gradient(cost, u), 7 * relu(w) * relu_prime(u)))), steps=3)
    assert found.unmoved == ["u"]
    assert not found.follows


def test_what_is_not_misprinted_drives_as_corrected_beside_what_is():
    @derivation()
    def formulas():
        yield claim(gradient(J, W), 0 * W)  # wrong, and not marked
        yield claim(gradient(J, V), misprint(m * RIGHT["V"], RIGHT["V"], "1/m is lost"))

    found = train(formulas, steps=3)
    assert np.array_equal(found.printed.descent.parameters["W"], found.start["W"])
    assert not np.array_equal(found.engine.parameters["W"], found.start["W"])
