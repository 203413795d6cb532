"""Checks gradients that somebody derived by hand: says what is proved, what was only seen, and what is wrong.

The public names are looked up when they are first used: importing gradcheck imports neither SymPy nor Hypothesis nor
NumPy, so that the pytest plugin costs nothing where there is nothing to verify.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gradcheck.lazy import names_from

if TYPE_CHECKING:
    from gradcheck.black_box import GradientReport, check_gradient
    from gradcheck.black_box.given import given_gradients
    from gradcheck.documents.causes import cause
    from gradcheck.documents.claims import Claim, abuse_of_notation, claim, misprint, reading
    from gradcheck.documents.derivations import Derivation, derivation
    from gradcheck.graph import Array
    from gradcheck.notation import (
        bits,
        dims,
        distribution,
        gradient,
        jacobian,
        one_hot,
        orthogonal,
        positive,
        positive_definite,
        real,
        shape,
        symmetric,
        triangular,
        unit,
        unit_vector,
    )
    from gradcheck.reports.report import Report, verify
    from gradcheck.verdicts import Verdict

__version__ = "0.1.0"

__all__ = [
    "Array", "Claim", "Derivation", "GradientReport", "Report", "Verdict", "__version__", "abuse_of_notation", "bits",
    "cause", "check_gradient", "claim", "derivation", "dims", "distribution", "given_gradients", "gradient", "jacobian",
    "misprint", "one_hot", "orthogonal", "positive", "positive_definite", "reading", "real", "shape", "symmetric",
    "triangular", "unit", "unit_vector", "verify",
]  # fmt: skip

_NAMES_OF = {
    "black_box": ("GradientReport", "check_gradient"),
    "black_box.given": ("given_gradients",),
    "documents.causes": ("cause",),
    "documents.claims": ("Claim", "abuse_of_notation", "claim", "misprint", "reading"),
    "documents.derivations": ("Derivation", "derivation"),
    "graph": ("Array",),
    "notation": (
        "bits",
        "dims",
        "distribution",
        "gradient",
        "jacobian",
        "one_hot",
        "orthogonal",
        "positive",
        "positive_definite",
        "real",
        "shape",
        "symmetric",
        "triangular",
        "unit",
        "unit_vector",
    ),
    "reports.report": ("Report", "verify"),
    "verdicts": ("Verdict",),
}
__getattr__, __dir__ = names_from(__name__, _NAMES_OF)
