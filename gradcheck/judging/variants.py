"""What a tick is worth: a step that passes is broken in many ways, and each wrong variant has to be refuted.

Numbers are asked first, at the points where everything else is computed already. What they do not tell from the truth,
the prime field may prove to be true all the same; else numbers are asked at more points, and exact algebra last. A
wrong variant that none of them tells from the truth survives. It may be as right: then algebra knows too little of it.
A proof of the step is not touched by that, but what was only seen to hold has not been seen to be more than it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from gradcheck.graph import Array
from gradcheck.judging.mistakes import Variant, variants
from gradcheck.judging.oracles import Place
from gradcheck.proofs.symbols import SymbolicPoint
from gradcheck.verdicts import Answer

SHOWN = 3
"""How many survivors a message names."""


@dataclass
class Power:
    """How many wrong variants of a step were tried, and who told them from the truth.

    equal: variants that are proved to be true all the same, such as the transpose of a symmetric matrix.
    """

    numbers: int = 0
    exact: int = 0
    equal: int = 0
    survivors: list[str] = field(default_factory=list)

    @property
    def refuted(self) -> int:
        """How many were told from the truth."""
        return self.numbers + self.exact

    @property
    def evidence(self) -> dict[str, Any]:
        """The counts, for reports."""
        return {"refuted": self.refuted, "equal": self.equal, "survivors": self.survivors}

    @property
    def message(self) -> str:
        """What was not noticed; empty if all was."""
        if not self.survivors:
            return ""
        more = len(self.survivors) - SHOWN
        shown = "; ".join(self.survivors[:SHOWN])
        return f"it holds, but gradcheck would not have noticed: {shown}{f'; and {more} more' if more > 0 else ''}"


def power(
    target: Array,
    step: Array,
    names: Mapping[int, str],
    symbols: Sequence[Array],
    place: Place,
    written: Callable[[Array], Array] = lambda part: part,
) -> Power:
    """Break `target = step` in every way that `variants` knows, and ask the oracles about each.

    written: how parts of the step are written in it.
    """
    found = Power()
    beyond = place.sides.beyond((target, step), place.numeric)
    for variant in variants(step, names, symbols):
        wrong = variant.formula
        if any(point.differs(target, wrong) for point in place.numeric):
            found.numbers += 1
        elif place.prime is not None and place.prime.compare(target, wrong).answer is Answer.PROVED:
            found.equal += 1
        elif any(point.differs(target, wrong) for point in [*beyond, *place.more]):
            found.numbers += 1
        elif _is_missed(found, target, variant, place.symbolic):
            found.survivors.append(variant.what(names, written))
    return found


def _is_missed(found: Power, target: Array, variant: Variant, symbolic: Sequence[SymbolicPoint]) -> bool:
    """Whether exact algebra cannot tell it from the truth either; what it tells is counted."""
    answers = {point.compare(target, variant.formula).answer for point in symbolic}
    if Answer.DIFFERS in answers:
        found.exact += 1
    elif answers == {Answer.PROVED}:
        found.equal += 1
    return answers != {Answer.PROVED} and Answer.DIFFERS not in answers
