"""Functions that move in steps: which are seen to, what their slopes hide, and which only look like it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from gradcheck import check_gradient
from gradcheck.black_box.arguments import read_arguments
from gradcheck.black_box.quanta import Quanta, look
from gradcheck.black_box.sampling import Sampler

Floats = np.ndarray[Any, np.dtype[Any]]
POINT = np.array([0.7, -1.2, 0.4])


def seen(f: Callable[..., Any], *args: Any) -> Quanta:
    with np.errstate(all="ignore"):
        return look(Sampler(f, "f", read_arguments(f, args or (POINT,))), seed=0)


def loss(x: Floats) -> float:
    return float(np.log(np.exp(x).sum()) - x[0])


def softmax(x: Floats) -> Floats:
    e = np.exp(x - x.max())
    return np.asarray(e / e.sum())


@pytest.mark.parametrize("digits", [1, 3, 6, 9])
def test_decimals_are_seen_with_their_last_digit(digits: int) -> None:
    assert seen(lambda x: np.round(loss(x), digits)).rise == pytest.approx(10.0**-digits, rel=1e-3)
    assert seen(lambda x: np.floor(loss(x) * 10**digits) / 10**digits / 3).rise == pytest.approx(
        10.0**-digits / 3, rel=1e-3
    )


def test_integers_and_counts_are_seen() -> None:
    w = np.random.default_rng(0).standard_normal(20)
    assert seen(lambda w: float((w > 0).sum()), w).rise >= 1
    assert seen(lambda x: int(100 * loss(x))).rise == 1


def test_values_of_single_precision_are_seen_whatever_holds_them() -> None:
    assert seen(lambda x: float(np.float32(loss(x)))).is_single
    assert seen(lambda x: float(np.log(np.exp(x.astype(np.float32)).sum()))).is_single
    assert not seen(lambda x: float((x > 0).sum())).is_single
    assert not seen(loss).is_single


def test_one_rise_over_the_coarsest_step_is_not_smooth() -> None:
    w = np.array([-1.3e-7, 4e-7, -6.3e-7])  # an ulp of log 2 in single precision is 6e-8
    assert seen(lambda w: float(np.float32(np.log(1 + np.exp(w[1])))), w).rise == 2.0**-24


def test_one_rise_close_by_is_one_of_stairs_if_more_are_farther_away_and_a_threshold_if_none_is() -> None:
    w = np.array([-1.3e-7])
    stair = float(np.exp(w[0]) / 2.0**-20)
    rest = stair - np.floor(stair)  # the next rise is 1 % of w away

    def stairs(w: Floats) -> float:
        return float(np.floor(np.exp(w[0]) / 2.0**-20 - rest + 1.3e-9 * 2**20) * 2.0**-20)

    assert seen(stairs, w).rise == 2.0**-20
    assert seen(lambda w: float(w[0] > -1.301e-7), w).rise == 0


def test_what_is_left_of_large_numbers_is_not_taken_for_single_precision() -> None:
    z = np.array([33.0])  # log(1 + e^-z) is a few ulps of 1: few bits, but in double precision
    assert not seen(lambda z: float(np.log(1 + np.exp(-z)).sum()), z).is_single


def test_digits_that_are_lost_are_stairs() -> None:
    # 1 - a is a multiple of 2^-52, for a is 1 over such numbers; its logarithm rises by the inverse of their number
    z = np.array([20.0])
    rise = 2.0**-52 / np.exp(-20.0)
    assert seen(lambda z: float(-np.log(1 - 1 / (1 + np.exp(-z))).sum()), z).rise == pytest.approx(rise, rel=20)


SMOOTH: dict[str, Callable[[Floats], Any]] = {
    "softmax": loss,
    "squares": lambda x: (x**2).sum(),
    "fast": lambda x: np.sin(1e5 * x).sum(),
    "steep": lambda x: np.exp(100 * x).sum(),
    "a kink near by": lambda x: (np.maximum(x - 0.69, 0) + x**2).sum(),
    "a threshold near by": lambda x: (x**2).sum() + 0.5 * (x[0] > 0.69),
    "a root": lambda x: np.sqrt(np.abs(x)).sum(),
    "a large offset": lambda x: 1e8 + (x**2).sum(),
    "constant": lambda x: 3.0,
    "an edge near by": lambda x: np.log(x - x.min() + 1e-3 + np.minimum(x[0] - 0.69, 0)).sum(),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_what_moves_in_no_steps_has_none(name: str) -> None:
    assert seen(SMOOTH[name]) == Quanta()


def test_a_smooth_function_takes_few_calls() -> None:
    calls = []
    seen(lambda x: calls.append(1) or loss(x))
    assert len(calls) <= 60


# ---- what check_gradient makes of it -----------------------------------------------------------------------------

SATURATED = np.array([20.0, 0.0, -1.0, 2.0])
ROUNDINGS: dict[str, Callable[[Any], Any]] = {
    "single precision": lambda x: float(-np.log(softmax(x.astype(np.float32))[0])),
    "9 decimals": lambda x: np.round(-np.log(softmax(x)[0]), 9),
    "9 decimals, a mean of 3": lambda x: np.round(-np.log(softmax(x)[0]), 9) / 3,
    "integers": lambda x: int(1e6 * -np.log(softmax(x)[0])),
}


@pytest.mark.parametrize("name", ROUNDINGS)
def test_a_right_gradient_that_rounding_hides_is_undecided_and_a_gross_one_refuted(name: str) -> None:
    def right(x: Floats) -> Floats:
        share = {"9 decimals, a mean of 3": 1 / 3, "integers": 1e6}.get(name, 1.0)
        return share * (softmax(x) - np.array([1, 0, 0, 0]))

    report = check_gradient(ROUNDINGS[name], right, SATURATED)
    assert report.verdict == "undecided"
    assert check_gradient(ROUNDINGS[name], lambda x: right(x) + 1e8, SATURATED).verdict == "refuted"


def test_the_steps_are_shown() -> None:
    report = check_gradient(ROUNDINGS["9 decimals"], lambda x: softmax(x) - np.array([1, 0, 0, 0]), SATURATED)
    assert "f moves in steps of 1e-09 here, as what is rounded or counted does: its slope is" in str(report)
    report = check_gradient(lambda x: float((x > 0).sum()), np.zeros_like, np.random.default_rng(0).standard_normal(20))
    assert "f moves in steps of 1 here, as what is rounded or counted does, so a gradient of 0 by" in str(report)


@pytest.mark.parametrize("name", ["single precision", "9 decimals"])
def test_rounding_that_hides_little_leaves_gradients_to_be_judged(name: str) -> None:
    x = np.array([0.3, 0.0, -1.0, 0.5])
    onehot = np.array([1, 0, 0, 0])
    assert check_gradient(ROUNDINGS[name], lambda x: softmax(x) - onehot, x).ok
    assert check_gradient(ROUNDINGS[name], lambda x: 1.01 * (softmax(x) - onehot), x).verdict == "refuted"


@pytest.mark.parametrize("refuses", [False, True])
def test_code_that_rounds_to_single_inside_is_not_believed_to_be_run_in_double(refuses: bool) -> None:
    rng = np.random.default_rng(11)
    X, Y = rng.standard_normal((16, 5)).astype(np.float32), rng.standard_normal((16, 2)).astype(np.float32)
    W = (0.2 * rng.standard_normal((5, 2))).astype(np.float32)

    def output(W: Floats) -> Floats:
        if refuses and W.dtype != np.float32:
            raise TypeError("single precision only")
        return np.tanh(X @ W.astype(np.float32))

    def f(W: Floats) -> float:
        return float(((output(W) - Y) ** 2).mean())

    def grad(W: Floats) -> Floats:
        h = output(W)
        return X.T @ (2 * (h - Y) / h.size * (1 - h * h))

    assert check_gradient(f, grad, W).ok
    assert check_gradient(f, lambda W: np.float32(1.05) * grad(W), W).verdict == "refuted"
