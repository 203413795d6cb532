"""What is seen of a graph is true of its values, and what is not true is never seen."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.graph import as_array
from gradcheck.notation import (
    abstract,
    bits,
    cos,
    dims,
    exp,
    gradient,
    log,
    positive,
    real,
    relu,
    sigmoid,
    sin,
    softplus,
    sqrt,
    tanh,
    unit,
)
from gradcheck.numerics import reverse_mode
from gradcheck.proofs.structure import Visible

n, m = dims("n m")
x, y, p, a, t, S = real("x", n), real("y", n), positive("p", n), unit("a", n), bits("t", n), real("S", n, n)
w, g = real("w"), abstract("g")
SLOPE = gradient(exp(x).sum(), x)
SEEN = Visible({n: 3, m: 4})


# ---- what must not be seen -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("graph", [x, x * p, p - a, -p, log(p), t, S @ p, as_array(0), relu(x)], ids=repr)
def test_what_may_not_be_positive_is_not_seen_as_positive(graph):
    assert not SEEN.is_positive(graph)


@pytest.mark.parametrize("graph", [x, x * y, exp(x + y), x / y, 2 / x, S @ x, x**2], ids=repr)
def test_what_is_no_sum_is_not_seen_as_one(graph):
    assert SEEN.summands(graph) is None


@pytest.mark.parametrize("graph", [x * y, x / y, sqrt(x), x**2, x**3, p + a, p**y, x * -(x**2), (x - p) ** 2], ids=repr)
def test_what_has_no_log_for_sure_is_not_taken_apart(graph):
    assert SEEN.factors(graph) is None


@pytest.mark.parametrize(
    "summands",
    [
        *([relu(x)], [t], [g(x)], [relu(x), y, -y], [x * relu(y)], [relu(x)[1:]], [gradient(relu(x).sum(), x)]),
        *([sqrt(x * x), -x], [(x**4) ** 0.25 - x], [exp(log(x * x) / 2) - x], [y * (sqrt(x * x) - x)], [abs(x) - x]),
        *([sin(2 * x) - 2 * sin(x) * cos(x)], [log(p * a), -log(p), -log(a)], [exp(x) - exp(y)], [log(p)], [sin(x)]),
        *([S @ relu(x), t], [S @ relu(x)], [S @ (sqrt(x * x) - x)], [np.broadcast_to(w, (n,)) @ tanh(x)]),
        *([S.sum(axis=0) * relu(x)], [S @ x * relu(x)], [y * relu(x) + y], [tanh(g(x))], [softplus(x) - exp(x)]),
        *([np.einsum("ij,j,k->i", S, x, log(p))], [t * x + x], [sqrt(x * x) - y + y]),
    ],
    ids=repr,
)
def test_what_may_be_constant_on_an_open_set_may_vanish_there(summands):
    assert SEEN.witnesses(map(reverse_mode.expand, summands)) is None


# ---- what is seen ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("graph", [p, p * a, p / a + 1, exp(x), softplus(x), p.sum() ** y, p[1:], sigmoid(x)], ids=repr)
def test_what_is_positive_by_its_parts_is_seen_as_positive(graph):
    assert SEEN.is_positive(graph)


@pytest.mark.parametrize(
    ("graph", "parts"),
    [
        (x + y, [(1, x), (1, y)]),
        (x - y, [(1, x), (-1, y)]),
        (-x, [(-1, x)]),
        (x * m, [(4, x)]),
        (3 * x, [(3, x)]),
        (x / 4, [(0.25, x)]),
    ],
    ids=repr,
)
def test_sums_and_multiples_by_numbers_are_seen(graph, parts):
    assert [(float(c), part.key) for c, part in SEEN.summands(graph)] == [(c, part.key) for c, part in parts]


@pytest.mark.parametrize(
    ("graph", "parts"),
    [(x * p, [(1, x), (1, p)]), (p / x, [(1, p), (-1, x)]), (p**3, [(3, p)]), (sqrt(p), [(0.5, p)]), (p**2, [(2, p)])],
    ids=repr,
)
def test_products_of_what_is_positive_are_seen(graph, parts):
    assert [(float(c), part.key) for c, part in SEEN.factors(graph)] == [(c, part.key) for c, part in parts]


@pytest.mark.parametrize("never", [x**2, x @ x, abs(x), relu(x), t, sqrt(x)], ids=repr)
def test_products_with_what_is_never_negative_are_seen(never):
    assert [part.key for _, part in SEEN.factors(y * never)] == [y.key, never.key]
    assert [float(power) for power, _ in SEEN.factors(y / never)] == [1, -1]


@pytest.mark.parametrize(
    "summands",
    [
        *([x], [S @ x, y], [exp(x), -y], [relu(x), y], [x * x], [SLOPE], [x / (1 + y * y) - p], [x**3 - y], [S.T @ x]),
        *([g(x) * 2 - y / 3], [S @ sigmoid(x) + relu(y)], [S.T @ exp(g(x))], [y * softplus(g(x)) - log(p)], [tanh(x)]),
        *(
            [p * relu(x).sum() + y],
            [(y + relu(x))[1:]],
            [tanh(y + relu(x)) * x],
            [sqrt(p)],
            [w * (S @ exp(x) + relu(x))],
        ),
    ],
    ids=repr,
)
def test_what_is_rational_or_has_a_free_factor_does_not_vanish_on_an_open_set(summands):
    assert SEEN.witnesses(map(reverse_mode.expand, summands)) is not None


def test_factors_beside_a_free_one_have_to_be_seen_to_be_non_zero():
    (found,) = SEEN.witnesses([S @ tanh(x - y)])
    assert found.key == (x - y).key
    assert [part.key for part in SEEN.witnesses([w * np.sqrt(p - x) * relu(x) + S @ tanh(y)])] == [y.key]


@pytest.mark.parametrize(("graph", "is_keyed"), [(x / y, False), (x**-2, False), (t * x, True), (exp(x), True)])
def test_labels_and_functions_that_are_not_rational_are_seen(graph, is_keyed):
    assert SEEN.is_keyed(x, graph) is is_keyed


@pytest.mark.parametrize(("graph", "has"), [(p**0.5, False), (p**y, True), (x / y, False), (exp(x), False)])
def test_exponents_that_are_no_numbers_are_seen(graph, has):
    assert SEEN.has_symbolic_exponents(graph) is has


def test_a_definition_has_the_numbers_of_the_document_in_it():
    (base, exponent), definition = SEEN.definition(p**3)
    assert (definition, exponent in definition.free_symbols) == (base**3, False)
    (base, _), slope = SEEN.slope(p**3, 0)
    assert slope.equals(3 * base**2)


def test_of_a_derivative_that_is_not_expanded_nothing_is_seen():
    assert SEEN.witnesses([SLOPE]) is None
