"""What stands on the left of an equation: a symbol that it gives a meaning to, or one that has one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from gradcheck.documents.tex import at_steps, examples, functions, known, mapped, steps, sums
from gradcheck.documents.tex.drafts import Draft, Stated
from gradcheck.documents.tex.lists import arguments
from gradcheck.documents.tex.scripts import Described, described, items, script
from gradcheck.documents.tex.statements import EQUAL, Side, Statement
from gradcheck.documents.tex.symbols import INDEXED
from gradcheck.documents.tex.tree import Node, plain, solid, walked

_PUTS = re.compile(
    r"\b(?:sets?|setting|puts?|putting|takes?|taking|chooses?|choosing|write|ties?|tying|and)\s*(?:\$|\\\()?\s*\Z", re.I
)
"""Words in front of what something is made equal to."""


class Heads(Draft):
    """What stands on the left of an equation: a symbol that it gives a meaning to, or one that has one."""

    def _may_define(self, one: Stated) -> bool:
        """Not in the words of a condition: where y = 1, if i = j. Nor under one."""
        start = one.statement.start
        condition = self.conditions.under.get(start, "")
        is_of_steps = at_steps.are_said(self.scope, condition)
        if (condition and not is_of_steps) or start in self.conditions.themselves:
            return False
        head = described(solid(one.statement.left.nodes)[0]) if solid(one.statement.left.nodes) else None
        if head is not None and head.base == "d" and self.scope.has_differentials:
            return False
        is_input = head is not None and head.base in self.declared
        if is_input and (start in self.conditions.solved or start in self.conditions.at_point):
            return False
        if one.formula.is_display or one.is_header:
            return True
        is_set = any(side.sign == "in" for side in one.statement.sides)
        is_array = (is_input and not is_set) or (head is not None and self._is_said_matrix(head.base))
        if is_array and head is not None and _PUTS.search(one.context.before) and self._is_used_above(one, head):
            return False  # a special case of what has served as it was declared: one sets A = W
        words = re.search(r"\b(if|when|where|unless|provided|at|case|for)\s*[\$(\\]*$", one.context.before)
        if words is not None and is_input and words[1] != "where":
            return False  # a special case of what is declared: at Σ = T / N, for W = U V
        return words is None or not _is_value(one.statement.sides[-1], words[1])

    def _is_said_matrix(self, base: str) -> bool:
        """Whether words beside a letter that stands alone say that it is a matrix, or is definite."""
        alone = (one for one in self.every if len(one.statement.sides) == 1 and plain(one.statement.left.nodes) == base)
        return any(
            re.match(r"[\s$)\\]*is (?:an? |the )?[^.$]{0,40}(?:matri|definite)", one.context.after) for one in alone
        )

    def _is_used_above(self, one: Stated, head: Described) -> bool:
        """Whether an equation above is made of a letter, with the same below it."""
        above = (other.statement for other in self.every if other.statement.start < one.statement.start)
        rows = [side.nodes for statement in above if len(statement.sides) > 1 for side in statement.sides[1:]]
        found = (described(node) for row in rows for node in walked(row))
        below = [plain(row) for row in head.subs]
        return any(it is not None and it.base == head.base and [*map(plain, it.subs)] == below for it in found)

    def _cases(self, one: Stated, statement: Statement | None = None) -> list[Mapping[str, int]]:
        """The numbers of steps for which something is stated, as the words beside it say it: for t < T."""
        cases = steps.cases(self.scope, statement or one.statement)
        if cases != [{}] and (last := self._defined_at_last(one)):
            cases = [case for case in cases if last not in case.items()]
        return at_steps.among(self.scope, self.conditions.under.get(one.statement.start, ""), cases)

    def _defined_at_last(self, one: Stated) -> tuple[str, int] | None:
        """The letter of layers with the last of them, where an equation of its own says what a letter is there.

        A^{[L]} = σ(Z^{[L]}), beside A^{[l]} = tanh(Z^{[l]}).
        """
        head = self._head(one)
        for name, number in self.scope.step_sizes.items() if head is not None else ():
            texts = [plain(row) for row in head.sups] if head is not None else []
            letter = next((x for x in self.scope.step_letters if f"[{x}]" in texts), "")
            if letter and head is not None and (head.base, f"[{name}]") in self._last_heads:
                return letter, number
        return None

    @cached_property
    def _last_heads(self) -> frozenset[tuple[str, str]]:
        """The letters on the left of equations, each with the layer that stands above it."""
        heads = filter(None, map(self._head, self.every))
        return frozenset((head.base, plain(row)) for head in heads for row in head.sups)

    def _new_symbol(
        self, left: Side, right: Side
    ) -> tuple[Described, tuple[str, ...], str, tuple[tuple[Node, ...], ...]] | None:
        """What a left-hand side gives a meaning to, its indices, and its arguments; None if it has one, or is none."""
        nodes = [
            node
            for node in left.nodes
            if node.kind not in ("text",) and not (node.kind == "word" and node.value in ("where", "and"))
        ]
        args, given = "", tuple[tuple[Node, ...], ...]()
        if len(nodes) == 2 and nodes[1].is_("bracket", "()") and not nodes[1].sup:
            args, given = plain(nodes[1].inner), tuple(tuple(a) for a in arguments(nodes[1]))
            if any(node.is_("operator", "|") or node.kind == "relation" for node in nodes[1].inner):
                return None
            outer = nodes[1].sub
            nodes = [replace(nodes[0], sub=(*nodes[0].sub, *outer))]
        if len(nodes) == 1 and nodes[0].kind == "brace":
            nodes = solid(nodes[0].inner)
        if len(nodes) != 1:
            return None
        one = described(nodes[0])
        if one is None or self.reader.lookup_known(one) is not None or self._is_function(one):
            return None
        if one.base in self.scope.sizes and not one.subs and not one.sups:
            return None
        if self._is_power(one) or self._is_kronecker(one):
            return None
        letters = self._letters_of(one, right)
        return one, letters, args, given

    def _is_power(self, one: Described) -> bool:
        """Whether it is a power of what has a meaning, and so gets none itself."""
        is_plain = bool(one.sups) and all(re.fullmatch(r"-?\d+", plain(row)) for row in one.sups)
        return (is_plain and (one.base in self.scope.symbols or one.base in self.declared)) or self._is_exponential(one)

    def _is_kronecker(self, one: Described) -> bool:
        """Whether it is δ_ij where the page speaks of Kronecker's: what is printed of it is no other meaning."""
        return self.scope.has_kronecker and sums.delta_indices(one) is not None

    def _is_exponential(self, one: Described) -> bool:
        """Whether it is a power of the number e: what stands above is no mark, and the number of no step."""
        numbers = {*self.scope.steps, *self.scope.step_letters, *self.scope.step_sizes}
        above = [row for row in one.sups if not (len(row) == 1 and row[0].kind in ("bracket", "operator"))]
        return one.base == "e" and not one.subs and any(plain(row) not in numbers for row in above)

    def _is_function(self, one: Described) -> bool:
        bare = one.base.rpartition(":")[2]
        numbers = {**self.scope.step_sizes, **self.scope.steps}
        layer = one.base + "".join(f"^{script(row, numbers)}" for row in one.sups)
        names = {one.base, layer, functions.key_of(one)} & set(self.scope.functions)
        is_mapped = mapped.key_of(one) in self.scope.mapped
        return bool(names) or is_mapped or bare in known.ELEMENTWISE or bare in known.OF_ARRAYS

    def _letters_of(self, one: Described, right: Side) -> tuple[str, ...]:
        """Its indices: letters below it, or in round brackets above it, that stand in scripts on the right, too."""
        found: list[str] = []
        for row in (*one.sups, *one.subs):  # as they are read: the number of an example, then of its entry
            nodes = solid(row)
            is_above = any(row is sup for sup in one.sups)
            if is_above and not (len(nodes) == 1 and nodes[0].is_("bracket", "()")):
                continue
            parts = items(tuple(nodes[0].inner) if is_above else row)
            names = [plain(part) for part in parts]
            if all(re.fullmatch(r"[a-z]'*", name) and name not in self.scope.steps for name in names) and names:
                free = [name for name in names if sums.occurs(name, right.nodes) and not self._is_name(name, right)]
                if len(free) == len(names):
                    found += names
        return tuple(found)

    def _is_name(self, text: str, right: Side) -> bool:
        """Whether a letter stands below others as a part of their names only: δ_p = x_a - x_p of points x_a, x_p."""
        inside = [one for node in walked(right.nodes) if (one := described(node)) is not None]
        below = [one for one in inside if any(plain(row) == text for row in one.subs)]
        keys = {f"{one.base}_{text}" for one in below}
        return bool(keys) and keys <= self.scope.symbols.keys() | self.declared.keys()

    def _heads(self) -> set[str]:
        """What is given a meaning by an equation somewhere, and so is no input, whatever set it is in."""
        found = set()
        for one in self.stated:
            sides = one.statement.sides
            if (
                len(sides) < 2
                or sides[1].sign not in EQUAL
                or not self._may_define(one)
                or steps.is_range(one.statement)
            ):
                continue
            for case in self._cases(one):
                with self.scope.at_step(case):
                    what = self._new_symbol(sides[0], sides[1])
                    if what is not None:
                        key = self._key(what[0], what[1])
                        known = self.declared.get(key)
                        if known is not None and what[1] and (known.shape, known.family) == ((), ()):
                            found.add(key + INDEXED)  # r_i, beside the r of ρ(r)
                            continue
                        if known is not None and (len(known.family) > len(what[1]) or is_number_said(one, sides[1])):
                            continue  # x of examples x_i is none of them, and an example of a number no definition
                        inside = [described(node) for node in walked(sides[1].nodes)]
                        if _names_entries(sides[1]) or any(one and one.base in self._random for one in inside):
                            continue
                        if not any(other is not None and self._is_same(other, what[0]) for other in inside):
                            found.add(key)
        return found

    @cached_property
    def _random(self) -> frozenset[str]:
        """Letters of noise, ε ∼ N(0, Σ): a model that has them says how data come about, and gives no meaning."""
        drawn = (one.statement.left for one in self.every if any(s.sign == "sim" for s in one.statement.sides))
        found = filter(None, (described(node) for left in drawn for node in solid(left.nodes)[:1]))
        return frozenset(one.base for one in found) - self.declared.keys()

    def _is_same(self, one: Described, other: Described) -> bool:
        """Whether two are one letter, and not two of different layers or at different steps."""
        numbers = [
            {plain(row) for row in (*it.sups, *it.subs) if steps.is_number(self.scope, row)} for it in (one, other)
        ]
        return one.base == other.base and (numbers[0] == numbers[1] or not all(numbers))

    def _input_of(self, left: Side) -> str | None:
        """The input that a left-hand side is, as in w = w - η ∇L."""
        nodes = solid(left.nodes)
        one = described(nodes[0]) if len(nodes) == 1 else None
        symbol = self.reader.lookup_known(one) if one is not None else None
        if one is not None and self._is_power(one):
            symbol = self.scope.symbols.get(one.base)
        elif one is not None and (one.sups or one.primes):
            return None
        is_whole = one is not None and symbol is not None and not one.subs and symbol.is_input
        return left.text if is_whole else None

    def _is_of_examples(self, one: Described) -> bool:
        """Whether it is one example of an array that the page gives a meaning to elsewhere."""
        whole = examples.whole(one) if self.scope.columns_are_examples else None
        if whole is None:
            return False
        kept = tuple(row for row in whole.sups if not examples.is_number_of_one(row))
        names = plain((replace(whole.node.bare(), kind="symbol", value=whole.base, parts=(), sup=kept),))
        heads = [head for stated in self.stated if (head := self._head(stated)) is not None]
        return any(plain((head.node,)) == names for head in heads)


def is_number_said(one: Stated, right: Side) -> bool:
    """Whether a number is given beside other words, as in: a small constant, say ε = 0.001."""
    return not one.formula.is_display and all(node.kind in ("number", "operator") for node in right.nodes)


def _is_value(side: Side, word: str) -> bool:
    """Whether it is one number or, but behind `where`, one letter; behind `at` also its opposite."""
    nodes = solid(side.nodes)
    if word == "at" and nodes and nodes[0].is_("operator", "-", "pm"):
        nodes = nodes[1:]
    kinds = ("number",) if word == "where" else ("number", "symbol")
    return len(nodes) == 1 and nodes[0].kind in kinds and not nodes[0].is_scripted


def _names_entries(right: Side) -> bool:
    """Whether it is (w_ij), which gives entries a name."""
    nodes = solid(right.nodes)
    if len(nodes) != 1 or not nodes[0].is_("bracket", "()", "[]") or nodes[0].is_scripted:
        return False
    inner = solid(nodes[0].inner)
    one = described(inner[0]) if len(inner) == 1 else None
    return one is not None and sum(len(items(row)) for row in one.subs) == 2
