"""The derivative at t = 0 of a sampled function, with a measured error bar.

A caller evaluates F at every entry of ``nodes()`` and hands the values to ``derivative``.  Central differences on a
ladder of steps are extrapolated (Richardson 1911; choosing the table entry of least estimated error is Ridders 1982),
and the error bar is the sum of what truncation and rounding were *measured* to be: truncation by comparing neighbours
in the table, rounding by ECnoise (More & Wild, "Estimating computational noise", SIAM J. Sci. Comput. 33, 2011) and by
what stays of the disagreement in the table where truncation is extrapolated away.

What samples cannot show: that F is constant, or has a constant part, only because its code lost the digits that vary,
such as log(1 - a) at a = 1 - 2^-52.  If all of F is flat on the fine steps and not on the coarse ones, it is noticed;
if F is flat on all of them, or only one of its terms is on the fine ones, the estimate is that of the rounded F.

Central differences converge to the mean of the one-sided slopes where F has a kink at t = 0 or closer to it than the
finest step.  ``bend`` measures what they do not see: the difference of the one-sided slopes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEVELS = 14
MIN_LEVELS = 7  # what the noise in the highest order of the table takes
MAX_LEVELS = 17  # beyond, the ladder would reach down to the noise points
MIN_USABLE = 3  # fewer central differences cannot confirm one another
EVEN_POWERS = (2, 4, 6)  # Richardson columns: each removes the next power of the step that central differences have
ODD_POWERS = (1, 3, 5)  # and those that the difference of one-sided slopes has
NOISE_POINTS = 9
NOISE_REACH = 4  # the noise points are k * spacing, k = -4..4; k = 0 is t = 0 itself
NOISE_ULPS = 2.0**12  # the spacing of the noise points in units of eps: 2^-40 in double precision
NOISE_WINDOW = 3  # consecutive steps that must show the same noise, so that a lucky agreement is not taken for silence
NOISE_RATIO = 1e4  # noise seldom differs so much between steps; truncation does: by 4^9 a step at order 3
NOISE_GAIN = 2.0  # noise of an extrapolated difference, in units of noise / finest step: sqrt(1/2) is one sigma
BEND_NOISE = 3.5  # noise of F(h) + F(-h) - 2 F(0) over h, in units of that of (F(h) - F(-h)) / 2h: sqrt(12)
ANCHOR_GAIN = 10.0  # the slope across the noise points is almost all noise: only a gross contradiction counts
SURE = 100.0  # an entry is sure of itself against another at a distance of so many of the errors that it claims
LOST = 1e-4  # what terms that are lost in rounding may add to a slope; kinks change it by more
RIVALS = 4.0  # entries whose errors are within this factor of the least are as good: their spread is error, too


@dataclass(frozen=True)
class Precision:
    """The floating-point format that F is computed in: its ulp at 1, its least number, and a ladder that fits it."""

    eps: float
    subnormal: float
    levels: int

    @classmethod
    def of(cls, dtype: type[np.floating[Any]], levels: int) -> "Precision":
        """That of a NumPy type."""
        info = np.finfo(dtype)
        return cls(float(info.eps), float(info.smallest_subnormal), levels)

    @property
    def noise_spacing(self) -> float:
        """Distance of the noise points: many ulps, so that they show noise, and few enough for F to be smooth."""
        return NOISE_ULPS * self.eps


DOUBLE = Precision.of(np.float64, LEVELS)
SINGLE = Precision.of(np.float32, 8)  # the finest step, 2^-17, is still a sum of bits of most single-precision numbers


@dataclass(frozen=True)
class Estimate:
    """Derivatives at t = 0, one for each component, all arrays of shape ``(*S,)``.

    ``value`` is NaN and ``error`` infinite where the samples did not suffice.  ``noise`` is the absolute noise of F
    that the error bar reckons with (NaN where there is no value).
    """

    value: Floats
    error: Floats
    noise: Floats


def nodes(levels: int | None = None, precision: Precision = DOUBLE) -> Floats:
    """All t at which F is wanted, shape ``(2 * levels + 9,)``: +h_i, then -h_i (coarsest first), then the noise points.

    The noise points ascend and the middle one is t = 0.  Steps are powers of two, so that +-h_i and 2 h_i are exact.
    """
    levels = precision.levels if levels is None else levels
    if not MIN_LEVELS <= levels <= MAX_LEVELS:
        raise ValueError(f"levels must lie in {MIN_LEVELS}..{MAX_LEVELS}, got {levels}")
    steps = _steps(levels)
    return np.concatenate([steps, -steps, precision.noise_spacing * np.arange(-NOISE_REACH, NOISE_REACH + 1)])


def derivative(samples: ArrayLike, least_noise: ArrayLike = 0.0, precision: Precision = DOUBLE) -> Estimate:
    """Estimate dF/dt at t = 0 from ``samples``, shape ``(K, *S)``: F at ``nodes()``, each component on its own.

    ``least_noise``, of a shape that broadcasts to S, is noise of F that the caller knows of and that values alone
    need not show, such as digits that are lost in the same way at all points.

    A level with a non-finite sample is dropped together with all coarser ones.  ``value`` is NaN and ``error``
    infinite where fewer than three levels remain or a noise point is not finite.
    """
    (ahead, behind, near), shape = _parts(samples)
    with np.errstate(all="ignore"):  # non-finite samples mark domain edges and kinks: they are expected
        usable = _usable(ahead, behind)
        steps = _steps(len(ahead))[:, None]
        central = np.where(usable, (ahead - behind) / (2 * steps), np.nan)
        tables = _richardson(central, EVEN_POWERS)
        sampled = _sampled_noise(ahead, behind, near, usable, precision)
        noise = np.fmax(np.fmax(sampled, _table_noise(tables)), _flat(least_noise, shape))
        known = usable[-MIN_USABLE] & np.isfinite(near).all(axis=0)
        return _estimate(tables, noise, _anchor(near, sampled[-1], precision), known, shape, precision)


def bend(samples: ArrayLike, least_noise: ArrayLike = 0.0, precision: Precision = DOUBLE) -> Estimate:
    """Estimate F'(0+) - F'(0-) from the same ``samples``: 0 where F is smooth, the change of slope where it has a kink.

    (F(h) + F(-h) - 2 F(0)) / h is that change plus odd powers of the step, which are extrapolated away.  A kink closer
    to t = 0 than the finest step shows like one at t = 0.
    """
    (ahead, behind, near), shape = _parts(samples)
    with np.errstate(all="ignore"):
        usable = _usable(ahead, behind)
        centre = near[NOISE_REACH]
        gaps = np.where(usable, ((ahead - centre) + (behind - centre)) / _steps(len(ahead))[:, None], np.nan)
        tables = _richardson(gaps, ODD_POWERS)
        sampled = np.fmax(_sampled_noise(ahead, behind, near, usable, precision), _flat(least_noise, shape))
        noise = np.fmax(BEND_NOISE * sampled, _table_noise(tables))
        no_anchor = np.zeros(noise.shape[1:]), np.full(noise.shape[1:], np.inf)
        known = usable[-MIN_USABLE] & np.isfinite(near).all(axis=0)
        return _estimate(tables, noise, no_anchor, known, shape, precision)


def extrapolated(samples: ArrayLike) -> Floats:
    """The slopes that four steps of a ladder in a row give together, coarsest first, from F at +-h_i alone.

    For smooth F they are the same to many digits. samples: shape ``(2, L)``, ahead and behind.
    """
    ahead, behind = np.asarray(samples, dtype=np.float64)
    central = (ahead - behind) / (2 * _steps(len(ahead)))
    return _richardson(central[:, None], EVEN_POWERS)[-1][:, 0]


def _steps(levels: int) -> Floats:
    """The ladder h_i = 2^-3 4^-i, shape ``(levels,)``."""
    return np.ldexp(1.0, -3 - 2 * np.arange(levels))


def _levels_in(values: Floats) -> int:
    """The number of levels of a ``(K, *S)`` array of samples."""
    levels, rest = divmod((values.shape[0] if values.ndim else 0) - NOISE_POINTS, 2)
    if rest or not MIN_LEVELS <= levels <= MAX_LEVELS:
        raise ValueError(f"samples of shape {values.shape} do not belong to nodes(): the first axis must match it")
    return levels


def _parts(samples: ArrayLike) -> tuple[list[Floats], tuple[int, ...]]:
    """F ahead of t = 0, behind it and at the noise points, each ``(points, n)``; and the shape of the components."""
    values = np.asarray(samples, dtype=np.float64)
    levels = _levels_in(values)
    return np.split(values.reshape(len(values), -1), [levels, 2 * levels]), values.shape[1:]


def _flat(values: ArrayLike, shape: tuple[int, ...]) -> Floats:
    return np.broadcast_to(np.asarray(values, dtype=np.float64), shape).reshape(-1)


def _usable(ahead: Floats, behind: Floats) -> Bools:
    """Levels that are finite themselves and all of whose finer levels are, shape ``(L, n)``."""
    finite = np.isfinite(ahead - behind)
    return np.logical_and.accumulate(finite[::-1], axis=0)[::-1]


def _richardson(differences: Floats, powers: Sequence[int]) -> list[Floats]:
    """The columns of the Richardson table: column j has shape ``(L - j, n)``, coarsest first.

    T[0, i] = C_i, T[j, i] = (4^p T[j-1, i+1] - T[j-1, i]) / (4^p - 1) removes h^p, p = powers[j-1], steps being 4
    apart.
    """
    tables = [differences]
    for power in powers:
        factor, last = 4.0**power, tables[-1]
        tables.append((factor * last[1:] - last[:-1]) / (factor - 1))
    return tables


def _sampled_noise(ahead: Floats, behind: Floats, near: Floats, usable: Bools, precision: Precision) -> Floats:
    """The absolute noise of F at each level, shape ``(L, n)``: ECnoise, but never less than 2 eps max|F|.

    The maximum is over the level and all finer points, not over all samples: what exp(100 t) rounds to at the
    coarsest step says nothing about the finer ones.
    """
    rise = _rise(ahead, behind, near, precision)
    ahead, behind = np.where(usable, ahead, np.nan), np.where(usable, behind, np.nan)
    sizes = np.fmax(np.maximum(np.abs(ahead), np.abs(behind)), np.abs(near).max(axis=0))
    peak = np.fmax.accumulate(sizes[::-1], axis=0)[::-1]
    floor = np.where(peak > 0, np.maximum(2 * precision.eps * peak, precision.subnormal), 0.0)
    flat = (ahead[-1] == near[NOISE_REACH]) & (behind[-1] == near[NOISE_REACH])
    unseen = np.where(flat, rise, _grain(ahead, behind, near))
    return np.fmax(floor, np.where(flat | _blind(near), unseen, _ecnoise(near)))


def _rise(ahead: Floats, behind: Floats, near: Floats, precision: Precision) -> Floats:
    """The smallest change of F from F(0) that the samples show, 0 if there is none, shape ``(n,)``.

    Where F does not even change over the finest step, it may be a staircase, such as log(1 - a) close to a = 1, whose
    treads are wide and whose rises are far beyond an ulp of F.  The smallest change is then one or a few rises.  A
    staircase goes on to both sides, though.  What changes on one side only, such as ReLU(z) for z < 0, is flat, up to
    an ulp of what it becomes.
    """
    centre = near[NOISE_REACH]
    samples = np.concatenate([ahead, behind, near])
    changes = np.abs(samples - centre)
    rise = np.where(np.isfinite(changes) & (changes > 0), changes, np.inf).min(axis=0)
    goes_on = (ahead != centre).any(axis=0) & (behind != centre).any(axis=0)
    peak = np.where(np.isfinite(samples), np.abs(samples), 0.0).max(axis=0)
    return np.where(np.isfinite(rise), np.where(goes_on, rise, 2 * precision.eps * peak), 0.0)


def _grain(ahead: Floats, behind: Floats, near: Floats) -> Floats:
    """The smallest difference that the samples show where a smooth F has none, 0 if there is none, shape ``(n,)``.

    A small F that was made of large numbers, such as log(1 + e^-z), is a multiple of their ulp, which is not F's own.
    Where the noise points lie too close together, it shows in a single step between two of them, or in
    F(h) + F(-h) - 2 F(0) on the fine steps, where curvature is far smaller.
    """
    centre = near[NOISE_REACH]
    second = np.abs((ahead - centre) + (behind - centre))
    differences = np.concatenate([np.abs(np.diff(near, axis=0)), second])
    grain = np.where(differences > 0, differences, np.inf).min(axis=0)
    return np.where(np.isfinite(grain), grain, 0.0)


def _ecnoise(near: Floats) -> Floats:
    """Noise level of equally spaced values, shape ``(9, n)`` -> ``(n,)`` (More & Wild 2011).

    The k-th differences of a smooth function vanish quickly with k, those of noise of standard deviation sigma have
    variance sigma^2 / gamma_k, gamma_k = (k!)^2 / (2k)!.  The noise has been reached at the first k with a change of
    sign whose estimate agrees with the next two within a factor 4.  If there is none, the least estimate bounds it.
    It shows nothing where the points are `_blind`.
    """
    exponent: NDArray[np.int32] = np.frexp(np.abs(near).max(axis=0))[1]
    diffs = np.ldexp(near, -exponent)  # exact, and keeps the squares from under- and overflowing
    gamma = 1.0
    sigmas: list[Floats] = []
    changes: list[Bools] = []
    for k in range(1, NOISE_POINTS):
        diffs = np.diff(diffs, axis=0)
        gamma *= k / (2 * (2 * k - 1))
        sigmas.append(np.sqrt(gamma * (diffs**2).mean(axis=0)))
        changes.append((diffs.min(axis=0) < 0) & (diffs.max(axis=0) > 0))
    sigma = np.stack(sigmas)
    result: Floats = sigma.min(axis=0)
    for k in reversed(range(len(sigma) - 2)):  # from the last to the first, which then has the last word
        three = sigma[k : k + 3]
        result = np.where(changes[k] & (three.max(axis=0) <= 4 * three.min(axis=0)), sigma[k], result)
    return np.ldexp(result, exponent)


def _blind(near: Floats) -> Bools:
    """Whether the noise points lie too close together to show noise (half of the steps change nothing), ``(n,)``."""
    blind: Bools = 2 * (np.diff(near, axis=0) == 0).sum(axis=0) >= NOISE_POINTS - 1
    return blind


def _table_noise(tables: list[Floats]) -> Floats:
    """Noise of F as the disagreement of neighbours in the table, 0 if that cannot be told, shape ``(n,)``.

    It shows noise of a length scale that the noise points are too close together for, such as that of rounding a large
    argument.  Neighbours T[j, i], T[j, i+1] at high order have next to no truncation left: |difference| h_(i+j+1) is
    the noise.  Single agreements may be luck: it takes the largest of three, in the quietest place of the ladder, if
    they are alike enough to be noise at all.  Components with few usable levels fall back on lower orders.
    """
    noise: Floats = np.zeros(tables[0].shape[1:])
    for table in tables:
        steps = _steps(len(tables[0]))[1 - len(table) :, None]
        spread = np.abs(np.diff(table, axis=0)) * steps
        windows = np.lib.stride_tricks.sliding_window_view(spread, NOISE_WINDOW, axis=0)
        least, largest = np.fmin.reduce(windows, axis=-1), np.fmax.reduce(windows, axis=-1)
        quietest = np.fmin.reduce(np.where(largest <= NOISE_RATIO * least, largest, least), axis=0)
        noise = np.where(np.isfinite(quietest), quietest, noise)
    return noise


def _anchor(near: Floats, noise: Floats, precision: Precision) -> tuple[Floats, Floats]:
    """The slope across the noise points and its slack, each ``(n,)``: noisy, but (in double precision) far below steps.

    Its noise is the sampled one.  What the table shows must not excuse it: aliasing looks like noise there.
    """
    half_width = NOISE_REACH * precision.noise_spacing
    slack = np.where(_blind(near), np.inf, ANCHOR_GAIN * noise / half_width)
    return (near[-1] - near[0]) / (2 * half_width), slack


def _candidates(
    tables: list[Floats], noise: Floats, anchor: tuple[Floats, Floats]
) -> tuple[Floats, Floats, Floats, Floats]:
    """All entries T[j, i] of the table that have a successor, their errors and noises, each of shape ``(N, n)``.

    The errors come twice: as each entry claims for itself, and with what finer differences contradict of it.

    An entry's truncation is its distance from the entry it was made of and from the one that follows it; its noise is
    that of the finest difference in it.
    """
    central = tables[0]
    gain = NOISE_GAIN / _steps(len(central))[:, None]
    values, claims, errors, noises = [], [], [], []
    for order, table in enumerate(tables):
        entries, count = table[:-1], len(table) - 1
        truncation = np.abs(entries - table[1:])
        if order:
            truncation = np.maximum(truncation, np.abs(entries - tables[order - 1][1:-1]))
        error = truncation + noise[:count] * gain[order : order + count]
        values.append(entries)
        claims.append(error)
        errors.append(_consistent(entries, error, central, noise, anchor))
        noises.append(noise[:count])
    return np.concatenate(values), np.concatenate(claims), np.concatenate(errors), np.concatenate(noises)


def _consistent(
    entries: Floats, error: Floats, central: Floats, noise: Floats, anchor: tuple[Floats, Floats]
) -> Floats:
    """Raise ``error``, shape ``(m, n)``, to what finer differences contradict of ``entries``: this exposes aliasing.

    Coarse steps can agree on a wrong value where F oscillates between them.  Finer differences C_q know better, up to
    their own noise and truncation (2 |C_q - C_q+1|).  The slope across the noise points is the finest of all.
    """
    steps = _steps(len(central))
    slope, slack = anchor
    gap = np.abs(entries - slope)
    error = np.maximum(error, np.where(gap > slack, gap + slack, 0.0))
    for q in range(1, len(central) - 1):
        slack = noise[q] * (NOISE_GAIN / steps[q]) + 2 * np.abs(central[q] - central[q + 1])
        error[:q] = np.maximum(error[:q], np.abs(entries[:q] - central[q]) - slack)
    return error


def _estimate(
    tables: list[Floats],
    noise: Floats,
    anchor: tuple[Floats, Floats],
    known: Bools,
    shape: tuple[int, ...],
    precision: Precision,
) -> Estimate:
    """The best entry of the table where the samples suffice (``known``, shape ``(n,)``)."""
    value, error, chosen_noise = _best(*_candidates(tables, noise, anchor))
    known = known & np.isfinite(error)
    error = np.where(known, error + 4 * precision.eps * np.abs(value), np.inf)
    return Estimate(
        value=np.where(known, value, np.nan).reshape(shape),
        error=error.reshape(shape),
        noise=np.where(known, chosen_noise, np.nan).reshape(shape),
    )


def _best(values: Floats, claims: Floats, errors: Floats, noises: Floats) -> tuple[Floats, Floats, Floats]:
    """Value, error and noise, each ``(n,)``, of the candidate of least error; the error is infinite if there is none.

    The least of some fifty error bars is often one that is small by luck.  So the others that claim to be about as good
    are heard: the error is at least the distance to the farthest of them.

    Finer steps overrule coarser ones, which a kink may lie in the way of.  But a term of F that is flat on the fine
    steps, its changes being lost in rounding, is missing from them, and coarser steps that are sure of a slope close by
    see it: the error is at least the distance to them, too.
    """
    errors = np.where(np.isfinite(errors), errors, np.inf)
    index = errors.argmin(axis=0)[None]
    value, error, noise = (np.take_along_axis(rows, index, axis=0)[0] for rows in (values, errors, noises))
    spread = np.where(errors <= RIVALS * error, np.abs(values - value), 0.0).max(axis=0)
    gap = np.abs(values - value)
    lost = np.where((gap > SURE * claims) & (gap <= LOST * np.abs(value)), gap, 0.0).max(axis=0)
    return value, np.fmax(error, np.fmax(spread, lost)), noise
