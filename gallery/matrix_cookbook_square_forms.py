"""The Matrix Cookbook, 2.1.3 and 2.1.4: determinants of square forms, and the pseudo-inverse."""

import numpy as np

from gradcheck import claim, derivation, dims, gradient, real, symmetric
from gradcheck.notation import slogdet

COOKBOOK = "The Matrix Cookbook, Petersen & Pedersen, November 15, 2012, chapter 2 (numbers from memory)"
inv, det = np.linalg.inv, np.linalg.det


@derivation(source=COOKBOOK)
def square_forms():
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
