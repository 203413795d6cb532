"""`gradcheck train`: what it prints, and its exit codes."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from gradcheck.cli import main

DERIVATIONS = Path(__file__).parent.parent / "derivations"
RELU, LAYERS = DERIVATIONS / "relu_sigmoid.py", DERIVATIONS / "layers.py"
LOGISTIC = """
from gradcheck import bits, claim, derivation, dims, gradient, real
from gradcheck.notation import cross_entropy, sigmoid


@derivation(source="notes")
def logistic():
    n, m = dims("n m")
    X, Y, w = real("X", n, m), bits("Y", 1, m), real("W", 1, n)
    T = sigmoid(w @ X)
    J = cross_entropy(T, Y).mean()
    yield claim(gradient(J, w), (T - Y) @ X.T / m)
"""


ENDLESS = """
from hypothesis.strategies import integers

from gradcheck import claim, derivation, gradient, real


@derivation(k=integers(0, 0))
def loop(k):
    w = real("w")
    yield claim(gradient(w**2, w), 2 * w)
    while k:
        k += 1
"""
"""It ends, but not with what may be set."""


def train(*words):
    return main(["train", *map(str, words)])


def test_it_says_what_drives_what_and_shows_both_curves(capsys):
    assert train(f"{RELU}::layer_1", "--steps", 40) == 0
    out = capsys.readouterr().out
    assert out.startswith("cost: J with m=80, n0=4, n1=3\ndata: X (n0, m), Y (1, m); synthetic, seed 0\n")
    assert "∂J/∂W1: (((1/m * W2.T) @ (T - Y)) * relu′(Z1)) @ X.T  (layer_1, step [2], line 2" in out
    assert "as printed: ((W2.T @ (T - Y)) * relu′(Z1)) @ X.T  (layer_1, step [2], line 2" in out
    assert "; 1/m is lost\n" in out
    assert "∂J/∂W2: the engine, for no step says it\n" in out
    assert "as printed, layer_1, step [0], line 2" in out
    assert "cannot drive W1: it does not conform: (1, n1) * (n1, m): n1 is not m\n" in out
    assert out.count(" |") == 10
    assert ". engine, o as corrected, x as printed" in out
    assert "as corrected: the engine's gradients to rounding, " in out
    assert "as printed: other gradients: ∂J/∂W1 after 0 steps is " in out
    assert "accuracy of the engine's parameters: " in out


def test_the_costs_are_shown_at_some_steps(capsys):
    assert train(f"{RELU}::layer_2", "--steps", 20, "--seed", 3) == 0
    lines = capsys.readouterr().out.splitlines()
    (head,) = (i for i, line in enumerate(lines) if line.split()[:1] == ["step"])
    rows = [line.split() for line in lines[head + 1 : head + 12]]
    assert [row[0] for row in rows] == [str(step) for step in range(0, 21, 2)]
    assert all(row[1] == row[2] != row[3] for row in rows[1:])


def test_of_a_file_it_says_which_derivations_it_leaves_out(capsys):
    assert train(RELU, "--steps", 2) == 0
    assert "\nabout other costs, and not trained: layer_2_instance, layer_1_instance\n" in capsys.readouterr().out


def test_a_wrong_formula_that_nobody_marked_is_1(write, capsys):
    file = write("notes.py", LOGISTIC.replace(" / m)", ")"))
    assert train(file, "--steps", 5) == 1
    out = capsys.readouterr().out
    assert "as corrected: other gradients: ∂J/∂W after 0 steps is " in out
    assert "to rounding" not in out


def test_structure_and_sizes_are_set(capsys):
    chosen = ("depth=3", "g=tanh", "layer=1", "loss=squared_error", "n1=5")
    assert train(f"{LAYERS}::procedure", "--steps", 3, *(word for text in chosen for word in ("--set", text))) == 0
    out = capsys.readouterr().out
    assert out.startswith("cost: J with m=100, n0=4, n1=5, n2=3\n")
    assert "drawn or set: depth=3, layer=1, g=(tanh, tanh), loss=squared_error\n" in out
    assert "∂J/∂W2: " in out


def test_data_come_from_files(write, tmp_path, capsys):
    file, rng = write("notes.py", LOGISTIC), np.random.default_rng(0)
    X = rng.standard_normal((2, 50))
    Y = (X[:1] > 0).astype(float)
    np.savez(tmp_path / "data.npz", X=X, Y=Y)
    np.savetxt(tmp_path / "data.csv", np.vstack([X, Y]).T, delimiter=",")
    shown = []
    for name in ("data.npz", "data.csv"):
        assert train(file, "--data", tmp_path / name, "--steps", 50) == 0
        out = capsys.readouterr().out
        assert f"data: X (n, m), Y (1, m); {tmp_path / name}" in out
        shown.append(out[out.index("  step") :])
    assert shown[0] == shown[1]
    assert "100.0% held out" in shown[0]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.py"], "there is no file or folder 'nowhere.py'"),
        (["notes.py::nobody"], "no derivation 'nobody' in notes.py; there is logistic"),
        (["notes.py", "--data", "iris"], "'iris' is neither a .npz or .csv file nor a data set"),
        (["notes.py", "--data", "gone.npz"], "No such file or directory: 'gone.npz'"),
        (["notes.py", "--data", "bad.csv"], "bad.csv holds no example"),
        (["notes.py", "--set", "depth"], "--set depth: write NAME=VALUE, as --set depth=3"),
        (["notes.py", "--set", "depth=3"], "there is no size depth: the sizes are m, n"),
        (["notes.py", "--set", "n=0"], "n=0: a whole number of at least 1 is needed"),
        (
            ["notes.py", "--set", "n=rleu"],
            "--set n=rleu: neither a whole number nor a function; there is abs, abstract, ",
        ),
        (["notes.py", "--seed", "-1"], "seed=-1: a whole number of at least 0 is needed"),
        (["notes.py", "--steps", "0"], "a whole number of at least 1 is needed, not '0'"),
        (["notes.py", "--plot", "curves.pdf"], "'curves.pdf' is no picture: let its name end in .png or .svg"),
        (["notes.py", "--rate", "nan"], "a number above 0 is needed, not 'nan'"),
        (["squares.py"], "squares claims no gradient(J, P) for a cost J and an input P that is no data"),
        (["broken.py"], "it cannot be imported: ZeroDivisionError"),
    ],
)
def test_usage_is_2_with_a_message(write, capsys, words, message):
    write("notes.py", LOGISTIC)
    write("broken.py", "from gradcheck import derivation\n1 / 0\n")
    squares = "from gradcheck import claim, derivation, real\n\n@derivation()\ndef squares():\n    x = real('x')\n"
    write("squares.py", squares + "    yield claim(x * x, x**2)\n")
    write("bad.csv", "")
    assert train(*words) == 2
    out, error = capsys.readouterr()
    assert message in error
    assert not out


def test_the_curves_are_drawn_into_a_file(tmp_path, capsys):
    pytest.importorskip("matplotlib")
    assert train(f"{RELU}::layer_1", "--steps", 5, "--plot", tmp_path / "curves.svg") == 0
    assert "<svg" in (tmp_path / "curves.svg").read_text(encoding="utf-8")
    assert "as corrected: " in capsys.readouterr().out
    (tmp_path / "folder.svg").mkdir()
    assert train(f"{RELU}::layer_1", "--steps", 5, "--plot", tmp_path / "folder.svg") == 2
    out, error = capsys.readouterr()
    assert "as corrected: " in out
    assert "Is a directory" in error


@pytest.mark.parametrize("rate", [10, 1000])
def test_a_rate_that_diverges_soon_or_at_once_is_2_and_says_so(capsys, rate):
    assert train(RELU, "--rate", rate) == 2
    out = capsys.readouterr().out
    assert "the engine's descent diverges: the cost is " in out
    assert " before it: take a smaller --rate, or fewer --steps\n" in out


def test_a_cost_that_falls_until_it_has_no_value_is_not_said_to_diverge(capsys):
    assert train(RELU, "--steps", 500) == 2
    out = capsys.readouterr().out
    assert "the engine's descent ends: the cost is nan after step " in out
    assert "and had fallen, as where T in log(1 - T) is rounded to 1: take a smaller --rate, or fewer --steps\n" in out
    assert "diverges" not in out


def test_what_does_not_move_is_2_and_is_no_agreement(capsys):
    assert train(f"{RELU}::layer_1_instance", "--steps", 2) == 2
    out = capsys.readouterr().out
    assert "the engine does not move u: nothing is seen of the formulas for it" in out
    assert "to rounding" not in out


def test_in_a_pipe_it_is_plain_text_in_any_encoding():
    command = [sys.executable, "-m", "gradcheck", "train", f"{RELU}::layer_1", "--steps", "3"]
    environment = {"PYTHONIOENCODING": "ascii", "FORCE_COLOR": "1"}
    printed = subprocess.run(command, capture_output=True, env=environment, check=True)
    assert printed.stdout.isascii()
    assert b"dJ/dW1: " in printed.stdout
    assert b"\x1b" not in printed.stdout
    assert not printed.stderr


def test_ctrl_c_is_130(monkeypatch, capsys):
    def interrupted(*given, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr("gradcheck.network.training.train", interrupted)
    assert train(RELU) == 130
    assert capsys.readouterr().err == "gradcheck: interrupted\n"


def test_ctrl_c_prints_what_was_reached(monkeypatch, capsys):
    def interrupted(self, said, done, total):
        if done == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("gradcheck.network.training.Progress.show", interrupted)
    assert train(f"{RELU}::layer_1", "--steps", 50) == 130
    out, error = capsys.readouterr()
    assert error == "gradcheck: interrupted\n"
    first, engine, accuracy = out.splitlines()
    assert first == "interrupted, and reached:"
    assert engine.startswith("the engine: 3 of 50 steps, cost 0.")
    assert ", then 0." in engine
    assert accuracy.startswith("accuracy of the engine's parameters: ")


def test_a_scheduler_that_terminates_it_learns_what_was_reached(monkeypatch, capsys):
    def terminated(self, said, done, total):
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr("gradcheck.network.training.Progress.show", terminated)
    assert train(f"{RELU}::layer_1", "--steps", 50) == 143
    assert "the engine: 1 of 50 steps, cost 0." in capsys.readouterr().out


@pytest.mark.parametrize("command", [["train", "--steps", "2"], ["show", "--code"]], ids=lambda words: words[0])
def test_what_is_set_may_take_what_the_limits_say(write, capsys, command):
    write("notes.py", ENDLESS)
    assert main([*command, "notes.py"]) == (2 if command[0] == "train" else 0)  # w begins at 0 and does not move
    assert "not read" not in capsys.readouterr().err
    assert main([*command, "notes.py", "--set", "k=7", "--limit", "0.3"]) == 2
    out, error = capsys.readouterr()
    assert not out
    first, second = error.splitlines()
    place = r"gradcheck: loop was not read to its end: notes.py:1[01]: it took longer than 0.3 s \(with k=7\)"
    assert re.fullmatch(place, first)
    rest = "loop stopped here: the claims before this line are judged; mend what takes so long, or give it longer: "
    assert second == f"  {rest}--limit SECONDS (limit= in Python)"


@pytest.mark.parametrize("command", [["train"], ["show", "--code"]], ids=lambda words: words[0])
def test_a_depth_that_nothing_can_hold_is_2(capsys, command):
    words = [*command, f"{LAYERS}::procedure", "--set", "depth=99999999", "--limit", "0.5"]
    assert main(words) == 2
    assert "it took longer than 0.5 s (with depth=99999999, " in capsys.readouterr().err


@pytest.mark.parametrize("command", [["train"], ["show", "--code"]], ids=lambda words: words[0])
def test_what_needs_too_much_memory_is_2(write, capsys, command):
    write("notes.py", ENDLESS.replace("while k:\n        k += 1", "bytes(k * 2**30)"))
    assert main([*command, "notes.py", "--set", "k=7", "--memory", "0.5"]) == 2
    assert "notes.py:10: MemoryError (with k=7)\n" in (error := capsys.readouterr().err)
    assert "--memory GB" in error


@pytest.mark.parametrize("command", [["train"], ["show", "--code"]], ids=lambda words: words[0])
def test_what_ends_its_process_is_2_and_ends_no_other(write, capsys, command):
    file = write("notes.py", f"import os\n{ENDLESS}".replace("while k:\n        k += 1", "if k:\n        os._exit(0)"))
    assert main([*command, "notes.py", "--set", "k=7"]) == 2
    assert "notes.py with k=7 was not read: its process ended" in capsys.readouterr().err
    write("notes.py", "import os\n\nos._exit(0)\n")
    assert main([*command, str(file)]) == 2
    assert "notes.py was not read: its process ended" in capsys.readouterr().err


@pytest.mark.usefixtures("ctrl_c")
@pytest.mark.parametrize("words", [["train"], ["show", "--code"]], ids=lambda words: words[0])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_whoever_ends_it_while_it_reads_need_not_wait(write, words, number, code):
    endless = ENDLESS.replace("    while k:", "    pathlib.Path('begun').touch()\n    while True:")
    write("notes.py", f"import pathlib\n{endless}")
    command = [sys.executable, "-m", "gradcheck", *words, "notes.py"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while not Path("begun").exists():
            time.sleep(0.05)
        process.send_signal(number)
        assert process.communicate() == ("", "gradcheck: interrupted\n")
    assert process.returncode == code
