"""What a derivation is written in: layouts of derivatives, matrices, and what documents call things."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import notation
from gradcheck.functions import TABLE
from gradcheck.graph import Misfit, ShapeError, ShapeOf, dims, domains
from gradcheck.notation import basis, bits, diag, gradient, jacobian, one_hot, positive, real, shape, unit
from gradcheck.numerics import increments
from gradcheck.numerics.evaluate import Evaluation

n, m, k = dims("n m k")
c, v, w = real("c"), real("v", n), real("w", m)
column, other, row = real("column", n, 1), real("other", m, 1), real("row", 1, n)
A = real("A", n, m)
number = real("number", 1, 1)


def test_the_gradient_of_several_numbers_does_not_conform():
    with pytest.raises(
        ShapeError, match=r"gradient of an array of shape \(n,\): it is not one number; sum it to a cost"
    ):
        gradient(v, v).shape


@pytest.mark.parametrize("of", [c, number, number.reshape(1)])
def test_the_gradient_has_the_shape_of_what_it_is_taken_by(of):
    for by in (A, v, c, column):
        assert gradient(of * by.sum(), by).shape == by.shape


@pytest.mark.parametrize(
    ("of", "by", "expected"),
    [
        (c, v, (n,)),
        (v, c, (n,)),
        (c, column, (1, n)),  # the differential of a number at a column is a row
        (number, column, (1, n)),
        (column, c, (n, 1)),
        (column, number, (n, 1)),
        (column, other, (n, m)),
        (column, row.T, (n, n)),
        (row, column, (n, n)),
        (v, w, (n, m)),
        (column, w, (n, m)),
        (A, v, (n, m, n)),
        (c, A, (n, m)),
        (A, c, (n, m)),
        (A, A, (n, m, n, m)),
        (c, c, ()),
        (number, number, (1, 1)),
    ],
)
def test_the_jacobian_is_in_numerator_layout(of, by, expected):
    assert jacobian(of, by).shape == expected


def test_derivatives_of_what_does_not_conform_do_not_conform():
    for derivative in (gradient, jacobian):
        assert isinstance(derivative((A @ A).sum(), A), Misfit)
        assert isinstance(derivative(c, A @ A), Misfit)


ENTRIES = {
    "an entry": lambda a: a[0, 1],
    "from behind": lambda a: a[-1, -2],
    "at a size": lambda a: a[n - 1, 0],
    "a row": lambda a: a[0],
    "an entry of a row": lambda a: a[0][1],
    "a block": lambda a: a[0:1, :2],
    "a column": lambda a: a[..., 0:1],
    "with a new axis": lambda a: a[None, 0],
}


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_the_gradient_by_an_entry_is_the_entry_of_the_gradient(entry):
    hidden = np.tanh(A)
    for by, cost in ((A, (A * A).sum() + A[0].sum()), (hidden, (hidden * hidden).sum())):
        assert gradient(cost, entry(by)).key == entry(gradient(cost, by)).key
        assert gradient(cost, entry(by)).key != gradient(cost, entry(by) * 1).key
    assert gradient(v.sum(), v[-1]).key == gradient(v.sum(), v)[-1].key


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=ENTRIES)
def test_the_jacobian_by_an_entry_has_the_entries_along_the_last_axes(entry):
    square, value = np.sin(A).T @ A, np.random.default_rng(0).standard_normal((3, 2))
    at = Evaluation({A.key: value}, {n: 3, m: 2}, derivative=increments.differentiate)
    whole, part = at(jacobian(square, A)), at(jacobian(square, entry(A)))
    chosen = (lambda a: a[2, 0]) if entry is ENTRIES["at a size"] else entry
    for place in np.ndindex(2, 2):
        np.testing.assert_allclose(np.squeeze(part[place]), np.squeeze(chosen(whole[place])), rtol=1e-14)


def test_a_row_that_a_cost_was_computed_from_is_no_variable_of_its_own():
    row = A[0]
    cost = (row * row).sum() + A.sum()
    assert gradient(cost, row).key == gradient(cost, A)[0].key  # 2 A[0] + 1, and not 2 A[0]


def test_what_cuts_nothing_is_a_variable_of_its_own():
    copy = A[:]
    cost = (copy * A).sum()
    assert gradient(cost, copy).key != gradient(cost, A).key
    assert gradient(cost, copy[0]).key == gradient(cost, copy)[0].key


def test_by_an_entry_of_what_does_not_occur_nothing_is_differentiated():
    for by in (column[0, 0], A.T[0], (A * 1)[0]):
        assert gradient(v.sum(), by).args[0].is_vacuous


@pytest.mark.parametrize(
    ("make", "domain"),
    [
        (real, domains.REAL),
        (positive, domains.POSITIVE),
        (unit, domains.UNIT),
        (bits, domains.BITS),
        (one_hot, domains.ONE_HOT),
    ],
)
def test_inputs_carry_their_domain(make, domain):
    node = make("X", n, 3)
    assert (node.name, node.shape, node.domain) == ("X", (n, 3), domain)


def test_matrices():
    point = Evaluation({v.key: np.array([1.0, 2.0]), column.key: np.array([[1.0], [2.0]])}, {n: 2})
    np.testing.assert_array_equal(point(diag(v)), [[1, 0], [0, 2]])
    np.testing.assert_array_equal(point(diag(column)), [[1, 0], [0, 2]])
    np.testing.assert_array_equal(point(basis(n, 2)), [[0], [1]])  # counted from 1
    assert isinstance(diag(A @ A), Misfit)


def test_a_shape_is_a_target_of_its_own():
    target = shape(A @ w)
    assert isinstance(target, ShapeOf)
    assert target.array.shape == (n,)


def test_every_name_is_there_and_functions_are_rows_of_the_table():
    for name in notation.__all__:
        assert hasattr(notation, name)
    for name in ("exp", "log", "sigmoid", "relu", "softplus", "where", "cross_entropy"):
        assert getattr(notation, name) is TABLE[name]
