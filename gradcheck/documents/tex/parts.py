"""The page in parts, in each of which every symbol has one meaning, and what its words say of its notation."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property

from gradcheck.documents.tex import declarations, named_sets, shifts, slices, steps, terms, two_uses
from gradcheck.documents.tex.declarations import Declared
from gradcheck.documents.tex.drafts import Stated, marks_unsaid
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.heads import Heads
from gradcheck.documents.tex.scripts import Described, described
from gradcheck.documents.tex.statements import EQUAL
from gradcheck.documents.tex.tree import Node, plain, solid, walked

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


_ONE_OUTPUT = re.compile(
    r"\b(?:last|final|output)\s+layer\s+has\s+(?:only\s+)?(?:a|one)\s+(?:single\s+)?(?:output\s+)?(?:unit|neuron|node|row)\b"
    r"|\b(?:a|one)\s+single\s+output\s+(?:unit|neuron|node)\b|\bsingle\s+(?:unit|neuron)\s+in\s+the\s+(?:last|output)\s+layer"
    r"|n_\{?L\}?\s*=\s*1\b|n\^\{?\[L\]\}?\s*=\s*1\b",
    re.I,
)
"""What says that the last layer has one unit."""
_TRANSPOSES = re.compile(r"\^\s*\{?\s*(?:\\top|T\b|\\intercal|\\mathsf|\\mathrm|\\dagger|t\b)|\\(?:tp|trans|tran)\b")
_PRIMED = re.compile(r"(?:[A-Z]|\\mathbf\{[A-Z]\}|(?<=\w)\))(?:_\{?\w+\}?)?'(?!['(])")
"""Capital letters with a prime that are no functions of what stands behind."""
_ITEM = re.compile(r"^\s*(?:[-*+]|\d+[.)]|\\item)\s", re.M)
"""How an item of a list begins."""
_DROPPED = re.compile(
    r"\b(?:drop|omit|suppress|skip|leav(?:e|ing) (?:out|away))\w*\b[^.$]{0,40}"
    r"\b(?:index|indices|(?:sub|super)script)\s*\$\(?([a-z])\)?\$",
    re.I,
)
"""What says that an index goes unsaid from there on."""
_BY_COLUMNS = re.compile(
    r"\b(?:example|sample|observation|data ?point|input)s?\b[^.]{0,40}\b(?:stored|stacked|arranged|collected|put|kept|"
    r"placed|written|side by side|standing|are)\b[^.]{0,20}\b(?:as|in|into|by) (?:the |its |their )?columns\b"
    r"|\b(?:one|each|every) column (?:per|for each|for every|is an?|holds an?|contains an?) "
    r"(?:training )?(?:example|sample)\b"
    r"|\bcolumns (?:are|hold|contain) (?:the )?(?:training )?(?:example|sample)s\b",
    re.I,
)
"""What is said of examples that are the columns of arrays."""

_SOFTMAX = r"softmax[^.]{{0,80}}\b(?:each|every|over the|along) {0}s?\b|{0}-?wise softmax|softmax[^.]{{0,40}}{0}-?wise"
"""What is said of a softmax along rows, or along columns."""


class Parts(Heads):
    """The page in parts, in each of which every symbol has one meaning, and what its words say of its notation."""

    def _sizes(self) -> None:
        """Sizes first: what they are is known by the sets that symbols are in, and what indices run to by sizes."""
        for _ in self._all_declared():
            pass
        steps.larger(self.reader, [one.statement for one in self.stated])
        for one in self.stated:
            sides = one.statement.sides
            is_pair = len(sides) == 2 and not steps.is_range(one.statement)
            made = shifts.made_size(self.reader, sides[0].nodes, sides[1].nodes) if is_pair else None
            if made is not None and sides[1].sign in EQUAL and made[0] not in self.scope.made_sizes:
                self.scope.made_sizes[made[0]] = made[1]
                self.equal_sizes.add(one.statement.start)
        self.ranges = steps.ranges(self.reader, self.page, [one.statement for one in self.stated])
        for one in self.stated:
            self._count(one)
            if self.scope.first == 0:
                found = shifts.from_zero(self.reader, one.statement)
                self.ranges += [steps.Range(one.statement.start, letter, size) for letter, size in found]
        self.scope.bound_somewhere |= {one.letter for one in self.ranges}
        self.scope.letter_sizes = steps.sizes_within(self.ranges, 0, len(self.page.text))

    def _count(self, one: Stated) -> None:
        """What positions are counted from in the section of a statement."""
        self.scope.first = 0 if self.page.section(one.statement.start) in self.from_zero else 1

    def _conventions(self) -> None:
        """What the words of the page say of its notation."""
        words = self.page.text
        if re.search(r"\bprimes?\b[^.]{0,60}\btranspos|transpos[^.]{0,60}\bprimes?\b", words):
            self.scope.primes_transpose = True
        elif not _TRANSPOSES.search(words) and len(_PRIMED.findall(words)) > 1:
            self.scope.primes_transpose = True
            self.remarks.append("a prime transposes, since nothing else does on this page")
        along = {
            axis: re.search(_SOFTMAX.format(word), words, re.IGNORECASE) for word, axis in (("row", 1), ("column", 0))
        }
        self.scope.softmax_axis = next((axis for axis, found in along.items() if found), self.scope.softmax_axis)
        said = self.page.header_text
        self.scope.pi_is_number = re.search(r"\\pi\b[^.]{0,60}\bnumber\b", words) is not None
        is_numbered = re.search(r"\^\{?(?:\[\w+\])?\((?:i|j|n|t|k)\)", words) is not None
        self.scope.columns_are_examples = bool(
            re.search(r"columns? (?:are|is an?) examples?", said)
            or (is_numbered and _BY_COLUMNS.search(re.sub(r"\$[^$\n]*\$|[*_]", "", words)))
        )
        self.scope.rows_by_index = bool(re.search(r"index alone (?:is|names|means) (?:a|the) row", said))
        self.scope.has_basis = bool(re.search(r"basis vector", words))
        self.scope.has_one_output = _ONE_OUTPUT.search(words) is not None
        self.scope.has_kronecker = re.search(r"\bKronecker(?!'?s? product)", words, re.I) is not None
        says_so = re.search(r"\bdifferentials?\b", words) is not None
        self.scope.has_differentials = says_so or self.short.is_differential
        self.scope.whole_for_entries = bool(re.search(r"a whole (?:stands|may stand) for its entr", said))
        star = r"\*\s*(?:and columns )?(?::|is|are|means|denotes)\s*(?:the )?(?:element|entry)"
        self.scope.star_by_entry = re.search(star, words) is not None
        self.scope.unsaid = next((mark[1] for mark in marks_unsaid(said) if mark[0] == "("), "")
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
        self.scope.dropped = {match[1]: match.end() for match in _DROPPED.finditer(words)}
        stops = [*self.page.sections[1:], len(words)] if self.page.sections else []
        pairs = zip(self.page.sections, stops, strict=True)
        self.from_zero = {start for start, stop in pairs if shifts.counts_from_zero(words[start:stop])}
        self.from_zero |= {None} if shifts.counts_from_zero(words[: (self.page.sections or [len(words)])[0]]) else set()
        self.scope.is_zero_outside = shifts.is_zero_outside(words)
        self.scope.all_marks = slices.said(words)
        self.scope.star_convolves = re.search(r"\bconvol|cross-correlat", words, re.I) is not None
        if re.search(r"cdot\W[^.]{0,30}\b(?:element|entry)", self.page.header_text):
            self.scope.dot_by_entry = True

    def _parts(self) -> list[list[Stated]]:
        """The page in parts, in each of which every symbol has one meaning: it is cut where one gets another."""
        declared = list(self._all_declared())
        keys = [found.key for _, found in declared]
        self.hidden = two_uses.hidden(self.page, [one.statement for one in self.stated if not one.is_header], keys)
        cuts = sorted({*self._redeclared(declared), *self._redefined(declared), *self.hidden})
        parts: list[list[Stated]] = [[] for _ in range(len(cuts) + 1)]
        for one in self.stated:
            parts[0 if one.is_header else bisect_right(cuts, one.statement.start)].append(one)
        return parts

    def _redeclared(self, declared: Sequence[tuple[Stated, Declared]]) -> Iterator[int]:
        """Where a symbol is declared with other sizes than before."""
        said: dict[str, tuple[str, ...]] = {}
        in_header = {found.key for one, found in declared if one.is_header}
        for one, found in declared:
            if found.key in in_header:
                continue
            sizes = (*found.family, *found.shape) if found.shape != () else (*found.family, "1")
            is_said = "_" not in found.text and found.domain in (declarations.BITS, declarations.REAL)
            if (len(sizes) < 2 and not is_said) or "?" in sizes:
                continue
            if said.setdefault(found.key, sizes) != sizes:
                said[found.key] = sizes
                self.declared_at.setdefault(one.statement.start, []).append(found.key)
                yield one.statement.start

    def _all_declared(self) -> Iterator[tuple[Stated, Declared]]:
        for one in self.stated:
            for case in steps.cases(self.scope, one.statement):
                with self.scope.at_step(case), suppress(Unread):
                    for found in declarations.declared(self.reader, one.statement, one.context):
                        yield one, found

    def _redefined(self, declared: Sequence[tuple[Stated, Declared]]) -> Iterator[int]:
        """Where a symbol is defined anew: by what its section declares, in a section of its own, or by words."""
        places = {found.key: one.statement.start for one, found in declared}
        defined: dict[str, tuple[int | None, str]] = {}
        items: dict[str, int] = {}
        texts: set[tuple[str, str]] = set()
        for one in self.stated:
            name, start = self._defined_name(one), one.statement.start
            if name is None or start in self.conditions.under:
                continue
            key, text = plain((name.node,)), one.statement.sides[1].text
            said = {(key, side.text.rstrip(",.;")) for side in one.statement.sides[1:]}
            is_said_again = bool(said & texts) or key in self.said_above
            texts |= said
            section = self.page.section(start)
            before, printed = defined.setdefault(key, (section, text))
            item = self._item(start)
            is_other = self._has_other_arguments(one, name)
            is_said = is_other or self._gives_meaning(one) or (item is not None and items.setdefault(key, item) != item)
            items |= {key: item} if item is not None else {}
            if not is_other and (printed == text or is_said_again or (section == before and not is_said)):
                continue
            begins = section or 0
            inside = [described(node) for node in walked(one.statement.sides[1].nodes)]
            is_new = any(other is not None and places.get(other.base, -1) >= begins for other in inside)
            if is_said or is_new or _begins_anew(self.page.text[begins : one.formula.start].strip("$[\\ \n")):
                defined[key] = section, text
                self.declared_at.setdefault(start, []).extend((name.base, key))
                yield start

    def _defined_name(self, one: Stated) -> Described | None:
        """What a statement would give a meaning to, by its looks; None in running text that does not say so."""
        sides = one.statement.sides
        head = solid(sides[0].nodes)
        if len(sides) < 2 or sides[1].sign not in EQUAL or not head:
            return None
        name = described(head[0])
        if name is None or len(head) > 2 or (len(head) == 2 and not head[1].is_("bracket", "()")):
            return None
        if self._has_other_arguments(one, name):
            return name
        is_one_of_several = self._item(one.statement.start) is not None and bool(head[1:]) and not name.primes
        return name if one.formula.is_display or is_one_of_several or self._gives_meaning(one) else None

    def _has_other_arguments(self, one: Stated, name: Described) -> bool:
        """Whether a function of letters is printed, which is one of other letters above: f(W), after an f(A, B)."""
        head = solid(one.statement.left.nodes)
        inside = (described(node) for node in walked(one.statement.sides[1].nodes))
        if len(head) != 2 or name.primes or any(found is not None and found.base == name.base for found in inside):
            return False
        place, bracket = self._first_applied.get(plain(head[:1]), (head[0].start, head[1]))
        letters = _letters(bracket), _letters(head[1])
        return (
            place < head[0].start
            and all(letters)
            and len(letters[0]) != len(letters[1])
            and not letters[0] & letters[1]
        )

    @cached_property
    def _first_applied(self) -> dict[str, tuple[int, Node]]:
        """Where each letter that is applied on the left stands so first, and with what."""
        found: dict[str, tuple[int, Node]] = {}
        for one in self.every:
            row = solid(one.statement.left.nodes)
            if len(row) == 2:
                found.setdefault(plain(row[:1]), (one.statement.start, row[1]))
        return found

    def _item(self, place: int) -> int | None:
        """Where the item of a list begins in which a place is; None elsewhere. Each may be a case of its own."""
        marks = list(_ITEM.finditer(self.page.text, max(0, place - 600), place))
        words = self.page.text[marks[-1].end() : place] if marks else ""
        is_one = bool(marks) and not re.search(r"\n\s*\n|\\end\{(?:itemize|enumerate)\}", words)
        return marks[-1].start() if is_one else None

    def _gives_meaning(self, one: Stated) -> bool:
        """Whether the words between the formula before and this one say that it is a definition."""
        start = max((f.stop for f in self.page.formulas if f.stop <= one.formula.start), default=0)
        words = re.split(r"[.:!?]\s", self.page.text[max(start, one.formula.start - 80) : one.formula.start])[-1]
        return _NEW_MEANING.search(words) is not None

    def _forget(self, key: str) -> None:
        """A symbol that gets another meaning from here on, and all that was made of it."""
        self._forget_function(key)
        if (symbol := self.scope.symbols.pop(key, None)) is None:
            return
        for other in [other for other, one in self.scope.symbols.items() if one.name == symbol.name]:
            del self.scope.symbols[other]
            self.entries_of.setdefault(key, set()).add(other)
        named_sets.forget(self.scope, key)
        self.declared.pop(key, None)
        self.sets.pop(key, None)
        self.scope.generation += 1
        for other, uses in list(self.made_of.items()):
            if key in uses:
                self.made_of.pop(other, None)
                self._forget(other)

    def _forget_function(self, key: str) -> None:
        """A function that gets another meaning from here on, and its derivatives."""
        names = [name for name in self.scope.functions if name.rstrip("'") == key]
        for name in names:
            del self.scope.functions[name]
            self.scope.own_letters.pop(name, None)
        self.scope.generation += bool(names)


def _letters(bracket: Node) -> set[str]:
    """The letters in a bracket, which have commas between them; none if other things stand there."""
    nodes = [node for node in solid(bracket.inner) if not node.is_("operator", ",", ";")]
    named = [described(node) for node in nodes]
    are_letters = all(one is not None and one.node.kind != "number" and not one.sups for one in named)
    return {plain((node,)) for node in nodes} if are_letters else set()


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
