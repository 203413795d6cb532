"""Triangles, shifts, strides, windows and positions: right formulas with them are proved, wrong ones refuted."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import claim, derivation, dims, gradient, real
from gradcheck.graph.names import NUMPY
from gradcheck.judging.verification import verify_derivation
from gradcheck.notation import arange, exp, indices, labels, ones, tanh
from gradcheck.verdicts import Verdict

cumsum, tri = NUMPY["cumsum"], NUMPY["tri"]
windows = np.lib.stride_tricks.sliding_window_view


@derivation(source="rewards to go")
def rewards():
    T = dims("T")
    r, g = real("r", T), real("g", T)
    i, j = indices("i j")
    R = np.cumsum(r[::-1])[::-1]
    J = (g * R).sum()
    yield claim(gradient(J, r), np.cumsum(g), at="right")
    yield claim(gradient(J, r), np.cumsum(g[::-1])[::-1], at="the sums from the other end")
    yield claim(R[i], ((j >= i) * r[j]).sum(j), at="right")
    yield claim(R[i], ((j > i) * r[j]).sum(j), at="without the first reward")
    yield claim(R, np.triu(ones(T, T)) @ r, tri(T).T @ r, at="right")


@derivation(source="convolution")
def convolution():
    n, k = dims("n k")
    x, w, G = real("x", n), real("w", k), real("G", n - k + 1)
    L = (G * (windows(x, k) @ w)).sum()
    yield claim(gradient(L, w), windows(x, k).T @ G, at="right")
    yield claim(gradient(L, x), windows(np.pad(G, k - 1), k) @ np.flip(w), at="right")
    yield claim(gradient(L, x), windows(np.pad(G, k - 1), k) @ w, at="the kernel is not flipped")


@derivation(source="causal attention")
def causal():
    T, d = dims("T d")
    Q, K, V, G = real("Q", T, d), real("K", T, d), real("V", T, d), real("G", T, d)
    S = Q @ K.T
    E = np.tril(exp(S))
    A = E / E.sum(axis=1, keepdims=True)
    L = (G * (A @ V)).sum()
    D = G @ V.T
    yield claim(gradient(L, V), A.T @ G, at="right")
    yield claim(gradient(L, S), A * (D - (A * D).sum(axis=1, keepdims=True)), at="right")
    yield claim(gradient(L, S), A * (D - D.sum(axis=1, keepdims=True)), at="A is lost in the sum")
    yield claim(gradient(L, Q), (A * (D - (A * D).sum(axis=1, keepdims=True))) @ K, at="right")


@derivation(source="embedding")
def embedding():
    N, C, d = dims("N C d")
    E, G, W = real("E", C, d), real("G", N, d), real("W", 5, d)
    y = labels("y", N, classes=C)
    yield claim(gradient((G * E[y]).sum(), E), y.one_hot.T @ G, at="right")
    yield claim(gradient((G * E[y]).sum(), E), y.one_hot.T @ G / N, at="a mean for a sum")
    yield claim((E @ G.T)[y, arange(N)], (y.one_hot @ E * G).sum(axis=1), at="right")
    H = real("H", 3, d)
    L = (H * W[np.array([0, 3, 0])]).sum()
    yield claim(gradient(L, W), np.stack([H[0] + H[2], 0 * H[0], 0 * H[0], H[1], 0 * H[0]]), at="right")
    yield claim(gradient(L, W), np.stack([H[0], 0 * H[0], 0 * H[0], H[1], 0 * H[0]]), at="a row that is read twice")


@derivation(source="shifts")
def shifts():
    n, m = dims("n m")
    x, z = real("x", n), real("z", 2 * m)
    yield claim(np.roll(np.roll(x, 1), -1), x, at="right")
    yield claim(np.diff(np.cumsum(x)), x[1:], at="right")
    yield claim(np.diff(np.cumsum(x)), x[:-1], at="the entries before")
    yield claim((z[::2] ** 2).sum() + (z[1::2] ** 2).sum(), (z**2).sum(), at="right")
    yield claim((z[::2] ** 2).sum() + (z[::2] ** 2).sum(), (z**2).sum(), at="the even ones twice")
    yield claim(z.reshape(m, 2).max(axis=1), np.maximum(z[::2], z[1::2]), at="right")


@derivation(source="a recursion in time")
def recurrent():
    n, T = dims("n"), 3
    W, U, h = real("W", n, n), real("U", n, n), [real("h0", n)]
    x, G = [real(f"x{t}", n) for t in range(T)], [real(f"G{t}", n) for t in range(T)]
    for t in range(T):
        h.append(tanh(W @ h[t] + U @ x[t]))
    L = sum((G[t] * h[t + 1]).sum() for t in range(T))
    d = [0 * h[0]] * (T + 1)
    for t in reversed(range(T)):
        later = W.T @ (d[t + 1] * (1 - h[t + 2] ** 2)) if t + 1 < T else 0
        d[t] = G[t] + later
        yield claim(gradient(L, h[t + 1]), d[t], at="right")
    dz = [d[t] * (1 - h[t + 1] ** 2) for t in range(T)]
    yield claim(gradient(L, W), sum(np.outer(dz[t], h[t]) for t in range(T)), at="right")
    yield claim(gradient(L, W), sum(np.outer(dz[t], h[t + 1]) for t in range(T)), at="a step too late")


DERIVATIONS = [rewards, convolution, causal, embedding, shifts, recurrent]


@pytest.mark.parametrize("notes", DERIVATIONS, ids=lambda notes: notes.name)
def test_right_formulas_are_proved_and_wrong_ones_are_not_taken(notes):
    report = verify_derivation(notes, examples=4)
    assert not report.problems, report.problems
    for step in report.steps:
        expected = (Verdict.PROVED, Verdict.DEFINITION) if step.at == "right" else (Verdict.REFUTED, Verdict.ILL_SHAPED)
        assert step.judgement.verdict in expected, (step.printed, step.judgement)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda x, n: x[::2], "how many they are depends on the size"),
        (lambda x, n: x[::0], "the step of a slice is a whole number other than 0"),
        (lambda x, n: np.roll(x, n), "one whole number"),
        (lambda x, n: np.pad(x, 1, mode="edge"), "only zeros are put around arrays"),
        (lambda x, n: x[np.array([0.5])], "constant indices are vectors of whole numbers"),
        (lambda x, n: x[np.array([True, False])], "for masks write np.where"),
        (lambda x, n: np.diff(x, n=2), "write np.diff(np.diff(x))"),
        (lambda x, n: np.tri(3, k=0.5, like=x), "the number of a diagonal"),
        (lambda x, n: real("X", n, n, n)[[0], :, [1]], "stand side by side"),
    ],
)
def test_what_has_no_rule_is_refused_with_the_cure(make, words):
    n = dims("n")
    with pytest.raises(TypeError) as refused:
        make(real("x", n), n)
    assert words in str(refused.value)


def test_sizes_are_raised_apart_where_one_has_to_be_larger_than_another():
    from gradcheck.sampling.choices import fits, named_points

    n, k = dims("n k")
    x = real("x", n - 2 * k)
    points = list(named_points([x]))
    assert points
    assert all(fits([x], point.sizes) for point in points)
