"""Kalman's update: the gain makes the posterior variance least, and its form equals that of information."""

from gradcheck import claim, derivation, dims, gradient, positive_definite, real
from gradcheck.notation import identity, inv, solve, trace


@derivation(source="Kalman filter, Wikipedia (from memory)")
def gain():
    """The covariance for any gain K is Joseph's form; its trace has the gradient 0 at Kalman's gain."""
    n, m = dims("n m")
    P, R = positive_definite("P", n, n), positive_definite("R", m, m)
    H, any_gain = real("H", m, n), real("G", n, m)
    I = identity(n)
    S = H @ P @ H.T + R
    joseph = lambda K: (I - K @ H) @ P @ (I - K @ H).T + K @ R @ K.T  # noqa: E731
    expanded = P - any_gain @ H @ P - P @ H.T @ any_gain.T + any_gain @ S @ any_gain.T
    yield claim(joseph(any_gain), expanded, at="the covariance")
    slope = -2 * (H @ P).T + 2 * any_gain @ S
    yield claim(gradient(trace(joseph(any_gain)), any_gain), slope, at="the trace by the gain")
    K = P @ H.T @ inv(S)
    yield claim(-2 * (H @ P).T + 2 * K @ S, 0 * any_gain, at="the optimal gain")
    yield claim(joseph(K), (I - K @ H) @ P, at="the covariance, simplified")


@derivation(source="the information form (from memory)")
def information():
    n, m = dims("n m")
    P, R = positive_definite("P", n, n), positive_definite("R", m, m)
    H, x, z = real("H", m, n), real("x", n), real("z", m)
    K = P @ H.T @ inv(H @ P @ H.T + R)
    posterior = inv(inv(P) + H.T @ inv(R) @ H)
    yield claim((identity(n) - K @ H) @ P, posterior, at="covariances")
    yield claim(posterior @ H.T @ inv(R), K, at="gains")
    yield claim(x + K @ (z - H @ x), posterior @ (solve(P, x) + H.T @ solve(R, z)), at="states")
