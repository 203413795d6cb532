"""In what steps the values of somebody's function move: what rounding inside of it hides of every slope.

A loss that is rounded to 9 decimals, computed in single precision or counted is a staircase: level on its treads, with
rises between them. So is log(1 - a) close to a = 1, where 1 - a has few digits left. Slopes of the tread that the point
lies on say nothing of the stairs, and samples along one argument may never leave it. So all arguments are moved at
once, along random lines, and rises are looked for: two numbers next to each other between which f changes, while it
does not on both sides of them. A rise hides as much of f as it is high, along every direction.

One rise is a threshold, such as that of a penalty, and hides nothing; a line that meets two crosses stairs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

import numpy as np

from gradcheck.black_box.arguments import Floats
from gradcheck.black_box.sampling import Sampler
from gradcheck.black_box.slopes import LEAST, size_of
from gradcheck.numerics.richardson import SINGLE, extrapolated, nodes
from gradcheck.tolerances import LEVEL, SMOOTH, STAIRCASE_ULPS

LINES = 3
"""Along how many random lines rises are looked for, and along one that leads away from 0 and keeps all signs.

Each takes some 15 calls of f if it is smooth there, and some 300 if it is not.
"""
STEPS = 7
"""On so many steps of the ladder f is found to be smooth: 4^-7 of a reach of 1/8."""
REACHES = tuple(2.0**-k for k in (15, 11, 7, 3))
"""How far from the point rises are looked for, in units of the arrays' sizes, on each part of the way by itself.

Several terms may climb stairs of their own: narrow ones near by, and wide ones whose next rise is farther away. The
last reach is the coarsest step of the slopes.
"""
SHORTER = 5
"""A part at whose end f has no value is halved so many times, up to one at which it has."""
FAR = (1.0, *(2.0**k for k in range(3, 40, 6)))
"""Where rises are looked for, too, if f does not change at all over the third reach: its treads are wide.

An array of 1e-9 has to move far for a loss to change by 1e-3. They are as wide where f has few values around the point.
"""
FEWEST = 2
"""So many values are those of two treads, and of the one rise between them, wherever that is."""
INNER = 0.45
"""Where intervals are divided, as a part of their length."""
FINEST = 2.0**-46
"""The distance of two numbers next to each other, on the same scale: a few roundings of most entries."""
FEW = 4
"""So many different values that are all numbers of single precision are no chance: each is one of 2^29."""
SINGLE_BITS, SPARE = 24, 8.0
"""Of the mantissas of single precision, one in eight can do without the last three bits."""


@dataclass(frozen=True)
class Quanta:
    """rise: the highest step that a staircase was seen to have, 0 if there is none. is_single: whether all values are
    numbers of single precision, though they could be others.
    """

    rise: float = 0.0
    is_single: bool = False


def look(sampler: Sampler, seed: int) -> Quanta:
    """In what steps f moves around the point, by some hundred evaluations."""
    rng = np.random.default_rng([seed, LINES])
    sizes = [np.full(a.value.shape, size_of(a.value)) for a in sampler.arguments]
    outward = _Line(sampler, [rng.uniform(LEAST, 1, a.value.shape) * a.value for a in sampler.arguments])
    lines = [outward, *(_Line(sampler, [rng.standard_normal(s.shape) * s for s in sizes]) for _ in range(LINES))]
    rise = max(line.rise() for line in lines)
    seen = {abs(value) for line in lines for value in line.values if value and np.isfinite(value)}
    return Quanta(rise, _are_single(seen) and rise <= STAIRCASE_ULPS * SINGLE.eps * max(seen))


def _are_single(values: set[float]) -> bool:
    """Whether these are numbers of single precision, and need all its bits.

    What is left of large numbers that cancel has few bits, and is none of single precision for that.
    """
    if len(values) < FEW or any(float(np.float32(value)) != value for value in values):
        return False
    mantissas = np.frexp(np.array(sorted(values)))[0] * 2.0**SINGLE_BITS
    return bool(np.mean(mantissas % SPARE != 0) >= 1 / 2)


@dataclass
class _Line:
    """f along a random line through the point, all arguments moving."""

    sampler: Sampler
    along: list[Floats]
    values: list[float] = field(default_factory=list)

    def __call__(self, t: float) -> float:
        given = zip(self.sampler.arguments, self.along, strict=True)
        self.values.append(self.sampler.at([np.asarray(np.add(a.value, t * v), a.value.dtype) for a, v in given]))
        return self.values[-1]

    def _is_smooth(self) -> bool:
        """Whether steps of all lengths give one slope; stairs show as noise on steps beyond their treads, and on
        shorter ones not at all. A function that stands still, on all steps or on the finer ones, may be anything.
        """
        steps = nodes()[:STEPS]
        samples = np.array([[self(t) for t in steps], [self(-t) for t in steps]])
        slopes = extrapolated(samples)
        spread = float(np.abs(slopes - slopes[0]).max())
        return bool(slopes.all()) and spread <= SMOOTH * max(float(np.abs(slopes[0])), float(np.abs(samples).max()))

    def rise(self) -> float:
        """The highest rise that the line meets on one side of the point; 0 if it meets fewer than two."""
        if self._is_smooth():
            return 0.0
        is_still = len(set(self.values)) <= FEWEST or self(0.0) == self(REACHES[2]) == self(-REACHES[2])
        side = 1.0 if np.isfinite(self(REACHES[-1])) else -1.0
        ahead = _highest(lambda t: self(side * t), FAR if is_still else ())
        if is_still and not ahead:  # what saturates ahead, as tanh rounded to 1, may be stairs behind
            return _highest(lambda t: self(-side * t), FAR)
        return ahead


def _highest(f: Callable[[float], float], far: Sequence[float]) -> float:
    """The highest of the rises of f ahead that are met; 0 if fewer than two are. far: reaches for want of two."""
    found: list[float] = []
    for start, end in pairwise((0.0, *REACHES, *far)):
        if len(found) > 1 and end in far:
            break
        ends = (start + (end - start) / 2**k for k in range(SHORTER))
        reached = next((t for t in ends if np.isfinite(f(t))), start)
        found += map(abs, _rises(f, start, reached))
        if reached < end:
            break
    return max(found) if len(found) > 1 else 0.0


def _rises(f: Callable[[float], float], a: float, b: float) -> Iterator[float]:
    """Up to two rises between a and b, the second one behind the first if there is one."""
    first = _rise(f, a, b) if a < b else None
    if first is None:
        return
    at, height = first
    yield height
    width = 8 * FINEST * max(1.0, b)
    rest = (_rise(f, *part) for part in ((at + width, b), (a, at - width)) if part[0] < part[1])
    yield from (height for _, height in islice(filter(None, rest), 1))


def _rise(f: Callable[[float], float], a: float, b: float) -> tuple[float, float] | None:
    """A rise between a and b, by dividing; None if none was met.

    The part is divided again that is less straight: what F at its inner point is off the chord is as large as a rise
    inside, and far smaller where f is smooth. If both parts are straight up to rounding, there is none. They are not
    halves, so that stairs that happen to be met at equal heights are not straight.
    """
    at = [a, _between(a, b), b]
    values = [f(t) for t in at]
    while at[2] - at[0] > FINEST * max(1.0, b):
        at = [at[0], _between(at[0], at[1]), at[1], _between(at[1], at[2]), at[2]]
        values = [values[0], f(at[1]), values[1], f(at[3]), values[2]]
        bends = [abs(values[i + 1] - _between(values[i], values[i + 2])) for i in (0, 2)]
        if not max(bends) > _least(values):  # rounding, or no value
            return None
        part = slice(0, 3) if bends[0] > bends[1] else slice(2, 5)
        at, values = at[part], values[part]
    side = 0 if abs(values[1] - values[0]) > abs(values[2] - values[1]) else 1
    return (at[side], values[side + 1] - values[side]) if _is_rise(f, *at[side : side + 2]) else None


def _between(a: float, b: float) -> float:
    return a + INNER * (b - a)


def _least(values: list[float]) -> float:
    """What is no rise, but rounding of such values."""
    return STAIRCASE_ULPS * float(np.finfo(float).eps) * max(map(abs, values))


def _is_rise(f: Callable[[float], float], a: float, b: float) -> bool:
    """Whether f changes between two neighbours by many of its ulps, and hardly at all next to them: noise does both."""
    width = b - a
    values = [f(a + i * width) for i in range(-2, 4)]
    changes = np.abs(np.diff(values))
    return bool(changes[2] > _least(values) and np.delete(changes, 2).max() <= LEVEL * changes[2])
