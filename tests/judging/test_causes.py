"""Why a wrong step is wrong: for each cause a formula that is wrong by it, and near misses that are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from gradcheck import Verdict, bits, claim, derivation, dims, gradient, misprint, real, symmetric
from gradcheck.judging import causes
from gradcheck.judging.verification import Verifier
from gradcheck.notation import log, relu, relu_prime, sigmoid, tanh
from gradcheck.verdicts import Position


def network():
    """Three layers with a penalty on W2; columns are examples."""
    n0, n1, n2, m = dims("n0 n1 n2 m")
    X, Y = real("X", n0, m), real("Y", n2, m)
    W1, b1 = real("W1", n1, n0), real("b1", n1, 1)
    W2, b2, lam = real("W2", n2, n1), real("b2", n2, 1), real("lam")
    S = real("S", n1, n1)
    Z1 = W1 @ X + b1
    A1 = tanh(Z1)
    Z2 = W2 @ A1 + b2
    A2 = sigmoid(Z2)
    E = A2 - Y
    J = (E * E).sum() / (2 * m) + lam * (W2 * W2).sum() / 2
    R = relu(Z1)
    C = (R * R).sum() / (2 * m)
    dA2 = E / m
    dZ2 = dA2 * A2 * (1 - A2)
    dZ1 = (W2.T @ dZ2) * (1 - A1**2)
    return locals()


def step_of(make, position=(0, -1), **options):
    """What is said of one step of what `make` yields; the last one of the first claim if nothing else is asked for."""

    @derivation(source="notes.txt", **options)
    def notes():
        locals().update(network())
        made = network()
        names = list(made)
        for name, node in zip(names, made.values(), strict=True):
            exec(f"{name} = node")
        yield from make(made)

    verifier = Verifier(notes, 4)
    claim, step = position
    step = step % len(verifier.outline.claims[claim].steps)
    return verifier.step(Position(claim, step)).judgement


def diagnosis(make, **options):
    judgement = step_of(make, **options)
    assert judgement.verdict.is_wrong, judgement
    return judgement.evidence.get("diagnosis", {})


def test_x():
    print(diagnosis(lambda x: [claim(gradient(x["J"], x["b2"]), x["dZ2"].sum(axis=1, keepdims=True) * x["m"])]))
    assert 0
