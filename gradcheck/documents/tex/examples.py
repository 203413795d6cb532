"""Examples that are the columns of an array, where a page says so: z^{(i)} is column i of Z, and T has the t^{(i)}."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from gradcheck.documents.tex import terms
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scripts import Described
from gradcheck.documents.tex.symbols import Symbol
from gradcheck.documents.tex.terms import ATOM, Term
from gradcheck.documents.tex.tree import Row, plain, solid


def is_number_of_one(row: Row) -> bool:
    """Whether a superscript is the number of an example: (i)."""
    nodes = solid(row)
    return len(nodes) == 1 and nodes[0].is_("bracket", "()") and len(solid(nodes[0].inner)) == 1


def whole(one: Described, unsaid: str = "") -> Described | None:
    """The array of all examples that a small letter with the number of one is a column of; it may go unsaid."""
    numbers = [row for row in one.sups if is_number_of_one(row)]
    mark, letter = one.base[:-1], one.base[-1:]
    if len(numbers) > 1 or not (numbers or unsaid) or mark not in ("", "d:") or not letter.islower():
        return None
    return replace(one, base=f"{mark}{letter.upper()}")


def by_columns(symbol: Symbol) -> Symbol | None:
    """An array whose columns are examples, as a family of these; None for what has one column."""
    if symbol.family or symbol.shape is None or len(symbol.shape) != 2 or symbol.shape[1] == "1":
        return None
    rows, count = symbol.shape
    return replace(symbol, shape=() if rows == "1" else (rows, "1"), family=(count,), is_by_columns=True)


def all_of(of: Term, symbol: Symbol) -> Term:
    """All examples of a family, as the columns of a matrix."""
    (count,), shape = symbol.family, symbol.shape
    if shape is None:
        raise Unread(f"{symbol.text or symbol.key} has no shape")
    if symbol.is_by_columns:
        return replace(of, shape=((*shape, "1")[0], count))
    if not shape:
        return replace(terms.made(f"{of.source}.reshape(1, {count})", ATOM, ("1", count), of))
    return terms.made(f"{of.source}.reshape({count}, {shape[0]}).T", ATOM, (shape[0], count), of)


def at(reader: Reader, of: Term, symbol: Symbol, given: Sequence[Row]) -> Term:
    """Example i as a column, or one of its entries: its number comes first. Raises Unread."""
    (count,), shape = symbol.family, symbol.shape
    sizes: dict[str, str] = {}
    number = reader.index(given[0], count, sizes)
    if len(given) == 1 and shape:
        made = terms.made(f"{of.source}.T.reshape({count}, {shape[0]}, 1)[{number}]", ATOM, shape, of)
        return replace(made, letters=dict(sizes), by_entries=bool(sizes))
    if len(given) == 1:
        return terms.entry(of, ["0", number], sizes)
    if len(given) > 2 or not shape:
        raise Unread(f"{symbol.text or symbol.key} with {len(given)} indices: {plain(given[-1])} is one too many")
    row = reader.index(given[1], shape[0], sizes)
    return terms.entry(of, [row, number], sizes)


def row_of(reader: Reader, of: Term, item: Row) -> Term:
    """A row of a matrix, as a matrix of one row, where a page says that an index alone is a row."""
    assert of.shape is not None
    rows, columns = of.shape
    sizes: dict[str, str] = {}
    number = reader.index(item, rows, sizes)
    made = terms.made(f"{of.at(ATOM)}.reshape({rows}, 1, {columns})[{number}]", ATOM, ("1", columns), of)
    return replace(made, letters=dict(sizes), by_entries=bool(sizes))


def only_row(reader: Reader, of: Term, given: Sequence[Row]) -> Term:
    """An entry by both indices of an array that has one row or one column: there the letter stands for 1.

    Raises Unread for a letter that has another meaning in the claim.
    """
    assert of.shape is not None
    sizes: dict[str, str] = {}
    sources, words = [], []
    for item, size in zip(given, of.shape, strict=False):
        name = plain(item)
        if size != "1":
            sources.append(reader.index(item, size, sizes))
        elif name == "1" or (len(name) == 1 and name.isalpha() and name not in reader.scope.bound):
            sources.append("0")
            if name != "1":
                reader.scope.ones.add(name)
                words.append(f"{name} is 1, since {of.source} has one position there")
        else:
            raise Unread(f"the index {name} of an axis with one position")
    sources += ["0"] * (len(of.shape) - len(given))
    return terms.entry(of, sources, sizes).noted(*words)
