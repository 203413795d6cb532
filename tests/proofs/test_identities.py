"""Definitions by exp and step hold wherever the function has a value, at a jump, too; the exact tiers read them."""

from __future__ import annotations

import itertools

import pytest
import sympy as sp

from gradcheck.functions import step
from gradcheck.proofs.identities import KINKED, SMOOTH
from gradcheck.proofs.zero import is_zero

DEFINITIONS = SMOOTH | KINKED
NUMBERS = [sp.Rational(-7, 3), sp.S.Zero, sp.Rational(2, 5), sp.Integer(3)]
ARITY = {sp.Max: 3, sp.Min: 3, sp.Heaviside: 2}
functions = pytest.mark.parametrize("function", DEFINITIONS, ids=str)


def samples(function):
    """Every choice of arguments among a few numbers."""
    return itertools.product(NUMBERS, repeat=ARITY.get(function, 1))


def wrong(function, definition):
    return any(abs(sp.N(function(*a) - definition(*a), 30)) > 1e-25 for a in samples(function))


# ---- wrong answers first ---------------------------------------------------------------------------------------------


@functions
def test_no_definition_is_that_of_another_function(function):
    for other, definition in DEFINITIONS.items():
        if other is not function and ARITY.get(other) == ARITY.get(function):
            assert wrong(function, definition)


def test_the_value_at_a_jump_is_part_of_a_definition():
    assert wrong(sp.sign, lambda u: 2 * step(u) - 1)
    assert wrong(sp.Heaviside, lambda u, at_zero: step(u))


@pytest.mark.parametrize("function", [sp.sign, sp.Heaviside])
def test_a_jump_of_what_may_be_zero_on_an_open_set_is_not_that_of_a_step(function):
    u = sp.Function("g")(sp.Symbol("x", real=True))
    assert not is_zero(function(u) - function(1) * step(u) - function(-1) * (1 - step(u)))


# ---- what holds ------------------------------------------------------------------------------------------------------


@functions
def test_a_definition_is_true(function):
    assert not wrong(function, DEFINITIONS[function])


@functions
def test_a_definition_is_in_terms_of_exp_and_step(function):
    arguments = sp.symbols(f"x:{ARITY.get(function, 1)}", real=True)
    defined = DEFINITIONS[function](*arguments)
    assert {part.func for part in defined.atoms(sp.Function)} <= ({sp.exp} if function in SMOOTH else {step})
    assert is_zero(function(*arguments) - defined)
