"""Two Layer Neural Network Derivation: sigmoid layers of 3, 2 and 1 neurons, cross-entropy loss of one example.

Layout: each ∂ℒ/∂w and ∂ℒ/∂b has the shape of w and b, as the document declares with ∈ R^{…} and under-braces; the
derivatives inside the chains have a row for each output, so that they multiply from left to right.

Products go from left to right, as in NumPy, whether they are printed as juxtaposition, which is the matrix product, or
as ∘, the product element by element; σ(z)(1 - σ(z)) is one factor, which has parentheses in half of the places. dσ(z)
is what the document defines: the differential diag(σ′[z]) dz with an arbitrary dz.

The ℒ of (13) is the log-likelihood, J* and (14) go with it, and from (15) on ℒ is its negative, as the first lines of
the chains of w[3] and b[3] write. Here `loglik` is the former and `L` the latter. An equation with ℒ on both sides,
such as the chain rule, holds for either, and is judged for `L`.

The chains of w[2], b[2], w[1] and b[1] are about one entry, chosen by i, j or by e_i, up to their last line, which is
about the whole derivative. A chain's left-hand side is read as that of all lines but the last. An under-brace is about
what is right above it, once what is wrong there is corrected.

Not checked:
- where b[1] is located and that every layer but the last has a bias neuron: they refer to an illustration;
- which losses and activations suit which problems: prose.
Only typography:
- n is the size of the image, and from J* on also the number of observations, which is N here;
- ŷ is used for a[3]; the x of (5) is a number; the i of y^{(i)} is neither the i of w_ij nor that of e_i;
- "two layer" counts the hidden layers: there are three of weights;
- sizes printed below brackets and letters, [...]_{1×2} and w[3]_{1×2}, repeat the under-braces there; in line 7 of the
  chain of ∂ℒ/∂w[2] the factor a_j stands in the index of the bracket, [...]_{i a_j};
- the brace 3×n in line 7 of the chain of ∂ℒ/∂w[1] ends before x^T, and is that of the whole line;
- the chain of ∂ℒ/∂b[1] lacks a parenthesis in line 5, and in line 6 has a bracket too many and the brace without _i;
- the "gradient" of φ: R^n → R^n is its Jacobian; e_i ∈ R^3 is e_i ∈ R^{3×1}.
"""

from types import SimpleNamespace

import numpy as np

from gradcheck import (
    abuse_of_notation,
    bits,
    cause,
    claim,
    derivation,
    dims,
    gradient,
    jacobian,
    misprint,
    positive,
    real,
    shape,
    unit,
)
from gradcheck.notation import abstract, basis, cross_entropy, diag, exp, log, sigmoid

SOURCE = "000_4e492aa3dba9ee83.txt"

SIGN = cause("(13) makes ℒ the log-likelihood, and (14) adds the minus; from (15) on ℒ is meant as its negative")
OUTER = cause("the outer function is differentiated by w[3] or b[3] instead of by its own argument, z[3] or a[3]")
ENTRY = cause("a whole derivative and its entry, of index i or i and j, are written for each other", kind="abuse")
DIFFERENTIAL = cause(
    "dσ(z) = diag(σ′[z]) dz is the differential; the chain needs the derivative diag(σ′[z]), without dz"
)
LAYER = cause("a[3](1 - a[3]) for σ′(z[2]), which is a[2](1 - a[2]), element by element and as a row")
FACTOR = cause("σ(z)(1 - σ(z)) is meant element by element and as a row, which is σ′(z)ᵀ", kind="abuse")
ROW = cause("a row is written for the column that is its transpose", kind="abuse")


def _model():
    n = dims("n")
    x, y = real("x", n, 1), bits("y", 1, 1)
    w1, b1 = real("w1", 3, n), real("b1", 3, 1)
    w2, b2 = real("w2", 2, 3), real("b2", 2, 1)
    w3, b3 = real("w3", 1, 2), real("b3", 1, 1)

    z1 = w1 @ x + b1
    a1 = sigmoid(z1)
    z2 = w2 @ a1 + b2
    a2 = sigmoid(z2)
    z3 = w3 @ a2 + b3
    a3 = sigmoid(z3)
    loglik = y * log(a3) + (1 - y) * log(1 - a3)
    L = -loglik
    return SimpleNamespace(**locals())


def _dsigma(z, dz):
    """The differential dσ(z), by the general dφ(x) = diag(f′[x]) dx."""
    return diag(sigmoid.prime(z)) @ dz


def _chain(of, *lines):
    """The places of lines of a chain, or of parts of them."""
    return [f"chain of {of}, line {line}" for line in lines]


# ---- forward propagation -----------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False)
def forward():
    """Forward Propagation."""
    s = _model()
    n, x, w1, b1, z1, a1 = s.n, s.x, s.w1, s.b1, s.z1, s.a1
    w2, b2, z2, a2, w3, b3, z3, a3 = s.w2, s.b2, s.z2, s.a2, s.w3, s.b3, s.z3, s.a3

    rows, columns = dims("a b")
    image = real("image", rows, columns, 3)
    yield claim(
        shape(image.reshape(-1, 1)), (rows * columns * 3, 1), at="Background, n = a × b × c with c = 3", source_line=8
    )
    yield claim(shape(x), (n, 1), at="x ∈ R^{n×1}", source_line=18)

    w1_1, w1_2, w1_3 = w1[0:1], w1[1:2], w1[2:3]
    b1_1, b1_2, b1_3 = b1[0:1], b1[1:2], b1[2:3]
    z1_1, z1_2, z1_3 = z1[0:1], z1[1:2], z1[2:3]
    yield claim(z1_1, w1_1 @ x + b1_1, at="(1)", source_line=20)
    yield claim(shape(z1_1), (1, 1), at="(1), under z_1", source_line=20)
    yield claim(shape(w1_1), (1, n), at="(1), under w_1", source_line=20)
    yield claim(shape(x), (n, 1), at="(1), under x", source_line=20)
    yield claim(shape(b1_1), (1, 1), at="(1), under b_1", source_line=20)
    yield claim(z1_2, w1_2 @ x + b1_2, at="(2)", source_line=22)
    yield claim(z1_3, w1_3 @ x + b1_3, at="(3)", source_line=24)
    yield claim(
        np.vstack([w1_1 @ x + b1_1, w1_2 @ x + b1_2, w1_3 @ x + b1_3]),
        w1 @ x + b1,
        at="(4), for (1)-(3)",
        source_line=30,
    )
    yield claim(shape(z1), (3, 1), at="(4), under z", source_line=30)
    yield claim(shape(w1), (3, n), at="(4), under w", source_line=30)
    yield claim(shape(x), (n, 1), at="(4), under x", source_line=30)
    yield claim(shape(b1), (3, 1), at="(4), under b", source_line=30)

    a1_1, a1_2, a1_3 = a1[0:1], a1[1:2], a1[2:3]
    yield claim(a1_1, sigmoid(z1_1), at="after (4), a_1", source_line=34)
    yield claim(shape(a1_1), (1, 1), at="after (4), under a_1", source_line=34)
    yield claim(shape(sigmoid(z1_1)), (1, 1), at="after (4), under σ(z_1)", source_line=34)
    yield claim(a1_2, sigmoid(z1_2), at="after (4), a_2", source_line=36)
    yield claim(a1_3, sigmoid(z1_3), at="after (4), a_3", source_line=38)
    t = real("t")
    yield claim(shape(sigmoid(t)), (), at="before (5), σ: R → R", source_line=40)
    yield claim(sigmoid(t), 1 / (1 + exp(-t)), exp(t) / (1 + exp(t)), at="(5)", source_line=42)
    yield claim(
        np.vstack([sigmoid(z1_1), sigmoid(z1_2), sigmoid(z1_3)]),
        sigmoid(z1),
        at="(6), for its components",
        source_line=46,
    )
    yield claim(shape(a1), (3, 1), at="after (6), a[1] ∈ R^{3×1}", source_line=48)

    w2_1, w2_2 = w2[0:1], w2[1:2]
    b2_1, b2_2 = b2[0:1], b2[1:2]
    z2_1, z2_2 = z2[0:1], z2[1:2]
    yield claim(z2_1, w2_1 @ a1 + b2_1, at="(7)", source_line=52)
    yield claim(shape(z2_1), (1, 1), at="(7), under z_1", source_line=52)
    yield claim(shape(w2_1), (1, 3), at="(7), under w_1", source_line=52)
    yield claim(shape(a1), (3, 1), at="(7), under a", source_line=52)
    yield claim(shape(b2_1), (1, 1), at="(7), under b_1", source_line=52)
    yield claim(z2_2, w2_2 @ a1 + b2_2, at="(8)", source_line=54)
    yield claim(np.vstack([w2_1 @ a1 + b2_1, w2_2 @ a1 + b2_2]), w2 @ a1 + b2, at="(9), for (7)-(8)", source_line=58)
    yield claim(shape(z2), (2, 1), at="(9), under z", source_line=58)
    yield claim(shape(w2), (2, 3), at="(9), under w", source_line=58)
    yield claim(shape(a1), (3, 1), at="(9), under a", source_line=58)
    yield claim(shape(b2), (2, 1), at="(9), under b", source_line=58)

    a2_1, a2_2 = a2[0:1], a2[1:2]
    yield claim(a2_1, sigmoid(z2_1), at="after (9), a_1", source_line=62)
    yield claim(shape(a2_1), (1, 1), at="after (9), under a_1", source_line=62)
    yield claim(shape(z2_1), (1, 1), at="after (9), under z_1", source_line=62)
    yield claim(a2_2, sigmoid(z2_2), at="after (9), a_2", source_line=64)
    yield claim(np.vstack([sigmoid(z2_1), sigmoid(z2_2)]), sigmoid(z2), at="(10), for its components", source_line=68)
    yield claim(shape(a2), (2, 1), at="after (10), a[2] ∈ R^{2×1}", source_line=70)

    yield claim(z3, w3 @ a2 + b3, at="(11)", source_line=74)
    yield claim(shape(z3), (1, 1), at="(11), under z", source_line=74)
    yield claim(shape(w3), (1, 2), at="(11), under w", source_line=74)
    yield claim(shape(a2), (2, 1), at="(11), under a", source_line=74)
    yield claim(shape(b3), (1, 1), at="(11), under b", source_line=74)
    yield claim(a3, sigmoid(z3), at="(12)", source_line=78)
    yield claim(shape(a3), (1, 1), at="after (12), a[3] ∈ R^{1×1}", source_line=80)


# ---- loss, objective, updates ------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False)
def objective():
    """Backpropagation."""
    N = dims("N")
    yhat, y = unit("yhat", 1, N), bits("y", 1, N)
    loglik = y * log(yhat) + (1 - y) * log(1 - yhat)
    J_star = loglik.mean()

    yield claim(log(yhat**y * (1 - yhat) ** (1 - y)), loglik, at="(13), the log-likelihood", source_line=90)
    yield claim(J_star, loglik.sum() / N, at="after (13), J*: the summed loss, normalised", source_line=94)
    yield claim(
        cross_entropy(yhat, y).mean(), -loglik.sum() / N, at="(14), the cross-entropy objective", source_line=98
    )


@derivation(source=SOURCE, broadcast=False)
def updates():
    """Backpropagation."""
    s = _model()
    y, a3, loglik = s.y, s.a3, s.loglik
    eta = positive("eta")

    for w, b in ((s.w1, s.b1), (s.w2, s.b2), (s.w3, s.b3)):
        yield claim(
            w - eta * gradient(cross_entropy(a3, y), w),
            w - eta * gradient(SIGN(loglik, -loglik), w),
            at="(15) for ℓ = 1, 2, 3",
            source_line=102,
        )
        yield claim(
            b - eta * gradient(cross_entropy(a3, y), b),
            b - eta * gradient(SIGN(loglik, -loglik), b),
            at="(16) for ℓ = 1, 2, 3",
            source_line=104,
        )


# ---- the output layer --------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False)
def layer3():
    """Backpropagation."""
    s = _model()
    y, a2, w3, b3, z3, a3, loglik, L = s.y, s.a2, s.w3, s.b3, s.z3, s.a3, s.loglik, s.L

    yield claim(
        misprint(gradient(loglik, w3), gradient(L, w3), SIGN),
        -gradient(y * log(a3) + (1 - y) * log(1 - a3), w3),
        -(y * gradient(log(sigmoid(w3 @ a2 + b3)), w3) + (1 - y) * gradient(log(1 - sigmoid(w3 @ a2 + b3)), w3)),
        -(
            y * (1 / sigmoid(w3 @ a2 + b3))
            * (gradient(sigmoid(w3 @ a2 + b3), OUTER(w3, z3)) @ gradient(w3 @ a2 + b3, w3))
            + (1 - y) * (1 / (1 - sigmoid(w3 @ a2 + b3)))
            * (gradient(1 - sigmoid(w3 @ a2 + b3), OUTER(w3, a3)) @ gradient(sigmoid(w3 @ a2 + b3), w3))
        ),
        -(y * (1 / a3) * a3 * (1 - a3) * a2.T + (1 - y) * (1 / (1 - a3)) * (-1) * a3 * (1 - a3) * a2.T),
        -(y * (1 - a3) * a2.T - (1 - y) * a3 * a2.T),
        -(y * a2.T - y * a3 * a2.T - a3 * a2.T + y * a3 * a2.T),
        -(y * a2.T - a3 * a2.T),
        (a3 - y) @ jacobian(z3, w3),
        (a3 - y) @ a2.T,
        at=_chain("∂ℒ/∂w[3]", 1, 2, "3-4", 5, 6, 7, 8, 9, 10),
        source_line=110,
    )
    yield claim(shape(a3 - y), (1, 1), at="chain of ∂ℒ/∂w[3], line 10, under a[3] - y", source_line=110)
    yield claim(shape(a2.T), (1, 2), at="chain of ∂ℒ/∂w[3], line 10, under a[2]T", source_line=110)
    yield claim(shape((a3 - y) @ a2.T), (1, 2), at="chain of ∂ℒ/∂w[3], line 11, under all of line 10", source_line=110)

    # In the first product of lines 3-4 ∂σ/∂b for ∂σ/∂z is harmless: the factor behind it, ∂z/∂b, is 1.
    yield claim(
        misprint(gradient(loglik, b3), gradient(L, b3), SIGN),
        -gradient(y * log(a3) + (1 - y) * log(1 - a3), b3),
        -(y * gradient(log(sigmoid(w3 @ a2 + b3)), b3) + (1 - y) * gradient(log(1 - sigmoid(w3 @ a2 + b3)), b3)),
        -(
            y * (1 / sigmoid(w3 @ a2 + b3)) * (gradient(sigmoid(w3 @ a2 + b3), b3) @ gradient(w3 @ a2 + b3, b3))
            + (1 - y) * (1 / (1 - sigmoid(w3 @ a2 + b3)))
            * (gradient(1 - sigmoid(w3 @ a2 + b3), OUTER(b3, a3)) @ gradient(sigmoid(w3 @ a2 + b3), b3))
        ),
        -(y * (1 / a3) * a3 * (1 - a3) * 1 + (1 - y) * (1 / (1 - a3)) * (-1) * a3 * (1 - a3) * 1),
        -(y * (1 - a3) - (1 - y) * a3),
        -(y - y * a3 - a3 + y * a3),
        a3 - y,
        at=_chain("∂ℒ/∂b[3]", 1, 2, "3-4", 5, 6, 7, 8),
        source_line=[113, 114, 115, 117, 118, 119, 120],
    )
    yield claim(shape(a3 - y), (1, 1), at="chain of ∂ℒ/∂b[3], line 8, under all of it", source_line=120)


# ---- the differential of an element-wise operator ----------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False)
def elementwise():
    """Backpropagation."""
    n, f = dims("n"), abstract("f")
    x, dx = real("x", n, 1), real("dx", n, 1)
    phi = f(x)

    yield claim(shape(phi), (n, 1), at="φ: R^n → R^n", source_line=123)
    yield claim(phi[0:1], f(x[0:1]), at="[φ(x)]_i = f(x_i), i = 1", source_line=125)
    yield claim(phi[n - 1 : n], f(x[n - 1 : n]), at="[φ(x)]_i = f(x_i), i = n", source_line=125)
    yield claim(jacobian(phi, x) @ dx, diag(f.prime(x)) @ dx, at="dφ(x) = diag(f′[x]) dx", source_line=129)
    yield claim(f.prime(x)[0:1], f.prime(x[0:1]), at="f′[x] is f′ applied element-wise, element 1", source_line=131)
    yield claim(
        f.prime(x)[n - 1 : n], f.prime(x[n - 1 : n]), at="f′[x] is f′ applied element-wise, element n", source_line=131
    )
    yield claim(shape(jacobian(phi, x) @ dx), (n, 1), at="dφ(x) ∈ R^{n×1}", source_line=131)
    yield claim(shape(diag(f.prime(x))), (n, n), at="diag(f′[x]) ∈ R^{n×n}", source_line=131)
    yield claim(shape(dx), (n, 1), at="dx ∈ R^{n×1}", source_line=131)


# ---- the second hidden layer -------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False)
def entries_of_w2():
    """Backpropagation."""
    s = _model()
    w2, L = s.w2, s.L

    for i, j in ((1, 1), (2, 2), (1, 3)):
        w2_ij = w2[i - 1, j - 1]
        yield claim(
            abuse_of_notation(gradient(L, w2_ij), gradient(L, w2), ENTRY),
            np.vstack(
                [
                    np.hstack([gradient(L, w2[0:1, 0:1]), gradient(L, w2[0:1, 1:2]), gradient(L, w2[0:1, 2:3])]),
                    np.hstack([gradient(L, w2[1:2, 0:1]), gradient(L, w2[1:2, 1:2]), gradient(L, w2[1:2, 2:3])]),
                ]
            ),
            at="before the chain of ∂ℒ/∂w[2], the 2×3 matrix of ∂ℒ/∂w[2]_ij",
            source_line=133,
        )


@derivation(source=SOURCE, broadcast=False)
def layer2_weights():
    """Backpropagation."""
    s = _model()
    y, a1, w2, b2, z2, a2, w3, z3, a3 = s.y, s.a1, s.w2, s.b2, s.z2, s.a2, s.w3, s.z3, s.a3
    loglik, L = s.loglik, s.L
    dz2 = real("dz2", 2, 1)
    bracket = (a3 - y) @ w3 * LAYER(a3 @ (1 - a3), (a2 * (1 - a2)).T)

    for i, j in ((1, 1), (2, 2), (1, 3)):
        w2_ij, e_i, a1_j = w2[i - 1, j - 1], basis(2, i), a1[j - 1, 0]
        yield claim(
            abuse_of_notation(gradient(SIGN(loglik, L), w2), gradient(SIGN(loglik, L), w2_ij), ENTRY),
            gradient(L, a3) @ jacobian(a3, z3) @ jacobian(z3, a2) @ jacobian(a2, z2) @ jacobian(z2, w2_ij),
            (a3 - y) @ w3 @ jacobian(sigmoid(z2), z2) @ jacobian(w2 @ a1 + b2, w2_ij),
            (a3 - y) @ w3 @ jacobian(sigmoid(z2), z2) @ jacobian(w2 @ a1, w2_ij),
            (a3 - y) @ w3 @ DIFFERENTIAL(_dsigma(z2, dz2), jacobian(sigmoid(z2), z2)) @ (a1_j * e_i),
            (a3 - y) @ w3 @ DIFFERENTIAL(diag(sigmoid.prime(z2)) @ dz2, diag(sigmoid.prime(z2))) @ (a1_j * e_i),
            bracket @ (a1_j * e_i),
            bracket[:, i - 1] * a1_j,
            at=_chain("∂ℒ/∂w[2]", 1, 2, 3, 4, 5, 6, 7),
            source_line=[138, 139, 140, 141, 142, 143, 144],
        )
        yield claim(shape(a3 - y), (1, 1), at="chain of ∂ℒ/∂w[2], line 5, under a[3] - y", source_line=142)
        yield claim(shape(w3), (1, 2), at="chain of ∂ℒ/∂w[2], line 5, under w[3]", source_line=142)
        yield claim(
            shape(DIFFERENTIAL(diag(sigmoid.prime(z2)) @ dz2, diag(sigmoid.prime(z2)))),
            (2, 2),
            at="chain of ∂ℒ/∂w[2], line 5, under diag(σ′[z]) dz",
            source_line=142,
        )
        yield claim(shape(a1_j * e_i), (2, 1), at="chain of ∂ℒ/∂w[2], line 5, under a_j e_i", source_line=142)
        yield claim(shape(bracket), (1, 2), at="chain of ∂ℒ/∂w[2], line 6, under the bracket", source_line=143)
        yield claim(shape(a1_j * e_i), (2, 1), at="chain of ∂ℒ/∂w[2], line 6, under a_j e_i", source_line=143)
        yield claim(
            shape(bracket[:, i - 1 : i] * a1_j),
            (1, 1),
            at="chain of ∂ℒ/∂w[2], line 7, under all of it",
            source_line=144,
        )
    yield claim(gradient(L, w2), ROW(bracket, bracket.T) @ a1.T, at="chain of ∂ℒ/∂w[2], line 8", source_line=145)
    yield claim(
        shape(ROW(bracket, bracket.T) @ a1.T), (2, 3), at="chain of ∂ℒ/∂w[2], line 8, under all of it", source_line=145
    )
    yield claim(shape(a1), (3, 1), at="after the chain of ∂ℒ/∂w[2], a[1] ∈ R^{3×1}", source_line=148)
    for i in (1, 2):
        yield claim(shape(basis(2, i)), (2, 1), at="after the chain of ∂ℒ/∂w[2], e_i ∈ R^{2×1}", source_line=148)


@derivation(source=SOURCE, broadcast=False)
def layer2_biases():
    """Backpropagation."""
    s = _model()
    y, a1, w2, b2, z2, a2, w3, z3, a3 = s.y, s.a1, s.w2, s.b2, s.z2, s.a2, s.w3, s.z3, s.a3
    loglik, L = s.loglik, s.L
    dz2 = real("dz2", 2, 1)
    bracket = (a3 - y) @ w3 * FACTOR(sigmoid(z2) @ (1 - sigmoid(z2)), (sigmoid(z2) * (1 - sigmoid(z2))).T)
    last = (a3 - y) @ w3 * LAYER(a3 @ (1 - a3), (a2 * (1 - a2)).T)

    for i in (1, 2):
        b2_i, e_i = b2[i - 1, 0], basis(2, i)
        yield claim(
            abuse_of_notation(gradient(SIGN(loglik, L), b2), gradient(SIGN(loglik, L), b2_i), ENTRY),
            gradient(L, a3) @ jacobian(a3, z3) @ jacobian(z3, a2) @ jacobian(a2, z2) @ jacobian(z2, ENTRY(b2, b2_i)),
            (a3 - y) @ w3 @ jacobian(sigmoid(z2), z2) @ jacobian(w2 @ a1 + b2, ENTRY(b2, b2_i)),
            (a3 - y) @ w3 @ DIFFERENTIAL(_dsigma(z2, dz2), jacobian(sigmoid(z2), z2)) @ jacobian(b2, ENTRY(b2, b2_i)),
            ((a3 - y) @ w3 @ DIFFERENTIAL(_dsigma(z2, dz2), jacobian(sigmoid(z2), z2))) @ e_i,
            ((a3 - y) @ w3 @ DIFFERENTIAL(diag(sigmoid.prime(z2)) @ dz2, diag(sigmoid.prime(z2)))) @ e_i,
            bracket @ e_i,
            bracket[:, i - 1],
            at=_chain("∂ℒ/∂b[2]", 1, 2, 3, 4, 5, 6, 7),
            source_line=[151, 152, 153, 154, 155, 156, 157],
        )
        yield claim(shape(bracket), (1, 2), at="chain of ∂ℒ/∂b[2], line 6, under the bracket", source_line=156)
        yield claim(shape(e_i), (2, 1), at="chain of ∂ℒ/∂b[2], line 6, under e_i", source_line=156)
        yield claim(
            shape(bracket[:, i - 1 : i]), (1, 1), at="chain of ∂ℒ/∂b[2], line 7, under all of it", source_line=157
        )
    yield claim(gradient(L, b2), ROW(last, last.T), at="chain of ∂ℒ/∂b[2], line 8", source_line=160)
    yield claim(shape(ROW(last, last.T)), (2, 1), at="chain of ∂ℒ/∂b[2], line 8, under the bracket", source_line=160)
    yield claim(shape(b2), (2, 1), at="after the chain of ∂ℒ/∂b[2], b[2] ∈ R^{2×1}", source_line=162)
    for i in (1, 2):
        yield claim(shape(basis(2, i)), (2, 1), at="after the chain of ∂ℒ/∂b[2], e_i ∈ R^{2×1}", source_line=162)


# ---- the first hidden layer --------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False)
def layer1_weights():
    """Backpropagation."""
    s = _model()
    n, x, y, w1, b1, z1, a1 = s.n, s.x, s.y, s.w1, s.b1, s.z1, s.a1
    w2, z2, a2, w3, z3, a3, loglik, L = s.w2, s.z2, s.a2, s.w3, s.z3, s.a3, s.loglik, s.L
    dz1, dz2 = real("dz1", 3, 1), real("dz2", 2, 1)
    bracket = (
        (a3 - y) @ w3 * FACTOR(sigmoid(z2) @ (1 - sigmoid(z2)), (sigmoid(z2) * (1 - sigmoid(z2))).T) @ w2
        * FACTOR(sigmoid(z1) @ (1 - sigmoid(z1)), (sigmoid(z1) * (1 - sigmoid(z1))).T)
    )

    for i, j in ((1, 1), (2, n), (3, 1)):
        w1_ij, e_i, x_j = w1[i - 1, j - 1], basis(3, i), x[j - 1, 0]
        yield claim(
            abuse_of_notation(gradient(SIGN(loglik, L), w1), gradient(SIGN(loglik, L), w1_ij), ENTRY),
            gradient(L, a3) @ jacobian(a3, z3) @ jacobian(z3, a2) @ jacobian(a2, z2) @ jacobian(z2, a1)
            @ jacobian(a1, z1) @ jacobian(z1, w1_ij),
            (a3 - y) @ w3 @ DIFFERENTIAL(_dsigma(z2, dz2), jacobian(sigmoid(z2), z2)) @ w2
            @ DIFFERENTIAL(_dsigma(z1, dz1), jacobian(sigmoid(z1), z1)) @ jacobian(w1 @ x + b1, w1_ij),
            (a3 - y) @ w3 @ DIFFERENTIAL(_dsigma(z2, dz2), jacobian(sigmoid(z2), z2)) @ w2
            @ DIFFERENTIAL(_dsigma(z1, dz1), jacobian(sigmoid(z1), z1)) @ jacobian(w1 @ x, w1_ij),
            (a3 - y) @ w3 @ DIFFERENTIAL(diag(sigmoid.prime(z2)) @ dz2, diag(sigmoid.prime(z2))) @ w2
            @ DIFFERENTIAL(diag(sigmoid.prime(z1)) @ dz1, diag(sigmoid.prime(z1))) @ (x_j * e_i),
            bracket @ (x_j * e_i),
            ENTRY(bracket, bracket[:, i - 1 : i]) * x_j,
            at=_chain("∂ℒ/∂w[1]", 1, 2, 3, 4, 5, 6),
            source_line=164,
        )
        yield claim(shape(a3 - y), (1, 1), at="chain of ∂ℒ/∂w[1], line 4, under a[3] - y", source_line=164)
        yield claim(shape(w3), (1, 2), at="chain of ∂ℒ/∂w[1], line 4, under w[3]", source_line=164)
        yield claim(
            shape(DIFFERENTIAL(diag(sigmoid.prime(z2)) @ dz2, diag(sigmoid.prime(z2)))),
            (2, 2),
            at="chain of ∂ℒ/∂w[1], line 4, under diag(σ′[z[2]]) dz[2]",
            source_line=164,
        )
        yield claim(shape(w2), (2, 3), at="chain of ∂ℒ/∂w[1], line 4, under w[2]", source_line=164)
        yield claim(
            shape(DIFFERENTIAL(diag(sigmoid.prime(z1)) @ dz1, diag(sigmoid.prime(z1)))),
            (3, 3),
            at="chain of ∂ℒ/∂w[1], line 4, under diag(σ′[z[1]]) dz[1]",
            source_line=164,
        )
        yield claim(shape(x_j * e_i), (3, 1), at="chain of ∂ℒ/∂w[1], line 4, under x_j e_i", source_line=164)
        yield claim(shape(bracket), (1, 3), at="chain of ∂ℒ/∂w[1], line 5, under the bracket", source_line=164)
        yield claim(shape(x_j * e_i), (3, 1), at="chain of ∂ℒ/∂w[1], line 5, under x_j e_i", source_line=164)
        yield claim(
            shape(ENTRY(bracket, bracket[:, i - 1 : i])),
            (1, 1),
            at="chain of ∂ℒ/∂w[1], line 6, under the bracket",
            source_line=164,
        )
    yield claim(gradient(L, w1), ROW(bracket, bracket.T) @ x.T, at="chain of ∂ℒ/∂w[1], line 7", source_line=164)
    yield claim(
        shape(ROW(bracket, bracket.T) @ x.T), (3, n), at="chain of ∂ℒ/∂w[1], line 7, under all of it", source_line=164
    )
    yield claim(shape(x), (n, 1), at="after the chain of ∂ℒ/∂w[1], x ∈ R^{n×1}", source_line=166)
    for i in (1, 2, 3):
        yield claim(shape(basis(3, i)), (3, 1), at="after the chain of ∂ℒ/∂w[1], e_i ∈ R^{3×1}", source_line=166)


@derivation(source=SOURCE, broadcast=False)
def layer1_biases():
    """Backpropagation."""
    s = _model()
    x, y, w1, b1, z1, a1 = s.x, s.y, s.w1, s.b1, s.z1, s.a1
    w2, z2, a2, w3, z3, a3, loglik, L = s.w2, s.z2, s.a2, s.w3, s.z3, s.a3, s.loglik, s.L
    dz1, dz2 = real("dz1", 3, 1), real("dz2", 2, 1)
    bracket = (
        (a3 - y) @ w3 * FACTOR(sigmoid(z2) @ (1 - sigmoid(z2)), (sigmoid(z2) * (1 - sigmoid(z2))).T) @ w2
        * FACTOR(sigmoid(z1) @ (1 - sigmoid(z1)), (sigmoid(z1) * (1 - sigmoid(z1))).T)
    )

    for i in (1, 2, 3):
        b1_i, e_i = b1[i - 1, 0], basis(3, i)
        yield claim(
            abuse_of_notation(gradient(SIGN(loglik, L), b1), gradient(SIGN(loglik, L), b1_i), ENTRY),
            gradient(L, a3) @ jacobian(a3, z3) @ jacobian(z3, a2) @ jacobian(a2, z2) @ jacobian(z2, a1)
            @ jacobian(a1, z1) @ jacobian(z1, ENTRY(b1, b1_i)),
            (a3 - y) @ w3 @ DIFFERENTIAL(_dsigma(z2, dz2), jacobian(sigmoid(z2), z2)) @ w2
            @ DIFFERENTIAL(_dsigma(z1, dz1), jacobian(sigmoid(z1), z1)) @ jacobian(w1 @ x + b1, ENTRY(b1, b1_i)),
            (a3 - y) @ w3 @ DIFFERENTIAL(_dsigma(z2, dz2), jacobian(sigmoid(z2), z2)) @ w2
            @ DIFFERENTIAL(_dsigma(z1, dz1), jacobian(sigmoid(z1), z1)) @ jacobian(b1, ENTRY(b1, b1_i)),
            (a3 - y) @ w3 @ DIFFERENTIAL(diag(sigmoid.prime(z2)) @ dz2, diag(sigmoid.prime(z2))) @ w2
            @ DIFFERENTIAL(diag(sigmoid.prime(z1)) @ dz1, diag(sigmoid.prime(z1))) @ e_i,
            bracket @ e_i,
            bracket[:, i - 1],
            at=_chain("∂ℒ/∂b[1]", 1, 2, 3, 4, 5, 6),
            source_line=[168, 168, 168, 168, 168, 173],
        )
        yield claim(shape(a3 - y), (1, 1), at="chain of ∂ℒ/∂b[1], line 4, under a[3] - y", source_line=168)
        yield claim(shape(w3), (1, 2), at="chain of ∂ℒ/∂b[1], line 4, under w[3]", source_line=168)
        yield claim(
            shape(DIFFERENTIAL(diag(sigmoid.prime(z2)) @ dz2, diag(sigmoid.prime(z2)))),
            (2, 2),
            at="chain of ∂ℒ/∂b[1], line 4, under diag(σ′[z[2]]) dz[2]",
            source_line=168,
        )
        yield claim(shape(w2), (2, 3), at="chain of ∂ℒ/∂b[1], line 4, under w[2]", source_line=168)
        yield claim(
            shape(DIFFERENTIAL(diag(sigmoid.prime(z1)) @ dz1, diag(sigmoid.prime(z1)))),
            (3, 3),
            at="chain of ∂ℒ/∂b[1], line 4, under diag(σ′[z[1]]) dz[1]",
            source_line=168,
        )
        yield claim(shape(e_i), (3, 1), at="chain of ∂ℒ/∂b[1], line 4, under e_i", source_line=168)
        yield claim(shape(bracket), (1, 3), at="chain of ∂ℒ/∂b[1], line 5, under the bracket", source_line=168)
        yield claim(shape(e_i), (3, 1), at="chain of ∂ℒ/∂b[1], line 5, under e_i", source_line=168)
        yield claim(
            shape(bracket[:, i - 1 : i]),
            (1, 1),
            at="chain of ∂ℒ/∂b[1], line 6, under the bracket with index i",
            source_line=173,
        )
    yield claim(gradient(L, b1), ROW(bracket, bracket.T), at="chain of ∂ℒ/∂b[1], line 7", source_line=174)
    yield claim(
        shape(ROW(bracket, bracket.T)), (3, 1), at="chain of ∂ℒ/∂b[1], line 7, under the bracket", source_line=174
    )
    yield claim(shape(b1), (3, 1), at="after the chain of ∂ℒ/∂b[1], b[1] ∈ R^{3×1}", source_line=177)
    for i in (1, 2, 3):
        yield claim(shape(basis(3, i)), (3, 1), at="after the chain of ∂ℒ/∂b[1], e_i ∈ R^3", source_line=177)


# ---- the summary -------------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False)
def summary():
    """Backpropagation."""
    s = _model()
    n, x, y, w1, b1, z1, a1 = s.n, s.x, s.y, s.w1, s.b1, s.z1, s.a1
    w2, b2, z2, a2, w3, b3, a3, loglik, L = s.w2, s.b2, s.z2, s.a2, s.w3, s.b3, s.a3, s.loglik, s.L
    bracket2 = (a3 - y) @ w3 * LAYER(a3 @ (1 - a3), (a2 * (1 - a2)).T)
    bracket1 = (
        (a3 - y) @ w3 * FACTOR(sigmoid(z2) @ (1 - sigmoid(z2)), (sigmoid(z2) * (1 - sigmoid(z2))).T) @ w2
        * FACTOR(sigmoid(z1) @ (1 - sigmoid(z1)), (sigmoid(z1) * (1 - sigmoid(z1))).T)
    )

    yield claim(
        misprint(gradient(loglik, w3), gradient(L, w3), SIGN), (a3 - y) @ a2.T, at="summary, ∂ℒ/∂w[3]", source_line=182
    )
    yield claim(shape((a3 - y) @ a2.T), (1, 2), at="summary, ∂ℒ/∂w[3] ∈ R^{1×2}", source_line=182)
    yield claim(
        misprint(gradient(loglik, w2), gradient(L, w2), SIGN),
        ROW(bracket2, bracket2.T) @ a1.T,
        at="summary, ∂ℒ/∂w[2]",
        source_line=183,
    )
    yield claim(shape(ROW(bracket2, bracket2.T) @ a1.T), (2, 3), at="summary, ∂ℒ/∂w[2] ∈ R^{2×3}", source_line=183)
    yield claim(
        misprint(gradient(loglik, w1), gradient(L, w1), SIGN),
        ROW(bracket1, bracket1.T) @ x.T,
        at="summary, ∂ℒ/∂w[1]",
        source_line=184,
    )
    yield claim(shape(ROW(bracket1, bracket1.T) @ x.T), (3, n), at="summary, ∂ℒ/∂w[1] ∈ R^{3×n}", source_line=184)
    yield claim(misprint(gradient(loglik, b3), gradient(L, b3), SIGN), a3 - y, at="summary, ∂ℒ/∂b[3]", source_line=190)
    yield claim(shape(a3 - y), (1, 1), at="summary, ∂ℒ/∂b[3] ∈ R^{1×1}", source_line=190)
    yield claim(
        misprint(gradient(loglik, b2), gradient(L, b2), SIGN),
        ROW(bracket2, bracket2.T),
        at="summary, ∂ℒ/∂b[2]",
        source_line=191,
    )
    yield claim(shape(ROW(bracket2, bracket2.T)), (2, 1), at="summary, ∂ℒ/∂b[2] ∈ R^{2×1}", source_line=191)
    yield claim(
        misprint(gradient(loglik, b1), gradient(L, b1), SIGN),
        ROW(bracket1, bracket1.T),
        at="summary, ∂ℒ/∂b[1]",
        source_line=192,
    )
    yield claim(shape(ROW(bracket1, bracket1.T)), (3, 1), at="summary, ∂ℒ/∂b[1] ∈ R^{3×1}", source_line=192)
