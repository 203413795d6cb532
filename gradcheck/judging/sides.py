"""On which sides of kinks numbers have looked: what was seen on one side of a threshold only is not seen.

Every comparison and every bend of the target and the step has two sides. It is enough that some entry lies on either
side somewhere. Sides without a point among those that every step is asked at are looked for; what is not found is
named, unless the range of the kink's argument shows that there is nothing there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations, product, starmap

import sympy as sp

from gradcheck.graph import Array, Input, walk
from gradcheck.judging.comparison import NumericPoint
from gradcheck.numerics.batches import Batch
from gradcheck.numerics.kinks import Cell, Side, arguments_of
from gradcheck.numerics.regions import Regions
from gradcheck.proofs.ranges import Ranges
from gradcheck.sampling.point import Point

DRAWN = 8
"""At how many points it is looked for kinks on which entries lie all around."""
MANY, MOST_TIED = 64, 2
"""At how many points it is looked for entries that tie, and how many of those are looked at."""
MOST_IN_PAIRS = 6
"""Of so many kinks all pairs are looked at, too: a region may lie between two thresholds."""


class Sides:
    """The sides of kinks at one choice of sizes."""

    def __init__(self, sizes: Mapping[sp.Symbol, int], inputs: Sequence[Input]) -> None:
        self.sizes, self.inputs = sizes, inputs

    def unseen(self, graphs: Iterable[Array], points: Sequence[NumericPoint]) -> list[Side]:
        """The sides of all kinks at which none of the points lies although there may be some."""
        sides = (Side(argument, sign) for argument in arguments_of(graphs) for sign in (1, -1))
        return [side for side in sides if not _any_in((side,), points) and not self._ranges.excludes(*side)]

    def vanishing(self, graphs: Iterable[Array], points: Sequence[NumericPoint]) -> list[Side]:
        """The kinks on which entries lie wherever they are drawn, but for these points: as far as is seen, on a region.

        Points are moved away from kinks, and so from where (√(x²) - x)² > 0 is false: for all x > 0. What is exactly 0
        there, as ReLU(x) for x < 0, is no kink, and points are left in its region. Where all inputs are 0 is no region.
        """
        arguments = [argument for argument in arguments_of(graphs) if self._as_drawn.vanishes_around(argument)]
        drawn = [point for point in points if point.point.pattern != "zeros"]
        return [Side(argument, 0) for argument in arguments if not any(at.vanishes(argument) for at in drawn)]

    def beyond(self, graphs: Sequence[Array], points: Sequence[NumericPoint]) -> list[NumericPoint]:
        """Points on the sides that none of the points lies at."""
        return self._in_cells(((side,) for side in self.unseen(graphs, points)), points)

    def between(self, graphs: Sequence[Array], points: Sequence[NumericPoint]) -> list[NumericPoint]:
        """Points on any two sides at once that none of the points lies at, where kinks are few."""
        arguments = arguments_of(graphs)
        pairs = _pairs(arguments) if len(arguments) <= MOST_IN_PAIRS else ()
        return self._in_cells((cell for cell in pairs if not any(starmap(self._ranges.excludes, cell))), points)

    def _in_cells(self, cells: Iterable[Cell], points: Sequence[NumericPoint]) -> list[NumericPoint]:
        return self._at(point for cell in cells if not _any_in(cell, points) for point in self._regions.points_in(cell))

    def tied(self, graphs: Iterable[Array], points: Sequence[NumericPoint]) -> list[NumericPoint]:
        """Points at which entries tie that a mask compares, where none of the points has such: of ReLUs, all may be 0.

        Ties that do not last when inputs move are kinks, and nothing is said at them.
        """
        masks = [node for node in walk(*graphs) if node.kinks_are_ties and node.is_jump]
        unseen = [node for node in masks if not any(point.ties(node) for point in points)]
        return self._at(point for node in unseen for point in self._many.tied(node)[:MOST_TIED])

    def _at(self, points: Iterable[Point]) -> list[NumericPoint]:
        """The points, each evaluated once."""
        wanted = list(points)
        new = {str(point): point for point in wanted if str(point) not in self._known}
        if new:
            self._known |= zip(new, NumericPoint.at(list(new.values()), self.inputs), strict=True)
        return [self._known[text] for text in dict.fromkeys(map(str, wanted))]

    @cached_property
    def _as_drawn(self) -> Batch:
        """Points that are not moved."""
        return Batch([Point(self.sizes, seed) for seed in range(DRAWN)], self.inputs)

    @cached_property
    def _many(self) -> Batch:
        """More of them."""
        return Batch([Point(self.sizes, seed) for seed in range(MANY)], self.inputs)

    @cached_property
    def _known(self) -> dict[str, NumericPoint]:
        """The points that were found, by how they are written: every step evaluates them once."""
        return {}

    @cached_property
    def _regions(self) -> Regions:
        return Regions(self.sizes, self.inputs)

    @cached_property
    def _ranges(self) -> Ranges:
        return Ranges()


def _any_in(cell: Cell, points: Iterable[NumericPoint]) -> bool:
    return any(point.lies_in(cell) for point in points)


def _pairs(arguments: Iterable[Array]) -> Iterator[Cell]:
    """Any side of any of the kinks with any side of any other one."""
    for pair in combinations(arguments, 2):
        for signs in product((1, -1), repeat=2):
            yield tuple(map(Side, pair, signs))
