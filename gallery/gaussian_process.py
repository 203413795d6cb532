"""Gaussian processes: gradients of the log marginal likelihood, by the noise and by the kernel."""

from gradcheck import claim, derivation, dims, gradient, jacobian, misprint, positive, positive_definite, real
from gradcheck.notation import identity, inv, log, pi, slogdet, solve, trace

QUESTION = "https://stats.stackexchange.com/questions/280277"


@derivation(source=f"Covariance term in gradient of Gaussian process marginal likelihood, {QUESTION}")
def noise():
    """5.8 and 5.9 of Rasmussen, by θ = σ and by the scale of the kernel; the gradient by K from memory."""
    n = dims("n")
    y, K_f, sigma, s = real("y", n, 1), positive_definite("K_f", n, n), positive("sigma"), positive("s")
    K = s * K_f + sigma**2 * identity(n)
    log_p = -1 / 2 * y.T @ inv(K) @ y - 1 / 2 * slogdet(K).logabsdet - n / 2 * log(2 * pi)
    for theta, name in ((sigma, "σ"), (s, "s")):
        dK = jacobian(K, theta)
        yield claim(
            gradient(log_p, theta),
            misprint(
                1 / 2 * y.T @ inv(K) @ dK @ inv(K) @ y.T - 1 / 2 * trace(inv(K) @ dK),
                1 / 2 * y.T @ inv(K) @ dK @ inv(K) @ y - 1 / 2 * trace(inv(K) @ dK),
                "the second y is a column: its transpose does not conform",
            ),
            at=f"5.9 by {name}",
        )
    alpha = solve(K, y)
    yield claim(gradient(log_p, K), 1 / 2 * (alpha @ alpha.T - inv(K)), at="by K")
    yield claim(gradient(log_p, sigma), 1 / 2 * trace((alpha @ alpha.T - inv(K)) @ (2 * sigma * identity(n))), at="5.9")
    yield claim(gradient(log_p, y), -alpha, at="by y")
