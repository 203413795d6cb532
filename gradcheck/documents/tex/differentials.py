"""Differentials, where a page speaks of them: dz is any change of z, and dσ(z) = ∂σ(z)/∂z dz."""

from __future__ import annotations

import re
from collections.abc import Sequence

from gradcheck.documents.tex import applications, derivatives, terms
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scripts import described
from gradcheck.documents.tex.terms import ATOM, Term
from gradcheck.documents.tex.tree import Node


def begun(reader: Reader, nodes: Sequence[Node], at: int) -> tuple[Term, int] | None:
    """A differential, if one begins here."""
    node, behind = nodes[at], nodes[at + 1] if at + 1 < len(nodes) else None
    is_d = node.is_("symbol", "d") and not node.is_scripted
    if not is_d or behind is None or not reader.scope.has_differentials:
        return None
    one = described(behind)
    if one is None or "d" in reader.scope.symbols or "d" in reader.scope.sizes:
        return None
    symbol = reader.lookup(one)[0]
    if symbol is None and applications.function_name(reader, one, nodes, at + 1) is None:
        return None
    of, after = reader.factor(nodes, at + 1)
    if symbol is not None and symbol.args and of.is_number:
        return derivatives.arguments_of(reader, symbol, of), after
    if symbol is not None and not symbol.args:
        return _change(reader, of, node), after
    by = re.fullmatch(r"[\w.]+\((\w+)\)", of.source)
    if by is None or not of.is_column:
        raise Unread(f"the differential of {of.source}", node.start, behind.stop)
    variable = Term(by[1], ATOM, of.shape, uses=of.uses)
    slope = terms.made(f"jacobian({of.source}, {by[1]})", ATOM, (of.shape[0], of.shape[0]) if of.shape else None, of)
    return terms.matrix_product(slope, _change(reader, variable, node)), after


def _change(reader: Reader, of: Term, node: Node) -> Term:
    """Any change of a column."""
    if not re.fullmatch(r"\w+", of.source) or not of.is_column or of.shape is None:
        raise Unread(f"the differential of {of.source}", node.start, node.stop)
    name = reader.scope.names.give(f"differential {of.source}", f"d{of.source}")
    reader.scope.differentials[name] = of.shape
    return Term(name, ATOM, of.shape)
