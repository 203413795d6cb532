"""What is 0 on an open set is never taken for something that is not, and what is plainly not is recognised."""

from __future__ import annotations

from typing import Any

import pytest
import sympy
from sympy import cos, exp, log, sin, sqrt, tanh

from gradcheck.functions import abstract
from gradcheck.proofs.zero import is_zero, step

Expr = Any
a, w, x, y = sympy.symbols("a w x y")
p, q = sympy.symbols("p q", positive=True)
bit = sympy.Symbol("bit")
g = sympy.Function("g")
relu = x * step(x)
QUARTER = sympy.Rational(1, 4)

ZERO_FOR_POSITIVE_X = [
    sqrt(x * x) - x,
    (x**4) ** QUARTER - x,
    exp(log(x * x) / 2) - x,
    log(x * x) - 2 * log(x),
    sympy.Abs(x) - x,
    sqrt(1 + 1 / x**2) - sqrt(x**2 + 1) / x,
    exp(sqrt(x**2 + 2 * x + 1) - x - 1) - 1,
    sqrt(exp(2 * log(x * x))) - x * x,
    sqrt(relu) - sqrt(x),
    relu - x,
]
HIDDEN_ZEROS = [
    log(p**2 + 2 * p + 1) - 2 * log(p + 1),
    sqrt(p**2 + 2 * p + 1) - p - 1,
    sin(2 * x) - 2 * sin(x) * cos(x),
    sin(x) ** 2 + cos(x) ** 2 - 1,
    exp(x * (1 + y)) - exp(x) * exp(x * y),
    log(x * y) - log(x) - log(y),
    log(10007 * 10009 * p) - log(10007) - log(10009) - log(p),
    sympy.GoldenRatio**2 - sympy.GoldenRatio - 1,
    tanh(2 * x) * (1 + tanh(x) ** 2) - 2 * tanh(x),
    (x**a) ** 2 - x ** (2 * a),
]
MAY_BE_ZERO = [g(x), g(x) - x, bit * x, relu, w * relu, step(x) - step(y), abstract("sin").sympy(x) - x]
NOT_ZERO = [
    *(x, p - q * x, x**2 - y, sympy.pi - x, exp(x) - 1, exp(x) - exp(y), sin(x) - x, sin(x) * cos(y) - y),
    *(log(p), sqrt(p) - 1, sqrt(x), log(x) - 1, sqrt(1 + x**2) - 2, log(1 + exp(x)) - 1, tanh(sqrt(1 + p)) - p),
    *(exp(1 / x) - 1 / x, sqrt(1 + exp(x)) - sqrt(2), w * tanh(x) + y * exp(x)),
    *(w * relu + a, w * g(x) + a, w * step(x) + y * step(-x), w * exp(g(x)) + a * relu, w / (1 + exp(-g(x)))),
]  # fmt: skip


@pytest.mark.parametrize("u", [*ZERO_FOR_POSITIVE_X, *HIDDEN_ZEROS, *MAY_BE_ZERO], ids=str)
@pytest.mark.parametrize("factor", [1, y, -q, exp(y)], ids=str)
def test_steps_of_what_may_be_0_on_an_open_set_do_not_add_up_to_1(u: Expr, factor: Expr) -> None:
    assert not is_zero(step(-u * factor) - 1 + step(u * factor), bits=[bit])


@pytest.mark.parametrize("u", NOT_ZERO, ids=str)
def test_steps_of_what_is_0_on_no_open_set_add_up_to_1(u: Expr) -> None:
    assert is_zero(step(-u) - 1 + step(u))
    assert is_zero(step(-u * p / y) - 1 + step(u * q * y))


def test_a_denominator_that_is_0_on_an_open_set_is_not_brought_in_by_another_case() -> None:
    # For bit = 1 and x < 0 both fractions are 1, and what is added is a / x: times relu(x), it would vanish.
    one = 1 / (bit + (1 - bit) * relu)
    other = 1 / (bit + (1 - bit) * (relu * w + relu) * sympy.Pow(w + 1, -1))
    added = bit * step(-x) * a / x
    assert not is_zero(one + added - other, bits=[bit])


def test_powers_are_not_divided_by_what_is_0_on_an_open_set() -> None:
    # For x < 0 the power is 0 if a > 1, so that only what is added is left.
    power = relu ** (a - 1)
    assert not is_zero(power * (w + 1) / x - power * (w * x + x) / x**2 + step(-x) / x)
    assert is_zero(x ** (a - 1) - x**a / x)
