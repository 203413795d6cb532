"""How a wrong gradient of a black box differs from the right one: a factor, a transpose, a term, or some entries.

A guess, such as twice the gradient, is tried on the slopes that were measured: if it explains all of them, it is said.
In a large array a wrong entry is found by halving: the half whose slope is further off is halved again.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from gradcheck.black_box.arguments import Argument, Floats
from gradcheck.black_box.judged import Judged, judge
from gradcheck.black_box.slopes import Directions, Slopes, axes, random_direction
from gradcheck.judging.diagnosis import has_another_transpose, worst_at
from gradcheck.judging.factors import Ratio, common_ratio, right_to
from gradcheck.judging.lines import only_wrong
from gradcheck.tolerances import SAFETY
from gradcheck.verdicts import Answer

LOOKED_AT = 12
"""How many entries of a large array are looked at to say how many are wrong; it only chooses words."""
MOST_PARTS = 12
"""Fractions have terms up to this one, but for whole numbers and their inverses. It only chooses words."""
FACTOR_BARS = 3.0
"""How many blurs a claim may be off the factor times the slope, both of which are blurred. It only chooses words."""
LEAST_IN_A_TERM = 3
"""So many entries have to be one number times those of an argument before that is called a term."""
CLEAR = 10.0
"""Slopes of fewer blurs than this give no factor: its digits would be noise. It only chooses words."""


class Wrong(NamedTuple):
    """How a claim is wrong: why, in one word as `judging.causes` has it, empty if it is not known; and in a line."""

    cause: str
    words: str


def describe(
    judged: Judged,
    claim: Floats,
    argument: Argument,
    everything: Sequence[Argument],
    look: Callable[[Directions], Judged],
    seed: int,
) -> Wrong:
    """How the claim differs. look: judges the claim along other directions, which `seed` makes random."""
    cause = next(_causes(judged, claim, argument, everything), None)
    parts = [cause.words] if cause else []
    if not judged.slopes.directions.are_axes:
        parts += _words_of_few(look, argument, np.random.default_rng(seed))
    else:
        if claim.size > 1:
            parts.append(f"{len(judged.where(Answer.DIFFERS))} of {claim.size} entries differ")
        parts.append(_worst_of(judged, range(claim.size), argument))
    return Wrong(cause.cause if cause else "", "; ".join(parts))


def _causes(judged: Judged, claim: Floats, argument: Argument, everything: Sequence[Argument]) -> Iterator[Wrong]:
    """What explains all that was measured, the likeliest first."""
    if factor := _factor(judged, everything) or _argument_as_factor(judged, argument):
        yield Wrong("factor", factor)
    if _is_transpose(judged.slopes, claim):
        yield Wrong("transpose", "it is the transpose")
    if term := _term(judged, argument, everything):
        yield Wrong("term", term)
    if judged.slopes.directions.are_axes and claim.ndim == 2:
        wrong = np.array([answer is Answer.DIFFERS for answer in judged.answers]).reshape(claim.shape)
        if part := only_wrong([wrong], least_seen=1):
            yield Wrong("entries", part)


def _worst_of(judged: Judged, entries: Sequence[int], argument: Argument) -> str:
    """The entry that is furthest off, of those whose axes were measured: both values."""
    size = judged.slopes.directions.size
    off = np.abs(judged.claimed - judged.slopes.value)
    i = max(judged.where(Answer.DIFFERS), key=lambda j: float(off[j]))
    return worst_at(
        argument.place_of(entries[i]), float(judged.claimed[i] / size), float(_rounded(judged.slopes, i) / size)
    )


def _rounded(slopes: Slopes, i: int) -> float:
    """A measured slope without the digits that its error bar covers."""
    value, error = float(slopes.value[i]), float(slopes.error[i])
    if not error > 0 or abs(value) <= error:
        return value if abs(value) > error else 0.0
    digits = int(np.clip(np.ceil(np.log10(abs(value) / error)), 1, 17))
    return float(f"{value:.{digits}g}")


# ---- one factor --------------------------------------------------------------------------------------------------


def _factor(judged: Judged, everything: Sequence[Argument]) -> str:
    """`it is 2 × the gradient`, the factor named by a size if only one size explains it; or an empty text.

    It is a fraction, or a decimal if several entries have it: two numbers always have some ratio.
    """
    ratio = _ratio_to(judged, np.ones(judged.claimed.shape))
    if ratio is None:
        return ""
    exact = next((guess for guess in _fractions(ratio.value) if guess != 1 and ratio.may_be(float(guess))), None)
    if exact is not None:
        return _named(str(exact), abs(exact), everything)
    if judged.claimed.size == 1:
        return ""
    roots = [(name, size) for name, value, size in _roots(everything) if ratio.may_be(value)]
    if len(roots) == 1:
        return _named(roots[0][0], Fraction(roots[0][1]), everything)
    digits = int(np.clip(1 - np.floor(np.log10(ratio.blur)), 2, 9))
    decimal = f"{ratio.value:.{digits}g}"
    if float(decimal) == 1:
        return f"it is right to {abs(ratio.value - 1):.0e}"
    return f"it is {decimal} × the gradient{right_to(ratio.value)}"


def _named(factor: str, size: Fraction, everything: Sequence[Argument]) -> str:
    names = list(_sizes(size, everything))
    return ", ".join([f"it is {factor} × the gradient", *(names if len(names) == 1 else [])])


def _ratio_to(judged: Judged, times: Floats) -> Ratio | None:
    """The one ratio of all claimed slopes to the measured ones, each multiplied by `times`, (n,).

    None if there is none, or if few slopes are clear.
    """
    slopes, claimed = judged.slopes, judged.claimed
    with np.errstate(all="ignore"):
        blur = SAFETY * slopes.error + slopes.rtol * np.abs(slopes.value)
        clear = np.abs(slopes.value) > CLEAR * blur
        known = np.isfinite(blur)
        right, bars = slopes.value * times, FACTOR_BARS * blur * np.abs(times)
    return common_ratio(claimed[known], right[known], bars[known]) if clear.sum() >= min(2, claimed.size) else None


def _argument_as_factor(judged: Judged, argument: Argument) -> str:
    """Whether each entry is multiplied, or divided, by the argument's own, as where it is the logarithm of a parameter.

    Two entries have to be different: else that is one number.
    """
    entries = argument.value.astype(float).ravel()
    if not judged.slopes.directions.are_axes or len(entries) < 2 or not np.all(entries):
        return ""
    for times, verb in ((entries, "multiplied"), (1 / entries, "divided")):
        ratio = _ratio_to(judged, times)
        if ratio is not None and ratio.may_be(1.0):
            return f"it is the gradient {verb} by {argument}, entry by entry"
    return ""


def _term(judged: Judged, argument: Argument, everything: Sequence[Argument]) -> str:
    """Whether an argument of the same shape, times one number, is added or left out: the slope of a penalty."""
    if not judged.slopes.directions.are_axes or judged.claimed.size < LEAST_IN_A_TERM:
        return ""
    slopes, size = judged.slopes, judged.slopes.directions.size
    more = judged.claimed - slopes.value
    with np.errstate(all="ignore"):
        blur = SAFETY * slopes.error + slopes.rtol * np.abs(slopes.value)
    for other in everything:
        if other.value.shape == argument.value.shape and np.all(np.isfinite(blur)):
            times = other.value.astype(float).ravel() * size
            number = float(more @ times / (times @ times)) if np.any(times) else 0.0
            if number and np.all(np.abs(more - number * times) <= FACTOR_BARS * blur):
                known = np.abs(number * times) > CLEAR * blur
                if known.sum() >= LEAST_IN_A_TERM:
                    name = _number(number, float(np.max(blur[known] / np.abs(times[known]))), everything)
                    return f"{name} × {other} is {'too much' if number > 0 else 'missing'}"
    return ""


def _number(number: float, blur: float, everything: Sequence[Argument]) -> str:
    """The argument that is this number, or its digits that are known; without its sign."""
    numbers = (other for other in everything if other.value.size == 1)
    named = next((str(one) for one in numbers if abs(abs(number) - abs(float(one.value.ravel()[0]))) <= blur), "")
    digits = int(np.clip(np.floor(np.log10(abs(number) / blur)), 1, 9)) if blur > 0 else 9
    return named or f"{abs(number):.{digits}g}"


def _fractions(number: float) -> Iterator[Fraction]:
    """Fractions close to a number, in the order in which people would name them."""
    yield Fraction(round(number))
    yield 1 / Fraction(round(1 / number) or 1)
    some = Fraction(number).limit_denominator(MOST_PARTS)
    if abs(some.numerator) <= MOST_PARTS:  # any number is close to some fraction of large terms
        yield some


def _roots(everything: Sequence[Argument]) -> Iterator[tuple[str, float, int]]:
    """Roots of small numbers and of sizes, and their inverses, with both signs: the name, the value and the number."""
    sizes = {size for argument in everything for size in (*argument.value.shape, argument.value.size)}
    for number in sorted({*range(2, MOST_PARTS + 1), *sizes}):
        if number > 1 and math.isqrt(number) ** 2 != number:
            for sign, value in (("", math.sqrt(number)), ("-", -math.sqrt(number))):
                yield f"{sign}√{number}", value, number
                yield f"{sign}1/√{number}", 1 / value, number


def _sizes(factor: Fraction, everything: Sequence[Argument]) -> Iterator[str]:
    """The sizes that are the factor or its inverse, in words."""
    wanted = max(factor.numerator, factor.denominator) if 1 in factor.as_integer_ratio() else 0
    for argument in everything:
        shape = argument.value.shape
        for axis, size in enumerate(shape):
            if size == wanted > 2:
                where = f"axis {axis} of " if len(shape) > 1 else ""
                yield f"{size} being the size of {where}{argument}, shape {shape}"


def _is_transpose(slopes: Slopes, claim: Floats) -> bool:
    answers = judge(slopes, claim.T).answers if has_another_transpose(claim) else []
    return Answer.AGREES in answers and Answer.DIFFERS not in answers


# ---- the wrong entries of a large array --------------------------------------------------------------------------


def _words_of_few(look: Callable[[Directions], Judged], argument: Argument, rng: np.random.Generator) -> list[str]:
    """How many of some entries of a large array differ, and the worst of those looked at."""
    some = rng.choice(argument.value.size, LOOKED_AT, replace=False).tolist()
    entries = [*some, _by_halving(look, argument, rng)]
    judged = look(axes(argument, entries))
    wrong = judged.where(Answer.DIFFERS)
    if not wrong:
        return ["no single entry that differs was found"]
    among = sum(i < LOOKED_AT for i in wrong)
    count = f"{among} of {LOOKED_AT} entries looked at differ" if among else "few entries differ"
    return [count, _worst_of(judged, entries, argument)]


def _by_halving(look: Callable[[Directions], Judged], argument: Argument, rng: np.random.Generator) -> int:
    """The place of an entry that is probably wrong, by a bounded number of directions."""
    among = np.arange(argument.value.size)
    size = axes(argument, []).size
    while len(among) > 1:
        halves = np.array_split(among, 2)
        vectors = np.zeros((2, argument.value.size))
        for vector, half in zip(vectors, halves, strict=True):
            vector[half] = random_direction(rng, (len(half),)) * size
        judged = look(Directions(vectors.reshape(2, *argument.value.shape), size, False))
        off = np.abs(judged.claimed - judged.slopes.value) - SAFETY * judged.slopes.error
        among = halves[int(np.argmax(np.where(np.isfinite(off), off, -np.inf)))]
    return int(among[0])
