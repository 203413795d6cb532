"""What of a graph need not be computed at given sizes: numbers are put together, and what only moves is passed through.

Each rule takes a node and returns what has the same value with less work, or None.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import sympy as sp

from gradcheck.functions.table import add, divide, exp, log, multiply, negative, power, square, subtract
from gradcheck.graph import Array, Broadcast, Reshape, apply, as_array, broadcast_to, contract, replace, reshaped, unify
from gradcheck.graph.logsumexp import logsumexp
from gradcheck.graph.reductions import with_ones
from gradcheck.graph.refusals import engine
from gradcheck.graph.sizes import Shape, Size
from gradcheck.programs.equations import STABLE
from gradcheck.programs.rewriting import by, is_number, row_of

RATIONAL = (add, subtract, multiply, divide, negative, power, square)
"""Functions that are carried out exactly on numbers."""
SMALL = 512
"""Up to so many entries, NumPy takes less time with two arrays of one shape than with others."""
PAIRWISE = 512
"""From so many terms on, NumPy's pairwise sum of everything is worth its time: it keeps more digits."""


def at_sizes(roots: Sequence[Array], sizes: Mapping[sp.Symbol, sp.Integer]) -> list[Array]:
    """The graphs with numbers for the sizes. Raises the ShapeError of what does not conform."""

    def put_in(value: Any) -> Any:
        if type(value) is tuple:
            return tuple(map(put_in, value))
        return value.xreplace(sizes) if hasattr(value, "xreplace") else value

    def change(node: Array, args: tuple[Array, ...]) -> Array:
        return type(node)(args, put_in(node.params), put_in(node.shape))

    new: dict[int, Array] = {}
    with engine():
        return [replace(root, change, new) for root in roots]


# ---- numbers -------------------------------------------------------------------------------------------------------


def filling(node: Array) -> Any:
    """The number that all entries of a node are; None if there is none."""
    while type(node) in (Broadcast, Reshape):
        node = node.args[0]
    return node.params[0][0] if node.verb == "literal" and len(node.params[0]) == 1 else None


def _filled(array: Array, shape: Shape) -> Array:
    return array if array.shape == shape else broadcast_to(array, shape)


def fold(node: Array) -> Array | None:
    """Functions of numbers that have an exact value."""
    row = row_of(node)
    if row not in RATIONAL:
        return None
    numbers = [filling(arg) for arg in node.args]
    value = None if None in numbers else row.sympy(*numbers)
    is_exact = value is not None and (value.is_Rational or value.free_symbols)  # those of sizes
    return _filled(as_array(value), node.shape) if is_exact else None


def subtract_negative(node: Array) -> Array | None:
    """X + c y is x - (-c) y where c is a negative number, so that signs do not tell equal factors apart."""
    if row_of(node) is not add:
        return None
    for other, arg in (node.args, node.args[::-1]):
        if row_of(arg) is multiply:
            for number, factor in (arg.args, arg.args[::-1]):
                if is_number(number) and number.params[0][0].is_negative:
                    return other - as_array(-number.params[0][0]) * factor
    return None


def use_number(node: Array) -> Array | None:
    """A number for an array that is filled with it, and an array for one that is repeated: NumPy repeats them, too."""
    for k, arg in enumerate(node.args if row_of(node) else ()):
        number = filling(arg)
        small = as_array(number) if number is not None else arg.args[0] if type(arg) is Broadcast else arg
        args = [*node.args[:k], small, *node.args[k + 1 :]]
        if small.key != arg.key and unify([other.shape for other in args], str) == node.shape:
            return node.rebuild(args)
    return None


def keep_number(node: Array) -> Array | None:
    """An array that is filled with a number is that number, repeated once."""
    number = filling(node)
    return None if number is None else _filled(as_array(number), node.shape)


def one_by_one(node: Array) -> Array | None:
    """The identity matrix of one row is a 1."""
    return _ones(1, 1) if node.verb == "identity" and node.shape[0] == 1 else None


def product_with_number(node: Array) -> Array | None:
    """A factor that is filled with a number is taken out of a sum of products."""
    at = next((k for k, arg in enumerate(node.args) if filling(arg) is not None), None)
    if node.verb != "product" or at is None:
        return None
    labels, result = node.params
    others, axes = ([*them[:at], *them[at + 1 :]] for them in (node.args, labels))
    known = set().union(*axes)
    sizes = dict(zip(labels[at], node.args[at].shape, strict=True))
    count = math.prod(size for label, size in sizes.items() if label not in known and label not in result)
    factor = as_array(filling(node.args[at]) * count)
    if not others:
        return _filled(factor, node.shape)
    inner = contract(others, axes, [label for label in result if label in known])
    kept = (size if label in known else sp.Integer(1) for label, size in zip(result, node.shape, strict=True))
    return factor * _filled(reshaped(inner, kept), node.shape)


def product_by_entry(node: Array) -> Array | None:
    """A product of an array with one of some of its axes, where nothing is summed, is taken entry by entry."""
    if node.verb != "product" or len(node.args) != 2:
        return None
    labels, result = node.params
    whole = next((k for k, axes in enumerate(labels) if axes == result and len(set(axes)) == len(axes)), None)
    if whole is None or list(labels[1 - whole]) != [label for label in result if label in labels[1 - whole]]:
        return None
    part, sizes = labels[1 - whole], zip(result, node.shape, strict=True)
    spread = reshaped(node.args[1 - whole], (size if label in part else sp.Integer(1) for label, size in sizes))
    return spread * node.args[whole]


# ---- functions -----------------------------------------------------------------------------------------------------


def use_body(node: Array) -> Array | None:
    """The expression that a function of one's own stands for."""
    row = row_of(node)
    return None if row is None or row.body is None else _filled(as_array(row.body(node.args[0])), node.shape)


def negate_smaller(node: Array) -> Array | None:
    """-(x + b) is -b - x, which passes once less over the larger array."""
    if row_of(node) is not negative or row_of(node.args[0]) is not add:
        return None
    small, large = sorted(node.args[0].args, key=lambda part: int(part.size))
    return -small - large if int(small.size) < int(large.size) else None


# ---- what only moves -----------------------------------------------------------------------------------------------


def pass_transposes(node: Array) -> Array | None:
    """A product takes the axes of an operand in whatever order; one that changes nothing is its operand."""
    if node.verb != "product":
        return None
    labels, result = node.params
    if labels == (result,):
        return node.args[0]
    for k, arg in enumerate(node.args):
        if _is_transpose(arg):
            (inner,), outer = arg.params
            axes = tuple(labels[k][outer.index(label)] for label in inner)
            operands = [*node.args[:k], arg.args[0], *node.args[k + 1 :]]
            return contract(operands, [*labels[:k], axes, *labels[k + 1 :]], result)
    return None


def transpose_later(node: Array) -> Array | None:
    """f(x.T) is f(x).T: equations and products then see what is transposed."""
    wide = [arg for arg in node.args if arg.shape]
    row = row_of(node)
    if row is None or not wide or not all(map(_is_transpose, wide)) or len({arg.params for arg in wide}) > 1:
        return None
    made = apply(row, *(arg.args[0] if arg.shape else arg for arg in node.args))
    return contract([made], *wide[0].params)


def _is_transpose(node: Array) -> bool:
    return is_of_one(node) and len(node.params[0][0]) == len(node.params[1])


def is_of_one(node: Array) -> bool:
    """Whether it is a transpose, or a sum over axes, and reads no diagonal."""
    return node.verb == "product" and len(node.args) == 1 and len(set(node.params[0][0])) == len(node.params[0][0])


def pass_reshapes(node: Array) -> Array | None:
    """The last of two shapes counts, and none that is there already; nor is anything repeated that is."""
    if type(node) not in (Reshape, Broadcast):
        return None
    (arg,) = node.args
    if arg.shape == node.shape:
        return arg
    if type(node) is Broadcast:
        return None
    return reshaped(arg.args[0], node.shape) if type(arg) is Reshape else None


def in_its_shape(node: Array) -> Array:
    """What an array was before it was put into another shape."""
    return in_its_shape(node.args[0]) if type(node) is Reshape else node


# ---- sums ----------------------------------------------------------------------------------------------------------


def sum_of_one(node: Array) -> Array | None:
    """A sum over axes of one entry is that entry."""
    if not is_sum(node):
        return None
    (array,), ((labels,), result) = node.args, node.params
    long = [label for label, size in zip(labels, array.shape, strict=True) if size != 1]
    return reshaped(array, node.shape) if long == [label for label in result if label in long] else None


def column_by_product(node: Array) -> Array | None:
    """A sum over an axis of a matrix that is kept with size 1, as a product with ones: BLAS adds faster than NumPy."""
    if type(node) is not Reshape or not is_sum(node.args[0]) or not node.args[0].args[0].ndim == node.ndim == 2:
        return None
    (matrix,), (((rows, columns),), result) = node.args[0].args, node.args[0].params
    if result == (rows,) and node.shape[1] == 1:
        return contract([matrix, _ones(matrix.shape[1], 1)], [[0, 1], [1, 2]], [0, 2])
    if result == (columns,) and node.shape[0] == 1:
        return contract([_ones(1, matrix.shape[0]), matrix], [[0, 1], [1, 2]], [0, 2])
    return None


def sum_by_product(node: Array) -> Array | None:
    """A sum over an axis of a matrix, or of everything, likewise."""
    if not is_sum(node):
        return None
    (array,), ((labels,), result) = node.args, node.params
    if not result and int(array.size) <= PAIRWISE:
        return contract([reshaped(array, (array.size,)), _ones(array.size)], [[0], [0]], [])
    if len(labels) != 2 or len(result) != 1:
        return None
    (gone,) = set(labels) - set(result)
    return contract([array, _ones(array.shape[labels.index(gone)])], [labels, [gone]], result)


def spread_by_product(node: Array) -> Array | None:
    """A column beside a small matrix, as a product with a row of ones, and a row likewise: two arrays of one shape.

    NumPy takes longer to repeat a column than to make a small product. -x is a product with a row of -1.
    """
    if row_of(node) is None or node.ndim != 2 or int(node.size) > SMALL:
        return None
    for k, arg in enumerate(node.args):
        spread = None if arg.shape == node.shape or filling(arg) is not None else _spread(arg, *node.shape)
        if spread is not None:
            return node.rebuild([*node.args[:k], spread, *node.args[k + 1 :]])
    return None


def _spread(array: Array, rows: Size, columns: Size) -> Array | None:
    is_less = row_of(array) is negative
    array, number = (array.args[0], -1) if is_less else (array, 1)
    if array.shape == (rows, 1):
        return contract([array, broadcast_to(number, (1, columns))], [[0, 1], [1, 2]], [0, 2])
    if array.shape == (1, columns):
        return contract([broadcast_to(number, (rows, 1)), array], [[0, 1], [1, 2]], [0, 2])
    return None


def is_sum(node: Array) -> bool:
    """Whether it is a sum over axes, and nothing else but perhaps a transpose."""
    return is_of_one(node) and len(node.params[1]) < len(node.params[0][0])


def summed(node: Array) -> tuple[int, ...]:
    """The axes that a sum is over; none if it is no sum, or if the others are left in another order."""
    if not is_sum(node):
        return ()
    (labels,), result = node.params
    if [label for label in labels if label in result] != list(result):
        return ()
    return tuple(axis for axis, label in enumerate(labels) if label not in result)


def summed_in_place(node: Array) -> tuple[int, ...]:
    """The axes that a sum is over which keeps them with size 1; none if it is no such sum."""
    axes = summed(node.args[0]) if type(node) is Reshape else ()
    if not axes:
        return ()
    array = node.args[0].args[0]
    return axes if node.shape == with_ones(array, [axis - array.ndim for axis in axes]) else ()


def _ones(*shape: Any) -> Array:
    return broadcast_to(as_array(1), shape)


# ---- losses --------------------------------------------------------------------------------------------------------


def labels_in_products(node: Array) -> Array | None:
    """Y @ log(t).T + (1 - y) @ log(1 - t).T, summed entry by entry, so that the equation of the loss is seen."""
    if row_of(node) is not add:
        return None
    first, second = map(_entry_by_entry, node.args)
    if first is None or second is None or first[1] != second[1]:
        return None
    entries = first[0] + second[0]
    losses = (found for rule in by(STABLE) if (found := rule(entries)) is not None)
    loss = next((found for found in losses if found.shape == entries.shape), None)
    return None if loss is None else reshaped(contract([loss], [range(loss.ndim)], first[1]), node.shape)


def _entry_by_entry(node: Array) -> tuple[Array, list[int]] | None:
    """Products entry by entry, and the axes that are left when they are summed; sizes of 1 are left out of account."""
    if node.verb != "product" or len(node.args) != 2 or node.args[0].shape != node.args[1].shape:
        return None
    (left, right), result = node.params
    sizes = node.args[0].shape
    if any(a != b and size != 1 for a, b, size in zip(left, right, sizes, strict=True)):
        return None
    long = {label: axis for axis, (label, size) in enumerate(zip(left, sizes, strict=True)) if size != 1}
    kept = [long[label] for label in result if label in long]
    return (node.args[0] * node.args[1], kept) if kept == sorted(kept) and len(set(left)) == len(left) else None


def log_of_total(node: Array) -> Array | None:
    """Log Σ exp x, which overflows nowhere."""
    return _log_of_total(node.args[0]) if row_of(node) is log else None


def share_of_total(node: Array) -> Array | None:
    """Exp x / Σ exp y is exp(x - log Σ exp y), whose exponents overflow nowhere: softmax, where x is y."""
    if row_of(node) is not divide or row_of(node.args[0]) is not exp:
        return None
    total = _log_of_total(node.args[1])
    return None if total is None else apply(exp, node.args[0].args[0] - total)


def _log_of_total(node: Array) -> Array | None:
    """The logarithm of a sum of exponentials over axes, in its shape; None of what is none."""
    if type(node) is Reshape:
        inner = _log_of_total(node.args[0])
        return None if inner is None else reshaped(inner, node.shape)
    if not is_sum(node) or row_of(node.args[0]) is not exp:
        return None
    (x,), ((labels,), result) = node.args[0].args, node.params
    left = [label for label in labels if label in result]
    gone = tuple(axis for axis, label in enumerate(labels) if label not in result)
    return contract([logsumexp(x, gone)], [left], result)


STRUCTURE = (
    fold,
    subtract_negative,
    use_number,
    keep_number,
    one_by_one,
    product_with_number,
    use_body,
    pass_transposes,
    transpose_later,
    pass_reshapes,
    sum_of_one,
)
