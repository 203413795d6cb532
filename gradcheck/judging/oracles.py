"""Where the expressions of one run are evaluated: the points and sizes that all its steps share.

Numbers are asked at named points, at degenerate ones and at draws. Exact algebra writes formulas out at small sizes at
which any two size symbols differ; the prime field judges them at large ones.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

import sympy as sp

from gradcheck.documents.derivations import Derivation
from gradcheck.documents.instances import Run
from gradcheck.graph import Array, ShapeError, Unsupported, inputs_of, misfit_of, size_symbols, strict_misfit, walk
from gradcheck.judging.comparison import NumericPoint
from gradcheck.judging.sides import Sides
from gradcheck.numerics import reverse_mode
from gradcheck.numerics.evaluate import number_of
from gradcheck.proofs.prime_field import PrimePoint
from gradcheck.proofs.symbols import SymbolicPoint, written_out
from gradcheck.sampling import choices
from gradcheck.sampling.point import Point

EXACT_SIZES = (2, 3, 5)
"""Sizes of the symbolic point where there are at most three size symbols: pairwise distinct, and still quick."""
LONGEST = 20_000
"""Formulas that have more symbols than this when written out are not given to exact algebra: depth multiplies them."""
LARGE_SIZES = ((64, 32, 16, 10), (17, 13, 11, 7), (9, 8, 7, 6))
"""Sizes of the point in the prime field, largest first; further symbols get smaller ones."""
MOST_PRODUCTS = 2_000_000
"""How many products of numbers all expressions together may take there."""
POINTS_A_RUN = 1
"""Drawn points of each run where the structure is drawn: every run has other sizes, seeds and scales."""
FIRST_SEED, MORE = 2, 64
"""Seeds of the points that are looked at if others were too few to see something."""
SEEDS_A_SIZE = 3
"""Draws in a row that share their sizes, so that they are evaluated together."""


class Place:
    """Where the expressions of one run are evaluated, shared by all its steps.

    points: how many named and drawn points. turn: the number of the run where the structure is drawn, else None.
    broadcast: the document's convention.
    """

    def __init__(self, run: Run, derivation: Derivation, points: int, turn: int | None) -> None:
        self.run, self.points, self.key, self.turn = run, points, derivation.name, turn
        self.broadcast = derivation.broadcast
        self.graphs = [graph for graph in run.graphs() if not misfit(graph, self.broadcast)]
        self.inputs = inputs_of(self.graphs)

    @cached_property
    def numeric(self) -> list[NumericPoint]:
        """Named points first, hard ones, then draws; all of them away from kinks where they can be moved."""
        named, hard = (list(kind(self.graphs)) for kind in (choices.named_points, choices.hard_points))
        if self.turn is None:
            points = [*named, *hard]
        else:  # where the structure is drawn, runs take turns
            points = [*named[:1], *hard[self.turn % max(1, len(hard)) :][:1]]
        drawn = choices.draws(choices.points(*self.graphs), self.points, self.key)
        points += [point.with_sizes(drawn[i - i % SEEDS_A_SIZE].sizes) for i, point in enumerate(drawn)]
        # Numbers are asked at the sizes of proofs, too: only there can the two contradict each other.
        seen = [dict(point.sizes) for point in points]
        points += [Point(sizes) for sizes in self.exact_sizes if sizes not in seen]
        return NumericPoint.together(points, self.graphs, self.inputs)

    @cached_property
    def more(self) -> list[NumericPoint]:
        """More points for what is seen at few: masks such as Z > 0 seldom change when Z is changed."""
        named = list(choices.named_points(self.graphs))[:1]
        points = [point.with_seed(seed) for point in named for seed in range(FIRST_SEED, FIRST_SEED + MORE)]
        return NumericPoint.together(points, self.graphs, self.inputs)

    @cached_property
    def sides(self) -> Sides:
        """The sides of kinks, at the sizes of the first point."""
        return Sides(self.numeric[0].point.sizes if self.numeric else {}, self.inputs)

    @cached_property
    def exact_sizes(self) -> list[dict[sp.Symbol, int]]:
        """All candidates of sizes for proofs; where the structure is drawn, runs take turns."""
        every = exact_sizes(self.graphs)
        return every if self.turn is None else every[self.turn % max(1, len(every)) :][:1]

    @cached_property
    def symbolic(self) -> list[SymbolicPoint]:
        """Sizes at which any two size symbols differ somewhere, small enough to be written out."""
        return [SymbolicPoint(self.inputs, sizes) for sizes in self.exact_sizes]

    @cached_property
    def prime(self) -> PrimePoint | None:
        """Large sizes in the prime field; None if the expressions cannot be evaluated at any."""
        sizes = large_sizes(self.graphs)
        return None if sizes is None else PrimePoint(self.inputs, sizes)


def exact_sizes(graphs: Sequence[Array]) -> list[dict[sp.Symbol, int]]:
    """The sizes of symbolic points."""
    symbols = size_symbols(graphs)
    if len(symbols) <= len(EXACT_SIZES):
        candidates = [list(EXACT_SIZES[: len(symbols)])]
        if not _can_be_written_out(graphs, dict(zip(symbols, candidates[0], strict=True))):
            rising = list(range(1, 1 + len(symbols)))
            candidates = [rising, rising[::-1]]
    else:
        # All sizes 2; and the digits of a symbol's number as sizes 1 and 2: any two symbols differ in some digit.
        digits = (len(symbols) - 1).bit_length()
        candidates = [[2] * len(symbols)]
        candidates += [[1 + (i >> digit & 1) for i in range(len(symbols))] for digit in range(digits)]
    raised = [choices.raised(graphs, dict(zip(symbols, sizes, strict=True))) for sizes in candidates]
    return [sizes for sizes in raised if sizes is not None and _can_be_written_out(graphs, sizes)]


def _can_be_written_out(graphs: Sequence[Array], sizes: Mapping[sp.Symbol, int]) -> bool:
    return all(written_out(graph, sizes) <= LONGEST for graph in graphs)


def large_sizes(graphs: Sequence[Array]) -> dict[sp.Symbol, int] | None:
    """The sizes of the point in the prime field: the largest choice that is affordable, pairwise distinct."""
    symbols = size_symbols(graphs)
    plain = [reverse_mode.expand(graph) for graph in graphs]
    for choice in LARGE_SIZES:
        more = range(min(choice) - 1, 1, -1)
        sizes = dict(zip(symbols, (*choice, *more), strict=False))
        fitting = choices.raised(graphs, sizes) if len(sizes) == len(symbols) else None
        if fitting is not None and _products(plain, fitting) <= MOST_PRODUCTS:
            return fitting
    return None


def _products(graphs: Sequence[Array], sizes: Mapping[sp.Symbol, int]) -> int:
    """About how many numbers are computed for the expressions at these sizes."""
    return sum(node.work(lambda size: number_of(size, sizes)) for node in walk(*graphs))


def misfit(graph: Array, broadcast: bool) -> ShapeError | Unsupported | None:
    """The first two sizes that do not fit under the document's convention, or what is not supported, if any."""
    if not broadcast:
        return strict_misfit(graph)
    return misfit_of(graph)
