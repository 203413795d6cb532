"""What would be right instead of a wrong gradient whose code is a formula: a search proposes, a prime field proves.

It is searched when a report is printed, and never before: it changes no verdict, and a property test that shrinks a
wrong gradient waits for none. Arrays that the functions keep beside their arguments are variables here, under their
names: what is proposed holds for other data, too, and is written with X and not with its numbers.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from gradcheck import printing
from gradcheck.graph import Array, Input, as_array, domains, make_input
from gradcheck.graph.refusals import engine
from gradcheck.notation import gradient
from gradcheck.numerics import reverse_mode
from gradcheck.numerics.evaluate import Evaluation, Values
from gradcheck.repair import Corrections
from gradcheck.repair.forms import Form, read
from gradcheck.tolerances import SAME_FORMULA

LONGEST = 300
"""Nobody pastes what is longer."""


@dataclass(frozen=True)
class Wrong:
    """A gradient that is wrong: the cost, what it is differentiated by, and what grad says, as graphs.

    values: of all inputs at the very point, by key.
    """

    cost: Array
    by: Input
    formula: Array
    inputs: Sequence[Input]
    values: Mapping[int, Values]

    def correction(self, seconds: float) -> str:
        """A formula in NumPy that is proved to be the gradient, closest to what is wrong; empty if none is found."""
        try:
            return self._searched(seconds) if seconds else ""
        except Exception:  # it is extra: no mistake in finding it keeps a report from being printed
            return ""

    @engine()
    def _searched(self, seconds: float) -> str:
        names, target = {id(node): node.name for node in self.inputs}, gradient(self.cost, self.by)
        document = [self.cost, self.formula]
        search = Corrections(target, self.formula, names, self.inputs, document, limit=seconds)
        proposed = (one.formula for proposals in search for one in proposals if self._holds(target, one.formula))
        texts = (in_numpy(formula, names) for formula in proposed)
        return next((text for text in texts if len(text) <= LONGEST), "")

    def _holds(self, target: Array, formula: Array) -> bool:
        """Whether numbers at the very point say so as well: nothing is divided by data that are 0."""
        point = Evaluation(dict(self.values), {})
        with np.errstate(all="ignore"):
            right, proposed = (point(reverse_mode.expand(side)) for side in (target, formula))
            size = np.max(np.abs(right), initial=0.0)
            return right.shape == proposed.shape and bool(np.all(np.abs(right - proposed) <= SAME_FORMULA * size))


def wrong_formulas(
    functions: Sequence[Callable[..., Any]],
    cost: Array,
    formulas: Sequence[Array],
    inputs: Sequence[Input],
    values: Mapping[int, Values],
) -> dict[int, Wrong]:
    """What f and grad are as formulas, with the data that they keep as variables, by the key of the argument."""
    try:
        data = Data.kept_by(functions, [node.name for node in inputs])
        every, known, of = [*inputs, *data.named], {**values, **data.inputs}, data.instead(cost)
        return {
            by.key: Wrong(of, by, data.instead(formula), every, known)
            for by, formula in zip(inputs, formulas, strict=True)
        }
    except Exception:  # likewise
        return {}


def in_numpy(formula: Array, names: Mapping[int, str]) -> str:
    """The formula as code: functions of NumPy are called as np.exp."""
    called = re.compile(r"(?<![\w.])(\w+)(?=\()")
    return called.sub(lambda word: f"np.{word[1]}" if hasattr(np, word[1]) else word[1], printing.code(formula, names))


# ---- data as variables -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Data:
    """Arrays that functions keep, as inputs with their values; expressions: what stands for which constant, by key."""

    inputs: dict[int, Values]
    named: list[Input]
    expressions: dict[int, Array]

    @classmethod
    def kept_by(cls, functions: Iterable[Callable[..., Any]], taken: Iterable[str]) -> Data:
        """Of functions whose arguments have the names that are taken."""
        found, names = cls({}, [], {}), set(taken)
        for name, value in _kept(functions):
            if isinstance(value, np.ndarray) and value.size > 1 and value.dtype.kind in "fi" and name not in names:
                names.add(name)
                found._add(name, value.astype(float))
        return found

    def _add(self, name: str, value: Values) -> None:
        node = make_input(name, value.shape, _domain(value))
        self.inputs[node.key] = value
        self.named.append(node)
        for array, expression in ((value, node), (value.T, node.T), (-value, -node), (1 - value, 1 - node)):
            self.expressions.setdefault(as_array(array).key, expression)

    def instead(self, graph: Array) -> Array:
        """The formula with variables for the constants that are data."""
        return self._instead(read(graph, {}))

    def _instead(self, form: Form) -> Array:
        if form.array.key in self.expressions:
            return self.expressions[form.array.key]
        return form.operation.build(*map(self._instead, form.parts)) if form.operation is not None else form.array


def _domain(value: Values) -> domains.Domain:
    if np.all(np.isin(value, (0, 1))):
        return domains.BITS
    return domains.POSITIVE if np.all(value > 0) else domains.REAL


def _kept(functions: Iterable[Callable[..., Any]]) -> Iterator[tuple[str, Any]]:
    """The variables that functions name beside their arguments, and those of functions that they call."""
    waiting, seen = list(functions), set[int]()
    while waiting:
        function = waiting.pop(0)
        if isinstance(function, partial):
            yield from function.keywords.items()
            waiting.append(function.func)
        elif inspect.isfunction(function) and id(function) not in seen:
            seen.add(id(function))
            variables = inspect.getclosurevars(function)
            kept = {**variables.globals, **variables.nonlocals}
            yield from kept.items()
            waiting += [value for value in kept.values() if inspect.isfunction(value)]
