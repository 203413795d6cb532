"""What is known of expressions is forgotten with them: a process verifies one document after another."""

from __future__ import annotations

import gc
from itertools import count

from gradcheck import claim, derivation, dims, gradient, real
from gradcheck.graph import Array
from gradcheck.judging.verification import verify_derivation
from gradcheck.notation import function, relu, sigmoid

NUMBERS = count(100)  # no table has a use for them


def verify_another():
    """A derivation that no other one has an expression in common with but for numbers: own names, an own function."""
    number = next(NUMBERS)
    own = function(f"f{number}", lambda x: x * sigmoid(x) + number)

    @derivation(source="a document")
    def another():
        x = real(f"x{number}", dims(f"n{number}"))
        yield claim(gradient(own(x).sum(), x), own.prime(x))
        yield claim(relu(x), relu(x) + x)

    report = verify_derivation(another, examples=1)
    assert [step.ok for step in report.steps] == [True, False]


def live_nodes():
    gc.collect()
    return sum(isinstance(thing, Array) for thing in gc.get_objects())


def test_no_node_outlives_the_verification_that_it_was_made_for():
    verify_another()  # what is read once and for all
    before = live_nodes()
    for _ in range(2):
        verify_another()
    assert live_nodes() == before


def test_no_expression_outlives_its_nodes():
    a = real("a", 2)
    key = (a * a).key
    assert (a * a).key != key  # keys are not given again
    kept = a * a
    assert (a * a).key == kept.key
