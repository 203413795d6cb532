from __future__ import annotations

import pytest
from wrongs import derivation_of, wrong

from gradcheck.fixing.module import Module
from gradcheck.fixing.places import NotLiteral, Place


def place(content, step):
    module = Module(content)
    return module.source(Place(module, step.derivation.name, step.claim, step.step).argument)


@pytest.mark.parametrize(
    ("line", "index", "found"),
    [
        ("yield claim(t, a + b)", 0, "a + b"),
        ("yield claim(t, a + b, (c - d))", 1, "c - d"),
        ("yield claim(t, h(a), at='é')", 0, "h(a)"),
        ("c = claim(t, a @ b)\nyield c", 0, "a @ b"),
        ("yield claim(t, h(a).T[0])", 0, "h(a).T[0]"),
        ("if n: yield claim(t, a.T)", 0, "a.T"),
        ("for i in s: yield claim(t, a + b)", 0, "a + b"),
    ],
)
def test_a_step_is_found_where_it_stands(line, index, found):
    assert place(derivation_of(line), wrong(found, "…", index=index)) == found


@pytest.mark.parametrize(
    ("line", "printed", "why"),
    [
        ("yield claim(t, d)", "a + b", "its claim calls it d"),
        ("yield claim(t, d[0])", "a + b", r"its claim calls it d\[0\]"),
        ("yield claim(t, d.T)", "(a + b).T", "its claim calls it d.T"),
        ("yield claim(t, *steps)", "a + b", "are not written out"),
        ("yield claim(*(t, a + b))", "a + b", "are not written out"),
        ("yield made(t, a + b)", "a + b", "f itself writes no claim in line 4"),
        ("yield claim(t, a); yield claim(t, a)", "a", "2 claims begin in line 4"),
        ("for i in s: yield claim(t, W[i] + b)", "W[0] + b", "stands for several"),
        ("yield from [claim(t, W[i] + b) for i in s]", "W[0] + b", "stands for several"),
        ("def g(): return claim(t, a + b)\nyield g()", "a + b", "f itself writes no claim in line 4"),
        ("yield claim(t, g(a) + b)\ndef g(x): return x", "a + b", r"g\(…\) makes it"),
    ],
)
def test_a_step_that_does_not_stand_there_literally_is_refused_with_the_reason(line, printed, why):
    with pytest.raises(NotLiteral, match=why):
        place(derivation_of(line), wrong(printed, "…"))


def test_of_a_derivation_whose_structure_is_drawn_only_what_is_said_alike_every_time_is_found():
    header = "from gradcheck import claim, derivation\n@derivation(depth=integers(1, 3))\ndef f(depth):\n"
    assert place(derivation_of("yield claim(t, a+b)", header), wrong("a + b", "…")) == "a+b"
    with pytest.raises(NotLiteral, match="stands for several"):
        place(derivation_of("yield claim(t, W[depth] + b)", header), wrong("W[1] + b", "…"))


def test_an_input_is_found_by_whatever_name():
    assert place(derivation_of("yield claim(t, x_hat)"), wrong("x", "…")) == "x_hat"


def test_two_functions_of_one_name_or_none_are_refused():
    twice = derivation_of("yield claim(t, a)") + derivation_of("yield claim(t, a)")
    for content in (twice, b"x = 1\n", b"def f():\n    yield claim(t, a)\n"):
        with pytest.raises(NotLiteral, match="not written as one function"):
            place(content, wrong("a", "…"))
