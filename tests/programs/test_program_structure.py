"""Each rule on what it is for, where the value stays the same, and on what looks like it and is not."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from gradcheck import claim, derivation, verify
from gradcheck.graph import as_array, broadcast_to, dims, inputs_of, reshaped
from gradcheck.graph.refusals import engine
from gradcheck.notation import bits, exp, identity, log, logsumexp, ones, real, sigmoid, softmax, softplus
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.programs import softmax as softmax_by
from gradcheck.programs import structure
from gradcheck.programs.rewriting import rewritten
from gradcheck.programs.structure import at_sizes

n, m, one = dims("n m one")
SIZES = {n: sp.Integer(3), m: sp.Integer(4), one: sp.Integer(1)}
A, B, b, Y = real("A", n, m), real("B", m, n), real("b", n, 1), bits("Y", 1, m)
T = real("T", 1, m)
ONE = (sp.Integer(1), sp.Integer(1))

FIRES = [
    (structure.fold, broadcast_to(2, (n, m)) * broadcast_to(3, (n, m))),
    (structure.fold, -broadcast_to(2, (n, m))),
    (structure.subtract_negative, A + -2 * B.T),
    (structure.use_number, A * ones(n, m)),
    (structure.use_number, A + broadcast_to(b, (n, m))),
    (structure.use_number, A * broadcast_to(reshaped(b.sum(), ONE), (n, m))),
    (structure.keep_number, reshaped(broadcast_to(5, (n, m)), (n * m,))),
    (structure.product_with_number, A @ ones(m, n)),
    (structure.product_with_number, ones(n, m) @ B),
    (structure.product_with_number, ones(n, m) @ ones(m, n)),
    (structure.product_with_number, np.einsum("ij,kl->ijkl", A, broadcast_to(3, (n, m)))),
    (structure.product_with_number, np.einsum("ij,kk->ij", A, broadcast_to(3, (n, n)))),
    (structure.product_by_entry, np.einsum("i,ij->ij", b[:, 0], A)),
    (structure.product_by_entry, np.einsum("ij,j->ij", A, A[0])),
    (structure.product_by_entry, np.einsum("ij,ij->ij", A, A)),
    (structure.product_by_entry, np.einsum("ik,ijk->ijk", A, np.einsum("ij,jk->ijk", A, B @ A))),
    (structure.product_by_entry, np.einsum("ij,->ij", A, b.sum())),
    (structure.negate_smaller, -(A + b)),
    (structure.negate_smaller, -(b + A)),
    (structure.pass_transposes, A.T @ B.T),
    (structure.pass_transposes, A.T.T),
    (structure.pass_transposes, np.einsum("ij->ij", A)),
    (structure.transpose_later, log(A.T)),
    (structure.transpose_later, 1 - A.T),
    (structure.transpose_later, A.T * A.T),
    (structure.pass_reshapes, A.reshape(-1).reshape(m, n)),
    (structure.pass_reshapes, A.reshape(-1).reshape(n, m)),
    (structure.pass_reshapes, broadcast_to(real("c", 1, 1), (one, 1))),
    (structure.one_by_one, identity(1)),
    (structure.sum_of_one, b.sum(axis=1)),
    (structure.sum_of_one, np.einsum("ijk->jk", A.reshape(1, n, m))),
    (structure.column_by_product, A.sum(axis=1, keepdims=True)),
    (structure.column_by_product, A.sum(axis=0, keepdims=True)),
    (structure.spread_by_product, A + b),
    (structure.spread_by_product, A - b),
    (structure.spread_by_product, -b - A),
    (structure.spread_by_product, A * T),
    (structure.spread_by_product, real("z", 1, m) - real("c", 1, 1)),
    (structure.spread_by_product, real("c", 1, 1) - b),
    (structure.sum_by_product, A.sum()),
    (structure.sum_by_product, A.sum(axis=0)),
    (structure.sum_by_product, A.sum(axis=1)),
    (structure.labels_in_products, Y @ (-softplus(-T)).T + (1 - Y) @ (-softplus(T)).T),
    (structure.labels_in_products, (1 - Y) @ (-softplus(T)).T + Y @ (-softplus(-T)).T),
    (structure.log_of_total, log(exp(A).sum(axis=0, keepdims=True))),
    (structure.log_of_total, log(exp(A).sum())),
    (structure.log_of_total, log(np.einsum("ijk->ki", exp(np.einsum("ij,jk->ijk", A, B))))),
    (structure.share_of_total, exp(A) / exp(A).sum(axis=0, keepdims=True)),
    (structure.share_of_total, exp(A) / exp(A).sum(axis=0)),
    (structure.share_of_total, exp(A) / exp(B.T).sum(axis=1, keepdims=True)),
    (softmax_by.total_of_logarithm, logsumexp(A, axis=1)),
    (softmax_by.total_of_logarithm, logsumexp(A)),
    (softmax_by.rest_beside_total, A - logsumexp(A, axis=0, keepdims=True)),
    (softmax_by.rest_beside_total, A - logsumexp(A, keepdims=True)),
    (softmax_by.rest_beside_total, A[0] - logsumexp(A[0], keepdims=True)),
    (softmax_by.share_in_total, exp(A - log(exp(A).sum(axis=0, keepdims=True)))),
    (softmax_by.share_in_total, exp(A - log(exp(A).sum()))),
]
PASSES = [
    (structure.fold, broadcast_to(2, (n, m)) * A),
    (structure.subtract_negative, A + 2 * B.T),
    (structure.use_number, broadcast_to(b, (n, m)) * b),
    (structure.keep_number, A.reshape(-1)),
    (structure.product_with_number, A @ B),
    (structure.product_by_entry, A @ B),
    (structure.product_by_entry, np.einsum("i,j->ij", b[:, 0], A[0])),
    (structure.product_by_entry, np.einsum("ij,ji->ij", A, B)),
    (structure.product_by_entry, np.einsum("ij,jk->ij", A, B)),
    (structure.product_by_entry, np.einsum("ij,i->ji", A, b[:, 0])),
    (structure.negate_smaller, -(A + B.T)),
    (structure.negate_smaller, -(A - b)),
    (structure.pass_transposes, A @ B),
    (structure.transpose_later, A.T * B),
    (structure.transpose_later, log(A)),
    (structure.transpose_later, A.T + b.sum(axis=0)),
    (structure.pass_reshapes, A.reshape(m, n)),
    (structure.pass_reshapes, broadcast_to(b, (n, m))),
    (structure.one_by_one, identity(n)),
    (structure.sum_of_one, A.sum(axis=1)),
    (structure.sum_of_one, b.sum()),
    (structure.sum_of_one, np.einsum("ijk->kj", A.reshape(1, n, m))),
    (structure.column_by_product, A.sum(axis=1)),
    (structure.spread_by_product, A + B.T),
    (structure.spread_by_product, A + 2),
    (structure.spread_by_product, A * broadcast_to(2, (n, 1))),
    (structure.spread_by_product, A + real("c", 1, 1)),
    (structure.spread_by_product, A + real("row", m)),
    (structure.spread_by_product, np.concatenate([B] * 50) + real("w", 50 * m, 1)),
    (structure.sum_by_product, A.T),
    (structure.sum_by_product, np.einsum("ii->", A @ B)),
    (structure.labels_in_products, Y @ (-softplus(-T)).T + (1 - Y) @ (-softplus(2 * T)).T),
    (structure.labels_in_products, Y @ log(sigmoid(T)).T + Y @ log(1 - sigmoid(T)).T),
    (structure.log_of_total, log(exp(A))),
    (structure.log_of_total, log(A.sum(axis=0))),
    (structure.log_of_total, log(2 * exp(A).sum(axis=0))),
    (structure.log_of_total, log(np.einsum("ii->", exp(A @ B)))),
    (structure.share_of_total, exp(A) / A.sum(axis=0)),
    (structure.share_of_total, exp(A) / exp(A)),
    (structure.share_of_total, A / exp(A).sum(axis=0)),
    (structure.share_of_total, exp(A).sum(axis=0) / exp(A)),
    (softmax_by.total_of_logarithm, log(exp(A).sum())),
    (softmax_by.rest_beside_total, A + logsumexp(A, axis=0, keepdims=True)),
    (softmax_by.rest_beside_total, A - logsumexp(2 * A, axis=0, keepdims=True)),
    (softmax_by.rest_beside_total, logsumexp(A, axis=0, keepdims=True) - A),
    (softmax_by.rest_beside_total, A - logsumexp(A, axis=0)),
    (softmax_by.share_in_total, exp(A - log(exp(2 * A).sum(axis=0)))),
    (softmax_by.share_in_total, exp(A - log(exp(A)))),
    (softmax_by.share_in_total, exp(A - exp(A).sum(axis=0))),
    (softmax_by.share_in_total, A - log(exp(A).sum(axis=0))),
    (softmax_by.share_in_total, exp(log(exp(A).sum(axis=0)) - A)),
]


def with_transposes_passed(graph):
    """At sizes, and as products are when the rule of losses looks at them."""
    (root,) = at_sizes([graph], SIZES)
    return rewritten([root], [structure.pass_transposes])[0]


def prepared(rule, graph):
    return with_transposes_passed(graph) if rule is structure.labels_in_products else at_sizes([graph], SIZES)[0]


def value(graph):
    rng = np.random.default_rng(0)
    inputs = {node.key: rng.standard_normal(tuple(map(int, node.shape))) for node in inputs_of([graph])}
    return Evaluation(inputs, {})(graph)


def named(part):
    return getattr(part, "__name__", repr(part))


@pytest.mark.parametrize(("rule", "graph"), FIRES, ids=named)
def test_a_rule_keeps_the_value(rule, graph):
    node = prepared(rule, graph)
    with engine():
        found = rule(node)
    assert found is not None
    assert found.key != node.key
    assert found.shape == node.shape
    np.testing.assert_allclose(value(found), value(node), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("rule", "graph"), PASSES, ids=named)
def test_a_rule_leaves_what_it_is_not_for(rule, graph):
    with engine():
        assert rule(prepared(rule, graph)) is None


@pytest.mark.parametrize(
    "graph", [1 / as_array(m), as_array(m) * broadcast_to(3, (n, m)), m - 1 / as_array(n)], ids=repr
)
def test_numbers_that_depend_on_sizes_are_put_together_exactly(graph):
    (found,) = rewritten([graph], [structure.fold, structure.keep_number])
    assert structure.filling(found) is not None
    np.testing.assert_array_equal(value(at_sizes([found], SIZES)[0]), value(at_sizes([graph], SIZES)[0]))


# ---- proofs --------------------------------------------------------------------------------------------------------

REST = A - A.max(axis=1, keepdims=True)
SHARES = exp(A) / exp(A).sum(axis=0, keepdims=True)
PROVED = [
    (log(exp(A).sum(axis=0, keepdims=True)), logsumexp(A, axis=0, keepdims=True)),
    (SHARES, exp(A - logsumexp(A, axis=0, keepdims=True))),
    (log(softmax(A, axis=0)), A - logsumexp(A, axis=0, keepdims=True)),
    (logsumexp(A, axis=1), log(exp(REST).sum(axis=1)) + A.max(axis=1)),
    (A - logsumexp(A, axis=1, keepdims=True), REST - log(exp(REST).sum(axis=1, keepdims=True))),
    (exp(REST - log(exp(REST).sum(axis=1, keepdims=True))), exp(REST) / exp(REST).sum(axis=1, keepdims=True)),
]
REFUTED = [
    (log(exp(A).sum(axis=0, keepdims=True)), logsumexp(A, axis=1, keepdims=True)),
    (SHARES, exp(A - logsumexp(A, axis=1, keepdims=True))),
    (log(softmax(A, axis=0)), A - logsumexp(A)),
    (logsumexp(A, axis=1), log(exp(REST).sum(axis=1)) - A.max(axis=1)),
    (A - logsumexp(A, axis=1, keepdims=True), REST + log(exp(REST).sum(axis=1, keepdims=True))),
]


def judged(left, right):
    @derivation(source="the rules of softmax")
    def rule_as_claim():
        yield claim(left, right)

    return verify(rule_as_claim).derivations[0].claims[0].steps[0].judgement.verdict.value


@pytest.mark.parametrize(("left", "right"), PROVED, ids=repr)
def test_what_softmax_is_rewritten_by_is_proved_by_exact_algebra(left, right):
    assert judged(left, right) == "proved"


@pytest.mark.parametrize(("left", "right"), REFUTED, ids=repr)
def test_what_is_nearly_a_rule_of_softmax_is_not(left, right):
    assert judged(left, right) in ("refuted", "ill-shaped")


@pytest.mark.parametrize(("rule", "graph"), [pair for pair in FIRES if "total" in named(pair[0])], ids=named)
def test_what_a_rule_of_softmax_makes_is_proved_to_be_what_it_was(rule, graph):
    with engine():
        found = rule(at_sizes([graph], {n: sp.Integer(2), m: sp.Integer(3)})[0])
    assert judged(at_sizes([graph], {n: sp.Integer(2), m: sp.Integer(3)})[0], found) == "proved"
