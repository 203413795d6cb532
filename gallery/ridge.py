"""Ridge regression: the normal equations, their solution by solve, its derivatives, and the dual solution."""

import numpy as np

from gradcheck import claim, derivation, dims, gradient, jacobian, positive, real
from gradcheck.notation import identity, solve

norm = np.linalg.norm


@derivation(source="ridge regression, its normal equations and its dual (from memory)")
def ridge():
    n, d = dims("n d")
    X, y, lam, beta = real("X", n, d), real("y", n), positive("lambda"), real("beta", d)
    L = norm(y - X @ beta) ** 2 + lam * norm(beta) ** 2
    H = X.T @ X + lam * identity(d)
    yield claim(gradient(L, beta), -2 * X.T @ (y - X @ beta) + 2 * lam * beta, 2 * (H @ beta - X.T @ y), at="gradient")
    yield claim(jacobian(gradient(L, beta), beta), 2 * H, at="Hessian")
    beta_hat = solve(H, X.T @ y)
    yield claim(H @ beta_hat, X.T @ y, at="normal equations")
    yield claim(beta - solve(2 * H, gradient(L, beta)), beta_hat, at="one step of Newton's method")
    yield claim(X.T @ solve(X @ X.T + lam * identity(n), y), beta_hat, at="dual")
    yield claim(jacobian(X @ beta_hat, y), X @ solve(H, X.T), at="the hat matrix")
    yield claim(jacobian(beta_hat, lam), -solve(H, beta_hat), at="by λ")
