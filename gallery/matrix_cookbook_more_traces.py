"""The Matrix Cookbook, 2.5.3 and 2.5.4: derivatives of traces of higher order and with inverses."""

import numpy as np

from gradcheck import claim, derivation, dims, gradient, real, symmetric
from gradcheck.notation import trace

COOKBOOK = "The Matrix Cookbook, Petersen & Pedersen, November 15, 2012, chapter 2 (numbers from memory)"
inv = np.linalg.inv


@derivation(source=COOKBOOK)
def traces():
    """From (125) on X has more rows than columns, and B and C are symmetric, in the last equation A, too."""
    n, m = dims("n m")
    X, A, R = real("X", n + m, m), real("A", m, m), symmetric("R", m, m)
    B, C = symmetric("B", n + m, n + m), symmetric("C", n + m, n + m)
    Z, F, G = real("Z", n, m), real("F", m, n), real("G", n, n)
    yield claim(
        gradient(trace(F.T @ Z.T @ G @ Z @ Z.T @ G @ Z @ F), Z),
        G @ Z @ Z.T @ G @ Z @ F @ F.T
        + G.T @ Z @ F @ F.T @ Z.T @ G.T @ Z
        + G @ Z @ F @ F.T @ Z.T @ G @ Z
        + G.T @ Z @ Z.T @ G.T @ Z @ F @ F.T,
        at="(123)",
    )
    Y, D, E = real("Y", m, m), real("D", m, m), real("E", m, m)
    yield claim(
        gradient(trace(D @ inv(Y) @ E), Y), -(inv(Y) @ E @ D @ inv(Y)).T, -inv(Y).T @ D.T @ E.T @ inv(Y).T, at="(124)"
    )
    V = inv(X.T @ C @ X)
    yield claim(gradient(trace(V @ A), X), -(C @ X @ V) @ (A + A.T) @ V, at="(125)")
    yield claim(gradient(trace(V @ (X.T @ B @ X)), X), -2 * C @ X @ V @ X.T @ B @ X @ V + 2 * B @ X @ V, at="(126)")
    U = inv(R + X.T @ C @ X)
    yield claim(gradient(trace(U @ (X.T @ B @ X)), X), -2 * C @ X @ U @ X.T @ B @ X @ U + 2 * B @ X @ U, at="(127)")
