"""The documents, whole: everything is as the modules say, and the page of errata is the one that gradcheck writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from gradcheck.documents.files import collect
from gradcheck.judging.verification import verify_all
from gradcheck.limits import SEARCH, Limits
from gradcheck.reports.entries import entries_of
from gradcheck.reports.errata import errata_page
from gradcheck.verdicts import Verdict, Verification

FOLDER = Path(__file__).parents[2] / "derivations"
SOURCES = {
    "000_4e492aa3dba9ee83.txt",
    "001_375e335704064bef.txt",
    "002_7a2af9ed9e81e4e0.txt",
    "003_e936e4b92e98047e.txt",
    "004_959847bfc8ffc5eb.txt",
}
# Only seen, not proved; the module says why.
SEEN = {"log(u) < 0"}


@pytest.fixture(scope="module")
def report() -> Verification:
    found = collect([str(FOLDER)])
    return verify_all(found.derivations, found.problems, limits=Limits(search=SEARCH, explains_marked=True))


def test_everything_is_as_the_modules_say(report):
    assert report.ok, str(report)
    assert report.exit_code == 0
    assert {derivation.source for derivation in report.derivations} == SOURCES


def test_every_step_without_a_mark_is_proved_or_a_definition(report):
    unproved = {
        claim.target
        for derivation in report.derivations
        for claim in derivation.claims
        for step in claim.steps
        if step.kind == "step" and not step.judgement.verdict.is_certain
    }
    assert unproved == SEEN


def test_what_cannot_fail_is_counted_apart(report):
    assert report.summary()["definition"] == 82


def test_the_readme_counts_steps_proofs_definitions_and_mistakes_as_the_tool_does(report):
    readme = (FOLDER.parent / "README.md").read_text(encoding="utf-8")
    counts = entries_of(report)
    for source, part in report.documents.items():
        plain = [step.judgement.verdict for step in part.steps if step.kind == "step"]
        marked = sum(step.kind != "step" for step in part.steps)
        row = next(line for line in readme.splitlines() if line.startswith(f"| {source} |"))
        cells = [cell.strip() for cell in row.split("|")[-5:-1]]
        proved, defined = plain.count(Verdict.PROVED), plain.count(Verdict.DEFINITION)
        steps = len(list(part.steps))
        assert cells == [str(steps), str(proved), str(defined), f"{marked}, {len(counts[source])}"]


def test_every_mistake_is_shown_to_be_one_and_its_correction_is_certain(report):
    marked = [step for step in report.steps if step.kind != "step"]
    assert marked
    for step in marked:
        assert step.judgement.verdict in (Verdict.REFUTED, Verdict.ILL_SHAPED), step
        assert step.correction is not None
        assert step.correction.verdict.is_certain, step


def test_every_claim_says_where_in_the_document_it_stands(report):
    assert all(claim.at for derivation in report.derivations for claim in derivation.claims)


def test_the_page_of_errata_is_current(report):
    """If it is not: gradcheck errata --output derivations/ERRATA.md."""
    assert (FOLDER / "ERRATA.md").read_text(encoding="utf-8") == errata_page(report)
