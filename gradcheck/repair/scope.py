"""What may stand in a correction besides what is printed: the symbols in scope, and slopes of activations."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

import numpy as np
import sympy as sp

from gradcheck.functions import Function
from gradcheck.functions.table import sigmoid, tanh
from gradcheck.graph import Array, as_array, derivatives_in, inputs_of, size_symbols, walk
from gradcheck.notation import diag, jacobian
from gradcheck.repair.arithmetic import Scaled
from gradcheck.repair.field import Field, is_one
from gradcheck.repair.forms import read
from gradcheck.repair.pools import Collector, Made, Pools
from gradcheck.repair.weights import TRANSPOSE, UNNAMED

MOST_FUNCTIONS = 10
"""How many functions are put in the place of others."""
MOST_AXES = 4
MOST_NUMBERS = 4
"""How many sizes that are numbers are factors."""
MOST_WRITTEN, LONGEST = 300, 16
"""How many expressions of the rest of a document are, the shortest ones, and of how many parts at most."""
MOST_SYMBOLS = 120
"""How many symbols are."""


def in_scope(field: Field, target: Array, symbols: Sequence[Array], names: Mapping[int, str], is_drawn: bool) -> Pools:
    """The symbols and the slopes, with their transposes, by shape.

    What was computed and has the target's value is left out, in whatever shape: a formula that is made of its name
    would be right, and say nothing. Where a derivative is asked for, inputs and slopes of activations say something.
    """
    own = field.value(target)
    assert own is not None
    asked = {node.key for node in derivatives_in(target)}
    written_out = [slope for slope in slopes(symbols, is_drawn) if not _asks(slope, asked)]
    inputs = {node.key for node in inputs_of(symbols)}
    tells = {id(node) for node in [*symbols, *written_out] if node.key in inputs or id(node) not in names}
    collector = Collector(field)
    for node in [*symbols, *written_out][:MOST_SYMBOLS]:
        value = field.value(node)
        is_name = value is not None and _is_same(value, own) and not (asked and id(node) in tells)
        if value is None or value.ndim > MOST_AXES or is_name:
            continue
        weight = 0.0 if id(node) in names else UNNAMED
        collector.add(value[None], weight, lambda i, node=node: Made(node, ()))  # type: ignore[misc]
        if value.ndim == 2 and not is_one(value.shape):
            collector.add(value.T[None], weight + TRANSPOSE, lambda i, node=node: Made(node.T, ()))  # type: ignore[misc]
    return collector.pools([], MOST_SYMBOLS * 2)


def written(graphs: Iterable[Array], names: Mapping[int, str]) -> list[Array]:
    """What is written in formulas, names aside: their parts without derivatives, the shortest first."""
    lengths: dict[int, tuple[int, Array]] = {}
    for graph in graphs:
        for place in read(graph, names).places():
            node, length = place.array, sum(1 for _ in place.places())
            is_one = place.operation is not None and node.conforms and not place.is_plain
            if is_one and length <= LONGEST and next(derivatives_in(node), None) is None:
                lengths.setdefault(node.key, (length, node))
    return [node for _, node in sorted(lengths.values(), key=lambda one: one[0])][:MOST_WRITTEN]


def as_written(field: Field, target: Array, expressions: Iterable[Array]) -> Pools:
    """Expressions and their transposes, by shape, but for what has the target's value in whatever shape."""
    own, collector = field.value(target), Collector(field)
    for node in expressions:
        value = field.value(node)
        if value is not None and value.ndim <= MOST_AXES and own is not None and not _is_same(value, own):
            collector.add(value[None], UNNAMED, lambda i, node=node: Made(node, ()))  # type: ignore[misc]
            if value.ndim == 2 and not is_one(value.shape):
                collector.add(value.T[None], UNNAMED + TRANSPOSE, lambda i, node=node: Made(node.T, ()))  # type: ignore[misc]
    return collector.pools([], 2 * MOST_WRITTEN)


def the_number_1(field: Field) -> Pools:
    """What 1 - x lacks, and what stands in the place of what is too much. As a factor it says nothing."""
    collector = Collector(field)
    collector.add(np.ones(1, np.uint64), 0.0, lambda i: Made(as_array(1), ()))
    return collector.pools([], 1)


def _asks(node: Array, asked: Container[int]) -> bool:
    """Whether it is made of the derivative that is asked for."""
    return any(derivative.key in asked for derivative in derivatives_in(node))


def _is_same(value: np.ndarray, own: np.ndarray) -> bool:
    """Whether two values have the same entries, as a row or a column, a matrix or its transpose."""
    if value.size != own.size:
        return False
    flat = own.ravel()
    return np.array_equal(value.ravel(), flat) or np.array_equal(value.T.ravel(), flat)


def slopes(symbols: Iterable[Array], is_drawn: bool) -> Iterator[Array]:
    """The derivatives of activations at their arguments that have names; written out unless they may be others.

    That of a largest entry is where it stands.
    """
    symbols = list(symbols)
    named = {node.key: node for node in symbols}
    seen: set[int] = set()
    for node in walk(*symbols):
        if node.verb == "largest" and node.args[0].key in named:
            yield _where_largest(named[node.args[0].key], node.axes)
        if node.verb == "elementwise" and is_activation(node.params[0]) and node.args[0].key in named:
            value, argument = named.get(node.key, node), named[node.args[0].key]
            slope = node.params[0].prime(argument) if is_drawn else _slope(node.params[0], value, argument)
            if slope.key not in seen:
                seen.add(slope.key)
                yield slope
                if argument.ndim == 2 and argument.shape[1] == 1 != argument.shape[0]:
                    yield jacobian(value, argument)
                    yield diag(slope)


def _where_largest(array: Array, axes: Sequence[int]) -> Array:
    along = tuple(axis % array.ndim for axis in axes)
    whole: Array = array.max(axis=along[0] if len(along) == 1 else along, keepdims=True)
    mask: Array = array == whole
    return mask


def _slope(function: Function, value: Array, argument: Array) -> Array:
    if function is sigmoid:
        return value * (1 - value)
    if function is tanh:
        return 1 - value**2
    slope: Array = function.prime(argument)
    return slope


def is_activation(function: Function) -> bool:
    """Whether it is a function of one argument that is defined everywhere and has a slope."""
    return is_word(function) and function.domain is None and not function.is_jump


def is_word(function: Function) -> bool:
    """Whether it is a function of one argument that is written as one, and no derivative of another one."""
    return function.arity == 1 and not function.sign and function.layout is None and not function.name.endswith("′")


def functions_in(graphs: Iterable[Array]) -> list[Function]:
    """The functions that stand in graphs, and their derivatives."""
    rows = (node.params[0] for node in walk(*graphs) if node.verb == "elementwise")
    found = list(dict.fromkeys(row for row in rows if is_word(row)))
    return list(dict.fromkeys(row for function in found for row in (function, function.prime)))[:MOST_FUNCTIONS]


def scales(graphs: Iterable[Array]) -> Iterator[Scaled]:
    """Factors that formulas lose or have too many: 2, sizes and their roots, and sizes that are numbers or sums."""
    graphs = list(graphs)
    numbers = {sp.sympify(size) for node in walk(*graphs) if node.conforms for size in node.shape}
    whole = sorted((size for size in numbers if size.is_Integer and size > 2), key=int)[:MOST_NUMBERS]
    sums = sorted((size for size in numbers if size.is_Add), key=str)[:MOST_NUMBERS]
    yield from (Scaled(sp.Integer(2)), Scaled(sp.Integer(2), True))
    for factor in (*whole, *sums, *(f for size in size_symbols(graphs) for f in (size, sp.sqrt(size)))):
        yield from (Scaled(factor, True), Scaled(factor))
