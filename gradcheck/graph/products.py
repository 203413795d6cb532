"""Sums of products: matrix products, transposes, traces, diagonals, and whatever else numpy.einsum says."""

import math
import operator
import string
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from gradcheck.graph.families import Analytic
from gradcheck.graph.identities import identity
from gradcheck.graph.literals import as_array
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import NUMPY, stands_for
from gradcheck.graph.node import Array, Degree, Examples, Mistake, Number, Written
from gradcheck.graph.reshapes import reshaped
from gradcheck.graph.sizes import ShapeError, Size, show_shape
from gradcheck.graph.writing import is_matmul


class Einsum(Analytic):
    """A sum of products: `params` are the axes' labels of each operand and of the result, as tuples of integers."""

    __slots__ = ()

    verb = "product"
    word = "einsum"
    forgets_numbering = True
    is_by_entry = False
    examples: Examples = (
        lambda matrix: matrix @ matrix.T,
        lambda matrix: matrix.sum(axis=0),
        lambda matrix: np.einsum("ij,ij->i", matrix, matrix),
    )

    def change(self, on: Any, operands: Sequence[Any], changes: Sequence[Any], value: Any) -> Any:
        """(A + a)(B + b) - AB = aB + (A + a)b: one operand after the other is moved, those before it have moved."""
        factors, parts = list(map(on.before, operands)), []
        for k, change in enumerate(changes):
            if change is not None:
                parts.append(on.at.contract([*factors[:k], change, *factors[k + 1 :]], *self.params))
                factors[k] = on.after(factors[k], change)
        return reduce(operator.add, parts)

    def rounding(self, at: Any, operands: Sequence[Any]) -> Any:
        """Half an ulp of every partial sum, summed pairwise as NumPy does, and of every product (Higham, ch. 3)."""
        sizes = list(map(np.abs, operands))
        terms = max(1, math.prod(size.size for size in sizes) // max(1, at(self).size))
        return (1.0 + np.log2(terms) + len(sizes)) * np.finfo(float).eps * at.contract(sizes, *self.params)

    def cotangent(self, position: int, incoming: Array, lead: int) -> Array:
        """The same product with the cotangent in the place of the operand, and what was summed over repeated."""
        labels, result = self.params
        arg, top = self.args[position], 1 + max((label for axes in labels for label in axes), default=0)
        leading = list(range(top, top + lead))
        operands = [incoming, *(other for i, other in enumerate(self.args) if i != position)]
        axes = [[*leading, *result], *(list(own) for i, own in enumerate(labels) if i != position)]
        wanted: list[int] = []
        for label, size in zip(labels[position], arg.shape, strict=True):
            if label in wanted:  # a diagonal was read: its cotangent stands on the diagonal
                fresh = top + lead + len(wanted)
                operands.append(identity(size))
                axes.append([label, fresh])
                label = fresh
            wanted.append(label)
        available = set().union(*axes)
        inner = contract(operands, axes, [*leading, *(label for label in wanted if label in available)])
        if available.issuperset(wanted):
            return inner
        front = incoming.shape[:lead]
        sizes = [size if label in available else 1 for label, size in zip(wanted, arg.shape, strict=True)]
        repeated: Array = NUMPY["broadcast_to"](inner.reshape((*front, *sizes)), (*front, *arg.shape))
        return repeated

    def summed(self) -> dict[int, Size]:
        """The sizes of the labels that are summed over."""
        labels, result = self.params
        pairs = (zip(axes, arg.shape, strict=True) for axes, arg in zip(labels, self.args, strict=True))
        return {label: size for pair in pairs for label, size in pair if label not in result}

    def _terms(self, number: Number) -> int:
        return math.prod(map(number, self.summed().values()))

    def is_rational(self, number: Number) -> bool:
        """A sum of products."""
        return True

    def has_factor(self, position: int, summed: bool) -> bool:
        """If what is summed over, if anything, are entries of the operand; all have other ones where axes only move."""
        labels, result = self.params
        is_apart = sorted(labels[position]) == sorted(result)
        return self.summed().keys() <= set(labels[position]) and (is_apart or not summed)

    def is_positive(self, operands: Sequence[bool], number: Number) -> bool:
        """Sums of products of what is positive are."""
        return all(operands)

    def degree(self, operands: Sequence[Degree], number: Number) -> Degree:
        """Products add degrees; a sum of t fractions has the denominators of all, each but one in its numerators."""
        above, below = (sum(degrees) for degrees in zip(*operands, strict=True))
        terms = self._terms(number)
        return above + (terms - 1) * below, terms * below

    def length(self, operands: Sequence[int], number: Number) -> int:
        """All factors of all terms."""
        return self._terms(number) * sum(operands)

    def work(self, number: Number) -> int:
        """A product for every entry and term."""
        return number(self.size) * self._terms(number)

    def mistakes(self) -> Iterable[Mistake]:
        """A factor of a product of matrices is lost, or it is taken element by element."""
        if not is_matmul(self):
            return
        left, right = self.args
        yield "{} without the factor {}", (self, right), left
        yield "{} without the factor {}", (self, left), right
        yield "* for @ in {}", (self,), left * right


def contract(
    operands: Sequence[Array], labels: Sequence[Sequence[int]], result: Sequence[int], written: Written | None = None
) -> Array:
    """`Einsum` by integer labels. Raises ShapeError if a label stands for two sizes."""
    sizes: dict[int, Size] = {}
    for operand, axes in zip(operands, labels, strict=True):
        for label, size in zip(axes, operand.shape, strict=True):
            if sizes.setdefault(label, size) != size:
                raise ShapeError(_product(operands), f"{sizes[label]} is not {size}")
    params = (tuple(map(tuple, labels)), tuple(result))
    return Einsum(operands, params, (sizes[label] for label in result), written)


def _product(operands: Sequence[Array]) -> str:
    return " @ ".join(show_shape(operand.shape) for operand in operands)


@stands_for("einsum")
def einsum(subscripts: Any, *operands: Any, written: Written | None = None) -> Array:
    """As numpy.einsum with a text of subscripts."""
    arrays = tuple(map(as_array, operands))
    layout = lambda style, written: style.einsum(subscripts, written.operands)  # noqa: E731
    return _einsum(arrays, str(subscripts), written=written or Written("einsum", arrays, (), layout))


@conforming()
def _einsum(operands: tuple[Array, ...], subscripts: str, written: Written) -> Array:
    inputs, arrow, output = subscripts.replace(" ", "").partition("->")
    words = inputs.split(",")
    if not arrow:
        counts = {c: inputs.count(c) for c in inputs if c != ","}
        output = "".join(sorted(c for c, n in counts.items() if n == 1))
    if len(words) != len(operands) or any(len(w) != o.ndim for w, o in zip(words, operands, strict=False)):
        shapes = ", ".join(show_shape(o.shape) for o in operands)
        raise ShapeError(f"einsum({subscripts!r}) of {shapes}", "each operand needs one letter an axis")
    if not set(output) <= set(inputs) or len(set(output)) != len(output):
        raise ShapeError(f"einsum({subscripts!r})", "every letter of the result stands once, and in an operand")
    letters = {c: i for i, c in enumerate(string.ascii_letters)}
    try:
        return contract(operands, [[letters[c] for c in w] for w in words], [letters[c] for c in output], written)
    except ShapeError as error:
        shapes = ", ".join(show_shape(o.shape) for o in operands)
        raise ShapeError(f"einsum({subscripts!r}) of {shapes}", error.why) from None


@stands_for("trace")
def trace(array: Any) -> Array:
    """As numpy.trace: one number."""
    layout = lambda style, written: style.reduction("trace", *written.operands, {})  # noqa: E731
    return einsum("ii->", array, written=Written("trace", (as_array(array),), (), layout))


@stands_for("matmul")
def matmul(left: Any, right: Any) -> Array:
    """As numpy.matmul, for one and two axes."""
    operands = (as_array(left), as_array(right))
    layout = lambda style, written: style.matmul(*written.operands)  # noqa: E731
    return _matmul(operands, written=Written("matmul", operands, (), layout))


@conforming()
def _matmul(operands: tuple[Array, ...], written: Written) -> Array:
    left, right = operands
    what = f"{show_shape(left.shape)} @ {show_shape(right.shape)}"
    if not (1 <= left.ndim <= 2 and 1 <= right.ndim <= 2):
        raise ShapeError(what, "@ needs one or two axes on each side")
    rows = [0] if left.ndim == 2 else []
    columns = [2] if right.ndim == 2 else []
    return contract(operands, [[*rows, 1], [1, *columns]], [*rows, *columns], written)


@stands_for("dot")
def dot(left: Any, right: Any) -> Array:
    """As numpy.dot: @ for arrays with axes, a product with a number otherwise."""
    left, right = as_array(left), as_array(right)
    is_scaling = left.conforms and right.conforms and not (left.ndim and right.ndim)
    return left * right if is_scaling else matmul(left, right)


def _as_transpose(style: Any, written: Written) -> Any:
    return style.call_of(written) if written.options else style.transpose(*written.operands)


@stands_for("transpose")
@conforming(lambda style, written: style.call_of(written))
def transpose(array: Array, axes: Sequence[int] | None = None) -> Array:
    """As numpy.transpose: axes in reverse order, or in the order given."""
    order = list(reversed(range(array.ndim))) if axes is None else [a % array.ndim for a in axes]
    options = (("axes", tuple(order)),) if axes is not None else ()
    word = "T" if axes is None else "transpose"
    return contract([array], [range(array.ndim)], order, Written(word, (array,), options, _as_transpose))


@stands_for("diag")
def diagonal(array: Any) -> Array:
    """As numpy.diag: a vector on the diagonal of a matrix, or the diagonal of a matrix."""
    node = as_array(array)
    return _diagonal(node, written=Written("diag", (node,)))


@conforming()
def _diagonal(array: Array, written: Written) -> Array:
    if array.ndim == 1:
        return contract([array, identity(array.shape[0])], [[0], [0, 1]], [0, 1], written)
    if array.ndim != 2:
        raise ShapeError(f"diag of {show_shape(array.shape)}", "one or two axes are needed")
    return contract([array], [[0, 0]], [0], written)


@stands_for("outer")
@conforming()
def outer(left: Any, right: Any) -> Array:
    """As numpy.outer: both operands are read as vectors."""
    left, right = as_array(left), as_array(right)
    flat = [reshaped(array, (array.size,)) for array in (left, right)]
    return contract(flat, [[0], [1]], [0, 1], Written("outer", (left, right)))
