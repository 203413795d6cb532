"""What a derivation trains: the cost whose gradients it claims, the parameters, the data, and the formulas.

The cost is the one by whose inputs most gradients are claimed; one over all examples goes before one of a single
example. Its inputs are data where their names begin with x or y, as notes call them, or where they are labels (0 or 1,
one-hot); all others are parameters, whether their gradients are claimed or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import sympy as sp
from hypothesis.strategies import just

from gradcheck import printing, verdicts
from gradcheck.documents.claims import Claim
from gradcheck.documents.derivations import Derivation
from gradcheck.documents.files import collect
from gradcheck.documents.instances import ClaimGroup, Run, read
from gradcheck.functions.row import ANYWHERE
from gradcheck.graph import (
    Apply,
    Array,
    Derivative,
    Input,
    Reshape,
    ShapeOf,
    depends_on,
    has_derivatives,
    inputs_of,
    misfit_of,
    strict_misfit,
    walk,
)
from gradcheck.graph.domains import BITS
from gradcheck.graph.writing import Names
from gradcheck.notation import gradient
from gradcheck.numerics.reverse_mode import expand
from gradcheck.sampling import choices

DRAWS = 20
"""How many draws of structure are read for claims about one cost."""


class CannotTrain(ValueError):
    """Derivations whose claims drive no descent: what is missing, and a cure."""


@dataclass(frozen=True, eq=False)
class Formula:
    """A step of a claim about ∂J/∂P.

    derivation: its name. place: that name, the step by its index, and its line. forms: as printed, and corrected if it
    is marked. texts: the forms as their author wrote them. why: what a marked step's mistake is. refusals: for each
    form, why it cannot be a gradient; empty if it can.
    """

    by: Input
    derivation: str
    place: str
    forms: tuple[Array, ...]
    texts: tuple[str, ...]
    why: str
    refusals: tuple[str, ...]

    @property
    def usable(self) -> list[Array]:
        """The forms that can be gradients."""
        return [form for form, refusal in zip(self.forms, self.refusals, strict=True) if not refusal]

    def asks_the_engine(self, form: int) -> bool:
        """Whether a form has derivatives in it, as an unfinished chain has: the engine gives them."""
        return has_derivatives(self.forms[form])


@dataclass(frozen=True, eq=False)
class Problem:
    """A cost, its parameters, its data, and all formulas that the derivations claim for its gradients.

    structure: the arguments of derivations that all of these formulas share. called: what the author calls what the
    cost is made of, by key. left_out: the derivations that claim gradients of other costs only.
    """

    cost: Array
    name: str
    structure: Mapping[str, Any]
    formulas: tuple[Formula, ...]
    called: Mapping[int, str]
    left_out: tuple[str, ...] = ()

    @cached_property
    def features(self) -> list[Input]:
        """The data that are not labels."""
        return [node for node in inputs_of([self.cost]) if _is_data(node) and not _is_label(node)]

    @cached_property
    def labels(self) -> list[Input]:
        """The data that are predicted."""
        return [node for node in inputs_of([self.cost]) if _is_label(node)]

    @property
    def data(self) -> list[Input]:
        """The inputs that are not trained."""
        return [*self.features, *self.labels]

    @property
    def graphs(self) -> list[Array]:
        """The cost, and all formulas that can be gradients."""
        return [self.cost, *(form for formula in self.formulas for form in formula.usable)]

    @cached_property
    def others(self) -> list[Input]:
        """The inputs that only formulas know, such as a y that is printed for another one."""
        known = {node.key for node in inputs_of([self.cost])}
        return [node for node in inputs_of(self.graphs) if node.key not in known]

    @cached_property
    def parameters(self) -> list[Input]:
        """The inputs that are trained."""
        return [node for node in inputs_of([self.cost]) if not _is_data(node)]

    @cached_property
    def examples(self) -> sp.Symbol | None:
        """The size that features and labels share, if there is one: how many examples there are."""
        return _shared(self.features, self.labels)

    @cached_property
    def prediction(self) -> Array | None:
        """The last array of the labels' shape that no label enters, and through which alone parameters reach the cost.

        It is what the cost compares the labels with, however that is written.
        """
        if len(self.labels) != 1 or not self.parameters:
            return None
        label, keys = self.labels[0], [node.key for node in self.parameters]
        found = None
        for node in walk(self.cost):
            if node.conforms and node.shape == label.shape and depends_on(node, keys):
                rest = walk(self.cost, known={node.key})
                if not depends_on(node, [label.key]) and not any(part.key in keys for part in rest):
                    found = node
        return found

    @property
    def has_classes(self) -> bool:
        """Whether the prediction says a class: 0 or 1 by a number between them, or the largest of a one-hot column."""
        if self.prediction is None:
            return False
        domain = self.labels[0].domain
        return domain.is_one_hot or (domain is BITS and _is_between_0_and_1(self.prediction))

    def corrected(self) -> dict[str, Formula]:
        """For each parameter the last formula that can be a gradient as corrected; rather one that is finished."""
        able = [formula for formula in self.formulas if not formula.refusals[-1]]
        return {formula.by.name: formula for formula in sorted(able, key=lambda one: not one.asks_the_engine(-1))}

    def printed(self) -> dict[str, Formula]:
        """For each parameter the last formula that is marked as wrong and can be a gradient as printed."""
        return {
            formula.by.name: formula
            for formula in self.formulas
            if len(formula.forms) > 1 and not formula.refusals[0] and formula.forms[0].key != formula.forms[-1].key
        }


def derivations_of(what: Derivation | str | Path | Iterable[Derivation]) -> tuple[Derivation, ...]:
    """A derivation, several, or those of a file: all, or the one called NAME in FILE::NAME.

    Raises:
        UsageError: there is no such file or derivation.
        CannotTrain: the file cannot be read, or something is no derivation.
    """
    if isinstance(what, Derivation):
        return (what,)
    if isinstance(what, (str, Path)):
        found = collect([str(what)])
        if not found.derivations:
            raise CannotTrain("; ".join(map(str, found.problems)))
        return found.derivations
    given: Any = what
    derivations: tuple[Any, ...] = tuple(given) if isinstance(given, Iterable) else (given,)
    strange = ", ".join(repr(one) for one in derivations if not isinstance(one, Derivation))
    if strange or not derivations:
        raise CannotTrain(f"{strange or 'nothing'} is no derivation: write @derivation(source=…) above it")
    return derivations


def problem_of(derivations: Sequence[Derivation], structure: Mapping[str, Any]) -> Problem:
    """What derivations train, with the structure arguments that are given; others are drawn. Raises CannotTrain."""
    there = {name for derivation in derivations for name in derivation.structure}
    if unknown := ", ".join(sorted(set(structure) - there)):
        raise CannotTrain(f"there is no argument {unknown}: the arguments are {', '.join(sorted(there)) or 'none'}")
    problems: dict[int, Problem] = {}
    formulas: dict[int, dict[tuple[str, str], Formula]] = {}
    mishaps: list[str] = []
    for derivation in derivations:
        groups, found = _whole(_with(derivation, structure))
        mishaps += map(str, found)
        for cost, by, run, claim, index in _gradients(groups):
            known = problems.setdefault(cost.key, _without_formulas(cost, run.structure, claim.names))
            same = {name: value for name, value in known.structure.items() if run.structure.get(name) == value}
            problems[cost.key] = replace(known, structure=same)
            for formula in _formulas(derivation, claim, index, cost, by):
                formulas.setdefault(cost.key, {}).setdefault((formula.place, by.name), formula)
    whole = [replace(problems[key], formulas=tuple(formulas[key].values())) for key in problems]
    able = [problem for problem in whole if problem.corrected()]
    if not able:
        raise CannotTrain("; ".join([_nothing(derivations, whole), *mishaps]))
    best = max(able, key=lambda problem: (problem.examples is not None, len(problem.corrected())))
    others = dict.fromkeys(formula.derivation for problem in whole for formula in problem.formulas)
    used = {formula.derivation for formula in best.formulas}
    return replace(best, left_out=tuple(name for name in others if name not in used))


def _whole(derivation: Derivation) -> tuple[list[ClaimGroup], list[verdicts.Problem]]:
    """What a derivation claims, and what is wrong with it. Raises CannotTrain where a limit has cut it off."""
    _, groups, problems = read(derivation, DRAWS)
    for limit in (problem for problem in problems if isinstance(problem, verdicts.LimitReached)):
        raise CannotTrain(f"{derivation.name} was not read to its end: {limit}")
    return groups, problems


def _without_formulas(cost: Array, structure: Mapping[str, Any], names: Names) -> Problem:
    called = {node.key: names[id(node)] for node in walk(cost) if id(node) in names}
    return Problem(cost, printing.name(cost, names), structure, (), called)


def _with(derivation: Derivation, structure: Mapping[str, Any]) -> Derivation:
    """The derivation with the arguments that are given, and the others drawn."""
    given = {
        name: just(_as_drawn(structure[name], strategy, name)) if name in structure else strategy
        for name, strategy in derivation.structure.items()
    }
    return replace(derivation, structure=given)


def _as_drawn(value: Any, strategy: Any, name: str) -> Any:
    """One value for all places of a tuple, where tuples are drawn."""
    (example,) = choices.draws(strategy, 1, name)
    return (value,) * len(example) if isinstance(example, tuple) and not isinstance(value, tuple) else value


def _gradients(groups: Iterable[ClaimGroup]) -> Iterator[tuple[Array, Input, Run, Claim, int]]:
    """The claims about a cost's gradient by a parameter, on every draw, and the index of their first step."""
    for group in groups:
        for run, claim in group.instances:
            if (found := _gradient(claim.target)) is not None:
                yield *found, run, claim, group.first_index


def _gradient(target: Array | ShapeOf) -> tuple[Array, Input] | None:
    """The cost and the parameter, if the target is the gradient of a cost by a parameter."""
    if not isinstance(target, Reshape) or not isinstance(target.args[0], Derivative):
        return None
    of, by = target.args[0].args
    if not isinstance(by, Input) or _is_data(by) or target.shape != by.shape:
        return None
    return None if has_derivatives(of) else (of, by)


def _formulas(derivation: Derivation, claim: Claim, index: int, cost: Array, by: Input) -> Iterator[Formula]:
    target = expand(gradient(cost, by)).key
    for i, step in enumerate(claim.steps):
        refusals = tuple(_refusal(form, by, derivation.broadcast, target) for form in step.forms)
        place = f"{derivation.name}, step [{index + i}], line {claim.line}"
        texts = tuple(printing.source(form, claim.names) for form in step.forms)
        yield Formula(by, derivation.name, place, step.forms, texts, step.why or "", refusals)


def _refusal(form: Array, by: Input, broadcast: bool, target: int) -> str:
    """Why a formula cannot be a gradient by this parameter; empty if it can."""
    error = misfit_of(form) if broadcast else strict_misfit(form)
    if error is not None:
        return f"it does not conform: {error}"
    if form.shape != by.shape:
        return f"its shape is {printing.source(form.shape)}, and that of {by.name} is {printing.source(by.shape)}"
    return "it is the gradient itself, which the engine gives" if expand(form).key == target else ""


def _nothing(derivations: Sequence[Derivation], problems: Sequence[Problem]) -> str:
    names = ", ".join(derivation.name for derivation in derivations)
    formulas = [formula for problem in problems for formula in problem.formulas]
    if formulas:
        reasons = "; ".join(f"{formula.place}: {formula.refusals[-1]}" for formula in formulas[:3])
        return f"no formula of {names} can drive a descent: {reasons}"
    return (
        f"{names} claims no gradient(J, P) for a cost J and an input P that is no data (x…, y…, labels): "
        "take a derivation that does, or the whole file"
    )


def _is_data(node: Input) -> bool:
    return node.name[0] in "xX" or _is_label(node)


def _is_label(node: Input) -> bool:
    return node.name[0] in "yY" or not node.domain.is_open


def _is_between_0_and_1(prediction: Array) -> bool:
    if not isinstance(prediction, Apply) or prediction.function.arity != 1:
        return False
    low, high = prediction.function.facts.within(ANYWHERE)
    return low >= 0 and high <= 1


def _shared(features: Iterable[Input], labels: Iterable[Input]) -> sp.Symbol | None:
    """The size symbol that stands last in the labels' shapes of those that the features have, too."""
    of_features = {size for node in features for size in node.shape}
    shared = [size for node in labels for size in node.shape if size.is_Symbol and size in of_features]
    return shared[-1] if shared else None
