"""Updates of gradient descent: `W := W - α …` claims that what stands there is W - α ∂J/∂W."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from itertools import pairwise

from gradcheck.documents.tex import derivatives, terms
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scripts import Described, described
from gradcheck.documents.tex.statements import Side
from gradcheck.documents.tex.terms import Term
from gradcheck.documents.tex.tree import Node, plain, solid, span, walked

SIGNS = ("=", ":=", "gets")
"""In front of what a symbol becomes."""
RATES = ("alpha", "eta")
"""Letters of learning rates."""
COST = re.compile(r"\b(?:cost|objective)\b[^$.]{0,20}\$*\s*$", re.I)
"""What stands before the formula of what is descended."""


def target(reader: Reader, left: Side, right: Side) -> Term | None:
    """What an update makes of a symbol; None for what is no update. Raises Unread where no cost is said."""
    one = updated(left, right)
    symbol = reader.lookup_known(one) if one is not None else None
    if symbol is None or not symbol.is_input:
        return None
    if any(plain(row) == "-1" for node in walked(right.nodes) for row in node.sup):
        raise Unread("an update with an inverse, which is none of gradient descent", *span(right.nodes))
    place = reader.read(left.nodes)
    cost = _cost(reader, right)
    rates = set(_rates(reader, right, reader.scope.reached(cost.uses)))
    if len(rates) > 1:
        raise Unread("an update with two learning rates", *span(right.nodes))
    slope = derivatives.derived(cost, place)
    if not rates:
        return terms.added(place, "-", slope).noted("an update with the learning rate 1")
    (name,) = rates
    rate = reader.read((Node("symbol", name),))
    return terms.added(place, "-", terms.scaled(rate, slope))


def _rates(reader: Reader, right: Side, made: Container[str]) -> Iterator[str]:
    """The letters of learning rates: customary ones, and numbers that the cost is not made of."""
    for node in walked(right.nodes):
        one = described(node)
        symbol = reader.lookup_known(one) if one is not None and not one.subs else None
        is_other = symbol is not None and symbol.is_input and symbol.is_lone_number and symbol.key not in made
        if one is not None and (one.base in RATES or is_other):
            yield one.base


def updated(left: Side, right: Side) -> Described | None:
    """The symbol that stands on the left, and first on the right, with something behind it."""
    nodes, others = solid(left.nodes), solid(right.nodes)
    if len(nodes) != 1 or len(others) < 3 or plain(nodes) != plain(others[:1]) or right.sign not in SIGNS:
        return None
    return described(nodes[0]) if others[1].is_("operator", "+", "-") else None


def _cost(reader: Reader, right: Side) -> Term:
    """What is differentiated there, if its derivative is all that is descended, or the cost of the page."""
    is_all = not any(node.is_("operator", "+", "-") for node in walked(solid(right.nodes)[2:]))
    for above in _differentiated(right.nodes) if is_all else ():
        return reader.read(above)
    if reader.scope.ascends:
        raise Unread("an update, where the page speaks of ascent: of what is not said", *span(right.nodes))
    symbol = reader.scope.symbols.get(reader.scope.cost)
    if symbol is None:
        raise Unread("an update: of which cost? A header may say: cost $J$", *span(right.nodes))
    return reader.indexed_symbol(symbol, ())


def _differentiated(nodes: Sequence[Node]) -> Iterator[Sequence[Node]]:
    for node, behind in pairwise((*solid(nodes), Node("space"))):
        if node.kind == "nabla" and described(behind) is not None:
            yield [behind]
        above = solid(node.parts[0]) if node.kind == "fraction" and derivatives.is_derivative(node) else []
        if len(above) > 1:
            yield above[1:]
        for part in node.parts:
            yield from _differentiated(part)
