"""Where formulas, code and comments of a page stand: what opens them, and what closes them.

Whatever a page says, it is gone through once: what is not closed anywhere is looked for once, and opens nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

ENVIRONMENTS = "equation|align|gather|multline|eqnarray|displaymath|flalign|alignat|math|dmath"
CODE = ("verbatim", "lstlisting", "minted")
"""Environments whose content is no LaTeX."""

_OPENING = re.compile(
    r"(?m:^[ ]{0,3}(?P<fence>```+|~~~+)(?P<is_math>math\b)?)"
    r"|\\verb\*?(?P<bar>[^\w\s])"
    r"|\\begin\{(?P<name>(?:" + "|".join((ENVIRONMENTS, *CODE)) + r")\*?)\}"
    r"|(?P<sign><!--|%|\$\$|\$`|\$|`|\\\[|\\\()"
    r"|\\.",
    re.DOTALL,
)
_CLOSING: Mapping[str, tuple[str, str, int]] = {
    "<!--": ("-->", "comment", 0),
    "$$": ("$$", "display", 1),
    "\\[": ("\\]", "display", 1),
    "\\(": ("\\)", "inline", 1),
}
"""By what stands before something: what stands behind it, what it is, and how many letters it has at least."""
_WITHIN: Mapping[str, tuple[re.Pattern[str], str, int]] = {
    "$`": (re.compile(r"[^`]+(?=`\$)"), "inline", 2),
    "$": (re.compile(r"(?:[^$\\\n]|\\.|\n(?!\s*\n))+?(?=\$)", re.DOTALL), "inline", 1),
    "`": (re.compile(r"[^`\n]+(?=`)"), "code", 1),
}
"""By what stands before something: what it may be, what it is, and how many signs stand behind it."""


class Mark(NamedTuple):
    """Something in a page. kind: "display", "inline", "code" or "comment". start, stop: where it stands with its signs.

    inside: where that stands what is between them. environment: that of an aligned display.
    """

    kind: str
    start: int
    stop: int
    inside: tuple[int, int]
    environment: str = ""


def marks(text: str, is_latex: bool) -> Iterator[Mark]:
    """Formulas, code and comments, in their order; none stands in another."""
    scan = _Scan(text, is_latex)
    place = 0
    while match := _OPENING.search(text, place):
        found = scan.opened(match)
        place = match.end() if found is None else found.stop
        if found is not None:
            yield found
        elif match["sign"] or match["fence"]:  # what follows may be opened by its rest: `$$` alone is a `$` and a `$`
            place = match.start() + 1


class _Scan:
    def __init__(self, text: str, is_latex: bool) -> None:
        self.text, self.is_latex = text, is_latex
        self.never: set[str] = set()

    def opened(self, match: re.Match[str]) -> Mark | None:
        """What a sign opens; None if it opens nothing."""
        if match["fence"]:
            return self._fenced(match)
        if bar := match["bar"]:
            return self._until(match, bar, "code", 0)
        if name := match["name"]:
            kind = "code" if name in CODE else "display"
            return self._until(match, f"\\end{{{name}}}", kind, environment=name if kind == "display" else "")
        sign = match["sign"]
        if sign in _CLOSING:
            return self._until(match, *_CLOSING[sign])
        if sign in _WITHIN and not (sign == "`" and self.is_latex):
            return self._matched(match, *_WITHIN[sign])
        if sign == "%" and self.is_latex:
            stop = self.text.find("\n", match.start())
            return Mark("comment", match.start(), len(self.text) if stop < 0 else stop, (match.end(), match.end()))
        return None

    def _until(
        self, match: re.Match[str], closing: str, kind: str, least: int = 1, environment: str = ""
    ) -> Mark | None:
        """What ends where it is closed, with so many letters in it at least."""
        stop = -1 if closing in self.never else self.text.find(closing, match.end() + least)
        if stop < 0:
            self.never.add(closing)  # nor behind this place
            return None
        return Mark(kind, match.start(), stop + len(closing), (match.end(), stop), environment)

    def _matched(self, match: re.Match[str], inside: re.Pattern[str], kind: str, width: int) -> Mark | None:
        found = inside.match(self.text, match.end())
        return found and Mark(kind, match.start(), found.end() + width, found.span())

    def _fenced(self, match: re.Match[str]) -> Mark | None:
        """A block of code, up to its fence or to the end; or a display, where that is said and it is closed."""
        fence = match["fence"]
        is_math = fence == "```" and bool(match["is_math"])
        closing = re.compile(rf"^[ ]{{0,3}}{fence}{'' if is_math else '[`~]*'}[^\S\n]*$", re.MULTILINE)
        line = self.text.find("\n", match.end()) + 1
        found = None if closing.pattern in self.never or not line else closing.search(self.text, line)
        if found is None and is_math:
            self.never.add(closing.pattern)
            return None
        start, stop, end = line, *(found.span() if found else (len(self.text), len(self.text)))
        return Mark("display" if is_math else "code", match.start(), end, (start, stop))
