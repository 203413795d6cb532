"""An assumption that no sizes fulfil is a problem: nothing that is said under it is a tick, not even of a shape."""

from __future__ import annotations

import pytest
from hypothesis.strategies import integers

from gradcheck import claim, derivation, dims, gradient, orthogonal, real, shape, unit_vector, verify
from gradcheck.graph.sizes import SizeError
from gradcheck.notation import identity, trace

n, k = dims("n k")
A, x = real("A", n, n), real("x", n)
Q, R, V = orthogonal("Q", n, k), orthogonal("R", k, n), orthogonal("V", 2, n)

IMPOSSIBLE = {
    "a proof": (Q.T @ R.T + 0 * (R @ Q).T, (R @ Q).T),
    "what is false": (Q @ R, 2 * Q @ R),
    "a gradient": (gradient(trace(A @ Q @ R), A), (Q @ R).T),
    "a definition": (Q @ R, Q @ R),
    "a shape": (shape(Q @ R), (n, n)),
    "a wrong shape": (shape(Q @ R), (k, k)),
    "what is ill-shaped": (Q @ R, Q),
    "a slice": (V[:, 3:].sum(axis=0), V[:, 3:].sum(axis=0)),
}


def report(*pairs):
    @derivation()
    def notes():
        for number, pair in enumerate(pairs):
            yield claim(*pair, at=str(number))

    return verify(notes, examples=1)


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_it_is_a_problem_and_never_a_tick(name):
    said = report(IMPOSSIBLE[name])
    assert not said
    assert list(said.steps) == []
    (problem,) = said.all_problems
    assert problem.what.startswith("no sizes were found at which ")


X = real("X", n, k)
NAMED = {
    "two": (Q @ R, "-k + n and k - n are positive"),
    "one": (orthogonal("U", 1, n), "1 - n is positive"),  # a row of one entry is orthogonal("U", 1)
    "none": (X[:n].sum() * X.T[: n + 1].T[: k + 1], "every slice lies inside of its array"),
}


@pytest.mark.parametrize("name", NAMED)
def test_the_sizes_are_named(name):
    array, words = NAMED[name]
    (problem,) = report((shape(array), array.shape)).all_problems
    assert problem.what == f"no sizes were found at which {words}"
    assert problem.cure.startswith("what no sizes fulfil is not judged: write one symbol")


def test_other_claims_are_judged():
    said = report((Q.T @ Q, identity(k)), (shape(Q @ R), (n, n)), (gradient((x * x).sum(), x), 2 * x))
    assert [step.judgement.verdict.value for step in said.steps] == ["proved", "proved"]
    assert len(said.all_problems) == 1
    assert not said


def test_nor_are_claims_ticked_that_no_sizes_fulfil_together():
    said = report((Q.T @ Q, identity(k)), (R.T @ R, identity(n)), (gradient((x * x).sum(), x), 2 * x))
    assert list(said.steps) == []
    (problem,) = said.all_problems
    assert problem.what.startswith("notes: no sizes were found at which -k + n and k - n are positive")


@pytest.mark.parametrize("sizes", [(2, 3), (n, n + 1), (n, 2 * n), (n, n + k)])
def test_more_columns_than_rows_are_a_problem_where_they_are_declared(sizes):
    @derivation()
    def notes():
        yield claim(gradient((x * x).sum(), x), 2 * x)
        Q = orthogonal("Q", *sizes)
        yield claim(shape(Q), sizes)
        yield claim(Q.T @ Q, identity(sizes[1]))

    said = verify(notes, examples=1)
    assert not said
    assert [step.judgement.verdict.value for step in said.steps] == ["proved"]
    (problem,) = said.all_problems
    assert "are never orthonormal, so QᵀQ = I holds nowhere" in problem.what


def test_so_are_they_in_some_draws_of_the_structure():
    @derivation(columns=integers(1, 3))
    def notes(columns):
        Q = orthogonal("Q", 2, columns)
        yield claim(Q.T @ Q, identity(columns))

    said = verify(notes, examples=20)
    assert not said
    assert any("3 columns of 2 entries are never orthonormal" in problem.what for problem in said.all_problems)


def test_what_some_sizes_fulfil_is_judged():
    W, u = orthogonal("W", n + k, k), unit_vector("u", n)
    possible = [(W.T @ W, identity(k)), (u @ u, 1), (x[3:].sum(), x.sum() - x[:3].sum()), (shape(V), (2, n))]
    for pair in possible:
        said = report(pair)
        assert not said.all_problems
        assert [step.judgement.verdict.value for step in said.steps] == ["proved"]


def test_no_columns_are_no_sizes():
    for sizes in ((n, 0), (0, 0), (2, -1)):
        with pytest.raises(SizeError, match="is not a size"):
            orthogonal("Q", *sizes)
