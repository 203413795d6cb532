"""A user's module passes `mypy --strict`: the public types are there, and functions say what they return."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("mypy")

MODULE = '''\
"""Two layers."""

from collections.abc import Iterator

from hypothesis.strategies import integers

from gradcheck import (
    Array,
    Claim,
    Derivation,
    Report,
    Verdict,
    abuse_of_notation,
    bits,
    claim,
    derivation,
    dims,
    gradient,
    misprint,
    real,
    shape,
    verify,
)
from gradcheck.notation import relu, sigmoid


def affine(W: Array, X: Array, b: Array) -> Array:
    return -(1 - (W @ X + b)) / 2


@derivation(source="notes.txt", broadcast=False, depth=integers(1, 2))
def layers(depth: int) -> Iterator[Claim]:
    n0, n1, m = dims("n0 n1 m")
    X, Y = real("X", n0, m), bits("Y", 1, m)
    W1, b1 = real("W1", n1, n0), real("b1", n1, 1)
    W2, b2 = real("W2", 1, n1), real("b2", 1, 1)
    Z1 = affine(W1, X, b1)
    A1 = relu(Z1)
    T = sigmoid(affine(W2, A1, b2))
    D: Array = (T - Y).sum(axis=1, keepdims=True) / m
    J = -D[0, 0] + (1 - T).T[0] ** 2
    yield claim(gradient(J, b2), misprint(D * m, D, "1/m is lost"), abuse_of_notation(D.T, D, "a row"), at="bias")
    yield claim(shape(X), (n0, m))


notes: Derivation = layers
report: Report = verify(layers)
if report.ok and not report.problems:
    print(report)
for document in report.derivations:
    for one in document.claims:
        verdicts: list[Verdict] = [step.judgement.verdict for step in one.steps]
'''


def checked(folder: Path, text: str) -> str:
    """What mypy says of a module of this text, in a folder that knows nothing of this project."""
    (folder / "notes.py").write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "notes.py"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout


def test_a_users_module_passes_mypy_strict_and_mistakes_in_it_are_seen(tmp_path):
    shown = "reveal_type(layers)\nreveal_type(derivation)\nreveal_type(verify)\nreveal_type(gradient(1, 2))\n"
    assert "Success: no issues found" in checked(tmp_path, MODULE), checked(tmp_path, MODULE)
    wrong = "\n\n@derivation()\ndef wrong() -> int:\n    return 1\n\n\nverify(affine)\n"
    out = checked(tmp_path, f"{MODULE}{shown}{wrong}")
    assert 'Revealed type is "gradcheck.documents.derivations.Derivation"' in out
    assert out.count('Revealed type is "def (') == 2, out
    assert 'Revealed type is "gradcheck.graph' in out
    assert "Found 2 errors in 1 file" in out, out
