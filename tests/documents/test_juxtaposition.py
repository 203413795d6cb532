"""Printed products: everything that texts write with a sign, nothing that transposes or broadcasts, each value once."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck import dims, printing, reading, real
from gradcheck.graph.refusals import refusals_as_data
from gradcheck.numerics.evaluate import Evaluation

n, m, k = dims("n m k")
A, B, C, D = real("A", n, m), real("B", m, k), real("C", n, k), real("D", n, k)
Q, R, S = real("Q", n, n), real("R", n, n), real("S", n, n)
x, y = real("x", n, 1), real("y", n, 1)
c = real("c", 1, 1)
v = real("v", n)


def found(*parts):
    with refusals_as_data():
        return reading(*parts).under(None)


def texts(*parts):
    return [printing.source(array) for array in found(*parts).each.values()]


@pytest.mark.parametrize(
    "parts",
    [
        (A, C),  # Aᵀ C would fit
        (A, "*", B.T),
        (x, "·", A),
        (A, "*", x),  # NumPy broadcasts
        (A, "+", x),
        (A, "-", real("b", 1, m)),
        (A, "/", x),
        (C, "∘", B),
        (A, "⊙", B),
        (A, "@", C),
        (2, "@", A),
        (c, v),  # NumPy makes a row of it
        (1, "/", A),
    ],
    ids=lambda thing: " ".join(map(str, thing)),
)  # fmt: skip
def test_nothing_is_transposed_or_broadcast(parts):
    assert texts(*parts) == []


def test_columns_side_by_side_are_no_scalar_product():
    assert texts(x, y) == texts(x, "*", y) == ["x * y"]
    assert texts(x, "·", y) == ["x * y", "(x * y).sum()"]


def test_a_chain_of_matrices_has_one_reading_however_long():
    chain = [real(f"A{i}", size, after) for i, (size, after) in enumerate(itertools.pairwise(dims("a b c d e f g")))]
    assert texts(*chain[:5]) == ["A0 @ A1 @ A2 @ A3 @ A4"]
    assert len(texts(*chain)) == 1


@pytest.mark.parametrize(
    "parts",
    [
        (Q, "@", R, "@", Q, "@", R),
        (C, "*", D, "·", C, "∘", D),
        (A, B, "*", C, "*", D),  # (A B) * C * D
        (2, A, c, B, 3),
        (c, A, B, "/", m),
        (A, "/", m, B, "/", c),
        (1, "/", m, A, B),
        ("-", A, B),
        ("-", 2, A, c, B),
        (c, "*", c, "·", m),
    ],
    ids=lambda thing: " ".join(map(str, thing)),
)
def test_groupings_of_one_value_are_one_reading(parts):
    assert len(texts(*parts)) == 1


@pytest.mark.parametrize(
    ("parts", "number"),
    [
        ((Q, R, S), 6),  # Q R S, Q ∘ R ∘ S, and either product in either grouping of the two
        ((Q, "∘", R, "@", Q), 2),
        ((1, "/", m, c), 2),
        ((c, "/", m, "/", c), 2),
        ((Q, "@", R, "+", Q, "*", R), 2),
        ((Q, "-", R, "@", Q, "∘", R), 2),
        ((Q, "/", R, "/", Q), 2),
        ((Q, "/", R, "∘", Q), 2),
        ((x, "·", y), 2),
        ((x, "·", x, "·", y), 4),  # (x · x) y, x (x · y), x * x * y, and the scalar products of x * x and y
        ((Q, "@", v, "@", R), 2),
    ],
    ids=lambda thing: " ".join(map(str, thing)) if isinstance(thing, tuple) else None,
)
def test_groupings_of_different_values_are_several(parts, number):
    assert len(texts(*parts)) == number


def test_vectors_of_one_axis_do_not_associate():
    assert texts(Q, "@", v, "@", R) == ["Q @ v @ R", "Q @ (v @ R)"]


SHAPES = {"n×n": (3, 3), "n×1": (3, 1), "1×n": (1, 3), "n×m": (3, 2), "m×n": (2, 3), "1×1": (1, 1), "n": (3,), "": ()}
SIZES = {n: 3, m: 2}
SYMBOLIC = {3: n, 2: m, 1: 1}


def products_of(sign, left, right):
    """What a sign may mean between two arrays of numbers, by rules of its own."""
    one = [array.size == 1 for array in (left, right)]
    scales = (one[0] and left.ndim <= right.ndim), (one[1] and right.ndim <= left.ndim)
    if sign in ("+", "-", "/"):
        if left.shape == right.shape or scales[1] or (scales[0] and (sign != "/" or all(one))):
            yield {"+": np.add, "-": np.subtract, "/": np.divide}[sign](left, right)
        return
    is_contracted = left.ndim > 0 and right.ndim > 0 and left.shape[-1] == right.shape[0]
    if is_contracted and (sign == "@" or (sign in ("", "*", "·") and not any(one))):
        yield left @ right
    if sign != "@" and (left.shape == right.shape or any(scales)):
        yield left * right
        if sign == "·" and left.ndim == 2 and 1 in left.shape and not any(one):
            yield (left * right).sum()


def values_of(parts, signs, is_negative=False):
    """All values of a row of arrays of numbers, grouped in every way."""
    sums = [i for i, sign in enumerate(signs) if sign in ("+", "-")]
    if is_negative and not sums:
        return [-value for value in values_of(parts, signs)]
    if len(parts) == 1:
        return list(parts)
    splits = sums[-1:] or range(len(signs))
    return [
        value
        for split in splits
        for left in values_of(parts[: split + 1], signs[:split], is_negative)
        for right in values_of(parts[split + 1 :], signs[split + 1 :])
        for value in products_of(signs[split], left, right)
    ]


def distinct(values):
    return {(value.shape, tuple(np.round(value.ravel(), 9))) for value in map(np.asarray, values)}


@given(st.data())
def test_the_readings_are_the_values_of_all_groupings_and_each_of_them_once(data):
    shapes = data.draw(st.lists(st.sampled_from(sorted(SHAPES.values())), min_size=2, max_size=5))
    signs = data.draw(st.lists(st.sampled_from(["", "", "*", "·", "@", "∘", "/", "+", "-"]), min_size=4, max_size=4))
    is_negative, signs = data.draw(st.booleans()), signs[: len(shapes) - 1]
    parts = [real(f"P{i}", *(SYMBOLIC[size] for size in sizes)) for i, sizes in enumerate(shapes)]
    rng = np.random.default_rng(len(shapes))
    numbers = [rng.uniform(0.5, 1.5, sizes) for sizes in shapes]
    expected = distinct(values_of(numbers, signs, is_negative))
    row = [thing for pair in itertools.zip_longest(parts, signs) for thing in pair if thing not in (None, "")]
    each = found(*["-"] * is_negative, *row).each
    if "refused" in each:
        assert len(expected) > 3
        return
    evaluation = Evaluation({part.key: number for part, number in zip(parts, numbers, strict=True)}, SIZES)
    assert distinct(evaluation(array) for array in each.values()) == expected
