"""Entries that a mask leaves: what is made of them is what NumPy makes of them, and nothing else is made of them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import judged

from gradcheck import bits, claim, derivation, dims, gradient, positive, real, unit, verify
from gradcheck.graph import as_array
from gradcheck.graph.sizes import ShapeError
from gradcheck.notation import log, relu, sigmoid
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.printing import source, text
from gradcheck.printing.styles import Latex

n, m = dims("n m")
x, p, u, X, S = real("x", n), positive("p", n), unit("u", n), real("X", n, m), real("S", n, n)
y = bits("y", n)
ON = y > 0.5
LOWER = np.tri(n, like=S) > 0

WRONG = {
    "without the mask": (gradient((x[x > 0] ** 2).sum(), x), 2 * x),
    "the mean of all": (gradient(x[ON].mean(), x), y / n),
    "the other triangle": (S[LOWER].sum(), np.triu(S).sum()),
    "so many": (S[LOWER].mean(), np.tril(S).sum() / n**2),
    "all columns": (X[ON].mean(), (y @ X).sum() / y.sum()),
    "the other labels": (gradient(log(u[ON]).sum(), u), (1 - y) / u),
    "the largest of all": (x[ON].max(), x.max()),
    "the product of all": (p[ON].prod(), p.prod()),
}
RIGHT = {
    "squares of what is positive": (gradient((x[x > 0] ** 2).sum(), x), 2 * relu(x)),
    "a triangle": (S[LOWER].sum(), np.tril(S).sum()),
    "its mean": (gradient(S[LOWER].mean(), S), np.tri(n, like=S) * 2 / (n * (n + 1))),
    "logs of what has none elsewhere": (gradient(log(x[x > 0]).sum(), x), np.where(x > 0, 1 / x, 0)),
    "cross-entropy": (gradient(-log(u[ON]).sum() - log(1 - u[y < 0.5]).sum(), u), (u - y) / (u * (1 - u))),
    "the mean of some": (gradient(x[ON].mean(), x), y / y.sum()),
    "rows": (X[ON].sum(axis=0), y @ X),
    "their mean": (X[ON].mean(axis=0), y @ X / y.sum()),
    "all of their entries": (X[ON].mean(), (y @ X).sum() / (m * y.sum())),
    "how many": (((x[ON] - p[ON]) ** 2).sum() / x[ON].size, (y * (x - p) ** 2).sum() / y.sum()),
    "an inner product": (x[ON] @ p[ON], (y * x * p).sum()),
    "NumPy's functions": (np.sum(np.exp(x[ON])) + np.mean(x[ON]), (y * np.exp(x)).sum() + (x * y).sum() / y.sum()),
}


def test_wrong_formulas_are_refuted():
    assert dict(zip(WRONG, judged(WRONG.values()), strict=True)) == dict.fromkeys(WRONG, "refuted")


def test_right_formulas_are_proved():
    assert dict(zip(RIGHT, judged(RIGHT.values()), strict=True)) == dict.fromkeys(RIGHT, "proved")


# ---- what NumPy makes of them ----------------------------------------------------------------------------------------

FUNCTIONS = (
    lambda chosen: chosen,
    lambda chosen: chosen**2,
    lambda chosen: np.log(abs(chosen)),
    lambda chosen: 1 / chosen,
    lambda chosen: sigmoid(2 * chosen - 1),
    lambda chosen: np.maximum(chosen, 0),
    lambda chosen: -chosen / 2 + 3,
)
NUMBERS = (
    lambda chosen: chosen.sum(),
    lambda chosen: chosen.mean(),
    lambda chosen: chosen.max(),
    lambda chosen: chosen.min(),
    lambda chosen: chosen.prod(),
    lambda chosen: np.sum(chosen) / chosen.size,
    lambda chosen: np.amax(chosen) - np.amin(chosen),
    lambda chosen: chosen @ (chosen + 1),
)


@given(
    st.lists(st.sampled_from(FUNCTIONS), max_size=2),
    st.sampled_from(NUMBERS),
    st.integers(1, 2**6 - 1),
    st.integers(0, 9),
)
def test_numbers_are_those_of_numpy(functions, number, mask, seed):
    values = np.round(np.random.default_rng(seed).standard_normal((2, 3)), 2) + 0.005
    marks = np.array([mask >> i & 1 for i in range(6)], float).reshape(2, 3)
    A, M = real("A", 2, 3), real("M", 2, 3)
    theirs, ours = values[marks > 0], A[M > 0]
    with np.errstate(all="ignore"):
        for function in functions:
            theirs, ours = function(theirs), function(ours)
        expected, made = number(theirs), number(ours)
        found = float(Evaluation({A.key: values, M.key: marks}, {})(made))
    if np.isfinite(expected):
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    else:
        assert not np.isfinite(found)


@pytest.mark.parametrize("number", [lambda chosen: chosen.mean(), lambda chosen: chosen.max(), lambda c: c.min()])
def test_of_no_entry_there_is_no_mean_and_no_extreme(number):
    at = Evaluation({x.key: np.array([1.0, 2.0])}, {n: 2})
    with np.errstate(all="ignore"):
        assert not np.isfinite(at(number(x[x > 5])))


def test_constant_masks_are_positions():
    a = real("a", 3)
    assert a[np.array([True, False, True])].key == a[[0, 2]].key


# ---- what is refused -------------------------------------------------------------------------------------------------

REFUSED = [
    (lambda: x[ON], "how many entries a mask leaves depends on values"),
    (lambda: x[ON] + x, "beside an array of shape (n,)"),
    (lambda: x[ON] + x[x > 0], "are left by other masks"),
    (lambda: x[ON].std(), ".std of x[y > 0.5]"),
    (lambda: x[ON].shape, ".shape of x[y > 0.5]"),
    (lambda: x[ON].T, ".T of x[y > 0.5]"),
    (lambda: np.sort(x[ON]), "np.sort of x[y > 0.5]"),
    (lambda: np.add.reduce(x[ON]), "np.add.reduce of x[y > 0.5]"),
    (lambda: x[ON][0], "x[y > 0.5][0]"),
    (lambda: X[ON].sum(axis=1), "axis=1 of X[y > 0.5]"),
    (lambda: x[y], "an array as an index is a mask, as x > 0 is; for classes write y = labels('y', n, classes=k)"),
    (lambda: X[ON, 0], "a mask stands alone"),
]


@pytest.mark.parametrize(("make", "words"), REFUSED)
def test_what_is_no_number_is_refused_with_the_cure(make, words):
    with pytest.raises(TypeError) as refused:
        as_array(make())
    assert words in str(refused.value)


@pytest.mark.parametrize("make", [make for make, _ in REFUSED])
def test_in_a_derivation_only_the_claim_is_not_judged(make):
    @derivation(source="masks")
    def masks():
        yield claim(make(), x)
        yield claim(gradient((x * x).sum(), x), 2 * x)

    first, second = (step.judgement.verdict.value for step in verify(masks, examples=1).steps)
    assert (first, second) == ("undecided", "proved")


def test_a_mask_of_another_shape_is_ill_shaped():
    with pytest.raises(ShapeError, match=r"\(n, m\) at a mask of shape \(n, n\): a mask has the shape of the array"):
        X[S > 0].sum().shape


def test_how_it_is_written():
    named = {id(x): "x", id(ON): "on"}
    assert source((x[ON] ** 2).sum(), named) == "(x[on]**2).sum()"
    assert source(x[ON].size, named) == "x[on].size"
    assert source(X[ON].mean(axis=0), {id(X): "X", id(ON): "on"}) == "X[on].mean(axis=0)"
    assert text(log(p[p > 1]).sum(), {}).unicode == "Σ(log(p[p > 1]))"
    assert Latex({}, "[]").write(p[p > 1].sum(), 0) == r"\sum \left(p_{p > 1}\right)"
