"""Checks gradients that somebody derived by hand: says what is proved, what was only seen, and what is wrong.

The public names are looked up when they are first used: importing gradcheck imports neither SymPy nor Hypothesis nor
NumPy, so that the pytest plugin costs nothing where there is nothing to verify.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gradcheck.black_box import GradientReport, check_gradient
    from gradcheck.derivation import abuse_of_notation, claim, derivation, misprint
    from gradcheck.given import given_gradients
    from gradcheck.notation import bits, dims, gradient, jacobian, one_hot, positive, real, shape, unit
    from gradcheck.verdicts import Report, Verdict
    from gradcheck.verify import verify

__version__ = "0.1.0"

__all__ = [
    "GradientReport",
    "Report",
    "Verdict",
    "__version__",
    "abuse_of_notation",
    "bits",
    "check_gradient",
    "claim",
    "derivation",
    "dims",
    "given_gradients",
    "gradient",
    "jacobian",
    "misprint",
    "one_hot",
    "positive",
    "real",
    "shape",
    "unit",
    "verify",
]

_NAMES_OF = {
    "black_box": ("GradientReport", "check_gradient"),
    "derivation": ("abuse_of_notation", "claim", "derivation", "misprint"),
    "given": ("given_gradients",),
    "notation": ("bits", "dims", "gradient", "jacobian", "one_hot", "positive", "real", "shape", "unit"),
    "verdicts": ("Report", "Verdict"),
    "verify": ("verify",),
}
_HOME = {name: module for module, names in _NAMES_OF.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """Keeps `gradcheck.verify` and `gradcheck.derivation` what they are.

    Importing a submodule sets it as an attribute of its package; here that would put modules in the place of the
    function and the decorator of the same names, or not, depending on what was imported before.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
