"""Generalised linear models: score and information of Poisson regression, and of any canonical link."""

from gradcheck import claim, derivation, dims, gradient, jacobian, positive, real
from gradcheck.notation import abstract, diag, exp, indices, lgamma, log

QUESTION = "Poisson regression likelihood estimation, Cross Validated (in https://huggingface.co/datasets/nvidia/Nemotron-CC-Math-v1)"


@derivation(source=QUESTION)
def poisson_by_entries():
    """The counts y may be any reals: nothing rests on their being whole."""
    n, p = dims("n p")
    i, j, a, r = indices("i j a r")
    x, y, beta = real("x", n, p), real("y", n), real("beta", p)
    eta = (beta[j] * x[i, j]).sum(j).array(i)
    l = -exp(eta[i]).sum(i).array() + (y[i] * eta[i]).sum(i).array()
    yield claim(gradient(l, beta[a]), -(exp(eta[i]) * x[i, a]).sum(i) + (y[i] * x[i, a]).sum(i), at="b")
    yield claim(jacobian(gradient(l, beta)[a], beta[r]), -(exp(eta[i]) * x[i, a] * x[i, r]).sum(i), at="c")


@derivation(
    source="https://www.statsmodels.org/stable/generated/statsmodels.discrete.discrete_model.Poisson.score.html"
)
def poisson_by_arrays():
    """The information matrix is minus the Hessian (from memory)."""
    n, p = dims("n p")
    X, y, beta = real("X", n, p), positive("y", n), real("beta", p)
    lam = exp(X @ beta)
    log_L = (y * log(lam) - lam - lgamma(y + 1)).sum()
    yield claim(gradient(log_L, beta), X.T @ (y - lam), at="score")
    yield claim(-jacobian(gradient(log_L, beta), beta), X.T @ diag(lam) @ X, at="information")


@derivation(source="exponential families with their canonical link (from memory)")
def canonical():
    """b is any cumulant function: its derivative is the mean, its second derivative the variance."""
    n, p = dims("n p")
    b = abstract("b")
    X, y, beta, phi = real("X", n, p), real("y", n), real("beta", p), positive("phi")
    theta = X @ beta
    l = ((y * theta - b(theta)) / phi).sum()
    mu, V = b.prime(theta), b.prime.prime(theta)
    yield claim(gradient(l, beta), X.T @ (y - mu) / phi, at="score")
    yield claim(-jacobian(gradient(l, beta), beta), X.T @ (V[:, None] * X) / phi, at="information")
