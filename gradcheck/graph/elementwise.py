"""Element-wise functions of the table, with NumPy's broadcasting."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
import sympy as sp

from gradcheck.functions import TABLE, Function
from gradcheck.functions.held import BOOLEAN, FLOAT, WHOLE, Differs, Held, Type, type_of
from gradcheck.functions.kept import kept_with_the_first
from gradcheck.functions.table import absolute, add, divide, exp, multiply, negative, subtract, where
from gradcheck.graph.broadcasts import broadcast_to
from gradcheck.graph.domains import REAL
from gradcheck.graph.infinity import is_visibly_positive, where_finite
from gradcheck.graph.inputs import make_input
from gradcheck.graph.literals import Literal, as_array, one_number
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import OPERATORS, Use, stands_for
from gradcheck.graph.node import Array, Defined, Examples, Mistake, Number, Written
from gradcheck.graph.reductions import summed_to
from gradcheck.graph.refusals import Unsupported, engine, is_checked
from gradcheck.graph.sizes import Shape, ShapeError, is_one_number, show_shape, unify
from gradcheck.graph.sweep import pull_back
from gradcheck.graph.walks import walk
from gradcheck.graph.writing import Piece


class Apply(Array):
    """An element-wise function of the table, with NumPy's broadcasting. What is known of it stands on the row."""

    __slots__ = ()

    verb = "elementwise"
    divisors = ()
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

    def holds(self, operands: Sequence[Held]) -> Type:
        """As NumPy's function does, if the row has one."""
        return self.function.holds(operands)

    kinks = property(lambda self: self.function.facts.kinks)
    kinks_are_ties = False
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

    def finite(self, operands: Sequence[Array | None]) -> Array | None:
        """-∞ stays what it is if a number is added, or if it is multiplied by a positive one; exp has a rule for it."""
        row, may_be = self.function, [i for i, mask in enumerate(operands) if mask is not None]
        if not may_be or (may_be == [0] and row is exp):
            return None  # `apply` has multiplied exp by the mask
        masks = [as_array(1) if mask is None else mask for mask in operands]
        if row is add or (may_be == [0] and row is subtract):
            return apply(multiply, *masks)
        if row is where and 0 not in may_be:
            return _finite_of_two(self.args[0], *masks[1:])
        is_scaled = len(may_be) == 1 and (row is multiply or (may_be == [0] and row is divide))
        if is_scaled and is_visibly_positive(self.args[1 - may_be[0]]):
            return operands[may_be[0]]
        return super().finite(operands)

    def fits(self, number: Number) -> bool:
        """Whatever the sizes."""
        return True

    def length(self, operands: Sequence[int], number: Number) -> int:
        """A name and its arguments."""
        return 1 + sum(operands)

    def mistakes(self) -> Iterable[Mistake]:
        """The row's."""
        return ((words, parts, as_array(it)) for words, parts, it in self.function.mistakes(self, *self.args))

    @property
    def vocabulary(self) -> Iterable[str]:
        """The row's name, too."""
        return (self.function.name, *super().vocabulary)

    def write(self, style: Any) -> Piece:
        """The row's sign or name, if the author has no other word for it."""
        piece: Piece = super().write(style) if self.written else style.application(self.function, self.args)
        return piece


def _finite_of_two(condition: Array, yes: Array, no: Array) -> Array | None:
    """The mask of a choice between two arrays; where it is made by the mask of the first one, nothing is left of -∞."""
    everywhere, nowhere = as_array(1), as_array(0)
    if no.key == everywhere.key and yes.key == condition.key:
        return None
    return condition if (yes.key, no.key) == (everywhere.key, nowhere.key) else apply(where, condition, yes, no)


def _is_rational(definition: sp.Expr) -> bool:
    """Whether a definition is a rational function of its symbols, with rational coefficients."""
    powers = definition.atoms(sp.Pow)
    return not definition.atoms(sp.Function, sp.NumberSymbol) and all(found.exp.is_Integer for found in powers)


@engine()
def slope_of_body(body: Callable[..., Any], x: Array) -> Array:
    """The derivative of the expression that a row stands for, entry by entry: its cotangents for a 1 everywhere."""
    slope = pull_back(broadcast_to(1, x.shape), as_array(body(x)), x, 0)
    return broadcast_to(0, x.shape) if slope is None else slope


@kept_with_the_first
@engine()
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
    written = Written("apply", args, (), layout)
    made = _apply(args, function, written=written)
    return _without_infinity(made, written) if function is exp and made.conforms else made


@conforming()
def _without_infinity(power: Array, written: Written) -> Array:
    """Exp x, which is 0 where x is -∞: times the mask of where it is not."""
    mask = where_finite(power.args[0])
    if mask is None:
        return power
    with engine():
        return apply(multiply, mask, power).said(written)


_EXACT = (add, subtract, multiply, negative)
"""Operations on numbers that are carried out at once, so that they stay exact."""


@conforming()
def _apply(args: tuple[Array, ...], function: Function, written: Written) -> Array:
    shapes = [arg.shape for arg in args]
    node = Apply(args, (function,), unify(shapes, lambda: _shown(function, shapes)), None)
    if is_checked():
        _ask_numpy(node)
    return node


def _ask_numpy(node: Apply) -> None:
    """Refuse what NumPy computes otherwise."""
    try:
        node.held  # noqa: B018 - asking is what raises
    except Differs as error:
        is_of_masks = any(type_of(arg.held) == BOOLEAN for arg in node.args)
        what = f"{node.function.name} of {'masks' if is_of_masks else 'whole numbers'}: {error}"
        raise Unsupported(
            f"{what}; write {'1 * (x > 0)' if is_of_masks else '1.0 * x'} where numbers are meant"
        ) from None


def _shown(function: Function, shapes: Iterable[Shape]) -> str:
    texts = map(show_shape, shapes)
    return f" {function.sign} ".join(texts) if function.sign else f"{function.name}({', '.join(texts)})"


@stands_for("positive", uses=(lambda f, x, y: f(x),))
def positive(array: Any) -> Array:
    """As numpy.positive, which has no rule for booleans."""
    node = as_array(array)
    if is_checked() and type_of(node.held) == BOOLEAN:
        raise Unsupported("+ of a mask: NumPy refuses it; write 1 * (x > 0) where numbers are meant")
    return node


@stands_for("fabs", uses=(lambda f, x, y: f(x),))
@conforming()
def fabs(array: Array) -> Array:
    """As numpy.fabs, which gives real numbers of whole ones, too."""
    if is_checked() and type_of(array.held) == BOOLEAN:
        raise Unsupported("fabs of a mask: NumPy computes it in few digits; write 1 * (x > 0) where numbers are meant")
    return apply(absolute, astype(array, float))


def _as_inverted(style: Any, written: Written) -> Piece:
    piece: Piece = style.inverted(*written.operands)
    return piece


@stands_for("invert", uses=(lambda f, x, y: f(x),))
@conforming(_as_inverted)
def invert(mask: Array) -> Array:
    """As numpy.invert of a mask: 1 where it is 0, and a mask itself."""
    if is_checked() and type_of(mask.held) != BOOLEAN:
        raise Unsupported("~ of numbers: NumPy inverts their bits; write 1 - x where 0 and 1 are meant")
    written = Written("invert", (mask,), (), _as_inverted, held=BOOLEAN)
    return Apply((as_array(1), mask), (subtract,), mask.shape, written)


@conforming()
def in_place(made: Array, of: Any) -> Array:
    """What NumPy puts in the place of an array by an operator such as +=, if it can: the shape and the type stay."""
    old = as_array(of)
    if not old.ndim:  # a sum is a number, and no place
        return made
    if made.shape != old.shape:
        raise ShapeError(f"{show_shape(made.shape)} in the place of {show_shape(old.shape)}", "the shape has to stay")
    new, kept = type_of(made.held), type_of(old.held)
    if not np.can_cast(new, kept, "same_kind"):
        raise Unsupported(f"NumPy cannot put {new} in the place of {kept}: write x = x + y for x += y")
    return made


@conforming()
def astype(array: Array, dtype: Any) -> Array:
    """As numpy.ndarray.astype, where no digits are lost: masks and whole numbers as numbers."""
    wanted, own = np.dtype(dtype), type_of(array.held)
    if wanted not in (FLOAT, WHOLE) or not np.can_cast(own, wanted):
        raise Unsupported(f"astype({wanted}) of {own} is not supported: float and int are, where no digits are lost")
    number: Any = 1.0 if wanted == FLOAT else 1
    return array if own == wanted else apply(multiply, number, array)


def _uses_of(arity: int) -> tuple[Use, ...]:
    """A function of some arguments, on arrays and on numbers."""
    one, two, three = lambda f, x, y: f(x), lambda f, x, y: f(x, y), lambda f, x, y: f(x > 0, x, y)
    return ((one,), (two, lambda f, x, y: f(y, x)), (three, lambda f, x, y: f(x, y, 2)))[arity - 1]


OPERATORS.update({"apply": apply, "in place": in_place, "astype": astype})
for _names, _row in [*(((name,), row) for name, row in TABLE.items() if row.of_numpy), (("absolute",), absolute)]:
    stands_for(*_names, uses=_uses_of(_row.arity))(partial(apply, _row))


def applications(*roots: Array, known: Iterable[int] = ()) -> Iterator[Apply]:
    """Every application of a function of the table in the graphs."""
    return (node for node in walk(*roots, known=set(known)) if isinstance(node, Apply))


def _is_of_shares(node: Apply) -> bool:
    """Whether it is x - log Σ exp x along an axis, of which softmax is made: nothing that its author broadcasts."""
    if len(node.args) != 2 or not node.args[1].args:
        return False
    total = node.args[1].args[0]
    return total.verb == "logsumexp" and total.args[0].key == node.args[0].key


def strict_misfit(root: Array) -> ShapeError | Unsupported | None:
    """The first element-wise operation whose operands are not of one shape (1×1 acts as a number), if any.

    This is the mathematicians' convention; documents written in NumPy's spirit broadcast instead.
    """
    if not root.conforms:
        return misfit_of(root)
    for node in walk(root):
        if isinstance(node, Apply) and not _is_of_shares(node):
            shapes = [arg.shape for arg in node.args if not is_one_number(arg.shape)]
            for shape in shapes[1:]:
                if shape != shapes[0]:
                    what = _shown(node.function, [arg.shape for arg in node.args])
                    return ShapeError(what, _difference(shapes[0], shape))
    return None


def misfit_of(root: Array) -> ShapeError | Unsupported | None:
    """Why an expression has no shape, if it has none."""
    return None if root.conforms else root.error


def _difference(left: Shape, right: Shape) -> str:
    if len(left) != len(right):
        return f"{len(left)} axes are not {len(right)}"
    return next(f"{a} is not {b}" for a, b in zip(left, right, strict=True) if a != b)
