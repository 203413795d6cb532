"""Verdicts are taken from what was kept only if all is as it was; whatever is broken is judged again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from gradcheck import claim, derivation, dims, gradient, misprint, real
from gradcheck.judging import remembering, verification
from gradcheck.judging.verification import Verifier
from gradcheck.limits import Limits
from gradcheck.verdicts import Judgement, Problem, Search, Verdict

n, m = dims("n m")
REMEMBERS = Limits(search=5.0, remembers=True)


@derivation(source="notes")
def notes():
    x, y = real("x", n, m), real("y", n, m)
    j = (x**2 * y).sum()
    yield claim(gradient(j, x), 2 * x * y, x * y, misprint(x, 2 * x * y, "all is lost"))
    yield claim(gradient(j, y), x**2)


def judged(one=notes, limits=REMEMBERS):
    verifier = Verifier(one, 2, limits)
    found = {position: verifier.judged(position) for position in verifier.outline.positions}
    found |= dict(verifier.searched(found))
    return verifier.outline.judged(found)


@pytest.fixture
def nobody_judges(monkeypatch):
    def refuses(*arguments):
        raise AssertionError("it was judged again")

    def forbid():
        monkeypatch.setattr(verification, "Judge", refuses)

    return forbid


def kept():
    return list(remembering.folder().glob("*.json"))


def test_the_second_time_nothing_is_judged_and_all_is_said_alike(nobody_judges):
    first = judged()
    assert [step.judgement.verdict for step in first.steps][1] is Verdict.REFUTED
    assert [step.search is not None for step in first.steps] == [False, True, False, False]
    nobody_judges()
    again = judged()
    assert json.loads(json.dumps([step.judgement.evidence for step in again.steps])) == json.loads(
        json.dumps([step.judgement.evidence for step in first.steps])
    )
    for step, before in zip(again.steps, first.steps, strict=True):
        assert (step.judgement.verdict, step.judgement.message) == (before.judgement.verdict, before.judgement.message)
        assert (step.search, step.ok, step.printed) == (before.search, before.ok, before.printed)


def test_what_was_remembered_is_not_written_again():
    judged()
    (file,) = kept()
    written = file.stat()
    judged()
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns)


def test_what_has_changed_is_judged_again(nobody_judges):
    judged()

    @derivation(source="notes")
    def notes():
        x, y = real("x", n, m), real("y", n, m)
        j = (x**2 * y).sum()
        yield claim(gradient(j, x), 2 * x * y, x * y, misprint(x, 2 * x * y, "all is lost"))
        yield claim(gradient(j, y), x**2 * 1)

    nobody_judges()
    with pytest.raises(AssertionError, match="judged again"):
        judged(notes)


def test_unless_asked_nothing_is_kept_and_nothing_is_taken(nobody_judges):
    judged(limits=Limits())
    assert not kept()
    judged()
    nobody_judges()
    with pytest.raises(AssertionError, match="judged again"):
        judged(limits=Limits())


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"0,0": {"judged": [["true", "", {}], null]}}'])
def test_what_is_broken_is_judged_again_and_made_whole(content):
    judged()
    (file,) = kept()
    whole = file.read_bytes()
    file.write_bytes(content)
    assert judged().steps
    assert json.loads(file.read_bytes()).keys() == json.loads(whole).keys()


def test_a_folder_that_cannot_be_written_costs_nothing(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("GRADCHECK_CACHE", str(tmp_path / "file"))
    assert len(list(judged().steps)) == 4


def test_without_a_home_nothing_is_kept(monkeypatch):
    def nowhere():
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(remembering, "folder", nowhere)
    assert len(list(judged().steps)) == 4


def test_mistakes_of_ours_what_was_not_judged_and_searches_cut_short_are_not_kept():
    report = judged()
    (file,) = kept()
    file.unlink()
    found = dict(zip(report.positions, report.steps, strict=True))
    first, second = list(found)[:2]
    for wrong in (
        {first: replace(found[first], judgement=Judgement(Verdict.HARNESS_ERROR))},
        {first: Problem("notes.py", 1, "it took too long", "wait")},
        {second: replace(found[second], search=Search(words="no time", is_whole=False))},
    ):
        remembering.remember("0" * 64, {**found, **wrong})
        assert not kept()
    remembering.remember("0" * 64, found)
    assert kept()


def test_steps_asked_for_one_by_one_are_kept_when_all_were_asked_for(nobody_judges):
    verifier = Verifier(notes, 2, REMEMBERS)
    for position in verifier.outline.positions:
        assert not kept()
        dict(verifier.searched({position: verifier.judged(position)}))
    assert len(kept()) == 1
    nobody_judges()
    judged()


def test_the_oldest_are_forgotten(monkeypatch):
    monkeypatch.setattr(remembering, "MOST", 2)
    report = judged()
    found = dict(zip(report.positions, report.steps, strict=True))
    for letter in "abc":
        remembering.remember(letter * 64, found)
    assert len(kept()) == 2
