"""What several kinds of nodes have in common, so that each states what is its own."""

import math
from abc import abstractmethod
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

import numpy as np

from gradcheck.functions.held import FLOAT, Held, Type, common_type
from gradcheck.graph.names import NUMPY
from gradcheck.graph.node import Array, Defined, Examples, Mistake, Number


class Analytic(Array, is_kind=False):
    """It has a value for all values of its operands and is analytic in them, whatever the sizes are."""

    __slots__ = ()

    defined: Defined | None = None
    kinks = ()
    kinks_are_ties = False
    is_jump = False

    @property
    def divisors(self) -> tuple[Array, ...]:
        """Nothing is divided by."""
        return ()

    def holds(self, operands: Sequence[Held]) -> Held:
        """Real numbers, if the kind does not say otherwise."""
        return FLOAT

    def fits(self, number: Number) -> bool:
        """Whatever the sizes."""
        return True

    def mistakes(self) -> Iterable[Mistake]:
        """None of its own."""
        return ()


class Leaf(Analytic, is_kind=False):
    """Where graphs begin: a node without operands. Nothing changes it but what moves it itself."""

    __slots__ = ()

    def fits(self, number: Number) -> bool:
        """There is an entry along every axis."""
        return all(size.is_Symbol or number(size) > 0 for size in self.shape)

    def change(self, *args: Any, **kwargs: Any) -> NoReturn:
        """There is no operand that could change, nor one that a cotangent could go to."""
        raise TypeError(f"{self!r} has no operands")

    cotangent = change

    def rounding(self, at: Any, operands: Sequence[Any]) -> Any:
        """It is what it is."""
        return 0.0

    def has_factor(self, position: int, summed: bool) -> bool:
        """It has none."""
        return False

    def length(self, operands: Sequence[int], number: Number) -> int:
        """One symbol."""
        return 1


class Places(Leaf, is_kind=False):
    """Whole numbers that depend on positions only, 0 among them; so the numbering of units is no matter of choice."""

    __slots__ = ()

    forgets_numbering = False
    is_by_entry = False

    def is_rational(self, number: Number) -> bool:
        """Whole numbers."""
        return True

    def is_positive(self, operands: Sequence[bool], number: Number) -> bool:
        """0 is among them."""
        return False


class Moving(Analytic, is_kind=False):
    """Every entry of the result is an entry of an operand, and which one does not depend on values.

    Linear and exact: changes are moved as values are. What is left to say: `move`, the cotangent, whether it forgets
    the numbering of units, and its examples.
    """

    __slots__ = ()

    verb = "moved"
    is_by_entry = False

    def entered(self, at: Sequence[Any]) -> Sequence[Any] | None:
        """Where its operand is read for the entry at a position on each axis; None if that is no matter of axes."""
        return None

    def finite(self, operands: Sequence[Array | None]) -> Array | None:
        """Entries stay what they are: the masks are moved likewise."""
        if all(mask is None for mask in operands):
            return None
        full = NUMPY["broadcast_to"]
        both = zip(operands, self.args, strict=True)
        masks = [full(1 if mask is None else mask, arg.shape) for mask, arg in both]
        return type(self)(masks, self.params, self.shape)

    @abstractmethod
    def move(self, at: Any, *values: Any) -> Any:
        """The entries in their new places, `at.lead` batch axes in front; values are NumPy arrays of any dtype."""

    def change(self, on: Any, operands: Sequence[Any], changes: Sequence[Any], value: Any) -> Any:
        """Entries move their changes."""
        both = zip(operands, changes, strict=True)
        return on.at.moved(self, *(on.still(operand) if change is None else change for operand, change in both))

    def holds(self, operands: Sequence[Held]) -> Type:
        """As the operands are held."""
        return common_type(operands)

    def rounding(self, at: Any, operands: Sequence[Any]) -> float:
        """Moving loses nothing."""
        return 0.0

    def is_rational(self, number: Number) -> bool:
        """An entry of an operand."""
        return True

    def has_factor(self, position: int, summed: bool) -> bool:
        """An entry, though it may stand in several places."""
        return len(self.args) == 1 and not summed

    def is_positive(self, operands: Sequence[bool], number: Number) -> bool:
        """If all operands are."""
        return all(operands)

    def length(self, operands: Sequence[int], number: Number) -> int:
        """The longest."""
        return max(operands)


class OverAxes(Array, is_kind=False):
    """Made of all entries along some axes of its one operand; `params` begin with these, counted from the last one."""

    __slots__ = ()

    forgets_numbering = True
    is_by_entry = False

    @property
    def divisors(self) -> tuple[Array, ...]:
        """Nothing is divided by."""
        return ()

    @property
    def axes(self) -> tuple[int, ...]:
        """The axes, as negative numbers: whatever stands in front, they are the same."""
        axes: tuple[int, ...] = self.params[0]
        return axes

    @property
    def labels(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """A label for each axis of the operand, and those of the axes that are left."""
        rank = self.args[0].ndim
        return tuple(range(rank)), tuple(axis for axis in range(rank) if axis - rank not in self.axes)

    def terms(self, number: Number) -> int:
        """How many entries there are along the axes."""
        return math.prod(number(self.args[0].shape[axis]) for axis in self.axes)

    def is_rational(self, number: Number) -> bool:
        """It is a function of its own."""
        return False

    def has_factor(self, position: int, summed: bool) -> bool:
        """It has none."""
        return False

    def fits(self, number: Number) -> bool:
        """Whatever the sizes."""
        return True

    def work(self, number: Number) -> int:
        """All entries are looked at."""
        return number(self.args[0].size)


class OfMatrices(Analytic, is_kind=False):
    """Made of the square matrices that the last two axes of its one operand are; analytic where it has values.

    Renumbering both axes at once, as of P A Pᵀ, renumbers an inverse likewise and leaves a determinant as it is.
    """

    __slots__ = ()

    forgets_numbering = True
    is_by_entry = False

    @property
    def stack(self) -> range:
        """A label for each axis that counts matrices."""
        return range(self.args[0].ndim - 2)

    def number_of_rows(self, number: Number) -> int:
        """How many rows a matrix has, and columns."""
        return number(self.args[0].shape[-1])

    def has_factor(self, position: int, summed: bool) -> bool:
        """It has none."""
        return False

    def is_positive(self, operands: Sequence[bool], number: Number) -> bool:
        """Cofactors have both signs."""
        return False

    def length(self, operands: Sequence[int], number: Number) -> int:
        """Two determinants, each of so many products of entries."""
        n = self.number_of_rows(number)
        return 2 * math.factorial(n) * n * operands[0]

    def work(self, number: Number) -> int:
        """Elimination."""
        return number(self.args[0].size) * self.number_of_rows(number)


class Extreme(OverAxes, is_kind=False):
    """It is decided by which entry along the axes is the largest one; `params` are the axes and -1 for the smallest.

    Its kinks are ties. Which entry is the largest does not change near any other point.
    """

    __slots__ = ()

    kinks_are_ties = True

    @property
    def sign(self) -> int:
        """1 for the largest, -1 for the smallest, which is the largest of the negatives."""
        sign: int = self.params[1]
        return sign

    @property
    def kinks(self) -> tuple[Callable[..., Any], ...]:
        """How far entries are above the largest other one."""
        return (self.margins,)

    def margins(self, value: Any) -> Any:
        """How far every entry is above the largest other one along the axes: 0 where they tie, 1 if there is none."""
        return self.above(value, value)

    def above(self, value: Any, others: Any) -> Any:
        """The same, with other values of those that entries are compared with."""
        own, rows = self.rows(np.real(value)), self.rows(np.real(others))
        if rows.shape[-1] == 1:
            return np.ones(np.shape(value))
        second, first = np.moveaxis(np.partition(rows, (-2, -1))[..., -2:, None], -2, 0)
        with np.errstate(invalid="ignore"):  # what overflows is looked for elsewhere
            return self.in_place(own - np.where(_is_first(rows), second, first), value)

    def first(self, value: Any) -> Any:
        """Where the largest entry is, the first of those that tie."""
        return self.in_place(_is_first(self.rows(np.real(value))), value)

    def rows(self, value: Any, negate: Callable[[Any], Any] = np.negative) -> Any:
        """The entries along the axes on one axis, the last one; for the smallest the negatives."""
        moved = np.moveaxis(value if self.sign > 0 else negate(value), self.axes, range(-len(self.axes), 0))
        return moved.reshape(*moved.shape[: moved.ndim - len(self.axes)], -1)

    def in_place(self, rows: Any, value: Any) -> Any:
        """The same as they stand in an array."""
        last = range(-len(self.axes), 0)
        sizes = [np.shape(value)[axis] for axis in self.axes]
        return np.moveaxis(rows.reshape(*rows.shape[:-1], *sizes), last, self.axes)

    @abstractmethod
    def moved_by(self, value: Any, change: Any) -> Any:
        """What it changes by, if the largest entry stays the same one."""

    @abstractmethod
    def stays(self, value: Any, moved: Any) -> Any:
        """Where no kink lies between two values of the operand."""

    @abstractmethod
    def off_by(self, value: Any, errors: Any) -> Any:
        """A bound of what errors of the operand make of it."""

    def change(self, on: Any, operands: Sequence[Any], changes: Sequence[Any], value: Any) -> Any:
        """As the carrier asks."""
        return on.extreme(self, operands[0], changes[0])

    def rounding(self, at: Any, operands: Sequence[Any]) -> float:
        """Comparing loses nothing."""
        return 0.0


def _is_first(rows: Any) -> Any:
    return np.arange(rows.shape[-1]) == rows.argmax(axis=-1)[..., None]


class Deferred(Analytic, is_kind=False):
    """A derivative, which reverse mode expands, or what does not conform: nothing is computed of the node itself.

    Derivatives of what is analytic are analytic.
    """

    __slots__ = ()

    forgets_numbering = True
    is_by_entry = False
    examples: Examples = ()

    def change(self, *args: Any, **kwargs: Any) -> NoReturn:
        """There is none, and no rounding and no cotangent."""
        raise TypeError(f"a {type(self).__name__.lower()} has no value of its own: expand it first")

    rounding = cotangent = change

    def is_rational(self, number: Number) -> bool:
        """Nothing is known."""
        return False

    def has_factor(self, position: int, summed: bool) -> bool:
        """Nothing is known."""
        return False

    def is_positive(self, operands: Sequence[bool], number: Number) -> bool:
        """Nothing is known."""
        return False

    def length(self, operands: Sequence[int], number: Number) -> int:
        """That of what is differentiated, about."""
        return max(operands, default=1)
