"""The corrections of a document belong together: all applied it holds, and with any one left out it does not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gradcheck import Derivation
from gradcheck.documents.files import collect
from gradcheck.documents.instances import read
from gradcheck.judging.verification import Verifier, verify_derivation
from gradcheck.verdicts import Mistake, Position, StepReport

FOLDER = Path(__file__).parents[2] / "derivations"
DERIVATIONS = collect([str(FOLDER)]).derivations
EXAMPLES = 3


def mistakes_of(derivation: Derivation) -> dict[Mistake, set[tuple[int, int]]]:
    """The mistakes of a derivation, and where they show: lines of claims and numbers of steps."""
    found: dict[Mistake, set[tuple[int, int]]] = {}
    for group in read(derivation, EXAMPLES)[1]:
        for index, step in enumerate(group.claim.steps):
            for mistake in step.mistakes:
                # Where the left-hand side is wrong, every step at its right fails.
                found.setdefault(mistake, set()).add((group.line, 0 if step.is_left else index))
    return found


PLACES = {(d.source, d.name, mistake): places for d in DERIVATIONS for mistake, places in mistakes_of(d).items()}
MISTAKES = sorted({(source, mistake) for source, _, mistake in PLACES})


@pytest.mark.parametrize("derivation", DERIVATIONS, ids=lambda derivation: derivation.name)
def test_with_all_corrections_applied_together_everything_holds(derivation):
    report = verify_derivation(derivation.corrected(), EXAMPLES)
    assert report.ok, [(step.at, step.judgement.message) for step in report.steps if not step.ok]
    assert {step.kind for step in report.steps} == {"step"}


@pytest.mark.parametrize(("source", "mistake"), MISTAKES, ids=lambda one: getattr(one, "why", one[:3])[:60])
def test_with_one_mistake_left_in_something_fails(source, mistake):
    assert any(not said.ok for said in judged_with(source, mistake)), "it is no mistake, or is mended elsewhere, too"


def judged_with(source: str, mistake: Mistake) -> Iterator[StepReport]:
    """The steps that the mistake shows in, judged in a document that is otherwise corrected."""
    for derivation in DERIVATIONS:
        places = PLACES.get((source, derivation.name, mistake)) if derivation.source == source else None
        if not places:
            continue
        verifier = Verifier(derivation.corrected(but=[mistake]), EXAMPLES)
        for position in verifier.outline.positions:
            if (verifier.outline.claims[position.claim].line, position.step) in places:
                yield judged(verifier, position)


def judged(verifier: Verifier, position: Position) -> StepReport:
    said = verifier.judged(position)
    assert isinstance(said, StepReport), said
    return said


def test_there_are_at_most_fifty_entries_and_no_two_with_one_cause():
    whys = [(source, mistake.why) for source, mistake in MISTAKES]
    assert len(whys) <= 50
    assert len(set(whys)) == len(whys)
