"""Finite differences on graphs: error bars that hold, kinks that are seen, a complex step that must earn trust."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.graph import as_array, dims, inputs_of
from gradcheck.notation import cross_entropy, gradient, jacobian, log, minimum, positive, real, relu, sigmoid, tanh
from gradcheck.numerics import differences
from gradcheck.sampling.point import Point

n, m = dims("n m")
x, y, P = real("x", n), real("y", n), positive("P", n)
A, c = real("A", n, m), real("c")


def at(*graphs, **values):
    """The point with the given values of inputs."""
    nodes = inputs_of(graphs)
    given = {node.key: np.asarray(values[node.name], float) for node in nodes}
    sizes = {size: length for node in nodes for size, length in zip(node.shape, given[node.key].shape, strict=True)}
    return differences.evaluation(given, sizes)


def read(graph, **values):
    return differences.read(graph, at(graph, **values), {})


# ---- what must not be believed -----------------------------------------------------------------------------------


def test_at_a_kink_there_is_no_value_rather_than_the_mean_of_the_slopes():
    found = read(gradient(relu(x).sum(), x), x=[0.0, 1.0])
    assert found.error[0] == np.inf
    assert found.value[1] == pytest.approx(1, abs=1e-9)


def test_at_the_kink_of_a_single_number_there_is_no_value():
    assert read(gradient(relu(c), c), c=0.0).error == np.inf
    assert read(gradient(relu(x).sum(), x), x=[0.0]).error == np.inf


def test_every_kink_counts():
    found = read(gradient((relu(x) + relu(x - 1)).sum(), x), x=[0.0, 1.0, 2.0])
    np.testing.assert_array_equal(np.isinf(found.error), [True, True, False])
    after_a_still_one = read(gradient((relu(y) * relu(x)).sum(), x), x=[0.0, 1.0], y=[1.0, 1.0])
    np.testing.assert_array_equal(np.isinf(after_a_still_one.error), [True, False])


def test_a_jacobian_has_no_value_along_what_is_moved_across_a_kink():
    found = read(jacobian(relu(x), x), x=[0.0, 1.0])
    assert np.all(np.isinf(found.error[:, 0]))
    np.testing.assert_allclose(found.value[:, 1], [0, 1], atol=1e-9)


def test_a_kink_between_arrays_of_different_ranks_is_seen():
    found = read(gradient(np.maximum(c, x).sum(), c), c=0.5, x=[1.0, -1.0, 0.2])
    assert found.value == pytest.approx(2, abs=1e-9)
    assert np.isfinite(found.error)
    assert read(gradient(np.maximum(c, x).sum(), c), c=0.5, x=[1.0, 0.5, 0.2]).error == np.inf


@pytest.mark.parametrize("near", [1e-3, -1e-3])
def test_samples_on_the_other_side_of_a_kink_are_dropped_and_those_on_this_side_are_not(near):
    found = read(gradient((x * relu(x)).sum(), x), x=[1.0, near])  # the steps are those of an array of size 1
    np.testing.assert_allclose(found.value, [2, 2 * near * (near > 0)], atol=1e-8)
    assert np.all(np.abs(found.value - [2, 2 * near * (near > 0)]) <= found.error)
    assert np.all(found.error < 1e-6)


@pytest.mark.parametrize("distance", [1e-2, 1e-4, 1e-5])
def test_near_a_kink_the_slope_is_that_of_its_side(distance):
    found = read(gradient((3 * relu(x)).sum(), x), x=[distance, -distance])
    with np.errstate(invalid="ignore"):
        assert np.all(np.abs(found.value - [3, 0]) <= found.error)


def test_a_kink_too_near_for_the_steps_gives_no_value():
    found = read(gradient((3 * relu(x)).sum() + (y * y).sum(), x), x=[1e-14, 1.0], y=[1.0, 1.0])
    assert found.error[0] == np.inf


def test_a_kink_of_what_does_not_move_says_nothing_against_a_point():
    found = read(gradient((relu(y) * x).sum(), x), x=[1.0, 2.0], y=[0.0, 1.0])
    np.testing.assert_allclose(found.value, [0, 1], atol=1e-9)
    assert np.all(np.isfinite(found.error))


def test_outside_the_domain_there_is_no_value():
    found = read(gradient(log(x).sum(), x), x=[-1.0, 1.0])
    assert not np.any(np.isfinite(found.error))


def test_the_complex_step_is_ignored_where_it_lies_outside_the_error_bar(monkeypatch):
    monkeypatch.setattr(differences, "_complex_step", lambda point, node: np.array([2.1, 4.0]))
    found = read(gradient((x * x).sum(), x), x=[1.0, 2.0])
    assert found.sharp is None
    np.testing.assert_allclose(found.value, [2, 4], rtol=1e-9)


@pytest.mark.parametrize(("graph", "value"), [(relu(x), 0.0), (log(x), 0.0), (log(x), -1.0), (1 / x, 0.0)], ids=str)
def test_the_complex_step_is_ignored_where_there_is_no_difference_quotient(graph, value):
    found = read(gradient(graph.sum(), x), x=[value, 1.0])
    assert found.sharp is None


def test_lost_digits_are_in_the_error_bar():
    # log(1 - a) at a = sigmoid(35): 1 - a has one digit left, and all samples may lose the same digits
    a = sigmoid(x)
    found = read(gradient(cross_entropy(a, 0 * x).sum(), x), x=[35.0, 1.0])
    exact = 1 / (1 + np.exp(-np.array([35.0, 1.0])))
    assert np.all(np.abs(found.value - exact) <= found.error)
    assert found.error[0] > 1e-4


def test_lost_digits_are_in_the_error_bar_even_when_no_sample_shows_them():
    # σ(36.5 + x) rounds to one number at all samples of a small x; so does the slope that is differentiated again
    values = {"x": [1e-3]}
    cost = log(1 - sigmoid(36.5 + x)).sum()
    found = read(gradient(cost, x), **values)
    assert abs(found.value[0] - -1) <= found.error[0]
    again = read(gradient(gradient(cost, x).sum(), x), **values)
    assert again.error[0] > found.error[0]


def test_what_is_made_infinite_has_no_error_bar():
    found = read(log(gradient((0 * x).sum(), x)), x=[1.0, 2.0])
    assert np.all(np.isinf(found.error))


def test_errors_of_different_entries_do_not_cancel():
    z = real("z", 8)
    slope = gradient(tanh(z).sum(), z)
    alternating = (slope * (-1.0) ** np.arange(8)).sum()
    assert read(alternating, z=np.full(8, 0.5)).error > read(slope, z=np.full(8, 0.5)).error.max()


def test_the_error_of_every_derivative_counts():
    # s·s is looked at before the other one, and has one derivative twice
    s, other = gradient(tanh(x).sum(), x), gradient(1000 * tanh(y).sum(), y)
    values = {"x": [0.5], "y": [1.0]}
    assert read(other + s * s, **values).error[0] > 0.9 * read(other, **values).error[0]


# ---- what must be right ------------------------------------------------------------------------------------------

SMOOTH = {
    "square": (lambda: (x * x).sum(), lambda v: 2 * v),
    "tanh": (lambda: tanh(x).sum(), lambda v: 1 / np.cosh(v) ** 2),
    "sigmoid": (lambda: sigmoid(x).sum(), lambda v: 1 / (2 + 2 * np.cosh(v))),
    "cubic": (lambda: (x**3).sum(), lambda v: 3 * v**2),
    "product": (lambda: x[0] * x[1] * x[2], lambda v: np.array([v[1] * v[2], v[0] * v[2], v[0] * v[1]])),
}


@pytest.mark.parametrize("name", SMOOTH)
@pytest.mark.parametrize("scale", [1e-6, 1.0, 5.0])
def test_the_error_bar_holds_and_the_complex_step_is_sharp(name, scale):
    graph, slope = SMOOTH[name]
    values = scale * np.array([0.3, -1.7, 0.9])
    found = read(gradient(graph(), x), x=values)
    exact = slope(values)
    assert np.all(np.abs(found.value - exact) <= found.error + 4e-16 * np.abs(exact))
    assert np.all(found.error <= 1e-6 * np.max(np.abs(exact)))
    np.testing.assert_allclose(found.sharp, exact, rtol=1e-13)


@pytest.mark.parametrize("size", [1e-12, 1e-3, 1e12])
def test_steps_are_relative_to_the_size_of_the_array(size):
    values = size * np.array([0.5, 2.0, 3.0])
    found = read(gradient(log(P).sum(), P), P=values)
    np.testing.assert_allclose(found.value, 1 / values, rtol=1e-8)
    assert np.all(np.abs(found.value - 1 / values) <= found.error)
    assert np.all(found.error < 1e-7 / values)


def test_an_array_of_zeros_is_moved_by_steps_of_size_1():
    found = read(gradient((tanh(x) * np.exp(x)).sum(), x), x=[0.0, 0.0])
    np.testing.assert_allclose(found.value, 1, rtol=1e-9)
    assert np.all(found.error < 1e-7)


def test_every_entry_of_a_matrix_is_moved():
    values = np.array([[0.1, -0.7, 2.0], [1.5, 0.4, -1.1]])
    found = read(gradient((A * A * A[0, 1]).sum(), A), A=values)
    exact = 2 * values * values[0, 1]
    exact[0, 1] += np.sum(values**2)
    np.testing.assert_allclose(found.value, exact, rtol=1e-8)
    np.testing.assert_allclose(found.sharp, exact, rtol=1e-13)


def test_the_error_of_a_derivative_alone_is_its_own():
    slope = gradient(tanh(x).sum(), x)
    known = {}
    found = differences.read(slope, at(slope, x=[0.5, 1.0]), known)
    (estimate,) = known.values()
    np.testing.assert_allclose(found.error, estimate.error, rtol=1e-2)


def test_without_derivatives_the_value_is_exact_and_there_is_no_second_reading():
    found = read(x * y, x=[1.5, 2.0], y=[3.0, -1.0])
    np.testing.assert_array_equal(found.value, [4.5, -2.0])
    np.testing.assert_array_equal(found.error, 0)
    assert found.sharp is None


def test_the_complex_step_is_trusted_where_the_difference_quotient_has_no_error():
    found = read(gradient((0 * x).sum(), x), x=[1.0, 2.0])
    np.testing.assert_array_equal(found.error, 0)
    np.testing.assert_array_equal(found.sharp, 0)


def test_the_error_of_a_derivative_becomes_the_error_of_what_is_made_of_it():
    slope = gradient(tanh(x).sum(), x)
    single, scaled = read(slope, x=[0.5, 1.0]), read(1000 * slope + y, x=[0.5, 1.0], y=[1.0, 2.0])
    np.testing.assert_allclose(scaled.error, 1000 * single.error, rtol=1e-2)
    np.testing.assert_allclose(scaled.value, 1000 * single.value + [1, 2])


def test_second_derivatives_are_differences_of_differences():
    curvature = gradient(gradient(tanh(x).sum(), x).sum(), x)
    found = read(curvature, x=[0.5, -1.0])
    t = np.tanh([0.5, -1.0])
    np.testing.assert_allclose(found.value, -2 * t * (1 - t * t), rtol=1e-5)
    assert found.sharp is None


def test_a_jacobian_has_the_outputs_axes_first():
    found = read(jacobian(x * x[0], x), x=[2.0, 3.0])
    np.testing.assert_allclose(found.value, [[4, 0], [3, 2]], atol=1e-8)
    np.testing.assert_allclose(found.sharp, [[4, 0], [3, 2]], rtol=1e-13)


def test_a_derivative_by_an_intermediate_moves_it_alone():
    z = 2 * x
    found = read(gradient((z * x).sum(), z), x=[1.0, -2.0])
    np.testing.assert_allclose(found.value, [1, -2], rtol=1e-9)


def test_an_estimate_is_made_once_a_point():
    target = gradient((x * x).sum(), x)
    known = {}
    point = at(target, x=[1.0, 2.0])
    first = differences.read(target, point, known)
    assert len(known) == 1
    known.update({key: type(e)(e.value + 1, e.error, e.noise) for key, e in known.items()})
    np.testing.assert_allclose(differences.read(3 * target, point, known).value, 3 * (first.value + 1))


@pytest.mark.parametrize(
    ("graph", "expected"),
    [
        (relu(x), 0.1),  # min |x| / max |x|
        (relu(x - y), 0.0),
        (np.maximum(x, 0), 0.1),
        (x * y, np.inf),
        (np.where(x > 0, x, y), 0.1),
    ],
)
def test_the_distance_of_the_nearest_kink(graph, expected):
    points = [at(graph + 0 * x * y, x=u, y=v) for u, v in [([0.2, -2.0], [0.2, 1.0]), ([0.3, -2.0], [0.1, 1.0])]]
    assert differences.kink_distance(graph, *points) == pytest.approx(expected)


def test_what_is_0_all_around_is_not_at_a_kink():
    # relu(x) is 0 for x < 0, and relu(relu(x)) has no kink there
    points = [at(x, x=[-0.2 - more, 2.0]) for more in (0.0, 0.1)]
    assert differences.kink_distance(relu(relu(x)), *points) == pytest.approx(0.1)


def test_constants_are_at_no_kink():
    table = as_array(np.array([1e-9, 1.0]))
    point = at(x, x=[0.5, 1.0])
    assert differences.kink_distance(relu(table) * x + np.maximum(table, 0), point, point) == np.inf


BATCHES = {
    "smooth": lambda: gradient((tanh(x) * y).sum(), x),
    "made of a derivative": lambda: 3 * gradient((tanh(x) * y).sum(), x) + y,
    "kinks": lambda: gradient((x * relu(x) + np.maximum(x, y)).sum(), x),
    "a Jacobian": lambda: jacobian(np.exp(x) * y[0] + relu(x), x),
    "a matrix": lambda: gradient(np.sin(x.reshape(-1, 1) * y).sum(), x.reshape(-1, 1) * y),
    "a number": lambda: gradient((c * y * y * c).sum(), c),
    "a second derivative": lambda: gradient(gradient((x**3).sum(), x).sum(), x),
    "no derivative": lambda: x * y,
}


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_of_points_is_read_as_its_points_one_by_one(name):
    target = BATCHES[name]()
    xs = np.array([[0.5, -1.25], [0.0, 2.0], [1e-6, 3e-6], [400.0, -300.0]])  # the second on a kink; of many sizes
    ys, cs = np.array([[1.0, 2.0], [-0.5, 1.5], [2.0, 1.0], [0.25, -2.0]]), np.array([1.0, 1e-3, 50.0, -2.0])
    nodes = {"x": xs, "y": ys, "c": cs}
    given = {node.key: nodes[node.name] for node in inputs_of([target])}
    found = differences.read(target, differences.evaluation(given, {n: 2}, lead=1), {})
    for i in range(4):
        alone = read(target, **{node.name: nodes[node.name][i] for node in inputs_of([target])})
        np.testing.assert_allclose(found.value[i], alone.value, rtol=1e-6, atol=1e-300)
        np.testing.assert_allclose(found.error[i], alone.error, rtol=0.1, atol=1e-14 * np.nanmax(np.abs(alone.value)))
        if alone.sharp is None:
            assert found.sharp is None or np.all(np.isnan(found.sharp[i]))
        else:
            np.testing.assert_allclose(found.sharp[i], alone.sharp, rtol=1e-12)


def test_the_distance_of_the_nearest_kink_is_that_of_each_point_of_a_batch():
    graph = relu(x) + np.maximum(x, y)
    xs, ys = np.array([[0.2, -2.0], [1.0, 4.0], [-3.0, 3.0]]), np.array([[0.3, 5.0], [3.0, 4.5], [0.0, 6.0]])
    near = [np.stack([xs, ys]) + shift for shift in (0.0, [[[0.125]], [[0.25]]])]
    together = [differences.evaluation({x.key: u, y.key: v}, {n: 2}, lead=1) for u, v in near]
    alone = [differences.kink_distance(graph, *(at(graph, x=u[i], y=v[i]) for u, v in near)) for i in range(3)]
    np.testing.assert_allclose(differences.kink_distance(graph, *together), alone)
    np.testing.assert_allclose(alone, [0.1 / 7, 0.25, 1])  # |0.2 - 0.3| of 7; 1 of 4, and 0.5 of 2; 3 of 3


def test_a_function_that_varies_in_a_small_part_of_its_argument_is_seen_with_steps_of_small_units():
    # tanh(x + y) with x and y huge and of opposite signs
    cost = tanh(x + y).sum()
    values = {"x": [1e9 + 0.5, 1e9], "y": [-1e9, 0.25 - 1e9]}
    slope = 1 / np.cosh([0.5, 0.25]) ** 2
    target = gradient(cost, x)
    coarse, fine = (differences.read(target, at(target, **values), {}, unit) for unit in (1.0, 1e-9))
    assert np.all(np.abs(coarse.value - slope) <= coarse.error)
    np.testing.assert_allclose(fine.value, slope, rtol=1e-6)
    assert np.all(fine.error < 0.1 * coarse.error)
    again = gradient(gradient(cost, x).sum(), x)
    given = {node.key: np.asarray(values[node.name]) for node in inputs_of([again])}
    found = differences.read(again, differences.evaluation(given, {n: 2}, unit=1e-9), {}, 1e-9)
    np.testing.assert_allclose(found.value, -2 * np.tanh([0.5, 0.25]) * slope, rtol=0.1)  # 1e9 leaves few digits


def test_points_are_batches_of_their_own():
    # The same derivative at points of different sizes: nothing is remembered from one to the next.
    target = gradient((x * x).sum(), x)
    for size in (1, 2, 5):
        values = Point({n: size}, 3).values([x])
        found = differences.read(target, differences.evaluation(values, {n: size}), {})
        np.testing.assert_allclose(found.value, 2 * values[x.key], rtol=1e-9)


def test_infinite_arguments_of_kinks_are_no_warning():
    point = differences.evaluation({x.key: np.array([[0.0, 0.0]])}, {n: 2}, lead=1)
    with np.errstate(divide="ignore"):
        assert np.isnan(differences.kink_distance(minimum(1 / x, 5), point, point)).all()
