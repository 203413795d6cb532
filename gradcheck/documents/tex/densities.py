r"""The density of a normal distribution, where it is written with what it is of: \mathcal N(x; μ, Σ), N(x | μ, σ²).

With two arguments it is the distribution, and no number.
"""

from __future__ import annotations

from collections.abc import Sequence

from gradcheck.documents.tex import terms
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scripts import described
from gradcheck.documents.tex.terms import PRODUCT, Term
from gradcheck.documents.tex.tree import Node, Row, plain, solid


def begun(reader: Reader, nodes: Sequence[Node], at: int) -> tuple[Term, int] | None:
    """A density with its arguments, if one begins here."""
    one, behind = described(nodes[at]), nodes[at + 1] if at + 1 < len(nodes) else None
    is_normal = one is not None and one.base in ("cal:N", "N") and not (one.subs or one.sups or one.primes)
    if one is None or not is_normal or behind is None or not behind.is_("bracket", "()"):
        return None
    parts = _arguments(behind)
    is_other = (
        one.base in reader.scope.sizes or reader.lookup_known(one) is not None or one.base in reader.scope.functions
    )
    if len(parts) != 3 or is_other:
        return None
    of, mean, spread = (reader.read(part) for part in parts)
    away = terms.added(of, "-", mean)
    if away.is_number and spread.is_number:
        _refuse_unless_square(parts[2])
        found = _of_numbers(away, spread)
    elif away.is_column and spread.is_square and away.shape and spread.shape and away.shape[0] == spread.shape[0]:
        found = _of_columns(away, spread, away.shape[0])
    else:
        raise Unread(f"{plain((nodes[at], behind))}: a normal density of what has other shapes", nodes[at].start)
    return reader.scripted(found, behind), at + 2


def _arguments(bracket: Node) -> list[Row]:
    """What stands between the signs of a bracket: a comma, a semicolon or a bar behind the first, then commas."""
    found: list[list[Node]] = [[]]
    for node in solid(bracket.inner):
        if node.is_("operator", ",") or (len(found) == 1 and node.is_("operator", ";", "|")):
            found.append([])
        else:
            found[-1].append(node)
    return [tuple(part) for part in found]


def _refuse_unless_square(spread: Row) -> None:
    """Raises Unread for N(x; μ, σ): a variance, or its root?"""
    nodes = solid(spread)
    above = [plain(row) for row in nodes[-1].sup] if nodes else []
    is_one = len(nodes) == 1 and nodes[0].is_("number", "1")
    if above != ["2"] and not is_one:
        raise Unread(f"a normal density with {plain(spread)}: its variance, or the root of that?")


def _of_numbers(away: Term, variance: Term) -> Term:
    exponent = terms.negative(terms.divided(terms.power(away, terms.number("2")), _twice(variance)))
    circle = terms.scaled(Term("2 * pi", PRODUCT, ()), variance)
    return terms.divided(terms.called("exp", exponent), terms.called("sqrt", circle))


def _twice(of: Term) -> Term:
    return terms.scaled(terms.number("2"), of)


def _of_columns(away: Term, spread: Term, size: str) -> Term:
    form = terms.matrix_product(terms.matrix_product(terms.transposed(away), terms.inverse(spread)), away)
    exponent = terms.negative(terms.divided(form, terms.number("2")))
    circle = terms.scaled(Term(f"(2 * pi)**({size})", terms.POWER, ()), terms.determinant(spread))
    return terms.divided(terms.called("exp", exponent), terms.called("sqrt", circle))
