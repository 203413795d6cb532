"""Layer normalisation of one token: the paths through mean and variance, by entries."""

from gradcheck import claim, derivation, dims, gradient, jacobian, positive, real
from gradcheck.notation import identity, indices, ones, outer, sqrt

SOURCE = "Layer Normalization, https://yueyiming2009.github.io/ai-learning/layernorm-gradient.html"


@derivation(source=SOURCE)
def one_token():
    D = dims("D")
    i, j = indices("i j")
    x, dy = real("x", D), real("dy", D)
    gamma, beta, epsilon = real("gamma", D), real("beta", D), positive("epsilon")

    mu = x[i].mean(i).array()
    sigma2 = ((x[i] - mu) ** 2).mean(i).array()
    x_hat = ((x[i] - mu) / sqrt(sigma2 + epsilon)).array(i)
    y = (gamma[i] * x_hat[i] + beta[i]).array(i)
    L = (dy[i] * y[i]).sum(i).array()

    yield claim(gradient(L, beta[i]), dy[i], at="2")
    yield claim(gradient(L, gamma[i]), dy[i] * x_hat[i], at="2")
    dx_hat = (dy[i] * gamma[i]).array(i)
    yield claim(gradient(L, x_hat[i]), dx_hat[i], at="3, step A")
    dsigma2 = (dx_hat[j] * (x[j] - mu) * (-1 / 2 * (sigma2 + epsilon) ** (-3 / 2))).sum(j).array()
    yield claim(gradient(L, sigma2), dsigma2, at="3, step B")
    yield claim(dsigma2 * (-2 / D) * (x[j] - mu).sum(j), 0, at="3, path 2")
    dmu = (-1 / sqrt(sigma2 + epsilon) * dx_hat[j].sum(j)).array()
    yield claim(gradient(L, mu), dmu, at="3, combined")
    yield claim(
        gradient(L, x[i]),
        dx_hat[i] / sqrt(sigma2 + epsilon) + dsigma2 * 2 * (x[i] - mu) / D + dmu / D,
        1 / sqrt(sigma2 + epsilon) * (dx_hat[i] - dx_hat[j].mean(j) - x_hat[i] * (dx_hat[j] * x_hat[j]).mean(j)),
        at="3, dx",
    )


@derivation(source="LayerNorm operation, https://gitlab.eclipse.org/eclipse/aidge/aidge_core/-/issues/330")
def by_a_matrix():
    """The gradient as a product with a symmetric matrix."""
    d = dims("d")
    x, g = real("x", d), real("g", d)
    gamma, beta, epsilon = real("gamma", d), real("beta", d), positive("epsilon")
    sigma = sqrt(x.var() + epsilon)
    x_hat = (x - x.mean()) / sigma
    y = x_hat * gamma + beta
    L = (g * y).sum()
    yield claim(
        gradient(L, x),
        1 / sigma * (identity(d) - ones(d, d) / d - outer(x_hat, x_hat) / d) @ (g * gamma),
        at="with respect to input x",
    )
    yield claim(gradient(L, gamma), g * x_hat, at="with respect to gamma")
    yield claim(gradient(L, beta), g, at="with respect to beta")
    yield claim(
        jacobian(x_hat, x), 1 / sigma * (identity(d) - ones(d, d) / d - outer(x_hat, x_hat) / d), at="the matrix"
    )
