"""Systems that have a solution are never called contradictory; those of linear arguments that have none are."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.proofs import cells
from gradcheck.proofs.cells import are_contradictory, is_not_positive, is_positive
from gradcheck.proofs.zero import is_zero, step

a, b, r, x, y, z = sympy.symbols("a b r x y z")
p = sympy.Symbol("p", positive=True)
ONE, X, Y = 0, 1, 2


def form(**factors):
    return {{"one": ONE, "x": X, "y": Y}[name]: Fraction(factor) for name, factor in factors.items()}


NUMBERS = st.integers(-3, 3)
FORMS = st.fixed_dictionaries({monomial: NUMBERS.map(Fraction) for monomial in (ONE, X, Y)})


@given(st.lists(FORMS, max_size=7), NUMBERS, NUMBERS)
def test_a_system_with_a_solution_is_not_contradictory(forms, u, v):
    system = []
    for one in forms:
        value = one[ONE] + u * one[X] + v * one[Y]
        system.append(is_positive(one) if value > 0 else is_not_positive(one))
    assert not are_contradictory(system)


@pytest.mark.parametrize(
    "system",
    [
        [is_positive(form(x=1, one=-1)), is_not_positive(form(x=1))],
        [is_positive(form(x=1)), is_positive(form(x=-1))],
        [is_positive(form(x=1)), is_not_positive(form(x=2))],
        [is_positive(form(x=1, y=-1)), is_positive(form(y=1, x=-1))],
        [is_positive(form(x=1, y=-1)), is_positive(form(y=1, one=-2)), is_not_positive(form(x=1, one=-2))],
        [is_not_positive(form(one=1))],
        [is_positive({})],
    ],
)
def test_a_system_without_a_solution_is_contradictory(system):
    assert are_contradictory(system)


@pytest.mark.parametrize(
    "system",
    [[], [is_not_positive({})], [is_not_positive(form(x=1)), is_not_positive(form(x=-1))], [is_positive(form(x=1))]],
)
def test_what_has_solutions_on_a_boundary_has_solutions(system):
    assert not are_contradictory(system)


def test_systems_that_grow_are_given_up(monkeypatch):
    system = [is_positive(form(x=1, one=-1)), is_not_positive(form(x=1))]
    monkeypatch.setattr(cells, "_MOST_INEQUALITIES", 1)
    assert not are_contradictory(system)


# Formulas with several steps.


def largest(u, v):
    return v + (u - v) * step(u - v)


def smallest(u, v):
    return u + (v - u) * step(u - v)


def clipped(u, low, high):
    return smallest(largest(u, low), high)


SIZE = x * (2 * step(x) - 1)
LOW, HIGH = sympy.Rational(4, 5), sympy.Rational(6, 5)
SAME = {
    "nested maximum": (largest(x, largest(y, z)), largest(largest(x, y), z)),
    "clipping, in either order": (smallest(largest(x, 0), 1), largest(smallest(x, 1), 0)),
    "a mask of a mask": (step(x - 1) * step(x), step(x - 1)),
    "masks that exclude each other": (step(x - 1) * step(-x - 1), 0 * x),
    "one side or the other": (step(x + p) * step(p - x), 1 - step(-x - p) - step(x - p)),
    "Huber": ((1 - step(SIZE - 1)) * x + step(SIZE - 1) * (2 * step(x) - 1), largest(-1, smallest(x, 1))),
    "PPO": (
        smallest(p * a, clipped(p, LOW, HIGH) * a).diff(p),
        a * (step(a) * step(HIGH - p) + (1 - step(a)) * step(p - LOW)),
    ),
}
DIFFERENT = {
    "nested maximum": (largest(x, largest(y, z)), largest(largest(x, y), y)),
    "clipping, wrong bounds": (smallest(largest(x, 1), 0), largest(smallest(x, 0), 1)),
    "a mask of a mask": (step(x - 1) * step(x), step(x)),
    "masks that may hold together": (step(x - 1) * step(-y - 1), 0 * x),
    "Huber": ((1 - step(SIZE - 1)) * x + step(SIZE - 1) * (2 * step(x) - 1), largest(-1, smallest(x, 2))),
    "PPO": (
        smallest(p * a, clipped(p, LOW, HIGH) * a).diff(p),
        a * (step(a) * step(HIGH - p) + (1 - step(a)) * step(p - HIGH)),
    ),
    "of what is not known to be positive": (step(x + r) * step(r - x), 1 - step(-x - r) - step(x - r)),
}


@pytest.mark.parametrize("name", SAME)
def test_what_holds_in_all_cells_that_are_not_empty_is_proved(name):
    one, other = SAME[name]
    assert is_zero(one - other)


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_fails_in_a_cell_is_not_proved(name):
    one, other = DIFFERENT[name]
    assert not is_zero(one - other)
