"""Layered networks trained by gradient descent, on the engine that judges derivations. Columns are examples.

The public names are looked up when they are first used, as those of gradcheck are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck.lazy import names_from

if TYPE_CHECKING:
    from gradcheck.network.checking import Checked, check_gradients
    from gradcheck.network.descent import Diverged, Fit, cost, fit, gradients, step
    from gradcheck.network.engine import value_and_gradients
    from gradcheck.network.layers import Network, Parameters, initial
    from gradcheck.network.prediction import accuracy, forward, predict
    from gradcheck.network.saving import load, save
    from gradcheck.network.training import Interrupted, Training, train

__all__ = [
    "Checked", "Diverged", "Fit", "Interrupted", "Network", "Parameters", "Training", "accuracy", "check_gradients",
    "cost", "fit", "forward", "gradients", "initial", "load", "predict", "save", "step", "train", "value_and_gradients",
]  # fmt: skip

_NAMES_OF = {
    "checking": ("Checked", "check_gradients"),
    "descent": ("Diverged", "Fit", "cost", "fit", "gradients", "step"),
    "engine": ("value_and_gradients",),
    "layers": ("Network", "Parameters", "initial"),
    "prediction": ("accuracy", "forward", "predict"),
    "saving": ("load", "save"),
    "training": ("Interrupted", "Training", "train"),
}
__getattr__, __dir__ = names_from(__name__, _NAMES_OF)
