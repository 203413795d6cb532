"""The search: bottom-up values of all variants with one edit, and pairs of edits by the value that is needed.

One edit: the values of all variants of every place are carried up to the whole formula. Two edits: they stand in
different operands of some place, or one stands at a place and the other below it. Either way the place joins two pools,
and what is needed there is one linear form: so all pairs are one product of matrices over the field (see `operations`).
Nothing of two edits is stored but below what is not linear.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np

from gradcheck.graph import Array
from gradcheck.limits import Allowance
from gradcheck.proofs import residues
from gradcheck.proofs.residues import Residues
from gradcheck.repair.arithmetic import OVER, Applied, Power
from gradcheck.repair.calls import Called, Remade
from gradcheck.repair.edits import Change, Means
from gradcheck.repair.field import Field, Shape, inner, is_one
from gradcheck.repair.forms import Form
from gradcheck.repair.operations import Operation
from gradcheck.repair.pools import Collector, Edit, Made, Maker, Pool, Pools
from gradcheck.repair.weights import SYMBOL

MOST_STORED = 4_000
"""So many variants of a place and a shape are kept, the lightest ones."""
MOST_PAIRS = 400_000
"""So many pairs are stored at most; larger sets are cut, the lightest ones stay."""
BLOCK = 1_000_000
"""So many pairs are looked at before the time is."""
MOST_HITS = 200
SHORT = 7
"""Two edits are stored in a formula of so many parts."""
FEW_PAIRS = 64
"""So many pairs are computed one by one."""
MOST_EXPRESSIONS, FEW_EXPRESSIONS = 150, 40
"""So many expressions are made where values of stacks are not known, and where those of some are."""
MOST_RENAMINGS = 300
"""So many consistent renamings are looked at, those of the whole formula first."""


class OverTime(Exception):
    """The limit of time was reached."""


class Need(NamedTuple):
    """A linear form of a value, and what it has to be."""

    weights: Residues
    number: int


@dataclass(frozen=True)
class Hit:
    """A correction by value: its weight, and what makes it."""

    weight: float
    make: Callable[[], Made]


class Search:
    """Looks for variants of a formula that have a target's value."""

    def __init__(self, field: Field, form: Form, target: Residues, means: Means, allowance: Allowance) -> None:
        self.field, self.form, self.means, self.allowance = field, form, means, allowance
        self.target = target
        self.places = list(form.places())
        self.above = {id(part): (place, i) for place in self.places for i, part in enumerate(place.parts)}
        self._pools: dict[tuple[int, int], Pools] = {}
        self._needs: dict[tuple[int, Shape], list[Need]] = {}
        self._kept: list[Form] = []
        self._changes: dict[int, list[Change]] = {}
        self.renamings = 0

    # -- variants ----------------------------------------------------------------------------------------------------

    def variants(self, form: Form | Pools, edits: int) -> Pools:
        """The variants of a place with so many edits; what is in scope has none."""
        if isinstance(form, dict):
            return form if edits == 0 else {}
        key = (id(form), edits)
        if key not in self._pools:
            self._kept.append(form)
            self._pools[key] = self._value(form) if edits == 0 else self._edited(form, edits)
        return self._pools[key]

    def _value(self, form: Form) -> Pools:
        collector, value = Collector(self.field), self.field.value(form.array)
        if value is not None:
            collector.add(value[None], 0.0, lambda i: Made(form.array, ()))
        return collector.pools([], 1)

    def _edited(self, form: Form, edits: int) -> Pools:
        collector = Collector(self.field)

        def take(operation: Operation, pools: Sequence[Pool], weight: float, edit: Edit | None) -> None:
            store(self.field, collector, operation, pools, weight, edit)

        def take_expressions(operation: Operation, pools: Sequence[Pool], weight: float, edit: Edit | None) -> None:
            # Of arguments that are known nowhere there are values, too, one by one.
            _store_expressions(self.field, collector, operation, pools, weight, edit, FEW_EXPRESSIONS)

        for change in self.changes(form):
            self._joined(change.operation, change.operands, edits - 1, change.weight, change.edit, take)
        if form.operation is not None:
            self._joined(form.operation, form.parts, edits, 0.0, None, take)
        if edits == 1 and isinstance(form.operation, Applied):
            self._joined(form.operation, form.parts, edits, 0.0, None, take_expressions)
        if edits == 1 and not form.is_plain:
            self._rename(form, collector)
        known = [self.variants(form, fewer) for fewer in range(edits)]
        return collector.pools(known, MOST_STORED)

    def _rename(self, form: Form, collector: Collector) -> None:
        """One symbol becomes another one everywhere at a place."""
        for symbol in form.repeated():
            for pool in self.means.scope.values():
                for i in range(len(pool)):
                    self.look_at_time()
                    self.renamings += 1
                    if self.renamings > MOST_RENAMINGS:
                        return
                    self._renamed(form, symbol, pool, i, collector)

    def _renamed(self, form: Form, symbol: Array, pool: Pool, i: int, collector: Collector) -> None:
        new = pool.make(i).array
        formula = form.renamed(symbol.key, new)
        value = self.field.value(formula)
        if value is not None:
            made = Made(formula, (Edit("{} for every {}", (new, symbol)),))
            collector.add(value[None], SYMBOL + float(pool.weights[i]), lambda _: made)

    def changes(self, form: Form) -> list[Change]:
        """The edits at a place."""
        if id(form) not in self._changes:
            self._kept.append(form)
            self._changes[id(form)] = list(self.means.changes(form, form is self.form))
        return self._changes[id(form)]

    def _joined(
        self,
        operation: Operation,
        operands: Sequence[Form | Pools],
        edits: int,
        weight: float,
        edit: Edit | None,
        take: Callable[[Operation, Sequence[Pool], float, Edit | None], None],
    ) -> None:
        """Hand over all pools of operands that have so many edits together."""
        self.look_at_time()
        for split in itertools.product(range(edits + 1), repeat=len(operands)):
            if sum(split) == edits:
                every = [self.variants(form, k) for form, k in zip(operands, split, strict=True)]
                for pools in itertools.product(*(pools.values() for pools in every)):
                    take(operation, pools, weight, edit)

    def look_at_time(self) -> None:
        """Raise OverTime if it is."""
        if self.allowance.is_used_up:
            raise OverTime

    # -- what is needed at a place -----------------------------------------------------------------------------------

    def needs(self, form: Form, shape: Shape) -> list[Need]:
        """What a linear form of the value of a place must be for the whole to be right, if it has this shape.

        Several where a function of it is needed that is known of several arguments; none where nothing is known.
        """
        key = (id(form), shape)
        if key not in self._needs:
            self._needs[key] = self._at_root(shape) if form is self.form else list(self._below(form, shape))
        return self._needs[key]

    def _at_root(self, shape: Shape) -> list[Need]:
        own = self.target.shape
        if shape != own and not (is_one(shape) and is_one(own)):
            return []
        value = self.target.reshape(1, *shape)
        return [Need(self.field.weights(shape), int(self.field.prints(value)[0]))]

    def _below(self, form: Form, shape: Shape) -> Iterator[Need]:
        place, position = self.above[id(form)]
        operation = place.operation
        if isinstance(operation, Applied):
            yield from self._inverse(place, form, operation, shape)
            return
        siblings = [None if part is form else self._alone(part) for part in place.parts]
        if operation is None or sum(s is None for s in siblings) > 1:
            return
        shapes = [shape if s is None else s.shape[1:] for s in siblings]
        result = operation.shape(self.field, *shapes) if is_linear(operation) else None
        for need in self.needs(place, result) if result is not None else ():
            found = operation.adjoint(self.field, position, need.weights, siblings, shape)
            if found is not None:
                yield Need(found[0][0], (need.number - int(found[1][0])) % residues.P)

    def _inverse(self, place: Form, form: Form, operation: Applied, shape: Shape) -> Iterator[Need]:
        """A function is right where it is applied to an argument that makes it so."""
        for number, node in self.field.arguments(shape).items():
            value = self.field.value(
                operation.function(*(node if part is form else part.array for part in place.parts))
            )
            for need in self.needs(place, value.shape) if value is not None else ():
                if value is not None and int(inner(need.weights, value[None])[0]) == need.number:
                    yield Need(self.field.weights(shape), number)

    def _alone(self, form: Form) -> Residues | None:
        """The value that a place has in the formula, as a stack of one."""
        pools = list(self.variants(form, 0).values())
        return pools[0].values if pools else None

    # -- what is found -----------------------------------------------------------------------------------------------

    def single(self) -> Iterator[Hit]:
        """One edit at a place that a need is known at."""
        for place in self.places:
            scan = Scan(self, place)
            for change in self.changes(place):
                self._joined(change.operation, change.operands, 0, change.weight, change.edit, scan)
            yield from scan.hits

    def carried(self) -> Iterator[Hit]:
        """One edit anywhere, by the values of the whole."""
        for shape, pool in self.variants(self.form, 1).items():
            for need in self._at_root(shape):
                is_right = inner(need.weights, pool.values) == np.uint64(need.number)
                yield from (Hit(float(pool.weights[i]), partial(pool.make, int(i))) for i in np.flatnonzero(is_right))

    def _whole(self, place: Form, made: Made) -> Made:
        return Made(_with_part(self.form, place, made.array), made.edits)

    def double(self) -> Iterator[Hit]:
        """Two edits, place by place."""
        for place in self.places:
            scan = Scan(self, place)
            for change in self.changes(place):
                self._joined(change.operation, change.operands, 1, change.weight, change.edit, scan)
            if place.operation is not None:
                self._both_sides(place.operation, place.parts, scan)
                self._both_in_one(place.operation, place.parts, scan)
            yield from scan.hits

    def outermost(self) -> Iterator[Hit]:
        """Two edits and one of the whole, which is undone in what is needed."""
        for change in self.changes(self.form):
            undone = change.operation.inverse if change.operands == (self.form,) else None
            found = undone.values(self.field, self.target[None]) if undone is not None else None
            if found is not None:
                asked = copy(self)
                asked.target, asked._needs = found[0][0], {}
                yield from (_finished(hit, change) for hit in asked.double())

    def _both_in_one(self, operation: Operation, parts: Sequence[Form], scan: Scan) -> None:
        """Both edits in an operand that the value is not linear in, if it is short."""
        nonlinear = parts[-1:] if operation == OVER or isinstance(operation, Power) else ()
        if any(sum(1 for _ in part.places()) <= SHORT for part in nonlinear):
            every = [self.variants(part, 2 if part is parts[-1] else 0) for part in parts]
            for pools in itertools.product(*(pools.values() for pools in every)):
                scan(operation, pools, 0.0, None)

    def _both_sides(self, operation: Operation, parts: Sequence[Form], scan: Scan) -> None:
        """One edit in each of two operands."""
        for i, j in itertools.combinations(range(len(parts)), 2):
            every = [self.variants(part, int(k in (i, j))) for k, part in enumerate(parts)]
            for pools in itertools.product(*(pools.values() for pools in every)):
                scan(operation, pools, 0.0, None)


def _finished(hit: Hit, change: Change) -> Hit:
    return Hit(hit.weight + change.weight, lambda: joined(change.operation, [hit.make()], change.edit))


def is_by_expression(operation: Operation) -> bool:
    """Whether its values are those of expressions that are made one by one."""
    if isinstance(operation, Remade):
        return operation.node.verb not in ("product", "moved")
    return isinstance(operation, Called)


def is_linear(operation: Operation) -> bool:
    """Whether a linear form of its value may be one of an operand."""
    return not isinstance(operation, (Applied, Power, Called))


def _with_part(form: Form, place: Form, new: Array) -> Array:
    """The formula with something else at a place; what does not contain it stays as its author wrote it."""
    if form is place:
        return new
    if form.operation is None or not any(part is place for part in form.places()):
        return form.array
    return form.operation.build(*(_with_part(part, place, new) for part in form.parts))


# ---- pools that meet in an operation -------------------------------------------------------------------------------


def store(
    field: Field, collector: Collector, operation: Operation, pools: Sequence[Pool], weight: float, edit: Edit | None
) -> None:
    """Compute the values of all pairs and gather them."""
    if is_by_expression(operation):
        _store_expressions(field, collector, operation, pools, weight, edit)
        return
    rows = _paired(pools)
    found = operation.values(field, *(pool.values[at] for pool, at in zip(pools, rows, strict=True)))
    if found is None or not len(found[0]):
        return
    values, kept = found
    if kept is not None:
        rows = [at[kept] for at in rows]
    weights = weight + np.sum([pool.weights[at] for pool, at in zip(pools, rows, strict=True)], axis=0)
    collector.add(values, weights, _maker(operation, pools, rows, edit))


def _store_expressions(
    field: Field,
    collector: Collector,
    operation: Operation,
    pools: Sequence[Pool],
    weight: float,
    edit: Edit | None,
    most: int = MOST_EXPRESSIONS,
) -> None:
    """The same for operations that have no values of stacks: the lightest ones are made as expressions."""
    rows = _paired(pools)
    weights = np.sum([pool.weights[at] for pool, at in zip(pools, rows, strict=True)], axis=0)
    maker = _maker(operation, pools, rows, edit)
    for i in np.argsort(weights, kind="stable")[:most].tolist():
        made = maker(i)
        value = field.value(made.array)
        if value is not None:
            collector.add(value[None], weight + float(weights[i]), lambda _, made=made: made)  # type: ignore[misc]


def _paired(pools: Sequence[Pool]) -> list[np.ndarray]:
    """Indices of all combinations, the lightest of each if there are too many."""
    lengths = [len(pool) for pool in pools]
    while np.prod(lengths, dtype=float) > MOST_PAIRS:
        longest = int(np.argmax(lengths))
        lengths[longest] = max(1, lengths[longest] // 2)
    return [grid.ravel() for grid in np.meshgrid(*map(np.arange, lengths), indexing="ij")]


def _maker(operation: Operation, pools: Sequence[Pool], rows: Sequence[np.ndarray], edit: Edit | None) -> Maker:
    return lambda i: joined(operation, [pool.make(at[i]) for pool, at in zip(pools, rows, strict=True)], edit)


def joined(operation: Operation, parts: Sequence[Made], edit: Edit | None) -> Made:
    """The operation on what was made, and all edits. What an edit brings in is said in its words."""
    edits = tuple(e for part in parts for e in part.edits)
    array = operation.build(*(part.array for part in parts))
    return Made(array, edits if edit is None else (*edits, said(edit, parts)))


def said(edit: Edit, parts: Sequence[Made]) -> Edit:
    """The edit with what it brings in, which is the part that nothing was edited in, in the words that leave room."""
    if "{{}}" not in edit.words:
        return edit
    others = (part.array for part in reversed(parts) if not part.edits and part.array is not edit.parts[-1])
    new = next(others, parts[-1].array)
    return Edit(edit.words.replace("{{}}", "{}"), (new, *edit.parts))


class Scan:
    """Finds pairs of two pools that have the value needed at a place, and stores none."""

    def __init__(self, search: Search, place: Form) -> None:
        self.search, self.place = search, place
        self.hits: list[Hit] = []

    def __call__(self, operation: Operation, pools: Sequence[Pool], weight: float, edit: Edit | None) -> None:
        """Look at all pairs."""
        self.search.look_at_time()
        if not is_linear(operation):
            self._each(operation, pools, weight, edit)
            return
        shape = operation.shape(self.search.field, *(pool.values.shape[1:] for pool in pools))
        needs = self.search.needs(self.place, shape) if shape is not None else []
        if needs and (len(pools) != 2 or len(pools[0]) * len(pools[1]) <= FEW_PAIRS):
            self._each(operation, pools, weight, edit)
        else:
            for need in needs:
                self._bilinear(operation, pools, weight, edit, need)

    def _each(self, operation: Operation, pools: Sequence[Pool], weight: float, edit: Edit | None) -> None:
        collector = Collector(self.search.field)
        store(self.search.field, collector, operation, pools, weight, edit)
        for shape, chunks in collector.chunks.items():
            for need in self.search.needs(self.place, shape):
                for values, weights, maker in chunks:
                    for i in np.flatnonzero(inner(need.weights, values) == np.uint64(need.number)):
                        self._add(float(weights[i]), maker, int(i))

    def _bilinear(
        self, operation: Operation, pools: Sequence[Pool], weight: float, edit: Edit | None, need: Need
    ) -> None:
        """<need, a ∘ b> for all a and b: a linear form of b for each a, and so one product of matrices."""
        shapes = [pool.values.shape[1:] for pool in pools]
        for position in (1, 0):
            operands = [None if i == position else pool.values for i, pool in enumerate(pools)]
            found = operation.adjoint(self.search.field, position, need.weights, operands, shapes[position])
            if found is None:
                continue
            forms, constants = found
            wanted = residues.add(np.full(len(constants), need.number, np.uint64), residues.negate(constants))
            for i, j in _matches(self.search, forms, wanted, pools[position].values, len(pools[1 - position])):
                rows = [np.array([i]), np.array([j])] if position == 1 else [np.array([j]), np.array([i])]
                total = weight + sum(float(pool.weights[at[0]]) for pool, at in zip(pools, rows, strict=True))
                self._add(total, _maker(operation, pools, rows, edit), 0)
            return

    def _add(self, weight: float, maker: Maker, i: int) -> None:
        search, place = self.search, self.place
        if len(self.hits) < MOST_HITS:
            self.hits.append(Hit(weight, lambda: search._whole(place, maker(i))))


def _matches(
    search: Search, forms: Residues, wanted: Residues, values: Residues, count: int
) -> Iterator[tuple[int, int]]:
    """Pairs (i, j) with <form i, value j> = wanted i. One form alone stands for all: sums are looked up in order."""
    if len(forms) == 1:
        numbers = inner(forms[0], values)
        order = np.argsort(numbers)
        numbers = numbers[order]
        each = np.broadcast_to(wanted, count)
        low, high = np.searchsorted(numbers, each), np.searchsorted(numbers, each, "right")
        for i in np.flatnonzero(high > low):
            yield from ((int(i), int(j)) for j in order[low[i] : high[i]])
        return
    right = np.ascontiguousarray(values.reshape(len(values), -1).T)[None]
    left, step = forms.reshape(len(forms), -1)[None], max(1, BLOCK // len(values))
    each = np.broadcast_to(wanted, count)
    for start in range(0, count, step):
        search.look_at_time()
        product = residues.matmul(left[:, start : start + step], right)[0]
        for i, j in zip(*np.nonzero(product == each[start : start + step, None]), strict=True):
            yield start + int(i), int(j)
