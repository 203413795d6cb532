"""Pages in Markdown: marks at their relations, nothing that GitHub refuses, and what is wrong below its formula."""

from __future__ import annotations

import re

import pytest
from annotated_pages import NOTES, annotated, annotated_file

from gradcheck.reports.annotated.github import REFUSED
from gradcheck.reports.annotated.markdown import markdown_page
from gradcheck.verdicts import Verdict

WRONG, OPEN = Verdict.REFUTED, Verdict.UNDECIDED
SQUARE = "# Squares\n\nLet $x \\in \\mathbb{R}^{n}$ and $f = x^\\top x$. Then\n\n"
MARKDOWN = [file for file in NOTES if file.suffix != ".tex"]
MARK = re.compile(r"\\overset\{\\textcolor\{\w+\}\{(?:\\text\{(?:✗|def)\}|[^{}]+)\}\}\{(=|:=|\\equiv)\}")
FORBIDDEN = (
    "operatorname", "DeclareMathOperator", "newcommand", "renewcommand", "def", "let", "mbox", "hbox", "phantom",
    "colorbox", "definecolor", "require", "href", "class", "style", "bbox", "tag", "label", "ref", "eqref",
    "textcircled", "includegraphics",
)  # fmt: skip


def formulas(text):
    """The formulas that GitHub finds: (kind, LaTeX, the character in front)."""
    for found in re.finditer(r"^([ >]*)```math\n(.*?)\n\1```$|\$`([^`]*)`\$", text, re.DOTALL | re.MULTILINE):
        if found[3] is None:
            yield "block", re.sub(rf"^{found[1]}", "", found[2], flags=re.MULTILINE), "\n"
        else:
            yield "inline", found[3], text[found.start() - 1 : found.start()]


def faults(text):
    """What GitHub would not show as a formula."""
    for kind, tex, before in formulas(text):
        yield from (f"\\{word} in {tex}" for word in re.findall(r"\\([A-Za-z]+)", tex) if word in FORBIDDEN)
        if kind == "inline" and ("\n" in tex or re.match(r"[\w\-`]", before)):
            yield f"not seen as a formula: {before}{tex}"
        if re.search(r"[`$]|(?<!\\)%|\n\s*\n", tex):
            yield f"spoils the formula: {tex}"
    rest = re.sub(r"^[ >]*```math.*?```$|```.*?```|\$`[^`]*`\$|`[^`]*`", "", text, flags=re.DOTALL | re.MULTILINE)
    yield from (f"bare: {found}" for found in re.findall(r"(?<!\\)\$[^$\n]+\$|\\begin\{.*", rest))


def marked(text, *verdicts, name="notes.md"):
    return markdown_page(annotated(text, *verdicts, name=name))


def bare(tex):
    """LaTeX without what differs between pages and GitHub."""
    tex = re.sub(r"\\tag\{(.*?)\}", r"\\qquad\\text{(\1)}", tex)
    return re.sub(r"\s+|\\(?:begin|end)\{aligned\}|\\operatorname\*?|\\mathop|\\mathrm|[{}]", "", tex)


@pytest.mark.parametrize("file", MARKDOWN, ids=lambda file: file.name)
def test_every_mark_stands_at_its_relation(file):
    page = annotated_file(file, *[WRONG, Verdict.PROVED, OPEN] * 20)
    shown = [tex for _, tex, _ in formulas(re.sub(r"^>.*\n", "", markdown_page(page), flags=re.MULTILINE))]
    expected = page.page.formulas
    assert len(shown) == len(expected)
    for tex, formula in zip(shown, expected, strict=True):
        relations = [one.step.relation[0] - formula.start for one in page.steps_in(formula)]
        pieces = MARK.split(tex)
        at = ["".join(pieces[:i]) for i in range(1, len(pieces), 2)]
        assert [bare(before) for before in at] == [bare(formula.tex[:place]) for place in relations]
        assert bare("".join(pieces)) == bare(formula.tex)


@pytest.mark.parametrize("file", MARKDOWN, ids=lambda file: file.name)
def test_github_shows_all_formulas_of_a_page(file):
    text = markdown_page(annotated_file(file, *[WRONG] * 50))
    assert not list(faults(text))


@pytest.mark.parametrize("file", MARKDOWN, ids=lambda file: file.name)
def test_another_reader_of_latex_reads_all_formulas_of_a_page(file):
    math_core = pytest.importorskip("math_core")
    reader = math_core.LatexToMathML()
    for kind, tex, _ in formulas(markdown_page(annotated_file(file, *[WRONG] * 50))):
        reader.convert_with_local_state(tex, displaystyle=kind == "block")


def test_below_a_formula_stands_what_is_wrong_and_what_to_write():
    text = marked(f"{SQUARE}$$\\nabla_x f = 3 x$$\n\nThe end.\n", WRONG)
    assert text.partition("Then\n\n")[2] == (
        "```math\n\\nabla_x f \\overset{\\textcolor{red}{\\text{✗}}}{=} 3 x\n```\n\n"
        '> <a id="gradcheck-2"></a>**✗ line 5, refuted:** 2 is \\<too\\> \\*much\\*\n>\n'
        "> **Write instead**, proved (the factor 2):\n> ```math\n> 2 x\n> ```\n\nThe end.\n"
    )


def test_a_summary_stands_behind_the_front_matter_and_links_to_what_is_wrong():
    text = marked(f"---\ntitle: x\n---\n{SQUARE}$$\\nabla_x f = 3 x = 2 x$$\n", WRONG)
    assert text.startswith(
        "---\ntitle: x\n---\n> **gradcheck: 1 of 2 steps is wrong** (read 3 of 3 steps; ✓ 1 proved, ✗ 1 w"
    )
    (link,) = re.findall(r"\]\(#(.+?)\)", text)
    assert text.count(f'<a id="{link}"></a>') == 1


def test_signs_for_all_verdicts():
    chain = "$$\\nabla_x f = 2 x = x + x = 3 x - x = 4 x - 2 x$$\n"
    text = marked(SQUARE + chain, Verdict.AGREES, OPEN, Verdict.ILL_SHAPED, Verdict.PROVED)
    assert re.findall(r"textcolor\{\w+\}\{(.+?)\}\}\{=", text) == [
        "\\text{def}",
        "\\sim",
        "?",
        "\\text{✗}",
        "\\checkmark",
    ]


def test_what_was_not_read_says_why():
    text = marked(f"{SQUARE}$$\\nabla_x f = \\unknown x$$\n")
    assert "\\nabla_x f \\overset{\\textcolor{gray}{\\circ}}{=} \\unknown x" in text
    assert "> **○ line 5, not read:** \\\\unknown is not known" in text


def test_macros_are_replaced_since_github_has_none():
    macros = "$\\newcommand{\\v}[1]{\\mathbf{#1}}\\newcommand{\\is}{=}$\n\n"
    text = marked(f"{macros}Let $\\v x \\in \\mathbb{{R}}^{{n}}$ and $f \\is \\v x^\\top\\v x$.\n")
    assert (
        "$`\\mathbf{ x} \\in \\mathbb{R}^{n}`$ and $`f \\overset{\\textcolor{blue}{\\text{def}}}{=} \\mathbf{ x}^"
        in text
    )
    assert "newcommand" not in text


@pytest.mark.parametrize("command", sorted(REFUSED))
def test_what_github_refuses_is_written_otherwise(command):
    arguments = "{a}" * REFUSED[command].arity
    text = marked(f"$$x + {command}{arguments} + \\text{{if $y$ is}}$$\n")
    assert not list(faults(text))
    assert "x +" in text
    assert "+ \\text{if }y\\text{ is}" in text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("the-$k$-th", "the- $`k`$-th"),
        ("for $a\n+ b$", "for $`a + b`$"),
        ("so $$a$$ where", "so\n```math\na\n```\n where"),
        ("- $$a$$\n- $b$", "- ```math\n  a\n  ```\n- $`b`$"),
        ("> $$a$$", "> ```math\n> a\n> ```"),
        ("\\begin{align}a &< b\\\\ c\\end{align}", "```math\n\\begin{aligned}\na &< b\\\\ c\n\\end{aligned}\n```"),
        ("\\[ a \\\\ b \\]", "```math\n\\begin{gathered}\na \\\\ b\n\\end{gathered}\n```"),
        ("| $|a|$ |\n|---|\n", "| $`\\vert a\\vert `$ |\n|---|\n"),
        ("$|a|$", "$`|a|`$"),
        ("$$a % why\n\n+ b$$", "```math\na\n+ b\n```"),
        ("`$a$` and\n\n    ```\n$a$", "`$a$` and\n\n    ```\n$`a`$"),
    ],
)  # fmt: skip
def test_formulas_are_written_as_github_finds_them(written, shown):
    assert marked(written).partition("\n\n")[2].strip() == shown.strip()


def test_remarks_on_formulas_in_lines_stand_behind_their_paragraph():
    text = marked(f"{SQUARE}we see $\\nabla_x f = 3 x$, and\nso on.\n\nThe end.\n", WRONG)
    assert re.search(r"and\nso on\.\n\n> <a id.*\n(>.*\n)+\nThe end", text)


def test_a_notebook_becomes_markdown_with_its_cells_apart():
    cells = '{"cells": [{"cell_type": "markdown", "source": ["one"]}, {"cell_type": "markdown", "source": ["two"]}]}'
    assert marked(cells, name="notes.ipynb").endswith("\n\none\n\ntwo\n")


def test_a_page_of_latex_is_refused():
    with pytest.raises(ValueError, match=r"notes.tex is LaTeX, .* write it with --html"):
        marked("$a$", name="notes.tex")


def test_a_page_that_changed_while_it_was_judged_is_refused():
    page = annotated(f"{SQUARE}$$\\nabla_x f = 3 x$$\n", WRONG)
    object.__setattr__(page, "page", annotated(f"Now, {SQUARE}$$\\nabla_x f = 3 x$$\n").page)
    with pytest.raises(ValueError, match="was changed while it was judged: run it again"):
        markdown_page(page)


def test_what_was_taken_for_granted_stands_in_the_summary():
    text = marked("Let $x \\in \\mathbb{R}^{n}$ and $f = \\lambda x^\\top x$.\n\n$$\\nabla_x f = 2 \\lambda x$$\n")
    assert re.search(r"^> - note: .*lambda", text, re.MULTILINE)
