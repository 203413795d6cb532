"""Which part of an array is wrong, in words: rows, columns, the diagonal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from gradcheck.numerics.evaluate import Values

MOST_NAMED = 3
"""So many rows or columns are named by number."""


def only_wrong(masks: Sequence[Values]) -> str:
    """The part that is wrong in all the arrays, of which masks are given; empty if it is no part in particular.

    The arrays are the values of one formula at several points, and may have several sizes.
    """
    masks = [mask for mask in masks if np.any(mask)]
    if not masks or any(mask.ndim != masks[0].ndim for mask in masks) or masks[0].ndim not in (1, 2):
        return ""
    return next((f"only {words} wrong" for words in _parts(masks)), "")


def _parts(masks: Sequence[Values]) -> Iterator[str]:
    names = ("entry", "entries") if masks[0].ndim == 1 else ("row", "rows")
    yield from _along(masks, 0, *names)
    if masks[0].ndim == 2:
        yield from _along(masks, 1, "column", "columns")
        yield from _diagonal(masks)


def _along(masks: Sequence[Values], axis: int, one: str, several: str) -> Iterator[str]:
    """Which ones along an axis, counted from the first or from the last."""
    found = [np.flatnonzero(mask if mask.ndim == 1 else mask.any(axis=1 - axis)) for mask in masks]
    counts = [mask.shape[axis] for mask in masks]
    if not any(len(wrong) < count for wrong, count in zip(found, counts, strict=True)):
        return
    first = found[0].tolist()
    if all(wrong.tolist() == first for wrong in found) and len(first) <= MOST_NAMED:
        yield f"{one} {first[0]} is" if len(first) == 1 else f"{several} {', '.join(map(str, first))} are"
    elif all(wrong.tolist() == [count - 1] for wrong, count in zip(found, counts, strict=True)):
        yield f"the last {one} is"


def _diagonal(masks: Sequence[Values]) -> Iterator[str]:
    square = [mask for mask in masks if mask.shape[0] == mask.shape[1]]
    if len(square) < len(masks) or max(mask.shape[0] for mask in masks) < 2:
        return
    if not any(np.any(mask & ~np.eye(len(mask), dtype=bool)) for mask in square):
        yield "the diagonal is"
    elif not any(np.any(np.diag(mask)) for mask in square):
        yield "what is off the diagonal is"
