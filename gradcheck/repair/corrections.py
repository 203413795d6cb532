"""Corrections of a formula that is not what it should be: the smallest edits after which it has the target's value.

The field proposes: what is found has the target's value at two points, of other sizes each. Whether it is right is for
the oracles to say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from gradcheck import printing
from gradcheck.graph import Array, derivatives_in, inputs_of, walk
from gradcheck.graph.refusals import refusals_as_data
from gradcheck.limits import SEARCH, Allowance
from gradcheck.proofs.prime_field import PrimePoint
from gradcheck.repair.calls import Entry
from gradcheck.repair.edits import Means
from gradcheck.repair.field import Field, small_sizes
from gradcheck.repair.forms import Form, read
from gradcheck.repair.needed import Needed
from gradcheck.repair.partials import Partial
from gradcheck.repair.pools import Edit
from gradcheck.repair.scans import Hit
from gradcheck.repair.scope import as_written, functions_in, in_scope, scales, the_number_1, written
from gradcheck.repair.search import OverTime, Search
from gradcheck.verdicts import Answer

MOST_PROPOSED = 8
"""So many corrections with as many edits are proposed."""
OTHER_SIZES = 5
"""The second point has sizes from this on."""
MOST_TRIED = 40
"""So many are looked at a second time, the lightest ones."""


@dataclass(frozen=True)
class Proposal:
    """A formula that has the target's value, the edits that lead to it in words, and how far they are from print."""

    formula: Array
    edits: tuple[str, ...]
    weight: float


class Corrections:
    """Proposals by how many edits they take, the lightest first, found while they are asked for.

    target, printed: both sides of the step; printed may have no shape. names: what the author calls arrays, by `id`.
    symbols: arrays that have names. elsewhere: other formulas of the document, as they are printed. broadcast: the
    document's convention. is_drawn: whether activations may be others, so that their slopes are not written out. limit:
    seconds. is_over_time: whether the search stopped at the limit.
    """

    def __init__(
        self,
        target: Array,
        printed: Array,
        names: Mapping[int, str],
        symbols: Iterable[Array],
        elsewhere: Iterable[Array] = (),
        broadcast: bool = True,
        is_drawn: bool = False,
        limit: float = SEARCH,
    ) -> None:
        self.target, self.printed, self.names, self.broadcast = target, printed, names, broadcast
        known = {node.key for node in inputs_of([target, printed])}
        self.symbols = [s for s in symbols if s.conforms and {node.key for node in inputs_of([s])} <= known]
        self.elsewhere = [e for e in written(elsewhere, names) if {node.key for node in inputs_of([e])} <= known]
        self.is_drawn, self.limit, self.is_over_time, self.proposed = is_drawn, limit, False, set[int]()

    def __iter__(self) -> Iterator[list[Proposal]]:
        return self._proposed(is_one_edit=False)

    def with_one_edit(self) -> Iterator[Proposal]:
        """Those that one edit leads to, which may bring in what stands elsewhere in the document."""
        return chain.from_iterable(self._proposed(is_one_edit=True))

    def _proposed(self, is_one_edit: bool) -> Iterator[list[Proposal]]:
        allowance = Allowance(self.limit)
        with refusals_as_data():  # what NumPy has no meaning for has no value
            search = self._search(allowance)
        if search is None:
            return
        second = PrimePoint(
            inputs_of(self._graphs), small_sizes(self._graphs, OTHER_SIZES) or search.field.sizes, seed=1
        )
        needed = Needed(search)
        one, two = (search.single, search.carried), (search.double,)
        looked_up = (needed.hits, search.outermost, needed.sums, needed.longer)
        # Two edits are nearer than what stands elsewhere, which may say the same with more symbols.
        for hits in (*one, needed.elsewhere) if is_one_edit else (*one, *two, needed.elsewhere, *looked_up):
            with refusals_as_data():
                found = self._looked_at_again(self._in_time(hits()), second)
            if found:
                yield found

    def _in_time(self, hits: Iterator[Hit]) -> list[Hit]:
        """What is found before the limit is reached."""
        found = []
        try:
            for hit in hits:
                found.append(hit)
        except OverTime:
            self.is_over_time = True
        return found

    @property
    def _graphs(self) -> list[Array]:
        return [self.target, *self.symbols, *(node for node in walk(self.printed) if node.conforms)]

    def _search(self, allowance: Allowance) -> Search | None:
        graphs, sizes = self._graphs, small_sizes(self._graphs)
        if sizes is None:
            return None
        field = Field(graphs, sizes, self.broadcast)
        value = field.value(self.target)
        if value is None:
            return None
        scope = in_scope(field, self.target, self.symbols, self.names, self.is_drawn)
        factors, shape = list(scales(graphs)), tuple(self.target.shape)
        expressions, one = as_written(field, self.target, self.elsewhere), the_number_1(field)
        means = Means(field, self.symbols, scope, expressions, one, functions_in(graphs), factors, shape)
        return Search(field, read(self.printed, self.names), value, means, allowance)

    def _looked_at_again(self, hits: Iterable[Hit], point: PrimePoint) -> list[Proposal]:
        found: list[Proposal] = []
        for hit in sorted(hits, key=lambda hit: hit.weight)[:MOST_TRIED]:
            made = hit.make()
            if made.array.key not in self.proposed and self._holds(made.array, point):
                self.proposed.add(made.array.key)
                found.append(Proposal(made.array, tuple(self._words(edit) for edit in made.edits), hit.weight))
            if len(found) == MOST_PROPOSED:
                break
        return sorted(found, key=lambda one: (one.weight, _length(one.formula)))

    def _holds(self, formula: Array, point: PrimePoint) -> bool:
        if not formula.conforms or self._asks(formula) or self._is_made_of_the_target(formula):
            return False
        return self._is_equal(formula, point)

    def _is_made_of_the_target(self, formula: Array) -> bool:
        """Whether the derivative that is asked for stands in it as a whole, as it may in print."""
        asked, form = {node.key for node in derivatives_in(self.target)}, read(formula, self.names)
        wholes = (place.parts for place in form.places() if not isinstance(place.operation, Entry))
        leaves = (place.array for place in chain([form], *wholes) if not _is_taken_apart(place))
        return any(
            leaf.key == self.target.key and any(node.key in asked for node in derivatives_in(leaf)) for leaf in leaves
        )

    def _asks(self, formula: Array) -> bool:
        """Whether it is made of the derivative that is asked for, and what is printed is not."""
        asked = {node.key for node in derivatives_in(self.target)} - {node.key for node in derivatives_in(self.printed)}
        return any(node.key in asked for node in derivatives_in(formula))

    def _is_equal(self, formula: Array, point: PrimePoint) -> bool:
        return point.compare(self.target, formula).answer is Answer.PROVED

    def _words(self, edit: Edit) -> str:
        return printing.sentence(edit.words.format, edit.parts, self.names)


def _is_taken_apart(place: Form) -> bool:
    return place.operation is not None and not isinstance(place.operation, Partial)


def _length(formula: Array) -> int:
    return sum(1 for _ in walk(formula))
