"""Sums over neighbours, by shifted indices: smoothing, autoregression, a moving average, correlation with a kernel."""

import numpy as np

from gradcheck import claim, derivation, dims, gradient, positive, real, unit
from gradcheck.notation import indices, sign, where


@derivation(source="penalties of differences (from memory)")
def penalties():
    T = dims("T")
    t = indices("t")
    x, y, lam = real("x", T), real("y", T), positive("lambda")
    first = ((x[t + 1] - x[t]) ** 2).sum(t[:-1]) / 2
    yield claim(first, (np.diff(x) ** 2).sum() / 2, at="first differences")
    yield claim(gradient(first, x[t[1:-1]]), 2 * x[t] - x[t - 1] - x[t + 1], at="inside")
    ends = where(t > 0, x[t] - x[t - 1], 0) - where(t < T - 1, x[t + 1] - x[t], 0)
    yield claim(gradient(first, x[t]), ends, at="everywhere")
    second = ((x[t + 1] - 2 * x[t] + x[t - 1]) ** 2).sum(t[1:-1]) / 2
    J = ((x[t] - y[t]) ** 2).sum(t) / 2 + lam * second
    bent = x[t - 2] - 4 * x[t - 1] + 6 * x[t] - 4 * x[t + 1] + x[t + 2]
    yield claim(gradient(J, x[t[2:-2]]), x[t] - y[t] + lam * bent, at="Hodrick and Prescott's filter")
    variation = abs(x[t + 1] - x[t]).sum(t[:-1])
    yield claim(gradient(variation, x[t[1:-1]]), sign(x[t] - x[t - 1]) - sign(x[t + 1] - x[t]), at="total variation")


@derivation(source="autoregression and moving averages (from memory)")
def series():
    T = dims("T")
    s, t = indices("s t")
    x, phi, c, alpha = real("x", T), real("phi"), real("c"), unit("alpha")
    e = x[t] - c - phi * x[t - 1]
    J = (e**2).sum(t[1:]) / 2
    yield claim(gradient(J, phi), -(e * x[t - 1]).sum(t[1:]), at="autoregression")
    yield claim(gradient(J, c), -e.sum(t[1:]), at="its constant")
    S = (alpha * (1 - alpha) ** (t - s) * x[s]).sum(s[: t + 1]).array(t)
    yield claim(S[t[1:]], (1 - alpha) * S[t - 1] + alpha * x[t], at="exponential moving average")


@derivation(source="correlation with a kernel, as layers of networks compute it (from memory)")
def correlation():
    n, q = dims("n q")
    i, j, a = indices("i j a")
    x, w, G = real("x", n), real("w", q), real("G", n - q + 1)
    y = (w[a] * x[i + a]).sum(a).array(i[: n - q + 1])
    L = (G[i] * y[i]).sum(i)
    yield claim(gradient(L, w[a]), (G[i] * x[i + a]).sum(i), at="kernel")
    inside = (j >= a) * (j - a < n - q + 1)
    yield claim(gradient(L, x[j]), where(inside, G[j - a] * w[a], 0).sum(a), at="input")
