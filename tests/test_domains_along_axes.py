"""Labels and distributions along any axis: points lie in them, proofs use them, and what needs more is not proved."""

from __future__ import annotations

import numpy as np
import pytest
from samples import judged

from gradcheck import distribution, gradient, one_hot, real
from gradcheck.graph import dims, domains
from gradcheck.graph.sizes import SizeError
from gradcheck.notation import log, log_softmax, positive, softmax, sqrt
from gradcheck.sampling.point import Point

n, m, k = dims("n m k")
Z, c = real("Z", n, m), real("c")
H, D = one_hot("H", n, m, axis=1), distribution("D", n, m, axis=1)
P, q, Q = distribution("P", n, m), distribution("q", n), positive("Q", n, m)

WRONG = {
    "columns of one-hot rows": (H.sum(axis=0), 1 + 0 * Z[0]),
    "columns of distributions in rows": (D.sum(axis=0), 1 + 0 * Z[0]),
    "rows of distributions in columns": (P.sum(axis=1), 1 + 0 * Z[:, 0]),
    "positive numbers": (Q.sum(axis=0), 1 + 0 * Z[0]),
    "a square": ((P**2).sum(axis=0), 1 + 0 * Z[0]),
    "labels": (P * P, P),
    "cross-entropy, columns": (gradient(-(D * log_softmax(Z, axis=1)).sum(), Z), softmax(Z, axis=0) - D),
    "cross-entropy, no distribution": (gradient(-(Q * log_softmax(Z, axis=0)).sum(), Z), softmax(Z, axis=0) - Q),
    "entropy": (gradient(-(q * log(q)).sum(), q), -log(q)),
    "root of a sum": (sqrt(q).sum() + 0 * c, 1 + 0 * c),
    "a formal derivative": (gradient(q.sum(), q), 0 * q),
}
RIGHT = {
    "one-hot rows": (H.sum(axis=1), 1 + 0 * Z[:, 0]),
    "one class twice": (H[:, 0] * H[:, 1], 0 * Z[:, 0]),
    "squares of labels": (H**2, H),
    "exp of labels": (np.exp((H * Z).sum(axis=1)), (H * np.exp(Z)).sum(axis=1)),
    "softmax of rows": (gradient(-(H * log_softmax(Z, axis=1)).sum(), Z), softmax(Z, axis=1) - H),
    "distributions in rows": (D.sum(axis=1), 1 + 0 * Z[:, 0]),
    "distributions in columns": (P.sum(axis=0), 1 + 0 * Z[0]),
    "soft labels": (gradient(-(D * log_softmax(Z, axis=1)).sum(), Z), softmax(Z, axis=1) - D),
    "soft labels in columns": (gradient(-(P * log_softmax(Z, axis=0)).sum(), Z), softmax(Z, axis=0) - P),
    "entropy": (gradient(-(q * log(q)).sum(), q), -log(q) - 1),
    "roots": ((sqrt(q) ** 2).sum() + 0 * c, 1 + 0 * c),
    "roots on a sphere": (gradient((sqrt(q)).sum(), q), 1 / (2 * sqrt(q))),
    "log of a product": (log(q[0] * q[1]) + 0 * c, log(q[0]) + log(q[1]) + 0 * c),
    "the last share": (1 - q[:-1].sum() + 0 * c, q[-1] + 0 * c),
    "softmax of logs": (softmax(log(q)), q),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refuted(name):
    assert judged([WRONG[name]]) == ["refuted"]


@pytest.mark.parametrize("name", RIGHT)
def test_what_is_right_is_proved(name):
    assert judged([RIGHT[name]]) == ["proved"]


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_points_lie_in_their_domain(axis):
    shares, labels = distribution("S", n, m, k, axis=axis), one_hot("T", n, m, k, axis=axis - 3)
    for sizes in ({n: 5, m: 3, k: 2}, {n: 1, m: 1, k: 1}, {n: 40, m: 2, k: 3}):
        values = Point(sizes, 3).values([shares, labels])
        assert np.all(values[shares.key] > 0)
        np.testing.assert_array_equal(values[shares.key].sum(axis=axis), 1.0)
        np.testing.assert_array_equal(values[labels.key].sum(axis=axis), 1.0)
        assert set(np.unique(values[labels.key])) <= {0.0, 1.0}


@pytest.mark.parametrize("make", [one_hot, distribution])
def test_an_axis_that_there_is_not_is_refused(make):
    with pytest.raises(SizeError, match=rf"^{make.__name__}\('Y', …, axis=2\): there are 2 axes, counted from 0$"):
        make("Y", n, m, axis=2)
    with pytest.raises(SizeError, match=rf"{make.__name__}\('y', …, axis=0\): there are 0 axes"):
        make("y")


def test_domains_of_one_axis_are_one_domain():
    assert one_hot("Y", n, m).domain is domains.ONE_HOT is one_hot("Y", n, m, axis=-2).domain
    assert one_hot("Y", n, m).key != one_hot("Y", n, m, axis=1).key
    assert repr(D.domain) == "distribution"
