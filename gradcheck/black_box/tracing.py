"""Somebody's NumPy code as a formula: if it runs on symbolic arrays, exact algebra can prove it for all values.

Tracing is an extra. Whatever goes wrong means "not traced", with the reason in a phrase; and what was traced counts
only if its value at the point is the code's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcheck.black_box.arguments import Argument, Floats
from gradcheck.black_box.state import State
from gradcheck.graph import Array, Input, as_array, depends_on, domains, is_one_number, make_input
from gradcheck.graph.infinity import is_finite
from gradcheck.notation import gradient
from gradcheck.numerics.evaluate import Evaluation
from gradcheck.proofs.symbols import SymbolicPoint, written_out
from gradcheck.tolerances import SAME_FORMULA
from gradcheck.verdicts import Answer

if TYPE_CHECKING:
    from gradcheck.black_box.corrected import Wrong

MOST_ENTRIES = 60
"""So many entries of all arguments together are written out at most."""
MOST_SYMBOLS = 5_000
"""Formulas that together have more symbols when all their entries are written out are not: it would take long."""
MOST_CONSTANTS = 1_000
"""Arrays of more entries that the functions close over are not made exact numbers of."""


@dataclass(frozen=True)
class Traced:
    """What exact algebra says of one argument's gradient: PROVED, DIFFERS, or UNRESOLVED with the reason.

    relative: how far the two sides differ at the very point, relative to the largest entry there; NaN if that cannot be
    told. is_zero: whether the gradient is 0 everywhere. domain: which values it holds for. wrong: the formulas, which
    count where they differ.
    """

    answer: Answer
    reason: str = ""
    relative: float = 0.0
    is_zero: bool = False
    domain: str = ""
    wrong: Wrong | None = None

    @property
    def differs(self) -> bool:
        """Whether exact algebra knows a point at which the formula is wrong."""
        return self.answer is Answer.DIFFERS


class NotTraced(Exception):
    """The code is no formula that algebra can be asked about; the text is the reason."""


def trace(
    f: Callable[..., Any],
    grad: Callable[..., Any],
    arguments: Sequence[Argument],
    value: float,
    claims: Sequence[Floats],
    again: Callable[[], object],
) -> list[Traced]:
    """What exact algebra says of each argument's claimed gradient. again: calls both at the point. Raises NotTraced."""
    try:
        _refuse_what_is_large(arguments)
        inputs = [_input(argument) for argument in arguments]
        cost, formulas = _leaving_nothing_behind(f, grad, inputs, again)
        values = {i.key: a.value.astype(float) for i, a in zip(inputs, arguments, strict=True)}
        point = Evaluation(values, {})
        with np.errstate(all="ignore"):
            same = _same(point(cost), np.asarray(value)) and all(map(_same, map(point, formulas), claims))
        if not same:
            raise NotTraced("the formula's value is not the code's")
        _refuse_what_is_long(cost, formulas, arguments)
        algebra = SymbolicPoint(inputs, {})
        sides = zip(formulas, inputs, arguments, claims, strict=True)
        traced = [_compared(algebra, cost, values, *side) for side in sides]
        if not any(said.differs for said in traced):
            return traced
        from gradcheck.black_box.corrected import wrong_formulas

        wrong = wrong_formulas((f, grad), cost, formulas, inputs, values)
        return [replace(said, wrong=wrong.get(by.key)) for said, by in zip(traced, inputs, strict=True)]
    except Exception as error:  # anybody's code on arrays that it was not written for
        raise NotTraced(_phrase(error)) from None


def _leaving_nothing_behind(
    f: Callable[..., Any], grad: Callable[..., Any], inputs: Sequence[Input], again: Callable[[], object]
) -> tuple[Array, list[Array]]:
    """The formulas, with all that f and grad keep put back; what moves on from call to call is no formula's."""
    kept = State((f, grad), MOST_CONSTANTS)
    again()
    now = State((f, grad), MOST_CONSTANTS)
    if not kept.same_as(now):
        raise NotTraced("f or grad keeps what changes from call to call")
    try:
        return _formulas(f, grad, inputs)
    finally:
        now.restore()


def _formulas(f: Callable[..., Any], grad: Callable[..., Any], inputs: Sequence[Input]) -> tuple[Array, list[Array]]:
    """The cost and its gradients as formulas."""
    cost = f(*inputs)
    if not _is_formula(cost) or not is_one_number(cost.shape):
        raise NotTraced("f of symbols is not a formula for one number")
    returned = grad(*inputs)
    formulas = list(returned) if isinstance(returned, (tuple, list)) else [returned]
    shapes = [tuple(formula.shape) if _is_formula(formula) else None for formula in formulas]
    if shapes != [tuple(by.shape) for by in inputs]:
        raise NotTraced("the gradient of symbols is not a formula for each argument")
    return cost, formulas


def _is_formula(value: Any) -> bool:
    return isinstance(value, Array) and value.conforms and is_finite(value)


def _compared(
    algebra: SymbolicPoint,
    cost: Array,
    values: dict[int, Floats],
    formula: Array,
    by: Array,
    argument: Argument,
    claim: Floats,
) -> Traced:
    if not depends_on(cost, [by.key]):
        return Traced(Answer.UNRESOLVED, "f does not depend on it", is_zero=True)
    target = gradient(cost, by)
    outcome = algebra.compare(target, formula)
    is_zero = not np.any(claim) and algebra.compare(target, as_array(np.zeros(claim.shape))).answer is Answer.PROVED
    domain = "positive values" if _domain(argument) is domains.POSITIVE else "values"
    apart = algebra.apart(target, formula, values) if outcome.answer is Answer.DIFFERS else 0.0
    return Traced(outcome.answer, outcome.note, apart, is_zero, domain)


def _input(argument: Argument) -> Input:
    name = argument.name or f"x{argument.place}"
    return make_input(name, argument.value.shape, _domain(argument))


def _domain(argument: Argument) -> domains.Domain:
    """Positive if all entries are: what holds for positive numbers only, such as √x² = x, is then right here."""
    return domains.POSITIVE if np.all(argument.value > 0) else domains.REAL


def _same(traced: Floats, code: Floats) -> bool:
    traced = np.asarray(traced, dtype=float).reshape(code.shape)
    size = max(float(np.abs(code).max(initial=0.0)), float(np.abs(traced).max(initial=0.0)))
    return bool(np.all(np.abs(traced - code) <= SAME_FORMULA * size))


def _phrase(error: Exception) -> str:
    """The first sentence of an exception's text."""
    text = str(error).strip().splitlines()
    return text[0].split(": ")[0].split(". ")[0][:100] if text else type(error).__name__


# ---- what is too large -------------------------------------------------------------------------------------------


def _refuse_what_is_large(arguments: Sequence[Argument]) -> None:
    entries = sum(argument.value.size for argument in arguments)
    if entries > MOST_ENTRIES or any(0 in argument.value.shape for argument in arguments):
        raise NotTraced(f"{entries} entries are not written out")


def _refuse_what_is_long(cost: Array, formulas: Sequence[Array], arguments: Sequence[Argument]) -> None:
    lengths = [written_out(formula, {}) * a.value.size for formula, a in zip(formulas, arguments, strict=True)]
    if sum(lengths) + written_out(cost, {}) > MOST_SYMBOLS:
        raise NotTraced("the formula is too long to be written out")
