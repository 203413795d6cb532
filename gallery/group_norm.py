"""Group normalisation: the channels of an example in groups, each with a mean and a variance of its own."""

import numpy as np

from gradcheck import claim, derivation, dims, gradient, positive, real


@derivation(source="group normalisation (from memory)")
def group_norm():
    N, G, k = dims("N G k")
    x, g, gamma, eps = real("x", N, G * k), real("g", N, G * k), real("gamma", G * k), positive("epsilon")
    z = x.reshape(N, G, k)
    r = 1 / np.sqrt(z.var(axis=2, keepdims=True) + eps)
    z_hat = (z - z.mean(axis=2, keepdims=True)) * r
    x_hat = z_hat.reshape(N, G * k)
    L = (g * gamma * x_hat).sum()

    yield claim(gradient(L, gamma), (g * x_hat).sum(axis=0), at="scale")
    d = (g * gamma).reshape(N, G, k)
    dz = r * (d - d.mean(axis=2, keepdims=True) - z_hat * (d * z_hat).mean(axis=2, keepdims=True))
    yield claim(gradient(L, x), dz.reshape(N, G * k), at="input")
