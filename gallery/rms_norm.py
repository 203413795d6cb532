"""RMS normalisation: the two paths through the root mean square, and a formula in which a weight lost its sum."""

from gradcheck import claim, derivation, dims, gradient, jacobian, misprint, positive, real
from gradcheck.notation import indices, sqrt


def _forward(D, i):
    x, dy, gamma, epsilon = real("x", D), real("dy", D), real("gamma", D), positive("epsilon")
    r = sqrt((x[i] ** 2).mean(i) + epsilon).array()
    x_hat = (x[i] / r).array(i)
    y = (gamma[i] * x_hat[i]).array(i)
    return x, dy, gamma, r, x_hat, (dy * y).sum()


@derivation(source="RMS Normalization, https://yueyiming2009.github.io/ai-learning/rmsnorm-gradient.html")
def two_paths():
    D = dims("D")
    i, j = indices("i j")
    x, dy, gamma, r, x_hat, L = _forward(D, i)

    yield claim(gradient(L, gamma[i]), dy[i] * x_hat[i], at="2")
    dx_hat = (dy[i] * gamma[i]).array(i)
    yield claim(gradient(L, x_hat[i]), dx_hat[i], at="3, step A")
    yield claim(jacobian(x_hat[j], r), -x[j] / r**2, at="3, step B")
    dr = (dx_hat[j] * (-x[j] / r**2)).sum(j).array()
    yield claim(gradient(L, r), dr, -1 / r**2 * (dx_hat[j] * x[j]).sum(j), at="3, step B")
    yield claim(jacobian(r, x[i]), x[i] / (D * r), at="3, step C")
    yield claim(
        jacobian(x_hat[j], x[i]),
        (i == j) / r - x[j] / r**2 * (x[i] / (D * r)),
        1 / r * ((i == j) - x_hat[i] * x_hat[j] / D),
        at="3, step D",
    )
    yield claim(
        gradient(L, x[i]), 1 / r * (dx_hat[i] - x_hat[i] * (dx_hat[j] * x_hat[j]).mean(j)), at="3, dx"
    )


@derivation(source="RMSNorm Gradient Derivation, https://github.com/chrisjob1021/transformer-examples")
def weights_of_one():
    """What is printed is right where all weights are 1, and the notebook compares it there."""
    n = dims("n")
    i, j = indices("i j")
    x, dy, w, r, _, L = _forward(n, i)
    printed = dy[i] * w[i] / r - w[i] * x[i] / (n * r**3) * (dy[j] * x[j]).sum(j)
    right = dy[i] * w[i] / r - x[i] / (n * r**3) * (dy[j] * w[j] * x[j]).sum(j)
    yield claim(gradient(L, x[i]), misprint(printed, right, "w has the index of the sum"), at="the formula")
