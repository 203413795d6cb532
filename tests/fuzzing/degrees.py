"""Random rational graphs: no entry, and no difference of two, has a higher degree than the prime field reckons with.

Their true degrees are those of fractions in lowest terms, on a random line through the inputs: a polynomial of degree d
in the inputs is one of degree d in the line's parameter almost always, and never of a higher one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from sympy.polys.domains import GF
from sympy.polys.fields import field

from gradcheck import notation
from gradcheck.graph import Array, broadcast_to, inputs_of
from gradcheck.proofs.prime_field import PrimePoint

PRIME = 2**31 - 1
SIZE, OPERATIONS_MADE, HIGHEST = 3, 6, 40
ARRAYS = [
    notation.real("A", SIZE, SIZE),
    notation.real("B", SIZE, SIZE),
    notation.real("u", SIZE, 1),
    notation.real("v", 1, SIZE),
]
FIELD, LINE = field("t", GF(PRIME))

Values = Any
"""An array of fractions, as objects."""


def _whole(values: Values) -> Values:
    return np.broadcast_to(values, (SIZE, SIZE))


def _cofactors(values: Values) -> Values:
    """Of a 3 × 3 matrix: rows and columns behind each other in a circle leave no signs to be told."""
    a, b, c, d = (np.roll(_whole(values), shift, axis=(0, 1)) for shift in ((2, 2), (1, 1), (2, 1), (1, 2)))
    return a * b - c * d


def _determinant(values: Values) -> Values:
    return (_whole(values) * _cofactors(values))[0].sum(keepdims=True)[None]


def _matrix(graph: Array) -> Array:
    return graph if graph.shape == (SIZE, SIZE) else broadcast_to(graph, (SIZE, SIZE))


OPERATIONS: list[tuple[int, Callable[..., Array], Callable[..., Values]]] = [
    # how often it is drawn; of the graph; of fractions
    (3, lambda a, b: a + b, lambda a, b: a + b),
    (2, lambda a, b: a - b, lambda a, b: a - b),
    (2, lambda a, b: a * b, lambda a, b: a * b),
    (6, lambda a, b: a / b, lambda a, b: a / b),
    (2, lambda a, b: a / (1 + b * b), lambda a, b: a / (1 + b * b)),
    (2, lambda a, b: _matrix(a) @ _matrix(b), lambda a, b: _whole(a) @ _whole(b)),
    (3, lambda a, b: a.mean(axis=0, keepdims=True), lambda a, b: a.sum(axis=0, keepdims=True) / len(a)),
    (3, lambda a, b: a - _matrix(a).sum(axis=1, keepdims=True), lambda a, b: a - _whole(a).sum(axis=1, keepdims=True)),
    (1, lambda a, b: a.T, lambda a, b: a.T),
    (1, lambda a, b: a**-2, lambda a, b: 1 / (a * a)),
    (1, lambda a, b: np.prod(a, axis=0, keepdims=True), lambda a, b: np.prod(a, axis=0, keepdims=True)),
    (1, lambda a, b: np.concatenate([a, a * a]).sum(axis=0, keepdims=True), lambda a, b: (a + a * a).sum(axis=0)[None]),
    (2, lambda a, b: np.linalg.inv(_matrix(a)), lambda a, b: _cofactors(a).T / _determinant(a)),
    (2, lambda a, b: np.linalg.det(_matrix(a)).reshape(1, 1), lambda a, b: _determinant(a)),
]


@cache
def _line(name: str, shape: tuple[int, ...]) -> Values:
    """The values of an input on the line."""
    numbers = iter(np.random.default_rng([*name.encode()]).integers(1, PRIME, 2 * SIZE**2).tolist())
    return np.array([[next(numbers) + next(numbers) * LINE for _ in range(shape[1])] for _ in range(shape[0])])


def _drawn(random: Any) -> list[tuple[Array, Values]]:
    """Graphs that are made of each other, with their fractions."""
    made = [(array, _line(array.name, array.shape)) for array in ARRAYS]
    weights = [often for often, *_ in OPERATIONS]
    for _ in range(OPERATIONS_MADE):
        ((_, graph, values),) = random.choices(OPERATIONS, weights)
        operands = [made[-1] if random.random() < 0.6 else random.choice(made) for _ in range(2)]
        random.shuffle(operands)
        of_fractions = values(*(one for _, one in operands))
        if max(map(_height, of_fractions.ravel())) > HIGHEST:  # they take long
            break
        made.append((graph(*(one for one, _ in operands)), of_fractions))
    return made[len(ARRAYS) :]


def _height(fraction: Any) -> int:
    fraction = FIELD(fraction)
    return max(fraction.numer.degree(), fraction.denom.degree(), 0)


def _above(fraction: Any) -> int:
    return max(FIELD(fraction).numer.degree(), 0)


def case(random: Any) -> tuple[str, str]:
    """Graphs, how much was looked at, and a complaint if a degree is higher than it is said to be."""
    try:
        made = _drawn(random)
    except ZeroDivisionError:
        return "a division by 0", ""
    trial = PrimePoint(inputs_of([graph for graph, _ in made]), {})._trial(0)
    for graph, values in made:
        degree = trial(graph).degree
        for fraction in map(FIELD, values.ravel()):
            if _above(fraction) > degree.above or fraction.denom.degree() > degree.below:
                return "complaint", f"{fraction.numer.degree()}/{fraction.denom.degree()} > {degree}: {graph!r}"
    for one, fractions in made:
        for other, others in made:
            if one.shape == other.shape and max(map(_above, (fractions - others).ravel())) > trial.degree(one, other):
                return "complaint", f"of the difference: {one!r} and {other!r}"
    return f"{len(made)} graphs", ""
