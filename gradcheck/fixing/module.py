"""A module's text as it stands in its file, and where the nodes of its syntax tree stand in it."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable
from typing import NamedTuple

from gradcheck.documents.syntax import Syntax

UNREADABLE = (SyntaxError, ValueError, LookupError, RecursionError, MemoryError)
"""What `Module` raises of a file that is no Python, or not in the encoding that it names."""


LINE_END = re.compile(r"\r\n|\r|\n")
"""What ends a line for Python."""


class Edit(NamedTuple):
    """What is written in the place of text[start:end]."""

    start: int
    end: int
    text: str


class Module:
    """The text of a file with its own line endings, and its syntax tree.

    Raises one of UNREADABLE.
    """

    def __init__(self, content: bytes) -> None:
        self.encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        self.text = content.decode(self.encoding)
        if self.text.encode(self.encoding) != content:
            raise ValueError(f"it cannot be written again in {self.encoding} as it stands")
        self.syntax = Syntax(content)
        self._lines = [0, *(end.end() for end in LINE_END.finditer(self.text))]

    @property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return self.syntax.tree

    def start_of_line(self, number: int) -> int:
        """Where a line begins; lines are counted from 1, and the text ends where the line after the last would."""
        return self._lines[number - 1] if number <= len(self._lines) else len(self.text)

    def line(self, number: int) -> str:
        """A line with its ending."""
        return self.text[self.start_of_line(number) : self.start_of_line(number + 1)]

    @property
    def lines(self) -> list[str]:
        """All lines with their endings."""
        return [line for number in range(1, len(self._lines) + 1) if (line := self.line(number))]

    def _at(self, line: int, column: int) -> int:
        """Where a column is, which syntax trees count in bytes of UTF-8, whatever the file's own encoding is."""
        return self.start_of_line(line) + len(self.line(line).encode()[:column].decode())

    def span(self, node: ast.expr | ast.alias | ast.stmt) -> tuple[int, int]:
        """Where a node begins and ends."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._at(node.lineno, node.col_offset), self._at(node.end_lineno, node.end_col_offset)

    def source(self, node: ast.expr) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    def edited(self, edits: Iterable[Edit]) -> bytes:
        """The file's content with these edits, which do not overlap.

        Raises:
            UnicodeEncodeError: the file's encoding does not have a letter of them.
        """
        text = self.text
        for start, end, new in sorted(edits, reverse=True):
            text = text[:start] + new + text[end:]
        return text.encode(self.encoding)


def ending(line: str) -> str:
    """How a line ends; the last one of a file may not."""
    found = LINE_END.search(line)
    return found[0] if found else "\n"
