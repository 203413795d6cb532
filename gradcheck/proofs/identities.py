"""Elementary functions that are defined by exp and step: the definitions that all exact tiers read.

How values of exp, log and step are related to each other is no definition, and each tier has its own means to tell:
`zero` by generators that it shows to be independent, `prime_field` by values that it has met. So it is with sin and
cos, which are rational in the tangent of half an angle: `prime_field` reads them so, as it draws no conclusion from
positive denominators, while 1 + cos, which `zero` would then call positive, is 0 wherever that tangent is infinite.
"""

from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any, TypeAlias

import sympy as sp

from gradcheck.functions import step, table

Definitions: TypeAlias = dict[type[sp.Function], Callable[..., Any]]
"""By SymPy's function: arguments to the expression that it stands for."""

SMOOTH: Definitions = {
    sp.tanh: lambda u: (sp.exp(2 * u) - 1) / (sp.exp(2 * u) + 1),  # sinh / cosh, both times 2 exp(u)
    sp.sinh: lambda u: (sp.exp(u) - sp.exp(-u)) / 2,
    sp.cosh: lambda u: (sp.exp(u) + sp.exp(-u)) / 2,
}
"""Analytic everywhere, of one argument."""

KINKED: Definitions = {
    sp.Abs: table.absolute.sympy,
    sp.sign: lambda u: step(u) - step(-u),  # at 0, too, where both steps are 0; and so the next
    sp.Heaviside: lambda u, at_zero: step(u) + at_zero * (1 - step(u) - step(-u)),
    sp.Max: lambda *arguments: reduce(table.maximum.sympy, arguments),
    sp.Min: lambda *arguments: reduce(table.minimum.sympy, arguments),
}
"""What SymPy has beside the rows of the table, which are written with steps: only `zero` meets these."""

_TRIAL_DIVISION = 10_000  # largest prime looked for in a number under a log or a root


def prime_powers(number: sp.Rational) -> Iterator[tuple[sp.Rational, sp.Rational]]:
    """|number| as primes with their exponents; a factor without small ones is left, which is still a factorisation."""
    for prime, power in sp.factorrat(abs(number), limit=_TRIAL_DIVISION).items():
        yield sp.Rational(prime), sp.Rational(power)
