"""The gallery, whole: every file is as it says, names its source, and nearly every step of it is proved."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gradcheck.documents.files import collect
from gradcheck.judging.verification import verify_all
from gradcheck.reports.entries import entries_of
from gradcheck.reports.errata import errata_page
from gradcheck.verdicts import Verification

FOLDER = Path(__file__).parents[2] / "gallery"
# Right, and only seen to be: what is written out for a proof is too long.
SEEN = {("block", "∂L/∂X")}


@pytest.fixture(scope="module")
def report() -> Verification:
    found = collect([str(FOLDER)])
    return verify_all(found.derivations, found.problems)


def test_everything_is_as_the_modules_say(report):
    assert [step.judgement.message for step in report.steps if not step.ok] == []
    assert report.exit_code == 0, report.problems


def test_what_is_not_proved_is_listed(report):
    unproved = {
        (derivation.name, claim.target)
        for derivation in report.derivations
        for claim in derivation.claims
        for step in claim.steps
        if not (step.judgement if step.kind == "step" else step.correction).verdict.is_certain
    }
    assert unproved == SEEN
    assert len(unproved) < 0.05 * len(list(report.steps))


def test_every_file_has_a_title_and_names_its_sources(report):
    for file in FOLDER.glob("*.py"):
        title, _, rest = file.read_text(encoding="utf-8").partition("\n")
        assert re.fullmatch(r'""".+\."""', title), file
        assert "derivation(" in rest, file
    for derivation in report.derivations:
        assert re.search(r"https?://|\(from memory\)", derivation.source), derivation.source


def test_the_readme_counts_what_the_gallery_has(report):
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    marked = sum(step.kind != "step" for step in report.steps)
    mistakes = sum(map(len, entries_of(report).values()))
    files, steps = len(list(FOLDER.glob("*.py"))), len(list(report.steps))
    counts = f"{len(report.derivations)} derivations in {files} files, {steps} steps, {marked} of them marked as wrong"
    assert counts in " ".join(readme.split())
    assert f"for {mistakes} mistakes" in " ".join(readme.split())


def test_the_page_of_errata_is_current(report):
    """If it is not: gradcheck errata --output gallery/ERRATA.md gallery. What shows a mistake takes longer to find."""
    page = (FOLDER / "ERRATA.md").read_text(encoding="utf-8")
    assert _without_evidence(page) == _without_evidence(errata_page(report))


def _without_evidence(page: str) -> list[str]:
    return [line for line in page.splitlines() if not line.startswith("- shown by:")]
