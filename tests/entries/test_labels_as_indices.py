"""Labels as indices: what they pick, and what is claimed with them."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck import claim, derivation, dims, gradient, real
from gradcheck.judging.verification import verify_derivation
from gradcheck.notation import arange, exp, indices, labels, log
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.verdicts import Verdict


def test_labels_pick_entries():
    N, C = dims("N C")
    i, k = indices("i k")
    P, y = real("P", N, C), labels("y", N, classes=C)
    values = {P.key: np.arange(6.0).reshape(2, 3), y.one_hot.key: np.array([[0, 0, 1], [1, 0, 0]])}
    at = Evaluation(values, {N: 2, C: 3})
    assert at(P[i, y[i]].array(i)).tolist() == [2, 3]
    assert at((y[i] == k).array(i, k)).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert at((k == y[i]).array(i, k)).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert at((k != y[i]).array(i, k)).tolist() == [[1, 1, 0], [0, 1, 1]]
    assert at((y[i] == 2).array(i)).tolist() == [1, 0]
    assert at((P[i, y[i]] * P[i, y[i]]).sum(i).array()) == 13


@derivation(source="multiclass")
def multiclass():
    N, C = dims("N C")
    i, k, c = indices("i k c")
    z, y = real("z", N, C), labels("y", N, classes=C)
    p = (exp(z[i, k]) / exp(z[i, c]).sum(c)).array(i, k)
    L = -log(p[i, y[i]]).mean(i)
    yield claim(gradient(L, z[i, k]), (p[i, k] - (y[i] == k)) / N, at="right")
    yield claim(gradient(L, z[i, k]), (p[i, k] - p[i, y[i]]) / N, at="the probability for the indicator")
    yield claim(gradient(L, z[i, k]), p[i, k] - (y[i] == k), at="1/N is lost")


def test_formulas_with_labels_are_judged_as_any():
    right, *wrong = verify_derivation(multiclass).steps
    assert right.judgement.verdict is Verdict.PROVED
    assert [step.judgement.verdict for step in wrong] == [Verdict.REFUTED] * 2


def test_labels_print_as_indices():
    _, step, _ = verify_derivation(multiclass, examples=1).steps
    assert step.printed == "(p[i, k] - p[i, y[i]]) / N"
    assert step.printed_text.unicode == "(p_ik − p_i,y_i) / N"
    assert step.printed_text.latex == r"\frac{p_{ik} - p_{i,y_{i}}}{N}"


@pytest.mark.parametrize("order", [lambda k, y: k < y, lambda k, y: k >= y, lambda k, y: y > k])
def test_an_index_is_not_put_in_order_with_a_label(order):
    i, k = indices("i k")
    with pytest.raises(TypeError, match=r"k .* y\[i\]: an index is compared with another one"):
        order(k, labels("y", dims("N"), classes=3)[i])


@pytest.mark.parametrize(
    ("make", "words"), [(lambda y: np.exp(y), "are labels, not numbers"), (lambda y: y[0, 1], "labels have 1 indices")]
)
def test_labels_are_no_numbers(make, words):
    with pytest.raises(TypeError) as refused:
        make(labels("y", 4, classes=3))
    assert words in str(refused.value)


def test_labels_behind_positions_pick_entries():
    """Not a mask, although `arange(N)` is an array."""
    N, C = dims("N C")
    P, y = real("P", N, C), labels("y", N, classes=C)
    values = {P.key: np.arange(6.0).reshape(2, 3), y.one_hot.key: np.array([[0, 0, 1], [1, 0, 0]])}
    assert Evaluation(values, {N: 2, C: 3})(P[arange(N), y]).tolist() == [2, 3]
    assert Evaluation(values, {N: 2, C: 3})(P.T[y, arange(N)]).tolist() == [2, 3]
