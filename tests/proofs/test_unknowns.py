"""Values of functions that are not rational: random, but for the relations that hold; and bounds of degrees."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.proofs import residues
from gradcheck.proofs.degrees import Degree, Divisor, Family
from gradcheck.proofs.residues import P
from gradcheck.proofs.unknowns import ONE, Element, KeyedFunctions, constant


def element(*values, above=1, below=0):
    divisors = {Family(1, below): Divisor(1)} if below else {}
    return Element(np.array([value % P for value in values], np.uint64), Degree(above, divisors))


A = element(3, 10**18, P - 3, above=2)
NAMES = ["exp", "log", "half_turn", "root"]


def value(functions, name, argument):
    if name == "exp":
        return functions.exp(argument)[0]
    if name == "half_turn":
        return functions.half_turn(argument).up
    return functions.root(argument, 2) if name == "root" else functions.log(argument)


# ---- what must not be taken for the same -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_other_arguments_and_other_seeds_have_other_values(name):
    values = [value(KeyedFunctions((seed,)), name, element(5, 6, 7)).entries() for seed in (0, 1)]
    assert len({*values[0], *values[1]}) == 6


def test_other_functions_have_other_values():
    functions = KeyedFunctions((0,))
    assert len({tuple(value(functions, name, A).entries()) for name in NAMES}) == len(NAMES)


@pytest.mark.parametrize("degree", [2, 3])
def test_roots_are_not_even_and_not_those_of_another_degree(degree):
    functions = KeyedFunctions((0,))
    roots = functions.root(element(5, -5), degree).entries()
    assert roots[0] not in (roots[1], -roots[1] % P)
    assert functions.root(element(5), 5 - degree).entries() != roots[:1]


def test_unknown_functions_of_one_name_are_told_apart():
    one, other = (type("f", (), {}) for _ in range(2))
    functions = KeyedFunctions((0,))
    values = [functions.unknown(cls, [A]).entries() for cls in (one, other, one)]
    assert values[0] == values[2] != values[1]


def test_steps_of_what_may_vanish_say_nothing_of_the_opposite():
    functions = KeyedFunctions((0,))
    assert np.all((functions.step(A, True) + functions.step(-A, True) - ONE).values)


@pytest.mark.parametrize("number", [sp.Rational(1, 11), sp.Integer(2**26 + 1), sp.Rational(10**9, 3)])
def test_the_step_of_a_number_whose_sign_is_not_seen_has_no_value(number):
    with pytest.raises(residues.Undefined, match="the sign of a number"):
        KeyedFunctions((0,)).step(constant(number), False)


def test_a_0_has_no_log():
    with pytest.raises(residues.Undefined):
        KeyedFunctions((0,)).log(element(1, 0))


# ---- relations -------------------------------------------------------------------------------------------------------

ENTRIES = st.integers(2, P - 2).map(element)


def same(left, right):
    return np.array_equal(left.values, right.values)


@given(ENTRIES)
def test_exp_and_log_undo_each_other_and_turn_signs_into_inverses(a):
    functions = KeyedFunctions((0,))
    e, other = functions.exp(a)
    assert same(e * other, ONE + constant(sp.S.Zero) * a)
    assert [same(e, functions.exp(-a)[1]), same(functions.log(e), a), same(functions.log(other), -a)] == [True] * 3
    assert same(functions.log(ONE + other), functions.log(ONE + e) - a)
    assert same(functions.log((ONE + other).inverse), a - functions.log(ONE + e))


@given(ENTRIES)
def test_the_log_of_an_inverse_is_the_negative_and_its_exp_is_known(u):
    functions = KeyedFunctions((0,))
    assert same(functions.log(u.inverse), -functions.log(u))
    assert same(functions.exp(functions.log(u))[0], u)


@given(ENTRIES)
def test_a_log_does_not_depend_on_which_of_an_argument_and_its_inverse_comes_first(u):
    first, second = KeyedFunctions((0,)), KeyedFunctions((0,))
    second.log(u.inverse)
    assert same(first.log(u), second.log(u))


@given(ENTRIES)
def test_angles_are_odd_and_steps_of_opposites_add_up_to_1(a):
    functions = KeyedFunctions((0,))
    turn, back = functions.half_turn(a), functions.half_turn(-a)
    assert [same(turn.across, back.across), same(turn.up, -back.up), same(turn.length, back.length)] == [True] * 3
    assert same(functions.step(-a, False), ONE - functions.step(a, False))


@given(st.fractions(-100, 100).filter(lambda x: 2**3 * 3**2 * 5**4 * 7 % x.denominator == 0))
def test_the_step_of_a_simple_number_is_that_of_its_sign(number):
    found = KeyedFunctions((0,)).step(constant(sp.Rational(number.numerator, number.denominator)), False)
    assert found.entries() == [int(number > 0)]


def test_of_0_all_are_what_they_must_be():
    functions, zero = KeyedFunctions((0,)), element(0)
    assert [e.entries() for e in functions.exp(zero)] == [[1], [1]]
    assert functions.log(element(1)).entries() == [0]
    found = functions.root(zero, 2), functions.step(zero, False), functions.step(zero, True)
    assert [e.entries() for e in found] == [[0]] * 3
    assert [e.entries() for e in functions.half_turn(zero)] == [[1], [0], [1]]


def test_what_is_learnt_is_kept_and_what_was_known_stays():
    functions = KeyedFunctions((0,))
    known = functions.exp(element(5))[0].entries()
    value = element(2, 3)
    assert functions.learn_exp(element(5, 7), value, value.inverse).entries() == [*known, 3]
    assert functions.exp(element(-7))[1].entries() == [3]
    assert functions.log(element(2)).entries() != [5]
    assert functions.log(element(3)).entries() == [7]
    assert functions.learn_log(element(11, 3), element(13, 17)).entries() == [13, 7]
    assert functions.exp(element(-13))[1].entries() == [11]


@given(ENTRIES, st.integers(-5, 5), st.integers(-5, 5))
def test_turns_add_up_and_go_back(a, first, second):
    turn = KeyedFunctions((0,)).half_turn(a)
    there, both = turn.times(first).then(turn.times(second)), turn.times(first + second)
    length = (there.length * both.length.inverse).values  # it is no length of the turn
    assert [same(x * both.length, y * there.length) for x, y in zip(there[:2], both[:2], strict=True)] == [True] * 2
    assert length.all()
    assert same(turn.across * turn.across + turn.up * turn.up, turn.length * turn.length)


def test_what_roots_of_products_are_is_learnt_and_what_was_known_stays():
    functions = KeyedFunctions((0,))
    known = functions.root(element(5), 2).entries()
    assert functions.learn_root(element(5, 7), 2, element(2, 3)).entries() == [*known, 3]
    assert functions.root(element(7, 1), 2).entries() == [3, 1]
    assert functions.root(element(7), 3).entries() != [3]


@given(ENTRIES)
def test_the_root_of_a_square_that_is_drawn_is_what_was_drawn_and_no_other_root_is(a):
    functions = KeyedFunctions((0,))
    square = functions.square(a)
    assert same(functions.root(square, 2), a)
    assert not same(functions.root(square, 3), a)
    assert not same(functions.root(square * square, 2), square)
    assert (square.degree.above, square.degree.below) == (2, 0)


# ---- degrees ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "degrees"),
    [
        (element(2, above=3, below=1) + element(5, above=1, below=2), (5, 3)),
        (element(2, above=3, below=1) - element(5, above=4, below=0), (5, 1)),
        (element(2, above=3, below=1) * element(5, above=1, below=2), (4, 3)),
        (element(2, above=3, below=1).power(-2), (2, 6)),
        (element(2, above=3, below=1).inverse, (1, 3)),
    ],
)
def test_degrees_of_numerators_and_denominators_add_up(found, degrees):
    assert (found.degree.above, found.degree.below) == degrees


def test_more_applications_and_higher_degrees_weaken_the_bound():
    functions, bounds = KeyedFunctions((0,)), [0]
    for argument in (element(5), element(6, 7), element(8, above=9)):
        functions.half_turn(argument)
        bounds.append(functions.collisions())
    assert bounds == [0, 2 * 1, 2 * 3**2, 2 * 4**2 * 9]


def test_pairs_of_exp_and_log_are_counted_too():
    apart, together = (KeyedFunctions((0,)) for _ in range(2))
    apart.exp(element(5))
    together.exp(element(5))
    together.log(element(6))
    assert apart.collisions() == 2
    assert together.collisions() == 2 + 2 + 2 * (1 + 1) + 8 * (1 + 1)


def test_a_constant_is_a_fraction_without_a_degree():
    found = constant(sp.Rational(-2, 3))
    assert (found * constant(sp.Integer(3))).entries() == [P - 2]
    assert found.is_number
