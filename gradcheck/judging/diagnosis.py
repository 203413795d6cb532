"""How a wrong formula differs from the right one, in words; why it does is for `causes` to find."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from gradcheck.graph import show_shape
from gradcheck.judging.comparison import Comparison
from gradcheck.judging.factors import common_ratio, named
from gradcheck.numerics.evaluate import Values

ONE_RATIO = 1e-7
"""Two ratios are one constant if they differ by less, relatively, beside their rounding errors. It only chooses words,
so it is far wider than rounding and far narrower than the factors that people lose."""


def describe(
    shown: Comparison,
    differing: Sequence[Comparison],
    agreeing: Sequence[Comparison],
    goal: str,
    more: str = "",
    said: Sequence[str] = (),
    name: str = "",
) -> str:
    """One line on how the step differs: why, if that is said, else by a factor over all points, else in which entries.

    shown: the point to show values of. differing: all points at which it differs. agreeing: those at which it does not:
    there a factor has to be 1, as m is for one example. goal: what the target is called. more: what else is to be said
    of the point. name: of the array that entries are those of, if no cause is known.
    """
    parts = list(said) or _by_numbers(shown, differing, agreeing, goal)
    if shown.wrong.size > 1:
        parts.append(f"{int(np.sum(shown.wrong))} of {shown.wrong.size} entries differ")
    return f"{'; '.join([*parts, worst(shown, '' if parts[:-1] else name)])} (at {shown.point}{more})"


def _by_numbers(
    shown: Comparison, differing: Sequence[Comparison], agreeing: Sequence[Comparison], goal: str
) -> list[str]:
    factor = constant_factor([shown, *differing, *(c for c in agreeing if np.any(np.abs(c.target) > c.tolerance))])
    if factor:
        return [f"it is {factor} × the {goal}"]
    return ["it is the transpose"] if all(map(_is_transpose, differing)) else []


def worst(comparison: Comparison, name: str = "") -> str:
    """The entry that is furthest off, with the two values. name: of the array that it is an entry of."""
    entry = worst_entry(comparison)
    return worst_at(entry, float(comparison.step[entry]), float(comparison.target[entry]), name)


def worst_at(entry: Sequence[int], wrong: float, right: float, name: str = "") -> str:
    """`worst at W1[0, 2]: 3 instead of 1`; the values alone where there is one entry, whose index is empty."""
    return f"{f'worst at {name}{list(entry)}: ' if entry else ''}{pair(wrong, right)}"


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


def has_another_transpose(array: Values) -> bool:
    """Whether it is a square matrix that is not symmetric, so that it could be transposed unnoticed by its shape."""
    return array.ndim == 2 and array.shape[0] == array.shape[1] and not np.array_equal(array, array.T)


def constant_factor(comparisons: Sequence[Comparison]) -> str:
    """The factor by which step = factor × target at every point, named by sizes if it varies with them; or empty."""
    found = [common_ratio(c.step, c.target, c.tolerance + ONE_RATIO * np.abs(c.target)) for c in comparisons]
    ratios = [ratio for ratio in found if ratio]
    if len(ratios) < len(found):
        return ""
    factor = named(ratios, [c.point.sizes for c in comparisons])
    if factor is not None:
        return str(factor)
    sharpest = min(ratios, key=lambda ratio: ratio.blur).value
    return f"{sharpest:.12g}" if len(ratios) > 1 and all(ratio.may_be(sharpest) for ratio in ratios) else ""


def _is_transpose(c: Comparison) -> bool:
    return has_another_transpose(c.target) and np.allclose(c.step, c.target.T, rtol=ONE_RATIO, atol=0)
