"""Anybody's words in LaTeX, whose fonts of text lack the signs of mathematics."""

import re
from unicodedata import normalize

_SIGNS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}", "<": r"\textless{}", ">": r"\textgreater{}",
    "|": r"\textbar{}", "…": r"\dots{}", "–": "--", "—": "---", "“": "``", "”": "''", "‘": "`", "’": "'",
}  # fmt: skip
_FORMULAS = {
    "∂": r"\partial", "∇": r"\nabla", "∈": r"\in", "×": r"\times", "·": r"\cdot", "∘": r"\circ", "⊙": r"\odot",
    "⊗": r"\otimes", "√": r"\surd", "∑": r"\sum", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "≈": r"\approx",
    "→": r"\to", "∞": r"\infty", "∀": r"\forall", "ℒ": r"\mathcal{L}", "𝓛": r"\mathcal{L}", "ℓ": r"\ell",
    "𝟏": r"\mathbf{1}", "𝕃": r"\mathbb{L}", "ℝ": r"\mathbb{R}", "−": "-", "′": "'", "ᵀ": "^T", "⁻": "^{-}",
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\epsilon", "ζ": r"\zeta", "η": r"\eta",
    "θ": r"\theta", "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu", "ν": r"\nu", "ξ": r"\xi", "π": r"\pi",
    "ρ": r"\rho", "σ": r"\sigma", "τ": r"\tau", "φ": r"\varphi", "χ": r"\chi", "ψ": r"\psi", "ω": r"\omega",
    "Γ": r"\Gamma", "Δ": r"\Delta", "Θ": r"\Theta", "Λ": r"\Lambda", "Σ": r"\Sigma", "Φ": r"\Phi", "Ω": r"\Omega",
}  # fmt: skip
_RAISED, _LOWERED = "⁰¹²³⁴⁵⁶⁷⁸⁹", "₀₁₂₃₄₅₆₇₈₉"


def escaped(words: str) -> str:
    """Words of which none mean anything to LaTeX; signs of mathematics become formulas."""
    return "".join(map(_sign, normalize("NFC", re.sub(r"\s+", " ", words))))


def _sign(sign: str) -> str:
    if sign in _SIGNS:
        return _SIGNS[sign]
    for digits, put in ((_RAISED, "^"), (_LOWERED, "_")):
        if sign in digits:
            return f"${put}{digits.index(sign)}$"
    return f"${_FORMULAS[sign]}$" if sign in _FORMULAS else sign
