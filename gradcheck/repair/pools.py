"""Variants of one place of a formula: their values, and how each was made.

Of variants with one value the one with the least weight is kept, so that a pool holds what can be said there, each once
and in the way that is closest to print.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from gradcheck.graph import Array
from gradcheck.proofs.residues import Residues
from gradcheck.repair.field import Field, Shape

Numbers = np.ndarray[Any, Any]


class Edit(NamedTuple):
    """One edit in words, with {} for the parts they speak of."""

    words: str
    parts: tuple[Array, ...]


class Made(NamedTuple):
    """An expression, and the edits that it was made by."""

    array: Array
    edits: tuple[Edit, ...]


Maker = Callable[[int], Made]
"""What makes the i-th variant of a chunk."""


@dataclass
class Pool:
    """Variants of one shape, lightest first."""

    values: Residues
    prints: Numbers
    weights: Numbers
    makers: list[Maker]
    origin: Numbers
    index: Numbers

    def __len__(self) -> int:
        return len(self.prints)

    def make(self, i: int) -> Made:
        """The i-th variant as an expression."""
        maker: Maker = self.makers[self.origin[i]]
        return maker(int(self.index[i]))

    def first(self, count: int) -> Pool:
        """The lightest ones."""
        if len(self) <= count:
            return self
        values, prints, weights = self.values[:count], self.prints[:count], self.weights[:count]
        return Pool(values, prints, weights, self.makers, self.origin[:count], self.index[:count])


Pools = dict[Shape, Pool]


class Collector:
    """Gathers variants chunk by chunk; `pools` are those that are not among the known ones."""

    def __init__(self, field: Field) -> None:
        self.field = field
        self.chunks: dict[Shape, list[tuple[Residues, Numbers, Maker]]] = {}

    def add(self, values: Residues, weights: Numbers | float, maker: Maker) -> None:
        """Add a chunk of variants."""
        if values.size:
            each = np.broadcast_to(np.asarray(weights, float), len(values))
            self.chunks.setdefault(values.shape[1:], []).append((values, each, maker))

    def pools(self, known: Iterable[Pools], most: int) -> Pools:
        """One variant a value, `most` of each shape."""
        known, found = list(known), {}
        for shape in self.chunks:
            pool = self._pool(shape, [pools[shape].prints for pools in known if shape in pools]).first(most)
            if len(pool):
                found[shape] = pool
        return found

    def _pool(self, shape: Shape, known: list[Numbers]) -> Pool:
        chunks = self.chunks[shape]
        values = np.concatenate([values for values, _, _ in chunks])
        weights = np.concatenate([weights for _, weights, _ in chunks])
        lengths = [len(values) for values, _, _ in chunks]
        origin = np.repeat(np.arange(len(chunks)), lengths)
        index = np.concatenate([np.arange(length) for length in lengths])
        prints = self.field.prints(values)
        order = np.argsort(weights, kind="stable")
        first = np.unique(prints[order], return_index=True)[1]
        first.sort()
        chosen = order[first]
        if known:
            chosen = chosen[~np.isin(prints[chosen], np.concatenate(known))]
        makers = [maker for _, _, maker in chunks]
        return Pool(values[chosen], prints[chosen], weights[chosen], makers, origin[chosen], index[chosen])
