"""Element-wise functions of the table, with NumPy's broadcasting."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache, partial
from typing import Any

import numpy as np
import sympy as sp

from gradcheck.functions import TABLE, Function
from gradcheck.functions.table import absolute, add, multiply, negative, subtract
from gradcheck.graph.broadcasts import broadcast_to
from gradcheck.graph.domains import REAL
from gradcheck.graph.inputs import make_input
from gradcheck.graph.literals import Literal, as_array, one_number
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import NUMPY, OPERATORS
from gradcheck.graph.node import Array, Defined, Degree, Examples, Mistake, Number, Written
from gradcheck.graph.reductions import summed_to
from gradcheck.graph.sizes import Shape, ShapeError, is_one_number, show_shape, unify
from gradcheck.graph.sweep import pull_back
from gradcheck.graph.walks import walk
from gradcheck.graph.writing import Piece


class Apply(Array):
    """An element-wise function of the table, with NumPy's broadcasting. What is known of it stands on the row."""

    __slots__ = ()

    verb = "elementwise"
    forgets_numbering = True
    is_by_entry = True
    examples: Examples = (np.sin, lambda matrix: matrix * matrix)

    @property
    def function(self) -> Function:
        """The row."""
        function: Function = self.params[0]
        return function

    @property
    def defined(self) -> Defined | None:
        """The row's domain."""
        row = self.function
        return None if row.domain is None else (row.domain, row.name, row.where)

    kinks = property(lambda self: self.function.facts.kinks)
    is_jump = property(lambda self: self.function.is_jump)

    def is_rational(self, number: Number) -> bool:
        """If the row's definition is, with the numbers among the arguments put in."""
        symbols, definition = self.function.definition
        numbers = {x: one_number(arg, number) for x, arg in zip(symbols, self.args, strict=True)}
        return _is_rational(definition.xreplace({x: n for x, n in numbers.items() if n is not None}))

    def change(self, on: Any, operands: Sequence[Any], changes: Sequence[Any], value: Any) -> Any:
        """The row's increment, slope or bound, as the carrier reads it."""
        return on.elementwise(self, operands, changes)

    def rounding(self, at: Any, operands: Sequence[Any]) -> float:
        """Part of what it makes of its operands' errors: both depend on the slope of the function."""
        return 0.0

    def cotangent(self, position: int, incoming: Array, lead: int) -> Array | None:
        """Times the row's partial derivative, summed over what was repeated."""
        shape = self.args[position].shape
        if self.function.body is not None:
            (x,) = self.args
            return summed_to(incoming * slope_of_body(self.function.body, x), shape, lead)
        partial = self.function.partials[position](*self.args, self)
        if isinstance(partial, (int, float)) and partial in (-1, 0, 1):
            return summed_to(incoming if partial == 1 else -incoming, shape, lead) if partial else None
        return summed_to(incoming * partial, shape, lead)

    def has_factor(self, position: int, summed: bool) -> bool:
        """If the definition is a product of powers, or the operand's negative; all are apart that are not repeated."""
        exponents = (1,) if self.function is negative else self.function.powers
        is_apart = sorted(map(str, self.shape)) == sorted(map(str, self.args[position].shape))
        return exponents is not None and exponents[position] == 1 and (is_apart or not summed)

    def is_positive(self, operands: Sequence[bool], number: Number) -> bool:
        """As the row says."""
        needed = self.function.facts.positive_if
        return needed is not None and all(operands[i] for i in needed)

    def fits(self, number: Number) -> bool:
        """Whatever the sizes."""
        return True

    def degree(self, operands: Sequence[Degree], number: Number) -> Degree | None:
        """That of the definition."""
        return None

    def length(self, operands: Sequence[int], number: Number) -> int:
        """A name and its arguments."""
        return 1 + sum(operands)

    def mistakes(self) -> Iterable[Mistake]:
        """The row's."""
        return ((words, parts, as_array(it)) for words, parts, it in self.function.mistakes(self, *self.args))

    def write(self, style: Any) -> Piece:
        """The row's sign or name."""
        piece: Piece = style.application(self.function, self.args)
        return piece


def _is_rational(definition: sp.Expr) -> bool:
    """Whether a definition is a rational function of its symbols, with rational coefficients."""
    powers = definition.atoms(sp.Pow)
    return not definition.atoms(sp.Function, sp.NumberSymbol) and all(found.exp.is_Integer for found in powers)


def slope_of_body(body: Callable[..., Any], x: Array) -> Array:
    """The derivative of the expression that a row stands for, entry by entry: its cotangents for a 1 everywhere."""
    slope = pull_back(broadcast_to(1, x.shape), as_array(body(x)), x, 0)
    return broadcast_to(0, x.shape) if slope is None else slope


@cache
def body_of(body: Callable[..., Any]) -> tuple[Array, Array]:
    """The expression that a row stands for, as the graph of one number: the variable, and the graph."""
    variable = make_input("t", (), REAL)
    return variable, as_array(body(variable))


def apply(function: Function, *values: Any) -> Array:
    """An element-wise function of the table on arrays and numbers."""
    if len(values) != function.arity:
        raise TypeError(f"{function.name} takes {function.arity} argument(s), not {len(values)}")
    args = tuple(map(as_array, values))
    if function in _EXACT and all(isinstance(arg, Literal) and not arg.shape for arg in args):
        return as_array(function.sympy(*(arg.params[0][0] for arg in args)))
    layout = lambda style, written: style.application(function, written.operands)  # noqa: E731
    return _apply(args, function, written=Written("apply", args, (), layout))


_EXACT = (add, subtract, multiply, negative)
"""Operations on numbers that are carried out at once, so that they stay exact."""


@conforming()
def _apply(args: tuple[Array, ...], function: Function, written: Written) -> Array:
    shapes = [arg.shape for arg in args]
    return Apply(args, (function,), unify(shapes, _shown(function, shapes)), None)


def _shown(function: Function, shapes: Iterable[Shape]) -> str:
    texts = map(show_shape, shapes)
    return f" {function.sign} ".join(texts) if function.sign else f"{function.name}({', '.join(texts)})"


OPERATORS["apply"] = apply
NUMPY.update({name: partial(apply, row) for name, row in TABLE.items() if hasattr(np, name)})
NUMPY.update({name: partial(apply, absolute) for name in ("absolute", "fabs")})


def applications(*roots: Array, known: Iterable[int] = ()) -> Iterator[Apply]:
    """Every application of a function of the table in the graphs."""
    return (node for node in walk(*roots, known=set(known)) if isinstance(node, Apply))


def strict_misfit(root: Array) -> ShapeError | None:
    """The first element-wise operation whose operands are not of one shape (1×1 acts as a number), if any.

    This is the mathematicians' convention; documents written in NumPy's spirit broadcast instead.
    """
    for node in walk(root):
        if not node.conforms:
            return misfit_of(node)
        if isinstance(node, Apply):
            shapes = [arg.shape for arg in node.args if not is_one_number(arg.shape)]
            for shape in shapes[1:]:
                if shape != shapes[0]:
                    what = _shown(node.function, [arg.shape for arg in node.args])
                    return ShapeError(what, _difference(shapes[0], shape))
    return None


def misfit_of(root: Array) -> ShapeError | None:
    """Why an expression has no shape, if it has none."""
    return next((node.error for node in walk(root) if not node.conforms), None)


def _difference(left: Shape, right: Shape) -> str:
    if len(left) != len(right):
        return f"{len(left)} axes are not {len(right)}"
    return next(f"{a} is not {b}" for a, b in zip(left, right, strict=True) if a != b)
