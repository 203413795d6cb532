"""Random pairs of determinants and inverses through both exact tiers, and what the fuzzer would see of wrong rules."""

from __future__ import annotations

import random

import pytest
from fuzzing import matrices

from gradcheck.graph.determinants import matrix_factors
from gradcheck.proofs import prime_field, residues

CASES, SEED = 100, 1


def complaints():
    """One after the other."""
    cases = (matrices.case(random.Random(f"{SEED} {number}")) for number in range(CASES))
    return (complaint for _, complaint in cases if complaint)


def test_what_differs_is_not_proved():
    assert list(complaints()) == []


MUTANTS = {
    "logs of products without a factor": (prime_field, "matrix_factors", lambda node: matrix_factors(node)[:1]),
    "inverses that are transposed": (residues, "inverse", lambda x, right=residues.inverse: right(x).swapaxes(-1, -2)),
    "determinants without a sign": (
        residues,
        "determinant",
        lambda x, right=residues.determinant: residues.unsigned(right(x))[0],
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_what_is_presumed_is_noticed(name, monkeypatch):
    monkeypatch.setattr(*MUTANTS[name])
    assert any(complaints())
