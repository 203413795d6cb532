"""The Matrix Cookbook, 2.1: derivatives of determinants."""

import numpy as np

from gradcheck import claim, derivation, dims, gradient, real
from gradcheck.notation import indices, slogdet, trace

COOKBOOK = "The Matrix Cookbook, Petersen & Pedersen, November 15, 2012, chapter 2 (numbers from memory)"
inv, det = np.linalg.inv, np.linalg.det


@derivation(source=COOKBOOK)
def determinants():
    n = dims("n")
    i, j, k = indices("i j k")
    X, A, B, C, x = real("X", n, n), real("A", n, n), real("B", n, n), real("C", n, n), real("x")
    Y = A + x * B + x**2 * C
    dY = B + 2 * x * C
    yield claim(gradient(det(Y), x), det(Y) * trace(inv(Y) @ dY), at="(46)")
    slope = gradient(det(X), X)
    yield claim((slope[i, k] * X[j, k]).sum(k), (i == j) * det(X), at="(47), (50)")
    yield claim(
        gradient(gradient(det(Y), x), x),
        det(Y) * (trace(inv(Y) @ (2 * C)) + trace(inv(Y) @ dY) ** 2 - trace((inv(Y) @ dY) @ (inv(Y) @ dY))),
        at="(48)",
    )
    yield claim(gradient(det(X), X), det(X) * inv(X).T, at="(49)")
    yield claim(gradient(det(A @ X @ B), X), det(A @ X @ B) * inv(X).T, det(A @ X @ B) * inv(X.T), at="(51)")
    yield claim(gradient(det(X.T @ A @ X), X), 2 * det(X.T @ A @ X) * inv(X).T, at="(52)")
    yield claim(gradient(slogdet(X).logabsdet, X), inv(X).T, inv(X.T), at="(57)")
