"""How a wrong gradient of a black box differs from the right one: a factor, a sign, a transpose, or which entries.

A guess, such as twice the gradient, is tried on the slopes that were measured: if it explains all of them, it is said.
In a large array a wrong entry is found by halving: the half whose slope is further off is halved again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

import numpy as np

from gradcheck.black_box.arguments import Argument, Floats
from gradcheck.black_box.slopes import Directions, Judged, Say, Slopes, at_rounded_points, axes, judge, random_direction
from gradcheck.judging.diagnosis import pair
from gradcheck.numerics.richardson import SAFETY

LOOKED_AT = 12
"""How many entries of a large array are looked at to say how many are wrong."""


def describe(judged: Judged, claim: Floats, argument: Argument, everything: Sequence[Argument], more: Entries) -> str:
    """One line on how the claim differs."""
    factor = _factor(judged, everything)
    parts = [factor] if factor else []
    if not factor and _is_transpose(judged.slopes, claim):
        parts.append("it is the transpose")
    if not judged.slopes.directions.are_axes:
        return "; ".join([*parts, *more.words(claim)])
    wrong = judged.where(Say.REFUTED)
    if claim.size > 1:
        parts.append(f"{len(wrong)} of {claim.size} entries differ")
    return "; ".join([*parts, worst_of(judged, list(range(claim.size)), argument)])


def worst_of(judged: Judged, entries: Sequence[int], argument: Argument) -> str:
    """The entry that is furthest off, of those whose axes were measured: both values."""
    size = judged.slopes.directions.size
    wrong = judged.where(Say.REFUTED)
    i = max(wrong, key=lambda j: abs(float(judged.claimed[j] - judged.slopes.value[j])))
    place = np.unravel_index(entries[i], argument.value.shape) if argument.value.shape else ()
    at = f"worst at {[int(p) for p in place]}: " if len(place) else ""
    return f"{at}{pair(float(judged.claimed[i] / size), float(_rounded(judged.slopes, i) / size))}"


def _rounded(slopes: Slopes, i: int) -> float:
    """A measured slope without the digits that its error bar covers."""
    value, error = float(slopes.value[i]), float(slopes.error[i])
    if not error > 0 or abs(value) <= error:
        return value if abs(value) > error else 0.0
    digits = int(np.clip(np.ceil(np.log10(abs(value) / error)), 1, 17))
    return float(f"{value:.{digits}g}")


# ---- one factor --------------------------------------------------------------------------------------------------


def _factor(judged: Judged, everything: Sequence[Argument]) -> str:
    """`it is 2 × the gradient`, the factor named by a size if only one size explains it; or an empty text."""
    slopes, claimed = judged.slopes, judged.claimed
    with np.errstate(all="ignore"):
        blur = SAFETY * slopes.error + slopes.rtol * np.abs(slopes.value)
        seen = np.abs(slopes.value) > 10 * blur
        if seen.sum() < min(2, len(claimed)) or not np.any(claimed[seen]):
            return ""
        sharpest = int(np.argmin(np.where(seen, blur / np.abs(slopes.value), np.inf)))
        ratio = float(claimed[sharpest] / slopes.value[sharpest])
        fits = np.abs(claimed - ratio * slopes.value) <= 3 * abs(ratio) * blur
    if ratio == 0 or not np.isfinite(ratio) or not np.all(fits | ~np.isfinite(blur)):
        return ""
    relative = 3 * float(blur[sharpest] / abs(slopes.value[sharpest]))
    return _named(ratio, relative, everything, claimed.size > 1)


def _named(ratio: float, blur: float, everything: Sequence[Argument], of_several: bool) -> str:
    """The factor as a fraction, or as a decimal if several entries have it: two numbers always have some ratio."""
    guesses = [Fraction(round(ratio)), 1 / Fraction(round(1 / ratio) or 1), Fraction(ratio).limit_denominator(64)]
    exact = next((guess for guess in guesses if abs(float(guess) - ratio) <= blur * abs(ratio)), None)
    if exact is None:
        return f"it is {ratio:.9g} × the gradient" if of_several else ""
    names = list(_sizes(abs(exact), everything))
    because = f", {names[0]}" if len(names) == 1 else ""
    return f"it is {exact} × the gradient{because}"


def _sizes(factor: Fraction, everything: Sequence[Argument]) -> Iterator[str]:
    """The sizes that are the factor or its inverse, in words."""
    wanted = factor.numerator if factor.denominator == 1 else factor.denominator if factor.numerator == 1 else 0
    for argument in everything:
        shape = argument.value.shape
        for axis, size in enumerate(shape):
            if size == wanted > 2:
                where = f"axis {axis} of " if len(shape) > 1 else ""
                yield f"{size} being the size of {where}{argument}, shape {shape}"


def _is_transpose(slopes: Slopes, claim: Floats) -> bool:
    if claim.ndim != 2 or claim.shape[0] != claim.shape[1] or claim.shape[0] < 2 or np.array_equal(claim, claim.T):
        return False
    says = judge(slopes, claim.T).says
    return Say.REFUTED not in says and Say.AGREES in says


# ---- the wrong entries of a large array --------------------------------------------------------------------------


class Entries:
    """Looks for wrong entries of a large array, with a bounded number of directions."""

    def __init__(self, measure: Callable[[Directions], Slopes], argument: Argument, seed: int) -> None:
        self.measure, self.argument = measure, argument
        self.rng = np.random.default_rng(seed)

    def words(self, claim: Floats) -> list[str]:
        """How many of some entries differ, and the worst of those looked at."""
        some = self.rng.choice(claim.size, LOOKED_AT, replace=False).tolist()
        found = self._by_halving(claim)
        judged = self._judged(axes(self.argument, [*some, found]), claim)
        wrong = judged.where(Say.REFUTED)
        if not wrong:
            return ["no single entry that differs was found"]
        among = sum(i < LOOKED_AT for i in wrong)
        count = [f"{among} of {LOOKED_AT} entries looked at differ"] if among else ["few entries differ"]
        return [*count, worst_of(judged, [*some, found], self.argument)]

    def _judged(self, along: Directions, claim: Floats) -> Judged:
        return judge(at_rounded_points([self.measure(along)])[0], claim)

    def _by_halving(self, claim: Floats) -> int:
        """The place of an entry that is probably wrong."""
        among = np.arange(claim.size)
        size = axes(self.argument, []).size
        while len(among) > 1:
            halves = np.array_split(among, 2)
            vectors = np.zeros((2, claim.size))
            for vector, half in zip(vectors, halves, strict=True):
                vector[half] = random_direction(self.rng, (len(half),)) * size
            judged = self._judged(Directions(vectors.reshape(2, *claim.shape), size, False), claim)
            off = np.abs(judged.claimed - judged.slopes.value) - SAFETY * judged.slopes.error
            among = halves[int(np.argmax(np.where(np.isfinite(off), off, -np.inf)))]
        return int(among[0])
