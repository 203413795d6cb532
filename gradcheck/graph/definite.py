"""Symmetric and positive definite matrices: made of inputs in such a way that they are what they are called.

A symmetric matrix is (M + Mᵀ) / 2, and a positive definite one M Mᵀ, for an input M that nobody writes. So all that is
shown of them uses what they are, and nothing needs to be assumed: every symmetric matrix is such a mean, and every
positive definite one such a product of a regular matrix.

A derivative by such a matrix is one by an expression, which is moved entry by entry, each on its own: that is the
convention where no other is named. What holds along symmetric changes is (G + Gᵀ) / 2: `symmetric_changes` has it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from gradcheck.graph import domains
from gradcheck.graph.domains import Domain
from gradcheck.graph.inputs import Input, inputs_of, make_input
from gradcheck.graph.node import Array, Written
from gradcheck.graph.products import matmul, swapaxes
from gradcheck.graph.sizes import SizeError, show_shape
from gradcheck.graph.writing import ATOM


def _mean(given: Array) -> Array:
    mean: Array = (given + swapaxes(given, -1, -2)) / 2
    return mean


def _product(given: Array) -> Array:
    return matmul(given, swapaxes(given, -1, -2))


_MADE: dict[Domain, Callable[[Array], Array]] = {domains.SYMMETRIC: _mean, domains.POSITIVE_DEFINITE: _product}


def symmetric(name: str, *sizes: Any) -> Array:
    """A symmetric matrix, or a stack of such: `symmetric("S", n, n)`. Raises SizeError.

    Derivatives by it are taken by each entry on its own, or along symmetric changes where a claim or its derivation
    names that.
    """
    return _named(name, make_input(name, sizes, domains.SYMMETRIC))


def positive_definite(name: str, *sizes: Any) -> Array:
    """A symmetric positive definite matrix, or a stack of such: `positive_definite("K", n, n)`. Raises SizeError.

    Derivatives by it are taken as those by a symmetric one.
    """
    given = make_input(name, sizes, domains.POSITIVE_DEFINITE)
    return _named(name, make_input(f"root of {name}", given.shape, domains.POSITIVE_DEFINITE))


def _named(name: str, given: Input) -> Array:
    if given.ndim < 2 or given.shape[-1] != given.shape[-2]:
        raise SizeError(f"{given.domain}({name!r}, …): {show_shape(given.shape)} is no square matrix")
    layout = lambda style, written: (style.label(name), ATOM)  # noqa: E731
    return _MADE[given.domain](given).said(Written(str(given.domain), (given,), (), layout))


def is_symmetric(node: Array) -> bool:
    """Whether it is a matrix that was declared so."""
    given = inputs_of([node])
    make = _MADE.get(given[0].domain) if len(given) == 1 else None
    return make is not None and make(given[0]).key == node.key


def is_definite(node: Array) -> bool:
    """Whether it is a matrix that was declared positive definite."""
    return is_symmetric(node) and inputs_of([node])[0].domain is domains.POSITIVE_DEFINITE
