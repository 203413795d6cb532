"""Programs compute what node-by-node evaluation does, whatever the graph, and refuse what is no input of theirs."""

from __future__ import annotations

import re
import threading

import numpy as np
import pytest

from gradcheck.functions import TABLE, abstract, leaky_relu
from gradcheck.graph import (
    KINDS,
    Derivative,
    Misfit,
    ShapeError,
    SizeError,
    Unsupported,
    apply,
    dims,
    inputs_of,
    reshaped,
)
from gradcheck.notation import (
    bits,
    cross_entropy,
    function,
    gradient,
    jacobian,
    log,
    log_softmax,
    one_hot,
    real,
    relu,
    sigmoid,
    tanh,
    where,
)
from gradcheck.numerics import reverse_mode
from gradcheck.numerics.evaluate import Evaluation, MissingValue
from gradcheck.programs import Program

n0, n1, m = dims("n0 n1 m")
SIZES = {n0: 4, n1: 3, m: 5}
X, Y = real("X", n0, m), bits("Y", 1, m)
W1, b1, W2, b2 = real("W1", n1, n0), real("b1", n1, 1), real("W2", 1, n1), real("b2", 1, 1)


def network(activation=sigmoid):
    """The hidden pre-activation, the prediction, and the loss as it is written in notes."""
    Z1 = W1 @ X + b1
    T = sigmoid(W2 @ activation(Z1) + b2)
    return Z1, T, -(Y @ log(T).T + (1 - Y) @ log(1 - T).T) / m


Z1, T, J = network()
GRADIENTS = [J, *(gradient(J, parameter) for parameter in (W1, b1, W2, b2))]


def drawn(graphs, sizes=SIZES, scale=1.0, seed=0, dtype=np.float64):
    rng = np.random.default_rng(seed)
    found = {}
    for node in inputs_of(graphs):
        shape = tuple(int(size.xreplace(sizes)) for size in node.shape)
        value = rng.random(shape) < 0.5 if node is Y else scale * rng.standard_normal(shape)
        found[node.name] = np.asarray(value).astype(dtype)
    return found


def node_by_node(graphs, values, sizes=SIZES):
    by_key = {node.key: np.asarray(values[node.name], np.float64) for node in inputs_of(graphs)}
    point = Evaluation(by_key, sizes)
    return [point(reverse_mode.expand(graph)) for graph in graphs]


def assert_same(graphs, values=None, sizes=SIZES, rtol=1e-12):
    values = drawn(graphs, sizes) if values is None else values
    found = Program(graphs, sizes)(values)
    for graph, value, expected in zip(graphs, found, node_by_node(graphs, values, sizes), strict=True):
        scale = np.max(np.abs(expected), initial=1e-300)
        np.testing.assert_allclose(value, expected, rtol=rtol, atol=rtol * scale, err_msg=repr(graph))
        assert (np.shape(value), np.asarray(value).dtype) == (expected.shape, np.float64)
    in_few_digits = Program(graphs, sizes, np.float32)(
        {name: value.astype(np.float32) for name, value in values.items()}
    )
    assert {np.asarray(value).dtype for value in in_few_digits} == {np.dtype(np.float32)}


# ---- values --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("activation", [sigmoid, tanh, relu, leaky_relu(0.2)], ids=repr)
def test_a_network_has_the_gradients_of_reverse_mode(activation):
    _, _, loss = network(activation)
    assert_same([loss, *(gradient(loss, p) for p in (W1, b1, W2, b2))])


LOSSES = {
    "a product": J,
    "transposed first": -(Y @ log(T.T) + (1 - Y) @ log(1 - T.T)) / m,
    "signs inside": (Y @ -log(T).T + (1 - Y) @ -log(1 - T).T) / m,
    "a sum": -(Y * log(T) + (1 - Y) * log(1 - T)).sum() / m,
    "a mean": -(Y * log(T) + (1 - Y) * log(1 - T)).mean(),
    "two sums": -((Y * log(T)).sum() + ((1 - Y) * log(1 - T)).sum()) / m,
    "a row of the table": cross_entropy(T, Y).sum() / m,
    "an index formula": -(np.einsum("ij,ij->", Y, log(T)) + np.einsum("ij,ij->", 1 - Y, log(1 - T))) / m,
    "the logistic function": -(Y * log(1 / (1 + np.exp(-Z1)))).sum() / m,
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES.keys())
def test_cross_entropy_is_right_however_it_is_written(loss):
    assert_same([loss, *(gradient(loss, p) for p in inputs_of([loss]) if p is not Y)])


@pytest.mark.parametrize("name", sorted(LOSSES.keys() - {"the logistic function"}))
def test_a_saturated_loss_keeps_its_value_and_its_gradient(name):
    loss = LOSSES[name]
    values = {**drawn([loss]), "b2": np.array([[1000.0]]), "Y": np.zeros((1, 5))}
    found, slope = Program([loss, gradient(loss, b2)], SIZES)(values)
    assert np.all(np.abs(found - 1000) < 10)
    np.testing.assert_allclose(slope, 1.0)
    assert not np.all(np.isfinite(node_by_node([loss], values)[0]))


def test_a_gradient_by_what_a_stable_form_does_not_contain_is_right():
    """Its losses are computed from the pre-activation, and T is no part of them: the derivative by T is not 0."""
    assert_same([gradient(J, T), gradient(J + T.sum(), T), gradient(J, Z1), gradient(T.sum(), Z1)])


def test_one_entry_is_a_number_after_a_reshape():
    assert_same([reshaped(Y @ T.T, ()), gradient(reshaped(Y @ T.T, ()), W1)])


def test_second_derivatives_and_jacobians():
    w, x = real("w", n0), real("x", n0)
    loss = log(1 + np.exp(w @ x))
    assert_same([jacobian(gradient(loss, w), w), jacobian(sigmoid(w) * x, x), jacobian(gradient(loss, w), x)])


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not Misfit], ids=lambda kind: kind.__name__)
def test_every_kind_of_node(kind):
    A = real("A", n0, n1)
    graphs = [make(A) for make in kind.examples]
    assert_same([*graphs, *(gradient((graph * graph).sum(), A) for graph in graphs if kind is not Derivative)])


NOT_NUMPYS = ["erf", "erfc", "lgamma", "digamma"]


@pytest.mark.parametrize("name", NOT_NUMPYS)
def test_what_numpy_has_no_function_for_is_refused(name):
    with pytest.raises(Unsupported, match=f"^{name} is none of NumPy's functions"):
        assert_same([apply(TABLE[name], real("x", n0))])


@pytest.mark.parametrize(
    "row", [row for row in [*TABLE.values(), leaky_relu(0.3)] if row.name not in NOT_NUMPYS], ids=repr
)
def test_every_function_of_the_table(row):
    x, y = real("x", n0, n1), real("y", n0, n1)
    args = [x > y, x, y] if row.arity == 3 else [x, y][: row.arity]
    graph = apply(row, *args)
    values = {name: 0.05 + 0.9 * np.random.default_rng(len(name)).random((4, 3)) for name in "xy"}
    values["y"] += 0.01
    graphs = [graph, gradient((graph * graph).sum(), x)]
    assert_same(graphs, {node.name: values[node.name] for node in inputs_of(graphs)})


def test_a_function_of_ones_own_and_its_derivative():
    swish = function("swish", lambda x: x * sigmoid(x))
    x = real("x", n0)
    assert_same([swish(x), swish.prime(x), gradient(swish(x).sum(), x)])


PRODUCTS = ["ij,kj->ik", "ij,kj->ki", "ij,ij->", "ij,ij->i", "ij,ij->j", "ij,kl->ikjl", "ij,kj->i", "ij,kj->"]


@pytest.mark.parametrize("subscripts", PRODUCTS)
def test_products_of_all_sorts(subscripts):
    A, B = real("A", n0, n1), real("B", n0, n1)
    product = np.einsum(subscripts, A, B)
    assert_same([product, gradient((product * product).sum(), A), gradient((product * product).sum(), B)])


def test_stacks_of_matrices_and_three_factors():
    A, B, v = real("A", m, n0, n1), real("B", m, n1, n0), real("v", n1)
    assert_same([A @ B, A @ v, np.einsum("sij,sjk,j->ik", A, B, v), gradient((A @ B).sum(), A), A.sum(axis=(0, 2))])


@pytest.mark.parametrize("seed", range(40))
def test_random_graphs(seed):
    """Operands are read again after others have taken their place in memory, transposes of themselves among them."""
    rng = np.random.default_rng(seed)
    pool = [real("A", n0, n0), real("B", n0, n0), real("c", n0, 1)]
    makers = [
        lambda a, b: a + b,
        lambda a, b: a * b.T,
        lambda a, b: a @ b,
        lambda a, b: a.T @ b,
        lambda a, b: tanh(a) - 2 * b,
        lambda a, b: a + a.T,
        lambda a, b: a * pool[2],
        lambda a, b: a - b.sum(axis=0),
        lambda a, b: a[::1] / (3 + b * b),
        lambda a, b: np.maximum(a, b),
        lambda a, b: where(a > b, a, 0.5),
        lambda a, b: sigmoid(a) * sigmoid(-a) + b,
    ]
    square = pool[:2]
    for _ in range(12):
        a, b = (square[k] for k in rng.integers(max(0, len(square) - 5), len(square), 2))
        square.append(tanh(makers[rng.integers(len(makers))](a, b)))
    loss = (square[-1] * square[-2]).sum()
    assert_same([loss, *square[4::3], *(gradient(loss, p) for p in inputs_of([loss]))], rtol=1e-9)


def test_single_precision():
    values = drawn(GRADIENTS, dtype=np.float32)
    found = Program(GRADIENTS, SIZES, np.float32)(values)
    assert {np.asarray(value).dtype for value in found} == {np.dtype(np.float32)}
    for value, expected in zip(found, node_by_node(GRADIENTS, values), strict=True):
        np.testing.assert_allclose(value, expected, rtol=2e-5, atol=1e-6)


# ---- results belong to the caller, memory to the thread ------------------------------------------------------------


def test_no_later_call_changes_a_result_and_changing_one_changes_no_later_call():
    graphs = [*GRADIENTS, T, T.T, T, X, W1 @ X, X.T, real("k", 1) * 0 + 1, T.reshape(-1)]
    program = Program(graphs, SIZES)
    values = drawn(graphs)
    first = program(values)
    kept = [np.array(value) for value in first]
    inputs = {name: value.copy() for name, value in values.items()}
    program(drawn(graphs, seed=1))
    for value, copy in zip(first, kept, strict=True):
        np.testing.assert_array_equal(value, copy)
        if isinstance(value, np.ndarray):
            value[...] = np.nan
    for name, value in values.items():
        np.testing.assert_array_equal(value, inputs[name])
    for value, copy in zip(program(values), kept, strict=True):
        np.testing.assert_array_equal(value, copy)


def test_constants_are_the_callers_too():
    A = real("A", n0, n0)
    constant = gradient(A.sum(), A)
    program = Program([constant, constant], SIZES)
    for value in program({"A": np.ones((4, 4))}):
        value += 1
    assert np.all(program({"A": np.ones((4, 4))})[0] == 1)


def test_threads_have_memory_of_their_own():
    program = Program(GRADIENTS, SIZES)
    draws = [drawn(GRADIENTS, seed=seed) for seed in range(4)]
    expected = [program(values) for values in draws]
    wrong = []

    def run(k):
        for _ in range(300):
            found = program(draws[k])
            wrong.extend(1 for a, b in zip(found, expected[k], strict=True) if not np.array_equal(a, b))

    threads = [threading.Thread(target=run, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_what_is_infinite_is_no_warning_and_the_callers_settings_stay():
    values = {**drawn(GRADIENTS), "b1": np.full((3, 1), -1e4)}
    with np.errstate(all="raise"):
        settings = np.geterr()
        program = Program(GRADIENTS, SIZES)
        for _ in range(2):
            program(values)
            assert np.geterr() == settings
    assert set(np.geterr().values()) != {"ignore"}


# ---- what is refused -----------------------------------------------------------------------------------------------

BAD = {
    "W1": [
        (np.zeros((4, 3)), ValueError, "the input W1 has the shape (4, 3), not (3, 4)"),
        (np.zeros((3, 4), np.float16), TypeError, "the input W1 is of float16 and the program computes in float64"),
        (np.zeros((3, 4), np.float32), TypeError, "the input W1 is of float32"),
        (np.zeros((3, 4), int), TypeError, "the input W1 is of int64 and the program computes in float64: write W1.as"),
        (np.zeros((3, 4), bool), TypeError, "the input W1 is of bool"),
        (np.zeros((3, 4), complex), TypeError, "the input W1 is of complex128"),
        (np.zeros((3, 4), object), TypeError, "the input W1 is of object and the program computes in float64"),
        ([[0.0] * 4] * 3, TypeError, "the input W1 is of type list: give a NumPy array"),
        (None, TypeError, "the input W1 is of type NoneType"),
        (np.zeros((3, 4)).view(np.matrix), TypeError, "the input W1 is of type matrix"),
        (np.ma.masked_array(np.zeros((3, 4))), TypeError, "the input W1 is of type MaskedArray"),
        (np.where(np.eye(3, 4, 1) > 0, np.nan, 1.0), ValueError, "the input W1 has a NaN at (0, 1)"),
    ]
}


@pytest.mark.parametrize(("value", "error", "words"), BAD["W1"], ids=[words[13:60] for *_, words in BAD["W1"]])
def test_a_bad_input_is_named(value, error, words):
    with pytest.raises(error, match=re.escape(words)):
        Program(GRADIENTS, SIZES)({**drawn(GRADIENTS), "W1": value})


def test_a_missing_input_is_named():
    values = drawn(GRADIENTS)
    del values["b2"]
    with pytest.raises(MissingValue, match="no value was given for the input b2"):
        Program(GRADIENTS, SIZES)(values)


@pytest.mark.parametrize("name", ["X", "Y", "W1", "b1", "W2", "b2"])
@pytest.mark.parametrize("graphs", [GRADIENTS, GRADIENTS[1:], [T], [relu(Z1) @ X.T, T], [J + (X > 0).sum()]])
def test_no_nan_hides(graphs, name):
    values = drawn(graphs)
    if name in values:
        values[name][-1, -1] = np.nan
        with pytest.raises(ValueError, match=f"the input {name} has a NaN"):
            Program(graphs, SIZES)(values)


def test_a_nan_does_not_hide_behind_a_comparison_a_block_or_a_power():
    x = real("x", n0)
    for graph in (where(x > 0, 1.0, 0.0).sum(), x[:1].sum(), (1 + 0 * x[1:] ** 2).sum(), np.power(1.0, x).sum()):
        with pytest.raises(ValueError, match="the input x has a NaN"):
            Program([graph], SIZES)({"x": np.array([1.0, 2.0, 3.0, np.nan])})


def test_infinite_inputs_and_results_are_what_they_are():
    x = real("x", n0)
    found, difference = Program([x.sum(), (x - x).sum()], SIZES)({"x": np.array([1.0, 2.0, 3.0, np.inf])})
    assert np.isposinf(found)
    assert np.isnan(difference)


def test_inputs_may_lie_in_memory_as_they_like():
    values = drawn(GRADIENTS)
    strange = {name: np.asfortranarray(value)[::1] for name, value in values.items()}
    strange["X"] = np.repeat(values["X"], 2, axis=1)[:, ::2]
    strange["X"].flags.writeable = False
    program = Program(GRADIENTS, SIZES)
    for a, b in zip(program(values), program(strange), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-15)


def test_a_number_is_an_input_too():
    x = real("x")
    assert Program([x * x], {})({"x": np.float64(3.0)}) == (9.0,)
    assert Program([x * x], {})({"x": np.array(3.0)}) == (9.0,)


@pytest.mark.parametrize("dtype", [np.float16, int, complex, object, np.longdouble])
def test_a_program_computes_in_float64_or_float32(dtype):
    with pytest.raises(TypeError, match="a program computes in float64 or float32, not in"):
        Program([J], SIZES, dtype)


def test_what_has_no_program():
    with pytest.raises(MissingValue, match="no number was given for the size n1"):
        Program([J], {n0: 4, m: 5})
    with pytest.raises(ShapeError, match="n1 is not n0"):
        Program([W1.T @ X], SIZES)
    with pytest.raises(Unsupported, match="g stands for any function"):
        Program([abstract("g")(X)], SIZES)
    with pytest.raises(ValueError, match="two inputs are called X"):
        Program([X.sum() + real("X", m).sum()], SIZES)


# ---- as source -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("graphs", [GRADIENTS, [network(relu)[2], gradient(network(leaky_relu(0.2))[2], W1)]])
def test_the_source_is_a_function_of_plain_numpy(graphs):
    program, values = Program(graphs, SIZES), drawn(graphs)
    text = program.source("forward_and_backward")
    assert "gradcheck" not in text
    assert "import" not in text
    space = {"np": np}
    exec(text, space)
    for a, b in zip(space["forward_and_backward"](**values), program(values), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)


def test_the_source_says_what_a_person_would_write():
    w, x, y = real("w", n0), real("x", n0, m), bits("y", m)
    z = w @ x
    loss = -(y * log(sigmoid(z)) + (1 - y) * log(1 - sigmoid(z))).sum() / m
    text = Program([gradient(loss, w)], SIZES).source()
    assert text.startswith("def gradients(w, x, y):\n    v1 = w @ x\n")
    assert "- y" in text
    assert text.count("np.exp") == 1
    assert "log" not in text


def test_names_that_python_does_not_take_are_replaced():
    odd = [real(name, n0) for name in ("lambda", "W[1]", "v1", "k1", "np", "θ", "float")]
    graph = sum(k * node for k, node in enumerate(odd, 2))
    program = Program([graph], SIZES)
    values = {node.name: np.full(4, 10.0**k) for k, node in enumerate(odd)}
    np.testing.assert_array_equal(program(values)[0], np.full(4, 8765432.0))
    space = {"np": np}
    exec(program.source(), space)
    np.testing.assert_array_equal(space["gradients"](*(values[name] for name in program.inputs))[0], program(values)[0])


# ---- memory that is there from call to call --------------------------------------------------------------------------


REARRANGED = [
    lambda a: np.exp(a.T.reshape(-1)),
    lambda a: a[1:].reshape(-1) + 1,
    lambda a: a[1:].T * 2,
    lambda a: a.T.reshape(2, 1, n0),
    lambda a: np.concatenate([a, a[:1]]).T.reshape(-1) * 2,
]


@pytest.mark.parametrize("make", REARRANGED)
def test_what_is_rearranged_is_rearranged_at_every_call(make):
    """A reshape of a transpose is a copy, and no view that could be made once."""
    A = real("A", n0, n1)
    graphs = [make(tanh(A @ A.T[:, :2]))]
    program = Program(graphs, SIZES)
    for seed in range(3):
        values = drawn(graphs, seed=seed)
        np.testing.assert_allclose(program(values)[0], node_by_node(graphs, values)[0], rtol=1e-13)


def test_a_large_sum_keeps_its_digits_in_single_precision():
    x = real("x", m)
    value = np.full(2**20, 0.1, np.float32)
    (total,) = Program([x.sum()], {m: 2**20}, np.float32)({"x": value})
    np.testing.assert_allclose(total, value.sum(dtype=float), rtol=1e-6)


@pytest.mark.parametrize("size", [0, -1, 2.5, "3"])
def test_sizes_are_positive_whole_numbers(size):
    with pytest.raises(SizeError, match="size"):
        Program([J], {**SIZES, m: size})


def test_a_block_that_is_not_there_is_refused():
    with pytest.raises(ShapeError, match="there is no such array at these sizes"):
        Program([X[:5] * 2], {n0: 4, m: 5})


# ---- the largest entry -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_softmax_cross_entropy_is_stable_and_its_gradient_is_the_share_less_the_label(dtype):
    k, m = dims("k m")
    Z, Y = real("Z", k, m), one_hot("Y", k, m)
    cost = -(Y * log_softmax(Z, axis=0)).sum() / m
    values = {"Z": np.array([[800.0, -1], [-800, 2], [3, 0.5]], dtype), "Y": np.eye(3, 2, dtype=dtype)}
    found, slope = Program([cost, gradient(cost, Z)], {k: 3, m: 2}, dtype)(values)
    shares = np.exp(values["Z"] - values["Z"].max(axis=0))
    shares /= shares.sum(axis=0)
    assert found.dtype == slope.dtype == dtype
    assert np.allclose(found, -np.log(shares[1, 1]) / 2, rtol=1e-6)
    assert np.allclose(slope, (shares - values["Y"]) / 2, rtol=1e-5, atol=1e-7)


def test_softmax_takes_one_exponential():
    k, m = dims("k m")
    Z, Y = real("Z", k, m), one_hot("Y", k, m)
    cost = -(Y * log_softmax(Z, axis=0)).sum() / m
    text = Program([cost, gradient(cost, Z)], {k: 3, m: 2}).source()
    assert text.count("np.exp(") == text.count("np.log(") == 1
    assert "einsum" not in text


def test_what_is_made_of_the_largest_entries_is_computed():
    n, m = dims("n m")
    X = real("X", n, m)
    program = Program([(X.max(axis=0) ** 2).sum(), X.min(axis=1) * 2], {n: 2, m: 3})
    top, low = program({"X": np.array([[1.0, 5, 2], [7, 0, 3]])})
    assert top == 49 + 25 + 9
    assert np.array_equal(low, [2, 0])


def test_the_gradient_of_the_largest_and_the_smallest_entry_goes_to_that_entry():
    n, m = dims("n m")
    X = real("X", n, m)
    graphs = [X.max(axis=1), gradient((X.max(axis=1) - X.min()).sum(), X), 1 * (X.max(axis=0) > X)]
    value = np.array([[1.0, 5, 2], [7, 0, 3]])
    top, slope, below = Program(graphs, {n: 2, m: 3})({"X": value})
    assert np.array_equal(top, [5, 7])
    assert np.array_equal(slope, [[0, 1, 0], [1, -2, 0]])
    assert np.array_equal(below, [[1, 0, 1], [0, 1, 0]])
