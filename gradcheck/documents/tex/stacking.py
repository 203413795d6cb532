"""Blocks at indices, side by side and one below the other: they cannot be stacked, but multiplied into place."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.documents.tex import terms
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.terms import PRODUCT, Term


def beside(parts: Sequence[Term]) -> Term:
    """[A B]: A [I 0] + B [0 I]. Raises Unread for blocks that do not fit."""
    return _stacked(parts, axis=1)


def below(parts: Sequence[Term]) -> Term:
    """The same of blocks below each other."""
    return _stacked(parts, axis=0)


def total(sizes: Sequence[str]) -> str:
    """A sum of sizes, whose numbers are added up."""
    words = [word for size in sizes for word in size.split(" + ")]
    count = sum(int(word) for word in words if word.isdigit())
    named = [word for word in words if not word.isdigit()]
    return " + ".join([*named, *([str(count)] if count or not named else [])])


def _stacked(parts: Sequence[Term], axis: int) -> Term:
    shapes = [part.shape or ("1", "1") for part in parts]
    if any(part.shape is None for part in parts) or len({shape[1 - axis] for shape in shapes}) != 1:
        raise Unread("blocks whose sizes do not fit")
    sizes = [shape[axis] for shape in shapes]
    whole, across = total(sizes), shapes[0][1 - axis]
    shape = (across, whole) if axis else (whole, across)
    found: Term | None = None
    for place, part in enumerate(parts):
        start, stop = total(sizes[:place]), total(sizes[: place + 1])
        unit = f"identity({whole})[{start}:{stop}]" if axis else f"identity({whole})[:, {start}:{stop}]"
        block = part.at(PRODUCT)
        source = f"{block} * {unit}" if part.shape == () else f"{block} @ {unit}" if axis else f"{unit} @ {block}"
        made = terms.made(source, PRODUCT, shape, part)
        found = made if found is None else terms.added(found, "+", made)
    assert found is not None
    return found
