"""Which label an entry depends on: none is overlooked; and the sum over the cases of a label is the value in each."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from gradcheck.graph import dims, inputs_of, make_input
from gradcheck.graph.domains import BITS
from gradcheck.notation import bits, det, exp, gradient, identity, inv, logsumexp, one_hot, real, slogdet, softmax
from gradcheck.numerics import reverse_mode
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.proofs.labels import MIXED, NONE, Labels

n, m = dims("n m")
SIZES = {n: 3, m: 4}
X, c = real("X", n, m), real("c")
Y, y, H = bits("Y", n, m), bits("y", m), one_hot("H", n, m)

# ---- what depends on more than one label, or on none -----------------------------------------------------------------

MIXED_ONES = {
    "another bit": Y * y,
    "a bit and a column": Y * H,
    "a sum": X * Y.sum(axis=0),
    "a product of matrices": X.T @ Y,
    "a transpose": Y @ Y.T,
    "two columns": H[:, 0] * H[:, 1],
    "a diagonal of other ones": np.einsum("ii->i", X @ Y.T),
    "the largest of several": (X * Y).max(axis=0),
    "its mask": (X * Y).max(axis=0) == X * Y,
    "the log of their sum": logsumexp(X * Y, axis=0),
    "an inverse": inv(X @ Y.T),
    "a determinant": det(X @ Y.T),
    "its log": slogdet(X @ Y.T)[1],
    "a gradient": gradient((X * Y.sum()).sum(), X),
}
OWNED = {
    "a bit": Y,
    "a function of a bit": exp(Y * X) / (1 + Y),
    "broadcast": X * y,
    "a sum of what depends on one": (X * y).sum(axis=0),
    "a column": (H * X).sum(axis=0),
    "two entries of a column": H[0] * H[1],
    "a square of a column": np.einsum("ij,ij->j", H, H),
    "columns": H.T @ real("W", n, n),
    "a triangle": np.tril(bits("S", n, n)),
    "moved": np.concatenate([Y.T[1:], Y.T[:1]]),
    "a diagonal": np.einsum("ii->i", bits("S", n, n)),
    "the largest in a column": (H * X).max(axis=0),
    "its mask": (X * y).max(axis=0) == X * y,
    "softmax in a column": softmax(H * X, axis=0),
    "inverses": inv(real("R", m, n, n) + np.einsum("k,ij->kij", y, identity(n))),
    "determinants": det(np.einsum("ik,ij->kij", H, real("S", n, n)) + identity(n)),
    "a gradient": gradient((X * X * y).sum(), X),
}
FREE = {"an input": X, "a sum": X.sum(), "a number": 0 * c + 1, "a triangle of ones": np.tri(n, m, like=X)}


def owners(graph):
    return Labels(inputs_of([graph]), SIZES)(graph)


@pytest.mark.parametrize("name", MIXED_ONES)
def test_what_depends_on_more_labels_is_owned_by_none(name):
    graph = MIXED_ONES[name]
    assert np.all(owners(graph) == MIXED)
    assert not Labels(inputs_of([graph]), SIZES).is_owned(graph)


@pytest.mark.parametrize("name", OWNED)
def test_what_depends_on_one_label_each_is_owned(name):
    assert Labels(inputs_of([OWNED[name]]), SIZES).is_owned(OWNED[name])


@pytest.mark.parametrize("name", FREE)
def test_what_depends_on_no_label_is_free(name):
    labels = Labels([*inputs_of([FREE[name]]), Y], SIZES)
    assert np.all(labels(FREE[name]) == NONE)
    assert not labels.depends(FREE[name])
    assert not labels.is_owned(FREE[name])


# ---- no dependence is overlooked -------------------------------------------------------------------------------------


def numbers(labels, inputs, changed):
    """Values of all inputs, with the label of this number in another case than the others."""
    rng = np.random.default_rng(0)
    found = {node.key: rng.standard_normal(labels.shape(node.shape)) for node in inputs}
    for node in labels.inputs:
        cases = [labels.in_case(node, case).astype(float) for case in (0, 1)]
        found[node.key] = np.where(labels(node) == changed, cases[1], cases[0])
    return found


@pytest.mark.parametrize("graph", [*MIXED_ONES.values(), *OWNED.values()], ids=repr)
def test_a_label_that_changes_changes_no_entry_that_another_owns(graph):
    inputs, plain = inputs_of([graph]), reverse_mode.expand(graph)
    labels = Labels(inputs, SIZES)
    found = labels(graph)
    before = Evaluation(numbers(labels, inputs, NONE), SIZES)(plain)
    for label in range(30):
        after = Evaluation(numbers(labels, inputs, label), SIZES)(plain)
        assert np.all((found[before != after] == label) | (found[before != after] == MIXED))


# ---- cases -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("node", [Y, H, make_input("B", [m], BITS)], ids=repr)
def test_in_a_case_its_weight_is_1_and_those_of_the_others_are_0(node):
    labels = Labels([node], SIZES)
    for case, other in itertools.product(range(labels.cases), repeat=2):
        weights = labels.weights(labels(node), other, [labels.in_case(node, case)])
        assert np.all(weights == (case == other))


def test_labels_of_fewer_cases_have_no_weight_in_further_ones():
    labels = Labels([H, Y], SIZES)
    assert labels.cases == 3
    assert not np.any(labels.in_case(Y, 2))
    given = [labels.in_case(node, 0) for node in labels.inputs]
    assert not np.any(labels.weights(labels(Y), 2, given))
    assert np.all(labels.weights(labels(X), 0, given) == 1)
    assert not np.any(labels.weights(labels(X), 1, given))
