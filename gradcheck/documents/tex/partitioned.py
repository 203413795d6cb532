r"""Arrays that are cut into blocks: S = [S_11 S_12; S_12ᵀ S_22] of an S that is declared names its blocks.

They are what stands there in S, whatever S is: blocks of a symmetric matrix are not any matrices.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gradcheck.documents.tex.scripts import TRANSPOSED, Described, described
from gradcheck.documents.tex.stacking import total
from gradcheck.documents.tex.statements import EQUAL, Side, Statement
from gradcheck.documents.tex.tree import Row, plain, solid

Place = tuple[int, int]
Sizes = tuple[list[str], list[str]]


@dataclass(frozen=True)
class Cut:
    """A letter, and those that its blocks are called by, by their places; not those that are turned.

    rows, columns: how many blocks stand below and beside each other. turned: the places of those that are transposed.
    """

    whole: Described
    blocks: Mapping[Place, Described]
    rows: int
    columns: int
    turned: Mapping[Place, str]

    @property
    def is_symmetric(self) -> bool:
        """Whether each block that is turned is the one on the other side of the diagonal, and there is such a one."""
        others = {place: f"{one.base}{_below(one)}" for place, one in self.blocks.items()}
        return bool(self.turned) and all(others.get((j, i)) == name for (i, j), name in self.turned.items())


@dataclass(frozen=True)
class Block:
    """Where a block stands: rows and columns from where to where, in Python, "" for the ends; and its shape."""

    one: Described
    rows: tuple[str, str]
    columns: tuple[str, str]
    shape: tuple[str, str]

    def of(self, matrix: str) -> str:
        """It in Python."""
        return f"{matrix}[{':'.join(self.rows)}, {':'.join(self.columns)}]"


def cut(statement: Statement) -> Cut | None:
    """What is cut into blocks, each of which is called by a letter; None for any other statement."""
    sides = statement.sides
    left = solid(sides[0].nodes)
    head = described(left[0]) if len(left) == 1 else None
    is_equation = len(sides) == 2 or [side.sign for side in sides[2:]] == ["in"]
    if not is_equation or sides[1].sign not in EQUAL or head is None or head.sups or head.primes:
        return None
    cells = _cells(sides[1])
    names = {place: _block(cell) for place, cell in cells.items()}
    named = [one for one in names.values() if one is not None]
    if len(cells) < 2 or len(named) < len(cells):
        return None
    blocks = {place: one for place, one in names.items() if one is not None and not one.sups}
    turned = {place: f"{one.base}{_below(one)}" for place, one in names.items() if one and one.sups}
    texts = [plain((one.node,)) for one in blocks.values()]
    rows, columns = (1 + max(place[axis] for place in cells) for axis in (0, 1))
    is_full = len(cells) == rows * columns and len(set(texts)) == len(texts)
    return Cut(head, blocks, rows, columns, turned) if is_full else None


def _cells(side: Side) -> dict[Place, Row]:
    """What stands in a matrix that is written out, by places; {} for anything else."""
    nodes = [node for node in solid(side.nodes) if not node.is_("operator", ",", ".", ";")]
    is_matrix = len(nodes) == 1 and nodes[0].kind == "matrix" and not nodes[0].value.endswith(("cases", "vmatrix"))
    above = [plain(row) for row in nodes[0].sup] if is_matrix else []
    if not is_matrix or nodes[0].sub or nodes[0].value == "Vmatrix" or (above and above[0] not in TRANSPOSED):
        return {}
    cells = {(i, j): cell for i, row in enumerate(nodes[0].rows) for j, cell in enumerate(row)}
    return {(j, i): cell for (i, j), cell in cells.items()} if above else cells


def _block(cell: Row) -> Described | None:
    """The letter of a block, with what stands below it; it may be turned."""
    nodes = solid(cell)
    one = described(nodes[0]) if len(nodes) == 1 else None
    is_turned = one is not None and [plain(row) for row in one.sups] in (["top"], ["T"])
    return one if one is not None and not one.primes and one.subs and (is_turned or not one.sups) else None


def sizes(of: Cut, shape: Sequence[str], said: Mapping[Place, Sequence[str]], alike: Mapping[str, list[str]]) -> Sizes:
    """How many rows and columns the blocks have; [] where it is not clear.

    A square matrix is cut alike both ways. said: the shapes of blocks, by places. alike: how others are cut, by sizes.
    """
    is_square, found = shape[0] == shape[1] and of.rows == of.columns, []
    for axis, count in enumerate((of.rows, of.columns)):
        known = ["" for _ in range(count)]
        for place, one in said.items():
            known[place[axis]] = known[place[axis]] or one[axis]
            if is_square:
                known[place[1 - axis]] = known[place[1 - axis]] or one[1 - axis]
        other = alike.get(shape[axis], [])
        found.append(_heights(known, shape[axis]) or (other if len(other) == count else []))
    return found[0], found[1]


def _heights(known: list[str], whole: str) -> list[str]:
    """How many rows there are in each block, by what is known of some, and of the whole."""
    if len(known) == 1:
        return [whole]
    parts = whole.split(" + ")
    if not all(known) and len(parts) == len(known) and "-" not in whole:
        known = [one or part for one, part in zip(known, parts, strict=True)]
    if len(known) == 2 and known.count("") == 1 and whole.isidentifier():
        (other,) = filter(None, known)
        return [one or f"{whole} - {other}" for one in known]
    return known if all(known) and sorted(total(known).split(" + ")) == sorted(parts) else []


def blocks(of: Cut, rows: Sequence[str], columns: Sequence[str]) -> Iterator[Block]:
    """The blocks, by how many rows and columns they have."""
    for (i, j), one in of.blocks.items():
        yield Block(one, _ends(rows, i), _ends(columns, j), (rows[i], columns[j]))


def _ends(heights: Sequence[str], at: int) -> tuple[str, str]:
    return total(heights[:at]) if at else "", total(heights[: at + 1]) if at + 1 < len(heights) else ""


def _below(one: Described) -> str:
    return "".join(f"_{plain(row)}" for row in one.subs)
