"""What a training shows, in plain text: what drives what, on which data, both curves, and what follows."""

from __future__ import annotations

import math
from collections.abc import Iterator

from gradcheck.graph import Input, show_shape
from gradcheck.network.curves import Costs, picture, table
from gradcheck.network.descent import Descent
from gradcheck.network.following import Driven
from gradcheck.network.problems import Formula, Problem
from gradcheck.network.training import Interrupted, Training, apart
from gradcheck.verdicts import shortened

LONGEST = 90
"""So long a formula is shown."""
GROWN = 1e-8
"""Curves that are further apart than this do not look the same any more."""


def account(training: Training, data: str) -> Iterator[str]:
    """The lines. data: where the data come from."""
    yield from _heading(training, data)
    yield from _drivers(training.problem)
    curves = curves_of(training)
    yield ""
    yield from table(curves)
    yield ""
    marks = dict(zip(curves, ".ox", strict=False))
    yield from picture({marks[name]: costs for name, costs in curves.items()})
    yield f"{'':>12}{', '.join(f'{mark} {name}' for name, mark in marks.items())}"
    yield ""
    yield from _findings(training)


def curves_of(training: Training) -> dict[str, Costs]:
    """The costs by what drove the descent."""
    curves = {"engine": training.engine, "as corrected": training.corrected.descent}
    curves |= {"as printed": training.printed.descent} if training.printed else {}
    return {name: descent.costs for name, descent in curves.items()}


def _heading(training: Training, data: str) -> Iterator[str]:
    problem = training.problem
    sizes = ", ".join(f"{name}={size}" for name, size in training.sizes.items())
    yield f"cost: {problem.name}{f' with {sizes}' if sizes else ''}"
    if problem.left_out:
        yield f"about other costs, and not trained: {', '.join(problem.left_out)}"
    if problem.structure:
        yield f"drawn or set: {', '.join(f'{name}={value!r}' for name, value in problem.structure.items())}"
    yield f"data: {', '.join(map(_declared, problem.data)) or 'none'}; {data}"
    if problem.others:
        yield f"drawn, for only formulas know it: {', '.join(map(_declared, problem.others))}"


def _declared(node: Input) -> str:
    return f"{node.name} {show_shape(node.shape)}"


# ---- what drives what --------------------------------------------------------------------------------------------


def _drivers(problem: Problem) -> Iterator[str]:
    corrected, printed = problem.corrected(), problem.printed()
    for node in problem.parameters:
        of = f"∂{problem.name}/∂{node.name}"
        formula = corrected.get(node.name)
        yield f"{of}: the engine, {_why_not(problem, node)}" if formula is None else f"{of}: {_shown(formula, -1)}"
        if node.name in printed:
            wrong = printed[node.name]
            yield f"{'':>{len(of)}}  as printed: {_shown(wrong, 0)}; {wrong.why}"
    yield from (f"as printed, {line}" for line in _cannot(problem))


def _shown(formula: Formula, form: int) -> str:
    asked = ", with derivatives by the engine" if formula.asks_the_engine(form) else ""
    return f"{shortened(formula.texts[form], LONGEST)}  ({formula.place}{asked})"


def _why_not(problem: Problem, node: Input) -> str:
    reasons = [f"{one.place}: {one.refusals[-1]}" for one in problem.formulas if one.by.key == node.key]
    return f"for {reasons[-1]}" if reasons else "for no step says it"


def _cannot(problem: Problem) -> Iterator[str]:
    """Marked steps that cannot drive anything as they are printed."""
    for formula in problem.formulas:
        if len(formula.forms) > 1 and formula.refusals[0]:
            yield f"{formula.place} cannot drive {formula.by.name}: {formula.refusals[0]}"


# ---- what follows ------------------------------------------------------------------------------------------------


def _findings(training: Training) -> Iterator[str]:
    if training.engine.diverged:
        yield f"the engine's descent {_end(training.engine)}: take a smaller --rate, or fewer --steps"
    if training.unmoved:
        yield f"the engine does not move {', '.join(training.unmoved)}: nothing is seen of the formulas for it"
    if len(training.unmoved) < len(training.problem.corrected()):
        yield f"as corrected: {_compared(training.corrected, training.engine)}"
    if training.printed is not None:
        yield f"as printed: {_compared(training.printed, training.engine)}"
    yield from _right(training.accuracy)


def _right(accuracy: tuple[float, float] | None) -> Iterator[str]:
    if accuracy is not None:
        train, held_out = accuracy
        yield f"accuracy of the engine's parameters: {train:.1%} trained on, {held_out:.1%} held out"


def reached(end: Interrupted) -> Iterator[str]:
    """The lines about a training that somebody ended."""
    yield "interrupted, and reached:"
    for name, descent in end.descents.items():
        costs = f"cost {descent.costs[0]:.6g}, then {descent.costs[-1]:.6g}"
        yield f"{name}: {descent.steps} of {end.steps} steps, {costs}"
    yield from _right(end.accuracy)


def _compared(driven: Driven, engine: Descent) -> str:
    descent, far = driven.descent, apart(driven.descent, engine)
    ends = f"it {_end(descent)}" if descent.diverged else f"the curves are {far:.1g} apart"
    if driven.differs:
        return f"other gradients: {driven.differs}; {ends}"
    grown = "; such a rate lets rounding grow" if GROWN < far < math.inf else ""
    return f"the engine's gradients to rounding, {driven.far:.1g} of their size apart; {ends}{grown}"


def _end(descent: Descent) -> str:
    """How a descent ended before its last step.

    A cost that has fallen until then need not have diverged: log(1 - T) has no value where T is rounded to 1.
    """
    if descent.steps and descent.costs[-1] <= descent.costs[0]:
        return f"ends: {descent.diverged}, and had fallen, as where T in log(1 - T) is rounded to 1"
    return f"diverges: {descent.diverged}"
