"""The largest entry: wrong gradients are refuted, right ones proved in all spellings of the mask, ties say nothing."""

from __future__ import annotations

import numpy as np
import pytest
from samples import judged

from gradcheck import claim, derivation, dims, gradient, real, verify
from gradcheck.functions.row import ANYWHERE
from gradcheck.graph import derivative
from gradcheck.graph.largest import Largest
from gradcheck.graph.selections import Selected, Which
from gradcheck.judging.comparison import NumericPoint
from gradcheck.notation import bits, log, maximum, one_hot, relu, sigmoid
from gradcheck.numerics import increments
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.printing import source
from gradcheck.printing.styles import Latex, Unicode
from gradcheck.proofs.ranges import Ranges
from gradcheck.sampling.point import Point

n, k = dims("n k")
X, G, S, z, a = real("X", n, k), real("G", n), real("S", n, n), real("z", n), real("a")
Y, H = bits("Y", n, k), one_hot("H", n, k)
TOP, LOW = X.max(axis=1, keepdims=True), X.min(axis=1, keepdims=True)
POOLED, LOWEST = gradient((G * X.max(axis=1)).sum(), X), gradient((G * X.min(axis=1)).sum(), X)
WEIGHT = G[:, None]
A = relu(X)
R = A.max(axis=1, keepdims=True)


WRONG = {
    "another factor": (POOLED, 2 * WEIGHT * (X == TOP)),
    "the value for the mask": (POOLED, WEIGHT * X),
    "the smallest": (POOLED, WEIGHT * (X == LOW)),
    "all but the largest": (POOLED, WEIGHT * (X < TOP)),
    "all entries": (POOLED, WEIGHT + 0 * X),
    "a mask of signs": (POOLED, WEIGHT * (X > 0)),
    "the mask of another axis": (gradient((z * S.max(axis=1)).sum(), S), z[:, None] * (S.max(axis=0) == S)),
    "the largest of all": (gradient(X.max(axis=0).sum(), X), 1 * (X.max() == X)),
    "the smallest has the largest's": (LOWEST, WEIGHT * (X == TOP)),
    "no square": (gradient((X.max(axis=1) ** 2).sum(), X), 1 * (X == TOP)),
    "the mean": (X.max(axis=1), X.mean(axis=1)),
    "the other axis": (S.max(axis=0), S.max(axis=1)),
    "two masks": ((1 * (X == TOP)).sum(axis=1), 2 + 0 * G),
    "entries that tie on an open set": ((1 * (A == R)).sum(axis=1), 1 + 0 * G),
    "labels that tie": ((1 * ((Y * X).max() == Y * X)).sum(), 1 + 0 * a),
    "no ReLU in front of it": (gradient((G * A.max(axis=1)).sum(), X), WEIGHT * (A == R)),
}
RIGHT = {
    "==": (POOLED, WEIGHT * (X == TOP)),
    "as numbers": (POOLED, WEIGHT * (1 * (X == TOP))),
    "np.where": (POOLED, np.where(X == TOP, WEIGHT, 0)),
    "the other way round": (POOLED, WEIGHT * (TOP == X)),
    ">=": (POOLED, WEIGHT * (X >= TOP)),
    "<": (POOLED, WEIGHT * (1 - (X < TOP))),
    "!=": (POOLED, WEIGHT * (1 - (X != TOP))),
    "a new axis": (POOLED, WEIGHT * (X.max(axis=1)[:, None] == X)),
    "np.amax": (gradient((G * np.amax(X, axis=1)).sum(), X), WEIGHT * (X == TOP)),
    "the smallest": (LOWEST, WEIGHT * (X == LOW)),
    "the smallest by <=": (LOWEST, WEIGHT * (X <= LOW)),
    "the largest of the negatives": (-(-X).max(axis=1), X.min(axis=1)),
    "all entries": (gradient(X.max(), X), 1 * (X.max() == X)),
    "both axes": (gradient(X.max(axis=(0, 1)), X), 1 * (X.max() == X)),
    "a square": (gradient((X.max(axis=1) ** 2).sum(), X), 2 * X * (X == TOP)),
    "a range": (gradient(X.max() - X.min(), X), 1 * (X.max() == X) - (X.min() == X)),
    "of a layer": (gradient((S @ X).max(axis=0).sum(), S), (1 * ((S @ X).max(axis=0) == (S @ X))) @ X.T),
    "of sigmoids": (
        gradient(sigmoid(X).max(axis=1).sum(), X),
        sigmoid(X) * (1 - sigmoid(X)) * (sigmoid(X) == sigmoid(X).max(axis=1)[:, None]),
    ),
    "of ReLUs, by what is before": (gradient((G * A.max(axis=1)).sum(), X), WEIGHT * (A == R) * (X > 0)),
    "of ReLUs, by them": (gradient((G * A.max(axis=1)).sum(), A), WEIGHT * (A == R)),
    "of labelled scores": (gradient((Y * X).max(), X), Y * ((Y * X).max() == Y * X)),
    "of two arrays": (np.concatenate([z[None], G[None]]).max(axis=0), maximum(z, G)),
    "one mask": ((1 * (X == TOP)).sum(axis=1), 1 + 0 * G),
    "the mask of a mask": ((X == TOP) * (X == TOP), 1 * (X == TOP)),
    "a hinge loss": (
        gradient(relu(1 + (X - 9 * H).max(axis=0)).sum(), X),
        ((X - 9 * H).max(axis=0) == X - 9 * H) * (1 + (X - 9 * H).max(axis=0) > 0),
    ),
}


def test_wrong_formulas_are_refuted():
    assert dict(zip(WRONG, judged(WRONG.values()), strict=True)) == dict.fromkeys(WRONG, "refuted")


def test_right_formulas_are_proved():
    assert dict(zip(RIGHT, judged(RIGHT.values()), strict=True)) == dict.fromkeys(RIGHT, "proved")


def test_a_lost_keepdims_does_not_conform():
    assert (
        judged([(POOLED, WEIGHT * (X.max(axis=1) == X)), (X / X.max(axis=1, keepdims=True), X / X.max(axis=1))])
        == ["ill-shaped"] * 2
    )


def test_what_algebra_does_not_know_is_not_proved():
    """The largest of what rises with X is where X is largest, which no rule says."""
    assert set(judged([(np.exp(X.max(axis=1)), np.exp(X).max(axis=1)), (X.max(), X.max(axis=0).max())])) == {"agrees"}


# ---- ties ------------------------------------------------------------------------------------------------------------


def test_at_a_tie_nothing_is_said():
    at = NumericPoint(Point({n: 2, k: 3}, 0, pattern="zeros"), [X, G])
    found = at.compare(POOLED, WEIGHT * (X == TOP))
    assert found.answer.value == "cannot resolve"
    assert "max′ is defined where one entry is larger than all others" in found.reason


def test_what_is_said_of_kinks_names_the_array():
    @derivation()
    def notes():
        yield claim(POOLED, WEIGHT * (X == TOP))

    (step,) = verify(notes, examples=1).steps
    assert step.judgement.evidence["where"]["kinks"] == ["ties for the largest or smallest entry in X"]


VALUES = np.array([[1.0, 3.0, 2.0], [5.0, 5.0, -1.0]])


def at(node, values=VALUES):
    return Evaluation({X.key: values}, {n: 2, k: 3})(node)


def test_masks_at_ties_are_numpys_and_a_derivative_has_none():
    np.testing.assert_array_equal(at(X == TOP), VALUES.max(axis=1, keepdims=True) == VALUES)
    np.testing.assert_array_equal(at(X < TOP), VALUES.max(axis=1, keepdims=True) > VALUES)
    one = Selected((X,), ((-1,), 1, Which.ONE), X.shape)
    np.testing.assert_array_equal(at(one), [[0, 1, 0], [np.nan, np.nan, 0]])


def test_margins_say_how_far_entries_are_above_the_others():
    np.testing.assert_array_equal(X.max(axis=1).margins(VALUES), [[-2, 1, -1], [0, 0, -6]])
    np.testing.assert_array_equal(X.min(axis=1).margins(VALUES), [[1, -2, -1], [-6, -6, 6]])
    np.testing.assert_array_equal(X.max().margins(VALUES), VALUES - 5)
    np.testing.assert_array_equal(X.max(axis=0).margins(VALUES[:1]), np.ones((1, 3)))


def test_increments_do_not_cancel_and_see_ties_between_the_ends():
    node = X.max(axis=1)
    step = np.array([[0.0, 1e-30, 0.0], [0.0, 0.0, 0.0]])
    assert node.moved_by(VALUES, step).tolist() == [1e-30, 0.0]
    values = np.array([[1.0, 1.0 + 1e-15, 0.0], [1.0, 3.0, 2.0]])
    slopes = increments.differentiate(Evaluation({X.key: values}, {n: 2, k: 3}), derivative(X.max(axis=1).sum(), X))
    assert np.isnan(slopes[0, 0])
    assert slopes[1].tolist() == [0, 1, 0]


# ---- what is no mask, and words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [1, 0.5, z[:, None], X + 1, S.max(axis=1)[:, None], (2 * X).max(axis=1)[:, None], X.max(axis=1)[None].T[:1]],
)
def test_equality_with_anything_else_is_refused_with_its_cure(other):
    for compare in (lambda: other == X, lambda: other != X):
        with pytest.raises(TypeError, match=r"own largest or smallest entry only, as in X == X.max\(axis=0\)"):
            compare()


@pytest.mark.parametrize(
    ("name", "cure"),
    [("argmax", "X == X.max(axis=0, keepdims=True)"), ("softmax", "gradcheck.notation"), ("ptp", "X.max() - X.min()")],
)
def test_what_people_call_has_a_cure(name, cure):
    with pytest.raises((TypeError, AttributeError)) as refused:
        getattr(X, name)()
    assert cure in str(refused.value)


def test_how_it_is_written():
    formula = WEIGHT * (X == TOP)
    assert source(formula, {}) == "G[:, None] * (X == X.max(axis=1, keepdims=True))"
    assert Unicode({}, "[]").write(X >= TOP, 0) == "X ≥ max[axis=1, keepdims](X)"
    assert Latex({}, "[]").write(X != LOW, 0).startswith("X \\ne \\mathrm{min}")
    assert source(np.amin(X), {}) == "X.min()"


def test_its_range_is_that_of_its_entries():
    assert Ranges()(sigmoid(X).max(axis=0)) == (0.0, 1.0)
    assert Ranges()(log(X * X + 1).max()) != ANYWHERE
    assert Ranges()(X == TOP) == (0.0, 1.0)


def test_one_name_for_one_thing():
    assert isinstance(np.max(X, axis=0), Largest)
    assert np.max(X, axis=0).key == X.max(axis=0).key == np.amax(X, 0).key == X.max(axis=-2).key
