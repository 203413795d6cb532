"""Formulas with inverses, determinants, norms and Kronecker products, as textbooks print them: each with a mistake."""

from __future__ import annotations

import numpy as np
import pytest
from samples import judged

from gradcheck import claim, derivation, dims, gradient, jacobian, positive, real, verify
from gradcheck.notation import exp, identity, log, relu, where

n, m, d = dims("n m d")
X, A, B = (real(name, n, n) for name in ("X", "A", "B"))
a, b = real("a", n, 1), real("b", n, 1)
u, v = real("u", n), real("v", n)
S, Y = real("S", m, n, n), real("Y", m, n, 1)
inv, det, solve, slogdet = np.linalg.inv, np.linalg.det, np.linalg.solve, np.linalg.slogdet
norm, power = np.linalg.norm, np.linalg.matrix_power
W = inv(X)

COOKBOOK = {  # target, right, wrong; numbers are those of the Matrix Cookbook
    "49": (gradient(det(X), X), det(X) * W.T, det(X) * W),
    "51": (gradient(det(A @ X @ B), X), det(A @ X @ B) * W.T, det(A @ X @ B) * A @ W.T @ B),
    "52": (gradient(det(X.T @ A @ X), X), 2 * det(X.T @ A @ X) * W.T, det(X.T @ A @ X) * W.T),
    "57": (gradient(slogdet(X)[1], X), W.T, W),
    "58": (gradient(det(power(X, 3)), X), 3 * det(X) ** 3 * W.T, det(X) ** 3 * W.T),
    "60": (jacobian(W, X), -np.einsum("ki,jl->klij", W, W), np.einsum("ki,jl->klij", W, W)),
    "61": (gradient(a.T @ W @ b, X), -W.T @ a @ b.T @ W.T, -W.T @ b @ a.T @ W.T),
    "62": (gradient(det(W), X), -det(W) * W.T, det(W) * W.T),
    "63": (gradient((A @ W @ B).trace(), X), -(W @ B @ A @ W).T, -(W @ A @ B @ W).T),
    "64": (gradient(inv(X + A).trace(), X), -(inv(X + A) @ inv(X + A)).T, -inv(X + A).T),
    "81": (gradient(a.T @ W @ a, X), -W.T @ a @ a.T @ W.T, -W.T @ a @ a.T @ W),
    "91": (gradient((X @ X).trace(), X), 2 * X.T, 2 * X),
    "121": (gradient(power(X, 3).trace(), X), 3 * power(X, 2).T, 3 * power(X, 2)),
    "18": (det(A @ B), det(A) * det(B), det(A) + det(B)),
    "20": (det(W), 1 / det(X), det(X)),
    "inverse of a product": (inv(A @ B), inv(B) @ inv(A), inv(A) @ inv(B)),
    "inverse of an inverse": (inv(W), X, W),
    "156": (
        inv(A + a @ b.T),
        inv(A) - inv(A) @ a @ b.T @ inv(A) / (1 + b.T @ inv(A) @ a),
        inv(A) + inv(A) @ a @ b.T @ inv(A) / (1 + b.T @ inv(A) @ a),
    ),
    "24": (det(identity(n) + a @ b.T), 1 + b.T @ a, 1 + a.T @ a),
    "a factor": (det(2 * X), 2**n * det(X), 2 * det(X)),
    "log of a product": (slogdet(A @ B)[1], slogdet(A)[1] + slogdet(B)[1], slogdet(A)[1] * slogdet(B)[1]),
    "log of an inverse": (slogdet(W).logabsdet, -slogdet(X).logabsdet, slogdet(X).logabsdet),
    "log of a transpose": (slogdet(X.T)[1], slogdet(X)[1], -slogdet(X)[1]),
    "log of the determinant": (gradient(log(det(X)), X), W.T, W),
    "sign and size": (slogdet(X).sign * exp(slogdet(X).logabsdet), det(X), -det(X)),
    "trace with an inverse": (gradient((W @ B).trace(), X), -(W @ B @ W).T, -(W @ B @ W)),
    "solved": (gradient(a.T @ solve(X, b), b), solve(X.T, a), solve(X, a)),
    "by the matrix": (gradient(a.T @ solve(X, b), X), -solve(X.T, a) @ solve(X, b).T, solve(X.T, a) @ solve(X, b).T),
    "twice": (gradient((gradient(slogdet(X)[1], X) * A).sum(), X), -W.T @ A.T @ W.T, -W.T @ A @ W.T),
}
STACKS = {
    "logs of determinants": (gradient(slogdet(S)[1].sum(), S), inv(S).mT, inv(S)),
    "determinants": (gradient(det(S).sum(), S), det(S)[:, None, None] * np.swapaxes(inv(S), 1, 2), inv(S).mT),
    "solutions": (
        gradient((solve(S, Y) ** 2).sum(), S),
        -2 * inv(S).mT @ solve(S, Y) @ solve(S, Y).mT,
        -2 * solve(S, Y) @ solve(S, Y).mT,
    ),
    "traces": (gradient((np.trace(S, axis1=1, axis2=2) ** 2).sum(), S),
               2 * S.trace(axis1=-2, axis2=-1)[:, None, None] * identity(n), 2 * S * identity(n)),
    "powers": (gradient(power(S, 2).sum(), S),
               S.mT @ np.ones_like(S) + np.ones_like(S) @ S.mT, 2 * S @ np.ones_like(S)),
    "products": (gradient((S @ np.transpose(S, (0, 2, 1))).sum(), S),
                 2 * np.ones_like(S) @ S, 2 * np.ones_like(S) @ S.mT),
}  # fmt: skip
NORMS = {
    "2": (gradient(norm(u), u), u / norm(u), u / norm(u) ** 2),
    "129, 131": (gradient(norm(u - v), u), (u - v) / norm(u - v), (v - u) / norm(u - v)),
    "squared": (gradient(norm(X, "fro") ** 2, X), 2 * X, X),
    "Frobenius": (gradient(norm(A @ X - B), X), A.T @ (A @ X - B) / norm(A @ X - B), A @ (A @ X - B) / norm(A @ X - B)),
    "1": (gradient(norm(u, 1), u), 2 * (u > 0) - 1, 1 * (u > 0)),
    "inf": (gradient(norm(u, np.inf), u), (abs(u) == abs(u).max()) * (2 * (u > 0) - 1), 1 * (abs(u) == abs(u).max())),
    "of a matrix, 1": (norm(X, 1), abs(X).sum(axis=0).max(), abs(X).sum(axis=1).max()),
    "of a matrix, inf": (norm(X, np.inf), abs(X).sum(axis=1).max(), abs(X).max()),
    "of rows": (norm(X, axis=1, keepdims=True) ** 2, (X * X).sum(axis=1, keepdims=True), (X * X).sum() + 0 * a),
    "weight normalisation": (
        gradient(b.T @ (a / norm(a)), a),
        (b - a @ (a.T @ b) / norm(a) ** 2) / norm(a),
        (b - a @ (a.T @ b)) / norm(a),
    ),
}
P, Q = real("P", n, m), real("Q", m, d)
vec = lambda matrix: matrix.reshape((-1, 1), order="F")  # noqa: E731
KRONECKER = {
    "520": (vec(A @ P @ Q), np.kron(Q.T, A) @ vec(P), np.kron(A, Q.T) @ P.reshape((-1, 1))),
    "by rows": ((A @ P @ Q).reshape(-1), np.kron(A, Q.T) @ P.reshape(-1), np.kron(A, Q.T) @ vec(P)[:, 0]),
    "511": (np.kron(A, B) @ np.kron(X, inv(B)), np.kron(A @ X, identity(n)), np.kron(A @ X, B)),
    "512": (inv(np.kron(A, B)), np.kron(inv(A), inv(B)), np.kron(inv(B), inv(A))),
    "trace": (np.kron(A, B).trace(), A.trace() * B.trace(), A.trace() + B.trace()),
    "gradient": (gradient(np.kron(a.T, X).sum(), X), a.sum() * np.ones_like(X), a.sum() * X),
}


@pytest.mark.parametrize("page", [COOKBOOK, STACKS, NORMS, KRONECKER], ids=["cookbook", "stacks", "norms", "kronecker"])
def test_mistakes_are_refuted_and_right_formulas_proved(page):
    wrong = judged((target, mistake) for target, _, mistake in page.values())
    assert dict(zip(page, wrong, strict=True)) == dict.fromkeys(page, "refuted")
    right = judged((target, formula) for target, formula, _ in page.values())
    assert dict(zip(page, right, strict=True)) == dict.fromkeys(page, "proved")


# ---- whole derivations -----------------------------------------------------------------------------------------------


def _verdicts(notes):
    report = verify(notes, examples=2)
    assert not report.all_problems
    return [step.judgement.verdict.value for step in report.steps]


def test_ridge_regression_and_its_solution():
    @derivation(source="ridge")
    def ridge():
        R, y, lam, c = real("R", m, n), real("y", m, 1), positive("lam"), real("c", n, 1)
        H = R.T @ R + lam * identity(n)
        w = solve(H, R.T @ y)
        yield claim(gradient(norm(R @ b - y) ** 2 + lam * norm(b) ** 2, b), 2 * (H @ b - R.T @ y), H @ b - R.T @ y)
        yield claim(H @ w, R.T @ y, R.T @ R @ w)
        yield claim(gradient(c.T @ w, lam), -(c.T @ solve(H, w)), c.T @ solve(H, w))
        yield claim(jacobian(w, y), solve(H, R.T), solve(H, R.T) / lam)
        yield claim(R.T @ inv(R @ R.T + lam * identity(m)) @ y, w, R.T @ y / lam)

    assert _verdicts(ridge) == ["proved", "refuted"] * 5


def test_the_gaussian_likelihood_by_mean_and_covariance():
    @derivation(source="math.SE 2118535")
    def gauss():
        x, mu, C = real("x", n, d), real("mu", d), real("C", d, d)
        precision, r = inv(C), x - mu
        likelihood = -n / 2 * log(det(C)) - ((r @ precision) * r).sum() / 2
        scatter = r.T @ r
        right = -n / 2 * precision.T + precision.T @ scatter @ precision.T / 2
        yield claim(gradient(likelihood, mu), (precision + precision.T) @ r.sum(axis=0) / 2, precision @ r.sum(axis=0))
        yield claim(gradient(likelihood, C), right, -n / 2 * precision.T + precision.T @ precision.T @ scatter / 2)

    assert _verdicts(gauss) == ["proved", "refuted"] * 2


def test_the_marginal_likelihood_of_a_gaussian_process():
    @derivation(source="Rasmussen & Williams 5.9")
    def process():
        x, y = real("x", n, d), real("y", n, 1)
        length, scale, noise = positive("length"), positive("scale"), positive("noise")
        D = ((x[:, None, :] - x[None, :, :]) ** 2).sum(axis=2)
        R = exp(-D / (2 * length**2))
        K = scale**2 * R + noise**2 * identity(n)
        alpha = solve(K, y)
        likelihood = -(y.T @ alpha) / 2 - slogdet(K)[1] / 2
        M = (alpha @ alpha.T - inv(K)) / 2
        yield claim(gradient(likelihood, K), M, (alpha @ alpha.T + inv(K)) / 2)
        yield claim(gradient(likelihood, noise), 2 * noise * M.trace(), noise * M.trace())
        yield claim(
            gradient(likelihood, length), (M * scale**2 * R * D).sum() / length**3, (M * R * D).sum() / length**3
        )

    assert _verdicts(process) == ["proved", "refuted"] * 3


def test_the_divergence_of_two_gaussians():
    @derivation(source="KL of N(a, A Aᵀ) from N(b, B Bᵀ)")
    def divergence():
        first, second = A @ A.T, B @ B.T
        r = b - a
        kl = ((inv(second) @ first).trace() + r.T @ inv(second) @ r - n + slogdet(second)[1] - slogdet(first)[1]) / 2
        yield claim(gradient(kl, a), -inv(second) @ r, inv(second) @ r)
        yield claim(gradient(kl, A), inv(second) @ A - inv(A).T, inv(second) @ A - inv(A))

    assert _verdicts(divergence) == ["proved", "refuted"] * 2


# ---- what is not proved ----------------------------------------------------------------------------------------------


def test_what_algebra_does_not_know_is_not_proved():
    """The log of |det| is one function here, and log(abs(det)) is another."""
    hidden = where(a.sum() > 0, inv(relu(X) @ A), inv(relu(X) @ A)), inv(relu(X) @ A)
    assert judged([(slogdet(X)[1], log(abs(det(X)))), hidden]) == ["agrees", "agrees"]


def test_a_log_of_what_may_be_negative_is_no_log_of_its_size():
    assert judged([(slogdet(X)[1], log(det(X)))]) == ["refuted"]


def test_a_singular_matrix_is_outside_of_the_domain_and_said_to_be():
    @derivation()
    def notes():
        yield claim(gradient(det(X), X), det(X) * inv(X).T)
        yield claim(gradient(slogdet(A)[1] + 0 * a.sum(), A), inv(A).T)

    first, second = (step.judgement.evidence["where"]["values"] for step in verify(notes, examples=1).steps)
    assert first == ["det(X) ≠ 0"]
    assert second == ["det(A) ≠ 0"]


def test_what_is_not_square_does_not_conform():
    thin = real("thin", n, m)
    for call in (inv, det, lambda x: power(x, 2), lambda x: slogdet(x)[1], lambda x: solve(x, x)):
        assert judged([(call(thin), thin)]) == ["ill-shaped"]
