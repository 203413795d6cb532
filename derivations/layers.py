"""Gradient Descent Derivative Derivations for a single output L-Layer Neural Network: sections 1 and 2.2 to 2.4.

Lists are counted by layer: W[l] is W^{[ℓ]}, and a[0] is x. Columns are samples: lower case is one of them, capitals are
all m. Activations and losses are unknown functions or those in use; 𝓙 is the mean of the samples' losses, which 2.3.3
takes for granted. 𝓛(A, y) is the row of the samples' losses; under ∂ it is their sum, so that ∂𝓛/∂A has A's shape.

Only typography, read as what is meant:
- 1: [ℓ] and n^{[ℓ-1]} are lost or shifted in the last entries of w_j^{[ℓ]} and b^{[ℓ]}; in matrix 1 of 2.3.2 likewise
- 1: the range of ℓ in a_j^{[ℓ](i)} is run together with a copy of that of j; 𝓛 is named twice
- 2.3, "note: 1, 2, …": three lines of sets run together
- 2.3.1: ∂g for ∂g^{[ℓ]}, a_i for a_j in "recursively calculate"; 2.3.2: ∂a_n^{[ℓ+1]} for the whole column
- 2.3.3: z for Z, a_1^{[L](n-1]} for the row A^{[L]}, (i)[ℓ+1] for [ℓ+1](i); {n-1} for the iteration that 2.2 and 2.4
  call {n}, and left out in places
- 2.2 and 2.4: (0) for {0}; 2.4: b with a tilde
- 2.4: ∂𝓛/∂A^{[ℓ-1]}, ∂𝓙/∂b^{[ℓ]} and the new b, 2.2: ∂𝓙/∂W^{[ℓ]}, ∂𝓙/∂b^{[ℓ]} and the new b, stand there twice: they
  are claimed twice

Not checkable:
- the diagram of 1, and what variables are called
- 2.2 and 2.4: starting values, "converge", and the loop n ≤ N, which makes the N + 1 iterations of n ∈ {0, …, N}
- 2.2: ∂𝓙/∂W and ∂𝓙/∂b are only named there: their shapes and those of the new parameters are checked, and that the
  loop comes to every layer
- 2.3.2: "Define t…" is cut off, matrix 2 of ∂𝓛/∂W^{[ℓ]} can be read in its first row only (its rule is checked for all
  entries), and what came between it and ∂𝓛/∂a^{[ℓ]} is lost
- 2.4: storing G′(Z) is no formula
"""

from types import SimpleNamespace

import numpy as np
from hypothesis.strategies import integers, just, sampled_from, tuples

from gradcheck import bits, cause, claim, derivation, dims, gradient, jacobian, misprint, positive, real, shape
from gradcheck.notation import abstract, cross_entropy, einsum, indices, ones, sigmoid, squared_error
from gradcheck.strategies import activations, losses

SOURCE = "002_7a2af9ed9e81e4e0.txt"
DEPTHS = sampled_from([4, 3, 2, 1, 5])  # the first is the one that Hypothesis begins with, and shows every misprint
LAYERS = integers(0, 4)  # claims are about one layer, that of this number modulo the depth
FUNCTIONS = tuples(activations(), activations())  # of this layer and of the next; those of all others are unknown
LOSSES = losses() | just(cross_entropy)
LINES = ("first line", "second line", "third line")

RANGE = cause("the layers are those of 0, 1, …, L: 1 is left out, or m stands for L")
SAMPLE = cause("the number of the sample is lost, or is that of another one")
START = cause("2.4 goes on from ∂𝓛/∂A^{[L]}, and would divide ∂𝓙/∂A^{[L]} by m once more")
AIM = cause("𝓙 is least where the mean of the samples' derivatives is 0, not each of them")
LAYER = cause("L stands for ℓ, the layer of the parameters")
UNIT = cause("i stands for j, the number of the unit")
UNITS = cause("the sum over p is one over the units of layer ℓ + 1, up to n^{[ℓ+1]}, and of z_p, not z_j")
LOSS_BY_A = cause("the first factor is by a_p, not by z_p again")
ENTRY = cause("∂w_{j,k} stands for ∂w_{n^{[ℓ]},2} in the last row")
COUNTDOWN = cause("ℓ = -1 ends the loop behind layer L: ℓ-- goes on to the next")


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


def _written_out(depth, layer, g):
    """Samples one by one, m = 3 of them, so that what is printed as [… (1), … (2), …, … (m)] is written out."""
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
    Z, A = [None], [X]
    for k in range(1, L + 1):
        Z.append(W[k] @ A[k - 1] + b[k] @ ones(1, m))
        A.append(g[k](Z[k]))
    return SimpleNamespace(L=L, n=n, m=m, l=l, g=g, W=W, b=b, samples=samples, x=x, y=y, z=z, a=a, X=X, Z=Z, A=A)


@derivation(source=SOURCE, broadcast=False, depth=DEPTHS, layer=LAYERS, g=FUNCTIONS)
def description(depth, layer, g):
    """1. Neural Network Description."""
    s = _written_out(depth, layer, g)
    L, n, m, l, samples, x, y, a, X, A = s.L, s.n, s.m, s.l, s.samples, s.x, s.y, s.a, s.X, s.A

    for i in samples:
        yield claim(shape(x[i]), (n[0], 1), at="1, x^{(i)}", source_line=14)
    yield claim(shape(X), (n[0], m), at="1, X", source_line=16)
    a_all = np.vstack([a[k][1] for k in range(L + 1)])  # all a_j^{[ℓ](1)}
    units = sum(n[k] for k in RANGE((0, *range(2, L + 1)), range(L + 1)))
    yield claim(shape(a_all), (units, 1), at="1, range of ℓ in a_j^{[ℓ](i)}", source_line=16)
    at = "1, a_j^{[0](i)} = x_j^{(i)}"
    for i in samples:
        for j in (0, n[0] - 1):  # the first and the last, counted from 0
            yield claim(A[0][j : j + 1, i - 1 : i], x[i][j : j + 1], at=at, source_line=16)
    yield claim(shape(A[L]), (1, m), at="1, n^{[L]} = 1", source_line=16)
    for i in samples:
        yield claim(shape(a[l][i]), (n[l], 1), at="1, a^{[ℓ](i)}", source_line=18)
    yield claim(shape(A[l]), (n[l], m), at="1, A^{[ℓ]}, shape", source_line=20)
    yield claim(A[l], np.hstack(a[l][1:]), at="1, A^{[ℓ]}", source_line=20)
    yield claim(shape(np.hstack(y[1:])), (1, m), at="1, y", source_line=23)


@derivation(source=SOURCE, broadcast=False, depth=DEPTHS, layer=LAYERS, g=FUNCTIONS)
def description_of_layers(depth, layer, g):
    """1. Neural Network Description."""
    s = _written_out(depth, layer, g)
    L, n, m, l, g, W, b, samples, z, a, Z, A = s.L, s.n, s.m, s.l, s.g, s.W, s.b, s.samples, s.z, s.a, s.Z, s.A

    z_1, z_2, z_m = z[l][1:]

    layers = range(1, RANGE(min(L, m), L) + 1)  # of 1, …, m, those that exist
    weights = sum(n[k] * n[k - 1] for k in layers)
    w_all = np.vstack([W[k].reshape(n[k] * n[k - 1], 1) for k in range(1, L + 1)])  # all w_{j,k}^{[ℓ]}
    yield claim(shape(w_all), (weights, 1), at="1, range of ℓ in w_{j,k}^{[ℓ]}", source_line=24)
    for j in (0, n[l] - 1):
        yield claim(shape(W[l][j : j + 1].T), (n[l - 1], 1), at="1, w_j^{[ℓ]}", source_line=26)
    yield claim(shape(W[l]), (n[l], n[l - 1]), at="1, W^{[ℓ]}", source_line=28)
    yield claim(shape(b[l]), (n[l], 1), at="1, b^{[ℓ]}", source_line=31)
    for i in samples:
        for j in (0, n[l] - 1):
            w_j, b_j, z_j = W[l][j : j + 1].T, b[l][j : j + 1], z[l][i][j : j + 1]
            yield claim(z_j, w_j.T @ a[l - 1][i] + b_j, at="1, z_j^{[ℓ](i)}", source_line=31)
    yield claim(shape(ones(1, m)), (1, m), at="1, 1_{1×m}", source_line=33)
    yield claim(np.hstack(z[l][1:]), W[l] @ A[l - 1] + b[l] @ ones(1, m), at="1, Z^{[ℓ]}", source_line=34)

    for i in samples:
        for j in (0, n[l] - 1):
            z_j, a_j = z[l][i][j : j + 1], a[l][i][j : j + 1]
            yield claim(g[l](z_j), a_j, at="1, g^{[ℓ]}(z_j^{[ℓ](i)}) = a_j^{[ℓ](i)}", source_line=35)
            yield claim(g[l](z[l][i])[j : j + 1], g[l](z_j), a_j, at="1, g^{[ℓ]}(z^{[ℓ](i)}), entry j", source_line=39)
    yield claim(
        g[l](Z[l]),
        np.hstack([g[l](SAMPLE(z_2, z_1)), g[l](z_2), g[l](z_m)]),  # i is not bound: 2 is one of its values
        np.hstack(a[l][1:]),
        at="1, G^{[ℓ]}(Z^{[ℓ]})",
        source_line=40,
    )
    biases = sum(n[k] for k in layers)
    w_b = np.vstack([w_all, *b[1:]])  # all parameters
    yield claim(shape(w_b), (weights + biases, 1), at="1, range of ℓ in the goal", source_line=46)


# ---- 2.2 ---------------------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False, depth=DEPTHS)
def procedure_in_general(depth):
    """2.2 Procedure High Level Description."""
    s = _samples(depth, 0, (), abstract("L", 2))
    L, n, m, g, W, b, Z, A, total, J = s.L, s.n, s.m, s.g, s.W, s.b, s.Z, s.A, s.total, s.J
    alpha = positive("alpha")

    A_new = {0: A[0]}  # what the loop has calculated by then
    for l in range(1, L + 1):
        A_new[l] = g[l](W[l] @ A_new[l - 1] + b[l] @ ones(1, m))
    yield claim(A[L], A_new[L], at="2.2, “For ℓ = 1; ℓ ≤ L; ℓ++”", source_line=71)
    for l in range(1, L + 1):
        yield claim(shape(A_new[l]), (n[l], m), at="2.2, A^{[ℓ]}", source_line=72)

    yield claim(shape(gradient(J, A[L])), (1, m), at="2.2, ∂𝓙/∂A^{[L]}", source_line=74)
    yield claim(
        gradient(J, W[L]),
        1 / m * (START(gradient(J, A[L]), gradient(total, A[L])) * g[L].prime(Z[L])) @ A[L - 1].T,
        at="2.2, ∂𝓙/∂A^{[L]}, put into ∂𝓙/∂W^{[L]} of 2.4",
        source_line=74,
    )

    W_new, b_new = dict(enumerate(W)), dict(enumerate(b))
    for l in range(L, 0, -1):
        W_new[l] = W[l] - alpha * gradient(J, W[l])
        b_new[l] = b[l] - alpha * gradient(J, b[l])
    at = "2.2, “For ℓ = L; ℓ ≥ 1; ℓ--”"
    for l in range(1, L + 1):
        yield claim(W[l] - alpha * gradient(J, W[l]), W_new[l], at=f"{at}, W", source_line=78)
        yield claim(b[l] - alpha * gradient(J, b[l]), b_new[l], at=f"{at}, b", source_line=78)
    for l in range(1, L + 1):
        dW, db = gradient(J, W[l]), gradient(J, b[l])
        yield claim(shape(dW), (n[l], n[l - 1]), at="2.2, ∂𝓙/∂W^{[ℓ]}", source_line=81)
        yield claim(shape(db), (n[l], 1), at="2.2, ∂𝓙/∂b^{[ℓ]}", source_line=84)
        yield claim(shape(dW), (n[l], n[l - 1]), at="2.2, ∂𝓙/∂W^{[ℓ]}, again", source_line=87)
        yield claim(shape(db), (n[l], 1), at="2.2, ∂𝓙/∂b^{[ℓ]}, again", source_line=89)
        yield claim(shape(W_new[l]), (n[l], n[l - 1]), at="2.2, W^{[ℓ]{n+1}}", source_line=90)
        yield claim(shape(b_new[l]), (n[l], 1), at="2.2, b^{[ℓ]{n+1}}", source_line=91)
        yield claim(shape(b_new[l]), (n[l], 1), at="2.2, b^{[ℓ]{n+1}}, again", source_line=93)


# ---- 2.3, 2.3.1 and 2.3.2 ----------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False)
def aim():
    """2.3 Derivations."""
    # L = 1 with g(z) = z and no bias, two samples with x = 1: 𝓙 is least where w is the mean of their labels.
    y_1, y_2 = real("y_1"), real("y_2")
    w = (y_1 + y_2) / 2
    L_1, L_2 = squared_error(w, y_1), squared_error(w, y_2)
    J = (L_1 + L_2) / 2
    yield claim(gradient(J, w), 0, at="ours: 2.3, ∂𝓙/∂w where 𝓙 is least")
    yield claim(
        gradient(L_1, w), AIM(0, (y_2 - y_1) / 2), at="2.3, “minimize 𝓛 for every training sample”", source_line=97
    )


@derivation(source=SOURCE, broadcast=False, depth=DEPTHS, layer=LAYERS, g=FUNCTIONS, loss=LOSSES)
def single_unit(depth, layer, g, loss):
    """2.3.1 Scalar Derivations."""
    s = _sample(depth, layer, g, loss)
    direct = loss.partial(0, s.a[s.L], s.y)
    L, n, l, g, W, b, z, a, loss = s.L, s.n, s.l, s.g, s.W, s.b, s.z, s.a, s.loss

    yield claim(
        shape(gradient(loss, W[l])),
        (n[LAYER(L, l)], n[LAYER(L, l) - 1]),
        at="2.3, ∂𝓛/∂w_{j,k}^{[ℓ]}, ranges of j and k",
        source_line=99,
    )
    yield claim(shape(gradient(loss, b[l])), (n[LAYER(L, l)], 1), at="2.3, ∂𝓛/∂b_j^{[ℓ]}, range of j", source_line=99)

    i, j, k, p = indices("i j k p")
    yield claim(
        g[l].prime(z[l][j, 0]),
        jacobian(g[l](z[l]), z[l])[j, j],
        jacobian(a[l], z[l])[j, j],
        at="2.3.1, g′(z_j)",
        source_line=107,
    )
    unit = UNIT(i, j)
    yield claim(
        misprint(gradient(loss, W[l][i, k]), gradient(loss, W[l][j, k]), UNIT),
        gradient(loss, a[l][unit, 0])
        * jacobian(a[l], z[l])[j, unit]
        * jacobian(z[l], W[l]).reshape(n[l], n[l], n[l - 1])[j, unit, k],
        gradient(loss, a[l][unit, 0]) * g[l].prime(z[l][j, 0]) * a[l - 1][k, 0],
        at="2.3.1, ∂𝓛/∂w_{i,k}^{[ℓ]}",
        source_line=110,
    )
    yield claim(  # for all j at once
        gradient(loss, b[l]),
        einsum("jo,jj,jj->jo", gradient(loss, a[l]), jacobian(a[l], z[l]), jacobian(z[l], b[l])),
        gradient(loss, a[l]) * g[l].prime(z[l]) * 1,
        at="2.3.1, ∂𝓛/∂b_j^{[ℓ]}",
        source_line=114,
    )
    yield claim(gradient(loss, a[L]), direct, at="2.3.1, ∂𝓛/∂a_j^{[L]}, “directly”", source_line=118)

    if l < L:
        term, summed = ones(UNITS(n[l], n[l + 1]))[p], UNITS(j, p)  # one term for each p = 1, …
        yield claim(
            gradient(loss, a[l][j, 0]),
            (term * gradient(loss, z[l + 1][summed, 0]) * jacobian(z[l + 1], a[l])[summed, j]).sum(p),
            (term * gradient(loss, z[l + 1][p, 0]) * jacobian(z[l + 1], a[l])[p, j]).sum(p),
            (gradient(loss, z[l + 1][p, 0]) * W[l + 1][p, j]).sum(p),
            at="2.3.1, ∂𝓛/∂a_j^{[ℓ]}",
            source_line=122,
        )
        yield claim(
            gradient(loss, z[l + 1][p, 0]),
            gradient(loss, LOSS_BY_A(z, a)[l + 1][p, 0]) * jacobian(a[l + 1], z[l + 1])[p, p],
            gradient(loss, a[l + 1][p, 0]) * g[l + 1].prime(z[l + 1][p, 0]),
            at="2.3.1, ∂𝓛/∂z_p^{[ℓ+1]}",
            source_line=122,
        )

    yield claim(
        shape(gradient(loss, W[l])),
        (n[LAYER(L, l)], n[LAYER(L, l) - 1]),
        at="2.3.2, “we write the derivatives as ∂𝓛/∂w^{[L]}”",
        source_line=130,
    )
    yield claim(shape(gradient(loss, b[l])), (n[l], 1), at="2.3.2, “… and ∂𝓛/∂b^{[ℓ]}”", source_line=130)


@derivation(source=SOURCE, broadcast=False)
def matrix_of_derivatives():
    """2.3.2 Matrix Derivations of a Single Training Sample."""
    # ℓ = 1 of L = 2 with n^{[0]} = n^{[1]} = 3, so that what is printed as 1, 2, …, n is written out.
    x, y = real("x", 3, 1), real("y", 1, 1)
    W1, b1 = real("W1", 3, 3), real("b1", 3, 1)
    W2, b2 = real("W2", 1, 3), real("b2", 1, 1)
    g1, g2 = abstract("g1"), abstract("g2")
    a1 = g1(W1 @ x + b1)
    a2 = g2(W2 @ a1 + b2)
    loss = abstract("L", 2)(a2, y)

    w = {(j, k): W1[j - 1 : j, k - 1 : k] for j in (1, 2, 3) for k in (1, 2, 3)}  # w_{j,k}, as blocks of one entry
    j, k, n = 1, 1, 3  # j and k are not bound in print: 1 is one of their values
    row_1 = [gradient(loss, w[1, 1]), gradient(loss, w[1, 2]), gradient(loss, w[1, n])]
    row_2 = [gradient(loss, w[2, 1]), gradient(loss, w[2, 2]), gradient(loss, w[2, n])]
    row_n = [gradient(loss, w[n, 1]), gradient(loss, w[ENTRY((j, k), (n, 2))]), gradient(loss, w[n, n])]
    at = "2.3.2, ∂𝓛/∂W^{[ℓ]}, matrix 1"
    yield claim(gradient(loss, W1)[:1], np.hstack(row_1), at=f"{at}, row 1", source_line=132)
    yield claim(gradient(loss, W1)[1:2], np.hstack(row_2), at=f"{at}, row 2", source_line=132)
    yield claim(gradient(loss, W1)[2:], np.hstack(row_n), at=f"{at}, row n", source_line=132)


@derivation(source=SOURCE, broadcast=False, depth=DEPTHS, layer=LAYERS, g=FUNCTIONS, loss=LOSSES)
def single_sample(depth, layer, g, loss):
    """2.3.2 Matrix Derivations of a Single Training Sample."""
    s = _sample(depth, layer, g, loss)
    L, l, g, W, b, z, a, loss = s.L, s.l, s.g, s.W, s.b, s.z, s.a, s.loss

    j, k, p = indices("j k p")
    yield claim(
        gradient(loss, W[l][j, k]),
        gradient(loss, a[l][j, 0]) * g[l].prime(z[l][j, 0]) * a[l - 1][k, 0],
        at="2.3.2, ∂𝓛/∂W^{[ℓ]}, matrix 2",
        source_line=134,
    )
    if l == L:
        return
    yield claim(
        gradient(loss, a[l][j, 0]),
        (gradient(loss, z[l + 1][p, 0]) * W[l + 1][p, j]).sum(p),
        (W[l + 1].T @ gradient(loss, z[l + 1]))[j, 0],
        at="2.3.2, ∂𝓛/∂a^{[ℓ]}",
        source_line=138,
    )
    yield claim(
        gradient(loss, z[l + 1][j, 0]),
        gradient(loss, a[l + 1][j, 0]) * g[l + 1].prime(z[l + 1][j, 0]),
        (gradient(loss, a[l + 1]) * g[l + 1].prime(z[l + 1]))[j, 0],
        at="2.3.2, ∂𝓛/∂z^{[ℓ+1]}",
        source_line=140,
    )


# ---- 2.3.3 -------------------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False, depth=DEPTHS, layer=LAYERS, g=FUNCTIONS, loss=LOSSES)
def entire_sample(depth, layer, g, loss):
    """2.3.3 Matrix Derivations of Entire Sample."""
    s = _samples(depth, layer, g, loss)
    L, m, l, g, W, b = s.L, s.m, s.l, s.g, s.W, s.b
    Z, A, Y, each, total, J = s.Z, s.A, s.Y, s.each, s.total, s.J
    y = _labels(loss, "y", 1, 1)  # what is printed without (i) is not a sample's

    labels = SAMPLE(y @ ones(1, m), Y)
    yield claim(
        gradient(J, W[l]),
        1 / m * jacobian(each, W[l]).reshape(m, *W[l].shape).sum(axis=0),
        1 / m * einsum("ji,ki->jk", _columns(loss(A[L], labels), A[l]) * g[l].prime(Z[l]), A[l - 1]),
        1 / m * (gradient(total, A[l]) * g[l].prime(Z[l])) @ A[l - 1].T,
        at=[f"2.3.3, ∂𝓙/∂W^{{[ℓ]}}, {line}" for line in LINES],
        source_line=146,
    )
    yield claim(
        gradient(J, b[l]),
        1 / m * jacobian(each, b[l]).reshape(m, *b[l].shape).sum(axis=0),
        1 / m * (_columns(loss(A[L], labels), A[l]) * g[l].prime(Z[l])).sum(axis=1, keepdims=True),
        1 / m * (gradient(total, A[l]) * g[l].prime(Z[l])) @ ones(m, 1),
        at=[f"2.3.3, ∂𝓙/∂b^{{[ℓ]}}, {line}" for line in (LINES[0], *LINES[:2])],
        source_line=148,
    )
    if l == L:
        return

    labels = SAMPLE(Y[:, :1] @ ones(1, m), Y)
    yield claim(
        gradient(total, A[l]),
        _columns(each, A[l]),
        einsum("pj,pi->ji", W[l + 1], _columns(loss(A[L], labels), Z[l + 1])),
        W[l + 1].T @ gradient(loss(A[L], labels).sum(), Z[l + 1]),
        at=[f"2.3.3, ∂𝓛/∂A^{{[ℓ]}}, {line}" for line in LINES],
        source_line=[152, 154, 154],
    )
    outputs = SAMPLE(A[L][:, :1] @ ones(1, m), A[L])
    yield claim(
        gradient(total, Z[l + 1]),
        _columns(loss(outputs, Y), A[l + 1])
        * g[l + 1].prime(np.hstack([Z[l + 1][:, :1], SAMPLE(Z[l + 1][:, :1], Z[l + 1][:, 1:2]), Z[l + 1][:, 2:]])),
        gradient(total, A[l + 1]) * g[l + 1].prime(Z[l + 1]),
        at=[f"2.3.3, ∂𝓛/∂Z^{{[ℓ+1]}}, {line}" for line in LINES[:2]],
        source_line=156,
    )


# ---- 2.4 ---------------------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False, depth=DEPTHS, layer=LAYERS, g=FUNCTIONS, loss=LOSSES)
def procedure(depth, layer, g, loss):
    """2.4 Procedure Detailed Description."""
    s = _samples(depth, layer, g, loss)
    L, n, m, l, g, W, b = s.L, s.n, s.m, s.l, s.g, s.W, s.b
    Z, A, Y, total, J = s.Z, s.A, s.Y, s.total, s.J
    alpha = positive("alpha")

    yield claim(shape(Z[l]), (n[l], m), at="2.4, Z^{[ℓ]}", source_line=166)
    yield claim(shape(g[l].prime(Z[l])), (n[l], m), at="2.4, G^{[ℓ]′}(Z^{[ℓ]})", source_line=166)
    yield claim(gradient(total, A[L]), loss.partial(0, A[L], Y), at="2.4, ∂𝓛/∂A^{[L]}", source_line=167)

    # The loop as it is printed, with what it has calculated by then.
    dA = loss.partial(0, A[L], Y)
    W_new, b_new = dict(enumerate(W)), dict(enumerate(b))
    for k in COUNTDOWN([L], range(L, 0, -1)):
        dZ = dA * g[k].prime(Z[k])
        dA = W[k].T @ dZ
        dW = 1 / m * dZ @ A[k - 1].T
        db = 1 / m * dZ @ ones(m, 1)
        W_new[k] = W[k] - alpha * dW
        b_new[k] = b[k] - alpha * db
    at = "2.4, “For ℓ = L; ℓ ≥ 1; ℓ = -1”"
    yield claim(W[l] - alpha * gradient(J, W[l]), W_new[l], at=f"{at}, W", source_line=171)
    yield claim(b[l] - alpha * gradient(J, b[l]), b_new[l], at=f"{at}, b", source_line=171)

    yield claim(gradient(total, Z[l]), gradient(total, A[l]) * g[l].prime(Z[l]), at="2.4, ∂𝓛/∂Z^{[ℓ]}", source_line=173)
    dL_dA = W[l].T @ gradient(total, Z[l])
    yield claim(gradient(total, A[l - 1]), dL_dA, at="2.4, ∂𝓛/∂A^{[ℓ-1]}", source_line=175)
    yield claim(gradient(total, A[l - 1]), dL_dA, at="2.4, ∂𝓛/∂A^{[ℓ-1]}, again", source_line=177)
    dJ_dW = 1 / m * gradient(total, Z[l]) @ A[l - 1].T
    dJ_db = 1 / m * gradient(total, Z[l]) @ ones(m, 1)
    yield claim(gradient(J, W[l]), dJ_dW, at="2.4, ∂𝓙/∂W^{[ℓ]}", source_line=179)
    yield claim(gradient(J, b[l]), dJ_db, at="2.4, ∂𝓙/∂b^{[ℓ]}", source_line=181)
    yield claim(gradient(J, b[l]), dJ_db, at="2.4, ∂𝓙/∂b^{[ℓ]}, again", source_line=183)
    W_next, b_next = W[l] - alpha * dJ_dW, b[l] - alpha * dJ_db
    yield claim(W[l] - alpha * gradient(J, W[l]), W_next, at="2.4, W^{[ℓ]{n+1}}", source_line=185)
    yield claim(b[l] - alpha * gradient(J, b[l]), b_next, at="2.4, b^{[ℓ]{n+1}}", source_line=185)
    yield claim(b[l] - alpha * gradient(J, b[l]), b_next, at="2.4, b^{[ℓ]{n+1}}, again", source_line=187)
