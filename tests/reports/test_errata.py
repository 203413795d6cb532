"""The page of errata: one mistake, one entry; it certifies nothing that is wrong, and nobody's words mean mark-up."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from markdown_it import MarkdownIt

from gradcheck.cli import main
from gradcheck.documents.files import collect
from gradcheck.judging.verification import verify_all
from gradcheck.limits import Limits
from gradcheck.reports.entries import entries_of
from gradcheck.reports.errata import errata_page

SQUARES = """
    "Notes on squares <b>."

    from gradcheck import abuse_of_notation, cause, claim, derivation, dims, gradient, misprint, real

    LOST = cause("2 is <i>lost</i> | as `x_1`")
    ROW = cause("a row for a column", kind="abuse")

    @derivation(source="notes_1.txt")
    def squares():
        "First part."
        n = dims("n")
        x = real("x", n, 1)
        J = (x * x).sum()
        dJ = LOST(x, 2 * x)
        yield claim(gradient(J, x), x, at="eq. 1", source_line=3)
        yield claim(gradient(J, x), 2 * x, LOST(x, 2 * x), at=["eq. 2", "eq. 2, right"], source_line=[5, 6])
        yield claim(gradient(J, x), ROW(2 * x.T, 2 * x), at="eq. 3", source_line=9)
        yield claim(gradient(J, x), misprint(x, 3 * x, "the factor"), at="eq. 4", source_line=2)
        yield claim(gradient(J, x), dJ, at="eq. 5", source_line=4)
        yield claim(misprint(gradient(J, x)[0], gradient(J, x), "an entry"), 2 * x, at="eq. 6", source_line=12)

    @derivation(source="notes_1.txt")
    def sums():
        "Second part."
        n = dims("n")
        a, b = real("a", n), real("b", n)
        yield claim((a + b) ** 2, LOST(a * a + a * b + b * b, a * a + 2 * a * b + b * b), at="eq. 7", source_line=20)
"""
MARK_UP = "[l](http://x) *a* _b_ `c` $d$ <e> | # ~~f~~ & \\(g\\)"


def report_of(write, text=SQUARES, **limits):
    found = collect([str(write("derivations/squares.py", text))])
    return verify_all(found.derivations, found.problems, limits=Limits(explains_marked=True, **limits))


@pytest.fixture
def page(write):
    return errata_page(report_of(write))


def entry(page, title):
    (found,) = (part for part in page.split("<a id=") if f". {title}:" in part.split("\n")[0])
    return found


# ---- what is on it -------------------------------------------------------------------------------------------------


def test_a_cause_is_one_entry_with_all_its_places_in_the_order_of_the_document(write):
    (entries,) = entries_of(report_of(write)).values()
    assert [(one.number, one.why or one.kind, [seen.step.source_line for seen in one.seen]) for one in entries] == [
        (1, "the factor", [2]),
        (2, "wrong", [3]),
        (3, "2 is <i>lost</i> | as `x_1`", [4, 6, 20]),
        (4, "a row for a column", [9]),
        (5, "an entry", [12]),
    ]


def test_what_is_wrong_without_a_mark_is_not_counted_as_right(page):
    assert (
        "9 statements were judged: 2 are proved, 6 wrong for 4 mistakes, 1 more not as the module says. "
        "Not confirmed: 1."
    ) in page


def test_an_entry_has_print_reason_correction_evidence_and_places(page):
    lines = entry(page, "eq. 5, source line 4").splitlines()
    assert lines[2:] == [
        r"- printed: $`\frac{\partial J}{\partial x} = x`$",
        r"- wrong because: 2 is \<i\>lost\</i\> \| as \`x\_1\`",
        r"- write instead: $`\frac{\partial J}{\partial x} = 2 \cdot x`$",
        lines[5],
        "- seen at: eq. 5, source line 4 (squares.py:19); eq. 2, right, source line 6 (squares.py:16); "
        "eq. 7, source line 20 (squares.py:27)",
        "",
    ]
    assert lines[5].startswith("- shown by: it is 1/2 × the gradient")


def test_a_left_hand_side_is_printed_at_the_left(page):
    lines = entry(page, "eq. 6, source line 12").splitlines()
    assert r"\right)_{1} = 2 \cdot x`$" in lines[2] or r"= 2 \cdot x`$" in lines[2]
    assert lines[4] == r"- write instead: $`\frac{\partial J}{\partial x} = 2 \cdot x`$"


def test_a_correction_that_is_false_is_not_confirmed(page):
    assert "eq. 4, source line 2: misprint, not confirmed" in page


@pytest.mark.searches
def test_what_is_wrong_and_not_marked_is_told_with_the_correction_that_was_found(write):
    told = entry(errata_page(report_of(write, search=10)), "eq. 1, source line 3")
    assert "wrong, not marked" in told
    assert r"- write instead: $`\frac{\partial J}{\partial x} = 2 \cdot x`$" in told
    assert "- wrong because: it is 1/2 × the gradient" in told


def test_what_nothing_was_found_for_is_told_without(page):
    assert "- write instead: no correction was found" in entry(page, "eq. 1, source line 3")


def test_a_long_formula_is_shown_by_the_part_in_which_it_differs(write):
    text = """
        from gradcheck import cause, claim, derivation, dims, gradient, real
        from gradcheck.notation import exp, sigmoid
        LOST = cause("the square is lost")

        @derivation(source="long")
        def long():
            n = dims("n")
            alpha, beta, gamma = real("alpha", n), real("beta", n), real("gamma", n)
            right = beta * exp(gamma - alpha) * sigmoid(beta) ** 2
            yield claim(
                sigmoid(alpha + beta * exp(gamma)) * sigmoid(alpha + gamma) + right,
                sigmoid(alpha + beta * exp(gamma)) * sigmoid(alpha + gamma)
                + beta * exp(gamma - alpha) * LOST(sigmoid(beta), sigmoid(beta) ** 2),
                at="(1)",
            )
    """
    lines = entry(errata_page(report_of(write, text)), "(1)").splitlines()
    assert lines[2] == r"- printed: … $`\sigma\left(\beta\right)`$ …"
    assert lines[4] == r"- write instead: … $`\sigma\left(\beta\right)^{2}`$ …"


def test_many_places_are_counted(write):
    text = """
        from gradcheck import cause, claim, derivation, real
        LOST = cause("lost")

        @derivation(source="many")
        def many():
            x = real("x", 3)
            for i in range(15):
                yield claim(2 * x, LOST(x, 2 * x), at=f"({i})")
    """
    assert "and in 3 more places" in errata_page(report_of(write, text))


def test_an_index_of_place_and_kind_leads_to_every_entry(page):
    links = re.findall(r"^\| \[(\d+)\]\(#(e\d+)\) \| notes\\_1.txt \| (.*?) \| (.*?) \|", page, re.MULTILINE)
    assert [(place, kind) for _, _, place, kind in links][:3] == [
        ("eq. 4, source line 2", "misprint"),
        ("eq. 1, source line 3", "wrong, not marked"),
        ("eq. 5, source line 4", "misprint"),
    ]
    assert [anchor for _, anchor, *_ in links] == re.findall(r'<a id="(e\d+)">', page)


def test_parts_of_the_document_are_headings(page):
    assert re.findall(r"^#+ .*", page, re.MULTILINE) == ["# Errata", "## notes\\_1.txt", "### First part"]


# ---- nobody's words are mark-up ------------------------------------------------------------------------------------


def with_mark_up(write):
    text = f"""
        from gradcheck import claim, derivation, misprint, real

        @derivation(source={MARK_UP!r})
        def squares():
            {MARK_UP!r}
            x = real("x", 3)
            yield claim(2 * x, misprint(x, 2 * x, {MARK_UP!r}), at={MARK_UP!r})
    """
    return report_of(write, text)


def test_words_mean_nothing_to_markdown(write):
    page = errata_page(with_mark_up(write))
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(page)
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {
        "text", "softbreak", "strong_open", "strong_close", "link_open", "link_close", "code_inline", "html_inline",
        "text_special",
    }  # fmt: skip
    assert {child.content for child in inline if child.type == "html_inline"} == {'<a id="e1">', "</a>"}
    assert all(child.content.startswith(("gradcheck errata", "")) for child in inline if child.type == "code_inline")
    said = "".join(child.content for token in tokens if token.type == "inline" for child in token.children or ())
    assert said.count(MARK_UP) >= 5


def test_words_mean_nothing_to_html(write):
    class Words(HTMLParser):
        tags, said = set(), ""

        def handle_starttag(self, tag, attributes):
            self.tags.add(tag)

        def handle_data(self, words):
            self.said += words

    reader = Words()
    reader.feed(errata_page(with_mark_up(write), "html"))
    assert "e" not in reader.tags
    assert reader.said.count(MARK_UP) >= 5


def test_words_mean_nothing_to_latex(write):
    page = errata_page(with_mark_up(write), "tex")
    assert page.startswith(r"\documentclass{article}")
    assert page.rstrip().endswith(r"\end{document}")
    body = page[page.index(r"\maketitle") :]
    assert not re.search(r"(?<!\\)[#~%]", body)
    assert r"\textasciitilde{}\textasciitilde{}f" in body
    assert len(re.findall(r"(?<!\\)\$", body)) % 2 == 0


@pytest.mark.parametrize(("sign", "put"), [("∂ℒ", r"$\partial$$\mathcal{L}$"), ("x²", "x$^2$"), ("ŷ", "ŷ")])
def test_signs_of_mathematics_are_formulas_in_latex(sign, put):
    from gradcheck.reports.tex import escaped

    assert escaped(sign) == put


# ---- the command ---------------------------------------------------------------------------------------------------


def test_the_command_writes_the_page_and_says_what_is_wrong(write, capsys):
    file = write("derivations/squares.py", SQUARES)
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


@pytest.mark.parametrize(
    ("asked", "beginning"),
    [
        (["--output", "page.html"], "<!DOCTYPE html>"),
        (["--output", "page.tex"], r"\documentclass"),
        (["--output", "page.txt"], "# Errata"),
        (["--output", "page.md", "--format", "html"], "<!DOCTYPE html>"),
    ],
)
def test_the_page_is_of_the_kind_that_its_file_says_or_that_is_asked_for(squares, asked, beginning):
    assert main(["errata", *asked]) == 0
    assert (squares.parent.parent / asked[1]).read_text(encoding="utf-8").startswith(beginning)


def test_a_page_that_is_what_would_be_written_is_checked_in_silence(squares, capsys):
    assert main(["errata", "--output", "page.md"]) == 0
    capsys.readouterr()
    assert main(["errata", "--output", "page.md", "--check"]) == 0
    assert capsys.readouterr() == ("", "")


def test_a_stale_page_is_told_by_its_first_line_and_stays_as_it_is(squares, capsys):
    assert main(["errata", "--output", "page.md"]) == 0
    page = squares.parent.parent / "page.md"
    stale = page.read_text(encoding="utf-8").replace("# Errata", "# Mistakes")
    page.write_text(stale, encoding="utf-8")
    assert main(["errata", "--output", "page.md", "--check"]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert "page.md is stale, line 1:\n- # Mistakes\n+ # Errata\n" in told.err
    assert "gradcheck errata --output page.md" in told.err
    assert page.read_text(encoding="utf-8") == stale


@pytest.mark.parametrize("output", [["--output", "missing.md"], []])
def test_a_page_that_is_not_there_cannot_be_checked(squares, capsys, output):
    assert main(["errata", *output, "--check"]) == 2
    assert "cannot read the page" in capsys.readouterr().err


@pytest.mark.parametrize("output", ["missing/page.md", "derivations/squares.py"])
def test_a_page_that_cannot_be_written_is_refused_before_anything_is_verified(squares, capsys, output):
    assert main(["errata", "--output", output]) == 2
    assert f"cannot write the page to {output!r}" in capsys.readouterr().err


def test_the_help_of_errata_is_about_errata(capsys):
    assert main(["errata", "--help"]) == 0
    told = capsys.readouterr().out
    assert "--output FILE" in told
    assert "--json" not in told
