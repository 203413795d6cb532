"""Subscripts by sizes: where sizes decide, and where they do not."""

import numpy as np
import pytest

from gradcheck import dims, real
from gradcheck.graph import einsum
from gradcheck.repair.field import Field, small_sizes
from gradcheck.repair.subscripts import BySizes, labels_of

n, m, k = dims("n m k")


def test_axes_of_one_size_have_one_label():
    assert labels_of([("n", "m"), ("m", "k")], ("n", "k")) == ([(0, 1), (1, 2)], (0, 2))


def test_axes_of_size_1_are_summed_or_stand_in_the_result():
    assert labels_of([("n", 1), ("n", "m")], ("m", 1)) == ([(0, 1), (0, 2)], (2, 1))


@pytest.mark.parametrize(
    ("shapes", "result"),
    [
        ([("n", "n")], ("n",)),  # a diagonal is not what a product of matrices is
        ([("n", "m")], ("n", "n")),
        ([("n", "m")], ("k",)),
        ([("n",)], ("n", 1)),
    ],
)
def test_where_sizes_do_not_decide_there_are_no_labels(shapes, result):
    assert labels_of(shapes, result) is None
    assert not BySizes((n, n)).build(real("x", n, n)).conforms


def test_values_and_the_expression_are_those_of_einsum():
    x, y = real("x", n, m, 1), real("y", n, k)
    field = Field([x, y], small_sizes([x, y]), True)
    by_sizes = BySizes((k, m))
    values, _ = by_sizes.values(field, field.value(x)[None], field.value(y)[None])
    expected = einsum("nmo,nk->km", x, y)
    assert np.array_equal(values[0], field.value(expected))
    assert np.array_equal(field.value(by_sizes.build(x, y)), field.value(expected))
    assert by_sizes.shape(field, field.value(x).shape, field.value(y).shape) == field.value(expected).shape
