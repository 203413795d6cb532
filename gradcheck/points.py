"""Points, where expressions are evaluated: sizes, a seed and scales, so that a point fits on a line of a report."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import sympy as sp

from gradcheck.arrays import Input
from gradcheck.evaluate import Values


@dataclass(frozen=True)
class Point:
    """Where expressions are evaluated: sizes by symbol, the seed of the entries, and exponents of ten by input name."""

    sizes: Mapping[sp.Symbol, int]
    seed: int = 0
    scales: Mapping[str, int] = field(default_factory=dict)

    def values(self, inputs: Iterable[Input]) -> dict[int, Values]:
        """The entries of the inputs, by key. They depend on the seed and on the input's name only."""
        return {node.key: self._entries(node) for node in inputs}

    def _entries(self, node: Input) -> Values:
        rng = np.random.default_rng([self.seed, zlib.crc32(node.name.encode())])
        shape = tuple(int(sp.sympify(size).xreplace(dict(self.sizes))) for size in node.shape)
        entries = node.domain.sample(rng, shape)
        exponent = self.scales.get(node.name, 0)
        if not node.domain.scalable or not exponent:
            return entries
        return entries * 10.0**exponent if exponent > 0 else entries / 10.0**-exponent

    def __str__(self) -> str:
        sizes = ", ".join(f"{symbol}={size}" for symbol, size in self.sizes.items())
        scales = ", ".join(f"{name}·1e{k}" for name, k in self.scales.items() if k)
        return ", ".join(part for part in (sizes, scales, f"seed {self.seed}") if part)
