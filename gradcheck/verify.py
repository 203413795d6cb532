"""Asks the oracles, compares them, and gives verdicts.

Every step is looked at with all oracles: on symbols at small sizes (`exact`), and at points that Hypothesis draws
(`numbers`: reverse mode and differences). How their answers become a verdict is the table in `verdicts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import sympy as sp

from gradcheck import diagnosis, printing, strategies
from gradcheck.arrays import (
    Array,
    Derivative,
    Misfit,
    ShapeError,
    ShapeOf,
    depends_on,
    inputs_of,
    is_one_number,
    show_shape,
    size_symbols,
    strict_misfit,
    walk,
)
from gradcheck.derivation import AbuseOfNotation, Claim, Derivation, Misprint
from gradcheck.exact import Outcome, SymbolicPoint
from gradcheck.numbers import Comparison, NumericPoint, Say
from gradcheck.reading import ClaimGroup, Run, read
from gradcheck.strategies import Point
from gradcheck.verdicts import (
    ClaimReport,
    DerivationReport,
    Judgement,
    Problem,
    Report,
    StepReport,
    Verdict,
    relative,
)

DEFAULT_EXAMPLES = 10
EXACT_SIZES = (2, 3, 5)
"""Sizes of the symbolic point where there are at most three size symbols: pairwise distinct, and still quick."""
SEEN_BY_NUMBERS = 1e-6
"""Relative differences above this are seen by all oracles; below it, exact algebra alone may see them."""

Progress = Callable[[str, int, int], None]
"""Told after every step: the derivation's name, how many of its steps are judged, how many there are."""


def verify(derivation: Derivation, examples: int = DEFAULT_EXAMPLES, progress: Progress | None = None) -> Report:
    """Judge every step of a derivation.

    Args:
        derivation: what `@derivation` made.
        examples: how many draws of structure, sizes and points each step sees, at least 1.
        progress: called after every step.
    """
    return verify_all([derivation], examples=examples, progress=progress)


def verify_all(
    derivations: Iterable[Derivation],
    problems: Iterable[Problem] = (),
    examples: int = DEFAULT_EXAMPLES,
    progress: Progress | None = None,
    on_derivation: Callable[[DerivationReport], None] | None = None,
) -> Report:
    """Judge derivations one after the other; `on_derivation` is called with each as it is done."""
    if examples < 1:
        raise ValueError(f"examples={examples}: at least 1 is needed")
    reports = []
    for derivation in derivations:
        report = _verify(derivation, examples, progress)
        reports.append(report)
        if on_derivation is not None:
            on_derivation(report)
    return Report(tuple(reports), tuple(problems))


def outline(derivation: Derivation, examples: int = DEFAULT_EXAMPLES) -> DerivationReport:
    """The claims and steps of a derivation with nothing judged."""
    _, groups, problems = read(derivation, examples)
    claims = [_report(group, [Judgement(Verdict.UNDECIDED)] * (2 * len(group.instances[0][1].steps))) for group in groups]
    return _derivation_report(derivation, claims, problems)


def _verify(derivation: Derivation, examples: int, progress: Progress | None) -> DerivationReport:
    runs, groups, problems = read(derivation, examples)
    judge = _Judge(derivation, runs, examples)
    total = sum(len(group.instances[0][1].steps) for group in groups)
    claims, done = [], 0
    for group in groups:
        judgements = []
        for position in range(len(group.instances[0][1].steps)):
            judgements += [judge.step(group, position, corrected) for corrected in (False, True)]
            done += 1
            if progress is not None:
                progress(derivation.name, done, total)
        claims.append(_report(group, judgements))
    return _derivation_report(derivation, claims, problems)


def _derivation_report(
    derivation: Derivation, claims: Sequence[ClaimReport], problems: Sequence[Problem]
) -> DerivationReport:
    return DerivationReport(derivation.name, derivation.source, relative(derivation.file), tuple(claims), tuple(problems))


def _report(group: ClaimGroup, judgements: Sequence[Judgement | None]) -> ClaimReport:
    claim = group.instances[0][1]
    steps = []
    for i, step in enumerate(claim.steps):
        printed, correction = judgements[2 * i], judgements[2 * i + 1]
        assert printed is not None
        if isinstance(step, (Misprint, AbuseOfNotation)):
            texts = [printing.source(formula, claim.names) for formula in (step.printed, step.corrected)]
            steps.append(StepReport(i, step.kind, texts[0], printed, texts[1], correction, step.why))
        else:
            steps.append(StepReport(i, "step", printing.source(step, claim.names), printed))
    return ClaimReport(group.target, group.at, group.line, tuple(steps), group.first_index)


# ---- one run: where its expressions are evaluated ----------------------------------------------------------------


class _Place:
    """The points of one run, shared by all its steps."""

    def __init__(self, run: Run, derivation: Derivation, count: int) -> None:
        self.run, self.count = run, count
        self.graphs = [graph for graph in run.graphs() if not _misfit(graph, derivation.broadcast)]
        self.inputs = inputs_of(self.graphs)
        self.key = derivation.name

    @cached_property
    def numeric(self) -> list[NumericPoint]:
        """Named points first, then draws."""
        named = list(strategies.named_points(self.graphs))
        points = named if self.count > len(named) else named[:1]
        drawn = self.count - len(points)
        if drawn > 0:
            points += strategies.draws(strategies.points(*self.graphs), drawn, self.key)
        return [NumericPoint.away_from_kinks(point, self.graphs, self.inputs) for point in points]

    @cached_property
    def symbolic(self) -> list[SymbolicPoint]:
        """Sizes at which any two size symbols differ somewhere, small enough to be written out."""
        symbols = size_symbols(self.graphs)
        return [SymbolicPoint(self.inputs, sizes) for sizes in _exact_sizes(symbols, self.graphs)]

    def at(self, point: Point) -> NumericPoint:
        """Another point, for shrinking."""
        return NumericPoint(point, self.inputs)


def _exact_sizes(symbols: Sequence[sp.Symbol], graphs: Sequence[Array]) -> list[dict[sp.Symbol, int]]:
    if len(symbols) <= len(EXACT_SIZES):
        choices = [list(EXACT_SIZES[: len(symbols)])]
    else:
        # All sizes 2, and the binary digits of a symbol's number as sizes 1 and 2: any two symbols differ in some digit.
        digits = (len(symbols) - 1).bit_length()
        choices = [[2] * len(symbols)]
        choices += [[1 + (i >> digit & 1) for i in range(len(symbols))] for digit in range(digits)]
    chosen = []
    for sizes in choices:
        for more in range(4):
            wanted = {symbol: size + more for symbol, size in zip(symbols, sizes, strict=True)}
            if strategies.fits(graphs, wanted):
                chosen.append(wanted)
                break
    return chosen


def _misfit(graph: Array, broadcast: bool) -> ShapeError | None:
    if not broadcast:
        return strict_misfit(graph)
    return next((node.error for node in walk(graph) if isinstance(node, Misfit)), None)


# ---- judging -----------------------------------------------------------------------------------------------------


@dataclass
class _Findings:
    """What the oracles said of one formula in all its instances."""

    exact: list[tuple[dict[sp.Symbol, int], Outcome]] = field(default_factory=list)
    numbers: list[Comparison] = field(default_factory=list)
    places: list[_Place] = field(default_factory=list)


class _Judge:
    """Judges the steps of one derivation."""

    def __init__(self, derivation: Derivation, runs: Sequence[Run], examples: int) -> None:
        self.derivation = derivation
        each = examples if len(runs) == 1 else 2
        self.places = {id(run): _Place(run, derivation, each) for run in runs}

    def step(self, group: ClaimGroup, position: int, corrected: bool) -> Judgement | None:
        """The verdict on the printed or the corrected form of a step, over all instances; None if there is no such form."""
        cases = []
        for run, claim in group.instances:
            step = claim.steps[position]
            marked = isinstance(step, (Misprint, AbuseOfNotation))
            if corrected and not marked:
                return None
            formula = (step.corrected if corrected else step.printed) if marked else step
            cases.append((self.places[id(run)], claim, formula))
        heading = f"{group.target}{f' ({group.at})' if group.at else ''}, step {position + 1}"
        text = printing.source(cases[0][2], cases[0][1].names)
        judgement = self._shapes(cases) or self._values(cases)
        return _worded(judgement, f"{heading}: {text}", self.derivation)

    def _shapes(self, cases: Sequence[tuple[_Place, Claim, Any]]) -> Judgement | None:
        """The verdict if it is a matter of shapes, None if the values must be looked at."""
        for _, claim, formula in cases:
            if isinstance(claim.target, ShapeOf):
                found = self._declared(claim.target, formula)
            else:
                found = self._conforms(claim.target, formula)
            if found is not None and not found.verdict.is_true:
                return found
        return found

    def _declared(self, target: ShapeOf, declared: tuple[Any, ...]) -> Judgement:
        misfit = _misfit(target.array, self.derivation.broadcast)
        if misfit:
            return Judgement(Verdict.ILL_SHAPED, str(misfit), {"shape": str(misfit)})
        actual = target.array.shape
        evidence = {"shape": show_shape(actual), "declared": show_shape(declared)}
        if actual == declared:
            return Judgement(Verdict.PROVED, "", evidence)
        return Judgement(Verdict.REFUTED, f"the shape is {show_shape(actual)}, not {show_shape(declared)}", evidence)

    def _conforms(self, target: Array, formula: Array) -> Judgement | None:
        misfit = _misfit(target, self.derivation.broadcast)
        if misfit:
            return Judgement(Verdict.UNDECIDED, f"the left-hand side does not conform: {misfit}", {"shape": str(misfit)})
        for node in walk(target):
            if isinstance(node, Derivative) and not depends_on(node.args[0], [node.args[1].key]):
                of, by = (printing.source(arg) for arg in node.args)
                return Judgement(Verdict.UNDECIDED, f"nothing is differentiated: {of} does not depend on {by}", {})
        misfit = _misfit(formula, self.derivation.broadcast)
        if misfit:
            return Judgement(Verdict.ILL_SHAPED, str(misfit), {"shape": str(misfit)})
        a, b = target.shape, formula.shape
        if a == b or (is_one_number(a) and is_one_number(b)):
            return None
        words = f"the shape is {show_shape(b)} where {show_shape(a)} is needed"
        if b == a[::-1]:
            words += ": it is the transpose's"
        return Judgement(Verdict.ILL_SHAPED, words, {"shape": show_shape(b), "needed": show_shape(a)})

    def _values(self, cases: Sequence[tuple[_Place, Claim, Any]]) -> Judgement:
        findings = _Findings()
        for place, claim, formula in cases:
            findings.places.append(place)
            findings.numbers += [point.compare(claim.target, formula) for point in place.numeric]
            findings.exact += [(point.sizes, point.compare(claim.target, formula)) for point in place.symbolic]
        verdict, message = _verdict(findings)
        evidence = _evidence(findings)
        if verdict is Verdict.REFUTED:
            message, counterexample = self._refutation(cases, findings)
            evidence["counterexample"] = counterexample
        return Judgement(verdict, message, evidence)

    def _refutation(
        self, cases: Sequence[tuple[_Place, Claim, Any]], findings: _Findings
    ) -> tuple[str, dict[str, Any]]:
        """How it differs, and the smallest point at which it does."""
        place, claim, formula = next(
            case for case in cases if any(_differs(p, case[1].target, case[2]) for p in case[0].numeric)
        ) if any(Say.DIFFERS in (c.backprop, c.differences) for c in findings.numbers) else cases[0]
        graphs = [claim.target, formula]
        goal = "gradient" if any(isinstance(node, Derivative) for node in walk(claim.target)) else "left-hand side"
        words = diagnosis.describe(findings.numbers, goal) or _exact_words(findings)
        smallest = strategies.smallest(
            strategies.points(*graphs), lambda point: _differs(place.at(point), claim.target, formula), self.derivation.name
        )
        if smallest is None:
            return words, {}
        shown = place.at(smallest).compare(claim.target, formula)
        entry = diagnosis.worst_entry(shown)
        return words, {
            "at": str(smallest),
            "entry": list(entry),
            "printed": float(shown.step[entry]),
            "right": float(shown.target[entry]),
        }


def _differs(point: NumericPoint, target: Array, formula: Array) -> bool:
    return point.differs(target, formula)


def _exact_words(findings: _Findings) -> str:
    outcome = next(outcome for _, outcome in findings.exact if outcome.status == "differs")
    return f"the difference is too small for floating point, but it is not 0: {outcome.difference}"


def _verdict(findings: _Findings) -> tuple[Verdict, str]:
    """The blame table, from the top: contradictions first, then refutations, then what was not seen, then passes."""
    numbers, exact = findings.numbers, [outcome for _, outcome in findings.exact]
    conflict = next((f"{c.conflict}; {c.point}" for c in numbers if c.conflict), "")
    if conflict:
        return Verdict.HARNESS_ERROR, f"gradcheck contradicts itself: {conflict}"
    proved = bool(exact) and all(outcome.status == "proved" for outcome in exact)
    refuted = any(c.backprop is Say.DIFFERS for c in numbers)
    certified = next((outcome for outcome in exact if outcome.status == "differs"), None)
    if refuted and proved:
        return Verdict.HARNESS_ERROR, "gradcheck contradicts itself: proved by exact algebra, refuted by numbers"
    if refuted or certified:
        if certified and not refuted and certified.relative > SEEN_BY_NUMBERS and any(_seen(c) for c in numbers):
            return Verdict.HARNESS_ERROR, "gradcheck contradicts itself: refuted by exact algebra, seen to hold by numbers"
        return Verdict.REFUTED, ""
    if not any(_seen(c) for c in numbers):
        reason = next((c.reason for c in numbers if c.reason), "no point was looked at")
        return Verdict.UNDECIDED, reason
    if all(c.is_zero for c in numbers if _seen(c)):
        return Verdict.UNDECIDED, "the left-hand side is 0 at every point looked at, so agreeing with it shows nothing"
    if proved:
        return Verdict.PROVED, ""
    return Verdict.AGREES, "it holds at every point looked at, but was not proved"


def _seen(comparison: Comparison) -> bool:
    return comparison.backprop is Say.AGREES and comparison.differences is Say.AGREES


def _evidence(findings: _Findings) -> dict[str, Any]:
    statuses = [outcome.status for _, outcome in findings.exact]
    exact = next((s for s in ("differs", "unknown", "proved") if s in statuses), "not asked")
    counts = {
        oracle: {say.value: sum(getattr(c, oracle) is say for c in findings.numbers) for say in Say}
        for oracle in ("backprop", "differences")
    }
    return {
        "exact": exact,
        "exact_sizes": [{s.name: n for s, n in sizes.items()} for sizes, _ in findings.exact],
        **counts,
        "points": [str(c.point) for c in findings.numbers],
    }


def _worded(judgement: Judgement, heading: str, derivation: Derivation) -> Judgement:
    """The message in full: which claim, how it differs, and who says so with the line that repeats it."""
    if judgement.verdict is Verdict.PROVED:
        return judgement
    lines = [f"{heading} is {judgement.verdict.value}" if judgement.verdict.is_wrong else heading, judgement.message]
    oracles = _oracles(judgement.evidence)
    lines.append(f"{oracles}repeat: gradcheck verify {relative(derivation.file)}::{derivation.name}")
    return Judgement(judgement.verdict, "\n".join(lines), judgement.evidence)


def _oracles(evidence: dict[str, Any]) -> str:
    if "exact" not in evidence:
        return ""
    said = [f"exact algebra {evidence['exact']}"]
    for oracle, name in (("backprop", "reverse mode"), ("differences", "differences")):
        counts = {say: n for say, n in evidence[oracle].items() if n}
        said.append(f"{name} {', '.join(f'{say} at {n}' for say, n in counts.items())} of {len(evidence['points'])} points")
    counterexample = evidence.get("counterexample")
    small = ""
    if counterexample:
        entry = f" entry {counterexample['entry']}" if counterexample["entry"] else ""
        values = diagnosis.pair(counterexample["printed"], counterexample["right"])
        small = f"smallest: {counterexample['at']}:{entry} {values}; "
    return f"{'; '.join(said)}; {small}"
