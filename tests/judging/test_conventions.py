"""One convention for derivatives by symmetric matrices judges a claim: what is right by the other only is no tick."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, reduce
from operator import matmul
from types import SimpleNamespace

import numpy as np
import pytest

from gradcheck import claim, derivation, dims, gradient, jacobian, misprint, positive_definite, real, symmetric, verify
from gradcheck.graph import inputs_of
from gradcheck.notation import identity, indices, inv, slogdet, solve, trace
from gradcheck.numerics import reverse_mode
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.reports.explanation import explanation_lines
from gradcheck.reports.json import report_json
from gradcheck.sampling.point import Point

n, m = dims("n m")
S, K, T = symmetric("S", n, n), positive_definite("K", n, n), symmetric("T", m, n, n)
A, x, y = real("A", n, n), real("x", n, 1), real("y", n, 1)
L = x.T @ S @ y
E, C = x @ y.T, (x @ y.T + y @ x.T) / 2
a, b, first, ones = solve(K, x), solve(K, y), identity(n)[:, :1], 0 * T + 1
i, j = indices("i j")

APART = {
    "a gradient": (gradient(L, S), E, C),
    "by a positive definite one": (gradient(x.T @ solve(K, y), K), -a @ b.T, -(a @ b.T + b @ a.T) / 2),
    "of a trace": (gradient(trace(A @ S), S), A.T, (A + A.T) / 2),
    "an update": (S - m * gradient(L, S), S - m * E, S - m * C),
    "in a product": (gradient(L, S) @ x, E @ x, C @ x),
    "an entry": (gradient(L, S[0, 1]), x[0] * y[1], (x[0] * y[1] + x[1] * y[0]) / 2),
    "by entries": (gradient(L, S[i, j]), x[i, 0] * y[j, 0], (x[i, 0] * y[j, 0] + x[j, 0] * y[i, 0]) / 2),
    "a row": (gradient(L, S[0]), x[0] * y[:, 0], (x[0] * y[:, 0] + y[0] * x[:, 0]) / 2),
    "a Jacobian": (jacobian((S @ x)[0], S), first @ x.T, (first @ x.T + x @ first.T) / 2),
    "a stack": (gradient((T @ A).sum(), T), ones @ A.T, (ones @ A.T + A @ ones) / 2),
    "another gradient": (gradient(L, S), gradient(trace(E.T @ A), A), gradient(trace(C @ A), A)),
}
"""Targets, with what is right by each entry alone and along symmetric changes alone."""
BOTH = {
    "a square": (gradient(x.T @ S @ x, S), x @ x.T),
    "a log of a determinant": (gradient(slogdet(K)[1], K), inv(K)),
    "by another array": (gradient(L, x), S @ y),
}
NEITHER = {
    "a factor": (gradient(L, S), 2 * C),
    "a sign": (gradient(trace(A @ S), S), -(A + A.T) / 2),
    "a transpose": (gradient(L, S), y @ x.T),
    "the one side of the diagonal": (gradient(L, S), E + E.T - E * identity(n)),
    "the same for a log of a determinant": (gradient(slogdet(K)[1], K), 2 * inv(K) - inv(K) * identity(n)),
}


@cache
def steps(convention):
    """The steps of all claims, judged by a convention that the derivation names, by name."""

    @derivation(symmetric=convention)
    def notes():
        for name, (target, *right) in {**APART, **BOTH, **NEITHER}.items():
            yield claim(target, *right, at=name)

    claims = [claim for report in verify(notes, examples=2, corrections=False).derivations for claim in report.claims]
    return {claim.at: claim.steps for claim in claims}


def verdicts(convention, names):
    return {name: " ".join(step.judgement.verdict.value for step in steps(convention)[name]) for name in names}


def test_what_is_right_by_the_other_one_only_is_refuted():
    assert verdicts("entries", APART) == dict.fromkeys(APART, "proved refuted")
    assert verdicts("changes", APART) == dict.fromkeys(APART, "refuted proved")


@pytest.mark.parametrize("convention", ["entries", "changes"])
def test_what_is_right_by_both_is_proved_and_what_is_right_by_none_is_refuted(convention):
    assert verdicts(convention, BOTH) == dict.fromkeys(BOTH, "proved")
    assert verdicts(convention, NEITHER) == dict.fromkeys(NEITHER, "refuted")


@pytest.mark.parametrize("convention", ["entries", "changes"])
def test_every_oracle_judges_by_it(convention):
    for name in APART:
        right, wrong = (
            step.judgement.evidence for step in steps(convention)[name][:: 1 if convention == "entries" else -1]
        )
        assert right["exact"] == "proved"
        assert wrong["exact"] == "differs"
        assert wrong["prime_field"][0]["status"] == "differs"
        for oracle in ("backprop", "differences"):
            assert not right[oracle]["differs"]
            assert right[oracle]["agrees"]
            assert wrong[oracle]["differs"], (name, oracle)


@pytest.mark.parametrize(
    ("convention", "right", "words", "cure"),
    [
        (
            "entries",
            1,
            "it is right along symmetric changes of {}, and the claim is by each entry on its own",
            "changes",
        ),
        (
            "changes",
            0,
            "it is right by each entry of {} on its own, and the claim is along symmetric changes",
            "entries",
        ),
    ],
)
def test_the_message_begins_with_the_one_that_would_make_it_right(convention, right, words, cure):
    for name, (target, *_) in APART.items():
        wrong = steps(convention)[name][right].judgement
        by = next(matrix for matrix in "KTS" if matrix in str(target).partition("∂")[2].partition("∂")[2])
        expected = f'{words.format(by)}: if that is meant, write claim(…, symmetric="{cure}")'
        assert wrong.message.splitlines()[1].startswith(expected), name
        assert wrong.evidence["diagnosis"]["cause"] == "convention"
        assert wrong.evidence["diagnosis"]["verified"]
    for name in NEITHER:
        assert "symmetric=" not in steps(convention)[name][0].judgement.message


@pytest.mark.parametrize("convention", ["entries", "changes"])
def test_derivatives_by_the_entries_on_one_side_are_called_what_they_are(convention):
    claimed = {"entries": "by each entry on its own", "changes": "along symmetric changes"}[convention]
    for name, by in (("the one side of the diagonal", "S"), ("the same for a log of a determinant", "K")):
        words = f"it is right by the entries of {by} on and below the diagonal, and the claim is {claimed}: "
        words += "claim G + G.T - G * identity(n) of the gradient G"
        assert words in steps(convention)[name][0].judgement.message


def report_of(*claims, **named):
    @derivation(**named)
    def notes():
        yield from (replace(one, at=str(number)) for number, one in enumerate(claims))

    return verify(notes, examples=1, corrections=False)


def judged(*claims, **named):
    """The verdicts on the steps of claims."""
    return [step.judgement.verdict.value for step in report_of(*claims, **named).steps]


def test_the_cure_for_the_one_side_is_right_by_both():
    for convention in ("entries", "changes"):
        G = gradient(L, S)
        one_side = claim(G + G.T - G * identity(n), E + E.T - E * identity(n), symmetric=convention)
        assert judged(one_side) == ["proved"]


def test_all_steps_of_a_chain_are_judged_by_one():
    chain = (gradient(L, S), E, C, E, C)
    turns = ["proved", "refuted"]
    assert judged(claim(*chain)) == [*turns, *turns]
    assert judged(claim(*chain, symmetric="changes")) == [*turns[::-1], *turns[::-1]]
    assert judged(claim(*chain), symmetric="changes") == [*turns[::-1], *turns[::-1]]
    assert judged(claim(*chain, symmetric="entries"), symmetric="changes") == [*turns, *turns]


def test_derivatives_in_steps_are_by_that_of_the_claim():
    G = gradient(L, S)
    for convention, right, wrong in (("entries", E, C), ("changes", C, E)):
        sides = (claim(right @ x, G @ x), claim(wrong @ x, G @ x), claim(G, gradient(y.T @ S @ x, S)))
        of_the_same = "refuted" if convention == "entries" else "proved"
        assert judged(*sides, symmetric=convention) == ["proved", "refuted", of_the_same]
    assert judged(claim(G, G, G.T), symmetric="changes") == ["definition", "proved"]


def test_a_misprint_is_one_by_the_convention_only():
    marked = {
        "entries": misprint(C, E, "its entries are free"),
        "changes": misprint(E, C, "only symmetric changes are meant"),
    }
    for convention in marked:
        for named, step in marked.items():
            marked_step = claim(gradient(L, S), step, symmetric=convention)
            assert bool(report_of(marked_step)) is (named == convention)


def test_a_second_derivative_is_along_symmetric_changes_of_both():
    inner = gradient(trace(A @ S @ S), S)
    cost = (inner * E).sum()
    free = gradient(trace(E.T @ (A.T @ S.T + S.T @ A.T)), S)
    mean = (E + E.T) / 2
    twice = A @ mean + mean @ A
    assert judged(claim(gradient(cost, S), free, (twice + twice.T) / 2), symmetric="entries") == ["proved", "refuted"]
    assert judged(claim(gradient(cost, S), (twice + twice.T) / 2), symmetric="changes") == ["proved"]


def random_costs(seed):
    """A trace of a product of matrices, and the same number with some of the symmetric ones transposed."""
    rng = np.random.default_rng(seed)
    factors = [(S, S.T), (S, S.T), (A, A), (x @ y.T, x @ y.T), (S @ A, S.T @ A), (A.T @ S, A.T @ S.T)]
    chosen = [factors[i] for i in rng.permutation(len(factors))[: rng.integers(2, 5)]]
    flips = rng.integers(0, 2, len(chosen))
    products = [pair[0] for pair in chosen], [pair[flip] for pair, flip in zip(chosen, flips, strict=True)]
    return [trace(reduce(matmul, product)) + trace(A @ S) for product in products]


def numbers_agree(one, other):
    """Whether two graphs have the same values at a point, by reverse mode alone."""
    plain = [reverse_mode.expand(graph) for graph in (one, other)]
    at = Evaluation(Point({n: 3}, 11).values(inputs_of(plain)), {n: 3})
    return np.allclose(at(plain[0]), at(plain[1]), rtol=1e-9)


def test_random_gradients_are_told_apart_by_entries_and_are_the_same_along_symmetric_changes():
    pairs = [[gradient(cost, S) for cost in random_costs(seed)] for seed in range(24)]
    same = [numbers_agree(*pair) for pair in pairs]
    assert 0 < sum(same) < len(same)
    found = judged(*(claim(*pair) for pair in pairs))
    assert [verdict in ("proved", "definition") for verdict in found] == same
    assert set(judged(*(claim(*pair, symmetric="changes") for pair in pairs))) <= {"proved", "definition"}
    wrong = [(one, other + 0.001 * gradient(trace(A @ S), S)) for one, other in pairs]
    assert set(judged(*(claim(*pair, symmetric="changes") for pair in wrong))) == {"refuted"}


REPAIRED = {"G": "2 * H.T", "x @ y.T @ x": "(2 * G) @ x", "(E + E.T) @ x": "4 * G @ x", "S - G": "S + H.T"}


def written(pairs, convention):
    """The steps of claims that are written so."""

    @derivation(symmetric=convention)
    def notes():
        given = SimpleNamespace(x=x, y=y, S=S, E=E, G=gradient(L, S), H=gradient(y.T @ S @ x, S), gradient=gradient)
        for target, step in pairs:
            yield claim(eval(target, vars(given)), eval(step, vars(given)), at=f"{target} = {step}")

    return list(verify(notes, examples=1).steps)


@pytest.mark.searches
@pytest.mark.parametrize("convention", ["entries", "changes"])
def test_what_is_written_instead_is_proved_by_the_convention_as_it_is_written(convention):
    wrong = written(REPAIRED.items(), convention)
    found = [
        (target, one.text.source)
        for target, step in zip(REPAIRED, wrong, strict=True)
        for one in step.search.corrections
    ]
    assert {target for target, _ in found} == {*REPAIRED}
    assert {step.judgement.verdict.value for step in written(found, convention)} <= {"proved", "definition"}


def test_reports_say_by_which():
    @derivation(symmetric="changes")
    def one():
        yield claim(gradient(L, S), C)
        yield claim(gradient(L, x), S @ y)

    @derivation()
    def both():
        yield claim(gradient(L, S), E, E + 0)
        yield claim(gradient(L, S), C, symmetric="changes")
        yield claim(gradient(L, x), S @ y)

    reports = [verify(one, examples=1), verify(both, examples=1)]
    assert "derivatives by symmetric matrices: along symmetric changes\n" in str(reports[0])
    line = "derivatives by symmetric matrices: by each entry on its own in 2 steps, along symmetric changes in 1 step\n"
    assert line in str(reports[1])
    evidence = [step["evidence"] for step in _json_steps(reports[1])]
    assert [found.get("symmetric") for found in evidence] == ["entries", "entries", "changes", None]
    (shown,) = reports[0].derivations
    lines = [line.text for line in explanation_lines(shown, shown.claims[0], shown.claims[0].steps[0])]
    assert "derivatives by symmetric matrices: along symmetric changes" in lines
    assert not any(line.startswith("symmetric:") for line in lines)


def _json_steps(report):
    (shown,) = report_json(report)["derivations"]
    return [step for claim in shown["claims"] for step in claim["steps"]]


def test_nothing_is_said_where_no_symmetric_matrix_is_differentiated_by():
    @derivation()
    def notes():
        yield claim(gradient(L, x), S @ y)

    assert "symmetric" not in str(verify(notes, examples=1))
