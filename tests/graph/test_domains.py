"""Drawn entries lie in their domain, are short decimals, and are neither 0 nor equal by luck."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.graph.domains import BITS, ONE_HOT, POSITIVE, POSITIVE_DEFINITE, REAL, SYMMETRIC, UNIT

SHAPE = (5, 400)


def sample(domain):
    return domain.sample(np.random.default_rng(1), SHAPE)


@pytest.mark.parametrize(
    ("domain", "holds"),
    [
        (REAL, lambda v: (np.abs(v) >= 0.01) & (np.abs(v) < 6)),
        (POSITIVE, lambda v: v >= 0.01),
        (UNIT, lambda v: (v > 0) & (v < 1)),
        (BITS, lambda v: (v == 0) | (v == 1)),
        (ONE_HOT, lambda v: (v == 0) | (v == 1)),
    ],
)
def test_entries_lie_in_the_domain(domain, holds):
    values = sample(domain)
    assert values.shape == SHAPE
    assert np.all(holds(values))
    np.testing.assert_array_equal(values, np.round(values, 2))


@pytest.mark.parametrize("domain", [REAL, BITS])
def test_both_halves_of_a_domain_are_drawn(domain):
    assert 0.4 < np.mean(sample(domain) > 0.001) < 0.6


def test_columns_of_labels_have_one_1_each_and_all_classes_occur():
    values = sample(ONE_HOT)
    np.testing.assert_array_equal(values.sum(axis=0), 1)
    assert np.all(values.sum(axis=1) > 0)
    assert ONE_HOT.sample(np.random.default_rng(0), (3,)).sum() == 1
    assert ONE_HOT.sample(np.random.default_rng(0), (3, 2, 2)).sum(axis=0).tolist() == [[1, 1], [1, 1]]


@pytest.mark.parametrize("shape", [(1, 1), (4, 4), (3, 5, 5)])
def test_matrices_are_what_they_are_called(shape):
    rng = np.random.default_rng(2)
    values = SYMMETRIC.sample(rng, shape)
    np.testing.assert_array_equal(values, np.swapaxes(values, -1, -2))
    np.testing.assert_array_equal(values, np.round(values, 2))
    root = POSITIVE_DEFINITE.sample(rng, shape)
    np.testing.assert_array_equal(root, np.round(root, 2))
    assert np.all(np.linalg.eigvalsh(root @ np.swapaxes(root, -1, -2)) > 1e-3)


def test_only_domains_that_stay_in_themselves_are_scaled():
    assert [domain.scalable for domain in (REAL, POSITIVE, UNIT, BITS, ONE_HOT)] == [True, True, False, False, False]


def test_a_domain_is_called_what_the_notation_calls_it():
    assert [repr(domain) for domain in (REAL, POSITIVE, UNIT, BITS, ONE_HOT)] == [
        "real",
        "positive",
        "unit",
        "bits",
        "one_hot",
    ]
