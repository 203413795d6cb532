"""NumPy's names that are made of others: what they mean, how they are written, and how they are got wrong."""

from __future__ import annotations

import numpy as np
import pytest
from samples import judged

from gradcheck.graph import Misfit, ShapeError, dims, inputs_of
from gradcheck.notation import gradient, positive, real
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.printing import text

n, m, k = dims("n m k")
x, X, G, C, p = real("x", n), real("X", n, m), real("G", n, m), real("C", 1, n), positive("p", n)
VALUES = {"x": np.array([0.5, -1.25, 2.0]), "X": np.array([[0.5, -1.0], [2.0, 0.25], [-3.0, 1.5]])}


def value(node):
    at = Evaluation({given.key: VALUES[given.name] for given in inputs_of([node])}, {n: 3, m: 2, k: 2})
    return at(node)


# ---- wrong derivatives, and right ones ---------------------------------------------------------------------------


MEAN = X - X.mean(axis=0)
GRADIENTS = {
    "sign": (gradient((x * np.sign(x)).sum(), x), np.sign(x), 2 * np.sign(x)),
    "clip": (gradient((X.clip(-1, 2) * G).sum(), X), G * (X > -1) * (X < 2), G * (X > -1)),
    "clip below": (gradient((X.clip(min=0) * G).sum(), X), G * (X > 0), G * X.clip(min=0)),
    "reciprocal": (gradient(np.reciprocal(p).sum(), p), -(np.reciprocal(p) ** 2), np.reciprocal(p) ** 2),
    "var": (gradient(X.var(axis=0).sum(), X), 2 * MEAN / n, 2 * MEAN),
    "var, unbiased": (gradient(X.var(axis=0, ddof=1).sum(), X), 2 * MEAN / (n - 1), 2 * MEAN / n),
    "std": (gradient(X.std(axis=0).sum(), X), MEAN / (n * X.std(axis=0)), MEAN / X.std(axis=0)),
    "stack": (gradient((np.stack([x, x**2], axis=1)).sum(), x), 1 + 2 * x, 2 * x),
    "tile": (gradient((np.tile(x, k) ** 2).sum(), x), 2 * k * x, 2 * x),
    "repeat": (gradient((np.repeat(X, k, axis=0) ** 2).sum(), X), 2 * k * X, 2 * X),
    "expand_dims": (gradient((np.expand_dims(x, 1) @ C).sum(), x), C.sum() + 0 * x, x),
    "squeeze": (gradient((np.squeeze(C) * x).sum(), x), C.squeeze(0), 2 * C.squeeze(0)),
}


@pytest.mark.parametrize("name", GRADIENTS)
def test_wrong_derivatives_are_refuted_and_right_ones_are_proved(name):
    target, right, wrong = GRADIENTS[name]
    assert judged([(target, wrong), (target, right)]) == ["refuted", "proved"]


# ---- values ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "use",
    [
        lambda x, X: np.var(X, axis=0, ddof=1),
        lambda x, X: X.std(ddof=1),
        lambda x, X: X.var(axis=(0, 1), ddof=2, keepdims=True),
        lambda x, X: X.flatten(),
        lambda x, X: np.tile(X, (2, 1, 2)),
        lambda x, X: np.stack([X, X], axis=-1),
    ],
)
def test_the_values_are_numpys(use):
    np.testing.assert_allclose(value(use(x, X)), use(*VALUES.values()), rtol=1e-14)


def test_sizes_of_repetitions_may_be_symbols():
    assert np.tile(X, (k, m)).shape == (k * n, m**2)
    assert np.repeat(X, k, axis=1).shape == (n, k * m)
    np.testing.assert_array_equal(value(np.repeat(x, k)), np.repeat(VALUES["x"], 2))
    np.testing.assert_array_equal(value(np.tile(x, (m, k))), np.tile(VALUES["x"], (2, 2)))


def test_what_does_not_conform_says_which_size():
    for made, why in (
        (np.squeeze(C, 1), r"squeeze of \(1, n\) along axis 1: n is not 1"),
        (np.stack([x, X]), r"stack \(n,\), \(n, m\): \(n,\) is not \(n, m\)"),
        (np.expand_dims(x, 4), r"expand_dims of \(n,\) at 4: the result has 2 axes"),
        (np.expand_dims(x, (0, 0)), r"an axis is there twice in \(0, 0\)"),
    ):
        assert isinstance(made, Misfit)
        with pytest.raises(ShapeError, match=why):
            made.shape


@pytest.mark.parametrize(
    ("use", "why"),
    [
        (lambda: X.ravel("F"), r"ravel\(order='F'\): entries go in row order here; write x\.T\.reshape\(-1\)"),
        (lambda: X.var(ddof=0.5), r"ddof=0\.5: it is a whole number"),
        (lambda: np.reciprocal(1 * (x > 0)), r"np\.reciprocal of whole numbers rounds: write 1 / x"),
        (lambda: np.sign(x > 0), r"sign of a mask: write 1 \* \(x > 0\)"),
        (lambda: X // 2, "X // 2 rounds, and has no row: write X / 2"),
        (lambda: X % 2, "X % 2 is what rounding leaves, and has no row"),
    ],
)
def test_what_has_another_meaning_is_refused_with_the_cure(use, why):
    with pytest.raises(TypeError, match=why):
        use()


@pytest.mark.parametrize(
    ("made", "source", "unicode"),
    [
        (np.sign(X), "sign(X)", "sign(X)"),
        (X.clip(0, 6), "clip(X, 0, 6)", "clip(X, 0, 6)"),
        (
            X.std(axis=0, keepdims=True, ddof=1),
            "X.std(axis=0, keepdims=True, ddof=1)",
            "std[axis=0, keepdims, ddof=1](X)",
        ),
        (np.tile(X, (k, 2)), "tile(X, reps=(k, 2))", "tile(X, reps=(k, 2))"),
        (X.repeat(2, axis=0), "repeat(X, repeats=2, axis=0)", "repeat(X, repeats=2, axis=0)"),
        (X.copy(), "X", "X"),
    ],
)
def test_they_are_written_as_their_author_wrote_them(made, source, unicode):
    assert text(made)[:2] == (source, unicode)
