"""The page of errata: what is on it, and that it certifies nothing that is wrong."""

from __future__ import annotations

import pytest

from gradcheck.cli import main
from gradcheck.documents.files import collect
from gradcheck.judging.verification import verify_all
from gradcheck.limits import Limits
from gradcheck.reports.errata import errata_page

FALSE = """
    "Notes on squares <b>."

    from gradcheck import abuse_of_notation, claim, derivation, dims, gradient, misprint, real

    @derivation(source="notes.txt")
    def squares():
        n = dims("n")
        x = real("x", n, 1)
        J = (x * x).sum()
        yield claim(gradient(J, x), x, at="eq. 1")
        yield claim(gradient(J, x), 2 * x, misprint(x, 2 * x, "2 is <i>lost</i>"), at="eq. 2")
        yield claim(gradient(J, x), abuse_of_notation(2 * x.T, 2 * x, "a row for a column"), at="eq. 3")
        yield claim(gradient(J, x), misprint(x, 3 * x, "2 is lost"), at="eq. 4")
"""


@pytest.fixture
def page(write):
    found = collect([str(write("derivations/squares.py", FALSE))])
    return errata_page(verify_all(found.derivations, limits=Limits(explains_marked=True)))


def test_what_is_wrong_without_a_mark_is_not_counted_as_right(page):
    assert (
        "5 statements were judged: 1 are proved, 2 misprints, 1 abuse of notation. "
        "**1 more are not as the module says: see `gradcheck verify`.**" in page
    )


def test_a_mistake_is_shown_with_its_place_correction_and_evidence(page):
    lines = page.splitlines()
    start = next(i for i, line in enumerate(lines) if "eq. 2" in line)
    assert lines[start] == "1. **eq. 2, step 2.** Misprint: 2 is &lt;i&gt;lost&lt;/i&gt;."
    assert lines[start + 1] == r"   - printed: $`\frac{\partial J}{\partial x} = x`$"
    assert lines[start + 2] == r"   - right: $`\frac{\partial J}{\partial x} = 2 \cdot x`$"
    assert lines[start + 3].startswith(
        "   - evidence: it is 1/2 × the gradient; the line before is right; worst at [0, 0]: -0.65 instead of -1.3"
    )


def test_an_abuse_is_shown_with_what_is_meant_and_the_sizes_that_do_not_fit(page):
    assert r"   - meant: $`\frac{\partial J}{\partial x} = 2 \cdot x`$" in page
    assert "evidence: the shape is (1, n) where (n, 1) is needed: it is the transpose's" in page


def test_a_correction_that_is_false_is_not_confirmed(page):
    assert "**eq. 4, step 1.** Misprint: 2 is lost. **not confirmed**" in page


def test_the_command_writes_the_page_and_says_what_is_wrong(write, capsys):
    file = write("derivations/squares.py", FALSE)
    assert main(["errata", "--output", "page.md", str(file)]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "not everything is as the modules say" in told.err
    assert (file.parent.parent / "page.md").read_text(encoding="utf-8").startswith("# Errata")


def test_the_command_prints_the_page_and_nothing_else(squares, capsys):
    assert main(["errata"]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("# Errata\n")
    assert told.err == ""


@pytest.mark.parametrize("output", ["missing/page.md", "derivations/squares.py"])
def test_a_page_that_cannot_be_written_is_refused_before_anything_is_verified(squares, capsys, output):
    assert main(["errata", "--output", output]) == 2
    assert f"cannot write the page to {output!r}" in capsys.readouterr().err


def test_the_help_of_errata_is_about_errata(capsys):
    assert main(["errata", "--help"]) == 0
    told = capsys.readouterr().out
    assert "--output FILE" in told
    assert "--json" not in told
