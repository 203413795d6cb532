"""Handwritten notes "Given network": a ReLU hidden layer, one sigmoid output, cross-entropy cost. Columns are examples.

The notes are written in NumPy's spirit: b is added to every column, sums carry `axis` and `keepdims`. So the
derivations broadcast as NumPy does (the default). Shapes are not declared; they follow from the products:
x (n0, 1), W1 (n1, n0), b1 (n1, 1), W2 (1, n1), b2 (1, 1).

⊙ next to a matrix product is read from left to right, as Python reads `*` and `@`. With the matrix product first,
`… ⊙ ReLU′(Z1) Xᵀ` would multiply an array with m columns by one with n0, so only one grouping conforms.

The updates "for each instance" go along ∂L of one example, not along ∂J: they are judged as the step that this example
alone would make. Read as the update of the parameters that stands above them, they would lack the mean over examples.

Definitions, which are the model and no claims: (1), (2) and (4) up to g = ReLU and g = σ, (3).

Only typography, read as what is meant:
- the condition of the cases after (2) has z_j without (i); a_k^{1} and z_j^{1} in the stacked columns are [1](1)
- 1/m Σ t − y has no brackets, and y would have a free index without them
- z^{(i)} in the chains of layer 1 is z^{[2](i)}; z^{[1]} and x in the vectorised lines of layer 1 are Z1 and X
- b_j^{[2]} has a j although layer 2 has one unit, and W_k^{[2]} and W_j^{[2]} are entries of its one row
- ∂b_j^{(i)} in the sum for ∂J/∂b_j^{[1]} is ∂b_j^{[1]}: every example has the same bias
- keepdims = T is True, not the predictions T

Not checkable:
- ReLU′(0) = 0 is a convention, for there is no derivative at 0; everything is looked at away from the kink
- the picture of the network is not in the text
"""

from types import SimpleNamespace

import numpy as np

from gradcheck import abuse_of_notation, bits, claim, derivation, dims, gradient, jacobian, misprint, real
from gradcheck.notation import cross_entropy, exp, log, ones, relu, relu_prime, sigmoid, where

SOURCE = "003_e936e4b92e98047e.txt"
ENTRIES = (0, 1)
"""The examples i, units j and inputs k that formulas for one entry are looked at for,"""
PAIRS = ((0, 1), (1, 0))
"""and the pairs j, k."""


def _instance():
    """One example."""
    n0, n1 = dims("n0 n1")
    x, y = real("x", n0, 1), bits("y", 1, 1)
    W1, b1 = real("W1", n1, n0), real("b1", n1, 1)
    W2, b2 = real("W2", 1, n1), real("b2", 1, 1)
    z1 = W1 @ x + b1  # (1)
    a1 = relu(z1)  # (2)
    z2 = W2 @ a1 + b2  # (3)
    t = sigmoid(z2)  # (4)
    L = -y * log(t) - (1 - y) * log(1 - t)
    return SimpleNamespace(**locals())


def _batch():
    """All m examples; L is the row of their losses."""
    n0, n1, m = dims("n0 n1 m")
    X, Y = real("X", n0, m), bits("Y", 1, m)
    W1, b1 = real("W1", n1, n0), real("b1", n1, 1)
    W2, b2 = real("W2", 1, n1), real("b2", 1, 1)
    Z1 = W1 @ X + b1  # (5)
    A1 = relu(Z1)  # (6)
    Z2 = W2 @ A1 + b2  # (7)
    T = sigmoid(Z2)  # (8)
    L = -Y * log(T) - (1 - Y) * log(1 - T)
    J = L.sum() / m
    return SimpleNamespace(**locals())


@derivation(source=SOURCE)
def forward_instance():
    s = _instance()
    y, z1, a1, z2, t, L = s.y, s.z1, s.a1, s.z2, s.t, s.L

    yield claim(cross_entropy(t, y), -y * log(t) - (1 - y) * log(1 - t), at="loss function, at the top")
    yield claim(a1, where(z1 > 0, z1, 0), at="(2), cases")
    yield claim(t, 1 / (1 + exp(-z2)), at="(4), second line")
    yield claim(cross_entropy(t, y), -y * log(t) - (1 - y) * log(1 - t), at="loss, after (4)")


@derivation(source=SOURCE)
def forward_batch():
    s = _batch()
    X, Y, m, W1, b1, W2, b2 = s.X, s.Y, s.m, s.W1, s.b1, s.W2, s.b2
    Z1, A1, Z2, T, L, J = s.Z1, s.A1, s.Z2, s.T, s.L, s.J

    # "Vectorizing": column i of each matrix is what (1) to (4) give for example i.
    for i in ENTRIES:
        x, y = X[:, i : i + 1], Y[:, i : i + 1]
        z1 = W1 @ x + b1
        a1 = relu(z1)
        z2 = W2 @ a1 + b2
        t = sigmoid(z2)
        yield claim(Z1[:, i : i + 1], z1, at="(5), column i")
        yield claim(A1[:, i : i + 1], a1, at="(6), column i")
        yield claim(Z2[:, i : i + 1], z2, at="(7), column i")
        yield claim(T[:, i : i + 1], t, at="(8), column i")

    yield claim(cross_entropy(T, Y).mean(), L.sum() / m, at="cost, at the top")
    yield claim(J, (-Y @ log(T).T - (1 - Y) @ log(1 - T).T) / m, at="cost, after (8)")


@derivation(source=SOURCE)
def first_updates():
    s = _batch()
    W2, b2, J, alpha = s.W2, s.b2, s.J, real("alpha")

    yield claim(W2 - alpha * gradient(J, W2), W2 - gradient(J, W2) * alpha, at="update of W2, after (8)")
    yield claim(b2 - alpha * gradient(J, b2), b2 - gradient(J, b2) * alpha, at="update of b2, after (8)")


@derivation(source=SOURCE)
def layer_2_instance():
    s = _instance()
    a1, y, W2, b2, z2, t, L, alpha = s.a1, s.y, s.W2, s.b2, s.z2, s.t, s.L, real("alpha")
    j = 0  # layer 2 has one unit

    # The step that example i alone asks for: ∂L, not ∂J, stands here.
    W2_new, b2_new = W2 - alpha * gradient(L, W2), b2 - alpha * gradient(L, b2)
    for k in ENTRIES:
        yield claim(W2_new[j, k], W2[j, k] - gradient(L, W2)[j, k] * alpha, at="layer 2, each instance, update of W_jk")
        yield claim(W2_new[0, k], W2[0, k] - gradient(L, W2)[0, k] * alpha, at="layer 2, each instance, update of W_k")
    yield claim(b2_new[j, 0], b2[j, 0] - gradient(L, b2)[j, 0] * alpha, at="layer 2, each instance, update of b_j")
    yield claim(b2_new, b2 - gradient(L, b2)[j, 0] * alpha, at="layer 2, each instance, update of b")

    for k in ENTRIES:
        yield claim(
            gradient(L, W2)[0, k],
            gradient(L, t) * gradient(t, z2) * gradient(z2, W2)[0, k],
            (t - y) / (t * (1 - t)) * t * (1 - t) * a1[k, 0],
            (t - y) * a1[k, 0],
            at="layer 2, ∂L/∂W_k, lines 1-3",
        )
    yield claim(
        gradient(L, b2),
        gradient(L, t) * gradient(t, z2) * gradient(z2, b2),
        (t - y) * 1,
        at="layer 2, ∂L/∂b, lines 1-2",
    )


@derivation(source=SOURCE)
def layer_2():
    s = _batch()
    Y, m, A1, W2, b2, T, L, J = s.Y, s.m, s.A1, s.W2, s.b2, s.T, s.L, s.J

    for k in ENTRIES:
        dL = jacobian(L, W2)[:, k : k + 1].T  # the row [∂L(1)/∂W_k  ∂L(2)/∂W_k  …]
        yield claim(
            gradient(J, W2)[0, k],
            abuse_of_notation(dL / m, dL.sum() / m, "the bracket lists the terms of a sum and is a row as it stands"),
            np.einsum("i,i->", T[0] - Y[0], A1[k]) / m,
            (T - Y) @ A1[k : k + 1].T / m,
            at="layer 2, vectorised, ∂J/∂W_k, lines 1-3",
        )
    yield claim(gradient(J, W2), 1 / m * (T - Y) @ A1.T, at="layer 2, vectorised, ∂J/∂W")
    total = np.sum(T - Y, axis=1, keepdims=True)
    yield claim(
        gradient(J, b2),
        1 / m * np.einsum("ji->j", T - Y),
        misprint(total, total / m, "1/m is lost"),
        at="layer 2, vectorised, ∂J/∂b, both forms",
    )


@derivation(source=SOURCE)
def layer_1_instance():
    s = _instance()
    n1, x, y, W1, b1, W2, z1, a1, z2, t, L = s.n1, s.x, s.y, s.W1, s.b1, s.W2, s.z1, s.a1, s.z2, s.t, s.L

    def dz(j):
        return gradient(L, t) * gradient(t, z2) * gradient(z2, a1)[j, 0] * gradient(a1[j, 0], z1)[j, 0]

    for j, k in PAIRS:
        yield claim(
            gradient(L, W1)[j, k],
            dz(j) * gradient(z1[j, 0], W1)[j, k],
            misprint(
                (t - y) / (t - t) * t * (1 - t) * W2[0, j] * relu_prime(z1[j, 0]) * x[k, 0],
                (t - y) / (t - t**2) * t * (1 - t) * W2[0, j] * relu_prime(z1[j, 0]) * x[k, 0],
                "the denominator is t - t²; without the square it is 0",
            ),
            (t - y) * W2[0, j] * relu_prime(z1[j, 0]) * x[k, 0],
            at="layer 1, each instance, ∂L/∂W_jk, lines 1-3",
        )
    for j in ENTRIES:
        yield claim(
            gradient(L, b1)[j, 0],
            dz(j) * gradient(z1[j, 0], b1)[j, 0],
            (t - y) * W2[0, j] * relu_prime(z1[j, 0]) * 1,
            at="layer 1, each instance, ∂L/∂b_j, lines 1-2",
        )

    u = real("u", n1)
    yield claim(gradient(relu(u).sum(), u), where(u > 0, 1, where(u < 0, 0, 0)), at="layer 1, cases of ReLU′")


@derivation(source=SOURCE)
def layer_1():
    s = _batch()
    X, Y, m, W1, b1, W2, Z1, T, L, J = s.X, s.Y, s.m, s.W1, s.b1, s.W2, s.Z1, s.T, s.L, s.J

    for j, k in PAIRS:
        W_j, dA_j, x_k = W2[0, j], relu_prime(Z1[j : j + 1]), X[k : k + 1]  # a number and two rows
        dL = jacobian(L, W1)[:, j, k : k + 1].T  # the row [∂L(1)/∂W_jk  ∂L(2)/∂W_jk  …]
        stack = np.hstack([(T - Y).T, W_j * ones(m, 1), dA_j.T])  # one row an example, three columns
        yield claim(
            gradient(J, W1)[j, k],
            abuse_of_notation(dL / m, dL.sum() / m, "the bracket lists the terms of a sum and is a row as it stands"),
            abuse_of_notation(
                1 / m * stack @ x_k.T,
                1 / m * ((T - Y) * (W_j * dA_j)) @ x_k.T,
                "the three entries of a line are factors of one number, and these numbers are a row, not a column",
            ),
            abuse_of_notation(
                1 / m * (T - Y) @ (W_j * dA_j) @ x_k.T,
                1 / m * ((T - Y) * (W_j * dA_j)) @ x_k.T,
                "two rows are multiplied element by element",
            ),
            at="layer 1, vectorised, ∂J/∂W_jk, lines 1-3",
        )

    yield claim(
        gradient(J, W1),
        misprint(
            1 / m * (T - Y) @ (W2 * relu_prime(Z1)) @ X.T,
            1 / m * W2.T @ (T - Y) * relu_prime(Z1) @ X.T,
            "W2 is transposed and comes first, and ⊙ stands after the product with T - Y",
        ),
        misprint(
            1 / m * (T - Y) * relu_prime(Z1) @ X.T,
            1 / m * W2.T @ (T - Y) * relu_prime(Z1) @ X.T,
            "W2 is lost",
        ),
        at="layer 1, vectorised, ∂J/∂W, lines 1-2",
    )
    yield claim(
        gradient(J, W1),
        misprint(W2.T @ (T - Y) * relu_prime(Z1) @ X.T, 1 / m * W2.T @ (T - Y) * relu_prime(Z1) @ X.T, "1/m is lost"),
        at="layer 1, vectorised, ∂J/∂W, again",
    )

    for j in ENTRIES:
        total = np.sum(W2[0, j] * (T - Y) * relu_prime(Z1[j : j + 1]), axis=1, keepdims=True)
        yield claim(
            gradient(J, b1)[j, 0],
            1 / m * jacobian(L, b1)[:, j].sum(),
            misprint(total, total / m, "1/m is lost"),
            at="layer 1, vectorised, ∂J/∂b_j, lines 1-2",
        )
    yield claim(
        gradient(J, b1),
        1 / m * np.sum(W2.T @ (T - Y) * relu_prime(Z1), axis=1, keepdims=True),
        at="layer 1, vectorised, ∂J/∂b",
    )


@derivation(source=SOURCE)
def final_updates():
    s = _batch()
    X, Y, m, W1, b1, W2, b2 = s.X, s.Y, s.m, s.W1, s.b1, s.W2, s.b2
    Z1, A1, T, J, alpha = s.Z1, s.A1, s.T, s.J, real("alpha")

    yield claim(W2 - alpha * gradient(J, W2), W2 - alpha / m * (T - Y) @ A1.T, at="final update of W2")
    yield claim(b2 - alpha * gradient(J, b2), b2 - alpha / m * np.sum(T - Y, axis=1), at="final update of b2")
    yield claim(
        W1 - alpha * gradient(J, W1),
        W1 - alpha / m * W2.T @ (T - Y) * relu_prime(Z1) @ X.T,
        at="final update of W1",
    )
    dZ1 = W2.T @ (T - Y) * relu_prime(Z1)
    yield claim(
        b1 - alpha * gradient(J, b1),
        abuse_of_notation(
            b1 - alpha / m * np.sum(dZ1, axis=1),
            b1 - alpha / m * np.sum(dZ1, axis=1, keepdims=True),
            "without keepdims the sum is no column, and b1 minus it has n1 columns",
        ),
        at="final update of b1",
    )
