"""Both ways of checking, held to a fixed sample of the corpus of wrong and right gradients.

The whole corpus, and what other tools find in it: benchmarks/comparison.py.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from comparison import Answer, Check, Tool, as_black_box, as_derivation, full_table, of_claim, percent, run, short_table
from corpus import LOST, SEEN, Case, corpus, reference, relative_change
from graph_path import verdicts_on_mistakes, verdicts_on_right
from networks import MISTAKES, NETWORKS, STABLE, Network, mistakes
from networks import RIGHT as RIGHT_PIECES

from gradcheck.verdicts import Verdict

ALL_WRONG, ALL_RIGHT = (tuple(case for case in corpus() if case.wrong is label) for label in (True, False))
WRONG = ALL_WRONG[::3]
RIGHT = tuple(case for i, case in enumerate(ALL_RIGHT) if i % 8 < 3 or case.kind == "near a minimum")
SAMPLE = WRONG + RIGHT
CLAIMS = tuple(case for case in ALL_WRONG if case.network.depth <= 2)[::2]
"""Wrong gradients as claims: of the networks that exact algebra is quick with."""
QUICK = [net for net in NETWORKS if net.depth <= 2][::2]
MOST_UNDECIDED = {as_derivation: 0.1, as_black_box: 0.4}
"""The part of the right gradients at hard points that may be left undecided; each of the rest is agreed to."""
MOST_UNSEEN = 6
"""How many of the wrong gradients are lost in the rounding of f: tiny weights in deep networks."""


def names(cases: Iterable[Case]) -> list[str]:
    return [case.name for case in cases]


def said(check: Check, cases: Iterable[Case]) -> dict[Answer, list[str]]:
    """The names of the cases by what is said of them."""
    answers: dict[Answer, list[str]] = {answer: [] for answer in Answer}
    for case in cases:
        answers[check(case)].append(case.name)
    return answers


# ---- the corpus itself -------------------------------------------------------------------------------------------


def test_there_are_enough_cases_of_both_labels_and_each_has_a_name_of_its_own():
    assert len(WRONG) >= 100
    assert len(RIGHT) >= 100
    assert len(ALL_WRONG) >= 300
    assert len(ALL_RIGHT) >= 250
    assert len({case.name for case in corpus()}) == len(corpus())


def test_no_network_and_no_mistake_is_without_a_case():
    assert {case.mistake.kind for case in ALL_WRONG if case.mistake} == {mistake.kind for mistake in MISTAKES}
    assert {case.network.name for case in WRONG} == {net.name for net in NETWORKS}
    assert {case.network.name for case in RIGHT} == {net.name for net in NETWORKS}


def test_a_wrong_gradient_is_far_from_the_truth_and_a_right_one_is_not():
    for case in SAMPLE:
        truth = reference(case.network, (case.X, case.Y, case.args))
        change = relative_change(case.grad(*case.args), truth)
        assert (change > SEEN) if case.wrong else (change <= LOST), case.name


def test_the_reference_knows_a_derivative_that_is_known_without_it():
    # J = -Σ (y log σ(wx + b) + …) / m, ∂J/∂w = Σ (σ(wx + b) - y) x / m; at w = b = 0, σ = 1/2
    net = Network("", STABLE, NETWORKS[0].hidden, (("1", 1), ("1", 1), ("m", 2)))
    X, Y = np.array([[2.0, 3.0]]), np.array([[1.0, 0.0]])
    by_w, by_b = reference(net, (X, Y, (np.zeros((1, 1)), np.zeros((1, 1)))))
    assert by_w[0, 0] == pytest.approx((-0.5 * 2 + 0.5 * 3) / 2, rel=1e-15)
    assert by_b[0, 0] == 0


def test_a_mistake_changes_one_piece_in_one_layer():
    for _, mistake, layer in mistakes():
        changed = mistake.rules(layer)
        assert changed != RIGHT_PIECES
        assert replace(changed, **{mistake.piece: getattr(RIGHT_PIECES, mistake.piece)}) == RIGHT_PIECES


def test_a_change_of_nothing_and_of_what_is_not_finite_are_told_apart():
    one = (np.array([2.0, -4.0]),)
    assert relative_change(one, one) == 0
    assert relative_change((np.array([2.0, -3.0]),), one) == 0.25
    assert relative_change((np.array([1.0]),), (np.array([0.0]),)) == np.inf
    assert np.isnan(relative_change((np.array([np.nan, 1.0]),), one))


# ---- what gradcheck says of it -----------------------------------------------------------------------------------


def test_every_mistake_is_refuted_as_a_claim():
    assert len(CLAIMS) >= 100
    answers = {}
    for net in dict.fromkeys(case.network for case in CLAIMS):
        cases = [case for case in CLAIMS if case.network == net]
        verdicts = verdicts_on_mistakes(net, [(case.mistake, case.layer) for case in cases])
        answers |= dict(zip(names(cases), map(of_claim, verdicts), strict=True))
    assert answers == dict.fromkeys(names(CLAIMS), Answer.REFUTED)
    assert as_derivation(CLAIMS[0]) is Answer.REFUTED


def test_the_right_formulas_are_proved_as_claims():
    verdicts = {net.name: verdicts_on_right(net) for net in QUICK}
    unproved = {name: found for name, found in verdicts.items() if set(found.values()) != {Verdict.PROVED}}
    assert unproved == {}
    assert [len(found) for found in verdicts.values()] == [2 * net.depth for net in QUICK]


def test_no_right_gradient_is_refuted_on_the_graph_at_a_hard_point():
    answers = said(as_derivation, RIGHT)
    assert answers[Answer.REFUTED] == []
    assert answers[Answer.ERROR] == []
    assert len(answers[Answer.UNDECIDED]) <= MOST_UNDECIDED[as_derivation] * len(RIGHT), answers[Answer.UNDECIDED]


def test_no_wrong_gradient_passes_by_values_alone():
    answers = said(as_black_box, WRONG)
    assert answers[Answer.PASSES] == []
    assert answers[Answer.ERROR] == []
    assert len(answers[Answer.UNDECIDED]) <= MOST_UNSEEN, answers[Answer.UNDECIDED]


def test_no_right_gradient_is_refuted_by_values_alone():
    answers = said(as_black_box, RIGHT)
    assert answers[Answer.REFUTED] == []
    assert answers[Answer.ERROR] == []
    assert len(answers[Answer.UNDECIDED]) <= MOST_UNDECIDED[as_black_box] * len(RIGHT), answers[Answer.UNDECIDED]


# ---- how the table is counted ------------------------------------------------------------------------------------


def always(answer: Answer) -> Tool:
    return Tool("", "always", "", lambda: lambda case: answer)


def test_a_tool_that_passes_everything_finds_nothing():
    row = run(always(Answer.PASSES), SAMPLE, progress=False)
    assert row.answers[True, Answer.REFUTED] == row.answers[False, Answer.REFUTED] == 0
    assert [name for name, _ in row.mistaken] == names(WRONG)


def test_a_tool_that_refutes_everything_gives_false_alarms_only_on_right_ones():
    row = run(always(Answer.REFUTED), SAMPLE, progress=False)
    assert row.answers[False, Answer.REFUTED] == len(RIGHT)
    assert [name for name, _ in row.mistaken] == names(RIGHT)


def test_a_tool_that_breaks_on_a_case_goes_on_and_the_error_is_named():
    def breaks(case: Case) -> Answer:
        raise ZeroDivisionError("at this case")

    row = run(Tool("", "breaks", "", lambda: breaks), SAMPLE[:3], progress=False)
    assert row.answers == {(True, Answer.ERROR): 3}
    assert row.mistaken[0] == (SAMPLE[0].name, "ZeroDivisionError: at this case")


def test_only_all_are_a_hundred_percent():
    assert percent(606, 607) == "99%"
    assert percent(607, 607) == "100%"


def test_tables_are_aligned_and_their_counts_stand_in_the_row_of_the_tool():
    rows = [run(always(answer), SAMPLE[:2] + SAMPLE[-3:], progress=False) for answer in Answer]
    short, full = short_table(rows, 2, 3).splitlines(), full_table(rows, 2, 3).splitlines()
    assert len({len(line) for line in short}) == len({len(line) for line in full}) == 1
    assert [cell.strip() for cell in short[3].split("|")[1:-1]] == ["always", "2 (100%)", "0", "3", "0"]
    assert [cell.strip() for cell in full[2].split("|")[1:-2]] == [
        "always",
        "0",
        "0%",
        "2",
        "0",
        "0",
        "0",
        "3",
        "0",
        "0",
    ]
