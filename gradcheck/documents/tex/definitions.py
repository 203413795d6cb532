"""Definitions, in whatever order they can be understood, and losses that are never defined."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property

from gradcheck.documents.tex import (
    beside,
    declarations,
    derivatives,
    examples,
    functions,
    gathered,
    initial,
    lone_letters,
    mapped,
    named_sets,
    shifts,
    steps,
    terms,
    updates,
)
from gradcheck.documents.tex.declarations import Declared
from gradcheck.documents.tex.drafts import Stated
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.functions import any_function, defined_function, named_function
from gradcheck.documents.tex.inputs import Inputs
from gradcheck.documents.tex.noted import NotedClaim
from gradcheck.documents.tex.scripts import Described, described
from gradcheck.documents.tex.statements import EQUAL
from gradcheck.documents.tex.symbols import Symbol
from gradcheck.documents.tex.terms import Term
from gradcheck.documents.tex.tree import Node, plain, solid, walked

MOST_ROUNDS = 2_000
"""So many times it is asked what else is understood: a page of any length is read in bounded time."""
_NAMING = re.compile(
    r"\b(?:denote|call|abbreviate|name|write|calling|denoting)\s+"
    r"(?:this|that|it|the (?:left|last|above|latter)[a-z -]*)(?:\s+[a-z]+){0,3}\s*(?:by|as)?\s*(?:\$|\\\()?\s*\Z",
    re.I,
)
"""Words that give what stands before them the name behind them."""


_TELLS = re.compile(
    r"[\s$)\\]*((?:(?:is|are|be)\s+(?:the|an?|our|this|that)|denotes?|stands?\s+for|holds?|contains?)\b[^.$]{0,60})",
    re.I,
)
_ANY = re.compile(
    r"\b(?:definite|given|fixed|known|unknown|any|constants?|parameters?|weights?|coefficients?|bias|mean)\b"
)
"""Words of a letter that may be any array."""
_GIVEN = re.compile(r"(?:\w+:)?(?:[a-cuvwxyt]|[WXY]|theta|beta|mu)")
"""Customary letters of data and parameters; others may have been given a meaning in words."""


class Definitions(Inputs):
    """Definitions, in whatever order they can be understood, and losses that are never defined.

    by_others: whether what stands second in an equation may give a symbol its meaning, too.
    """

    by_others = False

    def _define(self) -> None:
        """Give meaning to symbols, in whatever order their definitions can be understood."""
        for _ in range(MOST_ROUNDS):
            if not self._define_more():
                break

    def _define_more(self) -> bool:
        """Whether there was something more to understand, in the order in which it is certain."""
        return (
            self._define_some(with_headings=False)
            or self._define_some()
            or self._tie()
            or self._named_again()
            or self._named_in_words()
            or self._any_loss()
            or self._broadcast_some()
            or self._take_apart()
            or self._any_function_said()
            or self._begin_some()
            or self._held()
            or self._any_activation()
            or self._known_beside()
            or self._numbers_alone()
            or self._loss_of_the_last()
            or self._define_by_others()
        )

    def _define_by_others(self) -> bool:
        """Whether what stands second gives a symbol a meaning, where what stands first never does.

        It may be wrong: what comes first is waited for.
        """
        self.by_others = True
        try:
            return self._define_some()
        finally:
            self.by_others = False

    def _take_apart(self) -> bool:
        """What is declared, and equal to things of which nothing is said, is what it is declared to be: θ = (b, w)."""
        for one in self.stated:
            sides = one.statement.sides
            is_equation = len(sides) > 1 and sides[1].sign in EQUAL
            what = self._new_symbol(sides[0], sides[1]) if is_equation else None
            key = self._key(what[0], what[1]) if what is not None else ""
            if key not in self.sets or key in self.scope.symbols:
                continue
            inside = [described(node) for node in walked(sides[1].nodes) if node.kind in ("symbol", "font", "accent")]
            parts = [other for other in inside if other is not None]
            if parts and not any(
                self.reader.lookup_known(o) or self._is_function(o) or o.base in self.declared for o in parts
            ):
                self._input(key, self.sets.pop(key))
                return True
        return False

    def _held(self) -> bool:
        """Whether a capital letter that nothing else is said of holds the entries that the small one names."""
        for key in gathered.held(self.page, self.every):
            small = self.scope.symbols.get(key[-1].lower()) or self.scope.symbols.get(key.lower())
            is_matrix = small is not None and small.shape is not None and not small.family and "1" not in small.shape
            is_known = key in self.scope.symbols or key in self.scope.sizes or self.scope.declared_later(key)
            if small is not None and is_matrix and len(small.shape or ()) == 2 and not is_known and not small.args:
                self.scope.symbols[key] = replace(small, text=key)
                self.remarks.append(f"{key} holds the numbers {small.text or small.key}, as its sentence says")
                return True
        return False

    def _named_again(self) -> bool:
        """Whether a letter that nothing else is said of is another name of what a display equates it with."""
        heads = [head for one in self.stated if (head := self._head(one)) is not None]
        for one in self.stated:
            sides = one.statement.sides
            head = self._head(one)
            symbol = self.reader.lookup_known(head) if head is not None else None
            if symbol is None or symbol.is_input or symbol.family or symbol.args or not one.formula.is_display:
                continue
            for side in sides[2:] if all(side.sign in EQUAL for side in sides[1:]) else ():
                what = self._new_symbol(side, side)
                if what is None or what[1] or what[2] or any(other.base == what[0].base for other in heads):
                    continue
                key = self._key(what[0], ())
                if key in self.declared or key in self.scope.sizes or self.scope.declared_later(key):
                    continue
                self.scope.symbols[key] = replace(symbol, text=side.text)
                self.remarks.append(f"{side.text} is another name of {symbol.text or symbol.key}")
                return True
        return False

    def _named_in_words(self) -> bool:
        """Whether a sentence gives the left-hand side of the display before it a name: denote this matrix by D."""
        displays = [one for one in self.stated if one.formula.is_display and len(one.statement.sides) > 1]
        for one in self.stated:
            before = [other for other in displays if other.formula.stop <= one.formula.start]
            is_named = not one.formula.is_display and len(one.statement.sides) == 1 and before
            if not is_named or not _NAMING.search(re.split(r"[.!?]\s", one.context.before)[-1]):
                continue
            of = before[-1].statement.left
            what = self._new_symbol(one.statement.left, of)
            if what is None:
                continue
            with suppress(Unread, RecursionError):
                term = self._right(of.nodes, what[1])
                if len(term.letters) != len(what[1]):
                    continue  # the Jacobian whose entries stand there has no name of its own
                self._assign(*what, term)
                self.remarks.append(f"{one.statement.left.text} is {self._tex(of)}, as its sentence says")
                return True
        return False

    def _broadcast_some(self) -> bool:
        """Whether more is understood if columns and rows are added to all columns and rows of matrices.

        It is a convention of the page, since its definitions need it: then it holds for its claims, too.
        """
        if self.scope.broadcasts:
            return False
        self.scope.broadcasts = True
        if self._define_some():
            self.remarks.append(
                "columns and rows are added to every column and row of a matrix, as definitions need it"
            )
            return True
        self.scope.broadcasts = False
        return False

    def _begin_some(self) -> bool:
        """Whether a recursion begins with something of which the page says nothing: it is any, or 0 if words say so."""
        for found in initial.unsaid(self.reader, self.sets, [one.statement for one in self.stated]):
            self._input(found.key, found)
            name = self.scope.symbols[found.key].name
            self.inputs[name], said = initial.source(found, name, self.page.text)
            self.remarks.append(said)
            return True
        return False

    def _define_some(self, with_headings: bool = True) -> bool:
        """Whether a symbol gets a meaning; a heading gives one only if nothing below it does."""
        found = False
        for index, one in initial.first(self.stated):
            if len(one.statement.sides) < 2 or not (with_headings or not self.page.is_heading(one.formula.start)):
                continue
            for case in self._cases(one):
                instance = (index, tuple(case.items()))
                if instance in self.defined_cases or (index in self.defined_at and not case):
                    continue
                with self.scope.at_step(case):
                    if not self._is_slope_elsewhere(one) and self._define_one(index, one):
                        self.defined_cases.add(instance)
                        found = True
        return found

    def _is_slope_elsewhere(self, one: Stated) -> bool:
        """Whether a letter is printed that another equation says to be a derivative: what is printed may be wrong."""
        return self._said_slopes.get(plain(one.statement.left.nodes), one.statement.start) != one.statement.start

    @cached_property
    def _said_slopes(self) -> dict[str, int]:
        """The letters that equations say to be derivatives, alone or times a number, with the first place of each."""
        found: dict[str, int] = {}
        for one in self.every:
            sides = one.statement.sides
            nodes = solid(sides[1].nodes) if len(sides) > 1 and sides[1].sign in EQUAL else []
            if nodes and self._head(one) is not None and any(derivatives.of_letters(nodes[at:]) for at in (0, 1)):
                found.setdefault(plain(one.statement.left.nodes), one.statement.start)
        return found

    def _define_one(self, index: int, one: Stated) -> bool:
        left, right = one.statement.sides[0], one.statement.sides[1]
        self._count(one)
        if right.sign not in EQUAL or not self._may_define(one) or steps.is_range(one.statement):
            return False
        if one.statement.start in self.equal_sizes:
            self.defined_at[index] = (left.text, 1)
            return True
        if name := defined_function(self.reader, left, right, one.context.before):
            self.definitions += [name] if name is not True else []
            self.defined_at[index] = (left.text, 1)
            if isinstance(name, str) and "'" in left.text:
                self._claim_slope(index, one, name)
            return True
        if not one.is_header and left.text in self.said_above:
            return False
        if named_sets.define(self.scope, one.statement):
            self.defined_at[index] = (left.text, 1)
            return True
        if named_function(self.reader, left, right) and len(one.statement.sides) == 2:
            self.defined_at[index] = (left.text, 1)
            return True
        if mapped.defined(self.reader, left, right):
            self.defined_at[index] = (left.text, 1)
            return True
        what = self._new_symbol(left, right)
        return what is not None and not self._is_of_examples(what[0]) and self._define_symbol(index, one, what)

    def _define_symbol(
        self, index: int, one: Stated, what: tuple[Described, tuple[str, ...], str, tuple[tuple[Node, ...], ...]]
    ) -> bool:
        """Whether one of the right-hand sides gives a symbol its meaning."""
        for place, side in enumerate(one.statement.sides[1:] if self.by_others else one.statement.sides[1:2], 1):
            if side.sign not in EQUAL:
                continue
            try:
                self._assign(*what, self._right(side.nodes, what[1]))
            except (Unread, RecursionError) as reason:
                if place == 1:
                    self.reasons[index] = why(reason)
                    first = reason
                continue
            self.defined_at.setdefault(index, (what[0].base, place))
            if place > 1:
                self.remarks.append(f"{what[0].base} is defined by what stands second: {first}")
            return True
        return False

    def _any_functions(self) -> None:
        """Any function of one number is what a header calls f : ℝ → ℝ."""
        for one in self.stated if self.page.header else ():
            for case in steps.cases(self.scope, one.statement) if one.is_header else ():
                with self.scope.at_step(case):
                    name = any_function(self.reader, one.statement)
                if name is not None:
                    self.definitions.append(f'{name} = abstract("{name}")')

    def _any_function_said(self) -> bool:
        """Whether a function that the page says nothing else of is any, where it says f : ℝ → ℝ."""
        for one in self.stated:
            is_of_steps = steps.cases(self.scope, one.statement) != [{}]  # of those a header speaks
            name = None if is_of_steps else any_function(self.reader, one.statement)
            if name is not None:
                self.definitions.append(f'{name} = abstract("{name}")')
                return True
        return False

    def _known_beside(self) -> bool:
        """Whether there is a letter of which the page says nothing, and what stands beside it says its size."""
        heads = self._heads()
        rows = [side.nodes for one in self.stated for side in one.statement.sides]
        for key, (_, place) in list(self.scope.undeclared.items()):
            text = key.rpartition(":")[2]
            is_taken = key in heads or key in self.scope.symbols or key in self.declared or key in self.scope.functions
            if is_taken or self._is_told(key) or (sizes := beside.shape(self.reader, rows, key)) is None:
                continue
            domain = declarations.DEFINITE if self._is_definite(key) and len(set(sizes)) == 1 else declarations.REAL
            found = Declared(key, domain, sizes, text=text, place=place)
            self._input(key, found)
            if key not in self.scope.symbols:
                continue
            self.declared[key] = found
            self.remarks.append(f"{text} is taken for {' × '.join(sizes)} numbers, by what it stands beside")
            if domain == declarations.REAL and not _GIVEN.fullmatch(key):
                self.supposed[key] = f"that {text} is any array of {' × '.join(sizes)} numbers"
            return True
        return False

    def _forget_numbers(self) -> None:
        """Forget what was taken for a number above, and is none here: the μ of x_i - μ, where the x_i are vectors."""
        rows = [side.nodes for one in self.stated for side in one.statement.sides]
        for key, kind in list(self.scope.assumed.items()):
            symbol = self.scope.symbols.get(key)
            is_number = kind == "real" and symbol is not None and symbol.is_lone_number
            if symbol is not None and is_number and beside.shape(self.reader, rows, key) is not None:
                self.inputs[symbol.name] = f'{symbol.name} = real("{symbol.name}")'
                del self.scope.assumed[key]
                self._forget(key)

    def _is_told(self, key: str) -> bool:
        """Whether words say of a letter what it is made of, or which of all: C is the diagonal matrix of these."""
        alone = [one for one in self.every if len(one.statement.sides) == 1 and plain(one.statement.left.nodes) == key]
        said = [match[1] for one in alone if (match := _TELLS.match(one.context.after)) is not None]
        return any(_ANY.search(words) is None for words in said)

    def _is_definite(self, key: str) -> bool:
        """Whether words say of a letter alone that it is positive definite."""
        alone = [one for one in self.every if plain(one.statement.left.nodes) == key]
        words = " ".join(f"{one.context.before} ¦ {one.context.after}" for one in alone)
        return re.search(r"\bpositive[- ]definite\b", words, re.I) is not None

    def _any_activation(self) -> bool:
        """Whether an activation that nothing is said of is any function: the g of A = g(Z)."""
        if re.search(r"\b(?:activation|non-?linearit)", self.page.text, re.I) is None:
            return False
        for one in self.stated:
            for case in self._cases(one):
                with self.scope.at_step(case), suppress(Unread, RecursionError):
                    if (name := functions.any_applied(self.reader, one.statement)) is not None:
                        self.definitions.append(f'{name} = abstract("{name}")')
                        self.remarks.append(f"{name} is any function of each entry")
                        self.any_activations.add(name)
                        return True
        return False

    def _numbers_alone(self) -> bool:
        """Whether there are letters that can be nothing but numbers, of which the page says nothing."""
        heads = self._heads()
        unknown = [key for key in self.scope.undeclared if key not in heads]
        statements = [one.statement for one in self.stated]
        for key in lone_letters.numbers(self.reader, self.page.text, statements, unknown):
            self.scope.symbols[key] = Symbol(key, self._name(key), (), text=self.scope.undeclared[key][0])
            self.scope.assumed[key] = "real"
            return True
        return False

    def _find_cost(self) -> None:
        """What the page, or its header, calls the cost; or the one number that it differentiates."""
        for one in self.stated:
            nodes = solid(one.statement.left.nodes)
            head = described(nodes[0]) if nodes and updates.COST.search(self.page.lead(one.formula)) else None
            symbol = self.reader.lookup_known(head) if head is not None else None
            is_defined = len(one.statement.sides) == 1 or one.statement.sides[1].sign in EQUAL
            is_number = symbol is not None and not symbol.family and symbol.shape in ((), ("1", "1"))
            if symbol is not None and is_number and is_defined and not symbol.is_input:
                self.scope.cost = symbol.key
                return
        rows = [side.nodes for one in self.stated for side in one.statement.sides]
        symbols = [self.reader.lookup_known(of) for of, _ in derivatives.pairs(rows)]
        numbers = {one.key for one in symbols if one is not None and one.is_lone_number and not one.is_input}
        if len(numbers) == 1 and not self.scope.cost:
            (self.scope.cost,) = numbers

    def _claim_slope(self, index: int, one: Stated, line: str) -> None:
        """A function that is printed with primes is claimed to be that derivative of the one without."""
        left, right = one.statement.sides[0], one.statement.sides[1]
        head = described(left.nodes[0])
        assert head is not None
        slope, name = line.partition(" ")[0], self.scope.functions[functions.key_of(head)]
        del self.defined_at[index]
        self.slopes.add(index)
        self.inputs.setdefault("t_number", 't_number = real("t_number")')
        step = self._noted("step", one, right, f"{slope}(t_number)", left=self._tex(left))
        target = f"{name}(t_number)"
        for _ in range(head.primes):
            target = f"gradient({target}, t_number)"
        self.claims.append(NotedClaim(step.line, (step,), ((target, step.read_as),)))

    def _right(self, nodes: Sequence[Node], letters: Sequence[str]) -> Term:
        before = self.scope.free
        self.scope.free = set(letters)
        try:
            return terms.refuse_unknown(self.reader.read(nodes))
        finally:
            self.scope.free = before

    def _assign(
        self, one: Described, letters: Sequence[str], args: str, given: tuple[tuple[Node, ...], ...], term: Term
    ) -> None:
        """Make a symbol. Raises Unread where its indices do not say what they run to."""
        key = self._key(one, letters)
        term = initial.zeros(self.reader, key, term, self.sets, [stated.statement for stated in self.stated])
        implicit = self._implicit(term, letters)
        python = [self.scope.letter(letter) for letter in letters]
        said = self.sets.get(key)
        term = shifts.with_sizes(term, python, said.shape if said is not None else None)
        ranged = shifts.ranged(self.scope, term)
        source, shape, family = _as_array(term, python, [self.scope.letter(letter) for letter in implicit], ranged)
        source, shape, family = self._by_rows(key, letters, source, shape, family)
        if said is not None and (said.shape, said.family) != (shape, family) and not term.is_number:
            raise Unread(f"it has the shape ({', '.join(shape or ())}), and is said to have ({', '.join(said.shape)})")
        name = self._name(key)
        self.made_of[key] = term.uses
        self.scope.sources[key] = source
        text = plain((one.node,))
        is_numbered = any(examples.is_number_of_one(row) for row in one.sups) and bool(letters)
        found = Symbol(key, name, shape, family, text, False, args, given, implicit=implicit)
        self.scope.symbols[key] = replace(found, is_numbered=is_numbered)
        self.definitions.append(f"{name} = {self._gather(self.scope.symbols[key], source)}")

    def _by_rows(
        self, key: str, letters: Sequence[str], source: str, shape: terms.Shape, family: tuple[str, ...]
    ) -> tuple[str, terms.Shape, tuple[str, ...]]:
        """An array of numbers y_nk as the columns y_n that the page speaks of, too."""
        is_matrix = not family and shape is not None and len(shape) == 2 and len(letters) == 2 and key not in self.sets
        statements = [one.statement for one in self.stated]
        if not is_matrix or shape is None or not gathered.are_rows(key, letters, statements):
            return source, shape, family
        return f"{source}.reshape({shape[0]}, {shape[1]}, 1)", (shape[1], "1"), (shape[0],)

    def _implicit(self, term: Term, letters: Sequence[str]) -> tuple[str, ...]:
        """Indices that a definition has on the right only, and that nothing on the page is summed over: they stay.

        As the word o that was seen: a loss -log p_o is one for each of them.
        """
        names = {python: key for key, python in self.scope.letters.items()}
        lost = [names[python] for python in term.letters if names[python] not in letters]
        if lost == [self.scope.unsaid]:
            return (self.scope.unsaid,)
        return tuple(lost) if not any(letter in self.scope.bound_somewhere for letter in lost) else ()

    def _any_loss(self) -> bool:
        """A loss that is differentiated and never defined is any function of what its first derivative is by."""
        for index, one in enumerate(self.stated):
            found = steps.upstream(self.reader, one.statement)
            if found is None:
                continue
            loss, by, nodes = found
            if self._goes_on(loss, by):
                continue
            try:
                whole = self.reader.read(nodes)
            except Unread:
                continue
            if self._make_loss(index, one, loss, by, whole):
                return True
        return False

    def _goes_on(self, loss: str, by: Described) -> bool:
        """Whether the loss is differentiated by something that is made of this, too: the chain begins there."""
        symbol = self.reader.lookup_known(by)
        others = self._differentiated().get(loss, set()) - ({symbol.key} if symbol is not None else set())
        return symbol is not None and any(symbol.key in self.scope.reached([key]) for key in others)

    def _make_loss(self, index: int, one: Stated, loss: str, by: Described, whole: Term) -> bool:
        left = one.statement.sides[0]
        head = described(solid(left.nodes)[0]) if len(solid(left.nodes)) == 1 else None
        symbol = self.reader.lookup_known(by)
        if head is None or symbol is None or symbol.shape is None:
            return False
        letters = [k for k, v in self.scope.letters.items() if v in whole.letters]
        key = declarations.key_of(self.reader, head, letters)
        known = self.scope.symbols.get(key) or self._slope_of(key, symbol, plain((head.node,)))
        if (known.shape, known.family) != (symbol.shape, symbol.family):
            return False
        self._loss_of(loss, [symbol], [known])
        self.defined_at[index] = (key, 1)
        return True

    def _slope_of(self, key: str, symbol: Symbol, text: str) -> Symbol:
        """An input like a symbol: any derivative by it."""
        sizes = [*symbol.family, *(symbol.shape or ())]
        name = self._name(key)
        self.inputs[name] = f'{name} = real("{name}", {", ".join(sizes)})' if sizes else f'{name} = real("{name}")'
        self.scope.symbols[key] = Symbol(key, name, symbol.shape, symbol.family, text)
        return self.scope.symbols[key]

    def _loss_of(self, loss: str, symbols: Sequence[Symbol], slopes: Sequence[Symbol]) -> None:
        """A loss with any derivatives by symbols: the linear one, of which no second derivative is read."""
        self.scope.linear.add(loss)
        name, pairs = self._name(loss), list(zip(symbols, slopes, strict=True))
        products = [_summed(f"{slope.name} * {one.name}", one) for one, slope in pairs]
        self.made_of[loss] = frozenset(one.key for pair in pairs for one in pair)
        self.definitions.append(f"{name} = {' + '.join(products)}")
        self.scope.symbols[loss] = Symbol(loss, name, (), (), loss, False)
        for symbol, slope in pairs:
            of, by = symbol.text or symbol.key, slope.text or slope.key
            self.remarks.append(f"{loss} is any function of {of}, and {by} is its derivative there")

    def _loss_of_the_last(self) -> bool:
        """Whether a loss that is never defined is any function of the last of the things that it is differentiated by.

        Of those that are defined, none other is made of it: ∂L/∂y is where the chain begins. There may be several
        chains if nothing that it is differentiated by is in two of them: then each ∂L/∂x is that of its own.
        """
        for loss, keys in self._differentiated().items():
            keys = {self.scope.members.get(key, (key, True))[0] for key in keys}  # a row is a part of its matrix
            made = {key for key in keys if not self.scope.symbols[key].is_input}
            last = [key for key in sorted(made) if not any(key in self.scope.reached([o]) for o in made - {key})]
            chains = [self.scope.reached([key]) & keys for key in last]
            are_apart = sum(map(len, chains)) == len(set().union(*chains))
            symbols = [self.scope.symbols[key] for key in last]
            if not last or not are_apart or loss in self.equated or any(one.shape is None for one in symbols):
                continue
            texts = [f"∂{loss}/∂{one.text or one.key}" for one in symbols]
            slopes = [self._slope_of(f"d:{one.key}", one, text) for one, text in zip(symbols, texts, strict=True)]
            self._loss_of(loss, symbols, slopes)
            return True
        return False

    def _differentiated(self) -> dict[str, set[str]]:
        """What is differentiated on the page and has no meaning, with the symbols that it is differentiated by."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for one in self.stated:
            for loss, by in derivatives.pairs([side.nodes for side in one.statement.sides]):
                symbol = self.reader.lookup_known(by)
                is_new = self.reader.lookup_known(loss) is None and not loss.subs and not loss.sups
                if is_new and not self._is_function(loss) and loss.base not in self.declared:
                    found[loss.base] |= {symbol.key} if symbol is not None else set()
        return {loss: keys for loss, keys in found.items() if keys}


def _summed(product: str, symbol: Symbol) -> str:
    """The sum of a product's entries, of an array like a symbol."""
    return f"({product}).sum()" if symbol.shape or symbol.family else product


def why(reason: Exception) -> str:
    """Why something was not read, in words."""
    return reason.why if isinstance(reason, Unread) else "brackets stand in each other too deep"


def _as_array(
    term: Term, letters: Sequence[str], implicit: Sequence[str], ranged: Mapping[str, str]
) -> tuple[str, terms.Shape, tuple[str, ...]]:
    """Source of the array that a formula by entries makes, its shape, and its family.

    implicit: letters that stand in front. ranged: letters with their range, which stand in places such as i + 1.
    """
    if term.shape is None:
        raise Unread("its definition does not conform")
    lost = [letter for letter in term.letters if letter not in (*letters, *implicit)]
    if lost:
        raise Unread(f"index {', '.join(lost)} is free at the right only: is it summed over?")
    every = [*implicit, *letters]
    if not every:
        return term.as_array if term.by_entries else term.source, term.shape, ()
    sizes = [term.letters.get(letter, "") for letter in every]
    if not all(sizes):
        raise Unread("nothing says what its indices run to")
    array = f"{term.at(terms.ATOM)}.array({', '.join(ranged.get(letter, letter) for letter in every)})"
    family, own = tuple(sizes[: len(implicit)]), tuple(sizes[len(implicit) :])
    if not term.is_number:
        return array, term.shape, (*family, *own)
    if len(own) > 2:
        raise Unread("an array of more than two axes")
    shape = (*own, "1")[:2] if own else ()
    is_as_made = term.shape == () and len(own) != 1
    if family and own:
        return f"{array}.reshape({', '.join((*family, *shape))})", shape, family
    if family:
        return array if is_as_made else f"{array}.reshape({', '.join(family)})", (), family
    if len(own) == 1:
        return f"{array}.reshape(-1, 1)", shape, ()
    return array if is_as_made else f"{array}.reshape({', '.join(own)})", shape, ()
