"""Training as evidence: the formulas of a derivation drive gradient descent in place of the engine's gradients.

Right formulas give the engine's descent to rounding, wrong ones another one. This proves nothing; it shows what a
mistake does.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from gradcheck.documents.derivations import Derivation
from gradcheck.graph import Array, Input, size_symbols
from gradcheck.graph.domains import ONE_HOT, REAL
from gradcheck.network.checks import positive, whole
from gradcheck.network.descent import Descent, Named, descend
from gradcheck.network.engine import Floats, evaluated, sizes_of, symbols_of
from gradcheck.network.following import Driven, Formulas
from gradcheck.network.problems import CannotTrain, Problem, derivations_of, problem_of
from gradcheck.network.tables import checked_data, default_sizes, synthetic, turns_of
from gradcheck.numerics.evaluate import number_of
from gradcheck.progress import Progress

Rng = np.random.Generator
HELD_OUT = 5
"""One of so many examples is held out."""


@dataclass(frozen=True, eq=False)
class Training:
    """The descents by the engine's gradients and by a derivation's formulas, from one start.

    printed: by the formulas as printed, where marked ones can be gradients as printed. sizes: by name. accuracy: of the
    engine's parameters, of what is trained on and of what is held out, where labels are classes.
    """

    problem: Problem
    engine: Descent
    corrected: Driven
    printed: Driven | None
    start: Named
    sizes: Mapping[str, int]
    accuracy: tuple[float, float] | None

    @property
    def costs(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Both curves: by the engine's gradients, and by the formulas as corrected."""
        return self.engine.costs, self.corrected.descent.costs

    @property
    def unmoved(self) -> list[str]:
        """The parameters that formulas were to drive and that the engine did not move: nothing is seen of them."""
        reached = self.engine.parameters
        return [name for name in self.problem.corrected() if np.array_equal(reached[name], self.start[name])]

    @property
    def follows(self) -> bool:
        """Whether the formulas as corrected are the engine's gradients to rounding, and all that they drive moves."""
        return not self.unmoved and not self.corrected.differs


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a training: what was reached.

    descents: those that were begun, by what drove them; the first one is the engine's. steps: how many each should have
    had. accuracy: as that of a training, of the parameters that the engine has reached.
    """

    def __init__(self, descents: Mapping[str, Descent], steps: int, accuracy: tuple[float, float] | None) -> None:
        super().__init__("the training was interrupted")
        self.descents, self.steps, self.accuracy = descents, steps, accuracy


def apart(one: Descent, other: Descent) -> float:
    """How far apart two descents are: the costs all along and the parameters reached, relative to their sizes."""
    if one.steps != other.steps:
        return math.inf
    pairs = [(np.array(one.costs), np.array(other.costs))]
    pairs += [(value, other.parameters[name]) for name, value in one.parameters.items()]
    return max(float(np.max(np.abs(a - b)) / (np.max(np.abs(b)) or 1.0)) for a, b in pairs)


def train(
    derivation: Derivation | str | Path | Iterable[Derivation],
    data: Mapping[str, Any] | None = None,
    *,
    seed: int = 0,
    steps: int = 200,
    rate: float = 0.5,
    structure: Mapping[str, Any] | None = None,
    sizes: Mapping[str, int] | None = None,
) -> Training:
    """Train what a derivation claims the gradients of, or several do that are about one cost, or those of a file.

    data: arrays by the names of the inputs; None for synthetic ones by the seed, which draws the start, too. Of a
    derivation about one example, they may have an axis in front: examples take turns then, one a step. structure:
    values for arguments of the derivation; others are drawn. sizes: numbers for size symbols that no array tells.

    Raises:
        UsageError: there is no such file or derivation.
        CannotTrain: no claim is about gradient(J, P) for an input P, or the data are not those of the derivation.
        TypeError, ValueError: data, sizes, a rate or a number of steps that cannot be.
        Interrupted: Ctrl-C; it holds what was reached.
    """
    rate, steps = positive("rate", rate, such_as=0.1), whole("steps", steps, least=1)
    rng = np.random.default_rng(whole("seed", seed, least=0))
    problem = problem_of(derivations_of(derivation), structure or {})
    given = {} if data is None else checked_data(problem, data)
    turns = turns_of(problem, given)
    values, held_out = _split(problem, _values(problem, turns[0] if turns else given, sizes or {}, rng), rng)
    start = {node.name: _start(node, values, rng) for node in problem.parameters}
    descents = _Descents(problem, values, start, rate, steps, turns)
    try:
        engine, corrected, printed = descents.all()
    except KeyboardInterrupt as end:
        if not descents.done:
            raise
        reached = next(iter(descents.done.values())).parameters
        raise Interrupted(descents.done, steps, _accuracies(problem, reached, values, held_out)) from end
    return Training(
        problem,
        engine,
        corrected,
        printed,
        start,
        {symbol.name: values[symbol.name] for symbol in size_symbols([problem.cost])},
        _accuracies(problem, engine.parameters, values, held_out),
    )


class _Descents:
    """The descents of a training from one start. done: what was made of them, by what drove it, the engine first."""

    def __init__(
        self, problem: Problem, values: dict[str, Any], start: Named, rate: float, steps: int, turns: Sequence[Named]
    ) -> None:
        self.problem, self.values, self.turns = problem, values, turns
        self.start, self.rate, self.steps = start, rate, steps
        self.done: dict[str, Descent] = {}

    def all(self) -> tuple[Descent, Driven, Driven | None]:
        """By the engine, by the formulas as corrected, and as printed."""
        corrected = {name: formula.forms[-1] for name, formula in self.problem.corrected().items()}
        printed = {name: formula.forms[0] for name, formula in self.problem.printed().items()}
        return (
            self._driven({}, "the engine").descent,
            self._driven(corrected, "the formulas"),
            self._driven(corrected | printed, "as printed") if printed else None,
        )

    def _driven(self, forms: Mapping[str, Array], said: str) -> Driven:
        formulas = Formulas(self.problem, forms, self.values, self.turns)
        with Progress(said, self.steps, patience=1.0) as bar:
            found = self.done[said] = descend(formulas, self.start, self.rate, self.steps, bar)
        if found.interruption is not None:
            raise found.interruption
        return formulas.driven(found)


# ---- data and start ----------------------------------------------------------------------------------------------


def _values(problem: Problem, given: Named, sizes: Mapping[str, int], rng: Rng) -> dict[str, Any]:
    """Arrays for all that is no parameter, and numbers for all sizes."""
    numbers = _sizes(problem, given, sizes)
    shapes = {node.name: _shape(node, numbers) for node in (*problem.data, *problem.others)}
    found = dict(given) or synthetic(problem, shapes, rng)
    drawn = {node.name: node.domain.sample(rng, shapes[node.name]) for node in problem.others}
    return {**numbers, **drawn, **found}


def _sizes(problem: Problem, given: Named, sizes: Mapping[str, int]) -> dict[str, int]:
    """Numbers for all sizes by name: those of the arrays, those that were asked for, and usual ones."""
    symbols = size_symbols(problem.graphs)
    names = ", ".join(symbol.name for symbol in symbols)
    if unknown := ", ".join(sorted(set(sizes) - {symbol.name for symbol in symbols})):
        arguments = f", and the arguments {', '.join(problem.structure)}" if problem.structure else ""
        raise CannotTrain(f"there is no size {unknown}: the sizes are {names or 'all numbers'}{arguments}")
    asked = {name: whole(name, size, least=1) for name, size in sizes.items()}
    told = sizes_of([node for node in problem.data if node.name in given], {**asked, **given})
    return {**default_sizes(problem, symbols), **asked, **{symbol.name: size for symbol, size in told.items()}}


def _shape(node: Input, numbers: Mapping[str, int]) -> tuple[int, ...]:
    known = {symbol: numbers[symbol.name] for symbol in symbols_of([node])}
    return tuple(number_of(size, known) for size in node.shape)


def _split(problem: Problem, values: dict[str, Any], rng: Rng) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is trained on, and what is held out: nothing, where there is one example or no prediction of a class."""
    size = problem.examples
    count = values[size.name] if size is not None and problem.has_classes else 0
    if count < HELD_OUT:
        return values, {}
    order = rng.permutation(count)
    parts = np.sort(order[count // HELD_OUT :]), np.sort(order[: count // HELD_OUT])
    train, held_out = ({**values, **_taken(problem, values, part), size.name: len(part)} for part in parts)  # type: ignore[union-attr]
    return train, held_out


def _taken(problem: Problem, values: Mapping[str, Any], part: Floats) -> dict[str, Floats]:
    size = problem.examples
    nodes = [node for node in problem.data if size in node.shape]
    return {node.name: np.take(values[node.name], part, axis=node.shape.index(size)) for node in nodes}


def _start(node: Input, values: Mapping[str, Any], rng: Rng) -> Floats:
    """Columns and numbers begin at 0, as biases do; other weights are drawn, with deviation 1/√(their last size)."""
    shape = _shape(node, values)
    if node.domain is not REAL:
        return node.domain.sample(rng, shape)
    is_column = all(size == 1 for size in node.shape[1:])
    return np.zeros(shape) if is_column else rng.standard_normal(shape) * shape[-1] ** -0.5


# ---- accuracy ----------------------------------------------------------------------------------------------------


def _accuracies(
    problem: Problem, parameters: Named, train: Mapping[str, Any], held_out: Mapping[str, Any]
) -> tuple[float, float] | None:
    if not held_out:
        return None
    return _accuracy(problem, parameters, train), _accuracy(problem, parameters, held_out)


def _accuracy(problem: Problem, parameters: Named, values: Mapping[str, Any]) -> float:
    """The fraction of examples whose classes are predicted rightly."""
    (label,), prediction = problem.labels, problem.prediction
    assert prediction is not None  # it has classes
    (scores,) = evaluated([prediction], {**values, **parameters})
    labels = values[label.name]
    if label.domain is ONE_HOT:
        return float(np.mean(scores.argmax(axis=0) == labels.argmax(axis=0)))
    return float(np.mean((scores >= 0.5) == (labels == 1)))
