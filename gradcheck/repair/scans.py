"""Pairs of two pools that have the value which is needed at a place: one product of matrices over the field."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from gradcheck.proofs import residues
from gradcheck.proofs.residues import Residues
from gradcheck.repair.arithmetic import Applied, Power
from gradcheck.repair.calls import Called
from gradcheck.repair.field import Field, Shape, inner
from gradcheck.repair.inverting import Inverted
from gradcheck.repair.joining import maker_of, store
from gradcheck.repair.operations import Operation
from gradcheck.repair.pools import Collector, Edit, Made, Maker, Pool

BLOCK = 1_000_000
"""So many pairs are looked at before the time is."""
MOST_HITS = 200
FEW_PAIRS = 64
"""So many pairs are computed one by one."""


class Need(NamedTuple):
    """A linear form of a value, and what it has to be."""

    weights: Residues
    number: int


@dataclass(frozen=True)
class Hit:
    """A correction by value: its weight, and what makes it."""

    weight: float
    make: Callable[[], Made]


def is_linear(operation: Operation) -> bool:
    """Whether a linear form of its value may be one of an operand."""
    return not isinstance(operation, (Applied, Power, Called, Inverted))


class Scan:
    """Finds pairs of two pools that have the value needed at a place, and stores none.

    needs: what is needed there, by shape. whole: makes the formula of what stands there. look_at_time: raises OverTime.
    """

    def __init__(
        self,
        field: Field,
        needs: Callable[[Shape], list[Need]],
        whole: Callable[[Made], Made],
        look_at_time: Callable[[], None],
    ) -> None:
        self.field, self.needs, self.whole, self.look_at_time = field, needs, whole, look_at_time
        self.hits: list[Hit] = []

    def __call__(self, operation: Operation, pools: Sequence[Pool], weight: float, edit: Edit | None) -> None:
        """Look at all pairs."""
        self.look_at_time()
        if not is_linear(operation):
            self._each(operation, pools, weight, edit)
            return
        shape = operation.shape(self.field, *(pool.values.shape[1:] for pool in pools))
        needs = self.needs(shape) if shape is not None else []
        if needs and (len(pools) != 2 or len(pools[0]) * len(pools[1]) <= FEW_PAIRS):
            self._each(operation, pools, weight, edit)
        else:
            for need in needs:
                self._bilinear(operation, pools, weight, edit, need)

    def _each(self, operation: Operation, pools: Sequence[Pool], weight: float, edit: Edit | None) -> None:
        collector = Collector(self.field)
        store(collector, operation, pools, weight, edit)
        for shape, chunks in collector.chunks.items():
            for need in self.needs(shape):
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
            found = operation.adjoint(self.field, position, need.weights, operands, shapes[position])
            if found is None:
                continue
            forms, constants = found
            wanted = residues.add(np.full(len(constants), need.number, np.uint64), residues.negate(constants))
            for i, j in self._matches(forms, wanted, pools[position].values, len(pools[1 - position])):
                rows = [np.array([i]), np.array([j])] if position == 1 else [np.array([j]), np.array([i])]
                total = weight + sum(float(pool.weights[at[0]]) for pool, at in zip(pools, rows, strict=True))
                self._add(total, maker_of(operation, pools, rows, edit), 0)
            return

    def _add(self, weight: float, maker: Maker, i: int) -> None:
        if len(self.hits) < MOST_HITS:
            self.hits.append(Hit(weight, lambda: self.whole(maker(i))))

    def _matches(self, forms: Residues, wanted: Residues, values: Residues, count: int) -> Iterator[tuple[int, int]]:
        """Pairs (i, j) with <form i, value j> = wanted i. One form alone stands for all: sums are looked up."""
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
            self.look_at_time()
            product = residues.matmul(left[:, start : start + step], right)[0]
            for i, j in zip(*np.nonzero(product == each[start : start + step, None]), strict=True):
                yield start + int(i), int(j)
