"""What a graph shows of its values without evaluating them: numbers, sums, products, signs, and where it may be 0.

All answers err on the safe side: what is not seen to be positive may be negative, what is not seen to be a sum is a
whole, and what is not seen to be 0 almost nowhere may be 0 on an open set. Nothing is seen in a derivative that is not
expanded.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import sympy as sp

from gradcheck.functions import Function
from gradcheck.functions.kept import kept_with_the_first
from gradcheck.functions.table import divide, multiply, power
from gradcheck.graph import Apply, Array, Input, Moving, applications, depends_on, inputs_of, one_number, walk
from gradcheck.numerics.evaluate import Sizes, number_of
from gradcheck.proofs.ranges import Ranges

Definition = tuple[tuple[sp.Symbol, ...], sp.Expr]
"""An expression, and the symbols in it that stand for arguments."""


@kept_with_the_first
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
        self._rational: dict[int, bool] = {}
        self._ranges = Ranges()

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
        return not all(map(self._is_rational, graphs))

    def may_be_related(self, *graphs: Array) -> bool:
        """Whether there are labels, or roots of what is nowhere negative. Derivatives are to be expanded."""
        return not all(node.domain.is_open for node in inputs_of(graphs)) or any(map(self.root, walk(*graphs)))

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

    def root(self, node: Array) -> tuple[sp.Rational, Array] | None:
        """What a node is a root u^e of, e first, if u is nowhere negative: its whole powers are powers of u."""
        if not isinstance(node, Apply):
            return None
        base, exponents = node.args[0], node.function.powers
        exponent = self.number(node.args[-1]) if node.function is power else None
        if exponents is not None and len(exponents) == 1:
            (exponent,) = exponents
        is_root = exponent is not None and not exponent.is_Integer
        return (exponent, base) if is_root and self._ranges.excludes(base, -1) else None

    # -- where it may be 0 --

    def witnesses(self, summands: Iterable[Array]) -> list[Array] | None:
        """Rational parts: if they are not 0 at a point, entries of a sum that are not 0 there are 0 almost nowhere.

        None: nothing is shown.

        The argument. A rational function that is not 0 at a point is 0 almost nowhere. The same holds for a function
        that is 0 only where that function is; for products of such; for what is positive; and for a sum in one term of
        which there is a free input w as a factor, if its other factors are 0 almost nowhere: for given values of all
        other inputs, the sum is 0 at one value of w at most. Nothing is said of other sums: hidden relations may make
        them 0 (sin 2x - 2 sin x cos x), everywhere or on one side (√(x²) - x).
        """
        parts = list(summands)
        if all(map(self._is_rational, parts)):
            return []
        return self._of_node(parts[0]) if len(parts) == 1 else self._of_sum(parts)

    def _of_node(self, node: Array) -> list[Array] | None:
        if self.is_positive(node):
            return []
        if self._is_rational(node):
            return [node]
        if isinstance(node, Moving):
            return self._of_product(node.args)
        if isinstance(node, Apply) and (node.function.is_zero_with_argument or node.function.powers is not None):
            return self._of_product(node.args)
        return self._of_sum([node])

    def _of_product(self, factors: Iterable[Array]) -> list[Array] | None:
        found = list(map(self._of_node, factors))
        return None if None in found else [node for nodes in found if nodes is not None for node in nodes]

    def _of_sum(self, summands: Iterable[Array]) -> list[Array] | None:
        """Of a sum that has a term with a free input that no other term contains."""
        leaves = [leaf for summand in summands for leaf in self._leaves(summand)]
        for free in inputs_of(leaves):
            containing = [leaf for leaf in leaves if depends_on(leaf, [free.key])]
            if free.domain.is_open and len(containing) == 1:
                others = _cofactors(containing[0], free)
                found = None if others is None else self._of_product(others)
                if found is not None:
                    return found
        return None

    def _leaves(self, node: Array) -> Iterator[Array]:
        """What a node is a sum of, entry by entry."""
        is_moved = isinstance(node, Moving) and len(node.args) == 1
        parts = [(sp.S.One, node.args[0])] if is_moved else self.summands(node)
        if parts is None:
            yield node
        else:
            for coefficient, part in parts:
                yield from self._leaves(part) if coefficient else ()

    def _is_rational(self, node: Array) -> bool:
        """Whether it is a rational function of inputs that may be moved a little."""
        for part in walk(node, known=self._rational):
            operands = (self._rational[arg.key] for arg in part.args)
            self._rational[part.key] = part.is_rational(self._number_of) and all(operands)
        return self._rational[node.key]

    # -- signs --

    def is_positive(self, node: Array) -> bool:
        """Whether positive inputs and functions make it visibly positive."""
        for part in walk(node, known=self._positive):
            operands = [self._positive[arg.key] for arg in part.args]
            self._positive[part.key] = part.is_positive(operands, self._number_of)
        return self._positive[node.key]


def _cofactors(node: Array, free: Input, summed: bool = False) -> list[Array] | None:
    """The factors beside a free input, in an entry of a product; None if it may stand there in another way.

    summed: whether entries are summed afterwards, so that no two of them may have the same entry of the input.
    """
    if node.key == free.key:
        return []
    containing = [position for position, arg in enumerate(node.args) if depends_on(arg, [free.key])]
    if len(containing) != 1 or not node.has_factor(containing[0], summed):
        return None
    (position,) = containing
    inner = _cofactors(node.args[position], free, summed or not node.is_by_entry)
    return None if inner is None else [*inner, *node.args[:position], *node.args[position + 1 :]]
