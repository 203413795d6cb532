"""What a formula states: chains `a = b = c`, cut out of its lines, each with the signs between its sides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gradcheck.documents.tex.tree import BLANK, Node, Row, Span, plain, solid, span

EQUAL = ("=", ":=", "equiv")
NEW = ("implies", "iff")
"""Signs behind which something else is stated."""
LEADING = ("now", "where", "and", "so", "thus", "hence", "then", "therefore", "here", "also", "finally")
"""Words in front of a statement that say nothing of it."""
CUTTING = frozenset(
    [
        "and",
        "or",
        "where",
        "with",
        "so",
        "thus",
        "hence",
        "while",
        "whereas",
        "since",
        "because",
        "but",
        "also",
        "then",
        "here",
        "let",
    ]
)
SPACE = 0.9
"""A space as wide as this, in em, stands between two statements."""
NOWHERE = Span(0, 0)


@dataclass(frozen=True)
class Side:
    """One side of a statement, and the sign in front of it, "" for the first one. place: where the sign stands."""

    sign: str
    nodes: tuple[Node, ...]
    place: Span = NOWHERE

    @property
    def text(self) -> str:
        """It as a short text."""
        return plain(self.nodes)


@dataclass(frozen=True)
class Statement:
    """Sides with their signs. is_continued: whether the first side is that of the statement before.

    is_aside: whether it begins with `where`, so that what follows goes on with the one before.
    """

    sides: tuple[Side, ...]
    is_continued: bool = False
    is_aside: bool = False

    @property
    def left(self) -> Side:
        """The first one."""
        return self.sides[0]

    @property
    def start(self) -> int:
        """Where it begins in the page."""
        return span([node for side in self.sides for node in side.nodes]).start


def statements(row: Row) -> list[Statement]:
    """The statements of a formula, in their order."""
    found: list[Statement] = []
    parts = _cut(list(_columns(list(_flat(row)))))
    for part in _joined([part for part in parts if not _is_equation_number(part)]):
        for sides in _chains(part):
            is_aside = bool(sides[0].nodes) and _word(sides[0].nodes[0]) == "where"
            sides = _without_leading_words(sides)
            if sides[0].nodes:
                found.append(Statement(tuple(sides), is_aside=is_aside))
            elif found and len(sides) > 1:  # a line that begins with "="
                before = found[-1]
                found[-1] = Statement((*before.sides, *sides[1:]), before.is_continued)
            elif len(sides) > 1:
                found.append(Statement(tuple(sides), True))
    return found


def _flat(row: Row) -> Iterator[Node]:
    for node in row:
        if node.kind == "lines":
            yield from _flat(node.inner)
            yield Node("newline", start=node.stop, stop=node.stop)
        elif node.kind == "group" and not node.is_scripted and any(one.kind == "relation" for one in node.inner):
            yield from _flat(node.inner)
        elif not (node.is_("symbol", "bullet") and not node.is_scripted):  # the mark of a list
            yield node


def _columns(nodes: Sequence[Node]) -> Iterator[Node]:
    """With a wide space where an & stands between two equations of one line."""
    line: list[Node] = []
    for i, node in enumerate(nodes):
        line = [] if node.kind == "newline" else [*line, node]
        behind = [one for one in solid(nodes[i + 1 :]) if one.kind != "newline"]
        is_between = node.kind == "align" and _has_relation(line) and solid(line)[-1].kind != "relation"
        if is_between and behind and behind[0].kind != "relation" and _states_in_line(nodes[i + 1 :]):
            yield Node("space", "2.000", start=node.start, stop=node.stop)
        else:
            yield node


def _states_in_line(nodes: Sequence[Node]) -> bool:
    end = next((i for i, node in enumerate(nodes) if node.kind == "newline"), len(nodes))
    return _has_relation(nodes[:end])


def _cut(nodes: Sequence[Node]) -> Iterator[list[Node]]:
    """Parts between line breaks, wide spaces, words and commas; what a line begins with keeps the break before it."""
    current: list[Node] = []
    for i, node in enumerate(nodes):
        is_wide = node.is_("space") and float(node.value) >= SPACE
        is_word = (
            node.kind in ("text", "word") and (node.value.strip(" ,.;:").lower().split(" ")[:1] or [""])[0] in CUTTING
        )
        is_text = node.kind == "text" and not current
        if _is_number(nodes, i):
            continue
        if node.kind == "newline" or (is_wide and solid(current)) or is_word or is_text:
            yield current
            current = [node] if is_word or is_text or node.kind == "newline" else []
        elif node.is_("operator", ",", ";") and _has_relation(current) and _states(nodes[i + 1 :]):
            yield current
            current = []
        else:
            current.append(node)
    yield current


def _is_equation_number(nodes: Sequence[Node]) -> bool:
    """Whether a part is the number of its equation, with a dash in front of it: `- (5)`."""
    inner = [node for node in nodes if node.kind not in ("align", *BLANK)]
    if len(inner) != 2 or not inner[0].is_("operator", "-") or not inner[1].is_("bracket", "()"):
        return False
    return not inner[1].is_scripted and plain(inner[1].inner).isdigit()


def _without_leading_words(sides: list[Side]) -> list[Side]:
    """The sides without `Now,` and `where` in front; `where y = 1` is a case, and stays one."""
    nodes = sides[0].nodes
    is_case = len(sides) < 2 or re.fullmatch(r"[\d.]+|[a-zA-Z]", sides[-1].text)
    if len(nodes) < 2 or is_case or nodes[0].kind not in ("text", "word") or nodes[0].is_scripted:
        return sides
    if _word(nodes[0]) not in LEADING:
        return sides
    return [replace(sides[0], nodes=nodes[1:]), *sides[1:]]


def _word(node: Node) -> str:
    return node.value.strip(" ,.;:").lower() if node.kind in ("text", "word") else ""


def _is_number(nodes: Sequence[Node], at: int) -> bool:
    """Whether it is the number of an equation: (3) behind a space, with nothing behind it in its line."""
    node = nodes[at]
    is_apart = at > 0 and nodes[at - 1].kind == "space" and _has_relation(nodes[:at])
    is_last = at + 1 == len(nodes) or nodes[at + 1].kind == "newline"
    return node.is_("bracket", "()") and is_apart and is_last and [one.kind for one in solid(node.inner)] == ["number"]


def _has_relation(nodes: Sequence[Node]) -> bool:
    return any(node.kind == "relation" for node in nodes)


def _states(nodes: Sequence[Node]) -> bool:
    """Whether what follows has a sign of relation before the next comma, and does not begin with dots."""
    for i, node in enumerate(nodes):
        if node.kind == "relation":
            return i > 0
        if node.is_("operator", ",", ";") or node.kind in ("newline", "dots"):
            return False
    return False


def _joined(parts: list[list[Node]]) -> Iterator[list[Node]]:
    """Parts that state something; one without a relation, or that begins with + or -, goes on with the one before."""
    held: list[Node] = []
    for part in parts:
        inner = [node for node in part if node.kind != "align"]
        if not solid(inner):
            continue
        first = solid(inner)[0]
        is_product = part[0].kind == "newline" and bool(held) and _has_relation(held) and _goes_on(inner)
        goes_on = bool(held) and _has_relation(held) and first.is_("operator", "+", "-", "cdot", "times", "odot")
        if (
            goes_on
            or is_product
            or (held and not _has_relation(inner) and first.kind not in ("text", "word") and _is_open(held))
        ):
            held = [*held, *inner]
        else:
            if held:
                yield held
            held = inner
    if held:
        yield held


def _goes_on(nodes: Sequence[Node]) -> bool:
    """Whether a line without a sign of relation can be a factor of what stands in the line before."""
    first = solid(nodes)[0]
    is_condition = first.kind == "bracket" and _has_relation(first.inner)
    is_empty = first.kind == "brace" and not solid(first.inner)  # that of the line above
    return not _has_relation(nodes) and first.kind not in ("text", "word") and not is_condition and not is_empty


def _is_open(nodes: Sequence[Node]) -> bool:
    """Whether something has to follow: behind a sign."""
    last = solid(nodes)[-1]
    return last.kind == "relation" or last.is_("operator", "+", "-", "cdot", "times", "odot", "/")


def _chains(nodes: Sequence[Node]) -> Iterator[list[Side]]:
    """Sides by their signs; behind ⇒ another statement begins."""
    sides: list[Side] = []
    sign, place, current = "", NOWHERE, list[Node]()
    for node in solid(nodes):
        if node.kind == "relation":
            sides.append(Side(sign, tuple(current), place))
            place, current = span([node]), []
            if node.value in NEW:
                if sides[0].nodes or len(sides) > 1:
                    yield sides
                sides, sign = [], ""
            else:
                sign = node.value
        else:
            current.append(node)
    sides.append(Side(sign, tuple(current), place))
    yield sides
