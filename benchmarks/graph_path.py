"""The networks' gradients as claims: the functions of `networks` run on gradcheck's symbolic arrays.

A mistake is a claim about all values and sizes, and is verified as any derivation is. A right gradient at a hard point
is compared there, at the values of that very point, by reverse mode and by differences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import numpy as np
from corpus import Case
from networks import Mistake, Network

from gradcheck import bits, claim, derivation, dims, gradient, one_hot, real, verify
from gradcheck.graph import Array, Input
from gradcheck.judging.comparison import NumericPoint
from gradcheck.sampling.point import Point
from gradcheck.verdicts import Answer, Verdict

Values = np.ndarray[Any, np.dtype[Any]]
MAKE = {"bits": bits, "one_hot": one_hot, "real": real}


class Symbols:
    """A network's arrays as symbols, its cost, the true gradients, and what the backward pass says they are."""

    def __init__(self, net: Network) -> None:
        self.net = net
        *widths, m = (1 if name == "1" else dims(name) for name, _ in net.sizes)
        self.data = real("X", widths[0], m), MAKE[net.loss.labels]("Y", widths[-1], m)
        self.parameters: list[Array] = []
        for layer in range(1, net.depth + 1):
            self.parameters += [
                real(f"W{layer}", widths[layer], widths[layer - 1]),
                real(f"b{layer}", widths[layer], 1),
            ]
        cost = net.cost(*self.data, *self.parameters)
        self.targets = [gradient(cost, parameter) for parameter in self.parameters]

    @cached_property
    def right(self) -> tuple[Array, ...]:
        return self.net.gradient(*self.data, *self.parameters)

    def wrong(self, mistake: Mistake, layer: int) -> tuple[Array, Array]:
        """One claim `target = formula` that the mistake makes wrong: the first that backward comes to."""
        formulas = self.net.gradient(*self.data, *self.parameters, rules=mistake.rules(layer))
        pairs = zip(self.targets, formulas, self.right, strict=True)
        return next((target, f) for target, f, true in reversed(list(pairs)) if f.key != true.key)


def _structure(net: Network) -> Network:
    """The network as formulas know it: sizes are names there, so one with other numbers is the same."""
    return Network(net.name, net.loss, net.hidden, tuple((name, 0) for name, _ in net.sizes), net.decay)


@cache
def _symbols(structure: Network) -> Symbols:
    return Symbols(structure)


def symbols(net: Network) -> Symbols:
    return _symbols(_structure(net))


def verdict_on_mistake(net: Network, mistake: Mistake, layer: int) -> Verdict:
    """What verification says of a claim with the mistake in it."""
    (verdict,) = verdicts_on_mistakes(net, [(mistake, layer)])
    return verdict


def verdicts_on_mistakes(net: Network, made: Sequence[tuple[Mistake, int]]) -> list[Verdict]:
    """The same of several mistakes, each in a claim of its own; what the claims share is looked at once."""
    claims = {f"{mistake.kind}, layer {layer}": symbols(net).wrong(mistake, layer) for mistake, layer in made}
    return list(_verdicts(net.name, claims).values())


def verdicts_on_right(net: Network) -> dict[str, Verdict]:
    """What verification says of the right gradients, by the names of the arrays."""
    s = symbols(net)
    claims = zip(s.targets, s.right, strict=True)
    return _verdicts(net.name, {p.name: pair for p, pair in zip(s.parameters, claims, strict=True)})


def _verdicts(source: str, claims: Mapping[str, tuple[Array, Array]]) -> dict[str, Verdict]:
    @derivation(source=source)
    def backward_pass():
        for name, (target, formula) in claims.items():
            yield claim(target, formula, at=name)

    (report,) = verify(backward_pass).derivations
    return {found.at: found.steps[0].judgement.verdict for found in report.claims}


@dataclass(frozen=True)
class GivenPoint(Point):
    """A point whose values are given by name instead of drawn."""

    given: Mapping[str, Values] = field(default_factory=dict)

    def values(self, inputs: Iterable[Input]) -> dict[int, Values]:
        return {node.key: self.given[node.name] for node in inputs}


def say_at_point(case: Case) -> Answer:
    """What reverse mode and differences say of the right formulas at the values of a case, the worst array counting."""
    s = symbols(case.network)
    inputs: list[Any] = [*s.data, *s.parameters]
    arrays = [case.X, case.Y, *case.args]
    sizes = {dims(name): number for name, number in case.network.sizes if name != "1"}
    point = GivenPoint(sizes, given={node.name: array for node, array in zip(inputs, arrays, strict=True)})
    here = NumericPoint(point, inputs)
    comparisons = [here.compare(target, formula) for target, formula in zip(s.targets, s.right, strict=True)]
    says = {say for c in comparisons for say in (c.backprop, c.differences)}
    if any(c.conflict for c in comparisons):
        return Answer.DIFFERS
    return next(say for say in (Answer.DIFFERS, Answer.UNRESOLVED, Answer.AGREES) if say in says)
