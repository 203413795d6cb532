"""Graphs rewritten by equations: an expression that looks like a left-hand side becomes the right-hand side."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from gradcheck.functions import Function
from gradcheck.functions.table import add, multiply
from gradcheck.graph import Array, make_input, replace
from gradcheck.graph.domains import REAL
from gradcheck.graph.refusals import engine
from gradcheck.programs.equations import Equation

CONSTANTS = "cd"
"""What letters stand for constants."""
Bound = dict[str, Array]
"""What the letters of an equation stand for."""
Rule = Callable[[Array], Array | None]
"""What takes the place of a node; None if it stays."""


def rewritten(roots: Sequence[Array], rules: Sequence[Rule]) -> list[Array]:
    """The graphs after all rules, again and again, until none of them finds anything."""
    before: list[int] = []
    with engine():
        while [root.key for root in roots] != before:
            before = [root.key for root in roots]
            done: dict[int, Array] = {}
            roots = [replace(root, lambda node, args: _changed(node.rebuild(args), rules), done) for root in roots]
    return list(roots)


def _changed(node: Array, rules: Sequence[Rule]) -> Array:
    """A node after the first rule that has something else for it, and that again."""
    for rule in rules:
        found = rule(node)
        if found is not None and found.shape == node.shape and found.key != node.key:
            return _changed(found, rules)
    return node


@cache
def by(equations: tuple[Equation, ...]) -> tuple[Rule, ...]:
    """The rules that the equations are."""
    return tuple(map(_EquationRule, equations))


class _EquationRule:
    """An equation as a rule."""

    def __init__(self, equation: Equation) -> None:
        self.letters, self.right = tuple(inspect.signature(equation.left).parameters), equation.right
        with engine():
            self.left = equation.left(*(make_input(letter, (), REAL) for letter in self.letters))

    def __call__(self, node: Array) -> Array | None:
        found = next(_matches(self.left, node, {}), None)
        return None if found is None else self.right(*(found[letter] for letter in self.letters))


def _matches(pattern: Array, node: Array, bound: Bound) -> Iterator[Bound]:
    """The ways in which a node looks like a pattern."""
    if pattern.verb == "given":
        known = bound.get(pattern.name)
        fits = known.key == node.key if known is not None else pattern.name not in CONSTANTS or is_number(node)
        if fits:
            yield {**bound, pattern.name: node}
    elif pattern.verb == "literal":
        if is_number(node) and pattern.params[0] == node.params[0]:
            yield bound
    elif row_of(node) is row_of(pattern):
        for args in _orders(node):
            yield from _all_match(pattern.args, args, bound)


def _orders(node: Array) -> Iterator[Sequence[Array]]:
    """The operands, in both orders where that does not matter."""
    yield node.args
    if row_of(node) in (add, multiply):
        yield node.args[::-1]


def _all_match(patterns: Sequence[Array], nodes: Sequence[Array], bound: Bound) -> Iterator[Bound]:
    if not patterns:
        yield bound
        return
    for found in _matches(patterns[0], nodes[0], bound):
        yield from _all_match(patterns[1:], nodes[1:], found)


def is_number(node: Array) -> bool:
    """Whether it is a constant of no axes."""
    return node.verb == "literal" and not node.shape


def row_of(node: Array) -> Function | None:
    """The function that a node applies; None if it is of another kind."""
    return node.params[0] if node.verb == "elementwise" else None
