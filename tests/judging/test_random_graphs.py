"""Random costs with right and wrong gradients, briefly; `python tests/fuzz.py graphs` is the long run."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from fuzzing import graphs

CASES = 12


@pytest.mark.parametrize("seed", range(2))
def test_a_right_gradient_is_no_alarm_and_a_wrong_one_no_tick(seed):
    seen = Counter()
    for number in range(CASES):
        what, complaint = graphs.case(Random(f"{seed} {number}"))
        assert not complaint
        seen[what.partition(":")[0]] += 1
    assert seen["right"] >= 2
    assert seen["wrong"] >= 2


def test_right_gradients_are_right_by_differences():
    # The rules of the fuzzer are by hand: most programs are confirmed, and one with a wrong rule is not. A
    # gradient of 0, as in a dead region, is 0 times 1.01, too: the 1 tells them apart.
    right = wrong = 0
    for number in range(30):
        random = Random(number)
        program, points = graphs.Program(random), graphs._drawn(random)
        right += graphs._is_right(program, points, random)
        program.gradient = lambda inputs, by_hand=program.gradient: 1 + 1.01 * by_hand(inputs)
        wrong += graphs._is_right(program, points, random)
    assert right > 20
    assert wrong == 0
