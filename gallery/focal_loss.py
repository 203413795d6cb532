"""Focal loss: its derivative, and the loss whose derivative is the weighted one."""

from hypothesis.strategies import integers
from math import comb

from gradcheck import claim, derivation, dims, gradient, jacobian, one_hot, positive, real, unit
from gradcheck.notation import exp, indices, log

QUESTION = "https://library.kiwix.org/ai.stackexchange.com_en_all_2020-10/A/question/13755.html"


@derivation(source=f"Why not weight the gradient instead of the loss, {QUESTION}")
def by_the_probability():
    """The dot is a derivative by a parameter: here by a score z."""
    gamma, z = real("gamma"), real("z")
    p = 1 / (1 + exp(-z))
    FL, CE = -((1 - p) ** gamma) * log(p), -log(p)
    p_dot = gradient(p, z)
    yield claim(gradient(CE, z), -p_dot / p, at="cross-entropy")
    yield claim(
        gradient(FL, z),
        p_dot * (gamma * (1 - p) ** (gamma - 1) * log(p) - (1 - p) ** gamma / p),
        (1 - p) ** gamma * gradient(CE, z) + gamma * p_dot * (1 - p) ** (gamma - 1) * log(p),
        at="focal loss",
    )


@derivation(source=f"Why not weight the gradient instead of the loss, {QUESTION}", gamma=integers(1, 5))
def weighted_gradient(gamma):
    """Its binomial sum, for whole γ."""
    p = unit("p")
    L = -log(p) - sum(comb(gamma, i) * (-p) ** i / i for i in range(1, gamma + 1))
    yield claim(gradient(L, p), (1 - p) ** gamma * gradient(-log(p), p), at="what produces it")


@derivation(source="Is there any wrong in my focal loss derivation, https://huggingface.co/datasets/nvidia/Nemotron-CC-Math-v1")
def by_the_scores():
    C = dims("C")
    k, c, j = indices("k c j")
    x, y, alpha, gamma = real("x", C), one_hot("y", C), positive("alpha", C), real("gamma")
    p = (exp(x[k]) / exp(x[j]).sum(j)).array(k)
    FL = -(y[k] * alpha[k] * (1 - p[k]) ** gamma * log(p[k])).sum(k).array()
    by_p = (
        y[k] * alpha[k] * gamma * (1 - p[k]) ** (gamma - 1) * log(p[k]) - y[k] * alpha[k] * (1 - p[k]) ** gamma / p[k]
    ).array(k)
    yield claim(jacobian(p[k], x[k]), p[k] * (1 - p[k]), at="1")
    yield claim((k != c) * jacobian(p[k], x[c]), (k != c) * (-p[k] * p[c]), at="2")
    yield claim(gradient(FL, p[k]), by_p[k], at="4")
    yield claim(gradient(FL, x[c]), (by_p[k] * jacobian(p[k], x[c])).sum(k), at="5")
    yield claim(
        by_p[k] * jacobian(p[k], x[k]),
        y[k] * alpha[k] * (1 - p[k]) ** gamma * (gamma * p[k] * log(p[k]) - 1 + p[k]),
        at="6, case 1",
    )
