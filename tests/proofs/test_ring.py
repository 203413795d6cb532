"""Polynomials and quotients: wrong answers first, then that values of results are results of values."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.proofs.ring import MINUS_ONE, ONE, ZERO, Quotient, Ring, field, variable

VALUES = (Fraction(2, 3), Fraction(-5, 2), Fraction(7))
NUMBERS = st.fractions(-3, 3, max_denominator=4)
TREES = st.recursive(
    st.integers(0, 2) | NUMBERS,
    lambda inner: st.tuples(st.sampled_from(["add", "multiply", "divide"]), inner, inner),
    max_leaves=8,
)


def free(count=3, scale=1):
    ring = Ring(scale)
    return ring, [ring.monomial(ring.generator()) for _ in range(count)]


def number(value):
    return Quotient(Fraction(value))


def value_of(ring, quotient, values=VALUES):
    """A quotient at a point."""
    result = quotient.coefficient
    for index, exponent in quotient.powers:
        total = Fraction(0)
        for monomial, coefficient in ring.polynomials[index].items():
            powers = [(monomial & field(i)) // variable(i) for i in range(ring.size)]
            total += coefficient * np.prod([v**n for v, n in zip(values, powers, strict=True)])
        result *= total**exponent
    return result


def both(ring, generators, tree):
    """A tree as a quotient of the ring and as a number. Raises ZeroDivisionError."""
    if isinstance(tree, int):
        return generators[tree], VALUES[tree]
    if isinstance(tree, Fraction):
        return number(tree), tree
    verb, *parts = tree
    (a, u), (b, v) = (both(ring, generators, part) for part in parts)
    if verb == "add":
        return ring.add([a, b]), u + v
    return (ring.multiply([a, b]), u * v) if verb == "multiply" else (ring.multiply([a, ring.power(b, -1)]), u / v)


@given(TREES, TREES)
def test_what_differs_at_a_point_is_never_called_equal(one, other):
    ring, generators = free()
    try:
        (a, u), (b, v) = (both(ring, generators, tree) for tree in (one, other))
    except ZeroDivisionError:
        return
    if u != v:
        assert not ring.equal(a, b)
        assert not ring.vanishes([a, ring.scaled(b, -1)])


@given(TREES)
def test_the_value_of_a_result_is_the_result_of_the_values(tree):
    ring, generators = free()
    try:
        quotient, value = both(ring, generators, tree)
    except ZeroDivisionError:
        return
    assert value_of(ring, quotient) == value


def test_generators_are_free_unless_a_relation_is_stated():
    ring, (x, y, _) = free()
    for one, other in [(x, y), (ring.multiply([x, x]), x), (ring.multiply([x, y]), ZERO), (ring.power(x, 2), y)]:
        assert not ring.equal(one, other)
        assert ring.refuted([one, ring.scaled(other, -1)])


def test_only_what_is_positive_for_all_values_is_called_positive():
    ring, (x, y, _) = free()
    p, bit = ring.monomial(ring.generator(positive=True)), ring.monomial(ring.generator(idempotent=True))
    square = ring.multiply([x, x])

    def is_positive(*terms):
        return ring.is_positive(ring.add(terms).powers[-1][0])

    assert not any([is_positive(x), is_positive(bit), is_positive(square, ring.power(y, 2)), is_positive(p, x)])
    assert not is_positive(p, MINUS_ONE)
    assert not is_positive(p, ring.scaled(square, -1))
    assert all([is_positive(p), is_positive(p, bit), is_positive(ONE, square)])


def test_zero_has_no_inverse_and_exponents_do_not_run_over():
    ring, (x, *_) = free()
    with pytest.raises(ZeroDivisionError):
        ring.power(ZERO, -1)
    half = ring.add([ring.power(x, 2**14), ONE])
    for build in (lambda: ring.power(x, 2**15), lambda: ring.expand(ring.multiply([half, half]).powers)):
        with pytest.raises(OverflowError):
            build()


def test_bits_of_a_group_exclude_each_other_and_are_their_own_squares():
    ring = Ring(1)
    group, other = ring.hot_group(3), ring.hot_group(1)
    a, b, c, d = (ring.monomial(bit) for bit in group + other)
    assert ring.multiply([a, b]) == ZERO
    assert ring.multiply([a, a]) == a
    assert ring.equal(ring.power(ring.complement([a, b, c]), 2), ring.complement([a, b, c]))
    assert ring.multiply([a, d]) != ZERO
    assert not ring.equal(ring.add([a, b, c]), ONE)


@pytest.mark.parametrize("scale", [2, 3])
def test_a_root_to_the_scale_is_what_it_is_the_root_of(scale):
    ring, (x, *_) = free(1, scale)
    radicand = ring.add([ONE, ring.power(x, 2)])
    root = ring.monomial(ring.generator(positive=True, root_of=ring.expand(radicand.powers)))
    assert ring.equal(ring.power(root, scale), radicand)
    assert not ring.equal(ring.power(root, scale - 1), radicand)


def test_values_are_put_in_for_bits():
    ring = Ring(1)
    a, b = ring.hot_group(2)
    x = ring.monomial(ring.generator())
    quotient = ring.power(ring.add([ring.monomial(a), ring.multiply([ring.monomial(b), x]), number(3)]), -1)
    assert ring.equal(ring.substitute(quotient, field(b), field(a)), number(Fraction(1, 4)))
    assert ring.equal(ring.substitute(quotient, field(a), field(b)), ring.power(ring.add([x, number(3)]), -1))


def test_the_generator_of_a_quotient_is_told_only_if_it_is_nothing_else():
    ring, (x, y, _) = free()
    assert [ring.generator_of(q) for q in (x, y)] == [0, 1]
    others = [ONE, ZERO, ring.power(x, 2), ring.power(x, -1), ring.multiply([x, y]), ring.scaled(x, 2)]
    assert {ring.generator_of(q) for q in [*others, ring.add([x, ONE])]} == {-1}
