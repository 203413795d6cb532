"""Points: what their texts say, and what becomes of the entries at degenerate ones."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.graph import dims
from gradcheck.notation import bits, one_hot, positive, real, unit
from gradcheck.sampling.point import PATTERNS, Point

n, m = dims("n m")
INPUTS = {"A": real("A", n, n), "x": real("x", n, m), "p": positive("p", n, n), "u": unit("u", n, m)}
MASKS = {"B": bits("B", n, m), "H": one_hot("H", n, m)}
SIZES = {n: 3, m: 4}


def entries(node, pattern="", **scales):
    return Point(SIZES, 1, scales, pattern).values([node])[node.key]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("name", ["p", "u", *MASKS])
def test_no_pattern_leaves_the_domain(name, pattern):
    values = entries({**INPUTS, **MASKS}[name], pattern)
    allowed = {"p": values > 0, "u": (values > 0) & (values < 1)}.get(name, (values == 0) | (values == 1))
    assert np.all(allowed)
    if name == "H":
        assert np.all(values.sum(axis=0) == 1)


def test_patterns_are_what_they_are_called():
    A, x = INPUTS["A"], INPUTS["x"]
    assert np.all(entries(A, "zeros") == 0)
    assert np.ptp(entries(x, "constant")) == 0
    np.testing.assert_array_equal(entries(A, "symmetric"), entries(A, "symmetric").T)
    np.testing.assert_array_equal(entries(x, "symmetric"), entries(x))
    np.testing.assert_array_equal(entries(x, "saturated"), 60 * entries(x))


def test_without_a_pattern_nothing_is_degenerate():
    values = entries(INPUTS["A"])
    assert np.all(values != 0)
    assert not np.array_equal(values, values.T)


def test_scales_apply_to_the_input_that_they_name():
    np.testing.assert_allclose(entries(INPUTS["A"], A=-6), 1e-6 * entries(INPUTS["A"]))
    np.testing.assert_array_equal(entries(INPUTS["x"], A=-6), entries(INPUTS["x"]))


def test_the_text_names_all_that_it_takes_to_repeat_the_point():
    assert str(Point(SIZES, 7, {"A": -6, "x": 0}, "symmetric")) == "n=3, m=4, A·1e-6, symmetric, seed 7"


def test_other_seeds_and_sizes_keep_the_rest():
    point = Point(SIZES, 7, {"A": -6}, "saturated")
    assert point.with_seed(8) == Point(SIZES, 8, {"A": -6}, "saturated")
    assert point.with_sizes({n: 2}) == Point({n: 2}, 7, {"A": -6}, "saturated")


def test_inputs_whose_names_share_a_checksum_have_entries_of_their_own():
    n = dims("n")
    twins = [real(name, n) for name in ("plumless", "buckeroo")]
    first, second = Point({n: 5}).values(twins).values()
    assert not np.any(np.isclose(first, second))
