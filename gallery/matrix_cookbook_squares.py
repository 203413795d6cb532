"""The Matrix Cookbook, 2.4.2 to 2.4.4: squares of vectors, quotients, gradient and Hessian."""

from gradcheck import claim, derivation, dims, gradient, jacobian, real, symmetric
from gradcheck.notation import abstract

COOKBOOK = "The Matrix Cookbook, Petersen & Pedersen, November 15, 2012, chapter 2 (numbers from memory)"


@derivation(source=COOKBOOK)
def squares():
    """W is symmetric."""
    n, m, p = dims("n m p")
    x, s, t = real("x", n, 1), real("s", m, 1), real("t", n, 1)
    A, B, W, H = real("A", n, m), real("B", p, n), symmetric("W", n, n), real("H", n, n)
    b, C, D, d = real("b", p, 1), real("C", p, m), real("D", m, n), real("d", m, 1)
    yield claim(
        gradient((B @ x + b).T @ C @ (D @ x + d), x), B.T @ C @ (D @ x + d) + D.T @ C.T @ (B @ x + b), at="(78)"
    )
    residual = x - A @ s
    yield claim(gradient(residual.T @ W @ residual, s), -2 * A.T @ W @ residual, at="(84)")
    yield claim(gradient((x - t).T @ W @ (x - t), x), 2 * W @ (x - t), at="(85)")
    yield claim(gradient((x - t).T @ W @ (x - t), t), -2 * W @ (x - t), at="(86)")
    yield claim(gradient(residual.T @ W @ residual, x), 2 * W @ residual, at="(87)")
    yield claim(gradient(residual.T @ W @ residual, A), -2 * W @ residual @ s.T, at="(88)")
    yield claim(
        gradient((D @ x).T @ (D @ x) / ((B @ x).T @ (B @ x)), x),
        2 * D.T @ D @ x / (x.T @ B.T @ B @ x) - 2 * x.T @ D.T @ D @ x * B.T @ B @ x / (x.T @ B.T @ B @ x) ** 2,
        at="(95)",
    )
    f = x.T @ H @ x + t.T @ x
    yield claim(gradient(f, x), (H + H.T) @ x + t, at="(97)")
    u = real("u", n)
    yield claim(jacobian(gradient(u @ H @ u, u), u), H + H.T, at="(98)")
    P, Q, G = real("P", m, n), real("Q", p, n), real("G", m, p)
    f, g = abstract("f"), abstract("g")
    s, r = f(P @ u), g(Q @ u)
    yield claim(gradient(s @ G @ r, u), jacobian(s, u).T @ G @ r + jacobian(r, u).T @ G.T @ s, at="(93)")
