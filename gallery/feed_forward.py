"""Feed-forward parts of transformers: SwiGLU, dropout, embeddings and a mixture of experts."""

from gradcheck import bits, claim, derivation, dims, gradient, real, unit
from gradcheck.notation import indices, labels, relu, sigmoid, silu, softmax


@derivation(source="SwiGLU (from memory)")
def swiglu():
    n, d, h = dims("n d h")
    X, W, V, W_2, G = real("X", n, d), real("W", d, h), real("V", d, h), real("W_2", h, d), real("G", n, d)
    A, B = X @ W, X @ V
    H = silu(A) * B
    L = (G * (H @ W_2)).sum()

    dH = G @ W_2.T
    dA = dH * B * sigmoid(A) * (1 + A * (1 - sigmoid(A)))
    dB = dH * silu(A)
    yield claim(gradient(L, W_2), H.T @ G, at="down")
    yield claim(gradient(L, W), X.T @ dA, at="gate")
    yield claim(gradient(L, V), X.T @ dB, at="up")
    yield claim(gradient(L, X), dA @ W.T + dB @ V.T, at="input")


@derivation(source="inverted dropout (from memory)")
def dropout():
    n, d = dims("n d")
    X, W, M, G, p = real("X", n, d), real("W", d, d), bits("M", n, d), real("G", n, d), unit("p")
    H = relu(X @ W)
    L = (G * (H * M / (1 - p))).sum()
    yield claim(gradient(L, H), G * M / (1 - p), at="hidden layer")
    yield claim(gradient(L, W), X.T @ (G * M / (1 - p) * (H > 0)), at="weights")


@derivation(source="embedding of tokens (from memory)")
def embedding():
    N, V, d = dims("N V d")
    i, v, k = indices("i v k")
    E, y, G = real("E", V, d), labels("y", N, classes=V), real("G", N, d)
    L = (G[i, k] * E[y[i], k]).sum(i, k)
    yield claim(gradient(L, E[v, k]), ((y[i] == v) * G[i, k]).sum(i), at="by entries")
    yield claim(gradient((G * E[y]).sum(), E), y.one_hot.T @ G, at="by arrays")


@derivation(source="mixture of experts (from memory)")
def experts():
    n, d, K, o = dims("n d K o")
    i, k, p, q = indices("i k p q")
    x, R, W, G = real("x", n, d), real("R", K, d), real("W", K, o, d), real("G", n, o)
    z = (R[k, q] * x[i, q]).sum(q).array(i, k)
    P = softmax(z, axis=1)
    f = (W[k, p, q] * x[i, q]).sum(q).array(i, k, p)
    y = (P[i, k] * f[i, k, p]).sum(k).array(i, p)
    L = (G[i, p] * y[i, p]).sum(i, p)

    dz = (P[i, k] * (G[i, p] * (f[i, k, p] - y[i, p])).sum(p)).array(i, k)
    yield claim(gradient(L, z[i, k]), dz[i, k], at="gate")
    yield claim(gradient(L, R[k, q]), (dz[i, k] * x[i, q]).sum(i), at="router")
    yield claim(gradient(L, W[k, p, q]), (P[i, k] * G[i, p] * x[i, q]).sum(i), at="experts")
