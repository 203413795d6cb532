"""The Matrix Cookbook, 2.5: derivatives of traces of first and second order."""

import numpy as np

from gradcheck import claim, derivation, dims, gradient, real
from gradcheck.notation import identity, trace

COOKBOOK = "The Matrix Cookbook, Petersen & Pedersen, November 15, 2012, chapter 2 (numbers from memory)"


@derivation(source=COOKBOOK)
def traces():
    n, m, p = dims("n m p")
    X, Z = real("X", n, m), real("Z", n, n)
    A, B, F = real("A", p, n), real("B", m, p), real("F", m, n)
    N, M, C, S, H = real("N", n, n), real("M", m, m), real("C", p, p), real("S", n, m), real("H", n, m)
    K, L = real("K", m, n), real("L", n, p)
    yield claim(gradient(trace(Z), Z), identity(n), at="(99)")
    yield claim(gradient(trace(X @ F), X), F.T, at="(100)")
    yield claim(gradient(trace(A @ X @ B), X), A.T @ B.T, at="(101)")
    yield claim(gradient(trace(A @ H @ X.T @ L), X), L @ A @ H, at="(102)")
    yield claim(gradient(trace(X.T @ S), X), S, at="(103)")
    yield claim(gradient(trace(S @ X.T), X), S, at="(104)")
    yield claim(gradient(trace(np.kron(M, Z)), Z), trace(M) * identity(n), at="(105)")
    yield claim(gradient(trace(Z @ Z), Z), 2 * Z.T, at="(106)")
    yield claim(gradient(trace(Z @ Z @ N), Z), (Z @ N + N @ Z).T, at="(107)")
    yield claim(gradient(trace(X.T @ N @ X), X), N @ X + N.T @ X, at="(108)")
    yield claim(gradient(trace(N @ X @ X.T), X), N @ X + N.T @ X, at="(109)")
    yield claim(gradient(trace(X @ X.T @ N), X), N @ X + N.T @ X, at="(110)")
    yield claim(gradient(trace(X @ M @ X.T), X), X @ M.T + X @ M, at="(111)")
    yield claim(gradient(trace(M @ X.T @ X), X), X @ M.T + X @ M, at="(112)")
    yield claim(gradient(trace(X.T @ X @ M), X), X @ M.T + X @ M, at="(113)")
    yield claim(gradient(trace(F @ X @ K @ X), X), F.T @ X.T @ K.T + K.T @ X.T @ F.T, at="(114)")
    yield claim(gradient(trace(X.T @ X), X), 2 * X, at="(115)")
    yield claim(gradient(trace(B.T @ X.T @ N @ X @ B), X), N.T @ X @ B @ B.T + N @ X @ B @ B.T, at="(116)")
    yield claim(gradient(trace(X.T @ N @ X @ M), X), N @ X @ M + N.T @ X @ M.T, at="(117)")
    yield claim(gradient(trace(A @ X @ M @ X.T @ L), X), A.T @ L.T @ X @ M.T + L @ A @ X @ M, at="(118)")
    E = A @ X @ B + C
    yield claim(gradient(trace(E @ E.T), X), 2 * A.T @ E @ B.T, at="(119)")
    yield claim(gradient(trace(np.kron(Z, Z)), Z), 2 * trace(Z) * identity(n), at="(120)")
