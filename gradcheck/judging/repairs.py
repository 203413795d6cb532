"""Corrections of steps: the search proposes, and all oracles dispose.

A proposal is judged as a step of the same claim would be, in all instances, and shown only if it is proved. It may be a
definition where the target is an expression, and not where it is a derivative: that a derivative is itself corrects
nothing. What needs conditions that neither side needed is left out: a formula that divides by a label is as wrong where
the label is 0 as the printed one was.
"""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gradcheck import printing
from gradcheck.documents.claims import Claim
from gradcheck.documents.instances import ClaimGroup
from gradcheck.graph import Array, ShapeOf, has_derivatives, inputs_of
from gradcheck.judging.conditions import Signs, conditions
from gradcheck.judging.mistakes import Names, symbols_of
from gradcheck.judging.oracles import misfit
from gradcheck.judging.replaying import Instance
from gradcheck.judging.steps import Judge
from gradcheck.limits import SEARCH
from gradcheck.printing.styles import Unicode
from gradcheck.proofs.prime_field import PrimePoint
from gradcheck.repair import Corrections, Proposal
from gradcheck.repair.arithmetic import OVER
from gradcheck.repair.field import small_sizes
from gradcheck.repair.forms import read
from gradcheck.verdicts import Answer, Judgement, Verdict

MOST_JUDGED = 6
"""So many proposals of one number of edits are judged, the lightest ones."""
NEARLY = 1e-9
"""Weights that differ by less are the same."""


@dataclass(frozen=True)
class Correction:
    """A formula that is proved, in the author's names, and the edits that lead from print to it.

    printed, names: what it corrects, and what the author calls arrays there: a claim in a loop has several instances.
    judgement: what the oracles say of it as a step of the claim.
    """

    formula: Array
    printed: Array
    names: Names
    source: str
    edits: tuple[str, ...]
    judgement: Judgement


@dataclass(frozen=True)
class Repair:
    """The corrections of a step that are closest to print, equally close ones together, and why there may be none.

    seconds: how long the search took, and the oracles with it. is_over_time: whether the search stopped at its limit of
    so many seconds. failure: why it came to no end, which is gradcheck's own mistake.
    """

    corrections: tuple[Correction, ...] = ()
    seconds: float = 0.0
    is_over_time: bool = False
    limit: float = SEARCH
    failure: str = ""

    @property
    def words(self) -> str:
        """What is said where nothing was found; empty if something was."""
        if self.corrections or self.failure:
            return self.failure
        tried = "no correction found with two edits, or with a third one that can be looked up"
        return f"{tried}{f', {self.limit:g} s were not enough to try all' * self.is_over_time}"


def repair(judge: Judge, group: ClaimGroup, position: int, limit: float = SEARCH) -> Repair:
    """The closest corrections of the printed form of a step that are proved in all instances of its claim.

    Whatever goes wrong on the way leaves a step without a correction, and says nothing of the step.
    """
    start = time.perf_counter()
    try:
        return replace(_repair(judge, group, position, limit), seconds=time.perf_counter() - start)
    except MemoryError:  # nobody's mistake
        raise
    except Exception as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{Path(where.filename).name}:{where.lineno}"
        words = f"no correction: gradcheck failed ({type(error).__name__}: {error}, {place})"
        return Repair(seconds=time.perf_counter() - start, limit=limit, failure=words)


def _repair(judge: Judge, group: ClaimGroup, position: int, limit: float) -> Repair:
    if any(_has_no_value(judge, claim) for _, claim in group.instances):
        return Repair()  # sizes have no edits, and what is compared with nothing has no correction
    group = _wrong_one_first(group, position)
    first = _instances(group, position)[0]
    run, claim = first.run, first.claim
    symbols = symbols_of(run.graphs_beside(claim.steps[position]), claim.names)
    is_drawn = bool(run.structure)
    elsewhere = [*run.printed(), *symbols]
    document = (claim.names, symbols, elsewhere, judge.derivation.broadcast)
    search = Corrections(first.target, first.printed, *document, is_drawn, limit)
    found: list[Correction] = []
    for proposals in search:
        found = list(_proved(judge, group, position, proposals))
        if found:
            break
    return Repair(tuple(found), is_over_time=search.is_over_time, limit=limit)


def _has_no_value(judge: Judge, claim: Claim) -> bool:
    return isinstance(claim.target, ShapeOf) or misfit(claim.target, judge.derivation.broadcast) is not None


def _wrong_one_first(group: ClaimGroup, position: int) -> ClaimGroup:
    """The claim with an instance in front in which what is printed is wrong: where it is right nothing leads away.

    Of several in one run it is the one in which the most different things stand, so that every place has its own
    counterparts.
    """
    if len(group.instances) == 1:
        return group
    wrong = [one for one in _instances(group, position) if not _is_right(one.target, one.printed)]
    together = [one for one in wrong if one.run is wrong[0].run]
    first = max(together, key=lambda one: _different(one.printed, one.claim.names), default=None)
    if first is None:
        return group
    return replace(group, instances=sorted(group.instances, key=lambda one: one[1] is not first.claim))


def _different(printed: Array, names: Names) -> int:
    return len({place.array.key for place in read(printed, names).places()})


def _is_right(target: Array, printed: Array) -> bool:
    if not printed.conforms or printed.shape != target.shape:
        return False
    sizes = small_sizes([target, printed])
    point = PrimePoint(inputs_of([target, printed]), sizes) if sizes is not None else None
    return point is not None and point.compare(target, printed).answer is Answer.PROVED


def _proved(judge: Judge, group: ClaimGroup, position: int, proposals: Sequence[Proposal]) -> Iterator[Correction]:
    """The lightest proposals that are proved, all of one weight."""
    names, weight = group.claim.names, None
    for proposal in proposals[:MOST_JUDGED]:
        if weight is not None and proposal.weight > weight + NEARLY:
            return
        judgement = _judged(judge, group, position, proposal)
        if judgement is not None:
            weight = proposal.weight
            source, printed = printing.source(proposal.formula, names), group.claim.steps[position].forms[0]
            yield Correction(proposal.formula, printed, names, source, proposal.edits, judgement)


def _judged(judge: Judge, group: ClaimGroup, position: int, proposal: Proposal) -> Judgement | None:
    """What the oracles say of a proposal, if that is enough to show it."""
    first, *others = _instances(group, position)
    found = [proposal.formula, *(first.in_another(other, proposal.formula) for other in others)]
    forms = [form for form in found if form is not None]
    if len(forms) < len(found) or any(map(_needs_more, (first, *others), forms)):
        return None
    judgement = judge.another(group, forms)
    is_derivative = has_derivatives(first.target)
    legitimate = (Verdict.PROVED,) if is_derivative else (Verdict.PROVED, Verdict.DEFINITION)
    return judgement if judgement.verdict in legitimate else None


def _instances(group: ClaimGroup, position: int) -> list[Instance]:
    return [Instance(run, claim, claim.steps[position].forms[0]) for run, claim in group.instances]


def _needs_more(instance: Instance, formula: Array) -> bool:
    """Whether a formula needs conditions for its values that neither the target nor what is printed does."""
    target, printed, names = instance.target, instance.printed, instance.claim.names
    style = Unicode(names, "[]")
    signs = Signs([target, printed, formula])
    divisors = (place.parts[1].array for place in read(printed, names).places() if place.operation is OVER)
    sides = [printed, *(1 / divisor for divisor in divisors if divisor.conforms)]
    there = {text for side in sides for text in conditions(target, side, style, signs)["values"]}
    return not there.issuperset(conditions(target, formula, style, signs)["values"])
