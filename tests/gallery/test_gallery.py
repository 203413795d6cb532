"""The gallery: every file names its source, the README and the page of errata are its own, and a part is judged again.

All of it takes a minute of a processor: `gradcheck verify gallery` and `gradcheck errata --check` judge the whole.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gradcheck.documents.files import collect
from gradcheck.judging.verification import Verifier, verify_all
from gradcheck.reports.entries import entries_of
from gradcheck.reports.errata import errata_page
from gradcheck.verdicts import Verification

FOLDER = Path(__file__).parents[2] / "gallery"
FILES = sorted(FOLDER.glob("*.py"))
JUDGED = [file for file in FILES if not file.name.startswith("pytorch_")][::3]
"""What is judged here; PyTorch's table has a test of its own."""


@pytest.fixture(scope="module")
def outline() -> Verification:
    """All of it as it is written, with nothing judged."""
    found = collect([str(FOLDER)])
    return Verification(tuple(Verifier(derivation).outline for derivation in found.derivations), found.problems)


@pytest.fixture(scope="module")
def report() -> Verification:
    found = collect(list(map(str, JUDGED)))
    return verify_all(found.derivations, found.problems, examples=4)


def test_everything_that_is_judged_is_as_the_modules_say(report):
    assert [step.judgement.message for step in report.steps if not step.ok] == []
    assert report.exit_code == 0, report.problems


def test_nearly_all_of_it_is_proved(report):
    said = [step.judgement if step.kind == "step" else step.correction for step in report.steps]
    assert sum(judgement.verdict.is_certain for judgement in said) >= 0.95 * len(said) > 100


def test_everything_can_be_read(outline):
    assert outline.all_problems == ()
    assert {Path(derivation.file).name for derivation in outline.derivations} == {file.name for file in FILES}


def test_every_file_has_a_title_and_names_its_sources(outline):
    for file in FILES:
        title, _, rest = file.read_text(encoding="utf-8").partition("\n")
        assert re.match(r'""".+', title), file
        assert "derivation(" in rest, file
    for derivation in outline.derivations:
        assert re.search(r"https?://|from memory|derivatives\.yaml", derivation.source), derivation.source


def test_the_readme_counts_what_the_gallery_has(outline):
    readme = " ".join((FOLDER.parent / "README.md").read_text(encoding="utf-8").split())
    marked, steps = sum(step.kind != "step" for step in outline.steps), len(list(outline.steps))
    mistakes = sum(map(len, entries_of(outline).values()))
    counts = f"{len(outline.derivations)} derivations in {len(FILES)} files, {steps} steps, {marked} of them marked as"
    assert counts in readme
    assert f"for {mistakes} mistakes" in readme


def test_the_page_of_errata_tells_the_mistakes_that_are_marked(outline):
    """If it does not: gradcheck errata --output gallery/ERRATA.md gallery."""
    page = (FOLDER / "ERRATA.md").read_text(encoding="utf-8")
    assert _told(page) == _told(errata_page(outline))


def _told(page: str) -> list[str]:
    """The lines that can be written without judging anything."""
    lines = re.sub(r", not confirmed\*\*", "**", page).splitlines()
    return [line for line in lines if not re.match(r"- shown by:|.* statements were judged", line)]
