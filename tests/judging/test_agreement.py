"""Many points compared at once: what is said of them is what is said of each alone."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.graph import dims
from gradcheck.judging.agreement import compare
from gradcheck.judging.comparison import NumericPoint
from gradcheck.notation import gradient, log, real, relu, relu_prime, where
from gradcheck.numerics.batches import Batch
from gradcheck.sampling.point import Point

n = dims("n")
x = real("x", n)
TWICE = [
    (gradient((x**3).sum(), x), 3 * x**2),
    (gradient((x**3).sum(), x), 3 * x**2 + 1e-7),
    (gradient((x**3).sum(), x), where(x > 1, 3 * x**2, x)),
    (gradient(relu(x).sum(), x), relu_prime(x)),
    (gradient(log(x).sum(), x), 1 / x),
    (gradient((x**2).sum(), x).sum(), 2 * x.sum()),
    (x.sum().reshape(1, 1), x.sum()),
    (0 * x.sum(), 0 * x.sum() + 0),
]


@pytest.mark.parametrize(("target", "step"), TWICE, ids=[str(step) for _, step in TWICE])
@pytest.mark.parametrize("sampled_first", [True, False])
def test_a_batch_compared_at_once_is_its_points_compared_one_by_one(target, step, sampled_first):
    points = [Point({n: 3}, seed) for seed in range(4)] + [Point({n: 3}, 5, pattern="zeros")]
    at = NumericPoint._of(Batch(points, [x]), sampled_first=sampled_first)
    together = compare(at, target, step)
    assert [found.point for found in together] == points
    for found, one in zip(together, (point.compare(target, step) for point in at), strict=True):
        assert (found.backprop, found.differences, found.is_zero) == (one.backprop, one.differences, one.is_zero)
        assert (found.conflict, found.reason, found.remark, found.on_kink) == (
            one.conflict,
            one.reason,
            one.remark,
            one.on_kink,
        )
        for name in ("target", "step", "wrong", "tolerance"):
            np.testing.assert_array_equal(getattr(found, name), getattr(one, name))
