"""An LSTM cell, by the lines of a notebook, with its four mistakes."""

import numpy as np

from gradcheck import cause, claim, derivation, dims, gradient, real
from gradcheck.notation import sigmoid, tanh

TWO = cause("the square's derivative has lost its 2")
GATE = cause("the derivative by the input gate stands for that by the forget gate")
TANH = cause("the derivative of tanh is 1 minus its square")


@derivation(source="LSTM, theory, https://github.com/datvodinh10/DL_library_from_scratch")
def cell():
    """[h_{t-1}, x_t] is a column; products with it are outer products, all others are by entry."""
    n, d = dims("n d")
    h_before, x_t, C_before, y = real("h_{t-1}", n), real("x_t", d), real("C_{t-1}", n), real("y", n)
    W_f, W_i, W_c, W_o = (real(name, n, n + d) for name in ("W_f", "W_i", "W_c", "W_o"))
    b_f, b_i, b_C, b_o = (real(name, n) for name in ("b_f", "b_i", "b_C", "b_o"))
    hx = np.concatenate([h_before, x_t])

    f_t = sigmoid(W_f @ hx + b_f)
    i_t = sigmoid(W_i @ hx + b_i)
    C_tilde = tanh(W_c @ hx + b_C)
    C_t = f_t * C_before + i_t * C_tilde
    o_t = sigmoid(W_o @ hx + b_o)
    h_t = o_t * tanh(C_t)
    L = ((h_t - y) ** 2).sum()

    dh = TWO(h_t - y, 2 * (h_t - y))
    yield claim(gradient(L, h_t), dh, at="∂L/∂h_t")
    do = dh * tanh(C_t)
    yield claim(gradient(L, o_t), do, at="∂L/∂o_t")
    dC = dh * o_t * (1 - tanh(C_t) ** 2)
    yield claim(gradient(L, C_t), dC, at="∂L/∂C_t")
    df, di, dC_tilde = dC * C_before, dC * C_tilde, dC * i_t
    yield claim(gradient(L, f_t), df, at="∂L/∂f_t")
    yield claim(gradient(L, i_t), di, at="∂L/∂i_t")
    yield claim(gradient(L, C_tilde), dC_tilde, at="∂L/∂C̃_t")

    by_f, slope = GATE(di, df), TANH(C_tilde * (1 - C_tilde), 1 - C_tilde**2)
    yield claim(gradient(L, W_o), np.outer(do * o_t * (1 - o_t), hx), at="∂L/∂W_o")
    yield claim(gradient(L, W_f), np.outer(by_f * f_t * (1 - f_t), hx), at="∂L/∂W_f")
    yield claim(gradient(L, W_i), np.outer(di * i_t * (1 - i_t), hx), at="∂L/∂W_i")
    yield claim(gradient(L, W_c), np.outer(dC_tilde * slope, hx), at="∂L/∂W_c")
    yield claim(gradient(L, b_o), do * o_t * (1 - o_t), at="∂L/∂b_o")
    yield claim(gradient(L, b_f), by_f * f_t * (1 - f_t), at="∂L/∂b_f")
    yield claim(gradient(L, b_i), di * i_t * (1 - i_t), at="∂L/∂b_i")
    yield claim(gradient(L, b_C), dC_tilde * slope, at="∂L/∂b_c")
