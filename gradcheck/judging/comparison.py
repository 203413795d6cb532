"""Two expressions compared by numbers at one point: by reverse mode, and by differences.

Every comparison has a measured or derived error bar and a relative tolerance, never an absolute one. What is lost in
its own error bar is unresolved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from gradcheck.graph import Array, Input, differentiated, is_one_number, walk
from gradcheck.numerics import differences, reverse_mode, rounding
from gradcheck.numerics.batches import Batch, away_from_kinks, of_equal_sizes
from gradcheck.numerics.evaluate import Evaluation, Values
from gradcheck.numerics.kinks import Cell, Slopes, one_sided
from gradcheck.sampling.point import Point
from gradcheck.tolerances import BLUNT, DIFFERENCE_BARS, FINER, ROUNDING_BARS, SEES, SHARP
from gradcheck.verdicts import Answer


@dataclass(frozen=True)
class Comparison:
    """Target and step at one point.

    conflict: how the engine and the differences contradict each other, if they do. reason: why nothing was seen, if so.
    remark: why the step is wrong here where its value does not show it. on_kink: whether one of the sides has a kink
    here.
    """

    point: Point
    backprop: Answer
    differences: Answer
    target: Values
    step: Values
    wrong: Values
    tolerance: Values
    is_zero: bool
    conflict: str = ""
    reason: str = ""
    remark: str = ""
    on_kink: bool = False

    @property
    def answer(self) -> Answer:
        """What both say together: reverse mode alone refutes, and only what both see is seen."""
        if self.conflict:
            return Answer.CONTRADICTS
        decided = self.backprop is Answer.DIFFERS or self.backprop is self.differences
        return self.backprop if decided else Answer.UNRESOLVED


class NumericPoint:
    """One point of a batch: what both numerical oracles say there.

    sampled_first: whether differences are those of samples, and increments are asked only where these resolve nothing.
    At other points it is the other way round: increments take one step where samples take a ladder of them.
    """

    def __init__(
        self,
        point: Point,
        inputs: Iterable[Input],
        batch: Batch | None = None,
        index: int = 0,
        *,
        sampled_first: bool = True,
    ) -> None:
        self.point, self.sampled_first = point, sampled_first
        self.batch, self.index = batch or Batch([point], list(inputs)), index
        self._errors: dict[int, Values] = {}

    @classmethod
    def away_from_kinks(cls, point: Point, graphs: Iterable[Array], inputs: Sequence[Input]) -> NumericPoint:
        """The point, or the first with another seed at which no kink is near."""
        return cls._of(away_from_kinks([point], graphs, inputs))[0]

    @classmethod
    def together(cls, points: Iterable[Point], graphs: Sequence[Array], inputs: Sequence[Input]) -> list[NumericPoint]:
        """The points, away from kinks, those of equal sizes evaluated together; samples are taken at the first ones."""
        batches = [away_from_kinks(group, graphs, inputs) for group in of_equal_sizes(points)]
        return [point for i, batch in enumerate(batches) for point in cls._of(batch, sampled_first=i == 0)]

    @classmethod
    def at(cls, points: Sequence[Point], inputs: Sequence[Input]) -> list[NumericPoint]:
        """The points as they are, which are of equal sizes, evaluated together."""
        return cls._of(Batch(points, inputs))

    @classmethod
    def _of(cls, batch: Batch, *, sampled_first: bool = True) -> list[NumericPoint]:
        return [cls(point, batch.inputs, batch, i, sampled_first=sampled_first) for i, point in enumerate(batch.points)]

    @cached_property
    def evaluation(self) -> Evaluation:
        """The point alone, not in its batch."""
        return Evaluation(self.point.values(self.batch.inputs), self.point.sizes)

    def engine(self, node: Array) -> tuple[Values, Values]:
        """The value by reverse mode, and a bound on its rounding error."""
        value, error = self.batch.engine(node)
        return self._here(value), self._here(error)

    def sampled(self, node: Array, unit: float = 1.0) -> differences.Reading:
        """The value with all derivatives by differences, with steps in the given unit of the arrays' sizes."""
        reading = self.batch.sampled(node, unit)
        return differences.Reading(
            self._here(reading.value),
            self._here(reading.error),
            lambda: None if reading.sharp is None else self._here(reading.sharp),
        )

    def incremented(self, node: Array, unit: float = 1.0) -> tuple[Values, Values]:
        """The value with all derivatives by increments in the given unit, and a bound on its rounding error."""
        value, error = self.batch.incremented(node, unit)
        return self._here(value), self._here(error)

    def on_kink(self, node: Array) -> bool:
        """Whether the point lies on a kink of the expression, or of what it is the derivative of."""
        return bool(self._here(self.batch.on_kink(node)))

    def lies_in(self, cell: Cell) -> bool:
        """Whether some entry lies on these sides of kinks."""
        return bool(self._here(self.batch.reach(cell)) > 0)

    def ties(self, node: Array) -> bool:
        """Whether entries tie that a node compares."""
        return bool(self._here(self.batch.ties(node)))

    def vanishes(self, argument: Array) -> bool:
        """Whether some entry is 0, or lost in its rounding errors."""
        return bool(self._here(self.batch.vanishes(argument)))

    def _here(self, values: Values) -> Values:
        """The part of this point; what depends on no input has one value for all."""
        return np.asarray(values[self.index if len(values) > 1 else 0])

    def outside_domain(self, node: Array, for_certain: bool = False) -> str:
        """Which function is asked for a value it does not have, and at which number; empty if none is.

        for_certain: only if rounding errors cannot be the reason, as they are for log(1 - a) with a all but 1.
        """
        for part in walk(*map(reverse_mode.expand, [node, *differentiated(node)])):
            if part.defined is not None:
                domain, name, where = part.defined
                values = [self.evaluation(arg) for arg in part.args]
                allowed = _allowed(domain, values)
                if for_certain:
                    allowed = allowed | self._allowed_within_rounding(part, values)
                if not np.all(allowed):
                    worst = ", ".join(f"{np.broadcast_to(v, allowed.shape)[~allowed].flat[0]:.4g}" for v in values)
                    return f"{name}({worst}), but {name} is defined where {where}"
        return ""

    def _allowed_within_rounding(self, part: Array, values: list[Values]) -> Values:
        bars = [ROUNDING_BARS * rounding.bound(arg, self.evaluation, self._errors) for arg in part.args]
        with np.errstate(all="ignore"):
            above = [value + bar for value, bar in zip(values, bars, strict=True)]
            below = [value - bar for value, bar in zip(values, bars, strict=True)]
        assert part.defined is not None
        return _allowed(part.defined[0], above) | _allowed(part.defined[0], below)

    def compare(self, target: Array, step: Array) -> Comparison:
        """What both oracles say here of `target = step`."""
        return _Compared(self, target, step).result()

    def differs(self, target: Array, step: Array) -> bool:
        """Whether reverse mode alone sees a difference here: the cheap question, for shrinking."""
        return _Compared(self, target, step).by_engine[0] is Answer.DIFFERS


def _allowed(domain: Callable[..., Any], values: list[Values]) -> Values:
    """Which entries lie in the domain. What is not a number is the fault of an earlier function."""
    args = np.broadcast_arrays(*values)
    return np.asarray(domain(*args)) | np.isnan(args).any(axis=0)


class _Compared:
    """The two sides of one `=` at one point."""

    def __init__(self, at: NumericPoint, target: Array, step: Array) -> None:
        self.at, self.nodes = at, (target, step)

    @cached_property
    def engine(self) -> list[tuple[Values, Values]]:
        readings = [self.at.engine(node) for node in self.nodes]
        return [(_level(v, n), _level(e, n)) for (v, e), n in zip(readings, self.nodes, strict=True)]

    @cached_property
    def floor(self) -> Values:
        with np.errstate(all="ignore"):
            return np.asarray(ROUNDING_BARS * (self.engine[0][1] + self.engine[1][1]))

    @cached_property
    def by_engine(self) -> tuple[Answer, Values]:
        """What reverse mode says, and which entries are wrong.

        Where only the step is not finite, it is wrong if a function in it is asked for a value that it does not have.
        It is not if numbers on the way are too large for floating point, as in exp(x) / (1 + exp(x)).
        """
        (target, _), (step, _) = self.engine
        nothing = np.zeros(target.shape, bool)
        if not np.all(np.isfinite(target)):
            return Answer.UNRESOLVED, nothing
        if self.at.on_kink(self.nodes[0]):
            breaks = self.slopes is not None and np.isfinite(step.item()) and not self.slopes.allow(step.item())
            return (Answer.DIFFERS, ~nothing) if breaks else (Answer.UNRESOLVED, nothing)
        if self.at.on_kink(self.nodes[1]):
            return Answer.UNRESOLVED, nothing
        if not np.all(np.isfinite(step)):
            outside = self.at.outside_domain(self.nodes[1], for_certain=True)
            return (Answer.DIFFERS, nothing | ~np.isfinite(step)) if outside else (Answer.UNRESOLVED, nothing)
        return _say(target, step, self.floor, SHARP)

    @cached_property
    def slopes(self) -> Slopes | None:
        """The one-sided slopes, where the target is the derivative of a function of one number at its kink."""
        return one_sided(self.nodes[0], reverse_mode.expand(self.nodes[0]), self.at.evaluation)

    def by_differences(self) -> Answer:
        """What differences say; where samples resolve nothing, what increments say that do not contradict them."""
        if self.by_increments is not Answer.UNRESOLVED:
            return self.by_increments
        sampled = [self.sampled(node) for node in self.nodes]
        say = self._apart(sampled, DIFFERENCE_BARS)
        if say is Answer.UNRESOLVED:
            moved = [self.moved(node) for node in self.nodes]
            if not any(np.any(off_by(reading, sharper)) for reading, sharper in zip(sampled, moved, strict=True)):
                say = self._apart(moved, 1.0)
        return say

    @cached_property
    def by_increments(self) -> Answer:
        """What increments say where they are asked first and contradict reverse mode on neither side."""
        if self.at.sampled_first:
            return Answer.UNRESOLVED
        moved = [self.moved(node) for node in self.nodes]
        if any(np.any(off_by(moved, engine)) for moved, engine in zip(moved, self.engine, strict=True)):
            return Answer.UNRESOLVED
        return self._apart(moved, 1.0)

    def _apart(self, sides: Sequence[tuple[Values, Values]], bars: float) -> Answer:
        (a, ea), (b, eb) = sides
        return _say(a, b, bars * (ea + eb) + self.floor, BLUNT)[0]

    def sampled(self, node: Array, unit: float = 1.0) -> tuple[Values, Values]:
        """The value by differences and its error bar."""
        reading = self.at.sampled(node, unit)
        return _level(reading.value, node), _level(reading.error, node)

    def moved(self, node: Array, unit: float = 1.0) -> tuple[Values, Values]:
        """The value by increments and its error bar."""
        value, error = self.at.incremented(node, unit)
        return _level(value, node), _level(error, node)

    def conflict(self) -> str:
        """The engine against the differences, for both sides: they read one expression and must agree on it."""
        if self.by_increments is not Answer.UNRESOLVED:
            return ""
        for node, engine in zip(self.nodes, self.engine, strict=True):
            value, bar = self.sampled(node)
            off = off_by((value, bar), engine) & _resolved(*engine)
            if np.any(off):  # a third reading breaks the tie
                sharp = self.at.sampled(node).sharp
                off &= True if sharp is None else ~_confirms(_level(sharp, node), engine)
            for unit in FINER if np.any(off) else ():  # samples do not show what the rest of a cost rounds away
                off &= ~_confirms(self.moved(node, unit)[0], engine)
            for unit in FINER if np.any(off) else ():  # differences that contradict themselves say nothing
                finer = self.sampled(node, unit)
                off &= off_by(finer, engine) | ~off_by((value, bar), finer)
            if np.any(off):
                entry = tuple(int(i) for i in np.argwhere(off)[0])
                seen = f"{value[entry]:.9g} ± {bar[entry]:.1g}"
                return f"reverse mode says {engine[0][entry]:.9g}, differences say {seen} at {list(entry)}"
        return ""

    def result(self) -> Comparison:
        (target, error), (step, _) = self.engine
        say, wrong = self.by_engine
        blunt, conflict, reason, remark = say, "", "", ""
        if not np.all(np.isfinite(target)):
            reason = f"{self.at.outside_domain(self.nodes[0]) or 'the forward model overflows'} at {self.at.point}"
        elif any(map(self.at.on_kink, self.nodes)):
            reason = f"there is a kink at {self.at.point}"
            remark = str(self.slopes) if say is Answer.DIFFERS else ""
        elif not np.all(np.isfinite(step)):
            outside = self.at.outside_domain(self.nodes[1])
            reason = f"{outside or 'the formula overflows'} at {self.at.point}"
            remark = outside if say is Answer.DIFFERS else ""
        else:
            blunt, conflict = self.by_differences(), self.conflict()
            if blunt is Answer.DIFFERS and say is Answer.AGREES and not conflict:  # a sharper reading overrules it
                blunt = Answer.UNRESOLVED
            if Answer.UNRESOLVED in (say, blunt):
                reason = f"{self.at.outside_domain(self.nodes[0]) or 'rounding hides the value'} at {self.at.point}"
        with np.errstate(all="ignore"):
            zero = bool(np.all((np.abs(target) <= ROUNDING_BARS * error) & np.isfinite(error)))
        step = np.broadcast_to(step, target.shape)
        words, on_kink = (conflict, reason, remark), any(map(self.at.on_kink, self.nodes))
        return Comparison(self.at.point, say, blunt, target, step, wrong, self.floor, zero, *words, on_kink)


def off_by(reading: tuple[Values, Values], other: tuple[Values, Values]) -> Values:
    """Where a reading by differences is further from another value than the error bars of both allow."""
    value, error = other
    with np.errstate(all="ignore"):
        tolerance = DIFFERENCE_BARS * reading[1] + ROUNDING_BARS * error + BLUNT * np.abs(value)
        return np.asarray(np.abs(reading[0] - value) > tolerance)


def _resolved(value: Values, error: Values) -> Values:
    """Where reverse mode sees its own value: what is lost in rounding contradicts nothing."""
    with np.errstate(all="ignore"):
        return np.asarray((ROUNDING_BARS * error <= SEES * np.abs(value)) | (error == 0))


def _confirms(sharp: Values, engine: tuple[Values, Values]) -> Values:
    """Where the complex step, or increments, are there and say what reverse mode says."""
    return np.asarray(np.isfinite(sharp) & ~off_by((sharp, np.zeros(())), engine))


def _level(value: Values, node: Array) -> Values:
    """Numbers may be written (), (1,) or (1, 1): they are compared as numbers."""
    return value.reshape(()) if is_one_number(node.shape) else value


def _say(left: Values, right: Values, tolerance: Values, rtol: float) -> tuple[Answer, Values]:
    wrong, seen = entries(left, right, tolerance, rtol, lead=0)
    if np.any(wrong):
        return Answer.DIFFERS, wrong
    return (Answer.AGREES if np.all(seen) else Answer.UNRESOLVED), wrong


def entries(left: Values, right: Values, tolerance: Values, rtol: float, lead: int) -> tuple[Values, Values]:
    """Which entries are wrong, and which are seen well enough to be right. lead: how many axes are those of points."""
    with np.errstate(all="ignore"):
        size = np.maximum(np.abs(left), np.abs(right))
        gap = np.abs(left - right)
        wrong = np.asarray(~(gap <= tolerance + rtol * size) & np.isfinite(tolerance))
        # An entry that is 0 as far as can be seen counts if that is far by the measure of the whole array.
        whole = size.max(axis=tuple(range(lead, size.ndim)), keepdims=True, initial=0.0)
        seen = (
            (tolerance <= SEES * size)
            | (tolerance <= SEES * rtol * whole)
            | ((size <= tolerance) & (tolerance <= SEES * whole))
        )
    return wrong, np.asarray(seen)
