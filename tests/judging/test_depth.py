"""Nothing is lost to depth, and nothing grows with the number of paths through a graph that shares its parts."""

from __future__ import annotations

import sys

import pytest

from gradcheck import claim, derivation, dims, gradient, positive, real
from gradcheck.graph import inputs_of, walk
from gradcheck.graph.walks import affected
from gradcheck.judging.conditions import Signs, conditions
from gradcheck.judging.mistakes import part_at, symbols_in, variants, with_part
from gradcheck.judging.verification import verify_derivation
from gradcheck.notation import exp, log, relu, sin, tanh
from gradcheck.printing.styles import Unicode
from gradcheck.proofs.prime_field import PrimePoint
from gradcheck.proofs.symbols import SymbolicPoint
from gradcheck.verdicts import Answer, Verdict

n = dims("n")
x, p = real("x", n), positive("p", n)
DEEP = sys.getrecursionlimit() + 200


def nested(depth, step, start=x):
    h = start
    for _ in range(depth):
        h = step(h)
    return h


def verdict(target, step):
    @derivation(source="a document")
    def deep():
        yield claim(target, step)

    (found,) = verify_derivation(deep, examples=1).steps
    return found.judgement.verdict


def in_the_field(target, step):
    return PrimePoint(inputs_of([target, step]), {n: 3}).compare(target, step).answer


def test_a_sum_that_is_deeper_than_the_stack_is_judged():
    h = nested(DEEP, lambda h: h + x)
    assert verdict(h, (DEEP + 1) * x) is Verdict.PROVED
    assert verdict(nested(40, lambda h: h + x), 40 * x) is Verdict.REFUTED


@pytest.mark.parametrize("step", [lambda h: h + h, lambda h: tanh(h) * h, lambda h: h * h])
def test_paths_do_not_count_but_expressions(step):
    h = nested(40, step)
    assert verdict(h + x, x + h) is Verdict.PROVED
    assert verdict(h + x, x + 2 * h) in (Verdict.REFUTED, Verdict.UNDECIDED)  # numbers overflow


@pytest.mark.parametrize("depth", [5, 40])
def test_exponentials_of_shared_sums_multiply(depth):
    h = nested(depth, lambda h: h + h)
    twice = nested(depth, lambda h: h + h, x + x)
    assert in_the_field(exp(twice), exp(h) * exp(h)) is Answer.PROVED
    assert in_the_field(exp(twice), exp(h)) is not Answer.PROVED


def test_logs_of_deep_products_are_sums():
    few, many = (nested(depth, lambda h: h * p, p) for depth in (9, DEEP))
    assert in_the_field(log(few), 10 * log(p)) is Answer.PROVED
    assert in_the_field(log(few), 9 * log(p)) is not Answer.PROVED
    assert in_the_field(log(many), (DEEP + 1) * log(p)) is Answer.PROVED
    assert in_the_field(log(many), DEEP * log(p)) is not Answer.PROVED


def test_steps_of_shared_sums_are_told():
    h = nested(40, lambda h: h + h, exp(x))
    assert in_the_field(relu(h - x), relu(h - x) + relu(x) - relu(x)) is Answer.PROVED
    assert in_the_field(relu(h - x), h - x) is not Answer.PROVED


def test_what_is_too_deep_for_sympy_is_not_told_by_it():
    h = nested(DEEP, sin)
    sides = gradient(h.sum(), x), gradient(2 * h.sum(), x) / 2
    assert SymbolicPoint(inputs_of(sides), {n: 2}).compare(*sides).answer is Answer.UNRESOLVED


def test_what_contains_an_expression_is_found_at_any_depth():
    h = nested(DEEP, sin)
    nodes = list(walk(h + p))
    keys = [node.key for node in nodes]
    assert affected(keys, x.key) == set(keys) - {p.key}


def test_conditions_name_every_factor_once():
    h = nested(40, lambda h: h * h)
    assert conditions(1 / h, 1 / h, Unicode({}, "[]"), Signs([h]))["values"] == ["x ≠ 0"]
    deep = nested(DEEP, lambda h: h * p, x)
    assert conditions(1 / deep, 1 / deep, Unicode({}, "[]"), Signs([deep]))["values"] == ["x ≠ 0"]


def test_a_deep_part_is_replaced():
    h = nested(DEEP, lambda h: sin(h) + x)
    (*_, deepest) = symbols_in(h, {id(x): "x"})
    assert part_at(h, deepest) is x
    changed = with_part(h, deepest, p)
    assert part_at(changed, deepest) is p
    assert with_part(changed, deepest, x).key == h.key


def test_a_long_formula_is_broken_at_some_of_its_places():
    counts = [sum(1 for _ in variants(nested(depth, sin), {}, [])) for depth in (20, 200, 1000)]
    assert counts[0] > 20
    assert counts[1] > 200
    assert 20 < counts[2] < counts[1]
