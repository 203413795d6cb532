"""Unit vectors and matrices of orthonormal columns: proofs use what they are, and points and derivatives respect it."""

from __future__ import annotations

import numpy as np
import pytest
from samples import judged

from gradcheck import claim, derivation, dims, gradient, orthogonal, real, unit_vector, verify
from gradcheck.graph import inputs_of
from gradcheck.graph.orthonormal import is_complement, is_orthonormal
from gradcheck.graph.sizes import SizeError
from gradcheck.notation import det, identity, inv, log, ones, outer, trace
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.printing import source
from gradcheck.printing.styles import Latex
from gradcheck.sampling.point import PATTERNS, Point

n, k = dims("n k")
Q, R, W = orthogonal("Q", n), orthogonal("R", n), orthogonal("W", n, k)
u, v = unit_vector("u", n), orthogonal("v", n, 1)
A, x, y, z = real("A", n, n), real("x", n, 1), real("y", k, 1), real("z", k, n)
P = identity(n) - outer(u, u)
RAYLEIGH, LINEAR, SQUARE = gradient(u @ A @ u, u), gradient(trace(z @ W), W), gradient(trace(A @ Q), Q)

RIGHT = {
    "orthonormal columns": (Q.T @ Q, identity(n)),
    "orthonormal rows": (Q @ Q.T, identity(n)),
    "its inverse": (inv(Q), Q.T),
    "a length": (((Q @ x) ** 2).sum(), (x**2).sum()),
    "a trace": (trace(Q.T @ A @ Q), trace(A)),
    "a determinant": (det(Q) ** 2, 1),
    "a product of two": ((Q @ R).T @ (Q @ R), identity(n)),
    "fewer columns": (W.T @ W, identity(k)),
    "a length, of fewer columns": (((W @ y) ** 2).sum(), (y**2).sum()),
    "a projection": (W @ W.T @ W, W),
    "a turned column": (((Q @ v).T @ (Q @ v)).sum(), 1),
    "a unit vector": (u @ u, 1),
    "as a column": ((v.T @ v).sum(), 1),
    "a projection along it": (P @ P, P),
    "a reflection": ((identity(n) - 2 * outer(u, u)) @ (identity(n) - 2 * outer(u, u)), identity(n)),
    "one entry": (unit_vector("s", 1) ** 2, ones(1)),
    "given sizes": (orthogonal("V", 3, 2).T @ orthogonal("V", 3, 2), identity(2)),
    "each entry on its own": (RAYLEIGH, (A + A.T) @ u),
    "each entry of a matrix": (LINEAR, z.T),
    "what is flat on the sphere": (gradient(u @ u, u), 2 * u),
    "on the sphere, as a claim": (P @ RAYLEIGH, P @ (A + A.T) @ u),
}
WRONG = {
    "of any matrix": (A.T @ A, identity(n)),
    "rows of fewer columns": (W @ W.T, identity(n)),
    "symmetric": (Q, Q.T),
    "a rotation": (det(Q), 1),
    "a reflection only": (det(Q), -1),
    "a rotation of the plane": (orthogonal("V", 2)[0, 0], orthogonal("V", 2)[1, 1]),
    "two that commute": (Q @ R, R @ Q),
    "one entry": (unit_vector("s", 1), ones(1)),
    "one column and one row": (orthogonal("s", 1), ones((1, 1))),
    "any vector": (x.T @ x, 1),
    "no projection": ((identity(n) + outer(u, u)) @ (identity(n) + outer(u, u)), identity(n) + outer(u, u)),
    "a lost factor": (RAYLEIGH, A @ u),
    "along the sphere": (RAYLEIGH, P @ (A + A.T) @ u),
    "along orthonormal columns": (LINEAR, z.T - W @ (W.T @ z.T + z @ W) / 2),
    "along orthogonal matrices": (SQUARE, (A.T - Q @ A @ Q) / 2),
    "by the canonical metric": (LINEAR, z.T - W @ z @ W),
}


@pytest.mark.parametrize("name", RIGHT)
def test_what_follows_is_proved(name):
    assert judged([RIGHT[name]]) == ["proved"]


def test_what_does_not_follow_is_refuted():
    assert dict(zip(WRONG, judged(WRONG.values()), strict=True)) == dict.fromkeys(WRONG, "refuted")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("along the sphere", "along changes that keep t of the length 1, and the claim is by each entry on its own"),
        ("along orthonormal columns", "along changes that keep the columns of T orthonormal, and the claim is by each"),
        ("along orthogonal matrices", "claim G - S @ (S.T @ G + G.T @ S) / 2 of the gradient G"),
        ("by the canonical metric", "by the canonical metric, and the claim is by each entry on its own"),
    ],
)
def test_a_step_along_the_tangent_space_is_told_so(name, words):
    @derivation()
    def notes():
        S, T, t = Q, W, u
        yield claim(*WRONG[name], at=str(S.ndim + T.ndim + t.ndim))

    (step,) = verify(notes, examples=1).steps
    assert step.judgement.evidence["diagnosis"]["cause"] == "convention"
    assert step.judgement.evidence["diagnosis"]["verified"]
    assert words in step.judgement.message


def test_a_wrong_step_of_no_convention_is_not_told_so():
    @derivation()
    def notes():
        yield claim(RAYLEIGH, A @ u)
        yield claim(gradient(trace(A @ A), A), A.T - A @ A @ A)

    for step in verify(notes, examples=1).steps:
        assert step.judgement.evidence.get("diagnosis", {}).get("cause") != "convention"


def test_that_the_inverse_which_it_is_made_of_has_values_is_not_said():
    @derivation()
    def notes():
        yield claim(Q.T @ Q, identity(n))
        yield claim(gradient((W @ y).sum(), y), W.T @ ones((n, 1)))
        yield claim(u @ u, 1)

    assert [step.judgement.evidence["where"]["values"] for step in verify(notes, examples=1).steps] == [[], [], []]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("scale", [-6, 0, 1])
def test_points_respect_it(pattern, scale):
    for array in (Q, W, u, v, orthogonal("T", 1)):
        names = {node.name: scale for node in inputs_of([array])}
        point = Point({n: 5, k: 3}, 5, names, pattern)
        values = Evaluation(point.values(inputs_of([array])), point.sizes)(array)
        assert values.shape == tuple(int(size.subs({n: 5, k: 3})) for size in array.shape)
        columns = values.reshape(len(values), -1)
        np.testing.assert_allclose(columns.T @ columns, np.eye(columns.shape[1]), atol=1e-13)


def test_points_of_both_halves_are_drawn():
    drawn = [Evaluation(Point({n: 3}, seed).values(inputs_of([Q])), {n: 3})(Q) for seed in range(20)]
    signs = np.sign(np.linalg.det(drawn))
    assert {*signs} == {-1.0, 1.0}


def test_what_is_declared_is_known():
    for array in (Q, W, u, v, orthogonal("T", 1), unit_vector("s", 1), orthogonal("T", 2)):
        assert is_orthonormal(array)
    turn = next(node for node in inputs_of([Q]) if node.ndim)
    for other in (A, u @ u, Q @ Q, Q @ W, Q @ R, Q.T, u + u, turn, x, 2 * W):
        assert not is_orthonormal(other)


def test_a_determinant_is_positive_by_what_it_is_of():
    turn = next(node for node in inputs_of([Q]) if node.ndim)
    skew = turn - turn.T
    assert is_complement(identity(n) + skew)
    for other in (identity(n) - turn, skew, identity(n) + turn, identity(n) + (A - A.T), Q, turn):
        assert not is_complement(other)
    assert judged([(log(det(Q)), 0 * x.sum())]) != ["proved"]


def test_how_it_is_written():
    assert source(2 * Q @ x, {}) == "(2 * Q) @ x"
    assert Latex({}, "[]").write(orthogonal("V", n, k).T, 0) == "V^{T}"
    assert source(2 * u, {}) == "2 * u"


@pytest.mark.parametrize("sizes", [(2, 3), (n, n + 1), (n, 2 * n), (k, n + k)])
def test_more_columns_than_rows_are_refused_with_both_sizes(sizes):
    rows, columns = map(str, sizes)
    with pytest.raises(SizeError) as caught:
        orthogonal("Q", *sizes)
    assert all(words in str(caught.value) for words in (f"{columns} columns of {rows} entries", "'Q'"))


def test_bad_input_is_refused():
    with pytest.raises(SizeError, match=r"unit_vector\('u', …\): 0 is not a size"):
        unit_vector("u", 0)
    with pytest.raises(SizeError, match=r"orthogonal\('Q', …\): 1.5 is not a size"):
        orthogonal("Q", n, 1.5)
    for declare in (orthogonal, unit_vector):
        with pytest.raises(SizeError, match="an input's first argument is its name"):
            declare(n, n)
