"""Which edits there are at one place of a formula.

What a kind of node says of how people get it wrong comes first: the same list tests what ticks are worth. It is asked
of square matrices, which fit whatever is done to them, so that it is there for what has no shape as well. Added to that
is what cannot keep the shape, and what is more than what is there.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import sympy as sp

from gradcheck import notation
from gradcheck.functions import Function
from gradcheck.graph import Array, Size, as_array, domains, make_input
from gradcheck.graph.sizes import is_whole
from gradcheck.graph.writing import item_text
from gradcheck.repair import weights
from gradcheck.repair.arithmetic import ITSELF, MINUS, NEGATIVE, OVER, PLUS, TIMES, Applied, Power, Scaled
from gradcheck.repair.calls import Entry, Reshaped
from gradcheck.repair.contractions import AT, TRANSPOSED, Indexed, Reduction
from gradcheck.repair.field import Field
from gradcheck.repair.forms import Form, read
from gradcheck.repair.inverting import INVERTED
from gradcheck.repair.operations import Operation
from gradcheck.repair.partials import Partial, others
from gradcheck.repair.pools import Edit, Pools
from gradcheck.repair.subscripts import BySizes

OTHERS: Mapping[Operation, Sequence[Operation]] = {
    PLUS: (MINUS, TIMES),
    MINUS: (PLUS,),
    TIMES: (OVER, PLUS),
    OVER: (TIMES,),
    AT: (),
}
"""What else an operator may have been, beside what kinds say themselves."""
SIGNS: Mapping[Operation, str] = {PLUS: "+", MINUS: "-", TIMES: "*", OVER: "/", AT: "@"}
SUMS = tuple(
    Reduction("sum", axis, keepdims) for axis, keepdims in ((None, False), (0, True), (1, True), (0, False), (1, False))
)

ROWS = (0, 1, slice(0, 1), slice(1, 2))
ENTRIES = (*ROWS, *((slice(None), i) for i in ROWS), *itertools.product(ROWS, ROWS))
"""Entries that are taken of a whole where less is meant."""
STEPS = (-1, 1, -2, 2)
"""How far indices are from what they should be."""


@dataclass(frozen=True)
class Change:
    """An edit at a place: an operation on places, on the place itself, or on what is in scope."""

    edit: Edit
    weight: float
    operation: Operation
    operands: tuple[Form | Pools, ...]


@dataclass(frozen=True)
class Means:
    """What edits are made with: the symbols, what they are in scope as, the number 1, functions, factors of sizes.

    written: expressions that stand elsewhere in the document. shape: that of the whole.
    """

    field: Field
    symbols: Sequence[Array]
    scope: Pools
    written: Pools
    one: Pools
    functions: Sequence[Function]
    scales: Sequence[Scaled]
    shape: tuple[Size, ...] = ()

    def changes(self, form: Form, is_root: bool) -> Iterator[Change]:
        """All edits at a place."""
        if form.is_plain:
            return
        for new in (self.scope, self.one):
            yield Change(Edit("{} for {{}}", (form.array,)), weights.SYMBOL, ITSELF, (new,))
        yield from _of_operation(form)
        yield from self._of_functions(form)
        yield from self._of_subscripts(form)
        if isinstance(form.operation, Partial):
            meant = others(self.field, form.operation, [part.array for part in form.parts], self.symbols)
            yield Change(Edit("{} for {{}}", (form.array,)), weights.SYMBOL, ITSELF, (meant,))
        yield from _of_numbers(form, list(self.field.sizes))
        for words, other in resized(form, self.field.sizes):
            yield Change(Edit(f"{words} in {{}}", (form.array,)), weights.NUMBER, ITSELF, (other,))
        yield from self._more(form, is_root)

    def _of_functions(self, form: Form) -> Iterator[Change]:
        if isinstance(form.operation, Applied):
            for function in self.functions:
                words = f"{function.name} for {form.operation.function.name}"
                yield Change(Edit(words, ()), weights.FUNCTION, Applied(function), form.parts)

    def _of_subscripts(self, form: Form) -> Iterator[Change]:
        """Subscripts that the sizes decide, with an operand less or more."""
        if not isinstance(form.operation, Indexed):
            return
        it, parts = (form.array,), form.parts
        for shape in {self.shape, form.array.shape if form.array.conforms else self.shape}:
            by_sizes = BySizes(shape)
            yield Change(Edit("the subscripts of {}", it), weights.ORDER, by_sizes, parts)
            for i, part in enumerate(parts if len(parts) > 1 else ()):
                less = Edit("the subscripts of {} without {}", (form.array, part.array))
                yield Change(less, weights.DROPPED, by_sizes, (*parts[:i], *parts[i + 1 :]))
            more = Edit("the factor {} and the subscripts of {{}}", it)
            yield Change(more, weights.FACTOR, by_sizes, (*parts, self.scope))

    def _more(self, form: Form, is_root: bool) -> Iterator[Change]:
        """What is there, and something more."""
        it = (form.array,)
        yield Change(Edit("the transpose of {}", it), weights.TRANSPOSE, TRANSPOSED, (form,))
        yield Change(Edit("the other sign of {}", it), weights.SIGN, NEGATIVE, (form,))
        if form.array.conforms and form.array.ndim == 2 and form.array.shape[0] == form.array.shape[1]:
            yield Change(Edit("the inverse of {}", it), weights.INVERSE, INVERTED, (form,))
        if form.array.verb != "literal":
            for scale in self.scales:
                factor = 1 / scale.factor if scale.is_divisor else scale.factor
                weight = weights.OUTERMOST_SIZE if is_root else weights.SIZE
                yield Change(Edit(f"the factor {factor} beside {{}}", it), weight, scale, (form,))
            yield Change(Edit("the square of {}", it), weights.SQUARE, Power(2), (form,))
            for total in SUMS:
                over = "" if total.axis is None else f" over axis {total.axis}"
                yield Change(Edit(f"the sum of {{}}{over}", it), weights.SUM, total, (form,))
        for operation, operands in ((TIMES, (form, self.scope)), (AT, (form, self.scope)), (AT, (self.scope, form))):
            yield Change(Edit("the factor {} beside {{}}", it), weights.FACTOR, operation, operands)
        yield Change(Edit("the divisor {} below {{}}", it), weights.FACTOR, OVER, (form, self.scope))
        for new in (self.scope, self.one):
            for operation, operands in ((PLUS, (form, new)), (MINUS, (form, new)), (MINUS, (new, form))):
                yield Change(Edit("the term {} beside {{}}", it), weights.TERM, operation, operands)
        if is_root:
            yield from (
                Change(Edit(f"[{item_text(i)}] of {{}}", it), weights.ENTRY, Entry(i), (form,)) for i in ENTRIES
            )
        for function in self.functions:
            yield Change(Edit(f"{function.name} of {{}}", it), weights.FACTOR, Applied(function), (form,))


# ---- what stands there, otherwise ------------------------------------------------------------------------------------


def _of_operation(form: Form) -> Iterator[Change]:
    operation, parts = form.operation, form.parts
    if operation is None:
        return
    yield from _by_kind(form)
    if operation in OTHERS:
        for other in OTHERS[operation]:
            yield Change(
                Edit(f"{SIGNS[other]} for {SIGNS[operation]} in {{}}", (form.array,)), weights.OPERATOR, other, parts
            )
        if operation in (AT, MINUS, OVER):
            yield Change(Edit("the other order in {}", (form.array,)), weights.ORDER, operation, parts[::-1])
        yield from _regrouped(form)
    elif len(parts) == 1 and operation is not NEGATIVE:
        yield Change(Edit("{} for {}", (parts[0].array, form.array)), weights.DROPPED, ITSELF, parts)
    for words, other, weight in _alternatives(operation):
        yield Change(Edit(words, (form.array,)), weight, other, parts)


def _by_kind(form: Form) -> Iterator[Change]:
    """The mistakes that the kind of node states, made of the parts that stand here."""
    assert form.operation is not None
    if form.operation not in OTHERS and form.operation is not NEGATIVE:
        return
    nodes, mistakes = _mistakes(form.operation)
    there = zip(nodes, (form.array, *(part.array for part in form.parts)), strict=True)
    arrays = {id(node): array for node, array in there}
    places = {id(node): part for node, part in zip(nodes[1:], form.parts, strict=True)}
    for words, about, other in mistakes:
        operands = tuple(map(partial(_filled, places), other.parts)) if other.operation else (_filled(places, other),)
        edit = Edit(words, tuple(arrays[id(node)] for node in about))
        yield Change(edit, weights.DROPPED, other.operation or ITSELF, operands)


@cache
def _mistakes(operation: Operation) -> tuple[tuple[Array, ...], list[tuple[str, tuple[Array, ...], Form]]]:
    """What is said of an operation on square matrices: the operation and these, and what it becomes by mistake."""
    n = sp.Integer(7)
    operands = [make_input(name, (n, n), domains.REAL) for name in (("x", "y") if operation in OTHERS else ("x",))]
    it, names = operation.build(*operands), {id(x): x.name for x in operands}
    return (it, *operands), [(words, about, read(other, names)) for words, about, other in it.mistakes()]


def _filled(places: Mapping[int, Form], form: Form) -> Form:
    return places[id(form.array)]


def _regrouped(form: Form) -> Iterator[Change]:
    """(x ∘ y) • z as x ∘ (y • z), and back: products that are read in another order."""
    products = (AT, TIMES, OVER)
    outer, (left, right) = form.operation, form.parts
    if outer in products and outer is not None:
        if left.operation in products and not left.is_symbol:
            x, y = left.parts
            inner = _plain(outer, y, right)
            yield Change(Edit("the brackets in {}", (form.array,)), weights.ORDER, left.operation, (x, inner))
        if right.operation in products and not right.is_symbol and right.operation is not None:
            y, z = right.parts
            inner = _plain(outer, left, y)
            yield Change(Edit("the brackets in {}", (form.array,)), weights.ORDER, right.operation, (inner, z))


def _plain(operation: Operation, *parts: Form) -> Form:
    return Form(operation.build(*(part.array for part in parts)), operation, parts, is_plain=True)


def _alternatives(operation: Operation) -> Iterator[tuple[str, Operation, float]]:
    """The same operation with other options."""
    if isinstance(operation, Reduction):
        others = [Reduction(operation.word, total.axis, total.keepdims) for total in SUMS]
        yield from ((f"{_options(other)} in {{}}", other, weights.ORDER) for other in others if other != operation)
    elif isinstance(operation, Power):
        exponents = (n for n in (2, 3, 4) if n != operation.exponent)
        yield from ((f"the exponent {n} in {{}}", Power(n), weights.ORDER) for n in exponents)
    elif isinstance(operation, Entry):
        for item, axes in _near(operation.item):
            yield f"[{item_text(item)}] in {{}}", Entry(item), weights.ORDER * axes


def _options(reduction: Reduction) -> str:
    keepdims = ", keepdims=True" if reduction.keepdims else ""
    return f"{reduction.word}({'' if reduction.axis is None else f'axis={reduction.axis}'}{keepdims})"


def _near(item: Any) -> Iterator[tuple[Any, int]]:
    """Indices beside those that are there, and on how many axes they are others."""
    items = item if isinstance(item, tuple) else (item,)
    for axis, old in enumerate(items):
        yield from ((_with_item(item, axis, new), 1) for new in (*_shifted(old), *_longer(old)))
    for i, j in itertools.combinations(range(len(items)), 2):
        for first, second in itertools.product(_shifted(items[i]), _shifted(items[j])):
            yield _with_item(_with_item(item, i, first), j, second), 2


def _shifted(old: Any) -> Iterator[Any]:
    if is_whole(old):
        yield from (old + step for step in STEPS if old + step >= 0)
    elif isinstance(old, slice) and old.start is not None and old.stop is not None:
        yield from (slice(old.start + step, old.stop + step) for step in STEPS)


def _longer(old: Any) -> Iterator[Any]:
    if isinstance(old, slice) and old.start is not None:
        yield from (slice(old.start + step, old.stop) for step in STEPS)


def _with_item(item: Any, axis: int, new: Any) -> Any:
    return (*item[:axis], new, *item[axis + 1 :]) if isinstance(item, tuple) else new


def _of_numbers(form: Form, sizes: Sequence[sp.Symbol]) -> Iterator[Change]:
    """Other numbers in the place of a number: small ones, and other sizes."""
    array = form.array
    if array.verb != "literal" or array.shape:
        return
    (number,) = array.params[0]
    others = [sp.S.One, 2 * number, number / 2, 1 / number if number else number]
    others += [] if number.free_symbols else [sp.S.Zero, sp.Integer(2), sp.S.NegativeOne, -number]
    others += [sp.sqrt(number)] if number.free_symbols else []
    others += [number.xreplace({old: new}) for old in number.free_symbols for new in sizes]
    for other in dict.fromkeys(others):
        if other != number:
            leaf = Form(as_array(other), is_plain=True)
            yield Change(Edit(f"{other} for {number}", ()), weights.NUMBER, ITSELF, (leaf,))


def resized(form: Form, sizes: Iterable[Size]) -> Iterator[tuple[str, Form]]:
    """An identity, ones or a reshaped array with another one of some sizes, and which it is in words."""
    written = form.array.written
    if isinstance(form.operation, Reshaped):
        for words, other in _with_another(form.operation.sizes, sizes):
            yield words, _plain(Reshaped(other), *form.parts)
    elif written is not None and written.word in ("identity", "ones"):
        for words, other in _with_another(written.option("sizes"), sizes):
            yield words, Form(getattr(notation, written.word)(*other), is_plain=True)


def _with_another(own: Sequence[Size], sizes: Iterable[Size]) -> Iterator[tuple[str, tuple[Size, ...]]]:
    for (axis, old), new in itertools.product(enumerate(own), sizes):
        if new != old:
            yield f"{new} for {old}", (*own[:axis], new, *own[axis + 1 :])
