"""A tick means that a wrong formula would have been noticed; where it would not, the step is undecided."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from gradcheck import verify
from gradcheck.documents.claims import claim
from gradcheck.documents.derivations import derivation
from gradcheck.graph import dims, inputs_of
from gradcheck.judging import steps
from gradcheck.judging.comparison import NumericPoint
from gradcheck.judging.mistakes import variants
from gradcheck.judging.sides import Sides
from gradcheck.judging.variants import power
from gradcheck.judging.verification import verify_derivation
from gradcheck.notation import exp, gradient, indices, real, sigmoid
from gradcheck.proofs.prime_field import FieldOutcome, PrimePoint
from gradcheck.proofs.symbols import Outcome, SymbolicPoint
from gradcheck.sampling.point import Point
from gradcheck.verdicts import Answer, Verdict

n, m = dims("n m")
X, y, w = real("X", m, n), real("y", m, 1), real("w", n, 1)
r = X @ w - y
J = (r * r).sum() / (2 * m)
NAMES = {id(node): name for name, node in {"X": X, "y": y, "w": w, "r": r}.items()}
SIZES = {n: 2, m: 3}


def judged_in_this_process():
    """A derivation that no other process could import, so that what is changed in this one counts."""

    @derivation(source="homework")
    def least_squares():
        yield claim(gradient(J, w), X.T @ r / m)

    return least_squares


LEAST_SQUARES = judged_in_this_process()


def asked(target, step, points=(SIZES,), seeds=(0,), proofs=(SIZES,), prime=None, further=0, looks_beyond=True):
    inputs = inputs_of([target, step])
    numeric = [NumericPoint(Point(sizes, seed), inputs) for sizes in points for seed in seeds]
    symbolic = [SymbolicPoint(inputs, sizes) for sizes in proofs]
    more = [NumericPoint(Point(sizes, seed), inputs) for sizes in points for seed in range(2, 2 + further)]
    sides = Sides(SIZES, inputs) if looks_beyond else SimpleNamespace(beyond=lambda *_: [])
    place = SimpleNamespace(numeric=numeric, symbolic=symbolic, prime=prime, more=more, sides=sides)
    return power(target, step, NAMES, [X, y, w, r], place)


def test_nothing_survives_where_points_and_proofs_are_good():
    found = asked(gradient(J, w), X.T @ r / m)
    assert found.numbers > 9
    assert not found.survivors
    assert not found.message


def test_a_lost_size_survives_where_that_size_is_1():
    sizes = {n: 2, m: 1}
    found = asked(gradient(J, w), X.T @ r / m, [sizes], proofs=[])
    assert "m × it" in found.survivors
    assert "would not have noticed" in found.message


def test_the_transpose_of_one_unit_survives():
    S = real("S", n, n)
    found = asked(2 * S, 2 * S, [{n: 1}], proofs=[])
    assert "the transpose" in found.survivors


def test_a_variant_that_is_true_all_the_same_is_none():
    gram = X.T @ X
    found = asked(gradient((gram * gram).sum() / 2, gram), gram)
    assert found.equal == 1  # the transpose
    assert not found.survivors


def test_a_mask_that_seldom_changes_is_seen_at_more_points():
    Z = X + 2
    target, formula = gradient(np.where(Z > 0, Z, 0).sum(), X), Z > 0
    survivors = asked(target, formula, proofs=[], looks_beyond=False).survivors
    assert "X + 2 without X" in survivors
    assert not asked(target, formula, proofs=[], further=64, looks_beyond=False).survivors


def test_a_mask_that_never_changes_is_seen_beyond_its_threshold():
    target, formula = gradient(np.where(X > -60, X, 0).sum(), X), X > -60
    assert asked(target, formula, proofs=[], further=64, looks_beyond=False).survivors
    assert not asked(target, formula, proofs=[]).survivors


def test_the_prime_field_knows_what_is_true_all_the_same():
    gram = X.T @ X
    prime = PrimePoint(inputs_of([gram]), {n: 7, m: 5})
    assert asked(gradient((gram * gram).sum() / 2, gram), gram, proofs=[], prime=prime).equal == 1


def test_what_numbers_do_not_see_exact_algebra_may():
    found = asked(gradient(J, w), X.T @ r / m, points=[])
    assert found.exact > 9
    assert not found.survivors


def test_a_long_list_is_cut():
    found = asked(gradient(J, w), X.T @ r / m, points=[], proofs=[])
    assert f"and {len(found.survivors) - 3} more" in found.message


def test_survivors_make_undecided_what_is_not_proved_and_are_told_of_what_is(monkeypatch):
    monkeypatch.setattr(NumericPoint, "differs", lambda *_: False)
    monkeypatch.setattr(SymbolicPoint, "compare", lambda *_: Outcome(Answer.PROVED))
    assert next(verify(LEAST_SQUARES).steps).judgement.verdict is Verdict.PROVED  # all variants "proved to be true"
    monkeypatch.setattr(SymbolicPoint, "compare", lambda *_: Outcome(Answer.UNRESOLVED))
    (step,) = verify(LEAST_SQUARES).steps
    assert step.judgement.verdict is Verdict.PROVED  # over the prime field
    assert "2 × it" in step.judgement.evidence["variants"]["survivors"]
    assert "gradcheck would not have noticed: 2 × it" in str(verify(LEAST_SQUARES))
    monkeypatch.setattr(PrimePoint, "compare", lambda *_: FieldOutcome(Answer.UNRESOLVED))
    (step,) = verify(LEAST_SQUARES).steps
    assert step.judgement.verdict is Verdict.UNDECIDED
    assert "gradcheck would not have noticed: 2 × it; -1 × it; 0; and" in step.judgement.message
    assert "2 × it" in step.judgement.evidence["variants"]["survivors"]


def test_reports_say_how_many_variants_were_refuted():
    (step,) = verify(LEAST_SQUARES).steps
    assert step.judgement.verdict is Verdict.PROVED
    assert step.judgement.evidence["variants"]["refuted"] >= 9
    assert step.judgement.evidence["variants"]["survivors"] == []


def test_a_wrong_step_is_not_broken_further(monkeypatch):
    @derivation(source="homework")
    def wrong():
        yield claim(gradient(J, w), X.T @ r)

    monkeypatch.setattr(steps, "power", None)
    assert next(verify(wrong).steps).judgement.verdict is Verdict.REFUTED


@pytest.mark.parametrize("sizes", [{"points": [{n: 2, m: 3}]}, {"points": [{n: 1, m: 1}, {n: 3, m: 2}]}])
def test_corrections_and_drawn_points_are_held_to_the_same(sizes):
    assert not asked(gradient(sigmoid(w).sum(), w), sigmoid(w) * (1 - sigmoid(w)), **sizes).survivors


def test_what_is_not_noticed_is_written_by_entries_where_the_claim_is(monkeypatch):
    """As arrays, it would be `1 for exp(v)` and `B for A`, of which no index is said."""

    @derivation(source="by entries")
    def by_entries():
        i, j = indices("i j")
        A, B, v = real("A", n, m), real("B", n, m), real("v", n)
        L = (A[i, j] * exp(v[i]) * B[i, j]).sum(i, j)
        yield claim(gradient(L, A[i, j]), exp(v[i]) * B[i, j])

    seen = []
    monkeypatch.setattr(steps, "power", lambda *args: seen.append(args) or power(*args))
    verify_derivation(by_entries, examples=1)
    ((_, step, names, symbols, _, written),) = seen
    said = {variant.what(names, written) for variant in variants(step, names, symbols)}
    assert {"1 for exp(v[i])", "A[i, j] for B[i, j]"} <= said
