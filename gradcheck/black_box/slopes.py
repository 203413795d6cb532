"""The slopes of a black box along directions of one argument, with error bars.

A direction is s r: s the size of the array (the power of two next to its root mean square, so that steps are exact; 1
for an array of zeros), r a coordinate axis for small arrays, and for large ones signs with random magnitudes between
1/2 and 1 (signs alone would let two wrong entries cancel in half of the directions).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from gradcheck.black_box.arguments import Argument, Floats
from gradcheck.black_box.sampling import Sampler
from gradcheck.numerics import richardson
from gradcheck.numerics.richardson import DOUBLE, SINGLE, Precision
from gradcheck.tolerances import FLAT, MARGIN, MOVED, SAFETY, SCATTER, STAIRCASE_ULPS, STEADY, SUSPECT, WORSE

ALL_ENTRIES = 200
"""Arrays of up to so many entries are looked at entry by entry: some 40 calls of f for each are still seconds."""
DIRECTIONS = 5
"""How many random directions a larger array is looked at along: two wrong entries seldom cancel in one."""
LEAST = 0.5
"""The least magnitude of an entry in a random direction; the largest is 1. So much of an error shows at least."""
RTOL = {DOUBLE: 1e-6, SINGLE: 1e-3}
"""Relative tolerance beside the error bars: what a claim that is computed in that precision may have lost.

Sums with cancellation cost a hand-written gradient some digits; what people do wrong changes it by far more.
"""
WIDE = 5
"""Where F is flat up to one of so many of the coarsest steps, that need not be so without rounding.

Steps are 4 apart: flat up to the fifth is flat over 2^-13 of the array's size, too wide for a fine tread.
"""
FINE = {DOUBLE: 6, SINGLE: 3}
"""On so many of the finest steps a function that jumps has settled on its other side, and a staircase on its tread."""
EXPLAINS = {DOUBLE: 2.0**-10, SINGLE: 2.0**-8}
"""A slope that moves F by this part of its noise over the finest step explains it.

At the next steps that is 4 times as much, each; and a slope may be far below those around it. In single precision the
points that show the noise are 2^6 of the finest steps apart: from one to the next F moves by a quarter of it.
"""


@dataclass(frozen=True)
class Directions:
    """Directions in one argument: `vectors` are (n, *shape); `are_axes` if the i-th moves the i-th entry alone."""

    vectors: Floats
    size: float
    are_axes: bool

    def slopes_of(self, claim: Floats) -> tuple[Floats, Floats]:
        """What a gradient says the slopes are, and the norms of its products with the directions; each (n,)."""
        products = (self.vectors * claim).reshape(len(self.vectors), -1)
        with np.errstate(all="ignore"):
            largest = np.abs(products).max(axis=1, initial=0.0)
            unit = np.where(largest > 0, largest, 1.0)  # squares of what is huge overflow, of what is tiny vanish
            return products.sum(axis=1), unit * np.linalg.norm(products / unit[:, None], axis=1)

    def least_change(self, claim: Floats) -> float:
        """How much a slope along a random direction changes, at least, with an entry as large as the largest one."""
        return float(np.abs(claim).max(initial=0.0)) * self.size * LEAST


def directions(argument: Argument, seed: int) -> Directions:
    """Every axis of a small array; fresh random directions of a large one, by the seed and the argument's place."""
    shape, size = argument.value.shape, size_of(argument.value)
    if argument.value.size <= ALL_ENTRIES:
        return axes(argument, range(argument.value.size))
    rng = np.random.default_rng([seed, zlib.crc32(f"argument {argument.place}".encode())])
    return Directions(np.stack([random_direction(rng, shape) * size for _ in range(DIRECTIONS)]), size, False)


def axes(argument: Argument, entries: Any, of_entries: bool = False) -> Directions:
    """The axes of some entries, by their places in row order; as long as the array is large, or these entries are."""
    chosen = list(entries)
    vectors = np.zeros((len(chosen), argument.value.size))
    size = size_of(argument.value.ravel()[chosen] if of_entries else argument.value)
    vectors[np.arange(len(chosen)), chosen] = size
    return Directions(vectors.reshape(len(chosen), *argument.value.shape), size, True)


def random_direction(rng: np.random.Generator, shape: tuple[int, ...]) -> Floats:
    """Random signs times random magnitudes of few bits: steps along it are exact."""
    return rng.choice([-1.0, 1.0], shape) * rng.integers(int(16 * LEAST), 16, shape, endpoint=True) / 16


def size_of(value: Floats) -> float:
    """The power of two next to the root mean square of an array's entries; 1 if all are 0."""
    wide = value.astype(float).ravel()
    peak = float(np.abs(wide).max(initial=0.0))
    if peak == 0:
        return 1.0
    mean = peak * float(np.sqrt(np.mean((wide / peak) ** 2)))
    return float(2.0 ** np.clip(np.round(np.log2(mean)), -960, 960))


@dataclass(frozen=True)
class Slopes:
    """What was measured along each direction, arrays of shape (n,), multiplied by the directions' lengths.

    value, error: the ladder's. change, change_error: F'(0+) - F'(0-). jumps: whether F jumps at the point rather.
    hidden: how many times a change may be larger, per unit, that rounding hides, because F is flat over a part of the
    steps only; 1 for all, 0 if it is not flat. peak: the largest sample, or entry of the argument. variation: the
    largest secant slope from the point, beyond its noise. curvature: a bound on |F''|. least, most: between which
    numbers the secant slopes lie where F is rough; NaN where it is smooth. scatter: by how much F moves however small
    the steps are, where that is much of what it does over all of them; 0 where it does not. sharp, sharp_behind: the
    complex step ahead and behind, NaN where there is none.
    """

    directions: Directions
    precision: Precision
    value: Floats
    error: Floats
    change: Floats
    change_error: Floats
    jumps: Floats
    hidden: Floats
    peak: Floats
    variation: Floats
    curvature: Floats
    least: Floats
    most: Floats
    scatter: Floats
    sharp: Floats
    sharp_behind: Floats

    @property
    def is_flat(self) -> Floats:
        """Whether all samples are the same number."""
        flat: Floats = self.hidden == 1
        return flat

    @property
    def scatters(self) -> Floats:
        """Whether F moves about as much on the smallest steps as on all."""
        scatters: Floats = self.scatter > 0
        return scatters

    def explains(self, claimed: Floats) -> Floats:
        """Whether F would scatter as it does if it had the claimed slopes, (n,).

        sin(exp(40 + x)) is another number at every step, with a slope of 1e17 that no two of them show: points next to
        each other may even be whole periods apart. But a slope of 1 moves nothing by 1 between points 1e-9 apart.
        """
        finest = richardson.nodes(precision=self.precision)[self.precision.levels - 1]
        least = EXPLAINS[self.precision] * self.scatter / finest
        explains: Floats = self.scatters & (np.abs(claimed) >= least)
        return explains

    @property
    def rtol(self) -> float:
        """The relative tolerance for this precision."""
        return RTOL[self.precision]

    def sides(self, i: int) -> tuple[float, float]:
        """The one-sided slopes of direction i, from below and from above, per unit of the argument."""
        half, size = self.change[i] / 2, self.directions.size
        return float((self.value[i] - half) / size), float((self.value[i] + half) / size)

    def with_closer(self, i: int, closer: Slopes) -> Slopes:
        """The same with what was measured along direction i on other steps, `closer` being of that direction alone."""
        factor = self.directions.size / closer.directions.size
        powers = {"jumps": 0, "peak": 0, "scatter": 0, "curvature": 2}
        rows = {}
        for field in fields(self):
            if field.name not in ("directions", "precision"):
                rows[field.name] = getattr(self, field.name).copy()
                rows[field.name][i] = getattr(closer, field.name)[0] * factor ** powers.get(field.name, 1)
        return replace(self, **rows)


@dataclass(frozen=True)
class Samples:
    """F along each direction, (K, n) for the K nodes of the ladder, and the complex step ahead and behind, (2, n)."""

    directions: Directions
    precision: Precision
    values: Floats
    sharp: Floats
    peak: float

    @property
    def rise(self) -> float:
        """The largest rise of a staircase that F climbs along one of the directions; 0 if there is none.

        It is noise of F along all others, of all arguments: a term that loses its digits, such as log(1 - a) close to
        a = 1, may stand still on its tread while the rest of F moves, and then its share of the slope is not seen.
        """
        changes = _changes(self.values, self.precision)
        climbs = _is_staircase(self.values, self.precision) & _is_steady(changes)
        least = np.where(np.isfinite(changes) & (changes != 0), np.abs(changes), np.inf).min(axis=(0, 1))
        return float(least[climbs].max(initial=0.0))


def sample(sampler: Sampler, argument: Argument, along: Directions) -> Samples:
    """F along the directions; about 40 evaluations each."""
    values = np.stack([sampler.along(argument, vector) for vector in along.vectors], axis=1)
    sharp = np.array([sampler.imaginary(argument, vector) for vector in along.vectors]).T
    return Samples(along, sampler.precision, values, sharp, np.abs(argument.value).max(initial=0.0))


def measure(sampled: Samples, least_noise: float = 0.0) -> Slopes:
    """The slopes along the directions. least_noise: noise of F that is known of and need not show along them."""
    precision, samples = sampled.precision, sampled.values
    as_seen = richardson.derivative(samples, precision=precision)
    slope = richardson.derivative(samples, least_noise, precision) if least_noise else as_seen
    change = richardson.bend(samples, np.nan_to_num(slope.noise), precision)
    with np.errstate(all="ignore"):
        doubt = np.abs(change.value) > SUSPECT * change.error
        error = slope.error + np.where(doubt, np.abs(change.value) / 2, 0.0)
        secants = _secants(samples, precision)
        unknown = _is_staircase(samples, precision) & (not least_noise)
        least, most = _roughness(secants, slope, precision, unknown)
    scatter = _scatter(samples, as_seen.noise, sampled.peak, precision)
    return Slopes(
        directions=sampled.directions,
        precision=precision,
        value=slope.value,
        error=np.where(np.isfinite(error), error, np.inf),
        change=change.value,
        change_error=change.error,
        jumps=_jumps(samples, precision) & ~(scatter > 0),
        hidden=_hidden(samples, as_seen.value, precision),
        peak=np.fmax(_largest_finite(samples), sampled.peak),
        variation=_variation(secants, np.nan_to_num(slope.noise), precision),
        curvature=_curvature(secants, slope.noise, precision),
        least=least,
        most=most,
        scatter=scatter,
        sharp=sampled.sharp[0],
        sharp_behind=sampled.sharp[1],
    )


def in_double(single: Slopes, double: Slopes) -> Slopes:
    """Slopes of code that was run in single and in double precision, judged as what single precision can show.

    Double precision knows the slope, and does not share digits that single precision loses at all points alike. How far
    single precision is off, or says that it may be, is what a gradient computed in it may be off. It may also be on the
    other side of a kink.
    """
    with np.errstate(all="ignore"):
        off = np.fmax(np.where(np.isfinite(single.error), single.error, 0.0), np.abs(single.value - double.value))
        bent = np.where(np.abs(single.change) > SUSPECT * single.change_error, np.abs(single.change), 0.0)
    error = double.error + (WORSE * np.nan_to_num(off) + bent) / SAFETY
    return replace(double, precision=single.precision, error=error)


def at_rounded_points(measured: Sequence[Slopes]) -> list[Slopes]:
    """Slopes of several arguments with error bars that reckon with f's rounding of what it is given.

    A slope is that of a point some eps away, along any of the arguments, so it is off by eps times a mixed second
    derivative, which is at most the geometric mean of the two pure ones where f is convex. It matters at a minimum,
    where everything else vanishes. And if F is the same number all along, or but for its coarsest steps, what it was
    made of has hidden the rest: that was as large as F is elsewhere, or as the arguments.
    """
    peak = max((float(s.peak.max(initial=0.0)) for s in measured), default=0.0)
    curvatures = [s.curvature[np.isfinite(s.curvature)] for s in measured]
    largest = max((float(c.max()) for c in curvatures if c.size), default=0.0)
    with np.errstate(all="ignore"):
        moved = [MOVED * s.precision.eps * np.sqrt(s.curvature) * np.sqrt(largest) for s in measured]
    return [
        replace(s, error=s.error + by + s.hidden * FLAT * s.precision.eps * peak, change_error=s.change_error + by)
        for s, by in zip(measured, moved, strict=True)
    ]


def _hidden(samples: Floats, slope: Floats, precision: Precision) -> Floats:
    """1 / the largest step up to which F is flat on both sides, in units of the coarsest; 0 where it is not flat, (n,).

    A saturated F, such as log(1 + e^-z), is flat as far as it is lost beside what it was made of, and rises by an ulp
    of that over a coarse step: the slope that is hidden is up to that ulp over the largest flat step.
    """
    levels, near = precision.levels, samples[2 * precision.levels :]
    still = (_changes(samples, precision) == 0).all(axis=0)
    flat = np.logical_and.accumulate(still[::-1], axis=0).sum(axis=0)
    is_flat = (slope == 0) & (flat >= levels - WIDE) & (near == samples[_centre(precision)]).all(axis=0)
    hidden: Floats = np.where(is_flat, 4.0 ** (levels - flat), 0.0)
    return hidden


def _centre(precision: Precision) -> int:
    return 2 * precision.levels + richardson.NOISE_REACH


def _largest_finite(samples: Floats) -> Floats:
    largest: Floats = np.where(np.isfinite(samples), np.abs(samples), 0.0).max(axis=0)
    return largest


def _changes(samples: Floats, precision: Precision) -> Floats:
    """F(h) - F(0) ahead and behind, shape (2, levels, n), coarsest step first."""
    levels = precision.levels
    with np.errstate(all="ignore"):
        changes: Floats = (samples[: 2 * levels] - samples[_centre(precision)]).reshape(2, levels, -1)
    return changes


def _secants(samples: Floats, precision: Precision) -> Floats:
    """The slopes from the point to each step ahead and behind, shape (2, levels, n), coarsest first."""
    steps = richardson.nodes(precision=precision)[: 2 * precision.levels].reshape(2, -1, 1)
    return _changes(samples, precision) / steps


def _variation(secants: Floats, noise: Floats, precision: Precision) -> Floats:
    """The steepest secant, (n,), of which noise is taken away: over the finest steps it may be all."""
    steps = richardson.nodes(precision=precision)[: precision.levels, None]
    beyond = np.abs(secants) - SAFETY * 2 * noise / steps
    variation: Floats = np.where(np.isfinite(beyond), beyond, 0.0).max(axis=(0, 1), initial=0.0)
    return variation


def _curvature(secants: Floats, noise: Floats, precision: Precision) -> Floats:
    """A bound on |F''|, (n,): the least that any step gives."""
    steps = richardson.nodes(precision=precision)[: precision.levels, None]
    with np.errstate(all="ignore"):
        bounds = (np.abs(secants[0] - secants[1]) + 4 * noise / steps) / steps
    least: Floats = np.where(np.isfinite(bounds), bounds, np.inf).min(axis=0)
    return least


def _is_staircase(samples: Floats, precision: Precision) -> Floats:
    """Whether F does not change over the finest step, and does over coarser ones on both sides, by many ulps, (n,)."""
    changes = np.abs(_changes(samples, precision))
    rise = np.where(np.isfinite(changes) & (changes > 0), changes, np.inf).min(axis=(0, 1))
    is_coarse = rise > STAIRCASE_ULPS * precision.eps * _largest_finite(samples)
    is_staircase: Floats = ~changes[:, -1].any(axis=0) & (changes != 0).any(axis=1).all(axis=0) & is_coarse
    return is_staircase


def _is_steady(changes: Floats) -> Floats:
    """Whether F moves in proportion to the step, down to the finest step over which it moves at all, (n,).

    So a staircase does. What is flat because it saturates, such as exp(-1/t^2), falls off faster and faster.
    """
    moves = (changes != 0).all(axis=0)
    finest = np.maximum(len(moves) - 1 - moves[::-1].argmax(axis=0), 1)
    last, before = (np.take_along_axis(np.abs(changes), at[None, None], axis=1) for at in (finest, finest - 1))
    steady: Floats = moves.any(axis=0) & ((4 / STEADY * last < before) & (before < 4 * STEADY * last)).all(axis=(0, 1))
    return steady


def _roughness(
    secants: Floats, slope: richardson.Estimate, precision: Precision, is_staircase: Floats
) -> tuple[Floats, Floats]:
    """Between which numbers the secant slopes lie if F is rough, each (n,); NaN if it is smooth, or on one side.

    The distance of a secant from the slope shrinks with the step. Where it does not, though it is well beyond the
    noise, F is not smooth between the two steps. On one side that is a kink close by, and the finer steps are right. On
    both sides F may be a staircase, such as log(1 - a) close to a = 1, whose treads have another slope than the stairs.
    """
    steps = richardson.nodes(precision=precision)[: precision.levels, None]
    away = np.abs(secants - slope.value)
    noise = SAFETY * (2 * slope.noise / steps + slope.error)
    stays = (away[:, 1:] > away[:, :-1] / 2) & (away[:, 1:] > noise[1:])
    is_rough = stays.any(axis=1).all(axis=0) | is_staircase
    finite = np.isfinite(secants)
    least = np.where(finite, secants, np.inf).min(axis=(0, 1))
    most = np.where(finite, secants, -np.inf).max(axis=(0, 1))
    margin = MARGIN * (most - least)
    return np.where(is_rough, least - margin, np.nan), np.where(is_rough, most + margin, np.nan)


def _scatter(samples: Floats, noise: Floats, peak: float, precision: Precision) -> Floats:
    """By how much F moves however small the steps are, where that is much of what it does over all; 0 elsewhere, (n,).

    The noise of F is rounding as long as it is some ulps of F or of the argument, whose largest entry is `peak`, or
    little beside what F does over the steps. Other noise may be all that is seen of an F that oscillates between them,
    whose slope then is not the one across it. A jump is no noise: on the finest steps F has settled on both sides.
    Waves that meet the noise points, which are equally far apart, at nearly whole periods look smooth on them: what
    the finest steps show counts, too (`_waves`).
    """
    levels = precision.levels
    with np.errstate(all="ignore"):
        reach = np.fmax.reduce(samples, axis=0) - np.fmin.reduce(samples, axis=0)
        fine = samples[: 2 * levels].reshape(2, levels, -1)[:, -FINE[precision] :]
        settled = (np.ptp(fine, axis=1) <= SCATTER * noise).all(axis=0)
        rounding = STAIRCASE_ULPS * precision.eps * np.fmax(_largest_finite(samples), peak)
        scatters = (noise > rounding) & (np.fmax(noise, _waves(samples, precision)) >= SCATTER * reach) & ~settled
    scatter: Floats = np.where(scatters, noise, 0.0)
    return scatter


def _waves(samples: Floats, precision: Precision) -> Floats:
    """How far F wanders on the finest steps, if it does so on the very finest as on all of these; 0 elsewhere, (n,).

    Each of these steps is 4 times as long as the next: where they resolve F, the finest moves it by far less.
    """
    fine = _changes(samples, precision)[:, -FINE[precision] :]
    near = samples[2 * precision.levels :] - samples[_centre(precision)]
    finest = np.fmax(np.abs(fine[:, -1]).max(axis=0), np.abs(near).max(axis=0))
    wanders = np.sqrt(np.var(fine, axis=1).mean(axis=0))
    waves: Floats = np.where(4 * finest >= np.median(np.abs(fine), axis=(0, 1)), wanders, 0.0)
    return waves


def _jumps(samples: Floats, precision: Precision) -> Floats:
    """Whether F(h) or F(-h) stays away from F(0) as h becomes small: all the finest samples do, by the same distance.

    What only rounds moves as far, but to other numbers at each step.
    """
    near = samples[2 * precision.levels :]
    beside = np.stack([near[richardson.NOISE_REACH + 1 :], near[: richardson.NOISE_REACH]])
    with np.errstate(all="ignore"):
        changes = np.concatenate([_changes(samples, precision)[:, -4:], beside - near[richardson.NOISE_REACH]], axis=1)
        fine, coarse = np.abs(changes[:, 3]), np.abs(changes[:, 0])
        noise = 64 * precision.eps * _largest_finite(samples)
        result: Floats = np.any((fine > noise) & (coarse < 2 * fine) & (np.ptp(changes, axis=1) < fine), axis=0)
    return result
