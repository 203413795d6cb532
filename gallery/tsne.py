"""t-SNE: the derivatives of the paper's appendix, in which a distance is lost and found again."""

from gradcheck import cause, claim, derivation, dims, gradient, positive, real
from gradcheck.notation import indices, log

QUESTION = "Calculating t-SNE gradient (a mistake in the original t-SNE paper)"
READ = "https://huggingface.co/datasets/nvidia/Nemotron-CC-Math-v1"
LOST = cause("d_ij is lost, and (24) lacks its inverse, so that the end is right again")


def similarities(N, k, l):
    """Positive, symmetric, 0 on the diagonal, with the sum 1."""
    w = positive("w", N, N)
    pairs = ((k != l) * (w[k, l] + w[l, k])).array(k, l)
    return (pairs[k, l] / pairs[k, l].sum(k, l)).array(k, l)


@derivation(source=f"{QUESTION}, {READ}")
def by_distances():
    """(27) and (28) of the paper's appendix A, (24) and (28) from memory. C without Σ p log p, a constant.

    The formulas are for i ≠ j; both sides are 0 where i = j.
    """
    N = dims("N")
    i, j, k, l = indices("i j k l")
    d, p = positive("d", N, N), similarities(N, k, l)
    e = ((1 + d[k, l] ** 2) ** -1).array(k, l)
    Z = ((k != l) * e[k, l]).sum(k, l).array()
    q = (e[k, l] / Z).array(k, l)
    C = -((k != l) * p[k, l] * log(q[k, l])).sum(k, l).array()
    slope = LOST(e[i, j] ** 2, e[i, j] ** 2 * d[i, j])
    yield claim(
        gradient(C, d[i, j]),
        (i != j) * (2 * p[i, j] / (q[i, j] * Z) * slope - 2 * ((k != l) * p[k, l]).sum(k, l) * slope / Z),
        (i != j) * LOST(2 * (p[i, j] - q[i, j]) * e[i, j], 2 * (p[i, j] - q[i, j]) * e[i, j] * d[i, j]),
        at="(28)",
    )


@derivation(source="Implement the gradient calculation step in t-SNE, https://www.eetcode.com/deepml/352")
def by_points():
    N, D = dims("N D")
    i, j, k, l, c = indices("i j k l c")
    y, p = real("y", N, D), similarities(N, k, l)
    e = ((1 + ((y[k, c] - y[l, c]) ** 2).sum(c)) ** -1).array(k, l)
    q = (e[k, l] / ((k != l) * e[k, l]).sum(k, l)).array(k, l)
    C = -(p[k, l] * log(q[k, l])).sum(k, l).array()
    yield claim(
        gradient(C, y[i, c]), 4 * ((p[i, j] - q[i, j]) * e[i, j] * (y[i, c] - y[j, c])).sum(j), at="the gradient"
    )
