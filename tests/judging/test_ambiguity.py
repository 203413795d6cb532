"""Printed formulas of several readings: never a tick that one of them does not deserve."""

from __future__ import annotations

import json

import pytest
from hypothesis import strategies as st

from gradcheck import abuse_of_notation, bits, claim, derivation, dims, gradient, misprint, reading, real, verify
from gradcheck.documents.instances import read
from gradcheck.judging import ambiguity
from gradcheck.notation import log, relu, relu_prime, sigmoid
from gradcheck.reports.json import report_json
from gradcheck.strategies import activations
from gradcheck.verdicts import Judgement, Verdict

n, m = dims("n m")
A, B = real("A", n, n), real("B", n, n)
x, y = real("x", n, 1), real("y", n, 1)


def judged(*steps, target, **options):
    @derivation(**options)
    def notes():
        yield claim(target, *steps)

    return list(verify(notes, examples=2).steps)


def verdict(step, target, **options):
    (said,) = judged(step, target=target, **options)
    return said.judgement.verdict.value


def readings(said):
    return {one["source"]: one["verdict"] for one in said.judgement.evidence["readings"]}


def network(step, convention=None):
    @derivation(reading=convention)
    def notes():
        n0, n1, m = dims("n0 n1 m")
        X, Y = real("X", n0, m), bits("Y", 1, m)
        W1, W2, b1 = real("W1", n1, n0), real("W2", 1, n1), real("b1", n1, 1)
        Z1 = W1 @ X + b1
        T = sigmoid(W2 @ relu(Z1))
        J = -(Y @ log(T).T + (1 - Y) @ log(1 - T).T)
        R = relu_prime(Z1)
        yield claim(gradient(J, W1), step(W2=W2, E=T - Y, R=R, X=X))

    (said,) = verify(notes, examples=2).steps
    return said


# ---- wrong answers -------------------------------------------------------------------------------------------------


def test_a_misprint_that_would_be_true_with_a_transpose_is_no_tick():
    said = network(lambda W2, E, R, X: reading(W2, E, "*", R, X.T))
    assert said.judgement.verdict is Verdict.ILL_SHAPED
    assert "W2 @ (T - Y) …: (1, n1) @ (1, m): n1 is not 1" in said.judgement.message
    said = network(lambda W2, E, R, X: reading(W2.T, E, "*", R, X))
    assert said.judgement.verdict is Verdict.ILL_SHAPED


def test_what_would_be_true_if_it_broadcast_is_no_tick():
    c = real("c", 1, n)
    assert verdict(A * c, A * c * 1) == "proved"
    assert verdict(reading(A, "*", c), A * c * 1) == "ill-shaped"
    assert verdict(reading(A, "+", c), 1 * A + c) == "ill-shaped"


def test_two_readings_of_different_value_are_undecided_and_listed_with_their_verdicts():
    (said,) = judged(reading(A, B), target=2 * A @ B / 2)
    assert said.judgement.verdict is Verdict.UNDECIDED
    assert not said.ok
    assert readings(said) == {"A @ B": "proved", "A * B": "refuted"}
    assert "it has 2 readings that conform: A @ B: proved; A * B: refuted" in said.judgement.message
    assert '@derivation(reading="numpy" or "matrix")' in said.judgement.message


def test_that_only_one_reading_has_the_shape_of_the_target_is_no_reason_to_have_meant_it():
    (said,) = judged(reading(x, "·", y), target=2 * (x.T @ y) / 2)
    assert said.judgement.verdict is Verdict.UNDECIDED
    assert readings(said) == {"x * y": "ill-shaped", "(x * y).sum()": "proved", "x @ y": "ill-shaped"}


@pytest.mark.parametrize("mark", [misprint, abuse_of_notation])
def test_a_mark_is_confirmed_only_if_every_reading_is_wrong(mark):
    right = 2 * A @ B / 2
    (true,) = judged(mark(reading(A, B), 1 * (A @ B), "why"), target=right)
    assert (true.judgement.verdict, true.ok) == (Verdict.UNDECIDED, False)
    (wrong,) = judged(mark(reading(B, A), 1 * (A @ B), "why"), target=right)
    assert (wrong.judgement.verdict, wrong.ok) == (Verdict.REFUTED, True)
    assert readings(wrong) == {"B @ A": "refuted", "B * A": "refuted"}
    assert "all its readings are wrong: B @ A: refuted; B * A: refuted" in wrong.judgement.message


def test_a_correction_that_is_ambiguous_is_none():
    (said,) = judged(misprint(B @ A, reading(A, B), "why"), target=2 * A @ B / 2)
    assert said.judgement.verdict is Verdict.REFUTED
    assert said.correction.verdict is Verdict.UNDECIDED
    assert not said.ok


def test_a_reading_that_is_wrong_in_one_draw_of_the_structure_is_wrong():
    @derivation(depth=st.integers(1, 3))
    def powers(depth):
        power = A
        for _ in range(depth):
            power = power @ A
        yield claim(power, reading(A, "@", A))

    (said,) = verify(powers, examples=8).steps
    assert said.judgement.verdict is Verdict.REFUTED


def test_what_has_no_reading_in_one_draw_of_the_structure_is_ill_shaped():
    C = real("C", n, m)

    @derivation(wide=st.booleans())
    def notes(wide):
        yield claim(1 * (A @ C), reading(A, C) if wide else reading(C, A))

    (said,) = verify(notes, examples=8).steps
    assert said.judgement.verdict is Verdict.ILL_SHAPED
    assert "C @ A: (n, m) @ (n, n): m is not n" in said.judgement.message


def test_what_may_mean_two_things_in_one_draw_of_the_structure_is_undecided():
    C = real("C", n, m)

    @derivation(square=st.booleans())
    def notes(square):
        other = B if square else C
        yield claim(2 * (A @ other) / 2, reading(A, other))

    (said,) = verify(notes, examples=8).steps
    assert said.judgement.verdict is Verdict.UNDECIDED
    assert readings(said) == {"A @ other": "proved", "A * other": "refuted"}


# ---- right ones ----------------------------------------------------------------------------------------------------


def test_the_only_reading_that_conforms_is_judged():
    said = network(lambda W2, E, R, X: reading(W2.T, E, "*", R, X.T))
    assert said.judgement.verdict is Verdict.PROVED
    assert said.printed == "W2.T (T - Y) * R X.T"
    found = readings(said)
    assert found.pop("((W2.T @ (T - Y)) * R) @ X.T") == "proved"
    assert set(found.values()) == {"ill-shaped"}
    assert "… (T - Y) * R …" in found


def test_a_wrong_one_says_how_it_was_read():
    said = network(lambda W2, E, R, X: reading(2, W2.T, E, "*", R, X.T))
    assert said.judgement.verdict is Verdict.REFUTED
    assert "read as (((2 * W2.T) @ (T - Y)) * R) @ X.T: it is 2 × the gradient" in said.judgement.message


@pytest.mark.parametrize(
    ("convention", "expected"), [(None, "proved"), ("numpy", "proved"), ("matrix", "ill-shaped")], ids=str
)
def test_a_convention_gives_it_its_value(convention, expected):
    said = network(lambda W2, E, R, X: reading(W2.T, E, "*", R, X.T), convention)
    assert said.judgement.verdict.value == expected
    assert len(readings(said)) == (1 if convention else 9)
    if expected == "ill-shaped":
        assert "(W2.T @ (T - Y)) * (R @ X.T): (n1, m) * (n1, n0): m is not n0" in said.judgement.message


def test_numpys_convention_broadcasts_where_the_document_does():
    c = real("c", 1, n)
    assert verdict(reading(A, "*", c), 2 * A * c / 2, reading="numpy") == "proved"
    assert verdict(reading(A, "*", c), real("D", n, n), reading="numpy", broadcast=False) == "ill-shaped"
    assert verdict(reading(A, "*", c), 2 * A * c / 2, reading="matrix") == "ill-shaped"


def test_what_is_ambiguous_is_decided_by_the_convention():
    C = real("C", n, n)
    target = 2 * (A * (B @ C)) / 2
    said = [verdict(reading(A, "*", B, C), target, reading=name) for name in (None, "numpy", "matrix")]
    assert said == ["undecided", "refuted", "proved"]


def test_readings_that_all_hold_are_proved_with_the_conditions_of_all():
    s, u = real("s", 1, 1), real("u", 1, n)
    (said,) = judged(reading(x, u, x, "/", s), target=2 * x @ (u @ x) / (2 * s))
    assert said.judgement.verdict is Verdict.PROVED
    assert sum(verdict == "proved" for verdict in readings(said).values()) == 2  # (x u) x is a product, x (u x) scaled
    assert said.judgement.evidence["where"]["values"] == ["s ≠ 0"]
    assert said.judgement.evidence["exact"] == "proved"


def test_a_reading_that_is_the_target_itself_is_no_tick():
    assert verdict(reading(A, "@", B), A @ B) == "definition"


def test_products_of_any_length_are_one_step():
    def product(X):
        whole = X[0]
        for one in X[1:]:
            whole = whole @ one
        return whole

    @derivation(depth=st.integers(1, 3), g=activations())
    def chain(depth, g):
        W = [real(f"W{i}", n, n) for i in range(depth)]
        X = real("X", n, m)
        yield claim(2 * product([*W, g(X)]) / 2, reading(*W, g(X)))

    (said,) = verify(chain, examples=4).steps
    assert said.judgement.verdict is Verdict.UNDECIDED  # from two layers on, W1 W2 may be meant by entry

    @derivation(reading="matrix", depth=st.integers(1, 3), g=activations())
    def chain_of_matrices(depth, g):
        W = [real(f"W{i}", n, n) for i in range(depth)]
        X = real("X", n, m)
        yield claim(2 * product([*W, g(X)]) / 2, reading(*W, g(X)))

    (said,) = verify(chain_of_matrices, examples=4).steps
    assert said.judgement.verdict is Verdict.PROVED


@pytest.mark.parametrize(
    ("verdicts", "together"),
    [
        (("proved", "proved"), "proved"),
        (("proved", "agrees"), "agrees"),
        (("proved", "definition"), "definition"),
        (("definition", "agrees"), "agrees"),
        (("ill-shaped", "refuted"), "refuted"),
        (("ill-shaped", "ill-shaped"), "ill-shaped"),
        (("refuted", "proved"), "undecided"),
        (("ill-shaped", "agrees"), "undecided"),
        (("undecided", "proved"), "undecided"),
        (("undecided", "refuted"), "undecided"),
        (("undecided", "undecided"), "undecided"),
        (("proved", "harness error"), "harness error"),
        (("refuted", "harness error"), "harness error"),
    ],
)
def test_what_follows_from_the_verdicts_on_two_readings(verdicts, together):
    @derivation()
    def notes():
        yield claim(A, reading(A, B))

    _, (group,), _ = read(notes, 1)
    said = iter([Judgement(Verdict(value)) for value in verdicts])
    judgement = ambiguity.judged(group, [group.claim.steps[0].forms[0]], lambda group, formulas: next(said))
    assert judgement.verdict.value == together


def test_a_single_reading_is_said_in_the_words_of_any_step():
    (said,) = judged(reading(2, A), target=1 * A)
    assert "all its readings" not in said.judgement.message
    (kinked,) = judged(reading(2, A), target=gradient((A * A).sum(), B))
    assert kinked.judgement.verdict is Verdict.UNDECIDED
    assert "nothing is differentiated" in kinked.judgement.message


# ---- what is reported ----------------------------------------------------------------------------------------------


def test_the_report_for_programs_has_the_readings_and_only_where_there_are_some():
    @derivation()
    def notes():
        yield claim(2 * A @ B / 2, reading(A, B), 1 * (A @ B))

    report = json.loads(json.dumps(report_json(verify(notes, examples=2))))
    ambiguous, plain = report["derivations"][0]["claims"][0]["steps"]
    assert ambiguous["verdict"] == "undecided"
    assert ambiguous["printed"] == "A B"
    assert ambiguous["evidence"]["readings"] == [
        {"source": "A @ B", "verdict": "proved"},
        {"source": "A * B", "verdict": "refuted"},
    ]
    assert "readings" not in plain["evidence"]


@pytest.mark.searches
def test_a_correction_is_found_from_what_was_printed_and_runs():
    said = network(lambda W2, E, R, X: reading(W2, E, "*", R, X.T))
    assert said.correction_found.text.source == "((W2.T @ (T - Y)) * R) @ X.T"
    assert said.correction_found.edits == ("the transpose of W2",)
