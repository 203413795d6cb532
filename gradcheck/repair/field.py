"""The point of the prime field at which the search evaluates: small sizes, any two of them different.

A stack is many values of one shape at once, (count, *shape). Values are told apart by fingerprints: random linear
combinations of the entries, by which two that differ look the same with probability 1/p (Freivalds 1977).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import count, islice
from math import isqrt
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
    """Sizes from `first` on that differ from each other and from those that are numbers; None if slices do not fit.

    None is a square, for the root of a size is to be told from numbers.
    """
    nodes = [node for node in walk(*graphs) if node.conforms]
    literal = {int(size) for node in nodes for size in node.shape if sp.sympify(size).is_Integer}
    symbols = size_symbols(nodes)
    for least in range(first, first + MOST_RAISED):
        sizes = dict(
            zip(
                symbols,
                islice((n for n in count(least) if n not in literal and isqrt(n) ** 2 != n), len(symbols)),
                strict=True,
            )
        )
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
        self._applied: dict[tuple[Any, ...], Residues | None] = {}
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
    def _arguments(self) -> dict[Shape, dict[int, Array]]:
        """Everything that a function may be applied to, by its fingerprint."""
        found: dict[Shape, dict[int, Array]] = {}
        for node in self._candidates():
            value = self.value(node)
            if value is not None:
                found.setdefault(value.shape, {}).setdefault(int(self.prints(value[None])[0]), node)
        return found

    def _candidates(self) -> Iterator[Array]:
        for node in walk(*self._graphs):
            if node.verb == "elementwise" and not node.params[0].sign:
                yield from node.args
                yield from (-node.args[0], node.args[0].T)
        yield from self._graphs

    def arguments(self, shape: Shape) -> dict[int, Array]:
        """The arrays of a shape that a function may be applied to, by their fingerprints."""
        return self._arguments.get(shape, {})

    def applied(self, function: Function, *stacks: Residues) -> tuple[Residues, np.ndarray[Any, Any]] | None:
        """A function of those of some stacks that are known arguments, and which these are.

        Any other argument would make a value that nothing else is made of: it cannot be part of a correction.
        """
        found = []
        for i, nodes in enumerate(zip(*self._known(stacks), strict=True)):
            known = [node for node in nodes if node is not None]
            value = self._of(function, known) if len(known) == len(nodes) else None
            if value is not None:
                found.append((i, value))
        if not found:
            return None
        return np.stack([value for _, value in found]), np.array([i for i, _ in found])

    def _of(self, function: Function, nodes: Sequence[Array]) -> Residues | None:
        key = function, *(node.key for node in nodes)
        if key not in self._applied:
            self._applied[key] = self.value(function(*nodes))
        return self._applied[key]

    def _known(self, stacks: Sequence[Residues]) -> list[list[Array | None]]:
        """The known arguments that have the values of stacks; one value stands for all."""
        count = max(map(len, stacks))
        every = [[self.arguments(s.shape[1:]).get(number) for number in self.prints(s).tolist()] for s in stacks]
        return [nodes * count if len(nodes) == 1 else nodes for nodes in every]


def is_one(shape: Shape) -> bool:
    """Whether it is one number, whatever the number of axes."""
    return all(n == 1 for n in shape)


def inner(weights: Residues, stack: Residues) -> Residues:
    """<weights, value> for each value of a stack."""
    axes = tuple(range(1, stack.ndim))
    return residues.total(residues.multiply(np.broadcast_to(weights, stack.shape), stack), axes)
