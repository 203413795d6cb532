"""What a graph shows of its values without evaluating them: numbers, sums, products, signs, and where it may be flat.

All answers err on the safe side: what is not seen to be positive may be negative, what is not seen to be a sum is a
whole, and what is not seen to be analytic may be constant on an open set.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import sympy as sp

from gradcheck import functions
from gradcheck.functions import Function
from gradcheck.graph import (
    Apply,
    Array,
    Broadcast,
    Concatenate,
    Einsum,
    Index,
    Input,
    Literal,
    Reshape,
    depends_on,
    domains,
    is_one_number,
    walk,
)
from gradcheck.numerics import reverse_mode
from gradcheck.numerics.evaluate import Sizes

Definition = tuple[tuple[sp.Symbol, ...], sp.Expr]
"""An expression, and the symbols in it that stand for arguments."""

_POSITIVE_DOMAINS = (domains.POSITIVE, domains.UNIT)
_FREE_DOMAINS = (domains.REAL, *_POSITIVE_DOMAINS)
_POSITIVE_VALUES = {functions.exp, functions.sigmoid, functions.softplus, functions.sqrt, functions.cosh}
_KEEP_POSITIVE = {functions.add, functions.multiply, functions.divide, functions.power, functions.square}
_MOVING = (Reshape, Index, Concatenate, Broadcast)
_SUMS = {functions.add: (1, 1), functions.subtract: (1, -1), functions.negative: (-1,), functions.identity: (1,)}
_PRODUCTS = {
    functions.multiply: (sp.S.One, sp.S.One),
    functions.divide: (sp.S.One, sp.S.NegativeOne),
    functions.square: (sp.Integer(2),),
    functions.sqrt: (sp.S.Half,),
}


@cache
def _definition(function: Function, position: int | None, numbers: tuple[Any, ...]) -> Definition:
    symbols = tuple(sp.Dummy(f"x{i}") for i in range(function.arity))
    expression = sp.sympify(function.sympy(*symbols))
    if position is not None:
        expression = sp.diff(expression, symbols[position])
    return symbols, expression.xreplace({x: n for x, n in zip(symbols, numbers, strict=True) if n is not None})


class Visible:
    """What graphs show for given sizes."""

    def __init__(self, sizes: Sizes) -> None:
        self._sizes = {symbol: sp.Integer(size) for symbol, size in sizes.items()}
        self._positive: dict[int, bool] = {}
        self._flat: dict[int, bool] = {}

    # -- numbers and definitions --

    def number(self, node: Array) -> sp.Rational | None:
        """The rational number that a node is written as."""
        if not isinstance(node, Literal) or not is_one_number(node.shape):
            return None
        value = node.values[0].xreplace(self._sizes)
        return value if value.is_Rational else None

    def definition(self, node: Apply) -> Definition:
        """The row's definition on symbols, with the arguments that are numbers put in."""
        return _definition(node.function, None, tuple(map(self.number, node.args)))

    def slope(self, node: Apply, position: int) -> Definition:
        """SymPy's derivative of the row's definition by one argument, likewise."""
        return _definition(node.function, position, tuple(map(self.number, node.args)))

    def is_keyed(self, *graphs: Array) -> bool:
        """Whether there are labels, or functions that are not rational."""
        for node in walk(*map(reverse_mode.expand, graphs)):
            if isinstance(node, Input) and node.domain not in _FREE_DOMAINS:
                return True
            if isinstance(node, Apply) and not _is_rational(self.definition(node)[1]):
                return True
        return False

    def has_symbolic_exponents(self, graph: Array) -> bool:
        """Whether there are powers with other exponents than numbers."""
        applied = (node for node in walk(graph) if isinstance(node, Apply))
        powers = (power for node in applied for power in self.definition(node)[1].atoms(sp.Pow))
        return not all(power.exp.is_Rational for power in powers)

    # -- sums and products --

    def summands(self, node: Array) -> list[tuple[sp.Rational, Array]] | None:
        """A node as a sum with rational factors, if it is written as one."""
        if not isinstance(node, Apply):
            return None
        if node.function in _SUMS:
            return [(sp.Integer(c), arg) for c, arg in zip(_SUMS[node.function], node.args, strict=True)]
        first, last = node.args[0], node.args[-1]
        if node.function is functions.multiply and (factor := self.number(last)) is not None:
            return [(factor, first)]
        if node.function is functions.multiply and (factor := self.number(first)) is not None:
            return [(factor, last)]
        if node.function is functions.divide and (divisor := self.number(last)):
            return [(1 / divisor, first)]
        return None

    def factors(self, node: Array) -> list[tuple[sp.Rational, Array]] | None:
        """A node as a product of powers, exponents first, whose logs exist if its own does."""
        if not isinstance(node, Apply) or not any(map(self.is_positive, node.args)):
            return None
        if node.function in _PRODUCTS:
            return list(zip(_PRODUCTS[node.function], node.args, strict=True))
        exponent = self.number(node.args[-1])
        if node.function is functions.power and exponent is not None and self.is_positive(node.args[0]):
            return [(exponent, node.args[0])]
        return None

    # -- where it may be flat --

    def may_vanish(self, summands: Iterable[Array]) -> bool:
        """Whether a sum may be 0 on an open set, as ReLU(x) is.

        It is not if it is an analytic function, nor if one term is a free input that no other term contains.
        """
        leaves = [leaf for summand in summands for leaf in self._leaves(summand)]
        alone = (leaf for leaf in leaves if isinstance(leaf, Input) and leaf.domain in _FREE_DOMAINS)
        if any(sum(depends_on(leaf, [free.key]) for leaf in leaves) == 1 for free in alone):
            return False
        return any(map(self._is_flat, leaves))

    def _leaves(self, node: Array) -> Iterator[Array]:
        """What a node is a sum of, entry by entry."""
        parts = [(sp.S.One, node.args[0])] if isinstance(node, (Reshape, Index, Broadcast)) else self.summands(node)
        if parts is None:
            yield node
        else:
            for coefficient, part in parts:
                yield from self._leaves(part) if coefficient else ()

    def _is_flat(self, node: Array) -> bool:
        """Whether it may be constant on an open set: steps, labels and unknown functions may, and what has them.

        Derivatives of what is analytic are analytic.
        """
        for part in walk(node, known=self._flat):
            if isinstance(part, Apply):
                own = _has_flat_parts(self.definition(part)[1])
            else:
                own = isinstance(part, Input) and part.domain not in _FREE_DOMAINS
            self._flat[part.key] = own or any(self._flat[arg.key] for arg in part.args)
        return self._flat[node.key]

    # -- signs --

    def is_positive(self, node: Array) -> bool:
        """Whether positive inputs and functions make it visibly positive."""
        if node.key not in self._positive:
            self._positive[node.key] = self._is_positive(node)
        return self._positive[node.key]

    def _is_positive(self, node: Array) -> bool:
        if isinstance(node, Input):
            return node.domain in _POSITIVE_DOMAINS
        if isinstance(node, Literal):
            return all(bool(value.xreplace(self._sizes).is_positive) for value in node.values)
        if isinstance(node, Apply) and node.function in _POSITIVE_VALUES:
            return True
        if isinstance(node, Apply) and node.function is functions.power:
            return self.is_positive(node.args[0])
        closed = isinstance(node, (Einsum, *_MOVING)) or (isinstance(node, Apply) and node.function in _KEEP_POSITIVE)
        return closed and all(map(self.is_positive, node.args))


def _is_rational(definition: sp.Expr) -> bool:
    powers = definition.atoms(sp.Pow)
    return not definition.atoms(sp.Function, sp.NumberSymbol) and all(power.exp.is_Integer for power in powers)


def _has_flat_parts(definition: sp.Expr) -> bool:
    return any(isinstance(f, functions.step) or hasattr(f.func, "stand_in") for f in definition.atoms(sp.Function))
