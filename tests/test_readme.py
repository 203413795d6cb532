"""What the README shows is what gradcheck does: its code is run, and its output compared."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from gradcheck.cli import main
from gradcheck.documents.files import collect
from gradcheck.judging.verification import verify_all

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.MULTILINE | re.DOTALL)


def run_gradcheck(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gradcheck", *words],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8", "COLUMNS": "120"},
        check=False,
    )


def test_the_first_screen_shows_the_real_output_of_a_page_of_notes_with_one_mistake(tmp_path):
    (tmp_path / "notes.md").write_text(blocks("markdown")[0], encoding="utf-8")
    printed = run_gradcheck(tmp_path, "notes.md")
    command, _, shown = blocks("console")[0].partition("\n")
    assert command == "$ gradcheck notes.md"
    assert printed.stdout.strip() == shown.strip()
    assert printed.returncode == 1


def test_the_second_screen_shows_the_real_output_of_a_derivation_with_one_mistake(tmp_path):
    (tmp_path / "derivations").mkdir()
    (tmp_path / "derivations" / "two_layers.py").write_text(blocks("python")[0], encoding="utf-8")
    printed = run_gradcheck(tmp_path)
    command, _, shown = blocks("console")[1].partition("\n")
    assert command == "$ gradcheck"
    assert printed.stdout.strip() == shown.strip()
    assert printed.returncode == 1


def test_the_diff_is_what_is_shown_and_the_fix_is_as_it_says(here, capsys):
    (here / "derivations").mkdir()
    (here / "derivations" / "two_layers.py").write_text(blocks("python")[0], encoding="utf-8")
    assert main(["--diff"]) == 1
    assert capsys.readouterr().out.endswith(blocks("diff")[0])
    assert main(["--fix"]) == 1
    assert main([]) == 0
    step = next(block for block in blocks("sh") if "explain" in block)
    assert main(shlex.split(step)[1:]) == 0


DERIVATIONS = [block for block in blocks("python")[1:] if "@derivation" in block]


@pytest.mark.parametrize("block", DERIVATIONS, ids=lambda block: re.search(r"def (\w+)", block)[1])
def test_every_other_derivation_of_the_readme_is_as_it_says(block, tmp_path):
    file = tmp_path / "block.py"
    file.write_text(block, encoding="utf-8")
    found = collect([str(file)])
    assert not found.problems
    assert verify_all(found.derivations).ok


def test_the_gradient_of_a_function_is_refuted_in_the_words_that_are_shown():
    block = next(block for block in blocks("python") if "print(check_gradient" in block)
    printed = subprocess.run([sys.executable, "-c", block], capture_output=True, encoding="utf-8", check=True)
    assert printed.stdout.strip() == blocks("text")[0].strip()


def test_a_network_is_trained_as_it_is_shown():
    block = next(block for block in blocks("python") if "gradcheck.network" in block)
    printed = subprocess.run([sys.executable, "-c", block], capture_output=True, encoding="utf-8", check=True)
    assert printed.stdout.strip() == blocks("text")[1].strip()


def test_a_wrong_entry_of_a_network_s_gradients_is_named_as_it_is_shown():
    block = next(block for block in blocks("python") if "print(check_gradients" in block)
    printed = subprocess.run([sys.executable, "-c", block], capture_output=True, encoding="utf-8", check=True)
    said, shown = (re.sub(r"± \S+", "± …", text.strip()) for text in (printed.stdout, blocks("text")[2]))
    assert said == shown


def _without_rounding(text: str) -> str:
    """What is printed of rounding errors, and when a wrong descent overflows, is another machine's own."""
    return re.sub(r"after step \d+, was \S+ before|\S+ of their size|curves are \S+ apart", "…", text)


def test_training_with_a_documents_formulas_prints_what_is_shown():
    command, _, shown = blocks("console")[2].partition("\n")
    words = command.removeprefix("$ gradcheck ").removesuffix(" | tail -n 17").split()
    module = [sys.executable, "-m", "gradcheck", *words]
    environment = {"PYTHONIOENCODING": "utf-8"}
    printed = subprocess.run(module, cwd=ROOT, capture_output=True, encoding="utf-8", env=environment, check=True)
    last = "\n".join(printed.stdout.splitlines()[-17:])
    assert _without_rounding(last) == _without_rounding(shown.rstrip("\n"))


def test_the_code_to_take_away_is_what_is_shown():
    command, _, shown = blocks("console")[3].partition("\n")
    words = command.removeprefix("$ gradcheck ").removesuffix(" | tail -n 15").split()
    module = [sys.executable, "-m", "gradcheck", *words]
    printed = subprocess.run(module, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert printed.stdout.splitlines()[-15:] == shown.rstrip("\n").splitlines()


def test_the_property_test_passes_and_notices_a_lost_factor(pytester):
    block = next(block for block in blocks("python") if "@given_gradients" in block)
    pytester.makepyfile(test_right=block, test_wrong=block.replace("2 * X.T", "X.T"))
    both = pytester.runpytest_subprocess("-v")
    both.assert_outcomes(passed=1, failed=1)
    both.stdout.fnmatch_lines(["test_right.py::* PASSED*", "test_wrong.py::* FAILED*", "*it is 1/2 × the gradient*"])


def test_ci_runs_the_readmes_test_command():
    command = next(block for block in blocks("sh") if "[test]" in block)
    parts = [part.strip() for part in command.replace("python3 -m venv", "python3 -m venv --clear").split("&&")]
    ci = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert [line for line in ci if line in parts] == parts


def test_both_commands_do_all_their_set_up():
    commands = [block for block in blocks("sh") if "venv" in block]
    assert len(commands) == 3  # the main job, the measured table, the tests
    assert all(c.startswith("python3 -m venv .venv && .venv/bin/pip install") for c in commands)
