"""Random pairs through both exact tiers, briefly; and what the fuzzer would see of a tier that presumes too much."""

from __future__ import annotations

import random
from operator import mul

import pytest
from fuzzing import proofs

from gradcheck.proofs.density import Density
from gradcheck.proofs.prime_field import _Trial
from gradcheck.proofs.structure import Visible
from gradcheck.proofs.unknowns import ONE, Turn, constant
from gradcheck.proofs.zero import _Reader

CASES, SEED = 200, 2


def complaints():
    """One after the other."""
    cases = (proofs.case(random.Random(f"{SEED} {number}")) for number in range(CASES))
    return (complaint for _, complaint in cases if complaint)


def test_what_differs_is_not_proved():
    assert list(complaints()) == []


MUTANTS = {
    "no polynomial is 0": (Density, "is_dense", lambda self, number: True),
    "no sum is 0": (Visible, "witnesses", lambda self, summands: []),
    "sines of sums with another sign": (Turn, "then", lambda self, other: Turn(*map(mul, self, other))),
    "one log for all numbers": (
        _Trial,
        "log_of_number",
        lambda self, number: self.keyed.learn_log(constant(number), ONE),
    ),
    "factors of any sign": (Visible, "_is_never_negative", lambda self, node: True),
    "roots of squares without a sign": (_Reader, "_power_of_size", lambda self, factor, n: self.ring.power(factor, n)),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_what_is_presumed_is_noticed(name, monkeypatch):
    monkeypatch.setattr(*MUTANTS[name])
    assert any(complaints())
