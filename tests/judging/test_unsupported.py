"""What NumPy computes otherwise, or has no rule here, is a problem with its line; everything else is judged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from gradcheck import claim, derivation, dims, gradient, misprint, real, verify
from gradcheck.notation import function, maximum, relu, sigmoid, where
from gradcheck.verdicts import Verdict

n, m, k = dims("n m k")
x, y, A = real("x", n), real("y", n), real("A", n, m)

MASKS = {
    "added by or": (lambda: (x > 0) + (x > y), "add of masks"),
    "added to true": (lambda: (x > 0) + True, "add of masks"),
    "sums of ones like it": (lambda: np.ones_like(x > 0) + np.ones_like(x > 0), "add of masks"),
    "any, by @": (lambda: (A > 0) @ (A.T > 0), "says in NumPy whether there is any"),
    "any, by dot": (lambda: (x > 0).dot(y > 0), "says in NumPy whether there is any"),
    "any, by einsum": (lambda: np.einsum("ij->i", A > 0), "says in NumPy whether there is any"),
    "through what moves it": (lambda: (A > 0).T[:, 0] + (x[:1] > 0), "add of masks"),
    "through what keeps it": (lambda: maximum(x > 0, y > 0) + where(x > 0, x > 1, y > 1), "add of masks"),
    "subtracted": (lambda: (x > 0) - (y > 0), "subtract of masks: NumPy refuses it"),
    "with its sign turned": (lambda: -(x > 0), "negative of masks: NumPy refuses it"),
    "with its sign kept": (lambda: +(x > 0), r"\+ of a mask: NumPy refuses it"),
    "bits of numbers": (lambda: ~(1 * (x > 0)), "~ of numbers: NumPy inverts their bits"),
    "in few digits": (lambda: np.exp(x > 0), "exp of masks: NumPy computes something else"),
    "in one byte": (lambda: (x > 0) ** 2 * 200, "multiply"),
    "numbers in its place": (lambda: _in_place(x > 0), "cannot put int64 in the place of bool"),
    "negative powers of whole numbers": (lambda: (1 + (x > 0)) ** -1, "power of whole numbers: NumPy refuses it"),
    "whole numbers to whole powers": (lambda: 2 ** (1 * (x > 0)), "power of whole numbers: NumPy refuses it"),
}


gate = function("gate", lambda t: t > 0)
swish = function("swish", lambda t: t * sigmoid(t))


def test_a_function_of_ones_own_is_a_mask_where_its_body_is():
    with pytest.raises(TypeError, match="add of masks"):
        gate(x) + gate(y)
    assert (gate(x) + swish(y)).conforms
    assert (gate.prime(x) + gate.prime(y) + swish.prime(x)).conforms
    with pytest.raises(TypeError, match="add of masks"):
        function("count", lambda t: (t > 0) + (t > 1))


def _in_place(mask):
    mask += 1
    return mask


@pytest.mark.parametrize("case", MASKS)
def test_what_numpy_computes_otherwise_is_refused(case):
    build, message = MASKS[case]
    with pytest.raises(TypeError, match=message) as caught:
        build()
    assert "write " in str(caught.value)


@pytest.mark.parametrize(
    "build",
    [
        lambda: 1 * (x > 0) + (x > y),
        lambda: (x > 0) * (x > y) * y,
        lambda: (x > 0).sum() + (y > 0).mean(),
        lambda: 1 - (x > 0),
        lambda: ~(x > 0) * 2 + ~(y > 0),
        lambda: (x > 0) / 2,
        lambda: (A > 0) @ A.T,
        lambda: 2 * (x > 0) - (y > 0),
        lambda: (x > 0).astype(float) + (y > 0),
        lambda: 2.0 ** (x > 0),
        lambda: np.where((x > 0) * (y > 0), 1, 0) + (x > 0),
        lambda: (1.0 + (x > 0)) ** -1,
    ],
)
def test_masks_are_numbers_where_they_are_in_numpy(build):
    assert build().conforms


@pytest.mark.parametrize(
    "cost",
    [
        lambda: maximum(x, y) + relu(x),
        lambda: where(x > 0, x > y, y > 1) * x,
        lambda: maximum(maximum(x, y), 2 * y),
        lambda: 2.0 ** (x > 0) * x,
        lambda: (1 + (x > 0)) ** (y > 0) * x,
    ],
)
def test_rules_of_the_engine_may_add_masks(cost):
    @derivation()
    def notes():
        J = cost().sum()
        yield claim(gradient(J, x), gradient(J, x) + 0 * x)

    (step,) = verify(notes, examples=1).steps
    assert step.judgement.verdict.is_true, step.judgement.message


@pytest.mark.parametrize(
    ("target", "step"),
    [
        (lambda: gradient((relu(x) * ((x > 0) >= (y > 0))).sum(), x), lambda: 1 * (x > 0)),
        (lambda: gradient((maximum(x > 0, y > 0) * x).sum(), x), lambda: 1 - (x <= 0) * (y <= 0)),
        (lambda: (x > 0) > (y > 0), lambda: (x > 0) * (y <= 0)),
    ],
)
def test_where_masks_are_compared_the_engine_subtracts_them(target, step):
    @derivation()
    def notes():
        yield claim(target(), step())

    report = verify(notes, examples=1)
    assert not report.all_problems
    assert report.exit_code in (0, 1), str(report)


def backward(a, b):
    return (a > 0) + (a > b)


@derivation()
def notes():
    J = (relu(x) + np.maximum(x, y)).sum()
    yield claim(gradient(J, x), backward(x, y))
    yield claim(gradient(J, x), misprint(np.cumprod(x), 1 * (x > 0) + (x > y), "another sum"))
    yield claim(gradient(J, x), 1 * (x > 0) + (x > y), x[::0] + A)
    yield claim(np.median(x), x.sum())
    yield claim(gradient(J, y), 1 * (y >= x))
    yield claim((x == 0) * x, x)
    yield claim(x, x + y)


REPORT = verify(notes, examples=1)


def test_other_claims_and_other_steps_are_judged():
    verdicts = [step.judgement.verdict.value for step in REPORT.steps]
    unknown = "undecided"
    assert verdicts == [unknown, unknown, "proved", unknown, unknown, "proved", unknown, "refuted"]
    assert REPORT.exit_code == 2


def test_what_is_not_supported_is_never_a_confirmed_misprint():
    step = REPORT.derivations[0].claims[1].steps[0]
    assert not step.ok
    assert step.correction.verdict is Verdict.PROVED


def test_every_problem_has_the_line_of_the_expression_and_a_cure():
    lines = Path(__file__).read_text(encoding="utf-8").splitlines()
    said = {lines[problem.line - 1].strip(): problem.what for problem in REPORT.all_problems}
    words = {
        "return (a > 0) + (a > b)": "write 1 * (x > 0)",
        'yield claim(gradient(J, x), misprint(np.cumprod(x), 1 * (x > 0) + (x > y), "another sum"))': "NumPy's cumprod",
        "yield claim(gradient(J, x), 1 * (x > 0) + (x > y), x[::0] + A)": "the step of a slice",
        "yield claim(np.median(x), x.sum())": "what sorts has no row",
        "yield claim((x == 0) * x, x)": "write Y > 0.5 for Y == 1",
    }
    assert said.keys() == words.keys()
    assert all(words[line] in said[line] for line in words)
    assert {problem.cure for problem in REPORT.all_problems} == {
        "not supported: the claims that it does not occur in are judged, mend it to judge the others"
    }


def test_what_cannot_be_data_stops_with_its_own_reason():
    @derivation()
    def notes():
        yield claim(x, 1 * x)
        values, vectors = np.linalg.eigh(A)
        yield claim(values, vectors)

    (problem,) = verify(notes, examples=1).all_problems
    assert problem.what.startswith("NumPy's linalg.eigh is not in gradcheck's function table")
    assert "stopped here" in problem.cure


def test_stacks_of_matrices():
    Q, K = real("Q", k, n, m), real("K", k, n, m)
    V, w = real("V", 1, n, m), real("w", m)

    @derivation()
    def notes():
        S = Q @ K.swapaxes(-1, -2)
        J = (S**2).sum() / 2
        yield claim(gradient(J, Q), S @ K)
        yield claim(gradient(J, K), np.transpose(S, (0, 2, 1)) @ Q, S.transpose(0, 2, 1) @ Q)
        yield claim(gradient((Q @ w).sum(), w), Q.sum(axis=(0, 1)))
        yield claim(
            gradient((np.matmul(V, K.swapaxes(1, 2)) ** 2).sum() / 2, V), (V @ K.swapaxes(1, 2) @ K).sum(0)[None]
        )
        yield claim(gradient(J, Q), misprint(S @ K.T, S @ K, ".T of a stack turns all axes"))

    report = verify(notes, examples=1)
    assert [step.judgement.verdict.value for step in report.steps] == ["proved"] * 5 + ["ill-shaped"]
    assert report.ok
