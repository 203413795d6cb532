"""Discounted returns and advantages: sums, recursions and gradients, for every length of an episode."""

import numpy as np
from hypothesis.strategies import integers

from gradcheck import claim, derivation, dims, gradient, positive, real, unit
from gradcheck.notation import arange, indices

GAE = "Generalised Advantage Estimation, https://matthewwilletts.github.io/notes/gae-recursion/"


@derivation(source=GAE, T=integers(1, 4))
def telescope(T):
    """An episode of T steps from t = 0, and k = T."""
    gamma, lam = unit("gamma"), unit("lambda")
    r, V = [real(f"r{t}") for t in range(T)], [real(f"V{t}") for t in range(T + 1)]
    delta = [r[t] + gamma * V[t + 1] - V[t] for t in range(T)]
    A_k = sum(gamma**i * r[i] for i in range(T)) + gamma**T * V[T] - V[0]
    yield claim(A_k, sum(gamma**i * delta[i] for i in range(T)), at="a useful identity")
    A = 0 * r[0]
    for t in reversed(range(T)):
        A = delta[t] + gamma * lam * A
    yield claim(A, sum((gamma * lam) ** i * delta[i] for i in range(T)), at="the recursion")
    yield claim(gradient(A, V[T]), gamma * (gamma * lam) ** (T - 1), at="by the last value (from memory)")


@derivation(source="PolicyGradientMethods, https://geeksrepos.com/saschaschramm/PolicyGradientMethods")
def three_steps():
    gamma, R = unit("discount_rate"), [None, *(real(f"R{t}") for t in (1, 2, 3))]
    G2 = R[3]
    G1 = R[2] + gamma * G2
    G0 = R[1] + gamma * G1
    yield claim(G0, gamma**0 * R[1] + gamma**1 * R[2] + gamma**2 * R[3], at="t = 0")
    yield claim(G1, gamma**0 * R[2] + gamma**1 * R[3], at="t = 1")


@derivation(source="rewards to go as cumulative sums (from memory)")
def rewards_to_go():
    T = dims("T")
    t, s = indices("t s")
    r, w, gamma = real("r", T), real("w", T), positive("gamma")
    steps = arange(T)
    R = np.cumsum(r[::-1])[::-1]
    J = (w * R).sum()
    yield claim(R[t], ((s >= t) * r[s]).sum(s), at="rewards to go")
    yield claim(gradient(J, r), np.cumsum(w), at="each reward counts for the steps before it")
    Q = (gamma ** (s - t) * r[s]).sum(s[t:]).array(t)
    yield claim(Q[t[:-1]], r[t] + gamma * Q[t + 1], at="discounted rewards to go")
    yield claim(gradient((w * Q).sum(), r[s]), (gamma ** (s - t) * w[t]).sum(t[: s + 1]), at="each counts, discounted")
    discounted = np.cumsum((gamma**steps * r)[::-1])[::-1] / gamma**steps
    yield claim(discounted[:-1], r[:-1] + gamma * discounted[1:], at="the recursion")
