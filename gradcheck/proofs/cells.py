"""Which values steps can have together: x > 1 and x <= 0 exclude each other.

A step is 1 where its argument is positive, and 0 where that is not. An assignment of 0 and 1 to some steps is a system
of inequalities between polynomials. It has no solution if a sum of its inequalities with positive factors says that a
negative number is positive, or that 0 is (Motzkin's transposition theorem: for linear arguments, that is the only way).
Such sums are found by eliminating one monomial after the other (Fourier & Motzkin), each of them as if it were a
variable of its own, beside what is known of its sign. Exact, and one-sided: what is not shown to be empty may be empty.
"""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeAlias

Linear: TypeAlias = dict[int, Fraction]
"""Factors by monomial; that of 1 is 0."""

_MOST_INEQUALITIES = 200  # more than these are not looked through


class Inequality(NamedTuple):
    """A linear form that is positive, or only not negative."""

    form: Linear
    is_strict: bool


def is_positive(form: Linear) -> Inequality:
    """The form is positive."""
    return Inequality(form, True)


def is_not_positive(form: Linear) -> Inequality:
    """The form is 0 or negative."""
    return Inequality({monomial: -value for monomial, value in form.items()}, False)


def are_contradictory(system: Iterable[Inequality]) -> bool:
    """Whether no values are shown to solve the inequalities."""
    rest = list(system)
    while len(rest) <= _MOST_INEQUALITIES:
        monomial = next((m for form, _ in rest for m, factor in form.items() if m and factor), 0)
        if not monomial:
            return any(form.get(0, 0) < 0 or (is_strict and not form.get(0, 0)) for form, is_strict in rest)
        rest = _without(monomial, rest)
    return False


def _without(monomial: int, system: Sequence[Inequality]) -> list[Inequality]:
    """What follows for the other monomials: every upper bound of this one is above every lower bound."""
    lower = [one for one in system if one.form.get(monomial, 0) > 0]
    upper = [one for one in system if one.form.get(monomial, 0) < 0]
    others = [one for one in system if not one.form.get(monomial, 0)]
    return others + [_combined(monomial, one, other) for one in lower for other in upper]


def _combined(monomial: int, one: Inequality, other: Inequality) -> Inequality:
    """Both inequalities with positive factors, so that the monomial cancels."""
    a, b = -other.form[monomial], one.form[monomial]
    form = {m: a * one.form.get(m, 0) + b * other.form.get(m, 0) for m in one.form.keys() | other.form.keys()}
    return Inequality({m: Fraction(v) for m, v in form.items() if v}, one.is_strict or other.is_strict)
