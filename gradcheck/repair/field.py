"""The point of the prime field at which the search evaluates: small sizes, any two of them different.

A stack is many values of one shape at once, (count, *shape). Values are told apart by fingerprints: random linear
combinations of the entries, by which two that differ look the same with probability 1/p (Freivalds 1977).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import count, islice
from typing import Any

import numpy as np
import sympy as sp

from gradcheck.functions import Function
from gradcheck.graph import Array, Size, as_array, inputs_of, size_symbols, strict_misfit, walk
from gradcheck.numerics.evaluate import Evaluation, number_of
from gradcheck.proofs import residues
from gradcheck.proofs.prime_field import PrimePoint
from gradcheck.proofs.residues import P, Residues

Shape = tuple[int, ...]
MOST_RAISED = 8
"""How much larger sizes may become until slices fit into their arrays."""


def small_sizes(graphs: Iterable[Array], first: int = 3) -> dict[sp.Symbol, int] | None:
    """Sizes from `first` on that differ from each other and from those that are numbers; None if slices do not fit."""
    nodes = [node for node in walk(*graphs) if node.conforms]
    literal = {int(size) for node in nodes for size in node.shape if sp.sympify(size).is_Integer}
    symbols = size_symbols(nodes)
    for least in range(first, first + MOST_RAISED):
        sizes = dict(zip(symbols, islice((n for n in count(least) if n not in literal), len(symbols)), strict=True))
        if all(node.fits(_numbers(sizes)) for node in nodes):
            return sizes
    return None


def _numbers(sizes: dict[sp.Symbol, int]) -> Callable[[Size], int]:
    exact = {symbol: sp.Integer(size) for symbol, size in sizes.items()}
    return lambda size: number_of(size, exact)


class Field:
    """Values, shapes and fingerprints at one point. broadcast: the document's convention."""

    def __init__(self, graphs: list[Array], sizes: dict[sp.Symbol, int], broadcast: bool) -> None:
        self.broadcast, self.sizes = broadcast, sizes
        self.point = PrimePoint(inputs_of(graphs), sizes)
        self.stacked = Evaluation({}, sizes, lead=1, dtype=np.uint64)
        self.number = _numbers(sizes)
        self._random = np.random.default_rng(len(sizes))
        self._weights: dict[Shape, Residues] = {}
        self._graphs = graphs

    def value(self, node: Array) -> Residues | None:
        """The value of an expression; None if it has none, or no shape under the document's convention."""
        if not node.conforms or not (self.broadcast or strict_misfit(node) is None):
            return None
        try:
            return self.point.values(node)
        except Exception:  # whatever keeps it from having a value, it is no part of a correction
            return None

    def constant(self, number: sp.Expr) -> Residues:
        """A number, or an expression in sizes."""
        return self.point.values(as_array(number))

    def weights(self, shape: Shape) -> Residues:
        """The coefficients of fingerprints."""
        if shape not in self._weights:
            self._weights[shape] = np.asarray(self._random.integers(1, P, shape, dtype=np.uint64))
        return self._weights[shape]

    def prints(self, stack: Residues) -> Residues:
        """The fingerprints of a stack."""
        return inner(self.weights(stack.shape[1:]), stack)

    def joined(self, left: Shape, right: Shape) -> Shape | None:
        """The shape of an element-wise operation, if the two fit; a 1×1 acts as a number."""
        if left == right:
            return left
        if not self.broadcast and not (is_one(left) or is_one(right)):
            return None
        try:
            return tuple(np.broadcast_shapes(left, right))
        except ValueError:
            return None

    # -- functions that are not rational ----------------------------------------------------------------------------

    @cached_property
    def _arguments(self) -> dict[Shape, tuple[Residues, list[Array], Residues]]:
        """Everything that a function may be applied to: fingerprints in order, the arrays, and their values."""
        found: dict[Shape, dict[int, tuple[Array, Residues]]] = {}
        for node in self._candidates():
            value = self.value(node)
            if value is not None:
                known = found.setdefault(value.shape, {})
                known.setdefault(int(self.prints(value[None])[0]), (node, value))
        return {shape: _in_order(known) for shape, known in found.items()}

    def _candidates(self) -> Iterator[Array]:
        for node in walk(*self._graphs):
            if node.verb == "elementwise" and not node.params[0].sign:
                yield from node.args
                yield from (-node.args[0], node.args[0].T)
        yield from self._graphs

    def arguments(self, shape: Shape) -> tuple[list[Array], Residues]:
        """The arrays of a shape that a function may be applied to, and their fingerprints."""
        prints, nodes, _ = self._arguments.get(shape, (np.zeros(0, np.uint64), [], None))
        return nodes, prints

    def applied(self, function: Function, *stacks: Residues) -> tuple[Residues, np.ndarray[Any, Any]] | None:
        """A function of those of some stacks that are known arguments, and which these are.

        Any other argument would make a value that nothing else is made of: it cannot be part of a correction.
        """
        known = [self._known(stack, max(map(len, stacks))) for stack in stacks]
        rows = [i for i, nodes in enumerate(zip(*known, strict=True)) if None not in map(_key, nodes)]
        values = [(i, self.value(function(*(nodes[i] for nodes in known)))) for i in rows]
        kept = [(i, value) for i, value in values if value is not None]
        if not kept:
            return None
        return np.stack([value for _, value in kept]), np.array([i for i, _ in kept])

    def _known(self, stack: Residues, count: int) -> list[Array | None]:
        """The known arguments that have the values of a stack."""
        nodes, known = self.arguments(stack.shape[1:])
        if not nodes:
            return [None] * count
        prints = self.prints(stack)
        at = np.minimum(np.searchsorted(known, prints), len(nodes) - 1)
        found = [nodes[i] if is_there else None for i, is_there in zip(at, known[at] == prints, strict=True)]
        return found * count if len(found) == 1 else found


def _in_order(known: dict[int, tuple[Array, Residues]]) -> tuple[Residues, list[Array], Residues]:
    prints = sorted(known)
    pairs = [known[print_] for print_ in prints]
    return np.array(prints, np.uint64), [node for node, _ in pairs], np.stack([value for _, value in pairs])


def _key(node: Array | None) -> int | None:
    return None if node is None else node.key


def is_one(shape: Shape) -> bool:
    """Whether it is one number, whatever the number of axes."""
    return all(n == 1 for n in shape)


def inner(weights: Residues, stack: Residues) -> Residues:
    """<weights, value> for each value of a stack."""
    axes = tuple(range(1, stack.ndim))
    return residues.total(residues.multiply(np.broadcast_to(weights, stack.shape), stack), axes)
