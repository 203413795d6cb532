"""The Matrix Cookbook, 2.6 and 2.7: derivatives of norms of vectors and matrices."""

import numpy as np

from gradcheck import claim, derivation, dims, gradient, jacobian, real
from gradcheck.notation import identity, trace

COOKBOOK = "The Matrix Cookbook, Petersen & Pedersen, November 15, 2012, chapter 2 (numbers from memory)"
norm = np.linalg.norm


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
