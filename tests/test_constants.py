"""Functions of numbers are floats that know exactly what they are; another number is never taken for one."""

from __future__ import annotations

import math
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
import sympy as sp

from gradcheck import Verdict, claim, derivation, dims, gradient, positive, real, verify
from gradcheck.functions import abstract
from gradcheck.functions.constants import Constant
from gradcheck.graph import as_array
from gradcheck.notation import cos, exp, log, relu, sigmoid, sin, sqrt

n, m = dims("n m")


def verdict_of(target, step):
    @derivation(source="a test")
    def tested():
        yield claim(target, step)

    return verify(tested).derivations[0].claims[0].steps[0].judgement.verdict


X, p = real("X", n), positive("p", n)

# ---- what is another number ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "step"),
    [
        (gradient((2**X).sum(), X), 2**X * log(3)),
        (gradient((2**X).sum(), X), 2**X * log(4)),
        (gradient((3**X).sum(), X), 2**X * log(3)),
        (X * log(6), X * (log(2) + log(4))),
        (X * exp(1), X * exp(2)),
        (X * sqrt(2), X * sqrt(3)),
        (sin(X + 1), sin(X) * sin(1) + cos(X) * cos(1)),
        (X * exp(1), X * Fraction(271828182845904523536, 10**20)),
        (X * log(2), X * Fraction(693147180559945309417232121458, 10**30)),
    ],
    ids=repr,
)
def test_another_constant_is_never_proved(target, step):
    assert verdict_of(target, step) not in (Verdict.PROVED, Verdict.DEFINITION)


@pytest.mark.parametrize(
    "number", [np.log(2), math.log(2), log(2.0) + np.float64(1), log(np.float64(2)), float(log(2)), abstract("g")(2)]
)
def test_what_came_of_floating_point_is_not_exact(number):
    assert not isinstance(number, Constant)
    assert as_array(number).rounded


def test_the_size_and_the_larger_one_of_constants_are_exact_and_comparisons_are_no_numbers():
    assert [sp.sympify(number) for number in (abs(-sqrt(2)), np.maximum(sqrt(2), 1))] == [sp.sqrt(2), sp.sqrt(2)]
    assert sp.simplify(sp.sympify(log(abs(sqrt(2)) ** 2) - 2 * log(abs(sqrt(2))))) == 0
    assert (sqrt(2) > 1) in (True, np.True_)


def test_a_constant_made_of_a_rounded_number_is_rounded():
    for number in (log(1 / 3), log(2) * (1 / 3), log(2) * np.pi, sqrt(2 / np.pi)):
        assert not isinstance(number, Constant)
        assert as_array(number).rounded == repr(float(number))
    assert str(X * sqrt(2 / np.pi)) == "X * 0.7978845608028654"
    assert verdict_of(X * log(1 / 3), -X * log(3)) is Verdict.AGREES


@pytest.mark.parametrize("call", [lambda: -log(0), lambda: log(-1), lambda: sqrt(-2), lambda: exp(1000)])
def test_what_has_no_finite_value_cannot_stand_in_a_formula(call):
    with np.errstate(all="ignore"):
        number = call()
    with pytest.raises(TypeError, match="cannot stand in a formula"):
        X * number


def test_on_numbers_of_numpy_functions_give_numbers():
    for number in (np.float64(0.5), np.array(0.5), np.ones(3)):
        assert not isinstance(sigmoid(number), Constant)
    assert (np.ones(3) * log(2)).dtype == float
    assert (log(2) * np.ones(3)).tolist() == [np.log(2)] * 3
    assert isinstance(log(2) > 0.5, (bool, np.bool_))
    assert np.where(np.arange(3) > 1, log(2), 1.0).tolist() == [1.0, 1.0, np.log(2)]
    assert np.add.reduce([log(2), log(3)]) == np.sum([np.log(2), np.log(3)])


# ---- what holds ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "exact"),
    [
        (log(2), sp.log(2)),
        (log(0.5), -sp.log(2)),
        (exp(1), sp.E),
        (sqrt(Fraction(1, 2)), sp.sqrt(2) / 2),
        (2 * log(2) - 1, 2 * sp.log(2) - 1),
        (1 / log(2), 1 / sp.log(2)),
        (-(log(2) ** 2), -(sp.log(2) ** 2)),
        (2 ** log(3), 2 ** sp.log(3)),
        (np.log(log(3)), sp.log(sp.log(3))),
        (np.exp(log(3)), sp.Integer(3)),
        (sigmoid(log(3)), sp.Rational(3, 4)),
        (relu(-2), sp.Integer(0)),
        (log(2) * m, sp.log(2) * m),
        (m / log(2), m / sp.log(2)),
    ],
    ids=repr,
)
def test_functions_of_numbers_are_exact(number, exact):
    assert sp.simplify(sp.sympify(number) - exact) == 0
    assert as_array(number).values == (sp.sympify(number),)


@pytest.mark.parametrize("number", [log(2), exp(1) / 3, sqrt(2) - 1, -np.sin(sqrt(2))], ids=repr)
def test_they_are_floats(number):
    assert isinstance(number, float)
    assert float(number) == pytest.approx(float(number.exact), rel=1e-15)
    assert {number: 1}[float(number)] == 1
    assert as_array(number).rounded == ""


@pytest.mark.parametrize(
    ("target", "step"),
    [
        (gradient((2**X).sum(), X), 2**X * log(2)),
        (gradient((4**X).sum(), X), 2 * 4**X * log(2)),
        (2**X, exp(X * log(2))),
        (4**X, 2 ** (2 * X)),
        (6**X, 2**X * 3**X),
        (X * log(6), X * log(2) + log(3) * X),
        (X * log(Fraction(2, 3)), X * log(2) - X * log(3)),
        (gradient((np.log(p) / log(2)).sum(), p), 1 / (p * log(2))),
        (exp(X + 1), exp(1) * exp(X)),
        (sin(X + 1), sin(X) * cos(1) + cos(X) * sin(1)),
        (np.log(p * exp(2)), np.log(p) + 2),
    ],
    ids=repr,
)
def test_formulas_with_constants_are_proved(target, step):
    assert verdict_of(target, step) is Verdict.PROVED


def test_they_are_printed_as_they_are_written():
    assert repr(X * (2 * log(2) + exp(1))) == "X * (2*log(2) + exp(1))"
    assert repr(log(2) * X) == "log(2) * X"
    assert repr(X * exp(1)) == "X * exp(1)"
    assert repr(X * np.arctan(sqrt(2))) == "X * arctan(sqrt(2))"
    assert repr(X * np.arctan(exp(0))) == "X * (pi/4)"


def test_importing_them_is_not_needed_for_gradcheck():
    code = "import sys, gradcheck; assert 'sympy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
