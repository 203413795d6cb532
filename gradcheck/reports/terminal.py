"""Lines of a report on a terminal, or in a pipe: marks and colours, width, and letters that can be seen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TextIO
from unicodedata import category

from rich.console import Console
from rich.text import Text as RichText

from gradcheck.verdicts import shortened

MARKS = {
    "✓": ("green", "proved"),
    "≡": ("blue", "by definition: both sides are one expression, so that nothing could be wrong"),
    "~": ("yellow", "agrees at every point looked at, not proved"),
    "m": ("cyan", "misprint, confirmed: wrong as printed, and its correction is proved (or true by definition)"),
    "a": (
        "cyan",
        "abuse of notation, confirmed: wrong as printed, and what is meant is proved (or true by definition)",
    ),
    "✗": ("bold red", "not as the module says"),
    "?": ("bold yellow", "undecided, which counts as not as the module says"),
    "○": ("yellow", "not read: this notation is not understood, or something in it is not declared"),
    "!": ("bold magenta", "gradcheck contradicts itself: a mistake in gradcheck, not in the document"),
}
"""The mark of a step: its colour and what it means."""

LONGEST_LINE = 1000
"""How many characters of a line are shown."""
_PLAIN = str.maketrans(
    {
        "✓": "+",
        "✗": "x",
        "∂": "d",
        "′": "'",
        "×": "x",
        "·": "*",
        "—": "-",
        "–": "-",
        "…": "...",
        "−": "-",
        "≈": "~",
        "≡": "=",
        "○": "o",
    }
)
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode's categories of what is no letter to be seen: controls, formats, surrogates, ends of lines."""


@dataclass(frozen=True)
class Line:
    """One line of text.

    hang: how much further its continuations are indented. marks: before which of its letters its marks stand. is_whole:
    whether it is shown however long it is.
    """

    text: str = ""
    indent: int = 0
    style: str = ""
    hang: int = 2
    marks: int = 0
    is_whole: bool = False

    @property
    def shown(self) -> str:
        """The text, which stays on its line, and is cut if nobody could read it: the JSON report has all."""
        text = self.text if self.is_whole else shortened(self.text, LONGEST_LINE)
        return visible(text).replace("\n", r"\n")


class Printer:
    """Prints lines to a stream as they come: wrapped and coloured on a terminal, plain and unbroken in a pipe."""

    def __init__(self, stream: TextIO) -> None:
        self.console = _Console(file=stream, highlight=False, markup=False, emoji=False)
        self.encoding = getattr(stream, "encoding", None) or "utf-8"
        self.is_terminal = stream.isatty()

    def print(self, lines: Iterable[Line]) -> None:
        """Print the lines, and make sure they are seen."""
        for line in lines:
            for text in self._wrapped(line):
                self.console.print(text, soft_wrap=True)
        self.console.file.flush()

    def _wrapped(self, line: Line) -> Iterator[RichText]:
        if self.is_terminal and _is_marks(line.text) and line.indent + len(line.text) > self.console.width:
            return  # what they stand under is wrapped
        text = RichText(encodable(line.shown, self.encoding), style=line.style)
        for i, mark in enumerate(line.text[: line.marks]):
            text.stylize(MARKS[mark][0] if mark in MARKS else "", i, i + 1)
        if not self.is_terminal or not line.text:
            yield RichText(" " * line.indent * bool(line.text)) + text
            return
        room = max(10, self.console.width - line.indent - line.hang)
        for i, part in enumerate(text.wrap(self.console, room)):
            yield RichText(" " * (line.indent + line.hang * bool(i))) + part


def _is_marks(text: str) -> bool:
    return bool(text.strip()) and set(text) <= {" ", "^"}


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the caller: Rich would end the program with exit code 1, which means something else here."""
        raise


def visible(text: str) -> str:
    r"""The text as people are to see it: what commands a terminal, or is no letter, is written out, as \x1b is."""
    return "".join(c if category(c) not in _UNSEEN or c == "\n" else ascii(c)[1:-1] for c in text)


def encodable(text: str, encoding: str) -> str:
    """The text, with plain letters for what the encoding does not have."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    return text
