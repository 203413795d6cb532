from __future__ import annotations

import pytest
from wrongs import wrong

from gradcheck.fixing.copies import not_confirmed
from gradcheck.fixing.places import NotLiteral
from gradcheck.limits import USUAL

TEXT = """
from gradcheck import claim, derivation, dims, gradient, misprint, real

@derivation()
def f():
    x = real("x", dims("n"))
    yield claim(gradient((x * x).sum(), x), {step})
"""


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ('misprint(x, 2 * x, "2 is lost")', ""),
        ('misprint(x, 3 * x, "2 is lost")', "the correction is refuted"),
        ('misprint(4 * x, 2 * x, "another")', "another formula is printed there"),
        ("x", "it is not marked"),
        ('misprint(x, 2 * z, "2 is lost")', "NameError: name 'z' is not defined"),
        ("*[]", "a claim without steps says nothing"),
    ],
)
def test_only_a_confirmed_misprint_of_what_was_printed_is_confirmed(step, why):
    one = wrong("x", "2 * x", target="∂(x * x).sum()/∂x")
    said = not_confirmed("notes.py", TEXT.format(step=step).encode(), [one], 2, USUAL)
    assert said == ([(one, f"it would be no confirmed misprint: {why}")] if why else [])


def test_a_copy_that_cannot_be_read_confirms_nothing():
    with pytest.raises(NotLiteral, match=r"a copy of the file cannot be judged: .*ZeroDivisionError: division by zero"):
        not_confirmed("notes.py", b"1 / 0", [wrong("x", "2 * x")], 2, USUAL)


def test_what_is_marked_with_it_has_to_be_wrong_too():
    loop = """
from gradcheck import claim, derivation, dims, gradient, misprint, real

@derivation()
def f():
    x = real("x", dims("n"))
    for power in (2, POWER):
        yield claim(gradient((x**power).sum(), x), misprint(3 * x**2, power * x**(power - 1), "3"), at=str(power))
"""
    one = wrong("3 * x**2", "2 * x", target="∂(x**2).sum()/∂x")
    assert not not_confirmed("notes.py", loop.replace("POWER", "4").encode(), [one], 2, USUAL)
    (said,) = not_confirmed("notes.py", loop.replace("POWER", "3").encode(), [one], 2, USUAL)
    assert (
        said[1]
        == "∂(x**3).sum()/∂x[0], which is marked with it, would be no confirmed misprint: it is proved as printed"
    )
