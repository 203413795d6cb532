"""The mistakes of documents, each told once: a cause, or a step that is wrong and not marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gradcheck.verdicts import ClaimReport, DerivationReport, Mistake, StepReport, Text, Verification

LONGEST = 100
"""Formulas that are longer in Unicode are shown by the part in which they differ."""
UNMARKED = "wrong"
"""The kind of a mistake that nobody has marked."""


@dataclass(frozen=True)
class Seen:
    """A step in which a mistake shows, and where that stands."""

    derivation: DerivationReport
    claim: ClaimReport
    step: StepReport

    @property
    def place(self) -> str:
        """Where in the document: in its words, with the line of its file if that is known."""
        words = self.step.at or self.claim.target
        return f"{words}, source line {self.step.source_line}" if self.step.source_line else words

    @property
    def module(self) -> str:
        """The file and the line of the claim."""
        return f"{Path(self.derivation.file).name}:{self.claim.line}"


@dataclass(frozen=True)
class Equation:
    """An equation, or the part of a long one: left and right sides in all styles."""

    left: Text | None
    right: Text

    def __str__(self) -> str:
        return f"{self.left.unicode} = {self.right.unicode}" if self.left else self.right.unicode


@dataclass
class Entry:
    """One mistake, with all steps in which it shows, in the document's order. number: what the page calls it."""

    kind: str
    why: str
    seen: list[Seen] = field(default_factory=list)
    number: int = 0

    @property
    def first(self) -> Seen:
        """Where it is printed first."""
        return self.seen[0]

    @property
    def shown(self) -> Seen:
        """The step that shows it best: nothing else is wrong in it, if there is such a one."""
        return min(self.seen, key=lambda seen: len(seen.step.mistakes))

    @property
    def is_confirmed(self) -> bool:
        """Whether all of it is as the module says."""
        return self.kind != UNMARKED and all(seen.step.ok for seen in self.seen)

    @property
    def printed(self) -> Equation | None:
        """What is printed where it shows best."""
        step = self.shown.step
        return self._equation(step.printed_text, step.parts[0] if step.parts else None)

    @property
    def corrected(self) -> Equation | None:
        """What is right there: the module's correction, or the one that was found."""
        step = self.shown.step
        if step.kind == "step":
            return self._equation(step.correction_found.text if step.correction_found else None, None)
        return self._equation(step.corrected_text, step.parts[1] if step.parts else None)

    @property
    def evidence(self) -> str:
        """How the printed formula differs, as the oracles saw it."""
        lines = self.shown.step.judgement.message.splitlines()
        return lines[1] if len(lines) > 1 else self.shown.step.judgement.verdict.value

    @property
    def places(self) -> dict[str, list[str]]:
        """Every place in the document, once, with the lines of modules that speak of it."""
        found: dict[str, list[str]] = {}
        for seen in self.seen:
            lines = found.setdefault(seen.place, [])
            lines += [seen.module] if seen.module not in lines else []
        return found

    def _equation(self, whole: Text | None, part: Text | None) -> Equation | None:
        if whole is None:
            return None
        claim, step = self.shown.claim, self.shown.step
        left = claim.steps[0].corrected_text or claim.steps[0].printed_text if step.is_left else claim.target_text
        equation = Equation(whole, left) if step.is_left and left else Equation(left, whole)
        return Equation(None, part) if part and len(str(equation)) > LONGEST else equation


def entries_of(report: Verification) -> dict[str, list[Entry]]:
    """The entries of each document, in its order, numbered from 1 over all of them."""
    found = {name: sorted(_entries(part), key=_order) for name, part in sorted(report.documents.items())}
    for number, entry in enumerate((entry for entries in found.values() for entry in entries), 1):
        entry.number = number
    return found


def _entries(part: Verification) -> Sequence[Entry]:
    causes: dict[Mistake, Entry] = {}
    unmarked: list[Entry] = []
    for seen in _steps(part):
        for mistake in seen.step.mistakes:
            causes.setdefault(mistake, Entry(mistake.kind, mistake.why)).seen.append(seen)
        if seen.step.kind == "step" and seen.step.judgement.verdict.is_wrong:
            unmarked.append(Entry(UNMARKED, "", [seen]))
    for entry in causes.values():
        entry.seen.sort(key=lambda seen: seen.step.source_line or 0)
    return [*causes.values(), *unmarked]


def _order(entry: Entry) -> tuple[bool, int]:
    """By the line of the document; those without one come behind, as they stand in the module."""
    line = entry.first.step.source_line
    return line is None, line or 0


def _steps(part: Verification) -> Iterator[Seen]:
    for derivation in part.derivations:
        for claim in derivation.claims:
            for step in claim.steps:
                yield Seen(derivation, claim, step)
