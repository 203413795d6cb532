"""InfoNCE: the gradients by similarities and by representations, with the coupling of positives and negatives."""

from gradcheck import claim, derivation, dims, gradient, positive, real
from gradcheck.notation import exp, indices, log


@derivation(source="Temperature-Free Loss Function for Contrastive Learning, https://arxiv.org/html/2501.17683v1")
def by_similarities():
    """The loss of the paper; its gradients from memory. The positive of i is i itself."""
    N = dims("N")
    i, j, k = indices("i j k")
    s, tau = real("s", N, N), positive("tau")
    p = (exp(s[i, j] / tau) / exp(s[i, k] / tau).sum(k)).array(i, j)
    L = -log(p[i, i]).sum(i)
    yield claim(gradient(L, s[i, j]), (p[i, j] - (i == j)) / tau, at="by similarities")
    yield claim(gradient(L, tau), (s[i, i] - (p[i, j] * s[i, j]).sum(j)).sum(i) / tau**2, at="by the temperature")


@derivation(source="Decoupled Contrastive Learning, https://danielchyeh.github.io/DCL/")
def coupling():
    """Proposition 1, of one sample: z1 and z2 are its views, and the rows of Z all others."""
    M, d = dims("M d")
    j, k = indices("j k")
    z1, z2, Z, tau = real("z1", d), real("z2", d), real("Z", M, d), positive("tau")
    e = exp(Z @ z1 / tau)
    U = e.sum()
    positives = exp(z1 @ z2 / tau)
    L = -log(positives / (positives + U))
    q = 1 - positives / (positives + U)
    yield claim(-gradient(L, z1), q / tau * (z2 - e / U @ Z), at="(3), first line")
    yield claim(-gradient(L, z2), q / tau * z1, at="(3), second line")
    yield claim(-gradient(L, Z[j, k]), -q / tau * (e[j] / U) * z1[k], at="(3), third line")
