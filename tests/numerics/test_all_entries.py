"""Slopes by all entries: wrong gradients first, then kinks, whatever graphs there are, and memory."""

from __future__ import annotations

import itertools
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradcheck import dims, real
from gradcheck.graph import KINDS, derivative, inputs_of
from gradcheck.notation import gradient, log, log_softmax, logsumexp, relu, sigmoid, softmax, tanh
from gradcheck.numerics import apart, differences, reverse_mode
from gradcheck.numerics.all_entries import Differences, slopes
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.tolerances import DIFFERENCE_BARS

n0, n1, n2, m = dims("n0 n1 n2 m")
SIZES = {n0: 5, n1: 4, n2: 3, m: 6}
X, Y = real("X", n0, m), real("Y", n2, m)
W1, b1, W2, b2 = real("W1", n1, n0), real("b1", n1, 1), real("W2", n2, n1), real("b2", n2, 1)
INPUTS = (X, Y, W1, b1, W2, b2)


def values(sizes=SIZES, seed=0):
    rng = np.random.default_rng(seed)
    return {
        node.key: rng.standard_normal([sizes[size] if size in sizes else int(size) for size in node.shape])
        for node in INPUTS
    }


def point(sizes=SIZES, seed=0, **changed):
    given = values(sizes, seed)
    return Evaluation(given | {node.key: changed[node.name] for node in INPUTS if node.name in changed}, sizes)


def engine(J, by, at):
    return at(reverse_mode.expand(gradient(J, by)))


def layers(g):
    A = g(W1 @ X + b1)
    return W2 @ A + b2


def within_bars(found, right):
    return np.all(np.abs(found.value - right) <= found.error)


# ---- wrong gradients -------------------------------------------------------------------------------------------------


@given(st.data())
def test_one_wrong_entry_of_a_large_matrix_is_outside_of_its_error_bar_and_no_other_one_is(data):
    sizes = {n0: 60, n1: 50, n2: 7, m: 20}
    J = (sigmoid(layers(tanh)) * Y).sum() / m
    at = point(sizes, seed=data.draw(st.integers(0, 20)))
    claimed = engine(J, W1, at)
    place = (data.draw(st.integers(0, 49)), data.draw(st.integers(0, 59)))
    claimed[place] *= 1 + data.draw(st.sampled_from([1e-8, -1e-8, 1.0, -2.0]))
    (found,) = slopes(J, [W1], at)
    off = np.abs(found.value - claimed) > DIFFERENCE_BARS * found.error
    assert [tuple(place) for place in np.argwhere(off)] == [place]


@pytest.mark.parametrize(
    "wrong", [lambda g: 2 * g, lambda g: -g, lambda g: 6 * g, lambda g: g[::-1], lambda g: g + 1e-9 * np.abs(g).max()]
)
def test_wrong_gradients_are_outside_of_error_bars(wrong):
    J = ((layers(sigmoid) - Y) ** 2).sum() / m
    at = point()
    for by, found in zip((W1, W2), slopes(J, [W1, W2], at), strict=True):
        assert not within_bars(found, wrong(engine(J, by, at)))


def test_a_truncation_that_steps_show_is_in_the_error_bar():
    """sin(w/STEP) at steps of a whole STEP is aliased: no number may look sure."""
    w = real("w", n0)
    J = np.sin(w * 2.0**42).sum()
    at = Evaluation({w.key: np.array([0.3, -0.7, 1.1, 0.2, 0.9])}, SIZES)
    (found,) = slopes(J, [w], at)
    assert within_bars(found, at(np.cos(w * 2.0**42)) * 2.0**42)
    assert np.all(found.error > 0.1 * np.abs(found.value))


@pytest.mark.parametrize("scale", [1.0, 3.0, 5.0, 6.0, 7.0, 8.0, 10.0])
def test_digits_that_the_values_have_lost_are_in_the_error_bar(scale):
    """log(1 - σ(z)) loses the digits of σ(-z): what it says is as right as that, and σ(z) - y is right."""
    A = sigmoid(W1[:1] @ X)
    J = -(Y[:1] * log(A) + (1 - Y[:1]) * log(1 - A)).sum()
    at = point(W1=scale * values()[W1.key], Y=np.sign(np.abs(values()[Y.key]) - 0.5).clip(0, 1))
    (found,) = slopes(J, [W1], at)
    z = at(W1[:1] @ X)
    right = np.concatenate([(1 / (1 + np.exp(-z)) - at(Y[:1])) @ at(X).T, np.zeros((3, 5))])
    with np.errstate(invalid="ignore"):
        assert np.all((np.abs(found.value - right) <= found.error) | np.isinf(found.error))
        if scale <= 5:
            assert np.all(found.error <= 1e-8)
            assert not within_bars(found, right * (1 + 1e-6))


def test_an_array_is_no_number():
    with pytest.raises(ValueError, match=r"an array of shape \(3, 6\): sum it first"):
        slopes(layers(tanh), [W1], point())


# ---- kinks -----------------------------------------------------------------------------------------------------------


def test_on_a_kink_there_is_no_value_and_the_error_bar_is_infinite():
    X0 = np.ones((5, 6))
    at = point(X=X0, W1=np.zeros((4, 5)), b1=np.array([[0.0], [1.0], [-1.0], [0.5]]))
    J = (layers(relu) * Y).sum()
    (by_W, by_b, by_W2) = slopes(J, [W1, b1, W2], at)
    assert np.all(np.isnan(by_W.value[0]))
    assert np.all(np.isinf(by_W.error[0]))
    assert np.isnan(by_b.value[0, 0])
    assert np.isinf(by_b.error[0, 0])
    assert within_bars(type(by_W)(by_W.value[1:], by_W.error[1:]), engine(J, W1, at)[1:])
    assert within_bars(by_W2, engine(J, W2, at))


@pytest.mark.parametrize("distance", [2.0**-44, -(2.0**-44), 2.0**-60, -(2.0**-60)])
def test_next_to_a_kink_of_something_else_the_slope_is_that_of_its_own_side(distance):
    """relu(z - z0) with z near z0: the usual step of z crosses, a smaller one does not."""
    z = real("z", n0)
    J = relu(tanh(z) + real("c", n0)).sum()
    (c,) = (node for node in inputs_of([J]) if node.name == "c")
    at = Evaluation({z.key: np.full(5, 0.5), c.key: np.full(5, -np.tanh(0.5))}, SIZES)
    moved = at.shifted(c, np.full(5, distance) - at(tanh(z) + c))
    (found,) = slopes(J, [z], Evaluation({z.key: at(z), c.key: moved(c)}, SIZES))
    argument = moved(tanh(z) + c)
    right = np.where(argument > 0, 1 - np.tanh(0.5) ** 2, 0.0)
    assert np.all((np.abs(found.value - right) <= 1e-12) | np.isinf(found.error))
    assert np.all(np.isinf(found.error) == (argument == 0))


# ---- graphs of all kinds ---------------------------------------------------------------------------------------------

Z = layers(sigmoid)
LOSSES = {
    "squares": ((Z - Y) ** 2).sum() / (2 * m),
    "by rows": (np.sqrt(((Z - Y) ** 2).sum(axis=1)) * 3).sum(),
    "the root of a sum": np.sqrt(((Z - Y) ** 2).sum()),
    "matrix products": -(Y[:1] @ log(sigmoid(Z[:1])).T + (1 - Y[:1]) @ log(1 - sigmoid(Z[:1])).T) / m,
    "softmax of columns": -(Y * log_softmax(Z, axis=0)).sum() / m,
    "softmax of rows": (Y * softmax(Z, axis=1)).sum(),
    "logsumexp of all": logsumexp(Z) + logsumexp(Z, axis=1).sum(),
    "normalized": (
        Y
        * tanh(
            (Z - Z.mean(axis=1, keepdims=True))
            / np.sqrt(((Z - Z.mean(axis=1, keepdims=True)) ** 2).mean(axis=1, keepdims=True))
        )
    ).sum(),
    "largest": (Z.max(axis=0) * Y[0]).sum() + tanh(Z).max(),
    "weight decay": ((Z - Y) ** 2).sum() / m + 0.1 * (W1 * W1).sum() + np.abs(W2).sum(),
    "a Gram matrix": tanh(Z @ Z.T).sum() + np.trace(Z.T @ Z),
    "used twice": (sigmoid(W2 @ tanh(W1 @ X + b1)) * (W2 @ tanh(W1 @ (X * X) + b1))).sum(),
    "linear": (Y * (W2 @ (W1 @ X))).sum() - b1.sum() + (b1 - b1).sum() + 3 * (-b2).sum(),
    "transposed": (tanh(X.T @ W1.T + b1.T) @ W2.T * Y.T).sum(),
    "stacked": tanh(np.concatenate([Z, Y * Z, Y], axis=0)).sum() + (np.concatenate([Z, Z], axis=1) ** 3).sum(),
    "reshaped": (Z.reshape(-1) ** 3).sum() + (Z[:, None] ** 2 * Y[:, None]).sum() + (Z.T.reshape(n2, m) ** 3).sum(),
    "a diagonal": (np.einsum("ii->i", Z @ Y.T) ** 2).sum(),
    "broadcast": (np.broadcast_to(tanh(b2), (n2, m)) * Y).sum() + (W1[:, :1] + tanh(W1)).sum() ** 2,
}


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("most", [1, 40, 2**18])
def test_slopes_are_the_engine_s_whatever_meets_where_and_whatever_the_blocks(name, most, monkeypatch):
    monkeypatch.setattr(apart, "MOST_ENTRIES", most)
    J, at = LOSSES[name], point()
    by = [node for node in (W1, b1, W2, b2) if node.name in {node.name for node in inputs_of([J])}]
    expected = [engine(J, node, at) for node in by]
    largest = max(np.abs(right).max() for right in expected)
    for right, found in zip(expected, slopes(J, by, at), strict=True):
        assert found.value.shape == found.error.shape == right.shape
        assert within_bars(found, right)
        assert np.all(found.error <= 1e-10 * largest)


@pytest.mark.parametrize("name", ["squares", "normalized", "softmax of rows", "used twice"])
def test_slopes_by_intermediates_are_those_of_the_ladder(name):
    at = point()
    J, Z1 = LOSSES[name], W1 @ X + b1
    (found,) = slopes(J, [Z1], at)
    ladder = differences.differentiate(at, derivative(J, Z1))
    assert np.all(np.abs(found.value - ladder.value) <= DIFFERENCE_BARS * ladder.error)


@pytest.mark.parametrize("sizes", list(itertools.product([1, 3], repeat=4)))
def test_sizes_of_1_are_sizes(sizes):
    J = -(Y * log_softmax(layers(tanh), axis=0)).sum() / m + sigmoid(layers(tanh)).mean(axis=1).sum() ** 2
    at = point(dict(zip((n0, n1, n2, m), sizes, strict=True)))
    for node, found in zip((W1, b1, W2, b2), slopes(J, [W1, b1, W2, b2], at), strict=True):
        assert within_bars(found, engine(J, node, at))


def test_what_does_not_occur_has_the_slope_0():
    (found,) = slopes((X * X).sum(), [W1], point())
    assert not found.value.any()
    assert not found.error.any()


# ---- what is computed ------------------------------------------------------------------------------------------------


def test_neither_reverse_mode_nor_a_partial_derivative_is_asked(monkeypatch):
    J, at = LOSSES["softmax of columns"], point()
    expected = slopes(J, [W1], at)[0].value

    def asked(*args):
        raise AssertionError("a derivative rule")

    for kind in KINDS:
        monkeypatch.setattr(kind, "cotangent", asked)
    monkeypatch.setattr(reverse_mode, "expand", asked)
    np.testing.assert_array_equal(slopes(J, [W1], point())[0].value, expected)


def test_the_first_weights_move_by_examples_not_by_entries():
    """Layer 1 has n1 n0 weights. Behind its pre-activation directions meet in the units first, then in the mean."""
    J, at = LOSSES["squares"], point()
    plan = apart.plan(J, W1 @ X + b1, at)
    met = [plan.met(node) for node in plan.nodes]
    assert met[0] == []
    assert [0] in met
    assert met[-1] == [0, 1]
    assert W1.key not in plan.where
    assert X.key not in plan.where


@pytest.mark.parametrize("most", [2**10, 2**14])
def test_no_block_has_more_entries_than_it_may(most, monkeypatch):
    monkeypatch.setattr(apart, "MOST_ENTRIES", most)
    sizes = {n0: 30, n1: 40, n2: 20, m: 50}
    for J in (LOSSES["squares"], LOSSES["normalized"]):
        at = point(sizes)
        plan = apart.plan(J, W1 @ X + b1, at)
        blocks = list(itertools.product(*apart.blocks(plan, at, times=4)))
        seen = np.zeros(plan.sizes, int)
        for block in blocks:
            seen[block] += 1
        assert np.all(seen == 1)
        for node in plan.nodes:
            lengths = [max(block[i].stop - block[i].start for block in blocks) for i in plan.met(node)]
            if any(length > 1 for length in lengths):
                assert 4 * np.prod(at(node).shape) * np.prod(lengths) <= most


def test_memory_does_not_grow_with_the_number_of_directions():
    """Undivided, the increments of the second layer alone are 4 × 60 × 200 × 200 numbers: 77 MB."""
    sizes = {n0: 300, n1: 200, n2: 60, m: 200}
    J, at = LOSSES["squares"], point(sizes)
    at(J)
    slopes(J, [b2], at)
    tracemalloc.start()
    (found,) = slopes(J, [W1], at)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert within_bars(found, engine(J, W1, at))
    assert peak < 20e6


# ---- as a program ----------------------------------------------------------------------------------------------------


def by_name(at):
    return {node.name: at(node) for node in INPUTS}


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("most", [40, 2**18])
def test_the_program_computes_what_is_walked_to_the_last_bit(name, most, monkeypatch):
    monkeypatch.setattr(apart, "MOST_ENTRIES", most)
    J = LOSSES[name]
    by = [node for node in (W1, b1, W2, b2) if node.name in {node.name for node in inputs_of([J])}]
    program = Differences(J, by, SIZES)
    for seed in (0, 1):
        at = point(seed=seed)
        for found, right in zip(program(by_name(at)), slopes(J, by, at), strict=True):
            np.testing.assert_array_equal(found.value, right.value)
            np.testing.assert_array_equal(found.error, right.error)


@pytest.mark.parametrize("name", ["squares", "softmax of columns", "weight decay", "used twice"])
def test_networks_are_recorded(name):
    program = Differences(LOSSES[name], [W1, W2], SIZES)
    program(by_name(point()))
    assert program._run.__name__ == "run"


def test_the_program_looks_again_where_a_step_crosses_a_kink_at_later_calls_too():
    J = (layers(relu) * Y).sum()
    program = Differences(J, [W1], SIZES)
    program(by_name(point()))
    on_kink = point(X=np.ones((5, 6)), W1=np.zeros((4, 5)), b1=np.array([[0.0], [1.0], [-1.0], [0.5]]))
    (found,) = program(by_name(on_kink))
    assert np.all(np.isinf(found.error[0]))
    assert np.all(np.isfinite(found.error[1:]))
