"""A transformer block, layer by layer backwards: norms before attention and MLP, one head, ReLU."""

from gradcheck import claim, derivation, dims, gradient, positive, real
from gradcheck.notation import relu, relu_prime, softmax, sqrt


def norm(x, g, b, eps):
    hat = (x - x.mean(axis=1, keepdims=True)) / sqrt(x.var(axis=1, keepdims=True) + eps)
    return g * hat + b, hat


def norm_back(dy, x, hat, g, eps):
    d = dy * g
    inner = d - d.mean(axis=1, keepdims=True) - hat * (d * hat).mean(axis=1, keepdims=True)
    return inner / sqrt(x.var(axis=1, keepdims=True) + eps)


@derivation(source="a pre-norm block (from memory)")
def block():
    T, d, h = dims("T d h")
    X, G, eps = real("X", T, d), real("G", T, d), positive("eps")
    W_q, W_k, W_v, W_o = (real(name, d, d) for name in ("W_q", "W_k", "W_v", "W_o"))
    W1, W2, b1, b2 = real("W1", d, h), real("W2", h, d), real("b1", h), real("b2", d)
    g1, c1, g2, c2 = real("g1", d), real("c1", d), real("g2", d), real("c2", d)

    N1, hat1 = norm(X, g1, c1, eps)
    Q, K, V = N1 @ W_q, N1 @ W_k, N1 @ W_v
    S = Q @ K.T / sqrt(d)
    A = softmax(S, axis=1)
    O = A @ V
    Y = X + O @ W_o
    N2, hat2 = norm(Y, g2, c2, eps)
    Z = N2 @ W1 + b1
    H = relu(Z)
    out = Y + H @ W2 + b2
    L = (G * out).sum()

    yield claim(gradient(L, W2), H.T @ G, at="MLP")
    yield claim(gradient(L, b2), G.sum(axis=0), at="MLP")
    dZ = G @ W2.T * relu_prime(Z)
    yield claim(gradient(L, W1), N2.T @ dZ, at="MLP")
    yield claim(gradient(L, b1), dZ.sum(axis=0), at="MLP")
    dN2 = dZ @ W1.T
    yield claim(gradient(L, N2), dN2, at="second norm")
    yield claim(gradient(L, g2), (dN2 * hat2).sum(axis=0), at="second norm")
    dY = G + norm_back(dN2, Y, hat2, g2, eps)
    yield claim(gradient(L, Y), dY, at="second norm and residual")
    yield claim(gradient(L, W_o), O.T @ dY, at="attention")
    dO = dY @ W_o.T
    dA, dV = dO @ V.T, A.T @ dO
    yield claim(gradient(L, V), dV, at="attention")
    dS = A * (dA - (dA * A).sum(axis=1, keepdims=True))
    yield claim(gradient(L, S), dS, at="attention")
    dQ, dK = dS @ K / sqrt(d), dS.T @ Q / sqrt(d)
    yield claim(gradient(L, W_q), N1.T @ dQ, at="attention")
    yield claim(gradient(L, W_k), N1.T @ dK, at="attention")
    yield claim(gradient(L, W_v), N1.T @ dV, at="attention")
    dN1 = dQ @ W_q.T + dK @ W_k.T + dV @ W_v.T
    yield claim(gradient(L, N1), dN1, at="first norm")
    yield claim(gradient(L, c1), dN1.sum(axis=0), at="first norm")
    yield claim(gradient(L, X), dY + norm_back(dN1, X, hat1, g1, eps), at="first norm and residual")
