"""How a wrong formula differs from the right one, in words: a constant factor, a transpose, or which entries."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from gradcheck.graph import show_shape
from gradcheck.judging.comparison import Comparison

SAME = 1e-7
"""Two ratios are one constant if they differ by less, relatively."""


def describe(
    shown: Comparison, differing: Sequence[Comparison], agreeing: Sequence[Comparison], goal: str, more: str = ""
) -> str:
    """One line on how the step differs: by a factor over all points, else in which entries at the point shown.

    shown: the point to show values of. differing: all points at which it differs. agreeing: those at which it does not:
    there a factor has to be 1, as m is for one example. goal: what the target is called. more: what else is to be said
    of the point.
    """
    factor = constant_factor([shown, *differing, *(c for c in agreeing if np.any(np.abs(c.target) > c.tolerance))])
    parts = [f"it is {factor} × the {goal}"] if factor else []
    if not factor and _is_transpose(differing):
        parts.append("it is the transpose")
    if shown.wrong.size > 1:
        parts.append(f"{int(np.sum(shown.wrong))} of {shown.wrong.size} entries differ")
    return f"{'; '.join([*parts, worst(shown)])} (at {shown.point}{more})"


def worst(comparison: Comparison) -> str:
    """The entry that is furthest off, with the two values."""
    entry = worst_entry(comparison)
    at = f"worst at {list(entry)}: " if entry else ""
    return f"{at}{pair(float(comparison.step[entry]), float(comparison.target[entry]))}"


def worst_entry(comparison: Comparison) -> tuple[int, ...]:
    """Its index."""
    with np.errstate(all="ignore"):
        gap = np.where(comparison.wrong, np.abs(comparison.step - comparison.target), -1.0)
        gap = np.where(comparison.wrong & ~np.isfinite(gap), np.inf, gap)
    return tuple(int(i) for i in np.unravel_index(int(np.argmax(gap)), gap.shape))


def pair(wrong: float, right: float) -> str:
    """`3 instead of 1`, with as many digits as it takes to see that they differ."""
    for digits in (4, 8, 12, 17):
        texts = [f"{value + 0.0:.{digits}g}" for value in (wrong, right)]
        if texts[0] != texts[1]:
            break
    return f"{texts[0]} instead of {texts[1]}"


def shapes_apart(actual: tuple[Any, ...], needed: tuple[Any, ...]) -> str:
    """How a shape differs from the one that is needed, in words; the sizes are symbols or numbers."""
    words = f"the shape is {show_shape(actual)} where {show_shape(needed)} is needed"
    if actual == needed[::-1]:
        return f"{words}: it is the transpose's"
    if len(actual) < len(needed) and actual == tuple(size for size in needed if size != 1):
        return f"{words}: keepdims=True keeps the axis"
    return words


def constant_factor(comparisons: Iterable[Comparison]) -> str:
    """The factor by which step = factor × target at every point, named by sizes if it varies with them; or empty."""
    ratios: list[tuple[float, float, dict[sp.Symbol, int]]] = []
    for c in comparisons:
        ratio = _ratio(c)
        if ratio is None:
            return ""
        ratios.append((*ratio, dict(c.point.sizes)))
    symbols = sorted({s for *_, sizes in ratios for s in sizes}, key=lambda s: str(s.name))
    for name, value in _candidates(symbols):
        known = all(value.free_symbols <= sizes.keys() for *_, sizes in ratios)
        if known and all(_same(ratio, _number(value, sizes), blur) for ratio, blur, sizes in ratios):
            return name
    sharpest = min(ratios, key=lambda found: found[1])[0]
    constant = len(ratios) > 1 and all(_same(ratio, sharpest, blur) for ratio, blur, _ in ratios)
    return f"{sharpest:.12g}" if constant else ""


def _number(value: sp.Expr, sizes: dict[sp.Symbol, int]) -> float:
    return float(value.xreplace({symbol: sp.Integer(size) for symbol, size in sizes.items()}))


def _ratio(c: Comparison) -> tuple[float, float] | None:
    """The one ratio of all entries and how far rounding blurs it; None if there is no such ratio."""
    seen = np.abs(c.target) > c.tolerance
    if not np.any(seen) or np.any(np.abs(c.step[~seen]) > np.broadcast_to(c.tolerance, c.step.shape)[~seen]):
        return None
    ratios = c.step[seen] / c.target[seen]
    blurs = np.broadcast_to(c.tolerance, c.target.shape)[seen] / np.abs(c.target[seen])
    sharpest = int(np.argmin(blurs))
    ratio = float(ratios[sharpest])
    if not np.isfinite(ratio) or ratio == 0 or not all(_same(r, ratio, b) for r, b in zip(ratios, blurs, strict=True)):
        return None
    return ratio, float(blurs[sharpest])


def _same(a: float, b: float, blur: float) -> bool:
    return abs(a - b) <= (SAME + blur) * max(abs(a), abs(b))


def _candidates(symbols: Sequence[sp.Symbol]) -> Iterable[tuple[str, sp.Expr]]:
    numbers = [Fraction(1), Fraction(-1), Fraction(2), Fraction(1, 2), Fraction(-2), Fraction(-1, 2)]
    sizes: list[sp.Expr] = [sp.Integer(1)]
    for a in symbols:
        sizes += [a, 1 / a]
    for a, b in itertools.permutations(symbols, 2):
        sizes.append(a / b)
    for a, b in itertools.combinations_with_replacement(symbols, 2):
        sizes += [a * b, 1 / (a * b)]
    for size, number in itertools.product(sizes, numbers):
        value = sp.Rational(number.numerator, number.denominator) * size
        if value != 1:
            yield str(value), value


def _is_transpose(comparisons: Sequence[Comparison]) -> bool:
    return all(
        c.target.ndim == 2
        and c.target.shape[0] == c.target.shape[1] > 1
        and bool(np.allclose(c.step, c.target.T, rtol=SAME, atol=0))
        for c in comparisons
    )
