"""What a page claims: each statement with the steps of it that were read, and why the others were not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from gradcheck.documents.tex import (
    at_steps,
    conditions,
    declarations,
    derivatives,
    differentials,
    functions,
    known,
    mapped,
    probabilities,
    steps,
    terms,
    updates,
)
from gradcheck.documents.tex.declarations import Declared
from gradcheck.documents.tex.definitions import Definitions, why
from gradcheck.documents.tex.drafts import Stated
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.heads import is_number_said
from gradcheck.documents.tex.noted import NotedClaim
from gradcheck.documents.tex.scripts import described
from gradcheck.documents.tex.statements import EQUAL, Side, Statement
from gradcheck.documents.tex.symbols import Symbol, python_name
from gradcheck.documents.tex.terms import Term
from gradcheck.documents.tex.tree import Node, plain, solid, span, walked

_SOLVING = re.compile(
    r"\b(?:solves?|satisf(?:y|ies)|normal equations?|if and only if|iff)\b[^$.]{0,40}(?:\$|\\\()*\s*\Z", re.I
)
"""Words in front of an equation that holds for a solution of it."""
_OF_INDICES = re.compile(r"\s*([a-z]'*)\s*(=|\\neq?|\\not=|≠)\s*([a-z]'*)\s*")
"""A condition on two indices."""
_SPECIAL = re.compile(r"[\s$)\\]*((?:is|be) (?:an? )?(?:symmetric|orthogonal|diagonal|triangular))\b")
"""Words behind a letter that make it special from there on."""
_ALWAYS = re.compile(
    r"[\s$)\\]*((?:is|are|being|which (?:is|are))\s+(?:always |all |set |fixed |equal |to |identically )*"
    r"(?:one|zero|1|0)s?)\b",
    re.I,
)
"""What is said of something behind it, that gives it a value."""
_SUPPOSED = re.compile(r"\b(?:if|when|at|for|suppose|assume|setting|set|take|case|unless|that)\s*[\$(\\]*$", re.I)
"""Words behind which something is supposed, and not claimed."""
_SO_THAT = re.compile(r"\bso that\s*[\$(\\]*$", re.I)
_INSTEAD = re.compile(r"\b(?:replac|instead|substitut|choos|pick|chang)", re.I)
"""Words of a sentence in which what stands behind `so that` is not what it was."""


_FITTING = re.compile(
    r"\b(?:fitting|appropriate|compatible|suitable|matching|conformable)\s+(?:sizes?|shapes?|dimensions?)\b|\bconformable\b"
    r"|\bwhatever\s+(?:sizes?|shapes?)\b|\b(?:sizes?|shapes?|dimensions?)\s+(?:that\s+)?(?:fit|match|make)\b",
    re.I,
)
"""What is said of matrices whose sizes are those that a formula needs."""


class Claims(Definitions):
    """What a page claims: each statement with the steps of it that were read, and why the others were not."""

    def _claim(self, one: Stated) -> None:
        """What a statement claims; what is meant in it alone is forgotten behind it."""
        self._claim_it(one)
        self.scope.silent, self.scope.apart, self.scope.cost = "", None, self.cost_of_part

    def _claim_it(self, one: Stated) -> None:
        """What a statement claims, as one claim for all of its steps at each of its instances."""
        index = self.stated.index(one)
        sides = one.statement.sides
        self._count(one)
        if one.statement.start in self.conditions.themselves:
            return
        if len(sides) == 1 and not one.formula.is_display:
            self._suppose_in_words(one)
        if len(sides) == 2 and self._is_to_be_solved(one):
            self.others.append(self._noted("no claim", one, sides[1], why="an equation to be solved"))
            return
        if len(sides) == 2 and not one.formula.is_display and index not in self.defined_at and sides[1].sign in EQUAL:
            self._suppose(one, sides[1:])
        if len(sides) > 1 and self._only_names(one):
            self.others.append(self._noted("definition", one, sides[1], left=self._tex(sides[0])))
            return
        if len(sides) < 2 or index in self.slopes or not self._claims_something(one):
            return
        defined = self.defined_at.get(index)
        if defined is not None:
            self.others.append(self._noted("definition", one, sides[defined[1]], left=self._tex(sides[0])))
        rest = [side for place, side in enumerate(sides[1:], 1) if defined is None or place != defined[1]]
        rest = list(self._equalities(one, rest))
        self._descend(one, rest)
        if rest and not self._is_left(one, rest):
            self.scope.silent = self._silent(one)
            self._claim_all(one, sides[0], rest, self._cases(one, Statement((sides[0], *rest))))

    def _only_names(self, one: Stated) -> bool:
        """Whether an equation names something, and can be no mistake: dM = ∂L/∂M, and δ_ij = 1 where i = j."""
        head, sides = self._head(one), one.statement.sides
        is_delta = head is not None and self._is_kronecker(head) and len(solid(sides[1].nodes)) == 1
        texts = {re.sub("[()]", "", side.text) for side in sides}
        is_shorthand = bool(self.short.loss or self.adjoints.loss) and len(texts) < len(sides)
        return is_delta or is_shorthand or self.stated.index(one) in self.aliased

    def _descend(self, one: Stated, rest: Sequence[Side]) -> None:
        """Find what an update descends."""
        if any(updates.updated(one.statement.left, side) is not None for side in rest):
            letters = [described(node) for side in rest for node in walked(side.nodes)]
            given = {it.base for it in letters if it is not None}
            found, known = self._cost_with(one, given), self.scope.cost
            has_all = given & self._numbers_of(*filter(None, (found,))) <= self._numbers_of(known)
            self.scope.cost = "" if found is None else known if known and has_all else found

    def _silent(self, one: Stated) -> str:
        """The index that goes unsaid in a statement, as a sentence before it says."""
        used = {node.value for side in one.statement.sides for node in walked(side.nodes) if node.kind == "symbol"}
        before = [letter for letter, place in self.scope.dropped.items() if place <= one.formula.start]
        return next((letter for letter in before if letter not in used), "")

    def _is_left(self, one: Stated, rest: Sequence[Side]) -> bool:
        """Leave what is not said for all values."""
        why, is_defined = "", self.stated.index(one) in self.defined_at
        condition = self.conditions.under.get(one.statement.start)
        if condition and (match := _OF_INDICES.fullmatch(condition)) is not None:
            self.scope.apart = (match[1], "==" if match[2] == "=" else "!=", match[3])
        elif condition and not at_steps.are_said(self.scope, condition):
            why = f"it is said for {condition}, and not for all values"
        elif (point := self.conditions.at_point.get(one.statement.start)) and not is_defined:
            why = f"it is said {point}, and not for all values"
        elif one.statement.start in self.conditions.solved and not self._is_apart_from_solution(one, rest):
            why = "it holds where a gradient is 0, and not for all values"
        elif (symbol := self._input_of(one.statement.left)) is not None and not (
            self._speaks_of(symbol, rest) or self._is_update(one, rest)
        ):
            why = f"{symbol} is given: an equation cannot say what it is for all values"
        elif keys := self._suppose(one, rest):
            why = f"it is supposed of {' and '.join(keys)}, and follows from no definition"
        for side in rest if why else ():
            self._leave(one, side, why)
        return bool(why)

    def _is_apart_from_solution(self, one: Stated, rest: Sequence[Side]) -> bool:
        """Whether an equation behind a gradient that was set to 0 is one of defined symbols, none of the solution.

        Such are tr H of a matrix H that has an equation, and the second form of a letter that was just given its first.
        """
        variables = self.conditions.variables
        try:
            left, sides = self.reader.read(one.statement.left.nodes), [self.reader.read(side.nodes) for side in rest]
        except (Unread, RecursionError):
            return False
        head = left.uses if self.stated.index(one) in self.defined_at else frozenset()
        below = {key for key in head for key in self.made_of.get(key, ())}
        reached = self.scope.reached((left.uses - head) | below | frozenset().union(*(side.uses for side in sides)))
        is_defined = bool(left.uses) and not any(self.scope.symbols[key].is_input for key in left.uses)
        bases = {re.sub(r"[_^].*", "", key) for key in reached}
        return is_defined and "" not in variables and not variables & (bases | reached)

    def _is_to_be_solved(self, one: Stated) -> bool:
        """Whether the words in front of an equation say that something solves it."""
        left, right = one.statement.sides[:2]
        words = re.split(r"[.!?]\s", one.context.before)[-1]
        if right.sign not in EQUAL or len(solid(left.nodes)) < 2:
            return False
        is_zero = right.text in conditions.ZEROS and conditions.SETTING.search(words) is not None
        return is_zero or (_SOLVING.search(words) is not None and not conditions.derives(left.nodes))

    def _suppose(self, one: Stated, rest: Sequence[Side]) -> list[str]:
        """The inputs of which an equation supposes something, as Σ_k y_k = 1 and A = Aᵀ do; it is kept."""
        keys = self._supposed(one, rest)
        self.supposed |= dict.fromkeys(keys, f"{self._tex(one.statement.left)} = {self._tex(rest[0])}")
        return keys

    def _supposed(self, one: Stated, rest: Sequence[Side]) -> list[str]:
        try:
            left, right = self.reader.read(one.statement.left.nodes), self.reader.read(rest[0].nodes)
        except (Unread, RecursionError):
            return []
        keys = left.uses | right.uses
        is_value = not right.uses and re.fullmatch(r"\w+", left.source)  # as of ε = 0.001
        is_derived = re.search(r"gradient\(|jacobian\(|inv\(", left.source)
        if (
            not keys
            or is_value
            or is_derived
            or (left.letters and ".sum(" not in left.source)
            or any(self.reader.scope.made_of.get(key) is not None for key in keys)
        ):
            return []
        is_mirror = right.source in (f"{left.source}.T", left.source.removesuffix(".T")) and left.source != right.source
        is_about_inputs = all(self._has_no_other_domain(key) for key in keys)
        return sorted(keys) if is_about_inputs and (is_mirror or not right.uses) else []

    def _has_no_other_domain(self, key: str) -> bool:
        """Whether nothing is said of an input but that its entries are numbers of some kind."""
        known_domains = (declarations.REAL, declarations.POSITIVE, declarations.BITS, declarations.UNIT)
        return key in self.declared and self.declared[key].domain in known_domains

    def _doubt(self, target: Term, term: Term) -> str:
        """What the page supposes of what a claim is made of: Σ_k y_k = 1, or that x_1 is always one.

        What is proved holds then, too, and what is refuted may.
        """
        is_square = target.source.startswith("jacobian(") and target.is_square
        if is_square and not self._is_layout_known(term, target):
            return "perhaps the other layout of Jacobians, since it says nothing of it"
        if (name := self._activation_left_out(target, term)) is not None:
            return f"something of {name}, which is taken for any function"
        made = self.scope.reached(target.uses | term.uses)
        return next((words for key, words in {**self.supposed, **self.said_in_words}.items() if key in made), "")

    def _activation_left_out(self, target: Term, term: Term) -> str | None:
        """The name of an activation that is taken for any, of which a step may know more: it multiplies by another."""
        named = [set(re.findall(r"\w+", one.source)) & self.any_activations for one in (target, term)]
        if named[1] or not self.any_activations:
            return None
        sources = " ".join(self.scope.sources.get(key, "") for key in self.scope.reached(target.uses | term.uses))
        knows_more = re.search(r"where\(|\b1 - |tanh|sigmoid|relu", term.source) is not None
        inside = set(re.findall(r"\w+", sources)) & self.any_activations if knows_more else set()
        return min(named[0] | inside, default=None)

    def _suppose_in_words(self, one: Stated) -> None:
        """Keep what words say of an entry or a symbol: x_1 is always one, and A is symmetric from here on."""
        nodes = solid(one.statement.left.nodes)
        head = described(nodes[0]) if nodes else None
        symbol = self.reader.lookup_known(head) if head is not None else None
        if symbol is None:
            return
        match = _ALWAYS.match(one.context.after)
        said = self.declared.get(symbol.key)
        is_special = said is not None and said.domain in (declarations.SYMMETRIC, declarations.DEFINITE)
        if len(nodes) == 1 and symbol.is_input and not is_special:
            match = match or _SPECIAL.match(one.context.after)
        if match is not None:
            self.said_in_words[symbol.key] = f"that {self._tex(one.statement.left)} {match[1]}"

    def _speaks_of(self, text: str, rest: Sequence[Side]) -> bool:
        """Whether a power is said to be something of its own base, as x^2 = x x."""
        base, _, power = text.partition("^")
        found = [described(node) for side in rest for node in walked(side.nodes)]
        return bool(power) and any(one is not None and one.base == base for one in found)

    def _is_update(self, one: Stated, rest: Sequence[Side]) -> bool:
        """Whether it says what a step of gradient descent makes of an input, where a cost is named."""
        return bool(self.scope.cost) and all(updates.updated(one.statement.left, side) is not None for side in rest)

    def _cost_with(self, one: Stated, given: set[str]) -> str | None:
        """The one cost that the page differentiates by what an update is of, with the numbers that are given there.

        With λ, that is the cost that has a λ, and without it the one that has none. "" where it is not one, and None
        where there is one that was not read.
        """
        left = solid(one.statement.left.nodes)
        head = described(left[0]) if len(left) == 1 else None
        rows = [side.nodes for other in self.every for side in other.statement.sides]
        by_it = [of for of, by in derivatives.pairs(rows) if head is not None and by.base == head.base]
        symbols = [self.reader.lookup_known(of) for of in (*by_it, *derivatives.of_arguments(rows))]
        if None in symbols:
            return None  # there is another cost, which was not read
        numbers = {it.key for it in symbols if it is not None and it.is_lone_number and not it.is_input}
        needed = given.difference(updates.RATES) & self._numbers_of(*numbers)
        fitting = {key for key in numbers if self._numbers_of(key) == needed}
        return fitting.pop() if len(fitting) == 1 else ""

    def _numbers_of(self, *keys: str) -> set[str]:
        """The given numbers that costs are made of."""
        symbols = self.scope.symbols
        reached = [symbols[key] for key in self.scope.reached(keys) if key in symbols]
        return {one.key for one in reached if one.is_input and one.is_lone_number}

    def _claim_all(self, one: Stated, left: Side, rest: Sequence[Side], cases: Sequence[Mapping[str, int]]) -> None:
        """One claim with an instance for each case; what is read in the fewest cases is not read."""
        read: list[tuple[Mapping[str, int], str, list[Term | str]]] = []
        for case in cases:
            with self.scope.at_step(case):
                target, terms_of = self._read_at(left, rest)
            read.append((case, target, terms_of))
        counts = [sum(isinstance(found[i], Term) for _, _, found in read) for i in range(len(rest))]
        kept = [i for i, count in enumerate(counts) if count and count == max(counts)]
        whole = [one for one in read if kept and all(isinstance(one[2][i], Term) for i in kept)]
        for i, side in enumerate(rest):
            if not read:
                self._leave(one, side, "what is said of its steps holds of none that are looked at")
            elif i not in kept or not whole:
                why = next(str(found[i]) for _, _, found in read if not isinstance(found[i], Term))
                index = self.stated.index(one)
                if why.startswith("its left-hand side") and index in self.reasons and index not in self.defined_at:
                    why = f"it would define {left.text}: {self.reasons[index]}"
                self._leave(one, side, why)
        for same in _by_target(whole[0][2], kept) if whole else ():
            self.claims.append(self._noted_claim(one, left, [rest[i] for i in same], same, whole, len(cases) > 1))

    def _noted_claim(
        self,
        one: Stated,
        left: Side,
        sides: Sequence[Side],
        kept: Sequence[int],
        whole: Sequence[tuple[Mapping[str, int], str, list[Term | str]]],
        says_case: bool,
    ) -> NotedClaim:
        noted = []
        for i, side in zip(kept, sides, strict=True):
            term = whole[0][2][i]
            assert isinstance(term, Term)
            step = self._noted("step", one, side, term.source, notes=term.notes, left=self._tex(left))
            noted.append(replace(step, doubt=term.doubt))
        instances = []
        for _, target, found in whole:
            read = [term for i in kept if isinstance(term := found[i], Term)]
            instances.append((read[0].target or target, *(term.source for term in read)))
        at = ""
        if says_case:
            at = "; ".join(", ".join(f"{letter} = {number}" for letter, number in case.items()) for case, _, _ in whole)
        return NotedClaim(self.page.line(span(left.nodes).start), tuple(noted), tuple(instances), at)

    def _claims_something(self, one: Stated) -> bool:
        sides = one.statement.sides
        if any(side.sign == "in" for side in sides[1:2]) or steps.is_range(one.statement):
            return False
        if sides[1].sign not in EQUAL and not _is_assignment(sides[0], sides[1]):
            return False
        if probabilities.is_one(sides[0]):
            self.others += [self._noted("no claim", one, side, why="a probability") for side in sides[1:]]
            return False
        if one.formula.is_display:
            return True
        left = solid(sides[0].nodes)
        if is_number_said(one, sides[1]) and len(left) == 1:
            head = described(left[0])  # h_0 = 0 is where a recursion begins
            return self.stated.index(one) in self.defined_at and head is not None and head.base in self.scope.stepped
        if self.stated.index(one) in self.defined_at or sides[1].sign not in EQUAL:
            return True
        words = one.context.before
        if _SUPPOSED.search(words) and not (
            _SO_THAT.search(words) and not _INSTEAD.search(self.page.sentence(one.formula))
        ):
            return len(left) > 1 or any(node.kind == "fraction" for node in left)
        is_formula = len(left) > 1 or (bool(left) and left[0].kind in ("fraction", "nabla"))
        return is_formula or (bool(left) and left[0].is_("bracket", "‖‖", "⟨⟩")) or self._is_defined(left)

    def _is_defined(self, left: Sequence[Node]) -> bool:
        one = described(left[0]) if left else None
        symbol = self.reader.lookup_known(one) if one else None
        return symbol is not None and not symbol.is_input

    def _equalities(self, one: Stated, sides: Sequence[Side]) -> Iterator[Side]:
        """The sides that are claimed; behind ≈ and the like nothing is."""
        for side in sides:
            if probabilities.is_one(side):
                self.others.append(self._noted("no claim", one, side, why="a probability"))
                continue
            if side.sign not in EQUAL and not _is_assignment(one.statement.left, side):
                if side.sign != "in" and side.nodes:
                    self.others.append(self._noted("no claim", one, side, why=f"it stands behind {side.sign}"))
                return
            if (
                side is one.statement.sides[-1]
                and len(one.statement.sides) > 2
                and conditions.is_set_to_zero(one.statement)
            ):
                self.others.append(self._noted("no claim", one, side, why="an equation to be solved"))
                return
            if side.nodes:
                yield side

    def _read_at(self, left: Side, rest: Sequence[Side]) -> tuple[str, list[Term | str]]:
        """The target in Python and each step; the reason where one is not read."""
        self._stand_alone([left, *rest])
        try:
            self._change([left, *rest])
            self._refuse_application(left)
            self._own_letter(left)
            self.scope.ones.clear()
            target = updates.target(self.reader, left, rest[0]) or self._target(left, rest)
            target = self._under_condition(target)
        except (Unread, RecursionError) as reason:
            return "", [f"its left-hand side: {why(reason)}"] * len(rest)
        before = self.scope.free
        self.scope.free = {key for key, python in self.scope.letters.items() if python in target.letters}
        found: list[Term | str] = []
        for side in rest:
            try:
                term = self.reader.read(side.nodes)
                term = self._under_condition(terms.refuse_unknown(terms.settled_by(term, target)))
                self._refuse_other_loss(term, target)
                self._refuse_other_meaning(left, term, target)
                self._refuse_fitting(left, term, target)
                term = replace(term, doubt=self._doubt(target, term))
                found.append(self._fitting(self._refuse_ones(self._of_all(term, side, target), target), target))
            except (Unread, RecursionError) as reason:
                found.append(why(reason))
        self.scope.free = before
        return target.source, found

    def _refuse_other_meaning(self, left: Side, term: Term, target: Term) -> None:
        """Raises Unread for what is printed of a letter with something of which the letter is not made.

        As in "with an exposure E_i, the mean becomes μ_i = E_i exp(x_iᵀ β)": it is another μ_i from there on.
        """
        nodes = solid(left.nodes)
        one = described(nodes[0]) if len(nodes) == 1 else None
        symbol = self.reader.lookup_known(one) if one is not None else None
        if symbol is None or symbol.is_input or self.scope.changes:
            return
        known = self.scope.reached(target.uses)
        constants = (declarations.ONES, declarations.IDENTITY)
        new = [key for key in self.scope.reached(term.uses) - known if self.scope.symbols[key].is_input]
        new = [key for key in new if key not in self.declared or self.declared[key].domain not in constants]
        if new:
            text = self.scope.symbols[min(new)].text or min(new)
            raise Unread(f"it is made of {text}, and {left.text} as it was defined is not: is it another one here?")

    def _refuse_fitting(self, left: Side, term: Term, target: Term) -> None:
        """Raises Unread for sizes that do not fit, in a section that says of its matrices that theirs do."""
        fits = term.shape is not None and terms.same_shape(term.shape, target.shape)
        if not fits and not term.letters and _FITTING.search(self.page.section_text(span(left.nodes).start)):
            raise Unread("its matrices are said to have the sizes that fit, and these are other ones")

    def _change(self, sides: Sequence[Side]) -> None:
        """What a statement with differentials changes. Raises Unread where something else may be changed, too."""
        self.scope.changes = {}
        rows = [side.nodes for side in sides]
        if not self.scope.has_differentials or not any(True for _ in differentials.letters(self.reader, rows)):
            return
        words = self.page.section_text(span(rows[0]).start)
        elsewhere = [] if differentials.fixed(words) else self._changed_elsewhere()
        self.scope.changes = differentials.changed(self.reader, rows, elsewhere)

    def _changed_elsewhere(self) -> list[str]:
        """The inputs that some statement of the page changes."""
        every = (side.nodes for one in self.stated for side in one.statement.sides)
        symbols = map(self.reader.lookup_known, differentials.letters(self.reader, list(every)))
        return [symbol.key for symbol in symbols if symbol is not None and symbol.is_input]

    def _under_condition(self, term: Term) -> Term:
        """What is said for i = j, or for i ≠ j, as what holds of all: both sides are 0 elsewhere. Raises Unread."""
        if self.scope.apart is None:
            return term
        one, sign, other = self.scope.apart
        if not term.is_number:
            raise Unread(f"it is said for {one} {sign} {other}, and is no number")
        sizes = [term.letters.get(self.scope.letter(letter), "") for letter in (one, other)]
        if len(set(sizes) - {""}) > 1:
            raise Unread(f"it is said for {one} {sign} {other}, which run to different sizes")
        size = sizes[0] or sizes[1]
        letters = {**term.letters, **{self.scope.letter(letter): size for letter in (one, other)}}
        source = f"({self.scope.letter(one)} {sign} {self.scope.letter(other)}) * {term.at(terms.PRODUCT)}"
        found = replace(term, source=source, level=terms.PRODUCT, letters=letters, by_entries=True)
        return found.noted(f"where {one} {'is' if sign == '==' else 'is not'} {other}")

    def _own_letter(self, left: Side) -> None:
        """In an equation of a function and its own letter, q(r) = …, this is a number, whatever it is elsewhere."""
        nodes = solid(left.nodes)
        one = described(nodes[0]) if len(nodes) == 2 and nodes[1].is_("bracket", "()") else None
        letter = self.scope.own_letters.get(functions.key_of(one), "") if one is not None else ""
        symbol = self.scope.symbols.get(letter)
        if symbol is None or not symbol.axes or plain(nodes[1].inner) != letter or nodes[1].is_scripted:
            return
        key = f"{letter}, a number"
        if key not in self.scope.symbols:
            name = self.scope.names.give(key, python_name(letter))
            self.scope.symbols[key] = Symbol(key, name, (), text=letter)
            self.inputs[name] = f'{name} = real("{name}")'
        found = self.scope.symbols[key]
        self.scope.alone[letter] = Term(found.name, terms.ATOM, (), uses=frozenset((key,)))

    def _stand_alone(self, sides: Sequence[Side]) -> None:
        """Letters of functions that stand for themselves in a claim are inputs there, beside a family x^{(i)}."""
        self.scope.alone.clear()
        for letter in mapped.letters_alone(self.scope, [side.nodes for side in sides]):
            key, found = f"{letter} alone", self.declared.get(letter, Declared(letter, declarations.REAL, ()))
            if key not in self.scope.symbols:
                one = replace(found, family=(), shape=mapped.member(self.scope, letter) or ())
                symbol = Symbol(key, self.scope.names.give(key, python_name(letter)), one.shape, text=one.text)
                self.scope.symbols[key] = symbol
                self.inputs[symbol.name] = declarations.source_of(one, symbol.name, symbol.name)
            symbol = self.scope.symbols[key]
            self.scope.alone[letter] = Term(symbol.name, terms.ATOM, symbol.shape, uses=frozenset((key,)))

    def _refuse_other_loss(self, term: Term, target: Term) -> None:
        """Raises Unread for a derivative that is made of a given one, of which what is differentiated is not made.

        As of a batch with an upstream gradient G, where L was a loss of one example: it is another L.
        """
        if not re.search(r"gradient\(|jacobian\(", target.source):
            return
        for key in sorted(self.scope.reached(term.uses) - self.scope.reached(target.uses)):
            place = self.declared[key].place if key in self.declared else 0
            if re.search(r"\b(?:gradients?|derivatives?)\W*\Z", self.page.text[max(0, place - 60) : place]):
                raise Unread(f"{key} is given as a gradient, and nothing says how what is differentiated depends on it")

    def _target(self, left: Side, rest: Sequence[Side]) -> Term:
        """The left-hand side. In an equation of functions alone, as tanh′(z) = 1 - tanh²(z), its letter is a number."""
        try:
            return terms.refuse_unknown(self.reader.read(left.nodes))
        except Unread:
            letter = self._only_letter([left, *rest])
            if letter is None:
                raise
            self.scope.symbols[letter] = Symbol(letter, self._name(letter), (), text=letter)
            self.scope.assumed[letter] = "any number"
            return terms.refuse_unknown(self.reader.read(left.nodes))

    def _only_letter(self, sides: Sequence[Side]) -> str | None:
        """The one letter that a statement of known functions is about, if nothing else is said of it."""
        found = set()
        for node in (node for side in sides for node in walked(side.nodes)):
            one = described(node) if node.kind in ("symbol", "word", "font", "accent") else None
            if one is None or self._is_function(one) or one.base in known.CUSTOMARY or one.base in ("d", "e"):
                continue
            found.add(one.base if not one.subs and not (one.sups and one.sups[0][0].kind == "bracket") else "")
        (letter,) = found if len(found) == 1 else ("",)
        is_new = len(letter) == 1 and letter.islower() and letter not in self.scope.symbols
        return letter if is_new and letter not in self.scope.sizes else None

    def _refuse_application(self, left: Side) -> None:
        """A letter with round brackets on the left gives a function a meaning, dL is a differential: no products.

        Raises Unread.
        """
        nodes = solid(left.nodes)
        first = described(nodes[0]) if nodes else None
        if self.scope.has_differentials and first is not None and first.base == "d":
            return
        is_pair = len(nodes) == 2 and not self.scope.has_differentials
        if is_pair and nodes[0].is_("symbol", "d") and not nodes[0].is_scripted and described(nodes[1]):
            raise Unread(f"{left.text}: a differential")
        if len(nodes) != 2 or not nodes[1].is_("bracket", "()") or nodes[1].is_scripted:
            return
        one, inside = described(nodes[0]), solid(nodes[1].inner)
        symbol = self.reader.found(one)[0] if one is not None else None
        own = self.scope.own_letters.get(functions.key_of(one), "") if one is not None and one.subs else ""
        if own and plain(inside) != own and any(node.sub for node in inside):
            raise Unread(f"{left.text}: what a function makes of one of these may be said of some of them only")
        is_name = all(described(node) is not None or node.is_("operator", ",") for node in inside)
        if one is not None and is_name and not self._is_function(one) and (symbol is None or not symbol.args):
            raise Unread(f"{left.text} on the left: {plain((nodes[0],))} has another meaning")

    def _of_all(self, term: Term, side: Side, target: Term) -> Term:
        """A step of one example, read again as one of all of them where nothing at the left is of one."""
        letter = self.scope.letters.get(self.scope.unsaid)
        if not self.scope.may_be_all or letter not in term.letters or letter in target.letters:
            return term
        self.scope.whole_sample = True
        try:
            return self.reader.read(side.nodes).noted("of all examples")
        finally:
            self.scope.whole_sample = False

    def _refuse_ones(self, term: Term, target: Term) -> Term:
        """The same. Raises Unread if a letter that stands for 1 on one axis runs along another."""
        for letter in self.scope.ones:
            python = self.scope.letters.get(letter)
            if python in term.letters or python in target.letters:
                raise Unread(f"index {letter} runs along one axis, and has one position on another")
        return term

    def _fitting(self, term: Term, target: Term) -> Term:
        """A step beside its target: 0 has every shape. Raises Unread for an index that is free at the right only."""
        self._refuse_layout(term, target)
        doubts = [
            note for note in (*term.notes, *target.notes) if "scalar product" in note or "taken entry by entry" in note
        ]
        if doubts and not (terms.same_shape(term.shape, target.shape) and term.shape is not None):
            raise Unread(f"{doubts[0]}: then its shape is another one than that of its left-hand side")
        extra = [letter for letter in term.letters if letter not in target.letters]
        lost = [letter for letter in target.letters if letter not in term.letters]
        if extra and not lost and self.scope.whole_for_entries and not target.letters:
            entry = terms.at_letters(target, term.letters)
            if entry is None and term.shape is None:
                return term  # it does not conform, whatever is meant at the left
            if entry is not None:
                return replace(term, target=entry.source).noted(f"the left-hand side is meant at {', '.join(extra)}")
        if extra and not lost and not self._is_sum_lost(extra, target):
            raise Unread(f"index {', '.join(extra)} is free at the right only: is it summed over?")
        return terms.zero_of(term, target.shape)

    def _is_sum_lost(self, extra: Sequence[str], target: Term) -> bool:
        """Whether indices that are free at the right only are a mistake: in a derivative of one number.

        And on a page that writes Σ over the same letters elsewhere, so that none is summed over where it stands twice.
        """
        names = {python: key for key, python in self.scope.letters.items()}
        of = re.match(r"(?:gradient|jacobian)\((\w+), ", target.source)
        symbol = next((one for one in self.scope.symbols.values() if of is not None and one.name == of[1]), None)
        is_one = symbol is not None and not symbol.is_input and symbol.is_lone_number
        return is_one and all(names[letter] in self.scope.summed for letter in extra)

    def _shows_layout(self, one: Stated) -> bool:
        """Whether a derivative is printed in the layout in which they are read, and would not fit in the other."""
        sides = one.statement.sides
        if len(sides) < 2 or sides[1].sign not in EQUAL:
            return False
        for case in steps.cases(self.scope, one.statement)[:1]:
            with self.scope.at_step(case), suppress(Unread, RecursionError):
                target = self.reader.read(sides[0].nodes)
                printed = self.reader.read(sides[1].nodes)
                return _is_laid_out(target) and printed.shape == target.shape != (target.shape or ())[::-1]
        return False

    def _is_layout_known(self, term: Term, target: Term) -> bool:
        """Whether the page shows or says in which layout a derivative is printed, or it is the same in both."""
        is_known = self.lays_out or self.scope.layouts or not _is_laid_out(target)
        return bool(is_known) or term.shape is None

    def _refuse_layout(self, term: Term, target: Term) -> None:
        """Raises Unread for a derivative that is printed as its transpose where nothing says which layout is used."""
        if not self._is_layout_known(term, target) and term.shape == (target.shape or ())[::-1] != target.shape:
            raise Unread("it has the shape of the transpose: does the page use another layout? say which, in words")


def _is_laid_out(target: Term) -> bool:
    """Whether it is a derivative of a number or a column, by an array, that the two layouts print as transposes.

    A Hessian is its own.
    """
    is_hessian = re.fullmatch(r"jacobian\(gradient\(.*, (\w+)\), \1\)", target.source) is not None
    is_derivative = target.source.startswith(("gradient(", "jacobian(")) and not is_hessian
    return is_derivative and not target.letters and not target.is_number


def _is_assignment(left: Side, right: Side) -> bool:
    """Whether an arrow says what a step of gradient descent makes of a symbol."""
    return right.sign == "gets" and updates.updated(left, right) is not None


def _by_target(found: Sequence[Term | str], kept: Sequence[int]) -> Iterator[list[int]]:
    """The places of steps that are claimed of one target, in their order."""
    targets = {i: term.target for i in kept if isinstance(term := found[i], Term)}
    for target in dict.fromkeys(targets.values()):
        yield [i for i in kept if targets[i] == target]
