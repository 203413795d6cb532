"""Increments by all entries of an array, from as few evaluations as there have to be.

Every entry is a direction of its own, and most of what each of them changes is changed by no other: row i of W @ A
moves with row i of W alone, and column k of everything behind it with example k. So all entries are moved at once, and
their increments stay apart, each in its own part of one array. Only where two directions meet, as in a product that
sums over rows or in the mean over examples, they get an axis of their own (grouping columns of a Jacobian that have no
row in common is due to Curtis, Powell & Reid, J. Inst. Maths Applics 13, 1974). What does not lie downstream is not
evaluated again.

Each axis of the array that is moved has a slot in front of the values: of size 1 as long as directions are apart along
an axis of the node, else as many as there are directions. Where that is too much for memory, blocks of directions
follow one another.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

import numpy as np

from gradcheck.graph import Array, contract, walk
from gradcheck.numerics.evaluate import Evaluation, Values
from gradcheck.numerics.increments import Increments

MOST_ENTRIES = 2**16
"""Blocks are cut until no array has more entries, if several directions are in it: 2 MiB, which stay in the cache."""
Where = tuple[int | None, ...]
"""For each axis that is moved, along which axis of a node its directions are apart, counted from the last one.

None where they have met, or where there is one only.
"""
Block = tuple[slice, ...]
"""Directions, along each of the axes that are moved."""


@dataclass(frozen=True)
class Plan:
    """Where directions are apart, and what is evaluated again.

    by: what is moved. sizes: how many directions there are along each of its axes. unmoved: keys of nodes for which it
    stands still. where: by the keys of all nodes that move. nodes: these, operands first, without `by`.
    """

    by: Array
    sizes: tuple[int, ...]
    unmoved: Container[int]
    where: dict[int, Where] = field(default_factory=dict)
    nodes: list[Array] = field(default_factory=list)

    @property
    def together(self) -> list[Array]:
        """The nodes in which no directions have met: they are the same for all blocks."""
        return [node for node in self.nodes if not self.met(node)]

    def met(self, node: Array) -> list[int]:
        """Along which of the moved axes directions have met."""
        return [label for label, axis in enumerate(self.where[node.key]) if axis is None and self.sizes[label] > 1]

    def moving(self, node: Array) -> dict[int, Where]:
        """Where directions are apart in the operands that move, by their positions."""
        still = {self.by.key} if node.key in self.unmoved else set()
        return {
            i: self.where[key] for i, key in enumerate(arg.key for arg in node.args) if key in self.where.keys() - still
        }


def plan(of: Array, by: Array, at: Evaluation, unmoved: Container[int] = ()) -> Plan:
    """What moves with `by`. unmoved: keys of nodes whose operand `by` stands still, although others may move."""
    made = Plan(by, at.shape(by.shape), unmoved)
    made.where[by.key] = tuple(i - by.ndim if n > 1 else None for i, n in enumerate(made.sizes))
    for node in walk(of, known={by.key}):
        moving = made.moving(node)
        if moving:
            made.where[node.key] = tuple(_apart(node, axes, at) for axes in _by_label(moving))
            made.nodes.append(node)
    return made


def _by_label(moving: Mapping[int, Where]) -> Iterator[dict[int, int | None]]:
    """For each moved axis, along which axes of the operands its directions are apart."""
    for label in range(len(next(iter(moving.values())))):
        yield {position: axes[label] for position, axes in moving.items()}


# ---- where directions stay apart -----------------------------------------------------------------------------------


def _apart(node: Array, axes: Mapping[int, int | None], at: Evaluation) -> int | None:
    """Along which axis of a node directions are apart that are so along these axes of its operands, by position."""
    known = {position: axis for position, axis in axes.items() if axis is not None}
    if len(known) < len(axes) or node.verb not in _STAY:
        return None
    return _STAY[node.verb](node, known, at)


def _by_entry(node: Array, axes: Mapping[int, int], at: Evaluation) -> int | None:
    """The same axis of all."""
    return axes[min(axes)] if len(set(axes.values())) == 1 else None


def _in_product(node: Array, axes: Mapping[int, int], at: Evaluation) -> int | None:
    """The same label in all, if it is not summed over."""
    label, result = _label_in(node, axes), node.params[1]
    return result.index(label) - len(result) if label in result else None


def _label_in(node: Array, axes: Mapping[int, int]) -> int | None:
    """The label that the axes have in a product; None if they have several, or an operand has it twice."""
    labels: Sequence[Sequence[int]] = node.params[0]
    found = {labels[position][axis] for position, axis in axes.items()}
    label = found.pop()
    return None if found or any(own.count(label) > 1 for own in labels) else label


def _where_moved(node: Array, axes: Mapping[int, int], at: Evaluation) -> int | None:
    """Where the numbers of directions are if they are moved as entries are; -1 is what has none."""
    numbers, count = [], 0
    for position, arg in enumerate(node.args):
        shape = at.shape(arg.shape)
        axis = axes.get(position)
        if axis is not None:
            count = shape[axis]
        numbers.append(np.full(shape, -1) if axis is None else np.broadcast_to(_along(np.arange(count), axis), shape))
    moved = node.move(Evaluation({}, at.sizes), *numbers)
    fitting = (axis for axis in range(-moved.ndim, 0) if moved.shape[axis] == count)
    return next((axis for axis in fitting if np.all(moved == _along(np.arange(count), axis))), None)


def _over_axes(node: Array, axes: Mapping[int, int], at: Evaluation) -> int | None:
    """Beside the axes along which entries are compared or summed, if it is none of these."""
    gone: Sequence[int] = node.axes
    if axes[0] in gone:
        return None
    return axes[0] + (sum(axis > axes[0] for axis in gone) if node.ndim < node.args[0].ndim else 0)


def _along(numbers: Values, axis: int) -> Values:
    return numbers.reshape(-1, *(1,) * (-axis - 1))


_STAY: Mapping[str, Callable[[Array, Mapping[int, int], Evaluation], int | None]] = {
    "elementwise": _by_entry,
    "product": _in_product,
    "moved": _where_moved,
    "largest": _over_axes,
    "selected": _over_axes,
    "logsumexp": _over_axes,
    "multiplied": _over_axes,
}
"""By the verbs of kinds; in all others directions meet."""


# ---- blocks --------------------------------------------------------------------------------------------------------


def blocks(plan: Plan, at: Evaluation, times: int) -> list[list[slice]]:
    """How directions along each moved axis are cut, so that no array becomes too large.

    times: how often each is moved.
    """
    lengths = list(plan.sizes)
    costs = [(met, times * _widest(plan, node, at)) for node in plan.nodes if (met := plan.met(node))]
    while costs:
        met, most = max(((met, n * math.prod(lengths[i] for i in met)) for met, n in costs), key=itemgetter(1))
        longest = max(met, key=lengths.__getitem__)
        if most <= MOST_ENTRIES or lengths[longest] == 1:
            break
        lengths[longest] = -(-lengths[longest] // 2)
    pairs = zip(plan.sizes, lengths, strict=True)
    return [[slice(i, min(i + step, n)) for i in range(0, n, step)] for n, step in pairs]


def joined(parts: Sequence[Values], cuts: Sequence[Sequence[slice]]) -> Values:
    """Results of all blocks, the last axis counting fastest, as one array."""
    first_slot = parts[0].ndim - len(cuts)
    for axis, cut in reversed(list(enumerate(cuts, first_slot))):
        rows = [parts[i : i + len(cut)] for i in range(0, len(parts), len(cut))]
        parts = [row[0] if len(row) == 1 else np.concatenate(row, axis=axis) for row in rows]
    (whole,) = parts
    return whole


def _widest(plan: Plan, node: Array, at: Evaluation) -> int:
    """The entries for one direction, of a node or of operands in which directions are to be told apart."""
    told_apart = [] if node.verb == "product" else [arg for arg in node.args if arg.key in plan.where]
    return max(math.prod(at.shape(array.shape)) for array in (node, *told_apart))


# ---- through the graph ---------------------------------------------------------------------------------------------


class Apart:
    """Carries the increments of all directions through the nodes of a plan, in the words of a carrier.

    The carrier's point has a slot for each moved axis, behind other batch axes.
    """

    def __init__(self, plan: Plan, carrier: Increments) -> None:
        self.plan, self.on, self.at = plan, carrier, carrier.at
        self.first_slot = carrier.at.lead - len(plan.sizes)

    def through(self, nodes: Sequence[Array], changes: dict[int, Values], block: Block) -> None:
        """What nodes change by, in the directions of a block; it is added to the changes of the nodes before."""
        for node in nodes:
            moving = self.plan.moving(node)
            kept = self._kept(node, moving)
            moved: list[Values | None] = [
                changes.get(arg.key) if i in moving else None for i, arg in enumerate(node.args)
            ]
            values = [self.at.values[arg.key] for arg in node.args]
            for label in self.plan.met(node):
                if label not in kept:
                    for i, where in moving.items():
                        moved[i] = self._told_apart(moved[i], label, where[label], block)
            if kept:
                changes[node.key] = self._product(node, kept, values, moved, block)
            else:
                changes[node.key] = node.change(self.on, values, moved, self.at.values[node.key])

    def _kept(self, node: Array, moving: Mapping[int, Where]) -> dict[int, int]:
        """The labels of a product that would be summed over, by the moved axes whose directions they tell apart."""
        kept = {}
        for label in self.plan.met(node) if node.verb == "product" else ():
            axes = {position: where[label] for position, where in moving.items()}
            known = {position: axis for position, axis in axes.items() if axis is not None}
            found = _label_in(node, known) if len(known) == len(axes) else None
            if found is not None:
                kept[label] = found
        return kept

    def _product(
        self, node: Array, kept: Mapping[int, int], values: list[Values], moved: list[Values | None], block: Block
    ) -> Values:
        """A sum of products that is not summed over what tells directions apart: each has one of its terms."""
        labels, result = node.params
        whole = [slice(0, n) for n in self.plan.sizes]
        own = {summed: block[label] for label, summed in kept.items() if block[label] != whole[label]}
        if own:
            pieces: list[Any] = [(..., *(own.get(x, slice(None)) for x in axes)) for axes in labels]
            values = [v[piece] for v, piece in zip(values, pieces, strict=True)]
            moved = [m if m is None else m[piece] for m, piece in zip(moved, pieces, strict=True)]
        terms = contract(node.args, labels, [*kept.values(), *result])
        change: Values = terms.change(self.on, values, moved, None)
        for label in kept:  # its axis goes into the slot in front
            order = list(range(change.ndim))
            slot = self.first_slot + label
            order[slot], order[self.at.lead] = self.at.lead, slot
            change = change.transpose(order).squeeze(self.at.lead)
        return change

    def _told_apart(self, change: Values | None, label: int, axis: int | None, block: Block) -> Values | None:
        """The same with an axis in front for the directions of one moved axis."""
        if change is None or axis is None:
            return change
        n, directions = self.plan.sizes[label], block[label]
        mask = np.eye(n, dtype=bool)[directions]
        shape = [1] * (change.ndim - (self.first_slot + label))
        shape[0], shape[axis] = len(mask), n
        return np.where(mask.reshape(shape), change, 0.0)

    def apart_at_last(self, of: Array, changes: Mapping[int, Values], block: Block) -> Values:
        """What a number changes by in each direction of a block."""
        change: Any = changes[of.key]
        for label, axis in enumerate(self.plan.where[of.key]):
            change = self._told_apart(change, label, axis, block)
        return np.asanyarray(change.reshape(change.shape[: self.at.lead]))
