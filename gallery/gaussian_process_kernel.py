"""The squared exponential kernel of a Gaussian process: length scale, signal variance and noise."""

from gradcheck import claim, derivation, dims, gradient, jacobian, positive, real
from gradcheck.notation import exp, identity, indices, inv, slogdet, trace

KERNEL = "Gradients of marginal likelihood of Gaussian Process with squared exponential covariance, Cross Validated"


def kernel(x, sigma, l):
    i, j, c = indices("i j c")
    return (sigma**2 * exp(-((x[i, c] - x[j, c]) ** 2).sum(c) / (2 * l**2))).array(i, j)


@derivation(source=f"{KERNEL} (in https://huggingface.co/datasets/nvidia/Nemotron-CC-Math-v1)")
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
