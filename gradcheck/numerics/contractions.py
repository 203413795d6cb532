"""Which sums of products are matrix products, or no sums at all, which NumPy's `einsum` is slow at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

Labels = tuple[int, ...]


@dataclass(frozen=True)
class MatrixProduct:
    """Stacks of matrices (rows, summed) and (summed, columns), as `matmul` takes them.

    operands: which is the left one, and which the right one. orders: the axes of each in the order that is wanted.
    vectors: whether the left one is a vector, which has no rows, and whether the right one is, which has no columns.
    result: the axes of the product, those that vectors do not have left out, in the order of the result.
    """

    operands: tuple[int, int]
    orders: tuple[Labels, Labels]
    vectors: tuple[bool, bool]
    result: Labels


@cache
def matrix_product(labels: tuple[Labels, ...], result: Labels) -> MatrixProduct | None:
    """The matrix product that a sum of products by labels is; None if it is none.

    It is one if there are two operands, no label stands twice in either, one is summed over, which both have, and what
    an operand has alone is at most one axis, of the result. Labels that all three have count the matrices of a stack.
    """
    if len(labels) != 2 or any(len(set(axes)) < len(axes) for axes in labels):
        return None
    shared = [label for label in labels[0] if label in labels[1]]
    stack, summed = [x for x in shared if x in result], [x for x in shared if x not in result]
    alone = [[x for x in axes if x not in shared] for axes in labels]
    if len(summed) != 1 or max(map(len, alone)) > 1 or len(result) != len(stack) + sum(map(len, alone)):
        return None
    first, second = operands = (0, 1) if _in_order(alone, result) else (1, 0)
    orders = (
        _axes(labels[first], [*stack, *alone[first], *summed]),
        _axes(labels[second], [*stack, *summed, *alone[second]]),
    )
    made = [*stack, *alone[first], *alone[second]]
    return MatrixProduct(operands, orders, (not alone[first], not alone[second]), _axes(made, result))


@cache
def spread(labels: tuple[Labels, ...], result: Labels) -> tuple[Labels, ...] | None:
    """The axes of each operand in the order of the result, if nothing is summed, so that NumPy can multiply entries.

    -1 stands for axes of the result that an operand does not have. None if something is summed, or a diagonal read.
    """
    if any(len(set(axes)) < len(axes) or not set(axes) <= set(result) for axes in labels):
        return None
    return tuple(tuple(axes.index(label) if label in axes else -1 for label in result) for axes in labels)


def _in_order(alone: Sequence[Sequence[int]], result: Labels) -> bool:
    """Whether the rows of the result are those of the first operand, so that its matrices need no transpose."""
    rows, columns = alone
    return not (rows and columns) or result.index(rows[0]) < result.index(columns[0])


def _axes(labels: Sequence[int], wanted: Sequence[int]) -> Labels:
    """Where the wanted labels stand."""
    return tuple(map(labels.index, wanted))
