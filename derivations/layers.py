"""Gradient Descent Derivative Derivations for a single output L-Layer Neural Network: sections 1, 2.3 and 2.4."""


from hypothesis.strategies import integers, just, lists

from gradcheck import bits, claim, derivation, dims, gradient, jacobian, misprint, real
from gradcheck.notation import abstract, cross_entropy, einsum, ones, sigmoid
from gradcheck.strategies import activations, losses

SOURCE = "002_7a2af9ed9e81e4e0.txt"
STRUCTURE = {
    "depth": integers(1, 5),
    "g": lists(activations(), min_size=5, max_size=5),
    "loss": losses() | just(cross_entropy),
    "layer": integers(1, 5),
}


def _functions(depth, g, loss):
    own = [abstract(f"g{l}") if f.is_abstract else f for l, f in enumerate(g[:depth], 1)]
    if loss is cross_entropy:
        own[-1] = sigmoid
    return [None, *own]


def _parameters(n):
    layers = range(1, len(n))
    W = [None, *(real(f"W{l}", n[l], n[l - 1]) for l in layers)]
    b = [None, *(real(f"b{l}", n[l], 1) for l in layers)]
    return W, b


def _widths(L):
    return [*(dims(f"n{l}") for l in range(L)), 1]


def _partials(of, by):
    return jacobian(of, by).reshape(*of.shape, *by.shape)


def _labels(loss, name, *sizes):
    return bits(name, *sizes) if loss is cross_entropy else real(name, *sizes)


@derivation(source=SOURCE, broadcast=False, **STRUCTURE)
def scalar(depth, g, loss, layer):
    L, n, g = depth, _widths(depth), _functions(depth, g, loss)
    W, b = _parameters(n)
    x, y = real("x", n[0], 1), _labels(loss, "y", 1, 1)
    z, a = [None], [x]
    for l in range(1, L + 1):
        z.append(W[l] @ a[l - 1] + b[l])
        a.append(g[l](z[l]))
    loss = loss(a[L], y)

    for l in [1 + (layer - 1) % L]:
        dL_da, da_dz = gradient(loss, a[l]), jacobian(a[l], z[l])
        dz_dW = jacobian(z[l], W[l]).reshape(n[l], n[l], n[l - 1])
        dz_db = jacobian(z[l], b[l])
        yield claim(
            gradient(loss, W[l]),
            misprint(
                einsum("jo,j,jk->jk", dL_da, da_dz[0], dz_dW[0]),
                einsum("jo,jj,jjk->jk", dL_da, da_dz, dz_dW),
                "i",
            ),
            misprint(
                dL_da @ a[l - 1].T * g[l].prime(z[l][:1]),
                einsum("jo,jo,ko->jk", dL_da, g[l].prime(z[l]), a[l - 1]),
                "i",
            ),
            at="2.3.1 W",
        )
        yield claim(
            gradient(loss, b[l]),
            einsum("jo,jj,jj->jo", dL_da, da_dz, dz_db),
            dL_da * g[l].prime(z[l]) * 1,
            at="2.3.1 b",
        )
    for l in [1 + (layer - 1) % L]:
        if l == L: continue
        yield claim(
            gradient(loss, a[l]),
            misprint(
                einsum("p,jo,jj->jo", ones(n[l]), gradient(loss, z[l + 1]), jacobian(z[l + 1], a[l])),
                einsum("po,pj->jo", gradient(loss, z[l + 1]), jacobian(z[l + 1], a[l])),
                "p",
            ),
            misprint(
                einsum("p,po,pj->jo", ones(n[l]), gradient(loss, z[l + 1]), jacobian(z[l + 1], a[l])),
                einsum("po,pj->jo", gradient(loss, z[l + 1]), jacobian(z[l + 1], a[l])),
                "p",
            ),
            einsum("po,pj->jo", gradient(loss, z[l + 1]), W[l + 1]),
            at="2.3.1 a",
        )
