"""Values beside others that are as right: every result is moved by as much as it may have been rounded, up or down.

What is computed from both shows how much it depends on digits that the values do not have, as that of log(1 - a) does
at a near 1, which no bound on the last operations knows of (a measurement, as in Vignes' CESTAC: Mathematics and
Computers in Simulation 35, 1993). The signs are drawn, and always the same.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from gradcheck.graph import Array
from gradcheck.numerics.contractions import spread
from gradcheck.numerics.evaluate import Evaluation, Values
from gradcheck.numerics.rounding import EPS
from gradcheck.tolerances import KERNEL_ULPS


class Shaken(Evaluation):
    """The values of expressions, with an axis in front: as they are, and shaken. Of what is not rounded both are one.

    own: the point, which has no batch axes.
    """

    def __init__(self, own: Evaluation) -> None:
        inputs, shifts = ({key: value[None] for key, value in values.items()} for values in (own.inputs, own.shifts))
        super().__init__(inputs, own.sizes, 1, shifts=shifts)
        self.own, self._signs = own, np.random.default_rng(0)

    def plain(self, node: Array) -> Values:
        """The value as it is, without the axis."""
        value: Values = self(node)[0]
        return value

    def compute(self, node: Array) -> Values:
        """Shaken by the bound on what this operation alone rounds; masks are exact, and so is what only moves."""
        value = super().compute(node)
        if node.verb == "elementwise" and not node.is_jump:
            return np.asanyarray(value * (1.0 + KERNEL_ULPS * EPS * self._drawn(node)))
        if node.verb == "product" and len(node.args) == 1 and spread(*node.params) is not None:
            return value  # a transpose
        self.values[node.key] = value  # bounds look at it
        lost: Any = node.rounding(self, [self.values[arg.key] for arg in node.args])
        return value if isinstance(lost, float) else np.asanyarray(value + lost * self._drawn(node))

    def _drawn(self, node: Array) -> Values:
        """0 for the values as they are, and signs."""
        signs = self._signs.choice([-1.0, 1.0], self.shape(node.shape))
        return np.stack([np.zeros_like(signs), signs])
