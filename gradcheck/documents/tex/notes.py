"""A page of notes, read: what it declares, what it defines, what it claims, and what of it is not understood."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from gradcheck.documents.tex import (
    conditions,
    declarations,
    examples,
    known,
    probabilities,
    steps,
    sums,
    terms,
    updates,
)
from gradcheck.documents.tex.applications import BASES, arguments
from gradcheck.documents.tex.declarations import Context, Declared
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.functions import any_function, defined_function, named_function
from gradcheck.documents.tex.pages import Formula, Page
from gradcheck.documents.tex.parser import parsed
from gradcheck.documents.tex.reader import Reader
from gradcheck.documents.tex.rewriting import Rewriting, rewriting, rewritten, without
from gradcheck.documents.tex.scope import Scope
from gradcheck.documents.tex.scripts import Described, described, items, script
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

_NEW_MEANING = re.compile(r"\b(?:let|suppose|consider|instead|redefine|take|choose)\b", re.I)
"""Words that give a symbol a meaning, whether it has one or not."""
_DERIVING = re.compile(
    r"\b(?:expand|rewrit|simplif|becom|equivalent|recall|again|therefore|hence|thus|so|then|gives?|yields?|that is|"
    r"can be written|we (?:get|obtain|find|have)|which|from above|in short|matrix form|vectori[sz]ed)",
    re.I,
)
"""Words of a derivation, in which what is printed of a symbol is claimed."""
_DEFINING = re.compile(
    r"\b(?:loss|cost|objective|error|risk|energy|function|model|likelihood)\b[^.$]{0,40}\b(?:is|are|reads)\s*:?\s*\Z"
    r"|\bdefine|\bwe (?:minimi[sz]e|maximi[sz]e|use)\s*:?\s*\Z",
    re.I,
)
"""Words in front of a definition."""


_EXAMPLES = (
    r"\b{0}s?\b[^.]{{0,60}}\b(?:example|observation|sample|input|record|instance|data ?point|token)s?"
    r"|\b(?:per|each|every|as|has|with|whose|the) (?:the )?{0}s?\b"
)
"""What is said of rows, or of columns, that are examples."""


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
    missing: Mapping[str, tuple[str, int]]
    remarks: Sequence[str]
    broadcasts: bool = False
    larger: Mapping[str, str] = field(default_factory=dict)

    @property
    def steps(self) -> Iterator[NotedStep]:
        """All right-hand sides that state something, in their order."""
        found = [step for claim in self.claims for step in claim.steps]
        found += [step for step in self.others if step.kind != "no claim"]
        return iter(sorted(found, key=lambda step: step.place))


@dataclass(frozen=True, eq=False)
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
        self.made_of = self.scope.made_of
        self.generation = 0
        self.slopes: set[int] = set()
        self.aliased: set[int] = set()
        self.reasons: dict[int, str] = {}
        self.sets: dict[str, Declared] = {}
        self.supposed: dict[str, str] = {}
        self.lays_out = False
        self.claims: list[NotedClaim] = []
        self.others: list[NotedStep] = []
        self.missing: dict[str, tuple[str, int]] = {}
        self.remarks: list[str] = []
        self.defined_at: dict[int, tuple[str, int]] = {}
        self.defined_cases: set[tuple[int, tuple[tuple[str, int], ...]]] = set()
        self.stated = list(self._stated())
        self.conditions = conditions.found(page, [(one.formula, one.statement) for one in self.stated])
        self.said_above = {one.statement.left.text for one in self.stated if one.is_header and self._head(one)}

    # -- statements --

    def _stated(self) -> Iterator[_Stated]:
        """The statements, with what is meant by letters of which a header says it."""
        meant: list[Rewriting] = []
        unsaid = _unsaid(self.page.header_text)
        if not re.search(r"columns? are examples", self.page.header_text):
            unsaid = [mark for mark in unsaid if mark[0] != "("]
        last: Statement | None = None
        for is_header, formulas in ((True, self.page.header), (False, self.page.formulas)):
            for formula in formulas:
                context = Context(self.page.before(formula), self.page.after(formula))
                for statement in self._parsed(formula, context, is_header):
                    if unsaid:
                        statement = without(statement, unsaid)
                    if is_header and (found := rewriting(statement, meant)) is not None:
                        meant.append(found)
                        continue
                    statement = rewritten(statement, meant) if meant else statement
                    if statement.is_continued and last is not None and formula.is_display:
                        statement = replace(statement, sides=(last.left, *statement.sides[1:]))
                    elif formula.is_display and len(statement.sides) > 1 and statement.sides[1].sign in EQUAL:
                        last = last if statement.is_aside and last is not None else statement
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
        pieces = [(m.start(1), m[1]) for m in re.finditer(r"((?:(?!\\\\).)*)(?:\\\\|\Z)", body, re.DOTALL) if m[1]]
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
        self._sizes()
        everything = self.stated
        for part in self._parts():
            self.stated, self.defined_at, self.defined_cases = part, {}, set()
            self.slopes, self.aliased, self.reasons = set(), set(), {}
            self._declare()
            self._any_functions()
            self._define()
            self.scope.undeclared.clear()
            self._define_some()
            self._find_cost()
            self.lays_out = self.lays_out or any(map(self._shows_layout, part))
            for one in part:
                if not one.is_header:
                    self._claim(one)
            self.missing |= {key: line for key, line in self.scope.undeclared.items() if key not in self._heads()}
        self.stated = everything
        for key in self.scope.assumed:
            if (symbol := self.scope.symbols.get(key)) is not None:
                self.inputs[symbol.name] = f'{symbol.name} = real("{symbol.name}")'
        for name, shape in self.scope.differentials.items():
            self.inputs[name] = f'{name} = real("{name}", {", ".join(shape)})'
        sources = [source for claim in self.claims for instance in claim.instances for source in instance]
        used = "\n".join([*self.inputs.values(), *self.definitions, *sources])
        sizes = {k: v for k, v in self.scope.sizes.items() if re.search(rf"\b{v}\b", used)}
        letters = {k: v for k, v in self.scope.letters.items() if re.search(rf"\b{v}\b", used)}
        found = (self.page, sizes, letters, list(self.inputs.values()), self.definitions, self.claims, self.others)
        return Notes(*found, self.scope.assumed, self.missing, self.remarks, self.scope.broadcasts, self.scope.larger)

    def _sizes(self) -> None:
        """Sizes first: what they are is known by the sets that symbols are in, and what indices run to by sizes."""
        for _ in self._all_declared():
            pass
        steps.larger(self.reader, [one.statement for one in self.stated])
        steps.ranges(self.reader, self.page, [one.statement for one in self.stated])

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
        said = self.page.header_text
        self.scope.columns_are_examples = bool(re.search(r"columns? (?:are|is an?) examples?", said))
        self.scope.rows_by_index = bool(re.search(r"index alone (?:is|names|means) (?:a|the) row", said))
        self.scope.has_basis = bool(re.search(r"basis vector", words))
        self.scope.has_differentials = bool(re.search(r"\bdifferentials?\b", words))
        self.scope.whole_for_entries = bool(re.search(r"a whole (?:stands|may stand) for its entr", said))
        star = r"\*\s*(?:and columns )?(?::|is|are|means|denotes)\s*(?:the )?(?:element|entry)"
        self.scope.star_by_entry = re.search(star, words) is not None
        self.scope.unsaid = next((mark[1] for mark in _unsaid(said) if mark[0] == "("), "")
        self.scope.may_be_all = bool(re.search(r"or all (?:examples )?are meant", said))
        if re.search(r"side by side means? (?:a|the) matrix product", said):
            self.scope.side_by_side = terms.BY_MATRIX
        elif re.search(r"\bcolumns (?:are|multiply) entry by entry", said):
            self.scope.side_by_side = terms.BY_ENTRY
        self.scope.ascends = bool(re.search(r"\bascent\b|\bmaximi[sz]", words))
        self.scope.functions_by_entry = (
            re.search(r"(?:element|entry|component)[- ]?wise|(?:every|each) entry", words) is not None
        )
        self.scope.layouts = _layouts(words)
        self.scope.star_convolves = re.search(r"\bconvol|cross-correlat", words, re.I) is not None
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
        in_header = {found.key for one, found in self._all_declared() if one.is_header}
        for one, found in self._all_declared():
            if found.key in in_header:
                continue
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
        """Where a symbol is defined anew: by what its section declares, in a section of its own, or by words."""
        places = {found.key: one.statement.start for one, found in self._all_declared()}
        sections = self.page.sections
        defined: dict[str, tuple[int, str]] = {}
        texts: set[tuple[str, str]] = set()
        for one in self.stated:
            name, start = self._defined_name(one), one.statement.start
            if name is None or start in self.conditions.under:
                continue
            key, text = plain((name.node,)), one.statement.sides[1].text
            said = {(key, side.text.rstrip(",.;")) for side in one.statement.sides[1:]}
            is_said_again = bool(said & texts) or key in self.said_above
            texts |= said
            section = bisect_right(sections, start)
            before, printed = defined.setdefault(key, (section, text))
            is_said = self._gives_meaning(one)
            if printed == text or is_said_again or (section == before and not is_said):
                continue
            begins = sections[section - 1] if section else 0
            inside = [described(node) for node in walked(one.statement.sides[1].nodes)]
            is_new = any(other is not None and places.get(other.base, -1) >= begins for other in inside)
            if is_said or is_new or _begins_anew(self.page.text[begins : one.formula.start].strip("$[\\ \n")):
                defined[key] = section, text
                self.declared_at.setdefault(start, []).extend((name.base, key))
                yield start

    def _defined_name(self, one: _Stated) -> Described | None:
        """What a statement would give a meaning to, by its looks; None in running text that does not say so."""
        sides = one.statement.sides
        head = solid(sides[0].nodes)
        if len(sides) < 2 or sides[1].sign not in EQUAL or not head:
            return None
        name = described(head[0])
        if name is None or len(head) > 2 or (len(head) == 2 and not head[1].is_("bracket", "()")):
            return None
        return name if one.formula.is_display or self._gives_meaning(one) else None

    def _gives_meaning(self, one: _Stated) -> bool:
        """Whether the words between the formula before and this one say that it is a definition."""
        start = max((f.stop for f in self.page.formulas if f.stop <= one.formula.start), default=0)
        words = re.split(r"[.:!?]\s", self.page.text[max(start, one.formula.start - 80) : one.formula.start])[-1]
        return _NEW_MEANING.search(words) is not None

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
        self.scope.defined_later = heads | set(self.declared)
        for key, found in self.declared.items():
            if key in known:
                continue
            if letter := self._one_hot_of(found):
                self._unit_columns(key, found, letter)
            elif key in heads:
                self.sets[key] = found
            else:
                self._input(key, found)
        self._link()
        self._rows_and_columns()
        self._entries_named()

    def _declare_one(self, one: _Stated) -> None:
        if one.statement.start in self.conditions.themselves:
            return
        try:
            for found in declarations.declared(self.reader, one.statement, one.context):
                if self.scope.has_basis and found.key.partition("_")[0] in BASES:
                    continue
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
                        if _names_entries(sides[1]):
                            continue
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
            if family and found.shape == () and len(family) <= 2 and not self._goes_unsaid(found):
                shape = (*family, "1")[:2]
                self.declared[key] = replace(found, shape=shape, family=())
            else:
                self.declared[key] = replace(found, family=family)

    def _goes_unsaid(self, found: Declared) -> bool:
        """Whether it is an example whose number stands above it here, and goes unsaid elsewhere."""
        return bool(self.scope.unsaid) and found.text.endswith(f"^({self.scope.unsaid})") and len(found.family) == 1

    def _size_of_family(self, key: str) -> str:
        """What the index of a symbol runs to where it is summed over."""
        for one in self.stated:
            for letter, size in steps.sum_bounds(self.reader, one.statement):
                if steps.stands_at(key, letter, one.statement):
                    return size
            if count := steps.count_of(self.reader, key, one.statement):
                return count
        for one in self.stated:
            for letter, size in self.scope.letter_sizes.items():
                if steps.stands_at(key, letter, one.statement):
                    return size
        return "?"

    def _input(self, key: str, found: Declared) -> None:
        if key in self.scope.sizes or key in self.scope.functions:
            return
        is_label = found.domain == declarations.LABELS
        if is_label and len(found.family) != 1:
            return
        classes, shape = (found.shape[0], ()) if is_label else ("", found.shape)
        symbol = Symbol(key, self._name(key), shape, found.family, found.text, classes=classes)
        implicit = (self.scope.unsaid,) if self._goes_unsaid(found) else ()
        symbol = replace(symbol, is_numbered="^(" in found.text and not found.family, implicit=implicit)
        self.scope.symbols[key] = symbol
        self.inputs[symbol.name] = declarations.source_of(found, symbol.name, symbol.name)

    def _one_hot_of(self, found: Declared) -> str:
        """The letter whose one-hot vector it is; "" if it is of none."""
        if found.domain != declarations.ONE_HOT or found.family or len(found.shape) != 2 or found.shape[1] != "1":
            return ""
        line = self.page.text[found.place : found.place + 200]
        match = re.search(r"\$[^$.]{0,60}\bone[- ]hot\b[^$.]{0,40}\bof\s+(?:[a-z ]{0,20})\$([a-z])\$", line)
        return match[1] if match and match[1] not in self.scope.bound_somewhere else ""

    def _unit_columns(self, key: str, found: Declared, letter: str) -> None:
        """The one-hot vector of each position."""
        size = found.shape[0]
        name = self._name(key)
        self.definitions.append(f"{name} = identity({size}).reshape({size}, {size}, 1)")
        self.scope.symbols[key] = Symbol(key, name, found.shape, (size,), found.text, False, implicit=(letter,))

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
            if (listed := self._listed_in(key)) is not None:
                self._matrix_of(key, size, length, *listed)
                continue
            if whole is None or whole.family or size == length:
                continue
            name, matrix = self.scope.symbols[key].name, self.scope.symbols[whole.key].name
            of = {
                (size, length): f"{matrix}.reshape({size}, {length}, 1)",
                (length, size): f"{matrix}.T.reshape({size}, {length}, 1)",
            }
            if whole.shape in of:
                self.inputs.pop(name)
                self.made_of[key] = frozenset((whole.key,))
                self.definitions.append(f"{name} = {of[whole.shape]}")
                self.remarks.append(f"{key}_i are the {'rows' if whole.shape[0] == size else 'columns'} of {whole.key}")

    def _listed_in(self, key: str) -> tuple[Described, bool] | None:
        """The matrix X = [x_1, …, x_N], and whether they are its rows."""
        for one in self.stated:
            sides = one.statement.sides
            nodes = solid(sides[1].nodes) if len(sides) > 1 and sides[1].sign in EQUAL else []
            head = described(solid(sides[0].nodes)[0]) if len(solid(sides[0].nodes)) == 1 else None
            if head is None or len(nodes) != 1 or not nodes[0].is_("bracket", "[]", "()"):
                continue
            inside = [node for node in solid(nodes[0].inner) if not node.is_("operator", ",", "|")]
            first, last = (described(inside[i]) for i in (0, -1)) if inside else (None, None)
            ends = first is not None and last is not None and first.base == last.base == key
            if ends and any(node.kind == "dots" for node in inside):
                self.aliased.add(self.stated.index(one))
                return head, any(plain(row) in ("top", "T") for row in nodes[0].sup)
        return None

    def _matrix_of(self, key: str, size: str, length: str, head: Described, are_rows: bool) -> None:
        """Define a matrix by its rows or columns; where it is declared, these by it."""
        name, whole = self.scope.symbols[key].name, self._key(head, ())
        known_shape = self.sets.get(whole) or self.declared.get(whole)
        wanted = (size, length) if are_rows else (length, size)
        if known_shape is not None and known_shape.shape != wanted:
            return
        matrix = self._name(whole)
        self.definitions.append(f"{matrix} = {name}.reshape({size}, {length}){'' if are_rows else '.T'}")
        self.scope.symbols[whole] = Symbol(whole, matrix, wanted, (), plain((head.node,)), False)
        self.made_of[whole] = frozenset((key,))
        self.inputs.pop(matrix, None)
        self.sets.pop(whole, None)

    def _rows_and_columns(self) -> None:
        """x_i of which only X is declared: its rows or its columns, where the words say which of them are examples."""
        if self.scope.columns_are_examples:
            return
        for key, found in list(self.declared.items()):
            small = key.lower()
            is_matrix = len(key) == 1 and key.isupper() and found.shape and "1" not in found.shape and not found.family
            if not is_matrix or small in self.scope.symbols or small in self.declared or not self._has_one_index(small):
                continue
            rows = self._are_rows(key)
            if rows is None:
                continue
            matrix, name = self.scope.symbols[key].name, self._name(small)
            size, length = found.shape if rows else found.shape[::-1]
            turned = matrix if rows else f"{matrix}.T"
            self.definitions.append(f"{name} = {turned}.reshape({size}, {length}, 1)")
            self.scope.symbols[small] = Symbol(small, name, (length, "1"), (size,), small, False)
            self.made_of[small] = frozenset((key,))
            self.remarks.append(f"{small}_i are the {'rows' if rows else 'columns'} of {key}")

    def _are_rows(self, key: str) -> bool | None:
        """Whether the rows of a matrix are examples, or its columns: by its own sentences, then by all of the page."""
        sentences = re.split(r"(?<=[.!?])\s|\n\s*\n", self.page.text)
        own = " ".join(sentence for sentence in sentences if re.search(rf"\${key}(?![A-Za-z_])", sentence))
        for words in (own, self.page.text):
            words = re.sub(r"\$[^$]*\$", " ", words)
            found = [bool(re.search(_EXAMPLES.format(word), words, re.I)) for word in ("row", "column")]
            if found[0] != found[1]:
                return found[0]
        return None

    def _has_one_index(self, base: str) -> bool:
        """Whether a letter stands with one index somewhere, and is given no meaning."""
        found = False
        for one in self.stated:
            for side in one.statement.sides:
                for node in walked(side.nodes):
                    this = described(node)
                    if this is not None and this.base == base:
                        rows = [row for row in (*this.subs, *this.sups) if len(items(row)) == 1 and row]
                        found |= bool(rows)
        return found

    def _entries_named(self) -> None:
        """W = (w_ij): the small letter stands for the entries of the large one."""
        for one in self.stated:
            sides = one.statement.sides
            if len(sides) < 2 or sides[1].sign not in EQUAL:
                continue
            whole, inside = solid(sides[0].nodes), solid(sides[1].nodes)
            if len(whole) != 1 or len(inside) != 1 or not inside[0].is_("bracket", "()", "[]"):
                continue
            matrix, inner = described(whole[0]), solid(inside[0].inner)
            entry = described(inner[0]) if len(inner) == 1 else None
            symbol = self.reader.lookup_known(matrix) if matrix is not None else None
            if (
                symbol is None
                or entry is None
                or len([i for row in entry.subs for i in items(row)]) != len(symbol.axes)
            ):
                continue
            if entry.base not in self.scope.symbols:
                self.scope.symbols[entry.base] = replace(symbol, text=entry.base)
                self.aliased.add(self.stated.index(one))

    # -- definitions --

    def _define(self) -> None:
        """Give meaning to symbols, in whatever order their definitions can be understood."""
        while (
            self._define_some()
            or self._named_again()
            or self._any_loss()
            or self._broadcast_some()
            or self._take_apart()
        ):
            pass

    def _take_apart(self) -> bool:
        """What is declared, and equal to things of which nothing is said, is what it is declared to be: θ = (b, w)."""
        for one in self.stated:
            sides = one.statement.sides
            what = self._new_symbol(sides[0], sides[1]) if len(sides) > 1 else None
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

    def _head(self, one: _Stated) -> Described | None:
        """The letter that stands alone on the left of an equation."""
        sides, nodes = one.statement.sides, solid(one.statement.left.nodes)
        return described(nodes[0]) if len(nodes) == 1 and len(sides) > 1 and sides[1].sign in EQUAL else None

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
            if isinstance(name, str) and "'" in left.text:
                self._claim_slope(index, one, name)
            return True
        if not one.is_header and left.text in self.said_above:
            return False
        if named_function(self.reader, left, right) and len(one.statement.sides) == 2:
            self.defined_at[index] = (left.text, 1)
            return True
        what = self._new_symbol(left, right)
        return what is not None and not self._is_of_examples(what[0]) and self._define_symbol(index, one, what)

    def _define_symbol(
        self, index: int, one: _Stated, what: tuple[Described, tuple[str, ...], str, tuple[tuple[Node, ...], ...]]
    ) -> bool:
        """Whether one of the right-hand sides gives a symbol its meaning."""
        for place, side in enumerate(one.statement.sides[1:], 1):
            if side.sign not in EQUAL:
                continue
            try:
                self._assign(*what, self._right(side.nodes, what[1]))
            except (Unread, RecursionError) as reason:
                if place == 1:
                    self.reasons[index] = _why(reason)
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

    def _find_cost(self) -> None:
        """What the page, or its header, calls the cost."""
        for one in self.stated:
            nodes = solid(one.statement.left.nodes)
            head = described(nodes[0]) if nodes and updates.COST.search(one.context.before) else None
            symbol = self.reader.lookup_known(head) if head is not None else None
            if symbol is not None and not symbol.family and symbol.shape in ((), ("1", "1")):
                self.scope.cost = symbol.key
                return

    def _is_of_examples(self, one: Described) -> bool:
        """Whether it is one example of an array that the page gives a meaning to elsewhere."""
        whole = examples.whole(one) if self.scope.columns_are_examples else None
        if whole is None:
            return False
        kept = tuple(row for row in whole.sups if not examples.is_number_of_one(row))
        names = plain((replace(whole.node.bare(), kind="symbol", value=whole.base, parts=(), sup=kept),))
        heads = [head for stated in self.stated if (head := self._head(stated)) is not None]
        return any(plain((head.node,)) == names for head in heads)

    def _claim_slope(self, index: int, one: _Stated, line: str) -> None:
        """A function that is printed with a prime is claimed to be the derivative of the one without."""
        left, right = one.statement.sides[0], one.statement.sides[1]
        head = described(left.nodes[0])
        assert head is not None
        slope, name = line.partition(" ")[0], self.scope.functions[head.base]
        del self.defined_at[index]
        self.slopes.add(index)
        self.inputs.setdefault("t_number", 't_number = real("t_number")')
        step = self._noted("step", one, right, f"{slope}(t_number)", left=self._tex(left))
        target = f"gradient({name}(t_number), t_number)"
        self.claims.append(NotedClaim(step.line, (step,), ((target, step.read_as),)))

    def _may_define(self, one: _Stated) -> bool:
        """Not in the words of a condition: where y = 1, if i = j. Nor under one."""
        start = one.statement.start
        if start in self.conditions.under or start in self.conditions.themselves:
            return False
        head = described(solid(one.statement.left.nodes)[0]) if solid(one.statement.left.nodes) else None
        is_input = head is not None and head.base in self.declared
        if is_input and (start in self.conditions.solved or start in self.conditions.at_point):
            return False
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
        if self._is_power(one):
            return None
        letters = self._letters_of(one, right)
        return one, letters, args, given

    def _is_power(self, one: Described) -> bool:
        """Whether it is a power of what has a meaning, and so gets none itself."""
        is_plain = bool(one.sups) and all(re.fullmatch(r"-?\d+", plain(row)) for row in one.sups)
        return is_plain and (one.base in self.scope.symbols or one.base in self.declared)

    def _is_function(self, one: Described) -> bool:
        bare = one.base.rpartition(":")[2]
        numbers = {**self.scope.step_sizes, **self.scope.steps}
        layer = one.base + "".join(f"^{script(row, numbers)}" for row in one.sups)
        names = {one.base, layer} & set(self.scope.functions)
        return bool(names) or bare in known.ELEMENTWISE or bare in known.OF_ARRAYS

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
        implicit = self._implicit(term, letters)
        python = [self.scope.letter(letter) for letter in letters]
        source, shape, family = _as_array(term, python, [self.scope.letter(letter) for letter in implicit])
        said = self.sets.get(key)
        if said is not None and (said.shape, said.family) != (shape, family) and not term.is_number:
            raise Unread(f"it has the shape ({', '.join(shape or ())}), and is said to have ({', '.join(said.shape)})")
        name = self._name(key)
        self.made_of[key] = term.uses
        self.scope.sources[key] = source
        text = plain((one.node,))
        is_numbered = any(examples.is_number_of_one(row) for row in one.sups) and bool(letters)
        found = Symbol(key, name, shape, family, text, False, args, given, implicit=implicit)
        self.scope.symbols[key] = replace(found, is_numbered=is_numbered)
        self.definitions.append(f"{name} = {source}")

    def _implicit(self, term: Term, letters: Sequence[str]) -> tuple[str, ...]:
        """Indices that a definition has on the right only, and that nothing on the page is summed over: they stay.

        As the word o that was seen: a loss -log p_o is one for each of them.
        """
        names = {python: key for key, python in self.scope.letters.items()}
        lost = [names[python] for python in term.letters if names[python] not in letters]
        if lost == [self.scope.unsaid]:
            return (self.scope.unsaid,)
        return tuple(lost) if not any(letter in self.scope.bound_somewhere for letter in lost) else ()

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
        if one.statement.start in self.conditions.themselves:
            return
        if len(sides) == 2 and not one.formula.is_display and index not in self.defined_at and sides[1].sign in EQUAL:
            self._suppose(one, sides[1:])
        if len(sides) < 2 or index in self.slopes or index in self.aliased or not self._claims_something(one):
            return
        defined = self.defined_at.get(index)
        if defined is not None:
            self.others.append(self._noted("definition", one, sides[defined[1]], left=self._tex(sides[0])))
        rest = [side for place, side in enumerate(sides[1:], 1) if defined is None or place != defined[1]]
        rest = list(self._equalities(one, rest))
        if not rest or self._is_left(one, rest):
            return
        self._claim_all(one, sides[0], rest, steps.cases(self.scope, Statement((sides[0], *rest))))

    def _is_left(self, one: _Stated, rest: Sequence[Side]) -> bool:
        """Leave what is not said for all values."""
        why, is_defined = "", self.stated.index(one) in self.defined_at
        condition = self.conditions.under.get(one.statement.start)
        if condition and not self._is_of_steps(condition):
            why = f"it is said for {condition}, and not for all values"
        elif (point := self.conditions.at_point.get(one.statement.start)) and not is_defined:
            why = f"it is said {point}, and not for all values"
        elif one.statement.start in self.conditions.solved:
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

    def _suppose(self, one: _Stated, rest: Sequence[Side]) -> list[str]:
        """The inputs of which an equation supposes something, as Σ_k y_k = 1 and A = Aᵀ do; it is kept."""
        keys = self._supposed(one, rest)
        self.supposed |= dict.fromkeys(keys, f"{self._tex(one.statement.left)} = {self._tex(rest[0])}")
        return keys

    def _supposed(self, one: _Stated, rest: Sequence[Side]) -> list[str]:
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
            or left.letters
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

    def _refuse_supposed(self, term: Term) -> Term:
        """The same. Raises Unread if the page supposes something of its symbols that is not understood."""
        for key in sorted(self.scope.reached(term.uses) & self.supposed.keys()):
            raise Unread(f"the page supposes {self.supposed[key]}: declare what {key} is")
        return term

    def _speaks_of(self, text: str, rest: Sequence[Side]) -> bool:
        """Whether a power is said to be something of its own base, as x^2 = x x."""
        base, _, power = text.partition("^")
        found = [described(node) for side in rest for node in walked(side.nodes)]
        return bool(power) and any(one is not None and one.base == base for one in found)

    def _is_of_steps(self, condition: str) -> bool:
        """Whether it bounds a letter of steps, ℓ < L: then it says of which instances an equation is."""
        match = re.fullmatch(r"\\?([a-z]+)\s*(?:(?:<|>|\\leq?|\\geq?)\s*\w+|=\s*-\s*\d+)", condition.strip())
        return match is not None and match[1] in self.scope.step_letters

    def _is_update(self, one: _Stated, rest: Sequence[Side]) -> bool:
        """Whether it says what a step of gradient descent makes of an input, where a cost is named."""
        return bool(self.scope.cost) and all(updates.updated(one.statement.left, side) is not None for side in rest)

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
                why = next(str(found[i]) for _, _, found in read if not isinstance(found[i], Term))
                index = self.stated.index(one)
                if why.startswith("its left-hand side") and index in self.reasons and index not in self.defined_at:
                    why = f"it would define {left.text}: {self.reasons[index]}"
                self._leave(one, side, why)
        for same in _by_target(whole[0][2], kept) if whole else ():
            self.claims.append(self._noted_claim(one, left, [rest[i] for i in same], same, whole, len(cases) > 1))

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
        instances = []
        for _, target, found in whole:
            read = [term for i in kept if isinstance(term := found[i], Term)]
            instances.append((read[0].target or target, *(term.source for term in read)))
        at = ""
        if says_case:
            at = "; ".join(", ".join(f"{letter} = {number}" for letter, number in case.items()) for case, _, _ in whole)
        return NotedClaim(self.page.line(span(left.nodes).start), tuple(noted), tuple(instances), at)

    def _claims_something(self, one: _Stated) -> bool:
        sides = one.statement.sides
        if any(side.sign == "in" for side in sides[1:2]) or steps.is_range(one.statement):
            return False
        if sides[1].sign not in EQUAL:
            return False
        if probabilities.is_one(sides[0]):
            self.others += [self._noted("no claim", one, side, why="a probability") for side in sides[1:]]
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
            if probabilities.is_one(side):
                self.others.append(self._noted("no claim", one, side, why="a probability"))
                continue
            if side.sign not in EQUAL:
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
        try:
            self._refuse_application(left)
            self.scope.ones.clear()
            target = updates.target(self.reader, left, rest[0]) or self._target(left, rest)
            self._refuse_supposed(target)
        except (Unread, RecursionError) as reason:
            return "", [f"its left-hand side: {_why(reason)}"] * len(rest)
        before = self.scope.free
        self.scope.free = {key for key, python in self.scope.letters.items() if python in target.letters}
        found: list[Term | str] = []
        for side in rest:
            try:
                term = self._refuse_supposed(self.reader.read(side.nodes))
                term = terms.refuse_unknown(terms.settled_by(term, target))
                found.append(self._fitting(self._refuse_ones(self._of_all(term, side, target), target), target))
            except (Unread, RecursionError) as reason:
                found.append(_why(reason))
        self.scope.free = before
        return target.source, found

    def _target(self, left: Side, rest: Sequence[Side]) -> Term:
        """The left-hand side. In an equation of functions alone, as tanh′(z) = 1 - tanh²(z), its letter is any number."""
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
        """A letter with round brackets on the left gives a function a meaning, dL is a differential: they are no products.

        Raises Unread.
        """
        nodes = solid(left.nodes)
        is_pair = len(nodes) == 2 and not self.scope.has_differentials
        if is_pair and nodes[0].is_("symbol", "d") and not nodes[0].is_scripted and described(nodes[1]):
            raise Unread(f"{left.text}: a differential")
        if len(nodes) != 2 or not nodes[1].is_("bracket", "()") or nodes[1].is_scripted:
            return
        one, inside = described(nodes[0]), solid(nodes[1].inner)
        symbol = self.reader.found(one)[0] if one is not None else None
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
        if extra and not lost:
            raise Unread(f"index {', '.join(extra)} is free at the right only: is it summed over?")
        if term.source == "0" and target.shape and not target.is_number and not target.letters:
            return replace(term, source=f"zeros({', '.join(target.shape)})", shape=target.shape)
        return term

    def _shows_layout(self, one: _Stated) -> bool:
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

    def _refuse_layout(self, term: Term, target: Term) -> None:
        """Raises Unread for a derivative that is printed as its transpose where nothing says which layout is used."""
        is_known = self.lays_out or self.scope.layouts or not _is_laid_out(target) or term.shape is None
        is_square = target.source.startswith("jacobian(") and target.is_square
        is_symmetric = term.source.startswith(("diag(", "identity("))
        if not is_known and is_square and not is_symmetric:
            raise Unread("a square Jacobian: are the rows those of what is differentiated? say which layout, in words")
        if not is_known and term.shape == (target.shape or ())[::-1] != target.shape:
            raise Unread("it has the shape of the transpose: does the page use another layout? say which, in words")

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


def _is_laid_out(target: Term) -> bool:
    """Whether it is a derivative of a number or a column, by an array, that the two layouts print as transposes."""
    return target.source.startswith(("gradient(", "jacobian(")) and not target.letters and not target.is_number


def _begins_anew(words: str) -> bool:
    """Whether a section begins with what it is about: nothing but its heading, or words of a definition before it."""
    heading, _, body = words.partition("\n")
    is_bare = heading.startswith(("#", "\\")) and not re.sub(r"\\begin\{\w+\*?\}", "", body).strip()
    return not _DERIVING.search(words) and (is_bare or _DEFINING.search(body) is not None)


def _layouts(words: str) -> frozenset[str]:
    """The layouts of derivatives that the words of a page speak of."""
    found = {name for name in ("numerator", "denominator") if re.search(rf"{name}[- ]layout", words, re.I)}
    if re.search(r"(?:gradient|derivative)s?\b[^.$]{0,60}\brow vectors?", words, re.I):
        found.add("numerator")
    return frozenset(found)


def _is_number_said(one: _Stated, right: Side) -> bool:
    """Whether a number is given beside other words, as in: a small constant, say ε = 0.001."""
    return not one.formula.is_display and all(node.kind in ("number", "operator") for node in right.nodes)


def _names_entries(right: Side) -> bool:
    """Whether it is (w_ij), which gives entries a name."""
    nodes = solid(right.nodes)
    if len(nodes) != 1 or not nodes[0].is_("bracket", "()", "[]") or nodes[0].is_scripted:
        return False
    inner = solid(nodes[0].inner)
    one = described(inner[0]) if len(inner) == 1 else None
    return one is not None and sum(len(items(row)) for row in one.subs) == 2


def _unsaid(said: str) -> list[str]:
    """What a header says to go unsaid: the numbers (i) and {n}, and accents."""
    one = r"(?:\([a-z]\)|\{[a-z]\}|accents)"
    return [
        mark for words in re.findall(rf"({one}(?:, ?{one})*) goe?s? unsaid", said) for mark in re.findall(one, words)
    ]


def _by_target(found: Sequence[Term | str], kept: Sequence[int]) -> Iterator[list[int]]:
    """The places of steps that are claimed of one target, in their order."""
    targets = {i: term.target for i in kept if isinstance(term := found[i], Term)}
    for target in dict.fromkeys(targets.values()):
        yield [i for i in kept if targets[i] == target]


def _first_equal(text: str) -> int:
    """The first = of a text that has one: outside of braces, as in sums, if there is one there."""
    outside = (i for i, sign in enumerate(text) if sign == "=" and text.count("{", 0, i) == text.count("}", 0, i))
    return next(outside, text.index("="))


def _why(reason: Exception) -> str:
    return reason.why if isinstance(reason, Unread) else "brackets stand in each other too deep"


def _as_array(
    term: Term, letters: Sequence[str], implicit: Sequence[str] = ()
) -> tuple[str, terms.Shape, tuple[str, ...]]:
    """Source of the array that a formula by entries makes, its shape, and its family. implicit: stand in front."""
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
    array = f"{term.at(terms.ATOM)}.array({', '.join(every)})"
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
