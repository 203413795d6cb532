"""Which label an entry depends on. A bit, or a one-hot column, is one of few cases, and what it decides is their sum.

Shannon's expansion: f(y) = (1 - y) f(0) + y f(1) for a bit y, and f(h) = Σ h[k] f(e[k]) for a one-hot column h, with
the columns e[k] of the identity, whatever the function f is, if it has a value in every case. Both sides are the same
for all values of the label, and the right one is linear in it. So y² is y, two entries of one column have the product
0, and exp(h·x) is Σ h[k] exp(x[k]).

An entry may be read so if it depends on one label only. Then all labels may be put into the same case at once, and one
evaluation of the graph a case gives the values of all such entries; those that depend on more are left as they are.

The argument, for values in the prime field, where labels are free variables. What is read so is a rational function of
these and of others, and so is all that is made of it. If both sides are the same one, they are for 0 and 1 in the place
of a label, too: a factor 1 - y leaves nothing of the case 0 for y = 1, even where a denominator of that case is 0. What
is left is the side as it is written, in the case that the label is in.
"""

import math
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

import numpy as np
import numpy.typing as npt

from gradcheck.graph import Array, Derivative, Einsum, Identity, Input, Literal, Moving, domains
from gradcheck.graph.counting import Counted
from gradcheck.graph.families import OverAxes
from gradcheck.graph.positional import Positional
from gradcheck.numerics import reverse_mode
from gradcheck.numerics.evaluate import Evaluation, NumberSystem, Sizes
from gradcheck.proofs import residues
from gradcheck.proofs.residues import Residues

Owners = npt.NDArray[np.int64]
"""For each entry the number of the label that it depends on, or one of these two."""
NONE, MIXED = -1, 2**62


class Labels(NumberSystem[Owners]):
    """The labels that entries depend on, for given sizes; labels are numbered."""

    def __init__(self, inputs: Iterable[Input], sizes: Sizes) -> None:
        super().__init__(sizes)
        self._plain = Evaluation({}, sizes)
        self.inputs = [node for node in inputs if node.domain is domains.BITS or node.domain.is_one_hot]
        counts = [math.prod(self._axes(node)) for node in self.inputs]
        self._firsts = {node.key: sum(counts[:i]) for i, node in enumerate(self.inputs)}
        self.cases = max((self._cases_of(node) for node in self.inputs), default=0)

    def _axes(self, node: Input) -> tuple[int, ...]:
        """One label an entry, or one a column."""
        shape, axis = self.shape(node.shape), node.domain.axis
        return shape if axis is None else shape[:axis] + shape[axis + 1 :]

    def _cases_of(self, node: Input) -> int:
        return 2 if node.domain.axis is None else self.shape(node.shape)[node.domain.axis]

    # -- cases --

    def in_case(self, node: Input, case: int) -> Residues:
        """A label input with all its labels in a case: bits are its number, of classes it is the one."""
        values = np.zeros(self.shape(node.shape), np.uint64)
        if node.domain.is_one_hot:
            classes = node.domain.together(values)
            classes[case if case < len(classes) else 0] = 1
        else:
            values[...] = case == 1
        return values

    def weights(self, owners: Owners, case: int, given: Sequence[Residues]) -> Residues:
        """By what a case counts in the expansion, entry by entry, at given values of the label inputs."""
        parts = [self._weight(node, case, values).ravel() for node, values in zip(self.inputs, given, strict=True)]
        by_owner: Residues = np.concatenate([*parts, [np.uint64(case == 0)]])  # what has none is the same in all cases
        return by_owner[owners]

    def _weight(self, node: Input, case: int, values: Residues) -> Residues:
        if case >= self._cases_of(node):
            return np.zeros(self._axes(node), np.uint64)
        if node.domain.is_one_hot:
            return np.asarray(node.domain.together(values)[case])
        return np.asarray(values if case else residues.complement(values))

    def is_owned(self, node: Array) -> bool:
        """Whether there are entries that depend on a label, and none that depends on more than one."""
        owners = self(node)
        return bool(np.any(owners != NONE) and not np.any(owners == MIXED))

    def depends(self, node: Array) -> bool:
        """Whether there are entries that depend on labels."""
        return bool(np.any(self(node) != NONE))

    # -- the verbs of kinds --

    def given(self, node: Input) -> Owners:
        """Labels depend on themselves."""
        shape = self.shape(node.shape)
        if node.key not in self._firsts:
            return np.full(shape, NONE)
        axes, axis = self._axes(node), node.domain.axis
        owners = self._firsts[node.key] + np.arange(math.prod(axes)).reshape(axes)
        return np.broadcast_to(owners if axis is None else np.expand_dims(owners, axis), shape)

    def literal(self, node: Literal | Identity | Counted | Positional) -> Owners:
        """A number depends on none."""
        return np.full(self.shape(node.shape), NONE)

    identity = counted = positional = literal

    def elementwise(self, node: Array, *args: Owners) -> Owners:
        """An entry depends on what those that it is made of depend on."""
        return np.broadcast_to(reduce(_both, args), self.shape(node.shape))

    def product(self, node: Einsum, *args: Owners) -> Owners:
        """An entry is made of all entries that are summed."""
        labels, result = node.params
        summed = [_reduced(own, axes, result) for own, axes in zip(args, labels, strict=True)]
        return np.broadcast_to(reduce(_both, summed), self.shape(node.shape))

    def moved(self, node: Moving, *args: Owners) -> Owners:
        """Entries take their owners along."""
        return np.asarray(node.move(self._plain, *args))

    def largest(self, node: OverAxes, *args: Owners) -> Owners:
        """As all entries along the axes do."""
        return np.squeeze(self._along(node, *args), node.axes)

    logsumexp = multiplied = largest

    def selected(self, node: OverAxes, *args: Owners) -> Owners:
        """Likewise, at every place."""
        return np.broadcast_to(self._along(node, *args), self.shape(node.shape))

    def _along(self, node: OverAxes, owners: Owners) -> Owners:
        return _one_of(_as_last(owners).min(axis=node.axes, keepdims=True), owners.max(axis=node.axes, keepdims=True))

    def inverse(self, node: Array, owners: Owners) -> Owners:
        """Every entry is made of all entries of its matrix."""
        return np.broadcast_to(_of_matrices(owners), self.shape(node.shape))

    def determinant(self, node: Array, owners: Owners) -> Owners:
        """As all entries of the matrix do."""
        return _of_matrices(owners)[..., 0, 0]

    logdet = determinant

    def differentiated(self, node: Derivative, *args: Owners) -> Owners:
        """As reverse mode makes it."""
        return self(reverse_mode.expand(node))


def _of_matrices(owners: Owners) -> Owners:
    first, last = (end(axis=(-2, -1), keepdims=True) for end in (_as_last(owners).min, owners.max))
    return _one_of(first, last)


def _both(one: Owners, other: Owners) -> Owners:
    return _one_of(np.minimum(_as_last(one), _as_last(other)), np.maximum(one, other))


def _one_of(first: Owners, last: Owners) -> Owners:
    """The owner that all have that lie between these two, or have none."""
    return np.where((first == last) | (last == NONE), last, MIXED)


def _as_last(owners: Owners) -> Owners:
    return np.where(owners == NONE, MIXED, owners)


def _reduced(owners: Owners, axes: Any, result: Sequence[int]) -> Owners:
    """The owners of all entries that are summed, on axes in the order of the result, of size 1 where it has others."""
    single = list(dict.fromkeys(axes))
    diagonal = np.einsum(owners, list(axes), single)
    gone = tuple(i for i, label in enumerate(single) if label not in result)
    first, last = _as_last(diagonal).min(axis=gone), diagonal.max(axis=gone)
    kept = [label for label in single if label in result]
    owned = _one_of(first, last).transpose(np.argsort([result.index(x) for x in kept]))
    return owned[tuple(slice(None) if label in kept else None for label in result)]
