"""The variational autoencoder: the closed form of KL, and gradients through the reparameterisation."""

from gradcheck import claim, derivation, dims, gradient, jacobian, positive, real
from gradcheck.notation import abstract, diag, exp, log

f = abstract("f")


@derivation(source="The KL term: a closed form, https://learning-notes-dz2.pages.dev/posts/2026-01-10/")
def kl():
    """The formula of the page, by mean and variance and by the logarithm of the variance (gradients from memory)."""
    d = dims("d")
    mu, sigma = real("mu", d), positive("sigma", d)
    D_KL = 1 / 2 * (mu**2 + sigma**2 - log(sigma**2) - 1).sum()
    yield claim(gradient(D_KL, mu), mu, at="by μ")
    yield claim(gradient(D_KL, sigma), sigma - 1 / sigma, at="by σ")
    logvar = real("logvar", d)
    D = -1 / 2 * (1 + logvar - mu**2 - exp(logvar)).sum()
    yield claim(gradient(D, mu), mu, at="by μ")
    yield claim(gradient(D, logvar), (exp(logvar) - 1) / 2, at="by log σ²")


@derivation(source="the reparameterisation z = μ + σ ε (from memory)")
def reparameterised():
    """f is any differentiable reconstruction loss of the sample's coordinates."""
    d = dims("d")
    mu, logvar, epsilon = real("mu", d), real("logvar", d), real("epsilon", d)
    sigma = exp(logvar / 2)
    z = mu + sigma * epsilon
    L = f(z).sum()
    yield claim(jacobian(z, sigma), diag(epsilon), at="∂z/∂σ")
    yield claim(gradient(L, mu), f.prime(z), at="by μ")
    yield claim(gradient(L, sigma), f.prime(z) * epsilon, at="by σ")
    yield claim(gradient(L, logvar), f.prime(z) * epsilon * sigma / 2, at="by log σ²")
