"""Verifies derivations: every step of every claim is judged, and reported in the document's order."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from math import isnan
from typing import Any

from gradcheck import printing
from gradcheck.documents.derivations import Derivation
from gradcheck.documents.instances import ClaimGroup, read
from gradcheck.judging.difference import parts_apart
from gradcheck.judging.fingerprints import fingerprint
from gradcheck.judging.remembering import remember, remembered
from gradcheck.judging.steps import Judge
from gradcheck.limits import (
    DEFAULT_EXAMPLES,
    LONGER_CURE,
    MORE_CURE,
    USUAL,
    Clock,
    Limits,
    OutOfTime,
    Stage,
    uninterrupted,
)
from gradcheck.verdicts import (
    ClaimReport,
    DerivationReport,
    Judgement,
    Position,
    Problem,
    Search,
    StepReport,
    Verdict,
    Verification,
    relative,
)

Progress = Callable[[str, int, int], None]
"""Told after every step: the derivation's name, how many of its steps are judged, how many there are."""


def verify_all(
    derivations: Iterable[Derivation],
    problems: Iterable[Problem] = (),
    examples: int = DEFAULT_EXAMPLES,
    progress: Progress = lambda *said: None,
    on_derivation: Callable[[DerivationReport], None] = lambda report: None,
    limits: Limits = USUAL,
) -> Verification:
    """Judge derivations one after the other; `on_derivation` is called with each as it is done."""
    reports = []
    for derivation in derivations:
        report = verify_derivation(derivation, examples, progress, limits)
        reports.append(report)
        on_derivation(report)
    return Verification(tuple(reports), tuple(problems))


def verify_derivation(
    derivation: Derivation,
    examples: int = DEFAULT_EXAMPLES,
    progress: Progress = lambda *said: None,
    limits: Limits = USUAL,
) -> DerivationReport:
    """Judge every step of one derivation in this process; `progress` is called after each.

    Time is looked at between steps only, and memory not at all.

    Raises:
        ValueError: `examples` is less than 1.
    """
    verifier = Verifier(derivation, examples, limits)
    positions, found = list(verifier.outline.positions), {}
    for done, position in enumerate(positions, 1):
        found[position] = verifier.judged(position)
        progress(derivation.name, done, len(positions))
    found |= dict(verifier.searched(found))
    return verifier.outline.judged(found)


class Verifier:
    """A derivation that was read and whose steps can be judged one by one.

    outline: its claims and steps with nothing judged, and the problems that came up while it was read. stage: stops
    what takes too long.

    Raises:
        ValueError: `examples` is less than 1.
        OutOfTime: what was read could not be written out in time.
    """

    def __init__(
        self,
        derivation: Derivation,
        examples: int = DEFAULT_EXAMPLES,
        limits: Limits = USUAL,
        stage: Stage = uninterrupted,
    ) -> None:
        if examples < 1:
            raise ValueError(f"examples={examples}: at least 1 is needed")
        self.derivation, self.examples, self.stage = derivation, examples, stage
        self.clock = Clock(limits)
        self._judge: Judge | None = None
        with stage(self.clock.next_stage()):
            self.runs, self.groups, problems = read(derivation, examples)
            claims = tuple(_outlined(group, derivation.layers) for group in self.groups)
        file = relative(derivation.file)
        self._order: list[int | None] = list(range(len(claims)))
        if (page := derivation.page) is not None:
            placed, problems = page.placed(claims), page.problems(problems)
            claims, self._order = tuple(claim for claim, _ in placed), [number for _, number in placed]
        known = (claims, tuple(problems), derivation.title, derivation.section, page and page.report)
        self.outline = DerivationReport(derivation.name, derivation.source, file, *known)
        self._fingerprint, self._found = self._remembered(limits) if limits.remembers else (None, {})

    def _remembered(self, limits: Limits) -> tuple[str | None, dict[Position, StepReport | Problem]]:
        """What the verdicts depend on, and those that are known already."""
        with self.stage(self.clock.next_stage()):
            key = fingerprint(self.derivation, self.runs, self.groups, self.examples, limits)
        steps = {self._own(at): self.outline.claims[at.claim].steps[at.step] for at in self._judged_ones}
        found = remembered(key, steps) if key else {}
        return key, {at: found[own] for at in self._judged_ones if (own := self._own(at)) in found}

    @property
    def _judged_ones(self) -> list[Position]:
        """Where the steps stand that are judged, and not said by a page itself."""
        return [position for position in self.outline.positions if self._order[position.claim] is not None]

    def _own(self, position: Position) -> Position:
        """The same among the claims that are judged, by which it is remembered, wherever it stands in a page."""
        return position._replace(claim=self._number(position.claim))

    def judged(self, position: Position) -> StepReport | Problem:
        """What is said of a step, or why nothing is."""
        if self._order[position.claim] is None:  # a page says it itself: a definition, or what is not read
            return self.outline.claims[position.claim].steps[position.step]
        if position not in self._found:
            self._found[position] = self._judged(position)
        return self._with_why(position, self._in_doubt(position, self._found[position]))

    def _in_doubt(self, position: Position, said: StepReport | Problem) -> StepReport | Problem:
        """What does not hold for all values is undecided where its page supposes something that is not understood."""
        doubt = self.outline.claims[position.claim].steps[position.step].doubt
        if isinstance(said, Problem) or said.judgement.verdict is not Verdict.REFUTED:
            return said
        why = f"it does not hold for all values; the page supposes {doubt}, which may make it right" if doubt else ""
        if self.derivation.page is not None and (at := _without_value(said.judgement.evidence)):
            why = f"exact algebra proves it where both sides have a value, and at {at} one of them has none"
        return replace(said, judgement=Judgement(Verdict.UNDECIDED, why, said.judgement.evidence)) if why else said

    def _with_why(self, position: Position, said: StepReport | Problem) -> StepReport | Problem:
        """A misprint without a why has the words of its cause, if one is proved; one that passes needs either."""
        if isinstance(said, Problem) or said.kind == "step" or said.why is not None:
            return said
        diagnosis = said.judgement.evidence.get("diagnosis", {})
        if diagnosis.get("verified"):
            words = diagnosis["words"]
            mistakes = tuple(mistake._replace(why=mistake.why or words) for mistake in said.mistakes)
            return replace(said, why=words, mistakes=mistakes)
        return self.outline.without_why(position) if said.ok else said

    def _judged(self, position: Position) -> StepReport | Problem:
        try:
            with self.stage(self.clock.next_stage()):
                return self.step(position)
        except OutOfTime as error:
            return self.outline.not_judged(position, str(error), LONGER_CURE)
        except MemoryError as error:
            why = f"it needs more memory than there is{f' ({error})' if str(error) else ''}"
            return self.outline.not_judged(position, why, MORE_CURE)

    def searched(self, judged: Mapping[Position, StepReport | Problem]) -> Iterator[tuple[Position, StepReport]]:
        """The steps whose corrections are to be looked for, each with what was found, which changes no verdict."""
        for position, said in judged.items():
            if isinstance(said, StepReport) and self._is_to_be_searched(said):
                self._found[position] = found = replace(said, search=self._search(position))
                yield position, found
        is_new = self._judge is not None  # what was remembered is not written again
        if is_new and self._fingerprint and len(self._found) == len(self._judged_ones):
            remember(self._fingerprint, {self._own(position): said for position, said in self._found.items()})

    def _is_to_be_searched(self, said: StepReport) -> bool:
        limits, is_wrong = self.clock.limits, said.judgement.verdict.is_wrong and said.search is None
        return is_wrong and limits.search > 0 and (limits.corrects_marked or not said.ok)

    def _search(self, position: Position) -> Search:
        from gradcheck.judging.searching import search  # takes a while to import, and is seldom needed

        assert self._judge is not None  # it was judged
        group = self._group(position.claim).beside(position.step)
        return search(self._judge, group, position.step, self.clock.limits.search, self.stage)

    def _group(self, claim: int) -> ClaimGroup:
        """The claim of a place in the outline."""
        return self.groups[self._number(claim)]

    def _number(self, claim: int) -> int:
        number = self._order[claim]
        assert number is not None  # it is judged
        return number

    def step(self, position: Position) -> StepReport:
        """Judge one step."""
        if self._judge is None:
            marked = self.clock.limits.explains_marked
            self._judge = Judge(self.derivation, self.runs, self.examples, marked)
        claim, step = position
        judgement, *correction = self._judge.step(self._group(claim), step)
        unjudged = self.outline.claims[claim].steps[step]
        return replace(unjudged, judgement=judgement, correction=next(iter(correction), None))


def _without_value(evidence: Mapping[str, Any]) -> str:
    """The point at which one side of what is proved elsewhere has no value, as x / ‖x‖ at 0; notes leave it out."""
    point = evidence.get("counterexample") or {}
    has_none = any(isinstance(point.get(side), float) and isnan(point[side]) for side in ("printed", "right"))
    return str(point.get("at", "")) if has_none and evidence.get("exact") == "proved" else ""


def _outlined(group: ClaimGroup, layers: str) -> ClaimReport:
    """A claim whose steps are undecided, with their texts."""
    claim, steps, nothing = group.telling, [], Judgement(Verdict.UNDECIDED)
    for index, step in enumerate(claim.steps):
        printed, *corrected = printing.texts(step.forms, claim.names, layers)
        right = next(iter(corrected), None)
        correction = nothing if corrected else None
        source = right and right.source
        known = (printed, right, step.mistakes, step.at, step.source_line, step.is_left)
        apart = parts_apart(step.forms[0], step.forms[-1], claim.names) if right else None
        parts = tuple(printing.texts(apart, claim.names, layers)) if apart else None
        steps.append(StepReport(index, step.kind, printed.source, nothing, source, correction, step.why, *known, parts))
    target = printing.text(claim.target, claim.names, layers)
    return ClaimReport(group.target, group.at, group.line, tuple(steps), group.first_index, target)
