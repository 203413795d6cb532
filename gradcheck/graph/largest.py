"""The largest and the smallest entry along axes, and comparisons of an array with its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
import sympy as sp

from gradcheck.functions.held import Held, Type, common_type
from gradcheck.functions.table import multiply, square, where
from gradcheck.graph.broadcasts import Broadcast, broadcast_to
from gradcheck.graph.elementwise import apply
from gradcheck.graph.families import Extreme
from gradcheck.graph.infinity import where_finite
from gradcheck.graph.literals import as_array
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import NUMPY, USES, UnknownFunction, stands_for
from gradcheck.graph.node import Array, Defined, Examples, Mistake, Number, Written
from gradcheck.graph.products import contract
from gradcheck.graph.reductions import OVER_AXES, as_reduction, mean, over_axes, said, shape_without, with_ones
from gradcheck.graph.refusals import engine
from gradcheck.graph.reshapes import Reshape, reshaped
from gradcheck.graph.selections import Which, select
from gradcheck.graph.sizes import show_shape, unify


class Largest(Extreme):
    """The largest entry along axes, or the smallest. It is the same entry near every point but a tie: linear there."""

    __slots__ = ()

    verb = "largest"
    word = "max"
    is_jump = False
    defined: Defined | None = None
    examples: Examples = (lambda matrix: (matrix * matrix).max(axis=0), lambda matrix: (matrix / 3).min())

    def holds(self, operands: Sequence[Held]) -> Type:
        """As its entries."""
        return common_type(operands)

    def moved_by(self, value: Any, change: Any) -> Any:
        """max(x + d) - max x is the largest of (x - max x) + d, where the first part is 0 or far from it."""
        value, change = self.sign * value, self.sign * change
        return self.sign * np.max((value - np.max(value, axis=self.axes, keepdims=True)) + change, axis=self.axes)

    def stays(self, value: Any, moved: Any) -> Any:
        """Where all entries along the axes stay above the others, or below."""
        value, moved = np.broadcast_arrays(value, moved)
        same = np.sign(self.margins(value)) == np.sign(self.margins(moved))
        return same.all(axis=self.axes)

    def off_by(self, value: Any, errors: Any) -> Any:
        """The largest may be that of any entry with its error."""
        value = self.sign * value
        return np.max((value - np.max(value, axis=self.axes, keepdims=True)) + errors, axis=self.axes)

    def cotangent(self, position: int, incoming: Array, lead: int) -> Array:
        """To the largest entry."""
        (array,), (labels, kept) = self.args, self.labels
        leading = [array.ndim + i for i in range(lead)]
        mask = select(array, self.axes, self.sign, Which.ONE)
        return contract([incoming, mask], [[*leading, *kept], labels], [*leading, *labels])

    def is_positive(self, operands: Sequence[bool], number: Number) -> bool:
        """If all entries are."""
        return operands[0]

    def length(self, operands: Sequence[int], number: Number) -> int:
        """Every entry times its mask, which is a function of all."""
        terms = self.terms(number)
        return terms * (1 + (terms + 1) * operands[0])

    def mistakes(self) -> Iterable[Mistake]:
        """The other end, or the mean."""
        other = largest(self.args[0], self.axes, -self.sign)
        yield (
            "the smallest for the largest in {}" if self.sign > 0 else "the largest for the smallest in {}",
            (self,),
            other,
        )
        yield "the mean for {}", (self,), mean(self.args[0], self.axes)


def largest(array: Array, axes: tuple[int, ...], sign: int, written: Written | None = None) -> Largest:
    """`Largest` along axes that are counted from the last one."""
    return Largest((array,), (axes, sign), shape_without(array, axes), written)


_OF_EXTREMES = (
    *OVER_AXES,
    lambda f, x, y: f(x, keepdims=True, out=None),
    lambda f, x, y: f(x, (), keepdims=True),
    lambda f, x, y: f(x, 0, initial=1),
)


@stands_for("max", "amax", uses=_OF_EXTREMES)
@conforming(as_reduction("max"))
def maximum_over(array: Array, axis: Any = None, *, keepdims: bool = False) -> Array:
    """As numpy.max: the shape without the axes, or with 1 in their place."""
    written = Written("max", (array,), said(axis, keepdims), as_reduction("max"))
    make = largest if where_finite(array) is None else _largest_finite
    return over_axes(array, axis, keepdims, written, lambda axes: make(array, axes, 1, written))


@engine()
def _largest_finite(array: Array, axes: tuple[int, ...], sign: int, written: Written) -> Array:
    """The largest entry that is not -∞: in the place of these stands a number below all others, -1 - Σ x².

    Where all are -∞ it has no value: it is divided by how many are not, and multiplied by that.
    """
    mask = where_finite(array)
    kept = [axis for axis in range(array.ndim) if axis - array.ndim not in axes]
    squares, every = apply(square, apply(where, mask, array, 0)), range(array.ndim)
    below = -1 - reshaped(contract([squares], [every], kept), with_ones(array, axes))
    count = contract([broadcast_to(mask, array.shape)], [every], kept)
    return apply(multiply, largest(apply(where, mask, array, below), axes, sign), count / count).said(written)


@stands_for("min", "amin", uses=_OF_EXTREMES)
@conforming(as_reduction("min"))
def minimum_over(array: Array, axis: Any = None, *, keepdims: bool = False) -> Array:
    """As numpy.min."""
    written = Written("min", (array,), said(axis, keepdims), as_reduction("min"))
    return over_axes(array, axis, keepdims, written, lambda axes: largest(array, axes, -1, written))


# ---- comparisons with it ---------------------------------------------------------------------------------------------


def _extreme_of(extreme: Array, array: Array) -> Largest | None:
    """What an array is compared with, if that is its own largest or smallest entry for each of its entries."""
    if isinstance(extreme, Broadcast):
        (extreme,) = extreme.args
    shape = extreme.shape
    while isinstance(extreme, Reshape):
        (extreme,) = extreme.args
    if not isinstance(extreme, Largest) or extreme.args[0].key != array.key:
        return None
    full = (sp.Integer(1),) * (array.ndim - len(shape)) + shape
    return extreme if full == with_ones(array, extreme.axes) else None


def _compared(left: Any, right: Any, sign: str) -> Array | None:
    """The mask that a comparison of an array with its own largest or smallest entry is; None for any other one."""
    pair = as_array(left), as_array(right)
    if not all(side.conforms for side in pair):
        return None
    layout = lambda style, written: style.compared(sign, *written.operands)  # noqa: E731
    for (array, other), way in ((pair, sign), (pair[::-1], _TURNED[sign])):
        extreme = _extreme_of(other, array)
        which = None if extreme is None else _MASKS.get((way, extreme.sign))
        if extreme is not None and which is not None:
            return select(array, extreme.axes, extreme.sign, which, Written("compared", pair, (), layout))
    return None


_TURNED = {"==": "==", "!=": "!=", ">=": "<=", "<=": ">=", "<": ">", ">": "<"}
_MASKS = {
    ("==", 1): Which.ALL, (">=", 1): Which.ALL, ("!=", 1): Which.OTHERS, ("<", 1): Which.OTHERS,
    ("==", -1): Which.ALL, ("<=", -1): Which.ALL, ("!=", -1): Which.OTHERS, (">", -1): Which.OTHERS,
}  # fmt: skip
"""No entry is above the largest one, so that what is not below is equal."""


def _comparison(left: Any, right: Any, sign: str, otherwise: Callable[..., Array]) -> Array:
    """As NumPy's comparison of this sign."""
    mask = _compared(left, right, sign)
    return otherwise(left, right) if mask is None else mask


@conforming()
def _unequal(left: Any, right: Any, sign: str) -> Array:
    """Equality of anything else says nothing of values that may be any number."""
    shapes = [as_array(side).shape for side in (left, right)]
    unify(shapes, lambda: f" {sign} ".join(map(show_shape, shapes)))
    raise UnknownFunction(
        f"{sign} on symbolic arrays is a mask beside an array's own largest or smallest entry only, as in "
        "X == X.max(axis=0): for labels of 0 and 1 write Y > 0.5 for Y == 1"
    )


_WITH_OWN = (
    lambda f, x, y: f(x, np.max(x, axis=-1, keepdims=True)),
    lambda f, x, y: f(np.min(x), x),
    lambda f, x, y: f(x, np.max(x, axis=0)),
    lambda f, x, y: f(np.max(x, axis=-1)[:, None], x),
    lambda f, x, y: f(x, np.min(x, axis=-1)),
)
for _name, _sign in {"equal": "==", "not_equal": "!="}.items():
    stands_for(_name, uses=_WITH_OWN)(partial(_comparison, sign=_sign, otherwise=partial(_unequal, sign=_sign)))
for _name, _sign in {"greater_equal": ">=", "less_equal": "<=", "greater": ">", "less": "<"}.items():
    _rule = partial(_comparison, sign=_sign, otherwise=NUMPY[_name])
    stands_for(_name, uses=(*USES[_name], *_WITH_OWN))(_rule)
