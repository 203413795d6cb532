"""Points, where expressions are evaluated: sizes, a seed and scales, so that a point fits on a line of a report."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import sympy as sp

from gradcheck.graph import Input
from gradcheck.graph.domains import Float as Values


def _symmetric(entries: Values) -> Values:
    """The matrix and its transpose meet halfway; what is no square matrix stays as it is."""
    square = entries.ndim == 2 and entries.shape[0] == entries.shape[1]
    return (entries + entries.T) / 2 if square else entries


def _as_numbers(name: str) -> list[int]:
    """The name as seeds, no two names as the same ones.

    A checksum of 32 bits tells the first four bytes apart where the others, which stand behind it, are equal: names of
    up to four bytes have different checksums, and equal bytes that follow keep them different.
    """
    letters = name.encode()
    return [zlib.crc32(letters), *letters[4:]]


PATTERNS: dict[str, Callable[[Values], Values]] = {
    "": lambda entries: entries,
    "zeros": lambda entries: 0 * entries,
    "constant": lambda entries: np.full_like(entries, entries.flat[0]),
    "symmetric": _symmetric,
    "saturated": lambda entries: 60 * entries,
}
"""What becomes of an input's drawn entries where a point is degenerate on purpose."""


@dataclass(frozen=True)
class Point:
    """Where expressions are evaluated: sizes by symbol, the seed of the entries, and exponents of ten by input name.

    pattern: one of PATTERNS, applied to every input whose domain it does not leave.
    """

    sizes: Mapping[sp.Symbol, int]
    seed: int = 0
    scales: Mapping[str, float] = field(default_factory=dict)
    pattern: str = ""

    def values(self, inputs: Iterable[Input]) -> dict[int, Values]:
        """The entries of the inputs, by key. They depend on the seed and on the input's name only."""
        return {node.key: self._entries(node) for node in inputs}

    def with_seed(self, seed: int) -> Point:
        """The same sizes, scales and pattern with other entries."""
        return replace(self, seed=seed)

    def with_sizes(self, sizes: Mapping[sp.Symbol, int]) -> Point:
        """The same seed, scales and pattern at other sizes."""
        return replace(self, sizes=sizes)

    def _entries(self, node: Input) -> Values:
        return self._scaled(node, self._drawn(node))

    def _drawn(self, node: Input) -> Values:
        """The entries before the pattern and the scale, which depend on the seed and on the sizes alone."""
        rng = np.random.default_rng([self.seed, *_as_numbers(node.name)])
        shape = tuple(int(sp.sympify(size).xreplace(dict(self.sizes))) for size in node.shape)
        return node.domain.sample(rng, shape)

    def _scaled(self, node: Input, entries: Values) -> Values:
        exponent = self.scales.get(node.name, 0)
        if node.domain.scalable and (self.pattern != "zeros" or node.domain.has_zero):
            entries = PATTERNS[self.pattern](entries)
        return node.domain.scaled(entries, exponent) if exponent else entries

    def __str__(self) -> str:
        sizes = ", ".join(f"{symbol}={size}" for symbol, size in self.sizes.items())
        scales = ", ".join(f"{name}·{_power_of_ten(k)}" for name, k in self.scales.items() if k)
        return ", ".join(part for part in (sizes, scales, self.pattern, f"seed {self.seed}") if part)


def stacked(points: Sequence[Point], inputs: Iterable[Input]) -> dict[int, Values]:
    """The entries of the inputs at points of the same sizes, by key, with the points' axis in front.

    What points of one seed share is drawn once.
    """
    first = {point.seed: point for point in points}
    found = {}
    for node in inputs:
        drawn = {seed: point._drawn(node) for seed, point in first.items()}
        found[node.key] = np.stack([point._scaled(node, drawn[point.seed]) for point in points])
    return found


def _power_of_ten(exponent: float) -> str:
    return f"1e{exponent:.0f}" if exponent == round(exponent) else f"{10.0**exponent:.4g}"
