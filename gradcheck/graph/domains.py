"""The values an input may take: what proofs may assume of its entries, and how points are drawn."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np

Float = np.ndarray[Any, np.dtype[Any]]

DECIMALS = 2
"""Points are short decimals, so that a counterexample can be checked by hand."""


@dataclass(frozen=True, eq=False)
class Domain:
    """A set that an input's entries lie in.

    `assumptions` are SymPy's, for the symbols that stand for the entries (as few as proofs need: SymPy reasons about
    each at every step); `sample(rng, shape)` draws entries; `scalable` says whether a drawn array may be multiplied by
    a positive scale without leaving the domain; `is_open` whether every entry may be moved a little; `scaled(values,
    exponent)` goes to where entries are small (a negative exponent of ten) or large, or close to the domain's ends;
    `within` are the least and the largest number that entries may come close to; `axis` is that along which entries
    belong together, if they do: those of one label, or of one distribution.
    """

    name: str
    assumptions: Mapping[str, bool]
    sample: Callable[[np.random.Generator, tuple[int, ...]], Float]
    scalable: bool
    is_open: bool
    scaled: Callable[[Float, float], Float]
    within: tuple[float, float]
    axis: int | None = None

    @property
    def is_one_hot(self) -> bool:
        """Whether of the entries that belong together one is 1, and the others are 0."""
        return self.name == "one_hot"

    @property
    def is_distribution(self) -> bool:
        """Whether the entries that belong together are positive, and their sum is 1."""
        return self.name == "distribution"

    def together(self, values: Any) -> Any:
        """A view of an array of such entries, in which those that belong together stand along the first axis."""
        return np.moveaxis(values, self.axis or 0, 0)

    @property
    def has_zero(self) -> bool:
        """Whether 0 lies in the domain."""
        return not self.assumptions.get("positive", False)

    def __repr__(self) -> str:
        return self.name


def _nonzero(values: Float) -> Float:
    """Rounded to short decimals, never 0: an exact 0 hides wrong factors."""
    smallest = 10.0**-DECIMALS
    rounded = np.round(values, DECIMALS)
    return np.where(rounded == 0, np.where(values < 0, -smallest, smallest), rounded)


def _one_hot(rng: np.random.Generator, shape: tuple[int, ...], axis: int) -> Float:
    classes, *examples = shape[axis], *shape[:axis], *shape[axis + 1 :]
    hot = rng.integers(classes, size=examples)
    return np.moveaxis(np.eye(classes)[hot], -1, axis)


def _shares(rng: np.random.Generator, shape: tuple[int, ...], axis: int) -> Float:
    """Binary fractions, whose sums are 1 exactly: 32nds, or smaller ones where there are more than 8 of them."""
    count, *others = shape[axis], *shape[:axis], *shape[axis + 1 :]
    parts = 2 ** max(5, 2 + (count - 1).bit_length())
    drawn = 1 + rng.multinomial(parts - count, rng.dirichlet(np.ones(count), size=others))
    return np.moveaxis(drawn / parts, -1, axis)


def _normal(rng: np.random.Generator, shape: tuple[int, ...]) -> Float:
    return _nonzero(rng.standard_normal(shape))


def _positive(rng: np.random.Generator, shape: tuple[int, ...]) -> Float:
    return np.abs(_normal(rng, shape))


def _symmetric(rng: np.random.Generator, shape: tuple[int, ...]) -> Float:
    """What stands below the diagonals, above them, too."""
    entries = _normal(rng, shape)
    return np.tril(entries) + np.swapaxes(np.tril(entries, -1), -1, -2)


def _regular(rng: np.random.Generator, shape: tuple[int, ...]) -> Float:
    """Square matrices that are not close to singular ones: a dominant diagonal, so that M Mᵀ is positive definite."""
    return np.round(_nonzero(rng.standard_normal(shape) / 2) + 2 * np.eye(shape[-1]), DECIMALS)


def _between_0_and_1(rng: np.random.Generator, shape: tuple[int, ...]) -> Float:
    return np.round(rng.uniform(0.05, 0.95, shape), DECIMALS)


def _bits(rng: np.random.Generator, shape: tuple[int, ...]) -> Float:
    return rng.integers(2, size=shape).astype(float)


def _times(values: Float, exponent: float) -> Float:
    """Exact powers of ten where the exponent is a whole number."""
    power = 10.0 ** abs(exponent)
    return np.asarray(values * power if exponent > 0 else values / power)


def _towards_an_end(values: Float, exponent: float) -> Float:
    """Towards 0, or with a positive exponent towards 1."""
    power = 10.0 ** abs(exponent)
    return np.asarray(1 - (1 - values) / power if exponent > 0 else values / power)


def _as_they_are(values: Float, exponent: float) -> Float:
    return values


# fmt: off
REAL = Domain("real", {}, _normal, scalable=True, is_open=True, scaled=_times, within=(-math.inf, math.inf))
POSITIVE = Domain(
    "positive", {"positive": True}, _positive, scalable=True, is_open=True, scaled=_times, within=(0.0, math.inf)
)
UNIT = Domain(
    "unit",
    {"positive": True},
    _between_0_and_1,
    scalable=False,
    is_open=True,
    scaled=_towards_an_end,
    within=(0.0, 1.0),
)
BITS = Domain("bits", {}, _bits, scalable=False, is_open=False, scaled=_as_they_are, within=(0.0, 1.0))
SYMMETRIC = Domain(
    "symmetric", {}, _symmetric, scalable=True, is_open=True, scaled=_times, within=(-math.inf, math.inf)
)
POSITIVE_DEFINITE = Domain(
    "positive_definite", {}, _regular, scalable=False, is_open=True, scaled=_times, within=(-math.inf, math.inf)
)
TRIANGULAR = Domain(
    "triangular", {}, _normal, scalable=True, is_open=True, scaled=_times, within=(-math.inf, math.inf)
)
REGULAR = Domain(
    "regular", {}, _regular, scalable=False, is_open=True, scaled=_times, within=(-math.inf, math.inf)
)
ORTHOGONAL = Domain(
    "orthogonal", {}, _normal, scalable=False, is_open=True, scaled=_times, within=(-math.inf, math.inf)
)
# fmt: on


@cache
def one_hot(axis: int) -> Domain:
    """Labels of which one is 1 along an axis, and the others are 0."""
    return Domain("one_hot", {}, partial(_one_hot, axis=axis), False, False, _as_they_are, (0.0, 1.0), axis)


@cache
def distribution(axis: int) -> Domain:
    """Positive numbers whose sum is 1 along an axis."""
    drawn = partial(_shares, axis=axis)
    return Domain("distribution", {"positive": True}, drawn, False, False, _as_they_are, (0.0, 1.0), axis)


ONE_HOT = one_hot(0)
