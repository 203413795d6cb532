"""Sets of indices that a page defines by a condition: A = {i : m_i < 1}, S_i = {j : (i, j) ∈ Ω}.

Σ over such a set is Σ over those of which the condition holds. Ω_i = {j : (i, j) ∈ Ω} is what Ω_i means anyway.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from gradcheck.documents.tex.below import below
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.scope import Scope
from gradcheck.documents.tex.scripts import Described, described, items
from gradcheck.documents.tex.statements import EQUAL, Statement
from gradcheck.documents.tex.symbols import NamedSet
from gradcheck.documents.tex.tree import Node, Row, plain, solid, span


def find(scope: Scope, stated: Iterable[Statement]) -> None:
    """Find the letters of sets that are defined; what is defined in two ways is none."""
    every: dict[str, list[NamedSet]] = {}
    for statement in stated:
        found = defined(statement)
        if found is not None and not is_slice(found):
            every.setdefault(found.base, []).append(found)
    texts = {base: {(one.outer, one.inner, plain(one.said)) for one in sets} for base, sets in every.items()}
    scope.set_letters = {base for base in every if len(texts[base]) == 1}


def define(scope: Scope, statement: Statement) -> bool:
    """Whether an equation defines a set, which is known from here on."""
    found = defined(statement)
    if found is not None and found.base in scope.set_letters:
        scope.named_sets[found.base] = found
    return found is not None


def forget(scope: Scope, key: str) -> None:
    """Forget the sets whose members are told by what gets another meaning now."""
    scope.named_sets = {base: one for base, one in scope.named_sets.items() if not _occurs(key, one.said)}


def defined(statement: Statement) -> NamedSet | None:
    """The set that an equation defines; None for any other statement."""
    sides = statement.sides
    if len(sides) != 2 or sides[1].sign not in EQUAL:
        return None
    left, right = solid(sides[0].nodes), [node for node in solid(sides[1].nodes) if not node.is_("operator", ".", ",")]
    if len(left) != 1 or len(right) != 1 or not right[0].is_("bracket", "{}") or right[0].is_scripted:
        return None
    one, inside = described(left[0]), below(right[0].inner)
    outer = indices(one) if one is not None else None
    letters = [*(outer or ()), *inside.names]
    are_letters = all(re.fullmatch("[a-z]", name) for name in letters) and len(set(letters)) == len(letters)
    is_counted = not inside.sign or (inside.sign == "in" and _is_range(inside.right))
    if one is None or outer is None or not inside.said or not are_letters or not is_counted:
        return None
    return NamedSet(one.base, outer, tuple(inside.names), tuple(inside.said))


def indices(one: Described) -> tuple[str, ...] | None:
    """The letters that stand at a set; None where something else does."""
    names = tuple(plain(item) for row in one.subs for item in items(row))
    return None if one.sups or one.primes else names


def is_slice(one: NamedSet) -> bool:
    """Whether it is Ω_i = {j : (i, j) ∈ Ω}, of the set Ω itself."""
    place = next((i for i, node in enumerate(one.said) if node.is_("relation", "in")), None)
    of = described(one.said[-1]) if place is not None and place == len(one.said) - 2 else None
    if of is None or of.base != one.base or of.subs or place != 1 or not one.said[0].is_("bracket", "()"):
        return False
    names = [plain(row) for row in items(tuple(one.said[0].inner))]
    return sorted(names) == sorted((*one.outer, *one.inner)) and len(one.outer) == len(one.inner) == 1


def condition(scope: Scope, names: Sequence[str], right: Sequence[Node]) -> list[Node] | None:
    """What holds of members of a named set, with letters in the places of its own; None for what is no such set."""
    one = described(right[0]) if len(right) == 1 else None
    known = scope.named_sets.get(one.base) if one is not None else None
    if one is None or known is None:
        return None
    given = indices(one)
    if given is None or len(given) != len(known.outer) or len(names) != len(known.inner):
        raise Unread(f"the set {plain(right)}, which has other indices elsewhere", *span(right))
    if one.base in scope.symbols:
        raise Unread(f"{one.base} is a set here, and elsewhere a symbol", *span(right))
    letters = dict(zip((*known.outer, *known.inner), (*given, *names), strict=True))
    taken = {name for name in letters.values() if name not in letters and _occurs(name, known.said)}
    if taken:
        raise Unread(f"{', '.join(sorted(taken))} means another thing where {one.base} is defined", *span(right))
    return [_renamed(node, letters) for node in known.said]


def _occurs(name: str, row: Iterable[Node]) -> bool:
    return any(
        node.is_("symbol", name) or any(_occurs(name, part) for part in (*node.parts, *node.sub, *node.sup))
        for node in row
    )


def _renamed(node: Node, letters: Mapping[str, str]) -> Node:
    parts, sub, sup = (
        tuple(tuple(_renamed(one, letters) for one in row) for row in rows) for rows in (node.parts, node.sub, node.sup)
    )
    value = letters.get(node.value, node.value) if node.kind == "symbol" and not node.is_scripted else node.value
    return replace(node, value=value, parts=parts, sub=sub, sup=sup)


def _is_range(right: Row) -> bool:
    """Whether a set is that of all indices: {1, …, n} or [n]."""
    inside = [node for node in solid(right[0].inner) if not node.is_("operator", ",")] if len(right) == 1 else []
    is_bracket = bool(inside) and right[0].is_("bracket", "{}", "[]") and not right[0].is_scripted
    return is_bracket and (len(inside) == 1 or (plain(inside[:1]) == "1" and any(n.kind == "dots" for n in inside)))
