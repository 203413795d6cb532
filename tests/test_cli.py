from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from samples import SQUARES

import gradcheck
from gradcheck.cli import main
from gradcheck.documents.arguments import InFile
from gradcheck.limits import DEFAULT_EXAMPLES, SEARCH, Limits
from gradcheck.reports.terminal import MARKS
from gradcheck.verdicts import ClaimReport, DerivationReport, Judgement, StepReport, Verdict, Verification

parallel_module = importlib.import_module("gradcheck.judging.parallel")


def run(*words, **options):
    command = [sys.executable, "-m", "gradcheck", *words]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", **options)


def one_step(verdict, name="f"):
    claim = ClaimReport("∂J/∂x", "", 1, (StepReport(0, "step", "x", Judgement(verdict)),))
    return DerivationReport(name, "", "a.py", (claim,))


class Found:
    """In the place of a verification: finds these verdicts, and remembers what it was asked for."""

    def __init__(self, *verdicts, end=None):
        self.reports, self.end = tuple(map(one_step, verdicts)), end

    def __call__(self, wanted, examples, limits, progress, on_derivation, on_change):
        self.asked, self.on_derivation = (wanted, examples, limits), on_derivation
        return self

    def complete(self):
        for report in self.reports:
            self.on_derivation(report)
        if self.end is not None:
            raise self.end

    def report(self, why):
        return Verification(self.reports)


def answer_with(monkeypatch, *verdicts, end=None):
    """Let verification find these verdicts, and then end so."""
    found = Found(*verdicts, end=end)
    monkeypatch.setattr(parallel_module, "FileVerification", found)
    return found


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
    write("derivations/bad.py", "from gradcheck import derivation\n1 / 0\nderivation()\n")
    assert main(["derivations"]) == 2
    out = capsys.readouterr().out
    assert "✓✓ ∂J/∂x  eq. 1" in out
    assert "derivations/bad.py:2: it cannot be imported: ZeroDivisionError: division by zero" in out


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
        (["--limit", "0"], "argument --limit: a number above 0 is needed, not '0'"),
        (["--memory", "inf"], "argument --memory: a number above 0 is needed, not 'inf'"),
        (["--require", "seen"], "argument --require: invalid choice: 'seen'"),
        (["--json", "nowhere/report.json"], "cannot write the report to 'nowhere/report.json': No such file"),
        (["--json", ""], "cannot write the report to ''"),
        (["--json", "derivations"], "cannot write the report to 'derivations': it is a folder"),
        (["--json", "r.json", "verify"], "The command comes first: gradcheck verify"),
        (["--colour"], "unrecognized arguments: --colour"),
    ],
)
def test_usage_is_2_with_a_message_and_nothing_is_verified(squares, capsys, words, message):
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


def test_a_derivation_is_not_overwritten_by_a_report(squares, capsys):
    before = squares.read_text(encoding="utf-8")
    assert main(["--json", "derivations/squares.py"]) == 2
    assert squares.read_text(encoding="utf-8") == before
    assert "it is a Python file: the report's FILE comes before PATH" in capsys.readouterr().err


def test_without_the_default_folder_it_says_what_is_there(here, capsys):
    assert main([]) == 2
    assert "there is no file or folder 'derivations'; in" in capsys.readouterr().err


def test_a_path_called_like_the_command_is_reached_behind_it(write, capsys):
    write("verify/a.py", "from gradcheck import derivation\n1 / 0\nderivation()\n")
    assert main(["verify", "verify"]) == 2
    assert "verify/a.py:2: it cannot be imported" in capsys.readouterr().out


@pytest.mark.parametrize(("word", "meant"), [("verfy", "verify"), ("Verify", "verify"), ("eratta", "errata")])
def test_a_mistyped_command_is_answered_as_one(squares, capsys, word, meant):
    assert main([word, "derivations"]) == 2
    assert capsys.readouterr().err == f"gradcheck: there is no command {word!r}: did you mean gradcheck {meant}?\n"


def test_a_folder_called_nearly_like_a_command_is_a_folder(write, capsys):
    write("verfy/a.py", SQUARES)
    assert main(["verfy"]) == 0


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


def test_examples_and_limits_are_handed_on(squares, monkeypatch, capsys):
    found = answer_with(monkeypatch)
    main([])
    assert found.asked == ([InFile(squares.resolve())], DEFAULT_EXAMPLES, Limits(60, 4, SEARCH, remembers=True))
    main(["--examples", "3", "--limit", "0.5", "--memory", "2", "--no-corrections", "--no-cache"])
    assert found.asked[1:] == (3, Limits(0.5, 2))
    main(["--corrections"])
    assert found.asked[2] == Limits(60, 4, SEARCH, explains_marked=True, corrects_marked=True, remembers=True)


def test_what_only_agrees_fails_where_a_proof_is_required(squares, monkeypatch, capsys):
    answer_with(monkeypatch, Verdict.PROVED, Verdict.AGREES, Verdict.DEFINITION)
    assert main([]) == 0
    assert main(["--require", "proved", "--json", "report.json"]) == 1
    out = capsys.readouterr().out
    assert "~ ∂J/∂x\n    a.py:1: ∂J/∂x, step 1: it agrees at every point looked at, but a proof is required" in out
    steps = [d["claims"][0]["steps"][0] for d in json.loads(Path("report.json").read_text())["derivations"]]
    assert [step["ok"] for step in steps] == [True, False, True]


# ---- JSON --------------------------------------------------------------------------------------------------------


def test_json_is_written_beside_the_text(halves, capsys):
    assert main(["--json", "the report.json"]) == 1
    data = json.loads(Path("the report.json").read_text(encoding="utf-8"))
    assert data["summary"]["refuted"] == 1
    assert data["derivations"][0]["claims"][0]["target"] == "∂J/∂x"
    assert "NOT OK" in capsys.readouterr().out


def test_json_on_standard_output_is_all_there_is(write, capfd):
    text = "print('hello')\nfrom gradcheck import claim, derivation, real\n"
    text += "@derivation()\ndef f():\n    print('again')\n    x = real('x')\n    yield claim(x * 2, x + x)\n"
    write("a.py", text)
    assert main(["a.py", "--json", "-"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out)["summary"]["ok"] is True
    assert "hello" in err
    assert "again" in err


def test_json_on_standard_output_in_another_encoding_is_escaped(squares):
    done = run("--json", "-", env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert json.loads(done.stdout)["derivations"][0]["claims"][0]["target"] == "∂J/∂x"
    assert done.stderr == ""


def test_an_old_report_is_not_left_standing_when_verification_breaks(squares, monkeypatch, here):
    (here / "report.json").write_text('{"summary": {"ok": true}}')
    answer_with(monkeypatch, end=ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        main(["--json", "report.json"])
    assert json.loads((here / "report.json").read_text())["summary"]["ok"] is False


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_device_is_said_and_is_not_0(squares):
    done = run("--json", "/dev/full")
    assert done.returncode == 2
    assert "cannot write the report to '/dev/full': No space left on device" in done.stderr
    assert "— OK" in done.stdout
    with open("/dev/full", "w") as full:
        done = subprocess.run([sys.executable, "-m", "gradcheck"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (
        2,
        "gradcheck: cannot write to standard output: No space left on device\n",
    )


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
    monkeypatch.setattr(parallel_module, "cores", lambda: 1)
    main([])
    assert "1 of 1: halves, 1 of 1 steps" in terminal.getvalue() or "1 of 2: halves" in terminal.getvalue()
    assert "2 of 2: squares, 3 of 3 steps" in terminal.getvalue()


SLOW = """
import pathlib, time
from gradcheck import claim, derivation, real


@derivation()
def slow():
    x = real("x")
    yield claim(x + x, 2 * x)
    pathlib.Path("begun").touch()
    time.sleep(60)
"""


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_whoever_ends_it_what_was_judged_is_reported_and_it_is_not_ok(squares, write, number, code):
    write("derivations/tail.py", SLOW)
    command = [sys.executable, "-m", "gradcheck", "--json", "report.json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        first = process.stdout.readline()
        while not Path("begun").exists():
            time.sleep(0.05)
        process.send_signal(number)
        out, err = process.communicate()
    assert (process.returncode, err) == (code, "")
    assert first == "squares  (derivations/squares.py, from notes.txt)\n"
    assert "derivations/tail.py:5: interrupted in slow: 1 of 2 derivations were judged" in out
    assert out.splitlines()[-1].endswith("NOT OK: 1 problem")
    data = json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert (data["summary"]["steps"], data["summary"]["ok"]) == (3, False)


def test_killed_it_leaves_what_was_judged(squares, write):
    write("derivations/tail.py", SLOW)
    command = [sys.executable, "-m", "gradcheck", "--json", "report.json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        process.stdout.readline()
        while not Path("begun").exists() or '"steps": 3' not in Path("report.json").read_text(encoding="utf-8"):
            time.sleep(0.05)
        process.kill()
    data = json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert (data["summary"]["steps"], data["summary"]["ok"]) == (3, False)
    assert "unfinished in slow: 1 of 2 derivations were judged" in data["problems"][0]["what"]


# ---- other people's terminals ------------------------------------------------------------------------------------

GREEK = '''
    """Αλγόριθμος"""
    from gradcheck import claim, derivation, dims, gradient, misprint, real

    @derivation(source="κεφάλαιο 7")
    def squares():
        x = real("x", dims("n"))
        J = (x * x).sum()
        yield claim(gradient(J, x), misprint(x, 2 * x, "σ′ ≠ tanh′"), at="(∇)")
'''


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-8"])
@pytest.mark.parametrize("command", [["verify"], ["errata"], ["--json", "-"], ["--help"]], ids=" ".join)
def test_what_an_encoding_does_not_have_is_written_in_plain_letters(write, encoding, command):
    write("derivations/greek.py", GREEK)
    done = subprocess.run(
        [sys.executable, "-X", "warn_default_encoding", "-W", "error::EncodingWarning", "-m", "gradcheck", *command],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode(encoding)


ESCAPES = GREEK.replace("(∇)", "\\x1b[2J\\n✓").replace("Αλγόριθμος", "\\x9b31m").replace("σ′", "\\x1b]0;\\x07\\u202e")


@pytest.mark.parametrize(
    "command",
    [["derivations"], ["errata"], ["derivations/\x1b[31m.py::no"], ["nothing\x1b[31m"], ["derivations/broken\r.py"]],
)
def test_nothing_commands_the_terminal(write, capsys, command):
    write("derivations/\x1b[31m.py", ESCAPES)
    write("derivations/broken\r.py", "from gradcheck import derivation\nderivation()\nraise ValueError('\x1b[2J')\n")
    main(command)
    told = capsys.readouterr()
    said = told.out + told.err
    assert not [letter for letter in said if not letter.isprintable() and letter != "\n"]
    assert "\\x1b" in said
    if command == ["derivations"]:
        assert r"\x1b[2J\n✓" in said
        assert r"\u202e" in said
