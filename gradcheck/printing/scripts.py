"""Superscripts and subscripts in LaTeX: a symbol has one of each, for a second one is an error."""

import re

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\S")
_OPEN, _CLOSE = ("{", "\\left"), ("}", "\\right")
_RAISED = re.compile(r"((?:\\\w+(?:\{[^{}]*\})?|\w)+)\^\{([^{}]+)\}(_\{(?:[^{}]|\{[^{}]*\})*\})?")


def scripted(words: str, sign: str, script: str) -> str:
    """Words with a script behind `^` or `_`, in braces if they end in one of the kind already."""
    return f"{f'{{{words}}}' if sign in _scripts_of(words) else words}{sign}{{{script}}}"


def raised(label: str, mark: str) -> str:
    """A label with a mark above it, which stands beside its layer: W^{[1]T}."""
    found = _RAISED.fullmatch(label)
    if found is None:
        return scripted(label, "^", mark)
    space = " " * found[2][-1].isalpha()  # behind the name of a sign
    return f"{found[1]}^{{{found[2]}{space}{mark}}}{found[3] or ''}"


def _scripts_of(words: str) -> set[str]:
    """Which scripts stand behind the last symbol, or the last thing in brackets."""
    depth, is_script, found = 0, False, set[str]()
    for token in _TOKEN.findall(words):
        if depth == 0 and token in ("^", "_", "'"):
            found.add("^" if token == "'" else token)
            is_script = token != "'"
            continue
        if depth == 0 and not is_script:
            found = set()  # another symbol begins
        depth += (token in _OPEN) - (token in _CLOSE)
        is_script = is_script and depth > 0
    return found
