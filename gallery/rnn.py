"""A recurrent network through time: the recursion of the states' gradients, for every number of steps that is drawn."""

import numpy as np
from hypothesis.strategies import integers

from gradcheck import claim, derivation, dims, gradient, jacobian, misprint, real
from gradcheck.notation import abstract, diag, indices, tanh

ell = abstract("ℓ", 2)


@derivation(
    source="Backpropagation Through Time, Dive into Deep Learning, https://github.com/d2l-ai/d2l-en "
    "(chapter_recurrent-neural-networks/bptt.md)",
    T=integers(1, 4),
)
def linear(T):
    d, h_, q = dims("d h q")
    W_hx, W_hh, W_qh = real("W_hx", h_, d), real("W_hh", h_, h_), real("W_qh", q, h_)
    x, y = [real(f"x{t}", d) for t in range(T + 1)], [real(f"y{t}", q) for t in range(T + 1)]
    h, o = [real("h0", h_)], [None]
    for t in range(1, T + 1):
        h.append(W_hx @ x[t] + W_hh @ h[t - 1])
        o.append(W_qh @ h[t])
    L = sum(ell(o[t], y[t]).sum() for t in range(1, T + 1)) / T

    dL_do = [None, *(ell.partial(0, o[t], y[t]) / T for t in range(1, T + 1))]
    dL_dh = [None] * (T + 2)
    dL_dh[T] = W_qh.T @ dL_do[T]
    for t in reversed(range(1, T)):
        dL_dh[t] = W_hh.T @ dL_dh[t + 1] + W_qh.T @ dL_do[t]
    for t in range(1, T + 1):
        yield claim(gradient(L, o[t]), dL_do[t], at=f"∂L/∂o at t = T - {T - t}")
        expanded = sum(power(W_hh.T, T - i, W_qh.T @ dL_do[T + t - i]) for i in range(t, T + 1))
        yield claim(gradient(L, h[t]), dL_dh[t], expanded, at=f"∂L/∂h at t = T - {T - t}")
    steps = range(1, T + 1)
    yield claim(gradient(L, W_qh), sum(np.outer(dL_do[t], h[t]) for t in steps), at="∂L/∂W_qh")
    yield claim(gradient(L, W_hx), sum(np.outer(dL_dh[t], x[t]) for t in steps), at="∂L/∂W_hx")
    yield claim(gradient(L, W_hh), sum(np.outer(dL_dh[t], h[t - 1]) for t in steps), at="∂L/∂W_hh")


def power(matrix, exponent, vector):
    """A power of a matrix, times a vector."""
    for _ in range(exponent):
        vector = matrix @ vector
    return vector


@derivation(source="Why is D(h_t)/D(h_(t-1)) diagonal, https://stats.stackexchange.com/questions/193352")
def one_step():
    n, d = dims("n d")
    i, j = indices("i j")
    U, W, x, h = real("U", n, d), real("W", n, n), real("x", d), real("h", n)
    h_next = tanh(U @ x + W @ h)
    yield claim(
        jacobian(h_next[i], h[j]),
        misprint(1 - h_next[i] ** 2 * W[i, j], (1 - h_next[i] ** 2) * W[i, j], "the brackets are lost"),
        at="3",
    )
    yield claim(jacobian(h_next, h), diag(1 - h_next**2) @ W, at="5")
