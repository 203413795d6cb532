"""Principal components and matrix factorisation."""

import numpy as np

from gradcheck import bits, claim, derivation, dims, gradient, positive, real, symmetric
from gradcheck.notation import diag, indices, orthogonal, trace


@derivation(source="principal components (from memory)")
def components():
    n, d, k = dims("n d k")
    X, W, S, V, u = real("X", n, d), orthogonal("W", d, k), symmetric("S", d, d), real("V", d, k), real("u", d)
    lost = ((X - X @ W @ W.T) ** 2).sum()
    yield claim(lost, trace(X.T @ X) - trace(W.T @ X.T @ X @ W), at="the error is what the variance loses")
    yield claim(gradient(trace(V.T @ S @ V), V), 2 * S @ V, at="variance")
    lam = real("lambda", k)
    lagrangian = trace(V.T @ S @ V) - (lam * (np.diag(V.T @ V) - 1)).sum()
    yield claim(gradient(lagrangian, V), 2 * (S @ V - V @ diag(lam)), at="with multipliers")
    quotient = u @ S @ u / (u @ u)
    yield claim(gradient(quotient, u), 2 * (S @ u - quotient * u) / (u @ u), at="Rayleigh's quotient")


@derivation(source="matrix factorisation of ratings, some of which are known (from memory)")
def ratings():
    n, m, k = dims("n m k")
    u, i, f = indices("u i f")
    R, M, P, Q = real("R", n, m), bits("M", n, m), real("P", n, k), real("Q", m, k)
    mu, b, c, lam = real("mu"), real("b", n), real("c", m), positive("lambda")
    e = (R[u, i] - mu - b[u] - c[i] - (P[u, f] * Q[i, f]).sum(f)).array(u, i)
    L = (M[u, i] * e[u, i] ** 2).sum(u, i) / 2 + lam / 2 * ((P[u, f] ** 2).sum(u, f) + (Q[i, f] ** 2).sum(i, f))

    yield claim(gradient(L, P[u, f]), lam * P[u, f] - (M[u, i] * e[u, i] * Q[i, f]).sum(i), at="users")
    yield claim(gradient(L, Q[i, f]), lam * Q[i, f] - (M[u, i] * e[u, i] * P[u, f]).sum(u), at="items")
    yield claim(gradient(L, b[u]), -(M[u, i] * e[u, i]).sum(i), at="biases")
    known = ((R - P @ Q.T)[M > 0.5] ** 2).sum()
    yield claim(gradient(known, P), -2 * (M * (R - P @ Q.T)) @ Q, at="by a mask")
