"""What is seen of a graph is true of its values, and what is not true is never seen."""

from __future__ import annotations

import pytest

from gradcheck.graph import as_array
from gradcheck.notation import (
    abstract,
    bits,
    dims,
    exp,
    gradient,
    log,
    positive,
    real,
    relu,
    sigmoid,
    softplus,
    sqrt,
    unit,
)
from gradcheck.proofs.structure import Visible

n, m = dims("n m")
x, y, p, a, t, S = real("x", n), real("y", n), positive("p", n), unit("a", n), bits("t", n), real("S", n, n)
g = abstract("g")
SLOPE = gradient(exp(x).sum(), x)
SEEN = Visible({n: 3, m: 4})


# ---- what must not be seen -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("graph", [x, x * p, p - a, -p, log(p), t, S @ p, as_array(0), relu(x)], ids=repr)
def test_what_may_not_be_positive_is_not_seen_as_positive(graph):
    assert not SEEN.is_positive(graph)


@pytest.mark.parametrize("graph", [x, x * y, exp(x + y), x / y, 2 / x, S @ x, x**2], ids=repr)
def test_what_is_no_sum_is_not_seen_as_one(graph):
    assert SEEN.summands(graph) is None


@pytest.mark.parametrize("graph", [x * y, x / y, sqrt(x), x**2, x**3, p + a, p**y], ids=repr)
def test_what_has_no_log_for_sure_is_not_taken_apart(graph):
    assert SEEN.factors(graph) is None


@pytest.mark.parametrize(
    "summands",
    [[relu(x)], [t], [g(x)], [relu(x), y, -y], [x * relu(y)], [relu(x)[1:]], [gradient(relu(x).sum(), x)]],
    ids=repr,
)
def test_what_may_be_constant_on_an_open_set_may_vanish_there(summands):
    assert SEEN.may_vanish(summands)


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


@pytest.mark.parametrize("summands", [[x], [S @ x, y], [exp(x), -y], [relu(x), y], [x * x], [SLOPE]], ids=repr)
def test_what_is_analytic_or_has_a_free_term_does_not_vanish_on_an_open_set(summands):
    assert not SEEN.may_vanish(summands)


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
