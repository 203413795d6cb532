"""The Matrix Cookbook, 2.8: the chain rule, and derivatives by symmetric and diagonal matrices."""

import numpy as np

from gradcheck import claim, derivation, dims, gradient, jacobian, real
from gradcheck.notation import identity, indices, slogdet, trace

COOKBOOK = "The Matrix Cookbook, Petersen & Pedersen, November 15, 2012, chapter 2 (numbers from memory)"
inv, det = np.linalg.inv, np.linalg.det


@derivation(source=COOKBOOK)
def structured():
    """The entries of Z on and below the diagonal are those that a symmetric X has of its own."""
    n = dims("n")
    i, j, k, l = indices("i j k l")
    Z, A, B, I = real("Z", n, n), real("A", n, n), real("B", n, n), identity(n)
    U = Z.T @ A @ Z
    g = (U @ B * U).sum()
    yield claim(
        gradient(g, Z[i, j]), (gradient(g, U)[k, l] * jacobian(U[k, l], Z[i, j])).sum(k, l), at="the chain rule"
    )
    X = np.tril(Z) + np.tril(Z, -1).T
    df = gradient((X @ A @ X * B).sum(), X)
    yield claim(gradient((X @ A @ X * B).sum(), Z), np.tril(df + df.T - df * I), at="(138)")
    yield claim(gradient(trace(A @ X), Z), np.tril(A + A.T - A * I), at="(139)")
    yield claim(gradient(det(X), Z), np.tril(det(X) * (2 * inv(X) - inv(X) * I)), at="(140)")
    yield claim(gradient(slogdet(X).logabsdet, Z), np.tril(2 * inv(X) - inv(X) * I), at="(141)")
    yield claim(gradient(trace(A @ (Z * I)), Z), A * I, at="(142)")
