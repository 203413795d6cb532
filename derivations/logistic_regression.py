"""Matt R, "Neural Networks" (2022), section 1: logistic regression, its gradient, and the listing of 1.1.1.

Columns are examples: x (m, n) has m features of n examples, y and a are rows (1, n), w is a column (m, 1), b a number.
The section is written in NumPy's spirit (b is added to every example), so the derivations broadcast as NumPy does.
Its differentials are rows and its gradients columns: `jacobian` and `gradient`.

Only typography, read as what is meant:
- a in "a = P(y = 1 | x)" is one number for one x and the row of them for all
- 𝕃(a, y) under ∂_w and ∂_b is 𝓛(w, b), a function of w and b
- J is called "the sum-log-loss" but is defined, and differentiated, as the mean
- the listing's y_pred is y_predict; the colon is missing at the end of its line 133

Not checkable:
- "a ≈ 1 when y = 1, a ≈ 0 when y = 0" is a wish
- "any error using differences won't be refined enough" is a judgement
- "composition turns into matrix multiplication" is a remark; the chain above it is checked as products of matrices
- the listing's loops, prints (but the index of line 97), dictionaries, defaults and starting values are no formulas;
  lines 138-141 declare inputs only
- log maps (0, 1) to negative numbers: that it is one to one and onto is proved, the sign is only seen
"""

from types import SimpleNamespace

import numpy as np

from gradcheck import bits, claim, derivation, dims, gradient, jacobian, misprint, positive, real, shape, unit
from gradcheck.notation import abstract, cross_entropy, exp, log, ones, sigmoid

SOURCE = "004_959847bfc8ffc5eb.txt"


def _examples():
    """All n examples."""
    m, n = dims("m n")
    x, y = real("x", m, n), bits("y", 1, n)
    w, b = real("w", m, 1), real("b")
    z = w.T @ x + b
    a = sigmoid(z)
    J = cross_entropy(a, y).mean()
    return SimpleNamespace(**locals())


def _example():
    """One x, with a label that need not be 0 or 1: 𝕃 is a function on (0, 1) × R."""
    m = dims("m")
    x, y = real("x", m, 1), real("y", 1, 1)
    w, b = real("w", m, 1), real("b", 1, 1)
    z = w.T @ x + b  # φ(w, b)
    a = sigmoid(z)
    L = cross_entropy(a, y)
    return SimpleNamespace(**locals())


@derivation(source=SOURCE)
def model():
    s = _examples()
    m, n, x, y, w, b, z, a = s.m, s.n, s.x, s.y, s.w, s.b, s.z, s.a

    yield claim(shape(x), (m, n), at="1, x")
    yield claim(shape(y), (1, n), at="1, y")
    yield claim(shape(w), (m, 1), at="1, w")
    yield claim(shape(b), (), at="1, b")
    yield claim(shape(a), (1, n), at="1, a")
    yield claim(sigmoid(z), 1 / (1 + exp(-z)), at="1, σ(z)")
    yield claim((sigmoid(z) > 0) * (sigmoid(z) < 1), ones(1, n), at="1, range of σ")
    yield claim(a, sigmoid(w.T @ x + b), at="1, a = σ(w^T x + b)")


@derivation(source=SOURCE)
def probability():
    n = dims("n")
    a, y = unit("a", 1, n), bits("y", 1, n)

    def P(y):
        return a**y * (1 - a) ** (1 - y)

    yield claim(np.where(y, a, 1 - a), P(y), at="1, P(y|x)")
    yield claim(P(1), a, at="1, P(y=1|x)")
    yield claim(P(0), 1 - a, at="1, P(y=0|x)")
    yield claim((a >= 0) * (a <= 1), ones(1, n), at="1, 0 ≤ a ≤ 1")

    L = cross_entropy(a, y)
    yield claim(
        L,
        -log(np.where(y, a, 1 - a)),
        -log(P(y)),
        -(y * log(a) + (1 - y) * log(1 - a)),
        at="1, 𝕃(a, y), lines 1-3",
    )


@derivation(source=SOURCE)
def logarithm():
    n = dims("n")
    u, v = unit("u", n), positive("v", n)

    # log is a bijection of (0, 1) and (-∞, 0): its inverse is exp. That log(u) < 0 needs more than algebra: it is seen.
    yield claim(log(exp(-v)), -v, at="1, log, onto")
    yield claim(exp(log(u)), u, at="1, log, one to one")
    yield claim(log(u) < 0, ones(n), at="1, log, range")


@derivation(source=SOURCE)
def squared_error_is_not_convex():
    v = positive("v")

    # Along b, as along z, the second derivative is negative for every a = (2 + v)/(3 + v) above 2/3 if y = 0, …
    z = log(2 + v)
    a = sigmoid(z)
    E = a**2
    yield claim(gradient(gradient(E, z), z), 2 * a**2 * (1 - a) * (2 - 3 * a), at="1, mean squared error, y = 0")
    yield claim(gradient(gradient(E, z), z) < 0, 1, at="1, mean squared error not convex, y = 0")

    # … and for every a = 1/(3 + v) below 1/3 if y = 1.
    z = -log(2 + v)
    a = sigmoid(z)
    E = (a - 1) ** 2
    yield claim(gradient(gradient(E, z), z), 2 * a * (1 - a) ** 2 * (3 * a - 1), at="1, mean squared error, y = 1")
    yield claim(gradient(gradient(E, z), z) < 0, 1, at="1, mean squared error not convex, y = 1")


@derivation(source=SOURCE)
def cost():
    s = _examples()
    n, x, y, w, b, a, J = s.n, s.x, s.y, s.w, s.b, s.a, s.J

    a_j, y_j = a[0], y[0]
    z_j = np.einsum("i,ij->j", w[:, 0], x) + b
    yield claim(
        J,
        1 / n * np.einsum("j->", cross_entropy(a_j, y_j)),
        -1 / n * np.einsum("j->", y_j * log(a_j) + (1 - y_j) * log(1 - a_j)),
        -1 / n * np.einsum("j->", y_j * log(sigmoid(z_j)) + (1 - y_j) * log(1 - sigmoid(z_j))),
        at="1, 𝕁(w, b), lines 1-3",
    )


@derivation(source=SOURCE)
def gradient_of_the_loss():
    s = _example()
    m, x, y, w, b, z, a, L = s.m, s.x, s.y, s.w, s.b, s.z, s.a, s.L

    yield claim(L, -(y * log(a) + (1 - y) * log(1 - a)), at="1.1, 𝕃(a, y)")
    yield claim(shape(a), (1, 1), at="1.1, 𝕃: (0, 1) × R → R, first argument")
    yield claim(shape(y), (1, 1), at="1.1, 𝕃: (0, 1) × R → R, second argument")
    yield claim(shape(L), (1, 1), at="1.1, range of 𝕃")
    yield claim((sigmoid(z) > 0) * (sigmoid(z) < 1), ones(1, 1), at="1.1, range of σ")
    yield claim(sigmoid(z), a, at="1.1, σ(z)")
    yield claim(sigmoid.prime(z), a * (1 - a), at="1.1, σ′(z)")
    yield claim(shape(x), (m, 1), at="1.1, x")
    yield claim(shape(w), (m, 1), at="1.1, φ and 𝓛: R^m × R → R, first argument")
    yield claim(shape(b), (1, 1), at="1.1, φ and 𝓛: R^m × R → R, second argument")
    yield claim(shape(z), (1, 1), at="1.1, range of φ")
    yield claim(z, np.einsum("i,i->", w[:, 0], x[:, 0]) + b, at="1.1, φ(w, b)")
    yield claim(L, cross_entropy(sigmoid(w.T @ x + b), y), at="1.1, 𝓛(w, b)")

    dL = np.hstack([jacobian(L, w), jacobian(L, b)])
    d_aL, da, d_wz = jacobian(L, a), jacobian(a, z), jacobian(z, w)
    dz = np.hstack([d_wz, jacobian(z, b)])
    x_1 = np.hstack([x.T, ones(1, 1)])
    yield claim(
        dL,
        misprint(d_aL @ da @ d_wz, d_aL @ da @ dz, "d_w φ is the part by w only, dφ by (w, b) is needed"),
        (-y / a + (1 - y) / (1 - a)) * a * (1 - a) * x_1,
        (-y * (1 - a) + a * (1 - y)) * x_1,
        (a - y) * x_1,
        at="1.1, d𝓛, lines 1-4",
    )

    f = abstract("f")(abstract("g")(w).sum())
    yield claim(gradient(f, w), jacobian(f, w).T, at="1.1, ∇f")
    yield claim(np.vstack([gradient(L, w), gradient(L, b)]), (a - y) * np.vstack([x, ones(1, 1)]), at="1.1, ∇𝓛(w, b)")
    yield claim(gradient(L, w), (a - y) * x, at="1.1, ∂_w 𝕃(a, y)")
    yield claim(gradient(L, b), a - y, at="1.1, ∂_b 𝕃(a, y)")


@derivation(source=SOURCE)
def gradient_of_the_cost():
    s = _examples()
    n, x, y, w, b, a, J = s.n, s.x, s.y, s.w, s.b, s.a, s.J

    yield claim(
        gradient(J, w)[:, 0],
        1 / n * np.einsum("j,ij->i", a[0] - y[0], x),
        at="1.1, ∂_w 𝕁, line 1",
    )
    yield claim(
        gradient(J, w),
        1 / n * ((a - y) @ x.T).T,
        1 / n * x @ (a - y).T,
        at="1.1, ∂_w 𝕁, lines 2-3",
    )
    yield claim(gradient(J, b), 1 / n * np.einsum("j->", a[0] - y[0]), at="1.1, ∂_b 𝕁")


def _cost_function(x, y, w, b):
    """What cost_function of the listing computes, in floats or in symbols."""
    m, n = x.shape
    z = w.T @ x + b
    a = (1 / (1 + np.exp(-z))).reshape(1, n)
    dz = a - y
    J = (-1 / n) * (np.log(a) @ y.T + np.log(1 - a) @ (1 - y).T)
    dw = (x @ dz.T) / m
    db = np.sum(dz) / m
    return SimpleNamespace(**locals())


@derivation(source=SOURCE)
def listing():
    s = _examples()
    m, n, x, y, w, b, a, J = s.m, s.n, s.x, s.y, s.w, s.b, s.a, s.J
    c = _cost_function(x, y, w, b)
    z, dz, cost, dw, db, alpha = c.z, c.dz, c.J, c.dw, c.db, real("alpha")

    yield claim(sigmoid(z), 1 / (1 + np.exp(-z)), at="1.1.1, line 16")
    yield claim(shape(x), (m, n), at="1.1.1, line 24")
    yield claim(shape(y), (1, n), at="1.1.1, line 26")
    yield claim(shape(w), (m, 1), at="1.1.1, line 28")
    yield claim(shape(b), (), at="1.1.1, line 29")
    yield claim(shape(cost), misprint((), (1, 1), "a product of two matrices is no float"), at="1.1.1, line 33")
    yield claim(shape(dw), w.shape, at="1.1.1, line 36")
    yield claim(shape(dw), (m, 1), at="1.1.1, line 36, second =")
    yield claim(shape(db), (), at="1.1.1, line 38")
    yield claim(s.z, z, at="1.1.1, line 44")
    yield claim(shape(z.reshape(z.size)), (n,), at="1.1.1, line 45")
    yield claim(a, c.a, at="1.1.1, line 46")
    yield claim(gradient(n * J, s.z), dz, at="1.1.1, line 47")
    yield claim(J, cost, at="1.1.1, line 50")
    dw_right, db_right = (x @ dz.T) / n, np.sum(dz) / n
    features = "m counts features here, and the mean is over the n examples"
    yield claim(gradient(J, w), misprint(dw, dw_right, features), at="1.1.1, line 53")
    yield claim(shape(dw), w.shape, at="1.1.1, line 54")
    yield claim(gradient(J, b), misprint(db, db_right, features), at="1.1.1, line 55")

    # The updates themselves are right, once dw and db are.
    yield claim(w - alpha * gradient(J, w), w - alpha * dw_right, at="1.1.1, line 91")
    yield claim(b - alpha * gradient(J, b), b - alpha * db_right, at="1.1.1, line 92")

    # The cost printed after iteration i is meant to be the one that line 95 has just recorded.
    costs = real("costs", 3)  # of iterations 0, 100, 200
    late = "one too small: the cost of 100 iterations before"
    for k, i in ((1, 100), (2, 200)):
        yield claim(
            costs[k],
            misprint(costs[int(i / 100) - 1], costs[int(i / 100)], late),
            at="1.1.1, lines 97-98",
        )

    y_predict = 1 - (a < 0.5)
    yield claim(shape(w), (m, 1), at="1.1.1, line 110")
    yield claim(shape(b), (), at="1.1.1, line 111")
    yield claim(shape(x), (m, n), at="1.1.1, line 113")
    yield claim(shape(y_predict), (1, n), at="1.1.1, line 118")
    yield claim(y_predict, np.where(y_predict > 0.5, 1, 0), at="1.1.1, line 120, y_pred = 1 or y_pred = 0")
    yield claim(np.where(a >= 0.5, 1, 0), y_predict, at="1.1.1, lines 125-129")


@derivation(source=SOURCE)
def accuracy():
    n_train, n_test = dims("n_train n_test")
    y_train_preds, y_train = bits("y_train_preds", 1, n_train), bits("y_train", 1, n_train)
    y_test_preds, y_test = bits("y_test_preds", 1, n_test), bits("y_test", 1, n_test)

    def hits(a, b):
        return a * b + (1 - a) * (1 - b)

    # The percentage of examples that are labelled rightly.
    train_acc = 100 - np.mean(np.abs(y_train_preds - y_train)) * 100
    test_acc = 100 - np.mean(np.abs(y_test_preds - y_test)) * 100
    yield claim(100 * hits(y_train_preds, y_train).mean(), train_acc, at="1.1.1, line 189")
    yield claim(100 * hits(y_test_preds, y_test).mean(), test_acc, at="1.1.1, line 190")
