"""Recordings: what they cannot see is refused first, then they compute what was recorded."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from gradcheck.numerics.recording import NotRecorded, recorded

A, B = np.random.default_rng(0).standard_normal((2, 3, 3))
OTHERS = (A + 1, B - 2)


# ---- what escapes a recording ----------------------------------------------------------------------------------------

ESCAPES = {
    "a number taken out": lambda a, b: [a * a[0, 0].item()],
    "an array made of it": lambda a, b: [a * np.asarray(b)],
    "a decision": lambda a, b: [a if a[0, 0] > 0 else b],
    "a decision by any": lambda a, b: [a if (a > 0).any() else b],
    "a number": lambda a, b: [a * float(b[0, 0])],
    "in place": lambda a, b: [np.add(a, b, out=b)],
    "by +=": lambda a, b: [a.__iadd__(b)],
    "an entry that is set": lambda a, b: [a.__setitem__(0, 1.0) or a],
    "entries by a mask": lambda a, b: [a[a > 0]],
    "a method that is not known": lambda a, b: [a.repeat(2, axis=0)[::2] + b],
    "the result of one": lambda a, b: [a.copy()],
    "an attribute": lambda a, b: [a.T + b],
    "a result that does not depend on the inputs": lambda a, b: [a, np.ones(3)],
    "random numbers": lambda a, b: [a + np.random.default_rng().standard_normal(3)],
    "what is kept from call to call": lambda a, b, kept=[]: kept.append(0) or [a * len(kept)],
}


@pytest.mark.parametrize("name", ESCAPES)
def test_what_cannot_be_written_down_is_refused(name):
    with pytest.raises(NotRecorded):
        recorded(ESCAPES[name], (A, B), OTHERS)


# ---- what is recorded ------------------------------------------------------------------------------------------------

COMPUTED = {
    "operators": lambda a, b: [2 * a + b**2 - a @ b / 3, -a],
    "functions": lambda a, b: [np.where(a > 0, np.exp(a), np.nan), np.maximum(a, b.max(axis=0, keepdims=True))],
    "sums of products": lambda a, b: [np.einsum(a, [0, 1], b, [1, 2], [2, 0]), np.matmul(a, b.transpose(1, 0))],
    "two results": lambda a, b: [np.ldexp(a, np.frexp(b)[1]), *np.broadcast_arrays(a, b[:1])],
    "moved": lambda a, b: [np.concatenate([a, b], axis=1), a[None].squeeze(0), a.reshape(9)[::2], a[..., slice(0, 2)]],
    "entries": lambda a, b: [x + y for x, y in zip(a, b, strict=True)],
    "numbers": lambda a, b: [np.sum(a), a[0, 0] * b, np.float64(0.1) * a + float("inf"), a + np.arange(3.0)],
    "of no arrays": lambda a, b: [a + np.eye(3), a + np.eye(3)[::-1], a * np.shape(b)[0]],
    "an input": lambda a, b: [a, b],
}


@pytest.mark.parametrize("name", COMPUTED)
def test_a_recording_computes_the_same_for_other_numbers(name):
    compute = COMPUTED[name]
    run = recorded(compute, (A, B), OTHERS)
    for found, right in zip(run(B, 3 * A), compute(B, 3 * A), strict=True):
        np.testing.assert_array_equal(found, right)


def test_what_is_asked_for_twice_is_computed_once_and_what_nobody_reads_is_not():
    run = recorded(lambda a, b: [np.exp(a) + np.exp(a) * np.exp(b + b)], (A, B), OTHERS)
    names = [name for name in run.__code__.co_varnames if name not in ("v0", "v1")]
    assert len(names) == 5  # exp a, b + b, exp of it, the product, the sum
    unread = recorded(lambda a, b: [(np.exp(a), a + b)[1]], (A, B), OTHERS)
    assert len(unread.__code__.co_varnames) == 3


def test_neither_recording_nor_running_keeps_what_is_not_read_any_more():
    large = np.ones((1000, 100))  # 0.8 MB

    def compute(a):
        for _ in range(50):
            a = a + 1.0
        return [a]

    def peak(run):
        tracemalloc.start()
        result = run()
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return result, found

    run, while_recording = peak(lambda: recorded(compute, (large,), (2 * large,)))
    _, while_running = peak(lambda: run(large))
    assert while_recording < 6e6
    assert while_running < 3e6
