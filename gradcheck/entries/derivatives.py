"""Derivatives by entries: ∂L/∂W_ij, ∂z_i/∂W_jk, and the sides of an array of derivatives at indices."""

from __future__ import annotations

from typing import Any

from gradcheck.entries.rules import rule
from gradcheck.entries.tree import AtIndices, Entries, as_entries
from gradcheck.graph import Array, Written, as_array, reshaped
from gradcheck.graph.derivatives import derivative

WORDS = ("gradient", "jacobian")


def differentiated(word: str, take: Any, of: Any, by: Any) -> Any:
    """∂of/∂by, where one of them is a formula by entries: the derivative of the arrays, at their indices.

    Raises:
        TypeError: `by` is no array at indices.
    """
    if isinstance(by, Entries) and not isinstance(by, AtIndices):
        raise TypeError(
            f"{word}(…, {by!r}): nothing is made of this very formula; name it as an array, P = (…).array(i, c), make "
            "the rest of P, and differentiate by P[i, c]"
        )
    above, below = _whole(of), _whole(by)
    items = (*_items(of), *_items(by))
    if word == "gradient" and isinstance(of, Entries) and of.letters:
        return _gradients(of, above, by, below)
    made = take(above, below)
    axes = (*above.shape, *below.shape)
    if word == "jacobian" and items and made.conforms and made.shape != axes:  # a Jacobian keeps no axes of size 1
        items = tuple(item for item, size in zip(items, axes, strict=False) if size != 1)
        made = reshaped(made, tuple(size for size in axes if size != 1), made.written)
    return made[items] if items else made


def _gradients(of: Entries, above: Any, by: Any, below: Any) -> Any:
    """The gradient of each number of a formula: at the formula's indices, and in the shape of what it is by."""
    array = as_array(above)
    numbers = reshaped(array, array.shape[: len(of.letters)]) if not isinstance(of, AtIndices) else array
    by_all = as_array(below)
    shape = (*numbers.shape, *by_all.shape)
    written = Written("jacobian", (numbers, by_all), (), lambda style, written: style.partial(*written.operands))
    return reshaped(derivative(numbers, by_all), shape, written)[(*_items(of), *_items(by))]


def _whole(side: Any) -> Any:
    if isinstance(side, AtIndices):
        return side.whole
    return side.array(*side.letters) if isinstance(side, Entries) else side


def _items(side: Any) -> tuple[Any, ...]:
    if isinstance(side, AtIndices):
        return side.items
    return as_entries(side).letters if isinstance(side, Entries) else ()


@rule("sides")
def sides(of: AtIndices) -> tuple[Any, Any] | None:
    """Both sides of an array of derivatives, each with its own indices; None if it is none, or keeps other axes."""
    written = of.whole.written
    if written is None or written.word not in WORDS:
        return None
    above, below = written.operands
    if written.word == "gradient":
        return (above, _at(below, of.items)) if len(of.items) == of.whole.ndim else None
    axes = (*above.shape, *below.shape)
    kept = [size != 1 for size in axes] if of.whole.ndim != len(axes) else [True] * len(axes)
    if of.whole.ndim == len(axes) and above.ndim <= len(of.items):  # of numbers by an array, or by a part of it
        return _at(above, of.items[: above.ndim]), _at(below, of.items[above.ndim :])
    if sum(kept) != len(of.items):
        return None
    given = iter(of.items)
    items = tuple(next(given) if is_kept else 0 for is_kept in kept)
    return _at(above, items[: above.ndim]), _at(below, items[above.ndim :])


def _at(array: Array, items: tuple[Any, ...]) -> Any:
    return AtIndices(array, items) if items else array
