"""-∞ behind a mask: what is made of it is what NumPy makes of it, and what has no rule is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import judged

from gradcheck import check_gradient, claim, derivation, dims, gradient, jacobian, positive, real, verify
from gradcheck.graph import KINDS, Moving
from gradcheck.graph.infinity import is_finite, where_finite
from gradcheck.notation import (
    concatenate,
    exp,
    expand_dims,
    function,
    log,
    log_softmax,
    logsumexp,
    softmax,
    sqrt,
    stack,
    tanh,
)  # fmt: skip
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.printing import source, text

n, d = dims("n d")
R, Q, K, V, G = real("R", n, n), real("Q", n, d), real("K", n, d), real("V", n, d), real("G", n, n)
tau, b = positive("tau"), real("b", n)
MASK = np.tri(n, like=R) > 0
S = np.where(MASK, R, -np.inf)
A = softmax(S, axis=1)
DS = A * (G - (A * G).sum(axis=1, keepdims=True))
SCORES = np.where(MASK, Q @ K.T / sqrt(d), -np.inf)
HEAD = softmax(SCORES, axis=1)
LOSS = (HEAD @ V * Q).sum()
PULLED = Q @ V.T
BACK = HEAD * (PULLED - (HEAD * PULLED).sum(axis=1, keepdims=True))
TOP = S.max(axis=1, keepdims=True)
E = exp(S - TOP)

WRONG = {
    "without the mask": (A, softmax(R, axis=1)),
    "0 for -∞": (A, softmax(np.where(MASK, R, 0), axis=1)),
    "the other triangle": (A, softmax(np.where(np.tri(n, like=R) < 1, R, -np.inf), axis=1)),
    "its gradient without a mean": (gradient((A * G).sum(), S), A * G),
    "its gradient without the mask": (gradient((A * G).sum(), R), G - (A * G).sum(axis=1, keepdims=True)),
    "1/√d is lost": (gradient(LOSS, K), BACK.T @ Q),
    "the log of all": (logsumexp(S, axis=1), logsumexp(R, axis=1)),
    "the largest of all": (S.max(axis=1), R.max(axis=1)),
    "where it is": (gradient(S.max(axis=1).sum(), R), 1.0 * (R.max(axis=1, keepdims=True) == R)),
    "a mask that is off by one": (np.triu(A, 0), 0 * A),
}
RIGHT = {
    "by its definition": (A, exp(S) / exp(S).sum(axis=1, keepdims=True)),
    "by a product": (exp(S), np.tril(exp(R))),
    "masked by a sum": (A, softmax(R + np.where(MASK, 0, -np.inf), axis=1)),
    "turned": (A, softmax(S.T, axis=0).T),
    "no token looks ahead": (np.triu(A, 1), 0 * A),
    "by masked scores": (gradient((A * G).sum(), S), DS),
    "by all scores": (gradient((A * G).sum(), R), DS),
    "at a temperature": (softmax(S / tau, axis=1), softmax(np.where(MASK, R / tau, -np.inf), axis=1)),
    "its sum": (A.sum(axis=1), 1 + 0 * b),
    "the log of the sum": (logsumexp(S, axis=1), log(np.tril(exp(R)).sum(axis=1))),
    "its gradient": (gradient(logsumexp(S, axis=1).sum(), S), A),
    "queries": (gradient(LOSS, V), HEAD.T @ Q),
    "keys": (gradient(LOSS, K), BACK.T @ Q / sqrt(d)),
    "below the largest": (A, E / E.sum(axis=1, keepdims=True)),
    "the log below the largest": (logsumexp(S, axis=1, keepdims=True), TOP + log(E.sum(axis=1, keepdims=True))),
    "its logarithm": (exp(log_softmax(S, axis=1)), A),
    "filled again": (np.where(MASK, S, 0), np.tril(R)),
}


def test_wrong_formulas_are_refuted():
    assert dict(zip(WRONG, judged(WRONG.values()), strict=True)) == dict.fromkeys(WRONG, "refuted")


def test_right_formulas_are_proved():
    found = dict(zip(RIGHT, judged(RIGHT.values()), strict=True))
    assert found == {**dict.fromkeys(RIGHT, "proved"), "its logarithm": "definition"}


# ---- what NumPy makes of it ------------------------------------------------------------------------------------------

SIZES = {n: 3, d: 2}
STEPS = (
    lambda s, r, mask: s + r,
    lambda s, r, mask: r[0] + s,
    lambda s, r, mask: s - r.sum(axis=1, keepdims=True),
    lambda s, r, mask: s * 2.5,
    lambda s, r, mask: s / np.exp(r),
    lambda s, r, mask: s.T,
    lambda s, r, mask: s[:, ::-1] if isinstance(s, np.ndarray) else s[:, [2, 1, 0]],
    lambda s, r, mask: s.reshape(-1).reshape(s.shape),
    lambda s, r, mask: np.where(mask, s, r),
    lambda s, r, mask: np.where(mask, -np.inf, s),
    lambda s, r, mask: np.where(mask, s, s.T),
    lambda s, r, mask: np.concatenate([s, r], axis=1)[:, :3],
    lambda s, r, mask: np.stack([s, r], axis=2)[:, :, 0],
    lambda s, r, mask: np.broadcast_to(s[None], (2, *s.shape))[1],
    lambda s, r, mask: s + np.where(mask, 0, -np.inf),
    lambda s, r, mask: np.einsum("ij->ji", s),
    lambda s, r, mask: s - np.where(mask, s, -np.inf).max(axis=1, keepdims=True),
)
ENDS = (
    lambda s: np.exp(s),
    lambda s: softmax(s, axis=1),
    lambda s: logsumexp(s, axis=0),
    lambda s: s.max(axis=1),
    lambda s: np.exp(log_softmax(s, axis=0)),
)


@given(st.lists(st.sampled_from(STEPS), max_size=4), st.sampled_from(ENDS), st.integers(0, 2**9 - 1), st.integers(0, 9))
def test_what_is_made_of_it_is_what_numpy_makes_of_it(steps, end, bits, seed):
    """With a mask of any kind; where NumPy says -∞ or NaN, it has no value here."""
    rng = np.random.default_rng(seed)
    r, m = np.round(rng.standard_normal((3, 3)), 2), np.array([bits >> i & 1 for i in range(9)], float).reshape(3, 3)
    X, M = real("X", 3, 3), real("M", 3, 3)
    at = Evaluation({X.key: r, M.key: m}, {})
    with np.errstate(all="ignore"):
        theirs = np.where(m > 0, r, -np.inf)
        ours = np.where(M > 0, X, -np.inf)
        for step in steps:
            theirs, ours = step(theirs, r, m > 0.5), step(ours, X, M > 0.5)
        expected, made = end(theirs), end(ours)
        assert is_finite(made)
        found = np.array(at(made))
    told = np.isfinite(expected)
    np.testing.assert_allclose(found[told], expected[told], rtol=1e-12)
    assert not np.isfinite(found[~told]).any()


def test_kinds_that_move_entries_move_masks():
    """All of them at once: each has a rule, and none forgets that there is -∞."""
    for kind in KINDS:
        for make in kind.examples if issubclass(kind, Moving) else ():
            made = make(S[:, :n])
            assert where_finite(made) is not None, kind


@pytest.mark.parametrize(
    "make",
    [
        lambda: tanh(S),
        lambda: S * 2.0 - S,
        lambda: -S,
        lambda: S * b,
        lambda: S * 0,
        lambda: (d - 1) * S,
        lambda: S.sum(),
        lambda: A * S,
        lambda: S @ V,
        lambda: np.tril(S),
        lambda: S.min(axis=1),
        lambda: 2.0**S,
        lambda: 1 / S,
        lambda: b / S,
        lambda: np.where(S > 0, R, 0),
        lambda: np.where(R > 0, S, 0),
        lambda: np.cumsum(S, axis=1),
        lambda: np.maximum(S, 0),
        lambda: np.linalg.norm(S),
        lambda: gradient(S.sum(), R),
        lambda: log_softmax(S, axis=1),
        lambda: expand_dims(S, 0),
        lambda: concatenate([S, R]),
        lambda: stack([S, R]),
        lambda: S,
        lambda: R + log(0),
    ],
)
def test_what_has_no_rule_is_refused_in_a_claim(make):
    """Nothing of it is judged, whatever is claimed."""

    @derivation(source="masked")
    def masked():
        made = make()
        yield claim(made, made + 0)
        yield claim(0 * made, 0 * made)

    for step in verify(masked, examples=1).steps:
        assert step.judgement.verdict.value == "undecided", step
        assert "not supported: " in step.judgement.message
        assert "-inf" in step.judgement.message


def test_the_cure_says_what_to_write():
    with pytest.raises(TypeError, match=r"^tanh\(.*\) is made of entries -inf, for which only \+, exp, .* write what"):
        where_finite(tanh(S))
    with pytest.raises(TypeError, match=r"^inf cannot stand in a formula: -np.inf can, as in np.where\(mask, S"):
        np.where(MASK, R, np.inf)


def test_it_is_written_as_numpy_writes_it():
    named = {id(R): "R", id(S): "S"}
    assert source(np.where(MASK, R, -np.inf), named) == "where(tri(n) > 0, R, -np.inf)"
    assert source(exp(S), named) == "exp(S)"
    written = text(R + -np.inf, named)
    assert written.unicode == "R + −∞"
    assert written.latex == "R + -\\infty"


def test_derivatives_by_what_is_masked_are_0_there():
    values = {R.key: np.arange(9.0).reshape(3, 3) / 9}
    by_mask = Evaluation(values, SIZES)
    from gradcheck.numerics import reverse_mode

    for of in (exp(S).sum(), S.max(axis=1).sum(), logsumexp(S, axis=1).sum()):
        slope = by_mask(reverse_mode.expand(gradient(of, S)))
        assert not np.triu(slope, 1).any()
        assert np.tril(slope).any()
    assert by_mask(reverse_mode.expand(jacobian(A, S))).shape == (3, 3, 3, 3)


def test_a_function_of_ones_own_is_refused_where_there_is_no_rule():
    positive_part = function("positive_part", lambda t: exp(np.where(t > 0, t, -np.inf)))
    np.testing.assert_allclose(Evaluation({b.key: np.array([1.0, -2.0])}, {n: 2})(positive_part(b)), [np.e, 0])
    for body in (lambda t: tanh(np.where(t > 0, t, -np.inf)), lambda t: np.where(t > 0, t, -np.inf)):
        with pytest.raises(TypeError, match="-inf"):
            function("f", body)


def test_code_that_is_traced_is_no_formula_where_there_is_no_rule():
    """At this point max(-∞, y) is max(0, y), which is what the number in the place of -∞ would say everywhere."""
    mask = np.array([True, False])

    def cost(x, y):
        total = np.maximum(np.where(mask, x, -np.inf), y).sum()
        return float(total) if isinstance(x, np.ndarray) else total

    def grad(x, y):
        on = 1.0 * (np.where(mask, x, -np.inf) > y)
        return on, 1 - on

    report = check_gradient(cost, grad, np.array([1.0, 2.0]), np.array([-0.5, 0.7]))
    assert report.verdict == "agrees"
    assert "proved" not in str(report)
