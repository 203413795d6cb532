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

from gradcheck import bits, cause, claim, derivation, dims, gradient, jacobian, misprint, real
from gradcheck.notation import cross_entropy, exp, indices, log, ones, relu, relu_prime, sigmoid, where

SOURCE = "003_e936e4b92e98047e.txt"
ENTRIES = (0, 1)
"""The examples i, units j and inputs k that formulas for one entry are looked at for,"""
PAIRS = ((0, 1), (1, 0))
"""and the pairs j, k."""

TERMS = cause("a bracket that lists the terms, one for each example, stands where their sum is meant", kind="abuse")
MEAN = cause("1/m is lost")
SQUARE = cause("the square is lost: the denominator is t - t², and t - t is 0")
BY_ENTRY = cause("the factors of each example are multiplied entry by entry, not as matrices", kind="abuse")
ROW = cause("W2 stands as a row beside ReLU′(Z1), and is needed as a column, W2ᵀ")
LOST = cause("the factor W2ᵀ in front of T - Y is lost")
KEEPDIMS = cause("the sum has lost the axis that it goes over, so it is no column beside b1", kind="abuse")


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


def _lines(place, *numbers):
    return [f"{place}, line {number}" for number in numbers]


@derivation(source=SOURCE)
def forward_instance():
    s = _instance()
    y, z1, a1, z2, t = s.y, s.z1, s.a1, s.z2, s.t

    yield claim(cross_entropy(t, y), -y * log(t) - (1 - y) * log(1 - t), at="loss function, at the top", source_line=8)
    yield claim(a1, where(z1 > 0, z1, 0), at="(2), cases", source_line=19)
    yield claim(t, 1 / (1 + exp(-z2)), at="(4), line 2", source_line=25)
    yield claim(cross_entropy(t, y), -y * log(t) - (1 - y) * log(1 - t), at="loss, after (4)", source_line=27)


@derivation(source=SOURCE)
def forward_batch():
    s = _batch()
    X, Y, m, W1, b1, W2, b2 = s.X, s.Y, s.m, s.W1, s.b1, s.W2, s.b2
    Z1, A1, Z2, T, L, J = s.Z1, s.A1, s.Z2, s.T, s.L, s.J

    yield claim(cross_entropy(T, Y).mean(), L.sum() / m, at="cost, at the top", source_line=9)

    # "Vectorizing": column i of each matrix is what (1) to (4) give for example i.
    for i in ENTRIES:
        x = X[:, i : i + 1]
        z1 = W1 @ x + b1
        a1 = relu(z1)
        z2 = W2 @ a1 + b2
        t = sigmoid(z2)
        yield claim(Z1[:, i : i + 1], z1, at="(5), column i", source_line=31)
        yield claim(A1[:, i : i + 1], a1, at="(6), column i", source_line=33)
        yield claim(Z2[:, i : i + 1], z2, at="(7), column i", source_line=35)
        yield claim(T[:, i : i + 1], t, at="(8), column i", source_line=37)

    yield claim(J, (-Y @ log(T).T - (1 - Y) @ log(1 - T).T) / m, at="cost, after (8)", source_line=39)


@derivation(source=SOURCE)
def first_updates():
    s = _batch()
    W2, b2, J, alpha = s.W2, s.b2, s.J, real("alpha")

    yield claim(
        W2 - alpha * gradient(J, W2), W2 - gradient(J, W2) * alpha, at="update of W2, after (8)", source_line=45
    )
    yield claim(
        b2 - alpha * gradient(J, b2), b2 - gradient(J, b2) * alpha, at="update of b2, after (8)", source_line=47
    )


@derivation(source=SOURCE)
def layer_2_instance():
    s = _instance()
    a1, y, W2, b2, z2, t, L, alpha = s.a1, s.y, s.W2, s.b2, s.z2, s.t, s.L, real("alpha")
    j = 0  # layer 2 has one unit

    # The step that example i alone asks for: ∂L, not ∂J, stands here.
    W2_new, b2_new = W2 - alpha * gradient(L, W2), b2 - alpha * gradient(L, b2)
    at = "layer 2, each instance, update of"
    for k in ENTRIES:
        yield claim(W2_new[j, k], W2[j, k] - gradient(L, W2[j, k]) * alpha, at=f"{at} W_jk", source_line=53)
        yield claim(W2_new[0, k], W2[0, k] - gradient(L, W2[0, k]) * alpha, at=f"{at} W_k", source_line=53)
    yield claim(b2_new[j, 0], b2[j, 0] - gradient(L, b2[j, 0]) * alpha, at=f"{at} b_j", source_line=55)
    yield claim(b2_new, b2 - gradient(L, b2[j, 0]) * alpha, at=f"{at} b", source_line=55)

    for k in ENTRIES:
        yield claim(
            gradient(L, W2[0, k]),
            gradient(L, t) * gradient(t, z2) * gradient(z2, W2[0, k]),
            (t - y) / (t * (1 - t)) * t * (1 - t) * a1[k, 0],
            (t - y) * a1[k, 0],
            at=_lines("layer 2, ∂L/∂W_k", 1, 2, 3),
            source_line=57,
        )
    yield claim(
        gradient(L, b2),
        gradient(L, t) * gradient(t, z2) * gradient(z2, b2),
        (t - y) * 1,
        at=_lines("layer 2, ∂L/∂b", 1, 2),
        source_line=57,
    )


@derivation(source=SOURCE)
def layer_2():
    s = _batch()
    Y, m, A1, W2, b2, T, L, J = s.Y, s.m, s.A1, s.W2, s.b2, s.T, s.L, s.J
    i = indices("i")

    for k in ENTRIES:
        dL = jacobian(L, W2[0, k]).T  # the row [∂L(1)/∂W_k  ∂L(2)/∂W_k  …]
        yield claim(
            gradient(J, W2[0, k]),
            1 / m * TERMS(dL, dL.sum()),
            1 / m * ((T[0, i] - Y[0, i]) * A1[k, i]).sum(i),
            1 / m * (T - Y) @ A1[k : k + 1].T,
            at=_lines("layer 2, vectorised, ∂J/∂W_k", 1, 2, 3),
            source_line=61,
        )
    yield claim(gradient(J, W2), 1 / m * (T - Y) @ A1.T, at="layer 2, vectorised, ∂J/∂W", source_line=63)
    yield claim(
        gradient(J, b2),
        1 / m * (T[0, i] - Y[0, i]).sum(i),
        misprint(np.sum(T - Y, axis=1, keepdims=True), 1 / m * np.sum(T - Y, axis=1, keepdims=True), MEAN),
        at=["layer 2, vectorised, ∂J/∂b, as a sum", "layer 2, vectorised, ∂J/∂b, in NumPy"],
        source_line=65,
    )


@derivation(source=SOURCE)
def layer_1_instance():
    s = _instance()
    n1, x, y, W1, b1, W2, z1, a1, z2, t, L = s.n1, s.x, s.y, s.W1, s.b1, s.W2, s.z1, s.a1, s.z2, s.t, s.L

    for j, k in PAIRS:
        yield claim(
            gradient(L, W1[j, k]),
            gradient(L, t)
            * gradient(t, z2)
            * gradient(z2, a1[j, 0])
            * gradient(a1[j, 0], z1[j, 0])
            * gradient(z1[j, 0], W1[j, k]),
            (t - y) / (t - SQUARE(t, t**2)) * t * (1 - t) * W2[0, j] * relu_prime(z1[j, 0]) * x[k, 0],
            (t - y) * W2[0, j] * relu_prime(z1[j, 0]) * x[k, 0],
            at=_lines("layer 1, each instance, ∂L/∂W_jk", 1, 2, 3),
            source_line=69,
        )

    u = real("u", n1)
    yield claim(
        gradient(relu(u).sum(), u), where(u > 0, 1, where(u < 0, 0, 0)), at="layer 1, cases of ReLU′", source_line=71
    )

    for j in ENTRIES:
        yield claim(
            gradient(L, b1[j, 0]),
            gradient(L, t)
            * gradient(t, z2)
            * gradient(z2, a1[j, 0])
            * gradient(a1[j, 0], z1[j, 0])
            * gradient(z1[j, 0], b1[j, 0]),
            (t - y) * W2[0, j] * relu_prime(z1[j, 0]) * 1,
            at=_lines("layer 1, each instance, ∂L/∂b_j", 1, 2),
            source_line=73,
        )


@derivation(source=SOURCE)
def layer_1():
    s = _batch()
    X, Y, m, W1, b1, W2, Z1, T, L, J = s.X, s.Y, s.m, s.W1, s.b1, s.W2, s.Z1, s.T, s.L, s.J

    for j, k in PAIRS:
        W_j, dA_j, x_k = W2[0, j], relu_prime(Z1[j : j + 1]), X[k : k + 1]  # a number and two rows
        dL = jacobian(L, W1[j, k]).T  # the row [∂L(1)/∂W_jk  ∂L(2)/∂W_jk  …]
        table = np.hstack([(T - Y).T, W_j * ones(m, 1), dA_j.T])  # a line for each example, three columns
        yield claim(
            gradient(J, W1[j, k]),
            1 / m * TERMS(dL, dL.sum()),
            1 / m * BY_ENTRY(table, (T - Y) * W_j * dA_j) @ x_k.T,
            1 / m * BY_ENTRY((T - Y) @ (W_j * dA_j), (T - Y) * (W_j * dA_j)) @ x_k.T,
            at=_lines("layer 1, vectorised, ∂J/∂W_jk", 1, 2, 3),
            source_line=[77, 77, 79],
        )

    yield claim(
        gradient(J, W1),
        1
        / m
        * BY_ENTRY((T - Y) @ (ROW(W2, W2.T) * relu_prime(Z1)), (T - Y) * (ROW(W2, W2.T) * relu_prime(Z1)))
        @ X.T,
        1 / m * LOST(T - Y, W2.T @ (T - Y)) * relu_prime(Z1) @ X.T,
        at=_lines("layer 1, vectorised, ∂J/∂W", 1, 2),
        source_line=81,
    )
    yield claim(
        gradient(J, W1),
        MEAN(W2.T, 1 / m * W2.T) @ (T - Y) * relu_prime(Z1) @ X.T,
        at="layer 1, vectorised, ∂J/∂W, again",
        source_line=83,
    )

    for j in ENTRIES:
        W_j, dA_j = W2[0, j], relu_prime(Z1[j : j + 1])
        yield claim(
            gradient(J, b1[j, 0]),
            1 / m * jacobian(L, b1[j, 0]).sum(),
            misprint(
                np.sum(W_j * (T - Y) * dA_j, axis=1, keepdims=True),
                1 / m * np.sum(W_j * (T - Y) * dA_j, axis=1, keepdims=True),
                MEAN,
            ),
            at=_lines("layer 1, vectorised, ∂J/∂b_j", 1, 2),
            source_line=85,
        )
    yield claim(
        gradient(J, b1),
        1 / m * np.sum(W2.T @ (T - Y) * relu_prime(Z1), axis=1, keepdims=True),
        at="layer 1, vectorised, ∂J/∂b",
        source_line=85,
    )


@derivation(source=SOURCE)
def final_updates():
    s = _batch()
    X, Y, m, W1, b1, W2, b2 = s.X, s.Y, s.m, s.W1, s.b1, s.W2, s.b2
    Z1, A1, T, J, alpha = s.Z1, s.A1, s.T, s.J, real("alpha")

    yield claim(W2 - alpha * gradient(J, W2), W2 - alpha / m * (T - Y) @ A1.T, at="final update of W2", source_line=89)
    yield claim(
        b2 - alpha * gradient(J, b2), b2 - alpha / m * np.sum(T - Y, axis=1), at="final update of b2", source_line=91
    )
    yield claim(
        W1 - alpha * gradient(J, W1),
        W1 - alpha / m * W2.T @ (T - Y) * relu_prime(Z1) @ X.T,
        at="final update of W1",
        source_line=93,
    )
    yield claim(
        b1 - alpha * gradient(J, b1),
        b1
        - alpha
        / m
        * KEEPDIMS(
            np.sum(W2.T @ (T - Y) * relu_prime(Z1), axis=1),
            np.sum(W2.T @ (T - Y) * relu_prime(Z1), axis=1, keepdims=True),
        ),
        at="final update of b1",
        source_line=95,
    )
