"""Sums along an axis in the words of NumPy: np.sum(A, axis=1, keepdims=True), and Σ with `axis = 1` below it."""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.documents.tex import terms
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.lists import arguments
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.terms import ATOM, Term
from gradcheck.documents.tex.tree import Node, Row, plain, solid

WORDS = ("np.sum", "numpy.sum")


def begun(reader: Reader, nodes: Sequence[Node], at: int) -> tuple[Term, int] | None:
    """A sum along an axis, if one begins here."""
    node = nodes[at]
    if node.kind in ("text", "word") and node.value.strip() in WORDS:
        if at + 1 >= len(nodes) or not nodes[at + 1].is_("bracket", "()"):
            raise Unread(f"{node.value} without its argument", node.start, node.stop)
        return reader.scripted(_called(reader, nodes[at + 1]), nodes[at + 1]), at + 2
    if node.is_("big", "sum") and node.sub and (axis := _axis(node.sub[0])) is not None and not node.sup:
        of, after = reader.factor(nodes, at + 1)
        return _summed(of, axis, keeps=False, node=node), after
    return None


def _axis(row: Row) -> str | None:
    """The number of `axis = 1`; None for anything else."""
    name, sign, number = plain(row).partition("=")
    return number if sign and name == "axis" and number in ("0", "1") else None


def _called(reader: Reader, bracket: Node) -> Term:
    of, *options = arguments(bracket)
    said = dict(plain(solid(option)).partition("=")[::2] for option in options)
    keeps = said.pop("keepdims", "False")
    axis = said.pop("axis", None)
    if said or axis not in ("0", "1") or keeps not in ("True", "T", "true", "1", "False"):
        raise Unread(f"np.sum with {', '.join(plain(option) for option in options)}", bracket.start, bracket.stop)
    found = _summed(reader.read(of), axis, keeps != "False", bracket)
    return found.noted("keepdims = T is True") if keeps == "T" else found


def _summed(of: Term, axis: str, keeps: bool, node: Node) -> Term:
    """The sum along an axis. Without keepdims the axis is lost, and the shape with it: it is judged as NumPy has it."""
    if of.letters:
        if not keeps or of.shape is None or len(of.shape) != 2:
            raise Unread("a sum along an axis of what has free indices", node.start, node.stop)
        left, right = ("ones(1, {0})", "ones({0}, 1)")
        rows, columns = of.shape
        if axis == "1":
            return terms.matrix_product(of, Term(right.format(columns), ATOM, (columns, "1")))
        return terms.matrix_product(Term(left.format(rows), ATOM, ("1", rows)), of)
    if not keeps:
        return terms.made(f"{of.at(ATOM)}.sum(axis={axis})", ATOM, None, of)
    shape = of.shape
    if shape is not None and len(shape) == 2:
        shape = (shape[0], "1") if axis == "1" else ("1", shape[1])
    return terms.made(f"{of.at(ATOM)}.sum(axis={axis}, keepdims=True)", ATOM, shape, of)
