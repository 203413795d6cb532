"""Names of variables as mathematics: the letter, the layer and the index of `W1_new`. Words are no mathematics."""

import re
from functools import lru_cache
from typing import NamedTuple

from gradcheck.functions import upright

ACCENTS = {"hat": "\N{COMBINING CIRCUMFLEX ACCENT}", "bar": "\N{COMBINING MACRON}", "tilde": "\N{COMBINING TILDE}"}
"""Accents by the words that names have for them, which are LaTeX's commands."""
_LETTERS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu")
_MORE_LETTERS = ("xi", "omicron", "pi", "rho", "final sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega")
_CAPITALS = {"Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Phi": "Φ"}
GREEK = {name: chr(0x3B1 + i) for i, name in enumerate(_LETTERS + _MORE_LETTERS)} | _CAPITALS
GREEK |= {"Psi": "Ψ", "Omega": "Ω"}
_SYMBOL = re.compile(
    rf"(?P<d>d?)(?P<letter>[^\W\d_]|{'|'.join(GREEK)})(?P<accent>(?:_?(?:hat|bar|tilde))?)(?P<number>\d*)(?P<prime>(?:_?prime)?)"
    r"(?:\[(?P<layer>\w+)\])?(?:_(?P<index>\w+?))?(?:\[(?P<last>\w+)\])?_?"
)


class Symbol(NamedTuple):
    """A letter with what stands around it. indices: what is written below it, in its order."""

    letter: str
    layer: str
    indices: tuple[str, ...]
    is_differential: bool
    accent: str
    has_prime: bool


@lru_cache(maxsize=1024)
def symbol(name: str) -> Symbol | None:
    """The symbol that a name stands for: dW1_new is d, W, layer 1, index new; Z[2] is Z, layer 2; None for a word.

    A number of one digit is that of a layer; w11 is an entry. An underscore at the end is Python's, as in lambda_.
    """
    found = _SYMBOL.fullmatch(name)
    if found is None:
        return None
    layers = [found["number"]] * (len(found["number"]) == 1) + list(filter(None, (found["layer"], found["last"])))
    indices = [found["number"]] * (len(found["number"]) > 1) + (found["index"] or "").split("_") + layers[1:]
    return Symbol(
        found["letter"],
        next(iter(layers), ""),
        tuple(filter(None, indices)),
        bool(found["d"]),
        found["accent"].lstrip("_"),
        bool(found["prime"]),
    )


def letter_of(letter: str) -> str:
    """A letter in LaTeX, where Greek ones have names, and omicron has none."""
    name = _NAMES.get(letter, letter)
    return f"\\{name}" if name in GREEK and name != "omicron" else name.replace("omicron", "o")


_NAMES = {letter: name for name, letter in GREEK.items() if " " not in name}


def index_of(index: str) -> str:
    """An index or a layer's number in LaTeX: i, ij, 12; a word stands upright."""
    is_symbol = index.isdigit() or (len(index) < 3 and index.isalpha())
    return index if is_symbol else letter_of(index) if index in GREEK else upright(index)
