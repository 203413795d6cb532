"""Random costs with right and wrong gradients through every oracle: a right one is no alarm, a wrong one no tick.

A cost is a program over some arrays; its gradient is made by rules of its own, by hand, one beside each operation, and
not by anything of gradcheck. Both are written in NumPy's notation, so they are evaluated by NumPy itself, in extended
precision. A program counts if differences of the cost confirm its gradient there, and a wrong variant counts if its
numbers are others than the right one's, at inputs from 1e-6 to 1e7.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import numpy as np

from gradcheck import claim, derivation, dims, gradient, real, verify
from gradcheck.notation import elu, identity, log_softmax, logsumexp, relu, sigmoid, silu, softmax, softsign
from gradcheck.verdicts import Verdict

Shape = tuple[Any, Any]
SHAPES: dict[str, Shape] = {"X": ("n", "m"), "W": ("n", "n"), "b": ("n", 1), "c": (1, "m"), "P": ("n", "m")}
SCALES = (1e-6, 1e-2, 0.3, 1.0, 1.0, 3.0, 10.0, 40.0, 400.0, 2e4, 1e7)
DRAWS = 3
LARGE = 1e100
FAR = (-300.0, -40.0, -6.0, -0.75, 0.004, 0.5, 3.0, 20.0, 60.0, 300.0, 1e4, 1e6)
NOISE = 1e-15
VISIBLE = 1e-7
"""Relative differences above this are above the resolution that reports print."""

# ---- matrices of up to four rows, which LAPACK does not take in extended precision -----------------------------------


def _cofactors(x: Any) -> Any:
    """By minors."""
    n, found = len(x), np.empty_like(x)
    for i, j in np.ndindex(n, n):
        found[i, j] = (-1) ** (i + j) * _det(np.delete(np.delete(x, i, 0), j, 1))
    return found


def _det(x: Any) -> Any:
    if not isinstance(x, np.ndarray):
        return np.linalg.det(x)
    if not len(x):
        return x.dtype.type(1)
    return sum((-1) ** j * x[0, j] * _det(np.delete(x[1:], j, 1)) for j in range(len(x)))


def _inv(x: Any) -> Any:
    return _cofactors(x).T / _det(x) if isinstance(x, np.ndarray) else np.linalg.inv(x)


def _log_det(x: Any) -> Any:
    return np.log(abs(_det(x))) if isinstance(x, np.ndarray) else np.linalg.slogdet(x)[1]


def _solve(x: Any, z: Any) -> Any:
    return _inv(x) @ z if isinstance(x, np.ndarray) else np.linalg.solve(x, z)


def _eye(x: Any) -> Any:
    return np.eye(len(x)) if isinstance(x, np.ndarray) else identity(x.shape[0])


# ---- operations: name, value, and the cotangents of the operands by hand, from (g, y, *operands) -------------------

ONE: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "-": (lambda x: -x, lambda g, y, x: -g),
    "square": (lambda x: x**2, lambda g, y, x: 2 * g * x),
    "cube": (lambda x: x**3, lambda g, y, x: 3 * g * x**2),
    "sin": (np.sin, lambda g, y, x: g * np.cos(x)),
    "cos": (np.cos, lambda g, y, x: -g * np.sin(x)),
    "tanh": (np.tanh, lambda g, y, x: g * (1 - y**2)),
    "sigmoid": (sigmoid, lambda g, y, x: g * y * (1 - y)),
    "exp": (lambda x: np.exp(x / 2), lambda g, y, x: g * y / 2),
    "log": (lambda x: np.log(1 + x**2), lambda g, y, x: g * 2 * x / (1 + x**2)),
    "sqrt": (lambda x: np.sqrt(1 + x**2), lambda g, y, x: g * x / y),
    "abs": (abs, lambda g, y, x: g * np.where(x > 0, 1, -1)),
    "relu": (relu, lambda g, y, x: g * (x > 0)),
    "clipped": (lambda x: np.clip(x, -0.75, 2), lambda g, y, x: g * (x > -0.75) * (x < 2)),
    "beside the mean of rows": (
        lambda x: (x - x.mean(axis=1, keepdims=True)) / (1 + x.var(axis=1, keepdims=True)),
        lambda g, y, x: _of_rows(g, x, 1 + x.var(axis=1, keepdims=True)),
    ),
    "beside the product of rows": (
        lambda x: x * (2 + np.sin(x)).prod(axis=1, keepdims=True),
        lambda g, y, x: _beside_product(g, x, 2 + np.sin(x)),
    ),
    "sums from the front": (
        lambda x: np.cumsum(x, axis=0),
        lambda g, y, x: np.flip(np.cumsum(np.flip(g, 0), axis=0), 0),
    ),
    "beside its rolled": (lambda x: x + np.roll(x, 1, axis=1) / 2, lambda g, y, x: g + np.roll(g, -1, axis=1) / 2),
    "times its reverse": (lambda x: x * np.flip(x, 1), lambda g, y, x: g * np.flip(x, 1) + np.flip(g * x, 1)),
    "a triangle of it": (lambda x: x + np.tril(x) * x, lambda g, y, x: g + 2 * np.tril(g * x)),
    "tiled": (lambda x: np.tile(x, (1, 1)) * np.repeat(x, 1, axis=0), lambda g, y, x: 2 * g * x),
    "silu": (silu, lambda g, y, x: g * sigmoid(x) * (1 + x * sigmoid(-x))),
    "elu": (elu, lambda g, y, x: g * np.where(x > 0, 1, np.exp(np.minimum(x, 0)))),
    "gelu of tanh": (lambda x: x * (1 + np.tanh(0.8 * x)) / 2, lambda g, y, x: g * _gelu_slope(0.8 * x)),
    "softsign": (softsign, lambda g, y, x: g / (1 + abs(x)) ** 2),
    "softmax of columns": (lambda x: softmax(x, axis=0), lambda g, y, x: y * (g - (g * y).sum(axis=0, keepdims=True))),
    "log softmax of rows": (
        lambda x: log_softmax(x, axis=1),
        lambda g, y, x: g - np.exp(y) * g.sum(axis=1, keepdims=True),
    ),
    "beside the log of the sum of exponentials": (
        lambda x: x * logsumexp(x, axis=0, keepdims=True),
        lambda g, y, x: (
            g * logsumexp(x, axis=0, keepdims=True) + softmax(x, axis=0) * (g * x).sum(axis=0, keepdims=True)
        ),
    ),
    "softmax of rows behind a mask": (
        lambda x: softmax(_masked(x), axis=1),
        lambda g, y, x: y * (g - (g * y).sum(axis=1, keepdims=True)),
    ),
    "beside the log of the sum behind a mask": (
        lambda x: x * logsumexp(_masked(x), axis=1, keepdims=True),
        lambda g, y, x: (
            g * logsumexp(_masked(x), axis=1, keepdims=True)
            + softmax(_masked(x), axis=1) * (g * x).sum(axis=1, keepdims=True)
        ),
    ),
    "below the largest behind a mask": (
        lambda x: np.exp(_masked(x) - _masked(x).max(axis=1, keepdims=True)),
        lambda g, y, x: (
            g * y - np.tril(x >= _masked(x).max(axis=1, keepdims=True)) * (g * y).sum(axis=1, keepdims=True)
        ),
    ),
    "beside the sum of what a mask leaves": (
        lambda x: x * (x[x > 0.1] ** 2).sum(),
        lambda g, y, x: g * (x[x > 0.1] ** 2).sum() + 2 * x * (x > 0.1) * (g * x).sum(),
    ),
    "below the largest": (
        lambda x: x - x.max(axis=0, keepdims=True),
        lambda g, y, x: g - (x >= x.max(axis=0, keepdims=True)) * g.sum(axis=0, keepdims=True),
    ),
    "beside the smallest": (
        lambda x: x * x.min(axis=1, keepdims=True),
        lambda g, y, x: (
            g * x.min(axis=1, keepdims=True) + (x <= x.min(axis=1, keepdims=True)) * (g * x).sum(axis=1, keepdims=True)
        ),
    ),
}
norm = np.linalg.norm
ONE |= {
    "columns of length 1": (
        lambda x: x / norm(x, axis=0, keepdims=True),
        lambda g, y, x: (g - y * (g * y).sum(axis=0, keepdims=True)) / norm(x, axis=0, keepdims=True),
    ),
    "beside the sums of sizes": (
        lambda x: x * norm(x, 1, axis=1, keepdims=True),
        lambda g, y, x: g * norm(x, 1, axis=1, keepdims=True) + (2 * (x > 0) - 1) * (g * x).sum(axis=1, keepdims=True),
    ),
    "over the root of all squares": (lambda x: x / norm(x), lambda g, y, x: (g - y * (g * y).sum()) / norm(x)),
}
SQUARE: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "inverse": (_inv, lambda g, y, x: -y.T @ g @ y.T),
    "inverse beside 1": (lambda x: _inv(_eye(x) + x @ x.T), lambda g, y, x: -(y @ (g + g.T) @ y) @ x),
    "beside the determinant": (lambda x: x * _det(x), lambda g, y, x: _det(x) * (g + (g * x).sum() * _inv(x).T)),
    "beside its log": (lambda x: x * _log_det(x), lambda g, y, x: g * _log_det(x) + (g * x).sum() * _inv(x).T),
    "beside the trace": (lambda x: x * np.trace(x), lambda g, y, x: g * np.trace(x) + (g * x).sum() * _eye(x)),
    "squared": (lambda x: np.linalg.matrix_power(x, 2), lambda g, y, x: g @ x.T + x.T @ g),
}
ONE |= SQUARE
SOLVE = (_solve, lambda g, y, x, z: (-_inv(x).T @ g @ y.T, _inv(x).T @ g))


def _masked(x: Any) -> Any:
    """Behind a causal mask."""
    return np.where(np.tri(*x.shape, like=x) > 0, x, -np.inf)


def _of_rows(g: Any, x: Any, spread: Any) -> Any:
    """The cotangent of (x - mean) / (1 + var) along rows."""
    beside = x - x.mean(axis=1, keepdims=True)
    along = (g * beside).sum(axis=1, keepdims=True) / spread**2
    return (g - g.mean(axis=1, keepdims=True)) / spread - along * beside * 2 / x.shape[1]


def _beside_product(g: Any, x: Any, factors: Any) -> Any:
    """The cotangent of x Π (2 + sin x) along rows."""
    product = factors.prod(axis=1, keepdims=True)
    return g * product + (g * x).sum(axis=1, keepdims=True) * product / factors * np.cos(x)


def _gelu_slope(u: Any) -> Any:
    """The slope of x (1 + tanh u) / 2 with u = 0.8 x."""
    return (1 + np.tanh(u)) / 2 + u * (1 - np.tanh(u) ** 2) / 2


TWO: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "+": (lambda x, z: x + z, lambda g, y, x, z: (g, g)),
    "−": (lambda x, z: x - z, lambda g, y, x, z: (g, -g)),
    "*": (lambda x, z: x * z, lambda g, y, x, z: (g * z, g * x)),
    "/": (lambda x, z: x / (2 + z**2), lambda g, y, x, z: (g / (2 + z**2), -2 * g * x * z / (2 + z**2) ** 2)),
    "hypot": (lambda x, z: np.hypot(x, 1 + z**2), lambda g, y, x, z: (g * x / y, g * 2 * z * (1 + z**2) / y)),
    "logaddexp": (np.logaddexp, lambda g, y, x, z: (g * sigmoid(x - z), g * sigmoid(z - x))),
    "max": (np.maximum, lambda g, y, x, z: (g * (x > z), g * (1 - 1 * (x > z)))),
    "min": (np.minimum, lambda g, y, x, z: (g * (x < z), g * (1 - 1 * (x < z)))),
}
AT: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "below": (np.minimum, lambda g, x, t: g * (x < t)),
    "above": (np.maximum, lambda g, x, t: g * (x > t)),
    "hinge": (lambda x, t: np.maximum(0, t - x), lambda g, x, t: -g * (x < t)),
    "distance": (lambda x, t: abs(x - t), lambda g, x, t: g * np.where(x > t, 1, -1)),
    "where": (lambda x, t: np.where(x > t, x**2, x / 3), lambda g, x, t: g * np.where(x > t, 2 * x, 1 / 3)),
    "mask": (lambda x, t: x * (x > t), lambda g, x, t: g * (x > t)),
    "clip": (
        lambda x, t: np.minimum(np.maximum(x, -abs(t)), abs(t)),
        lambda g, x, t: g * ((x > -abs(t)) & (x < abs(t))) if isinstance(x, np.ndarray) else g * (abs(x) < abs(t)),
    ),
}


class Program:
    """A cost and its gradient by one of its inputs, on arrays of any kind."""

    def __init__(self, random: Random) -> None:
        self.shapes, self.steps = list(SHAPES.values()), []
        for _ in range(random.randint(1, 4)):
            self._add(random)
        self.by = random.choice(sorted(self._used()))

    def _add(self, random: Random) -> None:
        count, kind = len(self.shapes), random.random()
        i = random.choice([*range(count), *range(len(SHAPES), count)])
        shape = self.shapes[i]
        if kind < 0.3:
            names = [name for name in ONE if name not in SQUARE]
            self._append(random.choice(list(SQUARE) if shape == SHAPES["W"] else names), (i,), shape)
        elif kind < 0.5:
            self._append(random.choice(list(AT)), (i, random.choice(FAR)), shape)
        elif kind < 0.8:
            fitting = [
                j
                for j in range(count)
                if all(a in (b, 1) or b == 1 for a, b in zip(shape, self.shapes[j], strict=True))
            ]
            j = random.choice(fitting)
            both = tuple(b if a == 1 else a for a, b in zip(shape, self.shapes[j], strict=True))
            self._append(random.choice(list(TWO)), (i, j), both)
        else:
            fitting = [j for j in range(count) if self.shapes[j][0] == shape[1] != 1]
            if fitting:
                j = random.choice(fitting)
                is_solved = shape == SHAPES["W"] and random.random() < 0.5
                self._append("solve" if is_solved else "@", (i, j), (shape[0], self.shapes[j][1]))

    def _append(self, name: str, operands: tuple[Any, ...], shape: Shape) -> None:
        self.steps.append((name, operands))
        self.shapes.append(shape)

    def _used(self) -> set[int]:
        """The inputs that reach the last value."""
        used = {len(self.shapes) - 1}
        for k in range(len(self.shapes) - 1, len(SHAPES) - 1, -1):
            name, operands = self.steps[k - len(SHAPES)]
            if k in used:
                used |= {operands[0]} if name in AT else set(operands)
        return {k for k in used if k < len(SHAPES)}

    def values(self, inputs: Sequence[Any]) -> list[Any]:
        found = list(inputs)
        for name, operands in self.steps:
            if name in AT:
                found.append(AT[name][0](found[operands[0]], operands[1]))
            elif name == "@":
                found.append(found[operands[0]] @ found[operands[1]])
            elif name == "solve":
                found.append(SOLVE[0](*(found[k] for k in operands)))
            else:
                found.append((ONE.get(name) or TWO[name])[0](*(found[k] for k in operands)))
        return found

    def cost(self, inputs: Sequence[Any]) -> Any:
        return self.values(inputs)[-1].sum()

    def gradient(self, inputs: Sequence[Any]) -> Any:
        values = self.values(inputs)
        incoming: dict[int, Any] = {len(values) - 1: 1 + 0 * values[-1]}
        for k in range(len(values) - 1, len(SHAPES) - 1, -1):
            if k in incoming:
                for operand, cotangent in self._back(k, incoming[k], values):
                    cotangent = self._summed(cotangent, self.shapes[k], self.shapes[operand])
                    incoming[operand] = incoming[operand] + cotangent if operand in incoming else cotangent
        return incoming[self.by]

    def _back(self, k: int, g: Any, values: list[Any]) -> list[tuple[int, Any]]:
        name, operands = self.steps[k - len(SHAPES)]
        if name in AT:
            return [(operands[0], AT[name][1](g, values[operands[0]], operands[1]))]
        if name == "@":
            left, right = (values[i] for i in operands)
            return list(zip(operands, (g @ right.T, left.T @ g), strict=True))
        if name == "solve":
            return list(zip(operands, SOLVE[1](g, values[k], *(values[i] for i in operands)), strict=True))
        if name in ONE:
            return [(operands[0], ONE[name][1](g, values[k], values[operands[0]]))]
        return list(zip(operands, TWO[name][1](g, values[k], *(values[i] for i in operands)), strict=True))

    def _summed(self, g: Any, shape: Shape, wanted: Shape) -> Any:
        for axis in (0, 1):
            if wanted[axis] == 1 != shape[axis]:
                g = g.sum(axis=axis, keepdims=True)
        return g


# ---- wrong variants ------------------------------------------------------------------------------------------------


def _where(condition: Callable[[Any], Any], factor: Any) -> Callable[[Any, Sequence[Any], Any], Any]:
    return lambda right, inputs, y: np.where(condition(y), factor * right, right)


def variants(random: Random) -> tuple[str, Callable[[Any, Sequence[Any], Any], Any]]:
    """A way to get it wrong: (what it is called, the wrong form of the right one, the inputs and one that fits)."""
    t, k = random.choice(FAR), random.choice([2, -1, 0.5, 1.0001])
    ways: dict[str, Callable[[Any, Sequence[Any], Any], Any]] = {
        "factor": lambda right, inputs, y: k * right,
        "above": _where(lambda y: y > t, k),
        "below": _where(lambda y: y < t, k),
        "band": _where(lambda y: abs(y - t) < abs(t) / 100, k),
        "near 0": _where(lambda y: abs(y) < abs(t) / 1e4, k),
        "between": _where(lambda y: abs(y - 1.05 * t) < abs(t) / 20, k),
        "term": lambda right, inputs, y: right + 1e-3 * np.maximum(0, y - abs(t)),
        "tiny term": lambda right, inputs, y: right + 1e-6 * np.sin(y),
        "mask": lambda right, inputs, y: right * (y > -1e6 * abs(t)),
    }
    name = random.choice(list(ways))
    return name, ways[name]


# ---- the truth -----------------------------------------------------------------------------------------------------


def _drawn(random: Random) -> list[list[Any]]:
    """Inputs at all scales, together and mixed."""
    rng, found = np.random.default_rng(random.getrandbits(32)), []
    for scale in SCALES:
        for _ in range(DRAWS):
            n, m = rng.integers(1, 5, 2)
            sizes = {"n": n, "m": m, 1: 1}
            mixed = rng.choice([1.0, 1.0, scale], len(SHAPES)) if rng.random() < 0.5 else np.ones(len(SHAPES))
            arrays = (rng.standard_normal((sizes[a], sizes[b])) for a, b in SHAPES.values())
            found.append([np.longdouble(x * scale / s) for x, s in zip(arrays, mixed, strict=True)])
    return found


def _is_right(program: Program, points: list[list[Any]], random: Random) -> bool:
    """Whether differences of the cost confirm the gradient, where a kink is not near, at inputs of moderate size."""
    confirmed = 0
    for inputs in points[2 * DRAWS : 7 * DRAWS]:
        x, i = inputs[program.by], random.randrange(inputs[program.by].size)
        h = 1e-6 * max(1.0, abs(float(x.flat[i])))
        costs = []
        for sign in (1, -1):
            moved = [v.copy() for v in inputs]
            moved[program.by].flat[i] += sign * h
            costs.append(program.cost(moved))
        slope, right = (costs[0] - costs[1]) / (2 * h), program.gradient(inputs).flat[i]
        noise = 1e-12 * abs(costs[0]) + 1e-5 * (abs(slope) + abs(right)) + 1e-8
        confirmed += bool(abs(slope - right) <= noise)
    return confirmed >= 4 * DRAWS  # a kink may lie between


def _vanishes(program: Program, points: list[list[Any]]) -> bool:
    """Whether the gradient is 0 but for rounding, as that of the sum of a softmax: a factor of it is as right."""
    moderate = points[2 * DRAWS : 7 * DRAWS]
    return all(np.max(np.abs(program.gradient(inputs))) < NOISE for inputs in moderate)


def _gap(right: list[Any], wrong: list[Any]) -> float:
    """The largest relative difference of an entry that is not lost beside the others."""
    gaps = [0.0]
    for a, b in zip(right, wrong, strict=True):
        size = np.max(np.abs(a)) if np.all(np.isfinite(a)) and np.all(np.isfinite(b)) else np.inf
        if 0 < size < LARGE:
            gap = np.abs(a - b)
            relative = gap / np.maximum(np.abs(a), np.abs(b) + 1e-300)
            gaps.append(float(np.max(np.where(gap > 1e-6 * size, relative, 0))))
    return max(gaps)


# ---- a case --------------------------------------------------------------------------------------------------------


def _verdict(program: Program, wrong: Callable[[Any, Sequence[Any], Any], Any] | None, by: int) -> tuple[str, str]:
    """What gradcheck says of the gradient, or of a wrong variant of it."""

    def written() -> Any:
        sizes = {**dict(zip("nm", dims("n m"), strict=True)), 1: 1}
        inputs = [real(name, sizes[a], sizes[b]) for name, (a, b) in SHAPES.items()]
        right = program.gradient(inputs)
        step = right if wrong is None else wrong(right, inputs, inputs[by])
        yield claim(gradient(program.cost(inputs), inputs[program.by]), step)

    report = verify(derivation(source="fuzz")(written))
    for step in report.steps:
        return step.judgement.verdict.value, step.judgement.message
    return "problem", "; ".join(map(str, report.all_problems))


def case(random: Random) -> tuple[str, str]:
    """One cost with its right gradient, or with a wrong one: what it was, and a complaint if the verdict is wrong."""
    with np.errstate(all="ignore"):
        program, points = Program(random), _drawn(random)
        if not program.steps or not _is_right(program, points, random) or _vanishes(program, points):
            return "passed over", ""
        if random.random() < 0.4:
            verdict, words = _verdict(program, None, 0)
            bad = verdict in (Verdict.REFUTED.value, Verdict.ILL_SHAPED.value, Verdict.HARNESS_ERROR.value, "problem")
            return f"right: {verdict}", f"right {program.steps} by {program.by}: {words}" if bad else ""
        name, wrong = variants(random)
        fitting = [k for k, shape in enumerate(SHAPES.values()) if shape == SHAPES[list(SHAPES)[program.by]]]
        by = random.choice(fitting)
        right = [program.gradient(inputs) for inputs in points]
        gap = _gap(right, [wrong(r, inputs, inputs[by]) for r, inputs in zip(right, points, strict=True)])
    if gap <= VISIBLE:
        return "passed over", ""
    verdict, words = _verdict(program, wrong, by)
    bad = verdict not in (Verdict.REFUTED.value, Verdict.UNDECIDED.value)
    complaint = f"{name} with y = {by} is {verdict}, {gap:.1g} off: {program.steps} by {program.by}: {words}"
    return f"wrong: {verdict}", complaint if bad else ""
