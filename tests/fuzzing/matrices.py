"""Random pairs with determinants, inverses and logs of determinants: what differs is never proved by exact algebra.

They are of the matrix [[a, b], [c, d]] of trees as `proofs` draws them: its determinant, an entry of its inverse, and
the log of |det|, of a product of matrices, too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import sympy as sp
from fuzzing import proofs
from fuzzing.proofs import LOG_2, Tree

from gradcheck.graph import as_array
from gradcheck.numerics import matrices

DEPTH = 2


def _cofactors(a: Any, b: Any, c: Any, d: Any) -> Any:
    return matrices.cofactors(np.array([[a, b], [c, d]], dtype=object))


def _matrix(*entries: Any) -> Any:
    return np.concatenate([as_array(entry).reshape(1) for entry in entries]).reshape(2, 2)


def _determinant(a: Any, b: Any, c: Any, d: Any) -> Any:
    return a * d - b * c


def _log_of_size(value: Any) -> Any:
    return proofs._log(abs(value))


def _beside(a: Any, b: Any, c: Any, d: Any) -> tuple[Any, ...]:
    """Another matrix with entries of the first, for products of two."""
    return d, 1, b, a


MATRICES: dict[str, tuple[int, Callable[..., Any], Callable[..., Any], Callable[..., Any]]] = {
    # arguments; by SymPy; by the graph; by mpmath
    "det": (
        4,
        lambda *entries: _cofactors(*entries)[0],
        lambda *entries: np.linalg.det(_matrix(*entries)),
        _determinant,
    ),
    "inv": (
        4,
        lambda *entries: matrices.written_inverse(np.array(entries, dtype=object).reshape(2, 2))[0, 1],
        lambda *entries: np.linalg.inv(_matrix(*entries))[0, 1],
        lambda a, b, c, d: proofs._divide(-b, _determinant(a, b, c, d)),
    ),
    "log|det|": (
        4,
        lambda *entries: sp.log(_cofactors(*entries)[0] ** 2) / 2,
        lambda *entries: np.linalg.slogdet(_matrix(*entries))[1],
        lambda *entries: _log_of_size(_determinant(*entries)),
    ),
    "log|det @|": (
        4,
        lambda *entries: sp.log((_cofactors(*entries)[0] * _cofactors(*_beside(*entries))[0]) ** 2) / 2,
        lambda *entries: np.linalg.slogdet(_matrix(*entries) @ _matrix(*_beside(*entries)))[1],
        lambda *entries: _log_of_size(_determinant(*entries) * _determinant(*_beside(*entries))),
    ),
}
proofs.READINGS.update(MATRICES)
RULES: dict[str, list[Callable[..., Tree]]] = {
    "det": [
        lambda a, b, c, d: ("-", ("det", c, d, a, b)),
        lambda a, b, c, d: ("det", b, a, d, c),
        lambda a, b, c, d: ("det", a, c, b, d),
        lambda a, b, c, d: ("det", ("+", a, c), ("+", b, d), c, d),
        lambda a, b, c, d: proofs._minus(("*", a, d), ("*", b, c)),
        lambda a, b, c, d: ("+", ("*", a, d), ("*", b, c)),
        lambda a, b, c, d: ("exp", ("log|det|", a, b, c, d)),
        lambda a, b, c, d: ("-", ("/", b, ("inv", a, b, c, d))),
    ],
    "inv": [
        lambda a, b, c, d: ("-", ("/", b, ("det", a, b, c, d))),
        lambda a, b, c, d: ("-", ("/", c, ("det", a, b, c, d))),
        lambda a, b, c, d: ("/", b, ("det", a, b, c, d)),
        lambda a, b, c, d: ("inv", a, c, b, d),
        lambda a, b, c, d: ("inv", d, b, c, a),
        lambda a, b, c, d: ("/", 1, proofs._minus(c, ("/", ("*", a, d), b))),
        lambda a, b, c, d: proofs._twice(("inv", proofs._twice(a), b, ("*", 4, c), proofs._twice(d))),
        lambda a, b, c, d: ("*", 4, ("inv", proofs._twice(a), b, ("*", 4, c), proofs._twice(d))),
    ],
    "log|det|": [
        lambda a, b, c, d: ("log|det|", c, d, a, b),
        lambda a, b, c, d: ("log|det|", a, c, b, ("-", d)),
        lambda a, b, c, d: ("log", ("det", a, b, c, d)),
        lambda a, b, c, d: ("log", ("abs", ("det", a, b, c, d))),
        lambda a, b, c, d: ("half", ("log", ("square", ("det", a, b, c, d)))),
        lambda a, b, c, d: proofs._minus(("log|det|", proofs._twice(a), proofs._twice(b), c, d), LOG_2),
        lambda a, b, c, d: proofs._minus(
            ("log|det|", proofs._twice(a), proofs._twice(b), proofs._twice(c), proofs._twice(d)), LOG_2
        ),
    ],
    "log|det @|": [
        lambda a, b, c, d: ("+", ("log|det|", a, b, c, d), ("log|det|", *_beside(a, b, c, d))),
        lambda a, b, c, d: proofs._minus(("log|det|", a, b, c, d), ("log|det|", *_beside(a, b, c, d))),
        lambda a, b, c, d: ("log|det|", a, b, c, d),
    ],
}
"""True ones and false ones."""


def pair(random: Any) -> tuple[Tree, Tree]:
    """Two expressions that may or may not be equal."""
    name = random.choice(list(MATRICES))
    entries = [proofs._tree(random, random.randrange(DEPTH)) for _ in range(4)]
    others = [proofs._rewritten(random, entry) if random.random() < 0.1 else entry for entry in entries]
    return (name, *entries), random.choice(RULES[name])(*others)


def case(random: Any) -> tuple[str, str]:
    """A pair through both tiers, and a complaint if what differs is proved."""
    return proofs.seen(random, *pair(random))
