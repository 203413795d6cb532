"""PPO: the clipped objective, and where its gradient is zero; a softmax policy's score."""

from gradcheck import claim, derivation, dims, gradient, positive, real
from gradcheck.notation import clip, exp, indices, labels, log, minimum, where


@derivation(source="Practice: PPO, https://clawdemy.org/lessons/deep-reinforcement-learning/ppo/practice/")
def clipped():
    """The page's tables are for A = +1 and A = -1; here A is any number, and 1 ± ε the bounds."""
    n = dims("n")
    r, A, epsilon = positive("r", n), real("A", n), positive("epsilon")
    L_CLIP = minimum(r * A, clip(r, 1 - epsilon, 1 + epsilon) * A)
    saturated = where(A > 0, 1.0 * (r > 1 + epsilon), 1.0 * (r < 1 - epsilon))
    yield claim(gradient(L_CLIP.sum(), r), (1 - saturated) * A, at="the gradient is zero where it is clipped")
    yield claim(
        L_CLIP,
        where(A > 0, minimum(r, 1 + epsilon) * A, where(r < 1 - epsilon, 1 - epsilon, r) * A),
        at="the two tables",
    )


@derivation(source="the gradient of PPO's objective by the scores of a softmax policy (from memory)")
def by_scores():
    N, C = dims("N C")
    i, k, c = indices("i k c")
    z, old, A, epsilon = real("z", N, C), positive("pi_old", N), real("A", N), positive("epsilon")
    a = labels("a", N, classes=C)
    pi = (exp(z[i, k]) / exp(z[i, c]).sum(c)).array(i, k)
    r = (pi[i, a[i]] / old[i]).array(i)
    J = minimum(r * A, clip(r, 1 - epsilon, 1 + epsilon) * A).mean()
    counts = where(A > 0, 1.0 * (r < 1 + epsilon), 1.0 * (r > 1 - epsilon))
    yield claim(gradient(log(pi[i, a[i]]).sum(i), z[i, k]), (a[i] == k) - pi[i, k], at="the score")
    yield claim(gradient(J, z[i, k]), counts[i] * A[i] * r[i] * ((a[i] == k) - pi[i, k]) / N, at="the gradient")
