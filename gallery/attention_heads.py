"""Attention in stacks of heads, masked and not; rotary positions."""

import numpy as np

from gradcheck import claim, derivation, dims, gradient, real
from gradcheck.notation import arange, softmax, sqrt


@derivation(source="attention of several heads (from memory)")
def heads():
    B, h, T, d = dims("B h T d")
    Q, K, V, dO = (real(name, B, h, T, d) for name in ("Q", "K", "V", "dO"))
    R = Q @ K.swapaxes(-1, -2) / sqrt(d)
    S = np.where(np.tri(T, like=Q) > 0, R, -np.inf)
    A = softmax(S, axis=-1)
    O = A @ V
    L = (dO * O).sum()

    yield claim(gradient(L, V), A.swapaxes(-1, -2) @ dO, at="values")
    dA = dO @ V.swapaxes(-1, -2)
    dS = A * (dA - (A * dA).sum(axis=-1, keepdims=True))
    yield claim(gradient(L, S), dS, A * (dA - (dO * O).sum(axis=-1, keepdims=True)), at="masked scores")
    yield claim(gradient(L, R), dS, at="all scores")
    yield claim(gradient(L, Q), dS @ K / sqrt(d), at="queries")
    yield claim(gradient(L, K), dS.swapaxes(-1, -2) @ Q / sqrt(d), at="keys")


@derivation(source="projections to heads (from memory)")
def projections():
    T, h, d, e = dims("T h d e")
    X, W, G = real("X", T, e), real("W", e, h * d), real("G", h, T, d)
    Q = (X @ W).reshape(T, h, d).transpose(1, 0, 2)
    yield claim(gradient((G * Q).sum(), W), X.T @ G.transpose(1, 0, 2).reshape(T, h * d), at="weights")


@derivation(source="rotary position embedding (from memory)")
def rotary():
    T, m = dims("T m")
    x, omega, g = real("x", T, 2 * m), real("omega", m), real("g", T, 2 * m)
    angle = np.outer(arange(T), omega)
    cos, sin = np.cos(angle), np.sin(angle)
    a, b, c, d = x[:, :m], x[:, m:], g[:, :m], g[:, m:]
    y = np.concatenate([a * cos - b * sin, a * sin + b * cos], axis=1)

    yield claim((y**2).sum(axis=1), (x**2).sum(axis=1), at="lengths stay")
    back = np.concatenate([c * cos + d * sin, d * cos - c * sin], axis=1)
    yield claim(gradient((g * y).sum(), x), back, at="turned back")


@derivation(source="rotary position embedding (from memory)")
def relative():
    """Scores depend on how far apart positions are: here s and t are their angles."""
    m = dims("m")
    s, t, a, b, c, d = (real(name, m) for name in ("s", "t", "a", "b", "c", "d"))
    one = a * np.cos(s) - b * np.sin(s), a * np.sin(s) + b * np.cos(s)
    two = c * np.cos(t) - d * np.sin(t), c * np.sin(t) + d * np.cos(t)
    score = (one[0] * two[0] + one[1] * two[1]).sum()
    yield claim(score, ((a * c + b * d) * np.cos(s - t) + (a * d - b * c) * np.sin(s - t)).sum(), at="the difference")
