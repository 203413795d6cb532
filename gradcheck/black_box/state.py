"""What functions keep between calls: attributes of their objects, closed-over variables, globals that they name.

It is read, compared and put back. Whoever calls somebody's function with symbols must leave none behind; and a function
whose state moves on from call to call, such as a sum of gradients, is no formula at all.

Only what can be written to is followed: dictionaries, lists, objects with attributes, cells, arrays. Libraries are not
entered, and what offers no way in, such as an object made in C, is taken to keep nothing.
"""

from __future__ import annotations

import functools
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

MOST_KEPT = 5_000
"""So many places are followed at most; with more, nothing is said of the state."""
LIBRARIES = sys.stdlib_module_names | {"numpy", "scipy", "sympy", "mpmath", "gradcheck", "hypothesis", "pytest"}
"""Whose functions keep nothing of what they are given; __main__ is in none of them."""


class TooMuchKept(Exception):
    """More is kept than can be followed."""


@dataclass(frozen=True)
class Place:
    """One thing that keeps others: what it held, and how to make it hold that again."""

    owner: Any
    held: tuple[Any, ...]
    restore: Callable[[], None]


class State:
    """A snapshot of all that functions keep. Arrays are copied, everything else is held as it is."""

    def __init__(self, functions: Iterable[Any], largest: int) -> None:
        """largest: how many entries an array may have. Raises TooMuchKept."""
        self._places: dict[int, Place] = {}
        waiting = deque(functions)
        while waiting:
            thing = waiting.popleft()
            if id(thing) in self._places:
                continue
            if isinstance(thing, np.ndarray) and thing.size > largest:
                raise TooMuchKept("the data are too many to be written out")
            place = _place(thing)
            if place is not None:
                self._places[id(thing)] = place
                waiting.extend(place.held)
            if len(self._places) > MOST_KEPT:
                raise TooMuchKept(f"more than {MOST_KEPT} objects are kept between calls")

    def restore(self) -> None:
        """Put everything back to what it was; what was kept elsewhere since is out of reach with what keeps it."""
        for place in self._places.values():
            place.restore()

    def same_as(self, other: State) -> bool:
        """Whether the same things are kept, array by array and number by number, though in other objects."""
        mine, theirs = self._places.values(), other._places.values()
        return len(mine) == len(theirs) and all(map(_same_place, mine, theirs))


# ---- what keeps something ----------------------------------------------------------------------------------------


def _place(thing: Any) -> Place | None:
    """What a thing holds, if it can be written to; None for numbers, texts and what is not followed."""
    for kind, read in _READ.items():
        if isinstance(thing, kind):
            return read(thing)
    return None if _is_of_library(type(thing)) else _of_object(thing)


def _of_array(array: np.ndarray[Any, Any]) -> Place:
    held = tuple(array.ravel().tolist()) if array.dtype.hasobject else ()
    copy = array.copy()

    def restore() -> None:
        if array.flags.writeable and array.shape == copy.shape:
            array[...] = copy

    return Place(array, (*held, _Frozen(copy)), restore)


@dataclass(frozen=True)
class _Frozen:
    """The values of an array at the time."""

    values: np.ndarray[Any, Any]


def _of_cell(cell: CellType) -> Place:
    try:
        contents = cell.cell_contents
    except ValueError:  # an empty cell
        return Place(cell, (), _nothing)
    return Place(cell, (contents,), lambda: setattr(cell, "cell_contents", contents))


def _of_function(function: FunctionType) -> Place | None:
    """A function keeps what it closes over, its defaults and attributes, and the globals that its code names."""
    if _is_of_library(function):
        return None
    names = sorted(set(_names(function.__code__)) & function.__globals__.keys())
    known = {name: function.__globals__[name] for name in names}
    kept = (function.__closure__ or (), function.__defaults__ or (), function.__kwdefaults__ or {}, vars(function))
    modules = [value for value in known.values() if isinstance(value, ModuleType) and not _is_library(value.__name__)]
    inside = [vars(module)[name] for module in modules for name in _names(function.__code__) if name in vars(module)]
    return Place(function, (*kept, *known.values(), *inside), lambda: function.__globals__.update(known))


def _names(code: CodeType) -> Iterator[str]:
    """The names that code mentions, and those of the functions inside it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _of_class(cls: type) -> Place | None:
    if _is_of_library(cls):
        return None
    own = {name: value for name, value in vars(cls).items() if not name.startswith("__")}

    def restore() -> None:
        for name, value in own.items():
            if vars(cls).get(name) is not value:
                setattr(cls, name, value)

    return Place(cls, tuple(own.values()), restore)


def _of_object(thing: Any) -> Place | None:
    slots = [name for cls in type(thing).__mro__ for name in getattr(cls, "__slots__", ()) if hasattr(thing, name)]
    in_slots = {name: getattr(thing, name) for name in slots if not name.startswith("__")}
    own = getattr(thing, "__dict__", None)
    if not isinstance(own, dict) and not in_slots:
        return None

    def restore() -> None:
        for name, value in in_slots.items():
            object.__setattr__(thing, name, value)

    return Place(thing, (type(thing), own, *in_slots.values()), restore)


_READ: dict[type, Callable[[Any], Place | None]] = {
    np.ndarray: _of_array,
    CellType: _of_cell,
    dict: lambda kept: Place(kept, tuple(kept.values()), functools.partial(_refill_dict, kept, dict(kept))),
    list: lambda kept: Place(kept, tuple(kept), functools.partial(_refill_list, kept, list(kept))),
    deque: lambda kept: Place(kept, tuple(kept), functools.partial(_refill_list, kept, list(kept))),
    tuple: lambda kept: Place(kept, tuple(kept), _nothing),
    functools.partial: lambda call: Place(call, (call.func, call.args, call.keywords), _nothing),
    MethodType: lambda method: Place(method, (method.__self__, method.__func__), _nothing),
    FunctionType: _of_function,
    type: _of_class,
    ModuleType: lambda module: None,
}
"""How each kind of thing is read; everything else is an object with attributes."""


def _is_of_library(thing: Any) -> bool:
    return _is_library(str(getattr(thing, "__module__", None) or ""))


def _is_library(module: str) -> bool:
    return module.partition(".")[0] in LIBRARIES


# ---- putting it back ---------------------------------------------------------------------------------------------


def _nothing() -> None:
    """What cannot be written to need not be put back."""


def _refill_dict(kept: dict[Any, Any], held: dict[Any, Any]) -> None:
    if kept.keys() != held.keys() or any(kept[key] is not held[key] for key in held):
        kept.clear()
        kept.update(held)


def _refill_list(kept: Any, held: list[Any]) -> None:
    if len(kept) != len(held) or any(a is not b for a, b in zip(kept, held, strict=True)):
        kept.clear()
        kept.extend(held)


# ---- whether it is the same --------------------------------------------------------------------------------------


def _same_place(mine: Place, theirs: Place) -> bool:
    return (
        type(mine.owner) is type(theirs.owner)
        and len(mine.held) == len(theirs.held)
        and all(map(_same_thing, mine.held, theirs.held))
    )


def _same_thing(mine: Any, theirs: Any) -> bool:
    """Whether two held things are alike by themselves; what they hold in turn is compared where it stands."""
    match mine, theirs:
        case _Frozen(), _Frozen():
            return _same_values(mine.values, theirs.values)
        case ((bool() | int() | float() | complex() | str() | np.generic()), _):
            return type(mine) is type(theirs) and (mine == theirs or mine != mine)
    return type(mine) is type(theirs)


def _same_values(mine: np.ndarray[Any, Any], theirs: np.ndarray[Any, Any]) -> bool:
    if mine.shape != theirs.shape or mine.dtype != theirs.dtype:
        return False
    return mine.dtype.hasobject or np.array_equal(mine, theirs, equal_nan=mine.dtype.kind in "fc")
