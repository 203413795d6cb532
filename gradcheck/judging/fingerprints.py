"""What a verdict depends on, as one text: two derivations of one fingerprint are judged alike.

That is everything that the oracles and the messages read: the graphs of all claims with the names that their author
gives them and how they are written, the domains of the inputs, the structure that was drawn, what is asked for, and the
versions of all that computes. Each kind of thing that may stand in a graph is written out below; where something else
does, there is no fingerprint, and nothing is remembered.
"""

import hashlib
import platform
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import hypothesis
import mpmath
import numpy as np
import sympy as sp

import gradcheck
from gradcheck import printing
from gradcheck.documents.claims import Claim
from gradcheck.documents.derivations import Derivation
from gradcheck.documents.instances import ClaimGroup, Run
from gradcheck.functions import Function
from gradcheck.functions.table import TABLE
from gradcheck.graph import Array, ShapeError, ShapeOf, make_input
from gradcheck.graph.domains import REAL, Domain
from gradcheck.graph.literals import as_array
from gradcheck.graph.node import Written
from gradcheck.limits import Limits
from gradcheck.verdicts import relative

OURS = "gradcheck."
"""Modules whose code the versions stand for."""


class NoFingerprint(Exception):
    """Something stands in a graph that cannot be written out."""


def fingerprint(
    derivation: Derivation, runs: Sequence[Run], groups: Sequence[ClaimGroup], examples: int, limits: Limits
) -> str | None:
    """What the verdicts on a derivation depend on, in 64 letters; None if that cannot be told."""
    asked = (examples, limits.search, limits.explains_marked, limits.corrects_marked)
    known = (derivation.name, derivation.source, relative(derivation.file))
    conventions = (derivation.broadcast, derivation.layers, derivation.reading)
    where = {id(claim): (i, j) for i, group in enumerate(groups) for j, (_, claim) in enumerate(group.instances)}
    try:
        writer = _Writer(derivation.layers)
        parts: list[Any] = [versions(), asked, known, conventions, [(group.target, group.at) for group in groups]]
        for run in runs:
            parts.append(writer(run.structure))
            parts += [(where.get(id(claim)), writer.claim(claim)) for claim in run.claims]
    except (NoFingerprint, RecursionError):
        return None
    return _digest(parts)


@lru_cache
def versions() -> tuple[str, ...]:
    """Of gradcheck, by the text of its files, and of what it computes with, on this kind of machine."""
    folder = Path(gradcheck.__file__).parent
    files = sorted(folder.rglob("*.py"))
    own = hashlib.sha256(b"".join(str(file.relative_to(folder)).encode() + file.read_bytes() for file in files))
    packages = (np.__version__, sp.__version__, mpmath.__version__, hypothesis.__version__)
    return own.hexdigest(), *packages, sys.version, platform.machine()


def _digest(parts: Any) -> str:
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


class _Writer:
    """Writes out what may stand in graphs; each node once, after which it is known by a number."""

    def __init__(self, layers: str) -> None:
        self._layers = layers
        self._names: Mapping[int, str] = {}
        self._nodes: dict[tuple[int, str], str] = {}
        self._kept: list[Array] = []

    def claim(self, claim: Claim) -> Any:
        """A claim, with the names that its author gives the arrays in it."""
        self._names = claim.names
        forms = [
            (tuple(step.mistakes), step.at, step.source_line, step.is_left, [*map(self._formula, step.forms)])
            for step in claim.steps
        ]
        return claim.at, claim.symmetric, self._formula(claim.target), forms

    def _formula(self, formula: Any) -> Any:
        """What it is, and what is printed of it."""
        return self(formula), printing.text(formula, self._names, self._layers)

    def __call__(self, thing: Any) -> Any:
        """What stands for a thing, equal exactly for equal ones. Raises NoFingerprint."""
        for kinds, write in _WAYS:
            if isinstance(thing, kinds):
                return type(thing).__name__, write(self, thing)
        module, name = getattr(thing, "__module__", None), getattr(thing, "__qualname__", "")
        if not str(module).startswith(OURS) or not name or "<locals>" in name:
            raise NoFingerprint(repr(thing))
        return module, name  # of ours, known by its name

    def each(self, things: Iterable[Any]) -> list[Any]:
        """Several things in their order."""
        return [self(thing) for thing in things]

    def _array(self, root: Array) -> str:
        pending = [(root, False)]
        while pending:  # graphs are deeper than Python's stack
            node, is_ready = pending.pop()
            if self._known(node) in self._nodes:
                continue
            if not is_ready:
                pending += [(node, True), *((arg, False) for arg in node.args)]
                continue
            operands = [self._nodes[self._known(arg)] for arg in node.args]
            shape = self(node.shape) if node.conforms else ()
            own = (type(node).__name__, self(node.params), shape, self(node.written))
            self._nodes[self._known(node)] = _digest((own, operands, self._known(node)[1]))
            self._kept.append(node)  # so that no other one gets its id
        return self._nodes[self._known(root)]

    def _known(self, node: Array) -> tuple[int, str]:
        return id(node), self._names.get(id(node), "")

    def function(self, function: Function) -> Any:
        """A row: what its author made of others is known by its formula, one of ours by its definition."""
        if TABLE.get(function.name) is function:
            return function.name
        if function.body is not None:
            return function.name, _Writer("[]")(as_array(function.body(make_input("x", (), REAL))))
        if not str(function.numpy.__module__).startswith(OURS):
            raise NoFingerprint(function.name)
        symbols, definition = function.definition
        named = {symbol: sp.Symbol(f"x{i}") for i, symbol in enumerate(symbols)}
        return function.name, function.is_abstract, sp.srepr(definition.xreplace(named))


_WAYS: tuple[tuple[Any, Callable[[_Writer, Any], Any]], ...] = (
    ((bool, int, float, complex, str, type(None), Fraction, slice, np.generic), lambda write, thing: repr(thing)),
    (sp.Basic, lambda write, thing: sp.srepr(thing)),
    (Enum, lambda write, thing: thing.name),
    (Array, lambda write, thing: write._array(thing)),
    (ShapeOf, lambda write, thing: write(thing.array)),
    (Written, lambda write, thing: (thing.word, write(thing.operands), write(thing.options))),
    (Function, lambda write, thing: write.function(thing)),
    (Domain, lambda write, thing: (thing.name, sorted(thing.assumptions.items()), thing.within, thing.axis)),
    (ShapeError, lambda write, thing: str(thing)),
    ((tuple, list), lambda write, thing: write.each(thing)),
    ((set, frozenset), lambda write, thing: sorted(map(repr, write.each(thing)))),
    (Mapping, lambda write, thing: [write.each(item) for item in thing.items()]),
)
"""How each kind of thing is written out; the first that fits."""
