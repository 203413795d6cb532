"""The Matrix Cookbook, 2.1: derivatives of determinants."""

import numpy as np
from hypothesis.strategies import integers

from gradcheck import claim, derivation, dims, gradient, real, symmetric
from gradcheck.notation import indices, slogdet, trace

COOKBOOK = "The Matrix Cookbook, Petersen & Pedersen, November 15, 2012, chapter 2 (numbers from memory)"
inv, det, power = np.linalg.inv, np.linalg.det, np.linalg.matrix_power


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


@derivation(source=COOKBOOK)
def determinants_of_products():
    """X has more rows than columns. In (56) it is the pseudo-inverse of X⁺, and det(XᵀX) that of X⁺X⁺ᵀ, inverted."""
    n, k = dims("n k")
    X, A, S = real("X", n + k, k), real("A", n + k, n + k), symmetric("S", n + k, n + k)
    M, G = X.T @ A @ X, X.T @ S @ X
    yield claim(gradient(det(G), X), 2 * det(G) * S @ X @ inv(G), at="(53)")
    yield claim(gradient(det(M), X), det(M) * (A @ X @ inv(M) + A.T @ X @ inv(X.T @ A.T @ X)), at="(54)")
    X_plus = inv(X.T @ X) @ X.T
    yield claim(gradient(slogdet(X.T @ X).logabsdet, X), 2 * X_plus.T, at="(55)")
    Y = real("X⁺", k, n + k)
    yield claim(gradient(-slogdet(Y @ Y.T).logabsdet, Y), -2 * (Y.T @ inv(Y @ Y.T)).T, at="(56)")


@derivation(source=COOKBOOK, k=integers(1, 4))
def determinants_of_powers(k):
    n = dims("n")
    X = real("X", n, n)
    yield claim(gradient(det(power(X, k)), X), k * det(power(X, k)) * inv(X).T, at="(58)")
