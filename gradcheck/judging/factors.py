"""The factors that formulas lose or have too many, by name: small numbers, sizes, their powers, quotients and roots."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

import numpy as np
import sympy as sp

from gradcheck.numerics.evaluate import Values

NEARLY = 1e-2
"""Factors as near to 1 as this are said as how far something is right."""
NUMBERS = tuple(map(Fraction, ("1", "-1", "2", "1/2", "-2", "-1/2")))
HALF = Fraction(1, 2)


class Ratio(NamedTuple):
    """wrong = value × right, as far as that is known: up to the fraction `blur` of it."""

    value: float
    blur: float

    def may_be(self, number: float) -> bool:
        """Whether the number is it."""
        return abs(self.value - number) <= self.blur * max(abs(self.value), abs(number))


def common_ratio(wrong: Values, right: Values, blur: Values) -> Ratio | None:
    """The one ratio of all entries of two arrays of one shape; None if there is none, or if all are lost in the blur.

    blur: how far the right entries may be off, of a shape that broadcasts to theirs; the wrong ones, times the ratio.
    """
    with np.errstate(all="ignore"):
        relative = np.where(right == 0, np.inf, blur / np.abs(right))
        if not np.any(relative < 1):
            return None
        sharpest = np.unravel_index(np.nanargmin(relative), right.shape)
        ratio = wrong[sharpest] / right[sharpest]
        is_common = ratio != 0 and np.all(np.abs(wrong - ratio * right) <= np.abs(ratio) * blur)
    return Ratio(float(ratio), float(relative[sharpest])) if np.isfinite(ratio) and is_common else None


@dataclass(frozen=True)
class Factor:
    """A number times powers of sizes; the exponents may be halves."""

    number: Fraction = Fraction(1)
    powers: tuple[tuple[sp.Symbol, Fraction], ...] = ()

    def at(self, sizes: Mapping[sp.Symbol, int]) -> float:
        """Its value at sizes."""
        return float(self.number) * float(np.prod([float(sizes[size]) ** float(power) for size, power in self.powers]))

    @property
    def value(self) -> sp.Expr:
        """It as an expression."""
        number = sp.Rational(self.number.numerator, self.number.denominator)
        return sp.Mul(number, *(size ** sp.Rational(p.numerator, p.denominator) for size, p in self.powers))

    @property
    def is_one(self) -> bool:
        """Whether it changes nothing."""
        return self.number == 1 and not self.powers

    def __str__(self) -> str:
        roots = [(size, power) for size, power in self.powers if power.denominator == 2]
        if not roots:
            return str(self.value)
        ((size, power),) = roots
        return f"{'-' if self.number < 0 else ''}{'' if power > 0 else '1/'}√{size}"


def factors_of(symbols: Sequence[sp.Symbol]) -> Iterator[Factor]:
    """All that have a name for these sizes, the simplest first; 1 among them."""
    one = Fraction(1)
    sizes: list[tuple[tuple[sp.Symbol, Fraction], ...]] = [()]
    sizes += (((a, power),) for a in symbols for power in (one, -one))
    sizes += (((a, one), (b, -one)) for a, b in itertools.permutations(symbols, 2))
    for a, b in itertools.combinations_with_replacement(symbols, 2):
        pair = ((a, one), (b, one)) if a != b else ((a, Fraction(2)),)
        sizes += (pair, tuple((size, -power) for size, power in pair))
    yield from (Factor(number, powers) for powers, number in itertools.product(sizes, NUMBERS))
    for a, power, sign in itertools.product(symbols, (HALF, -HALF), (1, -1)):
        yield Factor(Fraction(sign), ((a, power),))


def named(ratios: Sequence[Ratio], sizes: Iterable[Mapping[sp.Symbol, int]], may_be_one: bool = False) -> Factor | None:
    """The first factor that is all the ratios, each at its own sizes; None if there is none."""
    at = list(sizes)
    symbols = sorted(set.intersection(*map(set, at)), key=lambda s: str(s.name)) if at else []
    pairs = list(zip(ratios, at, strict=True))
    candidates = (factor for factor in factors_of(symbols) if may_be_one or not factor.is_one)
    return next((f for f in candidates if all(ratio.may_be(f.at(here)) for ratio, here in pairs)), None)


def right_to(factor: float) -> str:
    """How far something is right that has a factor near to 1, in words; empty if it is not near."""
    return f", right to {abs(factor - 1):.0e}" if 0 < abs(factor - 1) <= NEARLY else ""
