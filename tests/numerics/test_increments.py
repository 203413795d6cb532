"""Increments that do not cancel: each row against 50 and more digits, then whole graphs, kinks and batches."""

from __future__ import annotations

from functools import cache

import mpmath
import numpy as np
import pytest
import sympy as sp

from gradcheck.functions import TABLE, abstract, leaky_relu
from gradcheck.functions import table as functions
from gradcheck.graph import derivative, dims, inputs_of, reshape
from gradcheck.notation import cross_entropy, gradient, jacobian, log, positive, real, relu, sigmoid, softplus, tanh
from gradcheck.numerics import increments, reverse_mode
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.sampling.point import Point

EPS = float(np.finfo(float).eps)
ROWS = {
    **TABLE,
    "leaky_relu(0.2)": leaky_relu(0.2),
    "g": abstract("g"),
    "g′": abstract("g").prime,
    "L": abstract("L", 2),
    "L_2": abstract("L", 2).derived(1),
}
ROWS |= {row.prime.name: row.prime for row in [*ROWS.values()] if row.arity == 1}
REAL = [-300.0, -40.0, -3.3, -0.7, -1e-8, 1e-8, 0.3, 1.9, 40.0, 300.0]
AWAY = [-300.0, -40.0, -3.3, -0.7, 0.3, 1.9, 40.0, 300.0]
POSITIVE = [1e-8, 0.02, 0.3, 0.99999, 1.9, 40.0, 300.0]
EIGHTHS = [-300.0, -40.0, -3.25, -0.75, 0.375, 2.0, 40.0, 300.0]
"""Their differences are exact."""
UNIT = [1e-8, 0.02, 0.3, 0.97, 1 - 1e-8]
PLACES = {
    "divide": [REAL, POSITIVE],
    "log": [POSITIVE],
    "log′": [POSITIVE],
    "sqrt": [POSITIVE],
    "sqrt′": [POSITIVE],
    "log1p": [[-0.9, -0.3, *POSITIVE]],
    "log1p′": [[-0.9, -0.3, *POSITIVE]],
    "logaddexp": [EIGHTHS, EIGHTHS],
    "lgamma": [POSITIVE],
    "digamma": [POSITIVE],
    "polygamma(1)": [POSITIVE],
    "power": [POSITIVE, [-1.5, 0.5, 3.0]],
    "where": [[0.0, 1.0], REAL, REAL],
    "cross_entropy": [UNIT, [0.0, 0.4, 1.0]],
    "tanh′": [AWAY],  # flat at 0: increments of two factors cancel, as they do in truth
    "sigmoid′": [AWAY],
}
"""Arguments for each row, from saturation to saturation."""
STEPS = [0.3, -0.05, 1e-3, -1e-6, 1e-9, -1e-12, 1e-30]
"""Deltas, relative to arguments below 1 in size."""
ULPS = 16.0
UNMOVED = {("where", 0)}
SLOTS = [(name, k) for name, row in ROWS.items() for k in range(row.arity) if (name, k) not in UNMOVED]
each_slot = pytest.mark.parametrize(("name", "k"), [pytest.param(*slot, id=f"{slot[0]}-{slot[1]}") for slot in SLOTS])
each_row = pytest.mark.parametrize("name", ROWS)


def change(row, args, deltas):
    """The row's increment, through the graph of its body if it has one."""
    with np.errstate(all="ignore"):
        found = increments.Increments(Evaluation({}, {}))._of_function(row, args, deltas, row.numpy(*args))
    return np.broadcast_to(found, args[0].shape)


def exactly(row):
    """The row in mpmath."""
    if row.is_abstract:
        return lambda *args: row.numpy(*args, sin=mpmath.sin)
    symbols = sp.symbols(f"x:{row.arity}", real=True)
    definition = sp.sympify(row.sympy(*symbols))
    return sp.lambdify(symbols, definition, [{"step": lambda t: mpmath.mpf(t > 0)}, "mpmath"])


def trials(name, k):
    """All arguments and deltas: arrays of arguments, and of deltas by the k-th argument alone."""
    row = ROWS[name]
    places = PLACES.get(name, [REAL] * row.arity)
    *args, steps = (np.ravel(a) for a in np.meshgrid(*places, STEPS))
    moved = steps * np.minimum(np.abs(args[k]), 1.0)
    if name == "cross_entropy" and k == 0:
        moved = steps * np.minimum(args[0], 1 - args[0])
    return args, [moved if i == k else np.zeros_like(moved) for i in range(row.arity)]


@cache
def truth(name, moved):
    """The true increments when the arguments in `moved` move together, in so many digits that nothing cancels."""
    function, args, deltas = exactly(ROWS[name]), *together(name, moved)
    with mpmath.workdps(100 if ROWS[name].is_abstract else 700):  # saturation costs digits
        points = zip(zip(*args, strict=True), zip(*deltas, strict=True), strict=True)
        return np.array([float(difference(function, at, by)) for at, by in points])


def together(name, moved):
    args, _ = trials(name, moved[0])
    return args, [trials(name, k)[1][k] if k in moved else np.zeros_like(args[0]) for k in range(len(args))]


def difference(function, args, deltas):
    before, by = ([mpmath.mpf(v) for v in part] for part in (args, deltas))
    return function(*(a + d for a, d in zip(before, by, strict=True))) - function(*before)


def worst(name, moved, found):
    """The largest error in units in the last place of the true increments, each argument moved alone."""
    args, deltas = together(name, moved)
    exact = truth(name, moved)
    if ROWS[name].is_abstract:  # a sum of waves: their phases are rounded relative to the arguments, and slopes cancel
        moved_by = sum(map(np.abs, deltas))
        size = np.max(np.abs(exact) / moved_by) * moved_by * (1 + np.max(np.abs(args), axis=0))
    else:
        size = sum(np.abs(truth(name, (k,))) for k in moved)
    assert np.all(np.isfinite(found))
    return float(np.max(np.abs(found - exact) / np.maximum(EPS * size, 1e-300)))


# ---- a wrong increment is caught -----------------------------------------------------------------------------------


LINEAR = {("divide", 0), ("cross_entropy", 1)}
LINEAR |= {(n, k) for n in ("add", "subtract", "multiply", "negative", "identity", "where") for k in range(3)}
CURVED = [slot for slot in SLOTS if ROWS[slot[0]].partials and not ROWS[slot[0]].facts.kinks and slot not in LINEAR]


@pytest.mark.parametrize(("name", "k"), CURVED)
def test_a_derivative_in_place_of_an_increment_is_caught(name, k):
    args, deltas = trials(name, k)
    slopes = np.broadcast_to(ROWS[name].partial(k, *args), deltas[k].shape)
    assert worst(name, (k,), slopes * deltas[k]) > 1e9


@each_slot
def test_an_increment_that_is_wrong_in_the_12th_digit_is_caught(name, k):
    args, deltas = trials(name, k)
    found = change(ROWS[name], args, deltas)
    assert worst(name, (k,), found * (1 + 1e-12)) > 1000 or not np.any(found)


@pytest.mark.parametrize("name", ["exp", "sigmoid", "tanh", "sqrt", "cos", "softplus", "divide", "cross_entropy"])
def test_a_difference_of_two_values_is_caught(name):
    args, deltas = trials(name, 0)
    row = ROWS[name]
    moved = [a + d for a, d in zip(args, deltas, strict=True)]
    assert worst(name, (0,), row(*moved) - row(*args)) > 1e12


# ---- a right one is right ------------------------------------------------------------------------------------------


@each_slot
def test_the_increment_is_right_to_a_few_units_in_the_last_place(name, k):
    args, deltas = trials(name, k)
    assert worst(name, (k,), change(ROWS[name], args, deltas)) <= ULPS


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.arity == 2 and not row.facts.kinks])
def test_arguments_may_move_together(name):
    found = change(ROWS[name], *together(name, (0, 1)))
    assert worst(name, (0, 1), found) <= ULPS


@pytest.mark.parametrize("name", ["maximum", "minimum", "greater", "less", "greater_equal", "less_equal"])
@pytest.mark.parametrize(
    ("dx", "dy"), [(1.0, -1.0), (-1.0, 1.0), (0.0, 0.25), (0.25, 0.25), (1e-20, 0.0), (-1e-20, 1e-20), (0.0, -1e-300)]
)
def test_two_arguments_may_pass_each_other(name, dx, dy):
    args = [np.array([0.5, 0.5, 2.0, -2.0]), np.array([0.5, 0.75, -1.0, -1.0])]
    deltas = [np.full(4, dx), np.full(4, dy)]
    with mpmath.workdps(350):
        exact = [float(difference(exactly(ROWS[name]), at, (dx, dy))) for at in zip(*args, strict=True)]
    np.testing.assert_allclose(change(ROWS[name], args, deltas), exact, rtol=4 * EPS, atol=0)


@pytest.mark.parametrize("name", ["relu", "relu′", "abs", "leaky_relu(0.01)", "leaky_relu(0.2)"])
@pytest.mark.parametrize("x", [-1.5, -1e-9, 0.0, 1e-9, 1.5])
@pytest.mark.parametrize("d", [-2.0, -1e-9, 0.0, 1e-9, 2.0])
def test_a_step_may_cross_a_kink(name, x, d):
    with mpmath.workdps(60):
        exact = float(difference(exactly(ROWS[name]), [x], [d]))
    assert float(change(ROWS[name], [np.array(x)], [np.array(d)])) == pytest.approx(exact, rel=4 * EPS, abs=0)


@pytest.mark.parametrize(("x", "n"), [(-1.5, 3.0), (-1.5, 2.0), (-2.0, -1.0), (0.0, 2.0), (0.0, 1.0), (0.0, 0.0)])
@pytest.mark.parametrize("d", [1e-3, -1e-9, 1e-30])
def test_whole_powers_of_numbers_that_are_not_positive(x, n, d):
    found = change(functions.power, [np.array(x), np.array(n)], [np.array(d), np.zeros(())])
    with mpmath.workdps(200):
        assert float(found) == pytest.approx(float((mpmath.mpf(x) + d) ** n - mpmath.mpf(x) ** n), rel=1e-15, abs=0)


def test_a_mask_cannot_move():
    one = np.ones(())
    assert np.isnan(change(functions.where, [one, one, one], [-one, 0 * one, 0 * one]))


@each_row
def test_every_row_has_an_increment_or_a_body(name):
    row = ROWS[name]
    assert (row.increment is None) == (row.body is not None)


@each_row
def test_kinks_are_linear(name):
    row = ROWS[name]
    if row.facts.kinks:
        args, deltas = [[3.0, 5.0][: row.arity], [0.25, -2.0][: row.arity]]
        moved = [a + d for a, d in zip(args, deltas, strict=True)]
        (kink,) = row.facts.kinks
        assert kink(*moved) == kink(*args) + kink(*deltas)


# ---- graphs --------------------------------------------------------------------------------------------------------

n, m = dims("n m")
x, y, A, B, P = real("x", n), real("y", n), real("A", n, m), real("B", m, n), positive("P", n)
g = abstract("g")
SIZES = {n: 2, m: 3}


def at(*graphs, seed=0, **values):
    nodes = inputs_of(graphs)
    drawn = Point(SIZES, seed).values(nodes)
    given = {node.key: np.asarray(values.get(node.name, drawn[node.key]), float) for node in nodes}
    return Evaluation(given, SIZES, derivative=increments.differentiate)


def test_a_wrong_increment_of_a_row_is_seen_on_a_graph(monkeypatch):
    target = gradient((tanh(A) ** 2).sum(), A)
    right = at(target)(target)
    monkeypatch.setitem(functions.tanh.__dict__, "increment", lambda x, d, y: d * (1 - y))
    assert np.all(np.abs(at(target)(target) / right - 1) > 1e-3)


def test_a_step_that_crosses_a_kink_has_no_value():
    target = gradient(relu(x - y).sum(), x)
    found = at(target)(target)
    near = at(target, x=[1.0, 2.0], y=[1.0 + 1e-13, 1.0])(target)
    assert np.all(np.isfinite(found))
    np.testing.assert_array_equal(near, [np.nan, 1])


@pytest.mark.parametrize("kinked", [relu, abs, lambda t: np.maximum(t, 0), lambda t: t > 0, leaky_relu(0.2).prime])
def test_a_kink_is_known_exactly(kinked):
    target = gradient((kinked(x) * y).sum(), x)
    on = at(target, x=[0.0, 1e-300])(target)
    assert np.isnan(on[0])
    assert np.isfinite(on[1])


def test_a_kink_that_nothing_reaches_is_none():
    target = gradient((relu(relu(x)) * relu(y) * x).sum(), x)
    np.testing.assert_array_equal(at(target, x=[-1.0, 2.0], y=[1.0, 0.0])(target), [0, 0])
    picked = gradient(np.where(y > 0, x, relu(x)).sum(), x)
    np.testing.assert_array_equal(at(picked, x=[0.0, 2.0], y=[1.0, -1.0])(picked), [1, 1])


def test_outside_the_domain_there_is_no_value():
    target = gradient(log(x).sum(), x)
    assert np.all(np.isnan(at(target, x=[-1.0, 2.0])(target)))
    apart = derivative(log(x), x)
    np.testing.assert_array_equal(np.isnan(np.diag(at(apart, x=[-1.0, 2.0])(apart))), [True, False])


def test_derivatives_inside_have_no_increment_unless_they_stay():
    slope = gradient(g(x).sum(), x)
    moving, still = gradient((slope * x).sum(), x), gradient((slope * y).sum(), y)
    assert np.all(np.isnan(at(moving)(moving)))
    assert np.all(np.isnan(increments.terms(at(moving), moving.args[0])))
    np.testing.assert_allclose(at(still)(still), at(still)(g.prime(x)), rtol=4 * EPS)


def test_by_a_derivative_itself():
    slope = gradient((x * x).sum(), x)
    target = gradient((slope * slope).sum(), slope)
    np.testing.assert_allclose(at(target, x=[1.0, -2.0])(target), [4.0, -8.0], rtol=4 * EPS)


def test_entries_of_any_size_stand_side_by_side():
    target = gradient((log(P) + P * P).sum(), P)
    values = np.array([1e-200, 1e150])
    np.testing.assert_allclose(at(target, P=values)(target), 1 / values + 2 * values, rtol=4 * EPS)


def test_where_everything_is_0():
    target = jacobian(tanh(x) * (1 + x), x)
    np.testing.assert_array_equal(at(target, x=[0.0, 0.0])(target), np.eye(2))


def test_an_intermediate_moves_alone():
    z = sigmoid(x)
    target = gradient((z * x * functions.sigmoid.prime(x)).sum(), z)
    point = at(target)
    np.testing.assert_allclose(point(target), point(x * functions.sigmoid.prime(x)), rtol=4 * EPS)


def test_what_does_not_move_and_what_is_moved():
    assert np.all(at(jacobian(A, x), x=[1.0, 2.0])(derivative(A, x)) == 0)
    np.testing.assert_array_equal(at(A * x[:, None])(jacobian(x, x) @ A), at(A)(A))


def test_an_increment_has_the_shape_of_the_result():
    column, row = real("column", n, 1), real("row", 1, m)
    for by, repeated in ((column, SIZES[m]), (row, SIZES[n])):
        target = gradient((column + row).sum(), by)
        np.testing.assert_array_equal(at(target)(target), np.full_like(at(target)(by), repeated))
        assert np.all(increments.terms(at(target), target.args[0]) == repeated)


def test_saturation_loses_nothing():
    # from z, the derivative of the cross-entropy is σ(z) - y, and that is small exactly
    labels = np.array([1.0, 0.0])
    target = gradient((softplus(x) - y * x).sum(), x)
    for size in (20.0, 36.0):
        values = np.array([size, -size])
        found = at(target, x=values, y=labels)(target)
        assert found[1] == pytest.approx(1 / (1 + np.exp(size)), rel=8 * EPS)
    lost = gradient(cross_entropy(sigmoid(x), y).sum(), x)
    found = at(lost, x=[20.0, -20.0], y=[1.0, 0.0])(lost)
    np.testing.assert_allclose(np.abs(found), 1 / (1 + np.exp(20.0)), rtol=1e-7)


# ---- the size of rounding errors -----------------------------------------------------------------------------------

GRAPHS = {
    "layer": tanh(A @ B @ x[:, None] + y[:, None]).sum(),
    "three factors": np.einsum("ij,jk,k,j->", A, B, x, B[:, 0]),
    "diagonal": np.einsum("ii,i->", A @ B, g(x)),
    "the same factor twice": np.einsum("ij,ij->", A, A),
    "moved around": (np.concatenate([A.T, B], axis=0)[1:].reshape(-1) ** 3).sum(),
    "quotients": (x / (2 + y * y) / (1 + x * x)).sum(),
    "powers": (P ** y[:1] + np.sqrt(P) + (1 / P) ** 2).sum(),
    "body": (functions.tanh.prime(A) * functions.softplus.prime(A)).sum(),
    "softmax": (x * x - log(np.exp(x).sum())).sum(),
}


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize("scale", [1e-3, 1.0, 30.0])
def test_reverse_mode_lies_within_the_rounding_of_the_terms(name, scale):
    for seed, node in enumerate(inputs_of([GRAPHS[name]])):
        target = derivative(GRAPHS[name], node)
        drawn = at(target, seed=seed)
        size = np.where(np.isin([*drawn.inputs], [node.key for node in (x, y, P)]), 1.0, scale)
        point = at(target)
        point.inputs = {key: value * s for (key, value), s in zip(drawn.inputs.items(), size, strict=True)}
        found, terms = point(target), increments.terms(point, target)
        assert np.all(np.abs(found - point(reverse_mode.expand(target))) <= 16 * EPS * terms)
        assert np.all(np.abs(found) <= terms * (1 + 1e-9))


def test_terms_are_larger_where_they_cancel():
    # x - x + y = y
    target = derivative((x - x + y * x).sum(), x)
    point = at(target, x=[1.0, 1.0], y=[0.5, 1e-20])
    np.testing.assert_allclose(point(target), [0.5, 1e-20])
    np.testing.assert_allclose(increments.terms(point, target), [2.5, 2.0])


# ---- batches -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reading", [increments.differentiate, increments.terms])
@pytest.mark.parametrize("name", GRAPHS)
def test_points_may_be_stacked_in_front(name, reading):
    graph = GRAPHS[name] * x
    for node in inputs_of([graph]):
        target = derivative(graph, node)
        single = [at(target, seed=seed) for seed in range(3)]
        stacked = {key: np.stack([point.inputs[key] for point in single]) for key in single[0].inputs}
        found = reading(Evaluation(stacked, SIZES, lead=1), target)
        np.testing.assert_allclose(found, [reading(point, target) for point in single], rtol=1e-14, atol=1e-15)


def test_two_batch_axes():
    target = derivative(reshape(g(x) @ A, (1, -1)), x)
    rng = np.random.default_rng(0)
    values = {x.key: rng.normal(size=(4, 1, 2)), A.key: rng.normal(size=(1, 5, 2, 3))}
    found = increments.differentiate(Evaluation(values, SIZES, lead=2), target)
    assert found.shape == (4, 5, 1, 3, 2)
    alone = Evaluation({x.key: values[x.key][2, 0], A.key: values[A.key][0, 3]}, SIZES)
    np.testing.assert_allclose(found[2, 3], increments.differentiate(alone, target), rtol=1e-14)
