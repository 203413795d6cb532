"""What is said of a step, and why: the data that verification produces and that reports read.

| exact | backprop | differences | verdict |
|---|---|---|---|
| proved | agrees | agrees | PROVED: it holds for all values, at the sizes and structures listed in the evidence |
| unknown | agrees | agrees | AGREES: seen at every point, not proved |
| differs | differs | differs | REFUTED, with the entry and the two values |
| any | differs from differences | – | HARNESS ERROR: gradcheck contradicts itself |
| any | any | cannot resolve at any point | UNDECIDED, with the reason |
| – | – | – | ILL_SHAPED: the step has no shape, or not the target's |
| – | – | – | DEFINITION: both sides are one expression, so it cannot fail: counted apart, and no tick |

Exact algebra has two tiers: formulas written out in symbols at small sizes, and both sides evaluated over a prime field
at large ones, where unequal sides look equal with a probability that the evidence states, below 1e-9. Either proves.

Sizes: PROVED says nothing of sizes that were not looked at, unless evidence["all_sizes"] says why it holds at all of
them: because no size occurs, or entry by entry; `all_sizes` has the argument. Reports say "at these sizes" otherwise.

A pass is never vacuous: a target that nothing reaches is UNDECIDED, and so is a step that was only seen to hold where a
wrong variant would have been, too. A target that is zero at every point passes only if algebra proves the claim, and
wrong variants of the side that is not written as 0 are refuted. Variants that nothing tells from the truth take no
proof away: a proof does not rest on what was looked at.

Conventions: where something is differentiated by a symmetric matrix, evidence["symmetric"] names the one of
`BY_SYMMETRIC` by which all oracles judged both sides. What is right by the other one alone is REFUTED.

Contradictions: what an oracle could not resolve contradicts nothing. A certificate of exact algebra is contradicted by
numbers that agree at its own point, where they would see its difference; a proof by numbers that differ at its sizes,
away from kinks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

LONGEST = 60
"""How long a formula may be in what is said of a problem."""
ENTRIES, CHANGES = "entries", "changes"
BY_SYMMETRIC = {ENTRIES: "by each entry{} on its own", CHANGES: "along symmetric changes{}"}
"""The conventions for derivatives by symmetric matrices, and what they are called; {} for " of S", or for nothing."""


class Answer(Enum):
    """What one oracle says of one formula at one place; every oracle answers in these words.

    KINK and ROUGH are reasons why a slope could not be resolved.
    """

    PROVED = "proved"
    AGREES = "agrees"
    DIFFERS = "differs"
    UNRESOLVED = "cannot resolve"
    KINK = "kink"
    ROUGH = "rough"
    CONTRADICTS = "contradiction"


class Verdict(Enum):
    """What the oracles together say of one right-hand side."""

    PROVED = "proved"
    AGREES = "agrees"
    REFUTED = "refuted"
    ILL_SHAPED = "ill-shaped"
    UNDECIDED = "undecided"
    DEFINITION = "definition"
    NOT_READ = "not read"
    HARNESS_ERROR = "harness error"

    @property
    def is_true(self) -> bool:
        """Whether the formula was found to hold."""
        return self in (Verdict.PROVED, Verdict.AGREES, Verdict.DEFINITION)

    @property
    def is_certain(self) -> bool:
        """Whether it holds without a doubt: it is proved, or cannot fail."""
        return self in (Verdict.PROVED, Verdict.DEFINITION)

    @property
    def is_wrong(self) -> bool:
        """Whether the formula was found not to hold as written."""
        return self in (Verdict.REFUTED, Verdict.ILL_SHAPED)


@dataclass(frozen=True)
class Judgement:
    """The verdict on one formula. `message` is the human text: how it differs, in one to three lines.

    evidence: JSON-ready facts: what each oracle said, sizes, points, the worst entry, the two values.
    """

    verdict: Verdict
    message: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)


class Text(NamedTuple):
    """A formula in three styles: as its author wrote it in NumPy, and as mathematics in Unicode and in LaTeX."""

    source: str
    unicode: str
    latex: str


class Mistake(NamedTuple):
    """What is wrong in a document, in its author's words, and "misprint" or "abuse": one mistake, wherever it shows."""

    why: str
    kind: str


class Correction(NamedTuple):
    """A formula that was found and that the oracles prove, and the edits that lead to it from what is printed.

    text: its source runs. marks: what stands below the source to show where it is edited.
    """

    text: Text
    edits: tuple[str, ...]
    verdict: Verdict
    marks: str = ""


class Search(NamedTuple):
    """What a search for corrections found: those closest to print, all as close.

    words: why there are none. is_whole: whether it came to its end.
    """

    corrections: tuple[Correction, ...] = ()
    words: str = ""
    seconds: float = 0.0
    is_whole: bool = True


@dataclass(frozen=True)
class StepReport:
    """One `=` of a document. kind is "step", "misprint" or "abuse".

    For a misprint, `printed` is the text as printed and `judgement` is about it; `corrected` and `correction` are the
    text and judgement of the correction (of the reading that is meant, for an abuse); `why` is the author's, or that of
    the diagnosis where the author left it out. The texts in all styles stand beside. mistakes: those that the step is
    wrong for. at, source_line: where it stands in the document. is_left: whether it is the left-hand side, which is
    judged against what stands first at the right. parts: in what the two differ, if that is less than all of them.
    needs_proof: whether a step that only agrees is not as it should be. may_be_unread: whether one that is not read is
    as it should be. search: what the search for corrections found;
    None if there was none.

    Of a step of a page of notes: span, where it stands in the page's text; relation, where the sign in front of it
    does; tex, what stands there; read_as, as what it was read, in Python; notes, what was decided while it was read;
    unread, why it was not; doubt, what the page supposes that may make it right where it does not hold for all values.
    """

    index: int
    kind: str
    printed: str
    judgement: Judgement
    corrected: str | None = None
    correction: Judgement | None = None
    why: str | None = None
    printed_text: Text | None = None
    corrected_text: Text | None = None
    mistakes: tuple[Mistake, ...] = ()
    at: str = ""
    source_line: int | None = None
    is_left: bool = False
    parts: tuple[Text, ...] | None = None
    needs_proof: bool = False
    may_be_unread: bool = False
    search: Search | None = None
    span: tuple[int, int] | None = None
    relation: tuple[int, int] | None = None
    tex: str | None = None
    read_as: str | None = None
    notes: tuple[str, ...] = ()
    unread: str | None = None
    doubt: str = ""

    @property
    def correction_found(self) -> Correction | None:
        """The correction that is closest to print, among equally close ones the first."""
        return next(iter(self.search.corrections), None) if self.search else None

    @property
    def ok(self) -> bool:
        """Whether it is as the module says: a step holds; a misprint is wrong, and its correction is certain."""
        if self.kind == "step":
            verdict = self.judgement.verdict
            if verdict is Verdict.NOT_READ:
                return self.may_be_unread
            return verdict.is_certain if self.needs_proof else verdict.is_true
        corrected = self.correction is not None and self.correction.verdict.is_certain
        return corrected and self.judgement.verdict.is_wrong

    @property
    def is_harness_error(self) -> bool:
        """Whether the oracles contradict each other: gradcheck's own mistake."""
        judged = (self.judgement, self.correction)
        return any(j is not None and j.verdict is Verdict.HARNESS_ERROR for j in judged)


@dataclass(frozen=True)
class ClaimReport:
    """`target = step = step = …`, with the place in the document (`at`) and the line in the module."""

    target: str
    at: str
    line: int
    steps: tuple[StepReport, ...]
    first_index: int = 0
    target_text: Text | None = None

    @property
    def ok(self) -> bool:
        """Whether all steps are as the module says."""
        return all(step.ok for step in self.steps)


@dataclass(frozen=True)
class Problem:
    """Something that kept a module, a derivation or the rest of one from being judged: what, where, and the cure."""

    file: str
    line: int
    what: str
    cure: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.what}\n  {self.cure}"


@dataclass(frozen=True)
class LimitReached(Problem):
    """A problem that is none of what was read: there was no more time for it, or no more memory."""


class PageReport(NamedTuple):
    """What is said of a page of notes as a whole, beside its steps.

    steps: how many right-hand sides state something, definitions among them. read: how many of them were understood.
    declared: what its symbols were read to be. remarks: what was assumed or decided, in words. headers: comments to
    paste at its top and to complete, which declare what it does not.
    """

    steps: int
    read: int
    declared: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()


class Position(NamedTuple):
    """Where a step stands in a derivation: the index of its claim, and its own there."""

    claim: int
    step: int


@dataclass(frozen=True)
class DerivationReport:
    """One derivation's claims, and the problems that came up while reading it.

    title: what its module says it is. section: the part of the document that it writes down. page: what is said of the
    page of notes that it was read from, if it was.
    """

    name: str
    source: str
    file: str
    claims: tuple[ClaimReport, ...]
    problems: tuple[Problem, ...] = ()
    title: str = ""
    section: str = ""
    page: PageReport | None = None

    @property
    def steps(self) -> Iterator[StepReport]:
        """All steps in the order of the document."""
        return (step for claim in self.claims for step in claim.steps)

    @property
    def positions(self) -> Iterator[Position]:
        """Where the steps stand, in the order of the document."""
        return (Position(i, j) for i, claim in enumerate(self.claims) for j in range(len(claim.steps)))

    @property
    def named(self) -> dict[str, Position]:
        """Where the steps stand by what they are called in the derivation, TARGET[INDEX]."""
        found = {}
        for position in self.positions:
            claim = self.claims[position.claim]
            found[f"{claim.target}[{claim.first_index + claim.steps[position.step].index}]"] = position
        return found

    def not_judged(self, position: Position, why: str, cure: str) -> Problem:
        """The problem that a step was not judged."""
        claim = self.claims[position.claim]
        return Problem(self.file, claim.line, f"{claim.target}, step {position.step + 1}, was not judged: {why}", cure)

    def without_why(self, position: Position) -> Problem:
        """The problem that a misprint has no why, and no cause of it is proved."""
        claim = self.claims[position.claim]
        printed = shortened(claim.steps[position.step].printed, LONGEST)
        what = (
            f"{claim.target}, step {position.step + 1}: misprint({printed}, …) has no why, and no cause of it is proved"
        )
        return Problem(self.file, claim.line, what, 'say what is wrong: misprint(printed, corrected, "…")')

    def judged(self, found: Mapping[Position, StepReport | Problem]) -> DerivationReport:
        """What an outline becomes with what was found of its steps. Steps of which nothing was found are left out."""
        problems = tuple(said for said in found.values() if isinstance(said, Problem))
        claims = []
        for i, claim in enumerate(self.claims):
            said = (found.get(Position(i, j)) for j in range(len(claim.steps)))
            steps = tuple(step for step in said if isinstance(step, StepReport))
            claims += [replace(claim, steps=steps)] if steps else []
        return replace(self, claims=tuple(claims), problems=self.problems + problems)

    def asking(self, proof: bool, reading: bool) -> DerivationReport:
        """The same report. proof: what only agrees is not as it should be. reading: nor is what is not read."""
        claims = (
            replace(
                claim, steps=tuple(replace(step, needs_proof=proof, may_be_unread=not reading) for step in claim.steps)
            )
            for claim in self.claims
        )
        return replace(self, claims=tuple(claims))

    @property
    def ok(self) -> bool:
        """Whether everything was judged and is as the module says."""
        return bool(self.claims) and not self.problems and all(claim.ok for claim in self.claims)


@dataclass(frozen=True)
class Verification:
    """What was verified. `problems` are about modules that could not be read at all."""

    derivations: tuple[DerivationReport, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def steps(self) -> Iterator[StepReport]:
        """All steps of all derivations."""
        return (step for derivation in self.derivations for step in derivation.steps)

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """Problems of modules, then of derivations."""
        return self.problems + tuple(p for d in self.derivations for p in d.problems)

    def asking(self, proof: bool, reading: bool) -> Verification:
        """The same report. proof: what only agrees is not as it should be. reading: nor is what is not read."""
        return replace(self, derivations=tuple(one.asking(proof, reading) for one in self.derivations))

    @property
    def ok(self) -> bool:
        """Whether there was something to judge and everything is as its module says."""
        return bool(self.derivations) and not self.problems and all(d.ok for d in self.derivations)

    @property
    def documents(self) -> dict[str, Verification]:
        """The part on each document, by the document's name (by file where a derivation does not name one)."""
        parts: dict[str, list[DerivationReport]] = {}
        for derivation in self.derivations:
            parts.setdefault(derivation.source or derivation.file, []).append(derivation)
        return {name: Verification(tuple(derivations)) for name, derivations in parts.items()}

    @property
    def exit_code(self) -> int:
        """0 as the modules say; 1 some claim is not; 2 a module cannot be read; 3 the oracles contradict each other."""
        if any(step.is_harness_error for step in self.steps):
            return 3
        if self.all_problems:
            return 2
        return 0 if self.ok else 1

    def summary(self) -> dict[str, Any]:
        """Counts of steps by verdict (of the printed form), of misprints and abuses, and whether all is well.

        The counts of verdicts add up to the number of steps.
        """
        steps = list(self.steps)
        return {
            "steps": len(steps),
            **{v.value: sum(step.judgement.verdict is v for step in steps) for v in Verdict},
            "misprints": sum(step.kind == "misprint" for step in steps),
            "abuses": sum(step.kind == "abuse" for step in steps),
            "ok": self.ok,
        }


def shortened(text: str, longest: int) -> str:
    """A text of so many characters at most."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def relative(path: str | Path) -> str:
    """A path as people write it: relative to the working directory where it lies below it."""
    try:
        return str(Path(path).resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
