"""Gradient descent: θ becomes θ - rate · ∂J/∂θ, for all parameters at once, step by step."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from gradcheck.network.checks import positive, whole
from gradcheck.network.engine import Compiled, Floats
from gradcheck.network.layers import Network, Parameters, checked, model
from gradcheck.network.prediction import examples, labels
from gradcheck.progress import Progress

Named = Mapping[str, Floats]
Slopes = Callable[[Named], tuple[float, Named]]
"""The cost at parameters, and the directions that a step goes against: gradients, or what is taken for them."""


@dataclass(frozen=True, eq=False)
class Descent:
    """Where a descent has come to. costs: at the start and after every step; the last one is that of `parameters`.

    diverged: what happened in the step that was not made any more. interruption: the Ctrl-C that ended it.
    """

    parameters: Named
    costs: tuple[float, ...]
    diverged: str = ""
    interruption: KeyboardInterrupt | None = None

    @property
    def steps(self) -> int:
        """How many steps were made."""
        return len(self.costs) - 1


def descend(slopes: Slopes, start: Named, rate: float, steps: int, bar: Progress) -> Descent:
    """So many steps, or fewer: until Ctrl-C, or until something is not finite, before which it stops."""
    cost, directions = slopes(start)
    if not math.isfinite(cost):
        raise ValueError(f"the cost is {cost} before the first step: start with smaller weights, or scale the data")
    reached, costs = start, [cost]
    try:
        for i in range(1, steps + 1):
            with np.errstate(all="ignore"):
                moved = {name: value - rate * directions[name] for name, value in reached.items()}
            cost, directions = slopes(moved)
            if lost := _not_finite(cost, moved):
                return Descent(reached, tuple(costs), f"{lost} after step {i}, was {costs[-1]:.6g} before it")
            reached = moved
            costs.append(cost)
            bar.show(f"cost {cost:.6g}", i, steps)
    except KeyboardInterrupt as interruption:
        return Descent(reached, tuple(costs), interruption=interruption)
    return Descent(reached, tuple(costs))


def _not_finite(cost: float, moved: Named) -> str:
    """What is infinite or no number; empty if nothing is. Activations that saturate hide an infinite parameter."""
    if not math.isfinite(cost):
        return f"the cost is {cost}"
    lost = [name for name, value in moved.items() if not np.isfinite(value).all()]
    return f"{', '.join(lost)} is not finite and the cost {cost:.6g}" if lost else ""


# ---- of a network ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Fit:
    """What training has reached. costs: at the start and after every step; the last one is that of `parameters`.

    is_interrupted: whether Ctrl-C ended it before the last step.
    """

    parameters: Parameters
    costs: tuple[float, ...]
    is_interrupted: bool = False


class Diverged(ArithmeticError):
    """The learning rate is too large: `fit` holds the last finite parameters and the costs until then."""

    def __init__(self, what: str, rate: float, fit: Fit) -> None:
        super().__init__(
            f"the descent diverges: {what}; rate={rate:g} is too large, try {rate / 10:g}. "
            "The last finite parameters are in .fit.parameters"
        )
        self.fit = fit


def fit(network: Network, parameters: Parameters, X: Any, Y: Any, *, rate: float = 0.1, steps: int = 1000) -> Fit:
    """Train a network on all examples at once, from the given parameters on. Ctrl-C returns what was reached.

    Raises:
        TypeError, ValueError: data, parameters, a rate or a number of steps that cannot be.
        Diverged: the cost or a parameter is no longer finite.
    """
    slopes, start = _slopes(network, X, Y), checked(network, parameters)
    rate, steps = positive("rate", rate, such_as=0.1), whole("steps", steps, least=1)
    with Progress("fitting", steps, patience=1.0) as bar:
        found = descend(slopes, start, rate, steps, bar)
    reached = Fit(Parameters.of(found.parameters), found.costs, found.interruption is not None)
    if found.diverged:
        raise Diverged(found.diverged, rate, reached)
    return reached


def step(network: Network, parameters: Parameters, X: Any, Y: Any, rate: float = 0.1) -> Parameters:
    """The parameters after one step. Raises as `fit` does."""
    return fit(network, parameters, X, Y, rate=rate, steps=1).parameters


def cost(network: Network, parameters: Parameters, X: Any, Y: Any) -> float:
    """The mean of the examples' losses. Raises TypeError or ValueError."""
    return _slopes(network, X, Y)(checked(network, parameters))[0]


def gradients(network: Network, parameters: Parameters, X: Any, Y: Any) -> Parameters:
    """The gradient of the cost by each parameter, in its shape. Raises TypeError or ValueError."""
    return Parameters.of(_slopes(network, X, Y)(checked(network, parameters))[1])


def _slopes(network: Network, X: Any, Y: Any) -> Slopes:
    """The network's cost and its gradients for these data."""
    X = examples(network, X)
    data, it = {"X": X, "Y": labels(network, Y, X.shape[1])}, model(network)
    compiled = Compiled(it.cost, it.parameters)

    def slopes(named: Named) -> tuple[float, Named]:
        value, found = compiled({**data, **named})
        return value, {node.name: slope for node, slope in zip(it.parameters, found, strict=True)}

    return slopes
