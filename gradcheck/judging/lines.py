"""Which part of an array is wrong, in words: rows, columns, the diagonal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from gradcheck.numerics.evaluate import Values

LEAST_SEEN = 2
"""A part is one if other entries are right in so many of the arrays."""
MOST_NAMED = 3
"""So many rows or columns are named by number."""


class _Part(NamedTuple):
    """How many entries it has in all arrays together, and its name."""

    size: int
    words: str


def only_wrong(masks: Sequence[Values], least_seen: int = LEAST_SEEN) -> str:
    """The part that is wrong in all the arrays, of which masks are given; empty if it is no part in particular.

    The arrays are the values of one formula at several points, and may have several sizes. Of several parts, the one
    that has the fewest entries is named. least_seen: in how many arrays there have to be other entries.
    """
    masks = [mask for mask in masks if np.any(mask)]
    if len(masks) < least_seen or any(mask.ndim != masks[0].ndim for mask in masks) or masks[0].ndim not in (1, 2):
        return ""
    parts = list(_parts(masks, least_seen))
    return f"only {min(parts, key=lambda part: part.size).words} wrong" if parts else ""


def _parts(masks: Sequence[Values], least_seen: int) -> Iterator[_Part]:
    names = ("entry", "entries") if masks[0].ndim == 1 else ("row", "rows")
    yield from _along(masks, 0, least_seen, *names)
    if masks[0].ndim == 2:
        yield from _along(masks, 1, least_seen, "column", "columns")
        yield from _diagonal(masks)


def _along(masks: Sequence[Values], axis: int, least_seen: int, one: str, several: str) -> Iterator[_Part]:
    """Which ones along an axis, counted from the first or from the last."""
    found = [np.flatnonzero(mask if mask.ndim == 1 else mask.any(axis=1 - axis)) for mask in masks]
    counts = [mask.shape[axis] for mask in masks]
    if sum(len(wrong) < count for wrong, count in zip(found, counts, strict=True)) < least_seen:
        return
    first, size = found[0].tolist(), _size(masks, found, axis)
    if all(wrong.tolist() == first for wrong in found) and len(first) <= MOST_NAMED:
        yield _Part(size, f"{one} {first[0]} is" if len(first) == 1 else f"{several} {', '.join(map(str, first))} are")
    elif all(wrong.tolist() == [count - 1] for wrong, count in zip(found, counts, strict=True)):
        yield _Part(size, f"the last {one} is")


def _size(masks: Sequence[Values], lines: Sequence[Values], axis: int) -> int:
    return sum(len(wrong) * mask.size // mask.shape[axis] for mask, wrong in zip(masks, lines, strict=True))


def _diagonal(masks: Sequence[Values]) -> Iterator[_Part]:
    if any(mask.shape[0] != mask.shape[1] for mask in masks) or max(mask.shape[0] for mask in masks) < 2:
        return
    diagonal = sum(map(len, masks))
    if not any(np.any(mask & ~np.eye(len(mask), dtype=bool)) for mask in masks):
        yield _Part(diagonal, "the diagonal is")
    elif not any(np.any(np.diag(mask)) for mask in masks):
        yield _Part(sum(mask.size for mask in masks) - diagonal, "what is off the diagonal is")
