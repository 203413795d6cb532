"""Finite differences on graphs: error bars that hold, kinks that are seen, a complex step that must earn trust."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import differences
from gradcheck.arrays import dims, inputs_of
from gradcheck.notation import cross_entropy, gradient, jacobian, log, positive, real, relu, sigmoid, tanh
from gradcheck.points import Point

n = dims("n")
x, y, P = real("x", n), real("y", n), positive("P", n)


def at(*graphs, **values):
    """The point with the given values of inputs."""
    nodes = inputs_of(graphs)
    given = {node.key: np.asarray(values[node.name], float) for node in nodes}
    return differences.evaluation(given, {n: len(next(iter(given.values())))})


def read(graph, **values):
    return differences.read(graph, at(graph, **values), {})


# ---- what must not be believed -----------------------------------------------------------------------------------


def test_at_a_kink_there_is_no_value_rather_than_the_mean_of_the_slopes():
    found = read(gradient(relu(x).sum(), x), x=[0.0, 1.0])
    assert found.error[0] == np.inf
    assert found.value[1] == pytest.approx(1, abs=1e-9)


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


def test_lost_digits_are_in_the_error_bar():
    # log(1 - a) at a = sigmoid(35): 1 - a has one digit left, and all samples may lose the same digits
    a = sigmoid(x)
    found = read(gradient(cross_entropy(a, 0 * x).sum(), x), x=[35.0, 1.0])
    exact = 1 / (1 + np.exp(-np.array([35.0, 1.0])))
    assert np.all(np.abs(found.value - exact) <= found.error)
    assert found.error[0] > 1e-4


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


def test_without_derivatives_the_value_is_exact_and_there_is_no_second_reading():
    found = read(x * y, x=[1.5, 2.0], y=[3.0, -1.0])
    np.testing.assert_array_equal(found.value, [4.5, -2.0])
    np.testing.assert_array_equal(found.error, 0)
    assert found.sharp is None


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


def test_points_are_batches_of_their_own():
    # The same derivative at points of different sizes: nothing is remembered from one to the next.
    target = gradient((x * x).sum(), x)
    for size in (1, 2, 5):
        values = Point({n: size}, 3).values([x])
        found = differences.read(target, differences.evaluation(values, {n: size}), {})
        np.testing.assert_allclose(found.value, 2 * values[x.key], rtol=1e-9)
