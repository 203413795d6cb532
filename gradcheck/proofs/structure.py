"""What a graph shows of its values without evaluating them: numbers, sums, products, signs, and where it may be flat.

All answers err on the safe side: what is not seen to be positive may be negative, what is not seen to be a sum is a
whole, and what is not seen to be analytic may be constant on an open set.
"""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

import sympy as sp

from gradcheck.functions import Function
from gradcheck.functions.table import divide, multiply, power
from gradcheck.graph import Apply, Array, Input, Moving, applications, depends_on, inputs_of, one_number, walk
from gradcheck.numerics import reverse_mode
from gradcheck.numerics.evaluate import Sizes, number_of

Definition = tuple[tuple[sp.Symbol, ...], sp.Expr]
"""An expression, and the symbols in it that stand for arguments."""


@cache
def _definition(function: Function, position: int | None, numbers: tuple[Any, ...]) -> Definition:
    symbols, expression = function.definition
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

    def _number_of(self, size: Any) -> int:
        return number_of(size, self._sizes)

    def number(self, node: Array) -> sp.Rational | None:
        """The rational number that a node is written as."""
        return one_number(node, self._number_of)

    def definition(self, node: Apply) -> Definition:
        """The row's definition on symbols, with the arguments that are numbers put in."""
        return _definition(node.function, None, tuple(map(self.number, node.args)))

    def slope(self, node: Apply, position: int) -> Definition:
        """SymPy's derivative of the row's definition by one argument, likewise."""
        return _definition(node.function, position, tuple(map(self.number, node.args)))

    def is_keyed(self, *graphs: Array) -> bool:
        """Whether there are labels, or functions that are not rational."""
        plain = list(map(reverse_mode.expand, graphs))
        if not all(node.domain.is_open for node in inputs_of(plain)):
            return True
        return not all(_is_rational(self.definition(node)[1]) for node in applications(*plain))

    def has_symbolic_exponents(self, graph: Array) -> bool:
        """Whether there are powers with other exponents than numbers."""
        powers = (found for node in applications(graph) for found in self.definition(node)[1].atoms(sp.Pow))
        return not all(found.exp.is_Rational for found in powers)

    # -- sums and products --

    def summands(self, node: Array) -> list[tuple[sp.Rational, Array]] | None:
        """A node as a sum with rational factors, if it is written as one."""
        if not isinstance(node, Apply):
            return None
        row, first, last = node.function, node.args[0], node.args[-1]
        if row.terms is not None:
            return list(zip(row.terms, node.args, strict=True))
        if row is multiply and (factor := self.number(last)) is not None:
            return [(factor, first)]
        if row is multiply and (factor := self.number(first)) is not None:
            return [(factor, last)]
        if row is divide and (divisor := self.number(last)):
            return [(1 / divisor, first)]
        return None

    def factors(self, node: Array) -> list[tuple[sp.Rational, Array]] | None:
        """A node as a product of powers, exponents first, whose logs exist if its own does."""
        if not isinstance(node, Apply) or not any(map(self.is_positive, node.args)):
            return None
        if node.function.powers is not None:
            return list(zip(node.function.powers, node.args, strict=True))
        exponent = self.number(node.args[-1])
        if node.function is power and exponent is not None and self.is_positive(node.args[0]):
            return [(exponent, node.args[0])]
        return None

    # -- where it may be flat --

    def may_vanish(self, summands: Iterable[Array]) -> bool:
        """Whether a sum may be 0 on an open set, as ReLU(x) is.

        It is not if it is an analytic function, nor if one term is a free input that no other term contains.
        """
        leaves = [leaf for summand in summands for leaf in self._leaves(summand)]
        alone = (leaf for leaf in leaves if isinstance(leaf, Input) and leaf.domain.is_open)
        if any(sum(depends_on(leaf, [free.key]) for leaf in leaves) == 1 for free in alone):
            return False
        return any(map(self._is_flat, leaves))

    def _leaves(self, node: Array) -> Iterator[Array]:
        """What a node is a sum of, entry by entry."""
        is_moved = isinstance(node, Moving) and len(node.args) == 1
        parts = [(sp.S.One, node.args[0])] if is_moved else self.summands(node)
        if parts is None:
            yield node
        else:
            for coefficient, part in parts:
                yield from self._leaves(part) if coefficient else ()

    def _is_flat(self, node: Array) -> bool:
        """Whether it may be constant on an open set: steps, labels and unknown functions may, and what has them."""
        for part in walk(node, known=self._flat):
            self._flat[part.key] = part.may_be_flat or any(self._flat[arg.key] for arg in part.args)
        return self._flat[node.key]

    # -- signs --

    def is_positive(self, node: Array) -> bool:
        """Whether positive inputs and functions make it visibly positive."""
        for part in walk(node, known=self._positive):
            operands = [self._positive[arg.key] for arg in part.args]
            self._positive[part.key] = part.is_positive(operands, self._number_of)
        return self._positive[node.key]


def _is_rational(definition: sp.Expr) -> bool:
    powers = definition.atoms(sp.Pow)
    return not definition.atoms(sp.Function, sp.NumberSymbol) and all(found.exp.is_Integer for found in powers)
