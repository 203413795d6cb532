"""A formula as it is written: a tree of operations down to the names.

It is read as it is printed, through the words in which every node says how it is written. So what has no shape is read
as well as what has one, and no kind of node is asked for by name. What has no operation here is a leaf.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from gradcheck import notation
from gradcheck.functions import Function
from gradcheck.functions.table import identity, negative, power, square
from gradcheck.graph import Array, Size, Written, as_array
from gradcheck.repair.arithmetic import NEGATIVE, SIGNS, Applied, Power
from gradcheck.repair.calls import Called, Entry, Remade, Reshaped
from gradcheck.repair.contractions import AT, TRANSPOSED, Indexed, Reduction
from gradcheck.repair.inverting import INVERTED
from gradcheck.repair.operations import Operation
from gradcheck.repair.partials import Partial

MOST_PARTS = 400
"""Formulas of more parts than this are not taken apart further: what lies deeper is a leaf."""


@dataclass(frozen=True, eq=False)
class Form:
    """An operation on forms, or a leaf without one. array: what stands there in the formula.

    is_symbol: whether it stands there as a name. is_plain: whether nothing is edited at this very place.
    """

    array: Array
    operation: Operation | None = None
    parts: tuple[Form, ...] = ()
    is_symbol: bool = False
    is_plain: bool = False

    def places(self) -> Iterator[Form]:
        """All forms that it is made of, and itself."""
        yield self
        for part in self.parts:
            yield from part.places()

    def repeated(self) -> list[Array]:
        """The symbols that stand in several of its places."""
        symbols = [place.array for place in self.places() if place.is_symbol]
        counts = Counter(symbol.key for symbol in symbols)
        return list({symbol.key: symbol for symbol in symbols if counts[symbol.key] > 1}.values())

    def renamed(self, key: int, new: Array) -> Array:
        """The formula with another array in all places of a symbol."""
        if self.is_symbol and self.array.key == key:
            return new
        if self.operation is None:
            return self.array
        return self.operation.build(*(part.renamed(key, new) for part in self.parts))

    def with_part(self, place: Form, new: Array) -> Array:
        """The formula with something else at a place; what does not contain it stays as its author wrote it."""
        if self is place:
            return new
        if self.operation is None or not any(part is place for part in self.places()):
            return self.array
        return self.operation.build(*(part.with_part(place, new) for part in self.parts))


class Said(NamedTuple):
    """What a node says of how it is written."""

    operation: Operation
    operands: Sequence[Array]


class _Reader:
    """A style that puts nothing on paper: it tells which operation the words stand for."""

    def __init__(self, node: Array) -> None:
        self.word = node.written.word.strip("_") if node.written else ""

    def application(self, function: Function, args: Sequence[Array]) -> Said | None:
        if function.sign in SIGNS:
            return Said(SIGNS[function.sign], args)
        if function is negative:
            return Said(NEGATIVE, args)
        if function is square:
            return Said(Power(2), args)
        if function is power:
            return self._power(*args)
        return Said(Applied(function), args) if function is not identity else None

    def _power(self, base: Array, exponent: Array) -> Said | None:
        number = exponent.params[0][0] if exponent.verb == "literal" and not exponent.shape else None
        return Said(Power(int(number)), [base]) if number is not None and number.is_Integer else None

    def matmul(self, left: Array, right: Array) -> Said:
        return Said(AT, [left, right])

    def transpose(self, array: Array) -> Said:
        return Said(TRANSPOSED, [array])

    def inverse(self, array: Array) -> Said:
        return Said(INVERTED, [array])

    def reduction(self, word: str, array: Array, options: Mapping[str, Any]) -> Said | None:
        if word not in ("sum", "mean"):
            return None
        return Said(Reduction(word, options.get("axis"), bool(options.get("keepdims"))), [array])

    def entry(self, array: Array, item: Any) -> Said:
        return Said(Entry(item), [array])

    def reshape(self, array: Array, sizes: tuple[Size, ...]) -> Said:
        return Said(Reshaped(sizes), [array])

    def einsum(self, subscripts: str, operands: Sequence[Array]) -> Said:
        return Said(Indexed(subscripts), operands)

    def call_of(self, written: Written, is_list: bool = False) -> Said | None:
        if written.word == "transpose" and not written.options:
            return Said(TRANSPOSED, written.operands)
        if not (hasattr(notation, written.word) or hasattr(np, written.word)) or not written.operands:
            return None
        options = tuple((key, value) for key, value in written.options if key in ("axis", "axes", "keepdims"))
        return Said(Called(written.word, is_list, options), written.operands)

    def juxtaposed(self, row: Sequence[Any], read: Array) -> Any:
        return read.write(self)

    def partial(self, of: Array, by: Array) -> Said:
        return Said(Partial(self.word == "gradient"), [of, by])

    def __getattr__(self, word: str) -> Any:
        """Any other word says nothing of an operation."""
        return lambda *args, **options: None


def read(formula: Array, names: Mapping[int, str]) -> Form:
    """The form of a formula. A formula that has a name itself is looked into: the name stands for what is printed."""
    budget = [MOST_PARTS]
    return _read(formula, names, budget, True)


def _read(node: Array, names: Mapping[int, str], budget: list[int], is_whole: bool = False) -> Form:
    budget[0] -= 1
    if budget[0] < 0 or (id(node) in names and not is_whole) or not node.parts:
        return Form(node, is_symbol=id(node) in names or bool(node.name))
    said = _said(node)
    if said is None:
        return Form(node)
    if isinstance(said.operation, Partial):  # what is differentiated is no part of the value
        return Form(node, said.operation, tuple(Form(part, is_plain=True) for part in said.operands))
    return Form(node, said.operation, tuple(_read(as_array(part), names, budget) for part in said.operands))


def _said(node: Array) -> Said | None:
    """What a node says; any other one that conforms is an operation of its own."""
    said = node.write(_Reader(node))
    if isinstance(said, Said) and not (isinstance(said.operation, Called) and _is_made_of_what_it_says(node)):
        return said
    if node.conforms and node.args and all(arg.conforms for arg in node.args) and not _differentiates(node):
        return Said(Remade(node), node.args)
    return None


def _is_made_of_what_it_says(node: Array) -> bool:
    """Whether it has values of stacks, and its words are of its operands: those of `outer` were made flat before."""
    known = {id(arg) for arg in node.args}
    return node.verb in ("product", "moved") and all(id(part) in known for part in node.parts)


def _differentiates(node: Array) -> bool:
    """Whether it is the layout of a derivative, which is one thing."""
    return any(arg.verb == "differentiated" for arg in node.args)
