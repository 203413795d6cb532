"""Ordinary and weighted least squares: residuals, the projection, and its degrees of freedom."""

from gradcheck import claim, derivation, dims, gradient, jacobian, positive, real
from gradcheck.notation import solve


@derivation(source="ordinary and weighted least squares (from memory)")
def least_squares():
    """X has at least as many rows as columns; W holds positive weights."""
    n, d = dims("n d")
    X, y, w = real("X", n + d, d), real("y", n + d), positive("w", n + d)
    b = real("b", d)
    G = X.T @ X
    beta_hat = solve(G, X.T @ y)
    residual = y - X @ beta_hat
    yield claim(X.T @ residual, 0 * b, at="residuals are orthogonal to the columns")
    hat = X @ solve(G, X.T)
    yield claim(hat @ hat, hat, at="the hat matrix is a projection")
    yield claim(hat.trace(), d, at="degrees of freedom")
    S = (w * (y - X @ b) ** 2).sum()
    yield claim(gradient(S, b), -2 * X.T @ (w * (y - X @ b)), at="weighted")
    yield claim(jacobian(gradient(S, b), b), 2 * X.T @ (w[:, None] * X), at="weighted")
