from __future__ import annotations

import os
import stat

import pytest
from wrongs import derivation_of, wrong

from gradcheck.fixing import fixes
from gradcheck.fixing.fixes import Fixes, lines_of
from gradcheck.limits import USUAL
from gradcheck.verdicts import Verification

CONTENT = derivation_of("a = 1\nyield claim(t, a + 1, a * 2)\nd = a\nyield claim(u, d)")
STEPS = (wrong("a + 1", "a", 5), wrong("a * 2", "a", 5, 1))
LEFT = wrong("a - 3", "a", 7, target="u")


@pytest.fixture
def notes(here, monkeypatch):
    """A file in which everything is confirmed that is not the second step."""
    file = here / "notes.py"
    file.write_bytes(CONTENT)
    monkeypatch.setattr(
        fixes, "not_confirmed", lambda *of: [(step, "it is not") for step in of[2] if step in UNCONFIRMED]
    )
    return file


UNCONFIRMED = [STEPS[1]]


def fix_of(file, *steps):
    found = Fixes([file], 1, USUAL)
    return found, lambda: next(found.of(Verification(tuple(step.derivation for step in steps))))


def test_what_is_confirmed_is_written_and_the_rest_is_said(notes):
    _, fix = fix_of(notes, *STEPS, LEFT)
    assert list(lines_of(fix(), writes=True)) == [
        "notes.py: written, 1 marked as a misprint:",
        "  notes.py:5: t[0]: a sign",
        "notes.py:7: u[0] is left to you, for its claim calls it d; write:",
        '  misprint(d, a, "a sign")',
        "notes.py:5: t[1] is left to you, for it is not; write:",
        '  misprint(a * 2, a, "a sign")',
    ]
    marked = CONTENT.replace(b"a + 1", b'misprint(a + 1, a, "a sign")')
    assert notes.read_bytes() == marked.replace(b"claim, derivation", b"claim, derivation, misprint")
    assert os.listdir(notes.parent) == ["notes.py"]


def test_the_first_that_is_not_confirmed_is_left_and_the_others_are_judged_again(notes, monkeypatch):
    asked = []

    def not_confirmed(name, content, steps, *rest):
        asked.append(len(steps))
        failing = [step for step in steps if STEPS[1] in steps and step != STEPS[0]]
        return [(step, "the derivation ends there") for step in failing]

    monkeypatch.setattr(fixes, "not_confirmed", not_confirmed)
    last = wrong("d", "a", 7, target="u")
    _, fix = fix_of(notes, *STEPS, last)
    assert fix().marked == (STEPS[0], last)
    assert asked == [3, 2]


def test_steps_that_stand_in_one_place_are_marked_once_or_not_at_all(notes):
    notes.write_bytes(derivation_of("a = b = 1\nfor at in s:\n    yield claim(t, a + b, at=at)"))
    first, second = wrong("a + b", "a", 6, target="t"), wrong("a + b", "a", 6, target="u")
    _, fix = fix_of(notes, first, second)
    assert fix().marked == (first, second)
    assert fix().patch.content.count(b"misprint(") == 1
    other = wrong("a + b", "a - b", 6, target="u")
    _, fix = fix_of(notes, first, other)
    assert [left.step for left in fix().left] == [first, other]
    assert fix().left[0].why == "what its claim says stands for several, which are corrected otherwise"


def test_a_diff_shows_it_and_writes_nothing(notes):
    _, fix = fix_of(notes, *STEPS)
    diff = "".join(fix().diff())
    assert diff.startswith("--- a/notes.py\n+++ b/notes.py\n@@ -1,")
    assert '+    yield claim(t, misprint(a + 1, a, "a sign"), a * 2)\n' in diff
    assert len(list(lines_of(fix(), writes=False))) == 2
    assert notes.read_bytes() == CONTENT


def test_a_file_without_a_last_line_end_has_a_diff_that_says_so(notes):
    notes.write_bytes(CONTENT.rstrip())
    _, fix = fix_of(notes, STEPS[0], wrong("d", "a", 7, target="u"))
    assert "".join(fix().diff()).endswith(
        '+    yield claim(u, misprint(d, a, "a sign"))\n\\ No newline at end of file\n'
    )


def test_a_file_that_has_changed_since_it_was_judged_is_left_alone(notes):
    _, fix = fix_of(notes, STEPS[0])
    notes.write_bytes(CONTENT + b"\n")
    (said, _) = lines_of(fix(), writes=True)
    assert said == "notes.py:5: t[0] is left to you, for the file has changed since it was judged; write:"
    assert notes.read_bytes() == CONTENT + b"\n"


def test_a_file_that_is_gone_or_no_python_is_left_alone(notes):
    _, fix = fix_of(notes, STEPS[0])
    notes.unlink()
    assert "cannot be written: No such file" in next(lines_of(fix(), writes=True))
    assert not notes.exists()
    notes.write_bytes(b"x = (")
    _, fix = fix_of(notes, STEPS[0])
    assert "cannot be parsed" in next(lines_of(fix(), writes=True))
    assert notes.read_bytes() == b"x = ("


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="everything can be written by the superuser")
def test_a_file_that_is_read_only_is_left_alone(notes):
    notes.chmod(0o444)
    _, fix = fix_of(notes, STEPS[0])
    assert "the file is read-only" in next(lines_of(fix(), writes=True))
    assert notes.read_bytes() == CONTENT


def test_the_mode_of_the_file_stays_and_a_link_stays_a_link(notes):
    notes.chmod(0o754)
    (notes.parent / "link.py").symlink_to(notes)
    _, fix = fix_of((notes.parent / "link.py").resolve(), STEPS[0])
    assert not fix().write()
    assert stat.S_IMODE(notes.stat().st_mode) == 0o754
    assert (notes.parent / "link.py").is_symlink()
    assert b"misprint" in notes.read_bytes()


def test_ctrl_c_while_it_is_written_leaves_the_file_whole(notes, monkeypatch):
    def interrupted(new, path):
        raise KeyboardInterrupt

    _, fix = fix_of(notes, STEPS[0])
    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        fix().write()
    assert notes.read_bytes() == CONTENT
    assert os.listdir(notes.parent) == ["notes.py"]


def test_a_formula_that_is_nested_too_deeply_for_syntax_trees_is_left(notes):
    deep = " + ".join(["a"] * 900)
    notes.write_bytes(derivation_of(f"a = 1\nyield claim(t, {deep})"))
    _, fix = fix_of(notes, wrong(deep, "a", 5))
    assert "recursion" in next(lines_of(fix(), writes=True))
