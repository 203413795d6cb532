"""What a derivation says: runs, groups of instances, and problems that keep what came before them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import strategies as st

from gradcheck import claim, derivation, dims, gradient, real
from gradcheck.documents.instances import graphs_of, read
from gradcheck.graph import Array, SizeError
from gradcheck.notation import exp, identity, ones, sqrt

n = dims("n")


def layers(names=("a", "b", "c")):
    @derivation(depth=st.integers(1, 3))
    def notes(depth):
        x = real("x", n)
        for layer in range(depth):
            yield claim(gradient((x * x).sum() * (layer + 1), x), 2 * (layer + 1) * x, at=names[layer])
        yield claim(x * x, x**2, x * x)

    return notes


def test_instances_of_one_place_are_one_claim():
    runs, groups, problems = read(layers(("hidden",) * 3), examples=20)
    assert problems == []
    assert sorted(run.structure["depth"] for run in runs) == [1, 2, 3]
    assert [group.at for group in groups] == ["hidden", ""]
    assert [len(group.instances) for group in groups] == [1 + 2 + 3, 3]


def test_places_with_words_of_their_own_are_claims_of_their_own():
    _, groups, _ = read(layers(), examples=20)
    assert [group.at for group in groups] == ["a", "b", "c", ""]
    assert [len(group.instances) for group in groups] == [3, 2, 1, 3]


def test_without_structure_there_is_one_run():
    @derivation()
    def notes():
        x = real("x", n)
        yield claim(x, 1 * x)

    runs, groups, _ = read(notes, examples=20)
    assert len(runs) == len(groups) == 1


def test_indices_go_on_where_the_same_target_is_claimed_again():
    @derivation()
    def notes():
        x = real("x", n)
        J = (x * x).sum()
        yield claim(gradient(J, x), 2 * x, x + x)
        yield claim(x * x, x**2)
        yield claim(gradient(J, x), 3 * x - x)

    _, groups, _ = read(notes, examples=1)
    assert [(group.target, group.first_index) for group in groups] == [("∂J/∂x", 0), ("x * x", 0), ("∂J/∂x", 2)]


def test_a_claim_is_known_by_a_text_that_fits_into_a_line_and_claims_that_look_alike_are_told_apart():
    @derivation()
    def long():
        x = real("x")
        yield claim(sum((x for _ in range(100)), x) + 1, 101 * x + 1)
        yield claim(sum((x for _ in range(100)), x) + 2, 101 * x + 2)

    _, (first, second), _ = read(long, 1)
    assert first.target == second.target == "x + " * 49 + "x +…"
    assert (first.first_index, second.first_index) == (0, 1)


def test_the_graphs_of_a_claim_are_all_its_forms():
    x = real("x", n)
    assert all(isinstance(graph, Array) for graph in graphs_of(claim(x, 2, x * x)))
    assert len(graphs_of(claim(x, 2, x * x))) == 3


def test_a_problem_is_told_once_and_the_runs_without_it_are_kept():
    @derivation(depth=st.sampled_from([1, 2]), wide=st.booleans())
    def notes(depth, wide):
        yield claim(real("x", n), 1 * real("y", n))
        if depth > 1:
            raise ValueError("only one layer")

    runs, groups, problems = read(notes, examples=30)
    assert len(runs) == 4
    assert len(groups[0].instances) == 4
    assert {problem.what.split(" (with")[0] for problem in problems} == {"ValueError: only one layer"}
    assert problems[0].line > notes.line


def test_an_unused_second_input_of_a_name_is_no_problem():
    @derivation()
    def notes():
        x = real("x", n)
        real("x", n, n)
        yield claim(x, 1 * x)

    assert read(notes, examples=1)[2] == []


ARRAYS = "write eye(n), ones(n, m), zeros(n, m) and arange(n) (from gradcheck.notation), or np.eye(n, like=X), np.ones("
NUMBERS = "Leave float(n), int(n) and round(n) out, as in x / n"
SIZES_AS_NUMBERS = [
    (np.eye, ARRAYS),
    (np.identity, ARRAYS),
    (range, "for t in range(T) takes a number of steps, which is an argument: @derivation(T=integers(1, 4))"),
    (np.ones, ARRAYS),
    (lambda size: np.ones((size, 2)), ARRAYS),
    (lambda size: np.zeros((size, 2)), "np.zeros_like(X) and np.arange(n, like=X) beside an array X"),
    (lambda size: np.zeros(real("x", size).shape), ARRAYS),
    (lambda size: range(size + 1), ARRAYS),
    (lambda size: range(2 * size), ARRAYS),
    (lambda size: [0] * size, ARRAYS),
    (lambda size: np.random.default_rng(0).normal(size=(size, 1)), ARRAYS),
    (float, NUMBERS),
    (int, NUMBERS),
    (round, NUMBERS),
    (math.sqrt, "write np.sqrt(n) for math.sqrt(n)"),
    (np.arange, "write np.sqrt(n) for math.sqrt(n), and arange(n) (from gradcheck.notation), or np.arange(n, like=X)"),
    (lambda size: f"{float(size)}", NUMBERS),
    (lambda size: "%d" % size, NUMBERS),  # noqa: UP031 - a size in a text
    (lambda size: size > 3 or None, "None is larger than another or than a number"),
    (lambda size: max(size, dims("m")), "make it an argument: @derivation(depth=integers(1, 3))"),
    (np.exp, "write that of gradcheck.notation: exp(n)"),
    (lambda size: np.sqrt(size + 1), "write that of gradcheck.notation: exp(n), sqrt(n + 1)"),
]


@pytest.mark.parametrize(("use", "cure"), SIZES_AS_NUMBERS)
def test_a_size_where_a_number_is_needed_has_the_cure(use, cure):
    @derivation()
    def notes():
        yield claim(real("x", n), 1 * real("y", n))
        use(n)

    _, groups, (problem,) = read(notes, examples=1)
    assert len(groups) == 1
    assert ": sizes are symbols. " in problem.what
    assert cure in problem.what


@pytest.mark.parametrize("use", [lambda: range(2.5), lambda: [0] * 2.5, lambda: float("n"), lambda: np.ones("n")])
def test_what_is_no_size_is_not_taken_for_one(use):
    @derivation()
    def notes():
        yield claim(real("x", n), 1 * real("y", n))
        use()

    (problem,) = read(notes, examples=1)[2]
    assert "sizes" not in problem.what


def test_the_names_of_sizes_are_a_text():
    with pytest.raises(SizeError, match=r"dims\(3\): sizes are named by a text, as in dims\('n m'\)"):
        dims(3)


def test_the_cures_are_what_they_say():
    @derivation()
    def notes():
        x, m = real("x", n), dims("m")
        yield claim(identity(n) @ x, x)
        yield claim(0 * ones(n, m), ones(n, m) - 1)
        yield claim(x * sqrt(n + 1) / np.sqrt(n) * exp(n), x * exp(n) * sqrt(n + 1) / np.sqrt(n))

    _, groups, problems = read(notes, examples=1)
    assert len(groups) == 3
    assert problems == []
