"""What is refused, in words that name the value, its place and a cure."""

from __future__ import annotations

import numpy as np
import pytest

from gradcheck.network import Network, accuracy, cost, fit, forward, gradients, initial, predict, step

NETWORK = Network((2, 3, 1), ("tanh", "sigmoid"))
START = initial(NETWORK)
X, Y = np.ones((2, 4)), np.array([[0.0, 1.0, 1.0, 0.0]])
HOLE = np.where(np.eye(2, 4) == 1, np.nan, X)
OBJECTS = np.array([[None] * 4] * 2)

WRONG = [
    (HOLE, Y, ValueError, r"X holds nan at \[0, 0\] \(2 of 8 entries\): finite numbers are needed; leave these"),
    (np.full((2, 4), -np.inf), Y, ValueError, r"X holds -inf at \[0, 0\] \(8 of 8 entries\)"),
    (X.astype(int), Y, TypeError, r"X holds int64: write X\.astype\(float\), for pixels X / 255"),
    (X > 0, Y, TypeError, r"X holds bool: write X\.astype\(float\)"),
    (
        X.astype(np.float16),
        Y,
        TypeError,
        r"X holds float16: single and double precision are supported: write X\.astype",
    ),
    (X.astype(complex), Y, TypeError, r"X holds complex128: real numbers are needed"),
    (OBJECTS, Y, TypeError, r"X holds object: write X\.astype\(float\), if these are numbers"),
    (X.tolist(), Y, TypeError, r"X is a list: convert it with np\.asarray\(X, dtype=float\)"),
    (
        X.T,
        Y,
        ValueError,
        r"X has shape \(4, 2\), and the network has 2 inputs, one a row: columns are examples, so write X\.T",
    ),
    (np.ones((3, 4)), Y, ValueError, r"X has shape \(3, 4\), and the network has 2 inputs, one a row$"),
    (
        np.ones(2),
        Y,
        ValueError,
        r"X has shape \(2,\), and 2 axes are needed: columns are examples, so write X\.reshape",
    ),
    (np.ones((2, 0)), Y, ValueError, r"X has shape \(2, 0\), so there is no example in it: give at least one"),
    (
        X,
        2 * Y,
        ValueError,
        r"Y holds 2\.0 at \[0, 1\] \(2 of 4 entries\): labels of cross_entropy are 0 or 1; write \(Y",
    ),
    (X, 2 * Y - 1, ValueError, r"Y holds -1\.0 at \[0, 0\].*write \(Y \+ 1\) / 2 for labels -1 and 1"),
    (X, Y[:, :3], ValueError, r"Y has shape \(1, 3\), and 1 units with 4 examples need \(1, 4\)"),
    (X, Y.T, ValueError, r"Y has shape \(4, 1\), and 1 units with 4 examples need \(1, 4\): write Y\.T"),
    (X, Y[0], ValueError, r"Y has shape \(4,\), and 2 axes are needed: columns are examples, so write Y\.reshape"),
    (X, Y.astype(int), TypeError, r"Y holds int64: write Y\.astype\(float\)"),
    (X, Y.astype(np.float16), TypeError, r"Y holds float16: single and double precision are supported"),
    (X, Y.astype(object), TypeError, r"Y holds object: write Y\.astype\(float\), if these are numbers"),
    (X, np.ones((1, 0)), ValueError, r"Y has shape \(1, 0\), so there is no example in it: give at least one"),
    (np.array([["1"] * 4] * 2), Y, TypeError, r"X holds <U1: write X\.astype\(float\), if these are numbers"),
    (None, Y, TypeError, r"X is a NoneType: convert it with np\.asarray"),
    (X, np.where(Y == 1, np.nan, Y), ValueError, r"Y holds nan at \[0, 1\]"),
]


@pytest.mark.parametrize("use", [fit, step, cost, gradients, accuracy])
@pytest.mark.parametrize(("X", "Y", "error", "message"), WRONG)
def test_data_that_cannot_be_are_refused_wherever_they_are_given(use, X, Y, error, message):
    with pytest.raises(error, match=message):
        use(NETWORK, START, X, Y)


@pytest.mark.parametrize(
    ("Y", "message"),
    [
        (
            np.ones((3, 4)),
            r"Y holds 1\.0 at \[0, 0\] \(12 of 12 entries\): labels of softmax_cross_entropy are one 1 in each "
            r"column and 0 elsewhere; write np\.eye\(classes\)\[:, numbers\]",
        ),
        (np.eye(3, 4), r"Y holds 0\.0 at \[0, 3\] \(3 of 12 entries\): labels of softmax_cross_entropy are one 1"),
        (np.full((3, 4), 1 / 3), r"Y holds 0\.33\d* at \[0, 0\]"),
        (
            np.array([[0.0, 1.0, 2.0, 1.0]]),
            r"Y has shape \(1, 4\), and 3 units with 4 examples need \(3, 4\): write np\.eye\(3\)",
        ),
        (np.eye(3)[[0, 1, 2, 0]], r"Y has shape \(4, 3\), and 3 units with 4 examples need \(3, 4\): write Y\.T"),
    ],
)
def test_labels_that_are_no_classes_are_refused(Y, message):
    network = Network((2, 3), ("softmax",), "softmax_cross_entropy")
    with pytest.raises(ValueError, match=message):
        fit(network, initial(network), X, Y)


@pytest.mark.parametrize("use", [forward, predict])
@pytest.mark.parametrize(("X", "error", "message"), [(X, error, m) for X, _, error, m in WRONG if m.startswith("X")])
def test_examples_that_cannot_be_are_refused_without_labels_too(use, X, error, message):
    with pytest.raises(error, match=message):
        use(NETWORK, START, X)


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"rate": 0.0}, ValueError, "rate=0.0: a number above 0 is needed, such as 0.1"),
        ({"rate": -1}, ValueError, "rate=-1: a number above 0"),
        ({"rate": float("nan")}, ValueError, "rate=nan: a number above 0"),
        ({"rate": "0.1"}, TypeError, "rate='0.1' is no number"),
        ({"rate": True}, TypeError, "rate=True is no number"),
        ({"steps": 0}, ValueError, "steps=0: a whole number of at least 1 is needed"),
        ({"steps": 1.5}, TypeError, "steps=1.5 is no whole number"),
    ],
)
def test_rates_and_numbers_of_steps_that_cannot_be_are_refused(settings, error, message):
    with pytest.raises(error, match=message):
        fit(NETWORK, START, X, Y, **settings)


def test_single_precision_is_computed_in_double():
    assert forward(NETWORK, START, X.astype(np.float32)).dtype == np.float64
    assert cost(NETWORK, START, X.astype(np.float32), Y.astype(np.float32)) == cost(NETWORK, START, X, Y)


def test_data_are_not_changed():
    kept = X.copy(), Y.copy()
    fit(NETWORK, START, X, Y, steps=2)
    assert np.array_equal(X, kept[0])
    assert np.array_equal(Y, kept[1])
