"""`gradcheck verify --markdown` and `--html`: which files are written, and which are never overwritten."""

from __future__ import annotations

import io
import re

import pytest

from gradcheck.cli import main

NOTES = "# Squares\n\nLet $x \\in \\mathbb{R}^{n}$ and $f = x^\\top x$.\n\n$$\\nabla_x f = 3 x$$\n"
RIGHT = NOTES.replace("3 x", "2 x")


@pytest.fixture
def notes(here):
    """A page with a mistake, and one without."""
    (here / "notes.md").write_text(NOTES)
    (here / "more.md").write_text(RIGHT)
    return here


def test_a_page_is_written_in_both_forms(notes):
    assert main(["verify", "--markdown", "out.md", "--html", "out.html", "notes.md"]) == 1
    markdown, html = ((notes / name).read_text(encoding="utf-8") for name in ("out.md", "out.html"))
    assert markdown.startswith("> **gradcheck: 1 of 1 step is wrong**")
    assert "\\overset{\\textcolor{red}{\\text{✗}}}{=} 3 x" in markdown
    assert "> **Write instead**, proved" in markdown
    assert '<mover class="wrong">' in html
    assert "<b>Write instead</b>, proved" in html


def test_a_page_on_standard_output_stands_there_alone(notes, capsys):
    assert main(["verify", "--html", "-", "more.md"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("<!DOCTYPE html>")
    assert out.endswith("</html>\n")


def test_several_pages_are_written_to_a_folder_with_an_index(notes):
    (notes / "notes.tex").write_text(RIGHT)
    assert main(["verify", "--markdown", "out", "--html", "web", "notes.md", "more.md", "notes.tex"]) == 1
    assert sorted(file.name for file in (notes / "out").iterdir()) == ["index.md", "more.md", "notes.md"]
    assert sorted(file.name for file in (notes / "web").iterdir()) == [
        "index.html",
        "more.html",
        "notes.html",
        "notes.tex.html",
    ]
    index = (notes / "out" / "index.md").read_text(encoding="utf-8")
    assert "> **gradcheck: mistakes in 1 of 3 pages**" in index
    assert "| ✗ | [notes.md](<notes.md>) | 1 of 1 step is wrong | ✗ 1, def 1 |" in index
    assert "| ✓ | notes.tex | all of 1 step proved; notes.tex is LaTeX, which is not written in Markdown" in index
    links = re.findall(r'href="(.*?)"', (notes / "web" / "index.html").read_text(encoding="utf-8"))
    assert links == ["notes.html", "more.html", "notes.tex.html"]


def test_what_cannot_be_read_has_a_line_in_the_index(notes):
    (notes / "bad.ipynb").write_text("{}")
    assert main(["verify", "--html", "web", "more.md", "bad.ipynb"]) == 2
    index = (notes / "web" / "index.html").read_text(encoding="utf-8")
    assert "<td>bad.ipynb</td><td>it cannot be read: it is no notebook: KeyError: &#x27;cells&#x27;</td>" in index


@pytest.mark.parametrize("option", ["--markdown", "--html"])
def test_files_of_others_are_never_overwritten(notes, capsys, option):
    assert main(["verify", option, "notes.md", "more.md"]) == 2
    assert "notes.md is there, and was not written by gradcheck: name another file" in capsys.readouterr().err
    (notes / "out").mkdir()
    (notes / "out" / "index.md").write_text("mine")
    (notes / "out" / "index.html").write_text("mine")
    assert main(["verify", option, "out", "notes.md", "more.md"]) == 2
    assert [file.read_text() for file in sorted((notes / "out").iterdir())] == ["mine", "mine"]
    assert (notes / "notes.md").read_text() == NOTES


def test_a_page_that_was_written_before_is_replaced(notes):
    assert main(["verify", "--markdown", "out.md", "notes.md"]) == 1
    assert main(["verify", "--markdown", "out.md", "more.md"]) == 0
    assert (notes / "out.md").read_text(encoding="utf-8").startswith("> **gradcheck: all of 1 step proved**")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--html", "out.html", "squares.py"], "--html writes pages of notes: there is no page of notes"),
        (["--html", "-", "notes.md", "more.md"], "cannot write pages to '-': there are several, which need a folder"),
        (["--html", "-", "--markdown", "-", "notes.md"], "only one of --json, --markdown and --html can be written"),
        (["--html", "no/where.html", "notes.md"], "cannot write the page to 'no/where.html': No such file"),
        (["--markdown", "out.md", "notes.tex"], "cannot write the page to 'out.md': notes.tex is LaTeX"),
    ],
)
def test_what_cannot_be_written_is_refused(notes, capsys, words, said):
    (notes / "notes.tex").write_text(RIGHT)
    (notes / "squares.py").write_text(
        "from gradcheck import *\n@derivation(source='x')\ndef f():\n    x = real('x')\n    yield claim(x + x, 2 * x)\n"
    )
    assert main(["verify", *words]) == 2
    assert said in capsys.readouterr().err


def test_a_formula_on_standard_input_comes_back_with_its_marks(here, monkeypatch, capsys):
    text = "x \\in \\mathbb{R}^{n}\n\nf = x^\\top x\n\n\\nabla_x f = 3 x\n"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert main(["verify", "--markdown", "-", "-"]) == 1
    assert "```math\n\\nabla_x f \\overset{\\textcolor{red}{\\text{✗}}}{=} 3 x\n```\n" in capsys.readouterr().out


def test_a_folder_of_pages_becomes_a_folder_of_annotated_pages(notes, capsys):
    (notes / "course" / "week 1").mkdir(parents=True)
    (notes / "notes.md").rename(notes / "course" / "week 1" / "a.md")
    (notes / "more.md").rename(notes / "course" / "b.md")
    assert main(["verify", "--html", "web", "course"]) == 1
    index = (notes / "web" / "index.html").read_text(encoding="utf-8")
    assert re.findall(r'href="(.*?)"', index) == ["b.html", "week%201/a.html"]
    assert (notes / "web" / "week 1" / "a.html").is_file()
    assert main(["verify", "--html", "course/web", "course"]) == 2
    assert "it is in the folder that is verified" in capsys.readouterr().err
