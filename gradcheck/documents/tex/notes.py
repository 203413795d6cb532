"""A page of notes, read: what it declares, what it defines, what it claims, and what of it is not understood."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from gradcheck.documents.tex import declarations, known, steps, sums, terms
from gradcheck.documents.tex.applications import arguments
from gradcheck.documents.tex.declarations import Context, Declared
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.functions import defined_function
from gradcheck.documents.tex.pages import Formula, Page
from gradcheck.documents.tex.parser import parsed
from gradcheck.documents.tex.reader import Reader
from gradcheck.documents.tex.scope import Scope
from gradcheck.documents.tex.scripts import Described, described, items
from gradcheck.documents.tex.statements import EQUAL, Side, Statement, statements
from gradcheck.documents.tex.symbols import Symbol, python_name
from gradcheck.documents.tex.terms import Term
from gradcheck.documents.tex.tree import Node, Span, plain, solid, span, walked

RESERVED = (
    "claim derivation dims gradient jacobian real bits unit positive one_hot distribution symmetric positive_definite "
    "indices where exp log sqrt tanh sigmoid relu identity ones zeros diag trace det inv softmax stack hstack vstack "
    "sin cos sinh cosh maximum minimum gamma lgamma digamma pi eye function np abs sum max min softplus erf sign "
    "orthogonal triangular unit_vector labels notes misprint"
).split()


@dataclass(frozen=True)
class NotedStep:
    """One right-hand side of the page. kind: "step", "definition", "unread" or "no claim".

    place, relation: where it stands, and the sign in front of it. read_as: its source in Python. why: why it is not
    read, or is no claim. notes: what was decided.
    """

    kind: str
    place: Span
    relation: Span
    line: int
    tex: str
    read_as: str = ""
    why: str = ""
    notes: tuple[str, ...] = ()
    left: str = ""


@dataclass(frozen=True)
class NotedClaim:
    """What becomes one claim of the module: the steps that were read of a statement.

    instances: source of the target and of each step; one, or one for each number of a step in time or depth. at: these
    numbers, in words.
    """

    line: int
    steps: tuple[NotedStep, ...]
    instances: tuple[tuple[str, ...], ...]
    at: str = ""


@dataclass
class Notes:
    """What was read of a page."""

    page: Page
    sizes: Mapping[str, str]
    letters: Mapping[str, str]
    inputs: Sequence[str]
    definitions: Sequence[str]
    claims: Sequence[NotedClaim]
    others: Sequence[NotedStep]
    assumed: Mapping[str, str]
    missing: Mapping[str, int]
    remarks: Sequence[str]
    broadcasts: bool = False

    @property
    def steps(self) -> Iterator[NotedStep]:
        """All right-hand sides that state something, in their order."""
        found = [step for claim in self.claims for step in claim.steps]
        found += [step for step in self.others if step.kind != "no claim"]
        return iter(sorted(found, key=lambda step: step.place))


@dataclass(frozen=True)
class _Stated:
    """A statement of the page, and the formula that it stands in."""

    formula: Formula
    statement: Statement
    context: Context
    is_header: bool = False


def read(page: Page) -> Notes:
    """Read a page. Nothing of it is executed."""
    return _Reading(page).notes()


class _Reading:
    def __init__(self, page: Page) -> None:
        self.page, self.scope = page, Scope()
        self.scope.names.reserve({name: f"reserved {name}" for name in RESERVED})
        self.reader = Reader(self.scope)
        self.inputs: dict[str, str] = {}
        self.definitions: list[str] = []
        self.declared: dict[str, Declared] = {}
        self.declared_at: dict[int, list[str]] = {}
        self.made_of: dict[str, frozenset[str]] = {}
        self.generation = 0
        self.sets: dict[str, Declared] = {}
        self.claims: list[NotedClaim] = []
        self.others: list[NotedStep] = []
        self.missing: dict[str, int] = {}
        self.remarks: list[str] = []
        self.defined_at: dict[int, tuple[str, int]] = {}
        self.defined_cases: set[tuple[int, tuple[tuple[str, int], ...]]] = set()
        self.stated = list(self._stated())

    # -- statements --

    def _stated(self) -> Iterator[_Stated]:
        for is_header, formulas in ((True, self.page.header), (False, self.page.formulas)):
            for formula in formulas:
                context = Context(self.page.before(formula), self.page.after(formula))
                for statement in self._parsed(formula, context, is_header):
                    yield _Stated(formula, statement, context, is_header)

    def _parsed(self, formula: Formula, context: Context, is_header: bool) -> Sequence[Statement]:
        """The statements of a formula; line by line where it cannot be parsed as a whole."""
        try:
            return statements(parsed(formula.tex, formula.start, self.page.macros))
        except (Unread, RecursionError) as error:
            if is_header:
                raise
            return list(self._by_lines(formula, error))

    def _by_lines(self, formula: Formula, error: Exception) -> Iterator[Statement]:
        """A formula of several lines, of which some cannot be parsed: each costs itself only."""
        body, offset = formula.tex, formula.start
        if match := re.match(r"\s*\\begin\{(\w+\*?)\}(.*)\\end\{\1\}\s*\Z", body, re.DOTALL):
            body, offset = match[2], formula.start + match.start(2)
        pieces = [(m.start(), m.group()) for m in re.finditer(r"(?:(?!\\\\).)+", body, re.DOTALL)]
        for start, piece in pieces if len(pieces) > 1 else ():
            try:
                yield from statements(parsed(piece, offset + start, self.page.macros))
            except (Unread, RecursionError) as reason:
                self._unread_text(piece, offset + start, reason)
        if len(pieces) <= 1:
            self._unread_text(body, offset, error)

    def _unread_text(self, text: str, start: int, reason: Exception) -> None:
        if "=" in text:
            stripped = text.strip()
            place = start + text.index(stripped)
            why = reason.why if isinstance(reason, Unread) else "brackets stand in each other too deep"
            where, sign = Span(place, place + len(stripped)), place + _first_equal(stripped)
            relation = Span(sign, sign + 1)
            self.others.append(NotedStep("unread", where, relation, self.page.line(place), stripped, why=why))

    # -- in order --

    def notes(self) -> Notes:
        """Everything, in the order in which it can be understood."""
        steps.find(self.scope, self.page, [one.statement for one in self.stated])
        self._conventions()
        everything = self.stated
        for part in self._parts():
            self.stated, self.defined_at, self.defined_cases = part, {}, set()
            self._declare()
            self._define()
            for one in part:
                if not one.is_header:
                    self._claim(one)
        self.stated = everything
        for key in self.scope.assumed:
            if (symbol := self.scope.symbols.get(key)) is not None:
                self.inputs[symbol.name] = f'{symbol.name} = real("{symbol.name}")'
        sources = [source for claim in self.claims for instance in claim.instances for source in instance]
        used = "\n".join([*self.inputs.values(), *self.definitions, *sources])
        sizes = {k: v for k, v in self.scope.sizes.items() if re.search(rf"\b{v}\b", used)}
        letters = {k: v for k, v in self.scope.letters.items() if re.search(rf"\b{v}\b", used)}
        found = (self.page, sizes, letters, list(self.inputs.values()), self.definitions, self.claims, self.others)
        return Notes(*found, self.scope.assumed, self.missing, self.remarks, self.scope.broadcasts)

    def _conventions(self) -> None:
        """What the words of the page say of its notation."""
        words = self.page.text
        if re.search(r"prime\b[^.]{0,60}\btranspos|transpos[^.]{0,60}\bprime\b", words):
            self.scope.primes_transpose = True
        if re.search(
            r"softmax[^.]{0,80}\b(?:each|every|over the|along) rows?\b|row-?wise softmax|softmax[^.]{0,40}row-?wise",
            words,
            re.I,
        ):
            self.scope.softmax_axis = 1
        elif re.search(
            r"softmax[^.]{0,80}\b(?:each|every|over the|along) columns?\b|column-?wise softmax|softmax[^.]{0,40}column-?wise",
            words,
            re.I,
        ):
            self.scope.softmax_axis = 0
        if re.search(r"cdot\W[^.]{0,30}\b(?:element|entry)", self.page.header_text):
            self.scope.dot_by_entry = True

    # -- parts --

    def _parts(self) -> list[list[_Stated]]:
        """The page in parts, in each of which every symbol has one meaning: it is cut where one gets another."""
        cuts = sorted({*self._redeclared(), *self._redefined()})
        parts: list[list[_Stated]] = [[] for _ in range(len(cuts) + 1)]
        for one in self.stated:
            parts[0 if one.is_header else bisect_right(cuts, one.statement.start)].append(one)
        return parts

    def _redeclared(self) -> Iterator[int]:
        """Where a symbol is declared with other sizes than before."""
        said: dict[str, tuple[str, ...]] = {}
        for one, found in self._all_declared():
            sizes = (*found.family, *found.shape) if found.shape != () else (*found.family, "1")
            if len(sizes) < 2 or "?" in sizes:
                continue
            if said.setdefault(found.key, sizes) != sizes:
                said[found.key] = sizes
                self.declared_at.setdefault(one.statement.start, []).append(found.key)
                yield one.statement.start

    def _all_declared(self) -> Iterator[tuple[_Stated, Declared]]:
        for one in self.stated:
            for case in steps.cases(self.scope, one.statement):
                with self.scope.at_step(case), suppress(Unread):
                    for found in declarations.declared(self.reader, one.statement, one.context):
                        yield one, found

    def _redefined(self) -> Iterator[int]:
        """Where a symbol that an earlier section defines is defined anew, by what this section declares."""
        places = {found.key: one.statement.start for one, found in self._all_declared()}
        sections = self.page.sections
        defined: dict[str, int] = {}
        for one in self.stated:
            sides = one.statement.sides
            head = solid(sides[0].nodes)
            if len(sides) < 2 or sides[1].sign not in EQUAL or not one.formula.is_display or not head:
                continue
            name = described(head[0])
            if name is None or len(head) > 2 or (len(head) == 2 and not head[1].is_("bracket", "()")):
                continue
            key = plain((name.node,))
            start, section = one.statement.start, bisect_right(sections, one.statement.start)
            if defined.setdefault(key, section) == section:
                continue
            begins = sections[section - 1] if section else 0
            inside = [described(node) for node in walked(sides[1].nodes)]
            if any(other is not None and places.get(other.base, -1) >= begins for other in inside):
                defined[key] = section
                self.declared_at.setdefault(start, []).append(name.base)
                yield start

    def _forget(self, key: str) -> None:
        """A symbol that gets another meaning from here on, and all that was made of it."""
        if self.scope.symbols.pop(key, None) is None:
            return
        self.declared.pop(key, None)
        self.sets.pop(key, None)
        self.generation += 1
        for other, uses in list(self.made_of.items()):
            if key in uses:
                self.made_of.pop(other)
                self._forget(other)

    # -- declarations --

    def _declare(self) -> None:
        begins = min((one.statement.start for one in self.stated if not one.is_header), default=0)
        for key in self.declared_at.get(begins, ()):
            self._forget(key)
        known = dict(self.scope.symbols)
        for one in self.stated:
            for case in steps.cases(self.scope, one.statement):
                with self.scope.at_step(case):
                    self._declare_one(one)
        self._settle_families()
        heads = self._heads()
        for key, found in self.declared.items():
            if key in known:
                continue
            if key in heads:
                self.sets[key] = found
            else:
                self._input(key, found)
        self._link()

    def _declare_one(self, one: _Stated) -> None:
        try:
            for found in declarations.declared(self.reader, one.statement, one.context):
                self.declared[found.key] = declarations.merged(self.declared, found)
        except Unread as reason:
            self.remarks.append(f"line {self.page.line(one.statement.start)}: no declaration: {reason.why}")

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
            for case in steps.cases(self.scope, one.statement):
                with self.scope.at_step(case):
                    what = self._new_symbol(sides[0], sides[1])
                    if what is not None:
                        key = self._key(what[0], what[1])
                        known = self.declared.get(key)
                        if known is not None and (len(known.family) > len(what[1]) or _is_number_said(one, sides[1])):
                            continue  # x of examples x_i is none of them, and an example of a number no definition
                        inside = [described(node) for node in walked(sides[1].nodes)]
                        if not any(other is not None and other.base == what[0].base for other in inside):
                            found.add(key)
        return found

    def _settle_families(self) -> None:
        """Numbers with one index are the entries of a column; families have the size that their index runs to."""
        for key, found in list(self.declared.items()):
            family = tuple(self._size_of_family(key) if size == "?" else size for size in found.family)
            if "?" in family:
                self.remarks.append(f"{found.text}: nothing says what its index runs to")
                del self.declared[key]
                continue
            if family and found.shape == () and len(family) <= 2:
                shape = (*family, "1")[:2]
                self.declared[key] = replace(found, shape=shape, family=())
            else:
                self.declared[key] = replace(found, family=family)

    def _size_of_family(self, key: str) -> str:
        """What the index of a symbol runs to where it is summed over."""
        for one in self.stated:
            for letter, size in steps.sum_bounds(self.reader, one.statement):
                if steps.stands_at(key, letter, one.statement):
                    return size
            if count := steps.count_of(self.reader, key, one.statement):
                return count
        return "?"

    def _input(self, key: str, found: Declared) -> None:
        if key in self.scope.sizes or key in self.scope.functions:
            return
        symbol = Symbol(key, self._name(key), found.shape, found.family, found.text)
        self.scope.symbols[key] = symbol
        self.inputs[symbol.name] = declarations.source_of(found, symbol.name, symbol.name)

    def _name(self, key: str) -> str:
        """A name in Python that no other meaning of the letter has."""
        return self.scope.names.give(f"{key} {self.generation}" if self.generation else key, python_name(key))

    def _link(self) -> None:
        """Examples x_1, …, x_N whose matrix X is declared, too, are its rows or its columns, as the sizes say."""
        for key, found in self.declared.items():
            if len(found.family) != 1 or len(found.shape) != 2 or found.shape[1] != "1":
                continue
            size, (length, _) = found.family[0], found.shape
            whole = self.declared.get(key.upper() if len(key) == 1 else key)
            if whole is None or whole.family or size == length:
                continue
            name, matrix = self.scope.symbols[key].name, self.scope.symbols[whole.key].name
            of = {
                (size, length): f"{matrix}.reshape({size}, {length}, 1)",
                (length, size): f"{matrix}.T.reshape({size}, {length}, 1)",
            }
            if whole.shape in of:
                self.inputs.pop(name)
                self.definitions.append(f"{name} = {of[whole.shape]}")
                self.remarks.append(f"{key}_i are the {'rows' if whole.shape[0] == size else 'columns'} of {whole.key}")

    # -- definitions --

    def _define(self) -> None:
        """Give meaning to symbols, in whatever order their definitions can be understood."""
        while self._define_some() or self._any_loss() or self._broadcast_some():
            pass

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

    def _define_some(self) -> bool:
        found = False
        for index, one in enumerate(self.stated):
            if len(one.statement.sides) < 2:
                continue
            for case in steps.cases(self.scope, one.statement):
                instance = (index, tuple(case.items()))
                if instance in self.defined_cases or (index in self.defined_at and not case):
                    continue
                with self.scope.at_step(case):
                    if self._define_one(index, one):
                        self.defined_cases.add(instance)
                        found = True
        return found

    def _define_one(self, index: int, one: _Stated) -> bool:
        left, right = one.statement.sides[0], one.statement.sides[1]
        if right.sign not in EQUAL or not self._may_define(one) or steps.is_range(one.statement):
            return False
        if name := defined_function(self.reader, left, right, one.context.before):
            self.definitions += [name] if name is not True else []
            self.defined_at[index] = (left.text, 1)
            return True
        what = self._new_symbol(left, right)
        if what is None:
            return False
        for place, side in enumerate(one.statement.sides[1:], 1):
            if side.sign not in EQUAL:
                continue
            try:
                self._assign(*what, self._right(side.nodes, what[1]))
            except (Unread, RecursionError) as reason:
                if place == 1:
                    self.missing[what[0].base] = self.page.line(one.statement.start)
                    first = reason
                continue
            self.defined_at.setdefault(index, (what[0].base, place))
            if place > 1:
                self.remarks.append(f"{what[0].base} is defined by what stands second: {first}")
            return True
        return False

    def _may_define(self, one: _Stated) -> bool:
        """Not in the words of a condition: where y = 1, if i = j."""
        if one.formula.is_display or one.is_header:
            return True
        return not re.search(
            r"\b(?:if|when|where|unless|provided|at|case|for)\s*(?:\$|\\\()$", one.context.before + "$"
        ) or not (re.fullmatch(r"[\d.]+|[a-zA-Z]", one.statement.sides[-1].text))

    def _right(self, nodes: Sequence[Node], letters: Sequence[str]) -> Term:
        before = self.scope.free
        self.scope.free = set(letters)
        try:
            return terms.refuse_unknown(self.reader.read(nodes))
        finally:
            self.scope.free = before

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
        letters = self._letters_of(one, right)
        return one, letters, args, given

    def _is_function(self, one: Described) -> bool:
        bare = one.base.rpartition(":")[2]
        return one.base in self.scope.functions or bare in known.ELEMENTWISE or bare in known.OF_ARRAYS

    def _letters_of(self, one: Described, right: Side) -> tuple[str, ...]:
        """Its indices: letters below it, or in round brackets above it, that stand in scripts on the right, too."""
        found: list[str] = []
        for row in (*one.subs, *one.sups):
            nodes = solid(row)
            is_above = any(row is sup for sup in one.sups)
            if is_above and not (len(nodes) == 1 and nodes[0].is_("bracket", "()")):
                continue
            parts = items(tuple(nodes[0].inner) if is_above else row)
            names = [plain(part) for part in parts]
            if all(re.fullmatch(r"[a-z]'*", name) and name not in self.scope.steps for name in names) and names:
                free = [name for name in names if sums.occurs(name, right.nodes)]
                if len(free) == len(names):
                    found += names
        return tuple(found)

    def _assign(
        self, one: Described, letters: Sequence[str], args: str, given: tuple[tuple[Node, ...], ...], term: Term
    ) -> None:
        """Make a symbol. Raises Unread where its indices do not say what they run to."""
        key = self._key(one, letters)
        python = [self.scope.letter(letter) for letter in letters]
        source, shape, family = _as_array(term, python)
        said = self.sets.get(key)
        if said is not None and (said.shape, said.family) != (shape, family) and not term.is_number:
            raise Unread(f"it has the shape ({', '.join(shape or ())}), and is said to have ({', '.join(said.shape)})")
        name = self._name(key)
        self.made_of[key] = term.uses
        text = plain((one.node,))
        self.scope.symbols[key] = Symbol(key, name, shape, family, text, False, args, given)
        self.definitions.append(f"{name} = {source}")
        self.missing.pop(one.base, None)

    def _key(self, one: Described, letters: Sequence[str]) -> str:
        return declarations._key(self.reader, one, letters)

    def _any_loss(self) -> bool:
        """A loss that is differentiated and never defined is any function of what its first derivative is by."""
        for index, one in enumerate(self.stated):
            found = steps.upstream(self.reader, one.statement)
            if found is None:
                continue
            loss, by, nodes = found
            try:
                whole = self.reader.read(nodes)
            except Unread:
                continue
            if self._make_loss(index, one, loss, by, whole):
                return True
        return False

    def _make_loss(self, index: int, one: _Stated, loss: str, by: Described, whole: Term) -> bool:
        left = one.statement.sides[0]
        head = described(solid(left.nodes)[0]) if len(solid(left.nodes)) == 1 else None
        symbol = self.reader.lookup_known(by)
        if head is None or symbol is None or symbol.shape is None:
            return False
        letters = [k for k, v in self.scope.letters.items() if v in whole.letters]
        key = declarations._key(self.reader, head, letters)
        sizes = [*symbol.family, *symbol.shape]
        known = self.scope.symbols.get(key)
        if known is None:
            name = self._name(key)
            self.inputs[name] = f'{name} = real("{name}", {", ".join(sizes)})' if sizes else f'{name} = real("{name}")'
            known = Symbol(key, name, symbol.shape, symbol.family, plain((head.node,)))
            self.scope.symbols[key] = known
        if (known.shape, known.family) != (symbol.shape, symbol.family):
            return False
        value = f"{known.name} * {symbol.name}"
        name = self._name(loss)
        self.made_of[loss] = frozenset((symbol.key, known.key))
        self.definitions.append(f"{name} = ({value}).sum()" if sizes else f"{name} = {value}")
        self.scope.symbols[loss] = Symbol(loss, name, (), (), loss, False)
        self.remarks.append(
            f"{loss} is any function of {symbol.text or symbol.key}, and {known.text or key} is its derivative there"
        )
        self.defined_at[index] = (key, 1)
        return True

    # -- claims --

    def _claim(self, one: _Stated) -> None:
        """What a statement claims, as one claim for all of its steps at each of its instances."""
        index = self.stated.index(one)
        sides = one.statement.sides
        if len(sides) < 2 or not self._claims_something(one):
            return
        defined = self.defined_at.get(index)
        if defined is not None:
            self.others.append(self._noted("definition", one, sides[defined[1]], left=self._tex(sides[0])))
        rest = [side for place, side in enumerate(sides[1:], 1) if defined is None or place != defined[1]]
        rest = list(self._equalities(one, rest))
        if not rest:
            return
        self._claim_all(one, sides[0], rest, steps.cases(self.scope, Statement((sides[0], *rest))))

    def _claim_all(self, one: _Stated, left: Side, rest: Sequence[Side], cases: Sequence[Mapping[str, int]]) -> None:
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
            if i not in kept or not whole:
                self._leave(one, side, next(str(found[i]) for _, _, found in read if not isinstance(found[i], Term)))
        if whole:
            self.claims.append(self._noted_claim(one, left, [rest[i] for i in kept], kept, whole, len(cases) > 1))

    def _noted_claim(
        self,
        one: _Stated,
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
            noted.append(self._noted("step", one, side, term.source, notes=term.notes, left=self._tex(left)))
        instances = tuple(
            (target, *(term.source for i in kept if isinstance(term := found[i], Term))) for _, target, found in whole
        )
        at = ""
        if says_case:
            at = "; ".join(", ".join(f"{letter} = {number}" for letter, number in case.items()) for case, _, _ in whole)
        return NotedClaim(self.page.line(span(left.nodes).start), tuple(noted), instances, at)

    def _claims_something(self, one: _Stated) -> bool:
        sides = one.statement.sides
        if any(side.sign == "in" for side in sides[1:2]) or steps.is_range(one.statement):
            return False
        if sides[1].sign not in EQUAL:
            return False
        if one.formula.is_display:
            return True
        if _is_number_said(one, sides[1]) and len(solid(sides[0].nodes)) == 1:
            return False
        left = solid(sides[0].nodes)
        if self.stated.index(one) in self.defined_at:
            return True
        if re.search(
            r"\b(?:if|when|at|for|suppose|assume|setting|set|take|case|unless|that)\s*[\$(\\]*$", one.context.before
        ):
            return len(left) > 1 or any(node.kind == "fraction" for node in left)
        return len(left) > 1 or (bool(left) and left[0].kind in ("fraction", "nabla")) or self._is_defined(left)

    def _is_defined(self, left: Sequence[Node]) -> bool:
        one = described(left[0]) if left else None
        symbol = self.reader.lookup_known(one) if one else None
        return symbol is not None and not symbol.is_input

    def _equalities(self, one: _Stated, sides: Sequence[Side]) -> Iterator[Side]:
        """The sides that are claimed; behind ≈ and the like nothing is."""
        for side in sides:
            if side.sign not in EQUAL:
                if side.sign != "in" and side.nodes:
                    self.others.append(self._noted("no claim", one, side, why=f"it stands behind {side.sign}"))
                return
            if side.nodes:
                yield side

    def _read_at(self, left: Side, rest: Sequence[Side]) -> tuple[str, list[Term | str]]:
        """The target in Python and each step; the reason where one is not read."""
        try:
            self._refuse_application(left)
            target = terms.refuse_unknown(self.reader.read(left.nodes))
        except (Unread, RecursionError) as reason:
            return "", [f"its left-hand side: {_why(reason)}"] * len(rest)
        before = self.scope.free
        self.scope.free = {key for key, python in self.scope.letters.items() if python in target.letters}
        found: list[Term | str] = []
        for side in rest:
            try:
                found.append(self._fitting(terms.refuse_unknown(self.reader.read(side.nodes)), target))
            except (Unread, RecursionError) as reason:
                found.append(_why(reason))
        self.scope.free = before
        return target.source, found

    def _refuse_application(self, left: Side) -> None:
        """A letter with round brackets on the left gives a function a meaning; it is no product. Raises Unread."""
        nodes = solid(left.nodes)
        if len(nodes) != 2 or not nodes[1].is_("bracket", "()") or nodes[1].is_scripted:
            return
        one, inside = described(nodes[0]), solid(nodes[1].inner)
        symbol = self.reader.found(one)[0] if one is not None else None
        is_name = all(described(node) is not None or node.is_("operator", ",") for node in inside)
        if one is not None and is_name and not self._is_function(one) and (symbol is None or not symbol.args):
            raise Unread(f"{left.text} on the left: {plain((nodes[0],))} has another meaning")

    def _fitting(self, term: Term, target: Term) -> Term:
        """A step beside its target: 0 has every shape. Raises Unread for an index that is free at the right only."""
        extra = [letter for letter in term.letters if letter not in target.letters]
        lost = [letter for letter in target.letters if letter not in term.letters]
        if extra and not lost:
            raise Unread(f"index {', '.join(extra)} is free at the right only: is it summed over?")
        if term.source == "0" and target.shape and not target.is_number and not target.letters:
            return replace(term, source=f"zeros({', '.join(target.shape)})", shape=target.shape)
        return term

    def _tex(self, side: Side) -> str:
        """What is printed there."""
        place = span(side.nodes)
        return self.page.text[place.start : place.stop]

    def _leave(self, one: _Stated, side: Side, why: str) -> None:
        found = self._noted(
            "unread", one, side, why=why, left=self._tex(one.statement.left) if one.statement.left.nodes else ""
        )
        if found not in self.others:
            self.others.append(found)

    def _noted(
        self,
        kind: str,
        one: _Stated,
        side: Side,
        read_as: str = "",
        why: str = "",
        notes: tuple[str, ...] = (),
        left: str = "",
    ) -> NotedStep:
        place = span(side.nodes)
        line = self.page.line(place.start)
        return NotedStep(kind, place, side.place, line, self._tex(side), read_as, why, notes, left)


def _is_number_said(one: _Stated, right: Side) -> bool:
    """Whether a number is given beside other words, as in: a small constant, say ε = 0.001."""
    return not one.formula.is_display and all(node.kind in ("number", "operator") for node in right.nodes)


def _first_equal(text: str) -> int:
    """The first = of a text that has one: outside of braces, as in sums, if there is one there."""
    outside = (i for i, sign in enumerate(text) if sign == "=" and text.count("{", 0, i) == text.count("}", 0, i))
    return next(outside, text.index("="))


def _why(reason: Exception) -> str:
    return reason.why if isinstance(reason, Unread) else "brackets stand in each other too deep"


def _as_array(term: Term, letters: Sequence[str]) -> tuple[str, terms.Shape, tuple[str, ...]]:
    """Source of the array that a formula by entries makes, its shape, and its family."""
    if term.shape is None:
        raise Unread("its definition does not conform")
    lost = [letter for letter in term.letters if letter not in letters]
    if lost:
        raise Unread(f"index {', '.join(lost)} is free at the right only: is it summed over?")
    if not letters:
        return term.as_array if term.by_entries else term.source, term.shape, ()
    sizes = [term.letters.get(letter, "") for letter in letters]
    if not all(sizes):
        raise Unread("nothing says what its indices run to")
    array = f"{term.at(terms.ATOM)}.array({', '.join(letters)})"
    if not term.is_number:
        return array, term.shape, tuple(sizes)
    if len(sizes) > 2:
        raise Unread("an array of more than two axes")
    if len(sizes) == 1:
        return f"{array}.reshape(-1, 1)", (sizes[0], "1"), ()
    source = array if term.shape == () else f"{array}.reshape({', '.join(sizes)})"
    return source, (sizes[0], sizes[1]), ()
