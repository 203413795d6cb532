"""Claims by entries: right formulas are proved, wrong ones are refuted, and both print as documents write them."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import claim, derivation, dims, gradient, jacobian, misprint, one_hot, positive, printing, real
from gradcheck.judging.verification import verify_derivation
from gradcheck.notation import exp, indices, log, sqrt, where
from gradcheck.verdicts import Verdict


@derivation(source="softmax regression")
def softmax_regression():
    N, C = dims("N C")
    i, c, k = indices("i c k")
    S, Y = real("S", N, C), one_hot("Y", C, N).T
    P = (exp(S[i, c]) / exp(S[i, k]).sum(k)).array(i, c)
    J = -(Y[i, c] * log(P[i, c])).sum(i, c) / N
    cases = where(c == k, P[i, c] * (1 - P[i, c]), -P[i, c] * P[i, k])
    yield claim(jacobian(P, S)[i, c, i, k], cases, P[i, c] * ((c == k) - P[i, k]), at="right")
    yield claim(jacobian(P[i, c], S[i, k]), P[i, c] * (1 - P[i, c]), at="the case c = k for all")
    yield claim(gradient(J, S[i, k]), (P[i, k] - Y[i, k]) / N, at="right")
    yield claim(gradient(J, S[i, k]), ((P[i, c] - Y[i, c]) * (c == k)).sum(c) / N, at="right")
    yield claim(gradient(J, S[i, k]), misprint(P[i, k] - Y[i, k], (P[i, k] - Y[i, k]) / N, "1/N is lost"), at="right")
    yield claim(gradient(J, S[i, k]), (P[i, k] - Y[i, c]) / N, at="c is free")
    yield claim(gradient(J, S[i, k]), (P[k, i] - Y[i, k]) / N, at="i and k exchanged")


@derivation(source="layer norm")
def layer_norm():
    n = dims("n")
    i, j, k = indices("i j k")
    x, g, gamma, eps = real("x", n), real("g", n), real("gamma", n), positive("epsilon")
    m = x[k].mean(k)
    v = ((x[k] - m) ** 2).mean(k)
    r = 1 / sqrt(v + eps)
    u = ((x[i] - m) * r).array(i)
    L = (g[i] * gamma[i] * u[i]).sum(i)
    gg = g[i] * gamma[i]
    yield claim(gradient(m, x[j]), 1 / n, at="right")
    yield claim(gradient(v, x[j]), 2 / n * (x[j] - m), at="right")
    yield claim(jacobian(u[i], x[j]), r * ((i == j) - 1 / n - u[i] * u[j] / n), at="right")
    yield claim(jacobian(u[i], x[j]), r * (1 - 1 / n - u[i] * u[j] / n), at="δ is lost")
    right = r * (gg - gg.sum(i) / n - u[i] / n * (u[j] * g[j] * gamma[j]).sum(j))
    yield claim(gradient(L, x[i]), right, at="right")
    yield claim(gradient(L, x[i]), r * (gg - gg.sum(i) / n - u[i] / n), at="a sum is lost")


@derivation(source="a layer")
def layer():
    n, m, B = dims("n m B")
    b, i, j, k = indices("b i j k")
    W, X, t = real("W", n, m), real("X", B, m), real("t", B, n)
    z = (W @ X[b]).array(b)
    L = ((z[b, i] - t[b, i]) ** 2).sum(b, i) / 2
    yield claim(z[b, i], (W[i, j] * X[b, j]).sum(j), at="right")
    yield claim(gradient(L, W[i, j]), ((z[b, i] - t[b, i]) * X[b, j]).sum(b), at="right")
    yield claim(gradient(L, W), (z - t).T @ X, at="right")
    yield claim(gradient(L, z[b, i]), z[b, i] - t[b, i], at="right")
    yield claim(jacobian(z[b, i], W[j, k]), (i == j) * X[b, k], at="right")
    yield claim(jacobian(z[b, i], W[j, k]), X[b, k], at="δ is lost")
    yield claim(jacobian(z[b, i], X[b, k]), W[i, k], at="right")
    yield claim(gradient(L, W[i, 0]), ((z[b, i] - t[b, i]) * X[b, 0]).sum(b), at="right")
    yield claim(gradient(L, W[i, j]), ((z[b, i] - t[b, i]) * X[b, j]).mean(b), at="a mean for a sum")


@derivation(source="maxima")
def maxima():
    n, m = dims("n m")
    i, j = indices("i j")
    X, g = real("X", n, m), real("g", n)
    L = (g[i] * X[i, j].max(j)).sum(i)
    top = (X[i, j].max(j)).array(i)
    yield claim(gradient(L, X[i, j]), g[i] * (1.0 * (X[i, j] >= top[i])), at="right")
    yield claim(gradient(L, X[i, j]), g[i] * top[i], at="the value for its place")


DERIVATIONS = [softmax_regression, layer_norm, layer, maxima]


@pytest.mark.parametrize("notes", DERIVATIONS, ids=lambda notes: notes.name)
def test_right_formulas_are_proved_and_wrong_ones_are_not_taken(notes):
    report = verify_derivation(notes)
    assert not report.problems
    for step in report.steps:
        if step.at == "right":
            assert step.ok, step.judgement.message
            assert step.kind == "misprint" or step.judgement.verdict is Verdict.PROVED, step.judgement
        else:
            assert step.judgement.verdict.is_wrong, step


def texts(notes):
    return [printing.text(claim.target, claim.names) for claim in notes.claims()]


def test_claims_print_as_documents_write_them():
    report = verify_derivation(softmax_regression, examples=1)
    first, _, third, fourth, *_ = report.claims
    assert first.target == "∂P[i, c]/∂S[i, k]"
    assert first.target_text.latex == r"\frac{\partial P_{ic}}{\partial S_{ik}}"
    cases, product = first.steps
    assert cases.printed == "where((c == k), P[i, c] * (1 - P[i, c]), -P[i, c] * P[i, k])"
    assert cases.printed_text.unicode == "{P_ic (1 − P_ic) if c = k, else −P_ic P_ik}"
    assert product.printed_text.latex == r"P_{ic} \left(\delta_{ck} - P_{ik}\right)"
    assert third.steps[0].printed_text.unicode == "(P_ik − Y_ik) / N"
    assert fourth.steps[0].printed_text.unicode == "Σ_c (P_ic − Y_ic) δ_ck / N"


def test_an_index_that_is_free_at_the_right_only_is_named():
    report = verify_derivation(softmax_regression, examples=1)
    (step,) = (step for step in report.steps if step.at == "c is free")
    assert step.judgement.verdict is Verdict.ILL_SHAPED
    assert "index c: it is free at the right and not at the left" in step.judgement.message


def test_an_index_on_axes_of_two_sizes_is_named():
    report = verify_derivation(softmax_regression, examples=1)
    (step,) = (step for step in report.steps if step.at == "i and k exchanged")
    assert "index i: it runs to N in one place and to C in another" in step.judgement.message


def test_a_number_holds_for_every_index():
    @derivation(source="numbers")
    def numbers():
        n = dims("n")
        i = indices("i")
        x = real("x", n)
        yield claim(gradient(x[i].sum(i), x[i]), 1, at="right")
        yield claim(gradient(x[i].sum(i), x[i]), np.float64(2), at="wrong")

    right, wrong = verify_derivation(numbers).steps
    assert right.judgement.verdict is Verdict.PROVED
    assert wrong.judgement.verdict is Verdict.REFUTED
