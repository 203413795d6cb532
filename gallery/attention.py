"""Attention, one head: by entries with Kronecker's delta, by matrices, and with a causal mask."""

import numpy as np

from gradcheck import claim, derivation, dims, gradient, jacobian, real
from gradcheck.notation import exp, indices, softmax, sqrt


@derivation(source="Attention Backward Pass, https://matthewwilletts.github.io/notes/attention-backward/")
def by_entries():
    T, d, d_v = dims("T d d_v")
    a, b, c, i, j, k, l, p = indices("a b c i j k l p")
    Q, K, V, G = real("Q", T, d), real("K", T, d), real("V", T, d_v), real("G", T, d_v)
    S = ((Q[i, k] * K[j, k]).sum(k) / sqrt(d)).array(i, j)
    A = (exp(S[i, j]) / exp(S[i, l]).sum(l)).array(i, j)
    O = (A[i, j] * V[j, p]).sum(j).array(i, p)
    L = (G[i, p] * O[i, p]).sum(i, p)

    yield claim(jacobian(O[a, b], V[j, p]), (A[a, c] * (c == j) * (b == p)).sum(c), A[a, j] * (b == p), at="step 1")
    yield claim(gradient(L, V[j, p]), (G[a, b] * A[a, j] * (b == p)).sum(a, b), (A[a, j] * G[a, p]).sum(a), at="step 1")
    dA = (G[i, p] * V[j, p]).sum(p).array(i, j)
    yield claim(gradient(L, A[i, j]), dA[i, j], at="step 2")
    yield claim(jacobian(A[a, b], S[i, j]), (a == i) * A[i, b] * ((b == j) - A[i, j]), at="step 3")
    dS = (A[i, j] * (dA[i, j] - (A[i, l] * dA[i, l]).sum(l))).array(i, j)
    yield claim(gradient(L, S[i, j]), dS[i, j], at="step 3")
    yield claim(gradient(L, Q[i, k]), 1 / sqrt(d) * (dS[i, j] * K[j, k]).sum(j), at="step 4")
    yield claim(gradient(L, K[j, k]), 1 / sqrt(d) * (dS[i, j] * Q[i, k]).sum(i), at="step 4")


@derivation(source="Gradient Derivations, https://planckeon.github.io/attn-as-bilinear-form/theory/gradients")
def by_matrices():
    n, m, d_k, d_v = dims("n m d_k d_v")
    Q, K, V, dO = real("Q", n, d_k), real("K", m, d_k), real("V", m, d_v), real("dO", n, d_v)
    S = Q @ K.T / sqrt(d_k)
    A = softmax(S, axis=1)
    O = A @ V
    L = (dO * O).sum()

    yield claim(gradient(L, V), A.T @ dO, at="values")
    dA = dO @ V.T
    yield claim(gradient(L, A), dA, at="attention weights")
    dS = A * (dA - (A * dA).sum(axis=1, keepdims=True))
    yield claim(gradient(L, S), dS, at="softmax")
    yield claim(gradient(L, Q), dS @ K / sqrt(d_k), at="queries")
    yield claim(gradient(L, K), dS.T @ Q / sqrt(d_k), at="keys")


@derivation(source="a decoder, whose tokens look back only (from memory)")
def causal():
    T, d, d_k = dims("T d d_k")
    X, W_Q, W_K, W_V = real("X", T, d), real("W_Q", d, d_k), real("W_K", d, d_k), real("W_V", d, d)
    dO = real("dO", T, d)
    Q, K, V = X @ W_Q, X @ W_K, X @ W_V
    S = np.where(np.tri(T, like=X) > 0, Q @ K.T / sqrt(d_k), -np.inf)
    A = softmax(S, axis=1)
    L = (dO * (A @ V)).sum()

    E = np.tril(exp(Q @ K.T / sqrt(d_k)))
    yield claim(A, E / E.sum(axis=1, keepdims=True), at="weights")
    dV = A.T @ dO
    dA = dO @ V.T
    dS = A * (dA - (A * dA).sum(axis=1, keepdims=True))
    dQ, dK = dS @ K / sqrt(d_k), dS.T @ Q / sqrt(d_k)
    yield claim(gradient(L, V), dV, at="values")
    yield claim(gradient(L, S), dS, at="scores")
    yield claim(np.triu(dS, 1), 0 * A, at="no token looks ahead")
    yield claim(gradient(L, W_Q), X.T @ dQ, at="query weights")
    yield claim(gradient(L, W_K), X.T @ dK, at="key weights")
    yield claim(gradient(L, W_V), X.T @ dV, at="value weights")
    yield claim(gradient(L, X), dQ @ W_Q.T + dK @ W_K.T + dV @ W_V.T, at="input")
