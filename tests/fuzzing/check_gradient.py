"""Random functions of an array, right and wrong gradients: no right one is refuted, no wrong one agrees unseen.

A function is a tree, computed by NumPy for check_gradient and in dual numbers of 60 digits for the truth. A right
gradient is the truth, rounded; a wrong one agrees only if its error is below the resolution that the report prints.
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import mpmath
import numpy as np

from gradcheck import check_gradient

Tree = Any
"""The place of an entry, a float, or a tuple: an operation, and trees."""

DIGITS = 60
DEPTH = 4
LARGEST = 1e100
"""Values and slopes beyond it are no case: somebody would see that."""
KNOWN = {np.float64: 1e-8, np.float32: 1e-4}
"""By how much a gradient may change from one number to the next, relative to its largest entry."""
BESIDE = 1.01
"""How far above the printed resolution an error has to be: the resolution itself is rounded."""

# ---- numbers with their derivatives ------------------------------------------------------------------------------


class AtKink(Exception):
    """The point lies where a piece has no derivative."""


@dataclass(frozen=True)
class Dual:
    """A value and its gradient, in many digits."""

    value: Any
    slopes: tuple[Any, ...]

    def through(self, value: Any, factor: Any) -> Dual:
        return Dual(value, tuple(factor * slope for slope in self.slopes))

    def __add__(self, other: Dual) -> Dual:
        return Dual(self.value + other.value, tuple(map(operator.add, self.slopes, other.slopes)))

    def __mul__(self, other: Dual) -> Dual:
        mixed = zip(self.slopes, other.slopes, strict=True)
        return Dual(self.value * other.value, tuple(a * other.value + self.value * b for a, b in mixed))

    def __sub__(self, other: Dual) -> Dual:
        return self + other.through(-other.value, -1)


def _abs(z: Dual) -> Dual:
    if z.value == 0:
        raise AtKink
    return z.through(abs(z.value), mpmath.sign(z.value))


def _log(z: Dual) -> Dual:
    if z.value <= 0:
        raise ArithmeticError
    return z.through(mpmath.log(z.value), 1 / z.value)


def _sqrt(z: Dual) -> Dual:
    if z.value <= 0:
        raise ArithmeticError
    return z.through(mpmath.sqrt(z.value), 1 / (2 * mpmath.sqrt(z.value)))


def _exp(z: Dual) -> Dual:
    if z.value > 300:
        raise ArithmeticError
    return z.through(mpmath.exp(z.value), mpmath.exp(z.value))


def _relu(z: Dual) -> Dual:
    if z.value == 0:
        raise AtKink
    return z.through(max(z.value, mpmath.mpf(0)), mpmath.mpf(z.value > 0))


def _maximum(a: Dual, b: Dual) -> Dual:
    if a.value == b.value:
        raise AtKink
    return a if a.value > b.value else b


def _sigmoid(z: Dual) -> Dual:
    value = 1 / (1 + mpmath.exp(-z.value))
    return z.through(value, value * (1 - value))


def _softplus(z: Dual) -> Dual:
    return z.through(mpmath.log1p(mpmath.exp(z.value)), 1 / (1 + mpmath.exp(-z.value)))


ONE: dict[str, tuple[Callable[[Any], Any], Callable[[Dual], Dual]]] = {
    "sin": (np.sin, lambda z: z.through(mpmath.sin(z.value), mpmath.cos(z.value))),
    "exp": (np.exp, _exp),
    "log": (np.log, _log),
    "sqrt": (np.sqrt, _sqrt),
    "abs": (np.abs, _abs),
    "relu": (lambda z: np.maximum(z, 0), _relu),
    "tanh": (np.tanh, lambda z: z.through(mpmath.tanh(z.value), 1 - mpmath.tanh(z.value) ** 2)),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), _sigmoid),
    "softplus": (lambda z: np.log(1 + np.exp(z)), _softplus),
    "square": (lambda z: z**2, lambda z: z * z),
    "inverse": (lambda z: 1 / z, lambda z: z.through(1 / z.value, -1 / z.value**2)),
    "1 -": (lambda z: 1 - z, lambda z: z.through(1 - z.value, -1)),
}
TWO: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Dual, Dual], Dual]]] = {
    "+": (operator.add, operator.add),
    "-": (operator.sub, operator.sub),
    "*": (operator.mul, operator.mul),
    "max": (np.maximum, _maximum),
}
OPERATIONS = {**ONE, **TWO}


# ---- functions and points ----------------------------------------------------------------------------------------


def tree(random: Any, size: int, depth: int) -> Tree:
    if depth == 0 or random.random() < 0.1:
        return random.randrange(size) if random.random() < 0.85 else round(random.uniform(-3, 3), 2)
    if random.random() < 0.55:
        return random.choice(list(ONE)), tree(random, size, depth - 1)
    return random.choice(list(TWO)), tree(random, size, depth - 1), tree(random, size, depth - 1)


def _value(node: Tree, w: Any) -> Any:
    match node:
        case int():
            return w[node]
        case float():
            return w.dtype.type(node)
    name, *parts = node
    return OPERATIONS[name][0](*(_value(part, w) for part in parts))


def _dual(node: Tree, w: list[Dual]) -> Dual:
    match node:
        case int():
            return w[node]
        case float():
            return Dual(mpmath.mpf(node), tuple(0 * slope for slope in w[0].slopes))
    name, *parts = node
    return OPERATIONS[name][1](*(_dual(part, w) for part in parts))


def truth(node: Tree, point: Any) -> tuple[float, Any]:
    """The value and the gradient, rounded to floats. Raises AtKink or ArithmeticError where there is none."""
    with mpmath.workdps(DIGITS):
        axes = range(point.size)
        w = [Dual(mpmath.mpf(float(x)), tuple(mpmath.mpf(i == j) for j in axes)) for i, x in enumerate(point)]
        found = _dual(node, w)
        return float(found.value), np.array([float(slope) for slope in found.slopes])


SCALES: dict[str, Callable[[Any, Any], Any]] = {
    "unit": lambda random, w: w,
    "tiny": lambda random, w: 1e-6 * w,
    "large": lambda random, w: 30 * w,
    "saturated": lambda random, w: 8 * w,
    "mixed": lambda random, w: w * np.array([10.0 ** random.uniform(-6, 2) for _ in w]),
    "near 0": lambda random, w: w * np.array([random.choice([1e-9, 1.0]) for _ in w]),
    "equal": lambda random, w: 0 * w + w[0],
    "single precision": lambda random, w: w.astype(np.float32),
}


ROUNDED: dict[str, Callable[[Any], Any]] = {
    "3 decimals": lambda value: np.round(value, 3),
    "6 decimals": lambda value: np.round(value, 6),
    "9 decimals": lambda value: np.round(value, 9),
    "single": lambda value: float(np.float32(value)),
    "float32": np.float32,
}
"""What somebody does with a loss before it is returned."""


def wrong(random: Any, right: Any) -> Any:
    """The gradient with an error in it: in one entry or in all, large or small."""
    result, largest = right.copy(), float(np.abs(right).max())
    size = random.choice([1.0, 1e-1, 1e-2, 1e-3, 1e-4, 1e-5])
    i = random.randrange(right.size)
    match random.randrange(5):
        case 0:
            return right * (1 + size)
        case 1:
            result[i] *= 1 + size
        case 2:
            result[i] += size * largest
        case 3:
            result[i] *= -1
        case 4:
            return -right
    return result


# ---- what has to hold --------------------------------------------------------------------------------------------


def case(random: Any) -> tuple[str, str]:
    """What the case was, and a complaint or an empty text."""
    size, scale = random.randint(1, 4), random.choice(list(SCALES))
    node, finish = tree(random, size, DEPTH), random.choice(list(ROUNDED)) if random.random() < 0.2 else ""
    point = SCALES[scale](random, np.array([random.gauss(0, 1) for _ in range(size)]))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            value, right = truth(node, point)
        except (ArithmeticError, ValueError, AtKink):
            return "no case", ""

        def f(w: Any) -> Any:
            return ROUNDED.get(finish, float)(_value(node, w))

        computed = float(_value(node, point))
        if not (_is_shown(value, right, float(f(point))) and _is_known(node, point, right, computed)):
            return "no case", ""
        if finish and not _moves(f, point):
            return "no case", ""
        return _judged(random, node, f, right.astype(point.dtype), point, f"{scale}{finish and ', '}{finish}")


def _is_shown(value: float, right: Any, computed: float) -> bool:
    """Whether there are values and a gradient at all."""
    numbers = np.array([value, computed, *right])
    return bool(np.all(np.isfinite(numbers)) and np.all(np.abs(numbers) < LARGEST) and np.any(right != 0))


def _is_known(node: Tree, point: Any, right: Any, computed: float) -> bool:
    """Whether the gradient is that of the numbers next to the point, too, and f has any right digits there.

    sin(exp(40)) is another number at the next one; no digits are left of sqrt(log(1 + exp(-40))).
    """
    try:
        value, _ = truth(node, point)
        _, near = truth(node, np.nextafter(point, np.inf))
        _, below = truth(node, np.nextafter(point, -np.inf))
    except (ArithmeticError, ValueError, AtKink):
        return False
    off = max(np.abs(near - right).max(), np.abs(below - right).max())
    return bool(off <= KNOWN[point.dtype.type] * np.abs(right).max() and abs(computed - value) <= 0.5 * abs(value))


def _moves(f: Any, point: Any) -> bool:
    """Whether a rounded loss has another value anywhere: if not, it is a constant, whose gradient is 0."""
    far = (sign * 2.0**k for k in range(-8, 32, 4) for sign in (-1, 1))
    return any(float(f((point * t).astype(point.dtype))) != float(f(point)) for t in far)


def _judged(random: Any, node: Tree, f: Any, right: Any, point: Any, scale: str) -> tuple[str, str]:
    at = f"{scale}, {node} at {point.tolist()}"
    report = check_gradient(f, lambda w: right, point)
    if report.verdict == "refuted":
        return f"{scale}: right refuted", f"right gradient {right.tolist()} refuted: {report!r}; {at}"
    claim = wrong(random, right.astype(float))
    error = float(np.abs(claim - right).max() / max(np.abs(claim).max(), np.abs(right).max()))
    said = check_gradient(f, lambda w: claim, point)
    if said.verdict == "agrees" and error > BESIDE * said.resolution:
        return (
            f"{scale}: wrong agrees",
            f"{claim.tolist()} for {right.tolist()} agrees, off by {error:.1e}: {said}; {at}",
        )
    return f"{scale}: right {report.verdict}, wrong {said.verdict}", ""
