"""Sums of products as matrix products: the same values as einsum has, and einsum itself where there is no product."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gradcheck.graph import Array, contract, make_input
from gradcheck.graph.domains import REAL
from gradcheck.numerics.contractions import matrix_product, spread
from gradcheck.numerics.evaluate import Evaluation

SIZES = {0: 2, 1: 3, 2: 5, 3: 4}
PRODUCTS = [
    ("ij,jk->ik", "as it stands"),
    ("ji,jk->ik", "the left one transposed"),
    ("ij,kj->ik", "the right one transposed"),
    ("ij,jk->ki", "the result transposed"),
    ("jk,ij->ik", "the right one first"),
    ("sij,sjk->sik", "stacks"),
    ("ijs,jsk->isk", "stacks behind"),
    ("i,i->", "vectors"),
    ("ij,j->i", "a matrix and a vector"),
    ("j,ji->i", "a vector and a matrix"),
    ("sj,sj->s", "stacks of vectors"),
    ("is,s->i", "the vector behind"),
]
OTHERS = ["ij,ij->", "ii,ij->j", "ij,jk->", "i,j->ij", "ij,ij->ij", "ij->ji", "ij,jk,k->i", "ijk,k->ij", "ij,kj->i"]


def labels_of(subscripts: str) -> tuple[tuple[tuple[int, ...], ...], tuple[int, ...]]:
    inputs, _, result = subscripts.partition("->")
    letters = {letter: i for i, letter in enumerate("ijks")}
    return tuple(tuple(letters[c] for c in word) for word in inputs.split(",")), tuple(letters[c] for c in result)


def point_of(subscripts: str, batches: tuple[tuple[int, ...], ...], dtype: type) -> tuple[Evaluation, Array]:
    """The sum of products of inputs with values, with batch axes in front of each."""
    labels, result = labels_of(subscripts)
    rng = np.random.default_rng(0)
    operands = [make_input(f"x{k}", [SIZES[label] for label in axes], REAL) for k, axes in enumerate(labels)]
    values = {}
    for operand, axes, batch in zip(operands, labels, itertools.cycle(batches), strict=False):
        shape = batch + tuple(SIZES[label] for label in axes)
        values[operand.key] = (rng.standard_normal(shape) + (1j if dtype is complex else 0)).astype(dtype)
    return Evaluation(values, {}, lead=len(batches[0]), dtype=dtype), contract(operands, labels, result)


@pytest.mark.parametrize(("subscripts", "why"), PRODUCTS, ids=[why for _, why in PRODUCTS])
@pytest.mark.parametrize("dtype", [float, complex, np.longdouble])
@pytest.mark.parametrize("batches", [((), ()), ((6,), (6,)), ((6, 1), (1, 7))], ids=str)
def test_a_matrix_product_has_the_values_of_einsum(subscripts, why, dtype, batches, monkeypatch):
    point, product = point_of(subscripts, batches, dtype)
    inputs, _, result = subscripts.partition("->")
    words = [f"...{word}" for word in inputs.split(",")]
    expected = np.einsum(f"{','.join(words)}->...{result}", *(point(arg) for arg in product.args))
    monkeypatch.setattr(np, "einsum", None)
    found = point(product)
    assert (found.shape, found.dtype) == (expected.shape, expected.dtype)
    np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("subscripts", OTHERS)
def test_what_is_no_matrix_product_is_left_to_einsum(subscripts):
    assert matrix_product(*labels_of(subscripts)) is None
    point, product = point_of(subscripts, ((), ()), float)
    np.testing.assert_allclose(point(product), np.einsum(subscripts, *(point(arg) for arg in product.args)))


@pytest.mark.parametrize(
    "subscripts", ["i,j->ij", "i,j->ji", "ij,ij->ij", "ij->ji", "ijk,k->kij", "jk,ij->jik", "i,j,k->kij"]
)
@pytest.mark.parametrize("batches", [((), ()), ((6,), (6,)), ((6, 1), (1, 7))], ids=str)
def test_where_nothing_is_summed_entries_are_multiplied_as_einsum_does(subscripts, batches, monkeypatch):
    point, product = point_of(subscripts, batches, float)
    inputs, _, result = subscripts.partition("->")
    words = ",".join(f"...{word}" for word in inputs.split(","))
    expected = np.einsum(f"{words}->...{result}", *(point(arg) for arg in product.args))
    monkeypatch.setattr(np, "einsum", None)
    np.testing.assert_allclose(point(product), expected, rtol=1e-15)


@pytest.mark.parametrize("subscripts", ["ij,jk->ik", "ij->i", "ii->i", "ii,j->ij"])
def test_sums_and_diagonals_are_no_products_of_entries(subscripts):
    assert spread(*labels_of(subscripts)) is None


@pytest.mark.parametrize("wrong", ["ij,kj->ik", "ij,jk->ki", "ji,jk->ik"])
def test_a_transpose_more_or_less_is_another_product(wrong):
    assert matrix_product(*labels_of(wrong)) != matrix_product(*labels_of("ij,jk->ik"))


def test_infinite_and_nan_values_pass_through_without_a_warning():
    point, product = point_of("ji,jk->ik", ((), ()), float)
    left, right = product.args
    point.inputs[left.key][0, 0], point.inputs[right.key][0, 1] = np.inf, 0.0
    assert np.isnan(point(product)[0, 1])
    assert np.isinf(point(product)[0, 0])
