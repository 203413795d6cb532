from __future__ import annotations

import os
import subprocess
import sys

import pytest

from gradcheck.cli import main

STEP = "derivations/squares.py::squares::∂J/∂x"


def refused(capsys, *words):
    assert main(["explain", *words]) == 2
    out, error = capsys.readouterr()
    assert not out
    return error.splitlines()


def test_a_step_that_is_not_there_is_answered_with_those_that_are_the_closest_first(squares, capsys):
    assert refused(capsys, f"{STEP}[3]") == [
        "gradcheck: no step '∂J/∂x[3]' in derivations/squares.py::squares; there is, the closest first:",
        *(f"  gradcheck explain '{STEP}[{index}]'" for index in (0, 1, 2)),
    ]
    assert refused(capsys, "derivations/squares.py::squares::dJ/dx[2]")[1] == f"  gradcheck explain '{STEP}[2]'"


def test_without_a_target_the_steps_are_listed(squares, capsys):
    said = refused(capsys, "derivations/squares.py::squares")
    assert said[0] == "gradcheck: which step of derivations/squares.py::squares is meant?"
    assert said[1:] == [f"  gradcheck explain '{STEP}[{index}]'" for index in range(3)]


def test_without_a_name_the_derivations_are_listed(squares, capsys):
    assert refused(capsys, "derivations/squares.py")[1:] == ["  gradcheck explain derivations/squares.py::squares"]


def test_a_wrong_name_is_answered_with_those_that_are_there(squares, capsys):
    (said,) = refused(capsys, "derivations/squares.py::square::∂J/∂x[0]")
    assert said == "gradcheck: no derivation 'square' in derivations/squares.py; there is squares"


@pytest.mark.parametrize("file", ["derivations/squars.py", "derivations", "derivations/notes.txt"])
def test_what_is_no_file_is_refused(squares, write, capsys, file):
    write("derivations/notes.txt", "")
    assert refused(capsys, f"{file}::squares::∂J/∂x[0]")[0].startswith("gradcheck: ")


def test_a_file_that_cannot_be_read_is_2_with_its_problem(write, capsys):
    write("broken.py", "from gradcheck import claim, derivation\n1 / 0\n")
    assert refused(capsys, "broken.py::f::x[0]")[0].startswith("broken.py:2: it cannot be imported: ZeroDivisionError")


def test_a_step_that_is_not_judged_in_time_is_2_and_said(squares, capsys):
    assert refused(capsys, "--limit", "1e-6", f"{STEP}[0]")


@pytest.mark.parametrize(("index", "code"), [(0, 0), (1, 0), (2, 0)])
def test_the_exit_code_is_the_steps(squares, capsys, index, code):
    assert main(["explain", f"{STEP}[{index}]"]) == code
    assert capsys.readouterr().out.startswith(f"{STEP}[{index}]\n")


def test_a_false_step_is_1_even_beside_true_ones_and_its_correction_is_shown(write, capsys):
    write(
        "both.py",
        """
        from gradcheck import claim, derivation, dims, gradient, real

        @derivation()
        def both():
            x = real("x", dims("n"))
            yield claim(gradient((x * x).sum(), x), 2 * x, x)
            raise ValueError("the rest is missing")
        """,
    )
    assert main(["explain", "both.py::both::∂(x * x).sum()/∂x[1]"]) == 1
    assert "  write instead: proved (the factor 2 beside x)\n" in capsys.readouterr().out
    assert main(["explain", "both.py::both::∂(x * x).sum()/∂x[0]"]) == 0
    capsys.readouterr()
    assert "ValueError: the rest is missing" in refused(capsys, "both.py::both::the rest[0]")[3]


def test_of_a_marked_mistake_the_correction_is_searched_for_too(squares, capsys):
    assert main(["explain", f"{STEP}[2]"]) == 0
    out = capsys.readouterr().out
    assert "  marked: misprint: 2 is lost\n" in out
    assert "  write instead: proved (the factor 2 beside x)\n" in out


def test_its_help_needs_no_unicode(capsys):
    assert main(["explain", "--help"]) == 0
    assert capsys.readouterr().out.isascii()


def test_in_a_pipe_that_knows_ascii_only_it_is_plain_and_whole(squares):
    command = [sys.executable, "-m", "gradcheck", "explain", f"{STEP}[2]"]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert done.stdout.isascii()
    assert b"  write instead: proved" in done.stdout
    assert not done.stderr
