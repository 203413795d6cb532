"""What is known of a page while it is read: its statements, and what was made of them so far."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gradcheck.documents.tex import adjoints, bold, conditions, declarations, logarithms, shorthand
from gradcheck.documents.tex.declarations import Context, Declared
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.noted import NotedClaim, NotedStep
from gradcheck.documents.tex.pages import Formula, Page
from gradcheck.documents.tex.parser import parsed
from gradcheck.documents.tex.reader import Reader
from gradcheck.documents.tex.rewriting import Rewriting, rewriting, rewritten, without
from gradcheck.documents.tex.scope import Scope
from gradcheck.documents.tex.scripts import INVERTED, Described, described
from gradcheck.documents.tex.statements import EQUAL, Side, Statement, statements
from gradcheck.documents.tex.steps import Range
from gradcheck.documents.tex.symbols import Symbol, python_name
from gradcheck.documents.tex.tree import Row, Span, plain, solid, span, walked

RESERVED = [
    "claim",
    "derivation",
    "dims",
    "gradient",
    "jacobian",
    "real",
    "bits",
    "unit",
    "positive",
    "one_hot",
    "distribution",
    "symmetric",
    "positive_definite",
    "regular",
    "indices",
    "where",
    "exp",
    "log",
    "sqrt",
    "tanh",
    "sigmoid",
    "relu",
    "identity",
    "ones",
    "zeros",
    "diag",
    "trace",
    "det",
    "inv",
    "softmax",
    "stack",
    "hstack",
    "vstack",
    "sin",
    "cos",
    "sinh",
    "cosh",
    "maximum",
    "minimum",
    "gamma",
    "lgamma",
    "digamma",
    "pi",
    "eye",
    "function",
    "np",
    "abs",
    "sum",
    "max",
    "min",
    "softplus",
    "erf",
    "sign",
    "orthogonal",
    "triangular",
    "unit_vector",
    "labels",
    "notes",
    "misprint",
]


@dataclass(frozen=True, eq=False)
class Stated:
    """A statement of the page, and the formula that it stands in. beside: of a name in code, that next to it."""

    formula: Formula
    statement: Statement
    context: Context
    is_header: bool = False
    beside: Stated | None = None


class Draft:
    """What is known of a page while it is read: its statements, and what was made of them so far.

    stated: the statements of the part that is read, and every: those of all parts.
    """

    def __init__(self, page: Page) -> None:
        self.page, self.scope = page, Scope()
        self.scope.names.reserve({name: f"reserved {name}" for name in RESERVED})
        self.reader = Reader(self.scope)
        self.inputs: dict[str, str] = {}
        self.definitions: list[str] = []
        self.declared: dict[str, Declared] = {}
        self.declared_at: dict[int, list[str]] = {}
        self.hidden: Mapping[int, frozenset[str]] = {}
        self.unseen: dict[str, Symbol | None] = {}
        self.ranges: list[Range] = []
        self.made_of = self.scope.made_of
        self.equal_sizes: set[int] = set()
        self.from_zero: set[int | None] = set()
        self.slopes: set[int] = set()
        self.aliased: set[int] = set()
        self.reasons: dict[int, str] = {}
        self.sets: dict[str, Declared] = {}
        self.supposed: dict[str, str] = {}
        self.said_in_words: dict[str, str] = {}
        self.any_activations: set[str] = set()
        self.cost_of_part = ""
        self.entries_of: dict[str, set[str]] = {}
        self.lays_out = False
        self.claims: list[NotedClaim] = []
        self.others: list[NotedStep] = []
        self.missing: dict[str, tuple[str, int]] = {}
        self.remarks: list[str] = []
        self.defined_at: dict[int, tuple[str, int]] = {}
        self.defined_cases: set[tuple[int, tuple[tuple[str, int], ...]]] = set()
        self.rows = {formula.start: self._row(formula) for formula in (*page.header, *page.formulas)}
        self.vectors = bold.letters(row for row in self.rows.values() if not isinstance(row, Exception))
        self.short, self.logarithms = shorthand.Shorthand(), dict[str, str]()
        if re.search(r"\\(?:log|ln)\s*(?:\\mathcal\{)?[a-zA-Z]\}?\s*(?:\\left)?[(=]", page.text):
            self.logarithms = dict(logarithms.letters(one for one, _, _ in self._plainly()))
        if re.search(r"(?<![a-zA-Z\\])d(?:\\(?:mathbf|bm|boldsymbol|hat|tilde)\{)?[A-Za-z\\]", page.text):
            self.short = self._shorthand()
        self.adjoints = adjoints.Adjoints()
        if re.search(
            r"\\(?:bar|overline|tilde|hat|widehat|widetilde)\b[^=$]{1,20}=[^=$]{0,12}\\partial", self.page.text
        ):
            self.adjoints = adjoints.found([one for one, _, _ in self._plainly()])
        self.equated = set[str]()
        self.stated = self.every = list(self._stated())
        self.inverted = frozenset(_inverted(self.stated))
        self.conditions = conditions.found(page, [(one.formula, one.statement) for one in self.stated])
        self.equated |= {head.base for one in self.stated if (head := self._left(one)) is not None}
        self.said_above = {one.statement.left.text for one in self.stated if one.is_header and self._head(one)}

    def _head(self, one: Stated) -> Described | None:
        """The letter that stands alone on the left of an equation."""
        sides, nodes = one.statement.sides, solid(one.statement.left.nodes)
        return described(nodes[0]) if len(nodes) == 1 and len(sides) > 1 and sides[1].sign in EQUAL else None

    def _left(self, one: Stated) -> Described | None:
        """The letter that an equation begins with on the left, whatever it is applied to."""
        nodes = solid(one.statement.left.nodes)
        is_equation = len(one.statement.sides) > 1 and one.statement.sides[1].sign in EQUAL
        return described(nodes[0]) if nodes and is_equation else None

    def _stated(self) -> Iterator[Stated]:
        """The statements, with what is meant by letters of which a header says it."""
        meant: list[Rewriting] = []
        unsaid = marks_unsaid(self.page.header_text)
        if not re.search(r"columns? are examples", self.page.header_text):
            unsaid = [mark for mark in unsaid if mark[0] != "("]
        last: Statement | None = None
        for is_header, formulas in ((True, self.page.header), (False, self.page.formulas)):
            for formula in formulas:
                context = Context(self.page.before(formula), self.page.after(formula))
                for statement in self._parsed(formula, context, is_header):
                    if statement is None:
                        last = None
                        continue
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
                    yield Stated(formula, statement, context, is_header)

    def _parsed(self, formula: Formula, context: Context, is_header: bool) -> Sequence[Statement | None]:
        """The statements of a formula; line by line where it cannot be parsed as a whole."""
        row = self.rows[formula.start]
        try:
            if isinstance(row, Exception):
                raise row
            return statements(self._meant(row))
        except (Unread, RecursionError) as error:
            if is_header:
                raise
            return list(self._by_lines(formula, error))

    def _meant(self, row: Row) -> Row:
        """A row with bold letters and plain ones that are one, and with dW as one letter."""
        letters = adjoints.joined(shorthand.joined(bold.unset(row, self.vectors), self.short), self.adjoints)
        return logarithms.joined(letters, self.logarithms)

    def _shorthand(self) -> shorthand.Shorthand:
        """What programs call gradients, where the page does."""
        if re.search(r"\bdifferentials?\b", self.page.text):
            return self.short
        every = list(self._plainly())
        inline = [(one, words) for one, words, is_display in every if not is_display]
        return shorthand.found([one for one, _, _ in every], inline)

    def _plainly(self) -> Iterator[tuple[Statement, str, bool]]:
        """The statements of the page as they are printed, each with the words behind it; whether it is a display."""
        for formula in self.page.formulas:
            row = self.rows[formula.start]
            if not isinstance(row, Exception):
                words = f"{self.page.before(formula)[-30:]} {self.page.after(formula)}"
                for one in statements(bold.unset(row, self.vectors)):
                    yield one, words, formula.is_display

    def _row(self, formula: Formula) -> Row | Exception:
        try:
            return parsed(formula.tex, formula.start, self.page.macros)
        except (Unread, RecursionError) as error:
            return error

    def _by_lines(self, formula: Formula, error: Exception) -> Iterator[Statement | None]:
        """A formula of several lines, of which each that cannot be parsed costs itself only; None if it begins anew."""
        body, offset = formula.tex, formula.start
        if match := re.match(r"\s*\\begin\{(\w+\*?)\}(.*)\\end\{\1\}\s*\Z", body, re.DOTALL):
            body, offset = match[2], formula.start + match.start(2)
        pieces = [(m.start(1), m[1]) for m in re.finditer(r"((?:(?!\\\\).)*)(?:\\\\|\Z)", body, re.DOTALL) if m[1]]
        for start, piece in pieces if len(pieces) > 1 else ():
            try:
                yield from statements(self._meant(parsed(piece, offset + start, self.page.macros)))
            except (Unread, RecursionError) as reason:
                self._unread_text(piece, offset + start, reason)
                if not piece.lstrip(" &\n\t").startswith("="):
                    yield None
        if len(pieces) <= 1:
            self._unread_text(body, offset, error)

    def _unread_text(self, text: str, start: int, reason: Exception) -> None:
        if "=" in text:
            stripped = text.strip()
            if match := re.match(r"\\?([A-Za-z]+)\s*(?:\([^()]*\)\s*)?&?\s*=", stripped):
                self.equated.add(match[1])
            place = start + text.index(stripped)
            why = reason.why if isinstance(reason, Unread) else "brackets stand in each other too deep"
            where, sign = Span(place, place + len(stripped)), place + _first_equal(stripped)
            relation = Span(sign, sign + 1)
            self.others.append(NotedStep("unread", where, relation, self.page.line(place), stripped, why=why))

    def _name(self, key: str) -> str:
        """A name in Python that no other meaning of the letter has."""
        return self.scope.names.give(self.scope.meaning(key), python_name(key))

    def _key(self, one: Described, letters: Sequence[str]) -> str:
        return declarations.key_of(self.reader, one, letters)

    def _tex(self, side: Side) -> str:
        """What is printed there."""
        place = span(side.nodes)
        return self.page.text[place.start : place.stop]

    def _noted(
        self,
        kind: str,
        one: Stated,
        side: Side,
        read_as: str = "",
        why: str = "",
        notes: tuple[str, ...] = (),
        left: str = "",
    ) -> NotedStep:
        place = span(side.nodes)
        line = self.page.line(place.start)
        return NotedStep(kind, place, side.place, line, self._tex(side), read_as, why, notes, left)

    def _leave(self, one: Stated, side: Side, why: str) -> None:
        found = self._noted(
            "unread", one, side, why=why, left=self._tex(one.statement.left) if one.statement.left.nodes else ""
        )
        if found not in self.others:
            self.others.append(found)


def _inverted(stated: Sequence[Stated]) -> Iterator[str]:
    """The letters, with what stands below them, and without, whose inverses are written."""
    for node in (node for one in stated for side in one.statement.sides for node in walked(side.nodes)):
        one = described(node)
        if one is not None and any(plain(row) in INVERTED for row in one.sups):
            yield one.base
            yield one.base + "".join(f"_{plain(row)}" for row in one.subs)


def marks_unsaid(said: str) -> list[str]:
    """What a header says to go unsaid: the numbers (i) and {n}, and accents."""
    one = r"(?:\([a-z]\)|\{[a-z]\}|accents)"
    return [
        mark for words in re.findall(rf"({one}(?:, ?{one})*) goe?s? unsaid", said) for mark in re.findall(one, words)
    ]


def _first_equal(text: str) -> int:
    """The first = of a text that has one: outside of braces, as in sums, if there is one there."""
    outside = (i for i, sign in enumerate(text) if sign == "=" and text.count("{", 0, i) == text.count("}", 0, i))
    return next(outside, text.index("="))
