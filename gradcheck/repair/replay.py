"""The same edits in another instance of a claim: other activations, another depth, another layer of a loop."""

from __future__ import annotations

import re
from collections.abc import Container, Hashable, Mapping
from itertools import count
from typing import Any

from gradcheck.functions import Function
from gradcheck.graph import Array
from gradcheck.graph.sizes import each
from gradcheck.repair.arithmetic import Applied
from gradcheck.repair.calls import Entry, Remade, Reshaped
from gradcheck.repair.forms import Form, read
from gradcheck.repair.operations import Operation

NUMBER = re.compile(r"(?<=\[)\d+(?=\])")
"""What a loop counts in a name: `W[2]`, `z[2][1]`."""

OF_SIZES = (Remade, Reshaped)
"""Operations that are made for certain sizes."""


class Replay:
    """Carries a correction from one instance to another one.

    What stands in the printed formula is what stands at the same place there. What the edits brought in has the same
    name there, counted on in a loop as the printed names are, and so are indices: those of the printed formula before
    those of the target. A drawn function is the one that was drawn instead. shared: what both instances are made of,
    by `id`, which is itself where it has no such name there.
    """

    def __init__(
        self,
        printed: Array,
        names: Mapping[int, str],
        other: Array,
        symbols: Mapping[str, Array],
        their_names: Mapping[int, str],
        drawn: Mapping[Any, Any],
        targets: tuple[Array, Array],
        shared: Container[int] = (),
    ) -> None:
        self.names, self.symbols, self.drawn, self.shared = names, symbols, dict(drawn), shared
        self.places: dict[int, Array] = {}
        self.steps: dict[int, set[int]] = {}
        self.remade: dict[Hashable, Operation] = {}
        self.items: dict[tuple[int, str], Any] = {}
        for side, their_side in ((printed, other), targets):
            self._pair(read(side, names), read(their_side, their_names), their_names)

    def _pair(self, mine: Form, theirs: Form, their_names: Mapping[int, str]) -> None:
        """Note what stands where, as far as both formulas are written alike."""
        self.places.setdefault(id(mine.array), theirs.array)
        old, new = self.names.get(id(mine.array), ""), their_names.get(id(theirs.array), "")
        if NUMBER.sub("", old) == NUMBER.sub("", new):
            for position, (first, second) in enumerate(zip(NUMBER.findall(old), NUMBER.findall(new), strict=True)):
                self.steps.setdefault(position, set()).add(int(second) - int(first))
        if isinstance(mine.operation, OF_SIZES) and type(mine.operation) is type(theirs.operation):
            self.remade.setdefault(_likeness(mine.operation), theirs.operation)
        if isinstance(mine.operation, Entry) and isinstance(theirs.operation, Entry):
            pairs = zip(each(mine.operation.item), each(theirs.operation.item), strict=False)
            for axis, (item, their_item) in enumerate(pairs):
                self.items.setdefault((axis, str(item)), their_item)
        if isinstance(mine.operation, Applied) and isinstance(theirs.operation, Applied):
            self.drawn.setdefault(mine.operation.function, theirs.operation.function)
        if len(mine.parts) == len(theirs.parts):
            for part, other in zip(mine.parts, theirs.parts, strict=True):
                self._pair(part, other, their_names)

    def of(self, formula: Array) -> Array | None:
        """The formula there; None where something has no counterpart."""
        try:
            return self._again(read(formula, self.names), is_whole=True)
        except (KeyError, TypeError, ValueError):
            return None

    def _again(self, form: Form, is_whole: bool = False) -> Array:
        if id(form.array) in self.places and not is_whole:
            return self.places[id(form.array)]
        if form.operation is not None:
            return self._operation(form.operation).build(*map(self._again, form.parts))
        if id(form.array) in self.names:
            return self._named(form.array)
        if not form.array.args:
            return form.array
        if is_whole or (whole := read(form.array, self.names)).operation is None:
            raise KeyError("an expression that is not read has no counterpart")
        return self._again(whole)

    def _named(self, array: Array) -> Array:
        name = self._counted(self.names[id(array)])
        return array if name not in self.symbols and id(array) in self.shared else self.symbols[name]

    def _counted(self, name: str) -> str:
        steps = (self.steps.get(position, set()) for position in count())
        return NUMBER.sub(lambda number: str(int(number[0]) + _only(next(steps))), name)

    def _operation(self, operation: Operation) -> Operation:
        if isinstance(operation, Applied):
            return Applied(self._function(operation.function))
        if isinstance(operation, Entry):
            items = tuple(self.items.get((axis, str(i)), i) for axis, i in enumerate(each(operation.item)))
            return Entry(items if isinstance(operation.item, tuple) else items[0])
        return self.remade.get(_likeness(operation), operation)

    def _function(self, function: Function) -> Function:
        primes = {old.prime: new.prime for old, new in self.drawn.items() if _has_prime(old) and _has_prime(new)}
        new: Function = {**primes, **self.drawn}.get(function, function)
        return new


def _only(steps: set[int]) -> int:
    return next(iter(steps)) if len(steps) == 1 else 0


def _likeness(operation: Operation) -> Hashable:
    if not isinstance(operation, Remade):
        return operation
    node = operation.node
    return node.word, node.shape, tuple(arg.shape for arg in node.args)


def _has_prime(drawn: Any) -> bool:
    return isinstance(drawn, Function) and drawn.arity == 1
