"""Logistic regression by Newton's method: gradient, Hessian, and the step as weighted least squares."""

from gradcheck import bits, claim, derivation, dims, gradient, jacobian, misprint, real
from gradcheck.notation import diag, exp, indices, log, sigmoid


@derivation(source="Logistic Regression, http://duzhongxiang.com/2017/01/04/Logistic-Regression")
def by_entries():
    """Its P(D) is a product over the examples, of which L is here minus the sum of logarithms."""
    n, d = dims("n d")
    i, j = indices("i j")
    A, Y, w = real("A", n, d), bits("Y", n), real("w", d)
    alpha = 1 / (1 + exp(-A @ w))
    yield claim(jacobian(log(alpha)[i], w[j]), A[i, j] * exp(-A[i] @ w) / (1 + exp(-A[i] @ w)), at="∂ log α")
    yield claim(
        jacobian(log(1 - alpha)[i], w[j]),
        -A[i, j] + A[i, j] * exp(-A[i] @ w) / (1 + exp(-A[i] @ w)),
        -A[i, j] / (1 + exp(-A[i] @ w)),
        at="∂ log (1 - α)",
    )
    L = -(Y * log(alpha) + (1 - Y) * log(1 - alpha)).sum()
    yield claim(
        -log(alpha**Y * (1 - alpha) ** (1 - Y)).sum(),
        misprint((Y * log(alpha)).sum() + ((1 - Y) * log(1 - alpha)).sum(), L, "the minus is lost"),
        at="L",
    )
    yield claim(
        gradient(L, w[j]),
        -(A[i, j] * (Y[i] * (1 + exp(-A[i] @ w)) - 1) / (1 + exp(-A[i] @ w))).sum(i),
        -(A[i, j] * (Y[i] - alpha[i])).sum(i),
        (A[i, j] * (alpha[i] - Y[i])).sum(i),
        at="∂L",
    )
    yield claim(gradient(L, w), A.T @ (alpha - Y), at="∇L")
    B = diag(alpha * (1 - alpha))
    yield claim(jacobian(gradient(L, w), w), A.T @ B @ A, at="the Hessian")


@derivation(source="iteratively reweighted least squares (from memory)")
def reweighted():
    """Newton's step solves H w⁺ = H w - ∇E: the normal equations of least squares for the working response z."""
    n, d = dims("n d")
    X, t, w = real("X", n, d), bits("t", n), real("w", d)
    y = sigmoid(X @ w)
    r = y * (1 - y)
    E = -(t * log(y) + (1 - t) * log(1 - y)).sum()
    H = X.T @ (r[:, None] * X)
    yield claim(jacobian(gradient(E, w), w), H, at="Hessian")
    z = X @ w - (y - t) / r
    yield claim(H @ w - gradient(E, w), X.T @ (r * z), at="Newton's step")
