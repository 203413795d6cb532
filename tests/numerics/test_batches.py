"""Points evaluated together say what each says alone."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.graph import dims, inputs_of
from gradcheck.judging.comparison import NumericPoint
from gradcheck.notation import bits, gradient, log, positive, real, relu, sigmoid, tanh
from gradcheck.numerics.batches import Batch, away_from_kinks, of_equal_sizes
from gradcheck.sampling.point import PATTERNS, Point
from gradcheck.tolerances import FROM_KINKS

n, m = dims("n m")
X, Y, W, V, b = real("X", n, m), bits("Y", 1, m), real("W", 1, n), real("V", n, n), real("b", 1, 1)
T = sigmoid(W @ relu(V @ X) + b)
J = -(Y @ log(T).T + (1 - Y) @ log(1 - T).T) / m
TARGETS = [gradient(J, W), gradient(J, V) - V / m, gradient(gradient((tanh(W) ** 2).sum(), W).sum(), W), J, 1 + 0 * b]
SIZES = {n: 2, m: 3}
POINTS = [Point(SIZES, 0), Point(SIZES, 5, {"W": -6}), Point(SIZES, 2, {"X": 2}), Point(SIZES, 3, {}, "symmetric")]
INPUTS = inputs_of([J])


@pytest.mark.parametrize("target", TARGETS, ids=range(len(TARGETS)))
def test_together_and_alone_are_the_same(target):
    batch = Batch(POINTS, INPUTS)
    for i, point in enumerate(POINTS):
        together, alone = NumericPoint(point, INPUTS, batch, i), NumericPoint(point, INPUTS)
        (value, bar), (other, bar_alone) = together.engine(target), alone.engine(target)
        assert np.all(np.abs(value - other) <= bar + bar_alone)
        np.testing.assert_allclose(bar, bar_alone, rtol=0.5)
        left, right = together.sampled(target), alone.sampled(target)
        assert np.all(np.abs(left.value - right.value) <= left.error + right.error + 1e-12 * np.abs(right.value))
        np.testing.assert_allclose(left.error, right.error, rtol=0.5, atol=1e-13)


def test_a_point_of_another_scale_does_not_blunt_the_others():
    (huge, plain), target = (Point(SIZES, 0, {"V": 6, "X": 6}), Point(SIZES, 0)), gradient(J, W)
    together = NumericPoint(plain, INPUTS, Batch([huge, plain], INPUTS), 1).sampled(target)
    np.testing.assert_allclose(together.error, NumericPoint(plain, INPUTS).sampled(target).error, rtol=0.5)


def test_where_one_point_leaves_the_domain_the_others_are_seen():
    x = real("x", n)
    target = gradient(log(x).sum(), x)
    points = [Point({n: 1}, seed) for seed in range(8)]
    values = [float(point.values([x])[x.key][0]) for point in points]
    found = Batch(points, [x]).sampled(target)
    for value, reading in zip(values, found.value, strict=True):
        assert np.isnan(reading[0]) if value < 0 else abs(reading[0] - 1 / value) < 1e-6


def test_points_are_moved_off_kinks_each_for_itself():
    x = real("x", n)
    near = [seed for seed in range(4000) if np.abs(Point({n: 4}, seed).values([x])[x.key]).min() <= 0.01]
    far = next(seed for seed in range(100) if np.abs(Point({n: 4}, seed).values([x])[x.key]).min() > 0.1)
    graph = gradient(relu(x - 0.01).sum() + relu(x + 0.01).sum(), x)
    moved = away_from_kinks([Point({n: 4}, near[0]), Point({n: 4}, far)], [graph], [x])
    assert moved.points[1].seed == far
    assert moved.points[0].seed != near[0]
    assert np.all(moved.kink_distances([graph]) > FROM_KINKS)


def test_zeros_stay_on_their_kink_and_it_is_known():
    x = real("x", n)
    target = gradient(relu(x).sum(), x)
    batch = away_from_kinks([Point({n: 2}, 1, {}, "zeros"), Point({n: 2}, 1)], [target], [x])
    assert list(batch.on_kink(target)) == [True, False]
    assert batch.points[0].seed == 1


def test_an_argument_that_is_0_all_around_is_on_no_kink():
    x = real("x", n)
    dead = relu(-relu(x) * relu(-x))
    assert not Batch([Point({n: 3})], [x]).on_kink(gradient(dead.sum(), x)).any()


def test_points_of_equal_sizes_are_together_in_their_order():
    points = [Point({n: 2, m: 3}), Point({n: 3, m: 2}), Point({m: 3, n: 2}, 1)]
    assert list(of_equal_sizes(points)) == [[points[0], points[2]], [points[1]]]


def test_every_pattern_is_looked_at_without_a_contradiction():
    for point in NumericPoint.together([Point(SIZES, 1, {}, p) for p in PATTERNS], [J], INPUTS):
        found = point.compare(gradient(J, W), (T - Y) @ relu(V @ X).T / m)
        assert not found.conflict
        assert not found.wrong.any()


def test_a_batch_has_the_entries_of_its_points_whatever_they_share():
    inputs = [real("x", n), positive("p", n)]
    points = [Point({n: 3}, seed, {"x": k}, pattern) for seed in (0, 1) for k in (0, -2, 1.5) for pattern in PATTERNS]
    batch = Batch(points, inputs)
    for i, point in enumerate(points):
        for key, entries in point.values(inputs).items():
            np.testing.assert_array_equal(batch.values[key][i], entries)
