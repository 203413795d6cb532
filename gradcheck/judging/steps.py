"""Asks the oracles about one step at a time, compares their answers, and says the verdict.

Shapes first: what has no shape, or the wrong one, needs no numbers. Values are looked at with all oracles: on symbols
at small sizes (`exact`), and at named and drawn points (`numbers`: reverse mode and differences). How their answers
become a verdict is the table in `findings`.
"""

import traceback
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from pathlib import Path
from shlex import quote
from typing import Any

import numpy as np

from gradcheck import printing
from gradcheck.documents.claims import Claim, Formula
from gradcheck.documents.derivations import Derivation
from gradcheck.documents.instances import ClaimGroup, Run, graphs_of
from gradcheck.documents.symmetric import Meant
from gradcheck.entries.raising import PartsByEntries
from gradcheck.graph import Array, ShapeOf, Unsupported, derivatives_in, differentiated, each_written, inputs_of, walk
from gradcheck.graph.refusals import engine
from gradcheck.graph.sizes import ShapeError, is_one_number, show_shape
from gradcheck.graph.symmetric_changes import symmetric_derivatives
from gradcheck.judging import ambiguity, causes, diagnosis
from gradcheck.judging.comparison import Comparison
from gradcheck.judging.conditions import Signs, conditions
from gradcheck.judging.definitions import by_definition
from gradcheck.judging.findings import Case, Findings, by_name, decide, sizes_in_words
from gradcheck.judging.mistakes import symbols_of
from gradcheck.judging.oracles import POINTS_A_RUN, Place, misfit
from gradcheck.judging.vacuous import why_vacuous
from gradcheck.judging.variants import Power, power
from gradcheck.printing.styles import Unicode
from gradcheck.proofs.all_sizes import why_all_sizes
from gradcheck.proofs.prime_field import FieldOutcome
from gradcheck.proofs.symbols import Outcome
from gradcheck.sampling import choices
from gradcheck.sampling.point import Point
from gradcheck.verdicts import Answer, Judgement, Verdict, relative

MOST_SMALL = 60
"""How many small points are tried for a counterexample before Hypothesis is asked to shrink a large one."""
NUMBERS_SHOWN = 10
"""Counterexamples of up to so many numbers are shown with all of them."""

STAYS_ZERO = (
    "the left-hand side is 0 at every point looked at, and so is whatever is made wrong in it: a proof shows nothing"
)

# ---- judging -----------------------------------------------------------------------------------------------------


class Judge:
    """Judges the steps of one derivation."""

    def __init__(
        self, derivation: Derivation, runs: Sequence[Run], examples: int, explains_marked: bool = False
    ) -> None:
        self.derivation, self.explains_marked = derivation, explains_marked
        points = examples if len(runs) == 1 else min(examples, POINTS_A_RUN)
        turns = range(len(runs)) if len(runs) > 1 else [None]
        self.places = {run: Place(run, derivation, points, turn) for turn, run in zip(turns, runs, strict=True)}
        self.signs = {place: Signs(place.graphs) for place in self.places.values()}

    @engine()
    def step(self, group: ClaimGroup, position: int) -> list[Judgement]:
        """The verdict on each form of a step, over all instances: as printed, then as corrected if all are marked."""
        step, group = group.claim.steps[position], group.beside(position)
        at = f" {step.at if step.at.startswith('(') else f'({step.at})'}" if step.at else ""
        place = f"{group.target}{at}, {'left-hand side' if step.is_left else f'step {position + 1}'}"
        forms = zip(*(claim.steps[position].forms for _, claim in group.instances), strict=False)
        is_explained = self.explains_marked or step.why is None
        return [self._form(group, formulas, place, is_explained) for formulas in forms]

    @engine()
    def another(self, group: ClaimGroup, formulas: Sequence[Formula]) -> Judgement:
        """The verdict on another formula in the place of a step, which has a form for every instance of the claim."""
        claims = (claim for _, claim in group.instances)
        meant = [Meant(claim.symmetric)(formula) for claim, formula in zip(claims, formulas, strict=True)]
        return self._form(group, meant, group.target, is_explained=False)

    def _form(self, group: ClaimGroup, formulas: Sequence[Formula], place: str, is_explained: bool) -> Judgement:
        """The verdict on a formula, which stands in every instance of a claim, with its words in full."""
        judged = partial(self._judged, is_explained=is_explained)
        is_printed = ambiguity.has_readings(group, formulas)
        said = ambiguity.judged(group, formulas, judged) if is_printed else judged(group, formulas)
        said = replace(said, evidence=said.evidence | _convention(group.claim, formulas[0]))
        return _worded(said, f"{place}: {printing.source(formulas[0], group.claim.names)}", self.derivation)

    def _judged(self, group: ClaimGroup, formulas: Sequence[Formula], is_explained: bool) -> Judgement:
        """The verdict on a formula that has one meaning."""
        instances = zip(group.instances, formulas, strict=True)
        cases = [Case(self.places[run], claim, formula, is_explained) for (run, claim), formula in instances]
        try:
            return self._of_shapes(cases) or _defined(cases) or self._of_values(cases)
        except MemoryError:  # nobody's mistake
            raise
        except Exception as error:
            where = traceback.extract_tb(error.__traceback__)[-1]
            words = f"gradcheck failed: {type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
            return Judgement(Verdict.HARNESS_ERROR, words, {"traceback": traceback.format_exc()})

    def _of_shapes(self, cases: Sequence[Case]) -> Judgement | None:
        """The verdict if it is a matter of shapes, None if the values must be looked at."""
        found = [(case, self._of_shape(case.claim, case.formula)) for case in cases]
        judged = [(case, judgement) for case, judgement in found if judgement is not None]
        if not judged:
            return None
        # What can fail in one instance is no definition; what fails in one is wrong.
        case, worst = max(judged, key=lambda one: (not one[1].verdict.is_true, one[1].verdict is Verdict.PROVED))
        others = [other for other in cases if other is not case]
        return _misshaped(case, others, worst) if worst.verdict is Verdict.ILL_SHAPED else worst

    def _of_shape(self, claim: Claim, formula: Any) -> Judgement | None:
        target, broadcast = claim.target, self.derivation.broadcast
        if isinstance(target, ShapeOf):
            error = misfit(target.array, broadcast)
            return _without_shape(error) if error else _declared(target, formula)
        error = misfit(target, broadcast)
        if error:
            return _without_shape(error, "the left-hand side does not conform: ")
        for node in derivatives_in(target):
            if node.is_vacuous:
                return Judgement(Verdict.UNDECIDED, f"nothing is differentiated: {why_vacuous(node, claim.names)}")
        error = misfit(formula, broadcast)
        return _without_shape(error) if error else _same_shape(target.shape, formula.shape)

    def _of_values(self, cases: Sequence[Case]) -> Judgement:
        findings = Findings()
        for case in sorted(cases, key=lambda case: _length(case.formula)):  # the first one is written out in symbols
            findings.look(case)
        verdict, message = decide(findings)
        evidence = {**findings.evidence, "all_sizes": _why_all_sizes(cases)}
        if verdict.is_true:
            vanishes = findings.vanishes
            tested = _power(cases, vanishes)
            evidence["variants"] = tested.evidence
            message = tested.message or message
            if vanishes and not tested.refuted:
                verdict, message = Verdict.UNDECIDED, STAYS_ZERO
            elif tested.survivors and verdict is Verdict.AGREES:
                verdict = Verdict.UNDECIDED
        if verdict is Verdict.PROVED:
            evidence["where"] = self._where(cases)
        if verdict is Verdict.REFUTED:
            message, more = self._refutation(findings)
            evidence |= {"counterexample": {}, **more}
        return Judgement(verdict, message, evidence)

    def _where(self, cases: Sequence[Case]) -> dict[str, list[str]]:
        """Where the instances hold."""
        layers = self.derivation.layers
        found = [
            conditions(case.target, case.formula, Unicode(case.claim.names, layers), self.signs[case.place])
            for case in cases
        ]
        return {key: list(dict.fromkeys(text for one in found for text in one[key])) for key in found[0]}

    def _refutation(self, findings: Findings) -> tuple[str, dict[str, Any]]:
        """How it differs and why, and evidence: the smallest point at which it does, and what is said of the cause."""
        numbers = findings.by(Comparison)
        differing = [said for said in numbers if Answer.DIFFERS in (said.found.backprop, said.found.differences)]
        if not differing:
            return _seen_by_algebra(findings)
        case = differing[0].case
        shown = self._smallest(case) or differing[0].found
        goal = "gradient" if differentiated(case.target) else "left-hand side"
        entry = diagnosis.worst_entry(shown)
        counterexample = {
            "at": str(shown.point),
            "entry": list(entry),
            "printed": float(shown.step[entry]),
            "right": float(shown.target[entry]),
        }
        remark = f"; {shown.remark}" if shown.remark else ""
        others = [other for other in {said.case: None for said in numbers} if other is not case]
        cause = causes.explained(case, others, [said.found for said in differing if said.case is case])
        structure = "".join(f", {name} = {value!r}" for name, value in case.place.run.structure.items())
        agreeing = [said.found for said in numbers if said.case is case and said.found.backprop is Answer.AGREES]
        more = f"{structure}{_entries(case, shown.point)}"
        name = _whose_entries(case)
        words = diagnosis.describe(shown, [said.found for said in differing], agreeing, goal, more, cause.said, name)
        return f"{words}{remark}", {"counterexample": counterexample, **cause.evidence}

    def _smallest(self, case: Case) -> Comparison | None:
        """The comparison at the smallest point at which it differs; a large one is shrunk by Hypothesis."""

        def differs(point: Point) -> bool:
            return case.at(point).differs(case.target, case.formula)

        graphs = (case.target, case.formula)
        found = next(filter(differs, islice(choices.small_points(*graphs), MOST_SMALL)), None)
        found = found or choices.smallest(choices.points(*graphs), differs, self.derivation.name)
        return None if found is None else case.at(found).compare(*graphs)


def _convention(claim: Claim, formula: Formula) -> dict[str, Any]:
    """By which convention it differentiates by symmetric matrices, if it does."""
    sides = [side for side in (claim.target, formula) if isinstance(side, Array)]
    return {"symmetric": claim.symmetric} if symmetric_derivatives(*sides) else {}


def _misshaped(case: Case, others: Sequence[Case], judgement: Judgement) -> Judgement:
    """What is ill-shaped, with why, where the target is not."""
    target = case.claim.target
    if isinstance(target, ShapeOf) or misfit(target, case.place.broadcast):
        return judgement
    cause = causes.explained(case, others)
    said = [words for words in cause.said if words not in judgement.message]
    return replace(
        judgement, message="; ".join([judgement.message, *said]), evidence=judgement.evidence | cause.evidence
    )


def _whose_entries(case: Case) -> str:
    """The name of the array that the target is the gradient by, of the same shape."""
    by = next((node.args[1] for node in derivatives_in(case.target)), None)
    is_named = by is not None and id(by) in case.claim.names and by.shape == case.target.shape
    return case.claim.names[id(by)] if is_named else ""


def _seen_by_algebra(findings: Findings) -> tuple[str, dict[str, Any]]:
    """How a formula differs that numbers do not tell from the right one, and the point where algebra certifies it."""
    said = next((said for said in findings.by(Outcome) if said.answer is Answer.DIFFERS), None)
    if said is None:
        sizes = next(said.sizes for said in findings.by(FieldOutcome) if said.answer is Answer.DIFFERS)
        return f"it holds at small sizes, but not at {sizes_in_words(by_name(sizes))}, where a prime field shows it", {}
    outcome = said.found
    if np.isinf(outcome.relative) or outcome.at is None:
        return "written out in symbols, it has no value, as 1/0 has none", {}
    at = next((at.found for other, at in findings.certificates if other is said), None)
    symbolic = f": the difference is {outcome.difference}" if outcome.difference else ""
    words = f"{_certified(outcome, at)}{symbolic} (at {outcome.at}{_entries(said.case, outcome.at)})"
    return words, {"counterexample": {"at": str(outcome.at), "entry": list(outcome.entry)}}


def _certified(outcome: Outcome, at: Comparison | None) -> str:
    """How two sides differ that numbers do not tell apart, with what numbers are at the point of the certificate."""
    entry = f" at {list(outcome.entry)}" if outcome.entry else ""
    if at is None or not at.reason:
        return f"it differs by {outcome.relative:.1g} of its value{entry}, less than numbers can show"
    wrong, right = float(at.step[outcome.entry]), float(at.target[outcome.entry])
    values = f"{diagnosis.worst_at(outcome.entry, wrong, right)}, " if wrong != right else f"it differs{entry} "
    return f"{values}as exact algebra shows; numbers alone cannot tell, for {at.reason}"


def _why_all_sizes(cases: Sequence[Case]) -> str:
    """Why a proof at some sizes is one for all sizes, in every instance; empty if it is not."""
    reasons = {why_all_sizes(case.target, case.formula) for case in cases}
    return "" if "" in reasons else ", ".join(sorted(reasons))


def _power(cases: Sequence[Case], vanishes: bool) -> Power:
    """What the tick of a step is worth, seen at its largest instance.

    The step is broken and compared with the target. Where both are 0, the longer one is, down to the inputs: the other
    one is but a way to write 0.
    """
    case = max(cases, key=lambda case: _length(case.formula))
    graphs, names = graphs_of(case.claim), case.claim.names
    right, broken = case.target, case.formula
    if vanishes:
        right, broken = sorted((right, broken), key=_length)
        names = {id(node): names[id(node)] for node in each_written(graphs) if not node.args and id(node) in names}
    known = {node.key for node in case.place.inputs}
    symbols = [s for s in symbols_of(graphs, names) if {node.key for node in inputs_of([s])} <= known]
    axes = case.claim.axes
    if not axes.letters:
        return power(right, broken, names, symbols, case.place)
    return power(right, broken, names, symbols, case.place, PartsByEntries(broken, axes.places, names))


def _length(formula: Array) -> int:
    """How many expressions it is made of."""
    return sum(1 for _ in walk(formula))


def _entries(case: Case, point: Point) -> str:
    """The inputs' values at the point, if they are few enough to be checked by hand."""
    inputs = inputs_of((case.target, case.formula))
    values = point.values(inputs)
    if sum(values[node.key].size for node in inputs) > NUMBERS_SHOWN:
        return ""
    texts = (f"{node.name} = {', '.join(f'{v:g}' for v in values[node.key].ravel())}" for node in inputs)
    return f": {'; '.join(texts)}"


def _without_shape(error: ShapeError | Unsupported, where: str = "") -> Judgement:
    """Sizes that do not fit are the formula's mistake, what has no rule here is not: nothing is said of it."""
    if isinstance(error, Unsupported):
        return Judgement(Verdict.UNDECIDED, f"not supported: {error.brief}", {"unsupported": str(error)})
    return Judgement(Verdict.ILL_SHAPED, f"{where}{error}", {"shape": str(error)})


def _defined(cases: Sequence[Case]) -> Judgement | None:
    """The verdict on what cannot fail in any instance."""
    reasons = [by_definition(case.target, case.formula) for case in cases]
    return Judgement(Verdict.DEFINITION, "", {"definition": reasons[0]}) if all(reasons) else None


def _declared(target: ShapeOf, declared: tuple[Any, ...]) -> Judgement:
    actual = target.array.shape
    evidence = {"shape": show_shape(actual), "declared": show_shape(declared), "all_sizes": "an expression in sizes"}
    if actual == declared:
        if reason := by_definition(target, declared):
            return Judgement(Verdict.DEFINITION, "", {**evidence, "definition": reason})
        return Judgement(Verdict.PROVED, "", evidence)
    return Judgement(Verdict.REFUTED, f"the shape is {show_shape(actual)}, not {show_shape(declared)}", evidence)


def _same_shape(needed: tuple[Any, ...], actual: tuple[Any, ...]) -> Judgement | None:
    if actual == needed or (is_one_number(actual) and is_one_number(needed)):
        return None
    words = diagnosis.shapes_apart(actual, needed)
    return Judgement(Verdict.ILL_SHAPED, words, {"shape": show_shape(actual), "needed": show_shape(needed)})


# ---- words -----------------------------------------------------------------------------------------------------------


def _worded(judgement: Judgement, heading: str, derivation: Derivation) -> Judgement:
    """The message in full: which claim, how it differs, and who says so with the line that repeats it."""
    if judgement.verdict.is_certain:
        return judgement
    ending = f" is {judgement.verdict.value}" if judgement.verdict.is_wrong else f": {judgement.verdict.value}"
    said = _oracles(judgement.evidence)
    if Path(derivation.file).is_file():  # a notebook's cell is none
        name = "" if derivation.page else f"::{derivation.name}"  # a page is verified as a whole
        said.append(f"repeat: gradcheck verify {quote(f'{relative(derivation.file)}{name}')}")
    lines = [f"{heading}{ending}", judgement.message, "; ".join(said)]
    return Judgement(judgement.verdict, "\n".join(lines), judgement.evidence)


def _oracles(evidence: dict[str, Any]) -> list[str]:
    if "exact" not in evidence:
        return []
    verdict = evidence["exact"]
    if verdict == "proved" and any(evidence[oracle][Answer.DIFFERS.value] for oracle in ("backprop", "differences")):
        sizes = map(sizes_in_words, evidence["exact_sizes"])
        verdict = f"equal at {' and at '.join(sizes)}"
    said = [f"exact algebra: {verdict}"]
    for oracle, name in (("backprop", "reverse mode"), ("differences", "differences")):
        # The points at which a wrong formula looks right are many; what matters is where it does not.
        telling = next(say for say in (Answer.DIFFERS, Answer.UNRESOLVED, Answer.AGREES) if evidence[oracle][say.value])
        said.append(f"{name}: {telling.value} at {evidence[oracle][telling.value]} of {len(evidence['points'])} points")
    return said
