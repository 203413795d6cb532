"""What several kinds of nodes have in common, so that each states what is its own."""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from gradcheck.functions.held import FLOAT, Held, Type, common_type
from gradcheck.graph.node import Array, Defined, Degree, Examples, Mistake, Number


class Analytic(Array, is_kind=False):
    """It has a value for all values of its operands and is analytic in them, whatever the sizes are."""

    __slots__ = ()

    defined: Defined | None = None
    kinks = ()
    is_jump = False

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


class Moving(Analytic, is_kind=False):
    """Every entry of the result is an entry of an operand, and which one does not depend on values.

    Linear and exact: changes are moved as values are. What is left to say: `move`, the cotangent, whether it forgets
    the numbering of units, and its examples.
    """

    __slots__ = ()

    verb = "moved"
    is_by_entry = False

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

    def degree(self, operands: Sequence[Degree], number: Number) -> Degree:
        """The largest."""
        return max(above for above, _ in operands), max(below for _, below in operands)

    def length(self, operands: Sequence[int], number: Number) -> int:
        """The longest."""
        return max(operands)


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

    def degree(self, operands: Sequence[Degree], number: Number) -> Degree | None:
        """That of what it is expanded to."""
        return None

    def length(self, operands: Sequence[int], number: Number) -> int:
        """That of what is differentiated, about."""
        return max(operands, default=1)
