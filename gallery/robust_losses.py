"""Losses of distances and residuals: triplets, contrast, Huber, quantiles, hinges, log-cosh."""

import numpy as np

from gradcheck import bits, claim, derivation, dims, gradient, positive, real, unit
from gradcheck.notation import indices, relu, where


@derivation(source="triplet loss (from memory)")
def triplet():
    n, d = dims("n d")
    a, p, q, m = real("a", n, d), real("p", n, d), real("q", n, d), positive("m")
    gap = ((a - p) ** 2).sum(axis=1) - ((a - q) ** 2).sum(axis=1) + m
    L = relu(gap).sum()
    on = (1 * (gap > 0))[:, None]
    yield claim(gradient(L, a), 2 * on * (q - p), at="anchor")
    yield claim(gradient(L, p), 2 * on * (p - a), at="positive")
    yield claim(gradient(L, q), 2 * on * (a - q), at="negative")


@derivation(source="contrastive loss of pairs (from memory)")
def contrast():
    n, d = dims("n d")
    a, b, y, m = real("a", n, d), real("b", n, d), bits("y", n), positive("m")
    D = np.sqrt(((a - b) ** 2).sum(axis=1))
    L = (y * D**2 / 2 + (1 - y) * relu(m - D) ** 2 / 2).sum()
    yield claim(gradient(L, D), y * D - (1 - y) * relu(m - D), at="distance")
    yield claim(gradient(L, a), (y - (1 - y) * relu(m - D) / D)[:, None] * (a - b), at="points")


@derivation(source="losses of a residual (from memory)")
def residuals():
    n = dims("n")
    i = indices("i")
    r, y, s, delta, tau = real("r", n), real("y", n), real("s", n), positive("delta"), unit("tau")
    huber = where(abs(r) <= delta, r**2 / 2, delta * (abs(r) - delta / 2))
    by_cases = where(abs(r) <= delta, r, delta * np.sign(r))
    yield claim(gradient(huber.sum(), r), by_cases, np.clip(r, -delta, delta), at="Huber")
    yield claim(gradient(np.log(np.cosh(r)).sum(), r), np.tanh(r), at="log-cosh")
    quantile = where(r[i] > 0, tau * r[i], (tau - 1) * r[i]).sum(i)
    yield claim(gradient(quantile, r[i]), tau - (r[i] < 0), at="quantile")
    yield claim(gradient(np.maximum(0, 1 - y * s).sum(), s), -y * (y * s < 1), at="hinge")
    squared = (np.maximum(0, 1 - y * s) ** 2).sum()
    yield claim(gradient(squared, s), -2 * y * np.maximum(0, 1 - y * s), at="squared hinge")
