"""Gradients of NumPy functions whose labels are certain: wrong ones that change values, and right ones at hard points.

A case is what somebody would hand to a checker: f, grad, and the arrays at which they are compared. Every label is
checked here against derivatives that no backward pass was used for: complex steps of the cost in extended precision
(Squire & Trapp 1998; an imaginary step has no cancellation, and no kink lies in its way). Where the formula itself
loses its digits in double precision, there is no case: a checker could rightly say both.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
from networks import NETWORKS, STABLE, TEXTBOOK, Mistake, Network, mistakes

Values = np.ndarray[Any, np.dtype[Any]]
COMPLEX_STEP = 1e-200
LOST = 1e-8
"""A right gradient that is off by more than this, relative to each array's largest entry, has lost its digits."""
SEEN = 1e-6
"""A mistake changes values if grad is then off by more than this, relative to the largest entry of some array."""
TRAINING_STEPS, LEARNING_RATE = 400, 0.5


@dataclass(frozen=True)
class Case:
    """One gradient to check.

    kind: the mistake, or what makes a right gradient hard. f: float64 arrays in, a float out. grad: a tuple of arrays
    out. change: by how much grad differs from the truth, relative to the largest entry of each array, the worst array
    counting; rounding error where grad is right. mistake, layer: None and 0 where grad is right.
    """

    kind: str
    regime: str
    network: Network
    X: Values
    Y: Values
    args: tuple[Values, ...]
    change: float
    mistake: Mistake | None = None
    layer: int = 0

    @property
    def name(self) -> str:
        return " | ".join(part for part in (self.network.name, self.kind, self.regime) if part)

    @property
    def wrong(self) -> bool:
        return self.mistake is not None

    def f(self, *args: Values) -> float:
        with np.errstate(all="ignore"):
            return self.network.cost(self.X, self.Y, *args).item()

    def grad(self, *args: Values) -> tuple[Values, ...]:
        with np.errstate(all="ignore"):
            return self.network.gradient(self.X, self.Y, *args, rules=self.mistake and self.mistake.rules(self.layer))


# ---- points ------------------------------------------------------------------------------------------------------

Place = tuple[Values, Values, tuple[Values, ...]]
"""X, Y and the parameters W1, b1, W2, …"""


def rng_of(*words: str) -> np.random.Generator:
    """Random numbers that are keyed by names, so that a new case moves no other."""
    return np.random.default_rng(zlib.crc32("|".join(words).encode()))


def fresh(net: Network, *words: str) -> Place:
    """Everything standard normal; labels random."""
    rng = rng_of(net.name, *words)
    *widths, m = (number for _, number in net.sizes)
    X = rng.standard_normal((widths[0], m))
    sizes = [size for n, k in zip(widths[1:], widths, strict=False) for size in ((n, k), (n, 1))]
    parameters = tuple(rng.standard_normal(size) for size in sizes)
    return X, labels(net, rng, widths[-1], m), parameters


def labels(net: Network, rng: np.random.Generator, n: int, m: int) -> Values:
    if net.loss.labels == "one_hot":
        return np.eye(n)[rng.integers(n, size=m)].T
    return rng.integers(2, size=(n, m)).astype(float) if net.loss.labels == "bits" else rng.standard_normal((n, m))


def scaled(net: Network, *, by: float, inputs: float = 1.0) -> Place:
    """All parameters times a factor, and the inputs times another."""
    X, Y, parameters = fresh(net, f"{by:g}")
    return inputs * X, Y, tuple(by * p for p in parameters)


def trained(net: Network) -> Place:
    """Near a minimum: a few hundred steps of gradient descent. Kinks are near there, and gradients are small."""
    X, Y, parameters = fresh(net, "trained")
    with np.errstate(all="ignore"):
        for _ in range(TRAINING_STEPS):
            gradients = net.gradient(X, Y, *parameters)
            rate = LEARNING_RATE / max(1.0, *(float(np.abs(g).max()) for g in gradients))
            parameters = tuple(p - rate * g for p, g in zip(parameters, gradients, strict=True))
    return X, Y, parameters


def kink_near_by(net: Network, distance: float, layer: int) -> Place:
    """One unit's argument for one example is this far from 0."""
    X, Y, parameters = fresh(net, f"kink {distance:g}")
    changed = list(parameters)
    Z = net.forward(X, Y, *parameters).Z[layer]
    changed[2 * layer - 1] = parameters[2 * layer - 1].copy()
    changed[2 * layer - 1][0, 0] += distance - Z[0, 0]
    return X, Y, tuple(changed)


def with_equal_units(net: Network) -> Place:
    X, Y, parameters = fresh(net, "equal units")
    return X, Y, tuple(np.full_like(p, 0.5 if i % 2 == 0 else 0.1) for i, p in enumerate(parameters))


def with_equal_examples(net: Network) -> Place:
    X, Y, parameters = fresh(net, "equal examples")
    return X[:, :1] + 0 * X, Y[:, :1] + 0 * Y, parameters


def with_zeros(net: Network, zero: Callable[[int], bool]) -> Place:
    """The parameters of the positions chosen (0 for W1, 1 for b1, …) are 0."""
    X, Y, parameters = fresh(net, "zeros")
    return X, Y, tuple(0 * p if zero(i) else p for i, p in enumerate(parameters))


@cache
def regimes(net: Network) -> dict[str, Place]:
    """Where mistakes are looked for."""
    return {
        "fresh": fresh(net),
        "trained": trained(net),
        "weights of 0.01": scaled(net, by=0.01),
        "weights of 10": scaled(net, by=10.0),
        "weights of 1e-6": scaled(net, by=1e-6),
        "saturated, weights of 60": scaled(net, by=60.0),
    }


# ---- the truth ---------------------------------------------------------------------------------------------------


def reference(net: Network, place: Place) -> tuple[Values, ...]:
    """The gradient by complex steps of the cost in extended precision.

    The textbook's log(1 - a) is replaced by the same function of z, which keeps its digits.
    """
    net = replace(net, loss=STABLE) if net.loss is TEXTBOOK else net
    X, Y, *parameters = (a.astype(np.clongdouble) for a in (place[0], place[1], *place[2]))
    gradients = []
    for i, parameter in enumerate(parameters):
        gradient = np.empty(parameter.shape, np.longdouble)
        for entry in np.ndindex(parameter.shape):
            moved = parameter.copy()
            moved[entry] += 1j * COMPLEX_STEP
            gradient[entry] = net.cost(X, Y, *parameters[:i], moved, *parameters[i + 1 :]).imag / COMPLEX_STEP
        gradients.append(gradient)
    return tuple(gradients)


def relative_change(values: Sequence[Values], truth: Sequence[Values]) -> float:
    """The largest difference, relative to the largest entry of each array; NaN where something is not finite."""
    worst = 0.0
    for value, true in zip(values, truth, strict=True):
        gap, size = np.abs(value - true).max(), np.abs(true).max()
        with np.errstate(all="ignore"):
            worst = max(worst, float(gap / size)) if gap else worst
        if not np.isfinite(value).all():
            return float("nan")
    return worst


@cache
def truth_in(net: Network, regime: str) -> tuple[tuple[Values, ...], float]:
    """The gradient in a regime, and what the right formula is off by; NaN where the cost is not finite."""
    return _truth_at(net, regimes(net)[regime])


def _truth_at(net: Network, place: Place) -> tuple[tuple[Values, ...], float]:
    right = Case("", "", net, *place, 0.0)
    with np.errstate(all="ignore"):
        truth = reference(net, place)
    if not np.isfinite(right.f(*place[2])):
        return truth, float("nan")
    return truth, relative_change(right.grad(*place[2]), truth)


# ---- cases -------------------------------------------------------------------------------------------------------


def wrong_cases() -> Iterator[Case]:
    """One case for each mistake and network; regimes take turns, or else the first in which it changes values."""
    for turn, (net, mistake, layer) in enumerate(mistakes()):
        names = list(regimes(net))
        order = [names[turn % len(names)], *names]
        found = next(filter(None, (_wrong(net, mistake, layer, regime) for regime in order)), None)
        if found is not None:
            yield found


def _wrong(net: Network, mistake: Mistake, layer: int, regime: str) -> Case | None:
    place = regimes(net)[regime]
    truth, off = truth_in(net, regime)
    case = Case(mistake.kind, f"layer {layer}, {regime}", net, *place, 0.0, mistake, layer)
    change = relative_change(case.grad(*case.args), truth)
    return replace(case, change=change) if off <= LOST and change > SEEN else None


def hard_points(net: Network) -> Iterator[tuple[str, Network, Place]]:
    """What makes it hard to see that a right gradient is right, and where that is so."""
    yield "ordinary", net, fresh(net)
    yield "near a minimum", net, trained(net)
    for by in (10.0, 20.0, 60.0):
        yield f"saturated, weights times {by:g}", net, scaled(net, by=by)
    for by in (0.01, 1e-6, 1e3, 1e6):
        yield f"weights times {by:g}", net, scaled(net, by=by)
    yield "inputs of 1e6, weights of 1e-6", net, scaled(net, by=1e-6, inputs=1e6)
    yield "inputs of 1e-6", net, scaled(net, by=1.0, inputs=1e-6)
    yield "equal units", net, with_equal_units(net)
    yield "equal examples", net, with_equal_examples(net)
    yield "biases of 0", net, with_zeros(net, lambda i: i % 2 == 1)
    if not net.is_square:
        one = replace(net, sizes=(*net.sizes[:-1], ("m", 1)))
        yield "one example", one, fresh(one, "one example")
    if net.depth > 1:
        yield "last weights of 0", net, with_zeros(net, lambda i: i == 2 * net.depth - 2)
        yield from _hard_hidden(net)


def _hard_hidden(net: Network) -> Iterator[tuple[str, Network, Place]]:
    if not net.is_square:
        one = replace(net, sizes=(net.sizes[0], *((name, 1) for name, _ in net.sizes[1:-2]), *net.sizes[-2:]))
        yield "one unit", one, fresh(one, "one unit")
    if not net.hidden.has_kink:
        yield "all parameters 0", net, with_zeros(net, lambda i: True)
        return
    for k in range(5, 13):
        distance = 10.0**-k * (-1 if k % 2 else 1)
        yield f"{distance:g} from a kink", net, kink_near_by(net, distance, 1 + k % (net.depth - 1))


def right_cases() -> Iterator[Case]:
    """The right gradients of all networks at ordinary and hard points, unless their digits are lost there."""
    for net in NETWORKS:
        for kind, resized, place in hard_points(net):
            _, off = _truth_at(resized, place)
            if off <= LOST:
                yield Case(kind, "", resized, *place, off)


@cache
def corpus() -> tuple[Case, ...]:
    """All cases, wrong ones first."""
    return (*wrong_cases(), *right_cases())
