"""Arithmetic modulo 2^61 - 1: the same as that of Python's integers, at the edges of 64 bits too."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.proofs import residues
from gradcheck.proofs.residues import P

RESIDUES = st.one_of(st.sampled_from([0, 1, 2, P - 1, P - 2, 2**31, 2**60, 2**31 - 1]), st.integers(0, P - 1))


def array(values):
    return np.array(values, np.uint64)


@given(st.lists(st.tuples(RESIDUES, RESIDUES), min_size=1, max_size=20))
def test_arithmetic_is_that_of_integers_modulo_p(pairs):
    left, right = (array(values) for values in zip(*pairs, strict=True))
    assert residues.add(left, right).tolist() == [(u + v) % P for u, v in pairs]
    assert residues.multiply(left, right).tolist() == [u * v % P for u, v in pairs]
    assert residues.negate(left).tolist() == [-u % P for u, _ in pairs]
    assert residues.complement(left).tolist() == [(1 - u) % P for u, _ in pairs]
    assert residues.power(left, 13).tolist() == [pow(u, 13, P) for u, _ in pairs]
    assert int(residues.total(left, (0,))) == sum(u for u, _ in pairs) % P


@given(st.lists(RESIDUES.filter(bool), min_size=1, max_size=40))
def test_all_inverses_at_once(values):
    assert residues.invert(array(values)).tolist() == [pow(v, -1, P) for v in values]


def test_a_0_has_no_inverse():
    with pytest.raises(residues.Undefined):
        residues.invert(array([1] * 20 + [0]))


@given(RESIDUES, st.integers(1, 5000))
def test_sums_of_many_products_do_not_overflow(value, terms):
    rows = np.full((1, 1, terms), value, np.uint64)
    assert residues.matmul(rows, rows.reshape(1, terms, 1)).item() == terms * value * value % P
    assert int(residues.total(rows, (0, 1, 2))) == terms * value % P


@pytest.mark.parametrize(
    "subscripts",
    [
        "ij,jk->ik",
        "ij,jk->ki",
        "i,j->ij",
        "ij->",
        "ij,ij->",
        "ii->i",
        "iij,jk,kl->il",
        "ij,kl->",
        "bij,bjk->bik",
        "i,i,i->",
    ],
)
def test_sums_of_products_are_those_of_integers(subscripts):
    rng = np.random.default_rng(1)
    words, _, result = subscripts.partition("->")
    sizes = {letter: size for size, letter in enumerate("ijklb", 2)}
    operands = [rng.integers(P - 9, P, [sizes[letter] for letter in word], np.uint64) for word in words.split(",")]
    labelled = [(values, tuple(map(ord, word))) for values, word in zip(operands, words.split(","), strict=True)]
    exact = np.einsum(subscripts, *(values.astype(object) for values in operands)) % P
    found = residues.einsum(labelled, tuple(map(ord, result)))
    assert np.array_equal(found.astype(object), exact)


@pytest.mark.parametrize(("numerator", "denominator"), [(P, 1), (-2 * P, 3), (1, P), (5, 2 * P)])
def test_fractions_that_the_prime_divides_are_refused(numerator, denominator):
    with pytest.raises(residues.Undefined, match="a constant is a multiple of the prime"):
        residues.fraction(numerator, denominator)


@given(st.fractions(max_denominator=10**9))
def test_a_fraction_times_its_denominator_is_its_numerator(value):
    found = int(residues.fraction(value.numerator, value.denominator))
    assert found * value.denominator % P == value.numerator % P


@given(RESIDUES)
def test_of_a_value_and_its_negative_one_counts_as_positive(value):
    found, turned = residues.unsigned(array([value, -value % P]))
    assert found.tolist() == [min(value, P - value) % P] * 2
    assert turned.tolist() == [value > P // 2, -value % P > P // 2]


# ---- random values ---------------------------------------------------------------------------------------------------


def test_keyed_values_depend_on_the_salt_the_arguments_and_their_order_only():
    left, right = array([1, 2, 3, 1]), array([2, 1, 4, 2])
    found = residues.keyed(7, left, right).tolist()
    assert found[0] == found[3]
    assert len({*found, *residues.keyed(8, left, right).tolist(), *residues.keyed(7, left).tolist()}) == 3 + 3 + 3
    assert residues.keyed(7, right, left).tolist()[:2] == found[1::-1]
    assert max(found) < P


def test_generators_of_unequal_names_are_unequal_even_if_their_checksums_are_equal():
    words = ("plumless", "buckeroo")  # equal by CRC-32
    first, second = (residues.generator((0,), word).integers(0, P, 8).tolist() for word in words)
    assert not set(first) & set(second)
    assert first == residues.generator((0,), "plumless").integers(0, P, 8).tolist()
    assert first != residues.generator((1,), "plumless").integers(0, P, 8).tolist()
