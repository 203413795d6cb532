"""The Matrix Cookbook, 2.1.4, 2.4.3 and 2.5.3: derivatives of powers. A term of (92) is transposed."""

import numpy as np
from hypothesis.strategies import integers

from gradcheck import claim, derivation, dims, gradient, jacobian, misprint, real
from gradcheck.notation import indices, trace

COOKBOOK = "The Matrix Cookbook, Petersen & Pedersen, November 15, 2012, chapter 2 (numbers from memory)"
inv, det, power = np.linalg.inv, np.linalg.det, np.linalg.matrix_power


@derivation(source=COOKBOOK, n=integers(1, 3))
def powers(n):
    d = dims("d")
    X, A, a, b = real("X", d, d), real("A", d, d), real("a", d, 1), real("b", d, 1)
    i, j, k, l = indices("i j k l")
    yield claim(gradient(det(power(X, n)), X), n * det(power(X, n)) * inv(X).T, at="(58)")
    yield claim(
        jacobian(power(X, n)[k, l], X[i, j]),
        sum(power(X, r)[k, i] * power(X, n - 1 - r)[j, l] for r in range(n)),
        at="(90)",
    )
    yield claim(
        gradient(a.T @ power(X, n) @ b, X),
        sum(power(X, r).T @ a @ b.T @ power(X, n - 1 - r).T for r in range(n)),
        at="(91)",
    )
    by_first = sum(power(X, n - 1 - r) @ a @ b.T @ power(X, n).T @ power(X, r) for r in range(n))
    by_second = sum(power(X, r).T @ power(X, n) @ a @ b.T @ power(X, n - 1 - r).T for r in range(n))
    yield claim(
        gradient(a.T @ power(X, n).T @ power(X, n) @ b, X),
        misprint(by_first + by_second, by_first.T + by_second, "the first term is transposed"),
        at="(92)",
    )
    yield claim(gradient(trace(power(X, n)), X), n * power(X, n - 1).T, at="(121)")
    yield claim(
        gradient(trace(A @ power(X, n)), X),
        sum((power(X, r) @ A @ power(X, n - r - 1)).T for r in range(n)),
        at="(122)",
    )
