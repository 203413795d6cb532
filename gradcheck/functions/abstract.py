"""Functions of which nothing is known but that they are differentiable: what is proved for one, is proved for all."""

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import sympy as sp

from gradcheck.functions.row import Facts, Function, Increment, upright
from gradcheck.functions.table import sin_increment


def abstract(name: str, arity: int = 1) -> Function:
    """A function of which nothing is known but that it is differentiable: what is proved for it, is proved for all.

    Numerical readings use a smooth stand-in keyed by the name (a mixture of sines); SymPy sees an undefined function.
    """
    if arity < 1:
        raise ValueError(f"abstract({name!r}, {arity}): a function has at least one argument")
    return _abstract(name, (0,) * arity)


@cache
def _abstract(name: str, order: tuple[int, ...]) -> Function:
    """The derivative of the stand-in of the given order in each argument."""
    arity = len(order)
    raised = [tuple(n + (i == k) for i, n in enumerate(order)) for k in range(arity)]
    label = name + ("′" * order[0] if arity == 1 else "".join(f"_{i + 1}" * n for i, n in enumerate(order)))

    def fdiff(self: Any, argindex: int) -> sp.Expr:
        return _abstract(name, raised[argindex - 1]).sympy(*self.args)

    waves = _waves(name, order)
    kernel = _stand_in(waves)
    undefined = type(
        label, (sp.Function,), {"fdiff": fdiff, "nargs": arity, "is_real": True, "stand_in": staticmethod(kernel)}
    )
    partials = tuple((lambda *a, k=k: _abstract(name, raised[k])(*a[:-1])) for k in range(arity))
    return Function(
        label,
        undefined,
        kernel,
        partials,
        _stand_in_increment(waves),
        Facts(upright(label), positive_if=None, underflows=False, kinks=()),
        derived=lambda k: _abstract(name, raised[k]),
        is_abstract=True,
    )


_Wave = tuple[float, list[float], float]
"""Amplitude, frequencies and phase."""


def _waves(name: str, order: tuple[int, ...]) -> list[_Wave]:
    """Σ c sin(w·x + p), differentiated `order` times: each derivative multiplies by w and turns the phase by π/2."""
    rng = np.random.default_rng(list(name.encode()))  # the whole name: two names of one checksum are two functions
    terms, arity = 3, len(order)
    c = rng.uniform(0.4, 1.2, terms) * rng.choice([-1.0, 1.0], terms)
    w = rng.uniform(0.3, 1.1, (terms, arity)) * rng.choice([-1.0, 1.0], (terms, arity))
    p = rng.uniform(0.0, 2.0 * math.pi, terms) + sum(order) * math.pi / 2
    amplitudes = c * np.prod(w ** np.array(order), axis=1)
    return list(zip(amplitudes.tolist(), w.tolist(), p.tolist(), strict=True))


def _dot(frequencies: list[float], args: tuple[Any, ...]) -> Any:
    return sum(v * x for v, x in zip(frequencies, args, strict=True))


def _stand_in(waves: list[_Wave]) -> Callable[..., Any]:
    def kernel(*args: Any, sin: Callable[[Any], Any] = np.sin) -> Any:
        return sum(a * sin(_dot(frequencies, args) + phase) for a, frequencies, phase in waves)

    return kernel


def _stand_in_increment(waves: list[_Wave]) -> Increment:
    def increment(*given: Any) -> Any:
        arity = len(given) // 2
        args, deltas = given[:arity], given[arity : 2 * arity]
        phases = [(_dot(frequencies, args) + phase, _dot(frequencies, deltas)) for _, frequencies, phase in waves]
        parts = (sin_increment(np.cos(u), np.sin(u), d) for u, d in phases)
        return sum(a * part for (a, _, _), part in zip(waves, parts, strict=True))

    return increment
