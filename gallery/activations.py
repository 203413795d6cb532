"""Activations and their derivatives, dropout among them."""

from gradcheck import bits, claim, derivation, dims, gradient, positive, real, unit
from gradcheck.notation import elu, erf, exp, function, gelu, mish, pi, relu, sigmoid, silu, softplus, sqrt, tanh, where

PAGE = "Activation Functions, https://rohit.vision/blogs/notes/deep-learning/optimization/activation"


@derivation(source=PAGE)
def table():
    x, alpha = real("x"), positive("alpha")
    yield claim(gradient(1 / (1 + exp(-x)), x), sigmoid(x) * (1 - sigmoid(x)), at="sigmoid")
    yield claim(gradient((exp(x) - exp(-x)) / (exp(x) + exp(-x)), x), 1 - tanh(x) ** 2, at="tanh")
    yield claim(gradient(relu(x), x), where(x > 0, 1, 0), at="ReLU")
    yield claim(gradient(where(x > 0, x, alpha * x), x), where(x > 0, 1, alpha), at="leaky ReLU")
    yield claim(gradient(where(x > 0, x, alpha * (exp(x) - 1)), x), where(x > 0, 1, alpha * exp(x)), at="ELU")
    f = x * sigmoid(x)
    yield claim(gradient(f, x), f + sigmoid(x) * (1 - f), at="swish")


@derivation(source="derivatives of GELU, SiLU, Mish and ELU (from memory)")
def smooth():
    x = real("x")
    Phi = function("Φ", lambda x: (1 + erf(x / sqrt(2))) / 2)
    phi = exp(-(x**2) / 2) / sqrt(2 * pi)
    yield claim(gradient(x * Phi(x), x), Phi(x) + x * phi, at="GELU")
    yield claim(gradient(gelu(x), x), Phi(x) + x * phi, at="GELU")
    yield claim(gradient(silu(x), x), sigmoid(x) * (1 + x * (1 - sigmoid(x))), at="SiLU")
    t = tanh(softplus(x))
    yield claim(gradient(mish(x), x), t + x * (1 - t**2) * sigmoid(x), at="Mish")
    yield claim(gradient(elu(x), x), where(x > 0, 1, elu(x) + 1), at="ELU")


@derivation(source="Dropout backpropagation implementation, https://stats.stackexchange.com/questions/207481")
def dropout():
    """Inverted dropout: p is the probability of dropping out. The layer around it from memory."""
    n, m, B = dims("n m B")
    p, a, mask, G = unit("p"), real("a", B, m), bits("mask", B, m), real("G", B, m)
    c = a * mask
    b = c / (1 - p)
    L = (G * b).sum()
    yield claim(gradient(L, c), G / (1 - p), at="∂b/∂c")
    yield claim(gradient(L, a), G * (mask / (1 - p)), 1 / (1 - p) * mask * G, at="∂b/∂a")

    X, W = real("X", B, n), real("W", n, m)
    Z = X @ W
    out = relu(Z) * mask / (1 - p)
    J = (G * out).sum()
    yield claim(gradient(J, W), X.T @ (G * mask / (1 - p) * (1.0 * (Z > 0))), at="a layer")
