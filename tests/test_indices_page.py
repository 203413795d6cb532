"""What the page about formulas by entries shows is what gradcheck does."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from gradcheck import dims, gradient, jacobian, notation, real
from gradcheck.entries.tree import Entries
from gradcheck.graph import as_array

PAGE = (Path(__file__).parents[1] / "docs" / "indices.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("number", "name"), [(0, "softmax.py"), (1, "returns.py")])
def test_a_derivation_of_the_page_prints_what_is_shown(number, name, tmp_path):
    (tmp_path / name).write_text(blocks("python")[number + 1], encoding="utf-8")
    command, _, shown = blocks("console")[number].partition("\n")
    assert command == f"$ gradcheck {name}"
    printed = subprocess.run(
        [sys.executable, "-m", "gradcheck", name],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        env={"PYTHONIOENCODING": "utf-8", "COLUMNS": "120"},
        check=False,
    )
    assert printed.stdout.strip() == shown.strip()
    assert printed.returncode == 1


ROWS = re.findall(r"^\| .* \| `([^`]+)`(?:, with `(\w+ = [^`]+)`)?", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("text", "before"), ROWS)
def test_every_row_of_the_table_is_a_formula(text, before):
    n, N, C = dims("n N C")
    i, j, k, c, s, t = notation.indices("i j k c s t")
    A, B, W, X = real("A", n, n), real("B", n, n), real("W", n, n), real("X", n, n)
    L, P, S = (W * W).sum(), (X * X) + 0, X
    scope = {
        **vars(notation),
        **locals(),
        "x": real("x", n),
        "r": real("r", n),
        "gamma": notation.unit("gamma"),
        "z": real("z", C),
        "gradient": gradient,
    }
    scope |= {"r": real("r", n), "gamma": notation.unit("gamma"), "jacobian": jacobian}
    scope |= {"f": A[i, j], "g": B[i, j], "y": notation.labels("y", N, classes=C)}
    if before:
        exec(before, scope)
    if "…" in text:
        assert text == "P = (…).array(i, c)"
        return
    made = eval(text, scope)
    assert isinstance(made, Entries)
    assert (made.array(*made.letters) if made.letters else as_array(made)) is not None


def test_the_table_has_all_of_its_rows():
    assert len(ROWS) == 20
