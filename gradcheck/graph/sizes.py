"""Sizes of arrays: positive whole numbers, symbols made by dims(), and expressions in them.

A size symbol is equal to itself and to nothing else: not to 1, not to another symbol.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

import numpy as np
import sympy as sp

Size = Any
"""A SymPy integer, size symbol or expression in them."""
Shape = tuple[Size, ...]


class ShapeError(ValueError):
    """Two sizes that had to be equal are not."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"{what}: {why}")
        self.what, self.why = what, why

    def __eq__(self, other: object) -> bool:
        """What does not conform for the same reason is the same expression, also when it is built again."""
        return isinstance(other, ShapeError) and self.args == other.args

    def __hash__(self) -> int:
        return hash(self.args)


class SizeError(ValueError):
    """A size that is not a positive whole number or a symbol made by dims()."""


def dims(names: str) -> Any:
    """Make the size symbols named in a text: `n, m = dims("n m")`. They stand for positive whole numbers."""
    if not isinstance(names, str):
        raise SizeError(f"dims({names!r}): sizes are named by a text, as in dims('n m')")
    words = names.replace(",", " ").split()
    if not words:
        raise SizeError(f"dims({names!r}) names no size: write dims('n m')")
    symbols = tuple(size_symbol(word) for word in words)
    return symbols if len(symbols) > 1 else symbols[0]


OF_SYMBOLIC_SIZE = (
    "For np.eye(n), np.ones((n, m)), np.zeros((n, m)) and np.arange(n) write eye(n), ones(n, m), zeros(n, m) and "
    "arange(n) (from gradcheck.notation), or np.eye(n, like=X), np.ones((n, m), like=X), np.zeros_like(X) and "
    "np.arange(n, like=X) beside an array X. For loops over entries write b = indices('b') and (D[b] * X[b]).sum(b); "
    "for t in range(T) takes a number of steps, which is an argument: @derivation(T=integers(1, 4))"
)
"""What to write for arrays of a symbolic size, and for loops."""


class SizeSymbol(sp.Symbol):  # type: ignore[misc]
    """A size. NumPy's functions of what is no array call methods: np.sqrt(d) is d.sqrt()."""

    def __index__(self) -> NoReturn:
        raise TypeError(f"{self} is no whole number of Python's: sizes are symbols. {OF_SYMBOLIC_SIZE}")

    def sqrt(self) -> sp.Expr:
        """The square root, as in Q @ K.T / np.sqrt(d)."""
        return sp.sqrt(self)

    def log(self) -> sp.Expr:
        """The natural logarithm."""
        return sp.log(self)


def size_symbol(name: str) -> SizeSymbol:
    """The symbol of this name."""
    return SizeSymbol(name, integer=True, positive=True)


def as_size(value: Any) -> Size:
    """A size as a SymPy expression; anything that cannot be one raises SizeError with the cure."""
    if hasattr(value, "__apply_function__"):
        raise SizeError(f"{value.name or 'an array'} is an array and cannot be a size: sizes come from dims()")
    if isinstance(value, sp.Symbol):
        return size_symbol(value.name)
    if isinstance(value, sp.Expr) and value.free_symbols:
        return sp.expand(value)
    if is_whole(value):
        if value <= 0:
            raise SizeError(f"{value} is not a size: sizes are positive")
        return sp.Integer(int(value))
    raise SizeError(f"{value!r} is not a size: use a positive whole number or a symbol from dims()")


def is_whole(value: Any) -> bool:
    """Whether it is a whole number, of Python, NumPy or SymPy."""
    return isinstance(value, (int, np.integer, sp.Integer)) and not isinstance(value, bool)


def one_axis(array: Any, axis: Any) -> int:
    """An axis counted from the front. Raises ShapeError if there is none."""
    if not is_whole(axis):
        raise TypeError(f"axis {axis!r}: axes are whole numbers")
    if not -array.ndim <= axis < array.ndim:
        raise ShapeError(f"axis {axis} of {show_shape(array.shape)}", f"there are {array.ndim} axes")
    return int(axis % array.ndim)


def each(value: Any) -> Sequence[Any]:
    """What NumPy takes one or several of, as several."""
    return value if isinstance(value, (tuple, list)) else (value,)


def show_shape(shape: Iterable[Size]) -> str:
    """`(n1, m)`, as the messages write shapes."""
    sizes = [str(size) for size in shape]
    return f"({sizes[0]},)" if len(sizes) == 1 else f"({', '.join(sizes)})"


def is_one_number(shape: Shape) -> bool:
    """Whether every size is the literal 1, whatever the number of axes."""
    return all(size == 1 for size in shape)


def product(sizes: Iterable[Size]) -> Size:
    """The number of entries."""
    return sp.expand(sp.Mul(*sizes))


def unify(shapes: Sequence[Shape], what: Callable[[], str]) -> Shape:
    """NumPy's broadcasting on symbolic sizes.

    Raises:
        ShapeError: it names the two sizes that differ, and `what` they are of, which is written for it alone.
    """
    rank = max(map(len, shapes))
    padded = [(sp.Integer(1),) * (rank - len(shape)) + tuple(shape) for shape in shapes]
    sizes: list[Size] = []
    for axis in zip(*padded, strict=True):
        known = sp.Integer(1)
        for size in axis:
            if size == 1 or size == known:
                continue
            if known != 1:
                raise ShapeError(what(), f"{known} is not {size}")
            known = size
        sizes.append(known)
    return tuple(sizes)
