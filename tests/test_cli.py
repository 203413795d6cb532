from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

import gradcheck
from gradcheck.cli import main
from gradcheck.judging.verification import DEFAULT_EXAMPLES
from gradcheck.reports.terminal import MARKS
from gradcheck.verdicts import ClaimReport, DerivationReport, Judgement, StepReport, Verdict, Verification

parallel_module = importlib.import_module("gradcheck.judging.parallel")


def run(*words, **options):
    command = [sys.executable, "-m", "gradcheck", *words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", **options)


def one_step(verdict, name="f"):
    claim = ClaimReport("∂J/∂x", "", 1, (StepReport(0, "step", "x", Judgement(verdict)),))
    return DerivationReport(name, "", "a.py", (claim,))


def answer_with(monkeypatch, *verdicts):
    """Let verification find these verdicts."""

    def verify_all(derivations, problems, examples, progress, on_derivation):
        reports = tuple(map(one_step, verdicts))
        for report in reports:
            on_derivation(report)
        return Verification(reports, tuple(problems))

    monkeypatch.setattr(parallel_module, "verify_all", verify_all)


# ---- exit codes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (Verdict.PROVED, 0),
        (Verdict.AGREES, 0),
        (Verdict.REFUTED, 1),
        (Verdict.ILL_SHAPED, 1),
        (Verdict.UNDECIDED, 1),
        (Verdict.HARNESS_ERROR, 3),
    ],
)
def test_the_exit_code_is_the_reports(squares, monkeypatch, capsys, verdict, code):
    answer_with(monkeypatch, verdict)
    assert main(["derivations"]) == code


def test_a_false_step_is_1_and_shown(halves, capsys):
    assert main([]) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[0] == "halves  (derivations/halves.py)"
    assert out[1] == "  ✗ ∂J/∂x  eq. 3"
    assert out[2].startswith("    derivations/halves.py:8: ∂J/∂x (eq. 3), step 1: x is refuted")
    assert out[-1] == "1 step: 1 refuted — NOT OK: 1 step is not as the module says"


def test_a_module_that_cannot_be_read_is_2_and_the_others_are_judged(squares, write, capsys):
    write("derivations/bad.py", "1 / 0\n")
    assert main(["derivations"]) == 2
    out = capsys.readouterr().out
    assert "✓✓ ∂J/∂x  eq. 1" in out
    assert "derivations/bad.py:1: it cannot be imported: ZeroDivisionError: division by zero" in out


def test_everything_as_written_is_0(squares, capsys):
    assert main(["verify", str(squares)]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[-1] == "3 steps: 2 proved, 1 refuted; 1 misprint, confirmed — OK"


# ---- usage -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.py"], "gradcheck: there is no file or folder 'nowhere.py'; in"),
        (["derivations/squares.py::cubes"], "gradcheck: no derivation 'cubes' in derivations/squares.py"),
        (["--examples", "0"], "argument --examples: a whole number of at least 1 is needed, not '0'"),
        (["--examples", "many"], "argument --examples: a whole number of at least 1 is needed, not 'many'"),
        (["--json", "nowhere/report.json"], "cannot write the report to 'nowhere/report.json': No such file"),
        (["--json", ""], "cannot write the report to ''"),
        (["--json", "derivations"], "cannot write the report to 'derivations': Is a directory"),
        (["--json", "r.json", "verify"], "The command comes first: gradcheck verify"),
        (["--colour"], "unrecognized arguments: --colour"),
    ],
)
def test_usage_is_2_with_a_message_and_nothing_is_verified(squares, monkeypatch, capsys, words, message):
    monkeypatch.setattr(parallel_module, "verify_all", lambda *_: pytest.fail("it verified"))
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


def test_a_derivation_is_not_overwritten_by_a_report(squares, capsys):
    before = squares.read_text()
    assert main(["--json", "derivations/squares.py"]) == 2
    assert squares.read_text() == before
    assert "it is a Python file: the report's FILE comes before PATH" in capsys.readouterr().err


def test_without_the_default_folder_it_says_what_is_there(here, capsys):
    assert main([]) == 2
    assert "there is no file or folder 'derivations'; in" in capsys.readouterr().err


def test_a_path_called_like_the_command_is_reached_behind_it(write, capsys):
    write("verify/a.py", "1 / 0\n")
    assert main(["verify", "verify"]) == 2
    assert "verify/a.py:1: it cannot be imported" in capsys.readouterr().out


def test_help_is_enough_to_learn_it(capsys):
    assert main(["--help"]) == 0
    top = capsys.readouterr().out
    assert main(["verify", "--help"]) == 0
    command = capsys.readouterr().out
    for text in (top, command):
        assert all(f"  {mark}  {meaning}" in text for mark, (_, meaning) in MARKS.items())
        assert all(f"\n  {code:<5}" in text for code in (0, 1, 2, 3, 130))
        assert "gradcheck derivations/relu.py::two_layers" in text
    assert f"(default: {DEFAULT_EXAMPLES})" in " ".join(command.split())


def test_help_imports_nothing_heavy_and_needs_no_unicode(here):
    code = "import sys; from gradcheck.cli import main; main(['--help']); print('sympy' in sys.modules)"
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert done.returncode == 0
    assert done.stdout.endswith("False\n")


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"gradcheck {gradcheck.__version__}\n"


def test_the_number_of_examples_is_handed_on(squares, monkeypatch, capsys):
    seen = []

    def verify_all(derivations, problems, examples, progress, on_derivation):
        seen.append(examples)
        return Verification(())

    monkeypatch.setattr(parallel_module, "verify_all", verify_all)
    main([])
    main(["--examples", "3"])
    assert seen == [DEFAULT_EXAMPLES, 3]


# ---- JSON --------------------------------------------------------------------------------------------------------


def test_json_is_written_beside_the_text(halves, capsys):
    assert main(["--json", "the report.json"]) == 1
    data = json.loads(Path("the report.json").read_text(encoding="utf-8"))
    assert data["summary"]["refuted"] == 1
    assert data["derivations"][0]["claims"][0]["target"] == "∂J/∂x"
    assert "NOT OK" in capsys.readouterr().out


def test_json_on_standard_output_is_all_there_is(write, capsys):
    text = "print('hello')\nfrom gradcheck import claim, derivation, real\n"
    text += "@derivation()\ndef f():\n    print('again')\n    x = real('x')\n    yield claim(x * 2, x + x)\n"
    write("a.py", text)
    assert main(["a.py", "--json", "-"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["summary"]["ok"] is True
    assert "hello" in err
    assert "again" in err


def test_json_on_standard_output_in_another_encoding_is_escaped(squares):
    done = run("--json", "-", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert json.loads(done.stdout)["derivations"][0]["claims"][0]["target"] == "∂J/∂x"
    assert done.stderr == ""


def test_an_old_report_is_not_left_standing_when_verification_breaks(squares, monkeypatch, here):
    (here / "report.json").write_text('{"summary": {"ok": true}}')
    monkeypatch.setattr(parallel_module, "verify_all", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["--json", "report.json"])
    assert (here / "report.json").read_text() == ""


# ---- pipes, terminals, interruptions -----------------------------------------------------------------------------


def test_in_a_pipe_there_is_neither_colour_nor_progress(squares):
    done = run()
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr
    assert done.stderr == ""


def test_a_pipe_that_nobody_reads_ends_quietly(squares):
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "gradcheck"]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, "")


def everything_from(terminal):
    """What a terminal shows until all who write to it have gone, which Linux tells by an OSError."""
    shown = b""
    with contextlib.suppress(OSError):
        while part := os.read(terminal, 4096):
            shown += part
    os.close(terminal)
    return shown.decode()


def test_on_a_terminal_progress_goes_to_standard_error_only(squares):
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    command = [sys.executable, "-m", "gradcheck"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=env) as process:
        os.close(theirs)
        shown = everything_from(ours)
        out = process.stdout.read().decode()
    assert "1 of 1: squares, 3 of 3 steps" in shown
    assert out.splitlines()[-1].endswith("— OK")
    assert "\x1b" not in out


def test_progress_counts_derivations_and_steps(squares, halves, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    main([])
    assert "1 of 2: halves, 1 of 1 steps" in terminal.getvalue()
    assert "2 of 2: squares, 3 of 3 steps" in terminal.getvalue()


def interrupted_after_one(derivations, problems, examples, progress, on_derivation):
    on_derivation(one_step(Verdict.PROVED, "halves"))
    raise KeyboardInterrupt


def test_after_ctrl_c_what_was_judged_is_reported_and_it_is_not_ok(squares, halves, monkeypatch, capsys):
    monkeypatch.setattr(parallel_module, "verify_all", interrupted_after_one)
    assert main(["--json", "report.json"]) == 130
    out = capsys.readouterr().out.splitlines()
    assert out[1] == "  ✓ ∂J/∂x"
    assert "derivations/squares.py:3: interrupted in squares: 1 of 2 derivations were judged" in out
    assert out[-1] == "1 step: 1 proved — NOT OK: 1 problem"
    data = json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert (data["summary"]["steps"], data["summary"]["ok"]) == (1, False)


def test_ctrl_c_while_modules_are_read_is_said(write, capsys):
    write("a.py", "raise KeyboardInterrupt\n")
    assert main(["a.py"]) == 130
    assert capsys.readouterr().err == "gradcheck: interrupted\n"
