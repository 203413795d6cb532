"""What a graph shows of its values without evaluating them: numbers, sums, products, signs, and where it may be 0.

All answers err on the safe side: what is not seen to be positive may be negative, what is not seen to be a sum is a
whole, and what is not seen to be 0 almost nowhere may be 0 on an open set. Nothing is seen in a derivative that is not
expanded.
"""

from collections.abc import Iterable
from typing import Any

import sympy as sp

from gradcheck.functions import Function
from gradcheck.functions.kept import kept_with_the_first
from gradcheck.functions.table import divide, multiply, power
from gradcheck.graph import Apply, Array, Input, Moving, Multiplied, applications, inputs_of, one_number, walk
from gradcheck.numerics.evaluate import Sizes, number_of
from gradcheck.proofs.ranges import Ranges
from gradcheck.proofs.sums import terms_of

NESTED = 4
"""How many sums inside of factors of terms of sums are looked into for a free input."""

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
        return not all(map(self.is_rational, graphs))

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
        """A node as a product of powers, exponents first, whose logs exist if its own does.

        Let a be nowhere negative, as Σ x² is. Where log(a b) has a value, a b > 0: then a > 0, and b > 0. Where a root
        of a b has one, either a > 0, and b is not negative, or a = 0, and the root of a is 0 as that of a b is.

        A product of the entries along an axis has these as its factors, if none of them is ever negative.
        """
        if isinstance(node, Multiplied):
            return [(sp.S.One, node.args[0])] if self._is_never_negative(node.args[0]) else None
        if not isinstance(node, Apply) or not any(map(self._is_never_negative, node.args)):
            return None
        if node.function.powers is not None:
            return list(zip(node.function.powers, node.args, strict=True))
        exponent = self.number(node.args[-1])
        if node.function is power and exponent is not None and self._is_never_negative(node.args[0]):
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
        if all(map(self.is_rational, parts)):
            return []
        return self._of_product(parts, NESTED) if len(parts) == 1 else self._of_sum(parts, NESTED)

    def _of_product(self, factors: Iterable[Array], nested: int) -> list[Array] | None:
        """Of what is a product, down to its factors. nested: how many sums inside of sums are looked into."""
        found, pending, seen = [], list(factors), set()
        while pending:
            node = pending.pop()
            if node.key in seen or self.is_positive(node):
                continue
            seen.add(node.key)
            if self.is_rational(node):
                found.append(node)
            elif isinstance(node, Moving) or (isinstance(node, Apply) and _is_0_with_arguments(node.function)):
                pending += node.args
            else:
                inner = self._of_sum([node], nested - 1) if nested else None
                if inner is None:
                    return None
                found += inner
        return found

    def _of_sum(self, summands: Iterable[Array], nested: int) -> list[Array] | None:
        """Of a sum that has a term with a free input that no other term contains."""
        leaves = list(terms_of(((sp.S.One, summand) for summand in summands), self._moved_summands))
        containing: dict[int, list[Array]] = {}
        for _, leaf, times in leaves:
            for free in inputs_of([leaf]):
                containing.setdefault(free.key, []).extend([leaf] * min(times, 2))
        for free in inputs_of([leaf for _, leaf, _ in leaves]):
            if free.domain.is_open and len(containing[free.key]) == 1:
                others = _cofactors(containing[free.key][0], free)
                found = None if others is None else self._of_product(others, nested)
                if found is not None:
                    return found
        return None

    def _moved_summands(self, node: Array) -> list[tuple[sp.Rational, Array]] | None:
        """What a node is a sum of, entry by entry, whichever entries these are."""
        is_moved = isinstance(node, Moving) and len(node.args) == 1
        parts = [(sp.S.One, node.args[0])] if is_moved else self.summands(node)
        return None if parts is None else [(sp.S.One, part) for coefficient, part in parts if coefficient]

    def is_rational(self, node: Array) -> bool:
        """Whether it is a rational function of inputs that may be moved a little."""
        for part in walk(node, known=self._rational):
            operands = (self._rational[arg.key] for arg in part.args)
            self._rational[part.key] = part.is_rational(self._number_of) and all(operands)
        return self._rational[node.key]

    # -- signs --

    def _is_never_negative(self, node: Array) -> bool:
        return self.is_positive(node) or self._ranges.excludes(node, -1)

    def is_positive(self, node: Array) -> bool:
        """Whether positive inputs and functions make it visibly positive."""
        for part in walk(node, known=self._positive):
            operands = [self._positive[arg.key] for arg in part.args]
            self._positive[part.key] = part.is_positive(operands, self._number_of)
        return self._positive[node.key]


def _is_0_with_arguments(function: Function) -> bool:
    """Whether it is 0 only where an argument is."""
    return function.is_zero_with_argument or function.powers is not None


def _cofactors(node: Array, free: Input) -> list[Array] | None:
    """The factors beside a free input, in an entry of a product; None if it may stand there in another way."""
    within = {free.key}
    within.update(part.key for part in walk(node) if any(arg.key in within for arg in part.args))
    found: list[Array] = []
    summed = False  # whether entries are summed afterwards, so that no two of them may have the same entry of the input
    while node.key != free.key:
        containing = [position for position, arg in enumerate(node.args) if arg.key in within]
        if len(containing) != 1 or not node.has_factor(containing[0], summed):
            return None
        (position,) = containing
        found += [*node.args[:position], *node.args[position + 1 :]]
        summed = summed or not node.is_by_entry
        node = node.args[position]
    return found
