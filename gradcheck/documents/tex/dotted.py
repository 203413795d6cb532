"""Arrays that are written out with dots: what stands at 1 and at 2 says what stands at any number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradcheck.documents.tex import applications, stacking, terms
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scripts import script_of as layer_number
from gradcheck.documents.tex.statements import SPACE
from gradcheck.documents.tex.terms import ATOM, Term
from gradcheck.documents.tex.tree import Node, Row, plain, solid


def is_row(node: Node) -> bool:
    """Whether a bracket lists things with wide spaces between them, on one line."""
    parts = _spaced(node.inner)
    is_line = not any(one.kind in ("newline", "align") for one in node.inner)
    return len(parts) > 1 and is_line and not any(_is_open(part) for part in parts)


def _spaced(row: Row) -> list[list[Node]]:
    found: list[list[Node]] = [[]]
    for node in row:
        if node.kind == "space" and float(node.value) >= SPACE:
            found.append([])
        elif node.kind != "space":
            found[-1].append(node)
    return [part for part in found if part]


def _is_open(part: Sequence[Node]) -> bool:
    """Whether a part goes on with what stands beside it: a sign begins or ends it."""
    return any(node.kind == "relation" or node.is_("operator", "+", "-", ",", "cdot") for node in (part[0], part[-1]))


def row(reader: Reader, node: Node) -> Term:
    """A row in brackets."""
    parts = _spaced(node.inner)
    if any(_is_dots(part) for part in parts):
        return _listed(reader, parts, node, is_row=True)
    return applications.side_by_side([reader.read(part) for part in parts])


def matrix(reader: Reader, node: Node) -> Term:
    """A row, a column, or a matrix whose rows are listed down to dots. Raises Unread for dots both ways."""
    rows = [list(cells) for cells in node.rows]
    if len(rows) == 1:
        return _listed(reader, rows[0], node, is_row=True)
    if len({len(cells) for cells in rows}) != 1 or any(_is_dots(cell) for cell in rows[0]):
        raise Unread("a matrix with dots both ways", node.start, node.stop)
    columns = [_listed(reader, cells, node, is_row=False) for cells in zip(*rows, strict=True)]
    if len(columns) == 1:
        return columns[0]
    heights = {column.shape[0] for column in columns if column.shape}
    counts = [size for size in heights if size != "1"]
    if len(counts) != 1:
        raise Unread("columns of several lengths", node.start, node.stop)
    return stacking.beside([_repeated(column, counts[0]) for column in columns])


def _repeated(column: Term, count: str) -> Term:
    """The same number in every row."""
    if column.shape and column.shape[0] == count:
        return column
    return terms.made(f"{column.at(terms.PRODUCT)} * ones({count}, 1)", terms.PRODUCT, (count, "1"), column)


def _listed(reader: Reader, cells: Sequence[Row], node: Node, is_row: bool) -> Term:
    """What runs from 1 on; what does not depend on the position is one number."""
    place = next((i for i, cell in enumerate(cells) if _is_dots(cell)), None)
    if place is None or place < 1 or len(cells) - place > 2 or len(cells) < 3:
        raise Unread("dots between fewer than two things", node.start, node.stop)
    letter = reader.scope.free_letter()
    first = solid(cells[0])
    for number, cell in enumerate(cells[1:place], 2):
        said = _difference(first, solid(cell))
        if said not in ({str(number)}, set()):
            raise Unread(f"what stands at 1 and at {number} differs in more than that", node.start, node.stop)
    last = _difference(first, solid(cells[-1])) if place + 1 < len(cells) else set()
    second = solid(cells[1] if place > 1 else cells[-1])
    if not _difference(first, second):
        return _read(reader, first, letter)
    term = _read(reader, _general(first, second, letter), letter)
    size = term.letters.get(reader.scope.letter(letter), "")
    if not size or (last and {_size(reader, name) for name in last} != {size}):
        raise Unread(f"dots that end at {', '.join(sorted(last)) or '?'}, on an axis of {size or '?'}")
    return _laid_out(term, reader.scope.letter(letter), size, is_row)


def _size(reader: Reader, name: str) -> str:
    """A size in Python, by what stands last: m, or n^{[ℓ]} at the number of its layer."""
    base, mark, above = name.partition("^[")
    steps = {**reader.scope.step_sizes, **reader.scope.steps}
    key = f"{base}^{layer_number('[' + above, steps)}" if mark else name
    return reader.scope.sizes.get(key, key)


def _read(reader: Reader, nodes: Row, letter: str) -> Term:
    with reader.scope.binding({letter: ""}):
        return reader.read(nodes)


def _is_dots(cell: Row) -> bool:
    nodes = solid(cell)
    return len(nodes) == 1 and nodes[0].kind == "dots"


def _difference(one: Row, other: Row) -> set[str]:
    """What stands in the other one where the first has a 1; more than one thing if they differ elsewhere, too."""
    left, right = solid(one), solid(other)
    if plain(left) == plain(right):
        return set()
    if len(left) == 1 and plain(left) == "1":
        return {plain(right)}
    if len(left) != len(right):
        return {"", plain(right)}
    found = set[str]()
    for a, b in zip(left, right, strict=True):
        rows = list(zip(_rows(a), _rows(b), strict=False))
        if (a.kind, len(_rows(a))) != (b.kind, len(_rows(b))) or (a.value, a.primes) != (b.value, b.primes):
            found |= {plain((b,))} if a.is_("number", "1") and not a.is_scripted else {"", plain((b,))}
        else:
            for x, y in rows:
                found |= _difference(x, y)
    return found


def _rows(node: Node) -> tuple[Row, ...]:
    return (*node.parts, *node.sub, *node.sup)


def _general(one: Row, other: Row, letter: str) -> Row:
    """The first with a letter where the two differ."""
    left, right = solid(one), solid(other)
    if plain(left) == plain(right):
        return tuple(left)
    if len(left) == 1 and plain(left) == "1":
        return (replace(left[0].bare(), kind="symbol", value=letter),)
    found = []
    for a, b in zip(left, right, strict=True):
        if a.is_("number") and a.value != b.value:
            found.append(replace(a, kind="symbol", value=letter))
            continue
        parts, subs, sups = (
            tuple(_general(x, y, letter) for x, y in zip(getattr(a, name), getattr(b, name), strict=True))
            for name in ("parts", "sub", "sup")
        )
        found.append(replace(a, parts=parts, sub=subs, sup=sups))
    return tuple(found)


def _laid_out(term: Term, letter: str, size: str, is_row: bool) -> Term:
    """The positions of a letter as those of a row or a column."""
    rest = {key: one for key, one in term.letters.items() if key != letter}
    if not all(rest.values()):
        raise Unread("nothing says what its indices run to")
    array = f"{term.at(ATOM)}.array({', '.join([*rest, letter])})"
    if term.is_column and is_row and not rest and term.shape:
        shape: tuple[str, str] = (term.shape[0], size)
        source = f"{array}.reshape({size}, {term.shape[0]}).T"
    elif term.is_number:
        shape = ("1", size) if is_row else (size, "1")
        source = f"{array}.reshape({', '.join([*rest.values(), *shape])})" + (f"[{', '.join(rest)}]" if rest else "")
    else:
        raise Unread("a list of arrays")
    return replace(terms.made(source, ATOM, shape, term), letters=rest, by_entries=bool(rest))
