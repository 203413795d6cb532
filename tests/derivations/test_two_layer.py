"""The 3-2-1 network's derivation: planted mistakes are found, the module holds, its formulas are gradients of floats."""

from __future__ import annotations

import runpy
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings

from gradcheck.arrays import inputs_of
from gradcheck.collect import load
from gradcheck.notation import gradient
from gradcheck.numbers import BLUNT, DIFFERENCE_BARS, ROUNDING_BARS, SHARP, NumericPoint
from gradcheck.strategies import named_points, points
from gradcheck.verdicts import Verdict
from gradcheck.verify import verify

FILE = Path(__file__).parents[2] / "derivations" / "two_layer.py"
DERIVATIONS = load(FILE).derivations

W3 = "chain of ∂ℒ/∂w[3], lines 1, 2, 3-4, 5, 6, 7, 8, 9, 10"
B3 = "chain of ∂ℒ/∂b[3], lines 1, 2, 3-4, 5, 6, 7, 8"
W2 = "chain of ∂ℒ/∂w[2], left-hand side and lines 1-7, entry i, j"
B2 = "chain of ∂ℒ/∂b[2], lines 1, 2, 3, 8"
LAYER_1_ROW = "(sigmoid(z2) * (1 - sigmoid(z2))).T) @ w2 * (sigmoid(z1) * (1 - sigmoid(z1))).T\n"

PLANTED = {
    "a sigmoid that decreases": ("forward", "(5)", 1, "exp(t) / (1 + exp(t))", "exp(-t) / (1 + exp(t))", "refuted"),
    "a neuron's row": ("forward", "(2)", 0, "w1_2 @ x + b1_2, at", "w1_3 @ x + b1_2, at", "refuted"),
    "a brace": ("forward", "(7), under w_1", 0, "shape(w2_1), (1, 3)", "shape(w2_1), (3, 1)", "refuted"),
    "lost 1/N": (
        "objective",
        "after (13), J*: the summed loss, normalised",
        0,
        "loglik.sum() / N, at",
        "loglik.sum(), at",
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
    "a gradient for a Jacobian": ("layer2_weights", W2, 3, "(w2 @ a1, w2)", "(w2 @ a1.T, w2)", "ill-shaped"),
}
