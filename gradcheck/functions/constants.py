"""Numbers that functions of numbers give, such as log(2): floats that know exactly what they are.

NumPy's np.log(2) is a float, and a formula cannot tell what it came of. What the notation's functions give for whole
numbers, fractions and decimals is a float in every respect, and SymPy's log(2) where it stands in a formula; so is what
operators and NumPy's functions make of such numbers. A number of NumPy's or of Python's that was computed elsewhere is
what it is, and what is made with it is no more exact than it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

import numpy as np
import sympy as sp
from numpy.lib.mixins import NDArrayOperatorsMixin
from sympy.core.sympify import converter

Definition = Callable[..., sp.Expr]

ROUNDED_DIGITS = (15, 16, 17)
"""A decimal constant with as many significant digits is a floating-point number that stands for something else."""
DEFINITIONS: dict[Any, Definition] = {}
"""By NumPy's function: what it is on SymPy's numbers. The table of functions says."""


class Constant(NDArrayOperatorsMixin, np.float64):  # type: ignore[misc]
    """A float that is the value of a function of exact numbers."""

    _definition: Definition
    _numbers: Sequence[Any]

    @cached_property
    def exact(self) -> sp.Expr:
        """The number itself."""
        return sp.sympify(self._definition(*map(exact, self._numbers)))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """Exact, if NumPy's function has a definition and all numbers are exact; else as for any float."""
        if any(isinstance(number, sp.Expr) for number in inputs) and ufunc in DEFINITIONS:
            return DEFINITIONS[ufunc](*map(exact, inputs))
        if any(_has_own_rules(number) for number in inputs):
            return NotImplemented
        call = partial(getattr(ufunc, method), **kwargs)
        is_known = method == "__call__" and not kwargs and ufunc in DEFINITIONS
        return applied(call, DEFINITIONS[ufunc] if is_known else None, inputs)

    __hash__ = np.float64.__hash__


def _has_own_rules(number: Any) -> bool:
    return hasattr(number, "__array_ufunc__") and not isinstance(number, (Constant, np.ndarray, np.generic))


def applied(kernel: Callable[..., Any], definition: Definition | None, numbers: Sequence[Any]) -> Any:
    """A function's value, which knows its definition if that is given and the numbers are exact."""
    value = kernel(*(float(x) if type(x) in (Fraction, Constant) else x for x in numbers))
    if definition is None or not all(map(_is_exact, numbers)) or not np.isfinite(value):
        return value
    made = Constant(value)
    made._definition, made._numbers = definition, numbers
    return made


def _is_exact(number: Any) -> bool:
    """Whether it is one of Python's numbers that mean what they print as, or a constant; 2 / π is rounded."""
    if type(number) is float:
        return digits_in(repr(number)) not in ROUNDED_DIGITS
    return type(number) in (int, Fraction, Constant)


def digits_in(number: str) -> int:
    """How many significant digits a decimal number is written with."""
    mantissa = number.partition("e")[0]
    return len(mantissa.replace(".", "").strip("-0"))


def exact(number: Any) -> sp.Expr:
    """What a number means: a float the decimal that it prints as. Raises TypeError for what is no finite number."""
    match number:
        case Constant():
            return number.exact
        case bool() | np.bool_() | int() | np.integer():
            return sp.Integer(int(number))
        case Fraction():
            return sp.Rational(number.numerator, number.denominator)
        case float() | np.floating() if np.isfinite(number):
            return sp.Rational(repr(float(number)))
        case sp.Expr():
            return number
    if isinstance(number, (float, np.floating)) and np.isinf(number):
        cure = "-np.inf can, as in np.where(mask, S, -np.inf) under exp, softmax, logsumexp or max"
        raise TypeError(f"{number!r} cannot stand in a formula: {cure}")
    raise TypeError(f"{number!r} cannot stand in a formula: use numbers, sizes and arrays")


converter[Constant] = exact
