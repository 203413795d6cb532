"""Computations in NumPy that are made again for other numbers: what is called is written down, and called again.

Where arrays are small, walking a graph takes longer than computing it. A function that walks one is called once with
arrays that record what becomes of them; the calls are a straight-line program, which is the same computation, call by
call: nothing is rewritten. It is tried on other numbers before it is trusted, and must give what the function gives to
the last bit, so that nothing can escape that a recording does not see.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from gradcheck.numerics.evaluate import Values

Compute = Callable[..., Sequence[Values]]
"""Arrays from arrays; it must not decide anything by their entries."""

ESCAPED = "an array comes from a method of NumPy's that is not recorded"


class NotRecorded(TypeError):
    """The computation does something with an array that cannot be written down."""


class Tape:
    """Calls as lines of a function of the inputs. names: what stands in the lines for functions and constants."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {}
        self._made: dict[str, str] = {}
        self._alive: WeakValueDictionary[str, Recorded] = WeakValueDictionary()
        self._reads: dict[str, list[str]] = {}
        self._constants: dict[Any, str] = {}

    def input(self, value: Values) -> Recorded:
        """An argument of the function."""
        return self._array(value, "", [])

    def call(self, function: Callable[..., Any], args: Sequence[Any], options: Mapping[str, Any]) -> Any:
        """What the function makes of the arguments, recorded where that is an array or several."""
        reads: list[str] = []
        words = [self._word(arg, reads) for arg in args]
        words += [f"{key}={self._word(option, reads)}" for key, option in options.items()]
        line = f"{self._word(function, reads)}({', '.join(words)})"
        return self.line(line, reads, lambda: function(*map(_plain, args), **options))

    def method(self, array: Recorded, name: str, *args: Any) -> Any:
        """What a method makes of an array."""
        if not _is_literal(args):
            raise NotRecorded(f"{name} by an array")
        reads: list[str] = []
        line = f"{self._word(array, reads)}.{name}({', '.join(map(repr, args))})"
        return self.line(line, reads, lambda: getattr(_plain(array), name)(*args))

    def line(self, line: str, reads: Sequence[str], compute: Callable[[], Any]) -> Any:
        """What a line makes, which stands there once however often it is asked for."""
        known = self._alive.get(self._made.get(line, ""))
        if known is not None:
            return known
        value = compute()
        if isinstance(value, (np.ndarray, np.generic)):
            return self._array(value, line, reads)
        if not isinstance(value, (tuple, list)) or not any(isinstance(part, np.ndarray) for part in value):
            return value  # such as a shape
        made = self._array(0, line, reads)
        return tuple(self._array(part, f"{made.name}[{i}]", [made.name]) for i, part in enumerate(value))

    def _array(self, value: Any, line: str, reads: Sequence[str]) -> Recorded:
        """A value under a name of its own, and the line that makes it, if one does."""
        recorded = np.asarray(value).view(Recorded)
        recorded.tape, recorded.name = self, self._made.get(line, f"v{len(self._reads)}")
        self._reads[recorded.name] = list(reads)
        self._made[line or recorded.name] = recorded.name
        self._alive[recorded.name] = recorded
        return recorded

    def _word(self, value: Any, reads: list[str]) -> str:
        """How an argument is written: by its name, or as the literal that it is."""
        if isinstance(value, Recorded):
            if value.tape is not self:
                raise NotRecorded(ESCAPED)
            reads.append(value.name)
            return value.name
        if isinstance(value, (tuple, list)) and any(isinstance(part, Recorded) for part in value):
            return f"[{', '.join(self._word(part, reads) for part in value)}]"
        if _is_literal(value):
            return repr(value)
        same = (value.shape, value.dtype, value.tobytes()) if isinstance(value, np.ndarray) else id(value)
        name = self._constants.setdefault(same, f"c{len(self._constants)}")
        self.names.setdefault(name, value)
        return name

    def function(self, inputs: Sequence[Recorded], outputs: Sequence[Recorded]) -> Compute:
        """The calls as a function, without those that lead to no output. Memory is given back at the last use."""
        results: list[str] = []
        result = [self._word(output, results) for output in outputs]
        alive, body = set(results), []
        kept = {*results, *(array.name for array in inputs)}
        for line, made in reversed(self._made.items()):
            if line == made or made not in alive:
                continue
            dead = sorted(set(self._reads[made]) - alive - kept)
            alive.update(self._reads[made])
            body += [*([f"del {', '.join(dead)}"] if dead else []), f"{made} = {line}"]
        arguments = ", ".join(array.name for array in inputs)
        text = "\n    ".join([f"def run({arguments}):", *reversed(body), f"return [{', '.join(result)}]"])
        exec(compile(text, "<a recording of gradcheck>", "exec"), self.names)
        run: Compute = self.names["run"]
        return run


def _is_literal(value: Any) -> bool:
    """Whether Python reads what it writes of it."""
    if isinstance(value, (tuple, list)):
        return type(value) in (tuple, list) and all(map(_is_literal, value))
    if type(value) is float:
        return math.isfinite(value)
    if type(value) is slice:
        return _is_literal((value.start, value.stop, value.step))
    return value is None or value is ... or type(value) in (bool, int, str)


class Recorded(np.ndarray[Any, Any]):
    """An array that records what is computed from it."""

    tape: Tape | None = None
    name = ""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *args: Any, **options: Any) -> Any:
        if options.pop("out", (None,)) != (None,):
            raise NotRecorded(f"{ufunc.__name__} in place")
        return _tape_of(args).call(ufunc if method == "__call__" else getattr(ufunc, method), args, options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        return _tape_of(args).call(function, args, options)

    def __getitem__(self, place: Any) -> Any:
        return _tape_of([self]).method(self, "__getitem__", place)

    def __setitem__(self, place: Any, value: Any) -> None:
        raise NotRecorded("an entry is set")

    def __bool__(self) -> bool:
        raise NotRecorded("something is decided by an entry")

    __float__ = __int__ = __index__ = __bool__

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    def reshape(self, *shape: Any) -> Any:  # type: ignore[override]
        """As NumPy's."""
        return _tape_of([self]).method(self, "reshape", *shape)

    def transpose(self, *axes: Any) -> Any:
        """As NumPy's."""
        return _tape_of([self]).method(self, "transpose", *axes)

    def squeeze(self, axis: Any = None) -> Any:
        """As NumPy's."""
        return _tape_of([self]).method(self, "squeeze", axis)


def _tape_of(values: Iterable[Any]) -> Tape:
    """The tape of the arrays. Raises NotRecorded if none has one."""
    for value in values:
        if isinstance(value, Recorded) and value.tape is not None:
            return value.tape
        if isinstance(value, (tuple, list)) and any(isinstance(part, Recorded) for part in value):
            return _tape_of(value)
    raise NotRecorded(ESCAPED)


def _plain(value: Any) -> Any:
    """The array itself, or those in a list."""
    if isinstance(value, (tuple, list)):
        return [_plain(part) for part in value] if any(isinstance(part, Recorded) for part in value) else value
    return value.view(np.ndarray) if isinstance(value, Recorded) else value


def recorded(compute: Compute, example: Sequence[Values], other: Sequence[Values]) -> Compute:
    """The calls that `compute` makes for the example, as a function of the same arguments.

    other: other numbers of the same shapes, on which it is tried. Raises NotRecorded if it is another function.
    """
    tape = Tape()
    inputs = [tape.input(value) for value in example]
    results = compute(*inputs)
    outputs = [result for result in results if isinstance(result, Recorded)]
    if len(outputs) < len(results):
        raise NotRecorded("a result is no array that was recorded")
    run = tape.function(inputs, outputs)
    with np.errstate(all="ignore"):
        pairs = zip(run(*other), compute(*other), strict=True)
    if not all(np.array_equal(found, right, equal_nan=True) for found, right in pairs):
        raise NotRecorded("the recording of one computation differs from another one")
    return run
