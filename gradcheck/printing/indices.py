"""Indices as documents write them: counted from 1, without the axes that have one entry."""

from typing import Any

import sympy as sp

from gradcheck.graph.sizes import each, is_whole


def counted(style: Any, array: Any, item: Any) -> str:
    """What stands below an array that is indexed, in the words of a style."""
    items = [i for i in each(item) if i is not None]
    sizes = array.shape if array.conforms else ()
    items = _for_each_axis(items, len(sizes))
    pairs = zip(items, [*sizes, *[None] * len(items)], strict=False)  # some may be too many
    return ",".join(_from_one(style, i, size) for i, size in pairs if size != 1) or "1"


def _for_each_axis(items: list[Any], axes: int) -> list[Any]:
    """Items with the axes that `...` stands for."""
    at = next((k for k, i in enumerate(items) if i is Ellipsis), None)
    return items if at is None else [*items[:at], *[slice(None)] * (axes - len(items) + 1), *items[at + 1 :]]


def _from_one(style: Any, item: Any, size: Any) -> str:
    if isinstance(item, slice):
        first = "" if item.start is None else _bound(style, item.start, size, 1)
        last = "" if item.stop is None else _bound(style, item.stop, size, 0)
        return first if first == last != "" else f"{first or '1' * bool(last)}:{last}"
    return _bound(style, item, size, 1)


def _bound(style: Any, item: Any, size: Any, one: int) -> str:
    """A bound of a slice, or the first entry behind it: its number, if it is one."""
    if not (is_whole(item) or isinstance(item, sp.Expr)):
        return str(style.thing(item))
    is_from_behind = bool(sp.sympify(item).is_negative) and size is not None
    return str(style.bound(item + one + (size if is_from_behind else 0)))
