"""Names of variables as mathematics: the letter, the layer and the index of `W1_new`."""

import re

HAT = "\N{COMBINING CIRCUMFLEX ACCENT}"
_LETTERS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu")
_MORE_LETTERS = ("xi", "omicron", "pi", "rho", "final sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega")
GREEK = {name: chr(0x3B1 + i) for i, name in enumerate(_LETTERS + _MORE_LETTERS)} | {"Phi": "Φ", "Delta": "Δ"}
SYMBOL = re.compile(rf"d?(?:[A-Za-z]|{'|'.join(GREEK)})\d*(?:_[A-Za-z0-9]+)*(?:\[\w+\])?")
RAISED_LABEL = re.compile(r"([^{}^_]+)\^\{([^{}]+)\}(_\{[^{}]*\})?")


def parts(name: str) -> tuple[str, str, str]:
    """Letter, layer and index of a name: W1_new is W, 1, new; Z[2] is Z, 2."""
    found = re.fullmatch(r"(d?[A-Za-z]+?)(\d*)(?:\[(\w+)\])?(?:_(\w+))?(?:\[(\w+)\])?", name)
    if found is None:
        return name, "", ""
    letter, number, layer, index, last = found.groups()
    return letter, number or layer or last or "", index or ""
