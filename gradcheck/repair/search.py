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
from functools import partial

import numpy as np

from gradcheck.graph import Array
from gradcheck.limits import Allowance
from gradcheck.proofs import residues
from gradcheck.proofs.residues import Residues
from gradcheck.repair.arithmetic import OVER, Applied, Power
from gradcheck.repair.edits import Change, Means
from gradcheck.repair.field import Field, Shape, inner, is_one
from gradcheck.repair.forms import Form
from gradcheck.repair.joining import joined, store, store_expressions
from gradcheck.repair.operations import Operation
from gradcheck.repair.pools import Collector, Edit, Made, Pool, Pools
from gradcheck.repair.scans import Hit, Need, Scan, is_linear
from gradcheck.repair.weights import SYMBOL

MOST_STORED = 4_000
"""So many variants of a place and a shape are kept, the lightest ones."""
SHORT = 7
"""Two edits are stored in a formula of so many parts."""
FEW_EXPRESSIONS = 40
"""So many expressions are made beside the values of stacks that are known."""
MOST_RENAMINGS = 300
"""So many consistent renamings are looked at, those of the whole formula first."""


class OverTime(Exception):
    """The limit of time was reached."""


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
        take = partial(store, collector)
        for change in self.changes(form):
            self._joined(change.operation, change.operands, edits - 1, change.weight, change.edit, take)
        if form.operation is not None:
            self._joined(form.operation, form.parts, edits, 0.0, None, take)
        if edits == 1 and isinstance(form.operation, Applied):
            # Of arguments that are known nowhere there are values, too, one by one.
            one_by_one = partial(store_expressions, collector, most=FEW_EXPRESSIONS)
            self._joined(form.operation, form.parts, edits, 0.0, None, one_by_one)
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

    def scan(self, place: Form) -> Scan:
        """Looks for what is needed at a place."""
        return Scan(self.field, partial(self.needs, place), partial(self._whole, place), self.look_at_time)

    # -- what is found -----------------------------------------------------------------------------------------------

    def single(self) -> Iterator[Hit]:
        """One edit at a place that a need is known at."""
        for place in self.places:
            scan = self.scan(place)
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
        return Made(self.form.with_part(place, made.array), made.edits)

    def double(self) -> Iterator[Hit]:
        """Two edits, place by place."""
        for place in self.places:
            scan = self.scan(place)
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
            if found is not None and len(found[0]):  # a singular matrix has no inverse
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
