"""Reverse mode against differences and SymPy, which share nothing with it: every kind of node, and random graphs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gradcheck.functions import TABLE, abstract
from gradcheck.graph import KINDS, Derivative, Misfit, broadcast_to, derivative, dims, inputs_of, walk
from gradcheck.graph.families import Leaf
from gradcheck.judging.comparison import NumericPoint
from gradcheck.notation import (
    basis,
    det,
    diag,
    gradient,
    identity,
    inv,
    jacobian,
    log_softmax,
    logsumexp,
    ones,
    positive,
    real,
    relu,
    sigmoid,
    softmax,
)
from gradcheck.numerics import reverse_mode
from gradcheck.proofs.symbols import SymbolicPoint
from gradcheck.sampling.choices import Point
from gradcheck.verdicts import Answer

n, k, m = dims("n k m")
NUMERIC, EXACT = {n: 3, k: 2, m: 4}, {n: 2, k: 3, m: 1}
A, B, C = real("A", n, k), real("B", k, m), real("C", n, k)
S, u, v, P = real("S", n, n), real("u", n), real("v", k), positive("P", n, k)
col, row, c, T3 = real("col", n, 1), real("row", 1, k), real("c"), real("T3", n, k, m)
D = real("D", n, n, n)
g = abstract("g")

# One graph a line, of every kind of node; it is differentiated by every input in it.
GRAPHS = {
    "product": lambda: A @ B,
    "product of vectors": lambda: u @ A @ v,
    "product with itself": lambda: S @ S @ S.T,
    "transpose": lambda: A.T * A.sum(),
    "sum over an axis": lambda: A.sum(axis=0) * v,
    "sum that keeps axes": lambda: A / (P.sum(axis=1, keepdims=True)),
    "mean": lambda: (A - A.mean(axis=0)) ** 2,
    "broadcast row": lambda: A * row,
    "broadcast column": lambda: col / (1 + P) + A,
    "broadcast both ways": lambda: col * row * col,
    "broadcast a number": lambda: c * A + c,
    "broadcast a vector to three axes": lambda: T3 * B * c,
    "one by one array": lambda: A * (u.reshape(1, -1) @ u.reshape(-1, 1)),
    "trace": lambda: (S @ S).trace(),
    "diagonal": lambda: np.diag(S) * u,
    "diagonal matrix": lambda: np.diag(u) @ A,
    "diagonal matrix of a column": lambda: diag(col) @ A,
    "outer product": lambda: np.outer(u, v) * A,
    "einsum with a power": lambda: np.einsum("i,i,i->i", u, u, u),
    "einsum that drops an axis": lambda: np.einsum("ijk,j->i", T3, v),
    "einsum of a diagonal": lambda: np.einsum("ii,ij->j", S, A),
    "einsum of a diagonal twice": lambda: np.einsum("ii,ii->i", S, S),
    "einsum of a diagonal of three axes": lambda: np.einsum("iii,i->i", D, u),
    "einsum of three": lambda: np.einsum("ij,jk,ij->ik", A, B, C),
    "einsum that sums one operand alone": lambda: np.einsum("ij,kl->ik", A, B),
    "inverse": lambda: inv(S + P @ P.T) @ A,
    "inverses of a stack": lambda: inv(np.einsum("i,jk->ijk", u, S)).mT * D,
    "determinant": lambda: det(S) * u,
    "logs of determinants of a stack": lambda: np.linalg.slogdet(np.einsum("i,jk->ijk", u, S))[1] * u,
    "products of entries": lambda: A.prod(axis=0) * v,
    "shifted and summed from the front": lambda: np.roll(np.cumsum(A, axis=0), 1, axis=1) * C,
    "reshape": lambda: A.reshape(-1) * A.reshape(-1),
    "reshape of a product": lambda: (A @ B).reshape(m, n),
    "column slice": lambda: A[:, :1] * col,
    "row slice": lambda: A[1:] * A[:-1],
    "entry": lambda: A[0, 1] * A,
    "last": lambda: A[-1] + v * A[0],
    "new axis": lambda: A[:, None, :] * T3.sum(axis=2)[:, :, None],
    "concatenation of rows": lambda: np.concatenate([A, A * C]) ** 2,
    "concatenation of columns": lambda: np.hstack([A, col]) * np.hstack([col, C]),
    "bias as a row of ones": lambda: np.hstack([A, col]) @ np.vstack([B, ones(1, m)]),
    "broadcast_to": lambda: np.broadcast_to(v, (n, k)) * A,
    "ones": lambda: ones(n, n) @ A * A,
    "identity": lambda: (identity(n) - S) @ A,
    "basis vector": lambda: A @ basis(k, 2) * col,
    "masks": lambda: np.where(A > C, A * C, row) + (A > 0) * C,
    "kinks": lambda: relu(A) + np.maximum(A, C) - np.minimum(0, A) + abs(A),
    "powers": lambda: P**2 + 2**A + P**c + 1 / P,
    "softmax": lambda: np.exp(A) / np.exp(A).sum(axis=0, keepdims=True),
    "stable softmax": lambda: np.exp(A - A.max(axis=0)) / np.exp(A - A.max(axis=0)).sum(axis=0) * C,
    "softmax with an axis": lambda: softmax(A, axis=1) * log_softmax(C, axis=0) + logsumexp(A, axis=1, keepdims=True),
    "largest and smallest entry": lambda: A.max(axis=1) ** 2 * u + A.min() + T3.max(axis=(0, 2)).sum(),
    "masks of the largest entry": lambda: (A.max(axis=0) == A) * A * C + np.where(A.min() < A, A, C),
    "an abstract layer": lambda: g(A @ B) * g.prime(A @ B),
    "log likelihood": lambda: np.log(1 - sigmoid(A)) * C,
    "one node on many paths": lambda: (sigmoid(A) - A) * sigmoid(A) + sigmoid(A).sum(),
}


def agreement(target, *, numeric=NUMERIC, exact=EXACT):
    """What differences and SymPy say of what reverse mode makes of the target."""
    plain = reverse_mode.expand(target)
    assert not any(isinstance(node, Derivative) for node in walk(plain))
    nodes = inputs_of([target])
    found = NumericPoint.away_from_kinks(Point(numeric), [target], nodes).compare(target, plain)
    return found.conflict or found.differences.value, SymbolicPoint(nodes, exact).compare(target, plain).answer.value


@pytest.mark.parametrize("name", GRAPHS)
def test_the_gradient_by_every_input_agrees_with_differences_and_with_sympy(name):
    graph = GRAPHS[name]()
    cost = (np.sin(graph) + graph * graph).sum()  # a cotangent that differs from entry to entry
    for node in inputs_of([graph]):
        assert agreement(gradient(cost, node)) == ("agrees", "proved"), node.name


@pytest.mark.parametrize("name", GRAPHS)
def test_one_sweep_for_all_inputs_finds_what_a_sweep_for_each_does(name):
    graph = GRAPHS[name]()
    inputs = [*inputs_of([graph]), real("unused", 2)]
    together = reverse_mode.reverse_all(graph, inputs)
    assert [slope.key for slope in together] == [reverse_mode.reverse(graph, node).key for node in inputs]


@pytest.mark.parametrize("name", GRAPHS)
def test_the_jacobian_has_the_outputs_axes_first(name):
    graph = GRAPHS[name]()
    node = inputs_of([graph])[0]
    raw = derivative(graph, node)
    assert raw.shape == (*graph.shape, *node.shape)
    small = {n: 2, k: 2, m: 3}
    # Most entries of a Jacobian are 0 and stay 0 in differences; a cost makes them visible, this makes them exact.
    assert agreement(raw, numeric=small, exact={n: 2, k: 2, m: 1})[1] == "proved"
    at = NumericPoint.away_from_kinks(Point(small), [raw], inputs_of([raw]))
    value, sampled = at.engine(raw)[0], at.sampled(raw)
    assert value.shape == at.evaluation.shape(raw.shape)
    np.testing.assert_array_less(np.abs(value - sampled.value), 10 * sampled.error + 1e-6 * np.abs(value) + 1e-300)


@pytest.mark.parametrize(
    "name", ["product", "softmax", "an abstract layer", "einsum of a diagonal", "row slice", "powers"]
)
def test_second_derivatives_agree_with_differences_and_with_sympy(name):
    graph = GRAPHS[name]()
    node = inputs_of([graph])[0]
    slope = gradient((graph * graph).sum(), node)
    assert agreement(gradient((slope * slope).sum(), node)) == ("agrees", "proved")


INTERMEDIATES = {
    "a pre-activation": (lambda Z: (sigmoid(Z) * sigmoid(Z)).sum(), lambda: A @ B),
    "an activation": (lambda H: (H @ H.T).trace(), lambda: relu(A)),
    "a transpose": (lambda H: (H @ A * np.sin(H @ A)).sum(), lambda: A.T),
    "a slice": (lambda H: (H**3).sum(), lambda: A[1:]),
    "a number": (lambda H: H * H + np.exp(H), lambda: A.sum()),
    "a literal": (lambda H: (H * A).sum(), lambda: ones(n, k)),
}


@pytest.mark.parametrize("name", INTERMEDIATES)
def test_an_intermediate_is_a_variable_of_its_own(name):
    cost, make = INTERMEDIATES[name]
    node = make()
    assert agreement(gradient(cost(node), node)) == ("agrees", "proved")


def test_what_an_intermediate_is_made_of_does_not_move_with_it():
    # ∂(Z·A)/∂Z = A although Z = 2A
    Z = 2 * A
    target = gradient((Z * A).sum(), Z)
    nodes = inputs_of([target])
    at = NumericPoint(Point(NUMERIC), nodes)
    assert at.compare(target, A * 1).backprop is Answer.AGREES
    assert at.compare(target, 2 * A).backprop is Answer.DIFFERS
    assert agreement(target) == ("agrees", "proved")


def test_a_gradient_within_a_gradients_intermediate():
    Z = A @ B
    slope = gradient((g(Z)).sum(), Z)
    assert agreement(gradient((slope * Z).sum(), A)) == ("agrees", "proved")


@pytest.mark.parametrize(
    ("of", "by"),
    [
        ((u * u).sum(), A),
        (A @ B, u),
        (c, A),
        (ones(n, k), A),
        ((A > 0).sum(), A),
        ((sigmoid(A) > 0).sum(), A),
        (A.T, B),
    ],
)
def test_what_is_not_reached_has_zeros_of_the_right_shape(of, by):
    zeros = reverse_mode.reverse(of, by)
    assert zeros.shape == (*of.shape, *by.shape)
    at = NumericPoint(Point(NUMERIC), inputs_of([of, by]))
    value = np.broadcast_to(at.evaluation(zeros), at.evaluation.shape(zeros.shape))
    np.testing.assert_array_equal(value, np.zeros(value.shape))


def test_the_derivative_by_itself_is_the_identity():
    at = NumericPoint(Point(NUMERIC), [A, c, v])
    np.testing.assert_array_equal(at.evaluation(reverse_mode.reverse(c, c)), 1)
    np.testing.assert_array_equal(at.evaluation(reverse_mode.reverse(v, v)), np.eye(2))
    np.testing.assert_array_equal(at.evaluation(reverse_mode.reverse(A, A)).reshape(6, 6), np.eye(6))


@pytest.mark.parametrize(
    ("of", "by", "shape"),
    [
        (A @ v, v, (n, k)),
        (u @ u, u, (n,)),
        ((col * col).sum(), col, (1, n)),
        (col * c, c, (n, 1)),
        (S @ col, col, (n, n)),
        (A, S, (n, k, n, n)),
    ],
)
def test_jacobians_are_in_numerator_layout(of, by, shape):
    # ∂(Ax)/∂x = A; the differential of a number at a column is a row
    assert jacobian(of, by).shape == shape


def test_the_jacobian_of_a_linear_map_is_its_matrix():
    at = NumericPoint(Point(NUMERIC), [A, v, S, col])
    np.testing.assert_allclose(at.engine(jacobian(A @ v, v))[0], at.evaluation(A))
    np.testing.assert_allclose(at.engine(jacobian(S @ col, col))[0], at.evaluation(S))
    np.testing.assert_allclose(at.engine(jacobian(col.T @ S @ col, col))[0], at.evaluation(col.T @ (S + S.T)))
    np.testing.assert_allclose(at.engine(gradient(col.T @ S @ col, col))[0], at.evaluation((S + S.T) @ col))


def test_every_kind_of_node_has_a_vjp_and_is_in_the_graphs():
    kinds = {type(node) for build in GRAPHS.values() for node in walk(build()) if node.args}
    assert kinds == {kind for kind in KINDS if kind not in (Misfit, Derivative) and not issubclass(kind, Leaf)}


# ---- random graphs -----------------------------------------------------------------------------------------------

p = dims("p")
Q, R, q = real("Q", p, 2), real("R", 2, p), real("q", p, 1)
SMOOTH = ["sigmoid", "tanh", "sin", "softplus", "square", "relu", "abs", "cos", "leaky_relu(0.01)", "negative"]
OPERATIONS = {
    # All give (p, 2), so that any of them can follow any other.
    "function": lambda x, y, f: f(x),
    "abstract": lambda x, y, f: g(x),
    "derivative of a function": lambda x, y, f: f.prime(x) * y,
    "add": lambda x, y, f: x + y,
    "subtract": lambda x, y, f: x - y,
    "multiply": lambda x, y, f: x * y,
    "divide": lambda x, y, f: x / (2 + y * y),
    "maximum": lambda x, y, f: np.maximum(x, y),
    "mask": lambda x, y, f: np.where(x > y, x, 2 * y),
    "product": lambda x, y, f: (x @ R) @ y / 4,
    "transposes": lambda x, y, f: (R * y.T).T + x,
    "sum": lambda x, y, f: x.sum(axis=0) + y,
    "mean": lambda x, y, f: x - y.mean(axis=1, keepdims=True),
    "broadcast": lambda x, y, f: x * q,
    "slice": lambda x, y, f: x[:, :1] * y[:, 1:] + y,
    "concatenate": lambda x, y, f: np.hstack([x[:, 1:], y[:, :1]]),
    "stack and cut": lambda x, y, f: np.vstack([x, y])[p : 2 * p] * x,
    "reshape": lambda x, y, f: (x.reshape(-1) * y.reshape(-1)).reshape(p, 2),
    "diagonal": lambda x, y, f: np.diag(x @ R)[:, None] * y,
    "einsum": lambda x, y, f: np.einsum("ij,kj,kl->il", x, x, y) / 4,
}


@st.composite
def graphs(draw):
    nodes = [Q, R.T]
    for _ in range(draw(st.integers(1, 4))):
        operation = OPERATIONS[draw(st.sampled_from(sorted(OPERATIONS)))]
        x, y = (nodes[draw(st.integers(0, len(nodes) - 1))] for _ in range(2))
        nodes.append(operation(x, y, TABLE[draw(st.sampled_from(SMOOTH))]))
    return nodes[-1], draw(st.sampled_from([Q, R, *nodes]))


@settings(max_examples=60)
@given(graphs(), st.integers(0, 99))
def test_random_graphs(drawn, seed):
    graph, by = drawn
    target = gradient((graph * (1 + Q)).sum(), by)
    plain = reverse_mode.expand(target)
    nodes = inputs_of([target])
    found = NumericPoint.away_from_kinks(Point({p: 3}, seed), [target], nodes).compare(target, plain)
    assert not found.conflict
    assert found.backprop is not Answer.DIFFERS
    assert found.differences is not Answer.DIFFERS
    assert SymbolicPoint(nodes, {p: 2}).compare(target, plain).answer is Answer.PROVED


@settings(max_examples=30)
@given(graphs(), st.integers(0, 99))
def test_random_graphs_with_a_wrong_factor_are_refuted(drawn, seed):
    graph, by = drawn
    target = gradient((graph * (1 + Q)).sum() + 7 * by.sum(), by)
    wrong = broadcast_to(reverse_mode.expand(target) * 1.001, by.shape)
    at = NumericPoint.away_from_kinks(Point({p: 3}, seed), [target], inputs_of([target]))
    found = at.compare(target, wrong).backprop
    assume(found is not Answer.UNRESOLVED)  # Q > Q lies on its jump everywhere
    assert found is Answer.DIFFERS
