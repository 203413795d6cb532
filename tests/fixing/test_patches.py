from __future__ import annotations

from dataclasses import replace

import pytest
from wrongs import derivation_of, wrong

from gradcheck.fixing import patches
from gradcheck.fixing.module import Edit, Module
from gradcheck.fixing.patches import WIDTH, Marked, patch, said, wrong_steps
from gradcheck.fixing.places import NotLiteral
from gradcheck.verdicts import Judgement, Search, Verdict


def written(content, *steps):
    module = Module(content)
    return patch(module, [Marked.of(module, step) for step in steps]).content


def test_what_is_printed_stays_as_it_stands_and_is_marked():
    content = derivation_of("a, b = é()\nyield claim('∂', (a  + b), -  a, at='é')  # why + ∂")
    new = written(content, wrong("a + b", "a - b", 5), wrong("-a", "a", 5, 1, ["the sign of a", 'not "-"']))
    assert new.decode() == content.decode().replace("claim, derivation", "claim, derivation, misprint").replace(
        "(a  + b), -  a", '(misprint(a  + b, a - b, "a sign")), misprint(-  a, a, "the sign of a; not \\"-\\"")'
    )


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_line_that_becomes_too_long_is_broken_as_the_others_are(end):
    long = "a_long_name + " * 7 + "b"
    content = derivation_of(f"a_long_name = b = 1\nyield claim(t, {long})").replace(b"\n", end.encode())
    new = written(content, wrong(long, "b", 5)).decode()
    assert (
        f'    yield claim(t, misprint({end}        {long},{end}        b,{end}        "a sign",{end}    )){end}' in new
    )
    assert max(map(len, new.splitlines())) <= WIDTH


def test_a_formula_of_several_lines_keeps_them_and_its_comments():
    content = derivation_of("a = b = 1\nyield claim(\n\tt,\n\ta  # first, ∂\n\t+ b,  # second\n)")
    new = written(content, wrong("a + b", "a - b", 5)).decode()
    assert 'misprint(a  # first, ∂\n    \t+ b,\n    \t\ta - b,\n    \t\t"a sign",\n    \t),  # second\n' in new


def test_a_why_that_the_encoding_does_not_have_is_escaped():
    content = b"# coding: latin-1\n" + derivation_of("a = '\xe4'; yield claim(t, a + 1)").decode().encode("latin-1")
    new = written(content, wrong("a + 1", "a", 5, edits=["relu′"])).decode("latin-1")
    assert "misprint(a + 1, a, 'relu\\u2032')" in new
    assert "ä" in new


def test_a_number_of_a_line_follows_what_is_written_above_it():
    long = "a_long_name + " * 7 + "b"
    module = Module(derivation_of(f"a_long_name = b = 1\nyield claim(t, {long})\nyield claim(t, b)"))
    made = patch(module, [Marked.of(module, wrong(long, "b", 5))])
    assert [made.line(module, number) for number in (4, 5, 6)] == [4, 5, 10]  # misprint(, printed, corrected, why and )


def test_a_module_that_would_say_something_else_is_not_made(monkeypatch):
    content = derivation_of("a = 1\nyield claim(t, a + 1)")
    at = content.index(b"a = 1")
    for edit in (Edit(at, at, "b = "), Edit(at, at, "("), Edit(at, at + 1, "b")):
        monkeypatch.setattr(patches, "imports", lambda *of, edit=edit: [edit])
        with pytest.raises(NotLiteral, match=r"would say something else|could not be read"):
            written(content, wrong("a + 1", "a", 5))


def test_only_wrong_steps_with_a_correction_that_are_not_marked_are_to_be_fixed():
    one = wrong("a", "b")
    others = [
        replace(one.step, search=None),
        replace(one.step, search=Search(words="none")),
        replace(one.step, kind="misprint"),
        replace(one.step, judgement=Judgement(Verdict.UNDECIDED)),
        replace(one.step, judgement=Judgement(Verdict.PROVED)),
    ]
    claim = replace(one.claim, steps=(one.step, *others))
    derivation = replace(one.derivation, claims=(claim,))
    assert [found.step for found in wrong_steps(derivation)] == [one.step]


def test_what_is_to_be_written_runs():
    assert said(wrong("relu′(z)", "z")) == 'misprint(relu_prime(z), z, "a sign")'
