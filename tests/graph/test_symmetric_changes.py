"""Derivatives along symmetric changes: what they are by their definition, computed without any rule of the engine."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import dims, gradient, jacobian, positive_definite, real, symmetric
from gradcheck.graph import inputs_of
from gradcheck.graph.symmetric_changes import along_symmetric_changes, by_each_entry, symmetric_derivatives
from gradcheck.notation import inv, slogdet, solve, trace
from gradcheck.numerics import reverse_mode
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.printing import source
from gradcheck.sampling.point import Point

n, m = dims("n m")
S, K, T = symmetric("S", n, n), positive_definite("K", n, n), symmetric("T", m, n, n)
A, x, y = real("A", n, n), real("x", n, 1), real("y", n, 1)
BILINEAR = x.T @ S @ y
COSTS = {
    "a bilinear form": (S, BILINEAR, lambda S, at: at[x].T @ S @ at[y]),
    "a product": (S, trace(A @ S @ S), lambda S, at: np.trace(at[A] @ S @ S)),
    "one entry": (S, S[0, 1] ** 3, lambda S, at: S[0, 1] ** 3),
    "an inverse": (K, x.T @ solve(K, y), lambda K, at: at[x].T @ np.linalg.solve(K, at[y])),
    "a determinant": (K, slogdet(K)[1] * trace(A @ K), lambda K, at: np.log(np.linalg.det(K)) * np.trace(at[A] @ K)),
    "a stack": (T, (T @ T * A).sum(), lambda T, at: (T @ T * at[A]).sum()),
}


def values(*arrays):
    """The values of arrays at a point, by reverse mode, and those of the inputs of all costs."""
    graphs = [reverse_mode.expand(array) for array in arrays]
    sizes = {n: 3, m: 2}
    at = Evaluation(Point(sizes, 7).values(inputs_of([*graphs, A, x, y])), sizes)
    return [at(graph) for graph in graphs], {node: at(node) for node in (A, x, y)}


@pytest.mark.parametrize("name", COSTS)
def test_the_scalar_product_with_each_symmetric_change_is_what_the_cost_changes_by(name):
    by, cost, numpy = COSTS[name]
    (found, start), at = values(along_symmetric_changes(gradient(cost, by)), by)
    np.testing.assert_allclose(found, np.swapaxes(found, -1, -2), rtol=1e-12)  # F = Fᵀ
    rng = np.random.default_rng(3)
    for _ in range(4):
        change = rng.standard_normal(start.shape)
        change = change + np.swapaxes(change, -1, -2)
        slope = np.imag(numpy(start + 1e-30j * change, at)).item() / 1e-30
        np.testing.assert_allclose((found * change).sum(), slope, rtol=1e-9)  # Σ F_ij D_ij = dL(S)[D]


def test_it_does_not_depend_on_how_the_cost_is_written():
    one, other = (gradient(cost, S) for cost in (x.T @ S @ y, y.T @ S @ x))
    (entries, others, changes, same), _ = values(one, other, *map(along_symmetric_changes, (one, other)))
    assert not np.allclose(entries, others)
    np.testing.assert_allclose(changes, same, rtol=1e-12)
    np.testing.assert_allclose(changes, (entries + entries.T) / 2, rtol=1e-12)


def test_jacobians_and_second_derivatives_are_taken_so_as_well():
    rows = jacobian(S @ x, S)  # ∂(S x)_i/∂S_kl = δ_ik x_l
    (entries, changes, at_x), _ = values(rows, along_symmetric_changes(rows), x)
    assert entries.shape == (3, 3, 3)
    np.testing.assert_allclose(entries, np.einsum("ik,l->ikl", np.eye(3), at_x[:, 0]))
    np.testing.assert_allclose(changes, (entries + np.swapaxes(entries, 1, 2)) / 2)
    second = gradient((gradient(trace(A @ S @ S), S) * A).sum(), S)  # ⟨A, sym(AᵀS + SAᵀ)⟩ = ⟨B Aᵀ…⟩ for B = sym(A)
    (found, at_a), _ = values(along_symmetric_changes(second), A)
    mean = (at_a + at_a.T) / 2
    plain = at_a @ mean + mean @ at_a
    np.testing.assert_allclose(found, (plain + plain.T) / 2, rtol=1e-12)


GRAPHS = {
    "a gradient": gradient(BILINEAR, S),
    "an update": S - 0.1 * gradient(BILINEAR, S),
    "an entry": gradient(BILINEAR, S[0, 1]),
    "two": gradient(x.T @ inv(K) @ S @ y, K) @ gradient(BILINEAR, S),
    "a second derivative": gradient((gradient(trace(S @ S @ S), S) ** 2).sum(), S),
}


@pytest.mark.parametrize("name", GRAPHS)
def test_the_way_back_is_the_same_expression_and_nothing_is_taken_twice(name):
    graph = GRAPHS[name]
    along = along_symmetric_changes(graph)
    assert along.key != graph.key
    assert along.shape == graph.shape
    assert by_each_entry(along).key == graph.key
    assert along_symmetric_changes(along).key == along.key
    assert source(along, {}) == source(graph, {})
    assert len(symmetric_derivatives(along)) == len(symmetric_derivatives(graph))


def test_other_graphs_stay_what_they_are():
    half = (gradient(BILINEAR, S) + gradient(BILINEAR, S).T) / 2
    for graph in (
        gradient(x.T @ A @ y, A),
        gradient(BILINEAR, x),
        S @ x,
        x + (S @ S) @ y,
        (S + A) @ gradient(x.T @ x, x),
    ):
        assert along_symmetric_changes(graph) is graph
        assert by_each_entry(graph) is graph
    assert by_each_entry(half).key == half.key  # an author's own mean is none of ours


def test_what_has_a_name_keeps_it_in_larger_formulas():
    G, new = gradient(BILINEAR, S), {}
    whole = 2 * G @ x - S @ G @ y
    along, part = along_symmetric_changes(whole, new), along_symmetric_changes(G, new)
    assert source(along, {id(part): "G"}) == source(whole, {id(G): "G"}) == "(2 * G) @ x - S @ G @ y"
