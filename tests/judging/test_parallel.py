"""Whatever a module does, the others keep their verdicts, and it is named."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest

from gradcheck import verify
from gradcheck.documents.arguments import InFile
from gradcheck.documents.files import collect
from gradcheck.judging import parallel
from gradcheck.judging.parallel import FileVerification
from gradcheck.judging.verification import verify_all
from gradcheck.limits import Limits

HEAD = """
import os, signal, sys, time
from gradcheck import claim, derivation, dims, gradient, real


"""
GOOD = """
@derivation(source="good notes")
def {name}():
    n = dims("n")
    x = real("x", n)
    yield claim(gradient((x * x).sum(), x), {factor} * x)

"""
BAD = """
@derivation(source="bad notes")
def {name}():
    n = dims("n")
    x = real("x", n)
    yield claim(gradient((x * x).sum(), x), 2 * x)
    {does}
    yield claim(gradient((x * x).sum(), x), 3 * x)

"""
ENDS = {
    "leaves": ("sys.exit(0)", "SystemExit: 0"),
    "interrupts": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "closes": ("raise GeneratorExit", "GeneratorExit"),
    "raises": ("1 / 0", "ZeroDivisionError: division by zero"),
    "nothing": ("yield None", "nothing yielded None, which is not a claim"),
    "loops": ("while True: pass", "it took longer than 2 s"),
    "hungers": ("hog = bytearray(8 * 10**9)", "MemoryError"),
}
"""What ends a derivation, and what is said; what it claimed before is judged."""
DEATHS = {
    "exits": ("os._exit(0)", "its process ended"),
    "killed": ("os.kill(os.getpid(), signal.SIGKILL)", "its process ended"),
    "stuck": (
        "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM]); time.sleep(1000)",
        "it took longer than 2 s",
    ),
}
"""What ends the process with it, and is not noticed before."""
LIMITS = Limits(seconds=2, gigabytes=1)


def good(*names, factor=2):
    return HEAD + "".join(GOOD.format(name=name, factor=factor) for name in names)


def bad(name):
    does, _ = (ENDS | DEATHS)[name]
    return HEAD + BAD.format(name=name, does=does)


@pytest.fixture
def ten(write):
    """Ten good derivations in three files, and a bad one of each kind beside them."""
    write("notes/a.py", good("a1", "a2", "a3"))
    write("notes/m.py", good("m1", "m2", "m3", "m4"))
    write("notes/z.py", good("z1", "z2", "z3"))
    for name in ENDS | DEATHS:
        write(f"notes/{name}.py", bad(name))
    write("notes/at_import.py", good("never") + "os._exit(0)\n")
    write("notes/for_ever.py", good("never") + "while True: pass\n")
    return Path("notes")


def verdicts(report):
    return {d.name: [step.judgement.verdict.value for step in d.steps] for d in report.derivations}


def check(report):
    """The ten are judged, and every bad one is named, with what it claimed before."""
    found = verdicts(report)
    assert {name: said for name, said in found.items() if name[1:] in "1234"} == {
        name: ["proved"] for name in ["a1", "a2", "a3", "m1", "m2", "m3", "m4", "z1", "z2", "z3"]
    }
    problems = [str(problem) for problem in report.all_problems]
    for name, (_, said) in (ENDS | DEATHS).items():
        assert any(text.startswith(f"notes/{name}.py:") and said in text for text in problems), name
    assert all(found[name] == ["proved"] for name in ENDS)
    assert any(text.startswith("notes/at_import.py: it was not read: its process ended") for text in problems)
    assert any(text.startswith("notes/for_ever.py:") and "it took longer than 2 s" in text for text in problems)
    assert report.exit_code == 2


@pytest.mark.parametrize("cores", [1, 2])
def test_whatever_a_module_does_the_others_are_judged_and_it_is_named(ten, monkeypatch, cores):
    monkeypatch.setattr(parallel, "cores", lambda: cores)
    check(verify(ten, limit=2, memory=1))


def test_on_the_command_line_too_with_a_whole_report(ten):
    command = [sys.executable, "-m", "gradcheck", "--limit", "2", "--memory", "1", "--json", "report.json", str(ten)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 2
    data = json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert data["summary"]["proved"] == 10 + len(ENDS)
    assert not data["summary"]["ok"]
    named = {problem["file"] for problem in data["problems"]}
    assert named >= {f"notes/{name}.py" for name in [*ENDS, *DEATHS, "at_import", "for_ever"]}


# ---- the same as in one process ----------------------------------------------------------------------------------


@pytest.mark.parametrize("cores", [1, 2])
def test_the_report_is_the_same_and_in_order_on_any_number_of_processes(write, monkeypatch, cores):
    file = write("many.py", good("one", factor=1) + textwrap.dedent(GOOD.format(name="two", factor=2)))
    others = write("more.py", good("three", "four", factor=3))
    monkeypatch.setattr(parallel, "cores", lambda: cores)
    seen, told, changes = [], [], []
    run = FileVerification(
        [InFile(file), InFile(others, "four")],
        3,
        LIMITS,
        lambda *p: told.append(p),
        seen.append,
        lambda: changes.append(1),
    )
    run.complete()
    expected = list(collect([str(file), f"{others}::four"]).derivations)
    assert run.report() == verify_all(expected, examples=3)
    assert [d.name for d in seen] == ["one", "two", "four"]
    assert list(run.report().derivations) == seen
    assert sorted(told) == [("four", 1, 1), ("one", 1, 1), ("two", 1, 1)]


def test_what_modules_print_stays_off_standard_output(write, capfd):
    file = write("loud.py", "import os\nprint('loud')\nos.write(1, b'louder')\n" + good("f"))
    assert verify(file)
    out, err = capfd.readouterr()
    assert out == ""
    assert "loud" in err
    assert "louder" in err


def test_a_step_that_cannot_be_judged_costs_the_others_nothing(write, monkeypatch):
    """A step on which the child dies is named, and those behind it are judged in another child."""
    text = """
        import os
        from gradcheck import claim, derivation, dims, real
        import gradcheck.judging.verification as verification

        true_step = verification.Verifier.step
        verification.Verifier.step = lambda self, at: os._exit(1) if at == (1, 0) else true_step(self, at)


        @derivation()
        def three():
            x = real("x")
            yield claim(x + x, 2 * x, at="first")
            yield claim(x + x, 2 * x, at="second")
            yield claim(x + x, 3 * x, at="third")
    """
    report = verify(write("three.py", text))
    assert [claim.at for claim in report.derivations[0].claims] == ["first", "third"]
    assert [step.judgement.verdict.value for step in report.steps] == ["proved", "refuted"]
    (problem,) = report.all_problems
    assert str(problem).startswith("three.py:13: x + x, step 1, was not judged: its process ended")


# ---- ways in -----------------------------------------------------------------------------------------------------


def test_from_a_thread(write):
    file, found = write("notes.py", good("f")), []
    thread = threading.Thread(target=lambda: found.append(verify(file)))
    thread.start()
    thread.join()
    assert found[0].ok


def test_a_program_verifies_itself_and_files_without_hiding_it_from_its_import(write):
    write("notes.py", good("f"))
    write(
        "program.py",
        "from gradcheck import verify\n"
        "print('once')\n"
        + good("mine", factor=3)
        + "print(verify(mine).exit_code, verify('notes.py').exit_code, verify([mine, 'notes.py']).exit_code)\n",
    )
    done = subprocess.run([sys.executable, "program.py"], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("once\n1 0 1\n", "")


def test_from_a_program_that_is_in_no_file_as_in_a_notebook(write):
    write("notes.py", good("f"))
    text = "from gradcheck import verify\n" + good("mine", factor=3)
    text += "print(verify(mine).exit_code, verify('notes.py').exit_code)\n"
    done = subprocess.run([sys.executable, "-"], input=text, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("1 0\n", "")


def test_a_derivation_that_ends_the_program_ends_itself_only_where_it_is_judged_in_it(write):
    text = bad("leaves") + "from gradcheck import verify\nreport = verify(leaves)\n"
    text += "print(report.exit_code, [step.judgement.verdict.value for step in report.steps])\n"
    done = subprocess.run([sys.executable, "-"], input=text, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("2 ['proved']\n", "")


def test_a_file_that_verifies_itself_when_it_is_read_does_not_do_so_for_ever(write):
    file = write("notes.py", good("f") + "from gradcheck import verify\nassert verify(f)\n")
    assert verify(file)
    own = write("own.py", good("f") + "from gradcheck import verify\nverify('own.py')\n")
    (problem,) = verify(own).all_problems
    assert "put it under `if __name__ == '__main__':`" in problem.what
