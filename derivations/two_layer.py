"""Two Layer Neural Network Derivation: sigmoid layers of 3, 2 and 1 neurons, cross-entropy loss of one example.

Layouts: the document writes every ∂ℒ/∂w and ∂ℒ/∂b in the shape of w or b (its ∈ R^{…} and under-braces), and the
derivatives inside its chains with the rows for what is differentiated, so that they multiply from left to right.

The ℒ of (13) is the log-likelihood, to be maximised; the ℒ of the chains is its negative, as their first lines say. Here
`loglik` is (13) and `L` is what the chains differentiate. Where the letter says the one and the formula needs the other
is marked in `objective`; everywhere else `L` is meant by the letter.

The chains for w[2], w[1], b[2] and b[1] begin and end with the whole derivative and pass through one entry of it, by the
indices i, j or by e_i. The lines about one entry are judged against that entry, in a claim of their own that begins with
the left-hand side as printed; the other lines against the whole.

Juxtaposition is the matrix product, ∘ the product element by element, and dσ(z) what the document says it is: the
differential diag(σ′[z]) dz, with any dz.

Not checked:
- the illustration, where b[1] is located, a bias neuron in every layer but the last: there is no formula to check;
- that the sigmoid "can be used", other activations and losses: prose.
Only typography:
- n is the size of the image up to (12) and the number of observations in J* and (14); the latter is N here;
- ŷ is never said to be a[3]; the x of (5) is any number, not the image; the i of y^{(i)} is not the i of w_ij and e_i;
- the "two layer" network has two hidden layers, and three of weights;
- a size below a bracket or a letter, as in [...]_{1×2} and w[3]_{1×2}, repeats the under-brace; once it is a_j that has
  slipped into a subscript: [...]_{i a_j}, chain of ∂ℒ/∂w[2], line 7;
- ∂ℒ/∂b[1]: line 5 lacks a parenthesis after 1 - σ(z[2]), line 6 has a bracket too many, its 1×1 brace leaves _i outside;
- "the gradient of φ: R^n → R^n" is its Jacobian; e_i ∈ R^3 is e_i ∈ R^{3×1}.
"""

import numpy as np

from gradcheck import abuse_of_notation, bits, claim, derivation, dims, gradient, jacobian, misprint, positive, real, shape, unit
from gradcheck.notation import abstract, basis, cross_entropy, diag, exp, log, sigmoid

SOURCE = "000_4e492aa3dba9ee83.txt"

SIGN = "ℒ of (13) is the log-likelihood: what is derived, and descended, is the derivative of its negative"
ENTRY = "the whole derivative for the one entry that the lines up to the last are about"
DIFFERENTIAL = "the differential dσ(z) = diag(σ′[z]) dz for the derivative ∂σ(z)/∂z = diag(σ′[z])"
ROW = "a row written for a column: the product of derivatives is the transpose of the gradient"
LEFTOVER = "the brace is that of diag(σ′[z]) alone: dz is left over, and with it the product is a column"
HADAMARD = "σ(z)(1 - σ(z)) is meant element by element, and as a row"


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
    L = cross_entropy(a3, y)
    return n, x, y, (w1, b1, z1, a1), (w2, b2, z2, a2), (w3, b3, z3, a3), L, loglik


# ---- forward propagation -----------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False)
def forward():
    n, x, y, (w1, b1, z1, a1), (w2, b2, z2, a2), (w3, b3, z3, a3), L, loglik = _model()

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

    yield claim(log(yhat**y * (1 - yhat) ** (1 - y)), y * log(yhat) + (1 - y) * log(1 - yhat), at="(13), for each example")
    yield claim(J_star, loglik.sum() / N, at="after (13), J*: the summed loss, normalised")
    yield claim(cross_entropy(yhat, y).mean(), -loglik.sum() / N, -J_star, at="(14), the cross entropy")


@derivation(source=SOURCE, broadcast=False)
def updates():
    n, x, y, (w1, b1, z1, a1), (w2, b2, z2, a2), (w3, b3, z3, a3), L, loglik = _model()
    eta = positive("eta")

    yield claim(L, misprint(loglik, -loglik, SIGN), at="(13), for the ℒ of the chains")
    for layer, w, b in ((1, w1, b1), (2, w2, b2), (3, w3, b3)):
        yield claim(
            w - eta * gradient(L, w),
            misprint(w - eta * gradient(loglik, w), w + eta * gradient(loglik, w), SIGN),
            at=f"(15), layer {layer}, with ℒ of (13)",
        )
        yield claim(
            b - eta * gradient(L, b),
            misprint(b - eta * gradient(loglik, b), b + eta * gradient(loglik, b), SIGN),
            at=f"(16), layer {layer}, with ℒ of (13)",
        )
        yield claim(
            gradient(L, w),
            misprint(gradient(loglik, w), -gradient(loglik, w), SIGN),
            at=f"∂ℒ/∂w[{layer}], left of its chain and summary, with ℒ of (13)",
        )
        yield claim(
            gradient(L, b),
            misprint(gradient(loglik, b), -gradient(loglik, b), SIGN),
            at=f"∂ℒ/∂b[{layer}], left of its chain and summary, with ℒ of (13)",
        )


# ---- the output layer --------------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False)
def layer3():
    n, x, y, (w1, b1, z1, a1), (w2, b2, z2, a2), (w3, b3, z3, a3), L, loglik = _model()

    yield claim(
        gradient(L, w3),
        -gradient(y * log(a3) + (1 - y) * log(1 - a3), w3),
        -(
            y * gradient(log(sigmoid(w3 @ a2 + b3)), w3)
            + (1 - y) * gradient(log(1 - sigmoid(w3 @ a2 + b3)), w3)
        ),
        misprint(
            -(
                y * (1 / sigmoid(w3 @ a2 + b3)) * gradient(sigmoid(z3), w3) @ gradient(w3 @ a2 + b3, w3)
                + (1 - y) * (1 / (1 - sigmoid(z3))) * gradient(1 - sigmoid(z3), w3) @ gradient(sigmoid(z3), w3)
            ),
            -(
                y * (1 / sigmoid(w3 @ a2 + b3)) * gradient(sigmoid(z3), z3) @ gradient(w3 @ a2 + b3, w3)
                + (1 - y) * (1 / (1 - sigmoid(z3))) * gradient(1 - sigmoid(z3), a3) @ gradient(sigmoid(z3), w3)
            ),
            "the outer derivatives are by what is inside: ∂σ(z)/∂z ∂z/∂w, not ∂σ(z)/∂w ∂z/∂w; "
            "∂(1 - σ)/∂σ ∂σ/∂w, not ∂(1 - σ)/∂w ∂σ/∂w",
        ),
        -(
            y * (1 / a3) * a3 * (1 - a3) * a2.T
            + (1 - y) * (1 / (1 - a3)) * (-1) * a3 * (1 - a3) * a2.T
        ),
        -(y * (1 - a3) * a2.T - (1 - y) * a3 * a2.T),
        -(y * a2.T - y * a3 * a2.T - a3 * a2.T + y * a3 * a2.T),
        -(y * a2.T - a3 * a2.T),
        (a3 - y) @ jacobian(z3, w3),
        (a3 - y) @ a2.T,
        at="chain of ∂ℒ/∂w[3], lines 1, 2, 3-4, 5, …, 10",
    )
    yield claim(shape(a3 - y), (1, 1), at="chain of ∂ℒ/∂w[3], line 10, under a - y")
    yield claim(shape(a2.T), (1, 2), at="chain of ∂ℒ/∂w[3], line 10, under a^T")
    yield claim(shape((a3 - y) @ a2.T), (1, 2), at="chain of ∂ℒ/∂w[3], line 11, under the product")

    yield claim(
        gradient(L, b3),
        -gradient(y * log(a3) + (1 - y) * log(1 - a3), b3),
        -(
            y * gradient(log(sigmoid(w3 @ a2 + b3)), b3)
            + (1 - y) * gradient(log(1 - sigmoid(w3 @ a2 + b3)), b3)
        ),
        misprint(
            -(
                y * (1 / sigmoid(w3 @ a2 + b3)) * gradient(sigmoid(z3), b3) * gradient(w3 @ a2 + b3, b3)
                + (1 - y) * (1 / (1 - sigmoid(z3))) * gradient(1 - sigmoid(z3), b3) * gradient(sigmoid(z3), b3)
            ),
            -(
                y * (1 / sigmoid(w3 @ a2 + b3)) * gradient(sigmoid(z3), z3) * gradient(w3 @ a2 + b3, b3)
                + (1 - y) * (1 / (1 - sigmoid(z3))) * gradient(1 - sigmoid(z3), a3) * gradient(sigmoid(z3), b3)
            ),
            "∂(1 - σ)/∂σ ∂σ/∂b, not ∂(1 - σ)/∂b ∂σ/∂b; that ∂σ(z)/∂b ∂z/∂b for ∂σ(z)/∂z ∂z/∂b is right is because ∂z/∂b = 1",
        ),
        -(
            y * (1 / a3) * a3 * (1 - a3) * 1
            + (1 - y) * (1 / (1 - a3)) * (-1) * a3 * (1 - a3) * 1
        ),
        -(y * (1 - a3) - (1 - y) * a3),
        -(y - y * a3 - a3 + y * a3),
        a3 - y,
        at="chain of ∂ℒ/∂b[3], lines 1, 2, 3-4, 5, …, 8",
    )
    yield claim(shape(a3 - y), (1, 1), at="chain of ∂ℒ/∂b[3], line 8, under a - y")


# ---- the differential of an element-wise operator ----------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False)
def elementwise():
    n, f = dims("n"), abstract("f")
    x, dx = real("x", n, 1), real("dx", n, 1)
    phi = f(x)

    yield claim(phi[0:1], f(x[0:1]), at="[φ(x)]_i = f(x_i), i = 1")
    yield claim(phi[n - 1 : n], f(x[n - 1 : n]), at="[φ(x)]_i = f(x_i), i = n")
    yield claim(jacobian(phi, x) @ dx, diag(f.prime(x)) @ dx, at="dφ(x) = diag(f′[x]) dx")
    yield claim(shape(jacobian(phi, x) @ dx), (n, 1), at="dφ(x) ∈ R^{n×1}")
    yield claim(shape(diag(f.prime(x))), (n, n), at="diag(f′[x]) ∈ R^{n×n}")
    yield claim(shape(dx), (n, 1), at="dx ∈ R^{n×1}")


# ---- the second hidden layer -------------------------------------------------------------------------------------


@derivation(source=SOURCE, broadcast=False)
def entries_of_w2():
    w11, w12, w13 = real("w11", 1, 1), real("w12", 1, 1), real("w13", 1, 1)
    w21, w22, w23 = real("w21", 1, 1), real("w22", 1, 1), real("w23", 1, 1)
    w2 = np.vstack([np.hstack([w11, w12, w13]), np.hstack([w21, w22, w23])])
    *_, L, _ = _model(w2)

    matrix = np.vstack([
        np.hstack([gradient(L, w11), gradient(L, w12), gradient(L, w13)]),
        np.hstack([gradient(L, w21), gradient(L, w22), gradient(L, w23)]),
    ])
    yield claim(gradient(L, w2), matrix, at="the 2×3 matrix of ∂ℒ/∂w_ij[2], for ∂ℒ/∂w[2]")
    for i, j, w_ij in ((0, 0, w11), (0, 1, w12), (0, 2, w13), (1, 0, w21), (1, 1, w22), (1, 2, w23)):
        yield claim(
            gradient(L, w_ij),
            abuse_of_notation(matrix, matrix[i, j], "the derivative by one entry for the matrix of all of them"),
            at="the 2×3 matrix of ∂ℒ/∂w_ij[2], as printed",
        )


@derivation(source=SOURCE, broadcast=False)
def layer2():
    n, x, y, (w1, b1, z1, a1), (w2, b2, z2, a2), (w3, b3, z3, a3), L, loglik = _model()
    dz2 = real("dz2", 2, 1)
    dsigma = diag(sigmoid.prime(z2)) @ dz2

    wrong = (a3 - y) @ w3 * (a3 * (1 - a3))
    row = (a3 - y) @ w3 * (a2 * (1 - a2)).T
    LAYER = "a[3](1 - a[3]) for a[2](1 - a[2]), which is meant element by element and as a row"

    # The line `… dσ(z[2]) a_j e_i` and the next one differ by the definition of dσ.
    for i in (1, 2):
        for j in (1, 2, 3):
            e_i, a1_j = basis(2, i), a1[j - 1, 0]
            yield claim(
                gradient(L, w2)[i - 1, j - 1],
                abuse_of_notation(gradient(L, w2), gradient(L, w2)[i - 1, j - 1], ENTRY),
                gradient(L, a3) @ jacobian(a3, z3) @ jacobian(z3, a2) @ jacobian(a2, z2) @ jacobian(z2, w2)[:, i - 1 : i, j - 1],
                (a3 - y) @ w3 @ jacobian(sigmoid(z2), z2) @ jacobian(w2 @ a1 + b2, w2)[:, i - 1 : i, j - 1],
                (a3 - y) @ w3 @ jacobian(sigmoid(z2), z2) @ jacobian(w2 @ a1, w2)[:, i - 1 : i, j - 1],
                abuse_of_notation(
                    (a3 - y) @ w3 @ dsigma @ (a1_j * e_i),
                    (a3 - y) @ w3 @ jacobian(sigmoid(z2), z2) @ (a1_j * e_i),
                    DIFFERENTIAL,
                ),
                abuse_of_notation(
                    (a3 - y) @ w3 @ (diag(sigmoid.prime(z2)) @ dz2) @ (a1_j * e_i),
                    (a3 - y) @ w3 @ diag(sigmoid.prime(z2)) @ (a1_j * e_i),
                    DIFFERENTIAL,
                ),
                misprint(wrong @ (a1_j * e_i), row @ (a1_j * e_i), LAYER),
                misprint(wrong[0, i - 1] * a1_j, row[0, i - 1] * a1_j, LAYER),
                at="chain of ∂ℒ/∂w[2], its left-hand side and lines 1-7, for w_ij",
            )
            yield claim(shape(a1_j * e_i), (2, 1), at="chain of ∂ℒ/∂w[2], lines 5 and 6, under a_j e_i")
            yield claim(shape(wrong[0, i - 1] * a1_j), (), at="chain of ∂ℒ/∂w[2], line 7, under all of it")
