"""Computations in NumPy that are made again for other numbers: what is called is written down, and called again.

Where arrays are small, walking a graph takes longer than computing it. A function that walks one is called once with
arrays that record what becomes of them; the calls are a straight-line program, which is the same computation, call by
call: nothing is rewritten. It is tried on other numbers before it is trusted, and must give what the function gives to
the last bit, so that nothing can escape that a recording does not see.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter, methodcaller
from typing import Any

import numpy as np

from gradcheck.numerics.evaluate import Values

Compute = Callable[..., Sequence[Values]]
"""Arrays from arrays; it must not decide anything by their entries."""


class NotRecorded(TypeError):
    """The computation does something with an array that cannot be written down."""


class Tape:
    """Calls as lines of a function of the inputs. names: what stands in the lines for functions and constants."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.reads: list[list[str]] = []
        self.names: dict[str, Any] = {}
        self.count = 0

    def array(self, value: Any, line: str = "", reads: Sequence[str] = ()) -> Recorded:
        """A value under a name of its own, and the line that makes it, if one does."""
        recorded = np.asarray(value).view(Recorded)
        recorded.tape, recorded.name = self, f"v{self.count}"
        self.count += 1
        if line:
            self.lines.append(f"{recorded.name} = {line}")
            self.reads.append([recorded.name, *reads])
        return recorded

    def call(self, function: Callable[..., Any], args: Sequence[Any], options: dict[str, Any]) -> Any:
        """What the function makes of the arguments, recorded where that is an array or several."""
        value = function(*map(_plain, args), **{key: _plain(option) for key, option in options.items()})
        several = isinstance(value, (tuple, list)) and all(isinstance(part, np.ndarray) for part in value)
        if not several and not isinstance(value, (np.ndarray, np.generic)):
            return value  # such as a shape
        reads: list[str] = []
        words = [self._word(arg, reads) for arg in args]
        words += [f"{key}={self._word(option, reads)}" for key, option in options.items()]
        line = f"{self._word(function, reads)}({', '.join(words)})"
        if not several:
            return self.array(value, line, reads)
        made = self.array(0, line, reads)
        return tuple(self.array(part, f"{made.name}[{i}]", [made.name]) for i, part in enumerate(value))

    def _word(self, value: Any, reads: list[str]) -> str:
        """How an argument is written: by its name."""
        if isinstance(value, Recorded):
            if value.tape is not self:
                raise NotRecorded("an array comes from a method of NumPy's that is not recorded")
            reads.append(value.name)
            return value.name
        if isinstance(value, (tuple, list)) and any(isinstance(part, Recorded) for part in value):
            return f"[{', '.join(self._word(part, reads) for part in value)}]"
        name = f"c{len(self.names)}"
        self.names[name] = value
        return name

    def function(self, inputs: Sequence[Recorded], outputs: Sequence[Recorded]) -> Compute:
        """The calls as a function. What is read for the last time is given back."""
        reads: list[str] = []
        result = [self._word(output, reads) for output in outputs]
        last = {name: k for k, names in enumerate(self.reads) for name in names}
        kept = {*reads, *(array.name for array in inputs)}
        body = []
        for k, line in enumerate(self.lines):
            dead = sorted({name for name in self.reads[k] if last[name] == k} - kept)
            body += [line, *([f"del {', '.join(dead)}"] if dead else [])]
        arguments = ", ".join(array.name for array in inputs)
        text = "\n    ".join([f"def run({arguments}):", *body, f"return [{', '.join(result)}]"])
        exec(compile(text, "<a recording of gradcheck>", "exec"), self.names)
        run: Compute = self.names["run"]
        return run


class Recorded(np.ndarray[Any, Any]):
    """An array that records what is computed from it."""

    tape: Tape | None = None
    name = ""

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *args: Any, **options: Any) -> Any:
        if "out" in options and options["out"] != (None,):
            raise NotRecorded(f"{ufunc.__name__} in place")
        options.pop("out", None)
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        return _tape_of(self, args).call(function, args, options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        return _tape_of(self, args).call(function, args, options)

    def __getitem__(self, place: Any) -> Any:
        return _tape_of(self).call(itemgetter(place), [self], {})

    def __setitem__(self, place: Any, value: Any) -> None:
        raise NotRecorded("an entry is set")

    def __bool__(self) -> bool:
        raise NotRecorded("something is decided by an entry")

    __float__ = __int__ = __index__ = __bool__  # type: ignore[assignment]

    def __iter__(self) -> Any:
        return (self[i] for i in range(len(self)))

    def reshape(self, *shape: Any) -> Any:  # type: ignore[override]
        """As NumPy's."""
        return _tape_of(self).call(methodcaller("reshape", *shape), [self], {})

    def transpose(self, *axes: Any) -> Any:
        """As NumPy's."""
        return _tape_of(self).call(methodcaller("transpose", *axes), [self], {})

    def squeeze(self, axis: Any = None) -> Any:
        """As NumPy's."""
        return _tape_of(self).call(methodcaller("squeeze", axis), [self], {})


def _tape_of(*values: Any) -> Tape:
    """The tape of the first array that has one."""
    for value in values:
        if isinstance(value, Recorded) and value.tape is not None:
            return value.tape
        if isinstance(value, (tuple, list)):
            try:
                return _tape_of(*value)
            except NotRecorded:
                continue
    raise NotRecorded("an array comes from a method of NumPy's that is not recorded")


def _plain(value: Any) -> Any:
    """The array itself."""
    if isinstance(value, Recorded):
        return value.view(np.ndarray)
    return (
        [_plain(part) for part in value]
        if isinstance(value, list)
        else (tuple(map(_plain, value)) if isinstance(value, tuple) else value)
    )


def recorded(compute: Compute, example: Sequence[Values], other: Sequence[Values]) -> Compute:
    """The calls that `compute` makes for the example, as a function of the same arguments.

    other: other numbers of the same shapes, on which it is tried. Raises NotRecorded if it is another function.
    """
    tape = Tape()
    inputs = [tape.array(value) for value in example]
    results = compute(*inputs)
    outputs = [result for result in results if isinstance(result, Recorded)]
    if len(outputs) < len(results):
        raise NotRecorded("a result is no array that was recorded")
    run = tape.function(inputs, outputs)
    for found, right in zip(run(*other), compute(*other), strict=True):
        if not np.array_equal(found, right, equal_nan=True):
            raise NotRecorded("the recording of one computation differs from another one")
    return run
