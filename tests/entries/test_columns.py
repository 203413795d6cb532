"""Columns at indices, where shapes are taken strictly: numbers scale them, and axes of one position go unsaid."""

from __future__ import annotations

import pytest

from gradcheck import bits, claim, derivation, dims, gradient, jacobian, real
from gradcheck.judging.verification import verify_derivation
from gradcheck.notation import diag, exp, indices, log, ones, sigmoid, softmax
from gradcheck.verdicts import Verdict


@derivation(source="logistic regression, whose examples are columns", broadcast=False)
def columns():
    N, d, n = dims("N d n")
    i, j, k = indices("i j k")
    x, y, w, r = real("x", N, d, 1), bits("y", N, 1), real("w", d, 1), real("r", n, 1)
    p = sigmoid(w.T @ x[i]).array(i).reshape(-1, 1)
    L = -(y[i, 0] * log(p[i, 0]) + (1 - y[i, 0]) * log(1 - p[i, 0])).sum(i)
    s = (exp(r[i, 0]) / exp(r[k, 0]).sum(k)).array(i).reshape(-1, 1)
    yield claim(gradient(L, w), ((p[i, 0] - y[i, 0]) * x[i]).sum(i), (x[i] * (p[i, 0] - y[i, 0])).sum(i), at="right")
    yield claim(gradient(L, w), (x[i] / (1 / (p[i, 0] - y[i, 0]))).sum(i), at="right")
    yield claim(gradient(L, w), ((p[i, 0] + y[i, 0]) * x[i]).sum(i), at="wrong")
    yield claim(jacobian(gradient(L, w), w), (p[i, 0] * (1 - p[i, 0]) * (x[i] @ x[i].T)).sum(i), at="right")
    yield claim(jacobian(gradient(L, w), w), (p[i, 0] * (x[i] @ x[i].T)).sum(i), at="wrong")
    yield claim(jacobian(s[i, 0], r[j, 0]), s[i, 0] * ((i == j) - s[j, 0]), at="right")
    yield claim(jacobian(s[i, 0], r[j, 0]), s[i, 0] * (1 - s[j, 0]), at="wrong")
    yield claim(jacobian(s, r), diag(s) - s @ s.T, at="right")
    yield claim(gradient(L, w), (p[i, 0] * x[j]).sum(i).sum(j) + x[i].sum(i) * x[i].sum(i).T, at="ill-shaped")


@pytest.fixture(scope="module")
def report():
    return verify_derivation(columns, examples=3)


WANTED = {"right": Verdict.PROVED, "wrong": Verdict.REFUTED, "ill-shaped": Verdict.ILL_SHAPED}


def test_right_formulas_are_proved_and_others_are_not(report):
    found = [(claim.at, step.judgement.verdict) for claim in report.claims for step in claim.steps]
    assert [verdict for _, verdict in found] == [WANTED[at] for at, _ in found]
    assert not report.problems


def test_an_axis_of_one_position_has_no_index_in_print_and_keeps_it_in_source(report):
    texts = {claim.target: claim.target_text for claim in report.claims}
    assert texts["∂s[i, 0]/∂r[j, 0]"].unicode == "∂s_i/∂r_j"
    step = report.claims[-4].steps[0]
    assert (step.printed, step.printed_text.unicode) == ("s[i, 0] * ((i == j) - s[j, 0])", "s_i (δ_ij − s_j)")


@derivation(source="numbers in brackets of their own, and shares along rows", broadcast=False)
def numbers():
    N, d = dims("N d")
    i, j = indices("i j")
    x, w, S, G = real("x", N, d, 1), real("w", d, 1), real("S", N, d), real("G", N, d)
    L = ((w.T @ x[i]) ** 2).sum(i)
    P = softmax(S, axis=1)
    yield claim(gradient(L, w[j, 0]), (2 * (w.T @ x[i]) * x[i, j, 0]).sum(i), at="right")
    yield claim(gradient(L, w[j, 0]), ((w.T @ x[i]) * x[i, j, 0]).sum(i), at="wrong")
    yield claim(gradient((G * P).sum(), S), P * (G - ((P * G) @ ones(d, 1)) @ ones(1, d)), at="right")
    yield claim(gradient((G * P).sum(), S), P * (G - (P * G) @ ones(d, 1)), at="ill-shaped")


def test_numbers_may_stand_in_brackets_and_shares_are_not_broadcast_by_their_author():
    report = verify_derivation(numbers, examples=3)
    found = [(claim.at, step.judgement.verdict) for claim in report.claims for step in claim.steps]
    assert [verdict for _, verdict in found] == [WANTED[at] for at, _ in found]


@derivation(source="gradients of the numbers of a formula", broadcast=False)
def of_numbers():
    N, d = dims("N d")
    i, j, k = indices("i j k")
    x, w, u, v = real("x", N, d, 1), real("w", d, 1), real("u", N, d, 1), real("v", N, d, 1)
    mu = exp(w.T @ x[i]).array(i).reshape(-1, 1)
    q = (u[i].T @ v[j]).array(i, j).reshape(N, N)
    yield claim(gradient(mu[i, 0], w), mu[i, 0] * x[i], at="right")
    yield claim(gradient(exp(w.T @ x[i]), w), mu[i, 0] * x[i], at="right")
    yield claim(gradient(mu[i, 0], w), x[i], at="wrong")
    yield claim(gradient(q[i, j], u[i]), v[j], at="right")
    yield claim(gradient(q[i, j], u[k]), (i == k) * v[j], at="right")
    yield claim(gradient(q[i, j], u[k]), v[j], at="wrong")


def test_numbers_at_indices_have_gradients_in_the_shape_of_what_they_are_by():
    report = verify_derivation(of_numbers, examples=3)
    found = [(claim.at, step.judgement.verdict) for claim in report.claims for step in claim.steps]
    assert [verdict for _, verdict in found] == [WANTED[at] for at, _ in found]
    assert [claim.target_text.unicode for claim in report.claims[::3]] == ["∂μ_i/∂w", "∂q_ij/∂u_i"]


@derivation(source="a loss for each word", broadcast=False)
def losses():
    V, d, K = dims("V d K")
    o = indices("o")
    u, v, N = real("u", V, d, 1), real("v", d, 1), real("N", K, d)
    J = (log(sigmoid(u[o].T @ v)) + sigmoid(N @ v).sum()).array(o).reshape(V)
    s = sigmoid(N @ v)
    yield claim(gradient(J[o], u[o]), (1 - sigmoid(u[o].T @ v)) * v, at="right")
    yield claim(gradient(J[o], u[o]), sigmoid(u[o].T @ v) * v, at="wrong")
    yield claim(gradient(J[o], N), (s * (1 - s)) @ v.T, at="right")
    yield claim(gradient(J[o], N), s @ v.T, at="wrong")
    yield claim(gradient(J[o], N), v @ s.T, at="ill-shaped")
    yield claim(gradient(J[o], v), (1 - sigmoid(u[o].T @ v)) * u[o] + N.T @ (s * (1 - s)), at="right")


def test_what_does_not_depend_on_an_index_stands_for_all_of_its_positions():
    report = verify_derivation(losses, examples=3)
    found = [(claim.at, step.judgement.verdict) for claim in report.claims for step in claim.steps]
    assert [verdict for _, verdict in found] == [WANTED[at] for at, _ in found]


@derivation(source="the derivative of a row by one number", broadcast=True)
def by_a_number():
    m, i = dims("m"), indices("i")
    z, b = real("z", 1, m), real("b", 1, 1)
    t = sigmoid(z + b)
    yield claim(jacobian(t[0, i], b[0, 0]), t[0, i] * (1 - t[0, i]), at="right")
    yield claim(jacobian(t[0, i], b), t[0, i] * (1 - t[0, i]), at="right")
    yield claim(jacobian(t[0, i], b), t[0, i], at="wrong")


def test_derivatives_of_a_row_by_one_number_stand_at_the_indices_of_the_row():
    report = verify_derivation(by_a_number, examples=3)
    found = [(claim.at, step.judgement.verdict) for claim in report.claims for step in claim.steps]
    assert [verdict for _, verdict in found] == [WANTED[at] for at, _ in found]
