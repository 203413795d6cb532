"""Softmax with cross-entropy: by the chain rule, by cases and Kronecker's delta; then a linear classifier."""

import numpy as np

from gradcheck import claim, derivation, dims, gradient, jacobian, one_hot, real
from gradcheck.notation import exp, indices, labels, log, where


@derivation(
    source="Derivative of the cross-entropy loss with softmax, "
    "https://zakariapz.github.io/posts/2025-03-19-derivative-of-the-cross-entropy-loss-with-softmax"
)
def by_cases():
    C = dims("C")
    i, j, k = indices("i j k")
    a, y = real("a", C), one_hot("y", C)
    p = (exp(a[j]) / exp(a[k]).sum(k)).array(j)
    l = (y[j] * log(p[j])).array(j)
    L = -l[j].sum(j).array()

    yield claim(jacobian(-l[j], p[j]), -y[j] / p[j], at="the first term")
    yield claim(
        jacobian(p[j], a[i]),
        where(i == j, p[j] * (1 - p[j]), -p[j] * p[i]),
        p[j] * ((i == j) - p[i]),
        at="the second term",
    )
    yield claim(
        gradient(L, a[i]),
        (-y[j] / p[j] * p[j] * ((i == j) - p[i])).sum(j),
        (y[j] * (p[i] - (i == j))).sum(j),
        p[i] - y[i],
        at="the derivative",
    )


@derivation(source="Putting it together: Minimal Neural Network Case Study, https://cs231n.github.io/neural-networks-case-study/")
def classifier():
    N, D, K = dims("N D K")
    i, j, k, l = indices("i j k l")
    X, W, b, reg = real("X", N, D), real("W", D, K), real("b", 1, K), real("lambda")
    y = labels("y", N, classes=K)
    f = np.dot(X, W) + b
    p = (exp(f[i, k]) / exp(f[i, j]).sum(j)).array(i, k)
    L_i = (-log(p[i, y[i]])).array(i)
    L = L_i[i].mean(i) + 1 / 2 * reg * (W[k, l] ** 2).sum(k, l)

    yield claim(L_i[i], -log(exp(f[i, y[i]]) / exp(f[i, j]).sum(j)), at="the loss of an example")
    yield claim(jacobian(L_i[i], f[i, k]), p[i, k] - (y[i] == k), at="the gradient on the scores")
    dscores = (p - y.one_hot) / N
    yield claim(gradient(L, f), dscores, at="dscores")
    yield claim(gradient(L, W), np.dot(X.T, dscores) + reg * W, at="dW")
    yield claim(gradient(L, b), np.sum(dscores, axis=0, keepdims=True), at="db")
