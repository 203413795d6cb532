from __future__ import annotations

import pytest

from gradcheck.documents.tex.marks import marks


def found(text, is_latex=False):
    return [(one.kind, text[slice(*one.inside)]) for one in marks(text, is_latex)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a $x$ b", [("inline", "x")]),
        ("$$x$$", [("display", "x")]),
        (r"\[x\] \(y\)", [("display", "x"), ("inline", "y")]),
        (r"\\[2pt] x\] $y$", [("inline", "y")]),
        (r"\begin{align*}x\end{align*}", [("display", "x")]),
        (r"\begin{proof}$x$\end{proof}", [("inline", "x")]),
        ("```\n$x$\n```\n$y$", [("code", "$x$\n"), ("inline", "y")]),
        ("```math\nx\n```\n$y$", [("display", "x\n"), ("inline", "y")]),
        ("~~~\n$x$\n```\n$y$", [("code", "$x$\n```\n$y$")]),
        ("`$x$` $y$", [("code", "$x$"), ("inline", "y")]),
        ("$`x`$", [("inline", "x")]),
        ("<!-- $x$ --> $y$", [("comment", " $x$ "), ("inline", "y")]),
        ("5% of $x$", [("inline", "x")]),
        (r"\$5 and $x$", [("inline", "x")]),
        (r"\verb|$x$| $y$", [("code", "$x$"), ("inline", "y")]),
        (r"\begin{verbatim}$x$\end{verbatim}$y$", [("code", "$x$"), ("inline", "y")]),
        ("$x\n\ny$ $z$", [("inline", " ")]),
    ],
)
def test_formulas_code_and_comments_are_told_apart(text, said):
    assert found(text) == said


def test_in_latex_a_per_cent_begins_a_comment_and_a_backquote_no_code():
    assert found("% $x$\n$y$ `$z$'", True) == [("comment", ""), ("inline", "y"), ("inline", "z")]
    assert found(r"5\% of $x$", True) == [("inline", "x")]


@pytest.mark.parametrize(
    "opening", ["\\[", "\\(", "$$", "<!--", "```math\n", "\\begin{align}", "\\begin{verbatim}", "\\verb|a\\verb+", "$`"]
)
def test_what_is_not_closed_opens_nothing_and_is_looked_for_once(opening):
    text = f"{opening} " * 200_000  # looked for each time, it took hours
    assert found(f"$y$ {text}\n\n$z$")[0] == ("inline", "y")


@pytest.mark.parametrize("sign", ["%", "$", "`", "\\", "~~~\n", "\n", "`$", "{", "}", "$\\$"])
def test_a_million_signs_are_gone_through_once(sign):
    for is_latex in (False, True):
        list(marks(sign * 1_000_000, is_latex))
