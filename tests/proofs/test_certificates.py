"""A certificate is sure: wrong ones first. Intervals hold the values that mpmath finds with more digits."""

from __future__ import annotations

import mpmath
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.functions import TABLE, step
from gradcheck.functions.extremes import chosen, equals_largest, largest
from gradcheck.proofs import certificates

x, y = sp.symbols("x y")
INFINITE = float("inf")


def gap(left, right, **values):
    return certificates.gap_at(left, right, {sp.Symbol(name): certificates.number(v) for name, v in values.items()})


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (sp.S.Zero, 1 - x / sp.sqrt(x * x)),
        (sp.sin(x) ** 2 + sp.cos(x) ** 2, sp.S.One),
        (step(sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1), sp.S.One),
        (chosen(0, sp.sin(x) ** 2 + sp.cos(x) ** 2, 1), sp.S.One),
        (chosen(0, step(x - 1), step(x - 2), step(x - 3)), sp.S.Zero),
        (equals_largest(0, sp.sin(x) ** 2 + sp.cos(x) ** 2, 1, 0), sp.S.Zero),
        (largest(x, x + 1, 1), largest(x + 1, 1)),
        (step(1 + sp.exp(-1000 * x) - 1 - sp.exp(-999 * x)) + step(sp.exp(-1000 * x) + 1 - 1), sp.S.One),
        (sp.atan(x), 2 * sp.atan(x / (1 + sp.sqrt(1 + x * x)))),
        (sp.tanh(x), 2 / (1 + sp.exp(-2 * x)) - 1),
        (sp.log(x * y), sp.log(x) + sp.log(y)),
        (sp.exp(sp.exp(sp.exp(1000 * x))), sp.S.One),
        (1 / (x - sp.Rational(37, 100)), sp.S.One),
        (sp.log(-x), sp.S.One),
        (sp.sqrt(-x), sp.S.One),
        (sp.Function("g")(x), sp.S.One),
        (sp.zoo, sp.S.One),
    ],
    ids=str,
)
def test_what_may_be_equal_or_has_no_value_on_the_left_has_no_certificate(left, right):
    assert gap(left, right, x=0.37, y=2.5) == 0


@pytest.mark.parametrize(
    ("left", "right", "relative"),
    [
        (x, 3 * x, 0.5),
        (sp.S.Zero, x / 10**60, 1),
        (x, x * (1 + sp.Rational(1, 10**40)), 5e-41),
        (step(x), step(-x), 1),
        (largest(x, 3 * x, -x), x, 0.5),
        (chosen(1, x, 3 * x, -x), chosen(0, x, 3 * x, -x), 1),
        (sp.Abs(-x), x / 3, 0.5),
        (sp.pi, sp.Rational(22, 7), 2.01e-4),
        (sp.E, 3 * sp.E, 0.5),
        (sp.atan(x), 3 * sp.atan(x), 0.5),
        (x, sp.log(-x), INFINITE),
        (x, sp.sqrt(-x), INFINITE),
        (x, sp.zoo, INFINITE),
        (step(-x) * sp.log(-x), x, 1),
        (sp.Integer(0) * x + step(-x) * sp.sqrt(-x) + x, 3 * x, 0.5),
    ],
    ids=str,
)
def test_what_differs_for_sure_has_a_certificate(left, right, relative):
    assert gap(left, right, x=0.37) == pytest.approx(relative, rel=1e-2)


@pytest.mark.parametrize("name", sorted(name for name, row in TABLE.items() if row.arity == 1))
@given(value=st.decimals(-4, 4, places=2).filter(bool).map(float))
def test_intervals_hold_the_value_and_are_narrow(name, value):
    expression = TABLE[name].sympy(x)
    known = {x: certificates.number(value)}
    with mpmath.workdps(80):
        kernel = sp.lambdify(x, expression, [{"step": lambda u: int(u > 0)}, "mpmath"])
        try:
            true = kernel(mpmath.mpf(repr(value)))
        except ValueError:
            true = mpmath.inf
        if isinstance(true, mpmath.mpc) or mpmath.isinf(true):  # outside the domain, or at a pole
            assert certificates.gap_at(expression, sp.S.Zero, known) == 0
            return
        exact = sp.Rational(str(sp.Float(true, 80)))
    assert certificates.gap_at(expression, exact, dict(known)) == 0
    digits = 44 if name != "erfc" else 36  # 1 - erf loses those in which erf is 1
    assert true == 0 or certificates.gap_at(expression, exact * (1 + sp.Rational(1, 10**digits)), dict(known)) > 0


def test_a_side_without_a_value_is_far_from_a_number_and_not_from_what_may_have_none_either():
    hidden = 1 / (sp.sin(x) ** 2 + sp.cos(x) ** 2 - 1)
    assert gap(x, sp.zoo, x=1.5) == INFINITE
    assert gap(hidden, sp.zoo, x=1.5) == 0
