"""The Matrix Cookbook, 2.2: derivatives of inverses."""

import numpy as np

from gradcheck import claim, derivation, dims, gradient, jacobian, real
from gradcheck.notation import indices, trace

COOKBOOK = "The Matrix Cookbook, Petersen & Pedersen, November 15, 2012, chapter 2 (numbers from memory)"
inv, det = np.linalg.inv, np.linalg.det


@derivation(source=COOKBOOK)
def inverses():
    n = dims("n")
    X, A, B, C, x = real("X", n, n), real("A", n, n), real("B", n, n), real("C", n, n), real("x")
    a, b = real("a", n, 1), real("b", n, 1)
    i, j, k, l = indices("i j k l")
    Y = A + x * B + x**2 * C
    yield claim(jacobian(inv(Y), x), -inv(Y) @ (B + 2 * x * C) @ inv(Y), at="(59)")
    W = inv(X)
    yield claim(jacobian(W[k, l], X[i, j]), -W[k, i] * W[j, l], at="(60)")
    yield claim(gradient(a.T @ W @ b, X), -W.T @ a @ b.T @ W.T, at="(61)")
    yield claim(gradient(det(W), X), -det(W) * W.T, at="(62)")
    yield claim(gradient(trace(A @ W @ B), X), -(W @ B @ A @ W).T, at="(63)")
    yield claim(gradient(trace(inv(X + A)), X), -(inv(X + A) @ inv(X + A)).T, at="(64)")
    J = (W @ C @ W * B).sum()
    yield claim(gradient(J, X), -W.T @ gradient(J, W) @ W.T, at="after (64)")
