"""Products of all entries along axes: wrong derivatives first, entries that are 0, and every reading."""

from __future__ import annotations

import numpy as np
import pytest
from samples import judged

from gradcheck.graph import dims
from gradcheck.notation import bits, exp, gradient, jacobian, log, positive, real
from gradcheck.numerics import increments, reverse_mode, rounding
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.printing import text
from gradcheck.proofs.ranges import Ranges

n, m = dims("n m")
x, X, G, p, t = real("x", n), real("X", n, m), real("G", m), positive("p", n), bits("t", n)
THREE = real("three", 3)

WRONG = {
    "the product itself": (gradient(x.prod(), x), x.prod() + 0 * x),
    "its square": (gradient(x.prod(), x), x.prod() ** 2 / x),
    "the sum of the others": (gradient(x.prod(), x), x.sum() - x),
    "another axis": (gradient((G * X.prod(axis=0)).sum(), X), X.prod(axis=1, keepdims=True) / X),
    "no cotangent": (gradient((G * X.prod(axis=0)).sum(), X), X.prod(axis=0) / X),
    "labels": (t.prod(), t.sum()),
    "log of entries": (log(p.prod()), log(p).mean()),
}
RIGHT = {
    "of all others": (gradient(x.prod(), x), x.prod() / x),
    "written out": (gradient(THREE.prod(), THREE[0]), THREE[1] * THREE[2]),
    "with a cotangent": (gradient((G * X.prod(axis=0)).sum(), X), G * X.prod(axis=0) / X),
    "over all axes": (gradient(X.prod(), X), X.prod() / X),
    "one axis after the other": (X.prod(), X.prod(axis=0).prod()),
    "a mean": (gradient(log(p.prod()) / n, p), 1 / (n * p)),
    "a log": (log(p[0] * p[1]) + 0 * x.sum(), log(p[:2].prod()) + 0 * x.sum()),
    "of exponentials": (exp(THREE).prod(), exp(THREE.sum())),
    "twice": (gradient(gradient(THREE.prod(), THREE)[0], THREE)[1], THREE[2]),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refuted(name):
    assert judged([WRONG[name]]) == ["refuted"]


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_proved(name):
    assert judged([RIGHT[name]]) in (["proved"], ["agrees"]) if name == "a log" else ["proved"]


@pytest.mark.parametrize("values", [[2.0, 3.0, 5.0], [0.0, 3.0, 5.0], [0.0, 0.0, 5.0], [0.0, 0.0, 0.0]])
def test_the_derivatives_are_right_where_entries_are_0(values):
    first, second, third = values
    inner = reverse_mode.expand(gradient(x.prod(), x))
    at = Evaluation({x.key: np.array(values)}, {n: 3}, derivative=increments.differentiate)
    np.testing.assert_array_equal(at(inner), [second * third, first * third, first * second])
    np.testing.assert_allclose(at(gradient(x.prod(), x)), at(inner), rtol=1e-14, atol=1e-300)
    curvature = Evaluation({x.key: np.array(values)}, {n: 3})(reverse_mode.expand(jacobian(inner, x)))
    np.testing.assert_array_equal(curvature, [[0, third, second], [third, 0, first], [second, first, 0]])


@pytest.mark.parametrize("dtype", [np.float64, np.complex128])
def test_the_values_are_numpys(dtype):
    values = np.random.default_rng(1).standard_normal((3, 2)).astype(dtype)
    at = Evaluation({X.key: values}, {n: 3, m: 2}, dtype=dtype)
    for axis in (0, 1, (0, 1), None):
        np.testing.assert_allclose(at(X.prod(axis=axis, keepdims=True)), values.prod(axis=axis, keepdims=True))


def test_a_bound_of_rounding_holds_and_what_is_lost_on_the_way_is_not_bounded():
    def bound(*values):
        at = Evaluation({THREE.key: np.array(values)}, {})
        return float(rounding.bound(THREE.prod(), at, {}))

    assert 0 < bound(0.1, 0.3, 0.7) < 1e-16
    assert bound(1e-200, 1e-200, 1e300) == np.inf
    assert bound(0.0, 1e-200, 1e-200) == 0


def test_between_which_numbers_a_product_lies():
    assert Ranges()(p.prod()) == (0.0, np.inf)
    assert Ranges()(np.tanh(x).prod()) == (-1.0, 1.0)
    assert Ranges()(t.prod()) == (0.0, 1.0)
    assert Ranges()(x.prod()) == (-np.inf, np.inf)


def test_it_is_written_as_its_author_wrote_it():
    made = X.prod(axis=0, keepdims=True)
    assert text(made)[:2] == ("X.prod(axis=0, keepdims=True)", "prod[axis=0, keepdims](X)")
    assert str(X.prod()) == "X.prod()"
