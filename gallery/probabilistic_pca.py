"""Probabilistic PCA: the likelihood's gradients, and the smaller inverse."""

from gradcheck import claim, derivation, dims, gradient, positive, positive_definite, real
from gradcheck.notation import identity, inv, log, pi, slogdet, trace

PPCA = "Matrix derivatives for MLE estimates, https://math.techqa.club/matrix-derivatives-for-mle-estimates-4859719"


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
