"""Naming the convention for derivatives by symmetric matrices: in a claim, or in a derivation for all of its claims."""

from __future__ import annotations

import pytest
from hypothesis.strategies import just

from gradcheck import claim, derivation, dims, gradient, reading, real, shape, symmetric, verify
from gradcheck.documents.errors import DerivationError
from gradcheck.documents.instances import read
from gradcheck.graph.symmetric_changes import along_symmetric_changes
from gradcheck.notation import indices
from gradcheck.printing import source

n = dims("n")
S, A, x, y = symmetric("S", n, n), real("A", n, n), real("x", n, 1), real("y", n, 1)
L = x.T @ S @ y


@pytest.mark.parametrize("name", ["change", "symmetric", "", True, 2])
def test_what_is_no_convention_is_refused_with_both(name):
    with pytest.raises(DerivationError) as caught:
        claim(gradient(L, S), x @ y.T, symmetric=name)
    assert caught.value.what == f"symmetric={name!r} is no convention for derivatives by symmetric matrices"
    both = 'symmetric="entries" (by each entry on its own) or symmetric="changes" (along symmetric changes)'
    assert caught.value.cure == f"write {both}"
    assert caught.value.line == caught.tb.tb_lineno
    with pytest.raises(DerivationError, match="is no convention for derivatives by symmetric"):
        derivation(symmetric=name)(lambda: None)


def test_a_claim_may_not_name_symmetric_changes_that_it_is_not_about():
    with pytest.raises(DerivationError, match="nothing is differentiated by a symmetric matrix") as caught:
        claim(gradient(x.T @ A @ y, A), (x @ y.T + y @ x.T) / 2, symmetric="changes")
    assert caught.value.what.startswith('symmetric="changes" is named, and nothing')
    assert caught.value.cure.startswith('declare the matrix so, S = symmetric("S", n, n)')
    assert caught.value.line == caught.tb.tb_lineno
    for other in (gradient(L, x), gradient(x.T @ (S + A) @ y, A), S @ x):
        with pytest.raises(DerivationError, match="nothing is differentiated by a symmetric matrix"):
            claim(other, S @ y, symmetric="changes")
    assert claim(gradient(x.T @ A @ y, A), x @ y.T, symmetric="entries")
    assert claim(gradient(L, x) + x, gradient(L, S) @ x, symmetric="changes")
    assert claim(gradient(L, S) @ A, reading(gradient(L, S), A), symmetric="changes")
    assert claim(gradient(S @ x, S), x @ y.T, symmetric="changes")  # ill-shaped, as its verdict says


def test_nor_may_a_derivation():
    @derivation(symmetric="changes")
    def notes():
        yield claim(gradient(x.T @ A @ y, A), x @ y.T)

    report = verify(notes, examples=1)
    assert not report
    (problem,) = report.all_problems
    assert "nothing is differentiated by a symmetric matrix" in problem.what

    @derivation(symmetric="changes")
    def mixed():
        yield claim(gradient(x.T @ A @ y, A), x @ y.T)
        yield claim(gradient(L, S), (x @ y.T + y @ x.T) / 2)

    assert verify(mixed, examples=1)


def told(function, **named):
    """The claims of a derivation, and what it calls its arrays."""
    runs, _, problems = read(derivation(**named)(function), 1)
    assert not problems
    return [(claim, source(claim.target, claim.names)) for claim in runs[0].claims]


def test_a_claim_goes_before_its_derivation():
    def notes():
        yield claim(gradient(L, S), x @ y.T)
        yield claim(gradient(L, S), x @ y.T, symmetric="entries")
        yield claim(gradient(L, S), x @ y.T, symmetric="changes")

    entries = gradient(L, S)
    changes = along_symmetric_changes(entries)
    for named, first in (({}, entries), ({"symmetric": "entries"}, entries), ({"symmetric": "changes"}, changes)):
        claims = [claim for claim, _ in told(notes, **named)]
        assert [claim.target.key for claim in claims] == [first.key, entries.key, changes.key]
        assert [claim.symmetric for claim in claims[1:]] == ["entries", "changes"]
        assert claims[0].symmetric == named.get("symmetric", "entries")


def test_it_holds_on_all_sides_of_a_claim():
    i, j = indices("i j")

    def notes():
        yield claim(2 * gradient(L, S), gradient(L, S) + gradient(L, S), reading(2, "*", gradient(L, S)))
        yield claim(gradient(L, S[i, j]), gradient(L, S)[i, j])
        yield claim(shape(gradient(L, S)), (n, n))

    (first, _), (second, _), (third, _) = told(notes, symmetric="changes")
    G = along_symmetric_changes(gradient(L, S))
    assert first.steps[0].forms[0].key == (G + G).key
    assert first.target.key == (2 * G).key
    (one,) = first.readings.values()
    assert [array.key for array in one.each.values()] == [(2 * G).key]
    assert second.target.key == along_symmetric_changes(second.steps[0].forms[0]).key
    assert third.target.array.shape == (n, n)


def test_names_stay_what_they_are():
    def notes(depth):
        T, G = S, gradient(L, S)
        W = T - depth * G
        yield claim(W, S - G)
        yield claim(2 * W + G, S + W)
        yield claim(gradient(L, S), G)

    expected = ["T - 1 * G", "2 * W + G", "∂L/∂T"]
    for convention in ("entries", "changes"):
        assert [text for _, text in told(notes, depth=just(1), symmetric=convention)] == expected
