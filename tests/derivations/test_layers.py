"""The L-layer network: planted mistakes are found, the modules hold, backpropagation works on floats too."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gradcheck.documents.files import load
from gradcheck.functions import TABLE
from gradcheck.judging.comparison import NumericPoint
from gradcheck.notation import abstract, cross_entropy, gradient, ones, real, squared_error, tanh
from gradcheck.sampling.point import Point
from gradcheck.tolerances import BLUNT, DIFFERENCE_BARS, ROUNDING_BARS, SHARP
from gradcheck.verdicts import Verdict

FOLDER = Path(__file__).parents[2] / "derivations"
FILE, ASSUMPTIONS = FOLDER / "layers.py", FOLDER / "layers_assumptions.py"
DERIVATIONS = [derivation for file in (FILE, ASSUMPTIONS) for derivation in load(file).derivations]
NOTHING_KNOWN = {"depth": 3, "layer": 0, "g": (abstract("g"), abstract("g")), "loss": abstract("L", 2)}


# ---- the modules -------------------------------------------------------------------------------------------------

EVERY_MISTAKE = {**NOTHING_KNOWN, "depth": 4}  # more layers than the three samples that are written out


def steps_of(*files):
    """The steps of modules, in one instance that shows every mistake."""
    for derivation in (derivation for file in files for derivation in load(file).derivations):
        structure = {word: EVERY_MISTAKE[word] for word in derivation.structure}
        if derivation.name == "second_derivatives":
            structure = {"g": tanh}
        yield from (step for claim in derivation.claims(**structure) for step in claim.steps)


# The mistakes of the document, by words of what is wrong, and the lines of its file in which each shows.
MISTAKES = {
    "1 is left out, or m stands for L": {16, 24, 46},
    "with tanh or the sigmoid it is negative": {55, 57, 60},
    "may be indefinite": {62},
    "by m once more": {74},
    "not each of them": {97},
    "L stands for ℓ": {99, 130},
    "i stands for j": {110},
    "units of layer ℓ + 1": {122},
    "not by z_p again": {122},
    "∂w_{j,k} stands for": {132},
    "number of the sample": {40, 146, 148, 154, 156},
    "ℓ-- goes on": {171},
}


def test_each_mistake_of_the_document_is_told_once_with_all_lines_in_which_it_shows():
    found = {}
    for step in steps_of(FILE, ASSUMPTIONS):
        for mistake in step.mistakes:
            assert mistake.kind == "misprint"
            found.setdefault(mistake.why, set()).add(step.source_line)
    assert len(found) == len(MISTAKES)
    for words, lines in MISTAKES.items():
        assert [seen for why, seen in found.items() if words in why] == [lines], words


def test_what_is_not_in_the_document_says_so_and_has_no_mistakes_and_no_line():
    for step in steps_of(FILE, ASSUMPTIONS):
        is_ours = step.at.startswith("ours: ")
        assert is_ours == (step.source_line is None), step.at
        assert not (is_ours and step.mistakes)


@pytest.mark.parametrize("file", [FILE, ASSUMPTIONS], ids=lambda file: file.stem)
def test_claims_stand_in_the_order_of_the_document(file):
    lines = [step.source_line for step in steps_of(file) if step.source_line]
    assert list(dict.fromkeys(lines)) == sorted(set(lines))


# ---- planted mistakes --------------------------------------------------------------------------------------------

PLANTED = {
    "another sample": (
        "description_of_layers",
        "1, z_j^{[ℓ](i)}",
        0,
        "w_j.T @ a[l - 1][i]",
        "w_j.T @ a[l - 1][1]",
        "refuted",
    ),
    "the shape of the layer below": (
        "description_of_layers",
        "1, b^{[ℓ]}",
        0,
        '(b[l]), (n[l], 1), at="1, b',
        '(b[l]), (n[l - 1], 1), at="1, b',
        "refuted",
    ),
    "a loop that ends behind layer L": (
        "procedure_in_general",
        "2.2, “For ℓ = L; ℓ ≥ 1; ℓ--”, W",
        0,
        "for l in range(L, 0, -1):",
        "for l in [L]:",
        "refuted",
    ),
    "a loop that does not come to layer 1": (
        "procedure_in_general",
        "2.2, “For ℓ = L; ℓ ≥ 1; ℓ--”, b",
        0,
        "for l in range(L, 0, -1):",
        "for l in range(L, 1, -1):",
        "refuted",
    ),
    "the wrong index of a sum": (
        "single_unit",
        "2.3.1, ∂𝓛/∂a_j^{[ℓ]}",
        2,
        'W[l + 1][p, j]).sum(p),\n            at="2.3.1',
        'W[l + 1][j, p]).sum(p),\n            at="2.3.1',
        "ill-shaped",
    ),
    "a mean for a sum": (
        "single_sample",
        "2.3.2, ∂𝓛/∂a^{[ℓ]}",
        0,
        "(gradient(loss, z[l + 1][p, 0]) * W[l + 1][p, j]).sum(p),\n        (W[l + 1].T",
        "(gradient(loss, z[l + 1][p, 0]) * W[l + 1][p, j]).mean(p),\n        (W[l + 1].T",
        "refuted",
    ),
    "the function of another layer": (
        "entire_sample",
        "2.3.3, ∂𝓛/∂Z^{[ℓ+1]}, first line",
        1,
        "gradient(total, A[l + 1]) * g[l + 1].prime",
        "gradient(total, A[l + 1]) * g[l].prime",
        "refuted",
    ),
    "activations of the layer itself": (
        "entire_sample",
        "2.3.3, ∂𝓙/∂W^{[ℓ]}, first line",
        2,
        "(gradient(total, A[l]) * g[l].prime(Z[l])) @ A[l - 1].T",
        "(gradient(total, A[l]) * g[l].prime(Z[l])) @ A[l].T",
        "ill-shaped",
    ),
    "not transposed": (
        "procedure",
        "2.4, ∂𝓛/∂A^{[ℓ-1]}",
        0,
        "dL_dA = W[l].T @ gradient(total, Z[l])",
        "dL_dA = W[l] @ gradient(total, Z[l])",
        "ill-shaped",
    ),
    "a layer's derivative is lost on the way down": (
        "procedure",
        "2.4, “For ℓ = L; ℓ ≥ 1; ℓ = -1”, W",
        0,
        "dZ = dA * g[k].prime(Z[k])",
        "dZ = dA",
        "refuted",
    ),
}


@pytest.mark.parametrize("planted", PLANTED.values(), ids=PLANTED)
def test_a_planted_mistake_is_found(planted, fails):
    fails(FILE, *planted, **structure_of(planted[0]))


def structure_of(name):
    (derivation,) = (d for d in DERIVATIONS if d.name == name)
    return {word: NOTHING_KNOWN[word] for word in derivation.structure}


def test_a_lost_mean_is_called_by_its_name(plant):
    text = "1 / m * gradient(total, Z[l]) @ A[l - 1].T"
    step = plant(FILE, "procedure", "2.4, ∂𝓙/∂W^{[ℓ]}", 0, text, text[len("1 / m * ") :], **NOTHING_KNOWN)
    assert step.judgement.verdict is Verdict.REFUTED
    assert "it is m × the gradient" in step.judgement.message


def test_a_misprint_that_is_true_fails(fails):
    right = "(y_2 - y_1) / 2"
    old, new = f"AIM(0, {right})", f"misprint({right}, {right}, AIM)"
    fails(FILE, "aim", "2.3, “minimize 𝓛 for every training sample”", 0, old, new, "proved")


def test_a_correction_that_is_false_fails(fails):
    at, old, new = "2.3.3, ∂𝓙/∂W^{[ℓ]}, first line", "SAMPLE(y @ ones(1, m), Y)", "SAMPLE(y @ ones(1, m), -Y)"
    step = fails(FILE, "entire_sample", at, 1, old, new, "refuted", **NOTHING_KNOWN)
    assert step.correction.verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("name", "at", "old", "new"),
    [
        ("counterexamples", "ours: 2.1, ∂²𝓙/∂b1² at some points", "(-4, 27) * v, at", "(4, 27) * v, at"),
        ("strictly_convex", "ours: 2.1, ∂²𝓙/∂w1∂w2", "+ (a2 - y) * x", "- (a2 - y) * x"),
    ],
)
def test_a_wrong_second_derivative_is_found(name, at, old, new, plant):
    assert plant(ASSUMPTIONS, name, at, 0, old, new).judgement.verdict is Verdict.REFUTED


# ---- backpropagation in plain NumPy ------------------------------------------------------------------------------


def logistic(z):
    return np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


FLOATS = {  # g and g′
    "sigmoid": (logistic, lambda z: logistic(z) * logistic(-z)),
    "tanh": (np.tanh, lambda z: 4 * logistic(2 * z) * logistic(-2 * z)),
    "relu": (lambda z: np.maximum(z, 0), lambda z: np.where(z > 0, 1.0, 0.0)),
    "leaky_relu(0.01)": (lambda z: np.where(z > 0, z, 0.01 * z), lambda z: np.where(z > 0, 1.0, 0.01)),
    "softplus": (lambda z: np.logaddexp(0, z), logistic),
    "identity": (lambda z: z, np.ones_like),
}


def backpropagation(X, Y, W, b, names, loss):
    """Section 2.4: ∂J/∂W and ∂J/∂b of every layer, from the first to the last."""
    m, Z, A = X.shape[1], [], [X]
    for W_l, b_l, name in zip(W, b, names, strict=True):
        Z.append(W_l @ A[-1] + b_l)
        A.append(FLOATS[name][0](Z[-1]))
    dA = A[-1] - Y
    if loss is cross_entropy:
        dA = dA / (A[-1] * logistic(-Z[-1]))
    found = []
    for W_l, name in zip(reversed(W), reversed(names), strict=True):
        dZ = dA * FLOATS[name][1](Z.pop())
        A.pop()
        dA = W_l.T @ dZ
        found.append((dZ @ A[-1].T / m, dZ.sum(axis=1, keepdims=True) / m))
    return found[::-1]


@st.composite
def networks(draw):
    """Sizes n^{[0]}, …, n^{[L]} = 1 and m, the names of the activations, the loss, and a seed."""
    sizes = [*draw(st.lists(st.integers(1, 4), min_size=1, max_size=5)), 1]
    names = draw(st.lists(st.sampled_from(sorted(FLOATS)), min_size=len(sizes) - 1, max_size=len(sizes) - 1))
    loss = draw(st.sampled_from([squared_error, cross_entropy]))
    if loss is cross_entropy:
        names[-1] = "sigmoid"
    return sizes, draw(st.integers(1, 4)), names, loss, draw(st.integers(0, 999))


@settings(max_examples=40)
@given(networks())
def test_backpropagation_gives_the_gradients_of_floats(network):
    sizes, m, names, loss, seed = network
    X, Y = real("X", sizes[0], m), real("Y", 1, m)
    W = [real(f"W{k}", rows, columns) for k, (columns, rows) in enumerate(pairwise(sizes))]
    b = [real(f"b{k}", rows, 1) for k, rows in enumerate(sizes[1:])]
    A = X
    for W_l, b_l, name in zip(W, b, names, strict=True):
        A = TABLE[name](W_l @ A + b_l @ ones(1, m))
    J = loss(A, Y).sum() / m
    gradients = [(gradient(J, W_l), gradient(J, b_l)) for W_l, b_l in zip(W, b, strict=True)]
    graphs = [node for pair in gradients for node in pair]
    at = NumericPoint.away_from_kinks(Point({}, seed), graphs, [X, Y, *W, *b])
    X, Y, W, b = at.evaluation(X), at.evaluation(Y), list(map(at.evaluation, W)), list(map(at.evaluation, b))

    by_hand = [value for pair in backpropagation(X, Y, W, b, names, loss) for value in pair]
    for node, closed in zip(graphs, by_hand, strict=True):
        value, rounding = at.engine(node)
        sampled = at.sampled(node)
        assume(np.all(np.isfinite(sampled.error)))
        assert value.shape == closed.shape
        tolerance = ROUNDING_BARS * rounding + SHARP * np.max(np.abs(value))
        assert np.all(np.abs(value - closed) <= tolerance)
        blunt = tolerance + DIFFERENCE_BARS * sampled.error + BLUNT * np.abs(closed)
        assert np.all(np.abs(sampled.value - closed) <= blunt)
