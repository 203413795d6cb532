"""Two expressions compared by numbers at one point: by reverse mode, and by differences.

Every comparison has a measured or derived error bar and a relative tolerance, never an absolute one. What is lost in
its own error bar is unresolved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import numpy as np

from gradcheck import backprop, differences, ladder, rounding
from gradcheck.arrays import Apply, Array, Derivative, Input, is_one_number, walk
from gradcheck.evaluate import Evaluation, Values
from gradcheck.points import Point

SHARP = 1e-9
"""Relative tolerance between two floating-point evaluations, beside their rounding errors."""
BLUNT = 1e-6
"""Relative tolerance of differences, beside their error bars."""
ROUNDING_BARS, DIFFERENCE_BARS = 8.0, 10.0
"""How many error bars two right values may be apart."""
SEES = 1e-2
"""A reading counts if its error bars are below this fraction of the value."""
NEARBY = 1e-6
FROM_KINKS = 1e-3
"""Points are moved until every kink is this far away, relative to the size of its argument."""


class Say(Enum):
    """What one oracle says at one point."""

    AGREES = "agrees"
    DIFFERS = "differs"
    UNRESOLVED = "cannot resolve"


@dataclass(frozen=True)
class Comparison:
    """Target and step at one point. `conflict` is set if the engine and the differences contradict each other."""

    point: Point
    backprop: Say
    differences: Say
    target: Values
    step: Values
    wrong: Values
    tolerance: Values
    is_zero: bool
    conflict: str = ""
    reason: str = ""


class NumericPoint:
    """The inputs' values at a point, and every expression evaluated there once."""

    def __init__(self, point: Point, inputs: Iterable[Input]) -> None:
        self.point = point
        values = point.values(inputs)
        self.evaluation = Evaluation(values, point.sizes)
        self._sampled = differences.evaluation(values, point.sizes)
        self._errors: dict[int, Values] = {}
        self._readings: dict[int, differences.Reading] = {}
        self._estimates: dict[int, ladder.Estimate] = {}

    @classmethod
    def away_from_kinks(cls, point: Point, graphs: list[Array], inputs: list[Input], tries: int = 20) -> NumericPoint:
        """The point, or the first with another seed at which no kink is near."""
        plain = [backprop.expand(graph) for graph in graphs]
        for more in range(tries):
            moved = cls(Point(point.sizes, point.seed + 1000 * more, point.scales), inputs)
            nearby = moved.nearby(inputs)
            if all(differences.kink_distance(graph, moved.evaluation, nearby) > FROM_KINKS for graph in plain):
                break
        return moved

    def nearby(self, inputs: Iterable[Input]) -> Evaluation:
        """The same point with all inputs that may vary a little moved a little."""
        rng = np.random.default_rng(0)
        values = {
            node.key: value * (1 + NEARBY * rng.standard_normal(value.shape)) if node.domain.scalable else value
            for node, value in ((node, self.evaluation.inputs[node.key]) for node in inputs)
        }
        return Evaluation(values, self.point.sizes)

    def engine(self, node: Array) -> tuple[Values, Values]:
        """The value by reverse mode, and a bound on its rounding error."""
        plain = backprop.expand(node)
        with np.errstate(all="ignore"):
            value = self.evaluation(plain)
        return value, rounding.bound(plain, self.evaluation, self._errors)

    def sampled(self, node: Array) -> differences.Reading:
        """The value with all derivatives by differences."""
        if node.key not in self._readings:
            with np.errstate(all="ignore"):
                self._readings[node.key] = differences.read(node, self._sampled, self._estimates)
        return self._readings[node.key]

    def outside_domain(self, node: Array) -> str:
        """Which function is asked for a value it does not have, and at which number; empty if none is."""
        forward = [part.args[0] for part in walk(node) if isinstance(part, Derivative)]
        for part in walk(*map(backprop.expand, [node, *forward])):
            if isinstance(part, Apply) and part.function.domain is not None:
                values = [self.evaluation(arg) for arg in part.args]
                allowed = np.asarray(part.function.domain(*np.broadcast_arrays(*values)))
                if not np.all(allowed):
                    name = part.function.name
                    worst = ", ".join(f"{np.broadcast_to(v, allowed.shape)[~allowed].flat[0]:.4g}" for v in values)
                    return f"{name}({worst}), but {name} is defined where {part.function.where}"
        return ""

    def compare(self, target: Array, step: Array) -> Comparison:
        """What both oracles say here of `target = step`."""
        return _Compared(self, target, step).result()

    def differs(self, target: Array, step: Array) -> bool:
        """Whether reverse mode alone sees a difference here: the cheap question, for shrinking."""
        return _Compared(self, target, step).by_engine[0] is Say.DIFFERS


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
    def by_engine(self) -> tuple[Say, Values]:
        """What reverse mode says, and which entries are wrong: also those that are not finite where the target is."""
        (target, _), (step, _) = self.engine
        nothing = np.zeros(target.shape, bool)
        if not np.all(np.isfinite(target)):
            return Say.UNRESOLVED, nothing
        if not np.all(np.isfinite(step)):
            return Say.DIFFERS, nothing | ~np.isfinite(step)
        return _say(target, step, self.floor, SHARP)

    def by_differences(self) -> Say:
        left, right = (self.at.sampled(node) for node in self.nodes)
        (a, b), (ea, eb) = (
            [_level(getattr(r, part), n) for r, n in zip((left, right), self.nodes, strict=True)]
            for part in ("value", "error")
        )
        return _say(a, b, DIFFERENCE_BARS * (ea + eb) + self.floor, BLUNT)[0]

    def conflict(self) -> str:
        """The engine against the differences, for both sides: they read one expression and must agree on it."""
        for node, (value, error) in zip(self.nodes, self.engine, strict=True):
            reading = self.at.sampled(node)
            sampled, bar = _level(reading.value, node), _level(reading.error, node)
            with np.errstate(all="ignore"):
                tolerance = DIFFERENCE_BARS * bar + ROUNDING_BARS * error + BLUNT * np.abs(value)
                off = np.abs(sampled - value) > tolerance
                if np.any(off) and reading.sharp is not None:  # a third reading breaks the tie
                    off &= np.abs(_level(reading.sharp, node) - value) > BLUNT * np.abs(value) + ROUNDING_BARS * error
            if np.any(off):
                entry = tuple(int(i) for i in np.argwhere(off)[0])
                seen = f"{sampled[entry]:.9g} ± {bar[entry]:.1g}"
                return f"reverse mode says {value[entry]:.9g}, differences say {seen} at {list(entry)}"
        return ""

    def result(self) -> Comparison:
        (target, error), (step, _) = self.engine
        say, wrong = self.by_engine
        blunt, conflict, reason = say, "", ""
        if not np.all(np.isfinite(target)):
            reason = f"{self.at.outside_domain(self.nodes[0]) or 'the forward model overflows'} at {self.at.point}"
        elif not np.all(np.isfinite(step)):
            reason = self.at.outside_domain(self.nodes[1])
        else:
            blunt, conflict = self.by_differences(), self.conflict()
            if Say.UNRESOLVED in (say, blunt):
                reason = f"{self.at.outside_domain(self.nodes[0]) or 'rounding hides the value'} at {self.at.point}"
        with np.errstate(all="ignore"):
            zero = bool(np.all((np.abs(target) <= ROUNDING_BARS * error) & np.isfinite(error)))
        step = np.broadcast_to(step, target.shape)
        return Comparison(self.at.point, say, blunt, target, step, wrong, self.floor, zero, conflict, reason)


def _level(value: Values, node: Array) -> Values:
    """Numbers may be written (), (1,) or (1, 1): they are compared as numbers."""
    return value.reshape(()) if is_one_number(node.shape) else value


def _say(left: Values, right: Values, tolerance: Values, rtol: float) -> tuple[Say, Values]:
    with np.errstate(all="ignore"):
        size = np.maximum(np.abs(left), np.abs(right))
        gap = np.abs(left - right)
        wrong = np.asarray(~(gap <= tolerance + rtol * size) & np.isfinite(tolerance))
        # An entry that is 0 as far as can be seen counts if that is far by the measure of the whole array.
        whole = float(np.max(size)) if size.size else 0.0
        seen = (
            (tolerance <= SEES * size)
            | (tolerance <= SEES * rtol * whole)
            | ((size <= tolerance) & (tolerance <= SEES * whole))
        )
    if np.any(wrong):
        return Say.DIFFERS, wrong
    return (Say.AGREES if np.all(seen) else Say.UNRESOLVED), wrong
