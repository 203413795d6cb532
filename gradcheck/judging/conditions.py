"""Where a proof says something: the conditions on the parts of both sides, read from the graph.

A proof holds where both sides have values: y must not be 0 in x / y, and u be positive under a root or a logarithm.
What that means for an argument is read off the domain that a kind of node states, at one number of each kind that
domains tell apart. It is said unless the argument is visibly so: an exponential is positive, and so are 1 - σ(z) and
1 + |z|.

A proof is read away from jumps, and from the kinks of what is differentiated: there a convention decides, or a mask's
boundary. Where a function bends without being differentiated nothing is left open: both sides are continuous there.

Conditions on constants are left out: they hold at the sizes of the proof, or there would be none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import sympy as sp

from gradcheck.functions.table import multiply, negative, power, square
from gradcheck.graph import (
    Apply,
    Array,
    Einsum,
    Input,
    Moving,
    differentiated,
    domains,
    one_number,
    size_symbols,
    varying,
    walk,
)
from gradcheck.graph.sentences import sentence
from gradcheck.graph.writing import Source
from gradcheck.numerics.evaluate import number_of
from gradcheck.proofs.ranges import Ranges
from gradcheck.proofs.structure import Visible
from gradcheck.proofs.zero import is_positive

PROBES = (-1.0, 0.0, 0.5, 1.0, 2.0)
"""One number of each kind that domains tell apart."""
NOT_0, POSITIVE, NOT_NEGATIVE, PROBABILITY, MASK = "≠ 0", "> 0", "≥ 0", "between 0 and 1", "is 0 or 1"
RELATIONS = {
    (-1.0, 0.5, 1.0, 2.0): NOT_0,
    (0.5, 1.0, 2.0): POSITIVE,
    (0.0, 0.5, 1.0, 2.0): NOT_NEGATIVE,
    (0.5,): PROBABILITY,
    (0.0, 1.0): MASK,
}
"""What the probes that a domain allows say of the argument."""
BETWEEN = {NOT_0: ((0.0, np.inf), (-np.inf, 0.0)), POSITIVE: ((0.0, np.inf),), PROBABILITY: ((0.0, 1.0),)}
"""Open intervals: an argument that lies in one of them whatever the inputs are is what it has to be."""
LONGEST = 60
"""Parts of more symbols than this are not read for signs, but stand as they are."""


def conditions(target: Array, step: Array, style: Source, signs: Signs) -> dict[str, list[str]]:
    """Where the two sides are compared: what their values need, and which kinks are left out; each once."""
    found = _Found(target, step, style, signs)
    values = list(dict.fromkeys(found.of_values()))
    implied = {text.replace(POSITIVE, NOT_0) for text in values if text.endswith(POSITIVE)}
    return {"values": [text for text in values if text not in implied], "kinks": list(dict.fromkeys(found.of_kinks()))}


class _Found:
    """The conditions of one claim."""

    def __init__(self, target: Array, step: Array, style: Source, signs: Signs) -> None:
        self.graphs, self.style, self.signs = (target, step), style, signs
        divisors = (divisor for node in walk(*self.graphs) for divisor in node.divisors)
        self.varying = varying([*self.graphs, *divisors])

    def of_values(self) -> Iterator[str]:
        """What the arguments of functions have to be."""
        for node in walk(*self.graphs):
            if node.defined is None or node.key not in self.varying:
                continue
            if node.divisors:
                for divisor in node.divisors:
                    yield from self._open(divisor, NOT_0)
            else:
                yield from self._of_domain(node, *node.defined)

    def _of_domain(self, node: Array, domain: Callable[..., Any], name: str, words: str) -> Iterator[str]:
        """What a domain says of the arguments one by one, or in its words."""
        for position, arg in enumerate(node.args):
            relation = _relation(domain, node.args, position)
            if relation is None:
                said = f"{name}({', '.join('{}' for _ in node.args)}): {words}".format
                yield sentence(self.style, said, *node.args)
            elif relation:
                yield from self._open(arg, relation)

    def _open(self, argument: Array, relation: str) -> Iterator[str]:
        """What has to be said of an argument: a product is not 0 if no factor is, a square is positive if it is not."""
        if relation == POSITIVE and _is_square(argument):
            relation = NOT_0
        parts = _factors(argument) if relation == NOT_0 else [argument]
        for part in parts:
            if part.key in self.varying and not self.signs.meet(part, relation):
                yield sentence(self.style, f"{{}} {relation}".format, part)

    def of_kinks(self) -> Iterator[str]:
        """Where there are jumps, and kinks of what is differentiated."""
        under = {node.key for node in walk(*differentiated(*self.graphs))}
        for node in walk(*self.graphs):
            if node.kinks and (node.is_jump or node.key in under) and node.key in self.varying:
                yield from self._ties(node) if node.kinks_are_ties else self._kinks(node)

    def _ties(self, node: Array) -> Iterator[str]:
        """Where the largest entry is not one alone."""
        yield sentence(self.style, "ties for the largest or smallest entry in {}".format, node.args[0])

    def _kinks(self, node: Array) -> Iterator[str]:
        """Where the arguments are 0, if they may be."""
        yield from (self._at(kink, node.args) for kink in node.kinks if self.signs.may_be_0(kink, node.args))

    def _at(self, kink: Callable[..., Any], args: Sequence[Array]) -> str:
        """The equation of a kink: x = y for x - y, which is linear in the arguments."""
        symbols = [sp.Dummy() for _ in args]
        parts = sp.sympify(kink(*symbols)).as_coefficients_dict()
        sides: tuple[list[Array], list[Array]] = ([], [])
        for symbol, arg in zip(symbols, args, strict=True):
            if parts[symbol] and _number(arg) != 0:
                sides[bool(parts[symbol] < 0)].append(arg)
        left, right = sides if sides[0] else sides[::-1]
        words = " = ".join(" + ".join("{}" for _ in side) or "0" for side in (left, right))
        return sentence(self.style, words.format, *left, *right)


def _number(node: Array) -> sp.Rational | None:
    """The number that a node is, if it is one whatever the sizes."""
    return None if node.args or size_symbols([node]) else one_number(node, int)


def _relation(domain: Callable[..., Any], args: Sequence[Array], position: int) -> str | None:
    """What an argument has to be, the others being what they may; empty: anything, None: it has no short name."""
    others = [_example(arg) for arg in args]
    with np.errstate(all="ignore"):
        allowed = [x for x in PROBES if np.all(domain(*others[:position], np.float64(x), *others[position + 1 :]))]
    return "" if len(allowed) in (0, len(PROBES)) else RELATIONS.get(tuple(allowed))


def _example(arg: Array) -> np.float64:
    """The number that an argument is, a whole one for a size, or one that is neither whole nor outside of a domain."""
    if _is_mask(arg):
        return np.float64(1)
    sizes = dict.fromkeys(() if arg.args else size_symbols([arg]), sp.Integer(2))
    value = one_number(arg, lambda size: number_of(size, sizes))
    return np.float64(0.5 if value is None else value)


def _is_mask(node: Array) -> bool:
    """Whether the entries are visibly 0 or 1."""
    return node.is_jump or (isinstance(node, Input) and (node.domain is domains.BITS or node.domain.is_one_hot))


def _factors(node: Array) -> list[Array]:
    """What may not be 0 for the node not to be: the factors of a product, the base of a power; each once."""
    found: dict[int, Array] = {}
    seen, pending = set(), [node]
    while pending:
        part = pending.pop()
        if part.key in seen:
            continue
        seen.add(part.key)
        if isinstance(part, Apply) and part.function.powers is not None:
            pending += part.args[::-1]
        elif isinstance(part, Apply) and part.function in (negative, power):
            pending.append(part.args[0])
        else:
            found[part.key] = part
    return list(found.values())


def _is_square(node: Array) -> bool:
    """Whether it is x · x, or an even power."""
    if not isinstance(node, Apply):
        return False
    exponent = one_number(node.args[-1], int) if node.function is power else None
    is_even = exponent is not None and exponent.is_even
    return bool(
        is_even or node.function is square or (node.function is multiply and node.args[0].key == node.args[1].key)
    )


def _is_moved(node: Array) -> bool:
    """Whether every entry is one of an operand's: a transpose, a slice, a reshape, …"""
    return len(node.args) == 1 and (isinstance(node, Moving) or (isinstance(node, Einsum) and not node.summed()))


class Signs:
    """Which signs are visible: in the graphs, or in what is written out as far as it goes entry by entry."""

    def __init__(self, graphs: Sequence[Array]) -> None:
        self._visible = Visible(dict.fromkeys(size_symbols(graphs), 1))
        self._ranges = Ranges()
        self._unit: list[sp.Symbol] = []
        self._read: dict[int, tuple[sp.Expr, int]] = {}

    def meet(self, node: Array, relation: str) -> bool:
        """Whether an array is visibly what it has to be."""
        if relation == MASK:
            return _is_mask(node)
        if any(self._ranges.is_within(node, low, high) for low, high in BETWEEN.get(relation, ())):
            return True
        value = self._expression(node)
        if relation == PROBABILITY:
            return self._is_positive(node) and is_positive(1 - value, self._unit)
        return self._is_positive(node) or (relation == NOT_0 and is_positive(-value, self._unit))

    def may_be_0(self, kink: Callable[..., Any], args: Sequence[Array]) -> bool:
        """Whether a kink is not visibly out of reach."""
        value = sp.sympify(kink(*map(self._expression, args)))
        return not any(is_positive(sign * value, self._unit) for sign in (1, -1))

    def _is_positive(self, node: Array) -> bool:
        return self._visible.is_positive(node) or is_positive(self._expression(node), self._unit)

    def _expression(self, node: Array) -> sp.Expr:
        """An entry in symbols: one for each array that is not made entry by entry of others, or would be too long."""
        for part in walk(node, known=self._read):
            lengths = [self._read[arg.key][1] for arg in part.args]
            length = 1 + sum(lengths)
            if isinstance(part, Apply) and length <= LONGEST:
                self._read[part.key] = part.function.sympy(*(self._read[arg.key][0] for arg in part.args)), length
            elif _is_moved(part):
                self._read[part.key] = self._elsewhere(self._read[part.args[0].key][0]), lengths[0]
            else:
                self._read[part.key] = self._symbol(part), 1
        return self._read[node.key][0]

    def _elsewhere(self, value: sp.Expr) -> sp.Expr:
        """Another entry of the same array: of other symbols, of which the same is known."""
        new = {symbol: sp.Dummy("entry", **symbol.assumptions0) for symbol in value.free_symbols}
        self._unit += [new[symbol] for symbol in new.keys() & set(self._unit)]
        return value.xreplace(new)

    def _symbol(self, node: Array) -> sp.Expr:
        if (number := _number(node)) is not None:
            return number
        symbol = sp.Dummy("entry", **({"positive": True} if self._visible.is_positive(node) else {}))
        if isinstance(node, Input) and node.domain is domains.UNIT:
            self._unit.append(symbol)
        return symbol
