"""The checker against wrong answers: planted mistakes are found by the oracles that can; what is right is proved."""

from __future__ import annotations

import dataclasses
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import sympy as sp
from hypothesis import strategies as st

from gradcheck import (
    Verdict,
    abuse_of_notation,
    bits,
    claim,
    derivation,
    dims,
    functions,
    gradient,
    jacobian,
    misprint,
    positive,
    real,
    shape,
    verify,
)
from gradcheck.graph import Einsum
from gradcheck.judging import oracles
from gradcheck.judging.verification import Verifier, verify_all
from gradcheck.notation import abstract, basis, log, one_hot, relu, relu_prime, sigmoid, softplus, tanh
from gradcheck.proofs import prime_field, symbols
from gradcheck.proofs.prime_field import FieldOutcome, PrimePoint
from gradcheck.verdicts import Answer, Problem


def network():
    """Two layers: ReLU, then a sigmoid; cross-entropy cost. Columns are examples."""
    n0, n1, m = dims("n0 n1 m")
    X, Y = real("X", n0, m), bits("Y", 1, m)
    W1, b1 = real("W1", n1, n0), real("b1", n1, 1)
    W2, b2 = real("W2", 1, n1), real("b2", 1, 1)
    Z1 = W1 @ X + b1
    A1 = relu(Z1)
    Z2 = W2 @ A1 + b2
    T = sigmoid(Z2)
    J = -(Y @ log(T).T + (1 - Y) @ log(1 - T).T) / m
    D = W2.T @ (T - Y) * relu_prime(Z1)
    return SimpleNamespace(**locals())


def written(*claims, **options):
    """A derivation of claims that are made of the network's names."""

    @derivation(source="notes.txt", **options)
    def notes():
        names = network()
        for i, make in enumerate(claims):  # `at` tells claims of one line apart
            one = make(names)
            yield dataclasses.replace(one, at=one.at or f"eq. {i}")

    return notes


def judge(make, examples=4, **options):
    """The step of a document with one claim of one step."""
    report = verify(written(make, **options), examples=examples)
    assert not report.all_problems, report.all_problems
    (step,) = report.steps
    return step


def verdict(make, **options):
    return judge(make, **options).judgement.verdict


def lines(step):
    return step.judgement.message.splitlines()


# ---- planted mistakes --------------------------------------------------------------------------------------------

ALL, SHARP, EXACT = {"exact", "backprop", "differences"}, {"exact", "backprop"}, {"exact"}

RIGHT = {
    "W2": lambda x: (gradient(x.J, x.W2), (x.T - x.Y) @ x.A1.T / x.m),
    "b2": lambda x: (gradient(x.J, x.b2), (x.T - x.Y).sum(axis=1, keepdims=True) / x.m),
    "W1": lambda x: (gradient(x.J, x.W1), x.D @ x.X.T / x.m),
    "b1": lambda x: (gradient(x.J, x.b1), x.D.sum(axis=1, keepdims=True) / x.m),
    "Z2": lambda x: (gradient(x.J, x.Z2), (x.T - x.Y) / x.m),
    "A1": lambda x: (gradient(x.J, x.A1), x.W2.T @ (x.T - x.Y) / x.m),
    "Z1": lambda x: (gradient(x.J, x.Z1), x.D / x.m),
    "update": lambda x: (x.W2 - 0.1 * gradient(x.J, x.W2), x.W2 - 0.1 * (x.T - x.Y) @ x.A1.T / x.m),
    "index formula": lambda x: (gradient(x.J, x.W2), np.einsum("ij,kj->ik", x.T - x.Y, x.A1) / x.m),
    "not an array": lambda x: (sigmoid(x.Z1), 1 / (1 + np.exp(-x.Z1))),
    "a Jacobian": lambda x: (jacobian(sigmoid(x.b1), x.b1), np.diag((sigmoid(x.b1) * sigmoid(-x.b1)).reshape(-1))),
}

MISTAKES = {
    "lost 1/m": (lambda x: (gradient(x.J, x.W2), (x.T - x.Y) @ x.A1.T), ALL, "it is m × the gradient"),
    "1/m twice": (lambda x: (gradient(x.J, x.W2), (x.T - x.Y) @ x.A1.T / x.m**2), ALL, "it is 1/m × the gradient"),
    "wrong size": (lambda x: (gradient(x.J, x.W2), (x.T - x.Y) @ x.A1.T / x.n1), ALL, "it is m/n1 × the gradient"),
    "sign": (lambda x: (gradient(x.J, x.W2), (x.Y - x.T) @ x.A1.T / x.m), ALL, "it is -1 × the gradient"),
    "factor 2": (lambda x: (gradient(x.J, x.b2), 2 * RIGHT["b2"](x)[1]), ALL, "it is 2 × the gradient"),
    "missing factor": (lambda x: (gradient(x.J, x.W1), x.W2.T @ (x.T - x.Y) @ x.X.T / x.m), ALL, " instead of "),
    "activation for its derivative": (
        lambda x: (gradient(x.J, x.W1), (x.W2.T @ (x.T - x.Y) * x.A1) @ x.X.T / x.m),
        ALL,
        " instead of ",
    ),
    "product for an element-wise product": (
        lambda x: (gradient(x.J, x.Z2), (x.T - x.Y) @ (x.T - x.Y).T @ (x.T - x.Y) / x.m),
        ALL,
        " instead of ",
    ),
    "sum of the whole": (lambda x: (gradient(x.J, x.b1), 0 * x.b1 + x.D.sum() / x.m), ALL, " instead of "),
    "one entry": (
        lambda x: (gradient(x.J, x.W1), x.D @ x.X.T / x.m + basis(x.n1, 1) @ basis(x.n0, 1).T * 1e-3),
        ALL,
        "worst at W1[0, 0]",
    ),
    "relative error 1e-7": (
        lambda x: (gradient(x.J, x.W2), (x.T - x.Y) @ x.A1.T / x.m * (1 + 1e-7)),
        SHARP,
        "it is 1.0000001 × the gradient",
    ),
    "relative error 1e-13": (
        lambda x: (gradient(x.J, x.W2), (x.T - x.Y) @ x.A1.T / x.m * (1 + 1e-13)),
        EXACT,
        "it differs by ",
    ),
    "dead ReLU": (
        lambda x: (gradient(x.J, x.Z1), x.W2.T @ (x.T - x.Y) * (relu_prime(x.Z1) + 0.01 * relu_prime(-x.Z1)) / x.m),
        ALL,
        " instead of ",
    ),
    "not the activation": (lambda x: (gradient(x.J, x.Z2), (x.Z2 - x.Y) / x.m), ALL, " instead of "),
    "update uphill": (
        lambda x: (x.W2 - 0.1 * gradient(x.J, x.W2), x.W2 + 0.1 * RIGHT["W2"](x)[1]),
        ALL,
        " instead of ",
    ),
    "true for bits only": (lambda x: (x.X * x.X, x.X), ALL, " instead of "),
}

ILL_SHAPED = {
    "transposed": (
        lambda x: (gradient(x.J, x.W2), x.A1 @ (x.T - x.Y).T / x.m),
        "the shape is (n1, 1) where (1, n1) is needed: it is the transpose's",
    ),
    "wrong order": (lambda x: (gradient(x.J, x.W1), x.X.T @ x.D / x.m), "(m, n0) @ (n1, m): n0 is not n1"),
    "transpose forgotten": (lambda x: (gradient(x.J, x.W2), (x.T - x.Y) @ x.A1), "(1, m) @ (n1, m): m is not n1"),
    "matrix product for an element-wise product": (
        lambda x: (gradient(x.J, x.W1), x.W2.T @ (x.T - x.Y) @ relu_prime(x.Z1) @ x.X.T),
        "(n1, m) @ (n1, m): m is not n1",
    ),
    "element-wise product for a matrix product": (
        lambda x: (gradient(x.J, x.W1), (x.T - x.Y) @ (x.W2 * relu_prime(x.Z1)) @ x.X.T / x.m),
        "(1, n1) * (n1, m): n1 is not m",
    ),
    "axis summed away": (
        lambda x: (gradient(x.J, x.b1), x.D.sum(axis=1) / x.m),
        "the shape is (n1,) where (n1, 1) is needed",
    ),
    "layout of the differential": (lambda x: (jacobian(x.J, x.b1), gradient(x.J, x.b1)), "(1, n1) is needed"),
    "an entry of what does not conform": (
        lambda x: (gradient(x.J, x.b2), (x.X @ x.W1)[:1, :1].mean(axis=0)),
        "(n0, m) @ (n1, n0): m is not n1",
    ),
    "too few numbers": (lambda x: (gradient(x.J, x.b1), x.D.sum() / x.m), "the shape is () where (n1, 1) is needed"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_refuted_by_the_oracles_that_can_see_it(name):
    make, seen_by, words = MISTAKES[name]
    step = judge(lambda x: claim(*make(x)))
    assert step.judgement.verdict is Verdict.REFUTED
    assert not step.ok
    evidence = step.judgement.evidence
    saw = {oracle for oracle in ("backprop", "differences") if evidence[oracle]["differs"]}
    if evidence["exact"] == "differs":
        saw.add("exact")
    assert saw == seen_by
    assert words in lines(step)[1]


@pytest.mark.parametrize("name", ILL_SHAPED)
def test_what_does_not_conform_is_ill_shaped_and_names_the_sizes(name):
    make, words = ILL_SHAPED[name]
    step = judge(lambda x: claim(*make(x)))
    assert step.judgement.verdict is Verdict.ILL_SHAPED
    assert not step.ok
    assert words in lines(step)[1]


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_proved(name):
    step = judge(lambda x: claim(*RIGHT[name](x)))
    assert (step.judgement.verdict, step.ok, step.judgement.message) == (Verdict.PROVED, True, "")


@pytest.mark.parametrize(("name", "examples"), [("W1", 1), ("b1", 2), ("W2", 12)])
def test_a_mistake_that_equal_sizes_would_hide_is_found_with_any_number_of_examples(name, examples):
    assert (
        verdict(lambda x: claim(RIGHT[name](x)[0], RIGHT[name](x)[1] * x.m / x.n1), examples=examples)
        is Verdict.REFUTED
    )


def test_an_intermediate_form_of_a_chain_is_judged_on_its_own():
    @derivation()
    def chain():
        z = real("z", dims("n"))
        s = sigmoid(z)
        yield claim(gradient(s.sum(), z), s * (1 - s), s - s * s, s * s - s, s * sigmoid(-z))

    assert [step.judgement.verdict.value for step in verify(chain).steps] == ["proved", "proved", "refuted", "proved"]


# ---- abstract functions, structure, domains ----------------------------------------------------------------------


def deep(mistake):
    @derivation(depth=st.sampled_from([1, 3]), g=st.sampled_from([abstract("g"), tanh]))
    def deep_network(depth, g):
        m, sizes = dims("m"), dims("n0 n1 n2 n3")
        A, Z, W = [real("X", sizes[0], m)], [None], [None]
        for layer in range(1, depth + 1):
            W.append(real(f"W{layer}", sizes[layer], sizes[layer - 1]))
            Z.append(W[layer] @ A[layer - 1])
            A.append(g(Z[layer]))
        J = (A[depth] ** 2).sum() / 2
        D = A[depth] * g.prime(Z[depth])
        for layer in range(depth, 0, -1):
            yield claim(gradient(J, W[layer]), mistake(layer, D @ A[layer - 1].T), at="every layer")
            if layer > 1:
                D = W[layer].T @ D * g.prime(Z[layer - 1])

    return deep_network


def test_a_mistake_in_one_layer_of_one_structure_is_refuted():
    report = verify(deep(lambda layer, formula: formula if layer < 3 else 2 * formula), examples=3)
    (step,) = report.steps
    assert step.judgement.verdict is Verdict.REFUTED


def test_what_holds_for_every_drawn_structure_is_proved():
    report = verify(deep(lambda layer, formula: formula), examples=3)
    (step,) = report.steps
    assert step.judgement.verdict is Verdict.PROVED


def test_a_claim_of_many_instances_is_written_down_as_the_first():
    @derivation()
    def layers():
        Z = {i: real(f"Z{i}", dims("n")) for i in (1, 2)}
        J = (Z[1] * Z[2]).sum()
        for i in (1, 2):
            yield claim(gradient(J, Z[i]), 1 * Z[3 - i], at="both")

    (found,) = verify(layers, examples=1).derivations[0].claims
    assert (found.target, found.target_text.source, found.steps[0].printed) == ("∂J/∂Z[1]", "∂J/∂Z[1]", "1 * Z[2]")


def one_claim(make):
    @derivation()
    def notes():
        yield make()

    (step,) = verify(notes).steps
    return step.judgement


n = dims("n")


def test_what_is_proved_for_an_abstract_function_holds_for_all():
    g, z = abstract("g"), real("z", n)
    assert one_claim(lambda: claim(gradient(g(z).sum(), z), g.prime(z))).verdict is Verdict.PROVED
    assert one_claim(lambda: claim(gradient(g(z).sum(), z), g(z) * (1 - g(z)))).verdict is Verdict.REFUTED


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda x: claim(log(x * x), 2 * log(x)), Verdict.PROVED),
        (lambda x: claim(log(2 * x), log(x) + log(3 + 0 * x)), Verdict.REFUTED),
        (lambda x: claim(np.sqrt(x**2), x), Verdict.PROVED),
    ],
)
def test_logarithms_of_positives_expand(make, expected):
    assert one_claim(lambda: make(positive("x", n))).verdict is expected


def test_bits_are_0_or_1_and_reals_are_not():
    assert one_claim(lambda: claim(bits("y", n) ** 2, bits("y", n))).verdict is Verdict.PROVED
    assert one_claim(lambda: claim(real("y", n) ** 2, real("y", n))).verdict is Verdict.REFUTED
    Y = one_hot("Y", *dims("c m"))
    assert one_claim(lambda: claim(Y.sum(axis=0), np.ones(1))).verdict is Verdict.ILL_SHAPED
    assert one_claim(lambda: claim(Y.sum(axis=0) * 3 + 0, 3 + 0 * Y.sum(axis=0))).verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (lambda z: tanh(z), lambda z: 2 * sigmoid(2 * z) - 1),
        (lambda z: sigmoid(-z), lambda z: 1 - sigmoid(z)),
        (lambda z: gradient(softplus(z).sum(), z), sigmoid),
        (lambda z: gradient(tanh(z).sum(), z), lambda z: 1 - tanh(z) ** 2),
        (lambda z: gradient(sigmoid(z).sum(), z), lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
        (lambda z: gradient(relu(z).sum(), z), lambda z: (z > 0) * 1.0),
        (lambda z: gradient(abs(z).sum(), z), lambda z: z / abs(z)),
        (lambda z: gradient(np.maximum(z, 0.1 * z).sum(), z), lambda z: np.where(z > 0, 1.0, 0.1)),
    ],
)
def test_identities_of_the_trade_are_proved(left, right):
    z = real("z", n)
    assert one_claim(lambda: claim(left(z), right(z))).verdict is Verdict.PROVED
    assert one_claim(lambda: claim(left(z), right(z) + 0.001)).verdict is Verdict.REFUTED


def test_a_mask_does_not_move_so_a_derivative_by_one_is_refuted_or_undecided():
    def made(step):
        return lambda x: claim(gradient(np.where(x.Y, x.Z2**2, x.Z2).sum(), x.Y), step(x.Z2))

    assert verdict(made(lambda z: z - z**2)) is Verdict.REFUTED
    assert verdict(made(lambda z: z**2 - z)) is Verdict.UNDECIDED  # true of c·z² + (1 - c)·z, which has no mask in it


UNDERFLOWING = {
    "log of exp": lambda u, s: claim(u * u / s**2, -log(np.exp(-u * u / s**2))),
    "power": lambda u, s: claim(np.exp(-s * u**2), np.exp(-(u**2)) ** s),
    "logit": lambda u, s: claim(u / s, log(sigmoid(u / s) / sigmoid(-u / s))),
    "density": lambda u, s: claim((-(u**2) / s**2 - log(s)).sum(), log(np.exp(-(u**2) / s**2) / s).sum()),
}


@pytest.mark.parametrize("name", UNDERFLOWING)
def test_what_underflows_refutes_nothing_and_confirms_no_misprint(name):
    @derivation()
    def notes():
        right = UNDERFLOWING[name](real("u", dims("n")), positive("s"))
        yield right
        (formula,) = right.steps[0].forms
        yield claim(right.target, misprint(formula, right.target, "none"), at="marked")
        yield claim(right.target, formula * 2, at="wrong")

    plain, marked, wrong = verify(notes).steps
    assert plain.judgement.verdict is Verdict.PROVED
    assert not marked.ok
    assert wrong.judgement.verdict is Verdict.REFUTED


def test_an_assumption_of_a_document_is_refuted_by_a_counterexample():
    z = real("z", n)
    curvature = gradient(gradient(sigmoid(z).sum(), z).sum(), z)
    found = one_claim(lambda: claim(1.0 * (curvature >= 0), np.ones(1) + 0 * z))
    assert found.verdict is Verdict.REFUTED
    assert (found.evidence["counterexample"]["printed"], found.evidence["counterexample"]["right"]) == (1, 0)


def test_declared_shapes_are_judged_by_symbols():
    assert verdict(lambda x: claim(shape(x.W1 @ x.X), (x.n1, x.m))) is Verdict.PROVED
    step = judge(lambda x: claim(shape(x.W1 @ x.X), (x.m, x.n1)))
    assert step.judgement.verdict is Verdict.REFUTED
    assert lines(step)[1] == "the shape is (n1, m), not (m, n1)"
    step = judge(lambda x: claim(shape(x.X @ x.W1), (x.n0, x.n0)))
    assert step.judgement.verdict is Verdict.ILL_SHAPED
    assert lines(step)[1] == "(n0, m) @ (n1, n0): m is not n1"


def test_broadcasting_is_a_convention_of_the_document():
    make = lambda x: claim(x.W1 @ x.X + x.b1, x.b1 + x.W1 @ x.X)  # noqa: E731
    assert verdict(make) is Verdict.PROVED
    assert verdict(make, broadcast=False) is Verdict.ILL_SHAPED
    step = judge(lambda x: claim(x.W1 @ x.X, x.W1 @ x.X + 0 * x.b1), broadcast=False)
    assert step.judgement.verdict is Verdict.ILL_SHAPED
    assert lines(step)[1] == "(n1, m) + (n1, 1): m is not 1; the term 0 * b1 is too much beside W1 @ X"


# ---- nothing vacuous passes --------------------------------------------------------------------------------------

VACUOUS = {
    "zero gradient": (lambda x: claim(gradient((x.W1 > 0).sum(), x.W1), 0 * x.W1), "the left-hand side is 0"),
    "not reached": (
        lambda x: claim(gradient(x.X.sum(), x.W1), 0 * x.W1),
        "nothing is differentiated: X.sum() does not",
    ),
    "wrong name": (lambda x: claim(gradient(x.Z1.sum(), x.W2), x.W2), "does not depend on W2"),
    "a transpose written again": (
        lambda x: claim(gradient(x.Z1.sum(), x.W1.T), x.W1.T),
        "nothing is differentiated: Z1.sum() was not computed from this W1.T, which is made anew",
    ),
    "an entry of what is not reached": (
        lambda x: claim(gradient(x.Z1.sum(), x.W2[0, 0]), x.W2[0, 0]),
        "Z1.sum() does not depend on W2[0, 0]",
    ),
    "an entry of what was made anew": (
        lambda x: claim(gradient(x.Z1.sum(), x.W1.T[0, 1]), x.W1[1, 0]),
        "Z1.sum() was not computed from this W1.T[0, 1], which is made anew",
    ),
    "forward model is NaN": (lambda x: claim(log(-(x.T * x.T)), 2 * log(x.T)), "log(-"),
    "forward model is infinite": (lambda x: claim(gradient((x.X / (x.m - x.m)).sum(), x.X), x.X), "divide("),
    "on a kink everywhere": (
        lambda x: claim(gradient(np.maximum(0.1 * x.X + 0.2 * x.X, 0.3 * x.X).sum(), x.X), 0.3 + 0 * x.X),
        "rounding hides the value",
    ),
    "gradient of log of a negative": (
        lambda x: claim(gradient(log(-x.T).sum(), x.T), 1 / x.T),
        "but log is defined where x > 0",
    ),
}


def test_what_is_0_all_around_is_no_kink():
    # NumPy compares X with itself exactly.
    assert verdict(lambda x: claim(gradient(np.maximum(x.X, x.X).sum(), x.X), 1 + 0 * x.X)) is Verdict.PROVED


def test_what_is_to_be_written_for_an_entry_is_proved():
    def make(x):
        p = np.exp(x.b1) / np.exp(x.b1).sum()
        return claim(gradient(p[0, 0], x.b1)[0, 0], p[0, 0] * (1 - p[0, 0]))

    assert verdict(make) is Verdict.PROVED


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (lambda x: claim(gradient(x.Z1.sum(), x.W1[0, 1]), x.X[0].sum()), Verdict.REFUTED),
        (lambda x: claim(gradient(x.Z1.sum(), x.W1[0, 1]), x.X[1].sum()), Verdict.PROVED),
        (lambda x: claim(gradient(x.Z1.sum(), x.W1[0][1]), x.X[1].sum()), Verdict.PROVED),
        (lambda x: claim(gradient(x.Z1.sum(), x.W1[0, 1]), gradient(x.Z1.sum(), x.W1)[0, 1]), Verdict.DEFINITION),
        (lambda x: claim(gradient(x.Z1.sum(), x.W1[0]), x.X.sum(axis=1, keepdims=True)), Verdict.ILL_SHAPED),
        (lambda x: claim(gradient(x.Z1.sum(), x.W1[0]), x.X.sum(axis=1)), Verdict.PROVED),
        (lambda x: claim(gradient(x.Z1.sum(), x.W1[x.n1 - 1, -1]), x.X[x.n0 - 1].sum()), Verdict.PROVED),
        (lambda x: claim(gradient(x.Z1.sum(), x.W1[x.n1 - 1, -1]), x.X[0].sum()), Verdict.REFUTED),
        (lambda x: claim(gradient(x.J, x.b1[0:1]), x.D[0:1].sum(axis=1, keepdims=True)), Verdict.REFUTED),
        (lambda x: claim(gradient(x.J, x.b1[0:1]), x.D[0:1].sum(axis=1, keepdims=True) / x.m), Verdict.PROVED),
        (lambda x: claim(gradient(x.J, x.A1[0, 0]), (x.W2.T @ (x.T - x.Y))[0, 0] / x.m), Verdict.PROVED),
        (lambda x: claim(gradient(x.J, x.A1[0, 0]), (x.W2.T @ (x.T - x.Y))[0, 0]), Verdict.REFUTED),
        (lambda x: claim(jacobian(x.Z1, x.W1[0, 1])[1], 0 * x.X[1]), Verdict.UNDECIDED),  # 0 shows nothing
        (lambda x: claim(jacobian(x.Z1, x.W1[0, 1])[0], x.X[1]), Verdict.PROVED),
        (lambda x: claim(jacobian(x.Z1, x.W1[0, 1])[0], x.X[0]), Verdict.REFUTED),
    ],
)
def test_derivatives_by_entries_are_judged_as_entries_of_derivatives(make, expected):
    assert verdict(make) is expected


@pytest.mark.parametrize("name", VACUOUS)
def test_what_says_nothing_is_undecided_with_the_reason(name):
    make, reason = VACUOUS[name]
    step = judge(make)
    assert step.judgement.verdict is Verdict.UNDECIDED
    assert not step.ok
    assert reason in lines(step)[1]


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda x: claim(gradient(x.T, x.W2), x.W2), "it is not one number; sum it to a cost, or use jacobian"),
        (lambda x: claim(gradient((x.X @ x.W1).sum(), x.W1), x.W1), "m is not n1"),
    ],
)
def test_a_left_hand_side_that_does_not_conform_is_ill_shaped(make, reason):
    step = judge(make)
    assert step.judgement.verdict is Verdict.ILL_SHAPED
    assert not step.ok
    assert lines(step)[1].startswith("the left-hand side does not conform: ")
    assert reason in lines(step)[1]


def test_a_mistake_cannot_be_confirmed_by_a_left_hand_side_that_does_not_conform():
    step = judge(lambda x: claim(x.X @ x.W1, misprint(x.W1, x.X, "…")))
    assert not step.ok


def test_a_step_that_gradcheck_fails_at_is_its_own_mistake_and_the_others_are_judged(monkeypatch):
    real_compare = symbols.SymbolicPoint.compare

    def compare(self, target, step):
        if "cos" in repr(step):
            raise ZeroDivisionError("oh")
        return real_compare(self, target, step)

    monkeypatch.setattr(symbols.SymbolicPoint, "compare", compare)
    report = verify(written(lambda x: claim(x.W2 + x.W2, 2 * x.W2, np.cos(x.W2), 2 * x.W2)))
    assert [s.judgement.verdict for s in report.steps] == [Verdict.PROVED, Verdict.HARNESS_ERROR, Verdict.PROVED]
    failed = list(report.steps)[1].judgement
    assert "gradcheck failed: ZeroDivisionError: oh (test_verification.py:" in failed.message
    assert failed.evidence["traceback"].startswith("Traceback (most recent call last):")
    assert 'raise ZeroDivisionError("oh")' in failed.evidence["traceback"]


def no_field(monkeypatch):
    monkeypatch.setattr(PrimePoint, "compare", lambda *args: FieldOutcome(Answer.UNRESOLVED))


def test_what_is_too_long_to_be_written_out_is_proved_in_the_prime_field(monkeypatch):
    monkeypatch.setattr(oracles, "LONGEST", 10)
    step = judge(lambda x: claim(*RIGHT["W2"](x)))
    assert step.judgement.verdict is Verdict.PROVED
    (found,) = step.judgement.evidence["prime_field"]
    assert found["sizes"] == {"m": 64, "n0": 32, "n1": 16}
    assert 0 < found["error"] < 1e-9
    assert judge(lambda x: claim(RIGHT["W2"](x)[0], 2 * RIGHT["W2"](x)[1])).judgement.verdict is Verdict.REFUTED


def test_what_is_too_long_to_be_written_out_and_not_the_same_in_a_field_is_seen_and_not_proved(monkeypatch):
    no_field(monkeypatch)
    monkeypatch.setattr(oracles, "LONGEST", 10)
    step = judge(lambda x: claim(*RIGHT["W2"](x)))
    assert step.judgement.verdict is Verdict.AGREES
    assert lines(step)[1] == "it holds at every point looked at, but is too long to be written out for a proof"


def test_a_bound_that_is_too_weak_is_said_to_be_the_reason(monkeypatch):
    monkeypatch.setattr(prime_field, "LIMIT", 0.0)
    monkeypatch.setattr(oracles, "LONGEST", 10)
    step = judge(lambda x: claim(*RIGHT["W2"](x)))
    assert step.judgement.verdict is Verdict.AGREES
    assert lines(step)[1] == (
        "it holds at every point looked at, but was not proved: degrees are too high for a bound "
        "(over a prime field at m=64, n0=32, n1=16), and it is too long to be written out"
    )


def test_a_constant_that_is_rounded_refutes_nothing_and_a_wrong_one_is_refuted():
    x = real("x", n)
    rounded = one_claim(lambda: claim(gradient((1 / 3 * x**3).sum(), x), x**2))
    assert rounded.verdict is Verdict.AGREES
    assert "the constant 0.3333333333333333 is rounded; quotients such as x / 3 are exact" in rounded.message
    assert one_claim(lambda: claim(gradient((0.33333333 * x**3).sum(), x), x**2)).verdict is Verdict.REFUTED
    assert one_claim(lambda: claim(gradient((x**3 / 3).sum(), x), x**2)).verdict is Verdict.PROVED


def test_sizes_that_a_claim_does_not_have_are_no_candidates_for_its_factor():
    m = dims("m")
    x, A = real("x", n, 1), real("A", n, m)
    report = verify(written(lambda _: claim(x.sum(), x[0, 0]), lambda _: claim(A.sum() * m, m * A.sum())))
    assert [s.judgement.verdict for s in report.steps] == [Verdict.REFUTED, Verdict.PROVED]


def test_zero_is_right_only_where_it_is_not_the_whole_target():
    # ∂J/∂z is 0 for z < 0 and 1 for z > 0: not vacuous
    z = real("z", n)
    assert one_claim(lambda: claim(gradient(relu(z).sum(), z), relu_prime(z))).verdict is Verdict.PROVED


def test_a_wrong_step_of_a_zero_target_is_still_refuted():
    assert verdict(lambda x: claim(x.W1 - x.W1, x.W1)) is Verdict.REFUTED


def test_a_step_that_is_nan_where_the_target_is_not_is_refuted():
    z = positive("z", n)
    found = one_claim(lambda: claim(z * z, z * z + 0 * log(-z)))
    assert found.verdict is Verdict.REFUTED
    assert "log(-" in found.message


# ---- marked mistakes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", [misprint, abuse_of_notation])
@pytest.mark.parametrize(
    ("printed", "corrected", "ok"),
    [
        (lambda x: RIGHT["b2"](x)[1] * x.m, lambda x: RIGHT["b2"](x)[1], True),
        (lambda x: x.D, lambda x: RIGHT["b2"](x)[1], True),  # ill-shaped as printed
        (lambda x: RIGHT["b2"](x)[1], lambda x: RIGHT["b2"](x)[1], False),  # true as printed
        (lambda x: RIGHT["b2"](x)[1] * x.m, lambda x: 2 * RIGHT["b2"](x)[1], False),
        (lambda x: RIGHT["b2"](x)[1] * x.m, lambda x: x.D, False),
    ],
)
def test_a_marked_mistake_must_be_wrong_and_its_correction_right(mark, printed, corrected, ok):
    step = judge(lambda x: claim(gradient(x.J, x.b2), mark(printed(x), corrected(x), "why")))
    assert step.ok is ok
    assert (step.kind, step.why) == ("misprint" if mark is misprint else "abuse", "why")


def test_the_verdicts_of_a_misprint_are_those_of_its_two_forms():
    right = RIGHT["W2"]
    step = judge(lambda x: claim(right(x)[0], misprint(right(x)[1] * x.m, right(x)[1], "1/m is lost")))
    assert step.judgement.verdict is Verdict.REFUTED
    assert step.correction.verdict is Verdict.PROVED


def test_every_mark_of_a_chain_has_the_verdicts_of_its_own_forms():
    def chain(x):
        target, right = RIGHT["W2"](x)
        return claim(target, right, misprint(right * x.m, right, "m"), right, misprint(right * 2, right * 3, "2"))

    steps = list(verify(written(chain), examples=2).steps)
    found = [tuple(j.verdict.value if j else None for j in (s.judgement, s.correction)) for s in steps]
    assert found == [("proved", None), ("refuted", "proved"), ("proved", None), ("refuted", "refuted")]


@pytest.mark.parametrize("layers", ["[]", "()"])
def test_formulas_are_written_as_the_document_writes_them(layers):
    @derivation(layers=layers)
    def notes():
        Z = {1: real("Z1", dims("n"))}
        target, right = gradient(sigmoid(Z[1]).sum(), Z[1]), sigmoid(Z[1]) * sigmoid(-Z[1])
        yield claim(target, right, misprint(right * 2, right, "2"), at="first")
        yield claim(target, right, at="again")

    first, again = verify(notes, examples=1).derivations[0].claims
    once = f"σ(Z{layers[0]}1{layers[1]})"
    assert f"Z^{{{layers[0]}" in first.target_text.latex
    assert first.target_text == again.target_text
    plain, marked = first.steps
    assert once in plain.printed_text.unicode
    assert once in marked.printed_text.unicode
    assert once in marked.corrected_text.unicode
    assert marked.printed_text != marked.corrected_text == plain.printed_text == again.steps[0].printed_text
    assert (plain.corrected_text, plain.printed, marked.corrected) == (None, plain.printed_text.source, plain.printed)
    assert (first.first_index, again.first_index) == (0, 2)


# ---- problems ----------------------------------------------------------------------------------------------------


def problem_of(notes, **options):
    report = verify(notes, **options)
    assert not report.ok
    assert report.exit_code == 2
    (problem,) = report.all_problems
    assert problem.file.endswith("test_verification.py")
    return report, problem


def line_of(function, text):
    import inspect

    source, start = inspect.getsourcelines(function)
    return start + next(i for i, line in enumerate(source) if text in line)


def test_two_inputs_of_one_name_are_a_problem():
    @derivation()
    def notes():
        x = real("x", n)
        yield claim(x + real("x", n), 2 * x)

    _, problem = problem_of(notes)
    assert problem.what == "two inputs are called 'x'"
    assert "a name of its own" in problem.cure


def test_a_size_and_an_input_of_one_name_are_a_problem():
    @derivation()
    def notes():
        m = real("n")
        x = real("x", dims("n"))
        yield claim(x * m, m * x)

    _, problem = problem_of(notes)
    assert problem.what == "n is the name of a size and of an input"


def test_a_derivation_without_yield_is_a_problem():
    @derivation()
    def notes():
        return 1

    report, problem = problem_of(notes)
    assert problem.what == "notes yields nothing: it returned int"
    assert problem.cure == "a derivation is a generator function: write `yield claim(target, step)`"
    assert problem.line == line_of(notes.function, "@derivation")
    assert not list(report.steps)


def test_a_derivation_that_ends_without_a_claim_is_a_problem():
    @derivation()
    def notes():
        for i in range(0):
            yield claim(i, i)

    _, problem = problem_of(notes)
    assert problem.what == "notes ended without a claim"


def test_something_else_than_a_claim_is_a_problem():
    @derivation()
    def notes():
        x = real("x")
        yield claim(x * x, x**2)
        yield x > 1

    report, problem = problem_of(notes)
    assert problem.what == "notes yielded x > 1, which is not a claim"
    assert problem.line == line_of(notes.function, "yield x > 1")
    assert [step.judgement.verdict for step in report.steps] == [Verdict.PROVED]


def test_what_was_yielded_before_an_exception_is_judged():
    @derivation()
    def notes():
        x = real("x", n)
        yield claim((x * x).sum(), x @ x)
        yield claim((x * x).sum(), x @ x + 1)
        len(x)
        yield claim(x, x)

    report, problem = problem_of(notes)
    assert [step.judgement.verdict for step in report.steps] == [Verdict.PROVED, Verdict.REFUTED]
    assert problem.line == line_of(notes.function, "len(x)")
    assert problem.what.startswith("TypeError: len() must be a number")
    assert problem.cure == "notes stopped here: the claims before this line are judged; mend it to judge the rest"


def test_a_claim_without_steps_is_a_problem():
    @derivation()
    def notes():
        x = real("x")
        yield claim(x, x * 1)
        yield claim(x)

    _, problem = problem_of(notes)
    assert problem.what == "a claim without steps says nothing"
    assert problem.line == line_of(notes.function, "yield claim(x)\n")


def test_a_bad_size_is_a_problem_at_its_line():
    @derivation()
    def notes():
        yield claim(real("x", 0), 1)

    _, problem = problem_of(notes)
    assert problem.what == "real('x', …): 0 is not a size: sizes are positive"
    assert problem.line == line_of(notes.function, 'real("x", 0)')


def test_an_unknown_function_is_a_problem_that_names_the_known_ones():
    @derivation()
    def notes():
        x = real("x", n)
        yield claim(np.arcsinh(x), x)

    _, problem = problem_of(notes)
    assert problem.what.startswith("NumPy's arcsinh is not in gradcheck's function table: write np.log(")


def test_a_problem_of_one_structure_names_the_structure():
    @derivation(depth=st.integers(1, 3))
    def notes(depth):
        x = real("x", n)
        yield claim(x**2, x * x)
        if depth == 3:
            raise RuntimeError("too deep")

    _, problem = problem_of(notes, examples=20)
    assert problem.what == "RuntimeError: too deep (with depth=3)"


def test_a_report_says_what_was_judged():
    report = verify(written(lambda x: claim(*RIGHT["W2"](x))), examples=1)
    (found,) = report.derivations
    assert (found.name, found.title, found.source) == ("notes", __doc__.splitlines()[0], "notes.txt")
    assert Path(found.file).name == Path(__file__).name


def test_at_least_one_example_is_needed():
    with pytest.raises(ValueError, match=r"^examples=0: at least 1 is needed$"):
        verify(written(lambda x: claim(*RIGHT["W2"](x))), examples=0)


# ---- gradcheck's own mistakes ------------------------------------------------------------------------------------


def broken_partial(monkeypatch, name):
    row = functions.TABLE[name]
    wrong = tuple((lambda *args, right=right: right(*args) * 1.01) for right in row.partials)
    monkeypatch.setitem(row.__dict__, "partials", wrong)


# What is 0 for all values: both sides say so, and mistakes in the longer one are not 0.
ZEROS = {
    "x - x": lambda x: claim(x.W1 - x.W1, 0 * x.W1),
    "deviations from the mean": lambda x: claim((x.X - x.X.mean(axis=0)).sum(axis=0), 0 * x.X.mean(axis=0)),
    "the other way round": lambda x: claim(0 * x.X.mean(axis=0), (x.X - x.X.mean(axis=0)).sum(axis=0)),
    "a stationary point": lambda x: claim(gradient(((x.X - mean_of(x.X)) ** 2).sum(), mean_of(x.X)), 0 * mean_of(x.X)),
    "the gradient of a constant": lambda x: claim(gradient((softmax(x.X)).sum(), x.X), np.zeros_like(x.X)),
}


def softmax(x):
    return np.exp(x) / np.exp(x).sum(axis=0, keepdims=True)


@cache
def mean_of(x):
    """One node, so that it can be differentiated by."""
    return x.mean(axis=0)


@pytest.mark.parametrize("name", ZEROS)
def test_what_vanishes_identically_is_proved_and_its_other_side_is_broken(name):
    step = judge(ZEROS[name])
    assert step.judgement.verdict is Verdict.PROVED
    assert step.judgement.evidence["variants"]["refuted"] > 0


WRONG_ZEROS = {
    "not 0 at all": lambda x: claim(x.W1 - x.W1, x.W1),
    "deviations that do not cancel": lambda x: claim((x.X - x.X.sum(axis=0)).sum(axis=0), 0 * x.X.mean(axis=0)),
    "a 0 that is small": lambda x: claim(gradient(softmax(x.X).sum(), x.X), 1e-30 * x.X),
    "the gradient of what is no constant": lambda x: claim(gradient((softmax(x.X) ** 2).sum(), x.X), 0 * x.X),
}


@pytest.mark.parametrize("name", WRONG_ZEROS)
def test_what_does_not_vanish_is_refuted(name):
    assert verdict(WRONG_ZEROS[name]) is Verdict.REFUTED


def test_a_zero_that_is_not_proved_is_undecided(monkeypatch):
    no_field(monkeypatch)
    monkeypatch.setattr(symbols.SymbolicPoint, "compare", lambda *args: symbols.Outcome(Answer.UNRESOLVED))
    step = judge(ZEROS["the gradient of a constant"])
    assert step.judgement.verdict is Verdict.UNDECIDED
    assert lines(step)[1].startswith("rounding hides the value")


def test_a_certificate_where_numbers_cannot_tell_refutes_and_names_its_point():
    step = judge(lambda x: claim((x.X + 1e25) - 1e25, 2 * x.X))
    assert step.judgement.verdict is Verdict.REFUTED
    assert "as exact algebra shows; numbers alone cannot tell" in lines(step)[1]
    assert "at m=" in lines(step)[1]
    assert "seed" in step.judgement.evidence["counterexample"]["at"]


def harness_error(report):
    (step,) = report.steps
    assert step.judgement.verdict is Verdict.HARNESS_ERROR
    assert not report.ok
    assert report.exit_code == 3
    return step.judgement.message


def test_a_wrong_partial_in_the_table_is_gradchecks_mistake(monkeypatch):
    broken_partial(monkeypatch, "sigmoid")
    z = real("z", dims("broken"))
    notes = written(lambda x: claim(gradient(sigmoid(z).sum(), z), sigmoid(z) * (1 - sigmoid(z))))
    message = harness_error(verify(notes))
    assert "gradcheck contradicts itself: reverse mode says " in message
    assert "differences say" in message


def test_a_wrong_vjp_is_gradchecks_mistake(monkeypatch):
    right = Einsum.cotangent
    monkeypatch.setattr(Einsum, "cotangent", lambda *args: right(*args) * 2)
    z = real("z", dims("mended"))
    message = harness_error(verify(written(lambda x: claim(gradient(z @ z, z), 2 * z))))
    assert "gradcheck contradicts itself: reverse mode says " in message


def test_a_wrong_definition_in_sympy_is_gradchecks_mistake(monkeypatch):
    monkeypatch.setitem(functions.TABLE["sigmoid"].__dict__, "symbolic", lambda t: 1 / (2 + sp.exp(-t)))
    message = harness_error(verify(written(lambda x: claim(*RIGHT["W2"](x)))))
    assert "refuted by exact algebra, seen to hold by numbers" in message


def test_a_proof_of_what_numbers_refute_is_gradchecks_mistake(monkeypatch):
    monkeypatch.setattr(symbols, "is_zero", lambda *args: True)
    message = harness_error(verify(written(lambda x: claim(RIGHT["W2"](x)[0], 2 * RIGHT["W2"](x)[1]))))
    assert "proved by exact algebra, refuted by numbers" in message


def test_what_cannot_be_proved_is_seen_and_never_proved(monkeypatch):
    no_field(monkeypatch)
    monkeypatch.setattr(symbols, "is_zero", lambda *args: False)
    step = judge(lambda x: claim(*RIGHT["W2"](x)))
    assert step.judgement.verdict is Verdict.AGREES
    assert step.ok
    assert "was not proved" in lines(step)[1]


def test_a_correction_that_is_only_seen_does_not_confirm_a_misprint(monkeypatch):
    no_field(monkeypatch)
    monkeypatch.setattr(symbols, "is_zero", lambda *args: False)
    right = RIGHT["W2"]
    step = judge(lambda x: claim(right(x)[0], misprint(right(x)[1] * x.m, right(x)[1], "1/m is lost")))
    assert step.correction.verdict is Verdict.AGREES
    assert not step.ok


# ---- messages ----------------------------------------------------------------------------------------------------


def test_a_refutation_says_which_claim_how_it_differs_and_how_to_repeat_it():
    step = judge(lambda x: claim(gradient(x.J, x.W2), (x.T - x.Y) @ x.A1.T, at="layer 2"), examples=10)
    first, second, third = lines(step)
    assert "∂" in first
    assert " (layer 2), step 1: " in first
    assert first.endswith(" is refuted")
    assert second.startswith("it is m × the gradient; ")
    assert " instead of " in second
    assert third.startswith("exact algebra: differs; reverse mode: ")
    assert " points; differences: " in third
    assert third.endswith("repeat: gradcheck verify tests/judging/test_verification.py::notes")


def test_a_counterexample_is_small_and_is_the_one_in_the_evidence():
    step = judge(lambda x: claim(gradient(x.J, x.W2), (x.T - x.Y) @ x.A1.T))
    shown = step.judgement.evidence["counterexample"]
    assert shown["at"].startswith("m=2, n0=1, n1=1, seed ")
    assert shown["printed"] == pytest.approx(2 * shown["right"])
    assert shown["entry"] == [0, 0]


def test_the_authors_names_are_used():
    @derivation()
    def notes():
        W, x = real("W", n, n), real("x", n)
        Z = [None, W @ x]
        cost = (Z[1] * Z[1]).sum()
        yield claim(gradient(cost, Z[1]), Z[1])

    (step,) = verify(notes).steps
    assert lines(step)[0] == "∂cost/∂Z[1], step 1: W @ x is refuted"
    assert lines(step)[1].startswith("it is 1/2 × the gradient; ")


# ---- reports -----------------------------------------------------------------------------------------------------


def facts(report):
    return dataclasses.asdict(report)


def test_two_runs_give_the_same_report():
    make = [lambda x: claim(*RIGHT["W2"](x)), lambda x: claim(*MISTAKES["lost 1/m"][0](x))]
    assert facts(verify(written(*make), examples=4)) == facts(verify(written(*make), examples=4))


def test_adding_a_claim_does_not_move_the_others():
    first, last = (lambda x: claim(*MISTAKES["sign"][0](x))), (lambda x: claim(*RIGHT["W2"](x)))
    alone = verify(written(first), examples=4).derivations[0].claims[0]
    together = verify(written(first, last), examples=4).derivations[0].claims[0]
    assert facts(alone) == facts(together)


def test_progress_is_told_after_every_step_and_derivation():
    told, done = [], []
    notes = written(lambda x: claim(*RIGHT["b2"](x), RIGHT["b2"](x)[1] * 2), lambda x: claim(*RIGHT["Z2"](x)))
    verify_all([notes], examples=1, progress=lambda *what: told.append(what), on_derivation=done.append)
    assert told == [("notes", 1, 3), ("notes", 2, 3), ("notes", 3, 3)]
    assert [report.name for report in done] == ["notes"]
    verify(notes, examples=1, progress=lambda *what: told.append(what))
    assert told[3:] == told[:3]


def test_an_outline_names_every_step_and_judges_nothing():
    notes = written(lambda x: claim(gradient(x.J, x.b2), x.b2, misprint(x.b2, 2 * x.b2, "why"), at="here"))
    report = Verifier(notes).outline
    (one,) = report.claims
    assert (one.at, [step.kind for step in one.steps]) == ("here", ["step", "misprint"])
    assert {step.judgement.verdict for step in one.steps} == {Verdict.UNDECIDED}


def test_problems_that_came_up_before_are_reported_and_are_not_ok():
    problem = Problem("notes.py", 3, "a module that cannot be read", "mend it")
    report = verify_all([written(lambda x: claim(*RIGHT["b2"](x)))], [problem], examples=1)
    assert list(report.all_problems) == [problem]
    assert not report.ok
    assert report.exit_code == 2


def test_nothing_verified_is_not_ok():
    assert not verify_all([]).ok


def test_exit_codes():
    right, wrong = (lambda x: claim(*RIGHT["b2"](x))), (lambda x: claim(*MISTAKES["factor 2"][0](x)))
    assert verify(written(right), examples=2).exit_code == 0
    assert verify(written(right, wrong), examples=2).exit_code == 1
