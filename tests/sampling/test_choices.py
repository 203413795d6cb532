"""Points: sizes that tell symbols apart, entries that hide nothing, the same ones at every run."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.functions import Function
from gradcheck.graph import dims
from gradcheck.notation import real
from gradcheck.sampling.choices import draws, fits, named_points, points, raised, small_points, smallest
from gradcheck.sampling.point import Point
from gradcheck.strategies import activations, losses

n, m, k = dims("n m k")
A, B = real("A", n, m), real("B", m, k)


def test_every_run_looks_at_distinct_sizes_other_distinct_sizes_and_ones():
    found = [dict(point.sizes) for point in named_points([A @ B])]
    assert len(found) == 3
    assert all(len(set(sizes.values())) == 3 for sizes in found[:2])
    assert found[0] != found[1]
    assert set(found[2].values()) == {1}


def test_many_sizes_are_still_distinct():
    symbols = dims(" ".join(f"n{i}" for i in range(12)))
    graph = sum(real(f"x{i}", size).sum() for i, size in enumerate(symbols))
    first = next(named_points([graph]))
    assert len(set(first.sizes.values())) == 12


def test_without_sizes_there_is_one_named_point():
    assert [dict(point.sizes) for point in named_points([real("c")])] == [{}]


SLICED = A[2:4] @ B[:, 1:]


@given(points(SLICED))
def test_drawn_sizes_fit_the_slices(point):
    assert point.sizes[n] >= 4
    assert point.sizes[k] >= 2
    assert fits([SLICED], point.sizes)


def test_sizes_are_raised_together_until_slices_fit_or_else_apart():
    assert raised([SLICED], {n: 1, m: 1, k: 1}) == {n: 4, m: 4, k: 4}
    assert raised([A], {n: 1, m: 2}) == {n: 1, m: 2}
    assert raised([A[:, : n - m]], {n: 1, m: 1}) == {n: 2, m: 1}
    assert raised([A[:, : n - 500]], {n: 1, m: 1}) is None
    assert all(fits([SLICED], point.sizes) for point in named_points([SLICED]))


def test_the_same_name_draws_the_same_and_another_draws_others():
    first, again, other = (draws(points(A @ B), 5, key) for key in ("notes", "notes", "others"))
    assert [str(p) for p in first] == [str(p) for p in again]
    assert [str(p) for p in first] != [str(p) for p in other]
    assert len(first) == 5


def test_the_smallest_failing_example_is_found():
    found = smallest(points(A @ B), lambda point: point.sizes[m] > 1, "key")
    assert (dict(found.sizes), found.seed) == ({n: 1, m: 2, k: 1}, 0)
    assert smallest(st.integers(), lambda number: False, "key") is None
    assert smallest(st.integers(0, 10**6), lambda number: number > 40, "key") == 41


def test_small_points_come_smallest_first_and_fit_the_slices():
    found = list(small_points(A @ B, A[1:]))
    sums = [sum(point.sizes.values()) for point in found]
    assert sums == sorted(sums)
    assert (dict(found[0].sizes), found[0].seed, found[0].scales) == ({n: 2, m: 2, k: 2}, 0, {})
    assert all(point.sizes[n] >= 2 for point in found)
    assert len(set(map(str, found))) == len(found) == 3**4


def test_an_error_in_the_search_is_not_swallowed():
    def fails(number):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        smallest(st.integers(), fails, "key")


def test_entries_depend_on_seed_and_name_only():
    one, two = real("one", n, m), real("two", n, m)
    both = Point({n: 3, m: 4}, 5).values([one, two])
    alone = Point({n: 3, m: 4, k: 7}, 5, {"two": 1}).values([one])
    np.testing.assert_array_equal(both[one.key], alone[one.key])
    assert not np.any(both[one.key] == both[two.key])
    assert not np.array_equal(both[one.key], Point({n: 3, m: 4}, 6).values([one])[one.key])


def test_scales_are_powers_of_ten_of_one_input():
    base, scaled = (Point({n: 3, m: 4}, 5, scales).values([A])[A.key] for scales in ({}, {"A": -2}))
    np.testing.assert_array_equal(scaled, base / 100)


def test_a_point_fits_on_a_line():
    assert str(Point({n: 2, m: 3}, 7, {"A": -2, "B": 0})) == "n=2, m=3, A·1e-2, seed 7"
    assert str(Point({})) == "seed 0"


@given(activations())
def test_activations_are_rows_of_one_argument(row):
    assert isinstance(row, Function)
    assert row.arity == 1


@given(losses())
def test_losses_are_rows_of_prediction_and_label(row):
    assert row.arity == 2
