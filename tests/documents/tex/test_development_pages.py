"""Pages as people write them are read, and every verdict is what a mathematician says of the relation.

Each page of tests/pages has what is right beside it, by line and right-hand side. The other half of the pages is not
looked at here: benchmarks/notes.py reads it, once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from gradcheck.documents.tex.pages import page_of
from gradcheck.documents.tex.reading import derivation_of
from gradcheck.judging.verification import verify_derivation
from gradcheck.limits import Limits
from gradcheck.verdicts import StepReport, Verdict

FOLDER = Path(__file__).parents[2] / "pages" / "development"
PAGES = sorted(file for file in FOLDER.iterdir() if file.suffix != ".toml")
RIGHT, WRONG = (Verdict.PROVED, Verdict.DEFINITION), (Verdict.REFUTED, Verdict.ILL_SHAPED)
WANTED = {"right": RIGHT, "definition": RIGHT, "wrong": WRONG, "abuse": (*WRONG, Verdict.UNDECIDED), "no claim": RIGHT}
CUSTOMARY = {("batch_norm_by_entries.md", 74)}
"""A number that is taken from every entry of a vector, as is customary: it is read so, which is said."""
LEAST_READ = 0.9


def bare(tex: str) -> str:
    tex = re.sub(r"\\nonumber|\\tag\{[^}]*\}|\\label\{[^}]*\}|\\left|\\right|\\[bB]ig+[lr]?|\s+", "", tex)
    return tex.rstrip(".,;\\")


def pairs(
    said: list[dict[str, object]], found: list[StepReport]
) -> Iterator[tuple[dict[str, object], StepReport | None]]:
    """What is said of each relation, with the step of the report that stands in its line with its text."""
    left = list(found)
    for one in said:
        text, line = bare(str(one["tex"])), int(str(one["line"]))
        close = [s for s in left if abs((s.source_line or 0) - line) <= 1 and _alike(bare(s.tex or ""), text)]
        step = min(close, key=lambda s: (bare(s.tex or "") != text, abs((s.source_line or 0) - line)), default=None)
        left = [other for other in left if other is not step]
        yield one, step


def _alike(one: str, other: str) -> bool:
    return one[:40].startswith(other[:40]) or other[:40].startswith(one[:40]) or one[-30:] == other[-30:]


@pytest.fixture(scope="module", params=PAGES, ids=lambda file: file.name)
def judged(request):
    file = request.param
    report = verify_derivation(derivation_of(page_of(file), str(file)), 3, limits=Limits(60, 8, 0.0))
    assert not [problem for problem in report.problems if "ended without a claim" not in problem.what]
    said = tomllib.loads(file.with_suffix(".toml").read_text(encoding="utf-8"))["step"]
    return file.name, list(pairs(said, list(report.steps)))


def test_no_verdict_is_false(judged):
    name, steps = judged
    false = [
        (one["line"], one["tex"], step.judgement.verdict.value, step.read_as)
        for one, step in steps
        if step is not None
        and step.judgement.verdict is not Verdict.NOT_READ
        and step.judgement.verdict not in WANTED[str(one["is"])]
        and (name, one["line"]) not in CUSTOMARY
    ]
    assert not false


def test_every_mistake_that_is_read_is_found(judged):
    _, steps = judged
    wrong = [step.judgement.verdict for one, step in steps if one["is"] == "wrong" and step is not None]
    assert all(verdict in (*WRONG, Verdict.NOT_READ) for verdict in wrong)


def test_what_is_not_read_has_its_reason(judged):
    _, steps = judged
    assert all(step.unread for _, step in steps if step is not None and step.judgement.verdict is Verdict.NOT_READ)


def test_most_steps_are_read():
    read = said = 0
    for file in PAGES:
        claims = tomllib.loads(file.with_suffix(".toml").read_text(encoding="utf-8"))["step"]
        derivation = derivation_of(page_of(file), str(file))
        steps = list(derivation.page.notes.steps)
        reports = [step for step in steps if step.kind != "unread"]
        said += sum(one["is"] != "no claim" for one in claims)
        read += len(reports)
    assert read / said > LEAST_READ
