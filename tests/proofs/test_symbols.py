"""Exact algebra: proofs hold for all values, differences are certified, few entries stand for all where they may."""

from __future__ import annotations

import sys
from fractions import Fraction

import numpy as np
import pytest

from gradcheck.graph import dims, inputs_of
from gradcheck.notation import (
    abstract,
    bits,
    cos,
    diag,
    gradient,
    log,
    one_hot,
    positive,
    real,
    relu,
    relu_prime,
    sigmoid,
    sin,
    sqrt,
    tanh,
    unit,
)
from gradcheck.proofs import symbols
from gradcheck.proofs.symbols import SymbolicPoint, representatives
from gradcheck.verdicts import Answer

n, m = dims("n m")
SIZES = {n: 2, m: 3}
A, B, S = real("A", n, m), real("B", n, m), real("S", n, n)
x, c, P = real("x", n), real("c"), positive("P", n)
g = abstract("g")


def compare(target, step, sizes=SIZES):
    return SymbolicPoint(inputs_of([target, step]), sizes).compare(target, step)


DIFFERENT = {
    "factor": (gradient((A * A).sum(), A), A),
    "sign": (gradient(x @ x, x), -2 * x),
    "tiny": (x, x * (1 + Fraction(1, 10**20))),
    "between tiny numbers": (x * 1e-60, x * 2e-60),
    "one more": (x + 1, x),
    "one less": (x - 1, x),
    "transpose": (S @ S.T, S.T @ S),
    "one entry": (x * x, np.concatenate([x[:1] ** 2, x[1:] ** 2 + 1e-12])),
    "only where it is negative": (relu(x), x),
    "0 on both sides where it is negative": (relu(x), 2 * relu(x)),
    "0 on both sides where it is positive": (relu(-x), 2 * relu(-x)),
    "only where one is larger": (np.maximum(x, x[0]), x),
    "in the dead region": (relu(x), relu(x) - 1e-9 * relu(-x)),
    "activation": (g(x), g.prime(x)),
    "an assumption that is not made": (log(P * P), log(P)),
    "not bits": (x * x, x),
    "not below 1": (relu(1 - P), 1 - P),
    "not one-hot": (bits("y", n, m).sum(axis=0), 1 + 0 * bits("y", n, m)[0]),
    "undefined": (x, x + 1 / (c - c)),
    "not a number": (x, x + (c - c) / (c - c)),
    "a size": (x * m, x * n),
}
SAME = {
    "product rule": (gradient((x * g(x)).sum(), x), g(x) + x * g.prime(x)),
    "chain of abstract functions": (gradient(g(g(x)).sum(), x), g.prime(g(x)) * g.prime(x)),
    "bits": (bits("y", n) ** 3, bits("y", n)),
    "one-hot columns": (one_hot("Y", n, m).sum(axis=0), 1 + 0 * one_hot("Y", n, m)[0]),
    "logs of positives": (log(P**2 / 3), 2 * log(P) - log(3 + 0 * P)),
    "logs of probabilities": (log(unit("a", n) ** 2), 2 * log(unit("a", n))),
    "what is below 1": (relu(1 - unit("a", n)), 1 - unit("a", n)),
    "a step at 0 is 0": (relu_prime(relu(x)), relu_prime(x)),
    "sigmoid by tanh": (sigmoid(x), (1 + tanh(x / 2)) / 2),
    "trace": ((A @ B.T).trace(), (A * B).sum()),
    "diagonal": (diag(x) @ A, x.reshape(-1, 1) * A),
    "ReLU": (relu(x) - relu(-x), x),
    "intermediate": (gradient((A * A).sum() * c, A * A), c + 0 * A),
    "intermediate where it is": (gradient(((2 * x) ** 3).sum(), 2 * x), 12 * x * x),
    "sizes": ((A * 0 + 1).sum(), n * m + 0 * A[0, 0]),
    "numbers written in other shapes": (x @ x, (x.reshape(1, -1) @ x.reshape(-1, 1))),
}


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_differs_is_certified_at_a_point(name):
    found = compare(*DIFFERENT[name])
    assert found.answer is Answer.DIFFERS
    assert found.relative > 0
    assert found.at is not None


@pytest.mark.parametrize("name", SAME)
def test_what_is_equal_is_proved(name):
    found = compare(*SAME[name])
    assert found.answer is Answer.PROVED
    assert found.entries > 0
    assert (found.entry, found.difference, found.relative, found.at, found.note) == ((), "", 0, None, "")


def test_the_difference_is_shown_if_it_is_short():
    found = compare(x * x, x * x + 0.001 * c)
    assert (found.difference, found.note) == ("-c/1000", "")
    assert found.relative < 0.1
    assert compare(x, sum((x**k for k in range(2, 20)), x)).difference == ""


@pytest.mark.parametrize(("more", "shown"), [(0, True), (1, False)])
def test_a_difference_is_short_up_to_the_number_of_parts_that_can_be_read(more, shown):
    terms = [real(f"x{i}") for i in range(symbols.PARTS_SHOWN - 1 + more)]  # their sum has one part more than terms
    assert bool(compare(sum(terms), 0 * c).difference) is shown


def test_entries_are_named_as_documents_do_counting_from_1():
    assert compare(A, 2 * A).difference == "-A[2,3]"
    assert compare(x, 2 * x).difference == "-x[2]"
    assert compare(c, 2 * c).difference == "-c"


def test_an_input_that_is_called_like_an_entry_of_another_one_is_not_that_entry():
    W, first, odd, entry = real("W", n), real("W[1]"), real("W[1]", n), real("(W[1])[1]")
    assert compare(W * first, W * W).answer is Answer.DIFFERS
    assert compare(W * odd, W * W).answer is Answer.DIFFERS
    assert compare(odd * entry, odd * odd).answer is Answer.DIFFERS
    assert compare(gradient((W * first).sum() ** 2, first), 2 * first * W.sum() ** 2).answer is Answer.PROVED


NOISE = {  # true, and not proved everywhere: 0 against what is left of a cancellation
    "a mask by a root": (gradient(relu(x).sum(), x), (1 + x / sqrt(x * x)) / 2),
    "on the circle": (relu(x), relu(x) + sin(c) ** 2 + cos(c) ** 2 - 1),
    "behind a mask": (x * 0, x * (sin(x) ** 2 + cos(x) ** 2 > 1)),
    "a mask of noise": (x * (sin(2 * x) > 2 * sin(x) * cos(x)), x * 0),
    "half an angle": (1 - cos(2 * x), 2 * sin(x) ** 2),
    "arctan": (np.arctan(x), x * 0 + 2 * np.arctan(x / (1 + sqrt(1 + x * x)))),
}


@pytest.mark.parametrize("name", NOISE)
def test_noise_is_no_difference(name, monkeypatch):
    target, step = NOISE[name]
    for sides in ((target, step), (step, target)):
        assert compare(*sides).answer is not Answer.DIFFERS
    monkeypatch.setattr(symbols, "is_zero", lambda *args: False)
    assert compare(target, step).answer is Answer.UNRESOLVED


@pytest.mark.parametrize(("factor", "relative"), [(3, 0.5), (-1, 1), (Fraction(1, 3), 0.5)])
def test_the_difference_is_relative_to_the_size_of_both_sides(factor, relative):
    assert compare(x * 1e-9, x * 1e-9 * factor).relative == pytest.approx(relative)  # |a - b| / (|a| + |b|)


@pytest.mark.parametrize("name", SAME)
def test_what_is_equal_is_never_certified_to_differ_though_no_proof_is_found(name, monkeypatch):
    monkeypatch.setattr(symbols, "is_zero", lambda *args: False)
    assert compare(*SAME[name]).answer in (Answer.PROVED, Answer.UNRESOLVED)


def test_what_cannot_be_told_is_unknown(monkeypatch):
    monkeypatch.setattr(symbols, "is_zero", lambda *args: False)
    assert compare(tanh(x), 2 * sigmoid(2 * x) - 1).answer is Answer.UNRESOLVED


@pytest.mark.parametrize(
    "left",
    [
        x / (c - c),
        x * ((c - c) / (c - c)),
        log(-P),
        relu(log(-P)),  # the sign of a complex number
        1 / relu(-P),  # a division by 0 that shows when numbers are put in
        log(relu(-P)),
    ],
    ids=str,
)
def test_what_is_undefined_on_the_left_is_unknown(left):
    assert compare(left, x).answer is Answer.UNRESOLVED


# As Python prints them: 16, 17, 15 and 16 digits.
ROUNDED = {
    1 / 3: Fraction(1, 3),
    5 / 11: Fraction(5, 11),
    0.631578947368421: Fraction(12, 19),
    -2 / 3: Fraction(-2, 3),
    0.176470588235294: Fraction(3, 17),  # as a fraction, its numerator has fewer digits
    0.0364963503649635: Fraction(5, 137),
    1 / 30000: Fraction(1, 30000),
}


@pytest.mark.parametrize("number", ROUNDED)
@pytest.mark.parametrize("swapped", [False, True])
def test_a_constant_that_is_a_rounded_number_refutes_nothing_on_either_side(number, swapped):
    sides = (number * x, ROUNDED[number] * x)
    found = compare(*(sides[::-1] if swapped else sides))
    assert (found.answer, found.note) == (Answer.UNRESOLVED, f"the constant {number!r} is rounded")
    assert (found.entries, found.entry) == (1, (1,))


def test_a_constant_that_is_a_rounded_number_excuses_no_other_mistake():
    assert compare(x / 3, 1 / 3 * (1 + 1e-13) * x).answer is Answer.DIFFERS
    assert compare(x / 2, 1 / 3 * x).answer is Answer.DIFFERS
    assert compare(x / 3, 0.33333333333333 * x).answer is Answer.DIFFERS  # 14 digits: somebody wrote them
    assert compare(123456789012345 * x, 123456789012346 * x).answer is Answer.DIFFERS  # whole numbers are exact


LARGE = {"exp": np.exp, "sin": np.sin, "cos": np.cos, "sinh": np.sinh, "cosh": np.cosh, "tanh": tanh, "g": g}
LARGE["power"] = lambda t: 1.5**t


@pytest.mark.parametrize("name", LARGE)
def test_functions_of_numbers_that_fill_the_memory_refute_nothing(name):
    function, huge = LARGE[name], np.exp(np.exp(30 + x))
    assert compare(function(huge), 2 * function(huge)).answer is Answer.UNRESOLVED
    assert compare(log(huge) + function(x), log(huge) + 2 * function(x)).answer is Answer.DIFFERS


def test_powers_of_numbers_near_1_are_looked_at():
    near = 1 + P / 10**25
    assert compare(near**0.5, 2 * near**0.5).answer is Answer.DIFFERS


def test_one_symbolic_point_serves_many_steps():
    point = SymbolicPoint([A], SIZES)
    target = gradient((A * A).sum(), A)
    answers = [point.compare(target, step).answer for step in (2 * A, A, A + A)]
    assert answers == [Answer.PROVED, Answer.DIFFERS, Answer.PROVED]


# ---- how much there is to write out ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("graph", "length"),
    [
        (A, 1),
        (1 + 0 * A, 5),  # 1 + 0·a: two numbers, a symbol, and two operations
        (relu(A) + B, 4),  # one for each function and operator
        (A @ B.T, 6),  # the m = 3 terms of a sum of products of two
        (x @ x, 4),
        (S @ S @ S, 10),  # 2·((2·2) + 1): sums are multiplied out
        (A.sum(), 6),
        (S.trace(), 2),
        ((A @ B.T).T[:1].reshape(-1), 6),  # moving entries about writes nothing
        (np.concatenate([A, B]), 3),
        (gradient(x @ x, x), 4),  # at least what is differentiated
        (gradient(c * c, c), 3),
    ],
    ids=str,
)
def test_the_length_of_what_is_written_out(graph, length):
    assert symbols.written_out(graph, SIZES) == length


# ---- representatives ---------------------------------------------------------------------------------------------


def test_without_numbering_one_entry_of_each_pattern_stands_for_all():
    assert len(representatives((3, 2), real("M", m, n))) == 1
    assert len(representatives((3, 3), real("M", m, m) @ real("M", m, m))) == 2  # on and off the diagonal
    assert len(representatives((3, 3, 3), np.einsum("i,j,k->ijk", *[real("v", m)] * 3))) == 5  # partitions of three


@pytest.mark.parametrize(
    "graph",
    [
        A[:, :1] * A,
        np.concatenate([A, A])[n:],
        A.reshape(m, n).reshape(n, m),
        real("L", 2, 3) * np.arange(6.0).reshape(2, 3),
    ],
)
def test_with_numbering_every_entry_is_looked_at(graph):
    assert representatives((2, 3), graph) == list(np.ndindex(2, 3))


def test_axes_of_literal_size_are_not_renumbered():
    assert len(representatives((2, 3), real("M", 2, m))) == 2


def test_axes_of_size_1_come_and_go():
    assert len(representatives((3, 1), real("v", m).reshape(-1, 1))) == 1
    assert len(representatives((3,), real("v", m, 1).reshape(-1))) == 1


@pytest.mark.parametrize("swapped", [False, True])
def test_numbering_on_either_side_is_enough_to_look_at_every_entry(swapped):
    numbered = np.concatenate([2 * x[:1], x[1:]])
    found = compare(x, numbered) if swapped else compare(numbered, x)
    assert (found.answer, found.entry, found.entries) == (Answer.DIFFERS, (0,), 2)


def test_a_mistake_in_any_entry_is_found_although_few_are_looked_at():
    for i, j in np.ndindex(2, 2):
        bump = np.zeros((2, 2))
        bump[i, j] = 1e-9
        M = real("M", 2, 2)
        assert compare(M, M + bump).entry == (i, j)


def test_what_sympy_writes_as_an_absolute_value_has_a_certificate():
    P = positive("P", n)
    assert compare(np.sqrt(np.log(P) ** 2), np.log(P)).answer is Answer.DIFFERS


def test_towers_of_exponentials_have_no_certificate_and_take_no_memory():
    assert compare(np.exp(np.exp(np.exp(900 * x))), x).answer in (Answer.UNRESOLVED, Answer.DIFFERS)


def calls_of_python(do):
    """How many functions of Python's are called: what it costs, whatever the machine."""
    count = 0

    def called(frame, event, arg):
        nonlocal count
        count += event == "call"

    sys.setprofile(called)
    try:
        do()
    finally:
        sys.setprofile(None)
    return count


def residual(activation, depth):
    """Both sides of a derivative of residual layers."""
    h = A
    for layer in range(depth):
        h = h + activation(real(f"W{layer}", n, n) @ h)
    return gradient((h * h).sum() / 2, h), h


def test_tanh_in_residual_layers_costs_no_more_than_sigmoid():
    costs = {}
    for f in (tanh, sigmoid):
        compare(*residual(f, 1))  # what is read once and for all
        costs[f] = calls_of_python(lambda f=f: compare(*residual(f, 2)))
    assert costs[tanh] < 1.1 * costs[sigmoid]
