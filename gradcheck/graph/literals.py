"""Exact numbers in graphs, and what becomes of numbers that stand in a formula."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import sympy as sp

from gradcheck.functions.constants import ROUNDED_DIGITS, digits_in, exact
from gradcheck.functions.held import FLOAT, Held, Scalar
from gradcheck.graph.families import Leaf
from gradcheck.graph.node import Array, Examples, Number
from gradcheck.graph.sizes import is_one_number, size_symbol
from gradcheck.graph.walks import walk
from gradcheck.graph.writing import UNARY, Piece

SOME_SIZE = 2
"""What stands for a size where NumPy is asked what it makes of whole numbers."""


class Literal(Leaf):
    """Exact numbers: rationals and expressions in sizes, such as 1/m."""

    __slots__ = ()

    verb = "literal"
    examples: Examples = (lambda matrix: matrix * Fraction(1, 3), lambda matrix: 1 - matrix)

    @property
    def values(self) -> tuple[sp.Expr, ...]:
        """The entries, row by row."""
        values: tuple[sp.Expr, ...] = self.params[0]
        return values

    @property
    def sizes(self) -> tuple[sp.Expr, ...]:
        """Those in the numbers; a table of numbers has no symbolic size."""
        return self.values

    @property
    def rounded(self) -> str:
        """The first number such as 0.3333333333333333: its author would have written 1/3 if there were a way to."""
        for value in (part for entry in self.values for part in entry.atoms(sp.Rational)):
            number = repr(float(value)) if value.q != 1 else ""
            if digits_in(number) in ROUNDED_DIGITS and sp.Rational(number) == value:
                return number
        return ""

    @property
    def forgets_numbering(self) -> bool:
        """A table of numbers does not."""
        return not self.shape

    @property
    def is_by_entry(self) -> bool:
        """A number that no size occurs in."""
        return not self.shape and not self.values[0].free_symbols

    def rounding(self, at: Any, operands: Sequence[Any]) -> Any:
        """An ulp, and nothing for numbers that are binary fractions, as whole numbers are."""
        numbers = [value.xreplace(at.sizes) for value in self.values]
        exact = [number.is_Rational and sp.Rational(float(number)) == number for number in numbers]
        return np.where(np.reshape(exact, at.shape(self.shape)), 0.0, np.finfo(float).eps * np.abs(at(self)))

    def numbers(self, number: Number) -> list[sp.Expr]:
        """The entries with the sizes put in."""
        sizes = {size: sp.Integer(number(size)) for value in self.values for size in value.free_symbols}
        return [value.xreplace(sizes) for value in self.values]

    def is_rational(self, number: Number) -> bool:
        """As the numbers are."""
        return all(bool(value.is_Rational) for value in self.numbers(number))

    def is_positive(self, operands: Sequence[bool], number: Number) -> bool:
        """As the numbers are."""
        return all(bool(value.is_positive) for value in self.numbers(number))

    def write(self, style: Any) -> Piece:
        """The numbers."""
        piece: Piece = style.literal(self)
        return piece


class MinusInfinity(Leaf):
    """-∞; for oracles the number 0, which nothing that is judged depends on, see `infinity`."""

    __slots__ = ()

    verb = "literal"
    forgets_numbering = True
    is_by_entry = True
    values = (sp.Integer(0),)
    examples: Examples = (lambda matrix: np.where(np.tri(*matrix.shape, like=matrix) > 0, matrix, -np.inf),)

    def finite(self, operands: Sequence[Array | None]) -> Array:
        """Nowhere."""
        return as_array(0)

    def holds(self, operands: Sequence[Held]) -> Held:
        """As NumPy holds it."""
        return FLOAT

    def is_rational(self, number: Number) -> bool:
        """As 0 is."""
        return True

    def is_positive(self, operands: Sequence[bool], number: Number) -> bool:
        """It is not."""
        return False

    def write(self, style: Any) -> Piece:
        """With its sign."""
        return f"{style.minus}{style.infinity}", UNARY


def as_array(value: Any) -> Array:
    """Numbers, sizes, NumPy arrays and formulas as nodes; exact: a float means the decimal that it prints as."""
    if isinstance(value, Array):
        return value
    if hasattr(value, "__as_array__"):
        array: Array = value.__as_array__()
        return array
    if isinstance(value, np.ndarray) and value.dtype != object:
        numbers = tuple(_exact(v) for v in value.ravel().tolist())
        return _literal(numbers, value.shape, value.dtype)
    if isinstance(value, float) and value == -np.inf:
        return MinusInfinity((), (MinusInfinity.values, ()), ())
    number = _exact(value)
    return _literal((number,), (), _scalar(value, number))


def _literal(numbers: tuple[sp.Expr, ...], shape: tuple[int, ...], held: Held) -> Array:
    """Numbers, and how NumPy holds them: 2 and 2.0 are the same number."""
    node = Literal((), (numbers, shape), map(sp.Integer, shape))
    node._held = held
    return node


def _scalar(value: Any, number: sp.Expr) -> Scalar:
    """As NumPy takes it for a number of Python's; a size is some whole number."""
    if isinstance(value, (bool, np.bool_)):
        return Scalar(bool, bool(value))
    if isinstance(value, (int, np.integer)) or (isinstance(value, sp.Expr) and number.is_integer):
        return Scalar(int, int(number) if number.is_Integer else SOME_SIZE)
    return Scalar(float, float(number) if number.is_Rational else float(SOME_SIZE))


def _exact(value: Any) -> sp.Expr:
    if not isinstance(value, sp.Expr):
        return exact(value)
    decimals = {number: exact(float(number)) for number in value.atoms(sp.Float)}
    return value.xreplace({**decimals, **{s: size_symbol(s.name) for s in value.free_symbols}})


def one_number(node: Array, number: Number) -> sp.Rational | None:
    """The rational number that a node is written as; None if it is none."""
    if not isinstance(node, Literal) or not is_one_number(node.shape):
        return None
    (value,) = node.numbers(number)
    return value if value.is_Rational else None


def rounded_constant(*graphs: Array) -> str:
    """A constant that is a floating-point number and stands for something else, if there is one."""
    return next((node.rounded for node in walk(*graphs) if isinstance(node, Literal) and node.rounded), "")
