"""Values beside shaken ones: what has lost digits differs in them, what is exact does not."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import dims, real
from gradcheck.graph import KINDS
from gradcheck.notation import log, logsumexp, relu, sigmoid
from gradcheck.numerics import rounding
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.numerics.shaken import Shaken

n, m = dims("n m")
A = real("A", n, m)
VALUES = np.random.default_rng(0).standard_normal((4, 5))


def both(graph, values=VALUES):
    own = Evaluation({A.key: values}, {n: values.shape[0], m: values.shape[1]})
    shaken = Shaken(own)
    return own(graph), shaken.plain(graph), shaken(graph)[-1], rounding.bound(graph, own, {})


def test_digits_that_are_lost_are_seen():
    """1 - σ(30) has 3 digits; σ(-30), which it is, has all."""
    thirty = np.full((1, 1), 30.0)
    for graph, least, most in ((1 - sigmoid(A), 1e-4, 1e-1), (sigmoid(-A), 1e-16, 1e-12)):
        value, _, shaken, _ = both(graph, thirty)
        assert least < abs(shaken - value) / value < most


GRAPHS = [
    A @ A.T,
    (A @ A.T - 1e8) + 1e8,
    log(sigmoid(A)),
    logsumexp(A, axis=0),
    relu(A) / 3,
    (A * A).sum(axis=1),
    A.max(),
]


EXAMPLES = [make(A) for kind in KINDS if kind.verb != "differentiated" for make in kind.examples]


@pytest.mark.parametrize("graph", [*GRAPHS, *EXAMPLES], ids=repr)
def test_values_are_as_they_are_and_shaken_ones_within_the_bound_of_rounding(graph):
    value, plain, shaken, bound = both(graph)
    np.testing.assert_array_equal(plain, value)
    assert np.all(np.abs(shaken - value) <= 4 * bound)


@pytest.mark.parametrize("graph", [A, A.T, A > 0.1, A.reshape(-1), A.max() == A, np.where(A > 0, A, 2.0) > 1], ids=repr)
def test_what_is_exact_is_not_shaken(graph):
    value, _, shaken, _ = both(graph)
    np.testing.assert_array_equal(np.broadcast_to(shaken, value.shape), value)


def test_signs_are_the_same_every_time():
    np.testing.assert_array_equal(both(A @ A.T)[2], both(A @ A.T)[2])
