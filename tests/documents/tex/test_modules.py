from __future__ import annotations

import ast
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from gradcheck import verify
from gradcheck.documents.tex.modules import IMPORTED, KNOWN, WIDTH, module, name_of
from gradcheck.documents.tex.pages import page, page_of
from gradcheck.documents.tex.reading import notes_of
from gradcheck.verdicts import Verdict

PAGES = sorted(
    file for file in (Path(__file__).parents[2] / "pages" / "development").iterdir() if file.suffix != ".toml"
)
VERDICTS = (Verdict.DEFINITION, Verdict.NOT_READ)
"""What a page says itself of its own steps, which stand as they are printed."""
FORMULAS = r"$x \in \mathbb{R}^n$. $$f = x^\top x$$ $$\nabla_x f = 2 x$$"


def module_of(text, name="notes.md"):
    return module(notes_of(page(text, name)))


def test_a_module_is_what_a_person_would_have_written():
    text, places = module_of(FORMULAS + "\n\n" + r"$$x^\top x = \operatorname{magic}(x)$$")
    assert text == (
        '"""Read from notes.md."""\n\n'
        "from gradcheck import claim, derivation, dims, gradient, real\n\n\n"
        '@derivation(source="notes.md", broadcast=False)\n'
        "def notes():\n"
        '    n = dims("n")\n'
        '    x = real("x", n, 1)\n'
        "    f = x.T @ x\n"
        "    yield claim(gradient(f, x), 2 * x, source_line=1)\n"
        "    # line 3 is not read: x^\\top x = \\operatorname{magic}(x)\n"
        "    #   magic is not declared\n"
    )
    assert {text.splitlines()[line - 1].strip()[:5] for line in places} == {"yield"}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """The modules of all pages for development."""
    folder = tmp_path_factory.mktemp("modules")
    for file in PAGES:
        (folder / f"{file.stem}.py").write_text(module(notes_of(page_of(file)))[0], encoding="utf-8")
    return folder


def test_modules_are_laid_out_as_formatters_have_them(written):
    pytest.importorskip("ruff")
    options = ["--isolated", "--line-length", str(WIDTH), "--config", "format.skip-magic-trailing-comma=true"]
    options += ["--config", "lint.isort.split-on-trailing-comma=false"]
    ruff = [sys.executable, "-m", "ruff"]
    formatted = subprocess.run([*ruff, "format", "--diff", *options, str(written)], capture_output=True, text=True)
    assert (formatted.returncode, formatted.stdout) == (0, "")
    rules = ["--select", "E,F,W,I,UP", "--ignore", "F841,E741"]  # a page names more than its claims need, and l and I
    checked = subprocess.run([*ruff, "check", *options[:3], *rules, str(written)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_verifying_the_module_gives_the_same_verdicts(file, written):
    report = verify([file, written / f"{file.stem}.py"], examples=2, corrections=False)
    of_page, of_module = report.derivations
    judged = [step for step in of_page.steps if not (step.printed == step.tex and step.judgement.verdict in VERDICTS)]
    assert judged
    assert Counter((step.source_line, step.printed, step.judgement.verdict) for step in judged) == Counter(
        (step.source_line, step.printed, step.judgement.verdict) for step in of_module.steps
    )
    assert len(of_page.problems) == len(of_module.problems)


@pytest.mark.parametrize(
    "name", [name for names in IMPORTED.values() for name in names] + ["class", "1", "ﬁ", "-", "…"]
)
def test_no_page_takes_the_name_of_what_its_module_needs(name):
    text, _ = module_of(FORMULAS, f"{name}.md")
    variables: dict[str, object] = {}
    exec(compile(text, "module", "exec"), variables)
    found = variables[name_of(notes_of(page(FORMULAS, f"{name}.md")))]
    assert found.name not in KNOWN
    assert len(list(found.claims())) == 1


@pytest.mark.parametrize(
    "name",
    [
        '"""\nimport os\n"""',
        "\\",
        '"',
        "a\n# coding: utf-7",
        "\u2028x",
        "\r1 = 2",
        "a" * 250,
        "');raise ValueError('",
        "\ud800",
    ],
)
def test_a_name_of_a_page_stays_a_text(name):
    text, _ = module_of(FORMULAS, f"{name}.md")
    assert all(len(line) <= WIDTH for line in text.splitlines())
    body = ast.parse(text).body
    assert [type(node).__name__ for node in body] == ["Expr", "ImportFrom", "FunctionDef"]
    assert isinstance(body[0].value.value, str)


@pytest.mark.parametrize("sign", ["\x0c", "\x0b", "\x85", "\u2028", "\r", "\x00", "\ud800", '"""', "\\N{bad}", "\\"])
def test_what_is_not_read_stays_in_its_comment(sign):
    formula = f"$x = \\operatorname{{magic}}({sign}\nimport os{sign})$ "
    text, _ = module_of(FORMULAS + formula.replace("\n", " ") + f"$$x = {sign}\nimport os{sign}$$")
    body = ast.parse(text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")).body
    assert [type(node).__name__ for node in body] == ["Expr", "ImportFrom", "FunctionDef"]
    assert all(not line or line.isprintable() for line in text.split("\n"))
