"""A wrong gradient whose code is a formula is told what would be right, as code; no verdict waits for it."""

import numpy as np
import pytest

from gradcheck.black_box import check_gradient
from gradcheck.black_box.corrected import Wrong

pytestmark = pytest.mark.searches

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((5, 3)), RNG.integers(0, 2, 5).astype(float)
V = RNG.standard_normal(3)
W, B = RNG.standard_normal((2, 3)), RNG.standard_normal((2, 1))
C = RNG.standard_normal((3, 4))


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def cross_entropy(w):
    p = sigmoid(X @ w)
    return -np.mean(Y * np.log(p) + (1 - Y) * np.log(1 - p))


def squares(w):
    return ((X @ w - Y) ** 2).sum() / 2


def layer(W, b):
    return (np.tanh(W @ C + b) ** 2).sum()


def slope(W, b):
    A = np.tanh(W @ C + b)
    return 2 * A * (1 - A**2)


SINGLE = {
    "1/m is lost": (cross_entropy, lambda w: X.T @ (sigmoid(X @ w) - Y)),
    "the sign": (squares, lambda w: X.T @ (Y - X @ w)),
    "too much": (squares, lambda w: 2 * X.T @ (X @ w - Y)),
    "no derivative of the activation": (cross_entropy, lambda w: X.T @ (X @ w - Y) / 5),
}


@pytest.mark.parametrize("name", SINGLE)
def test_what_is_proposed_runs_and_agrees(name):
    f, grad = SINGLE[name]
    report = check_gradient(f, grad, V)
    (correction,) = report.corrections.values()
    proposed = eval(f"lambda w: {correction}", {"np": np, "X": X, "Y": Y})
    assert check_gradient(f, proposed, V)
    assert f"\nwrite instead: {correction}\n" in str(report)


def test_each_wrong_argument_is_corrected_and_no_right_one():
    wrong = check_gradient(layer, lambda W, b: (slope(W, b) @ C.T, slope(W, b).mean(axis=1, keepdims=True)), W, B)
    assert list(wrong.corrections) == ["argument 2 (b)"]
    both = check_gradient(layer, lambda W, b: (-slope(W, b) @ C.T, slope(W, b).mean(axis=1, keepdims=True)), W, B)
    assert list(both.corrections) == ["argument 1 (W)", "argument 2 (b)"]


def test_what_holds_for_these_data_alone_is_not_proposed():
    # Here Y @ Y is the number of ones.
    ones = np.ones(3)
    report = check_gradient(lambda w: (ones @ ones) * (w**2).sum() / 2, lambda w: w, V)
    assert "ones" not in report.corrections.get("argument 1 (w)", "")


def test_nothing_is_divided_by_data_that_are_0():
    report = check_gradient(lambda w: (Y * w).sum(), lambda w: Y * Y * w / w + w, np.arange(1.0, 6.0))
    for correction in report.corrections.values():
        assert np.all(np.isfinite(eval(correction, {"np": np, "Y": Y, "w": np.arange(1.0, 6.0)})))


def test_the_verdict_is_there_before_anything_is_searched(monkeypatch):
    def fail(self, seconds):
        raise AssertionError

    monkeypatch.setattr(Wrong, "_searched", fail)
    report = check_gradient(squares, lambda w: w, V)
    assert report.verdict == "refuted"
    assert not report
    monkeypatch.setattr(Wrong, "_searched", lambda self, seconds: 1 / 0)
    assert "write instead" not in str(report)


def test_a_right_gradient_and_code_that_is_no_formula_have_none():
    assert not check_gradient(squares, lambda w: X.T @ (X @ w - Y), V).corrections
    assert not check_gradient(lambda w: float(squares(w)), lambda w: w, V).corrections


def test_a_keyword_of_a_partial_function_is_data():
    from functools import partial

    def loss(w, T):
        return ((X @ w - T) ** 2).sum()

    (correction,) = check_gradient(
        partial(loss, T=Y), partial(lambda w, T: X.T @ (X @ w - T), T=Y), V
    ).corrections.values()
    assert "T" in correction
