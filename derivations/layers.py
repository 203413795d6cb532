"""Gradient Descent Derivative Derivations for a single output L-Layer Neural Network: sections 1 and 2.2 to 2.4.

Lists are counted by layer: W[l] is W^{[ℓ]}, and a[0] is x. Columns are samples: lower case is one of them, capitals are
all m. Activations and losses are unknown functions or those in use; 𝓙 is the mean of the samples' losses, which 2.3.3
takes for granted. 𝓛(A, y) is the row of the samples' losses; under ∂ it is their sum, so that ∂𝓛/∂A has A's shape.

Only typography, read as what is meant:
- 1: [ℓ] and n^{[ℓ-1]} are lost or shifted in the last entries of w_j^{[ℓ]} and b^{[ℓ]}; in matrix 1 of 2.3.2 likewise
- 1: the range of ℓ in a_j^{[ℓ](i)} is run together with a copy of that of j; 𝓛 is named twice
- 2.3, "note: 1, 2, …": three lines of sets run together
- 2.3.1: ∂g for ∂g^{[ℓ]}, a_i for a_j in "recursively calculate"; 2.3.2: ∂a_n^{[ℓ+1]} for the whole column
- 2.3.3: z for Z, (i)[ℓ+1] for [ℓ+1](i); {n-1} for the iteration that 2.2 and 2.4 call {n}, and left out in places
- 2.2 and 2.4: (0) for {0}; 2.4: b with a tilde
- 2.4: ∂𝓛/∂A^{[ℓ-1]}, ∂𝓙/∂b^{[ℓ]} and the new b, 2.2: ∂𝓙/∂W^{[ℓ]}, ∂𝓙/∂b^{[ℓ]} and the new b, stand there twice: they
  are claimed twice

Not checkable:
- the diagram of 1, and what variables are called
- 2.2 and 2.4: starting values, "converge", and the loop n ≤ N, which makes the N + 1 iterations of n ∈ {0, …, N}
- 2.2: ∂𝓙/∂A^{[L]}, ∂𝓙/∂W and ∂𝓙/∂b are only named there: their shapes and those of the new parameters are checked
- 2.3: that minimising 𝓙 is minimising every sample's 𝓛 is an aim, no formula
- 2.3.2: "Define t…" is cut off, matrix 2 of ∂𝓛/∂W^{[ℓ]} can be read in its first row only (its rule is checked for all
  entries), and what came between it and ∂𝓛/∂a^{[ℓ]} is lost
- 2.4: storing G′(Z) is no formula
"""

from types import SimpleNamespace

import numpy as np
from hypothesis.strategies import integers, just, sampled_from, tuples

from gradcheck import bits, claim, derivation, dims, gradient, jacobian, misprint, positive, real, shape
from gradcheck.notation import abstract, cross_entropy, einsum, identity, ones, sigmoid
from gradcheck.strategies import activations, losses

SOURCE = "002_7a2af9ed9e81e4e0.txt"
DEPTHS = sampled_from([4, 3, 2, 1, 5])  # the first is the one that Hypothesis begins with, and shows every misprint
LAYERS = integers(0, 4)  # claims are about one layer, that of this number modulo the depth
FUNCTIONS = tuples(activations(), activations())  # of this layer and of the next; those of all others are unknown
LOSSES = losses() | just(cross_entropy)


# ---- the forward model -------------------------------------------------------------------------------------------


def _sizes(L):
    """n^{[0]}, …, n^{[L]} = 1."""
    return [*(dims(f"n{l}") for l in range(L)), 1]


def _parameters(n):
    W = [None, *(real(f"W{l}", n[l], n[l - 1]) for l in range(1, len(n)))]
    b = [None, *(real(f"b{l}", n[l], 1) for l in range(1, len(n)))]
    return W, b


def _functions(L, l, drawn, loss=None):
    """g^{[1]}, …, g^{[L]}: drawn ones for ℓ and ℓ + 1, the sigmoid where cross-entropy needs a^{[L]} in (0, 1)."""
    g = [None, *(abstract(f"g{k}") for k in range(1, L + 1))]
    for k, function in enumerate(drawn, l):
        if k <= L and not function.is_abstract:
            g[k] = function
    return [*g[:-1], sigmoid] if loss is cross_entropy else g


def _labels(loss, name, *sizes):
    return bits(name, *sizes) if loss is cross_entropy else real(name, *sizes)


def _sample(depth, layer, g, loss):
    """One sample."""
    L, n, l = depth, _sizes(depth), 1 + layer % depth
    g = _functions(L, l, g, loss)
    W, b = _parameters(n)
    x, y = real("x", n[0], 1), _labels(loss, "y", 1, 1)
    z, a = [None], [x]
    for k in range(1, L + 1):
        z.append(W[k] @ a[k - 1] + b[k])
        a.append(g[k](z[k]))
    return SimpleNamespace(L=L, n=n, l=l, g=g, W=W, b=b, z=z, a=a, y=y, loss=loss(a[L], y))


def _samples(depth, layer, g, loss):
    """The entire sample; `each` is the row of the samples' losses."""
    L, n, m, l = depth, _sizes(depth), dims("m"), 1 + layer % depth
    g = _functions(L, l, g, loss)
    W, b = _parameters(n)
    X, Y = real("X", n[0], m), _labels(loss, "Y", 1, m)
    Z, A = [None], [X]
    for k in range(1, L + 1):
        Z.append(W[k] @ A[k - 1] + b[k] @ ones(1, m))
        A.append(g[k](Z[k]))
    each = loss(A[L], Y)
    total = each.sum()
    J = total / m
    return SimpleNamespace(L=L, n=n, m=m, l=l, g=g, W=W, b=b, Z=Z, A=A, Y=Y, each=each, total=total, J=J)


def _columns(each, by):
    """[∂𝓛^{(1)}/∂by^{(1)} … ∂𝓛^{(m)}/∂by^{(m)}], where column i of `by` is by^{(i)}."""
    m = each.shape[1]
    return einsum("iji->ji", jacobian(each, by).reshape(m, *by.shape))


# ---- 1 -----------------------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False, depth=DEPTHS, layer=LAYERS, g=FUNCTIONS)
def description(depth, layer, g):
    # m = 3, so that what is printed as [… (1), … (2), …, … (m)] is written out.
    L, n, m, l = depth, _sizes(depth), 3, 1 + layer % depth
    g = _functions(L, l, g)
    W, b = _parameters(n)
    samples = range(1, m + 1)
    x = [None, *(real(f"x{i}", n[0], 1) for i in samples)]
    y = [None, *(real(f"y{i}", 1, 1) for i in samples)]
    z, a = [[None] * (m + 1)], [x]
    for k in range(1, L + 1):
        z.append([None, *(W[k] @ a[k - 1][i] + b[k] for i in samples)])
        a.append([None, *(g[k](z[k][i]) for i in samples)])
    X = np.hstack(x[1:])
    Y = np.hstack(y[1:])
    Z, A = [None], [X]
    for k in range(1, L + 1):
        Z.append(W[k] @ A[k - 1] + b[k] @ ones(1, m))
        A.append(g[k](Z[k]))

    yield claim(shape(X), (n[0], m), at="1, X")
    yield claim(shape(Y), (1, m), at="1, y")
    for i in samples:
        yield claim(shape(x[i]), (n[0], 1), at="1, x^{(i)}")
        for j in (0, n[0] - 1):  # the first and the last, counted from 0
            yield claim(A[0][j : j + 1, i - 1 : i], x[i][j : j + 1], at="1, a_j^{[0](i)} = x_j^{(i)}")

    activations = np.vstack([a[k][1] for k in range(L + 1)])
    weights = np.vstack([W[k].reshape(n[k] * n[k - 1], 1) for k in range(1, L + 1)])
    parameters = np.vstack([weights, *b[1:]])
    first_layers = range(1, min(L, m) + 1)  # those of 1, …, m that exist
    yield claim(
        shape(activations),
        misprint(
            (sum(n[k] for k in (0, *range(2, L + 1))), 1),
            (sum(n[k] for k in range(L + 1)), 1),
            "{0, 2, …, L} leaves out layer 1",
        ),
        at="1, range of ℓ in a_j^{[ℓ](i)}",
    )
    yield claim(
        shape(weights),
        misprint(
            (sum(n[k] * n[k - 1] for k in first_layers), 1),
            (sum(n[k] * n[k - 1] for k in range(1, L + 1)), 1),
            "there are L layers, not m",
        ),
        at="1, range of ℓ in w_{j,k}^{[ℓ]}",
    )
    yield claim(
        shape(parameters),
        misprint(
            (sum(n[k] * n[k - 1] + n[k] for k in first_layers), 1),
            (sum(n[k] * n[k - 1] + n[k] for k in range(1, L + 1)), 1),
            "there are L layers, not m",
        ),
        at="1, range of ℓ in the goal",
    )

    yield claim(shape(A[L]), (1, m), at="1, n^{[L]} = 1")
    yield claim(shape(A[l]), (n[l], m), at="1, A^{[ℓ]}, shape")
    yield claim(A[l], np.hstack(a[l][1:]), at="1, A^{[ℓ]}")
    yield claim(shape(W[l]), (n[l], n[l - 1]), at="1, W^{[ℓ]}")
    yield claim(shape(b[l]), (n[l], 1), at="1, b^{[ℓ]}")
    yield claim(shape(ones(1, m)), (1, m), at="1, 1_{1×m}")
    yield claim(np.hstack(z[l][1:]), W[l] @ A[l - 1] + b[l] @ ones(1, m), at="1, Z^{[ℓ]}")
    for i in samples:
        z_i, a_i = z[l][i], a[l][i]
        yield claim(shape(a_i), (n[l], 1), at="1, a^{[ℓ](i)}")
        for j in (0, n[l] - 1):
            w_j, b_j = W[l][j : j + 1].T, b[l][j : j + 1]
            yield claim(shape(w_j), (n[l - 1], 1), at="1, w_j^{[ℓ]}")
            yield claim(z_i[j : j + 1], w_j.T @ a[l - 1][i] + b_j, at="1, z_j^{[ℓ](i)}")
            yield claim(g[l](z_i[j : j + 1]), a_i[j : j + 1], at="1, g^{[ℓ]}(z_j^{[ℓ](i)}) = a_j^{[ℓ](i)}")
            yield claim(
                g[l](z_i)[j : j + 1],
                g[l](z_i[j : j + 1]),
                a_i[j : j + 1],
                at="1, g^{[ℓ]}(z^{[ℓ](i)}), entry j",
            )
        yield claim(
            g[l](Z[l]),
            misprint(
                np.hstack([g[l](z_i), g[l](z[l][2]), g[l](z[l][m])]),
                np.hstack([g[l](z[l][1]), g[l](z[l][2]), g[l](z[l][m])]),
                "the first column is that of sample 1, not i",
            ),
            np.hstack(a[l][1:]),
            at="1, G^{[ℓ]}(Z^{[ℓ]})",
        )


# ---- 2.2 ---------------------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False, depth=DEPTHS)
def procedure_in_general(depth):
    s = _samples(depth, 0, (), abstract("L", 2))
    L, n, m, W, b, A, J = s.L, s.n, s.m, s.W, s.b, s.A, s.J
    alpha = positive("alpha")

    yield claim(shape(gradient(J, A[L])), (1, m), at="2.2, ∂𝓙/∂A^{[L]}")
    for l in range(L, 0, -1):
        yield claim(shape(gradient(J, W[l])), (n[l], n[l - 1]), at="2.2, ∂𝓙/∂W^{[ℓ]}")
        yield claim(shape(gradient(J, b[l])), (n[l], 1), at="2.2, ∂𝓙/∂b^{[ℓ]}")
        yield claim(shape(gradient(J, W[l])), (n[l], n[l - 1]), at="2.2, ∂𝓙/∂W^{[ℓ]}, again")
        yield claim(shape(gradient(J, b[l])), (n[l], 1), at="2.2, ∂𝓙/∂b^{[ℓ]}, again")
        yield claim(shape(W[l] - alpha * gradient(J, W[l])), (n[l], n[l - 1]), at="2.2, W^{[ℓ]{n+1}}")
        yield claim(shape(b[l] - alpha * gradient(J, b[l])), (n[l], 1), at="2.2, b^{[ℓ]{n+1}}")
        yield claim(shape(b[l] - alpha * gradient(J, b[l])), (n[l], 1), at="2.2, b^{[ℓ]{n+1}}, again")


# ---- 2.3.1 and 2.3.2 ---------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False, depth=DEPTHS, layer=LAYERS, g=FUNCTIONS, loss=LOSSES)
def single_sample(depth, layer, g, loss):
    s = _sample(depth, layer, g, loss)
    direct = loss.partial(0, s.a[s.L], s.y)
    L, n, l, g, W, b, z, a, loss = s.L, s.n, s.l, s.g, s.W, s.b, s.z, s.a, s.loss

    yield claim(
        shape(gradient(loss, W[l])),
        misprint((n[L], n[L - 1]), (n[l], n[l - 1]), "j and k range over layers ℓ and ℓ - 1, not L and L - 1"),
        at="2.3, ∂𝓛/∂w_{j,k}^{[ℓ]}, ranges of j and k",
    )
    yield claim(
        shape(gradient(loss, b[l])),
        misprint((n[L], 1), (n[l], 1), "j ranges over layer ℓ, not L"),
        at="2.3, ∂𝓛/∂b_j^{[ℓ]}, range of j",
    )

    yield claim(gradient(loss, a[L]), direct, at="2.3.1, ∂𝓛/∂a_j^{[L]}, “directly”")
    dL_da, da_dz, dg = gradient(loss, a[l]), jacobian(a[l], z[l]), g[l].prime(z[l])
    dz_dW = jacobian(z[l], W[l]).reshape(n[l], n[l], n[l - 1])
    dz_db = jacobian(z[l], b[l])
    yield claim(
        dg,
        einsum("jj->j", jacobian(g[l](z[l]), z[l])).reshape(n[l], 1),
        einsum("jj->j", da_dz).reshape(n[l], 1),
        at="2.3.1, g′(z_j)",
    )
    # As printed, j stands on the right only, so that the line should hold for each j: for the first, for one.
    yield claim(
        gradient(loss, W[l]),
        misprint(
            einsum("io,i,ik->ik", dL_da, da_dz[0], dz_dW[0]),
            einsum("jo,jj,jjk->jk", dL_da, da_dz, dz_dW),
            "i for j in ∂w_{i,k}, ∂a_i and ∂z_i",
        ),
        misprint(
            einsum("io,o,k->ik", dL_da, dg[0], a[l - 1][:, 0]),
            einsum("jo,jo,k->jk", dL_da, dg, a[l - 1][:, 0]),
            "i for j in ∂w_{i,k} and ∂a_i",
        ),
        at="2.3.1, ∂𝓛/∂w_{j,k}^{[ℓ]}",
    )
    yield claim(
        gradient(loss, b[l]), einsum("jo,jj,jj->jo", dL_da, da_dz, dz_db), dL_da * dg * 1, at="2.3.1, ∂𝓛/∂b_j^{[ℓ]}"
    )

    yield claim(
        shape(gradient(loss, W[l])),
        misprint((n[L], n[L - 1]), (n[l], n[l - 1]), "∂w^{[L]} for ∂W^{[ℓ]}"),
        at="2.3.2, “we write the derivatives as ∂𝓛/∂w^{[L]}”",
    )
    yield claim(shape(gradient(loss, b[l])), (n[l], 1), at="2.3.2, “… and ∂𝓛/∂b^{[ℓ]}”")
    yield claim(
        gradient(loss, W[l]), einsum("jo,jo,k->jk", dL_da, dg, a[l - 1][:, 0]), at="2.3.2, ∂𝓛/∂W^{[ℓ]}, matrix 2"
    )
    if l == L:
        return

    dL_dz, dz_da = gradient(loss, z[l + 1]), jacobian(z[l + 1], a[l])
    p = ones(n[l])  # p = 1, …, n^{[ℓ]}
    yield claim(
        gradient(loss, a[l]),
        misprint(
            einsum("p,jo,jj->jo", p, dL_dz, dz_da),
            einsum("po,pj->jo", dL_dz, dz_da),
            "z_p^{[ℓ+1]} for z_j^{[ℓ+1]}, and p ranges to n^{[ℓ+1]}",
        ),
        misprint(einsum("p,po,pj->jo", p, dL_dz, dz_da), einsum("po,pj->jo", dL_dz, dz_da), "p ranges to n^{[ℓ+1]}"),
        einsum("po,pj->jo", dL_dz, W[l + 1]),
        at="2.3.1, ∂𝓛/∂a_j^{[ℓ]}",
    )
    dL_da, da_dz, dg = gradient(loss, a[l + 1]), jacobian(a[l + 1], z[l + 1]), g[l + 1].prime(z[l + 1])
    yield claim(
        dL_dz,
        misprint(einsum("po,pp->po", dL_dz, da_dz), einsum("po,pp->po", dL_da, da_dz), "∂a_p for the second ∂z_p"),
        dL_da * dg,
        at="2.3.1, ∂𝓛/∂z_p^{[ℓ+1]}",
    )
    yield claim(gradient(loss, a[l]), einsum("po,pj->jo", dL_dz, W[l + 1]), W[l + 1].T @ dL_dz, at="2.3.2, ∂𝓛/∂a^{[ℓ]}")
    yield claim(dL_dz, einsum("jo,jo->jo", dL_da, dg), dL_da * dg, at="2.3.2, ∂𝓛/∂z^{[ℓ+1]}")


@derivation(source=SOURCE, broadcast=False)
def matrix_of_derivatives():
    # ℓ = 1 of L = 2 with n^{[0]} = n^{[1]} = 3, so that what is printed as 1, 2, …, n is written out.
    x, y = real("x", 3, 1), real("y", 1, 1)
    W1, b1 = real("W1", 3, 3), real("b1", 3, 1)
    W2, b2 = real("W2", 1, 3), real("b2", 1, 1)
    g1, g2 = abstract("g1"), abstract("g2")
    loss = abstract("L", 2)(g2(W2 @ g1(W1 @ x + b1) + b2), y)

    def d(j, k):
        return gradient(loss, W1)[j - 1 : j, k - 1 : k]

    j, k, n = 1, 1, 3  # j and k are not bound in print: 1 is one of their values
    upper = [np.hstack([d(1, 1), d(1, 2), d(1, n)]), np.hstack([d(2, 1), d(2, 2), d(2, n)])]
    yield claim(
        gradient(loss, W1),
        misprint(
            np.vstack([*upper, np.hstack([d(n, 1), d(j, k), d(n, n)])]),
            np.vstack([*upper, np.hstack([d(n, 1), d(n, 2), d(n, n)])]),
            "∂w_{j,k} for ∂w_{n^{[ℓ]},2} in the last row",
        ),
        at="2.3.2, ∂𝓛/∂W^{[ℓ]}, matrix 1",
    )


# ---- 2.3.3 -------------------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False, depth=DEPTHS, layer=LAYERS, g=FUNCTIONS, loss=LOSSES)
def entire_sample(depth, layer, g, loss):
    s = _samples(depth, layer, g, loss)
    L, m, l, g, W, b = s.L, s.m, s.l, s.g, s.W, s.b
    Z, A, Y, each, total, J = s.Z, s.A, s.Y, s.each, s.total, s.J
    y = _labels(loss, "y", 1, 1)  # what is printed without (i) is not a sample's

    dL_dA, dG = gradient(total, A[l]), g[l].prime(Z[l])
    printed = _columns(loss(A[L], y @ ones(1, m)), A[l]) * dG
    columns = _columns(each, A[l]) * dG
    yield claim(
        gradient(J, W[l]),
        1 / m * einsum("ijk->jk", jacobian(each, W[l]).reshape(m, *W[l].shape)),
        misprint(
            1 / m * einsum("ji,ki->jk", printed, A[l - 1]),
            1 / m * einsum("ji,ki->jk", columns, A[l - 1]),
            "y for y^{(i)}",
        ),
        1 / m * (dL_dA * dG) @ A[l - 1].T,
        at="2.3.3, ∂𝓙/∂W^{[ℓ]}, lines 1-3",
    )
    yield claim(
        gradient(J, b[l]),
        1 / m * einsum("ijo->jo", jacobian(each, b[l]).reshape(m, *b[l].shape)),
        misprint(
            1 / m * einsum("ji,io->jo", printed, ones(m, 1)),
            1 / m * einsum("ji,io->jo", columns, ones(m, 1)),
            "y for y^{(i)}",
        ),
        1 / m * (dL_dA * dG) @ ones(m, 1),
        at="2.3.3, ∂𝓙/∂b^{[ℓ]}, lines 1-2",
    )
    if l == L:
        return

    yield claim(
        dL_dA,
        _columns(each, A[l]),
        misprint(
            einsum("pj,pi->ji", W[l + 1], _columns(loss(A[L], Y[:, :1] @ ones(1, m)), Z[l + 1])),
            einsum("pj,pi->ji", W[l + 1], _columns(each, Z[l + 1])),
            "y^{(1)} for y^{(2)}, …, y^{(m)}",
        ),
        misprint(
            W[l + 1].T @ gradient(each[:, :1], Z[l + 1]),
            W[l + 1].T @ gradient(total, Z[l + 1]),
            "the loss of sample 1 for those of all samples",
        ),
        at="2.3.3, ∂𝓛/∂A^{[ℓ]}, lines 1-3",
    )
    first, last = Z[l + 1][:, :1], identity(m)[m - 1 :]
    yield claim(
        gradient(total, Z[l + 1]),
        misprint(
            # The columns 2 to m - 1 are printed with z^{(1)}, the last one with z^{(m)}; all with a_1^{[L](1)}.
            _columns(loss(A[L][:, :1] @ ones(1, m), Y), A[l + 1])
            * g[l + 1].prime(first @ (ones(1, m) - last) + Z[l + 1][:, m - 1 :] @ last),
            _columns(each, A[l + 1]) * g[l + 1].prime(Z[l + 1]),
            "a_1^{[L](1)} for a_1^{[L](2)}, …, a_1^{[L](m)}, and z^{(1)} for z^{(2)}",
        ),
        gradient(total, A[l + 1]) * g[l + 1].prime(Z[l + 1]),
        at="2.3.3, ∂𝓛/∂Z^{[ℓ+1]}, lines 1-2",
    )


# ---- 2.4 ---------------------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False, depth=DEPTHS, layer=LAYERS, g=FUNCTIONS, loss=LOSSES)
def procedure(depth, layer, g, loss):
    s = _samples(depth, layer, g, loss)
    L, m, l, g, W, b = s.L, s.m, s.l, s.g, s.W, s.b
    Z, A, Y, total, J = s.Z, s.A, s.Y, s.total, s.J
    alpha = positive("alpha")

    yield claim(gradient(total, A[L]), loss.partial(0, A[L], Y), at="2.4, ∂𝓛/∂A^{[L]}")
    yield claim(gradient(total, Z[l]), gradient(total, A[l]) * g[l].prime(Z[l]), at="2.4, ∂𝓛/∂Z^{[ℓ]}")
    yield claim(gradient(total, A[l - 1]), W[l].T @ gradient(total, Z[l]), at="2.4, ∂𝓛/∂A^{[ℓ-1]}")
    yield claim(gradient(total, A[l - 1]), W[l].T @ gradient(total, Z[l]), at="2.4, ∂𝓛/∂A^{[ℓ-1]}, again")
    yield claim(gradient(J, W[l]), 1 / m * gradient(total, Z[l]) @ A[l - 1].T, at="2.4, ∂𝓙/∂W^{[ℓ]}")
    yield claim(gradient(J, b[l]), 1 / m * gradient(total, Z[l]) @ ones(m, 1), at="2.4, ∂𝓙/∂b^{[ℓ]}")
    yield claim(gradient(J, b[l]), 1 / m * gradient(total, Z[l]) @ ones(m, 1), at="2.4, ∂𝓙/∂b^{[ℓ]}, again")

    # The loop, with what it has computed by then.
    dA = loss.partial(0, A[L], Y)
    for k in range(L, l - 1, -1):
        dZ = dA * g[k].prime(Z[k])
        dA = W[k].T @ dZ
        dW = 1 / m * dZ @ A[k - 1].T
        db = 1 / m * dZ @ ones(m, 1)
    yield claim(W[l] - alpha * gradient(J, W[l]), W[l] - alpha * dW, at="2.4, W^{[ℓ]{n+1}}")
    yield claim(b[l] - alpha * gradient(J, b[l]), b[l] - alpha * db, at="2.4, b^{[ℓ]{n+1}}")
    yield claim(b[l] - alpha * gradient(J, b[l]), b[l] - alpha * db, at="2.4, b^{[ℓ]{n+1}}, again")
    if l < L:
        yield claim(
            W[l] - alpha * gradient(J, W[l]),
            misprint(W[l], W[l] - alpha * dW, "ℓ = -1 ends the loop after layer L, ℓ-- goes on"),
            at="2.4, “For ℓ = L; ℓ ≥ 1; ℓ = -1”",
        )
