"""Cox's partial likelihood: score and observed information by means over the risk sets."""

from gradcheck import bits, claim, derivation, dims, gradient, jacobian, real
from gradcheck.notation import exp, indices, log


@derivation(source="Lecture 14: Cox model continued, https://rtrangucci.github.io/survival-material/lecture-14.html")
def partial_likelihood():
    """R[i, j] is 1 where the j-th is at risk at t_i, which the i-th always is."""
    n, p = dims("n p")
    i, j, c, d = indices("i j c d")
    z, beta, delta, risk = real("z", n, p), real("beta", p), bits("delta", n), bits("risk", n, n)
    R = ((i == j) + (i != j) * risk[i, j]).array(i, j)
    e = exp(z @ beta)
    total = (R[i, j] * e[j]).sum(j).array(i)
    pl = (delta * (z @ beta - log(total))).sum()
    yield claim(
        gradient(pl, beta[c]), (delta[i] * (z[i, c] - (R[i, j] * z[j, c] * e[j]).sum(j) / total[i])).sum(i), at="(1)"
    )
    P = (R[i, j] * e[j] / total[i]).array(i, j)
    mean = (P[i, j] * z[j, c]).sum(j).array(i, c)
    yield claim(
        jacobian(gradient(pl, beta)[c], beta[d]),
        -(delta[i] * ((z[j, c] - mean[i, c]) * (z[j, d] - mean[i, d]) * P[i, j]).sum(j)).sum(i),
        at="observed information",
    )
