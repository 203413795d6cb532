"""Pages of notes on the command line: what is printed, exit codes, folders, standard input."""

from __future__ import annotations

import io
import json

import pytest

from gradcheck import verify
from gradcheck.cli import main
from gradcheck.reports.text import report_text
from gradcheck.verdicts import ClaimReport, DerivationReport, Judgement, PageReport, StepReport, Verdict, Verification

DECLARED = r"Let $x \in \mathbb{R}^n$ and $A \in \mathbb{R}^{n \times n}$." + "\n\n"
RIGHT = r"$$\nabla_x (x^\top A x) = (A + A^\top) x$$" + "\n"
WRONG = r"$$\nabla_x (x^\top A x) = 2 A x$$" + "\n"
UNREAD = r"$$x^\top x = \operatorname{magic}(x)$$" + "\n"
DEFINED = r"$$f = x^\top x$$" + "\n"
QUICK = ["--no-corrections", "--examples", "2"]


@pytest.fixture
def notes(here):
    def notes(*parts, name="notes.md"):
        file = here / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(parts), encoding="utf-8")
        return name

    return notes


@pytest.fixture
def given(monkeypatch):
    def given(text):
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))

    return given


# ---- exit codes --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([DECLARED, RIGHT], 0),
        ([DECLARED, DEFINED, RIGHT], 0),
        ([DECLARED, RIGHT, WRONG], 1),
        ([DECLARED, RIGHT, UNREAD], 1),
        ([DECLARED, UNREAD], 2),
        ([DECLARED, DEFINED], 2),
        ([DECLARED], 2),
        (["Nothing.\n"], 2),
        ([""], 2),
    ],
)
def test_0_is_for_pages_of_which_something_was_judged_and_nothing_is_wrong_or_not_read(notes, capsys, parts, code):
    assert main([notes(*parts), *QUICK]) == code


@pytest.mark.parametrize(
    ("parts", "code"), [([RIGHT, UNREAD], 0), ([WRONG, UNREAD], 1), ([UNREAD], 2), ([DEFINED, UNREAD], 2)]
)
def test_what_is_not_read_may_be_allowed_and_nothing_else(notes, capsys, parts, code):
    assert main([notes(DECLARED, *parts), "--allow-unread", *QUICK]) == code


def test_one_page_with_nothing_to_judge_spoils_the_others_exit_code(notes, capsys):
    assert main([notes(DECLARED, RIGHT), notes("Nothing.", name="none.md"), *QUICK]) == 2
    assert "none.md: nothing of it could be judged: no formula of it claims anything" in capsys.readouterr().out


def test_what_only_agrees_is_not_enough_where_a_proof_is_required():
    step = StepReport(0, "step", "x", Judgement(Verdict.AGREES), source_line=3)
    page = DerivationReport("notes", "", "notes.md", (ClaimReport("f", "", 3, (step,)),), page=PageReport(1, 1))
    usual, strict = (Verification((page,)).asking(proof=proof, reading=True) for proof in (False, True))
    assert (usual.exit_code, strict.exit_code) == (0, 1)
    assert "it agrees at every point looked at, but a proof is required" in report_text(strict)
    assert report_text(strict).endswith("NOT OK: 1 step not proved")


# ---- what is printed ---------------------------------------------------------------------------------------------


def test_the_first_line_says_how_much_was_read_and_each_step_has_its_line(notes, capsys):
    assert main([notes(DECLARED, DEFINED, RIGHT, WRONG, UNREAD), *QUICK]) == 1
    out = capsys.readouterr().out.splitlines()
    assert out[:6] == [
        "notes.md: read 3 of 4 steps",
        '  declared: x = real("x", n, 1)',
        '  declared: A = real("A", n, n)',
        "  3 ≡ f = x.T @ x",
        "  4 ✓ ∂(xᵀ A x)/∂x = (A + Aᵀ) x",
        "  5 ✗ ∂(xᵀ A x)/∂x = (2 · A) x",
    ]
    assert "  6 ○ x^\\top x = \\operatorname{magic}(x)" in out
    assert "        not read: magic is not declared" in out
    assert "✗ wrong as printed" in out
    assert out[-1].endswith("NOT OK: 1 step wrong, 1 step not read")


def test_what_repeats_it_is_the_page_as_a_whole(notes, capsys):
    main([notes(DECLARED, WRONG), *QUICK])
    assert "repeat: gradcheck verify notes.md\n" in capsys.readouterr().out


def test_what_is_not_declared_is_printed_as_the_line_to_paste(notes, capsys):
    page = notes(DECLARED, r"$$f = \lambda x^\top x$$ $$\nabla_x f = 2 \lambda x$$")
    assert main([page, *QUICK]) == 0
    out = capsys.readouterr().out.splitlines()
    assert r"  note: not declared, and taken for granted: \lambda is a real number" in out
    assert r"    <!-- gradcheck: $\lambda \in \mathbb{R}$ -->" in out


def test_the_report_for_programs_has_places_readings_and_reasons(notes, here):
    assert main([notes(DECLARED, DEFINED, WRONG, UNREAD), "--json", "report.json", *QUICK]) == 1
    report = json.loads((here / "report.json").read_text(encoding="utf-8"))
    (page,) = report["derivations"]
    assert page["page"] | {"declared": []} == {"steps": 3, "read": 2, "declared": [], "remarks": [], "headers": []}
    steps = [step for claim in page["claims"] for step in claim["steps"]]
    assert [step["verdict"] for step in steps] == ["definition", "refuted", "not read"]
    assert [step["source_line"] for step in steps] == [3, 4, 5]
    assert [step.get("read_as") for step in steps] == ["x.T @ x", "2 * A @ x", None]
    assert steps[2]["unread"] == "magic is not declared"
    text = (here / "notes.md").read_text(encoding="utf-8")
    assert [text[slice(*step["span"])] for step in steps] == ["x^\\top x", "2 A x", "\\operatorname{magic}(x)"]
    assert report["summary"]["not read"] == 1


# ---- names, folders, standard input ------------------------------------------------------------------------------


def test_a_page_has_no_derivations_to_name(notes, capsys):
    assert main([f"{notes(DECLARED, RIGHT)}::gradients"]) == 2
    err = capsys.readouterr().err
    assert err == "gradcheck: notes.md is a page of notes, and verified as a whole: leave out ::gradients\n"


def test_a_page_that_is_not_there_is_guessed(notes, capsys):
    notes(DECLARED, RIGHT)
    assert main(["note.md"]) == 2
    assert "there is no file or folder 'note.md'; is it 'notes.md'?" in capsys.readouterr().err


def test_a_report_does_not_take_the_place_of_a_page(notes, here, capsys):
    page = notes(DECLARED, RIGHT)
    before = (here / page).read_text(encoding="utf-8")
    assert main(["--json", page]) == 2
    assert (here / page).read_text(encoding="utf-8") == before
    assert "FILE comes before PATH" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["--fix", "--diff"])
def test_nothing_is_marked_in_a_page(notes, here, capsys, option):
    page = notes(DECLARED, WRONG)
    assert main([page, option]) == 2
    assert (here / page).read_text(encoding="utf-8") == DECLARED + WRONG
    assert "notes.md is a page of notes: gradcheck read writes the module of a page" in capsys.readouterr().err


def test_a_folder_of_pages_is_judged_with_a_table(notes, capsys):
    notes(DECLARED, RIGHT, name="folder/a.md")
    notes(r"$x \in \mathbb{R}^n$ \[ \nabla_x (x^\top x) = x \]", name="folder/b.tex")
    cells = [{"cell_type": "markdown", "source": [DECLARED, RIGHT, UNREAD]}, {"cell_type": "code", "source": ["1 = 2"]}]
    notes(json.dumps({"cells": cells}), name="folder/sub/c.ipynb")
    notes("No formula, but $HOME.", name="folder/README.md")
    notes(DECLARED, WRONG, name="folder/_draft.md")
    assert main(["folder", *QUICK]) == 1
    out = capsys.readouterr().out.splitlines()
    table = out[next(i for i, line in enumerate(out) if line.startswith("page ")) :]
    assert [line.split() for line in table[:4]] == [
        ["page", "read", "proved", "wrong", "undecided", "not", "read"],
        ["folder/a.md", "1", "of", "1", "1"],
        ["folder/b.tex", "1", "of", "1", "1"],
        ["folder/sub/c.ipynb", "1", "of", "2", "1", "1"],
    ]


def test_pages_beside_derivations_are_left_alone_in_a_folder(squares, notes, capsys):
    notes(DECLARED, WRONG, name="derivations/ERRATA.md")
    assert main(["derivations", *QUICK]) == 0
    assert "ERRATA" not in capsys.readouterr().out


def test_a_page_that_cannot_be_read_is_told_and_the_others_are_judged(notes, here, capsys):
    notes(DECLARED, RIGHT, name="folder/a.md")
    (here / "folder/b.md").write_bytes(b"\xff$x = 1$")
    (here / "folder/c.ipynb").write_text("no notebook", encoding="utf-8")
    assert main(["folder", *QUICK]) == 2
    out = capsys.readouterr().out
    assert "folder/b.md: it cannot be read: 'utf-8' codec can't decode byte 0xff" in out
    assert "folder/c.ipynb: it cannot be read: it is no notebook" in out
    assert "✓ ∂(xᵀ A x)/∂x" in out


def test_an_empty_folder_says_what_was_looked_for(here, capsys):
    (here / "folder").mkdir()
    assert main(["folder"]) == 2
    assert "for formulas with an equality in *.md, *.markdown, *.tex, *.txt, *.ipynb" in capsys.readouterr().err


def test_a_page_on_standard_input(given, here, capsys):
    given(DECLARED + RIGHT + WRONG)
    assert main(["verify", "-", *QUICK]) == 1
    out = capsys.readouterr().out
    assert out.startswith("-: read 2 of 2 steps\n")
    assert "repeat" not in out


def test_a_formula_alone_on_standard_input(given, here, capsys):
    given(r"<!-- gradcheck: $x \in \mathbb{R}^n$ -->" + "\n" + r"\nabla_x (x^\top x) = 2 x")
    assert main(["-", *QUICK]) == 0
    given(r"\nabla_x (x^\top x) = 2 x")
    assert main(["-", *QUICK]) == 2
    assert r"<!-- gradcheck: $x \in \mathbb{R}^{… \times …}$ -->" in capsys.readouterr().out


@pytest.mark.parametrize("text", [b"\xff\xfe", b""])
def test_standard_input_that_is_no_text_is_2(monkeypatch, here, capsys, text):
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text)))
    assert main(["-"]) == 2


def test_what_is_remembered_of_a_page_belongs_to_its_formulas_and_not_to_their_places(notes, monkeypatch, here, capsys):
    notes(DECLARED, WRONG, RIGHT)
    assert main(["notes.md", *QUICK]) == 1
    before = capsys.readouterr().out
    notes(DECLARED, DEFINED, UNREAD, WRONG, RIGHT)
    assert main(["notes.md", *QUICK]) == 1
    marks = [line.split()[1] for line in capsys.readouterr().out.splitlines() if line[2:3].isdigit()]
    assert marks == ["≡", "○", "✗", "✓"]
    assert before.index("✗") < before.index("✓")


def test_in_python_a_page_is_verified_by_its_path(notes):
    report = verify(notes(DECLARED, RIGHT, UNREAD), examples=2)
    assert not report
    assert [step.judgement.verdict.value for step in report.steps] == ["proved", "not read"]
    assert str(report).startswith("notes.md: read 1 of 2 steps")


# ---- read --------------------------------------------------------------------------------------------------------


def test_read_prints_the_module_and_says_the_rest_on_standard_error(notes, capsys):
    assert main(["read", notes(DECLARED, r"$$f = \lambda x^\top x$$ $$\nabla_x f = 2 \lambda x$$")]) == 0
    out, err = capsys.readouterr()
    assert out.startswith('"""Read from notes.md."""\n\nfrom gradcheck import claim, derivation, ')
    assert "    yield claim(gradient(f, x), 2 * lambda_ * x, source_line=3)\n" in out
    assert err.splitlines() == [
        "read 2 of 2 steps",
        r"not declared, and taken for granted: \lambda is a real number",
        r"<!-- gradcheck: $\lambda \in \mathbb{R}$ -->",
    ]


def test_what_read_writes_can_be_verified(notes, here, capsys):
    assert main(["read", notes(DECLARED, RIGHT, WRONG), "--output", "derivations.py"]) == 0
    assert "verify it: gradcheck verify derivations.py" in capsys.readouterr().err
    assert main(["derivations.py", *QUICK]) == 1
    assert "1 proved, 1 refuted" in capsys.readouterr().out


def test_read_takes_standard_input(given, here, capsys):
    given(DECLARED + RIGHT)
    assert main(["read", "-"]) == 0
    assert "def standard_input():" in capsys.readouterr().out


def test_a_page_of_which_nothing_could_be_judged_is_2_for_read_as_well(notes, capsys):
    assert main(["read", notes("Nothing.")]) == 2
    assert "nothing of it could be judged: no formula of it claims anything" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["derivations/squares.py"], "derivations/squares.py is no page of notes"),
        (["derivations"], "derivations is no page of notes"),
        (["nowhere.md"], "there is no file or folder 'nowhere.md'"),
        (["notes.md::f"], "notes.md::f is no page of notes"),
        (["notes.md", "--output", "other.md"], "--output other.md: a module ends in .py"),
        (["notes.md", "--output", "nowhere/a.py"], "cannot write the module to 'nowhere/a.py': No such file"),
        (["bad.md"], "'utf-8' codec can't decode"),
    ],
)
def test_what_read_cannot_read_or_write_is_2_with_a_message(notes, squares, here, capsys, words, message):
    before = notes(DECLARED, RIGHT)
    (here / "bad.md").write_bytes(b"\xff")
    assert main(["read", *words]) == 2
    out, err = capsys.readouterr()
    assert (out, message in err) == ("", True)
    assert (here / before).read_text(encoding="utf-8") == DECLARED + RIGHT
