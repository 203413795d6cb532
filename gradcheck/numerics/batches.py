"""Points of the same sizes, evaluated together: every value has the points' axis in front.

What reverse mode and differences cost at a point is mostly Python's time a node, so ten points cost little more than
one. An expression that depends on no input has one value for all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial

import numpy as np

from gradcheck.graph import Array, Input, derivatives_in, has_derivatives
from gradcheck.numerics import differences, increments, reverse_mode, richardson, rounding
from gradcheck.numerics.evaluate import Evaluation, Sizes, Values
from gradcheck.numerics.kinks import Cell, reach, with_kinks
from gradcheck.sampling.point import Point, stacked
from gradcheck.tolerances import FROM_KINKS, ROUNDING_BARS

NEARBY = 1e-6
TRIES = 20
SEED_STRIDE = 1000


class Batch:
    """The inputs' values at points of one choice of sizes, and every expression evaluated there once."""

    def __init__(self, points: Sequence[Point], inputs: Sequence[Input]) -> None:
        self.points, self.inputs, self.sizes = tuple(points), tuple(inputs), points[0].sizes
        self.values = stacked(self.points, self.inputs)
        self.evaluation = Evaluation(self.values, self.sizes, lead=1)
        self._errors: dict[int, Values] = {}
        self._engine: dict[int, tuple[Values, Values]] = {}
        self._sampled: dict[float, _Sampled] = {}
        self._moved: dict[float, _Moved] = {}
        self._on_kink: dict[int, Values] = {}
        self._reach: dict[tuple[tuple[int, int], ...], Values] = {}

    def engine(self, node: Array) -> tuple[Values, Values]:
        """The values by reverse mode, and bounds on their rounding errors."""
        if node.key not in self._engine:
            plain = reverse_mode.expand(node)
            self._engine[node.key] = self.evaluation(plain), rounding.bound(plain, self.evaluation, self._errors)
        return self._engine[node.key]

    def sampled(self, node: Array, unit: float = 1.0) -> differences.Reading:
        """The values with all derivatives by differences, with steps in the given unit of the arrays' sizes."""
        if not has_derivatives(node):
            value, _ = self.engine(node)
            return differences.Reading(value, np.zeros_like(value), lambda: None)
        if unit not in self._sampled:
            self._sampled[unit] = _Sampled(self.values, self.sizes, unit)
        return self._sampled[unit](node)

    def incremented(self, node: Array, unit: float = 1.0) -> tuple[Values, Values]:
        """The values with all derivatives by increments, and bounds on their rounding errors; infinite where NaN."""
        if not has_derivatives(node):
            value, error = self.engine(node)
            return value, np.where(np.isfinite(value), error, np.inf)
        if unit not in self._moved:
            self._moved[unit] = _Moved(self.values, self.sizes, unit)
        return self._moved[unit](node)

    def kink_distances(self, graphs: Iterable[Array], only_jumps: bool = False) -> Values:
        """How far each point is from the nearest kink, relative to the size of the kink's argument."""
        least = np.full(len(self.points), np.inf)
        for graph in graphs:
            least = np.minimum(least, differences.kink_distance(graph, self.evaluation, self._nearby, only_jumps))
        return least

    def on_kink(self, node: Array) -> Values:
        """Which points lie on a jump of the expression, as a derivative has one at a kink: nothing is said there."""
        if node.key not in self._on_kink:
            self._on_kink[node.key] = self.kink_distances([reverse_mode.expand(node)], only_jumps=True) == 0
        return self._on_kink[node.key]

    def reach(self, cell: Cell) -> Values:
        """How far inside a cell of kinks each point is; negative outside."""
        key = tuple((argument.key, sign) for argument, sign in cell)
        if key not in self._reach:
            self._reach[key] = reach(cell, self.evaluation)
        return self._reach[key]

    def ties(self, node: Array) -> Values:
        """At which points entries tie that a node compares."""
        (margins,) = differences.kink_arguments(node, self.evaluation)
        return np.asarray((margins == 0).reshape(len(margins), -1).any(axis=1))

    def tied(self, node: Array) -> list[Point]:
        """These points."""
        return [self.points[i] for i in np.flatnonzero(np.broadcast_to(self.ties(node), len(self.points)))]

    def vanishes(self, argument: Array) -> Values:
        """At which points some entry is 0, or lost in its rounding errors."""
        lost = _is_lost(argument, self.evaluation, self._errors)
        return np.asarray(lost.reshape(len(lost), -1).any(axis=1))

    def vanishes_around(self, argument: Array) -> bool:
        """Whether at some point some entry is 0 or lost, and stays so when inputs are moved a little."""
        lost = _is_lost(argument, self.evaluation, self._errors)
        return bool(np.any(lost)) and bool(np.any(lost & _is_lost(argument, self._nearby, {})))

    @cached_property
    def _nearby(self) -> Evaluation:
        """The same points with all inputs that may vary a little moved a little."""
        rng = np.random.default_rng(0)
        values = dict(self.values)
        for node in self.inputs:
            if node.domain.is_open:
                value = values[node.key]
                size = np.where(value == 0, 1.0, np.abs(value))
                values[node.key] = value + NEARBY * size * rng.standard_normal(value.shape)
        return Evaluation(values, self.sizes, lead=1)


def _is_lost(argument: Array, at: Evaluation, errors: dict[int, Values]) -> Values:
    """Which entries are 0 or lost in their rounding errors."""
    with np.errstate(all="ignore"):
        return np.asarray(np.abs(at(argument)) <= ROUNDING_BARS * rounding.bound(argument, at, errors))


class _Sampled:
    """Readings by differences with steps in one unit, each made once."""

    def __init__(self, values: Mapping[int, Values], sizes: Sizes, unit: float) -> None:
        slopes = partial(increments.differentiate, unit=unit)  # they lose no digits, which the outer samples would show
        self._evaluation, self._unit = differences.evaluation(values, sizes, 1, unit, slopes), unit
        self._readings: dict[int, differences.Reading] = {}
        self._estimates: dict[int, richardson.Estimate] = {}

    def __call__(self, node: Array) -> differences.Reading:
        if node.key not in self._readings:
            with np.errstate(all="ignore"):
                self._readings[node.key] = differences.read(node, self._evaluation, self._estimates, self._unit)
        return self._readings[node.key]


class _Moved:
    """Readings by increments with steps in one unit."""

    def __init__(self, values: Mapping[int, Values], sizes: Sizes, unit: float) -> None:
        slopes = partial(increments.differentiate, unit=unit)
        self._evaluation = Evaluation(values, sizes, lead=1, derivative=slopes)
        self._errors: dict[int, Values] = {}

    def __call__(self, node: Array) -> tuple[Values, Values]:
        with np.errstate(all="ignore"):
            for part in derivatives_in(node, known=self._errors):
                self._errors[part.key] = increments.error(self._evaluation, part)
            value, error = self._evaluation(node), rounding.bound(node, self._evaluation, self._errors)
            return value, np.where(np.isfinite(value), error, np.inf)


def away_from_kinks(points: Sequence[Point], graphs: Iterable[Array], inputs: Sequence[Input]) -> Batch:
    """The points, each as it is or with the first other seed at which no kink is near.

    Points at 0 are the same with every seed: where a kink lies at 0, they stay on it and nothing is said there.
    """
    plain = [part for graph in graphs for part in with_kinks(graph)]
    moved = list(points)
    for _ in range(TRIES):
        batch = Batch(moved, inputs)
        near = np.flatnonzero(batch.kink_distances(plain) <= FROM_KINKS)
        movable = [i for i in near if moved[i].pattern != "zeros"]
        if not movable:
            break
        for i in movable:
            moved[i] = moved[i].with_seed(moved[i].seed + SEED_STRIDE)
    return batch


def of_equal_sizes(points: Iterable[Point]) -> Iterator[list[Point]]:
    """The points that can be evaluated together, in order of their first ones."""
    groups: dict[tuple[tuple[str, int], ...], list[Point]] = {}
    for point in points:
        key = tuple(sorted((symbol.name, size) for symbol, size in point.sizes.items()))
        groups.setdefault(key, []).append(point)
    yield from groups.values()
