"""Changing one symbol in a true step of a document makes it false, and the tool says so.

A symbol is a named array where it stands in the printed formula, changed into every other named array of its shape;
or an operation, changed into another (+ into −, · into /, σ into tanh, …); or a number, changed into the next. A change
into something of the same value, such as a^{[0]} for x, is none; and some changes leave a formula true, such as ∂L/∂b
for ∂L/∂z: what numbers do not tell from the truth, exact algebra has to prove or to refute.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from gradcheck.documents.claims import Claim, Formula
from gradcheck.documents.derivations import Derivation
from gradcheck.documents.files import collect
from gradcheck.documents.instances import Run, read
from gradcheck.functions import table as functions
from gradcheck.graph import Apply, Array, Literal, Misfit, apply, as_array, inputs_of
from gradcheck.judging.comparison import NumericPoint
from gradcheck.judging.mistakes import part_at, symbols_of, with_part
from gradcheck.judging.oracles import Place, misfit
from gradcheck.proofs.symbols import SymbolicPoint
from gradcheck.sampling import choices
from gradcheck.sampling.point import Point
from gradcheck.verdicts import Answer

SEEDS = 8  # a ReLU hides much of what goes on below it at any one point
ROOT = Path(__file__).parents[2]
DERIVATIONS = collect([str(ROOT / "derivations")]).derivations


def occurrences(node: Array, names: dict[int, str], root: bool = True) -> Iterator[tuple[int, ...]]:
    """The places of symbols in the printed formula: paths of operand numbers from the root."""
    if not root and (id(node) in names or not node.args):
        if names.get(id(node)):
            yield ()
        return
    for i, arg in enumerate(node.args):
        yield from ((i, *rest) for rest in occurrences(arg, names, root=False))


def operations(node: Array, names: dict[int, str], root: bool = True) -> Iterator[tuple[int, ...]]:
    """The places of operations and numbers in the printed formula."""
    if not root and id(node) in names:
        return
    if isinstance(node, (Apply, Literal)):
        yield ()
    for i, arg in enumerate(node.args):
        yield from ((i, *rest) for rest in operations(arg, names, root=False))


def another(node: Array) -> Array | None:
    """The same with another operation, or the next number."""
    if isinstance(node, Literal):
        return as_array(node.values[0] + 1) if not node.shape else None
    function = functions.TABLE.get(OTHER.get(node.function.name, ""))
    return apply(function, *node.args) if function else None


OTHER = {
    "add": "subtract",
    "subtract": "add",
    "multiply": "add",
    "divide": "multiply",
    "negative": "identity",
    "square": "exp",
    "exp": "square",
    "log": "sqrt",
    "sigmoid": "tanh",
    "sigmoid′": "sigmoid",
    "tanh": "sigmoid",
    "relu": "softplus",
    "relu′": "relu",
    "softplus": "relu",
    "greater": "less",
    "less": "greater",
    "cross_entropy": "squared_error",
    "squared_error": "maximum",
}


def plain(claim: Claim) -> list[Formula]:
    """The steps that are not marked as wrong."""
    return [step.forms[0] for step in claim.steps if step.kind == "step"]


def changes(step: Array, claim: Claim, points: list[NumericPoint]) -> Iterator[tuple[str, Array]]:
    """The step with one symbol changed, and which."""
    named = symbols_of([f for f in (claim.target, *plain(claim)) if isinstance(f, Array)], claim.names)
    for path in occurrences(step, claim.names):
        old = part_at(step, path)
        for new in named:
            if new.shape != old.shape or new.key == old.key or is_same(old, new, points):
                continue
            yield f"{claim.names[id(new)]} for {claim.names[id(old)]} at {path}", with_part(step, path, new)
    for path in operations(step, claim.names):
        old = part_at(step, path)
        new = another(old)
        if new is not None and not isinstance(new, Misfit) and new.shape == old.shape and not is_same(old, new, points):
            yield f"{new!r} for {old!r} at {path}", with_part(step, path, new)


def surviving(claim: Claim, points: list[NumericPoint], proofs: list[SymbolicPoint]) -> Iterator[str]:
    """Changes of one symbol in a plain step that no oracle tells from the truth, and that are not proved true."""
    for step in plain(claim):
        if not isinstance(step, Array):
            continue
        for what, other in changes(step, claim, points):
            if any(point.differs(claim.target, other) for point in points):
                continue
            exact = {proof.compare(claim.target, other).answer for proof in proofs}
            if Answer.DIFFERS not in exact and exact != {Answer.PROVED}:
                yield f"{claim.at}: {what} of {step!r}"


def is_same(old: Array, new: Array, points: list[NumericPoint]) -> bool:
    return all(np.allclose(point.engine(old)[0], point.engine(new)[0], rtol=1e-9, atol=0) for point in points)


def numeric_points(run: Run, derivation: Derivation) -> list[NumericPoint]:
    graphs = [graph for graph in run.graphs() if not misfit(graph, derivation.broadcast)]
    inputs = inputs_of(graphs)
    chosen = [Point(point.sizes, seed) for point in list(choices.named_points(graphs))[:1] for seed in range(SEEDS)]
    return [NumericPoint.away_from_kinks(point, graphs, inputs) for point in chosen]


@pytest.mark.parametrize("derivation", DERIVATIONS, ids=lambda d: f"{Path(d.file).stem}-{d.name}")
def test_changing_one_symbol_of_a_true_step_is_noticed(derivation):
    runs, _, problems = read(derivation, examples=2)
    assert not problems
    survivors = []
    for run in runs:
        points, proofs = numeric_points(run, derivation), Place(run, derivation, 1, None).symbolic
        for claim in run.claims:
            if isinstance(claim.target, Array) and not isinstance(claim.target, Misfit):
                survivors += surviving(claim, points, proofs)
    assert not survivors, "\n".join(survivors)
