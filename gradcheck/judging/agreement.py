"""Two expressions compared by numbers at many points: where everything agrees, that is seen at once.

Nearly always it does, and what a comparison costs is mostly Python's time. Where anything else is seen in a batch, its
points are compared one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

import numpy as np

from gradcheck.graph import Array, is_one_number
from gradcheck.judging.comparison import Comparison, NumericPoint, entries, off_by
from gradcheck.numerics.batches import Batch
from gradcheck.numerics.evaluate import Values
from gradcheck.tolerances import BLUNT, DIFFERENCE_BARS, ROUNDING_BARS, SHARP
from gradcheck.verdicts import Answer


def compare(points: Iterable[NumericPoint], target: Array, step: Array) -> list[Comparison]:
    """What both oracles say at each point; where they agree all over a batch, that is seen at once."""
    found: list[Comparison] = []
    for (_, sampled_first), group in groupby(points, key=lambda at: (id(at.batch), at.sampled_first)):
        several = list(group)
        together = _Agreement(several[0].batch, target, step, sampled_first).comparisons if len(several) > 1 else None
        found += [together[at.index] for at in several] if together else [at.compare(target, step) for at in several]
    return found


class _Agreement:
    """The two sides of one `=` at all points of a batch."""

    def __init__(self, batch: Batch, target: Array, step: Array, sampled_first: bool) -> None:
        self.batch, self.nodes, self.sampled_first = batch, (target, step), sampled_first

    @property
    def comparisons(self) -> list[Comparison] | None:
        """All of them, if everything agrees everywhere, away from kinks; else None: each point has to be looked at."""
        with np.errstate(all="ignore"):
            return self._comparisons()

    def _comparisons(self) -> list[Comparison] | None:
        (target, error), (step, other) = engine = [self._of(node, *self.batch.engine(node)) for node in self.nodes]
        if not (np.all(np.isfinite(target)) and np.all(np.isfinite(step))) or self._is_on_kink():
            return None
        floor = ROUNDING_BARS * (error + other)
        if not (_agree(target, step, floor, SHARP) and self._is_seen_by_differences(engine, floor)):
            return None
        zero = (np.abs(target) <= ROUNDING_BARS * error) & np.isfinite(error)
        shape = (len(self.batch.points), *np.broadcast_shapes(target.shape[1:], step.shape[1:]))
        wrong = np.zeros(shape, bool)
        rows = [np.broadcast_to(array, shape) for array in (target, step, wrong, floor, zero)]
        return [
            Comparison(point, Answer.AGREES, Answer.AGREES, left, right, none, bar, bool(np.all(is_zero)))
            for point, left, right, none, bar, is_zero in zip(self.batch.points, *rows, strict=True)
        ]

    def _of(self, node: Array, value: Values, error: Values) -> tuple[Values, Values]:
        """Numbers may be written (), (1,) or (1, 1): they are compared as numbers."""
        return (value.reshape(-1), error.reshape(-1)) if is_one_number(node.shape) else (value, error)

    def _is_on_kink(self) -> bool:
        return any(np.any(self.batch.on_kink(node)) for node in self.nodes)

    def _is_seen_by_differences(self, engine: Sequence[tuple[Values, Values]], floor: Values) -> bool:
        bars = DIFFERENCE_BARS if self.sampled_first else 1.0
        readings = [self._of(node, *self._reading(node)) for node in self.nodes]
        if any(np.any(off_by(*pair)) for pair in zip(readings, engine, strict=True)):
            return False
        (a, ea), (b, eb) = readings
        return _agree(a, b, bars * (ea + eb) + floor, BLUNT)

    def _reading(self, node: Array) -> tuple[Values, Values]:
        if not self.sampled_first:
            return self.batch.incremented(node)
        reading = self.batch.sampled(node)
        return reading.value, reading.error


def _agree(left: Values, right: Values, tolerance: Values, rtol: float) -> bool:
    """Whether every entry is seen and right."""
    wrong, seen = entries(left, right, tolerance, rtol, lead=1)
    return bool(np.all(seen)) and not np.any(wrong)
