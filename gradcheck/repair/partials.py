"""Derivatives in formulas: of something else, or by something else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from gradcheck.graph import Array, depends_on
from gradcheck.graph.sizes import is_one_number
from gradcheck.notation import gradient, jacobian
from gradcheck.proofs.residues import Residues
from gradcheck.repair.field import Field
from gradcheck.repair.operations import Kept, Operation
from gradcheck.repair.pools import Collector, Made, Pools

MOST_AXES = 4
MOST = 32
"""So many other derivatives are looked at in the place of one."""


@dataclass(frozen=True)
class Partial(Operation):
    """A derivative in one of the two layouts."""

    is_gradient: bool

    def build(self, *arrays: Array) -> Array:
        """As the notation has it."""
        return gradient(*arrays) if self.is_gradient else jacobian(*arrays)

    def values(self, field: Field, *stacks: Residues) -> tuple[Residues, Kept] | None:
        """A value of what is differentiated does not say how it depends on anything."""
        return None

    def shape(self, field: Field, *shapes: tuple[int, ...]) -> tuple[int, ...] | None:
        """Nothing is needed of what is differentiated."""
        return None


def others(field: Field, partial: Partial, operands: Sequence[Array], symbols: Sequence[Array]) -> Pools:
    """Derivatives that may have been meant: one of the operands is another symbol, or the layout is the other one."""
    collector = Collector(field)
    for operation, of, by in list(_candidates(partial, operands, symbols))[:MOST]:
        node = operation.build(of, by)
        value = field.value(node)
        if value is not None and value.ndim <= MOST_AXES:
            collector.add(value[None], 0.0, lambda i, node=node: Made(node, ()))  # type: ignore[misc]
    return collector.pools([], MOST)


def _candidates(
    partial: Partial, operands: Sequence[Array], symbols: Sequence[Array]
) -> Iterator[tuple[Partial, Array, Array]]:
    of, by = operands
    if of.conforms and is_one_number(of.shape):
        yield Partial(not partial.is_gradient), of, by
    by_another = [s for s in symbols if of.conforms and s.key != by.key and depends_on(of, [s.key])]
    of_another = [s for s in symbols if by.conforms and depends_on(s, [by.key])]
    for symbol, other in zip_longest(by_another, of_another):  # in turn, so that a limit leaves some of both
        if symbol is not None:
            yield partial, of, symbol
        if other is not None:
            yield partial, other, by
