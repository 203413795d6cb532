"""The values an input may take: what proofs may assume of its entries, and how points are drawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
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
    a positive scale without leaving the domain; `is_open` whether every entry may be moved a little.
    """

    name: str
    assumptions: Mapping[str, bool]
    sample: Callable[[np.random.Generator, tuple[int, ...]], Float]
    scalable: bool
    is_open: bool

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


def _one_hot(rng: np.random.Generator, shape: tuple[int, ...]) -> Float:
    classes, *examples = shape
    hot = rng.integers(classes, size=examples)
    return np.moveaxis(np.eye(classes)[hot], -1, 0)


def _normal(rng: np.random.Generator, shape: tuple[int, ...]) -> Float:
    return _nonzero(rng.standard_normal(shape))


def _positive(rng: np.random.Generator, shape: tuple[int, ...]) -> Float:
    return np.abs(_normal(rng, shape))


def _between_0_and_1(rng: np.random.Generator, shape: tuple[int, ...]) -> Float:
    return np.round(rng.uniform(0.05, 0.95, shape), DECIMALS)


REAL = Domain("real", {}, _normal, scalable=True, is_open=True)
POSITIVE = Domain("positive", {"positive": True}, _positive, scalable=True, is_open=True)
UNIT = Domain("unit", {"positive": True}, _between_0_and_1, scalable=False, is_open=True)
BITS = Domain("bits", {}, lambda rng, shape: rng.integers(2, size=shape).astype(float), scalable=False, is_open=False)
ONE_HOT = Domain("one_hot", {}, _one_hot, scalable=False, is_open=False)
