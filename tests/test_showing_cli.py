"""`gradcheck show`: what it prints, and its exit codes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from gradcheck.cli import main

RELU = Path(__file__).parent.parent / "derivations" / "relu_sigmoid.py"


def show(*words):
    return main(["show", *map(str, words)])


def test_in_a_pipe_it_is_a_module_that_runs_in_an_empty_namespace():
    command = [sys.executable, "-m", "gradcheck", "show", f"{RELU}::layer_1", "--code"]
    printed = subprocess.run(command, capture_output=True, check=True, env={"PYTHONIOENCODING": "ascii"})
    assert not printed.stderr
    space = {}
    exec(printed.stdout.decode("ascii"), space)
    X, Y, W1, W2 = np.ones((2, 3)), np.ones((1, 3)), np.full((4, 2), 0.25), np.ones((1, 4))
    J, dW1, *_ = space["layer_1"](X, Y, W1, W2, np.zeros((4, 1)), np.zeros((1, 1)))
    np.testing.assert_allclose(J, np.log1p(np.exp(-2.0)))
    np.testing.assert_allclose(dW1, -1 / (1 + np.exp(2.0)) * np.ones((4, 2)))
    assert b"gradcheck" not in printed.stdout.partition(b"import numpy")[2]


def test_structure_is_set(capsys):
    words = [f"{RELU.parent / 'layers.py'}::procedure", "--code"]
    assert show(*words, "--set", "depth=1", "--set", "g=tanh", "--set", "loss=squared_error") == 0
    out = capsys.readouterr().out
    assert "def procedure(X, Y, W1, b1):" in out
    assert "np.tanh(" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nowhere.py", "--code"], "there is no file or folder 'nowhere.py'"),
        ([f"{RELU}::nobody", "--code"], "no derivation 'nobody' in "),
        ([f"{RELU}::nobody", "--code"], "there is forward_instance, forward_batch"),
        ([RELU.parent, "--code"], " files: name one of them, such as "),
        ([f"{RELU}::forward_batch", "--code"], "forward_batch claims no gradient(J, P) for a cost J and an input P"),
        ([f"{RELU}::layer_1", "--code", "--set", "depth=2"], "there is no argument depth: the arguments are none"),
        ([RELU], f"what of {RELU} is to be shown? Write gradcheck show {RELU} --code\n"),
        ([f"{RELU}::layer_1", "--code", "--set", "g=tnah"], "--set g=tnah: neither a whole number nor a function"),
    ],
)
def test_usage_is_2_with_a_message(capsys, words, message):
    assert show(*words) == 2
    out, error = capsys.readouterr()
    assert message in error
    assert not out


def test_the_help_says_it(capsys):
    assert show("--help") == 0
    out = capsys.readouterr().out
    assert "--code" in out
    assert "right where those are wrong" in out
    assert main(["--help"]) == 0
    assert "see gradcheck show --help" in " ".join(capsys.readouterr().out.split())
