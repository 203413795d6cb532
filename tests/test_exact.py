"""Exact algebra: proofs hold for all values, differences are certified, few entries stand for all where they may."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from gradcheck import exact
from gradcheck.arrays import dims, inputs_of
from gradcheck.exact import SymbolicPoint, representatives
from gradcheck.notation import abstract, bits, diag, gradient, log, one_hot, positive, real, relu, sigmoid, tanh, unit

n, m = dims("n m")
SIZES = {n: 2, m: 3}
A, B, S = real("A", n, m), real("B", n, m), real("S", n, n)
x, c, P = real("x", n), real("c"), positive("P", n)
g = abstract("g")


def compare(target, step, sizes=SIZES):
    return SymbolicPoint(inputs_of([target, step]), sizes).compare(target, step)


DIFFERENT = {
    "factor": (gradient((A * A).sum(), A), A),
    "sign": (gradient(x @ x, x), -2 * x),
    "tiny": (x, x * (1 + Fraction(1, 10**20))),
    "transpose": (S @ S.T, S.T @ S),
    "one entry": (x * x, np.concatenate([x[:1] ** 2, x[1:] ** 2 + 1e-12])),
    "only where it is negative": (relu(x), x),
    "only where one is larger": (np.maximum(x, x[0]), x),
    "in the dead region": (relu(x), relu(x) - 1e-9 * relu(-x)),
    "activation": (g(x), g.prime(x)),
    "an assumption that is not made": (log(P * P), log(P)),
    "not bits": (x * x, x),
    "not one-hot": (bits("y", n, m).sum(axis=0), 1 + 0 * bits("y", n, m)[0]),
    "undefined": (x, x + 1 / (c - c)),
    "a size": (x * m, x * n),
}
SAME = {
    "product rule": (gradient((x * g(x)).sum(), x), g(x) + x * g.prime(x)),
    "chain of abstract functions": (gradient(g(g(x)).sum(), x), g.prime(g(x)) * g.prime(x)),
    "bits": (bits("y", n) ** 3, bits("y", n)),
    "one-hot columns": (one_hot("Y", n, m).sum(axis=0), 1 + 0 * one_hot("Y", n, m)[0]),
    "logs of positives": (log(P**2 / 3), 2 * log(P) - log(3 + 0 * P)),
    "logs of probabilities": (log(unit("a", n) ** 2), 2 * log(unit("a", n))),
    "sigmoid by tanh": (sigmoid(x), (1 + tanh(x / 2)) / 2),
    "trace": ((A @ B.T).trace(), (A * B).sum()),
    "diagonal": (diag(x) @ A, x.reshape(-1, 1) * A),
    "ReLU": (relu(x) - relu(-x), x),
    "intermediate": (gradient((A * A).sum() * c, A * A), c + 0 * A),
    "sizes": ((A * 0 + 1).sum(), n * m + 0 * A[0, 0]),
    "numbers written in other shapes": (x @ x, (x.reshape(1, -1) @ x.reshape(-1, 1))),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_differs_is_certified_at_a_point(name):
    found = compare(*DIFFERENT[name])
    assert found.status == "differs"
    assert found.relative > 0
    assert found.at is not None


@pytest.mark.parametrize("name", SAME)
def test_what_is_equal_is_proved(name):
    found = compare(*SAME[name])
    assert found.status == "proved"
    assert found.entries > 0


def test_the_difference_is_shown_if_it_is_short():
    found = compare(x * x, x * x + 0.001 * c)
    assert found.difference == "-c/1000"
    assert found.relative < 0.1
    assert compare(x, sum((x**k for k in range(2, 20)), x)).difference == ""


def test_what_cannot_be_told_is_unknown(monkeypatch):
    monkeypatch.setattr(exact, "is_zero", lambda *args: False)
    found = compare((A * A).sum(axis=1), (A**2) @ (0 * A[0] + 1))
    assert found.status in ("proved", "unknown")
    assert compare(tanh(x), 2 * sigmoid(2 * x) - 1).status == "unknown"


def test_what_is_undefined_on_the_left_is_unknown():
    assert compare(x / (c - c), x).status == "unknown"
    assert compare(log(-P), x).status == "unknown"


def test_one_symbolic_point_serves_many_steps():
    point = SymbolicPoint([A], SIZES)
    target = gradient((A * A).sum(), A)
    assert [point.compare(target, step).status for step in (2 * A, A, A + A)] == ["proved", "differs", "proved"]


# ---- representatives ---------------------------------------------------------------------------------------------


def test_without_numbering_one_entry_of_each_pattern_stands_for_all():
    assert len(representatives((3, 2), real("M", m, n))) == 1
    assert len(representatives((3, 3), real("M", m, m) @ real("M", m, m))) == 2  # on and off the diagonal
    assert len(representatives((3, 3, 3), np.einsum("i,j,k->ijk", *[real("v", m)] * 3))) == 5  # partitions of three


@pytest.mark.parametrize(
    "graph",
    [
        A[:, :1] * A,
        np.concatenate([A, A])[n:],
        A.reshape(m, n).reshape(n, m),
        real("L", 2, 3) * np.arange(6.0).reshape(2, 3),
    ],
)
def test_with_numbering_every_entry_is_looked_at(graph):
    assert representatives((2, 3), graph) == list(np.ndindex(2, 3))


def test_axes_of_literal_size_are_not_renumbered():
    assert len(representatives((2, 3), real("M", 2, m))) == 2


def test_a_mistake_in_any_entry_is_found_although_few_are_looked_at():
    for i, j in np.ndindex(2, 2):
        bump = np.zeros((2, 2))
        bump[i, j] = 1e-9
        M = real("M", 2, 2)
        assert compare(M, M + bump).entry == (i, j)
