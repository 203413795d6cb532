"""Printed mathematics as a tree. Nothing is decided of what it means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

Row = Sequence["Node"]
"""Things side by side."""


@dataclass(frozen=True)
class Node:
    """A thing that is printed, with its scripts.

    | kind | value | parts |
    |---|---|---|
    | symbol | a letter or the name of one, as `W`, `alpha` | |
    | word | an upright name, as `log`, `ReLU` | |
    | number | its digits | |
    | operator | its sign, as `+`, `odot` | |
    | relation | its sign, as `=`, `in` | |
    | bracket | the opening and the closing sign, as `()`, `||` | what is inside |
    | group | | what braces hold together |
    | fraction | | numerator, denominator |
    | root | | what is under it, and its degree where it has one |
    | big | `sum`, `prod`, `max` with its limits as scripts | |
    | accent | its name, as `hat` | what is under it |
    | font | its name, as `mathbf` | what is set in it |
    | text | words | |
    | brace | `under` or `over` | what it spans, its note |
    | matrix | its environment | rows of cells, flat |
    | lines | its environment | what stands in it, with `newline` and `align` |
    | newline, align, space, dots, partial, nabla | | |

    sup, sub: its scripts, each a row. primes: how many. columns: of a matrix, cells in each row. over, under: what is
    stacked on it, as the words on a sign, and says nothing to us.
    start, stop: where it stands in the page.
    """

    kind: str
    value: str = ""
    parts: tuple[Row, ...] = ()
    sup: tuple[Row, ...] = ()
    sub: tuple[Row, ...] = ()
    primes: int = 0
    columns: tuple[int, ...] = ()
    start: int = 0
    stop: int = 0
    is_large: bool = False
    over: Row = ()
    under: Row = ()

    def bare(self) -> Node:
        """The same without scripts."""
        return replace(self, sup=(), sub=(), primes=0)

    @property
    def is_scripted(self) -> bool:
        """Whether it has any script."""
        return bool(self.sup or self.sub or self.primes)

    @property
    def inner(self) -> Row:
        """Its first part."""
        return self.parts[0]

    def is_(self, kind: str, *values: str) -> bool:
        """Whether it is of a kind, and has one of the values if any are given."""
        return self.kind == kind and (not values or self.value in values)

    @property
    def rows(self) -> Iterator[Sequence[Row]]:
        """The cells of a matrix, row by row."""
        at = 0
        for count in self.columns:
            yield self.parts[at : at + count]
            at += count


class Span(NamedTuple):
    """A place in the page."""

    start: int
    stop: int


def span(row: Row) -> Span:
    """Where a row stands."""
    return Span(min(node.start for node in row), max(node.stop for node in row)) if row else Span(0, 0)


BLANK = ("space", "align", "newline")


def solid(row: Row) -> list[Node]:
    """A row without spaces and line breaks."""
    return [node for node in row if node.kind not in BLANK]


def plain(row: Row) -> str:
    """A row as a short text, equal for rows that look alike; what scripts are known by."""
    return "".join(map(_plain, solid(row)))


def _plain(node: Node) -> str:
    inside = ",".join(map(plain, node.parts))
    match node.kind:
        case "symbol" | "word" | "number" | "operator" | "relation" | "text" | "big":
            text = node.value
        case "bracket":
            text = f"{node.value[0]}{inside}{node.value[-1]}"
        case "group":
            text = inside
        case "fraction":
            text = f"({inside.replace(',', ')/(')})"
        case _:
            text = f"{node.kind}{node.value}({inside})"
    text += "".join(f"_{plain(row)}" for row in node.sub) + "'" * node.primes
    return text + "".join(f"^{plain(row)}" for row in node.sup)


def walked(row: Row) -> Iterator[Node]:
    """All nodes of a row, those that hold others first."""
    for node in row:
        yield node
        for part in (*node.parts, *node.sub, *node.sup):
            yield from walked(part)
