"""The Matrix Cookbook, 2.4: derivatives of matrices and of forms of first and second order."""

from gradcheck import claim, derivation, dims, gradient, jacobian, real
from gradcheck.notation import indices

COOKBOOK = "The Matrix Cookbook, Petersen & Pedersen, November 15, 2012, chapter 2 (numbers from memory)"


@derivation(source=COOKBOOK)
def forms():
    n, m, p = dims("n m p")
    i, j, k, l, q, r = indices("i j k l q r")
    x, a, b, c = real("x", n, 1), real("a", n, 1), real("b", m, 1), real("c", m, 1)
    X, A, D, S = real("X", n, m), real("A", m, p), real("D", n, n), real("S", n, p)
    yield claim(gradient(x.T @ a, x), a, at="(69)")
    yield claim(gradient(a.T @ X @ b, X), a @ b.T, at="(70)")
    yield claim(gradient(b.T @ X.T @ a, X), a @ b.T, at="(71)")
    yield claim(gradient(a.T @ D @ a, D), a @ a.T, at="(72)")
    yield claim(jacobian((X @ A)[i, j], X[q, r]), (i == q) * A[r, j], at="(74)")
    yield claim(jacobian((X.T @ S)[i, j], X[q, r]), (i == r) * S[q, j], at="(75)")
    yield claim(gradient(X.sum() * X.sum(), X[i, j]), 2 * X[k, l].sum(k, l), at="(76)")
    yield claim(gradient(b.T @ X.T @ X @ c, X), X @ (b @ c.T + c @ b.T), at="(77)")
    yield claim(
        jacobian((X.T @ D @ X)[k, l], X[i, j]), (l == j) * (X.T @ D)[k, i] + (k == j) * (D @ X)[i, l], at="(79)"
    )
    yield claim(gradient(x.T @ D @ x, x), (D + D.T) @ x, at="(81)")
    yield claim(gradient(b.T @ X.T @ D @ X @ c, X), D.T @ X @ b @ c.T + D @ X @ c @ b.T, at="(82)")
    yield claim(gradient((X @ b + a).T @ D @ (X @ b + a), X), (D + D.T) @ (X @ b + a) @ b.T, at="(83)")
