"""What holds of every kind of node: all facts are stated, and a wrong one is noticed."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.graph import KINDS, Array, Einsum, Misfit, Moving, dims, walk
from gradcheck.graph.leaves import Leaf
from gradcheck.notation import real
from gradcheck.numerics import differences, increments
from gradcheck.numerics.evaluate import Evaluation

n, m = dims("n m")
A = real("A", n, m)
FACTS = sorted(name for name in dir(Array) if getattr(getattr(Array, name), "__isabstractmethod__", False))


def test_there_are_facts_and_kinds():
    assert {"verb", "change", "rounding", "cotangent", "degree", "kinks", "may_be_flat", "mistakes"} <= set(FACTS)
    assert {"Input", "Literal", "Identity", "Apply", "Einsum", "Reshape", "Index"} <= {kind.__name__ for kind in KINDS}


@pytest.mark.parametrize("fact", FACTS)
def test_a_kind_that_does_not_state_a_fact_is_refused(fact):
    facts = {name: getattr(Einsum, name) for name in FACTS if name != fact}
    with pytest.raises(TypeError, match=f"the kind of node Half does not state {fact}"):
        type("Half", (Array,), facts)


def test_a_moving_kind_has_less_to_say_and_has_to_say_it():
    with pytest.raises(TypeError, match="does not state cotangent, examples, forgets_numbering, move"):
        type("Turn", (Moving,), {})


def test_what_several_kinds_share_is_no_kind():
    assert not {Array, Moving, Leaf} & set(KINDS)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not Misfit])
def test_the_examples_of_a_kind_are_of_it(kind):
    assert kind.examples
    for make in kind.examples:
        assert any(type(node) is kind for node in walk(make(A)))


def test_no_oracle_of_differences_asks_for_a_cotangent(monkeypatch):
    """They read forward values only, although the rules of reverse mode stand beside those that they use."""
    for kind in KINDS:
        monkeypatch.setattr(kind, "cotangent", lambda *args: pytest.fail("a cotangent was asked for"))
    target = differences_target()
    values = {A.key: np.array([[0.5, -1.25, 2.0]])}
    reading = differences.read(target, differences.evaluation(values, {n: 1, m: 3}), {})
    np.testing.assert_allclose(reading.value, 2 * values[A.key], rtol=1e-9)
    moved = Evaluation(values, {n: 1, m: 3}, derivative=increments.differentiate)(target)
    np.testing.assert_allclose(moved, 2 * values[A.key], rtol=1e-12)


def differences_target():
    from gradcheck.notation import gradient

    return gradient((A * A).sum(), A)


@pytest.mark.parametrize(("subscripts", "degree"), [("i,i->", (4, 3)), ("i,i->i", (2, 1))])
def test_a_sum_of_fractions_has_all_their_denominators(subscripts, degree):
    x, y = real("x", 3), real("y", 3)
    assert np.einsum(subscripts, x, y).degree([(1, 1), (1, 0)], int) == degree


def test_operators_in_place_make_a_new_array():
    before = changed = A
    changed += 1
    changed *= 2
    changed @= A.T
    assert changed.key == (((A + 1) * 2) @ A.T).key
    assert before is A
