"""Convolution and pooling: kernels by windows, inputs by the flipped kernel, and the places of maxima."""

import numpy as np

from gradcheck import claim, derivation, dims, gradient, real
from gradcheck.notation import abstract, indices

windows = np.lib.stride_tricks.sliding_window_view


@derivation(source="Convolution 2D, https://loliot.net/docs/nn/basics/cnn/nn-cnn-conv2d/")
def two_dimensions():
    """z_ij is Σ_m Σ_n a_{i+m, j+n} ω'_mn + b_ij; sums over shifted entries are windows."""
    H, W, M, N = dims("H W M N")
    m, n, i, j = indices("m n i j")
    sigma = abstract("σ")
    z1 = real("z1", H, W)
    omega, b, delta = real("omega", M, N), real("b", H - M + 1, W - N + 1), real("delta", H - M + 1, W - N + 1)
    a1 = sigma(z1)
    a = windows(a1, (M, N))
    z2 = ((a[i, j, m, n] * omega[m, n]).sum(m, n) + b[i, j]).array(i, j)
    Loss = (delta * z2).sum()

    yield claim(gradient(Loss, omega[m, n]), (delta[i, j] * a[i, j, m, n]).sum(i, j), at="∂Loss/∂ω'")
    yield claim(gradient(Loss, b[i, j]), delta[i, j], at="∂Loss/∂b")
    around = windows(np.pad(delta, ((M - 1, M - 1), (N - 1, N - 1))), (M, N))
    back = np.einsum("ijmn,mn->ij", around, np.flip(omega))
    yield claim(gradient(Loss, a1), back, at="∂Loss/∂a")
    yield claim(gradient(Loss, z1), back * sigma.prime(z1), at="δ")


@derivation(source="convolution of a signal with a kernel (from memory)")
def one_dimension():
    n, k, C = dims("n k C")
    x, w, b, G = real("x", n), real("w", C, k), real("b", C), real("G", n - k + 1, C)
    y = windows(x, k) @ w.T + b
    L = (G * y).sum()
    yield claim(gradient(L, w), G.T @ windows(x, k), at="kernels")
    yield claim(gradient(L, b), G.sum(axis=0), at="biases")
    yield claim(
        gradient(L, x),
        np.einsum("nck,ck->n", windows(np.pad(G, ((k - 1, k - 1), (0, 0))), k, axis=0), np.flip(w, 1)),
        at="signal",
    )


@derivation(source="2D max pool gradient propagation, https://stats.stackexchange.com/questions/414301")
def max_pooling():
    """One window of b examples and d filters."""
    b, d = dims("b d")
    X, g = real("X", b, 2, 2, d), real("g", b, 1, 1, d)
    P = X.max(axis=(1, 2), keepdims=True)
    L = (g * P).sum()
    yield claim(gradient(L, X), g * (X == P), at="largest values get the gradients, all others 0")


@derivation(source="max pooling of a signal, windows of two (from memory)")
def max_pooling_of_a_signal():
    n, C = dims("n C")
    x, g = real("x", 2 * n, C), real("g", n, C)
    y = x.reshape(n, 2, C).max(axis=1)
    L = (g * y).sum()
    routed = g[:, None] * (x.reshape(n, 2, C) == y[:, None])
    yield claim(gradient(L, x), routed.reshape(2 * n, C), at="the places of the maxima")
