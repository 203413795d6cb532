"""Triangular matrices: inputs of which nobody writes what stands on the other side of the diagonal.

A derivative by such a matrix is one by an expression, which is moved entry by entry, each on its own, those that are 0
as well: that is the convention. What holds along triangular changes only is the triangle of the gradient.
"""

from __future__ import annotations

from typing import Any

from gradcheck.graph import domains
from gradcheck.graph.inputs import inputs_of, make_input
from gradcheck.graph.node import Array, Written
from gradcheck.graph.positional import tril, triu
from gradcheck.graph.sizes import SizeError, show_shape
from gradcheck.graph.writing import ATOM


def triangular(name: str, *sizes: Any, upper: bool = False) -> Array:
    """A lower triangular matrix, or a stack of such: `triangular("L", n, n)`; with `upper=True` upper ones.

    Derivatives by it are taken by each entry on its own. Raises SizeError.
    """
    given = make_input(name, sizes, domains.TRIANGULAR)
    if given.ndim < 2 or given.shape[-1] != given.shape[-2]:
        raise SizeError(f"triangular({name!r}, …): {show_shape(given.shape)} is no square matrix")
    layout = lambda style, written: (style.label(name), ATOM)  # noqa: E731
    return (triu if upper else tril)(given).said(Written("triangular", (given,), (), layout))


def is_triangular(node: Array, upper: bool) -> bool:
    """Whether it is a matrix that was declared so."""
    given = inputs_of([node])
    if len(given) != 1 or given[0].domain is not domains.TRIANGULAR:
        return False
    made: Array = (triu if upper else tril)(given[0])
    return made.key == node.key
