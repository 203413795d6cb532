"""KL divergence of two Gaussians: the closed form's steps, and its gradients by means and covariances."""

from gradcheck import claim, derivation, dims, gradient, positive_definite, real
from gradcheck.notation import inv, slogdet, trace


@derivation(
    source="KL divergence between 2 Gaussian distributions, "
    "https://mr-easy.github.io/2020-04-16-kl-divergence-between-2-gaussian-distributions (gradients from memory)"
)
def divergence():
    k = dims("k")
    mu_p, mu_q = real("mu_p", k), real("mu_q", k)
    S_p, S_q = positive_definite("Sigma_p", k, k), positive_definite("Sigma_q", k, k)
    P_p, P_q, delta = inv(S_p), inv(S_q), mu_p - mu_q
    yield claim(trace(S_p @ P_p), k, at="the first square")
    D = 1 / 2 * (slogdet(S_q).logabsdet - slogdet(S_p).logabsdet - k + delta @ P_q @ delta + trace(P_q @ S_p))
    yield claim(gradient(D, mu_p), P_q @ (mu_p - mu_q), at="by μ_p")
    yield claim(gradient(D, mu_q), P_q @ (mu_q - mu_p), at="by μ_q")
    yield claim(gradient(D, S_p), 1 / 2 * (P_q - P_p), at="by Σ_p")
    outer = delta[:, None] * delta[None, :]
    yield claim(gradient(D, S_q), 1 / 2 * P_q @ (S_q - S_p - outer) @ P_q, at="by Σ_q")


@derivation(source="KL divergence to the standard Gaussian, and through a Cholesky factor (from memory)")
def standard():
    """L is any matrix with an inverse, so a triangular one, too, whose gradient are the entries in the triangle."""
    k = dims("k")
    mu, L = real("mu", k), real("L", k, k)
    S = L @ L.T
    D = 1 / 2 * (trace(S) + mu @ mu - k - slogdet(S).logabsdet)
    yield claim(D, 1 / 2 * ((L**2).sum() + mu @ mu - k) - slogdet(L).logabsdet, at="by the factor")
    yield claim(gradient(D, mu), mu, at="by μ")
    yield claim(gradient(D, L), L - inv(L).T, at="by L")
