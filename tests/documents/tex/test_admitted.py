from __future__ import annotations

from dataclasses import replace

import pytest

from gradcheck.documents.tex.admitted import MOST_LETTERS, admitted
from gradcheck.documents.tex.modules import KNOWN
from gradcheck.documents.tex.noted import NotedClaim, NotedStep
from gradcheck.documents.tex.notes import read
from gradcheck.documents.tex.pages import page
from gradcheck.documents.tex.tree import Span

NOTES = read(page(r"$x \in \mathbb{R}^n$. $$f = x^\top x$$ $$\nabla_x f = 2 x$$", "notes.md"))


def step(source):
    return NotedStep("step", Span(3, 4), Span(2, 3), 1, "tex", source)


def with_claim(*sources, target="gradient(f, x)"):
    steps = tuple(map(step, sources))
    return admitted(replace(NOTES, claims=[NotedClaim(1, steps, ((target, *sources),))], others=[]), KNOWN)


def test_what_our_readers_write_passes():
    assert admitted(NOTES, KNOWN) == NOTES


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("__import__('os')", "__import__ means nothing in its module"),
        ("open", "open means nothing in its module"),
        ("eval('1')", "eval means nothing in its module"),
        ("x.__class__", ".__class__ stands in no formula"),
        ("x.T.tofile('a')", ".tofile stands in no formula"),
        ("[x for x in f]", "ListComp stands in no formula"),
        ("(x := f)", "NamedExpr stands in no formula"),
        ("f'{x}'", "JoinedStr stands in no formula"),
        ("x if x else f", "IfExp stands in no formula"),
        ("lambda: open", "open means nothing in its module"),
        ("None", "None stands in no formula"),
        ("b'1'", "b'1' stands in no formula"),
        ("x; f", "it cannot be written in Python: invalid syntax"),
        ("x\nf", "it cannot be written in Python: invalid syntax"),
        ("x) + (f", "it cannot be written in Python: unmatched ')'"),
        ("", "it cannot be written in Python: invalid syntax"),
        ("10**(10**10)", "it cannot be written in Python:"),
        ("2**2**2**2**2**2", "it cannot be written in Python:"),
        ("x + 9**9**9", "it cannot be written in Python:"),
        ("-10**400 * x", "it cannot be written in Python:"),
        ("1" + "0" * 400, "it cannot be written in Python:"),
        ("1" + "0" * 5000, "it cannot be written in Python:"),
        ("1 / (1 - 1)", "it cannot be written in Python: a division by zero"),
        ("0**-1", "it cannot be written in Python: a division by zero"),
        ("(" * 300 + "x" + ")" * 300, "it cannot be written in Python: too many nested parentheses"),
        ("-" * 9000 + "x", "it cannot be written in Python:"),
        ("x" + " + x" * 4000, "it cannot be written in Python:"),
        ("x" + " " * MOST_LETTERS, "it is longer than 20,000 letters in Python"),
    ],
    ids=lambda text: text[:30],
)
def test_what_is_no_formula_is_not_read_wherever_it_stands(source, why):
    for found in (with_claim(source), with_claim("2 * x", source), with_claim("2 * x", target=source)):
        (unread,) = found.others
        assert (unread.kind, unread.why[: len(why)]) == ("unread", why)
    assert with_claim(source).claims == with_claim("2 * x", target=source).claims == []
    (kept,) = with_claim("2 * x", source, "x + x").claims
    assert kept.instances == (("gradient(f, x)", "2 * x", "x + x"),)
    assert [one.read_as for one in kept.steps] == ["2 * x", "x + x"]


@pytest.mark.parametrize(
    "source", ["2**0.5", "10**-6", "(-1)**(1 / 2)", "1e-300", "lambda t_: t_ + x", "x[0, :]", "~x"]
)
def test_numbers_of_usual_size_and_what_numpy_writes_pass(source):
    assert with_claim(source).others == []


def test_what_is_made_of_a_definition_that_does_not_pass_is_not_read():
    notes = replace(NOTES, definitions=["g = 9**9**9", "h = g + f", *NOTES.definitions], others=[])
    claims = [NotedClaim(1, (step(source),), ((source, source),)) for source in ("g", "h", "f")]
    found = admitted(replace(notes, claims=claims), KNOWN)
    assert list(found.definitions) == list(NOTES.definitions)
    assert [claim.instances[0][0] for claim in found.claims] == ["f"]
    why = "g is not read: it cannot be written in Python: a number above 1e+300"
    assert [one.why for one in found.others] == [why, f"h is not read: {why}"]
    assert list(found.remarks) == [why, f"h is not read: {why}"]


@pytest.mark.parametrize("name", ["gradient", "claim", "x.T", "x, f", "ｘ", "class x", "import os"])
def test_nothing_is_assigned_but_names_of_their_own(name):
    notes = replace(NOTES, definitions=[f"{name} = x"], claims=[])
    assert admitted(notes, KNOWN).definitions == []
