"""Second derivatives, unrolled gradient descent, and residual networks of any depth."""

import numpy as np
from hypothesis.strategies import integers

from gradcheck import bits, claim, derivation, dims, gradient, jacobian, positive, real, symmetric
from gradcheck.notation import diag, identity, outer, sigmoid, tanh


@derivation(source="Hessian-vector products and Gauss-Newton (from memory)")
def curvature():
    n, d = dims("n d")
    X, y, w, v = real("X", n, d), bits("y", n), real("w", d), real("v", d)
    s = sigmoid(X @ w)
    J = -(y * np.log(s) + (1 - y) * np.log(1 - s)).sum()
    yield claim(gradient((gradient(J, w) * v).sum(), w), X.T @ (s * (1 - s) * (X @ v)), at="Hessian times v")
    r = tanh(X @ w) - y
    G = diag(1 - tanh(X @ w) ** 2) @ X
    yield claim(jacobian(r, w), G, at="residuals")
    yield claim(gradient((r**2).sum() / 2, w), G.T @ r, at="gradient")


@derivation(source="gradients through gradient descent (from memory)", steps=integers(1, 3))
def unrolled(steps):
    d = dims("d")
    A, b, w, alpha = symmetric("A", d, d), real("b", d), real("w", d), positive("alpha")
    points = [w]
    for _ in range(steps):
        points.append(points[-1] - alpha * (A @ points[-1] - b))
    last = points[-1]
    J = last @ A @ last / 2 - b @ last

    slope = A @ last - b
    shrunk = np.linalg.matrix_power(identity(d) - alpha * A, steps)
    yield claim(gradient(J, w), shrunk @ slope, at="by the start")
    by_alpha = 0 * alpha
    for point in points[-2::-1]:
        by_alpha = by_alpha - slope @ (A @ point - b)
        slope = slope - alpha * A @ slope
    yield claim(gradient(J, alpha), by_alpha, at="by the step size")


@derivation(source="a residual network (from memory)", L=integers(1, 4))
def residual_network(L):
    n = dims("n")
    g = real("g", n)
    W, x = [real(f"W{k}", n, n) for k in range(L)], [real("x", n)]
    for k in range(L):
        x.append(x[-1] + tanh(W[k] @ x[-1]))
    J = g @ x[-1]
    for k in reversed(range(L)):
        slope = 1 - tanh(W[k] @ x[k]) ** 2
        yield claim(gradient(J, W[k]), outer(g * slope, x[k]), at="weights")
        g = g + W[k].T @ (g * slope)
    yield claim(gradient(J, x[0]), g, at="input")
