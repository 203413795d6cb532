"""How a wrong formula differs from the right one, in words: a constant factor, a transpose, or which entries."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from fractions import Fraction

import numpy as np
import sympy as sp

from gradcheck.evaluate import Values
from gradcheck.numbers import Comparison

SAME = 1e-7
"""Two ratios are one constant if they differ by less, relatively."""


def describe(shown: Comparison, differing: Sequence[Comparison], goal: str) -> str:
    """One line on how the step differs: by a factor over all points, else in which entries at the point shown.

    shown: the point to show values of. differing: all points at which it differs. goal: what the target is called.
    """
    factor = constant_factor([shown, *differing])
    parts = [f"it is {factor} × the {goal}"] if factor else []
    if not factor and _is_transpose(differing):
        parts.append("it is the transpose")
    if shown.wrong.size > 1:
        parts.append(f"{int(np.sum(shown.wrong))} of {shown.wrong.size} entries differ")
    return f"{'; '.join([*parts, worst(shown)])} (at {shown.point})"


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


def constant_factor(comparisons: Iterable[Comparison]) -> str:
    """The factor by which step = factor × target at every point, named by sizes if it varies with them; or empty."""
    ratios: list[tuple[float, dict[sp.Symbol, int]]] = []
    for c in comparisons:
        ratio = _ratio(c.step, c.target)
        if ratio is None:
            return ""
        ratios.append((ratio, dict(c.point.sizes)))
    symbols = sorted({s for _, sizes in ratios for s in sizes}, key=lambda s: str(s.name))
    for name, value in _candidates(symbols):
        if all(
            _same(ratio, float(value.xreplace({k: sp.Integer(v) for k, v in sizes.items()}))) for ratio, sizes in ratios
        ):
            return name
    first = ratios[0][0]
    return f"{first:.12g}" if len(ratios) > 1 and all(_same(r, first) for r, _ in ratios) else ""


def _ratio(step: Values, target: Values) -> float | None:
    seen = target != 0
    with np.errstate(all="ignore"):
        if not np.any(seen) or np.any(step[~seen] != 0):
            return None
        ratios = step[seen] / target[seen]
    if not np.all(np.isfinite(ratios)) or not all(_same(r, ratios.flat[0]) for r in ratios.flat) or ratios.flat[0] == 0:
        return None
    return float(ratios.flat[0])


def _same(a: float, b: float) -> bool:
    return abs(a - b) <= SAME * max(abs(a), abs(b))


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
