"""Where a step is wrong, if no cause fits: which rows, columns or entries, or right where a unit is active only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gradcheck.graph import Array
from gradcheck.judging.causes.trial import Cause, Trial
from gradcheck.judging.comparison import Comparison, NumericPoint
from gradcheck.judging.lines import only_wrong
from gradcheck.numerics.evaluate import Values
from gradcheck.numerics.kinks import arguments_of
from gradcheck.verdicts import Answer


def where(trial: Trial, differing: Sequence[Comparison]) -> Cause | None:
    """Which part is wrong at all points at which something is; None if it is no part in particular."""
    if trial.is_ill_shaped:
        return None
    part = only_wrong([comparison.wrong for comparison in differing])
    return _active(trial) or (Cause("entries", part, None, True) if part else None)


def _active(trial: Trial) -> Cause | None:
    """Right wherever a unit is active, and wrong elsewhere."""
    for argument in arguments_of((trial.target, trial.formula)):
        if argument.shape == trial.target.shape:
            seen = [_seen_at(trial, at, argument) for at in trial.points]
            masks = [(wrong, active) for wrong, active in filter(None, seen) if np.any(wrong)]
            words = None
            if masks and all(not np.any(wrong & active) for wrong, active in masks):
                words = "it is right where {} > 0 only"
            elif masks and all(not np.any(wrong & ~active) for wrong, active in masks):
                words = "it is right where {} < 0 only"
            if words and any(np.any(active) for _, active in masks) and any(np.any(~active) for _, active in masks):
                return Cause("active units", trial.says(words, argument), None, True)
    return None


def _seen_at(trial: Trial, at: NumericPoint, argument: Array) -> tuple[Values, Values] | None:
    found = at.compare(trial.target, trial.formula)
    if found.backprop is not Answer.DIFFERS:
        return None
    return found.wrong, np.reshape(at.engine(argument)[0] > 0, found.wrong.shape)
