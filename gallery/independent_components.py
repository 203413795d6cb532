"""Independent components: the gradient with log |det W|, and the natural gradient."""

from gradcheck import claim, derivation, dims, gradient, real
from gradcheck.notation import cosh, identity, inv, log, sigmoid, slogdet, tanh

ICA = "Algorithms for maximum likelihood or infomax estimation, http://cis.legacy.ics.tkk.fi/aapo/papers/NCS99web/node41.html"


@derivation(source=ICA)
def independent_components():
    """(36) for one x is the gradient; (37) is it times WᵀW."""
    n = dims("n")
    W, x = real("W", n, n), real("x", n, 1)
    y = W @ x
    l = slogdet(W).logabsdet - 2 * log(cosh(y)).sum()
    dW = inv(W.T) - 2 * tanh(W @ x) @ x.T
    yield claim(gradient(l, W), dW, at="(36)")
    yield claim(dW @ W.T @ W, (identity(n) - 2 * tanh(y) @ y.T) @ W, at="(37)")


@derivation(source="the same with the sigmoid as distribution function, many examples (from memory)")
def sigmoid_sources():
    n, m = dims("n m")
    W, X = real("W", n, n), real("X", m, n)
    s = X @ W.T
    l = log(sigmoid.prime(s)).sum() + m * slogdet(W).logabsdet
    yield claim(gradient(l, W), (1 - 2 * sigmoid(s)).T @ X + m * inv(W.T), at="gradient")
