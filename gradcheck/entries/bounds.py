"""Whether a position lies inside of an axis, whatever the sizes are: linear inequalities in indices and sizes.

What is to be shown, f ≥ 0 with f a whole number, holds if f ≤ -1 contradicts what is given: then eliminating one
unknown after the other, by adding multiples of inequalities in which it has opposite signs, leaves a negative number
that is said not to be negative (Fourier and Motzkin). A contradiction over the rationals is one over whole numbers,
too. What is not found in a bounded number of steps is not shown.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import product

Form = Mapping[Hashable, int | Fraction]
"""A sum of multiples of unknowns; the number beside them stands under the key 1."""

MOST_INEQUALITIES = 400
MOST_UNEQUAL = 3
"""How many of what is unequal are told apart, below and above."""


def combined(*parts: tuple[int | Fraction, Form]) -> dict[Hashable, int | Fraction]:
    """A sum of multiples of forms."""
    found: dict[Hashable, int | Fraction] = {}
    for factor, form in parts:
        for unknown, number in form.items():
            found[unknown] = found.get(unknown, 0) + factor * number
    return {unknown: number for unknown, number in found.items() if number}


def is_shown(form: Form, given: Sequence[Form], unequal: Sequence[Form] = ()) -> bool:
    """Whether a form is not negative where all given ones are not, and none of the others is 0; all whole numbers."""
    denied = combined((-1, form), (-1, {1: 1}))
    sides = ([combined((sign, one), (-1, {1: 1})) for sign in (1, -1)] for one in unequal[:MOST_UNEQUAL])
    return all(_is_contradiction([*given, denied, *choice]) for choice in product(*sides))


def _is_contradiction(given: Iterable[Form]) -> bool:
    left = {_key(form): form for form in given}
    while len(left) <= MOST_INEQUALITIES:
        if any(_is_negative(form) for form in left.values()):
            return True
        unknowns = {unknown for form in left.values() for unknown in form if unknown != 1}
        if not unknowns:
            return False
        forms = list(left.values())
        left = {_key(form): form for form in _without(min(unknowns, key=lambda u: _pairs(u, forms)), forms)}
    return False


def _key(form: Form) -> frozenset[tuple[Hashable, int | Fraction]]:
    return frozenset(form.items())


def _is_negative(form: Form) -> bool:
    return set(form) == {1} and form[1] < 0


def _pairs(unknown: Hashable, forms: Sequence[Form]) -> int:
    signs = [form.get(unknown, 0) for form in forms]
    return sum(sign > 0 for sign in signs) * sum(sign < 0 for sign in signs)


def _without(unknown: Hashable, forms: Sequence[Form]) -> Iterable[Form]:
    """What follows from the inequalities and says nothing of an unknown."""
    yield from (form for form in forms if unknown not in form)
    above = [form for form in forms if form.get(unknown, 0) > 0]
    for low in (form for form in forms if form.get(unknown, 0) < 0):
        yield from (combined((-low[unknown], high), (high[unknown], low)) for high in above)
