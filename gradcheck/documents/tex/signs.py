"""What the names of a tree print: letters, signs, and letters in fonts, in Unicode."""

from collections.abc import Mapping
from unicodedata import lookup, name

from gradcheck.documents.tex.words import LETTERS

SYMBOLS: Mapping[str, str] = {name: letter for letter, name in LETTERS.items()} | {
    "varrho": "ϱ", "varsigma": "ς", "hbar": "ℏ", "imath": "ı", "jmath": "ȷ", "infty": "∞", "top": "⊤", "prime": "′",
    "bullet": "∙", "emptyset": "∅", "dagger": "†",
}  # fmt: skip
OPERATORS: Mapping[str, str] = {
    "-": "−", "*": "∗", "cdot": "⋅", "times": "×", "odot": "⊙", "circ": "∘", "star": "⋆", "otimes": "⊗", "oplus": "⊕",
    "pm": "±", "mp": "∓", "wedge": "∧", "forall": "∀", "exists": "∃", "setminus": "∖", "cup": "∪", "cap": "∩",
    "lor": "∨", "land": "∧", "neg": "¬", "mod": "mod", "`": "‘",
}  # fmt: skip
RELATIONS: Mapping[str, str] = {
    "equiv": "≡", "in": "∈", "notin": "∉", "approx": "≈", "sim": "∼", "propto": "∝", "<=": "≤", ">=": "≥", "!=": "≠",
    "to": "→", "mapsto": "↦", "gets": "←", "implies": "⟹", "iff": "⟺", "subset": "⊂", "<<": "≪", ">>": "≫",
    "succ": "≻", "prec": "≺", "succeq": "⪰", "preceq": "⪯", "perp": "⊥", "parallel": "∥",
}  # fmt: skip
BIG: Mapping[str, str] = {"sum": "∑", "prod": "∏", "int": "∫", "bigcup": "⋃"}
ACCENTS: Mapping[str, str] = {
    "hat": "^", "tilde": "~", "bar": "¯", "vec": "→", "dot": "˙", "ddot": "¨", "check": "ˇ", "breve": "˘",
    "underline": "_",
}  # fmt: skip
DOTS: Mapping[str, str] = {"\\cdots": "⋯", "\\vdots": "⋮", "\\ddots": "⋱", "\\dotsb": "⋯"}
FONTS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("mathbf", "textbf", "bold", "bf"), ("BOLD",)),
    **dict.fromkeys(("boldsymbol", "bm", "symbf", "pmb"), ("BOLD ITALIC", "BOLD")),
    **dict.fromkeys(("mathcal", "mathscr"), ("SCRIPT",)),
    "mathbb": ("DOUBLE-STRUCK",),
    "mathfrak": ("FRAKTUR", "BLACK-LETTER"),
    "mathsf": ("SANS-SERIF",),
    "mathtt": ("MONOSPACE",),
}
"""What Unicode calls a font: letters that it lacks under the first name it may have under the next one."""


def in_font(letter: str, font: str) -> str | None:
    """A letter or digit in a font; None if Unicode has none."""
    try:
        words = name(letter).split()
    except (TypeError, ValueError):
        return None
    what = " ".join(word for word in words[1:] if word not in ("LETTER", "SYMBOL"))
    kind = what if words[0] in ("LATIN", "GREEK") else f"DIGIT {words[1]}" if words[0] == "DIGIT" else ""
    for style in FONTS.get(font, ()) if kind else ():
        for full in (f"MATHEMATICAL {style} {kind}", f"{style} {kind}"):
            try:
                return lookup(full)
            except KeyError:
                continue
    return None
