"""What cannot fail is no proof; whatever could have been written wrongly is judged."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis.strategies import integers

from gradcheck import Verdict, claim, derivation, dims, gradient, jacobian, misprint, real, shape, verify
from gradcheck.judging.definitions import by_definition, is_declared, is_same
from gradcheck.notation import identity, ones, relu, sigmoid, tanh

N, M = dims("n m")
A, B, S = real("A", N, M), real("B", M, N), real("S", 1, 1)
X, Y = real("x", N), real("y", N)
J = (X * X).sum()


def judged(*claims):
    """The verdicts on a document of such claims."""

    @derivation(source="notes")
    def notes():
        for i, one in enumerate(claims):  # `at` tells claims of one line apart
            yield dataclasses.replace(one, at=f"eq. {i}")

    report = verify(notes, examples=1)
    assert not report.all_problems
    return [(step.judgement.verdict, step.correction and step.correction.verdict) for step in report.steps]


SAME = {
    "itself": (tanh(X), tanh(X)),
    "the mean": (X.mean(), X.sum() / N),
    "the mean along an axis": (A.mean(axis=1, keepdims=True), A.sum(axis=1, keepdims=True) / M),
    "np.dot": (np.dot(A, B), A @ B),
    "everything of it": (X[:], X),
    "its own shape": (X.reshape(N), X),
    "a column of sums": (A.sum(axis=1)[:, None], A.sum(axis=1, keepdims=True)),
    "a number in brackets": (S.reshape(()), S),
    "one derivative": (gradient(J, X), gradient((X * X).sum(), X)),
    "in the middle": (np.exp(A[:] @ B), np.exp(A @ B)),
}
"""Two texts of one expression."""

APART = {
    "a derivative that was taken": (gradient(J, X), 2 * X),
    "the derivative of an activation": (sigmoid.prime(X), gradient(sigmoid(X).sum(), X)),
    "a derivative by something else": (gradient(J, X), gradient(J, X[:])),
    "the other order": (X + Y, Y + X),
    "an index formula": (np.einsum("ij,jk->ik", A, B), A @ B),
    "other words of the same": (relu(X), np.maximum(X, 0)),
    "what is repeated": (np.broadcast_to(S, (N, N)), S),
}
"""What can be written wrongly, although it is right here."""


@pytest.mark.parametrize("name", SAME)
def test_one_expression_is_the_same_however_it_is_written(name):
    assert is_same(*SAME[name])


@pytest.mark.parametrize("name", APART)
def test_what_could_be_wrong_is_not(name):
    assert not is_same(*APART[name])


def test_a_derivative_by_a_part_of_the_way_is_another_one():
    y = X[:]
    f = (y * X).sum()
    assert not is_same(gradient(f, X), gradient(f, y))
    assert judged(claim(gradient(f, X), gradient(f, y)))[0][0] is Verdict.REFUTED


def test_sizes_are_declared_where_arrays_are_made():
    assert all(map(is_declared, (X, identity(N), ones(N, M))))
    assert not any(map(is_declared, (A.T, A @ B, X * 2, ones(N, M).T, np.broadcast_to(X, (M, N)))))


def test_a_wrong_size_is_no_definition():
    assert by_definition(shape(A), A.shape)
    assert not by_definition(shape(A), (M, N))
    assert not by_definition(shape(B.T), A.shape)


def test_a_definition_passes_and_is_no_proof():
    verdicts = judged(
        claim(shape(A), (N, M)), claim(shape(A), (M, N)), claim(shape(B.T), (N, M)), claim(X.mean(), X.sum() / N)
    )
    expected = (Verdict.DEFINITION, Verdict.REFUTED, Verdict.PROVED, Verdict.DEFINITION)
    assert verdicts == [(verdict, None) for verdict in expected]


def test_a_correction_may_be_a_definition_but_a_misprint_may_not():
    assert judged(claim(A @ B, misprint(A.T @ B.T, A @ B, "they are transposed"))) == [
        (Verdict.ILL_SHAPED, Verdict.DEFINITION)
    ]
    ((printed, _),) = judged(claim(A @ B, misprint(A @ B, 2 * A @ B, "2 is lost")))
    assert printed is Verdict.DEFINITION


def test_what_is_a_definition_at_one_depth_only_is_judged():
    @derivation(source="notes", depth=integers(0, 1))
    def notes(depth):
        z = X if depth == 0 else tanh(X)
        yield claim(z, X + depth * (tanh(X) - X) if depth else X, at="either")

    (step,) = verify(notes, examples=6).steps
    assert step.judgement.verdict is Verdict.PROVED


def test_nothing_that_a_derivative_does_not_reach_is_a_definition():
    assert judged(claim(gradient(J, Y), gradient(J, Y)))[0][0] is Verdict.UNDECIDED


def test_a_jacobian_equals_itself_only_where_it_is_the_same_question():
    assert is_same(jacobian(tanh(X), X), jacobian(tanh(X), X))
    assert not is_same(jacobian(A.T @ X, X), A.T)
