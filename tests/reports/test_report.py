"""What `gradcheck.verify` returns: a verification that prints as a report."""

from __future__ import annotations

import sys

import pytest

from gradcheck import Report, claim, derivation, real, verify
from gradcheck.reports.text import report_text


@derivation()
def doubled():
    x = real("x")
    yield claim(x + x, 2 * x)


def test_a_report_is_its_text():
    report = verify(doubled)
    assert type(report) is Report
    assert "1 step: 1 proved" in str(report)
    assert str(report) == report_text(report)


def test_no_example_at_all_is_refused():
    with pytest.raises(ValueError, match=r"^examples=0: at least 1 is needed$"):
        verify(doubled, examples=0)


# ---- what can be verified ----------------------------------------------------------------------------------------


def test_a_report_is_false_if_anything_is_not_as_its_module_says(halves, squares):
    assert verify(squares)
    assert not verify(halves)
    with pytest.raises(AssertionError, match="x is refuted"):
        assert verify(halves), verify(halves)


def test_files_folders_names_modules_and_lists_are_verified(halves, squares):
    def names(what):
        return [derivation.name for derivation in verify(what).derivations]

    assert names("derivations") == ["halves", "squares"]
    assert names([squares, "derivations/halves.py::halves"]) == ["squares", "halves"]
    assert names(sys.modules[__name__]) == ["doubled"]
    assert names((doubled, str(squares))) == ["doubled", "squares"]


def test_a_derivation_of_a_module_is_judged_elsewhere_and_one_of_a_function_here():
    @derivation()
    def here():
        seen.append("here")
        x = real("x")
        yield claim(x + x, 2 * x)

    seen = []
    assert verify([here, doubled])
    assert seen == ["here"]


@pytest.mark.parametrize(
    ("what", "error", "message"),
    [
        (3, TypeError, "3 cannot be verified: give a derivation, a module, a file or folder, or a list of these"),
        ([[]], TypeError, r"\[\] cannot be verified"),
        ("nowhere.py", ValueError, "there is no file or folder 'nowhere.py'"),
        ("derivations/squares.py::cubes", ValueError, "no derivation 'cubes' in derivations/squares.py"),
    ],
)
def test_what_cannot_be_verified_is_said(squares, what, error, message):
    with pytest.raises(error, match=f"^{message}"):
        verify(what)
