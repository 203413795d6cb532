"""The prediction of a Gaussian process: the weights of the data, and the variance that is left."""

from gradcheck import claim, derivation, dims, gradient, jacobian, positive, positive_definite, real
from gradcheck.notation import identity, inv, solve, trace


@derivation(source="the prediction at new inputs (from memory)")
def prediction():
    """K_* are the covariances of the data with the new values; what is left of K_** is a Schur complement."""
    n, m = dims("n m")
    K, K_s, K_ss = positive_definite("K", n, n), real("K_*", n, m), positive_definite("K_**", m, m)
    y, sigma = real("y", n), positive("sigma")
    C = K + sigma**2 * identity(n)
    mean = K_s.T @ solve(C, y)
    yield claim(jacobian(mean, y), solve(C, K_s).T, at="a linear smoother")
    yield claim(gradient(y @ inv(C) @ y, sigma), -2 * sigma * (solve(C, y) ** 2).sum(), at="the fit by σ")
    cov = K_ss - K_s.T @ solve(C, K_s)
    yield claim(gradient(trace(cov), K_s), -2 * solve(C, K_s), at="variances by the cross-covariance")
