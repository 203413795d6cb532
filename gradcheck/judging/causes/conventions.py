"""Another convention for derivatives by symmetric matrices than that of the claim."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from gradcheck.graph import derivatives_in, identity
from gradcheck.graph.definite import is_symmetric
from gradcheck.judging.causes.trial import Cause, Trial


def a_convention(trial: Trial) -> Iterator[Cause]:
    """The step is right along symmetric changes, or by entries on one side of the diagonal (Matrix Cookbook, 138)."""
    whole = trial.target
    by = next((node.args[1] for node in derivatives_in(whole) if is_symmetric(node.args[1])), None)
    if by is None or trial.is_ill_shaped or whole.ndim != 2 or whole.shape != by.shape:
        return
    name, own = trial.says("{}", by), "the claim is by each entry on its own"
    along = (whole + whole.T) / 2
    others = (
        (along, f"it is right along symmetric changes of {name}, and {own}: claim (G + G.T) / 2 of the gradient G"),
        (
            2 * along - whole * identity(whole.shape[0]),
            f"it is right by the entries of {name} on and below the diagonal, and {own}: "
            "claim G + G.T - G * identity(n) of the gradient G",
        ),
    )
    for other, words in others:
        for cause in trial.causes("convention", words, whole, sides=(trial.formula, other)):
            yield replace(cause, right=None)
