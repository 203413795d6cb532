"""Points on chosen sides of kinks: beyond thresholds, by scaling inputs or by solving for a scale.

Inputs are scaled by powers of ten, all together, each alone and at random; a narrow cell, such as |x - 3| < 0.001, is
looked for between these: the exponent at which an entry comes closest is refined until the entry lies in the cell.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from gradcheck.graph import Input, inputs_of
from gradcheck.numerics.batches import Batch
from gradcheck.numerics.evaluate import Sizes, Values
from gradcheck.numerics.kinks import Cell, Side
from gradcheck.sampling.point import Point

EXPONENTS = range(-12, 13)
"""Powers of ten that inputs are scaled by; where unit intervals end in floating point is not reached."""
LINES, DRAWN, MIXED = 2, 40, 60
"""How many seeds are scaled, how many are taken as they are, and how many have random exponents."""
STARTS, ROUNDS, WIDTH, NARROWER = 4, 9, 9, 4.0
"""The closest points that are refined, how often, at how many exponents to either side, and how much closer each time.

Exponents are known to 4^-9 of a power of ten then: cells of 1e-5 of the distance to 0 are found.
"""
PARTS = np.linspace(0.05, 0.95, 19)
"""By which parts of a power of ten a point is scaled less, to lie astride of a kink."""
MOST = 4
"""How many points of a cell are looked at."""


class Regions:
    """Looks for points in cells, at one choice of sizes."""

    def __init__(self, sizes: Sizes, inputs: Sequence[Input]) -> None:
        self.sizes, self.inputs = sizes, inputs
        self.names = [node.name for node in inputs if node.domain.is_open]
        self._found: dict[tuple[tuple[int, int], ...], list[Point]] = {}

    def points_in(self, cell: Cell) -> list[Point]:
        """Points in the cell, those that are scaled least first; none if none is found."""
        key = tuple((argument.key, sign) for argument, sign in cell)
        if key not in self._found:
            self._found[key] = self._look(cell)
        return self._found[key]

    def _look(self, cell: Cell) -> list[Point]:
        reached = self._reach(cell, self._scaled)
        inside = np.flatnonzero(reached > 0)
        if len(inside):
            mildest = sorted((self._scaled.points[i] for i in inside), key=_scaling)[:MOST]
            return [*mildest, *self._astride(mildest[0], cell)]
        closest = [self._scaled.points[i] for i in np.argsort(-reached, kind="stable")[:STARTS]]
        return [point for point in (self._refined(start, cell) for start in closest) if point is not None]

    def _astride(self, point: Point, cell: Cell) -> list[Point]:
        """The point scaled less, if some entries lie in the cell then and others opposite: both are seen at once.

        A derivative that is 0 everywhere, as beyond the ends of a clip, has no size that errors are small beside.
        """
        moved = [name for name, k in point.scales.items() if k]
        less = [_scaled(point, {n: -math.copysign(part, point.scales[n]) for n in moved}) for part in PARTS]
        batch = Batch(less, self.inputs)
        opposite = tuple(Side(side.argument, -side.sign) for side in cell)
        both = np.minimum(self._reach(cell, batch), self._reach(opposite, batch))
        return [less[int(np.argmax(both))]] if moved and both.max() > 0 else []

    def _refined(self, point: Point, cell: Cell) -> Point | None:
        """The point scaled as far as takes it deepest into the cell; None if that is not inside."""
        moved, width = [name for name, k in point.scales.items() if k] or self.names, 1.0
        inputs = inputs_of([side.argument for side in cell])
        for _ in range(ROUNDS):
            steps = width * np.linspace(-1, 1, 2 * WIDTH + 1)
            batch = Batch([_scaled(point, dict.fromkeys(moved, float(step))) for step in steps], inputs)
            reached = self._reach(cell, batch)
            point, width = batch.points[int(np.argmax(reached))], width / NARROWER
        return point if reached.max() > 0 else None

    def _reach(self, cell: Cell, batch: Batch) -> Values:
        return np.broadcast_to(batch.reach(cell), len(batch.points))

    @cached_property
    def _scaled(self) -> Batch:
        return Batch([Point(self.sizes, seed, scales) for seed, scales in self._scales()], self.inputs)

    def _scales(self) -> Iterator[tuple[int, Mapping[str, float]]]:
        """Seeds and exponents."""
        together = [self.names, *([name] for name in self.names if len(self.names) > 1)]
        for seed in range(LINES):
            yield from ((seed, dict.fromkeys(names, float(k))) for names in together for k in EXPONENTS)
        yield from ((seed, {}) for seed in range(LINES, DRAWN))
        rng = np.random.default_rng(0)
        for seed in range(MIXED):
            exponents = rng.integers(EXPONENTS[0] // 2, EXPONENTS[-1] // 2 + 1, len(self.names))
            yield seed, dict(zip(self.names, map(float, exponents), strict=True))


def _scaled(point: Point, more: Mapping[str, float]) -> Point:
    return replace(point, scales={**point.scales, **{name: point.scales.get(name, 0) + k for name, k in more.items()}})


def _scaling(point: Point) -> float:
    return sum(map(abs, point.scales.values()))
