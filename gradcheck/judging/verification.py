"""Verifies derivations: every step of every claim is judged, and reported in the document's order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from gradcheck import printing
from gradcheck.documents.claims import Derivation, Step
from gradcheck.documents.instances import ClaimGroup, read
from gradcheck.judging.steps import Judge
from gradcheck.verdicts import (
    ClaimReport,
    DerivationReport,
    Judgement,
    Problem,
    StepReport,
    Text,
    Verdict,
    Verification,
    relative,
)

DEFAULT_EXAMPLES = 10

Progress = Callable[[str, int, int], None]
"""Told after every step: the derivation's name, how many of its steps are judged, how many there are."""


def verify_all(
    derivations: Iterable[Derivation],
    problems: Iterable[Problem] = (),
    examples: int = DEFAULT_EXAMPLES,
    progress: Progress | None = None,
    on_derivation: Callable[[DerivationReport], None] | None = None,
) -> Verification:
    """Judge derivations one after the other; `on_derivation` is called with each as it is done."""
    reports = []
    for derivation in derivations:
        report = verify_derivation(derivation, examples, progress)
        reports.append(report)
        if on_derivation is not None:
            on_derivation(report)
    return Verification(tuple(reports), tuple(problems))


def outline(derivation: Derivation, examples: int = DEFAULT_EXAMPLES) -> DerivationReport:
    """The claims and steps of a derivation with nothing judged."""
    _, groups, problems = read(derivation, examples)
    nothing = Judgement(Verdict.UNDECIDED)
    claims = [
        _claim_report(group, derivation.layers, [[nothing] * len(step.forms) for step in group.claim.steps])
        for group in groups
    ]
    return _derivation_report(derivation, claims, problems)


def verify_derivation(
    derivation: Derivation, examples: int = DEFAULT_EXAMPLES, progress: Progress | None = None
) -> DerivationReport:
    """Judge every step of one derivation; `progress` is called after each.

    Raises:
        ValueError: `examples` is less than 1.
    """
    if examples < 1:
        raise ValueError(f"examples={examples}: at least 1 is needed")
    runs, groups, problems = read(derivation, examples)
    judge = Judge(derivation, runs, examples)
    total = sum(len(group.claim.steps) for group in groups)
    claims, done = [], 0
    for group in groups:
        judged = []
        for position in range(len(group.claim.steps)):
            judged.append(judge.step(group, position))
            done += 1
            if progress is not None:
                progress(derivation.name, done, total)
        claims.append(_claim_report(group, derivation.layers, judged))
    return _derivation_report(derivation, claims, problems)


def _derivation_report(
    derivation: Derivation, claims: Sequence[ClaimReport], problems: Sequence[Problem]
) -> DerivationReport:
    return DerivationReport(
        derivation.name, derivation.source, relative(derivation.file), tuple(claims), tuple(problems), derivation.title
    )


def _claim_report(group: ClaimGroup, layers: str, judged: Sequence[Sequence[Judgement]]) -> ClaimReport:
    """judged: for each step, what is said of its forms."""
    names = group.claim.names
    steps = tuple(
        _step_report(index, step, [printing.text(form, names, layers) for form in step.forms], judgements)
        for index, (step, judgements) in enumerate(zip(group.claim.steps, judged, strict=True))
    )
    target = printing.text(group.claim.target, names, layers)
    return ClaimReport(group.target, group.at, group.line, steps, group.first_index, target)


def _step_report(index: int, step: Step, texts: Sequence[Text], judgements: Sequence[Judgement]) -> StepReport:
    corrected, correction = texts[1] if len(texts) > 1 else None, judgements[1] if len(judgements) > 1 else None
    source = None if corrected is None else corrected.source
    return StepReport(
        index, step.kind, texts[0].source, judgements[0], source, correction, step.why, texts[0], corrected
    )
