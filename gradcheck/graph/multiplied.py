"""Products of all entries along an axis, also where entries are 0."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Sequence
from functools import reduce
from itertools import accumulate
from typing import Any

import numpy as np

from gradcheck.functions.held import BOOLEAN, Held, Type, type_of
from gradcheck.functions.table import add, multiply, subtract
from gradcheck.graph.elementwise import apply, astype
from gradcheck.graph.families import Analytic, OverAxes
from gradcheck.graph.identities import identity
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import stands_for
from gradcheck.graph.node import Array, Examples, Mistake, Number, Written
from gradcheck.graph.products import contract
from gradcheck.graph.reductions import OVER_AXES, as_reduction, over_axes, said, shape_without, summed
from gradcheck.graph.refusals import engine
from gradcheck.graph.reshapes import reshaped

TINY = float(np.finfo(float).tiny)


class Multiplied(OverAxes, Analytic):
    """The product of all entries along one axis."""

    __slots__ = ()

    verb = "multiplied"
    word = "prod"
    examples: Examples = (lambda matrix: np.prod(matrix / 3, axis=0),)

    def holds(self, operands: Sequence[Held]) -> Type:
        """As NumPy's products are: masks are counted."""
        held: Type = np.zeros(1, type_of(operands[0])).prod().dtype
        return held

    def change(self, on: Any, operands: Sequence[Any], changes: Sequence[Any], value: Any) -> Any:
        """Π(x + d) - Π x: one entry after the other is moved, those before it have moved."""
        (axis,), (x,), (change,) = self.axes, operands, changes
        moved = on.slices(on.after(on.before(x), change), axis)
        still = on.slices(on.before(x), axis)
        before = accumulate(moved[:-1], operator.mul)
        behind = list(accumulate(reversed(still[1:]), operator.mul))[::-1]
        first, *rest = on.slices(change, axis)
        parts = [first, *(left * d for left, d in zip(before, rest, strict=True))]
        return reduce(operator.add, [*map(operator.mul, parts[:-1], behind), parts[-1]])

    def rounding(self, at: Any, operands: Sequence[Any]) -> Any:
        """Half an ulp a factor; all digits where what is multiplied on the way is too small for them."""
        (axis,), (x,) = self.axes, operands
        partial = np.multiply.accumulate(np.abs(x), axis=axis)
        lost = ((partial < TINY) & ~np.logical_or.accumulate(x == 0, axis=axis)).any(axis=axis)
        return np.where(lost, np.inf, self.terms(at.number) * np.finfo(float).eps * np.abs(at(self)))

    @engine()
    def others(self) -> Array:
        """For every entry the product of all others: with 1 in the place of that entry, so that nothing is divided."""
        (array,), (axis,) = self.args, self.axes
        place, size = array.ndim + axis, array.shape[axis]
        delta = reshaped(identity(size), (size, size, *(1,) * (-axis - 1)))
        alone = reshaped(array, (*array.shape[:place], 1, *array.shape[place:]))
        rows = apply(add, apply(multiply, alone, apply(subtract, 1, delta)), delta)
        return multiplied(rows, axis)

    def cotangent(self, position: int, incoming: Array, lead: int) -> Array:
        """Times the product of the others."""
        labels, kept = self.labels
        leading = [len(labels) + i for i in range(lead)]
        return contract([incoming, self.others()], [[*leading, *kept], labels], [*leading, *labels])

    def is_rational(self, number: Number) -> bool:
        """A polynomial."""
        return True

    def is_positive(self, operands: Sequence[bool], number: Number) -> bool:
        """If all entries are."""
        return operands[0]

    def length(self, operands: Sequence[int], number: Number) -> int:
        """All factors."""
        return self.terms(number) * operands[0]

    def mistakes(self) -> Iterable[Mistake]:
        """The sum."""
        yield "the sum for {}", (self,), summed(self.args[0], self.args[0].ndim + self.axes[0])


def multiplied(array: Array, axis: int, written: Written | None = None) -> Array:
    """`Multiplied` along an axis that is counted from the last one."""
    return Multiplied((array,), ((axis,),), shape_without(array, (axis,)), written)


@stands_for("prod", uses=(*OVER_AXES, lambda f, x, y: f(x, keepdims=True, dtype=None)))
@conforming(as_reduction("prod"))
def prod(array: Array, axis: Any = None, *, keepdims: bool = False) -> Array:
    """As numpy.prod: the shape without the axes, or with 1 in their place."""
    written = Written("prod", (array,), said(axis, keepdims), as_reduction("prod"))

    def along(axes: tuple[int, ...]) -> Array:
        """One axis after the other, the last first. A mask is a number where there is none, too."""
        made = astype(array, int) if not axes and type_of(array.held) == BOOLEAN else array
        for i, one in enumerate(sorted(axes, reverse=True)):
            made = multiplied(made, one + i, written if i == len(axes) - 1 else None)
        return made

    return over_axes(array, axis, keepdims, written, along)
