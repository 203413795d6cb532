"""Proofs at some sizes are proofs for all sizes in two cases only, and the reason is said."""

from __future__ import annotations

import pytest

from gradcheck import verify
from gradcheck.documents.claims import claim
from gradcheck.documents.derivations import derivation
from gradcheck.graph import dims
from gradcheck.notation import gradient, identity, real, shape, sigmoid
from gradcheck.proofs.all_sizes import BY_ENTRY, NO_SIZE, why_all_sizes
from gradcheck.reports.text import report_text

n, m = dims("n m")
A, b, x, s = real("A", n, m), real("b", n, 1), real("x", n), real("s")
SQUARE = real("S", n, n)


@pytest.mark.parametrize(
    "formula",
    [A.sum(), A / m, A @ A.T, A.T, SQUARE + SQUARE.T, gradient((x * x).sum(), x), identity(n), A[:1], x * x.mean()],
)
def test_what_counts_or_moves_entries_is_proved_at_its_sizes_only(formula):
    assert why_all_sizes(formula) == ""
    assert why_all_sizes(x, formula) == ""


@pytest.mark.parametrize("formula", [sigmoid(A + b), 2 * x, A * s, x > 0, 1 / (1 + A**2)])
def test_entry_by_entry_is_for_all_sizes(formula):
    assert why_all_sizes(formula, formula) == BY_ENTRY


def test_without_a_size_there_is_nothing_to_vary():
    assert why_all_sizes(gradient(sigmoid(s), s), s * real("M", 2, 2) @ real("N", 2, 2)) == NO_SIZE


def report(*claims):
    @derivation(source="notes")
    def notes():
        yield from claims

    return verify(notes)


def test_reports_say_at_which_sizes():
    text = report_text(report(claim(gradient((A * A).sum(), A), 2 * A)))
    assert "proved for all values at these sizes: m=2, n=3; over a prime field at m=64, n=32, error below " in text


def test_reports_do_not_say_it_where_all_sizes_are_proved():
    by_entry, none = claim(sigmoid(A) + b, b + sigmoid(A), at="1"), claim(gradient(s * s, s), 2 * s, at="3")
    found = report(by_entry, claim(shape(A), (n, m), at="2"), none)
    assert found.ok
    assert "at these sizes" not in report_text(found)
    reasons = {step.judgement.evidence["all_sizes"] for step in found.steps}
    assert reasons == {BY_ENTRY, "an expression in sizes", NO_SIZE}
