"""The same entries under other sizes."""

from collections.abc import Iterable, Sequence
from typing import Any

import sympy as sp

from gradcheck.graph.families import Moving
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import stands_for
from gradcheck.graph.node import Array, Examples, Written
from gradcheck.graph.sizes import ShapeError, Size, as_size, each, is_whole, product, show_shape


class Reshape(Moving):
    """The same entries in row order under other sizes."""

    __slots__ = ()

    word = "reshape"
    examples: Examples = (lambda matrix: matrix.reshape(-1), lambda matrix: matrix[None])

    @property
    def forgets_numbering(self) -> bool:
        """Unless axes are merged or split."""
        long = [[size for size in shape if size != 1] for shape in (self.shape, self.args[0].shape)]
        return long[0] == long[1]

    def entered(self, at: Sequence[Any]) -> Sequence[Any] | None:
        """At the same positions, if axes are only added or dropped."""
        if not self.forgets_numbering:
            return None
        kept = iter(position for position, size in zip(at, self.shape, strict=True) if size != 1)
        return [0 if size == 1 else next(kept) for size in self.args[0].shape]

    def move(self, at: Any, *values: Any) -> Any:
        """Batch axes stay in front."""
        (value,) = values
        return value.reshape(value.shape[: at.lead] + at.shape(self.shape))

    def cotangent(self, position: int, incoming: Array, lead: int) -> Array:
        """Back to the old sizes."""
        return reshaped(incoming, (*incoming.shape[:lead], *self.args[0].shape))


def _as_reshape(style: Any, written: Written) -> Any:
    sizes = written.option("sizes")
    return style.reshape(written.operands[0], tuple(map(sp.sympify, each(sizes))))


@stands_for(
    "reshape",
    uses=(
        lambda f, x, y: f(x, -1),
        lambda f, x, y: f(x, (-1, 1)),
        lambda f, x, y: f(x, (3, 2)),
        lambda f, x, y: f(x, (3, -1, 1)),
        lambda f, x, y: f(x, (3, -1), order="F"),
    ),
)
@conforming(_as_reshape)
def reshape(array: Array, sizes: Any) -> Array:
    """As numpy.reshape, in row order."""
    wanted = each(sizes)
    free = [i for i, size in enumerate(wanted) if is_whole(size) and size == -1]
    shape = [sp.Integer(1) if i in free else as_size(size) for i, size in enumerate(wanted)]
    if len(free) > 1:
        raise ShapeError(f"reshape{show_shape(wanted)}", "only one size can be -1")
    if free:
        shape[free[0]] = sp.cancel(array.size / product(shape))
    whole = all(sp.denom(size) == 1 for size in shape)
    if not whole or sp.expand(product(shape) - array.size) != 0:
        raise ShapeError(
            f"{show_shape(array.shape)}.reshape{show_shape(wanted)}", f"{array.size} is not {product(shape)}"
        )
    return reshaped(array, shape, Written("reshape", (array,), (("sizes", tuple(shape)),), _as_reshape))


def reshaped(array: Array, shape: Iterable[Size], written: Written | None = None) -> Array:
    """`Reshape` without checks, for sizes that are known to fit."""
    sizes = tuple(shape)
    return array if sizes == array.shape and written is None else Reshape((array,), (sizes,), sizes, written)
