"""The density of a Gaussian, by its mean and a covariance without symmetry."""

from gradcheck import claim, derivation, dims, gradient, real
from gradcheck.notation import exp, inv, slogdet

ANSWER = "https://newbe.dev/derivative-of-multivariate-normal-distribution-wrt-mean-and-covariance"


@derivation(source=f"Derivative of multivariate normal distribution with respect to mean and covariance, {ANSWER}")
def without_symmetry():
    """Σ is any matrix; the density without its constant."""
    d = dims("d")
    x, mu, Sigma = real("x", d, 1), real("mu", d, 1), real("Sigma", d, d)
    M, z = inv(Sigma), mu - x
    f = z.T @ M @ z
    yield claim(gradient(f, mu), (inv(Sigma) + inv(Sigma).T) @ (mu - x), at="∂f/∂μ")
    yield claim(gradient(f, Sigma), -M.T @ z @ z.T @ M.T, at="∂f/∂Σ")
    L = 1 / 2 * (slogdet(M).logabsdet - f)
    yield claim(gradient(L, mu), 1 / 2 * (M + M.T) @ (x - mu), at="∂L/∂μ")
    yield claim(gradient(L, Sigma), 1 / 2 * (M.T @ z @ z.T @ M.T - M.T), at="∂L/∂Σ")
    H = exp(L)
    yield claim(gradient(H, mu), H * gradient(L, mu), at="∂H/∂μ")
    yield claim(gradient(H, Sigma), H * gradient(L, Sigma), at="∂H/∂Σ")
