"""Bounds of degrees: no fraction has a higher one, and what all entries are divided by is counted once."""

from __future__ import annotations

import random

import pytest
import sympy as sp
from fuzzing import degrees

from gradcheck.graph import inputs_of
from gradcheck.notation import dims, real, sqrt
from gradcheck.proofs.degrees import Degree, Divisor, Family
from gradcheck.proofs.prime_field import PrimePoint

CASES, SEED = 60, 1

# ---- bounds ----------------------------------------------------------------------------------------------------------


def complaints():
    """One after the other."""
    cases = (degrees.case(random.Random(f"{SEED} {number}")) for number in range(CASES))
    return (complaint for _, complaint in cases if complaint)


def test_no_fraction_has_a_higher_degree():
    assert list(complaints()) == []


INVERSE = Degree.inverse


def _plus_above_alone(self, other):
    return Degree(max(self.above, other.above), {**self.divisors, **other.divisors})


MUTANTS = {
    "one denominator for all entries": (Family, "divisor", Divisor(1)),
    "sums with the divisors of one term": (Degree, "summed", lambda self, terms: self),
    "sums of two with the numerators of one": (Degree, "plus", _plus_above_alone),
    "products with the divisors of one factor": (Divisor, "times", lambda self, other: self),
    "nothing is missing of a multiple": (Divisor, "missing", lambda self, multiple, family: 0),
    "inverses without the numerator": (Degree, "inverse", lambda self, entries: Degree(self.below)),
    "inverses without the denominator": (Degree, "inverse", lambda self, n: INVERSE(self, n)._replace(above=0)),
    "inverses of matrices with one denominator": (Degree, "inverted", lambda self, n, count: self.power(n - 1)),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_bound_that_is_too_low_is_noticed(name, monkeypatch):
    monkeypatch.setattr(*MUTANTS[name])
    assert any(complaints())


# ---- what the bounds are ---------------------------------------------------------------------------------------------

n, m = dims("n m")
X, S = real("X", 6), real("S", 6, 6)


def degree(graph, sizes=()):
    """Of a graph."""
    return PrimePoint(inputs_of([graph]), dict(sizes))._trial(0)(graph).degree


@pytest.mark.parametrize(
    ("graph", "above", "below"),
    [
        (X / X.sum(), 1, 1),
        ((X / X.sum()).sum(), 1, 1),
        (X / X.sum() + X[::-1] / X.sum(), 1, 1),
        (X / X.sum() + X[0], 2, 1),
        (X / S.sum() + X / X.sum(), 2, 2),
        (1 / X + X, 2, 1),
        (1 / X + 1 / X[::-1], 1, 2),
        ((1 / X)[:5].sum(), 4, 5),
        ((1 / X).sum(), 6, 6),  # over all
        (((1 / X) ** 2)[:5].sum(), 8, 10),
        (((1 / X) ** 2).sum(), 12, 12),
        ((1 / X).sum() * (1 / X)[:5].sum(), 10, 11),
        ((S / S.sum(axis=0)).sum(axis=1), 7, 6),
        ((S / S.sum(axis=0)).sum(), 7, 6),
        (X / (X / X.sum()), 2, 1),
    ],
    ids=repr,
)
def test_denominators_that_are_the_same_are_counted_once(graph, above, below):
    assert (degree(graph).above, degree(graph).below) == (above, below)


def _degrees(expression, x):
    above, below = sp.fraction(sp.cancel(expression))
    return sp.degree(above, x), sp.degree(below, x)


@pytest.mark.parametrize(("above", "below"), [(1, 0), (2, 0), (1, 1), (0, 1), (2, 1)])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_degrees_of_inverses_and_determinants_are_bounds_and_are_reached(above, below, size):
    x, numbers = sp.Symbol("x"), iter(range(1, 100))
    entries = [[(x**above + next(numbers) ** 2) / (x**below + next(numbers)) for _ in range(size)] for _ in range(size)]
    exact, family = sp.Matrix(entries), Family(size * size, below)
    matrix = Degree(above, {family: family.divisor} if below else {})
    inverse, determinant = matrix.inverted(size, 1), matrix.determinant(size)
    found, of_inverse = _degrees(exact.det(), x), [_degrees(entry, x) for entry in exact.inv()]
    # Fractions in lowest terms may have lost the same factors above and below.
    assert all(a <= inverse.above and b <= inverse.below for a, b in of_inverse)
    assert found[0] <= determinant.above
    assert found[1] <= determinant.below
    if (above, below) == (1, 0):
        assert found == (determinant.above, determinant.below)
        assert max(of_inverse) == (inverse.above, inverse.below)


def norms(depth):
    """Layer norm, stacked."""
    found = real("X", n, m)
    for i in range(depth):
        z = real(f"W{i}", n, n) @ found
        centred = z - z.mean(axis=0)
        found = centred / sqrt((centred**2).mean(axis=0) + 1 / 100)
    return found


def test_degrees_grow_with_depth_as_depth_does():
    first, second, third = (degree(norms(depth), {n: 5, m: 7}).above for depth in (4, 8, 12))
    assert third - second == second - first > 0
