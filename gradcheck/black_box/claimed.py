"""What somebody's gradient function returned: an array for each argument, or what is wrong with it in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.black_box.arguments import Argument, Floats


@dataclass(frozen=True)
class Claimed:
    """The gradient claimed for one argument, in double precision; `problem` says why there is none."""

    argument: Argument
    value: Floats | None
    problem: str = ""
    note: str = ""


class NotOneForEach(Exception):
    """What a gradient function returned is not one array for each of several arguments; the text says what it is."""


def read_claims(returned: Any, arguments: Sequence[Argument], name: str) -> list[Claimed]:
    """One claim for each argument. name: what the gradient function is called. Raises NotOneForEach."""
    each = "one for each argument"
    match returned, len(arguments):
        case [np.ndarray()], 1:
            values = returned
        case _, 1:
            values = [returned]
        case ((list() | tuple()), count) if len(returned) == count:
            values = returned
        case ((list() | tuple()), count):
            raise NotOneForEach(f"{name} returned {len(returned)} arrays where {count} are needed, {each}")
        case _, count:
            what = "one array" if isinstance(returned, np.ndarray) else _what(returned)
            raise NotOneForEach(f"{name} returned {what} where a tuple of {count} arrays is needed, {each}")
    return [_read(value, argument, name) for value, argument in zip(values, arguments, strict=True)]


def _read(returned: Any, argument: Argument, name: str) -> Claimed:
    if isinstance(returned, (tuple, list, dict, set, str, bytes)) or returned is None:
        return Claimed(argument, None, f"{name} returned {_what(returned)}{_cure(returned)}")
    try:
        array = np.asarray(returned)
    except Exception as error:
        return Claimed(argument, None, f"{name} returned {_what(returned)}, which is no array ({error})")
    problem = _of_kind(array, returned, name)
    if not problem and array.shape != argument.value.shape:
        from gradcheck.judging.diagnosis import shapes_apart

        problem = shapes_apart(array.shape, argument.value.shape)
    if problem:
        return Claimed(argument, None, problem)
    value = array.astype(float)
    problem = _of_values(value, array, argument)
    note = f"{name} returned {array.dtype}: integers cannot hold fractions" if array.dtype.kind in "iub" else ""
    return Claimed(argument, None if problem else value, problem, note)


def _what(returned: Any) -> str:
    match returned:
        case None:
            return "None"
        case list() | tuple():
            numbers = returned and all(isinstance(item, (int, float, np.number)) for item in returned)
            return f"a {type(returned).__name__} of {len(returned)} {'numbers' if numbers else 'items'}"
    text = repr(returned)
    is_short = len(text) <= 40 and not text.startswith("<")
    return f"the {type(returned).__name__} {text}" if is_short else f"a value of type {type(returned).__name__}"


def _cure(returned: Any) -> str:
    match returned:
        case None:
            return ": is a `return` missing?"
        case list() | tuple():
            return ", not an array: wrap it in np.array(...)"
    return ", not an array"


def _of_kind(array: Floats, returned: Any, name: str) -> str:
    if array.dtype.kind == "c":
        return f"{name} returned complex numbers ({array.dtype}): the gradient of a real function is real"
    if array.dtype.kind not in "fiub":
        return f"{name} returned {_what(returned)}, not an array of numbers"
    return ""


def _of_values(value: Floats, array: Floats, argument: Argument) -> str:
    bad = ~np.isfinite(value)
    if not np.any(bad):
        return ""
    first = tuple(int(i) for i in np.argwhere(bad)[0])
    count = f"{int(bad.sum())} of {bad.size} entries are not finite; " if bad.size > 1 else ""
    return f"{count}{'entry ' + str(list(first)) if first else 'it'} is {array[first]}"
