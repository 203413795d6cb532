"""Formulas that drive a descent, held against the engine's gradients at every point that they lead to.

The two descents themselves may part although the formulas are right: where the rate is large, each step magnifies the
rounding of the one before it. So it is at the same points that gradients are compared, with bars of rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.graph import Array
from gradcheck.network.descent import Descent, Named
from gradcheck.network.engine import Floats, evaluated, rounding_errors, value_and_gradients
from gradcheck.network.problems import Problem
from gradcheck.notation import gradient
from gradcheck.tolerances import ROUNDING_BARS, SHARP


@dataclass(frozen=True, eq=False)
class Driven:
    """A descent by formulas. far: how far they were from the engine's gradients, relative to the largest entry there.

    differs: the first gradient that is another one than the engine's beyond rounding; empty if there is none.
    """

    descent: Descent
    far: float
    differs: str


class Formulas:
    """Formulas in place of gradients; parameters without a formula have the engine's gradient.

    turns: data that take turns, those of one example a step.
    """

    def __init__(
        self, problem: Problem, formulas: Mapping[str, Array], values: Mapping[str, Any], turns: Sequence[Named] = ()
    ) -> None:
        self.problem, self.formulas, self.values, self.turns = problem, formulas, values, turns
        self.far, self.differs, self.steps = 0.0, "", 0
        # What reverse mode makes of these is remembered for as long as they are there: a step need not make it again.
        self.gradients = {node.name: gradient(problem.cost, node) for node in problem.parameters}

    def __call__(self, named: Named) -> tuple[float, Named]:
        """The cost, and the directions by which a descent goes on."""
        turn = self.turns[self.steps % len(self.turns)] if self.turns else {}
        at, parameters = {**self.values, **turn, **named}, self.problem.parameters
        cost, found = value_and_gradients(self.problem.cost, parameters, at)
        directions = {node.name: slope for node, slope in zip(parameters, found, strict=True)}
        driving = dict(zip(self.formulas, evaluated(list(self.formulas.values()), at), strict=True))
        if np.isfinite(cost):
            for name, value in driving.items():
                self._compare(name, value, directions[name], at)
        self.steps += 1
        return cost, {**directions, **driving}

    def driven(self, descent: Descent) -> Driven:
        """What was seen on the way."""
        return Driven(descent, self.far, self.differs)

    def _compare(self, name: str, value: Floats, engine: Floats, at: Mapping[str, Any]) -> None:
        off, largest = np.abs(value - engine), float(np.max(np.abs(engine)))
        if not largest and not off.any():
            return
        with np.errstate(divide="ignore"):
            self.far = max(self.far, float(np.max(off) / np.float64(largest)))
        sharp = SHARP * np.minimum(np.abs(value), np.abs(engine))
        if self.differs or np.all(off <= sharp):
            return
        errors = rounding_errors([self.formulas[name], self.gradients[name]], at)
        wrong = ~(off <= sharp + ROUNDING_BARS * sum(errors))
        if wrong.any():
            place = np.unravel_index(int(np.argmax(np.where(wrong, off, -1.0))), off.shape)
            entry = f" at {[int(i) for i in place]}" if place else ""
            of = f"∂{self.problem.name}/∂{name}"
            self.differs = f"{of} after {self.steps} steps is {value[place]:.4g} instead of {engine[place]:.4g}{entry}"
