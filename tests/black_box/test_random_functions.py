"""Random functions with right and wrong gradients; `python tests/fuzz.py check_gradient` tries many more."""

from __future__ import annotations

import random

import numpy as np
import pytest
from fuzzing import check_gradient as fuzzer

CASES = 90


@pytest.mark.parametrize("part", range(3))
def test_no_right_gradient_is_refuted_and_no_wrong_one_agrees_unseen(part: int) -> None:
    found = [fuzzer.case(random.Random(f"1 {number}")) for number in range(part, CASES, 3)]
    assert [complaint for _, complaint in found if complaint] == []
    kinds = [kind for kind, _ in found]
    assert sum("right agrees, wrong refuted" in kind for kind in kinds) >= len(kinds) / 4


@pytest.mark.parametrize(
    ("seed", "number"),
    [
        ("2", 51),  # 3 decimals in single precision
        ("2", 280),  # arrays of 1e-7 and a loss of 9 decimals
        ("2", 723),  # a root, whose domain lines leave
        ("2", 2810),  # all near values of single precision are two
        ("3", 1765),  # rounded to 0 ahead
        ("4", 685),  # rounded to 1 ahead
        ("1", 982),  # a kink at 2e-9 hides a wrong sign
        ("21", 1018),  # 1e6 waves to a unit, of 3 decimals
        ("21", 4248),  # beside an entry of 1e22, 1e11 is lost
        ("31", 499),  # one rise in single precision, over the coarsest step
        ("34", 1411),  # one rise next to the point, and the next ones far away
    ],
)
def test_cases_that_were_wrong(seed: str, number: int) -> None:
    assert fuzzer.case(random.Random(f"{seed} {number}"))[1] == ""


def test_the_truth_is_known_by_hand() -> None:
    # sin(w0 w1)' = cos(w0 w1) (w1, w0)
    value, gradient = fuzzer.truth(("sin", ("*", 0, 1)), np.array([0.5, 2.0]))
    assert value == pytest.approx(np.sin(1), rel=1e-15)
    np.testing.assert_allclose(gradient, np.cos(1) * np.array([2.0, 0.5]), rtol=1e-15)
    # max(w, 1) sqrt(w) at 4: w^1.5
    value, gradient = fuzzer.truth(("*", ("max", 0, 1.0), ("sqrt", 0)), np.array([4.0]))
    assert (value, gradient.tolist()) == (8.0, [3.0])
