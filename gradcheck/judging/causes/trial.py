"""A wrong step, and whether something else in its place would be right: what every cause is tried by.

A cause is a formula that is right where the step is not. It is verified as a step would be: numbers at all points of
the step's place, the prime field, and other instances of the claim. What only numbers have seen "looks like" it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import islice, takewhile

import numpy as np

from gradcheck import printing
from gradcheck.documents.claims import Claim
from gradcheck.documents.instances import Run
from gradcheck.documents.symmetric import Meant
from gradcheck.graph import Array, as_array, inputs_of, is_one_number
from gradcheck.graph.writing import Names
from gradcheck.judging.comparison import NumericPoint
from gradcheck.judging.findings import Case
from gradcheck.judging.mistakes import symbols_of
from gradcheck.judging.oracles import misfit
from gradcheck.judging.replaying import Instance
from gradcheck.limits import OutOfTime
from gradcheck.numerics import reverse_mode
from gradcheck.numerics.evaluate import Values
from gradcheck.proofs.prime_field import PrimePoint
from gradcheck.repair.scope import slopes
from gradcheck.verdicts import Answer, shortened

MOST_TRIED = 1000
"""So many formulas are tried in the place of one step."""
NEAR = 1e-6
"""Formulas that are further off at the first point, by the measure of the largest entry, are not looked at again."""
LONGEST = 70
"""How long the text of one formula may be in words."""
KEPT = 4
"""So many words and signs stand beside what is different in a long formula."""
MOST_INSTANCES = 4
"""In so many other instances of the claim a cause has to hold."""
LEAST_SEEN = 2
"""At so many points numbers have to see that a formula is right, if there are as many."""


@dataclass(frozen=True)
class Cause:
    """Why a step is wrong. kind: a word that stays the same. words: the same for people, with the author's names.

    right: what would be right instead of the step; None where that is not known.
    """

    kind: str
    words: str
    right: Array | None = None
    is_verified: bool = False

    def __str__(self) -> str:
        return self.words if self.is_verified else f"it looks like this: {self.words}"


class Trial:
    """The step of one instance of a claim, where it is wrong. others: the other instances."""

    def __init__(self, case: Case, others: Sequence[Case] = ()) -> None:
        self.case, self.others = case, others
        self.claim: Claim = case.claim
        self.run: Run = case.place.run
        self.names: Names = case.claim.names
        self.target, self.formula = case.target, as_array(case.formula)
        self.is_ill_shaped = misfit(self.formula, case.place.broadcast) is not None or not self._fits(self.formula)
        self._tried = 0

    # -- what there is --

    @cached_property
    def position(self) -> int | None:
        """Which step of its claim it is; None if it is none, as what is proposed is not."""
        steps = enumerate(self.claim.steps)
        return next((i for i, step in steps if any(form is self.case.formula for form in step.forms)), None)

    @property
    def points(self) -> list[NumericPoint]:
        """Where numbers are asked."""
        return self.case.place.numeric

    @cached_property
    def symbols(self) -> list[Array]:
        """The arrays with names, but for what the module itself says is right, and for the target."""
        position = self.position
        graphs = self.run.graphs() if position is None else self.run.graphs_beside(self.claim.steps[position])
        return [s for s in symbols_of(graphs, self.names) if s.key != self.target.key and self._is_known(s)]

    @cached_property
    def slopes(self) -> list[Array]:
        """The derivatives of activations at arguments that have names."""
        return [slope for slope in slopes(self.symbols, bool(self.run.structure)) if slope.conforms]

    @cached_property
    def scalars(self) -> list[Array]:
        """The inputs that are one number, and not 0 as labels may be."""
        inputs = (s for s in self.symbols if s.name and not s.args and is_one_number(s.shape))
        points = [at for at in self.points if at.point.pattern != "zeros"]
        return [s for s in inputs if all(np.all(at.evaluation(s)) for at in points)]

    def says(self, words: str, *arrays: Array) -> str:
        """Words with the author's names in the places of {}; of what is long, the part that is different."""
        texts = [printing.name(array, self.names) for array in arrays]
        if len(texts) == 2 and max(map(len, texts)) > LONGEST:
            texts = _apart(*texts)
        return words.format(*(shortened(text, LONGEST) for text in texts))

    # -- what holds --

    def causes(
        self, kind: str, words: str, right: Array, parts: Sequence[Array] = (), sides: tuple[Array, Array] | None = None
    ) -> Iterator[Cause]:
        """The cause, if the formula is right instead of the step. words: with {} for each of the parts.

        sides: two formulas that are the same exactly if it is right, and have values where it may have none.
        """
        is_verified = self.holds(right, sides)
        if is_verified is not None:
            yield Cause(kind, self.says(words, *parts) if parts else words, right, is_verified)

    def holds(self, right: Array, sides: tuple[Array, Array] | None = None) -> bool | None:
        """Whether the formula is right, here and in other instances: proved, or only seen; None if it is not."""
        right = Meant(self.claim.symmetric)(right)
        if not self._fits(right) or self._tried >= MOST_TRIED:
            return None
        self._tried += 1
        known = (self.target, self.formula) if sides else (self.target,)
        is_proved = self.is_same(*(sides or (self.target, right)), known)
        if is_proved is None:
            return None
        elsewhere = list(self._elsewhere(right))
        return is_proved and None not in elsewhere if all(map(self._may_hold_in, elsewhere)) else None

    def is_same(self, left: Array, right: Array, known: Sequence[Array] = ()) -> bool | None:
        """Whether two formulas have one value here: proved so, or seen by numbers alone; None if they have not.

        known: where all these have values, both have; the left one if nothing else is said.
        """
        try:
            if self._is_far(left, right) or any(at.differs(left, right) for at in self.points):
                return None
            have_values = partial(_have_values, known or (left,), (left, right))
            if not all(map(have_values, self.points)) or not self._is_seen(left, right):
                return None
            answer = Answer.UNRESOLVED if self._prime is None else self._prime.compare(left, right).answer
        except (MemoryError, OutOfTime):
            raise
        except Exception:  # whatever keeps it from having a value, it is no cause
            return None
        if answer is Answer.PROVED:
            return True
        has_all = all(
            _are_finite(right, at) for at in self.points if all(_are_finite(one, at) for one in known or (left,))
        )
        return False if answer is not Answer.DIFFERS and has_all else None

    @property
    def _prime(self) -> PrimePoint | None:
        return self.case.place.prime

    def _is_far(self, left: Array, right: Array) -> bool:
        """Whether plain numbers at one point leave no doubt that they differ, which is quickly seen."""
        one, other = self._plain(left).ravel(), self._plain(right).ravel()
        with np.errstate(all="ignore"):
            size = max(float(np.max(np.abs(side), initial=0.0)) for side in (one, other))
            return bool(np.isfinite(size)) and not np.all(np.abs(one - other) <= NEAR * size)

    def _plain(self, node: Array) -> Values:
        with np.errstate(all="ignore"):
            return self.points[0].evaluation(reverse_mode.expand(node))

    def _is_known(self, node: Array) -> bool:
        """Whether it is made of inputs that have values here."""
        return {given.key for given in inputs_of([node])} <= self._inputs

    @cached_property
    def _inputs(self) -> set[int]:
        return {node.key for node in self.case.place.inputs}

    def _fits(self, right: Array) -> bool:
        if not right.conforms or misfit(right, self.case.place.broadcast) or not self._is_known(right):
            return False
        return right.shape == self.target.shape or (is_one_number(right.shape) and is_one_number(self.target.shape))

    def _is_seen(self, left: Array, right: Array) -> bool:
        """Whether numbers see that they are the same where they say something."""
        found = (at.compare(left, right) for at in self.points)
        seen = sum(1 for _ in islice((c for c in found if c.answer is Answer.AGREES and not c.is_zero), LEAST_SEEN))
        return seen >= min(LEAST_SEEN, len(self.points))

    def _elsewhere(self, right: Array) -> Iterator[tuple[Case, Array] | None]:
        """The formula in other instances; None where it has no counterpart."""
        for other in self.others[:MOST_INSTANCES]:
            again = _instance(self.case).in_another(_instance(other), right)
            yield None if again is None else (other, again)

    def _may_hold_in(self, instance: tuple[Case, Array] | None) -> bool:
        """Whether nothing is seen that speaks against it there."""
        if instance is None:
            return True
        case, right = instance
        return right.conforms and not any(at.differs(case.target, right) for at in case.place.numeric)


def _instance(case: Case) -> Instance:
    return Instance(case.place.run, case.claim, as_array(case.formula))


def _have_values(known: Sequence[Array], sides: Sequence[Array], at: NumericPoint) -> bool:
    """Whether no function is asked for a value that it has not where others have values; numbers may overflow."""
    if not all(_are_finite(one, at) for one in known):
        return True
    return all(_are_finite(side, at) or not at.outside_domain(side) for side in sides)


def _are_finite(node: Array, at: NumericPoint) -> bool:
    return bool(np.all(np.isfinite(at.engine(node)[0])))


def _apart(one: str, other: str) -> list[str]:
    """Two texts without most of what they begin and end with alike."""
    words = [re.findall(r"\w+|\s+|.", text) for text in (one, other)]
    first = max(0, _alike(*words) - KEPT)
    last = max(0, _alike(*(text[:first:-1] for text in words)) - KEPT)
    return [f"{'…' * (first > 0)}{''.join(text[first : len(text) - last])}{'…' * (last > 0)}" for text in words]


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words they begin with alike."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
