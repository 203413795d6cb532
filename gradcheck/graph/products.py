"""Sums of products: matrix products, transposes, traces, diagonals, and whatever else numpy.einsum says."""

import itertools
import math
import operator
import string
from collections.abc import Container, Iterable, Sequence
from functools import partial, reduce
from typing import Any

import numpy as np

from gradcheck.functions.held import BOOLEAN, Held, Type, common_type, is_narrow, of_sum
from gradcheck.graph.families import Analytic
from gradcheck.graph.identities import identity
from gradcheck.graph.literals import as_array
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import NUMPY, stands_for
from gradcheck.graph.node import Array, Examples, Mistake, Number, Written
from gradcheck.graph.refusals import Unsupported, is_checked
from gradcheck.graph.reshapes import reshaped
from gradcheck.graph.sizes import ShapeError, Size, one_axis, show_shape, unify
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

    def holds(self, operands: Sequence[Held]) -> Type:
        """As products are. Sums say themselves that NumPy counts."""
        return common_type(operands)

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

    def length(self, operands: Sequence[int], number: Number) -> int:
        """All factors of all terms."""
        return self._terms(number) * sum(operands)

    def finite(self, operands: Sequence[Array | None]) -> Array | None:
        """Where axes only move, as in a transpose, the mask's move likewise."""
        (labels, *others), result = self.params
        mask = operands[0]
        if others or mask is None or self.summed():
            return super().finite(operands)
        return contract([NUMPY["broadcast_to"](mask, self.args[0].shape)], [labels], result)

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
) -> Einsum:
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


@stands_for(
    "einsum",
    uses=(
        lambda f, x, y: f("ij,jk->ik", x, y),
        lambda f, x, y: f("i,i", x, y),
        lambda f, x, y: f("ij->j", x),
        lambda f, x, y: f("ii->i", x),
        lambda f, x, y: f("ij", x),
        lambda f, x, y: f("ba", x),
        lambda f, x, y: f("i,ij->ij", x, y, optimize=True),
        lambda f, x, y: f("...i->i", x),
    ),
)
def einsum(subscripts: Any, *operands: Any, optimize: Any = False, written: Written | None = None) -> Array:
    """As numpy.einsum with a text of subscripts. In which order NumPy would multiply does not matter."""
    if not isinstance(subscripts, str) or "..." in subscripts:
        raise Unsupported(f"einsum({subscripts!r}, …): write a text with one letter for every axis, as in 'ij,jk->ik'")
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
        labels = _repeated(operands, [[letters[c] for c in w] for w in words], letters.values())
        return _as_numpy_adds(contract(operands, labels, [letters[c] for c in output], written))
    except ShapeError as error:
        shapes = ", ".join(show_shape(o.shape) for o in operands)
        raise ShapeError(f"einsum({subscripts!r}) of {shapes}", error.why) from None


def _as_numpy_adds(product: Einsum) -> Einsum:
    """Refuse sums of products of masks, which NumPy takes by `or`, and those in types that overflow."""
    held = common_type([arg.held for arg in product.args]) if is_checked() and product.summed() else None
    if held == BOOLEAN:
        why = (
            "of masks says in NumPy whether there is any, and counts nothing: write 1 * (x > 0) where numbers are meant"
        )
        raise Unsupported(f"{_product(product.args)} {why}")
    if held is not None and is_narrow(held):
        raise Unsupported(f"{_product(product.args)}: NumPy adds in {held}, write 1.0 * x for more digits")
    return product


@stands_for(
    "trace",
    uses=(
        lambda f, x, y: f(x),
        lambda f, x, y: f(x, 1),
        lambda f, x, y: f(x, 0, 1, 2),
        lambda f, x, y: f(x, axis1=-1, axis2=-2),
        lambda f, x, y: f(x, axis1=0, axis2=-3),
    ),
)
@conforming(lambda style, written: style.reduction("trace", *written.operands, dict(written.options)))
def trace(array: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """As numpy.trace of square matrices, along the two axes: one number for each of a stack."""
    node = as_array(array)
    layout = lambda style, written: style.reduction("trace", *written.operands, dict(written.options))  # noqa: E731
    if offset != 0:
        raise Unsupported(f"trace(offset={offset}): of the main diagonal only")
    if node.ndim < 2:
        raise ShapeError(f"trace of {show_shape(node.shape)}", "two axes are needed")
    first, second = one_axis(node, axis1), one_axis(node, axis2)
    if first == second:
        raise ShapeError(f"trace of {show_shape(node.shape)}", f"the axes {axis1} and {axis2} are one")
    if node.shape[first] != node.shape[second]:
        raise ShapeError(f"trace of {show_shape(node.shape)}", f"{node.shape[first]} is not {node.shape[second]}")
    labels = [first if axis == second else axis for axis in range(node.ndim)]
    said = (("axis1", axis1), ("axis2", axis2)) if (axis1, axis2) != (0, 1) else ()
    written = Written("trace", (node,), said, layout, of_sum(node.held))
    return contract([node], [labels], [axis for axis in labels if axis != first], written)


@stands_for("matmul", uses=(lambda f, x, y: f(x, y),))
def matmul(left: Any, right: Any, written: Written | None = None) -> Array:
    """As numpy.matmul: of the last two axes; those before are stacks of matrices and broadcast."""
    operands = (as_array(left), as_array(right))
    layout = lambda style, written: style.matmul(*written.operands)  # noqa: E731
    return _matmul(operands, written=written or Written("matmul", operands, (), layout))


@conforming()
def _matmul(operands: tuple[Array, ...], written: Written) -> Array:
    left, right = operands

    def what() -> str:
        return f"{show_shape(left.shape)} @ {show_shape(right.shape)}"

    if not (left.ndim and right.ndim):
        raise ShapeError(what(), "@ needs at least one axis on each side")
    rows, columns = ([0] if left.ndim > 1 else []), ([2] if right.ndim > 1 else [])
    stacks = [array.shape[:-2] for array in operands]
    stack = [3 + axis for axis in range(len(unify(stacks, what)))]
    labels = [[*stack[len(stack) - len(stacks[0]) :], *rows, 1], [*stack[len(stack) - len(stacks[1]) :], 1, *columns]]
    return _as_numpy_adds(contract(operands, _repeated(operands, labels, stack), [*stack, *rows, *columns], written))


def _repeated(operands: Sequence[Array], labels: Sequence[Sequence[int]], which: Container[int]) -> list[list[int]]:
    """Labels in which a size of 1 beside a larger one is a label of its own: what has it is there for all entries."""
    pairs = [zip(axes, operand.shape, strict=True) for operand, axes in zip(operands, labels, strict=True)]
    large = {label: size for label, size in itertools.chain(*pairs) if label in which and size != 1}
    fresh = itertools.count(1 + max(itertools.chain(*labels), default=0))

    def own(axes: Sequence[int], label: int, size: Size) -> int:
        return next(fresh) if size == 1 and label in large and axes.count(label) == 1 else label

    return [list(map(partial(own, axes), axes, array.shape)) for axes, array in zip(labels, operands, strict=True)]


@stands_for("dot", uses=(lambda f, x, y: f(x, y),))
@conforming()
def dot(left: Any, right: Any) -> Array:
    """As numpy.dot: a product with a number, @ of matrices; of stacks, all matrices of one with all of the other."""
    left, right = operands = as_array(left), as_array(right)
    if not (left.ndim and right.ndim):
        scaled: Array = NUMPY["multiply"](left, right)
        return scaled
    if left.ndim <= 2 and right.ndim <= 2:
        return matmul(left, right)
    rows, rest = list(range(1, left.ndim)), list(range(left.ndim, left.ndim + right.ndim - 1))
    summed = [*rest[:-1], 0, rest[-1]] if right.ndim > 1 else [0]
    return _as_numpy_adds(contract(operands, [[*rows, 0], summed], [*rows, *rest], Written("dot", operands)))


def _as_transpose(style: Any, written: Written) -> Any:
    return style.call_of(written) if written.options else style.transpose(*written.operands)


@stands_for(
    "transpose",
    uses=(
        lambda f, x, y: f(x),
        lambda f, x, y: f(x, (1, 0)),
        lambda f, x, y: f(x, (0, -1, 1)),
        lambda f, x, y: f(x, (0, 0)),
        lambda f, x, y: f(x, axes=(2, 0, 1)),
    ),
)
@conforming(lambda style, written: style.call_of(written))
def transpose(array: Array, axes: Sequence[int] | None = None) -> Array:
    """As numpy.transpose: axes in reverse order, or in the order given."""
    order = list(reversed(range(array.ndim))) if axes is None else _order(array, axes)
    options = (("axes", tuple(order)),) if axes is not None else ()
    word = "T" if axes is None else "transpose"
    return contract([array], [range(array.ndim)], order, Written(word, (array,), options, _as_transpose))


def _order(array: Array, axes: Any) -> list[int]:
    if len(axes) != array.ndim:
        raise ShapeError(f"transpose of {show_shape(array.shape)}", f"there are {array.ndim} axes, not {len(axes)}")
    order = [one_axis(array, axis) for axis in axes]
    if len(set(order)) != len(order):
        raise ShapeError(f"transpose of {show_shape(array.shape)}", f"an axis is there twice in {tuple(axes)}")
    return order


@stands_for("swapaxes", uses=(lambda f, x, y: f(x, -1, -2), lambda f, x, y: f(x, 0, 2)))
@conforming()
def swapaxes(array: Array, axis1: int, axis2: int) -> Array:
    """As numpy.swapaxes."""
    first, second = one_axis(array, axis1), one_axis(array, axis2)
    order = list(range(array.ndim))
    order[first], order[second] = second, first
    return transpose(array, order)


@stands_for("diag", uses=(lambda f, x, y: f(x), lambda f, x, y: f(x, 1)))
def diagonal(array: Any) -> Array:
    """As numpy.diag: a vector on the diagonal of a matrix, or the diagonal of a matrix."""
    node = as_array(array)
    return _diagonal(node, written=Written("diag", (node,), held=node.held if node.conforms else None))


@conforming()
def _diagonal(array: Array, written: Written) -> Array:
    if array.ndim == 2 and array.shape[1] == 1 != array.shape[0]:
        what, why = f"np.diag of the column {show_shape(array.shape)}", "gradcheck.notation has diag for columns"
        raise ShapeError(what, f"NumPy reads it as a matrix; {why}")
    if array.ndim == 1:
        return contract([array, identity(array.shape[0])], [[0], [0, 1]], [0, 1], written)
    if array.ndim != 2:
        raise ShapeError(f"diag of {show_shape(array.shape)}", "one or two axes are needed")
    return contract([array], [[0, 0]], [0], written)


@stands_for("outer", uses=(lambda f, x, y: f(x, y),))
@conforming()
def outer(left: Any, right: Any) -> Array:
    """As numpy.outer: both operands are read as vectors."""
    left, right = as_array(left), as_array(right)
    flat = [reshaped(array, (array.size,)) for array in (left, right)]
    return contract(flat, [[0], [1]], [0, 1], Written("outer", (left, right)))
