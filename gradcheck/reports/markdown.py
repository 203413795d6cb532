"""Anybody's words in Markdown."""

import re

_SIGNS = re.compile(r"[\\`*_\[\]<>$|~#&]")


def escaped(words: str) -> str:
    """Words of which none mean anything to GitHub's Markdown: no emphasis, link, formula, cell, mark-up or heading."""
    return _SIGNS.sub(lambda sign: f"\\{sign[0]}", re.sub(r"\s+", " ", words))
