"""Between which numbers the entries of an array lie, whatever its inputs and sizes are: intervals on the graph.

One interval is kept for all entries of an array, so what is said holds of each of them: a union over the entries. Every
rule gives an interval that contains all values that numbers in the operands' intervals can give (Moore, 1966); two
operands that are one expression are not known to move together, but for x - x and x · x. So intervals may be too wide,
and never too narrow.
"""

import math
from functools import reduce

from gradcheck.functions.row import ANYWHERE, Range
from gradcheck.functions.table import multiply, square, subtract
from gradcheck.graph import Apply, Array, Einsum, Identity, Input, Literal, Moving
from gradcheck.numerics.evaluate import NumberSystem


class Ranges(NumberSystem[Range]):
    """The intervals of expressions, each found once."""

    def __init__(self) -> None:
        super().__init__({})

    def excludes(self, argument: Array, sign: int) -> bool:
        """Whether no entry has this sign."""
        low, high = self(argument)
        return high <= 0 if sign > 0 else low >= 0

    def is_within(self, argument: Array, low: float, high: float) -> bool:
        """Whether all entries lie strictly between two numbers; no entry is infinite."""
        least, most = self(argument)
        return (low < least or math.isinf(low)) and (most < high or math.isinf(high))

    # -- the verbs of kinds ------------------------------------------------------------------------------------------

    def given(self, node: Input) -> Range:
        """As the domain says."""
        return node.domain.within

    def literal(self, node: Literal) -> Range:
        """The least and the largest number; of one that a size occurs in, the sign is known at most."""
        if all(value.is_Rational for value in node.values):
            return float(min(node.values)), float(max(node.values))
        return (0.0, math.inf) if all(value.is_nonnegative for value in node.values) else ANYWHERE

    def identity(self, node: Identity) -> Range:
        """0 and 1."""
        return 0.0, 1.0

    def counted(self, node: Array) -> Range:
        """No negative number."""
        return 0.0, math.inf

    def positional(self, node: Array) -> Range:
        """0 and 1."""
        return 0.0, 1.0

    def elementwise(self, node: Apply, *args: Range) -> Range:
        """As the row says."""
        if len(node.args) == 2 and node.args[0].key == node.args[1].key:
            if node.function is subtract:
                return 0.0, 0.0
            if node.function is multiply:
                return square.facts.within(args[0])
        return node.function.facts.within(*args)

    def product(self, node: Einsum, *operands: Range) -> Range:
        """One or more products; x · x summed is no sum of negative numbers."""
        labels, result = node.params
        is_square = len(node.args) == 2 and node.args[0].key == node.args[1].key and labels[0] == labels[1]
        one = square.facts.within(operands[0]) if is_square else reduce(multiply.facts.within, operands)
        is_sum = any(label not in result for own in labels for label in own)
        return multiply.facts.within(one, (1.0, math.inf)) if is_sum else one

    def moved(self, node: Moving, *operands: Range) -> Range:
        """Entries stay what they are."""
        return min(low for low, _ in operands), max(high for _, high in operands)

    def largest(self, node: Array, operand: Range) -> Range:
        """One of the entries."""
        return operand

    def selected(self, node: Array, operand: Range) -> Range:
        """A mask."""
        return 0.0, 1.0

    def logsumexp(self, node: Array, operand: Range) -> Range:
        """No smaller than any entry."""
        return operand[0], math.inf

    def multiplied(self, node: Array, operand: Range) -> Range:
        """Of any number of factors."""
        low, high = operand
        if low >= 0:
            return (0.0, 1.0) if high <= 1 else (0.0, math.inf)
        return (-1.0, 1.0) if low >= -1 and high <= 1 else ANYWHERE

    def differentiated(self, node: Array, *operands: Range) -> Range:
        """Nothing is known."""
        return ANYWHERE

    misfit = inverse = determinant = logdet = differentiated
