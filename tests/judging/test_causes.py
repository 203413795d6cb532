"""Why a wrong step is wrong: for each cause a formula that is wrong by it, and near misses that are not."""

from __future__ import annotations

from textwrap import indent

import numpy as np
import pytest

import gradcheck
from gradcheck import Verdict, notation
from gradcheck.judging import causes
from gradcheck.judging.lines import only_wrong
from gradcheck.judging.verification import Verifier
from gradcheck.verdicts import Position

MODEL = """
n0, n1, n2, m = dims("n0 n1 n2 m")
X, Y = real("X", n0, m), real("Y", n2, m)
W1, b1 = real("W1", n1, n0), real("b1", n1, 1)
W2, b2, lam = real("W2", n2, n1), real("b2", n2, 1), real("lam")
S, T, P, v = real("S", n1, n1), real("T", n1, n1), real("P", n1, n1), real("v", n1, 1)
Z1 = W1 @ X + b1
A1 = tanh(Z1)
Z2 = W2 @ A1 + b2
A2 = sigmoid(Z2)
E = A2 - Y
J = (E * E).sum() / (2 * m) + lam * (W2 * W2).sum() / 2
R = relu(Z1)
C = (R * R).sum() / 2
dZ2 = E * A2 * (1 - A2) / m
dA1 = W2.T @ dZ2
dZ1 = dA1 * A1
"""
SPACE = {name: getattr(notation, name) for name in notation.__all__} | {
    name: getattr(gradcheck, name) for name in ("claim", "dims", "gradient", "real")
}
RIGHT = {
    "W2": "dZ2 @ A1.T + lam * W2",
    "b2": "dZ2.sum(axis=1, keepdims=True)",
    "W1": "(dA1 * (1 - A1**2)) @ X.T",
    "b1": "(dA1 * (1 - A1**2)).sum(axis=1, keepdims=True)",
}


def verifier(*claims, **options):
    """Of a derivation that claims what the texts say."""
    lines = [f"yield claim({text}, at='{i}')" for i, text in enumerate(claims)]
    space = dict(SPACE, np=np)
    exec(f"def notes():\n{indent(MODEL, '    ')}\n{indent(chr(10).join(lines), '    ')}", space)
    return Verifier(gradcheck.derivation(source="notes.txt", **options)(space["notes"]), 4)


def judged(*claims, at=(0, -1), **options):
    """What is said of one step, which is the last of the first claim if nothing else is asked for."""
    made = verifier(*claims, **options)
    steps = made.outline.claims[at[0]].steps
    return made.step(Position(at[0], at[1] % len(steps))).judgement


def diagnosed(*claims, **options):
    judgement = judged(*claims, **options)
    assert judgement.verdict.is_wrong, judgement
    return judgement.evidence.get("diagnosis", {})


CAUSES = {
    "a factor": ("gradient(J, W1)", f"m * ({RIGHT['W1']})", "factor", "it is m × the gradient"),
    "a quotient of sizes": ("gradient(J, W1)", f"n1 * ({RIGHT['W1']}) / m", "factor", "it is n1/m × the gradient"),
    "a root of a size": ("S @ T", "S @ T / np.sqrt(n1)", "factor", "it is 1/√n1 × the left-hand side"),
    "an input": ("gradient(C, b1)", "lam * gradient(C, b1)", "factor", "it is lam × the gradient"),
    "divided by an input": ("S @ T", "-S @ T / (m * lam)", "factor", "it is -1/m / lam × the left-hand side"),
    "a number": ("S @ T", "S @ T * 1.5", "factor", "it is 1.5 × the left-hand side"),
    "nearly right": ("S @ T", "S @ T * 1.001", "factor", "it is 1.001 × the left-hand side, right to 1e-03"),
    "transposed": ("S @ T", "T.T @ S.T", "transpose", "it is the transpose"),
    "a sum for a mean": (
        "(S @ T).mean(axis=0)",
        "(S @ T).sum(axis=0)",
        "mean",
        "it is n1 × the left-hand side: a sum where the mean is right",
    ),
    "a mean for a sum": (
        "(S @ T).sum(axis=1)",
        "(S @ T).mean(axis=1)",
        "mean",
        "it is 1/n1 × the left-hand side: a mean where the sum is right",
    ),
    "a lost penalty": ("gradient(J, W2)", "dZ2 @ A1.T", "term", "lam * W2 is missing"),
    "a penalty too much": ("gradient(J, W2) - lam * W2", RIGHT["W2"], "term", "lam * W2 is too much"),
    "a penalty that is averaged": ("gradient(J, W2) + lam / m * W2", RIGHT["W2"], "term", "lam / m * W2 is missing"),
    "a lost slope": (
        "gradient(J, W1)",
        "dA1 @ X.T",
        "activation derivative",
        "the factor 1 - A1**2 is missing beside dA1",
    ),
    "a slope too much": (
        "gradient(J, A1)",
        "dA1 * (1 - A1**2)",
        "activation derivative",
        "the factor 1 - A1**2 is too much beside dA1",
    ),
    "an activation for its slope": (
        "gradient(C, Z1)",
        "R * relu(Z1)",
        "activation derivative",
        "R stands where relu′(Z1) is right",
    ),
    "a pre-activation": ("gradient(J, W2)", "dZ2 @ Z1.T + lam * W2", "symbol", "Z1 stands where A1 is right"),
    "another layer": ("gradient(J, b2)", "Z2.sum(axis=1, keepdims=True)", "symbol", "Z2 stands where dZ2 is right"),
    "a symbol twice": (
        "gradient(J, W1)",
        "(dA1 * (1 - Z1**2)) @ X.T + 0 * (Z1 @ X.T)",
        "symbol",
        "Z1 stands where A1 is right",
    ),
    "a matrix": ("S @ T @ P", "S.T @ T @ P", "transpose", "S.T stands where S is right"),
    "a sign": ("S @ T - P", "S @ T + P", "sign", "S @ T + P stands where S @ T - P is right"),
    "an order": ("S @ T @ P", "T @ S @ P", "product", "T @ S stands where S @ T is right"),
    "a product": ("S * T + P", "S @ T + P", "product", "S @ T stands where S * T is right"),
    "a power": ("(S**2).sum(axis=0) + 1", "S.sum(axis=0) + 1", "power", "S stands where S**2 is right"),
    "a size": ("S / m + P", "S / n0 + P", "factor", "n0 stands where m is right"),
    "a term of several symbols": ("S + cos(T * P) * S", "S", "term", "the term cos(T * P) * S is missing beside S"),
    "a factor of several symbols": ("sin(T * P) @ S", "S", "factor", "the factor sin(T * P) is missing beside S"),
    "two factors too many": (
        "R @ X.T",
        "(R * A1 * (1 - A1)) @ X.T",
        "factor",
        "the factor A1 * (1 - A1) is too much beside R",
    ),
    "the size of an identity": (
        "S + identity(n1)",
        "S + identity(m)",
        "size",
        "identity(m) stands where identity(n1) is right",
    ),
    "another quantity": ("gradient(J, b1)", "gradient(C, b1)", "other quantity", "it is ∂C/∂b1"),
}


@pytest.mark.parametrize("name", CAUSES)
def test_a_cause_is_named_and_verified(name):
    target, step, kind, words = CAUSES[name]
    others = {"other quantity": ["gradient(C, b1), 0 * b1"], "symbol": [f"gradient(J, b2), {RIGHT['b2']}"]}.get(
        kind, []
    )
    found = diagnosed(f"{target}, {step}", *others)
    assert (found.get("cause"), found.get("words"), found.get("verified")) == (kind, words, True)


def test_the_words_are_the_second_line_of_the_message():
    second = judged(f"gradient(J, W2), {CAUSES['a lost penalty'][1]}").message.splitlines()[1]
    assert second.startswith("lam * W2 is missing; ")
    assert " instead of " in second


NEAR = {
    "a factor that entries do not share": ("S", "S * (1 + (S > 0))", "×"),
    "a factor and a term": ("S @ T", "m * (S @ T) + P", "×"),
    "a symmetric mistake": ("S @ T", "S @ T + T.T @ S.T", "transpose"),
    "half a penalty": ("S + 0.3 * (T * (T > 0))", "S", "* T is missing"),
}


@pytest.mark.parametrize("name", NEAR)
def test_a_near_miss_is_not_called_so(name):
    target, step, word = NEAR[name]
    assert word not in diagnosed(f"{target}, {step}").get("words", "")


def test_a_cause_that_only_numbers_see_looks_like_it(monkeypatch):
    from gradcheck.judging.oracles import Place

    monkeypatch.setattr(Place, "prime", None)
    judgement = judged(f"gradient(J, W1), m * ({RIGHT['W1']})")
    assert judgement.message.splitlines()[1].startswith("it looks like this: it is m × the gradient; ")
    assert judgement.evidence["diagnosis"]["verified"] is False


def test_a_diagnosis_that_fails_leaves_the_words_of_numbers(monkeypatch):
    def fails(trial):
        raise ZeroDivisionError

    monkeypatch.setattr(causes, "CAUSES", (fails,))
    judgement = judged(f"gradient(J, W1), m * ({RIGHT['W1']})")
    assert judgement.verdict is Verdict.REFUTED
    assert judgement.message.splitlines()[1].startswith("it is m × the gradient; ")
    assert "diagnosis" not in judgement.evidence


# ---- ill-shaped ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "kind", "words"),
    [
        ("dZ2 @ A1 + lam * W2", "transpose", "A1 stands where A1.T is right"),
        ("dZ2 @ X.T + lam * W2", "symbol", "X stands where A1 is right"),
        ("A1.T @ dZ2 + lam * W2", "product", "A1.T @ dZ2 stands where dZ2 @ A1.T is right"),
    ],
)
def test_what_does_not_conform_is_told_what_would(step, kind, words):
    judgement = judged(f"gradient(J, W2), {step}")
    assert judgement.verdict is Verdict.ILL_SHAPED
    assert judgement.message.splitlines()[1].endswith(f"; {words}")
    assert judgement.evidence["diagnosis"] == {"cause": kind, "words": words, "verified": True}


# ---- the rest of the document --------------------------------------------------------------------------------------


def test_the_first_wrong_line_of_a_chain_says_what_changed():
    found = diagnosed("gradient(J, b2), dZ2.sum(axis=1, keepdims=True), E.sum(axis=1, keepdims=True)")
    assert found["line_before"] == "the line before is right, which has dZ2 in the place of E"


def test_a_line_that_repeats_a_wrong_one_says_so():
    wrong = "E.sum(axis=1, keepdims=True)"
    found = diagnosed(f"gradient(J, b2), {wrong}, (A2 - Y).sum(axis=1, keepdims=True)")
    assert (found["cause"], found["words"]) == ("earlier line", "it says what step 1 says, which is wrong already")
    assert "line_before" not in found


SHARED = [
    "gradient(J, W1), dZ1 @ X.T",
    "gradient(J, b1), dZ1.sum(axis=1, keepdims=True)",
    f"gradient(J, W2), {RIGHT['W2']}",
]


def test_what_follows_from_one_wrong_name_is_said_once():
    first, second = (diagnosed(*SHARED, at=(i, 0)) for i in (0, 1))
    assert first["words"] == "dZ1 is used in 2 wrong steps, which are right with ∂J/∂Z1 in its place"
    assert second["words"] == "it follows from dZ1, which is wrong, as is said of ∂J/∂W1"
    assert first["cause"] == second["cause"] == "shared name"
    assert first["verified"]


def test_a_name_that_is_wrong_in_one_step_alone_is_not_shared():
    assert diagnosed(SHARED[0]).get("cause") != "shared name"


def test_a_factor_of_all_gradients_is_the_costs():
    wrong = [f"gradient(J, {name}), -m * ({RIGHT[name]})" for name in ("W1", "b1", "b2")]
    found = diagnosed(*wrong)
    assert found["cause"] == "cost"
    assert found["words"] == "it is -m × the gradient, as all gradients of J here are: it is J that is off by -m"


def test_a_cost_that_a_line_says_rightly_is_not_off():
    wrong = [f"gradient(J, {name}), -m * ({RIGHT[name]})" for name in ("W1", "b1", "b2")]
    found = diagnosed(*wrong, "J, ((A2 - Y) ** 2).sum() / (2 * m) + lam * (W2**2).sum() / 2")
    assert found["words"] == "it is -m × the gradient"
    assert "it is J that is off" in diagnosed(*wrong, "J, ((A2 - Y) ** 2).sum() / 2 + lam * (W2**2).sum() / 2")["words"]


def test_a_factor_that_one_gradient_does_not_have_is_not_the_costs():
    wrong = [f"gradient(J, {name}), -m * ({RIGHT[name]})" for name in ("W1", "b1")]
    found = diagnosed(*wrong, f"gradient(J, b2), {RIGHT['b2']}")
    assert (found["cause"], found["words"]) == ("factor", "it is -m × the gradient")


# ---- entries -------------------------------------------------------------------------------------------------------


def test_right_where_a_unit_is_active_only():
    cost = "np.where(Z1 > 0, R * R * R, sin(Z1 * Z1)).sum()"
    found = diagnosed(f"gradient({cost}, Z1), np.where(Z1 > 0, 3 * R * R, cos(W1) @ sin(X))")
    assert (found["cause"], found["words"]) == ("active units", "it is right where Z1 > 0 only")
    assert not found["verified"]  # by numbers alone


def test_a_row_that_is_wrong_is_named():
    found = diagnosed("S @ T, (S @ T) * cos(basis(n1, 1) @ v.T) - sin(basis(n1, 1) @ v.T)")
    assert (found["cause"], found["words"]) == ("entries", "only row 0 is wrong")
    assert not found["verified"]


def test_the_worst_entry_is_one_of_the_array_that_is_differentiated_by():
    second = judged("gradient(J, W1), sin(W1 * W1) + cos(W1)").message.splitlines()[1]
    assert "worst at W1[" in second


MASKS = [
    ([[[0, 0], [1, 1], [0, 0]]], "only row 1 is wrong"),
    ([[[0, 1], [0, 1], [0, 0]]], "only column 1 is wrong"),
    ([[[0, 0], [1, 1], [0, 1]]], "only rows 1, 2 are wrong"),
    ([[[0, 0], [1, 0]], [[0, 0], [0, 0], [0, 1]]], "only the last row is wrong"),
    ([[[1, 0, 0], [0, 1, 0], [0, 0, 1]]], "only the diagonal is wrong"),
    ([[[0, 1, 1], [1, 0, 0], [1, 0, 0]]], "only what is off the diagonal is wrong"),
    ([[0, 1, 0]], "only entry 1 is wrong"),
    ([[[1, 0], [0, 0]], [[0, 0], [0, 1]]], "only the diagonal is wrong"),
    ([[[1, 1], [1, 1]]], ""),
    ([[[1, 0, 1], [0, 1, 1]]], ""),
    ([[[0, 0]]], ""),
    ([], ""),
]


@pytest.mark.parametrize(("masks", "words"), MASKS)
def test_the_part_that_is_wrong_at_all_points(masks, words):
    several = masks if len(masks) > 1 else masks * 2
    assert only_wrong([np.array(mask, bool) for mask in several]) == words


def test_one_array_is_not_enough_to_tell_which_part_is_wrong():
    assert only_wrong([np.array([[0, 0], [1, 1], [0, 0]], bool)]) == ""
