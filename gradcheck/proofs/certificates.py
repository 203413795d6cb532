"""Certificates that two expressions differ: their values at a point, as intervals that do not meet.

Intervals carry the error of every operation, so that what is left of a cancellation, 1e-51 where 0 is meant, is an
interval with 0 in it and certifies nothing; and a step has a value only if the sign of its argument is certain.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import sympy as sp
from mpmath.ctx_iv import MPIntervalContext

from gradcheck.functions import step
from gradcheck.functions.extremes import chosen, equals_largest, largest
from gradcheck.proofs.identities import SMOOTH

DIGITS = 50
"""Working precision."""
LARGEST_EXPONENT = 64
"""Binary magnitude of the largest argument that is given to exp, or to functions with waves."""

Values = dict[sp.Expr, Any]
"""Intervals by expression."""

_INTERVALS: Any = MPIntervalContext()
_INTERVALS.dps = DIGITS


class _NotReal(ArithmeticError):
    """A log or a root of what is negative."""


class _Unknown(ArithmeticError):
    """The precision, or the memory, is not enough."""


def number(value: float) -> Any:
    """A decimal as it prints, as an interval."""
    return _INTERVALS.mpf(repr(float(value)))


def gap_at(left: sp.Expr, right: sp.Expr, known: Values) -> float:
    """How far two sides are apart for sure, relatively; 0 if that cannot be told, or if the left one is not real.

    known: the symbols' values, to which those of all parts are added.
    """
    if not _is_finite(left):
        return 0.0
    try:
        a = _value(left, known)
    except (ArithmeticError, ValueError):
        return 0.0
    if not _is_finite(right):
        return float("inf") if _is_bounded(a) else 0.0
    try:
        return _apart(a, _value(right, known))
    except _NotReal:
        return float("inf")
    except (ArithmeticError, ValueError):
        return 0.0


def apart(left: Sequence[sp.Expr], right: Sequence[sp.Expr], known: Values) -> float:
    """How far two arrays are apart for sure, relative to the largest entry of the first; NaN where one has no value."""
    try:
        pairs = [(_value(a, known), _value(b, known)) for a, b in zip(left, right, strict=True)]
    except (ArithmeticError, ValueError):
        return float("nan")
    gaps = [float(abs(a - b).mid) for a, b in pairs if 0 not in a - b]
    largest = max(float(abs(a).mid) for a, _ in pairs) or max(float(abs(b).mid) for _, b in pairs)
    return max(gaps) / largest if gaps else 0.0


def _is_finite(expression: sp.Expr) -> bool:
    return not expression.has(sp.nan, sp.zoo, sp.oo)


def _is_bounded(a: Any) -> bool:
    """Whether it is a number for sure; one divided by 0 is none, however the 0 is written."""
    return bool(mpmath.isfinite(mpmath.mpf(a.delta)))


def _apart(a: Any, b: Any) -> float:
    """|a - b| / (|a| + |b|), if the intervals do not meet."""
    return 0.0 if 0 in a - b else float((abs(a - b) / (abs(a) + abs(b))).mid)


def _value(expression: sp.Expr, known: Values) -> Any:
    if expression not in known:
        known[expression] = _value_of(expression, known)
    return known[expression]


def _value_of(expression: sp.Expr, known: Values) -> Any:
    definition = getattr(expression.func, "definition", None) or SMOOTH.get(expression.func)
    if definition is not None:
        return _value(definition(*expression.args), known)
    if expression.is_Rational:
        return _INTERVALS.mpf(int(expression.p)) / int(expression.q)
    if expression.is_NumberSymbol:
        return _widened(mpmath.mpf(str(expression.evalf(DIGITS + 10))), mpmath.mpf(0))
    if expression.is_Mul:
        return _product(expression, known)
    if expression.is_Pow and expression.exp.is_Integer:
        return _whole_power(_value(expression.base, known), int(expression.exp))
    return _applied(expression, [_value(arg, known) for arg in expression.args])


def _product(expression: sp.Expr, known: Values) -> Any:
    """A product with a 0 is 0, whether the other factors are real or not: a mask keeps them out."""
    product, failed = _INTERVALS.mpf(1), None
    for factor in expression.args:
        try:
            product *= _value(factor, known)
        except _NotReal as why:
            failed = why
    if failed is not None and product != 0:
        raise failed
    return product


def _whole_power(base: Any, exponent: int) -> Any:
    if exponent < 0 and 0 in base:
        raise _Unknown("a division by what may be 0")
    return base**exponent


def _applied(expression: sp.Expr, args: list[Any]) -> Any:
    function = expression.func
    if expression.is_Add:
        return sum(args, _INTERVALS.mpf(0))
    if expression.is_Pow:
        return _power(*args)
    if function is step:
        return _INTERVALS.mpf(int(_is_positive(args[0])))
    if function is largest:
        return _INTERVALS.mpf([max(arg.a for arg in args), max(arg.b for arg in args)])
    if function in (chosen, equals_largest):
        return _INTERVALS.mpf(int(_is_largest(int(expression.args[0]), args[1:])))
    if function in _FUNCTIONS:
        return _FUNCTIONS[function](args[0])
    stand_in = getattr(function, "stand_in", None)
    return _by_ends(function, args) if stand_in is None else stand_in(*args, sin=_sin)


def _is_positive(value: Any) -> bool:
    if not (value > 0 or value <= 0):
        raise _Unknown("a sign that is not certain")
    return bool(value > 0)


def _is_largest(position: int, entries: Sequence[Any]) -> bool:
    others = [entry for i, entry in enumerate(entries) if i != position]
    if not any(other > entries[position] for other in others) and not all(
        entries[position] > other for other in others
    ):
        raise _Unknown("entries that may tie")
    return all(entries[position] > other for other in others)


def _log(value: Any) -> Any:
    if not _is_positive(value):
        raise _NotReal("a log of what is not positive") if value < 0 else _Unknown("a log of 0")
    return _INTERVALS.log(value)


def _power(base: Any, exponent: Any) -> Any:
    if base == 0 and exponent > 0:
        return base
    return _INTERVALS.exp(_limited(exponent * _log(base)))


def _sin(phase: Any) -> Any:
    return _INTERVALS.sin(_limited(phase))


def _limited(argument: Any) -> Any:
    """The argument, if it is not too large: exp would need as many bits as it counts, and so would taking out 2π."""
    if not abs(argument) < 2**LARGEST_EXPONENT:
        raise _Unknown("a number that fills the memory")
    return argument


_FUNCTIONS: dict[Any, Callable[[Any], Any]] = {
    sp.exp: lambda value: _INTERVALS.exp(_limited(value)),
    sp.log: _log,
    sp.sin: _sin,
    sp.cos: lambda value: _INTERVALS.cos(_limited(value)),
    sp.Abs: abs,
}
"""Those that have intervals."""


def _by_ends(function: Any, args: list[Any]) -> Any:
    """A smooth function between its values at the ends, which are so near that it is straight between them."""
    known = getattr(mpmath, function.__name__, None)
    if known is None:
        raise _Unknown(f"{function} has no value")
    ends = [[mpmath.make_mpf(end) for end in _limited(arg)._mpi_] for arg in args]
    with mpmath.workdps(DIGITS + 10):
        values = [known(*corner) for corner in itertools.product(*ends)]
        if any(isinstance(value, mpmath.mpc) for value in values):
            raise _NotReal(f"{function} of what is not in its domain")
        low, high = min(values), max(values)
        return _widened((low + high) / 2, high - low)


def _widened(middle: Any, width: Any) -> Any:
    """An interval that is twice as wide as that, and holds a digit less than the working precision around it."""
    with mpmath.workdps(DIGITS + 10):
        margin = width + abs(middle) * mpmath.mpf(10) ** (1 - DIGITS)
        return _INTERVALS.mpf([middle - margin, middle + margin])
