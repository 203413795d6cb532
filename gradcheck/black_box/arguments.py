"""The point at which somebody's function is looked at: its arguments, checked, named and copied.

What cannot be moved a little, such as an array of integers, is misuse of the call: it raises with the cure.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from gradcheck.numerics.richardson import DOUBLE, SINGLE, Precision

Floats = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Argument:
    """One argument: its place (from 1), its name in the signature or an empty text, and a copy of its value.

    restore: makes of an array, real or complex, what the function is to be given: an array, or a number of some type.
    """

    place: int
    name: str
    value: Floats
    restore: Callable[[Floats], Any]

    def __str__(self) -> str:
        return f"argument {self.place} ({self.name})" if self.name else f"argument {self.place}"

    @property
    def precision(self) -> Precision:
        """The floating-point format of its entries."""
        return SINGLE if self.value.dtype == np.float32 else DOUBLE

    def in_double(self) -> Argument:
        """The same in double precision; a NumPy number is then given as one of double precision."""
        return replace(self, value=self.value.astype(np.float64))

    def given(self, value: Floats) -> Any:
        """A fresh copy of `value`, as the function is to be given it."""
        return self.restore(np.array(value, copy=True, order="K", subok=False))

    def place_of(self, i: int) -> tuple[int, ...]:
        """The index of its i-th entry, in row order."""
        return tuple(int(place) for place in np.unravel_index(i, self.value.shape))

    def entry(self, i: int) -> str:
        """What the i-th entry is called: `argument 1 (W), entry [0, 2]`; the argument itself if it is one number."""
        return f"{self}, entry {list(self.place_of(i))}" if self.value.ndim else str(self)


def read_arguments(f: Callable[..., Any], args: Sequence[Any]) -> tuple[Argument, ...]:
    """The arguments of a call f(*args). Raises TypeError or ValueError that names the argument and the cure."""
    if not args:
        raise TypeError("no argument is given to differentiate by: check_gradient(f, grad, W) needs at least one")
    names = _names(f, len(args))
    return tuple(_read(place, name, arg, names) for place, (name, arg) in enumerate(zip(names, args, strict=True), 1))


def _names(f: Callable[..., Any], count: int) -> list[str]:
    """The names of the first positional parameters; empty texts where the signature does not tell."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):
        parameters = ()  # type: ignore[assignment]
    positional = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    names = [parameter.name for parameter in parameters if parameter.kind in positional]
    return [*names, *[""] * count][:count]


def _read(place: int, name: str, arg: Any, names: Sequence[str]) -> Argument:
    called = str(Argument(place, name, np.zeros(()), float))
    if isinstance(arg, (np.ma.MaskedArray, np.matrix)):
        raise TypeError(f"{called} is a {type(arg).__name__}: convert it with np.asarray(...)")
    if not isinstance(arg, (np.ndarray, np.generic, float)):
        raise TypeError(f"{called} is {_what(arg)}: {_cure(place, arg, names)}")
    value = np.array(arg, copy=True, order="K", subok=False)
    if value.dtype not in (np.float32, np.float64):
        raise TypeError(f"{called} holds {_kind(value.dtype)}: {_cure(place, value, names)}")
    if not value.dtype.isnative:
        value = value.astype(value.dtype.newbyteorder("="))
    if not np.all(np.isfinite(value)):
        at = tuple(int(i) for i in np.argwhere(~np.isfinite(value))[0])
        where = f" at {list(at)}" if at else ""
        raise ValueError(f"{called} holds {value[at]}{where}: choose a point where all numbers are finite")
    return Argument(place, name, value, _restorer(arg))


def _restorer(arg: Any) -> Callable[[Floats], Any]:
    """A Python number is given as a Python number, a NumPy number as one, an array as an array."""
    match arg:
        case np.ndarray():
            return lambda value: value
        case np.generic():
            return lambda value: value[()]
    return lambda value: value.item()


def _what(arg: Any) -> str:
    match arg:
        case None:
            return "None"
        case str():
            return f"the text {arg!r}"
        case int() | complex():
            return f"the {type(arg).__name__} {arg!r}"
    return f"a {type(arg).__name__}"


def _kind(dtype: np.dtype[Any]) -> str:
    words = {"i": "integers", "u": "integers", "b": "booleans", "c": "complex numbers", "O": "objects", "U": "texts"}
    return words.get(dtype.kind, f"{dtype} numbers")


def _cure(place: int, arg: Any, names: Sequence[str]) -> str:
    """What to do about an argument that cannot be moved a little."""
    letters = [name or f"x{i}" for i, name in enumerate(names, 1)]
    kept = ", ".join(letter for i, letter in enumerate(letters, 1) if i != place)
    close = f"close over it: lambda {kept}: f({', '.join(letters)})" if kept else "close over it"
    match arg:
        case list() | tuple():
            return "convert it with np.array(..., dtype=float)"
        case dict():
            return "make f and grad functions of arrays, as in lambda W, b: f({'W': W, 'b': b})"
        case np.ndarray(dtype=np.dtype(kind="f")):
            return "single and double precision are supported: convert with .astype(float)"
        case np.ndarray(dtype=np.dtype(kind="i" | "u" | "b")):
            return f"convert with .astype(float), or {close}"
        case int():
            return f"write {float(arg)}, or {close}"
        case str() | None:
            return close
    return f"pass a NumPy array and convert it inside of f, or {close}"
