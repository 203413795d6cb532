"""Activations: what a layer applies to its scores, entry by entry or to all units of an example at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from gradcheck.functions import TABLE, Function
from gradcheck.graph import Array
from gradcheck.notation import softmax


@dataclass(frozen=True, eq=False)
class OverUnits:
    """An activation of the units of an example together; columns are examples. within: between which numbers it is."""

    name: str
    of: Callable[[Array], Array]
    within: tuple[float, float]

    def __call__(self, Z: Array) -> Array:
        """The activations (units, examples) of scores of this shape."""
        return self.of(Z)


Activation = Function | OverUnits
SOFTMAX = OverUnits("softmax", partial(softmax, axis=0), (0.0, 1.0))
"""Shares of 1, one for each class."""

KNOWN: dict[str, Activation] = {name: row for name, row in TABLE.items() if row.arity == 1} | {"softmax": SOFTMAX}
"""The activations that have a name."""


def row_of(i: int, activation: object) -> Activation:
    """The i-th layer's activation by its name, or itself. Raises ValueError for what is none."""
    if isinstance(activation, str) and activation in KNOWN:
        return KNOWN[activation]
    if isinstance(activation, OverUnits) or (isinstance(activation, Function) and activation.arity == 1):
        return activation
    what = f"activations[{i}]={activation!r} is not an activation"
    raise ValueError(f"{what}: there is {', '.join(sorted(KNOWN))}, and any function of one number")


def range_of(activation: Activation) -> tuple[float, float]:
    """Between which numbers its values are."""
    if isinstance(activation, OverUnits):
        return activation.within
    return activation.facts.within((-math.inf, math.inf))
