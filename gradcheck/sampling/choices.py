"""Hypothesis strategies of sizes, seeds and scales, and the points that every run looks at.

Hypothesis draws sizes, a seed and a scale for each array; the entries come from a generator with that seed. (Entries
drawn one by one are 0 or equal so often that a wrong gradient looks right.)
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, product
from typing import TypeVar

import hypothesis
import sympy as sp
from hypothesis import strategies as st

from gradcheck.graph import Array, Size, inputs_of, size_symbols, walk
from gradcheck.sampling.point import PATTERNS, Point

T = TypeVar("T")

DISTINCT = (2, 3, 5, 7, 4, 6, 8, 9)
"""Pairwise distinct sizes, primes first: with equal sizes a transposed or wrongly scaled gradient can look right."""
LARGEST = 5
SMALL = 3
"""How many sizes and seeds of each kind the small points go through."""
MOST_RAISED = 8
RAISED_APART = (0, 1, 2, 3, 5, 8, 13, 32, 64)
"""What is added to one size beside others."""
MOST_APART = 3
"""So many sizes are raised apart, at most."""
SCALES = (-2, 1)
"""Exponents of ten that arrays are scaled by."""
HARD_SCALES = (-6, 6)
"""The same, for the points that are tiny and huge on purpose."""
HARD_SEED = 1


# ---- points ------------------------------------------------------------------------------------------------------


def points(*graphs: Array) -> st.SearchStrategy[Point]:
    """Points for the expressions: sizes from 1 to 5 that their slices allow, a seed, a scale for each input.

    All is drawn as coin flips, for Hypothesis mixes into whole numbers those that it finds in the source of the modules
    that happen to be imported: a run would not be repeated by another program.
    """
    names = [node.name for node in inputs_of(graphs) if node.domain.scalable]
    exponents = _by_size(range(SCALES[0], SCALES[1] + 1))
    scales = st.fixed_dictionaries({name: _flips(2).map(lambda flips: exponents[_number(flips)]) for name in names})
    least = raised(graphs, dict.fromkeys(size_symbols(graphs), 1)) or {}
    more = _flips(LARGEST - 1).map(sum)
    sizes = st.fixed_dictionaries({symbol: st.tuples(st.just(n), more).map(sum) for symbol, n in least.items()})
    return st.builds(Point, sizes, _flips(10).map(_number), scales).filter(lambda point: fits(graphs, point.sizes))


def _flips(count: int) -> st.SearchStrategy[tuple[bool, ...]]:
    return st.tuples(*[st.booleans()] * count)


def _number(flips: tuple[bool, ...]) -> int:
    return sum(2**i for i, flip in enumerate(flips) if flip)


def small_points(*graphs: Array) -> Iterator[Point]:
    """The points at which a person can check a counterexample, smallest first: few entries, unscaled short decimals."""
    least = raised(graphs, dict.fromkeys(size_symbols(graphs), 1)) or {}
    for more in sorted(product(range(SMALL), repeat=len(least)), key=sum):
        sizes = {symbol: n + extra for (symbol, n), extra in zip(least.items(), more, strict=True)}
        if fits(graphs, sizes):
            yield from (Point(sizes, seed) for seed in range(SMALL))


def _by_size(exponents: Iterable[int]) -> list[int]:
    """0 first, for Hypothesis shrinks towards the first."""
    return sorted(exponents, key=abs)


def fits(graphs: Iterable[Array], sizes: Mapping[sp.Symbol, int], whole: bool = True) -> bool:
    """Whether there are such arrays at these sizes: every slice lies inside of its array.

    whole: whether what the expressions are made of is looked at, too.
    """

    def number(size: Size) -> int:
        return int(sp.sympify(size).xreplace(dict(sizes)))

    return all(node.fits(number) for node in (walk(*graphs) if whole else graphs))


def named_points(graphs: Sequence[Array]) -> Iterator[Point]:
    """The points that every run looks at: pairwise distinct sizes, other distinct sizes, and every size 1.

    Where slices need more, all sizes are raised until they fit.
    """
    symbols = size_symbols(graphs)
    distinct = _distinct(len(symbols))
    seen = []
    for sizes in (list(distinct), list(reversed(distinct)), [1] * len(symbols)):
        fitting = raised(graphs, dict(zip(symbols, sizes, strict=True)))
        if fitting is not None and fitting not in seen:
            seen.append(fitting)
            yield Point(fitting)


def hard_points(graphs: Sequence[Array]) -> Iterator[Point]:
    """The degenerate points that every run looks at: 0, equal units, symmetric, saturated, tiny and huge arrays.

    All have one choice of sizes, so that they are evaluated together; then each size alone is 1.
    """
    symbols = size_symbols(graphs)
    sizes = raised(graphs, dict(zip(symbols, _distinct(len(symbols)), strict=True)))
    if sizes is None:
        return
    names = [node.name for node in inputs_of(graphs) if node.domain.scalable]
    yield from (Point(sizes, HARD_SEED, pattern=pattern) for pattern in PATTERNS if pattern)
    yield from (Point(sizes, HARD_SEED, dict.fromkeys(names, exponent)) for exponent in HARD_SCALES)
    single = raised(graphs, dict.fromkeys(symbols, 1))
    if symbols and single is not None:
        yield Point(single, HARD_SEED, pattern="zeros")
    for symbol in symbols if len(symbols) > 1 else ():
        single = {**sizes, symbol: 1}
        if fits(graphs, single):
            yield Point(single, HARD_SEED)


def _distinct(count: int) -> Sequence[int]:
    return DISTINCT[:count] if count <= len(DISTINCT) else range(2, 2 + count)


def raised(graphs: Sequence[Array], sizes: Mapping[sp.Symbol, int]) -> dict[sp.Symbol, int] | None:
    """The sizes, raised by as little as the expressions need, together or else apart; None if that does not help."""
    for more in range(MOST_RAISED + 1):
        candidate = {symbol: size + more for symbol, size in sizes.items()}
        if fits(graphs, candidate):
            return candidate
    return _raised_apart(graphs, sizes)


def _raised_apart(graphs: Sequence[Array], sizes: Mapping[sp.Symbol, int]) -> dict[sp.Symbol, int] | None:
    """The sizes, some of which are raised: an array of n - k + 1 entries needs an n that is larger than k."""
    tight = _tight(graphs, sizes)
    symbols = [symbol for symbol in sizes if any(symbol in _sizes_in(node) for node in tight)]
    steps = sorted(product(RAISED_APART, repeat=min(len(symbols), MOST_APART)), key=sum)
    for more in steps:
        candidate = {**sizes, **{symbol: sizes[symbol] + step for symbol, step in zip(symbols, more, strict=False)}}
        if fits(tight, candidate, whole=False) and fits(graphs, candidate):
            return candidate
    return None


def _tight(graphs: Sequence[Array], sizes: Mapping[sp.Symbol, int]) -> list[Array]:
    """The nodes that do not fit."""
    return [node for node in walk(*graphs) if not fits([node], sizes, whole=False)]


def _sizes_in(node: Array) -> set[sp.Symbol]:
    shapes = [*node.sizes, *(size for arg in node.args for size in arg.shape)]
    return {symbol for size in shapes for symbol in sp.sympify(size).free_symbols}


def draws(strategy: st.SearchStrategy[T], count: int, key: str) -> list[T]:
    """`count` examples of a strategy, the same ones at every run: the random choices are keyed by a name."""
    found: list[T] = []
    _each(strategy, found.append, key, count)
    return list(islice(found, count))


def smallest(strategy: st.SearchStrategy[T], fails: Callable[[T], bool], key: str, effort: int = 60) -> T | None:
    """The smallest example that Hypothesis finds for which `fails` holds; None if it finds none."""
    best: list[T] = []

    def search(example: T) -> None:
        if fails(example):
            best.append(example)
            raise _Found

    try:
        _each(strategy, search, key, effort, hypothesis.Phase.shrink)
    except _Found:
        return best[-1]
    return None


def _each(
    strategy: st.SearchStrategy[T], do: Callable[[T], None], key: str, count: int, *more: hypothesis.Phase
) -> None:
    """Do something with examples that are keyed by a name."""
    settings = hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate, *more],
        suppress_health_check=list(hypothesis.HealthCheck),
        report_multiple_bugs=False,
        verbosity=hypothesis.Verbosity.quiet,
    )

    def example(drawn: T) -> None:
        do(drawn)

    hypothesis.seed(zlib.crc32(key.encode()))(settings(hypothesis.given(strategy)(example)))()


class _Found(Exception):
    """A failing example."""
