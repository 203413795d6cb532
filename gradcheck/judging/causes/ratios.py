"""What may be one factor between two arrays at all points of a place, by name: a suggestion, which is to be tried.

Sizes have names, and so have inputs that are one number; what has none is a decimal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
import sympy as sp

from gradcheck.graph import Array, as_array
from gradcheck.judging.causes.trial import Trial
from gradcheck.judging.comparison import NumericPoint
from gradcheck.judging.factors import Factor, Ratio, named
from gradcheck.numerics.evaluate import Values
from gradcheck.tolerances import ROUNDING_BARS

CLOSE = 1e-6
"""Entries have one ratio if they are as close to it, by the measure of the largest: it is only a suggestion."""
EPS = 1e-13
"""The least relative error of a ratio."""


class NamedFactor(NamedTuple):
    """A factor as it is called, and as an expression. number: what it is if it is a number alone, else NaN."""

    name: str
    value: Array
    number: float = float("nan")

    @property
    def is_negative(self) -> bool:
        """Whether it is so by its name."""
        return self.name.startswith("-")


def factors(trial: Trial, left: Array, right: Array, may_be_one: bool = False) -> Iterator[NamedFactor]:
    """What the left array may be of the right one at all points."""
    points = [at for at in trial.points if not (at.on_kink(left) or at.on_kink(right))]
    found = [(at, ratio) for at in points if (ratio := _ratio(at, left, right)) is not _NOTHING]
    ratios = [ratio for _, ratio in found if ratio is not None]
    if not ratios or len(ratios) < len(found):
        return
    sizes = [at.point.sizes for at, _ in found]
    factor = named(ratios, sizes, may_be_one)
    yield from [NamedFactor(str(factor), as_array(factor.value))] if factor else _decimal(ratios)
    for scalar, is_divisor in product(trial.scalars, (False, True)):
        values = [float(at.evaluation(scalar).ravel()[0]) for at, _ in found]
        yield from _with_scalar(trial, scalar, is_divisor, values, ratios, sizes)


def _with_scalar(
    trial: Trial,
    scalar: Array,
    is_divisor: bool,
    values: Sequence[float],
    ratios: Sequence[Ratio],
    sizes: Sequence[Mapping[sp.Symbol, int]],
) -> Iterator[NamedFactor]:
    """An input that is one number, times a factor."""
    if not all(values):
        return
    rest = [Ratio(r.value * v if is_divisor else r.value / v, r.blur) for r, v in zip(ratios, values, strict=True)]
    if factor := named(rest, sizes, may_be_one=True):
        value = factor.value / scalar if is_divisor else factor.value * scalar
        yield NamedFactor(_written(factor, trial.says("{}", scalar), is_divisor), value)


def _written(factor: Factor, scalar: str, is_divisor: bool) -> str:
    """`-alpha`, `2 * alpha`, `m/alpha`, `alpha / m`."""
    sign = "-" if factor.number < 0 else ""
    rest = str(Factor(abs(factor.number), factor.powers))
    if rest == "1":
        return f"{sign}{'1/' if is_divisor else ''}{scalar}"
    if rest.startswith("1/") and not is_divisor:
        return f"{sign}{scalar} / {rest.removeprefix('1/')}"
    return f"{sign}{rest} {'/' if is_divisor else '*'} {scalar}"


def _decimal(ratios: Sequence[Ratio]) -> Iterator[NamedFactor]:
    """A number that is the same at all points, of which there are several."""
    sharpest = min(ratios, key=lambda ratio: ratio.blur)
    name = f"{sharpest.value:.12g}"
    if len(ratios) > 1 and float(name) != 1 and all(ratio.may_be(sharpest.value) for ratio in ratios):
        yield NamedFactor(name, as_array(sp.Rational(name)), sharpest.value)


_NOTHING = Ratio(0.0, 0.0)
"""Where both arrays are 0 there is no ratio, and nothing speaks against one."""


def _ratio(at: NumericPoint, left: Array, right: Array) -> Ratio | None:
    (one, error), (other, blur) = (_flat(*at.engine(node)) for node in (left, right))
    with np.errstate(all="ignore"):
        if not np.all(np.isfinite(one)) or not np.all(np.isfinite(other)) or one.size != other.size:
            return _NOTHING
        i = int(np.argmax(np.abs(other)))
        lost = [bool(np.all(np.abs(v) <= ROUNDING_BARS * e)) for v, e in ((one, error), (other, blur))]
        if any(lost):
            return _NOTHING if all(lost) else None
        ratio = float(one[i] / other[i])
        gaps = np.abs(one - ratio * other) - ROUNDING_BARS * (error + abs(ratio) * blur)
        if not ratio or not np.all(gaps <= CLOSE * np.max(np.abs(ratio * other))):
            return None
        bars = error[i] / abs(one[i]) + blur[i] / abs(other[i])
    return Ratio(ratio, EPS + ROUNDING_BARS * float(bars))


def _flat(value: Values, error: Values) -> tuple[Values, Values]:
    return np.ravel(value), np.ravel(np.broadcast_to(error, value.shape))
