"""Symmetric and positive definite matrices: proofs use what they are, and points and derivatives respect it."""

from __future__ import annotations

import numpy as np
import pytest
from samples import judged

from gradcheck import claim, derivation, dims, gradient, positive_definite, real, symmetric, verify
from gradcheck.graph import inputs_of
from gradcheck.graph.definite import is_definite, is_symmetric
from gradcheck.graph.sizes import SizeError
from gradcheck.notation import det, identity, inv, log, slogdet, solve
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.printing import source
from gradcheck.printing.styles import Latex, Unicode
from gradcheck.sampling.point import PATTERNS, Point

n, m = dims("n m")
S, K, A = symmetric("S", n, n), positive_definite("K", n, n), real("A", n, n)
x, y = real("x", n, 1), real("y", n, 1)
BILINEAR = gradient(x.T @ S @ y, S)
LIKELIHOOD = -(y.T @ solve(K, y)) / 2 - slogdet(K)[1] / 2
ALPHA = solve(K, y)

RIGHT = {
    "its transpose": (S, S.T),
    "that of a positive definite one": (K.T, K),
    "of its inverse": (inv(S).T, inv(S)),
    "a quadratic form": (gradient(x.T @ S @ x, x), 2 * S @ x),
    "with an inverse": (gradient(x.T @ inv(K) @ x, x), 2 * solve(K, x)),
    "each entry on its own": (BILINEAR, x @ y.T),
    "along symmetric changes, as a claim": ((BILINEAR + BILINEAR.T) / 2, (x @ y.T + y @ x.T) / 2),
    "a log of a determinant": (gradient(slogdet(S)[1], S), inv(S)),
    "that is positive": (gradient(log(det(K)), K), inv(K)),
    "a log of its size": (slogdet(K)[1], log(det(K))),
    "a likelihood": (gradient(LIKELIHOOD, K), (ALPHA @ ALPHA.T - inv(K)) / 2),
}
WRONG = {
    "of any matrix": (A, A.T),
    "a quadratic form of any matrix": (gradient(x.T @ A @ x, x), 2 * A @ x),
    "an inverse of any matrix": (inv(A).T, inv(A)),
    "a lost factor": (gradient(x.T @ S @ x, x), S @ x),
    "along symmetric changes": (BILINEAR, (x @ y.T + y @ x.T) / 2),
    "entries below the diagonal": (BILINEAR, x @ y.T + y @ x.T - x @ y.T * identity(n)),
    "the same for a log of a determinant": (gradient(slogdet(S)[1], S), 2 * inv(S) - inv(S) * identity(n)),
    "a log of what may be negative": (slogdet(S)[1], log(det(S))),
    "a sign": (gradient(LIKELIHOOD, K), (ALPHA @ ALPHA.T + inv(K)) / 2),
    "two matrices": (K @ S, S @ K),
}


def test_what_follows_is_proved_and_what_does_not_is_refuted():
    assert dict(zip(RIGHT, judged(RIGHT.values()), strict=True)) == dict.fromkeys(RIGHT, "proved")
    assert dict(zip(WRONG, judged(WRONG.values()), strict=True)) == dict.fromkeys(WRONG, "refuted")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "along symmetric changes",
            "it is right along symmetric changes of S, and the claim is by each entry on its own",
        ),
        (
            "entries below the diagonal",
            "it is right by the entries of S on and below the diagonal, and the claim is by",
        ),
        ("the same for a log of a determinant", "claim G + G.T - G * identity(n) of the gradient G"),
    ],
)
def test_a_step_of_another_convention_is_told_so(name, words):
    @derivation()
    def notes():
        T = S
        target, step = WRONG[name]
        yield claim(target, step, at=str(T.ndim))

    (step,) = verify(notes, examples=1).steps
    assert step.judgement.evidence["diagnosis"]["cause"] == "convention"
    assert step.judgement.evidence["diagnosis"]["verified"]
    assert words.replace(" S", " T") in step.judgement.message


def test_a_wrong_step_of_no_convention_is_not_told_so():
    @derivation()
    def notes():
        yield claim(BILINEAR, y @ y.T)
        yield claim(gradient(x.T @ A @ y, A), (x @ y.T + y @ x.T) / 2)

    for step in verify(notes, examples=1).steps:
        assert step.judgement.evidence.get("diagnosis", {}).get("cause") != "convention"


def test_that_a_positive_definite_matrix_is_regular_is_not_said():
    @derivation()
    def notes():
        yield claim(gradient(slogdet(K)[1], K), inv(K))
        yield claim(gradient(slogdet(S)[1], S), inv(S))

    first, second = (step.judgement.evidence["where"]["values"] for step in verify(notes, examples=1).steps)
    assert first == []
    assert second == ["det(S) ≠ 0"]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("scale", [-6, 0, 1])
def test_points_respect_it(pattern, scale):
    for matrix in (S, K, symmetric("T", m, n, n), positive_definite("L", m, n, n)):
        names = {node.name: scale for node in inputs_of([matrix])}
        point = Point({n: 4, m: 2}, 5, names, pattern)
        values = Evaluation(point.values(inputs_of([matrix])), point.sizes)(matrix)
        np.testing.assert_allclose(values, np.swapaxes(values, -1, -2), rtol=1e-15)
        if is_definite(matrix):
            assert np.all(np.linalg.eigvalsh(values) > 0)


def test_what_is_declared_is_known():
    assert is_symmetric(S)
    assert is_symmetric(K)
    assert is_definite(K)
    assert not is_definite(S)
    for other in (A, S @ S, S + K, K.T @ A, inputs_of([K])[0], A @ A.T):
        assert not is_symmetric(other)
        assert not is_definite(other)


def test_how_it_is_written():
    assert source(2 * S @ x, {}) == "(2 * S) @ x"
    assert Unicode({}, "[]").write(inv(K) @ x, 0) == "K⁻¹ x"
    assert Latex({}, "[]").write(positive_definite("C", n, n).T, 0) == "C^{T}"


@pytest.mark.parametrize("declare", [symmetric, positive_definite])
def test_what_is_not_square_is_refused(declare):
    for sizes in ((n, m), (n,), ()):
        with pytest.raises(SizeError, match="is no square matrix"):
            declare("S", *sizes)
    with pytest.raises(SizeError, match="an input's first argument is its name"):
        declare(n, n)
