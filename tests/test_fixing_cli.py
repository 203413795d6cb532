"""Wrong formulas of many kinds, as people write them, are marked in their files and are confirmed misprints then."""

from __future__ import annotations

import codecs
import shutil
import subprocess

import pytest

from gradcheck.cli import main

DOZEN = '''\
# coding: {encoding}
"""A dozen mistakes."""

from gradcheck import (
    bits,  # labels
    claim,
    derivation,
    dims, gradient,
    real,
)
from gradcheck.notation import log, relu, sigmoid


@derivation(source="notes")
def dozen():
    n, m = dims("n m")
    X, é, w = real("X", m, n), real("y", m, 1), real("w", n, 1)
    r = X @ w - é
    J = (r * r).sum() / (2 * m)
    yield claim(gradient(J, w), X @ r / m, at="ill-shaped")
    yield claim(gradient(J, w), X.T @ r, at="1/m is lost")
    yield claim(gradient(J, w), 2 * X.T @ r / m, X.T @ (é - X @ w) / m, at="two in one claim")
    yield claim(
        gradient(J, w),  # the target, as "it" is
        (
            X.T  # transposed
            @ (X @ w + é)  # a sign
        )
        / m,
        X.T @ r / m,
        at="lines",
    )
    ü = "äöü"; yield claim(gradient((é * é).sum(), é), é, at="é" + ü)  # é
    x = real("x", n)
    if True:
    \tyield claim(gradient((x ** 3).sum(), x), 3 * x, at="tab\\té")
    yield claim(gradient(sigmoid(x).sum(), x), ((sigmoid(x) * (1 + sigmoid(x)))), at="in brackets")
    yield claim(gradient(relu(x).sum(), x), relu(x), at="a function that is not imported")
    yield claim(gradient(J, é), r / m, at="minus")
    T = sigmoid(x)
    yield claim(gradient(log(T).sum(), x), 1 + T, at="a name")
    yield claim(gradient(J + (w * w).sum() / 2, w), X.T @ r / m, at="a term is missing")
'''
WRONG = 12


@pytest.mark.parametrize(
    ("encoding", "mark", "end"), [("utf-8", b"", "\n"), ("latin-1", b"", "\r\n"), ("utf-8", codecs.BOM_UTF8, "\r\n")]
)
def test_a_dozen_wrong_formulas_become_confirmed_misprints(here, capsys, encoding, mark, end):
    file = here / "dozen.py"
    before = mark + DOZEN.format(encoding=encoding).replace("\n", end).encode(encoding)
    file.write_bytes(before)
    assert main(["--fix", "--examples", "3", "dozen.py"]) == 1
    said = capsys.readouterr().out
    assert f"dozen.py: written, {WRONG} marked as misprints:\n" in said
    assert main(["--no-corrections", "--examples", "3", "dozen.py"]) == 0
    assert f"{WRONG} misprints, all confirmed — OK" in capsys.readouterr().out
    after = file.read_bytes()
    assert after.startswith(mark)
    assert after.count(b"\r\n") == (after.count(b"\n") if end == "\r\n" else 0)
    rest = iter(after)
    assert all(letter in rest for letter in before), "what is there stays, in its order"
    assert main(["--fix", "--examples", "3", "dozen.py"]) == 0
    assert file.read_bytes() == after


OTHERS = """
    from gradcheck import claim, derivation, dims, gradient, real

    def halved(x):
        return x / 2

    @derivation()
    def others():
        n = dims("n")
        x = real("x", n)
        J = (x * x).sum()
        dx = 3 * x
        yield claim(gradient(J, x), dx, at="a variable")
        yield claim(gradient(J, x), halved(x), at="a helper")
        weights = [real("W1", n), real("W2", n)]
        for W in range(2):
            yield claim(gradient((weights[W] * weights[W]).sum(), weights[W]), weights[W] * 3, at="a loop")
"""


def test_steps_that_do_not_stand_literally_in_a_claim_are_said_and_not_written(write, capsys):
    file = write("others.py", OTHERS)
    before = file.read_bytes()
    assert main(["--fix", "--examples", "2", "others.py"]) == 1
    said = capsys.readouterr().out
    assert "others.py:12: ∂J/∂x[0] is left to you, for its claim calls it dx; write:\n  misprint(dx, " in said
    assert "is left to you, for halved(…) makes it; write:\n  misprint(halved(x), " in said
    assert "for its claim stands for several, in which it has other names; write:\n  misprint(" in said
    assert "written" not in said
    assert file.read_bytes() == before


def test_a_diff_can_be_applied_and_writes_nothing_itself(halves, capsys):
    before = halves.read_bytes()
    assert main(["--diff", "derivations"]) == 1
    diff = capsys.readouterr().out.partition("--- a/")
    assert halves.read_bytes() == before
    if shutil.which("patch"):
        subprocess.run(["patch", "-p1"], input="".join(diff[1:]), text=True, check=True, capture_output=True)
        assert 'misprint(x, 2 * x, "it is 1/2 × the gradient")'.encode() in halves.read_bytes()
        assert main(["derivations"]) == 0


def test_beside_a_report_on_standard_output_it_is_said_on_standard_error(halves, capsys):
    assert main(["--fix", "--diff", "--json", "-", "derivations"]) == 1
    out, error = capsys.readouterr()
    assert out.startswith("{")
    assert "written" not in out
    assert "+++ b/derivations/halves.py" in error
    assert "derivations/halves.py: written, 1 marked as a misprint:" in error


def test_where_nothing_is_wrong_it_says_so(squares, capsys):
    before = squares.read_bytes()
    assert main(["--fix", "derivations"]) == 0
    assert capsys.readouterr().out.endswith("no correction was found that is not in its module\n")
    assert squares.read_bytes() == before


def test_without_corrections_there_is_nothing_to_write(halves, capsys):
    for option in ("--fix", "--diff"):
        assert main(["--no-corrections", option, "derivations"]) == 2
        assert "need the corrections" in capsys.readouterr().err


def test_a_file_that_cannot_be_read_is_left_alone_beside_one_that_is_mended(halves, write, capsys):
    broken = write("derivations/broken.py", "from gradcheck import claim, derivation\n1 / 0\n")
    assert main(["--fix", "derivations", "derivations/broken.py"]) == 2
    assert b"misprint" in halves.read_bytes()
    assert broken.read_text() == "from gradcheck import claim, derivation\n1 / 0\n"


def test_interrupted_it_writes_nothing(halves, monkeypatch, capsys):
    from gradcheck.judging.parallel import FileVerification

    whole = FileVerification.complete

    def interrupted(self):
        whole(self)
        raise KeyboardInterrupt

    monkeypatch.setattr(FileVerification, "complete", interrupted)
    before = halves.read_bytes()
    assert main(["--fix", "derivations"]) == 130
    assert halves.read_bytes() == before


def test_where_the_oracles_contradict_each_other_nothing_is_written(halves, monkeypatch, capsys):
    from gradcheck import verdicts

    monkeypatch.setattr(verdicts.StepReport, "is_harness_error", True)
    before = halves.read_bytes()
    assert main(["--fix", "derivations"]) == 3
    assert "nothing is written: the oracles contradict each other" in capsys.readouterr().out
    assert halves.read_bytes() == before
