"""Somebody's NumPy code as a formula: if it runs on symbolic arrays, exact algebra can prove it for all values.

Tracing is an extra. Whatever goes wrong means "not traced", with the reason in a phrase; and what was traced counts
only if its value at the point is the code's own.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.black_box.arguments import Argument, Floats
from gradcheck.graph import Array, Input, Shape, as_array, depends_on, domains, is_one_number, make_input
from gradcheck.notation import gradient
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.proofs.symbols import SymbolicPoint, written_out

MOST_ENTRIES = 60
"""So many entries of all arguments together are written out at most."""
MOST_SYMBOLS = 5_000
"""Formulas that together have more symbols when all their entries are written out are not: it would take long."""
MOST_CONSTANTS = 1_000
"""Arrays of more entries that the functions close over are not made exact numbers of."""
SAME = 1e-9
"""How far the traced formula's value may lie from the code's, relatively."""


@dataclass(frozen=True)
class Traced:
    """What exact algebra says of one argument's gradient: `proved`, `differs`, or `unknown` with the reason.

    relative: how far the two sides differ. is_zero: whether the gradient is 0 everywhere. domain: which values it holds
    for.
    """

    status: str
    reason: str = ""
    relative: float = 0.0
    is_zero: bool = False
    domain: str = ""


def trace(
    f: Callable[..., Any],
    grad: Callable[..., Any],
    arguments: Sequence[Argument],
    value: float,
    claims: Sequence[Floats],
) -> list[Traced] | str:
    """What exact algebra says of each argument's claimed gradient, or why the code could not be traced."""
    reason = _too_large(f, grad, arguments)
    if reason:
        return reason
    try:
        return _trace(f, grad, arguments, value, claims)
    except Exception as error:  # anybody's code on arrays that it was not written for
        return f"{_phrase(error)}"


def _trace(
    f: Callable[..., Any],
    grad: Callable[..., Any],
    arguments: Sequence[Argument],
    value: float,
    claims: Sequence[Floats],
) -> list[Traced] | str:
    inputs = [_input(argument) for argument in arguments]
    cost = f(*inputs)
    if not isinstance(cost, Array) or not cost.conforms or not is_one_number(cost.shape):
        return "f of symbols is not a formula for one number"
    formulas = grad(*inputs)
    formulas = list(formulas) if isinstance(formulas, (tuple, list)) else [formulas]
    if len(formulas) != len(inputs) or not all(_has_shape(a, b.shape) for a, b in zip(formulas, inputs, strict=True)):
        return "the gradient of symbols is not a formula for each argument"
    point = Evaluation({i.key: a.value.astype(float) for i, a in zip(inputs, arguments, strict=True)}, {})
    with np.errstate(all="ignore"):
        same = _same(point(cost), np.asarray(value)) and all(map(_same, map(point, formulas), claims))
    if not same:
        return "the formula's value is not the code's"
    lengths = [written_out(formula, {}) * a.value.size for formula, a in zip(formulas, arguments, strict=True)]
    if sum(lengths) + written_out(cost, {}) > MOST_SYMBOLS:
        return "the formula is too long to be written out"
    algebra = SymbolicPoint(inputs, {})
    return [
        _compared(algebra, cost, formula, by, argument, claim)
        for formula, by, argument, claim in zip(formulas, inputs, arguments, claims, strict=True)
    ]


def _compared(
    algebra: SymbolicPoint, cost: Array, formula: Array, by: Array, argument: Argument, claim: Floats
) -> Traced:
    if not depends_on(cost, [by.key]):
        return Traced("unknown", "f does not depend on it", is_zero=True)
    target = gradient(cost, by)
    outcome = algebra.compare(target, formula)
    is_zero = not np.any(claim) and algebra.compare(target, as_array(np.zeros(claim.shape))).status == "proved"
    domain = "positive values" if _domain(argument) is domains.POSITIVE else "values"
    return Traced(outcome.status, outcome.note, outcome.relative, is_zero, domain)


def _input(argument: Argument) -> Input:
    name = argument.name or f"x{argument.place}"
    return make_input(name, argument.value.shape, _domain(argument))


def _domain(argument: Argument) -> domains.Domain:
    """Positive if all entries are: what holds for positive numbers only, such as √x² = x, is then right here."""
    return domains.POSITIVE if np.all(argument.value > 0) else domains.REAL


def _has_shape(formula: Any, shape: Shape) -> bool:
    return isinstance(formula, Array) and formula.conforms and tuple(formula.shape) == tuple(shape)


def _same(traced: Floats, code: Floats) -> bool:
    traced = np.asarray(traced, dtype=float).reshape(code.shape)
    size = max(float(np.abs(code).max(initial=0.0)), float(np.abs(traced).max(initial=0.0)))
    return bool(np.all(np.abs(traced - code) <= SAME * size))


def _phrase(error: Exception) -> str:
    """The first sentence of an exception's text."""
    text = str(error).strip().splitlines()
    return text[0].split(": ")[0].split(". ")[0][:100] if text else type(error).__name__


# ---- what is too large -------------------------------------------------------------------------------------------


def _too_large(f: Callable[..., Any], grad: Callable[..., Any], arguments: Sequence[Argument]) -> str:
    entries = sum(argument.value.size for argument in arguments)
    if entries > MOST_ENTRIES or any(0 in argument.value.shape for argument in arguments):
        return f"{entries} entries are not written out"
    if any(array.size > MOST_CONSTANTS for function in (f, grad) for array in _constants(function)):
        return "the data are too many to be written out"
    return ""


def _constants(function: Any) -> Iterator[Floats]:
    """The arrays that a function can be seen to use: those it closes over, global ones, and those of its object."""
    if isinstance(function, functools.partial):
        yield from _arrays([*function.args, *function.keywords.values()])
        yield from _constants(function.func)
        return
    owner = getattr(function, "__self__", None if inspect.isfunction(function) else function)
    yield from _arrays(getattr(owner, "__dict__", {}).values())
    try:
        seen = inspect.getclosurevars(inspect.unwrap(function))
    except (TypeError, ValueError):
        return
    yield from _arrays([*seen.nonlocals.values(), *seen.globals.values()])


def _arrays(values: Any, depth: int = 2) -> Iterator[Floats]:
    for value in values:
        if isinstance(value, np.ndarray):
            yield value
        elif depth and isinstance(value, (list, tuple, dict)):
            yield from _arrays(value.values() if isinstance(value, dict) else value, depth - 1)
