"""Where a step is wrong, if no cause fits: which rows, columns or entries, or right where a unit is active only.

Only numbers have seen it, so it is said to look like that.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradcheck.graph import Array
from gradcheck.judging.causes.trial import Cause, Trial
from gradcheck.judging.comparison import Comparison, NumericPoint
from gradcheck.judging.findings import condition
from gradcheck.judging.lines import only_wrong
from gradcheck.numerics.evaluate import Values
from gradcheck.numerics.kinks import Side, arguments_of
from gradcheck.verdicts import Answer

LEAST_SEEDS = 2
"""Entries that are drawn again have to be wrong in the same part: numbers of one seed are the same at all sizes."""


def where(trial: Trial, differing: Sequence[Comparison]) -> Cause | None:
    """Which part is wrong at all points at which something is; None if it is no part in particular."""
    if trial.is_ill_shaped:
        return None
    partly = {c.point.seed for c in differing if not np.all(c.wrong)}
    part = only_wrong([c.wrong for c in differing]) if len(partly) >= LEAST_SEEDS else ""
    return _active(trial) or (Cause("entries", part) if part else None)


def _active(trial: Trial) -> Cause | None:
    """Right wherever a unit is active, and wrong elsewhere."""
    for argument in arguments_of((trial.target, trial.formula)):
        names = _names(trial, argument)
        if argument.shape == trial.target.shape and names:
            seen = [_seen_at(trial, at, argument) for at in trial.points]
            masks = [(wrong, active) for wrong, active in filter(None, seen) if np.any(wrong)]
            if masks and (sign := _right_side(masks)):
                where_right = condition(Side(argument, sign), names)
                return Cause("active units", f"it is right where {where_right} only")
    return None


def _names(trial: Trial, argument: Array) -> dict[int, str]:
    """The names of what is compared there, which may be other nodes of the same value than the author's."""
    known = {symbol.key: trial.names[id(symbol)] for symbol in trial.symbols}
    return {id(node): known[node.key] for node in (argument, *argument.args) if node.key in known}


def _right_side(masks: Sequence[tuple[Values, Values]]) -> int:
    """The sign on which nothing is wrong, if both occur; 0 if something is wrong on both. masks: wrong, and active."""
    if not all(any(np.any(active == side) for _, active in masks) for side in (True, False)):
        return 0
    return next((s for s in (1, -1) if not any(np.any(wrong & (active == (s > 0))) for wrong, active in masks)), 0)


def _seen_at(trial: Trial, at: NumericPoint, argument: Array) -> tuple[Values, Values] | None:
    found = at.compare(trial.target, trial.formula)
    if found.backprop is not Answer.DIFFERS:
        return None
    return found.wrong, np.reshape(at.engine(argument)[0] > 0, found.wrong.shape)
