"""Matt R, "Neural Networks" (2022), section 1: logistic regression, its gradient, and the listing of 1.1.1.

Columns are examples: x (m, n) has m features of n examples, y and a are rows (1, n), w is a column (m, 1), b a number.
The section is written in NumPy's spirit (b is added to every example), so the derivations broadcast as NumPy does.
Its differentials are rows and its gradients columns: `jacobian` and `gradient`. σ is the function, and `sigmoid` that
of the listing, whose functions stand here as they are printed, but for docstrings, defaults and what they print.

A learning rate is what a step of gradient descent divides by the slope: that of the listing is α n/m.
The cost printed after iteration i is meant to be the one that code line 95 has just recorded, as it is for i = 0.

Only typography, read as what is meant:
- a in "a = P(y = 1 | x)" is one number for one x and the row of them for all
- 𝕃(a, y) under ∂_w and ∂_b is 𝓛(w, b), a function of w and b
- the listing's y_pred is y_predict; the colon is missing at the end of code line 133

Not checkable:
- "a ≈ 1 when y = 1, a ≈ 0 when y = 0" is a wish
- "any error using differences won't be refined enough" is a judgement
- "composition turns into matrix multiplication" is a remark; the chain above it is checked as products of matrices
- "the optimized gradient" of code lines 81 and 83 is no quantity: grads are those of the last iteration, at
  the parameters before its update
- the listing's dictionaries, defaults and starting values are no formulas; code lines 138-141 declare inputs only
- log maps (0, 1) to negative numbers: that it is one to one and onto is proved, the sign is only seen
"""

import copy
from types import SimpleNamespace

import numpy as np

from gradcheck import bits, cause, claim, derivation, dims, gradient, jacobian, positive, real, shape, unit
from gradcheck.notation import abstract, cross_entropy, exp, indices, log, ones
from gradcheck.notation import sigmoid as σ

SOURCE = "004_959847bfc8ffc5eb.txt"

BY_W_ALONE = cause("d_w φ is the derivative by w alone, and dφ by (w, b) is needed")
SUM = cause("𝕁 is the mean of the losses, not their sum")
FLOAT = cause("J is the product of two matrices, a 1x1 array, and no float")
FEATURES = cause("m counts the features here, and the mean is over the n examples")
EVERY = cause("a cost is recorded every 100 iterations, not for each of them")
LATE = cause("the index is one too small: it is that of the cost of 100 iterations before")


def _examples():
    """All n examples."""
    m, n = dims("m n")
    x, y = real("x", m, n), bits("y", 1, n)
    w, b = real("w", m, 1), real("b")
    z = w.T @ x + b
    a = σ(z)
    J = cross_entropy(a, y).mean()
    return SimpleNamespace(**locals())


def _example():
    """One x, with a label that need not be 0 or 1: 𝕃 is a function on (0, 1) × R."""
    m = dims("m")
    x, y = real("x", m, 1), real("y", 1, 1)
    w, b = real("w", m, 1), real("b", 1, 1)
    z = w.T @ x + b  # φ(w, b)
    a = σ(z)
    L = cross_entropy(a, y)
    return SimpleNamespace(**locals())


def _lines(place, *numbers):
    return [f"{place}, line {number}" for number in numbers]


def P(y, a):
    """P(y|x), where a is the probability of the label 1."""
    return a**y * (1 - a) ** (1 - y)


@derivation(source=SOURCE)
def model():
    """1 Logistic Regression."""
    s = _examples()
    m, n, x, y, w, b, z, a = s.m, s.n, s.x, s.y, s.w, s.b, s.z, s.a

    yield claim(shape(x), (m, n), at="1, x", source_line=21)
    yield claim(shape(y), (1, n), at="1, y", source_line=21)
    yield claim((σ(z) > 0) * (σ(z) < 1), ones(1, n), at="1, σ: R → (0, 1)", source_line=25)
    yield claim(σ(z), 1 / (1 + exp(-z)), at="1, σ(z)", source_line=27)
    yield claim(shape(w), (m, 1), at="1, w", source_line=29)
    yield claim(shape(b), (), at="1, b", source_line=29)
    yield claim(shape(a), (1, n), at="1, a", source_line=31)
    yield claim(a, σ(w.T @ x + b), at="1, a = σ(w^T x + b)", source_line=31)


@derivation(source=SOURCE)
def probability():
    """1 Logistic Regression."""
    n = dims("n")
    a, y = unit("a", 1, n), bits("y", 1, n)

    yield claim(np.where(y, a, 1 - a), P(y, a), at="1, P(y|x)", source_line=35)
    yield claim(P(1, a), a, at="1, P(y=1|x)", source_line=39)
    yield claim(P(0, a), 1 - a, at="1, P(y=0|x)", source_line=39)
    yield claim((a >= 0) * (a <= 1), ones(1, n), at="1, 0 ≤ a ≤ 1", source_line=49)


@derivation(source=SOURCE)
def squared_error_is_not_convex():
    """1.1 The Gradient."""
    v = positive("v")

    # Along b, as along z, the second derivative is negative for every a = (2 + v)/(3 + v) above 2/3 if y = 0, …
    z = log(2 + v)
    a = σ(z)
    E = a**2
    at = "1, mean squared error, y = 0"
    yield claim(gradient(gradient(E, z), z), 2 * a**2 * (1 - a) * (2 - 3 * a), at=at, source_line=49)
    yield claim(gradient(gradient(E, z), z) < 0, 1, at=f"{at}, not convex", source_line=49)

    # … and for every a = 1/(3 + v) below 1/3 if y = 1.
    z = -log(2 + v)
    a = σ(z)
    E = (a - 1) ** 2
    at = "1, mean squared error, y = 1"
    yield claim(gradient(gradient(E, z), z), 2 * a * (1 - a) ** 2 * (3 * a - 1), at=at, source_line=49)
    yield claim(gradient(gradient(E, z), z) < 0, 1, at=f"{at}, not convex", source_line=49)


@derivation(source=SOURCE)
def logarithm():
    """1.1 The Gradient."""
    n = dims("n")
    u, v = unit("u", n), positive("v", n)

    # log is a bijection of (0, 1) and (-∞, 0): its inverse is exp. That log(u) < 0 needs more than algebra: it is seen.
    yield claim(log(exp(-v)), -v, at="1, log, onto", source_line=49)
    yield claim(exp(log(u)), u, at="1, log, one to one", source_line=49)
    yield claim(log(u) < 0, ones(n), at="1, log, range", source_line=49)


@derivation(source=SOURCE)
def log_loss():
    """1.1 The Gradient."""
    n = dims("n")
    a, y = unit("a", 1, n), bits("y", 1, n)

    yield claim(
        cross_entropy(a, y),
        -log(np.where(y, a, 1 - a)),
        -log(P(y, a)),
        -(y * log(a) + (1 - y) * log(1 - a)),
        at=_lines("1, 𝕃(a, y)", 1, 2, 3),
        source_line=51,
    )


@derivation(source=SOURCE)
def cost():
    """1.1 The Gradient."""
    s = _examples()
    n, x, y, w, b, a, J = s.n, s.x, s.y, s.w, s.b, s.a, s.J

    i, j = indices("i j")
    a_j, y_j = a[0, j], y[0, j]
    z_j = (w[i, 0] * x[i, j]).sum(i) + b
    yield claim(
        J,
        1 / n * cross_entropy(a_j, y_j).sum(j),
        -1 / n * (y_j * log(a_j) + (1 - y_j) * log(1 - a_j)).sum(j),
        -1 / n * (y_j * log(σ(z_j)) + (1 - y_j) * log(1 - σ(z_j))).sum(j),
        at=_lines("1, 𝕁(w, b)", 1, 2, 3),
        source_line=55,
    )


@derivation(source=SOURCE)
def gradient_of_the_loss():
    """1.1 The Gradient."""
    s = _example()
    m, x, y, w, b, z, a, L = s.m, s.x, s.y, s.w, s.b, s.z, s.a, s.L

    yield claim(shape(a), (1, 1), at="1.1, 𝕃: (0, 1) × R → R, first argument", source_line=59)
    yield claim(shape(y), (1, 1), at="1.1, 𝕃: (0, 1) × R → R, second argument", source_line=59)
    yield claim(shape(L), (1, 1), at="1.1, 𝕃: (0, 1) × R → R, range", source_line=59)
    yield claim(L, -(y * log(a) + (1 - y) * log(1 - a)), at="1.1, 𝕃(a, y)", source_line=61)
    yield claim((σ(z) > 0) * (σ(z) < 1), ones(1, 1), at="1.1, σ: R → (0, 1)", source_line=63)
    yield claim(σ(z), a, at="1.1, σ(z)", source_line=63)
    yield claim(σ.prime(z), a * (1 - a), at="1.1, σ′(z)", source_line=63)
    yield claim(shape(w), (m, 1), at="1.1, φ: R^m × R → R, first argument", source_line=63)
    yield claim(shape(b), (1, 1), at="1.1, φ: R^m × R → R, second argument", source_line=63)
    yield claim(shape(z), (1, 1), at="1.1, φ: R^m × R → R, range", source_line=63)
    yield claim(z, np.einsum("i,i->", w[:, 0], x[:, 0]) + b, at="1.1, φ(w, b)", source_line=65)
    yield claim(shape(x), (m, 1), at="1.1, x", source_line=67)
    yield claim(L, cross_entropy(σ(w.T @ x + b), y), at="1.1, 𝓛(w, b)", source_line=69)

    x_1 = np.hstack([x.T, ones(1, 1)])
    yield claim(
        np.hstack([jacobian(L, w), jacobian(L, b)]),
        jacobian(L, a)
        @ jacobian(a, z)
        @ BY_W_ALONE(jacobian(z, w), np.hstack([jacobian(z, w), jacobian(z, b)])),
        (-y / a + (1 - y) / (1 - a)) * a * (1 - a) * x_1,
        (-y * (1 - a) + a * (1 - y)) * x_1,
        (a - y) * x_1,
        at=_lines("1.1, d𝓛", 1, 2, 3, 4),
        source_line=73,
    )

    f = abstract("f")(abstract("g")(w).sum())
    yield claim(gradient(f, w), jacobian(f, w).T, at="1.1, ∇f", source_line=77)
    yield claim(
        np.vstack([gradient(L, w), gradient(L, b)]),
        (a - y) * np.vstack([x, ones(1, 1)]),
        at="1.1, ∇𝓛(w, b)",
        source_line=79,
    )
    yield claim(gradient(L, w), (a - y) * x, at="1.1, ∂_w 𝕃(a, y)", source_line=83)
    yield claim(gradient(L, b), a - y, at="1.1, ∂_b 𝕃(a, y)", source_line=83)


@derivation(source=SOURCE)
def gradient_of_the_cost():
    """1.1 The Gradient."""
    s = _examples()
    n, x, y, w, b, a, J = s.n, s.x, s.y, s.w, s.b, s.a, s.J
    j = indices("j")

    yield claim(
        J,
        SUM(cross_entropy(a, y).sum(), cross_entropy(a, y).sum() / n),
        at='1.1, "our cost function 𝕁 is the sum-log-loss"',
        source_line=85,
    )
    yield claim(
        gradient(J, w),
        1 / n * np.einsum("oj,ij->io", a - y, x),  # o is the one row of a and y
        1 / n * ((a - y) @ x.T).T,
        1 / n * x @ (a - y).T,
        at=_lines("1.1, ∂_w 𝕁", 1, 2, 3),
        source_line=87,
    )
    yield claim(gradient(J, b), 1 / n * (a[0, j] - y[0, j]).sum(j), at="1.1, ∂_b 𝕁", source_line=91)


# ---- the listing ---------------------------------------------------------------------------------------------------


def sigmoid(z):
    """Lines 5-17."""
    sigma = 1 / (1 + np.exp(-z))
    return sigma  # noqa: RET504 - as printed


def cost_function(x, y, w, b):
    """Lines 19-57."""
    # Auxiliary assignments
    m, n = x.shape
    z = w.T @ x + b
    assert z.size == n
    a = sigmoid(z).reshape(1, n)
    dz = a - y

    # Compute cost J
    J = (-1 / n) * (np.log(a) @ y.T + np.log(1 - a) @ (1 - y).T)

    # Compute dw and db
    dw = (x @ dz.T) / FEATURES(m, n)
    assert dw.shape == w.shape
    db = np.sum(dz) / FEATURES(m, n)

    return J, dw, db


def grad_descent(x, y, w, b, alpha, num_iters):
    """Lines 59-103."""
    costs = []
    w = copy.deepcopy(w)
    b = copy.deepcopy(b)
    for i in range(num_iters):
        J, dw, db = cost_function(x, y, w, b)
        w = w - alpha * dw
        b = b - alpha * db

        if i % 100 == 0:
            costs.append(J)

    params = {"w": w, "b": b}
    grads = {"dw": dw, "db": db}

    return costs, params, grads


def predict(w, b, x):
    """Lines 105-131."""
    m, n = x.shape
    # Get probability array
    a = sigmoid(w.T @ x + b)
    # Get boolean array with False given by a < 0.5
    pseudo_predict = ~(a < 0.5)
    # Convert to binary to get predictions
    y_predict = pseudo_predict.astype(int)

    return y_predict  # noqa: RET504 - as printed


@derivation(source=SOURCE)
def listing():
    """1.1.1 Vectorization in Python."""
    s = _examples()
    m, n, x, y, w, b, z, a, J = s.m, s.n, s.x, s.y, s.w, s.b, s.z, s.a, s.J
    J_code, dw, db = cost_function(x, y, w, b)

    yield claim(σ(z), sigmoid(z), at="1.1.1, code line 16", source_line=114)
    yield claim(shape(x), (m, n), at="1.1.1, code line 24", source_line=127)
    yield claim(shape(y), (1, n), at="1.1.1, code line 26", source_line=129)
    yield claim(shape(w), (m, 1), at="1.1.1, code line 28", source_line=131)
    yield claim(shape(b), (), at="1.1.1, code line 29", source_line=132)
    yield claim(shape(J_code), FLOAT((), (1, 1)), at="1.1.1, code line 33", source_line=136)
    yield claim(J, J_code, at="1.1.1, code line 34", source_line=137)
    yield claim(shape(dw), w.shape, (m, 1), at="1.1.1, code line 36", source_line=139)
    yield claim(gradient(J, w), dw, at="1.1.1, code line 37", source_line=140)
    yield claim(shape(db), (), at="1.1.1, code line 38", source_line=141)
    yield claim(gradient(J, b), db, at="1.1.1, code line 39", source_line=142)

    yield claim(z, w.T @ x + b, at="1.1.1, code line 44", source_line=147)
    yield claim(shape(z.reshape(z.size)), (n,), at="1.1.1, code line 45", source_line=148)
    yield claim(a, sigmoid(z).reshape(1, n), at="1.1.1, code line 46", source_line=149)
    yield claim(gradient(n * J, z), a - y, at="1.1.1, code line 47", source_line=150)
    dz = a - y
    yield claim(
        J,
        (-1 / n) * (np.log(a) @ y.T + np.log(1 - a) @ (1 - y).T),
        at="1.1.1, code line 50",
        source_line=153,
    )
    yield claim(gradient(J, w), (x @ dz.T) / FEATURES(m, n), at="1.1.1, code line 53", source_line=156)
    yield claim(shape(dw), w.shape, at="1.1.1, code line 54", source_line=157)
    yield claim(gradient(J, b), np.sum(dz) / FEATURES(m, n), at="1.1.1, code line 55", source_line=158)


@derivation(source=SOURCE)
def descent():
    """1.1.1 Vectorization in Python."""
    s = _examples()
    x, y, w, b, J, alpha = s.x, s.y, s.w, s.b, s.J, real("alpha")

    num_iters = 101
    costs, _, _ = grad_descent(x, y, w, b, alpha, num_iters)
    J_0, C = costs[0], np.hstack(costs)
    _, params, _ = grad_descent(x, y, w, b, alpha, 1)
    _, dw, db = cost_function(x, y, w, b)

    rate = (b - params["b"]) / gradient(J, b)
    yield claim(alpha, rate, at="1.1.1, code line 66, the learning rate", source_line=174)
    yield claim(shape(J_0), FLOAT((), (1, 1)), at="1.1.1, code line 72, a list of floats", source_line=180)
    yield claim(
        shape(C),
        (1, EVERY(num_iters, len(range(0, num_iters, 100)))),
        at="1.1.1, code line 73, how many costs",
        source_line=181,
    )
    yield claim(J, J_0, at="1.1.1, code line 73, the cost of (w, b)", source_line=181)
    yield claim(w - alpha * gradient(J, w), params["w"], at="1.1.1, code line 76, after one iteration", source_line=184)
    yield claim(b - alpha * gradient(J, b), params["b"], at="1.1.1, code line 78, after one iteration", source_line=186)
    yield claim(w - alpha * gradient(J, w), w - alpha * dw, at="1.1.1, code line 91", source_line=199)
    yield claim(b - alpha * gradient(J, b), b - alpha * db, at="1.1.1, code line 92", source_line=200)

    recorded = real("c", 3)  # at iterations 0, 100, 200
    for i in (100, 200):
        idx = LATE(int(i / 100) - 1, int(i / 100))
        yield claim(recorded[i // 100], recorded[idx], at=f"1.1.1, code line 97, i = {i}", source_line=205)


@derivation(source=SOURCE)
def prediction():
    """1.1.1 Vectorization in Python."""
    s = _examples()
    m, n, x, w, b, a = s.m, s.n, s.x, s.w, s.b, s.a
    y_predict = predict(w, b, x)

    yield claim(shape(w), (m, 1), at="1.1.1, code line 110", source_line=218)
    yield claim(shape(b), (), at="1.1.1, code line 111", source_line=219)
    yield claim(shape(x), (m, n), at="1.1.1, code line 113", source_line=226)
    yield claim(shape(y_predict), (1, n), at="1.1.1, code line 118", source_line=231)
    yield claim(
        y_predict, np.where(y_predict > 0.5, 1, 0), at="1.1.1, code line 120, y_pred = 1 or y_pred = 0", source_line=233
    )
    yield claim(a, sigmoid(w.T @ x + b), at="1.1.1, code line 125", source_line=238)
    yield claim(np.where(a < 0.5, 0, 1), ~(a < 0.5), at="1.1.1, code lines 126-127", source_line=240)
    yield claim(np.where(a >= 0.5, 1, 0), y_predict, at="1.1.1, code line 129", source_line=242)


@derivation(source=SOURCE)
def trained_model():
    """1.1.1 Vectorization in Python."""
    s = _examples()
    x, y, w, b, J, alpha = s.x, s.y, s.w, s.b, s.J, real("alpha")
    num_iters = 101
    costs, _, _ = grad_descent(x, y, w, b, alpha, num_iters)
    C = np.hstack(costs)
    _, params, _ = grad_descent(x, y, w, b, alpha, 1)

    rate = (b - params["b"]) / gradient(J, b)
    yield claim(alpha, rate, at="1.1.1, code line 143, the learning rate", source_line=256)
    recorded = len(range(0, num_iters, 100))
    yield claim(shape(C), (1, recorded), at="1.1.1, code line 152, how many costs", source_line=265)
    yield claim(alpha, rate, at="1.1.1, code line 162, the learning rate", source_line=280)


@derivation(source=SOURCE)
def accuracy():
    """1.1.1 Vectorization in Python."""
    n_train, n_test = dims("n_train n_test")
    y_train_preds, y_train = bits("y_train_preds", 1, n_train), bits("y_train", 1, n_train)
    y_test_preds, y_test = bits("y_test_preds", 1, n_test), bits("y_test", 1, n_test)

    def hits(a, b):
        return a * b + (1 - a) * (1 - b)

    # The percentage of examples that are labelled rightly.
    train_acc = 100 - np.mean(np.abs(y_train_preds - y_train)) * 100
    test_acc = 100 - np.mean(np.abs(y_test_preds - y_test)) * 100
    yield claim(100 * hits(y_train_preds, y_train).mean(), train_acc, at="1.1.1, code line 189", source_line=307)
    yield claim(100 * hits(y_test_preds, y_test).mean(), test_acc, at="1.1.1, code line 190", source_line=308)
