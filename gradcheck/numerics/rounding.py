"""How far a computed value can be off by rounding: a running error bound beside the value (Higham, ASNA, ch. 3).

It is the tolerance of every comparison of two floating-point numbers here. There is no absolute tolerance anywhere: a
number that is lost in its own rounding error is called unresolved, not equal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy as sp

from gradcheck import functions
from gradcheck.graph import Apply, Array, Einsum, Identity, Input, Literal, walk
from gradcheck.numerics.evaluate import Evaluation, Values, align

EPS = float(np.finfo(np.float64).eps)
SMALL = 1e-3
"""Relative errors above this are too large for the slope at the value itself."""
TINY = float(np.finfo(np.float64).tiny)
"""Results below this have lost digits, and may have lost all."""
KERNEL_ULPS = 4.0
"""What a kernel of the function table may be off by, in units in the last place."""


def bound(root: Array, point: Evaluation, errors: dict[int, Values]) -> Values:
    """A bound on the rounding error of `point(root)`, entry by entry. `root` has no derivative nodes.

    errors: bounds that are already known at this point, by key; new ones are added.
    """
    point(root)
    with np.errstate(all="ignore"):
        for node in walk(root, known=errors):
            rule = _RULES.get(type(node), _moved)
            errors[node.key] = rule(node, point, [errors[arg.key] for arg in node.args])
    return errors[root.key]


def _given(node: Array, point: Evaluation, errors: list[Values]) -> Values:
    return np.zeros_like(point(node))


def _rounded(node: Literal, point: Evaluation, errors: list[Values]) -> Values:
    """Half a unit in the last place, and nothing for numbers that are binary fractions, as whole numbers are."""
    numbers = [value.xreplace(point.sizes) for value in node.values]
    exact = [sp.Rational(float(number)) == number for number in numbers]
    return np.where(np.reshape(exact, point.shape(node.shape)), 0.0, EPS * np.abs(point(node)))


def _apply(node: Apply, point: Evaluation, errors: list[Values]) -> Values:
    if node.function is functions.subtract and node.args[0].key == node.args[1].key:
        return np.zeros_like(point(node))  # x - x is 0, however x is rounded
    rank = point.lead + len(node.shape)
    values = [align(np.asarray(point(arg)), point.lead, rank) for arg in node.args]
    result = np.asarray(point(node))
    total = KERNEL_ULPS * EPS * np.abs(result)
    if node.function in _UNDERFLOWING or node.function.body is not None:
        total = total + TINY * _underflows(values, result)
    errors = [align(error, point.lead, rank) for error in errors]
    for i, error in enumerate(errors):
        if np.any(error):
            slope = _slope(node, i, values, result)
            if any(np.any(e > SMALL * np.abs(v)) for e, v in zip(errors, values, strict=True)):
                for sign in (1, -1):  # what is lost in its error may have any slope within it
                    ends = [v + sign * e for v, e in zip(values, errors, strict=True)]
                    slope = np.fmax(slope, _slope(node, i, ends, np.asarray(node.function.numpy(*ends))))
            # A slope may be infinite where the operand's error is 0 (the logarithm's at a mask of 0 and 1).
            total = total + np.where(error == 0, 0.0, slope * error)
    if node.function.is_jump:
        assert node.function.kink is not None
        total = total + (np.abs(node.function.kink(*values)) <= sum(errors))
    return np.broadcast_to(np.where(np.isnan(total), np.inf, total), result.shape)


def _underflows(values: list[Values], result: Values) -> Values:
    """Where the result is not the 0 that it may look like."""
    lost = np.abs(result) < TINY
    for value in values:
        lost = lost & (value != 0)
    return lost


def _slope(node: Apply, i: int, values: list[Values], result: Values) -> Values:
    """The size of the partial derivative by argument i."""
    function = node.function
    if function.body is None:
        return np.asarray(np.abs(function.partials[i](*values, result)))
    # A row that is defined by its body has no partials of its own: a difference quotient is good enough here.
    (x,) = values
    h = 1e-6 * np.maximum(np.abs(x), 1e-6)
    return np.asarray(np.abs(function.numpy(x + h) - function.numpy(x - h)) / (2 * h))


def _einsum(node: Einsum, point: Evaluation, errors: list[Values]) -> Values:
    magnitudes = [np.abs(point(arg)) for arg in node.args]
    labels, result = node.params

    def product(operands: list[Values]) -> Values:
        parts: list[Any] = []
        for axes, value in zip(labels, operands, strict=True):
            parts += [value, [Ellipsis, *axes]]
        return np.asarray(np.einsum(*parts, [Ellipsis, *result]))

    terms = max(1, int(np.prod([m.size for m in magnitudes])) // max(1, point(node).size))
    depth = 1.0 + np.log2(terms) + len(magnitudes)
    total: Values = depth * EPS * product(magnitudes)
    reach = [magnitude + error for magnitude, error in zip(magnitudes, errors, strict=True)]
    for i, error in enumerate(errors):  # (A + a)(B + b) - AB = aB + (A + a)b
        if np.any(error):
            total = total + product([*reach[:i], error, *magnitudes[i + 1 :]])
    return total


def _moved(node: Array, point: Evaluation, errors: list[Values]) -> Values:
    """Kinds that only move entries move their errors: the same node evaluated on the errors."""
    moved = Evaluation({}, point.sizes, point.lead)
    moved.values = {arg.key: error for arg, error in zip(node.args, errors, strict=True)}
    value: Values = moved.compute(node)
    return value


_UNDERFLOWING = {
    functions.multiply,
    functions.divide,
    functions.square,
    functions.power,
    functions.squared_error,
    functions.exp,
    functions.sigmoid,
    functions.softplus,
}
"""Functions that are 0 nowhere, or only where an argument is."""

_RULES: dict[type[Array], Callable[..., Values]] = {
    Input: _given,
    Identity: _given,
    Literal: _rounded,
    Apply: _apply,
    Einsum: _einsum,
}
