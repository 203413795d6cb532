"""Verifies derivations: every step of every claim is judged, and reported in the document's order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from gradcheck import printing
from gradcheck.documents.claims import AbuseOfNotation, Derivation, Misprint
from gradcheck.documents.instances import ClaimGroup, read
from gradcheck.judging.steps import Judge
from gradcheck.verdicts import (
    ClaimReport,
    DerivationReport,
    Judgement,
    Problem,
    StepReport,
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
    claims = [
        _report(group, derivation.layers, [Judgement(Verdict.UNDECIDED)] * (2 * len(group.instances[0][1].steps)))
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
    total = sum(len(group.instances[0][1].steps) for group in groups)
    claims, done = [], 0
    for group in groups:
        judgements = []
        for position in range(len(group.instances[0][1].steps)):
            judgements += [judge.step(group, position, corrected) for corrected in (False, True)]
            done += 1
            if progress is not None:
                progress(derivation.name, done, total)
        claims.append(_report(group, derivation.layers, judgements))
    return _derivation_report(derivation, claims, problems)


def _derivation_report(
    derivation: Derivation, claims: Sequence[ClaimReport], problems: Sequence[Problem]
) -> DerivationReport:
    return DerivationReport(
        derivation.name, derivation.source, relative(derivation.file), tuple(claims), tuple(problems), derivation.title
    )


def _report(group: ClaimGroup, layers: str, judgements: Sequence[Judgement | None]) -> ClaimReport:
    claim = group.instances[0][1]
    steps = []
    for i, step in enumerate(claim.steps):
        printed, correction = judgements[2 * i], judgements[2 * i + 1]
        assert printed is not None
        if isinstance(step, (Misprint, AbuseOfNotation)):
            wrong, right = (printing.text(formula, claim.names, layers) for formula in (step.printed, step.corrected))
            texts = {"printed_text": wrong, "corrected_text": right}
            steps.append(StepReport(i, step.kind, wrong.source, printed, right.source, correction, step.why, **texts))
        else:
            text = printing.text(step, claim.names, layers)
            steps.append(StepReport(i, "step", text.source, printed, printed_text=text))
    target = printing.text(claim.target, claim.names, layers)
    return ClaimReport(group.target, group.at, group.line, tuple(steps), group.first_index, target)
