"""Pages for browsers: marks at their relations, links that lead somewhere, and nothing of a page that is active."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from annotated_pages import NOTES, annotated, annotated_file

from gradcheck.reports.annotated.html import html_page
from gradcheck.verdicts import Problem, Verdict

WRONG, OPEN = Verdict.REFUTED, Verdict.UNDECIDED
SQUARE = "# Squares\n\nLet $x \\in \\mathbb{R}^{n}$ and $f = x^\\top x$. Then\n\n"
OURS = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "nav", "footer", "section", "div", "span",
    "p", "b", "a", "ul", "ol", "li", "details", "summary", "code", "pre", "br", "h1", "h2", "h3", "h4", "h5",
    "h6", "em", "strong", "s", "hr", "blockquote", "table", "thead", "tbody", "tr", "th", "td"
}  # fmt: skip
MATHML = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup",
    "munder", "mover", "munderover", "mtable", "mtr", "mtd"
}  # fmt: skip
PLAIN = {"class", "id", "title", "aria-label", "tabindex", "open", "href"}
OF_MATHML = {
    "display", "displaystyle", "mathvariant", "stretchy", "form", "fence", "lspace", "rspace", "width", "class",
    "accent", "accentunder", "movablelimits",
}  # fmt: skip
OF_HEAD = {"html": {"lang"}, "meta": {"charset", "http-equiv", "content", "name"}}
X = "<math><mrow><mi>x</mi></mrow></math>"
HOSTILE = r"""---
title: <script>alert(0)</script>
---
# <img src=x onerror=alert(1)> & <b>bold</b>

<script>alert(2)</script>

Words <i onclick="alert(3)">of</i> a [link](javascript:alert(4)), <https://example.org>, ![picture](https://example.org/x.png "t").

<!-- a comment with <script>alert(5)</script> -->

<iframe src="https://example.org"></iframe> $x \in \mathbb{R}^{n}$ <style>body{display:none}</style>

| a <u>b</u> | ]]> |
|---|---|
| `<script>` | $\href{javascript:alert(6)}{x}$ |

$$\text{</mtext></math><script>alert(7)</script>} = \href{javascript:alert(8)}{y}$$

$$f = x^\top x \text{ <svg onload=alert(9)> ]]> "quoted' }$$

    <script>alert(10)</script> $a$

```html
<script>alert(11)</script> $b$
```

[ref]: javascript:alert(12)
&lt;script&gt;alert(13)&lt;/script&gt; &#60;script>alert(14) \<script>
"""  # noqa: E501


class Seen(HTMLParser):
    """Elements with their attributes, in their order, what is open at each, and the text."""

    VOID = ("meta", "br", "hr", "mspace")

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.elements, self.open, self.text = [], [], ""
        self.feed(text)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open[-1:] not in (["style"], ["script"]):
            self.text += data

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    unknown_decl = handle_pi = handle_comment


def refuse_unless_inert(text):
    """Fail if anything in it is not known to be inert."""
    seen = Seen(text)
    for tag, attributes in seen.elements:
        assert tag in OURS | MATHML
        assert set(attributes) <= OF_HEAD.get(tag, OF_MATHML if tag in MATHML else PLAIN)
        assert re.fullmatch(r"#[a-z0-9-]+|[a-z0-9]+\.html", attributes.get("href", "#top"))
    ids = [attributes["id"] for _, attributes in seen.elements if "id" in attributes]
    links = {attributes["href"][1:] for _, attributes in seen.elements if "href" in attributes}
    assert len(set(ids)) == len(ids)
    assert links <= set(ids)
    return seen


def shown(text, *verdicts, name="notes.md"):
    return html_page(annotated(text, *verdicts, name=name))


def body(text, name="notes.md"):
    """What stands between the summary and the foot."""
    return re.search(r"<main>(.*)</main>", shown(text, name=name), re.DOTALL)[1]


# ---- safe --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["notes.md", "notes.tex"])
def test_nothing_of_a_hostile_page_is_active(name):
    seen = refuse_unless_inert(shown(HOSTILE, WRONG, name=name))
    assert "onerror=alert(1)" in seen.text
    assert "alert(11)" in seen.text


@pytest.mark.parametrize("file", NOTES, ids=lambda file: file.name)
def test_a_page_is_well_nested_and_inert_and_all_its_links_lead_somewhere(file):
    refuse_unless_inert(html_page(annotated_file(file, *[WRONG, OPEN, Verdict.PROVED] * 20)))


def test_the_policy_allows_the_style_sheet_and_nothing_else():
    text = shown(SQUARE)
    policy = re.search(r'Content-Security-Policy" content="(.*?)"', text)[1]
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert (
        policy
        == f"default-src 'none'; style-src 'sha256-{digest}'; font-src data:; base-uri 'none'; form-action 'none'"
    )
    assert re.findall(r"url\((.{22})", style) == ["data:font/woff2;base64"]
    assert "@import" not in style
    assert "http" not in text.replace("http-equiv", "")


def test_characters_that_stand_for_slots_are_not_taken_from_a_page():
    assert "$x$" not in body("\ue0000\ue001 and $x$")
    assert body("\ue0000\ue001").count("<math") == 0


# ---- marks -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", NOTES, ids=lambda file: file.name)
def test_every_step_has_its_mark_over_its_relation(file):
    page = annotated_file(file, *[WRONG, Verdict.PROVED, OPEN] * 20)
    text = html_page(page)
    marks = re.findall(r'<mover class="(\w+)"><mo [^>]*>(.)</mo><mtext class="mark"><a href="#step-(\d+)"', text)
    drawn = {(one.mark.kind, "=", str(one.number)) for one in page.steps}
    assert set(marks) == drawn
    assert len(marks) == len(page.steps)


def test_a_mark_stands_over_the_relation_that_it_is_about():
    text = shown(f"{SQUARE}$$\\nabla_x f = 2 x = 3 x$$\n", Verdict.PROVED, WRONG)
    found = re.sub(r'<mtext class="mark"><a [^>]*>(.*?)</a></mtext>', r"[\1]", text)
    assert re.sub(r"<[^>]*>", "", found.partition("<section")[2]).partition(">")[2].startswith("✓✗∇xf=[✓]2x=[✗]3x")


def test_what_is_wrong_stands_below_its_formula_with_the_correction():
    text = shown(f"{SQUARE}$$\\nabla_x f = 3 x$$\n\nThe end.\n", WRONG)
    told = re.search(r'</div></div><details class="told wrong" id="step-2" open>(.*?)</details></section>', text)[1]
    assert '<summary><span class="wrong">✗</span> <b>refuted</b> <span class="place">line 5, 1 of 1</span>' in told
    assert "<p>2 is &lt;too&gt; *much*</p>" in told
    assert "<b>Write instead</b>, proved (the factor 2):" in told
    assert '<math display="block"><mrow><mn>2</mn><mi>x</mi></mrow></math>' in told
    assert "<code>3 * x</code>" in told
    assert "exact algebra: proved at n=2" in told
    assert text.index("<p>The end.") > text.index(told)


def test_the_summary_links_to_every_wrong_step():
    seen = Seen(shown(f"{SQUARE}$$\\nabla_x f = 3 x = 2 x = 4 x$$\n", WRONG, Verdict.PROVED, WRONG))
    assert "2 of 3 steps are wrong✓ 1 proved✗ 2 wrongdef 1 by definition" in seen.text
    assert "✗ line 5: 2 is <too> *much*✗ line 5: 2 is" in seen.text


def test_problems_are_told_in_the_summary():
    page = annotated(SQUARE)
    object.__setattr__(page.report, "problems", (Problem("notes.md", 3, "it took <too> long", "wait"),))
    assert '<p class="problem">notes.md:3: it took &lt;too&gt; long' in html_page(page)


def test_the_steps_of_a_formula_in_a_line_are_told_behind_its_paragraph():
    text = body(f"{SQUARE}We see $\\nabla_x f = 3 x$.\n\nThe end.\n".replace("Then\n", ""))
    assert re.search(r"</math>\.</p><details class=\"read\">.*</details><p>The end", text)


def test_a_formula_that_cannot_be_parsed_is_shown_as_it_is_typed_with_its_reason():
    text = body("$$x = \\unknown{<b>}$$\n")
    assert "<code>x = \\unknown{&lt;b&gt;}</code>" in text
    assert "<b>not read</b>" in text
    assert "\\unknown is not known" in text


# ---- prose -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "markup"),
    [
        ("# One *two*", "<h1>One <em>two</em></h1>"),
        ("one $x$\ntwo", f"<p>one {X}\ntwo</p>"),
        ("- a\n- **b**", "<ul><li>a</li><li><strong>b</strong></li></ul>"),
        ("[a $x$](https://example.org)", f"<p>a {X}</p>"),
        ("![a](b.png)", "<p>a</p>"),
        ("a<!-- b -->c", "<p>ac</p>"),
        ("`$x$` `` ` ``", "<p><code>$x$</code> <code>`</code></p>"),
        ("```\n$x$ <b>\n```", "<pre><code>$x$ &lt;b&gt;\n</code></pre>"),
        ("    $x$", "<pre><code>$x$\n</code></pre>"),
        ("> a", "<blockquote><p>a</p></blockquote>"),
        ("|a|b|\n|-|-|\n|$x$||", "<table><thead><tr><th>a</th><th>b</th></tr></thead>"
         f"<tbody><tr><td>{X}</td><td></td></tr></tbody></table>"),
        ("$\\newcommand{\\v}{x}$\n\n$\\v$", f"<p>{X}</p>"),
    ],
)  # fmt: skip
def test_markdown_in_html(written, markup):
    assert re.sub(r">\n<", "><", body(written)) == markup


def test_displays_part_paragraphs():
    text = re.sub(r"<section.*?</section>", "[display]", body("one $$a$$ two\n\n- $$b$$\n"))
    assert text == "<p>one </p>[display]<p>two</p><ul><li>[display]</li></ul>"


def test_a_page_of_latex_has_headings_paragraphs_items_and_emphasis():
    text = (
        "\\documentclass{article}\\title{On $x$}\\newcommand{\\v}{x}\n\\begin{document}\n\\maketitle\n"
        "\\section*{One -- two}\nA ``quoted'' \\emph{word}~\\cite{b} 5\\% % not this\nhere, see \\ref{a}.\n\n"
        "\\begin{itemize}\n\\item first\n\\item $\\v$\n\\end{itemize}\n\\[ a \\]\nend\n\\end{document} never\n"
    )
    found = re.sub(r"<section.*?</section>", "[display]", body(text, "notes.tex"))
    assert re.sub(r"\s+", " ", found.replace("\u200b", "")).replace(" <", "<").replace("> ", ">") == (
        "<h1>On<math><mrow><mi>x</mi></mrow></math></h1><h2>One – two</h2><p>A “quoted”<em>word</em>5% here, see .</p>"
        "<ul><li><p>first</p></li><li><p><math><mrow><mi>x</mi></mrow></math></p></li></ul>[display]<p>end</p>"
    )


def test_a_page_that_changed_while_it_was_judged_is_refused():
    page = annotated(f"{SQUARE}$$\\nabla_x f = 3 x$$\n", WRONG)
    object.__setattr__(page, "page", annotated(f"Now, {SQUARE}$$\\nabla_x f = 3 x$$\n").page)
    with pytest.raises(ValueError, match="was changed while it was judged: run it again"):
        html_page(page)


def test_what_was_read_and_taken_for_granted_stands_in_the_summary():
    text = shown("Let $x \\in \\mathbb{R}^{n}$ and $f = \\lambda x^\\top x$.\n\n$$\\nabla_x f = 2 \\lambda x$$\n")
    assert "<summary>read 2 of 2 steps</summary><ul><li><code>" in text
    assert re.search(r'<li class="open">note: [^<]*lambda', text)
