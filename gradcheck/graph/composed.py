"""NumPy's functions of entries, and of entries along axes, that are made of those of the table and of sums."""

from typing import Any

import numpy as np

from gradcheck.functions.held import FLOAT, type_of
from gradcheck.functions.table import divide, greater, less, maximum, minimum, multiply, sqrt, square, subtract
from gradcheck.graph.elementwise import apply
from gradcheck.graph.literals import as_array
from gradcheck.graph.misfits import conforming
from gradcheck.graph.names import stands_for
from gradcheck.graph.node import Array, Written
from gradcheck.graph.reductions import OVER_AXES, as_reduction, axes_of, mean, said, summed
from gradcheck.graph.refusals import Unsupported, is_checked
from gradcheck.graph.sizes import is_whole, product


def written_as(made: Array, word: str, *operands: Any, **how: Any) -> Array:
    """A node in the words that its author has for it."""
    if not made.conforms:
        return made
    written = Written(word, tuple(map(as_array, operands)), **how)
    return type(made)(made.args, made.params, made.shape, written)


def _numbers(array: Array, word: str) -> None:
    """Refuse masks, which NumPy refuses, too, or computes with otherwise."""
    if is_checked() and type_of(array.held) == np.dtype(bool):
        raise Unsupported(f"{word} of a mask: write 1 * (x > 0) where numbers are meant")


@stands_for("sign", uses=(lambda f, x, y: f(x),))
@conforming()
def sign(array: Array) -> Array:
    """As numpy.sign: 1 where x > 0, -1 where x < 0, and 0 between."""
    _numbers(array, "sign")
    one = 1.0 if type_of(array.held) == FLOAT else 1
    made = apply(subtract, apply(multiply, one, apply(greater, array, 0)), apply(less, array, 0))
    return written_as(made, "sign", array)


_OF_CLIP = (
    lambda f, x, y: f(x, -0.5, 0.75),
    lambda f, x, y: f(x, y, 1.5),
    lambda f, x, y: f(x, None, 1),
    lambda f, x, y: f(x, 0.5, None),
)


@stands_for("clip", uses=_OF_CLIP)
@conforming()
def clip(array: Array, a_min: Any = None, a_max: Any = None) -> Array:
    """As numpy.clip: minimum(maximum(x, low), high). None is no bound."""
    _numbers(as_array(array), "clip")
    if a_min is None or a_max is None:
        above = array if a_min is None else apply(maximum, array, a_min)
        return above if a_max is None else apply(minimum, above, a_max)
    made = apply(minimum, apply(maximum, array, a_min), a_max)
    return written_as(made, "clip", array, a_min, a_max)


@stands_for("reciprocal", uses=(lambda f, x, y: f(x),))
@conforming()
def reciprocal(array: Array) -> Array:
    """As numpy.reciprocal of real numbers; of whole ones NumPy rounds, which has no row."""
    if is_checked() and type_of(array.held) != FLOAT:
        raise Unsupported("np.reciprocal of whole numbers rounds: write 1 / x")
    return written_as(apply(divide, 1.0, array), "reciprocal", array)


_OF_SPREADS = (*OVER_AXES, lambda f, x, y: f(x, keepdims=True, dtype=None))


@stands_for("var", uses=_OF_SPREADS)
@conforming(as_reduction("var"))
def var(array: Array, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False) -> Array:
    """As numpy.var: the mean square of what is beside the mean; with N - ddof in the place of N."""
    made = _variance(array, axis, ddof, keepdims)
    return written_as(made, "var", array, options=_said(axis, ddof, keepdims), layout=as_reduction("var"))


@stands_for("std", uses=_OF_SPREADS)
@conforming(as_reduction("std"))
def std(array: Array, axis: Any = None, *, ddof: Any = 0, keepdims: bool = False) -> Array:
    """As numpy.std: the root of the variance."""
    made = apply(sqrt, _variance(array, axis, ddof, keepdims))
    return written_as(made, "std", array, options=_said(axis, ddof, keepdims), layout=as_reduction("std"))


def _variance(array: Array, axis: Any, ddof: Any, keepdims: bool) -> Array:
    if not is_whole(ddof):
        raise TypeError(f"ddof={ddof!r}: it is a whole number")
    count = product(array.shape[a] for a in axes_of(array, axis)) if array.ndim else 1
    squares = apply(square, apply(subtract, array, mean(array, axis, keepdims=True)))
    return apply(divide, summed(squares, axis, keepdims=keepdims), count - ddof)


def _said(axis: Any, ddof: Any, keepdims: bool) -> tuple[tuple[str, Any], ...]:
    return (*said(axis, keepdims), *((("ddof", ddof),) if ddof else ()))
