"""Corrections in use: below a wrong step stands what to write instead, and no verdict is changed by the search."""

from __future__ import annotations

import json

import pytest

from gradcheck import abuse_of_notation, bits, claim, derivation, dims, gradient, jacobian, misprint, real, verify
from gradcheck.cli import main
from gradcheck.judging import repairs
from gradcheck.limits import Limits, OutOfTime
from gradcheck.notation import log, relu, relu_prime, sigmoid
from gradcheck.reports.json import report_json
from gradcheck.reports.steps import search_lines
from gradcheck.reports.text import report_text
from gradcheck.verdicts import Correction, Judgement, Search, StepReport, Text, Verdict

pytestmark = pytest.mark.searches

n0, n1, m = dims("n0 n1 m")
X, Y, W1, W2 = real("X", n0, m), bits("Y", 1, m), real("W1", n1, n0), real("W2", 1, n1)
Z1 = W1 @ X
A1 = relu(Z1)
T = sigmoid(W2 @ A1)
J = -(Y @ log(T).T + (1 - Y) @ log(1 - T).T) / m
FILE = """
from gradcheck import claim, derivation, dims, gradient, misprint, real

@derivation(source="notes")
def halves():
    n, m = dims("n m")
    W, X = real("W", n, m), real("X", m, 1)
    J = ((W @ X) ** 2).sum() / 2
    yield claim(gradient(J, W), W @ X @ X, at="(1)")
    yield claim(gradient(J, W), misprint(X.T @ W @ X, W @ X @ X.T, "X is transposed"), at="(2)")
"""


def written(claims):
    return derivation(source="notes")(claims)


def network(step, target=None):
    """One claim in a frame where everything has its name but the step."""

    def sides():
        return gradient(J, W2) if target is None else target, step

    def claims():
        x, y, w1, w2, z1, a1, t, j = X, Y, W1, W2, Z1, A1, T, J
        yield claim(*sides())
        del x, y, w1, w2, z1, a1, t, j

    return written(claims)


def found(step, target=None, **options):
    (one,) = verify(network(step, target), **options).steps
    return one


# ---- what is found ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "wrong", "right"),
    [
        (gradient(J, W2), (T - Y) @ A1 / m, "(t - y) @ a1.T / m"),
        (gradient(J, W2), (T - Y) @ A1.T, "(t - y) @ a1.T / m"),
        (gradient(J, W2), (Y - T) @ A1.T / m, "(t - y) @ a1.T / m"),
        (gradient(J, W1), (W2.T @ (T - Y) * relu_prime(A1 - Z1)) @ X.T / m, None),
        (gradient(J, W1), (W2.T @ (T - Y)) @ X.T / m, None),
    ],
    ids=["transpose", "1/m", "sign", "another argument", "a derivative"],
)
def test_the_correction_of_a_wrong_step_is_proved(target, wrong, right):
    step = found(wrong, target)
    assert step.correction_found is not None
    assert step.correction_found.verdict.is_certain
    source = step.correction_found.text.source
    value = eval(source, {**globals(), **NAMES})
    (again,) = verify(network(value, target)).steps
    assert again.judgement.verdict.is_certain
    assert right is None or source == right or len(source) <= len(right) + 4


NAMES = {"x": X, "y": Y, "w1": W1, "w2": W2, "z1": Z1, "a1": A1, "t": T, "j": J}


def test_a_lost_root_of_a_size_is_found():
    def claims():
        n, d = dims("n d")
        Q, K, G = real("Q", n, d), real("K", n, d), real("G", n, n)
        L = (G * (Q @ K.T / d**0.5)).sum()
        yield claim(gradient(L, Q), G @ K)

    (step,) = verify(written(claims)).steps
    assert step.correction_found.text.source == "G @ K / (sqrt(d))"


def test_a_true_step_is_not_searched():
    assert found((T - Y) @ A1.T / m).search is None


def test_what_has_no_correction_says_so():
    step = found((T * T * T).sum() * log(2 + T * T) @ (A1 * A1).T / 7)
    assert step.search is not None
    assert step.correction_found is None
    assert step.search.words.startswith("no correction found with two edits")


def test_without_corrections_there_is_no_search():
    assert found((T - Y) @ A1 / m, corrections=False).search is None


# ---- no verdict is changed -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [ValueError("a slip"), MemoryError(), OutOfTime(30)], ids=repr)
def test_a_search_that_fails_says_so_and_leaves_the_verdict(monkeypatch, error):
    def breaks(*arguments):
        raise error

    before = found((T - Y) @ A1 / m, corrections=False)
    monkeypatch.setattr(repairs, "repair", breaks)
    after = found((T - Y) @ A1 / m)
    assert after.judgement.verdict is before.judgement.verdict
    assert after.judgement.message == before.judgement.message
    assert "the search for a correction" in after.search.words


def test_the_exit_code_and_the_marks_are_the_same(write, capsys):
    file = write("halves.py", FILE)
    codes, reports = [], []
    for words in ([], ["--no-corrections"], ["--corrections"]):
        codes.append(main([str(file), *words]))
        reports.append(capsys.readouterr().out)
    assert codes == [1, 1, 1]
    assert len({report.splitlines()[-1] for report in reports}) == 1
    assert "W @ X @ X.T" in reports[0]
    assert "W @ X @ X.T" not in reports[1]
    assert "found: " in reports[2]


# ---- reports ---------------------------------------------------------------------------------------------------------


def test_a_report_shows_what_to_write_with_marks_below_it():
    lines = report_text(verify(network((T - Y) @ A1 / m))).splitlines()
    at = next(i for i, line in enumerate(lines) if "write instead, proved" in line)
    assert lines[at + 1].strip() == "(t - y) @ a1.T / m"
    marks = lines[at + 2]
    assert set(marks) == {" ", "^"}
    assert lines[at + 1][marks.index("^") : marks.rindex("^") + 1] == ".T"


def test_of_many_that_are_equally_close_two_are_shown():
    one = Correction(Text("x", "x", "x"), ("1 for 2",), Verdict.PROVED)
    step = StepReport(0, "step", "y", Judgement(Verdict.REFUTED), search=Search((one,) * 5))
    lines = list(search_lines(step))
    assert sum(line.strip() == "x" for line in lines) == 2
    assert lines[-1] == "(3 more are as close)"


def test_json_has_the_correction_in_the_form_that_is_promised():
    data = report_json(verify(network((T - Y) @ A1 / m)))
    (step,) = data["derivations"][0]["claims"][0]["steps"]
    correction = step["correction_found"]
    assert list(correction) == ["source", "latex", "edits", "verdict"]
    assert (correction["source"], correction["verdict"]) == ("(t - y) @ a1.T / m", "proved")
    assert correction["edits"]
    json.dumps(data)


def test_marked_mistakes_are_searched_when_asked(write):
    def claims():
        j, w2, t, y, a1 = J, W2, T, Y, A1
        right = (t - y) @ a1.T / m
        yield claim(gradient(j, w2), misprint((t - y) @ a1 / m, right, "a1 is transposed"))
        yield claim(gradient(j, w2), abuse_of_notation((t - y) * a1.T / m, right, "a product of matrices"))

    from gradcheck.judging.verification import verify_derivation

    plain = verify_derivation(written(claims), limits=Limits(search=10))
    assert [step.search for step in plain.steps] == [None, None]
    asked = verify_derivation(written(claims), limits=Limits(search=10, corrects_marked=True))
    assert all(step.ok and step.correction_found is not None for step in asked.steps)


def test_the_target_is_not_its_own_correction():
    step = found(2 * T, jacobian(J, T).reshape(1, m))
    assert step.correction_found is None or "jacobian" not in step.correction_found.text.source
