"""What sums in a graph are made of in the end, and how often: as many terms as it shows, not as there are paths."""

from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush

import sympy as sp

from gradcheck.graph import Array
from gradcheck.proofs.residues import Undefined

Terms = Iterable[tuple[sp.Rational, Array]]
"""Expressions with their factors."""
MOST_TERMS = 20_000
"""Of more terms nothing is said: factors that grow along every path make as many as there are paths."""


def terms_of(terms: Terms, summands: Callable[[Array], Terms | None]) -> Iterator[tuple[sp.Rational, Array, int]]:
    """The terms of a sum that are no sums themselves, each with its factor and how often it comes with that factor.

    summands: what a node is a sum of; None if it is none. An expression's operands have smaller keys, so that all that
    an expression comes from are looked at before it. Raises Undefined.
    """
    nodes: dict[int, Array] = {}
    times: dict[int, dict[sp.Rational, int]] = {}
    pending: list[int] = []

    def add(factor: sp.Rational, node: Array, count: int) -> None:
        if node.key not in nodes:
            nodes[node.key], times[node.key] = node, {}
            heappush(pending, -node.key)
        times[node.key][factor] = times[node.key].get(factor, 0) + count

    for factor, node in terms:
        add(factor, node, 1)
    met = 0
    while pending:
        key = -heappop(pending)
        node, own = nodes.pop(key), times.pop(key)
        met += len(own)
        if met > MOST_TERMS:
            raise Undefined("a sum of too many terms")
        parts = summands(node)
        for factor, count in own.items():
            if parts is None:
                yield factor, node, count
            else:
                for coefficient, part in parts:
                    add(factor * coefficient, part, count)
