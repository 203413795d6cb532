"""Graphs at given sizes as a straight-line NumPy program: all values and gradients in one call.

Every expression is computed once, into memory that is there from call to call and belongs to the thread. The gradients
are those of reverse mode, of a graph whose losses have been rewritten into stable forms. No oracle runs a program or
reads its equations: a mistake in here cannot hide in two of them.
"""

from __future__ import annotations

import keyword
import threading
from collections.abc import Callable, Mapping, Sequence
from contextvars import copy_context
from functools import partial
from typing import Any

import numpy as np
import sympy as sp

from gradcheck.functions import table
from gradcheck.graph import Array, Broadcast, Concatenate, Reshape, inputs_of, size_symbols, walk
from gradcheck.graph.sizes import ShapeError, as_size
from gradcheck.numerics.evaluate import MissingValue, Sizes, Values, number_of
from gradcheck.programs.forms import fast
from gradcheck.programs.rewriting import row_of
from gradcheck.programs.source import readable, runnable
from gradcheck.programs.steps import Steps
from gradcheck.programs.structure import at_sizes

Run = Callable[..., Any]
"""What makes the results of arrays, or None of arrays that do not fit."""
DTYPES = (np.dtype(np.float64), np.dtype(np.float32))
PASS_NAN = (
    *(table.add, table.subtract, table.multiply, table.divide, table.negative, table.square, table.absolute),
    *(table.exp, table.log, table.sqrt, table.softplus, table.tanh, table.sin, table.cos),
    *(table.maximum, table.minimum),
)
"""Functions that are NaN where an argument is."""


class Program:
    """Several graphs as one function of their inputs' values.

    Call it with a mapping of the inputs' names to arrays of the program's type and shapes: it returns one array for
    each graph, which the caller may keep and change. It may be called from several threads at once.
    """

    def __init__(self, graphs: Sequence[Array], sizes: Sizes, dtype: Any = np.float64) -> None:
        self.dtype = np.dtype(dtype)
        if self.dtype not in DTYPES:
            raise TypeError(f"a program computes in float64 or float32, not in {self.dtype}")
        numbers = _numbers(graphs, sizes)
        roots = fast(at_sizes(graphs, numbers))
        self.inputs = _by_name(at_sizes(inputs_of(graphs), numbers))
        self._watched = _watched(roots, {node.key for node in self.inputs.values()})
        called = dict(zip(_words(self.inputs), self.inputs.values(), strict=True))
        self._words = {word: tuple(map(int, node.shape)) for word, node in called.items()}
        self._steps = Steps(roots, {node.key: word for word, node in called.items()}, self.dtype)
        self._code = compile(runnable(self._steps, self._words), "<a program of gradcheck>", "exec")
        self._of_thread = threading.local()

    def __call__(self, values: Mapping[str, Values]) -> tuple[Values, ...]:
        """The graphs' values, in their order. Raises MissingValue, TypeError or ValueError, naming the input."""
        try:
            run = self._of_thread.run
        except AttributeError:
            run = self._of_thread.run = self._made()
        arrays: list[Any] = [*map(values.get, self.inputs)]
        found: tuple[Values, ...] = run(*arrays)
        if found is None:
            arrays = [self._checked(name, values) for name in self.inputs]
            found = run(*arrays)
        if self._watched is None or found[self._watched] != found[self._watched]:
            self._look_for_nan(arrays)
        return found

    def source(self, name: str = "gradients") -> str:
        """The program as a function of plain NumPy, for people: without memory that is kept, and without checks."""
        return readable(self._steps, name, self._words)

    def _made(self) -> Run:
        """The function with memory of its own."""
        space: dict[str, Any] = {}
        exec(self._code, space)
        return _silent(space["make"](np, self.dtype, *self._steps.constants.values()))

    def _checked(self, name: str, values: Mapping[str, Values]) -> Values:
        """An input's value as an array. Raises MissingValue, TypeError or ValueError if it is none of this program."""
        if name not in values:
            raise MissingValue(f"no value was given for the input {name}")
        value, shape = values[name], tuple(map(int, self.inputs[name].shape))
        if type(value) is not np.ndarray and not isinstance(value, np.generic):
            raise TypeError(f"the input {name} is of type {type(value).__name__}: give a NumPy array")
        array = np.asarray(value)
        if array.dtype != self.dtype:
            cure = "" if array.dtype == object else f": write {name}.astype(np.{self.dtype})"
            raise TypeError(f"the input {name} is of {array.dtype} and the program computes in {self.dtype}{cure}")
        if array.shape != shape:
            raise ValueError(f"the input {name} has the shape {array.shape}, not {shape}")
        return array.view(self.dtype)  # a type may be equal and another object

    def _look_for_nan(self, arrays: Sequence[Values]) -> None:
        """Raises ValueError if there is one."""
        for name, array in zip(self.inputs, arrays, strict=True):
            squares = np.vdot(array, array)  # infinite at most where there is none, and faster than looking at each
            if squares != squares:
                place = tuple(map(int, np.argwhere(np.isnan(array))[0]))
                raise ValueError(f"the input {name} has a NaN at {place}")


def _silent(run: Run) -> Run:
    """The function without warnings of what is infinite or NaN.

    NumPy 2 holds what it warns of in a context, and entering one takes a tenth of the time of `np.errstate`. A program
    that is entered again by its own thread, from a signal handler say, is an error then: its memory is in use.
    """
    if np.lib.NumpyVersion(np.__version__) < "2.0.0":
        silent: Run = np.errstate(all="ignore")(run)
        return silent
    context = copy_context()
    context.run(partial(np.seterr, all="ignore"))
    return partial(context.run, run)


def _numbers(graphs: Sequence[Array], sizes: Sizes) -> dict[sp.Symbol, sp.Integer]:
    """The sizes. Raises SizeError, MissingValue, or ShapeError for graphs that are not there at these sizes."""
    numbers = {symbol: as_size(size) for symbol, size in sizes.items()}
    missing = [symbol.name for symbol in size_symbols(graphs) if symbol not in numbers]
    if missing:
        raise MissingValue(f"no number was given for the size {missing[0]}")
    for node in walk(*graphs):
        if not node.fits(lambda size: number_of(size, numbers)):
            raise ShapeError(repr(node), "there is no such array at these sizes")
    return numbers


def _watched(roots: Sequence[Array], inputs: set[int]) -> int | None:
    """The first result of one entry that is NaN wherever an input has one, so that inputs are searched then only.

    A NaN passes through arithmetic and sums of products, if they read all entries. It does not pass comparisons, where
    and blocks, nor powers: 1 to the power of NaN is 1.
    """
    reached: dict[int, set[int]] = {}
    for node in walk(*roots):
        reached[node.key] = {node.key} if node.verb == "given" else set()
        if _passes_nan(node):
            reached[node.key].update(*(reached[arg.key] for arg in node.args))
    sure = (k for k, root in enumerate(roots) if root.size == 1 and reached[root.key] == inputs)
    return next(sure, None)


def _passes_nan(node: Array) -> bool:
    if node.verb == "product":
        return all(len(set(axes)) == len(axes) for axes in node.params[0])
    return row_of(node) in PASS_NAN or type(node) in (Reshape, Broadcast, Concatenate)


def _by_name(inputs: Sequence[Array]) -> dict[str, Array]:
    named = {node.name: node for node in inputs}
    if len(named) < len(inputs):
        twice = next(node.name for node in inputs if named[node.name] is not node)
        raise ValueError(f"two inputs are called {twice}: a program knows them by their names")
    return named


def _words(names: Sequence[str] | Mapping[str, Array]) -> list[str]:
    """The inputs' names where Python takes them, and where they are no names of steps."""
    plain = [name.isidentifier() and not keyword.iskeyword(name) for name in names]
    return [
        name if fits and not _is_ours(name) else f"x{k}"
        for k, (name, fits) in enumerate(zip(names, plain, strict=True))
    ]


def _is_ours(name: str) -> bool:
    """v1, k1 and x1 are what steps, constants and other inputs are called, np_add a function of NumPy's."""
    return (
        name.startswith("np")
        or name in ("float", "type", "array", "dtype")
        or (name[0] in "vkx" and name[1:].isdigit())
    )
