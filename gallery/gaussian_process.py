"""Gaussian processes: gradients of the log marginal likelihood by kernel and hyperparameters."""

from gradcheck import claim, derivation, dims, gradient, jacobian, misprint, positive, positive_definite, real
from gradcheck.notation import exp, identity, indices, inv, log, pi, slogdet, solve, trace

QUESTION = "https://stats.stackexchange.com/questions/280277"
KERNEL = "Gradients of marginal likelihood of Gaussian Process with squared exponential covariance, Cross Validated"


def kernel(x, sigma, l):
    i, j, c = indices("i j c")
    return (sigma**2 * exp(-((x[i, c] - x[j, c]) ** 2).sum(c) / (2 * l**2))).array(i, j)


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


@derivation(source=f"{KERNEL} (in nvidia/Nemotron-CC-Math-v1)")
def squared_exponential():
    n, d = dims("n d")
    i, j, c = indices("i j c")
    x, sigma, l = real("x", n, d), positive("sigma"), positive("l")
    K = kernel(x, sigma, l)
    squares = ((x[i, c] - x[j, c]) ** 2).sum(c)
    yield claim(jacobian(K[i, j], sigma), 2 * sigma * exp(-squares / (2 * l**2)), at="∂K/∂σ")
    yield claim(jacobian(K[i, j], l), sigma**2 * exp(-squares / (2 * l**2)) * squares / l**3, at="∂K/∂l")


@derivation(source="length scale and signal variance with noise (from memory)")
def hyperparameters():
    n, d = dims("n d")
    x, y, sigma, l, noise = real("x", n, d), real("y", n), positive("sigma"), positive("l"), positive("noise")
    K = kernel(x, sigma, l) + noise * identity(n)
    log_p = -1 / 2 * y @ inv(K) @ y - 1 / 2 * slogdet(K).logabsdet
    A = inv(K) @ y[:, None] @ y[None, :] @ inv(K) - inv(K)
    for theta, name in ((sigma, "σ"), (l, "l"), (noise, "the noise")):
        yield claim(gradient(log_p, theta), 1 / 2 * trace(A @ jacobian(K, theta)), at=f"by {name}")
