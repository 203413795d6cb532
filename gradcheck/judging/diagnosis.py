"""How a wrong formula differs from the right one, in words: a constant factor, a transpose, or which entries."""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
import sympy as sp

from gradcheck.graph import show_shape
from gradcheck.judging.comparison import Comparison
from gradcheck.numerics.evaluate import Values

ONE_RATIO = 1e-7
"""Two ratios are one constant if they differ by less, relatively, beside their rounding errors. It only chooses words,
so it is far wider than rounding and far narrower than the factors that people lose."""


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
    if not factor and all(map(_is_transpose, differing)):
        parts.append("it is the transpose")
    if shown.wrong.size > 1:
        parts.append(f"{int(np.sum(shown.wrong))} of {shown.wrong.size} entries differ")
    return f"{'; '.join([*parts, worst(shown)])} (at {shown.point}{more})"


def worst(comparison: Comparison) -> str:
    """The entry that is furthest off, with the two values."""
    entry = worst_entry(comparison)
    return worst_at(entry, float(comparison.step[entry]), float(comparison.target[entry]))


def worst_at(entry: Sequence[int], wrong: float, right: float) -> str:
    """`worst at [0, 2]: 3 instead of 1`; the values alone where there is one entry, whose index is empty."""
    return f"{f'worst at {list(entry)}: ' if entry else ''}{pair(wrong, right)}"


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


def has_another_transpose(array: Values) -> bool:
    """Whether it is a square matrix that is not symmetric, so that it could be transposed unnoticed by its shape."""
    return array.ndim == 2 and array.shape[0] == array.shape[1] and not np.array_equal(array, array.T)


def constant_factor(comparisons: Sequence[Comparison]) -> str:
    """The factor by which step = factor × target at every point, named by sizes if it varies with them; or empty."""
    found = [common_ratio(c.step, c.target, c.tolerance + ONE_RATIO * np.abs(c.target)) for c in comparisons]
    ratios = [ratio for ratio in found if ratio]
    if len(ratios) < len(found):
        return ""
    sizes = [dict(c.point.sizes) for c in comparisons]
    symbols = sorted(set.intersection(*map(set, sizes)), key=lambda s: str(s.name))
    for name, value in _candidates(symbols):
        if all(ratio.may_be(_number(value, at)) for ratio, at in zip(ratios, sizes, strict=True)):
            return name
    sharpest = min(ratios, key=lambda ratio: ratio.blur).value
    return f"{sharpest:.12g}" if len(ratios) > 1 and all(ratio.may_be(sharpest) for ratio in ratios) else ""


def _number(value: sp.Expr, sizes: dict[sp.Symbol, int]) -> float:
    return float(value.xreplace({symbol: sp.Integer(size) for symbol, size in sizes.items()}))


def _candidates(symbols: Sequence[sp.Symbol]) -> Iterable[tuple[str, sp.Expr]]:
    numbers = [sp.Rational(number) for number in ("1", "-1", "2", "1/2", "-2", "-1/2")]
    sizes: list[sp.Expr] = [sp.Integer(1)]
    sizes += (power for a in symbols for power in (a, 1 / a))
    sizes += (a / b for a, b in itertools.permutations(symbols, 2))
    pairs = itertools.combinations_with_replacement(symbols, 2)
    sizes += (power for a, b in pairs for power in (a * b, 1 / (a * b)))
    products = (number * size for size, number in itertools.product(sizes, numbers))
    return ((str(value), value) for value in products if value != 1)


def _is_transpose(c: Comparison) -> bool:
    return has_another_transpose(c.target) and np.allclose(c.step, c.target.T, rtol=ONE_RATIO, atol=0)
