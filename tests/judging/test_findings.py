"""The table that turns what the oracles say into a verdict, row by row."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from gradcheck import Verdict
from gradcheck.graph import dims
from gradcheck.judging.comparison import Comparison
from gradcheck.judging.findings import IN_SYMBOLS, IN_THE_FIELD, Findings, Said, decide
from gradcheck.proofs.prime_field import FieldOutcome
from gradcheck.proofs.symbols import Outcome
from gradcheck.sampling.point import Point
from gradcheck.verdicts import Answer

AGREES, DIFFERS, UNRESOLVED = SAY = Answer.AGREES, Answer.DIFFERS, Answer.UNRESOLVED
EXACT, FIELD = ({word: answer for answer, word in words.items()} for words in (IN_SYMBOLS, IN_THE_FIELD))
ONE = np.ones(2)


def seen(backprop, differences=None, *, zero=False, conflict="", step=ONE, reason="", target=ONE, remark=""):
    differences = backprop if differences is None else differences
    wrong = np.full(2, backprop is DIFFERS)
    return Comparison(Point({}), backprop, differences, target, step, wrong, 0 * ONE, zero, conflict, reason, remark)


def verdict(exact, *numbers, relative=0.5, prime=()):
    case = object()
    certified = {"relative": relative, "at": Point({})}
    outcomes = [Outcome(EXACT[word], **(certified if word == "differs" else {})) for word in exact]
    fields = [FieldOutcome(FIELD[word], note="a reason") for word in prime]
    return decide(Findings([Said(case, {}, found) for found in (*outcomes, *fields, *numbers)]))[0]


@pytest.mark.parametrize(
    ("exact", "numbers", "expected"),
    [
        (["proved"], [seen(AGREES)], Verdict.PROVED),
        (["unknown"], [seen(AGREES)], Verdict.AGREES),
        (["proved", "unknown"], [seen(AGREES)], Verdict.AGREES),
        ([], [seen(AGREES)], Verdict.AGREES),
        (["differs"], [seen(DIFFERS)], Verdict.REFUTED),
        (["unknown"], [seen(DIFFERS)], Verdict.REFUTED),
        (["unknown"], [seen(AGREES), seen(DIFFERS)], Verdict.REFUTED),
        (["unknown"], [seen(DIFFERS, AGREES)], Verdict.REFUTED),
        (["proved"], [seen(AGREES), seen(DIFFERS)], Verdict.HARNESS_ERROR),
        (["differs"], [seen(AGREES)], Verdict.HARNESS_ERROR),
        (["differs"], [seen(UNRESOLVED)], Verdict.REFUTED),
        (["proved"], [seen(UNRESOLVED)], Verdict.UNDECIDED),
        (["proved"], [seen(AGREES, UNRESOLVED)], Verdict.UNDECIDED),
        (["proved"], [seen(UNRESOLVED), seen(AGREES)], Verdict.PROVED),
        (["proved"], [], Verdict.UNDECIDED),
        ([], [], Verdict.UNDECIDED),
        (["unknown"], [seen(AGREES, zero=True)], Verdict.UNDECIDED),
        (["proved"], [seen(AGREES, zero=True)], Verdict.PROVED),
        (["proved"], [seen(AGREES, zero=True), seen(AGREES)], Verdict.PROVED),
        (["proved"], [seen(DIFFERS, step=np.nan * ONE, remark="log(0)")], Verdict.REFUTED),
    ],
)
def test_the_table_of_verdicts(exact, numbers, expected):
    assert verdict(exact, *numbers) is expected


@pytest.mark.parametrize(
    ("exact", "prime", "numbers", "expected"),
    [
        (["unknown"], ["equal"], [seen(AGREES)], Verdict.PROVED),
        ([], ["equal"], [seen(AGREES)], Verdict.PROVED),
        (["unknown"], ["unknown"], [seen(AGREES)], Verdict.AGREES),
        (["proved"], ["unknown"], [seen(AGREES)], Verdict.PROVED),
        (["proved"], ["differs"], [seen(AGREES)], Verdict.REFUTED),
        (["proved"], ["contradiction"], [seen(AGREES)], Verdict.HARNESS_ERROR),
        (["unknown"], ["equal"], [seen(DIFFERS)], Verdict.REFUTED),
        (["unknown"], ["equal"], [seen(UNRESOLVED)], Verdict.UNDECIDED),
        (["unknown"], ["equal"], [seen(AGREES, zero=True)], Verdict.PROVED),
        (["unknown"], ["equal"], [], Verdict.UNDECIDED),
    ],
)
def test_the_prime_field_proves_what_is_seen_and_never_saves_what_differs(exact, prime, numbers, expected):
    assert verdict(exact, *numbers, prime=prime) is expected


def test_one_instance_in_the_prime_field_does_not_prove_another():
    proved, other = object(), object()
    said = [
        Said(proved, {}, FieldOutcome(Answer.PROVED)),
        Said(proved, {}, seen(AGREES)),
        Said(other, {}, seen(AGREES)),
    ]
    assert decide(Findings(said))[0] is Verdict.AGREES


@pytest.mark.parametrize(("exact", "say"), list(itertools.product(["proved", "unknown", "differs"], SAY)))
def test_a_contradiction_of_engine_and_differences_comes_before_everything(exact, say):
    assert verdict([exact], seen(say, conflict="reverse mode says 1, differences say 2")) is Verdict.HARNESS_ERROR
    assert verdict([exact], seen(AGREES), seen(say, conflict="…")) is Verdict.HARNESS_ERROR


def test_numbers_at_other_sizes_than_a_proofs_do_not_contradict_it():
    case = object()
    said = [Said(case, {dims("n"): 1}, Outcome(Answer.PROVED)), Said(case, {}, seen(DIFFERS))]
    assert decide(Findings(said))[0] is Verdict.REFUTED


def test_numbers_contradict_a_certificate_at_its_own_point_only():
    case, other, point = object(), object(), Point({}, seed=7)
    certificate = Said(case, {}, Outcome(Answer.DIFFERS, relative=0.5, at=point))
    here, there = (dataclasses.replace(seen(AGREES), point=at) for at in (point, Point({}, seed=8)))
    unseen = dataclasses.replace(seen(UNRESOLVED), point=point)
    assert decide(Findings([certificate, Said(case, {}, here)]))[0] is Verdict.HARNESS_ERROR
    assert decide(Findings([certificate, Said(case, {}, there)]))[0] is Verdict.REFUTED
    assert decide(Findings([certificate, Said(other, {}, here)]))[0] is Verdict.REFUTED
    assert decide(Findings([certificate, Said(case, {}, unseen), Said(case, {}, there)]))[0] is Verdict.REFUTED
    assert decide(Findings([certificate, Said(case, {}, here), Said(case, {}, seen(DIFFERS))]))[0] is Verdict.REFUTED


def test_an_entry_that_is_lost_in_the_array_is_not_seen_to_agree():
    at = Point({})
    values, bars = np.array([1.0, 1e-20]), np.array([1e-16, 1e-16])
    numbers = dataclasses.replace(seen(AGREES, target=values, step=values), tolerance=bars)
    small, large = (Said(None, {}, Outcome(Answer.DIFFERS, entry=(i,), relative=0.5, at=at)) for i in (1, 0))
    assert decide(Findings([small, Said(None, {}, numbers)]))[0] is Verdict.REFUTED
    assert decide(Findings([large, Said(None, {}, numbers)]))[0] is Verdict.HARNESS_ERROR


def test_numbers_on_a_kink_do_not_contradict_a_proof():
    assert verdict(["proved"], dataclasses.replace(seen(DIFFERS), on_kink=True)) is Verdict.REFUTED


def test_what_only_exact_algebra_can_see_is_refuted():
    assert verdict(["differs"], seen(AGREES), relative=1e-13) is Verdict.REFUTED


def test_the_reason_is_given_for_what_is_undecided():
    def decided(*numbers):
        return decide(Findings([Said(object(), {}, found) for found in numbers]))

    assert decided(seen(UNRESOLVED, reason="log of -1")) == (Verdict.UNDECIDED, "log of -1")
    assert decided() == (Verdict.UNDECIDED, "no point was looked at")
    assert decided(seen(UNRESOLVED, target=0 * ONE))[1].startswith("the left-hand side is 0")
    assert decided(seen(UNRESOLVED, zero=True, reason="lost digits"))[1] == "lost digits"
