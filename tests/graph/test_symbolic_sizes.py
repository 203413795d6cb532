"""Arrays of a symbolic size: `eye, ones, zeros, arange`, and NumPy's own calls beside an array, `np.eye(n, like=X)`."""

from __future__ import annotations

import numpy as np
import pytest
from samples import judged

from gradcheck.graph import dims
from gradcheck.graph.sizes import SizeError
from gradcheck.notation import arange, eye, gradient, ones, real, zeros
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.printing import text

n, m = dims("n m")
X, x = real("X", n, m), real("x", n)

MADE = {
    "eye": (np.eye(n, like=X), eye(n), lambda: np.eye(3)),
    "ones": (np.ones((n, m), like=X), ones((n, m)), lambda: np.ones((3, 2))),
    "a vector of ones": (np.ones(n, like=X), ones(n), lambda: np.ones(3)),
    "zeros": (np.zeros((3, 2), like=X), zeros(3, 2), lambda: np.zeros((3, 2))),
    "zeros of symbols": (0 * ones(n, m), zeros(n, m), lambda: np.zeros((3, 2))),
    "full": (np.full((n, 2), 0.5, like=X), 0.5 * ones(n, 2), lambda: np.full((3, 2), 0.5)),
    "arange": (np.arange(n, like=X), arange(n), lambda: np.arange(3)),
    "arange of a sum": (np.arange(n + m, like=X), arange(n + m), lambda: np.arange(5)),
}


@pytest.mark.parametrize("name", MADE)
def test_they_are_numpys(name):
    *ours, numpys = MADE[name]
    for made in ours:
        np.testing.assert_array_equal(Evaluation({}, {n: 3, m: 2})(made), numpys())


CLAIMS = {
    "arange": (gradient((np.arange(n, like=x) * x**2).sum(), x), 2 * arange(n) * x, 2 * (arange(n) + 1) * x),
    "the sum of all": (arange(n).sum() + 0 * x.sum(), n * (n - 1) / 2 + 0 * x.sum(), n * (n + 1) / 2 + 0 * x.sum()),
    "decay": (gradient((0.5 ** (1.0 * arange(n)) * x).sum(), x), 0.5 ** (1.0 * arange(n)), 0.5 ** (arange(n) + 1.0)),
    "eye": (gradient((np.eye(n, like=X) @ X).sum(), X), np.ones((n, m), like=X), eye(n) @ X),
    "zeros": (gradient((X + zeros(n, m)).sum(), X), ones(n, m), zeros(n, m)),
}


@pytest.mark.parametrize("name", CLAIMS)
def test_what_is_wrong_is_refuted_and_what_is_right_is_not(name):
    target, right, wrong = CLAIMS[name]
    found = judged([(target, wrong), (target, right)])
    assert found[0] == "refuted"
    assert found[1] in ("proved", "agrees")


@pytest.mark.parametrize(
    ("use", "error", "why"),
    [
        (lambda: np.eye(n), TypeError, r"n is no whole number of Python's: sizes are symbols\. For np\.eye\(n\)"),
        (lambda: range(n), TypeError, r"for t in range\(T\) takes a number of steps, which is an argument"),
        (lambda: np.zeros((n, m)), TypeError, r"write eye\(n\), ones\(n, m\), zeros\(n, m\) and arange\(n\)"),
        (lambda: np.eye(n, m, like=X), SizeError, r"np\.eye\(n, m\): the identity matrix is square here"),
        (lambda: np.eye(n, k=1, like=X), TypeError, r"np\.eye\(n, k=1, .*: ones stand on the diagonal here"),
        (
            lambda: np.ones(n, int, like=X),
            TypeError,
            r"dtype=.*int.*: arrays of one number are real here; leave it out",
        ),
        (lambda: arange(0), SizeError, r"0 is not a size"),
    ],
)
def test_what_there_is_not_is_refused_with_the_line_to_write(use, error, why):
    with pytest.raises(error, match=why):
        use()


def test_they_are_written_as_they_are_read():
    made = {"identity(n)": "I_n", "ones(n, m)": "𝟏_n×m", "zeros(n, m)": "𝟎_n×m", "arange(n + 1)": "arange(n + 1)"}
    arrays = (eye(n), ones(n, m), zeros(n, m), arange(n + 1))
    assert {str(array): text(array).unicode for array in arrays} == made
    assert text(zeros(n)).latex == "\\mathbf{0}_{n}"
