"""Verifies derivations: every step of every claim is judged, and reported in the document's order."""

from collections.abc import Callable, Iterable, Sequence
from itertools import count

from gradcheck import printing
from gradcheck.documents.claims import Derivation
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
JudgeStep = Callable[[ClaimGroup, int], list[Judgement]]
"""What is said of the forms of one step, given its claim and its position there."""


def verify_all(
    derivations: Iterable[Derivation],
    problems: Iterable[Problem] = (),
    examples: int = DEFAULT_EXAMPLES,
    progress: Progress = lambda *said: None,
    on_derivation: Callable[[DerivationReport], None] = lambda report: None,
) -> Verification:
    """Judge derivations one after the other; `on_derivation` is called with each as it is done."""
    reports = []
    for derivation in derivations:
        report = verify_derivation(derivation, examples, progress)
        reports.append(report)
        on_derivation(report)
    return Verification(tuple(reports), tuple(problems))


def verify_derivation(
    derivation: Derivation, examples: int = DEFAULT_EXAMPLES, progress: Progress = lambda *said: None
) -> DerivationReport:
    """Judge every step of one derivation; `progress` is called after each.

    Raises:
        ValueError: `examples` is less than 1.
    """
    if examples < 1:
        raise ValueError(f"examples={examples}: at least 1 is needed")
    runs, groups, problems = read(derivation, examples)
    judge, done = Judge(derivation, runs, examples), count(1)
    total = sum(len(group.claim.steps) for group in groups)

    def judged(group: ClaimGroup, position: int) -> list[Judgement]:
        judgements = judge.step(group, position)
        progress(derivation.name, next(done), total)
        return judgements

    return _derivation_report(derivation, groups, problems, judged)


def outline(derivation: Derivation, examples: int = DEFAULT_EXAMPLES) -> DerivationReport:
    """The claims and steps of a derivation with nothing judged."""
    _, groups, problems = read(derivation, examples)
    nothing = Judgement(Verdict.UNDECIDED)
    return _derivation_report(
        derivation, groups, problems, lambda group, i: [nothing for _ in group.claim.steps[i].forms]
    )


def _derivation_report(
    derivation: Derivation, groups: Sequence[ClaimGroup], problems: Sequence[Problem], judge: JudgeStep
) -> DerivationReport:
    claims = tuple(_claim_report(group, derivation.layers, judge) for group in groups)
    file = relative(derivation.file)
    return DerivationReport(derivation.name, derivation.source, file, claims, tuple(problems), derivation.title)


def _claim_report(group: ClaimGroup, layers: str, judge: JudgeStep) -> ClaimReport:
    names, steps = group.claim.names, []
    for index, step in enumerate(group.claim.steps):
        judgement, *corrections = judge(group, index)
        printed, *corrected = (printing.text(form, names, layers) for form in step.forms)
        right, correction = next(iter(corrected), None), next(iter(corrections), None)
        texts = (printed, right)
        source = right and right.source
        steps.append(StepReport(index, step.kind, printed.source, judgement, source, correction, step.why, *texts))
    target = printing.text(group.claim.target, names, layers)
    return ClaimReport(group.target, group.at, group.line, tuple(steps), group.first_index, target)
