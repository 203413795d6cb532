"""Two Layer Neural Network Derivation: sigmoid layers of 3, 2 and 1 neurons, cross-entropy loss of one example.

Layout: each ∂ℒ/∂w and ∂ℒ/∂b has the shape of w and b, as the document declares with ∈ R^{…} and under-braces; the
derivatives inside the chains have a row for each output, so that they multiply from left to right.

The ℒ of (13) is the log-likelihood. The ℒ of the chains is its negative, as the first lines of those for w[3] and b[3]
say. Here `loglik` is the former and `L` the latter: `updates` marks where the letter and the formulas disagree, and
everywhere else the chains are judged as derivatives of `L`.

The chains of w[2], b[2], w[1] and b[1] begin and end with a whole derivative and go through one entry of it, chosen by
the indices i, j or by e_i. The lines about an entry are judged against that entry, in a claim of their own that begins
with the left-hand side as printed; the others against the whole. Juxtaposition is the matrix product, ∘ the product
element by element, and dσ(z) is what the document defines: the differential diag(σ′[z]) dz with an arbitrary dz. An
under-brace below something ill-shaped is judged below what is meant by it; entry i of something ill-shaped is its
product with e_i.

Not checked:
- where b[1] is located and that every layer but the last has a bias neuron: they refer to an illustration;
- which losses and activations suit which problems: prose.
Only typography:
- n is the size of the image, and from J* on also the number of observations, which is N here;
- ŷ is used for a[3]; the x of (5) is a number; the i of y^{(i)} is neither the i of w_ij nor that of e_i;
- "two layer" counts the hidden layers: there are three of weights;
- sizes printed below brackets and letters, [...]_{1×2} and w[3]_{1×2}, repeat the under-braces there; in line 7 of the
  chain of ∂ℒ/∂w[2] the factor a_j stands in the index of the bracket, [...]_{i a_j};
- the chain of ∂ℒ/∂b[1] lacks a parenthesis in line 5, and in line 6 has a bracket too many and the brace without _i;
- the "gradient" of φ: R^n → R^n is its Jacobian; e_i ∈ R^3 is e_i ∈ R^{3×1}.
"""

from types import SimpleNamespace

import numpy as np

from gradcheck import (
    abuse_of_notation,
    bits,
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

SIGN = "ℒ of (13) is the log-likelihood; what is derived and descended is its negative"
ENTRY = "the whole derivative written for the entry that these lines are about"
ALL_ENTRIES = "the matrix of all ∂ℒ/∂w_ij written for the one with indices i, j"
DIFFERENTIAL = "the differential dσ(z) = diag(σ′[z]) dz written for the derivative ∂σ(z)/∂z = diag(σ′[z])"
ROW = "a row written for a column: the product of derivatives is the gradient's transpose"
HADAMARD = "σ(z)(1 - σ(z)) is meant element by element and as a row, and the products from left to right"
LAYER = "a[3](1 - a[3]) for a[2](1 - a[2]), which is meant element by element and as a row"
LEFTOVER = "this is the size of diag(σ′[z]); dz, which is left over, makes it a column"


def _model(w2=None):
    n = dims("n")
    x, y = real("x", n, 1), bits("y", 1, 1)
    w1, b1 = real("w1", 3, n), real("b1", 3, 1)
    w2, b2 = real("w2", 2, 3) if w2 is None else w2, real("b2", 2, 1)
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


def _printed_row(s):
    """The bracket with w[2], as printed: juxtaposition is the matrix product, and ∘ comes after it."""
    y, w2, w3, z1, z2, a3 = s.y, s.w2, s.w3, s.z1, s.z2, s.a3
    return (a3 - y) @ w3 * (sigmoid(z2) @ (1 - sigmoid(z2)) @ w2) * (sigmoid(z1) @ (1 - sigmoid(z1)))


def _row(s):
    """The bracket with w[2], as meant."""
    y, w2, w3, z1, z2, a3 = s.y, s.w2, s.w3, s.z1, s.z2, s.a3
    return ((a3 - y) @ w3 * (sigmoid(z2) * (1 - sigmoid(z2))).T) @ w2 * (sigmoid(z1) * (1 - sigmoid(z1))).T


# ---- forward propagation -----------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False)
def forward():
    s = _model()
    n, x, w1, b1, z1, a1 = s.n, s.x, s.w1, s.b1, s.z1, s.a1
    w2, b2, z2, a2, w3, b3, z3, a3 = s.w2, s.b2, s.z2, s.a2, s.w3, s.b3, s.z3, s.a3

    rows, columns = dims("a b")
    image = real("image", rows, columns, 3)
    yield claim(shape(image.reshape(-1, 1)), (rows * columns * 3, 1), at="Background, n = a × b × c with c = 3")
    yield claim(shape(x), (n, 1), at="x ∈ R^{n×1}")

    w1_1, w1_2, w1_3 = w1[0:1], w1[1:2], w1[2:3]
    b1_1, b1_2, b1_3 = b1[0:1], b1[1:2], b1[2:3]
    z1_1, z1_2, z1_3 = z1[0:1], z1[1:2], z1[2:3]
    yield claim(z1_1, w1_1 @ x + b1_1, at="(1)")
    yield claim(shape(z1_1), (1, 1), at="(1), under z_1")
    yield claim(shape(w1_1), (1, n), at="(1), under w_1")
    yield claim(shape(x), (n, 1), at="(1), under x")
    yield claim(shape(b1_1), (1, 1), at="(1), under b_1")
    yield claim(z1_2, w1_2 @ x + b1_2, at="(2)")
    yield claim(z1_3, w1_3 @ x + b1_3, at="(3)")
    yield claim(np.vstack([w1_1 @ x + b1_1, w1_2 @ x + b1_2, w1_3 @ x + b1_3]), w1 @ x + b1, at="(4), for (1)-(3)")
    yield claim(shape(z1), (3, 1), at="(4), under z")
    yield claim(shape(w1), (3, n), at="(4), under w")
    yield claim(shape(x), (n, 1), at="(4), under x")
    yield claim(shape(b1), (3, 1), at="(4), under b")

    a1_1, a1_2, a1_3 = a1[0:1], a1[1:2], a1[2:3]
    yield claim(a1_1, sigmoid(z1_1), at="after (4), a_1")
    yield claim(shape(a1_1), (1, 1), at="after (4), under a_1")
    yield claim(shape(sigmoid(z1_1)), (1, 1), at="after (4), under σ(z_1)")
    yield claim(a1_2, sigmoid(z1_2), at="after (4), a_2")
    yield claim(a1_3, sigmoid(z1_3), at="after (4), a_3")
    t = real("t")
    yield claim(shape(sigmoid(t)), (), at="before (5), σ: R → R")
    yield claim(sigmoid(t), 1 / (1 + exp(-t)), exp(t) / (1 + exp(t)), at="(5)")
    yield claim(np.vstack([sigmoid(z1_1), sigmoid(z1_2), sigmoid(z1_3)]), sigmoid(z1), at="(6), for its components")
    yield claim(shape(a1), (3, 1), at="after (6), a[1] ∈ R^{3×1}")

    w2_1, w2_2 = w2[0:1], w2[1:2]
    b2_1, b2_2 = b2[0:1], b2[1:2]
    z2_1, z2_2 = z2[0:1], z2[1:2]
    yield claim(z2_1, w2_1 @ a1 + b2_1, at="(7)")
    yield claim(shape(z2_1), (1, 1), at="(7), under z_1")
    yield claim(shape(w2_1), (1, 3), at="(7), under w_1")
    yield claim(shape(a1), (3, 1), at="(7), under a")
    yield claim(shape(b2_1), (1, 1), at="(7), under b_1")
    yield claim(z2_2, w2_2 @ a1 + b2_2, at="(8)")
    yield claim(np.vstack([w2_1 @ a1 + b2_1, w2_2 @ a1 + b2_2]), w2 @ a1 + b2, at="(9), for (7)-(8)")
    yield claim(shape(z2), (2, 1), at="(9), under z")
    yield claim(shape(w2), (2, 3), at="(9), under w")
    yield claim(shape(a1), (3, 1), at="(9), under a")
    yield claim(shape(b2), (2, 1), at="(9), under b")

    a2_1, a2_2 = a2[0:1], a2[1:2]
    yield claim(a2_1, sigmoid(z2_1), at="after (9), a_1")
    yield claim(shape(a2_1), (1, 1), at="after (9), under a_1")
    yield claim(shape(z2_1), (1, 1), at="after (9), under z_1")
    yield claim(a2_2, sigmoid(z2_2), at="after (9), a_2")
    yield claim(np.vstack([sigmoid(z2_1), sigmoid(z2_2)]), sigmoid(z2), at="(10), for its components")
    yield claim(shape(a2), (2, 1), at="after (10), a[2] ∈ R^{2×1}")

    yield claim(z3, w3 @ a2 + b3, at="(11)")
    yield claim(shape(z3), (1, 1), at="(11), under z")
    yield claim(shape(w3), (1, 2), at="(11), under w")
    yield claim(shape(a2), (2, 1), at="(11), under a")
    yield claim(shape(b3), (1, 1), at="(11), under b")
    yield claim(a3, sigmoid(z3), at="(12)")
    yield claim(shape(a3), (1, 1), at="after (12), a[3] ∈ R^{1×1}")


# ---- loss, objective, updates ------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False)
def objective():
    N = dims("N")
    yhat, y = unit("yhat", 1, N), bits("y", 1, N)
    loglik = y * log(yhat) + (1 - y) * log(1 - yhat)
    J_star = loglik.mean()

    yield claim(log(yhat**y * (1 - yhat) ** (1 - y)), loglik, at="(13), the log-likelihood")
    yield claim(cross_entropy(yhat, y), misprint(loglik, -loglik, SIGN), at="(13), as the ℒ of the chains")
    yield claim(J_star, loglik.sum() / N, at="after (13), J*: the summed loss, normalised")
    yield claim(cross_entropy(yhat, y).mean(), -loglik.sum() / N, -J_star, at="(14), the cross-entropy objective")


@derivation(source=SOURCE, broadcast=False)
def updates():
    s = _model()
    w1, b1, w2, b2, w3, b3, a3, loglik, L = s.w1, s.b1, s.w2, s.b2, s.w3, s.b3, s.a3, s.loglik, s.L
    eta = positive("eta")

    for w, b in ((w1, b1), (w2, b2), (w3, b3)):
        yield claim(
            w - eta * gradient(L, w),
            misprint(w - eta * gradient(loglik, w), w + eta * gradient(loglik, w), SIGN),
            at="(15) for ℓ = 1, 2, 3, with ℒ of (13)",
        )
        yield claim(
            b - eta * gradient(L, b),
            misprint(b - eta * gradient(loglik, b), b + eta * gradient(loglik, b), SIGN),
            at="(16) for ℓ = 1, 2, 3, with ℒ of (13)",
        )
        yield claim(
            gradient(L, w),
            misprint(gradient(loglik, w), -gradient(loglik, w), SIGN),
            at="∂ℒ/∂w[ℓ] at the left of the chains and of the summary, with ℒ of (13)",
        )
        yield claim(
            gradient(L, b),
            misprint(gradient(loglik, b), -gradient(loglik, b), SIGN),
            at="∂ℒ/∂b[ℓ] at the left of the chains and of the summary, with ℒ of (13)",
        )


# ---- the output layer --------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False)
def layer3():
    s = _model()
    y, a2, w3, b3, z3, a3, L = s.y, s.a2, s.w3, s.b3, s.z3, s.a3, s.L

    yield claim(
        gradient(L, w3),
        -gradient(y * log(a3) + (1 - y) * log(1 - a3), w3),
        -(y * gradient(log(sigmoid(w3 @ a2 + b3)), w3) + (1 - y) * gradient(log(1 - sigmoid(w3 @ a2 + b3)), w3)),
        misprint(
            -(
                y * (1 / sigmoid(w3 @ a2 + b3)) * (gradient(sigmoid(w3 @ a2 + b3), w3) @ gradient(w3 @ a2 + b3, w3))
                + (1 - y)
                * (1 / (1 - sigmoid(w3 @ a2 + b3)))
                * (gradient(1 - sigmoid(w3 @ a2 + b3), w3) @ gradient(sigmoid(w3 @ a2 + b3), w3))
            ),
            -(
                y * (1 / sigmoid(w3 @ a2 + b3)) * (gradient(sigmoid(w3 @ a2 + b3), z3) @ gradient(w3 @ a2 + b3, w3))
                + (1 - y)
                * (1 / (1 - sigmoid(w3 @ a2 + b3)))
                * (gradient(1 - sigmoid(w3 @ a2 + b3), a3) @ gradient(sigmoid(w3 @ a2 + b3), w3))
            ),
            "∂σ(z)/∂w ∂z/∂w for ∂σ(z)/∂z ∂z/∂w, and ∂(1 - σ)/∂w ∂σ/∂w for ∂(1 - σ)/∂σ ∂σ/∂w",
        ),
        -(y * (1 / a3) * a3 * (1 - a3) * a2.T + (1 - y) * (1 / (1 - a3)) * (-1) * a3 * (1 - a3) * a2.T),
        -(y * (1 - a3) * a2.T - (1 - y) * a3 * a2.T),
        -(y * a2.T - y * a3 * a2.T - a3 * a2.T + y * a3 * a2.T),
        -(y * a2.T - a3 * a2.T),
        (a3 - y) @ jacobian(z3, w3),
        (a3 - y) @ a2.T,
        at="chain of ∂ℒ/∂w[3], lines 1, 2, 3-4, 5, 6, 7, 8, 9, 10",
    )
    yield claim(shape(a3 - y), (1, 1), at="chain of ∂ℒ/∂w[3], line 10, under a[3] - y")
    yield claim(shape(a2.T), (1, 2), at="chain of ∂ℒ/∂w[3], line 10, under a[2]T")
    yield claim(shape((a3 - y) @ a2.T), (1, 2), at="chain of ∂ℒ/∂w[3], line 11, under all of line 10")

    yield claim(
        gradient(L, b3),
        -gradient(y * log(a3) + (1 - y) * log(1 - a3), b3),
        -(y * gradient(log(sigmoid(w3 @ a2 + b3)), b3) + (1 - y) * gradient(log(1 - sigmoid(w3 @ a2 + b3)), b3)),
        misprint(
            -(
                y * (1 / sigmoid(w3 @ a2 + b3)) * (gradient(sigmoid(w3 @ a2 + b3), b3) @ gradient(w3 @ a2 + b3, b3))
                + (1 - y)
                * (1 / (1 - sigmoid(w3 @ a2 + b3)))
                * (gradient(1 - sigmoid(w3 @ a2 + b3), b3) @ gradient(sigmoid(w3 @ a2 + b3), b3))
            ),
            -(
                y * (1 / sigmoid(w3 @ a2 + b3)) * (gradient(sigmoid(w3 @ a2 + b3), z3) @ gradient(w3 @ a2 + b3, b3))
                + (1 - y)
                * (1 / (1 - sigmoid(w3 @ a2 + b3)))
                * (gradient(1 - sigmoid(w3 @ a2 + b3), a3) @ gradient(sigmoid(w3 @ a2 + b3), b3))
            ),
            "∂(1 - σ)/∂b ∂σ/∂b for ∂(1 - σ)/∂σ ∂σ/∂b; ∂σ(z)/∂b ∂z/∂b for ∂σ(z)/∂z ∂z/∂b is harmless, as ∂z/∂b = 1",
        ),
        -(y * (1 / a3) * a3 * (1 - a3) * 1 + (1 - y) * (1 / (1 - a3)) * (-1) * a3 * (1 - a3) * 1),
        -(y * (1 - a3) - (1 - y) * a3),
        -(y - y * a3 - a3 + y * a3),
        a3 - y,
        at="chain of ∂ℒ/∂b[3], lines 1, 2, 3-4, 5, 6, 7, 8",
    )
    yield claim(shape(a3 - y), (1, 1), at="chain of ∂ℒ/∂b[3], line 8, under all of it")


# ---- the differential of an element-wise operator ----------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False)
def elementwise():
    n, f = dims("n"), abstract("f")
    x, dx = real("x", n, 1), real("dx", n, 1)
    phi = f(x)

    yield claim(shape(phi), (n, 1), at="φ: R^n → R^n")
    yield claim(phi[0:1], f(x[0:1]), at="[φ(x)]_i = f(x_i), i = 1")
    yield claim(phi[n - 1 : n], f(x[n - 1 : n]), at="[φ(x)]_i = f(x_i), i = n")
    yield claim(jacobian(phi, x) @ dx, diag(f.prime(x)) @ dx, at="dφ(x) = diag(f′[x]) dx")
    yield claim(f.prime(x)[0:1], f.prime(x[0:1]), at="f′[x] is f′ applied element-wise, element 1")
    yield claim(f.prime(x)[n - 1 : n], f.prime(x[n - 1 : n]), at="f′[x] is f′ applied element-wise, element n")
    yield claim(shape(jacobian(phi, x) @ dx), (n, 1), at="dφ(x) ∈ R^{n×1}")
    yield claim(shape(diag(f.prime(x))), (n, n), at="diag(f′[x]) ∈ R^{n×n}")
    yield claim(shape(dx), (n, 1), at="dx ∈ R^{n×1}")


# ---- the second hidden layer -------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False)
def entries_of_w2():
    w11, w12, w13 = real("w11", 1, 1), real("w12", 1, 1), real("w13", 1, 1)
    w21, w22, w23 = real("w21", 1, 1), real("w22", 1, 1), real("w23", 1, 1)
    w2 = np.vstack([np.hstack([w11, w12, w13]), np.hstack([w21, w22, w23])])
    L = _model(w2).L

    matrix = np.vstack(
        [
            np.hstack([gradient(L, w11), gradient(L, w12), gradient(L, w13)]),
            np.hstack([gradient(L, w21), gradient(L, w22), gradient(L, w23)]),
        ]
    )
    yield claim(gradient(L, w2), matrix, at="the 2×3 matrix of ∂ℒ/∂w[2]_ij, for ∂ℒ/∂w[2]")
    for i, j, w_ij in ((1, 1, w11), (2, 2, w22), (1, 3, w13)):
        yield claim(
            gradient(L, w_ij),
            abuse_of_notation(matrix, matrix[i - 1 : i, j - 1 : j], ALL_ENTRIES),
            at="the 2×3 matrix of ∂ℒ/∂w[2]_ij, as printed",
        )


@derivation(source=SOURCE, broadcast=False)
def layer2_weights():
    s = _model()
    y, a1, w2, b2, z2, a2, w3, z3, a3, L = s.y, s.a1, s.w2, s.b2, s.z2, s.a2, s.w3, s.z3, s.a3, s.L
    dz2 = real("dz2", 2, 1)
    dsigma_z2 = diag(sigmoid.prime(z2)) @ dz2

    for i, j in ((1, 1), (2, 2), (1, 3)):
        e_i, a1_j = basis(2, i), a1[j - 1 : j]
        yield claim(
            gradient(L, w2)[i - 1 : i, j - 1 : j],
            abuse_of_notation(gradient(L, w2), gradient(L, w2)[i - 1 : i, j - 1 : j], ENTRY),
            gradient(L, a3)
            @ jacobian(a3, z3)
            @ jacobian(z3, a2)
            @ jacobian(a2, z2)
            @ jacobian(z2, w2)[:, i - 1 : i, j - 1],
            (a3 - y) @ w3 @ jacobian(sigmoid(z2), z2) @ jacobian(w2 @ a1 + b2, w2)[:, i - 1 : i, j - 1],
            (a3 - y) @ w3 @ jacobian(sigmoid(z2), z2) @ jacobian(w2 @ a1, w2)[:, i - 1 : i, j - 1],
            abuse_of_notation(
                (a3 - y) @ w3 @ dsigma_z2 @ (a1_j * e_i),
                (a3 - y) @ w3 @ jacobian(sigmoid(z2), z2) @ (a1_j * e_i),
                DIFFERENTIAL,
            ),
            abuse_of_notation(
                (a3 - y) @ w3 @ (diag(sigmoid.prime(z2)) @ dz2) @ (a1_j * e_i),
                (a3 - y) @ w3 @ diag(sigmoid.prime(z2)) @ (a1_j * e_i),
                DIFFERENTIAL,
            ),
            misprint(
                ((a3 - y) @ w3 * (a3 @ (1 - a3))) @ (a1_j * e_i),
                ((a3 - y) @ w3 * (a2 * (1 - a2)).T) @ (a1_j * e_i),
                LAYER,
            ),
            misprint(
                ((a3 - y) @ w3 * (a3 @ (1 - a3)))[:, i - 1 : i] * a1_j,
                ((a3 - y) @ w3 * (a2 * (1 - a2)).T)[:, i - 1 : i] * a1_j,
                LAYER,
            ),
            at="chain of ∂ℒ/∂w[2], left-hand side and lines 1-7, entry i, j",
        )
        yield claim(shape(a1_j * e_i), (2, 1), at="chain of ∂ℒ/∂w[2], line 5, under a_j e_i")
        yield claim(shape(a1_j * e_i), (2, 1), at="chain of ∂ℒ/∂w[2], line 6, under a_j e_i")
        yield claim(
            shape(((a3 - y) @ w3 * (a3 @ (1 - a3)))[:, i - 1 : i] * a1_j),
            (1, 1),
            at="chain of ∂ℒ/∂w[2], line 7, under all of it",
        )
        yield claim(shape(e_i), (2, 1), at="after the chain of ∂ℒ/∂w[2], e_i ∈ R^{2×1}")
    yield claim(
        gradient(L, w2),
        misprint(
            ((a3 - y) @ w3 * (a3 @ (1 - a3))) @ a1.T,
            ((a3 - y) @ w3 * (a2 * (1 - a2)).T).T @ a1.T,
            f"{LAYER}; the bracket is a row, and its transpose is missing",
        ),
        at="chain of ∂ℒ/∂w[2], line 8",
    )
    yield claim(
        gradient(L, w2),
        misprint(((a3 - y) @ w3 * (a3 @ (1 - a3))).T @ a1.T, ((a3 - y) @ w3 * (a2 * (1 - a2)).T).T @ a1.T, LAYER),
        at="chain of ∂ℒ/∂w[2], line 8, with the row read as a column",
    )
    yield claim(shape(a3 - y), (1, 1), at="chain of ∂ℒ/∂w[2], line 5, under a[3] - y")
    yield claim(shape(w3), (1, 2), at="chain of ∂ℒ/∂w[2], line 5, under w[3]")
    yield claim(
        shape(diag(sigmoid.prime(z2)) @ dz2),
        misprint((2, 2), (2, 1), LEFTOVER),
        at="chain of ∂ℒ/∂w[2], line 5, under diag(σ′[z]) dz",
    )
    yield claim(shape((a3 - y) @ w3 * (a3 @ (1 - a3))), (1, 2), at="chain of ∂ℒ/∂w[2], line 6, under the bracket")
    yield claim(
        shape(((a3 - y) @ w3 * (a2 * (1 - a2)).T).T @ a1.T), (2, 3), at="chain of ∂ℒ/∂w[2], line 8, under all of it"
    )
    yield claim(shape(a1), (3, 1), at="after the chain of ∂ℒ/∂w[2], a[1] ∈ R^{3×1}")


@derivation(source=SOURCE, broadcast=False)
def layer2_biases():
    s = _model()
    y, a1, w2, b2, z2, a2, w3, z3, a3, L = s.y, s.a1, s.w2, s.b2, s.z2, s.a2, s.w3, s.z3, s.a3, s.L
    dz2 = real("dz2", 2, 1)
    dsigma_z2 = diag(sigmoid.prime(z2)) @ dz2

    yield claim(
        gradient(L, b2),
        abuse_of_notation(
            gradient(L, a3) @ jacobian(a3, z3) @ jacobian(z3, a2) @ jacobian(a2, z2) @ jacobian(z2, b2),
            (gradient(L, a3) @ jacobian(a3, z3) @ jacobian(z3, a2) @ jacobian(a2, z2) @ jacobian(z2, b2)).T,
            ROW,
        ),
        abuse_of_notation(
            (a3 - y) @ w3 @ jacobian(sigmoid(z2), z2) @ jacobian(w2 @ a1 + b2, b2),
            ((a3 - y) @ w3 @ jacobian(sigmoid(z2), z2) @ jacobian(w2 @ a1 + b2, b2)).T,
            ROW,
        ),
        abuse_of_notation(
            (a3 - y) @ w3 @ dsigma_z2 @ jacobian(b2, b2),
            ((a3 - y) @ w3 @ jacobian(sigmoid(z2), z2) @ jacobian(b2, b2)).T,
            f"{DIFFERENTIAL}; {ROW}",
        ),
        misprint(
            (a3 - y) @ w3 * (a3 @ (1 - a3)),
            ((a3 - y) @ w3 * (a2 * (1 - a2)).T).T,
            f"{LAYER}; the bracket is a row, and its transpose is missing",
        ),
        at="chain of ∂ℒ/∂b[2], lines 1, 2, 3, 8",
    )
    yield claim(
        gradient(L, b2),
        misprint(((a3 - y) @ w3 * (a3 @ (1 - a3))).T, ((a3 - y) @ w3 * (a2 * (1 - a2)).T).T, LAYER),
        at="chain of ∂ℒ/∂b[2], line 8, with the row read as a column",
    )
    for i in (1, 2):
        e_i = basis(2, i)
        yield claim(
            gradient(L, b2)[i - 1 : i],
            abuse_of_notation(gradient(L, b2), gradient(L, b2)[i - 1 : i], ENTRY),
            abuse_of_notation(
                ((a3 - y) @ w3 @ dsigma_z2) @ e_i,
                ((a3 - y) @ w3 @ jacobian(sigmoid(z2), z2)) @ e_i,
                DIFFERENTIAL,
            ),
            abuse_of_notation(
                ((a3 - y) @ w3 @ (diag(sigmoid.prime(z2)) @ dz2)) @ e_i,
                ((a3 - y) @ w3 @ diag(sigmoid.prime(z2))) @ e_i,
                DIFFERENTIAL,
            ),
            abuse_of_notation(
                ((a3 - y) @ w3 * (sigmoid(z2) @ (1 - sigmoid(z2)))) @ e_i,
                ((a3 - y) @ w3 * (sigmoid(z2) * (1 - sigmoid(z2))).T) @ e_i,
                HADAMARD,
            ),
            abuse_of_notation(
                ((a3 - y) @ w3 * (sigmoid(z2) @ (1 - sigmoid(z2)))) @ e_i,
                ((a3 - y) @ w3 * (sigmoid(z2) * (1 - sigmoid(z2))).T)[:, i - 1 : i],
                HADAMARD,
            ),
            at="chain of ∂ℒ/∂b[2], left-hand side and lines 4-7, entry i",
        )
        yield claim(shape(e_i), (2, 1), at="chain of ∂ℒ/∂b[2], line 6, under e_i")
        yield claim(
            shape(((a3 - y) @ w3 * (sigmoid(z2) * (1 - sigmoid(z2))).T)[:, i - 1 : i]),
            (1, 1),
            at="chain of ∂ℒ/∂b[2], line 7, under all of it",
        )
        yield claim(shape(e_i), (2, 1), at="after the chain of ∂ℒ/∂b[2], e_i ∈ R^{2×1}")
    yield claim(
        shape((a3 - y) @ w3 * (sigmoid(z2) * (1 - sigmoid(z2))).T),
        (1, 2),
        at="chain of ∂ℒ/∂b[2], line 6, under the bracket",
    )
    yield claim(
        shape((a3 - y) @ w3 * (a3 @ (1 - a3))),
        misprint((2, 1), (1, 2), "the bracket is a row"),
        at="chain of ∂ℒ/∂b[2], line 8, under the bracket",
    )
    yield claim(shape(b2), (2, 1), at="after the chain of ∂ℒ/∂b[2], b[2] ∈ R^{2×1}")


# ---- the first hidden layer --------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False)
def layer1_weights():
    s = _model()
    n, x, y, w1, b1, z1, a1 = s.n, s.x, s.y, s.w1, s.b1, s.z1, s.a1
    w2, z2, a2, w3, z3, a3, L = s.w2, s.z2, s.a2, s.w3, s.z3, s.a3, s.L
    dz1, dz2 = real("dz1", 3, 1), real("dz2", 2, 1)
    dsigma_z1, dsigma_z2 = diag(sigmoid.prime(z1)) @ dz1, diag(sigmoid.prime(z2)) @ dz2

    for i, j in ((1, 1), (2, n), (3, 1)):
        e_i, x_j = basis(3, i), x[j - 1 : j]
        yield claim(
            gradient(L, w1)[i - 1 : i, j - 1 : j],
            abuse_of_notation(gradient(L, w1), gradient(L, w1)[i - 1 : i, j - 1 : j], ENTRY),
            gradient(L, a3)
            @ jacobian(a3, z3)
            @ jacobian(z3, a2)
            @ jacobian(a2, z2)
            @ jacobian(z2, a1)
            @ jacobian(a1, z1)
            @ jacobian(z1, w1)[:, i - 1, j - 1 : j],
            abuse_of_notation(
                (a3 - y) @ w3 @ dsigma_z2 @ w2 @ dsigma_z1 @ jacobian(w1 @ x + b1, w1)[:, i - 1, j - 1 : j],
                (a3 - y)
                @ w3
                @ jacobian(sigmoid(z2), z2)
                @ w2
                @ jacobian(sigmoid(z1), z1)
                @ jacobian(w1 @ x + b1, w1)[:, i - 1, j - 1 : j],
                DIFFERENTIAL,
            ),
            abuse_of_notation(
                (a3 - y) @ w3 @ dsigma_z2 @ w2 @ dsigma_z1 @ jacobian(w1 @ x, w1)[:, i - 1, j - 1 : j],
                (a3 - y)
                @ w3
                @ jacobian(sigmoid(z2), z2)
                @ w2
                @ jacobian(sigmoid(z1), z1)
                @ jacobian(w1 @ x, w1)[:, i - 1, j - 1 : j],
                DIFFERENTIAL,
            ),
            abuse_of_notation(
                (a3 - y) @ w3 @ (diag(sigmoid.prime(z2)) @ dz2) @ w2 @ (diag(sigmoid.prime(z1)) @ dz1) @ (x_j * e_i),
                (a3 - y) @ w3 @ diag(sigmoid.prime(z2)) @ w2 @ diag(sigmoid.prime(z1)) @ (x_j * e_i),
                DIFFERENTIAL,
            ),
            abuse_of_notation(_printed_row(s) @ (x_j * e_i), _row(s) @ (x_j * e_i), HADAMARD),
            misprint(
                _printed_row(s) * x_j, _row(s)[:, i - 1 : i] * x_j, f"the index i of the bracket is lost; {HADAMARD}"
            ),
            at="chain of ∂ℒ/∂w[1], left-hand side and lines 1-6, entry i, j",
        )
        yield claim(shape(x_j * e_i), (3, 1), at="chain of ∂ℒ/∂w[1], line 4, under x_j e_i")
        yield claim(shape(x_j * e_i), (3, 1), at="chain of ∂ℒ/∂w[1], line 5, under x_j e_i")
        yield claim(shape(e_i), (3, 1), at="after the chain of ∂ℒ/∂w[1], e_i ∈ R^{3×1}")
    yield claim(
        gradient(L, w1),
        misprint(
            _printed_row(s) @ x.T, _row(s).T @ x.T, f"the bracket is a row, and its transpose is missing; {HADAMARD}"
        ),
        at="chain of ∂ℒ/∂w[1], line 7",
    )
    yield claim(shape(a3 - y), (1, 1), at="chain of ∂ℒ/∂w[1], line 4, under a[3] - y")
    yield claim(shape(w3), (1, 2), at="chain of ∂ℒ/∂w[1], line 4, under w[3]")
    yield claim(
        shape(diag(sigmoid.prime(z2)) @ dz2),
        misprint((2, 2), (2, 1), LEFTOVER),
        at="chain of ∂ℒ/∂w[1], line 4, under diag(σ′[z[2]]) dz[2]",
    )
    yield claim(shape(w2), (2, 3), at="chain of ∂ℒ/∂w[1], line 4, under w[2]")
    yield claim(
        shape(diag(sigmoid.prime(z1)) @ dz1),
        misprint((3, 3), (3, 1), LEFTOVER),
        at="chain of ∂ℒ/∂w[1], line 4, under diag(σ′[z[1]]) dz[1]",
    )
    yield claim(shape(_row(s)), (1, 3), at="chain of ∂ℒ/∂w[1], line 5, under the bracket")
    yield claim(
        shape(_row(s)),
        misprint((1, 1), (1, 3), "the index i, with which it would be a number, is lost"),
        at="chain of ∂ℒ/∂w[1], line 6, under the bracket",
    )
    yield claim(
        shape(_row(s)),
        misprint((3, n), (1, 3), "the bracket is a row; 3×n is what its transpose gives with x^T"),
        at="chain of ∂ℒ/∂w[1], line 7, under the bracket",
    )
    yield claim(shape(x), (n, 1), at="after the chain of ∂ℒ/∂w[1], x ∈ R^{n×1}")


@derivation(source=SOURCE, broadcast=False)
def layer1_biases():
    s = _model()
    x, y, w1, b1, z1, a1 = s.x, s.y, s.w1, s.b1, s.z1, s.a1
    w2, z2, a2, w3, z3, a3, L = s.w2, s.z2, s.a2, s.w3, s.z3, s.a3, s.L
    dz1, dz2 = real("dz1", 3, 1), real("dz2", 2, 1)
    dsigma_z1, dsigma_z2 = diag(sigmoid.prime(z1)) @ dz1, diag(sigmoid.prime(z2)) @ dz2

    def chain_rule():
        inner = jacobian(z2, a1) @ jacobian(a1, z1) @ jacobian(z1, b1)
        return gradient(L, a3) @ jacobian(a3, z3) @ jacobian(z3, a2) @ jacobian(a2, z2) @ inner

    def up_to_z1():
        return (a3 - y) @ w3 @ jacobian(sigmoid(z2), z2) @ w2 @ jacobian(sigmoid(z1), z1)

    yield claim(
        gradient(L, b1),
        abuse_of_notation(chain_rule(), chain_rule().T, ROW),
        abuse_of_notation(
            (a3 - y) @ w3 @ dsigma_z2 @ w2 @ dsigma_z1 @ jacobian(w1 @ x + b1, b1),
            (up_to_z1() @ jacobian(w1 @ x + b1, b1)).T,
            f"{DIFFERENTIAL}; {ROW}",
        ),
        abuse_of_notation(
            (a3 - y) @ w3 @ dsigma_z2 @ w2 @ dsigma_z1 @ jacobian(b1, b1),
            (up_to_z1() @ jacobian(b1, b1)).T,
            f"{DIFFERENTIAL}; {ROW}",
        ),
        abuse_of_notation(_printed_row(s), _row(s).T, f"{HADAMARD}; {ROW}"),
        at="chain of ∂ℒ/∂b[1], lines 1, 2, 3, 7",
    )
    for i in (1, 2, 3):
        e_i = basis(3, i)
        yield claim(
            gradient(L, b1)[i - 1 : i],
            abuse_of_notation(gradient(L, b1), gradient(L, b1)[i - 1 : i], ENTRY),
            abuse_of_notation(
                (a3 - y) @ w3 @ (diag(sigmoid.prime(z2)) @ dz2) @ w2 @ (diag(sigmoid.prime(z1)) @ dz1) @ e_i,
                (a3 - y) @ w3 @ diag(sigmoid.prime(z2)) @ w2 @ diag(sigmoid.prime(z1)) @ e_i,
                DIFFERENTIAL,
            ),
            abuse_of_notation(_printed_row(s) @ e_i, _row(s) @ e_i, HADAMARD),
            abuse_of_notation(_printed_row(s) @ e_i, _row(s)[:, i - 1 : i], HADAMARD),
            at="chain of ∂ℒ/∂b[1], left-hand side and lines 4-6, entry i",
        )
        yield claim(shape(e_i), (3, 1), at="chain of ∂ℒ/∂b[1], line 4, under e_i")
        yield claim(shape(e_i), (3, 1), at="chain of ∂ℒ/∂b[1], line 5, under e_i")
        yield claim(
            shape(_row(s)[:, i - 1 : i]), (1, 1), at="chain of ∂ℒ/∂b[1], line 6, under the bracket with index i"
        )
        yield claim(shape(e_i), (3, 1), at="after the chain of ∂ℒ/∂b[1], e_i ∈ R^3")
    yield claim(shape(a3 - y), (1, 1), at="chain of ∂ℒ/∂b[1], line 4, under a[3] - y")
    yield claim(shape(w3), (1, 2), at="chain of ∂ℒ/∂b[1], line 4, under w[3]")
    yield claim(
        shape(diag(sigmoid.prime(z2)) @ dz2),
        misprint((2, 2), (2, 1), LEFTOVER),
        at="chain of ∂ℒ/∂b[1], line 4, under diag(σ′[z[2]]) dz[2]",
    )
    yield claim(shape(w2), (2, 3), at="chain of ∂ℒ/∂b[1], line 4, under w[2]")
    yield claim(
        shape(diag(sigmoid.prime(z1)) @ dz1),
        misprint((3, 3), (3, 1), LEFTOVER),
        at="chain of ∂ℒ/∂b[1], line 4, under diag(σ′[z[1]]) dz[1]",
    )
    yield claim(shape(_row(s)), (1, 3), at="chain of ∂ℒ/∂b[1], line 5, under the bracket")
    yield claim(
        shape(_row(s)),
        misprint((3, 1), (1, 3), "the bracket is a row"),
        at="chain of ∂ℒ/∂b[1], line 7, under the bracket",
    )
    yield claim(shape(b1), (3, 1), at="after the chain of ∂ℒ/∂b[1], b[1] ∈ R^{3×1}")


# ---- the summary -------------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False)
def summary():
    s = _model()
    n, x, y, w1, b1, z1, a1 = s.n, s.x, s.y, s.w1, s.b1, s.z1, s.a1
    w2, b2, z2, a2, w3, b3, a3, L = s.w2, s.b2, s.z2, s.a2, s.w3, s.b3, s.a3, s.L

    yield claim(gradient(L, w3), (a3 - y) @ a2.T, at="summary, ∂ℒ/∂w[3]")
    yield claim(shape((a3 - y) @ a2.T), (1, 2), at="summary, ∂ℒ/∂w[3] ∈ R^{1×2}")
    yield claim(
        gradient(L, w2),
        misprint(
            ((a3 - y) @ w3 * (a3 @ (1 - a3))) @ a1.T,
            ((a3 - y) @ w3 * (a2 * (1 - a2)).T).T @ a1.T,
            f"{LAYER}; the bracket is a row, and its transpose is missing",
        ),
        at="summary, ∂ℒ/∂w[2]",
    )
    yield claim(shape(gradient(L, w2)), (2, 3), at="summary, ∂ℒ/∂w[2] ∈ R^{2×3}")
    yield claim(
        gradient(L, w1),
        misprint(
            _printed_row(s) @ x.T, _row(s).T @ x.T, f"the bracket is a row, and its transpose is missing; {HADAMARD}"
        ),
        at="summary, ∂ℒ/∂w[1]",
    )
    yield claim(shape(gradient(L, w1)), (3, n), at="summary, ∂ℒ/∂w[1] ∈ R^{3×n}")
    yield claim(gradient(L, b3), a3 - y, at="summary, ∂ℒ/∂b[3]")
    yield claim(shape(a3 - y), (1, 1), at="summary, ∂ℒ/∂b[3] ∈ R^{1×1}")
    yield claim(
        gradient(L, b2),
        misprint(
            (a3 - y) @ w3 * (a3 @ (1 - a3)),
            ((a3 - y) @ w3 * (a2 * (1 - a2)).T).T,
            f"{LAYER}; the product is a row, and its transpose is missing",
        ),
        at="summary, ∂ℒ/∂b[2]",
    )
    yield claim(
        shape((a3 - y) @ w3 * (a3 @ (1 - a3))),
        misprint((2, 1), (1, 2), "the product is a row"),
        at="summary, ∂ℒ/∂b[2] ∈ R^{2×1}",
    )
    yield claim(
        gradient(L, b1),
        abuse_of_notation(_printed_row(s), _row(s).T, f"{HADAMARD}; {ROW}"),
        at="summary, ∂ℒ/∂b[1]",
    )
    yield claim(
        shape(_row(s)),
        misprint((3, 1), (1, 3), "the product is a row"),
        at="summary, ∂ℒ/∂b[1] ∈ R^{3×1}",
    )
