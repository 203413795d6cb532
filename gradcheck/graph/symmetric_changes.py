"""Derivatives by symmetric matrices along symmetric changes, instead of by each entry on its own.

By each entry on its own, ∂L/∂S is the matrix G of partial derivatives of a formula in which the entries of S are free.
It depends on how L is written: xᵀSy and yᵀSx are one number for every symmetric S, and have the gradients xyᵀ and yxᵀ.

Along symmetric changes it is the symmetric F for which dL = Σ F_ij D_ij for every symmetric D. There is one: G differs
from (G + Gᵀ) / 2 by a skew matrix, whose scalar product with a symmetric D is 0, and two symmetric F whose scalar
products with every symmetric D are the same are the same. So F = (G + Gᵀ) / 2, however L is written: the gradient in
the space of symmetric matrices (Srinivasan & Panda, "What is the gradient of a scalar function of a symmetric matrix?",
Indian Journal of Pure and Applied Mathematics 54, 2023). G has the same scalar products, and is no symmetric matrix:
called right as well, it would be right by both conventions, and none would say how a next step goes on with it.

That mean is taken of every partial derivative by a declared matrix here, so that whatever reads a graph reads the same.
What is a derivative by anything else, by Sᵀ or by a matrix that is only made symmetric, stays by each entry.
"""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.graph.definite import is_symmetric
from gradcheck.graph.derivatives import Derivative, derivatives_in
from gradcheck.graph.node import Array
from gradcheck.graph.products import swapaxes
from gradcheck.graph.refusals import engine
from gradcheck.graph.walks import replace_written


def symmetric_derivatives(*roots: Array) -> list[Derivative]:
    """The derivatives by symmetric matrices in the graphs."""
    return [node for node in derivatives_in(*roots) if is_symmetric(node.args[1])]


def along_symmetric_changes(root: Array, new: dict[int, Array] | None = None) -> Array:
    """The graph with these along symmetric changes, in its author's words; itself if it has none.

    new: what nodes have become already, by `id`, so that one node becomes one in several graphs.
    """
    root = by_each_entry(root)
    keys = {node.key for node in symmetric_derivatives(root)}

    def mean(node: Array, args: Sequence[Array]) -> Array | None:
        return _mean(node.rebuild(args)) if node.key in keys else None

    return replace_written(root, mean, {} if new is None else new) if keys else root


def by_each_entry(root: Array) -> Array:
    """The graph with these by each entry on its own again; itself if it has none along symmetric changes."""
    means = {_mean(node).key for node in symmetric_derivatives(root)}

    def entries(node: Array, args: Sequence[Array]) -> Array | None:
        return args[0].args[0] if node.key in means else None

    return replace_written(root, entries, {}) if means else root


def _mean(derivative: Array) -> Array:
    """(G + Gᵀ) / 2, of every matrix of a stack and for every entry of what is differentiated."""
    with engine():
        mean: Array = (derivative + swapaxes(derivative, -1, -2)) / 2
    return mean
