"""Verifies derivations: every step of every claim is judged, and reported in the document's order."""

from collections.abc import Callable, Iterable
from dataclasses import replace
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
    verifier, done = Verifier(derivation, examples), count(1)
    outline = verifier.outline
    total = len(list(outline.steps))

    def judged(claim: int, step: int) -> StepReport:
        report = verifier.step(claim, step)
        progress(derivation.name, next(done), total)
        return report

    return with_steps(outline, judged)


def with_steps(outline: DerivationReport, step: Callable[[int, int], StepReport]) -> DerivationReport:
    """The report whose steps are those of `step`, which is called with the positions of each claim and step."""
    claims = (
        replace(claim, steps=tuple(step(i, j) for j in range(len(claim.steps))))
        for i, claim in enumerate(outline.claims)
    )
    return replace(outline, claims=tuple(claims))


class Verifier:
    """A derivation that was read and whose steps can be judged one by one.

    outline: its claims and steps with nothing judged, and the problems that came up while it was read.

    Raises:
        ValueError: `examples` is less than 1.
    """

    def __init__(self, derivation: Derivation, examples: int = DEFAULT_EXAMPLES) -> None:
        if examples < 1:
            raise ValueError(f"examples={examples}: at least 1 is needed")
        self.derivation, self.examples = derivation, examples
        self.runs, self.groups, problems = read(derivation, examples)
        self._judge: Judge | None = None
        claims = tuple(_outlined(group, derivation.layers) for group in self.groups)
        file = relative(derivation.file)
        self.outline = DerivationReport(
            derivation.name, derivation.source, file, claims, tuple(problems), derivation.title
        )

    def step(self, claim: int, step: int) -> StepReport:
        """Judge one step, known by the positions of its claim and of itself in the outline."""
        if self._judge is None:
            self._judge = Judge(self.derivation, self.runs, self.examples)
        judgement, *correction = self._judge.step(self.groups[claim], step)
        unjudged = self.outline.claims[claim].steps[step]
        return replace(unjudged, judgement=judgement, correction=next(iter(correction), None))


def _outlined(group: ClaimGroup, layers: str) -> ClaimReport:
    """A claim whose steps are undecided, with their texts."""
    names, steps, nothing = group.claim.names, [], Judgement(Verdict.UNDECIDED)
    for index, step in enumerate(group.claim.steps):
        printed, *corrected = (printing.text(form, names, layers) for form in step.forms)
        right = next(iter(corrected), None)
        correction = nothing if corrected else None
        source = right and right.source
        steps.append(
            StepReport(index, step.kind, printed.source, nothing, source, correction, step.why, printed, right)
        )
    target = printing.text(group.claim.target, names, layers)
    return ClaimReport(group.target, group.at, group.line, tuple(steps), group.first_index, target)
