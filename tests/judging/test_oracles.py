"""Where expressions are evaluated: small sizes for proofs, at which any two symbols differ, and large ones beside."""

from __future__ import annotations

import itertools

import pytest

from gradcheck.graph import dims
from gradcheck.judging.oracles import exact_sizes, large_sizes, misfit
from gradcheck.notation import gradient, identity, jacobian, real, sigmoid


def graph(count):
    return sum((real(f"x{i}", size).sum() for i, size in enumerate(_sizes(count))), real("c"))


def _sizes(count):
    names = [f"n{i}" for i in range(count)]
    return [dims(name) for name in names]


@pytest.mark.parametrize("count", range(8))
def test_any_two_sizes_differ_somewhere_and_every_size_is_above_1_somewhere(count):
    chosen = exact_sizes([graph(count)])
    assert chosen
    for one, other in itertools.combinations(_sizes(count), 2):
        assert any(sizes[one] != sizes[other] for sizes in chosen)
    assert all(max(sizes[size] for sizes in chosen) > 1 for size in _sizes(count))


def test_slices_raise_the_sizes_of_proofs():
    x = real("x", dims("n0"))
    assert exact_sizes([x[4:]]) == [{dims("n0"): 5}]


def test_the_first_misfit_is_found_under_either_convention():
    A, b = real("A", *dims("n m")), real("b", dims("n"), 1)
    assert misfit(A + b, broadcast=True) is None
    assert str(misfit(A + b, broadcast=False)) == "(n, m) + (n, 1): m is not 1"
    assert str(misfit((A @ A) + b, broadcast=True)) == "(n, m) @ (n, m): m is not n"


def test_the_sizes_of_the_prime_field_are_large_and_pairwise_distinct():
    n0, n1, n2, m = dims("n0 n1 n2 m")
    W1, W2, X = real("W1", n1, n0), real("W2", n2, n1), real("X", n0, m)
    J = (sigmoid(W2 @ sigmoid(W1 @ X)) ** 2).sum() / m
    assert large_sizes([gradient(J, W1)]) == {m: 64, n0: 32, n1: 16, n2: 10}
    many = graph(9)
    chosen = large_sizes([many])
    assert len(set(chosen.values())) == 9


def test_what_would_be_too_many_numbers_gets_smaller_sizes_or_none():
    n, m = dims("n m")
    A, B = real("A", n, m), real("B", m, n)
    product = A @ B @ A
    assert large_sizes([product]) == {m: 64, n: 32}
    assert large_sizes([jacobian(product, A)]) == {m: 9, n: 8}
    assert large_sizes([jacobian(jacobian(jacobian(product, A), A), A)]) is None


def test_slices_raise_the_sizes_of_the_prime_field():
    x = real("x", dims("n0"))
    assert large_sizes([x[70:]]) == {dims("n0"): 71}
    assert large_sizes([identity(2) + 0]) == {}
