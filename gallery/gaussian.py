"""The Gaussian's maximum likelihood: mean and covariance, and a product of matrices in the wrong order."""

from gradcheck import claim, derivation, dims, gradient, misprint, positive_definite, real
from gradcheck.notation import indices, inv, log, pi, slogdet, trace

QUESTION = "https://math.stackexchange.com/questions/2118535"


@derivation(source=f"Deriving the maximum likelihood estimate of Gaussian covariance matrix, {QUESTION}")
def by_traces():
    """The gradient by μ from memory."""
    n, d = dims("n d")
    i = indices("i")
    x, mu, Sigma = real("x", n, d), real("mu", d), positive_definite("Sigma", d, d)
    S = (x - mu).T @ (x - mu)
    squares = ((x - mu) @ inv(Sigma) * (x - mu)).sum()
    yield claim(squares, trace(inv(Sigma) @ S), at="the trace")
    yield claim(gradient(slogdet(Sigma).logabsdet, Sigma), inv(Sigma), at="∇ ln det")
    l = -n * d / 2 * log(2 * pi) - n / 2 * slogdet(Sigma).logabsdet - 1 / 2 * squares
    yield claim(
        gradient(l, Sigma),
        misprint(
            -n / 2 * inv(Sigma) + 1 / 2 * inv(Sigma) @ inv(Sigma) @ S,
            -n / 2 * inv(Sigma) + 1 / 2 * inv(Sigma) @ S @ inv(Sigma),
            "the inverses stand on both sides of the sum: matrices do not commute",
        ),
        at="∇ by Σ",
    )
    yield claim(gradient(l, mu), inv(Sigma) @ (x[i] - mu).sum(i), at="by μ")


@derivation(source="the estimates of mean and covariance (from memory)")
def estimates():
    """There are more examples than coordinates: otherwise the estimated covariance has no inverse."""
    k, d = dims("k d")
    n = k + d
    x, mu, Sigma = real("x", n, d), real("mu", d), positive_definite("Sigma", d, d)
    x_bar = x.mean(axis=0)
    S = (x - x_bar).T @ (x - x_bar) / n
    l = lambda mu, Sigma: -n / 2 * slogdet(Sigma).logabsdet - 1 / 2 * ((x - mu) @ inv(Sigma) * (x - mu)).sum()  # noqa: E731
    yield claim(
        l(mu, Sigma),
        -n / 2 * (slogdet(Sigma).logabsdet + trace(inv(Sigma) @ S) + (x_bar - mu) @ inv(Sigma) @ (x_bar - mu)),
        at="sufficient statistics",
    )
    yield claim(l(x_bar, S), -n / 2 * slogdet(S).logabsdet - n * d / 2, at="the largest value")
    yield claim(gradient(l(x_bar, Sigma), Sigma), n / 2 * inv(Sigma) @ (S - Sigma) @ inv(Sigma), at="by Σ")
    P = positive_definite("Lambda", d, d)
    by_precision = n / 2 * slogdet(P).logabsdet - n / 2 * trace(P @ S)
    yield claim(gradient(by_precision, P), n / 2 * (inv(P) - S), at="by Λ")
