"""Whether what is read from a page has the values of what a person wrote down of it as a module.

Both are evaluated at one random point of the prime field, where inputs of one name and shape have one value. The module
may look at one example alone: its x is a column of the page's X.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from gradcheck.documents.claims import Claim
from gradcheck.documents.derivations import Derivation
from gradcheck.documents.instances import read
from gradcheck.graph import Array, Input, ShapeOf, dims, misfit_of, strict_misfit
from gradcheck.graph.inputs import inputs_of
from gradcheck.proofs import residues
from gradcheck.proofs.prime_field import _Trial

DERIVATIONS = Path(__file__).parents[3] / "derivations"
ILL_SHAPED = "ill-shaped"
Value = tuple[Any, ...]


@dataclass
class Point:
    """A random point.

    columns: inputs of one example, and the array of whose examples they are the first. examples: how many there are.
    renamed: what inputs of the page are called in the module.
    """

    sizes: Mapping[str, int]
    columns: Mapping[str, str] = field(default_factory=dict)
    examples: str = "m"
    renamed: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        symbols = {dims(name): size for name, size in self.sizes.items()}
        self.trial = _Trial([], symbols, (3, 1))

    def value(self, array: Array, *, broadcasts: bool) -> Any:
        """Its values; ILL_SHAPED for what does not conform, and why there are none for what has none."""
        if (misfit_of if broadcasts else strict_misfit)(array) is not None:
            return ILL_SHAPED
        for node in inputs_of([array]):
            self.trial.plain.inputs.setdefault(node.key, self._drawn(node))
        try:
            return self.trial(array).values
        except residues.Undefined as error:
            return str(error)

    def _drawn(self, node: Input) -> Any:
        """Its values. What is of one example is the first column, and a family of examples has these in front."""
        name, shape = self.renamed.get(node.name, node.name), self.trial.shape(node.shape)
        whole = self.columns.get(name)
        if whole is None:
            return _random(name, shape)
        if node.shape[0] == dims(self.examples):
            return _random(whole, ((*shape, 1)[1], shape[0])).T.reshape(shape)
        if shape[-1] == 1:
            return _random(whole, (*shape[:-1], self.sizes[self.examples]))[..., :1]
        return _random(whole, shape)


def _random(name: str, shape: tuple[int, ...]) -> Any:
    return residues.random((3, 1), shape, "input", name)


def plain_value(values: Any) -> Value:
    """Values without axes of one position."""
    if isinstance(values, str):
        return (values,)
    kept = tuple(n for n in values.shape if n != 1)
    return (kept, values.tobytes())


@dataclass(frozen=True)
class Written:
    """One step of a module. targets: what it is claimed of, as printed, as meant, and with the other sign, which a
    header may say of a loss. printed, meant: the values of the step.
    """

    line: int | None
    kind: str
    targets: frozenset[Value]
    printed: Value
    meant: Value

    def says(self, one: AsRead) -> bool:
        """Whether what was read is what is printed."""
        beside = _as_it_is if self.kind == "step" else _beside
        return any(target in self.targets and step == beside(target, self.printed) for target, step in one.values)

    def means(self, one: AsRead) -> bool:
        """Whether what was read is what is meant."""
        return any(target in self.targets and step == self.meant for target, step in one.values)


def written(modules: Iterable[str], point: Point, structures: Iterable[Mapping[str, Any]] = ({},)) -> Iterator[Written]:
    """All steps of modules. structures: what derivations are run with that have a structure."""
    for derivation in (found for name in modules for found in _derivations(name)):
        for structure in structures if derivation.structure else ({},):
            own = {name: structure[name] for name in derivation.structure}
            for claim in derivation.claims(**own):
                if not isinstance(claim.target, ShapeOf):
                    yield from _steps_of(claim, point, derivation.broadcast)


def _steps_of(claim: Claim, point: Point, broadcasts: bool) -> Iterator[Written]:
    sides = [claim.target, *(step.forms[0] for step in claim.steps if step.is_left)]
    values = [point.value(side, broadcasts=broadcasts) for side in sides]
    values += [residues.negate(value) for value in values if not isinstance(value, str)]
    targets = frozenset(map(plain_value, values))
    for step in claim.steps:
        printed, meant = (plain_value(point.value(step.forms[i], broadcasts=broadcasts)) for i in (0, -1))
        yield Written(step.source_line, step.kind, targets, printed, meant)


def _as_it_is(target: Value, step: Value) -> Value:
    return step


def _beside(target: Value, step: Value) -> Value:
    """A step with another shape than its target's is as ill-shaped as one that does not conform."""
    fits = len(target) == 1 or len(step) == 1 or target[0] == step[0]
    return step if fits else (ILL_SHAPED,)


def _derivations(name: str) -> list[Derivation]:
    spec = importlib.util.spec_from_file_location(name, DERIVATIONS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return [found for found in vars(module).values() if isinstance(found, Derivation)]


@dataclass(frozen=True)
class AsRead:
    """One step that was read from a page. values: of target and step, at a few positions of its indices, and at all."""

    line: int
    tex: str
    values: frozenset[tuple[Value, Value]]


def as_read(derivation: Derivation, point: Point) -> Iterator[AsRead]:
    """All steps of a page."""
    assert derivation.page is not None
    runs, _, problems = read(derivation, 1)
    assert not problems, problems
    for claim in runs[0].claims:
        noted = derivation.page.claims[claim.line]
        for step, place in zip(claim.steps, noted.steps, strict=True):
            pair = [point.value(form, broadcasts=derivation.broadcast) for form in (claim.target, step.forms[0])]
            count = len(claim.axes.letters)
            each = [[plain_value(_at(one, where)) for one in pair] for where in product(*[(0, 1, slice(None))] * count)]
            yield AsRead(place.line, place.tex, frozenset((target, _beside(target, value)) for target, value in each))


def _at(values: Any, where: tuple[Any, ...]) -> Any:
    """At one of the first positions, or at all."""
    if isinstance(values, str):
        return values
    places = zip(where, values.shape, strict=False)
    return values[tuple(place if isinstance(place, slice) else min(place, size - 1) for place, size in places)]
