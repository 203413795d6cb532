"""Mixtures of Gaussians by responsibilities, and mixtures of experts by their gate."""

from gradcheck import claim, derivation, dims, distribution, gradient, jacobian, misprint, positive, real
from gradcheck.notation import exp, indices, log, pi, sqrt

EM = "Expectation Maximization, lecture 17, https://neuroneural.net/AML/cs8850_17_EM.html"


@derivation(source=EM)
def known_width():
    """Points on a line, and one width that is known. P(k | x_n) is P_nk; the weights of the components are any.

    A star beside the second derivative points to a note that was not read.
    """
    N, K = dims("N K")
    n, k, j = indices("n k j")
    x, mu, p, sigma = real("x", N), real("mu", K), distribution("p", K), positive("sigma")
    w = (p[k] / sqrt(2 * pi * sigma**2) * exp(-((x[n] - mu[k]) ** 2) / (2 * sigma**2))).array(n, k)
    P = (w[n, k] / w[n, j].sum(j)).array(n, k)
    L = log(w[n, k].sum(k)).sum(n).array()
    first = (P[n, k] * (x[n] - mu[k]) / sigma**2).sum(n).array(k)
    yield claim(gradient(L, mu[k]), first[k], at="the log-likelihood's derivative")
    yield claim(
        jacobian(first[k], mu[k]),
        misprint(
            -(P[n, k] / sigma**2).sum(n),
            -(P[n, k] / sigma**2).sum(n) + (P[n, k] * (1 - P[n, k]) * (x[n] - mu[k]) ** 2 / sigma**4).sum(n),
            "an approximation printed as an equation: the responsibilities depend on the mean, too",
        ),
        at="the second derivative",
    )


@derivation(source="Mathematics for Machine Learning, section 11.2, https://fliphtml5.com/zroi/wmie/Mathematics_for_Machine_Learning/360/")
def precisions():
    """(11.21) and (11.22). The precision Σ_k^{-1} is an input A_k, diagonal here; π N(x_n | μ_k, Σ_k) without 2π."""
    N, K, D = dims("N K D")
    n, k, j, d = indices("n k j d")
    x, mu, A, p = real("x", N, D), real("mu", K, D), positive("A", K, D), distribution("p", K)
    det, quadratic = real("c", K), ((x[n, d] - mu[k, d]) ** 2 * A[k, d]).sum(d).array(n, k)
    w = (p[k] * exp(det[k] - quadratic[n, k] / 2)).array(n, k)
    r = (w[n, k] / w[n, j].sum(j)).array(n, k)
    L = log(w[n, k].sum(k)).sum(n).array()
    yield claim(jacobian(w[n, k], mu[k, d]), (x[n, d] - mu[k, d]) * A[k, d] * w[n, k], at="(11.21)")
    yield claim(
        gradient(L, mu[k, d]),
        ((x[n, d] - mu[k, d]) * A[k, d] * (w[n, k] / w[n, j].sum(j))).sum(n),
        (r[n, k] * (x[n, d] - mu[k, d]) * A[k, d]).sum(n),
        at="(11.22)",
    )


@derivation(
    source="The derivatives of the simple cost function, CSC321 lecture 15, "
    "http://www.cs.toronto.edu/~hinton/csc321/notes/lec15_files/slide0011.htm (its formulas from memory)"
)
def experts():
    """The cost E of one case, the gate's softmax of x, and the log-likelihood that the lecture prefers."""
    n, D = dims("n D")
    i, j, k = indices("i j k")
    x, o, d = real("x", n), real("o", n, D), real("d", D)
    p = (exp(x[i]) / exp(x[j]).sum(j)).array(i)
    s = ((d[k] - o[i, k]) ** 2).sum(k).array(i)
    E = (p[i] * s[i]).sum(i).array()
    yield claim(gradient(E, o[i, k]), -2 * p[i] * (d[k] - o[i, k]), at="by the outputs of the experts")
    yield claim(gradient(E, x[i]), p[i] * (s[i] - E), at="by the inputs of the gate")

    q = (p[i] * exp(-s[i] / 2)).array(i)
    post = (q[i] / q[j].sum(j)).array(i)
    C = -log(q[j].sum(j))
    yield claim(gradient(C, x[i]), p[i] - post[i], at="a natural error, by the gate")
    yield claim(gradient(C, o[i, k]), -post[i] * (d[k] - o[i, k]), at="a natural error, by the experts")
