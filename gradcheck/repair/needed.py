"""What stands at a place is one value that is needed there, looked up among small expressions and readings.

Three edits and more are too many to be tried. But the whole is right exactly if a linear form of the value at one place
is a certain number (see `search`), so that all expressions of two or three symbols can be tried there at once, of four
instead of the whole, and all ways in which the factors of a product may be multiplied.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial

from gradcheck.repair import weights
from gradcheck.repair.arithmetic import ITSELF, MINUS, OVER, PLUS, TIMES
from gradcheck.repair.contractions import AT, TRANSPOSED, Reduction
from gradcheck.repair.forms import Form
from gradcheck.repair.joining import store
from gradcheck.repair.operations import Operation
from gradcheck.repair.pools import Collector, Edit, Pool, Pools
from gradcheck.repair.scans import Hit, Scan
from gradcheck.repair.search import Search

MOST_EXPRESSIONS = 6_000
"""So many small expressions of a shape are looked up."""
MOST_READINGS = 1_500
"""So many readings of some factors and a shape are kept."""
MOST_FACTORS, FEW_FACTORS = 7, 6
"""Of so many factors all readings are looked at, and of few ones those with one symbol more."""
TURNED, OUT_OF_ORDER = 0.01, 0.02
"""What a reading counts for with every factor that is transposed, and with every two that are exchanged."""
JOINED = (TIMES, AT, PLUS, MINUS)
TOTALS = tuple(
    Reduction(word, *over) for word in ("sum", "mean") for over in ((None,), (0, True), (1, True), (0,), (1,))
)
MOST_OF_EACH = 1_500
"""So many pairs are looked up with as many other ones."""


class Needed:
    """Looks up what is needed at the places of a search."""

    def __init__(self, search: Search) -> None:
        self.search, self.scope = search, search.means.scope
        self._pairs: Pools | None = None

    @property
    def pairs(self) -> Pools:
        """All expressions of two symbols."""
        if self._pairs is None:
            scope, one = self.scope.values(), self.search.means.one.values()
            operands = ((sign, [*scope, *(one if sign in (PLUS, MINUS) else ())]) for sign in JOINED)
            pairs = ((sign, pools) for sign, some in operands for pools in itertools.product(some, repeat=2))
            self._pairs = self._stored((*pair, weights.FACTOR) for pair in pairs)
        return self._pairs

    def _stored(self, made: Iterable[tuple[Operation, Sequence[Pool], float]]) -> Pools:
        """What operations make of pools, with their weights, but for what is in scope."""
        collector = Collector(self.search.field)
        for operation, pools, weight in made:
            self.search.look_at_time()
            store(collector, operation, pools, weight, None)
        return collector.pools([self.scope], MOST_EXPRESSIONS)

    @property
    def totals(self) -> Pools:
        """Sums and means of symbols and of products of two, and what one symbol makes of them as a factor."""
        scope = [*self.scope.values()]
        products = self._stored((TIMES, pools, weights.FACTOR) for pools in itertools.product(scope, repeat=2))
        summed = [(pool,) for pool in (*scope, *products.values())]
        sums = self._stored((total, pools, weights.SUM) for pools, total in itertools.product(summed, TOTALS))
        alone = [(ITSELF, (pool,), 0.0) for pool in sums.values()]
        times = [(TIMES, pools, weights.FACTOR) for pools in itertools.product(scope, sums.values())]
        return self._stored([*alone, *times])

    def hits(self) -> Iterator[Hit]:
        """Readings first, then a pair that replaces a place or joins it, then three symbols."""
        yield from self._everywhere(self._read)
        yield from self._everywhere(partial(self._with, self.pairs))
        yield from self._everywhere(self._of_three)

    def elsewhere(self) -> Iterator[Hit]:
        """What stands elsewhere in the document replaces a place or joins it."""
        yield from self._everywhere(partial(self._with, self.search.means.written))

    def sums(self) -> Iterator[Hit]:
        """Sums that replace a place or join it."""
        yield from self._everywhere(partial(self._with, self.totals))

    def longer(self) -> Iterator[Hit]:
        """Four symbols instead of the whole, or of a name."""
        yield from self._everywhere(self._of_four)

    def _everywhere(self, look: Callable[[Form, Scan], None]) -> Iterator[Hit]:
        for place in self.search.places:
            scan = self.search.scan(place)
            look(place, scan)
            yield from scan.hits

    def _with(self, pools: Pools, place: Form, scan: Scan) -> None:
        new, beside = Edit("{} for {{}}", (place.array,)), Edit("the factor {} beside {{}}", (place.array,))
        term, below = Edit("the term {} beside {{}}", (place.array,)), Edit("the divisor {} below {{}}", (place.array,))
        for pool in pools.values():
            scan(ITSELF, (pool,), weights.SYMBOL + _length(place), new)
            for own in self.search.variants(place, 0).values():
                scan(TIMES, (own, pool), weights.FACTOR, beside)
                scan(AT, (own, pool), weights.FACTOR, beside)
                scan(AT, (pool, own), weights.FACTOR, beside)
                scan(PLUS, (own, pool), weights.TERM, term)
                scan(MINUS, (own, pool), weights.TERM, term)
                scan(MINUS, (pool, own), weights.TERM, term)
                scan(OVER, (own, pool), weights.FACTOR, below)

    def _of_three(self, place: Form, scan: Scan) -> None:
        weight = weights.SYMBOL + weights.FACTOR + _length(place)
        new = Edit("another expression for {}", (place.array,))
        for pair, symbol in itertools.product(self.pairs.values(), self.scope.values()):
            for operation in JOINED:
                scan(operation, (pair, symbol), weight, new)
            scan(AT, (symbol, pair), weight, new)

    def _of_four(self, place: Form, scan: Scan) -> None:
        if place is not self.search.form and not place.is_symbol:
            return
        weight = weights.SYMBOL + 2 * weights.FACTOR + _length(place)
        new = Edit("another expression for {}", (place.array,))
        pairs = [pool.first(MOST_OF_EACH) for pool in self.pairs.values()]
        for operands in itertools.product(pairs, repeat=2):
            for operation in JOINED:
                scan(operation, operands, weight, new)

    # -- readings ----------------------------------------------------------------------------------------------------

    def _read(self, place: Form, scan: Scan) -> None:
        """The factors of a product, multiplied in any order, by * or @, as they are or transposed; one left out."""
        factors = list(self._factors(place))
        above = self.search.above.get(id(place))
        if not 2 <= len(factors) <= MOST_FACTORS or (above and above[0].operation in (AT, TIMES)):
            return
        readings = self._readings(factors)
        edit = Edit("the factors of {} are multiplied otherwise", (place.array,))
        every = frozenset(range(len(factors)))
        for left in (part for part in readings if part < every):
            for pools in itertools.product(readings[left].values(), readings[every - left].values()):
                weight = weights.READING + (0.0 if max(left) < min(every - left) else OUT_OF_ORDER)
                for operation in (AT, TIMES):
                    scan(operation, pools, weight, edit)
        for i, factor in enumerate(factors):
            self._without(readings[every - {i}], scan, edit)
            self._edited(readings[every - {i}], factor, scan, edit)
        if len(factors) <= FEW_FACTORS:
            self._beside(self._split(every, readings), scan, edit)

    def _without(self, pools: Pools, scan: Scan, edit: Edit) -> None:
        """A factor is left out, or a symbol stands in its place."""
        for pool in pools.values():
            scan(ITSELF, (pool,), weights.READING + weights.DROPPED, edit)
        self._beside(pools, scan, edit)

    def _edited(self, pools: Pools, factor: Form, scan: Scan, edit: Edit) -> None:
        """A factor is edited."""
        for operands in itertools.product(pools.values(), self.search.variants(factor, 1).values()):
            scan(TIMES, operands, weights.READING, edit)
            scan(AT, operands, weights.READING, edit)
            scan(AT, operands[::-1], weights.READING, edit)

    def _beside(self, pools: Pools, scan: Scan, edit: Edit) -> None:
        """One symbol more."""
        for pool, symbol in itertools.product(pools.values(), self.scope.values()):
            for operation, pair in ((TIMES, (pool, symbol)), (AT, (pool, symbol)), (AT, (symbol, pool))):
                scan(operation, pair, weights.READING + weights.FACTOR, edit)

    def _readings(self, factors: Sequence[Form]) -> dict[frozenset[int], Pools]:
        """What each set of factors but all of them may be as a product."""
        found: dict[frozenset[int], Pools] = {}
        for count in range(1, len(factors)):
            for chosen in map(frozenset, itertools.combinations(range(len(factors)), count)):
                found[chosen] = self._one(factors[min(chosen)]) if count == 1 else self._split(chosen, found)
        return found

    def _factors(self, form: Form, is_whole: bool = True) -> Iterator[Form]:
        """What is multiplied, whatever is transposed; two factors that make something with a name are one."""
        named = None if is_whole else self._name_of(form)
        if named is not None:
            yield named
        elif form.operation in (AT, TIMES) or (form.operation == TRANSPOSED and not form.parts[0].is_symbol):
            for part in form.parts:
                yield from self._factors(part, False)
        else:
            yield form

    def _name_of(self, form: Form) -> Form | None:
        """What is in scope as the product of two factors entry by entry, which is how slopes are printed with @."""
        if form.operation not in (AT, TIMES):
            return None
        collector = Collector(self.search.field)
        for pools in itertools.product(*(self.search.variants(part, 0).values() for part in form.parts)):
            store(collector, TIMES, pools, 0.0, None)
        for shape, pool in collector.pools([], 1).items():
            prints = self.scope[shape].prints.tolist() if shape in self.scope else []
            if pool.prints[0] in prints:
                return Form(self.scope[shape].make(prints.index(pool.prints[0])).array, is_plain=True)
        return None

    def _one(self, factor: Form) -> Pools:
        collector = Collector(self.search.field)
        for pool in self.search.variants(factor, 0).values():
            store(collector, ITSELF, (pool,), 0.0, None)
            store(collector, TRANSPOSED, (pool,), TURNED, None)
        return collector.pools([], MOST_READINGS)

    def _split(self, chosen: frozenset[int], found: dict[frozenset[int], Pools]) -> Pools:
        collector = Collector(self.search.field)
        for left in (part for part in found if part < chosen):
            for pools in itertools.product(found[left].values(), found[chosen - left].values()):
                self.search.look_at_time()
                weight = 0.0 if max(left) < min(chosen - left) else OUT_OF_ORDER
                store(collector, AT, pools, weight, None)
                if min(left) < min(chosen - left):
                    store(collector, TIMES, pools, weight, None)
        return collector.pools([], MOST_READINGS)


def _length(form: Form) -> float:
    """What is replaced counts for something, too."""
    return 0.5 * (sum(1 for _ in form.places()) - 1)
