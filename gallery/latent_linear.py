"""Latent linear models: probabilistic PCA's likelihood, its posterior, and independent components."""

from gradcheck import claim, derivation, dims, gradient, positive, positive_definite, real
from gradcheck.notation import cosh, identity, inv, log, pi, sigmoid, slogdet, tanh, trace

PPCA = "Matrix derivatives for MLE estimates, https://math.techqa.club/matrix-derivatives-for-mle-estimates-4859719"
ICA = "Algorithms for maximum likelihood or infomax estimation, http://cis.legacy.ics.tkk.fi/aapo/papers/NCS99web/node41.html"


@derivation(source=PPCA)
def probabilistic_pca():
    """The log likelihood, with its minus; by σ², and the smaller matrix M, from memory."""
    d, q = dims("d q")
    W, S, N, s = real("W", d, q), positive_definite("S", d, d), positive("N"), positive("σ²")
    C = W @ W.T + s * identity(d)
    phi = -N / 2 * (d * log(2 * pi) + slogdet(C).logabsdet + trace(inv(C) @ S))
    yield claim(gradient(phi, C), -N / 2 * (inv(C) - inv(C) @ S @ inv(C)), at="by C")
    yield claim(gradient(phi, W), N * (inv(C) @ S @ inv(C) - inv(C)) @ W, at="by W")
    yield claim(gradient(phi, s), N / 2 * trace(inv(C) @ (S - C) @ inv(C)), at="by σ²")
    M = W.T @ W + s * identity(q)
    yield claim(inv(C), (identity(d) - W @ inv(M) @ W.T) / s, at="C⁻¹ by M")
    yield claim(inv(M) @ W.T, W.T @ inv(C), at="the posterior mean")


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
