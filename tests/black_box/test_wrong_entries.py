"""How a wrong gradient of a black box is told: by a term, by rows and columns, by a factor that is nearly 1."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.black_box import check_gradient

RNG = np.random.default_rng(0)
W, X, LAM = RNG.standard_normal((3, 4)), RNG.standard_normal(4), 0.3


def loss(w):
    return float(np.sum(np.tanh(w @ X) ** 2))


def slope(w):
    t = np.tanh(w @ X)
    return np.outer(2 * t * (1 - t * t), X)


def with_row(w, row, factor=2.0):
    wrong = slope(w)
    wrong[row] *= factor
    return wrong


def finding(f, grad, *args):
    found = check_gradient(f, grad, *args).findings[0]
    return found.cause, found.message


@pytest.mark.parametrize(
    ("grad", "cause", "words"),
    [
        (lambda w: slope(w) + 0.1 * w, "term", "0.1 × argument 1 (w) is too much; 12 of 12 entries differ"),
        (lambda w: with_row(w, 1), "entries", "only row 1 is wrong; 4 of 12 entries differ"),
        (
            lambda w: with_row(w.T, 0).T if w.shape == (4, 3) else with_row(w, [0, 2]),
            "entries",
            "only rows 0, 2 are wrong",
        ),
        (lambda w: slope(w) + np.eye(3, 4)[:, ::-1] * [[0], [1], [0]], "entries", "only "),
        (lambda w: slope(w) * (1 + 4e-6), "factor", "it is 1.000004 × the gradient, right to 4e-06; "),
        (lambda w: slope(w) * np.sqrt(8), "factor", "it is √8 × the gradient; "),
        (lambda w: slope(w) + np.cos(w), "", "12 of 12 entries differ; worst at ["),
    ],
)
def test_a_cause_is_told_from_numbers_alone(grad, cause, words):
    found, message = finding(loss, grad, W)
    assert found == cause
    assert message.startswith(words)


def test_a_term_that_is_missing_is_named_by_the_arguments():
    def penalised(w, lam):
        return loss(w) + lam * float(np.sum(w * w)) / 2

    cause, message = finding(penalised, lambda w, lam: (slope(w), np.sum(w * w) / 2), W, LAM)
    assert cause == "term"
    assert message.startswith("argument 2 (lam) × argument 1 (w) is missing; ")


def test_two_entries_are_too_few_for_a_term():
    cause, message = finding(lambda x: float(np.sum(x**3)), lambda x: 3 * x**2 + [0.1, 0.2], np.array([1.0, 2.0]))
    assert cause != "term"
    assert "too much" not in message


def test_a_transpose_has_its_word():
    S = RNG.standard_normal((3, 3))
    cause, message = finding(lambda s: float(np.sum(np.sin(s) * [1, 2, 3])), lambda s: (np.cos(s) * [1, 2, 3]).T, S)
    assert (cause, message.split("; ")[0]) == ("transpose", "it is the transpose")
