"""Derivatives as nodes: what is asked for, which each oracle finds in its own way."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from gradcheck.graph.families import Deferred
from gradcheck.graph.node import Array
from gradcheck.graph.walks import Sort, depends_on


class Derivative(Deferred):
    """All partial derivatives of `args[0]` by `args[1]`, any node that it is made of: `args[0]`'s axes come first."""

    __slots__ = ()

    verb = "differentiated"
    word = "derivative"
    examples = (lambda matrix: derivative((matrix * matrix * matrix).sum(), matrix),)

    def finite(self, operands: Sequence[Array | None]) -> Array | None:
        """By entries that are -∞, too: there it is 0."""
        return super().finite(operands[:1])

    @property
    def is_vacuous(self) -> bool:
        """Whether nothing is differentiated."""
        of, by = self.args
        return not depends_on(of, [by.key])


def derivative(of: Array, by: Array) -> Array:
    """The raw array of partial derivatives: `of`'s axes first, then `by`'s."""
    return Derivative((of, by), (), (*of.shape, *by.shape))


_DERIVATIVES = Sort(lambda node: isinstance(node, Derivative))


def derivatives_in(*roots: Array, known: Container[int] = ()) -> Iterator[Derivative]:
    """Every derivative in the graphs."""
    return _DERIVATIVES(*roots, known=known)  # type: ignore[return-value]


def has_derivatives(*roots: Array) -> bool:
    """Whether there is a derivative in the graphs."""
    return next(derivatives_in(*roots), None) is not None


def differentiated(*roots: Array) -> list[Array]:
    """What is differentiated in the graphs."""
    return [node.args[0] for node in derivatives_in(*roots)]


@dataclass(frozen=True)
class ShapeOf:
    """A declared shape to judge: the target of a claim about sizes rather than values."""

    array: Array
