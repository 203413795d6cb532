from __future__ import annotations

import ast
import random
import subprocess
import sys

import pytest

from gradcheck.documents.tex.layout import WIDTH, laid_out, quoted

NAMES = ["x", "W1", "beta", "x_hat", "gamma_", "epsilon"]


def source(draw, depth):
    """A formula as readers write them."""
    if not depth or draw.random() < 0.1:
        return draw.choice([*NAMES, "2", "0.5", "x[i, 0]", "W1.T", "ones(n, 1)"])
    a, b, c = (source(draw, depth - 1 - draw.randrange(2) * (depth > 1)) for _ in range(3))
    forms = [
        "{a} + {b} - {c}", "{a} * {b} * {c}",
        "({a}) * ({b}) / ({c})", "({a}) @ ({b})", "({a} + {b})", "-({a})", "({a})**2",
        "x**({b})", "({a}).T", "exp({a})", "({a}).sum(i)", "({a}).sum(i).array(i)", "where({a} > 0, {b}, {c})",
        "softmax({a}, axis=1)", "gradient({a}, x[i, j])", "inv({a}) @ ({b} + {c})", "({a}).array(i).reshape(-1, 1)",
    ]  # fmt: skip
    return draw.choice(forms).format(a=a, b=b, c=c)


def statement(draw):
    formula, other = source(draw, 5), source(draw, 3)
    return draw.choice(
        [
            f"y = {formula} + {other} - x",
            f"y = ({formula}).sum(i)",
            f"y = ({formula}).sum(i).array(i)",
            f"yield claim({other}, {formula}, source_line=[3, 4])",
        ]
    )


STATEMENTS = [statement(random.Random(seed)) for seed in range(300)]


@pytest.mark.parametrize("text", STATEMENTS[:60])
def test_what_is_laid_out_says_the_same_in_lines_that_are_not_too_long(text):
    lines = laid_out(text, 4)
    assert all(line.startswith("    ") and len(line) <= WIDTH for line in lines)
    inside = "\n".join(line[4:] for line in lines)
    assert ast.dump(ast.parse(inside)) == ast.dump(ast.parse(text))


def formatted(text, tmp_path):
    """The text as ruff has it."""
    pytest.importorskip("ruff")
    file = tmp_path / "a.py"
    file.write_text(text, encoding="utf-8")
    options = ["--isolated", "--line-length", str(WIDTH), "--config", "format.skip-magic-trailing-comma=true"]
    options += ["--config", "lint.isort.split-on-trailing-comma=false"]
    subprocess.run([sys.executable, "-m", "ruff", "format", *options, str(file)], check=True, capture_output=True)
    return file.read_text(encoding="utf-8")


def test_what_fits_and_what_is_broken_at_brackets_stands_as_formatters_have_it(tmp_path):
    text = "def f():\n" + "\n".join(line for each in STATEMENTS for line in laid_out(each, 4)) + "\n"
    assert formatted(text, tmp_path) == text


def test_a_loop_stands_as_formatters_have_it(tmp_path):
    rows = ", ".join(f"(gradient(L, o{i}), V{i}.T @ (o{i} - y{i}))" for i in range(4))
    loop = f"for left_, step_1 in ({rows}): yield claim(left_, step_1, at='t = 1', source_line=24)"
    text = "def f():\n" + "\n".join(laid_out(loop, 4)) + "\n"
    assert len(text.splitlines()) == 8
    assert formatted(text, tmp_path) == text


@pytest.mark.parametrize("text", ["", "a", "a'b", 'a"b', "\\", "\n", "'''\"\"\"", "\u2028", "é", "\ud800"])
def test_a_text_is_written_as_one_of_python_on_one_line(text):
    written = quoted(text)
    assert ast.literal_eval(written) == text
    assert len(written.splitlines()) == 1
