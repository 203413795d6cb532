"""Gradients of networks, all entries: wrong ones are refuted, kinks are undecided, right ones agree."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck.network import Network, Parameters, check_gradients, fit, gradients, initial
from gradcheck.network.activations import KNOWN

RNG = np.random.default_rng(0)
X = RNG.standard_normal((6, 40))
Y = (X[:1] * X[1:2] > 0).astype(float)
WIDE = Network((6, 50, 7, 1), ("tanh", "relu", "sigmoid"))


def changed(found, name, place, change):
    arrays = {key: array.copy() for key, array in found.named.items()}
    arrays[name][place] = change(arrays[name][place])
    return Parameters.of(arrays)


# ---- wrong ones ------------------------------------------------------------------------------------------------------


@given(name=st.sampled_from(["W1", "b1", "W2", "b2", "W3", "b3"]), seed=st.integers(0, 5), data=st.data())
def test_one_wrong_entry_is_named_and_no_other_one_is(name, seed, data):
    parameters = initial(WIDE, seed=seed)
    right = gradients(WIDE, parameters, X, Y)
    place = tuple(data.draw(st.integers(0, size - 1)) for size in right.named[name].shape)
    change = data.draw(st.sampled_from([lambda x: x * (1 + 1e-6) + 1e-12, lambda x: -x - 1e-9, lambda x: x + 1e-3]))
    found = check_gradients(WIDE, parameters, X, Y, changed(right, name, place, change))
    assert not found
    assert found.verdict == "refuted"
    assert {key: np.argwhere(wrong).tolist() for key, wrong in found.wrong.items() if wrong.any()} == {
        name: [list(place)]
    }
    assert f"∂J/∂{name} is refuted at 1 of {right.named[name].size} entries; worst at {list(place)}" in str(found)


def test_gradients_of_a_cost_without_its_mean_are_refuted_everywhere():
    parameters = initial(WIDE, seed=1)
    right = gradients(WIDE, parameters, X, Y).named
    found = check_gradients(WIDE, parameters, X, Y, Parameters.of({name: 40 * array for name, array in right.items()}))
    assert all(np.array_equal(found.wrong[name], right[name] != 0) for name in right)


def test_the_message_has_the_value_the_place_and_what_it_should_be():
    network, start = Network((1, 1), ("identity",), "squared_error"), Parameters(([[2.0]],), ([[0.0]],))
    one = np.ones((1, 1))
    wrong = Parameters(([[3.0]],), ([[1.0]],))
    printed = str(check_gradients(network, start, one, 0 * one, wrong))
    assert re.sub(r"± [4-7]e-14", "± …", printed).splitlines() == [
        "∂J/∂W1 is refuted at 1 of 1 entries; worst at [0, 0]: 3 instead of 2 ± …",
        "∂J/∂b1 is refuted at 1 of 1 entries; worst at [0, 0]: 1 instead of 2 ± …",
        "0 entries agree with differences",
    ]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_claims_that_are_no_numbers_or_of_other_shapes_are_refused(bad):
    parameters = initial(WIDE)
    right = gradients(WIDE, parameters, X, Y)
    with pytest.raises(ValueError, match=f"W1 holds {bad} at"):
        check_gradients(WIDE, parameters, X, Y, changed(right, "W1", (0, 0), lambda x: bad))
    other = initial(Network((5, 50, 7, 1), WIDE.activations))
    with pytest.raises(ValueError, match="W1 has shape"):
        check_gradients(WIDE, parameters, X, Y, other)


def test_a_cost_that_is_no_number_has_no_slopes():
    network = Network((6, 5, 1), ("log", "sigmoid"))
    with pytest.raises(ValueError, match="the cost is nan at these parameters: it has no slopes there"):
        check_gradients(network, initial(network), X, Y)


# ---- kinks -----------------------------------------------------------------------------------------------------------


def test_on_a_kink_nothing_is_ticked():
    network = Network((6, 3, 1), ("relu", "sigmoid"))
    start = initial(network, seed=2).named
    start["W1"] = np.concatenate([0 * start["W1"][:1], start["W1"][1:]])
    found = check_gradients(network, Parameters.of(start), X, Y)
    assert found.verdict == "undecided"
    assert not found
    assert found.unresolved["W1"][0].all()
    assert not found.unresolved["W1"][1:].any()
    assert "∂J/∂W1 is undecided at 6 of 18 entries, such as [0, 0]: a kink lies there, or" in str(found)


def test_where_a_right_formula_has_lost_its_digits_nothing_is_said():
    """tanh′ as 1 - A² is 0 at 19.5, where it is 5e-17: beside an entry of 0.5 this is rounding, and nothing else is."""
    one = np.ones((1, 2))
    far = Parameters(([[19.5], [0.3]],), ([[0.0], [0.0]],))
    wide = Network((1, 2), ("tanh",), "squared_error")
    right = gradients(wide, far, one, np.zeros((2, 2)))
    found = check_gradients(wide, far, one, np.zeros((2, 2)), changed(right, "W1", (0, 0), lambda x: 0.0))
    assert found.verdict == "undecided"
    assert "∂J/∂W1 is undecided at 1 of 2 entries, such as [0, 0]: it is off by" in str(found)
    assert check_gradients(wide, far, one, np.zeros((2, 2)), changed(right, "W1", (1, 0), lambda x: 0.0)).wrong["W1"][1]


# ---- right ones ------------------------------------------------------------------------------------------------------


WITHOUT_VALUES = {"log", "sqrt", "log1p", "lgamma", "digamma"}
WITHOUT_PROGRAM = {"erf", "erfc"}


@pytest.mark.parametrize("loss", ["cross_entropy", "squared_error"])
@pytest.mark.parametrize("hidden", sorted(set(KNOWN) - WITHOUT_VALUES - WITHOUT_PROGRAM))
def test_the_engine_s_gradients_agree_for_every_activation(hidden, loss):
    network = Network((6, 5, 1), (hidden, "sigmoid"), loss)
    found = check_gradients(network, initial(network, seed=3), X, Y)
    assert found, str(found)


def test_a_trained_network_agrees():
    trained = fit(WIDE, initial(WIDE, seed=0), X, Y, rate=0.5, steps=300)
    assert trained.costs[-1] < 0.1
    found = check_gradients(WIDE, trained.parameters, X, Y)
    assert found
    assert str(found) == "715 entries agree with differences"
