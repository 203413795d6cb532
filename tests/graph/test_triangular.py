"""Triangular matrices: proofs use what they are, and points and derivatives respect it."""

from __future__ import annotations

import numpy as np
import pytest
from samples import judged

from gradcheck import claim, derivation, dims, gradient, real, triangular, verify
from gradcheck.graph import inputs_of
from gradcheck.graph.sizes import SizeError
from gradcheck.graph.triangular import is_triangular
from gradcheck.notation import det, diag, inv, solve
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.printing import source
from gradcheck.sampling.point import PATTERNS, Point

n, m = dims("n m")
L, U, K = triangular("L", n, n), triangular("U", n, n, upper=True), triangular("K", n, n)
A, x, y = real("A", n, n), real("x", n, 1), real("y", n, 1)
L3, A3 = triangular("L", 3, 3), real("A", 3, 3)
BILINEAR, UPPER = gradient(x.T @ L @ y, L), gradient(x.T @ U @ y, U)


RIGHT = {
    "what is below the diagonal": (L, np.tril(L)),
    "what is above it": (U, np.triu(U)),
    "of its inverse": (np.triu(inv(L), 1), 0 * A),
    "of its inverse, as a whole": (inv(U), np.triu(inv(U))),
    "of a product": (L @ K, np.tril(L @ K)),
    "the diagonal of a product": (np.diag(L @ K), np.diag(L) * np.diag(K)),
    "the diagonal of its inverse": (np.diag(inv(U)), 1 / np.diag(U)),
    "a determinant": (det(L3), L3[0, 0] * L3[1, 1] * L3[2, 2]),
    "a determinant of any size": (det(U), np.prod(np.diag(U))),
    "a solution": (gradient((y.T @ solve(L, x)).sum(), x), inv(L).T @ y),
    "each entry on its own": (BILINEAR, x @ y.T),
    "along triangular changes, as a claim": (np.tril(BILINEAR), np.tril(x @ y.T)),
}
WRONG = {
    "of any matrix": (np.triu(A, 1), 0 * A),
    "the other side": (np.tril(L, -1), 0 * A),
    "an inverse of any matrix": (np.triu(inv(A), 1), 0 * A),
    "a product of both kinds": (np.triu(L @ U, 1), 0 * A),
    "two that commute": (L @ K, K @ L),
    "a diagonal": (L, diag(np.diag(L))),
    "a determinant of any matrix": (det(A3), np.prod(np.diag(A3))),
    "a sign": (det(L3), -L3[0, 0] * L3[1, 1] * L3[2, 2]),
    "along triangular changes": (BILINEAR, np.tril(x @ y.T)),
    "along upper ones": (UPPER, np.triu(x @ y.T)),
}


def test_what_follows_is_proved_and_what_does_not_is_refuted():
    assert dict(zip(RIGHT, judged(RIGHT.values()), strict=True)) == dict.fromkeys(RIGHT, "proved")
    assert dict(zip(WRONG, judged(WRONG.values()), strict=True)) == dict.fromkeys(WRONG, "refuted")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("along triangular changes", "it is right along triangular changes of S, and the claim is by each entry"),
        ("along upper ones", "claim np.triu(G) of the gradient G"),
    ],
)
def test_a_step_along_triangular_changes_is_told_so(name, words):
    @derivation()
    def notes():
        S, T = L, U
        yield claim(*WRONG[name], at=str(S.ndim + T.ndim))

    (step,) = verify(notes, examples=1).steps
    assert step.judgement.evidence["diagnosis"]["cause"] == "convention"
    assert step.judgement.evidence["diagnosis"]["verified"]
    assert words in step.judgement.message


def test_a_wrong_step_of_no_convention_is_not_told_so():
    @derivation()
    def notes():
        yield claim(BILINEAR, np.triu(x @ y.T))
        yield claim(gradient(x.T @ A @ y, A), np.tril(x @ y.T))

    for step in verify(notes, examples=1).steps:
        assert step.judgement.evidence.get("diagnosis", {}).get("cause") != "convention"


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("scale", [-6, 0, 1])
def test_points_respect_it(pattern, scale):
    for matrix, triangle in ((L, np.tril), (U, np.triu), (triangular("T", m, n, n), np.tril)):
        names = {node.name: scale for node in inputs_of([matrix])}
        point = Point({n: 4, m: 2}, 5, names, pattern)
        values = Evaluation(point.values(inputs_of([matrix])), point.sizes)(matrix)
        np.testing.assert_array_equal(values, triangle(values))
        assert pattern == "zeros" or np.all(np.diagonal(values, axis1=-2, axis2=-1))


def test_what_is_declared_is_known():
    assert is_triangular(L, upper=False)
    assert not is_triangular(L, upper=True)
    assert is_triangular(U, upper=True)
    for other in (A, np.tril(A), L @ L, L + U, L.T, inputs_of([L])[0]):
        assert not is_triangular(other, upper=False)


def test_how_it_is_written():
    assert source(2 * L @ U, {}) == "(2 * L) @ U"


def test_what_is_not_square_is_refused():
    for sizes in ((n, m), (n,), ()):
        with pytest.raises(SizeError, match=r"triangular\('L', …\): .* is no square matrix"):
            triangular("L", *sizes)
    with pytest.raises(SizeError, match="an input's first argument is its name"):
        triangular(n, n)
