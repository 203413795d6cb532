"""A row of the table: everything that is known of one element-wise function.

A row holds the SymPy definition (read by exact algebra), the NumPy kernel (read by every numerical reading; stable, and
right for complex input, where it decides by the real part), the partial derivatives (read by reverse mode and by
rounding error bounds), the increment (read by differences that may not cancel), the kinks, the domain, and its facts.
What a row has to state has no default: a row that does not say whether it underflows is an error at import.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple, Protocol, TypeVar, overload
from weakref import ref

import numpy as np
import sympy as sp

from gradcheck.functions.constants import applied
from gradcheck.functions.held import FLOAT, Held, Type, held_by

Partial = Callable[..., Any]
Increment = Callable[..., Any]
Mistake = tuple[str, tuple[Any, ...], Any]
"""Words with {} for the parts they speak of, the parts, and what an application becomes by the mistake."""


DIGITS, NEAR_0 = 30, 1e-15
"""With so many digits, a number that is not nearer to 0 than this has a sign."""


class step(sp.Function):  # type: ignore[misc]  # noqa: N801 - SymPy's functions are lower case
    """Unit step: 1 for a positive argument, 0 otherwise; its derivative is 0, as it is everywhere but at the jump."""

    nargs = 1
    is_real = True

    @classmethod
    def eval(cls, argument: sp.Expr) -> sp.Expr | None:
        """Evaluate at a number whose sign SymPy knows; leave everything else as it stands.

        Of numbers that are 0 and do not look it SymPy takes rounding errors for a sign, if they are nested.
        """
        if argument is sp.nan:
            return sp.nan
        if argument.is_number and not argument.is_Rational:
            size = abs(argument.evalf(DIGITS))
            if not (size.is_Float or size.is_infinite) or not size > NEAR_0:
                return None
        if argument.is_number and argument.is_extended_positive:
            return sp.S.One
        if argument.is_number and argument.is_extended_nonpositive:
            return sp.S.Zero
        return None

    def fdiff(self, argindex: int) -> sp.Expr:
        """Return 0: the derivative away from the jump."""
        return sp.S.Zero


def upright(name: str) -> str:
    """A name in LaTeX: one letter is a symbol, a word stands upright, and whatever else it is is text."""
    stem = name.rstrip("′")
    if len(stem) == 1 and stem.isalpha():
        words = stem
    elif stem.isalnum():
        words = f"\\mathrm{{{stem}}}"
    else:
        words = f"\\text{{{_NO_TEXT.sub(' ', stem)}}}"
    return words + "'" * (len(name) - len(stem))


_NO_TEXT = re.compile(r"_|[^\w \[\]().,:;+*/=-]")
"""Characters that LaTeX takes for something else, in text."""


def forgotten(it: Any, *args: Any) -> Iterable[Mistake]:
    """How most functions are got wrong: an activation, or its derivative, is left out."""
    return [("1 for {}", (it,), 1)]


Range = tuple[float, float]
"""The least and the largest number that something may be."""
ANYWHERE: Range = (-math.inf, math.inf)


def between(low: float, high: float) -> Callable[..., Range]:
    """Values that lie between two numbers, whatever the arguments are."""
    return lambda *ranges: (low, high)


def at_corners(kernel: Callable[..., Any]) -> Callable[..., Range]:
    """Values that rise or fall in each argument alone, so that the least and the largest lie at corners of a box.

    Corners without a value, as ∞ - ∞, are no extremes: those beside them are. What is rounded gets some room.
    """

    def within(*ranges: Range) -> Range:
        with np.errstate(all="ignore"):
            values = [float(kernel(*(np.float64(x) for x in corner))) for corner in itertools.product(*ranges)]
        values = [value for value in values if not math.isnan(value)]
        return (roomy(min(values)), -roomy(-max(values))) if values else ANYWHERE

    return within


def roomy(low: float) -> float:
    """A lower bound of the number that was rounded to this one; whole numbers are taken to be exact."""
    return low if math.isinf(low) or (low.is_integer() and abs(low) < 2**52) else low - 8 * math.ulp(low)


class Facts(NamedTuple):
    """What every row states; there are no defaults but for the name on a terminal.

    latex: its name, or its sign, in LaTeX. positive_if: which arguments have to be positive for its values to be; None
    if that is not known of any. underflows: whether it is 0 nowhere, or only where an argument is, so that a value may
    look like a 0 that it is not. kinks: expressions whose zeros are the points without a derivative, linear ones.
    unicode: the name, or the sign, on a terminal, if that is not the row's. within: between which numbers its values
    lie, given the same of its arguments; anywhere, if that is not known.
    """

    latex: str
    positive_if: tuple[int, ...] | None
    underflows: bool
    kinks: tuple[Callable[..., Any], ...]
    unicode: str = ""
    within: Callable[..., Range] = lambda *ranges: ANYWHERE


Result = TypeVar("Result", covariant=True)


class Symbolic(Protocol[Result]):
    """What makes something of a function that is applied to it: the arrays of the graph."""

    def __apply_function__(self, function: Function, args: Sequence[Any]) -> Result: ...


@dataclass(frozen=True, eq=False)
class Function:
    """One row of the table: an element-wise function of one or more arguments.

    Calling it applies it to symbolic arrays (giving a graph) or to NumPy arrays (giving numbers).

    sympy: the definition on SymPy scalars. numpy: the kernel. partials: one derivative per argument, of `(*args, y)`,
    as a table of derivatives prints it and in operators only, so that it works on symbolic arrays and NumPy arrays
    alike. increment: `(*args, *deltas, y)` to f(args + deltas) - f(args), on NumPy arrays. It is an identity of the
    function, not a derivative, and does not subtract what is nearly equal: the result keeps its digits however small
    the deltas are. For deltas up to 1; larger ones may cost digits. Rows with a body need neither: theirs are those of
    the body.

    Stated by those that differ from most:
    at_kink: the derivative by the first argument that convention gives there. is_jump: whether it jumps by 1 at a kink
    rather than bends. domain: where it is defined, said in words in `where`. body: the expression that a row stands for
    if it is defined by others. derived: for rows whose derivatives are rows of their own, the one for each argument.
    sign: for operators, how it is written between its arguments; layout: how it is written if that is neither f(x) nor
    between its arguments. mistakes: how people get an application wrong. is_zero_with_argument: whether it is 0 where
    its one argument is, and nowhere else. is_abstract: whether it stands for any differentiable function. of_numpy:
    what an author calls who calls NumPy for it, if there is such a function.
    """

    name: str
    sympy: Callable[..., sp.Expr]
    numpy: Callable[..., Any]
    partials: tuple[Partial, ...]
    increment: Increment | None
    facts: Facts
    _: KW_ONLY
    at_kink: float | None = None
    is_jump: bool = False
    domain: Callable[..., Any] | None = None
    where: str = ""
    body: Callable[..., Any] | None = None
    derived: Callable[[int], Function] | None = None
    sign: str = ""
    layout: Callable[..., Any] | None = None
    mistakes: Callable[..., Iterable[Mistake]] = forgotten
    is_zero_with_argument: bool = False
    is_abstract: bool = False
    of_numpy: Callable[..., Any] | None = None

    @overload
    def __call__(self, first: Symbolic[Result], /, *rest: Any) -> Result: ...
    @overload
    def __call__(self, *args: Any) -> Any: ...
    def __call__(self, *args: Any) -> Any:
        """Apply it, entry by entry; of sizes, as in sqrt(d), it is an expression, and of numbers an exact constant."""
        symbolic = [arg for arg in args if hasattr(arg, "__apply_function__")]
        if symbolic:  # a formula by entries says what becomes of arrays beside it: max(δ, r_i) is one
            first = next((arg for arg in symbolic if hasattr(arg, "__as_array__")), symbolic[0])
            return first.__apply_function__(self, args)
        if any(isinstance(arg, sp.Expr) for arg in args):
            return self.sympy(*args)
        return applied(self.numpy, None if self.is_abstract else self.sympy, args)

    def __repr__(self) -> str:
        return self.name

    @property
    def arity(self) -> int:
        """How many arguments it takes."""
        return max(1, len(self.partials))

    def holds(self, operands: Sequence[Held]) -> Type:
        """The type that NumPy holds its values in. Raises Differs if NumPy computes something else of such operands."""
        return FLOAT if self.of_numpy is None else held_by(self, tuple(operands))

    @cached_property
    def definition(self) -> tuple[tuple[sp.Symbol, ...], sp.Expr]:
        """The definition on symbols: these, and the expression."""
        symbols = tuple(sp.Dummy(f"x{i}") for i in range(self.arity))
        return symbols, sp.sympify(self.sympy(*symbols))

    @cached_property
    def terms(self) -> tuple[sp.Rational, ...] | None:
        """The rational factors c of a row that is Σ c x of its arguments, read from the definition."""
        symbols, expression = self.definition
        factors = expression.as_coefficients_dict()
        is_sum = set(factors) == set(symbols)
        return tuple(factors[x] for x in symbols) if is_sum else None

    @cached_property
    def powers(self) -> tuple[sp.Rational, ...] | None:
        """The rational exponents e of a row that is Π x^e of its arguments, read from the definition."""
        symbols, expression = self.definition
        exponents = expression.as_powers_dict()
        is_product = set(exponents) == set(symbols) and all(e.is_Rational for e in exponents.values())
        return tuple(exponents[x] for x in symbols) if is_product else None

    @cached_property
    def symbolic(self) -> Callable[..., sp.Expr]:
        """What an application is in exact algebra: the definition, or one function for what is made of functions."""
        definition = self.definition[1]
        return self.sympy if definition.atoms(sp.Function) <= {definition} else _opaque(self)

    @cached_property
    def prime(self) -> Function:
        """The derivative as a function of its own, so that `g.prime(Z)` reads as g′(Z). For one argument."""
        if self.arity != 1:
            raise TypeError(
                f"{self.name} has {self.arity} arguments: which derivative? Use {self.name}.partial(index, …)"
            )
        return self.derived(0) if self.derived else _prime(self)

    def partial(self, index: int, *args: Any) -> Any:
        """The derivative with respect to argument `index` (from 0), a function of the same arguments, as in ∂L/∂a."""
        if self.derived:
            return self.derived(index)(*args)
        return self.partials[index](*args, self(*args))


def _opaque(function: Function) -> Callable[..., sp.Expr]:
    """A SymPy function with the row's `definition`, whose derivatives SymPy takes of that definition, once.

    Expressions stay small that way, and SymPy does not reason about the insides of σ at every step of the chain rule.
    """
    arguments = [sp.Dummy("t") for _ in range(function.arity)]
    row = ref(function)  # SymPy's caches keep the new function longer than anybody needs the row

    def definition(*args: sp.Expr) -> sp.Expr:
        here = row()
        assert here is not None, "who has an expression to read has the graph that it was made of"
        return here.sympy(*args)

    @cache
    def derivative(index: int) -> sp.Expr:
        return sp.diff(definition(*arguments), arguments[index])

    def fdiff(self: Any, argindex: int) -> sp.Expr:
        return derivative(argindex - 1).xreplace(dict(zip(arguments, self.args, strict=True)))

    def digits(self: Any, prec: int) -> sp.Expr:
        return definition(*self.args)._evalf(prec)

    what = {"nargs": function.arity, "is_real": True, "fdiff": fdiff, "_eval_evalf": digits}
    opaque: Callable[..., sp.Expr] = type(
        function.name, (sp.Function,), {**what, "definition": staticmethod(definition)}
    )
    return opaque


def _prime(function: Function) -> Function:
    """Row of f′: its SymPy definition is SymPy's own derivative; reverse mode sees the table's partial as its body."""
    t = sp.Dummy("t")

    @cache
    def derivative() -> sp.Expr:
        return sp.diff(function.sympy(t), t)

    def body(x: Any) -> Any:
        return function.partials[0](x, function(x))

    shown = function.facts
    return Function(
        f"{function.name}′",
        lambda x: derivative().xreplace({t: x}),
        lambda x: body(x) + np.zeros_like(x),
        (),
        None,
        Facts(f"{shown.latex}'", None, True, shown.kinks, unicode=f"{shown.unicode or function.name}′"),
        body=body,
    )
