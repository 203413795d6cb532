"""Causes that are seen in the step as a whole: transposed, a factor, a sum where the mean is right, a term."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import sympy as sp

from gradcheck.graph import Array, as_array, differentiated, inputs_of
from gradcheck.judging.causes.document import off_by
from gradcheck.judging.causes.ratios import NamedFactor, factors
from gradcheck.judging.causes.trial import Cause, Trial
from gradcheck.judging.factors import right_to
from gradcheck.repair.arithmetic import NEGATIVE, OVER, TIMES
from gradcheck.repair.contractions import Reduction
from gradcheck.repair.forms import Form, read


def transposed(trial: Trial) -> Iterator[Cause]:
    """The step is the transpose, also where it is square."""
    if trial.formula.conforms and trial.formula.ndim == 2:
        yield from trial.causes("transpose", "it is the transpose", trial.formula.T)


def a_factor(trial: Trial) -> Iterator[Cause]:
    """One factor, named by sizes and by inputs that are one number; it may be a sum where the mean is right."""
    if trial.is_ill_shaped:
        return
    goal = "gradient" if differentiated(trial.target) else "left-hand side"
    for factor in factors(trial, trial.formula, trial.target):
        total = _of_total(trial, factor)
        words = f"it is {factor.name} × the {goal}"
        right, sides = trial.formula / factor.value, (trial.formula, factor.value * trial.target)
        for cause in trial.causes("mean" if total else "factor", words, right, sides=sides):
            if cost := off_by(trial, factor):
                yield replace(cause, kind="cost", words=f"{words}{cost}")
            else:
                known = right if not inputs_of([factor.value]) else None  # an input may be 0
                yield replace(cause, words=f"{words}{total}{right_to(factor.number)}", right=known)


def _of_total(trial: Trial, factor: NamedFactor) -> str:
    """Whether the factor makes a mean of a sum that the step is, or the other way round; in words."""
    whole = read(trial.formula, trial.names)
    for total in _sums(whole):
        count = _count(total)
        if factor.name == str(count):
            return ": a sum where the mean is right"
        divided = (
            whole.operation is OVER and total is whole.parts[0] and whole.parts[1].array.key == as_array(count).key
        )
        if divided and factor.name == str(1 / count):
            return ": a mean where the sum is right"
    return ""


def _count(total: Form) -> sp.Expr:
    """How many entries are summed. A mean is a sum that is divided by them."""
    assert isinstance(total.operation, Reduction)
    axis, shape = total.operation.axis, total.parts[0].array.shape
    summed = range(len(shape)) if axis is None else {int(i) % len(shape) for i in np.ravel(axis)}
    return sp.Mul(*(shape[i] for i in summed))


def _sums(form: Form) -> Iterator[Form]:
    """The sums that the formula is, up to factors."""
    if isinstance(form.operation, Reduction):
        yield form
    elif form.operation in (TIMES, OVER, NEGATIVE):
        for part in form.parts[:1] if form.operation is OVER else form.parts:
            yield from _sums(part)


def a_term(trial: Trial) -> Iterator[Cause]:
    """A named array, times sizes and inputs that are one number, is missing or too much."""
    if trial.is_ill_shaped:
        return
    missing = trial.target - trial.formula
    for array in trial.symbols:
        if array.shape == trial.target.shape:
            for factor in factors(trial, missing, array, may_be_one=True):
                words = f"{_term(trial, factor, array)} is {'too much' if factor.is_negative else 'missing'}"
                yield from trial.causes("term", words, trial.formula + factor.value * array)


def _term(trial: Trial, factor: NamedFactor, array: Array) -> str:
    """`W2`, `lambda * W2`, `lambda / m * W2`."""
    name = factor.name.removeprefix("-")
    return trial.says("{}" if name == "1" else f"{name} * {{}}", array)
