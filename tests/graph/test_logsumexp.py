"""log Σ exp, softmax and its logarithm: wrong gradients are refuted, right ones proved, numbers are stable."""

from __future__ import annotations

import numpy as np
import pytest
from samples import judged

from gradcheck import claim, derivation, dims, gradient, jacobian, one_hot, real, verify
from gradcheck.graph.refusals import Unsupported
from gradcheck.judging.comparison import NumericPoint
from gradcheck.notation import diag, exp, log, log_softmax, logsumexp, relu, softmax
from gradcheck.numerics import increments
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.printing import source
from gradcheck.proofs.ranges import Ranges
from gradcheck.sampling.point import Point

c, n, d = dims("c n d")
Z, Y, S, z = real("Z", c, n), one_hot("Y", c, n), real("S", c, c), real("z", c)
X, W, b, column = real("X", d, n), real("W", c, d), real("b", c, 1), real("column", c, 1)
P, p = softmax(Z, axis=0), softmax(z)
Q = softmax(column)
E, F = exp(Z - Z.max(axis=0, keepdims=True)), exp(Z - Z.max(axis=1)[:, None])
COST = -(Y * log_softmax(Z, axis=0)).sum()
SCORES = W @ X + b
LAYER = -(Y * log(softmax(SCORES, axis=0))).sum() / n


WRONG = {
    "no cross term": (jacobian(p, z), diag(p * (1 - p))),
    "the cross term alone": (jacobian(p, z), -np.outer(p, p)),
    "turned": (jacobian(p, z), np.outer(p, p) - diag(p)),
    "an entry's own derivative": (gradient(COST, Z), P * (1 - P)),
    "the sign": (gradient(COST, Z), Y - P),
    "no label": (gradient(COST, Z), P),
    "another axis": (gradient(COST, Z), softmax(Z, axis=1) - Y),
    "another axis of a square": (softmax(S, axis=0), softmax(S, axis=1)),
    "all entries": (gradient(logsumexp(S, axis=0).sum(), S), softmax(S, axis=(0, 1))),
    "the largest entry": (logsumexp(Z, axis=0), Z.max(axis=0)),
    "its mask": (gradient(logsumexp(Z), Z), 1 * (Z.max() == Z)),
    "the mean": (gradient(COST, Z), (P - Y) / n),
    "no logarithm": (logsumexp(Z, axis=0), exp(Z).sum(axis=0)),
    "a shift that is not taken back": (logsumexp(Z, axis=0), log(E.sum(axis=0))),
    "divided by all": (P, exp(Z) / exp(Z).sum()),
    "1/n": (gradient(LAYER, W), (softmax(SCORES, axis=0) - Y) @ X.T),
}
RIGHT = {
    "by its definition": (P, exp(Z) / exp(Z).sum(axis=0, keepdims=True)),
    "of a column": (softmax(column), exp(column) / exp(column).sum()),
    "its jacobian": (jacobian(p, z), diag(p) - np.outer(p, p)),
    "its jacobian by a column": (jacobian(Q, column), diag(Q) - Q @ Q.T),
    "of the log of a sum": (gradient(logsumexp(Z, axis=0).sum(), Z), P),
    "cross-entropy": (gradient(COST, Z), P - Y),
    "cross-entropy of probabilities": (gradient(-(Y * log(P)).sum(), Z), P - Y),
    "a layer": (gradient(LAYER, W), (softmax(SCORES, axis=0) - Y) @ X.T / n),
    "its bias": (gradient(LAYER, b), (softmax(SCORES, axis=0) - Y).sum(axis=1, keepdims=True) / n),
    "the logarithm": (log_softmax(Z, axis=0), Z - logsumexp(Z, axis=0, keepdims=True)),
    "the logarithm by log": (log_softmax(Z, axis=0), log(P)),
    "the log of a sum": (logsumexp(Z, axis=1), log(exp(Z).sum(axis=1))),
    "of all": (gradient(logsumexp(Z), Z), exp(Z) / exp(Z).sum()),
    "moved by the largest entry": (P, E / E.sum(axis=0, keepdims=True)),
    "the log moved by the largest": (logsumexp(Z, axis=0), Z.max(axis=0) + log(E.sum(axis=0))),
    "cross-entropy moved by it": (gradient(-(Y * log(E / E.sum(axis=0, keepdims=True))).sum(), Z), P - Y),
    "three entries moved by it": (softmax(Z, axis=1), F / F.sum(axis=1)[:, None]),
    "moved by anything": (softmax(z - z[0]), p),
    "the sum is 1": (P.sum(axis=0), 1 + 0 * Z[0]),
    "twice": (gradient((gradient(logsumexp(z), z) * z).sum(), z), p + (diag(p) - np.outer(p, p)) @ z),
}


def test_wrong_formulas_are_refuted():
    assert dict(zip(WRONG, judged(WRONG.values()), strict=True)) == dict.fromkeys(WRONG, "refuted")


def test_right_formulas_are_proved():
    found = dict(zip(RIGHT, judged(RIGHT.values()), strict=True))
    assert found == {**dict.fromkeys(RIGHT, "proved"), "the logarithm": "definition"}


def test_a_lost_keepdims_does_not_conform():
    assert judged([(log_softmax(Z, axis=0), Z - logsumexp(Z, axis=1))]) == ["ill-shaped"]


def test_there_are_no_kinks():
    @derivation()
    def notes():
        yield claim(gradient(COST, Z), P - Y)

    (step,) = verify(notes, examples=1).steps
    assert step.judgement.evidence["where"] == {"values": [], "kinks": []}
    at = NumericPoint(Point({c: 3, n: 2}, 0, pattern="zeros"), [Z, Y])
    assert at.compare(gradient(COST, Z), P - Y).answer.value == "agrees"


# ---- numbers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("axis", [0, 1, -1, (0, 1), None])
def test_values_are_stable_and_those_of_plain_formulas(axis):
    small = np.array([[1.0, -2.0, 0.5], [0.0, 3.0, 0.25]])
    total = logsumexp(Z, axis=axis, keepdims=True)
    plain = np.log(np.exp(small).sum(axis=axis, keepdims=True))
    np.testing.assert_allclose(Evaluation({Z.key: small}, {c: 2, n: 3})(total), plain, rtol=1e-15)
    large = 800 * np.sign(small) + small
    at = Evaluation({Z.key: large}, {c: 2, n: 3})
    moved = large - large.max(axis=axis, keepdims=True)
    expected = large.max(axis=axis, keepdims=True) + np.log(np.exp(moved).sum(axis=axis, keepdims=True))
    np.testing.assert_allclose(at(total), expected, rtol=1e-15)
    np.testing.assert_allclose(
        at(softmax(Z, axis=(0, 1) if axis is None else axis)), np.exp(large - expected), rtol=1e-12
    )
    complex_ones = Evaluation({Z.key: large + 1e-30j}, {c: 2, n: 3}, dtype=np.complex128)(logsumexp(Z))
    assert np.isfinite(complex_ones)
    assert complex_ones.imag == pytest.approx(1e-30)


@pytest.mark.parametrize("size", [1.0, 800.0, 1e6])
def test_derivatives_are_the_same_by_all_oracles_of_numbers(size):
    values = size * np.array([[1.0, -1.0], [0.5, 0.875], [-0.25, 1.0]])
    target = (gradient(logsumexp(Z, axis=0).sum(), Z)).args[0]
    at = Evaluation({Z.key: values}, {c: 3, n: 2}, derivative=increments.differentiate)
    moved = np.exp(values - values.max(axis=0))
    np.testing.assert_allclose(at(target), moved / moved.sum(axis=0), rtol=1e-9, atol=1e-300)


def test_increments_do_not_cancel():
    node = logsumexp(z)
    at = increments.Increments(Evaluation({z.key: np.array([1.0, 2.0])}, {c: 2}))
    step = np.array([1e-30, 3e-30])
    share = np.exp([1.0, 2.0]) / np.exp([1.0, 2.0]).sum()
    assert node.change(at, [np.array([1.0, 2.0])], [step], None) == pytest.approx((share * step).sum(), rel=1e-14)


def test_its_range_begins_at_that_of_its_entries():
    assert Ranges()(logsumexp(relu(Z), axis=0)) == (0.0, np.inf)


# ---- axes and words --------------------------------------------------------------------------------------------------


def test_shapes_are_numpys():
    assert logsumexp(Z).shape == ()
    assert logsumexp(Z, axis=0).shape == (n,)
    assert logsumexp(Z, axis=-1, keepdims=True).shape == (c, 1)
    assert softmax(Z, axis=1).shape == log_softmax(Z, axis=0).shape == (c, n)
    assert softmax(column).shape == (c, 1)


@pytest.mark.parametrize("function", [softmax, log_softmax])
def test_without_an_axis_a_matrix_is_refused_with_the_cure(function):
    with pytest.raises(TypeError, match=rf"along which axis\? Write {function.__name__}\(Z, axis=0\) where columns"):
        function(Z)


def test_an_axis_that_is_not_there_does_not_conform():
    assert not softmax(Z, axis=2).conforms
    assert not isinstance(softmax(Z, axis=2).error, Unsupported)


@pytest.mark.parametrize("axis", [0, 1])
def test_of_numbers_they_are_numpys_numbers_and_stable(axis):
    x = np.array([[1000.0, 1001.0, -1000.0], [1002.0, 999.0, 3.0]])
    shares = softmax(x, axis=axis)
    assert isinstance(shares, np.ndarray)
    np.testing.assert_allclose(shares.sum(axis=axis), 1, rtol=1e-14)
    np.testing.assert_allclose(log_softmax(x, axis=axis).max(axis=axis), np.log(shares.max(axis=axis)), rtol=1e-14)
    kept = logsumexp(x, axis=axis, keepdims=True)
    np.testing.assert_allclose(x - kept, log_softmax(x, axis=axis), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(logsumexp(x, axis=axis), np.squeeze(kept, axis))
    assert np.ndim(logsumexp(x)) == 0


def test_of_extended_precision_they_are_as_precise():
    assert softmax(np.array([1, 2], np.longdouble)).dtype == np.longdouble


@pytest.mark.parametrize("function", [softmax, log_softmax])
def test_of_a_matrix_of_numbers_the_axis_is_asked_for(function):
    with pytest.raises(TypeError, match=r"of \(2, 3\): along which axis\?"):
        function(np.ones((2, 3)))


def test_how_it_is_written():
    assert source(log_softmax(Z, axis=0) - P, {}) == "log_softmax(Z, axis=0) - softmax(Z, axis=0)"
    assert source(logsumexp(Z, axis=1, keepdims=True), {}) == "logsumexp(Z, axis=1, keepdims=True)"
