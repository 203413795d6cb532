"""Gradients of a network, the engine's or somebody's own, held against differences by every entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from gradcheck.network.descent import gradients
from gradcheck.network.engine import Floats, point
from gradcheck.network.layers import Network, Parameters, checked, model
from gradcheck.network.prediction import examples, labels
from gradcheck.numerics.all_entries import Slopes, slopes
from gradcheck.numerics.rounding import EPS
from gradcheck.tolerances import DIFFERENCE_BARS, SEES, SHARP, TERMS_OFF


@dataclass(frozen=True, eq=False)
class Checked:
    """What differences say of gradients. True if every entry agrees, and could have been seen not to.

    claimed: the gradients by the parameters' names. slopes: the slopes of the cost by all entries, with error bars.
    """

    claimed: Mapping[str, Floats]
    slopes: Mapping[str, Slopes]

    @property
    def wrong(self) -> dict[str, Floats]:
        """Which entries lie outside of the error bars, and farther than rounding of the largest entry could be."""
        return {name: ~self._fits(name, self._lost) for name in self.claimed}

    @property
    def unresolved(self) -> dict[str, Floats]:
        """Which entries may be right or wrong.

        Their error bars hide a hundredth of them, as on a kink; or they are off by no more than a right formula may be
        that has lost its digits, as 1 - A * A has where tanh is rounded to 1.
        """
        found = {}
        for name, slope in self.slopes.items():
            hidden = (slope.error > 0) & (DIFFERENCE_BARS * slope.error > SEES * self._size(name))
            found[name] = self._fits(name, self._lost) & (hidden | ~self._fits(name))
        return found

    @property
    def verdict(self) -> Literal["agrees", "refuted", "undecided"]:
        """Refuted if an entry is wrong, else undecided if one is unresolved."""
        if any(entries.any() for entries in self.wrong.values()):
            return "refuted"
        return "undecided" if any(entries.any() for entries in self.unresolved.values()) else "agrees"

    def __bool__(self) -> bool:
        return self.verdict == "agrees"

    def __str__(self) -> str:
        lines = [self._refuted(name, wrong) for name, wrong in self.wrong.items() if wrong.any()]
        lines += [self._undecided(name, hidden) for name, hidden in self.unresolved.items() if hidden.any()]
        agree = sum(array.size for array in self.claimed.values()) - sum(
            int(entries.sum()) for kind in (self.wrong, self.unresolved) for entries in kind.values()
        )
        return "\n".join([*lines, f"{agree} entries agree with differences"])

    def _size(self, name: str) -> Floats:
        return np.asarray(np.fmax(np.abs(self.claimed[name]), np.abs(self.slopes[name].value)))

    @property
    def _lost(self) -> float:
        """What a claim may be off by its rounding: some units in the last place of the largest entry of all."""
        return TERMS_OFF * EPS * max(float(np.max(array)) for array in map(self._size, self.claimed))

    def _fits(self, name: str, lost: float = 0.0) -> Floats:
        """Which entries lie inside of the error bars."""
        slope = self.slopes[name]
        off = np.abs(self.claimed[name] - slope.value)
        bars = DIFFERENCE_BARS * slope.error + SHARP * self._size(name) + lost
        return np.asarray(np.isinf(slope.error) | (off <= bars))

    def _refuted(self, name: str, wrong: Floats) -> str:
        claimed, slope = self.claimed[name], self.slopes[name]
        off = np.where(wrong, np.abs(claimed - slope.value), -1.0)
        place = np.unravel_index(int(np.argmax(off)), off.shape)
        return (
            f"∂J/∂{name} is refuted at {wrong.sum()} of {wrong.size} entries; worst at {[int(i) for i in place]}: "
            f"{claimed[place]:.6g} instead of {slope.value[place]:.6g} ± {slope.error[place]:.1g}"
        )

    def _undecided(self, name: str, hidden: Floats) -> str:
        place = [int(i) for i in np.argwhere(hidden)[0]]
        error, off = self.slopes[name].error[tuple(place)], self.claimed[name] - self.slopes[name].value
        if np.isinf(error):
            why = "a kink lies there, or the cost has lost its digits: move the point"
        elif not self._fits(name)[tuple(place)]:
            why = f"it is off by {abs(off[tuple(place)]):.1g}, as rounding of the largest entry may be"
        else:
            why = f"its error bar is {error:.1g}"
        return f"∂J/∂{name} is undecided at {hidden.sum()} of {hidden.size} entries, such as {place}: {why}"


def check_gradients(
    network: Network, parameters: Parameters, X: Any, Y: Any, claimed: Parameters | None = None
) -> Checked:
    """Whether gradients of the cost are its slopes, for every entry of every parameter.

    claimed: gradients in the shapes of the parameters, such as those of one's own backward pass; by default the
    engine's, which the differences share no derivative rule with. Raises TypeError or ValueError for what cannot be.
    """
    X = examples(network, X)
    Y, named, it = labels(network, Y, X.shape[1]), checked(network, parameters), model(network)
    at = point([it.cost], {"X": X, "Y": Y, **named})
    if not np.isfinite(at(it.cost)):
        raise ValueError(f"the cost is {at(it.cost):g} at these parameters: it has no slopes there")
    told = checked(network, gradients(network, parameters, X, Y) if claimed is None else claimed)
    found = slopes(it.cost, it.parameters, at)
    return Checked(told, {node.name: slope for node, slope in zip(it.parameters, found, strict=True)})
