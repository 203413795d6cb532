"""Random single edits of true steps are told why they are wrong, and a cause that is verified is true."""

import random

import diagnosis as benchmark
import pytest
import repair as edits

DOCUMENTS = ("relu_sigmoid.py", "two_layer.py", "logistic_regression.py")
COUNT, SHARE = 60, 0.9


@pytest.fixture(scope="module")
def cases():
    documents = [d for d in edits.derivations() if d.file.endswith(DOCUMENTS)]
    steps = [place for derivation in documents for place in edits.places(derivation)]
    return list(edits.cases(steps, 1, COUNT, random.Random("causes")))


@pytest.fixture(scope="module")
def rows(cases):
    return [benchmark.diagnosed(case) for case in cases]


def test_most_edits_are_told_their_own_cause(rows):
    assert len(rows) == COUNT
    assert sum(row.is_named for row in rows) >= SHARE * COUNT


def test_what_is_verified_is_right_in_the_place_of_the_step(cases, rows):
    corrected = [(case, row.cause.right) for case, row in zip(cases, rows, strict=True) if row.is_verified]
    formulas = [(case, right) for case, right in corrected if right is not None]
    assert len(formulas) >= SHARE * COUNT
    for case, right in formulas:
        assert not case.place.is_true(case.wrong)
        assert case.place.is_true(right)


def test_every_kind_of_edit_has_causes():
    assert set(benchmark.NAMED) == set(edits.KINDS)
