"""The Matrix Cookbook, 2.5.4 to 2.8: derivatives of traces with inverses and of norms, and by structured matrices."""

import numpy as np

from gradcheck import claim, derivation, dims, gradient, jacobian, real, symmetric
from gradcheck.notation import identity, indices, slogdet, trace

COOKBOOK = "The Matrix Cookbook, Petersen & Pedersen, November 15, 2012, chapter 2 (numbers from memory)"
inv, det, norm = np.linalg.inv, np.linalg.det, np.linalg.norm


@derivation(source=COOKBOOK)
def traces_with_inverses():
    """B and C are symmetric, in the last equation A, too. X has more rows than columns."""
    n, m = dims("n m")
    X, A, R = real("X", n + m, m), real("A", m, m), symmetric("R", m, m)
    B, C = symmetric("B", n + m, n + m), symmetric("C", n + m, n + m)
    Y, D, E = real("Y", m, m), real("D", m, m), real("E", m, m)
    yield claim(
        gradient(trace(D @ inv(Y) @ E), Y), -(inv(Y) @ E @ D @ inv(Y)).T, -inv(Y).T @ D.T @ E.T @ inv(Y).T, at="(124)"
    )
    V = inv(X.T @ C @ X)
    yield claim(gradient(trace(V @ A), X), -(C @ X @ V) @ (A + A.T) @ V, at="(125)")
    yield claim(gradient(trace(V @ (X.T @ B @ X)), X), -2 * C @ X @ V @ X.T @ B @ X @ V + 2 * B @ X @ V, at="(126)")
    U = inv(R + X.T @ C @ X)
    yield claim(gradient(trace(U @ (X.T @ B @ X)), X), -2 * C @ X @ U @ X.T @ B @ X @ U + 2 * B @ X @ U, at="(127)")


@derivation(source=COOKBOOK)
def norms():
    n, m = dims("n m")
    x, a, X = real("x", n), real("a", n), real("X", n, m)
    yield claim(gradient(norm(x - a), x), (x - a) / norm(x - a), at="(129)")
    yield claim(
        jacobian((x - a) / norm(x - a), x),
        identity(n) / norm(x - a) - np.outer(x - a, x - a) / norm(x - a) ** 3,
        at="(130)",
    )
    yield claim(gradient(norm(x) ** 2, x), gradient(x @ x, x), 2 * x, at="(131)")
    yield claim(gradient(norm(X) ** 2, X), gradient(trace(X @ X.T), X), 2 * X, at="(132)")


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
