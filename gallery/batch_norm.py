"""Batch normalisation: every step of the backward pass, by entries; then the three terms of dx by arrays."""

from gradcheck import claim, derivation, dims, gradient, jacobian, positive, real
from gradcheck.notation import indices, sqrt

SOURCE = "Batch Normalization Backward Pass - Mathematical Formulation, https://github.com/hingma/cs182fa25_public"


@derivation(source=f"{SOURCE} (steps 1 to 4; the last two from memory)")
def by_entries():
    N, D = dims("N D")
    i, j, k = indices("i j k")
    x, dy = real("x", N, D), real("dy", N, D)
    gamma, beta, epsilon = real("gamma", D), real("beta", D), positive("epsilon")

    mu = x[i, j].mean(i).array(j)
    sigma2 = ((x[i, j] - mu[j]) ** 2).mean(i).array(j)
    x_hat = ((x[i, j] - mu[j]) / sqrt(sigma2[j] + epsilon)).array(i, j)
    y = (gamma[j] * x_hat[i, j] + beta[j]).array(i, j)
    L = (dy * y).sum()

    yield claim(gradient(L, beta[j]), dy[i, j].sum(i), at="step 1")
    yield claim(gradient(L, gamma[j]), (dy[i, j] * x_hat[i, j]).sum(i), at="step 2")
    dx_hat = (dy[i, j] * gamma[j]).array(i, j)
    yield claim(gradient(L, x_hat[i, j]), dx_hat[i, j], at="step 3")
    power = (sigma2[j] + epsilon) ** (-3 / 2)
    yield claim(jacobian(x_hat[i, j], sigma2[j]), (x[i, j] - mu[j]) * (-1 / 2) * power, at="step 4")
    dsigma2 = (dx_hat[i, j] * (x[i, j] - mu[j]) * (-1 / 2) * power).sum(i).array(j)
    yield claim(gradient(L, sigma2[j]), dsigma2[j], at="step 4")
    dmu = (
        (dx_hat[i, j] * (-1 / sqrt(sigma2[j] + epsilon))).sum(i) + dsigma2[j] * (-2 * (x[i, j] - mu[j])).mean(i)
    ).array(j)
    yield claim(gradient(L, mu[j]), dmu[j], at="step 5")
    direct = dx_hat[i, j] / sqrt(sigma2[j] + epsilon)
    yield claim(
        gradient(L, x[i, j]),
        direct + dsigma2[j] * 2 * (x[i, j] - mu[j]) / N + dmu[j] / N,
        1 / sqrt(sigma2[j] + epsilon) * (
            dx_hat[i, j] - dx_hat[k, j].mean(k) - x_hat[i, j] * (dx_hat[k, j] * x_hat[k, j]).mean(k)
        ),
        at="step 6",
    )


@derivation(source="the backward pass in three lines of NumPy (from memory)")
def by_arrays():
    N, D = dims("N D")
    x, dout = real("x", N, D), real("dout", N, D)
    gamma, beta, eps = real("gamma", D), real("beta", D), positive("eps")

    mu = x.mean(axis=0)
    var = ((x - mu) ** 2).mean(axis=0)
    x_norm = (x - mu) / sqrt(var + eps)
    out = gamma * x_norm + beta
    L = (dout * out).sum()

    yield claim(gradient(L, beta), dout.sum(axis=0), at="dbeta")
    yield claim(gradient(L, gamma), (dout * x_norm).sum(axis=0), at="dgamma")
    dx_norm = dout * gamma
    yield claim(
        gradient(L, x),
        (N * dx_norm - dx_norm.sum(axis=0) - x_norm * (dx_norm * x_norm).sum(axis=0)) / (N * sqrt(var + eps)),
        at="dx",
    )
