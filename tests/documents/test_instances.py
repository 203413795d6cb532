"""What a derivation says: runs, groups of instances, and problems that keep what came before them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import strategies as st

from gradcheck import claim, derivation, dims, gradient, real
from gradcheck.documents.instances import graphs_of, read
from gradcheck.graph import Array

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


@pytest.mark.parametrize(
    "use", [np.eye, range, np.arange, lambda size: np.ones((size, 2)), lambda size: range(size + 1)]
)
def test_a_size_where_a_number_is_needed_has_the_cure(use):
    @derivation()
    def notes():
        yield claim(real("x", n), 1 * real("y", n))
        use(n)

    _, groups, (problem,) = read(notes, examples=1)
    assert len(groups) == 1
    assert "sizes are symbols. For np.eye(n) and np.ones((n, m)) write identity(n) and ones(n, m)" in problem.what
