"""Entropy of a softmax, distillation, and policy gradients with an advantage."""

import numpy as np

from gradcheck import claim, derivation, dims, gradient, positive, real
from gradcheck.notation import indices, labels, log, logsumexp, softmax


@derivation(source="entropy of a softmax (from memory)")
def entropy():
    C = dims("C")
    i, j = indices("i j")
    z = real("z", C)
    p = softmax(z)
    H = -(p * log(p)).sum()
    yield claim(H, logsumexp(z) - p @ z, at="the entropy")
    yield claim(gradient(H, p), -log(p) - 1, at="by probabilities")
    yield claim(gradient(H, z), -p * (log(p) + H), at="by scores")
    yield claim(gradient(H, z[i]), p[i] * ((p[j] * z[j]).sum(j) - z[i]), at="by entries")


@derivation(source="distillation at a temperature (from memory)")
def distillation():
    n, C = dims("n C")
    z, v, T = real("z", n, C), real("v", n, C), positive("T")
    q, p = softmax(z / T, axis=1), softmax(v / T, axis=1)
    yield claim(gradient(-(p * log(q)).sum() / n, z), (q - p) / (n * T), at="cross-entropy")
    divergence = T**2 * (p * (log(p) - log(q))).sum() / n
    yield claim(gradient(divergence, z), T * (q - p) / n, at="T² times the divergence")


@derivation(source="REINFORCE with a baseline (from memory)")
def reinforce():
    T, A, S = dims("T A S")
    t, a, b, s = indices("t a b s")
    theta, x, u = real("theta", A, S), real("x", T, S), labels("u", T, classes=A)
    G, V = real("G", T), real("V", T)
    z = (theta[a, s] * x[t, s]).sum(s).array(t, a)
    pi = softmax(z, axis=1)
    J = (log(pi[t, u[t]]) * (G[t] - V[t])).sum(t)
    score = ((u[t] == a) - pi[t, a]) * (G[t] - V[t])
    yield claim(gradient(J, z[t, a]), score, at="scores")
    yield claim(gradient(J, theta[a, s]), (score * x[t, s]).sum(t), at="weights")
    yield claim((pi[t, a] * ((a == b) - pi[t, b])).sum(a), 0 * pi[t, b], at="a baseline adds nothing on average")


@derivation(source="negative log likelihood by integer labels (from memory)")
def by_labels():
    """As code writes it: `log_p[np.arange(N), y]`."""
    N, C = dims("N C")
    i, k = indices("i k")
    Z, y = real("Z", N, C), labels("y", N, classes=C)
    P = softmax(Z, axis=1)
    yield claim(gradient(-np.log(P)[i, y[i]].mean(i), Z[i, k]), (P[i, k] - (y[i] == k)) / N, at="by scores")
