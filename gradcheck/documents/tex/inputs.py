"""What a page declares becomes inputs: families have sizes, and rows and columns are members of matrices."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from gradcheck.documents.tex import (
    bold,
    declarations,
    gathered,
    in_words,
    indexed,
    partitioned,
    steps,
    sums_to_one,
    symmetric,
    tied,
)
from gradcheck.documents.tex.declarations import Declared
from gradcheck.documents.tex.drafts import Stated
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.gathered import Gathered
from gradcheck.documents.tex.known import BASES
from gradcheck.documents.tex.parts import Parts
from gradcheck.documents.tex.scripts import Described, described, items
from gradcheck.documents.tex.statements import EQUAL, Side, Statement
from gradcheck.documents.tex.symbols import NUMBERED, Symbol
from gradcheck.documents.tex.tied import ROWS
from gradcheck.documents.tex.tree import plain, solid, walked

_EXAMPLES = (
    r"\b{0}s?\b[^.]{{0,60}}\b(?:example|observation|sample|input|record|instance|data ?point|token)s?"
    r"|\b(?:per|each|every|as|has|with|whose|the) (?:the )?(?:-th )?{0}s?\b|-th {0}\b"
)
"""What is said of rows, or of columns, that are examples."""


class Inputs(Parts):
    """What a page declares becomes inputs: families have sizes, and rows and columns are members of matrices.

    gathered: the matrices of this part that are none, since what they are made of has an equation.
    """

    gathered: Mapping[str, Gathered]

    def _hide(self) -> None:
        """Symbols whose letters are indices in this part are none in it; those of the part before are known again."""
        if (letters := self.hidden.get(self._begins)) is None:
            return
        known = {**self.scope.symbols, **self.unseen}
        self.scope.symbols |= {key: one for key, one in self.unseen.items() if one is not None}
        self.unseen = {key: known.get(key) for key in letters}
        for key in letters:
            self.scope.symbols.pop(key, None)

    @property
    def _begins(self) -> int:
        """Where this part of the page begins."""
        return min((one.statement.start for one in self.stated if not one.is_header), default=0)

    def _declare(self) -> None:
        for key in self.declared_at.get(self._begins, ()):
            self._forget(key)
        known = dict(self.scope.symbols)
        self.scope.letter_sizes |= self._ranges_of_part()
        for one in self.stated:
            for case in steps.cases(self.scope, one.statement):
                with self.scope.at_step(case):
                    self._declare_one(one)
        self._declare_in_words()
        self._settle_families()
        for key, found in self._numbers_before():
            self._forget(key)
            self.declared[key] = found
        heads = self._heads()
        self.declared = sums_to_one.all_constrained(self.declared, self._wholes, heads)
        displays = [one.formula.start for one in self.stated if one.formula.is_display]
        self.declared = symmetric.constrained(self.declared, self._symmetric, displays)
        self.gathered = gathered.found(self.declared, heads, self._ties)
        self.scope.defined_later = heads | set(self.declared)
        for key, found in self.declared.items():
            if (key in known and key in self.scope.symbols) or key in self.unseen:
                continue
            if letter := self._one_hot_of(found):
                self._unit_columns(key, found, letter)
            elif key in heads or key in self.gathered or self._tied_to(key) & heads:
                self.sets[key] = found
            else:
                self._input(key, found)
        self._cut_into_blocks()
        self._tie(heads)
        self._link()
        self._rows_and_columns()
        self._entries_named()
        self._entries_of_capitals()

    @cached_property
    def _said(self) -> list[in_words.Said]:
        """What sentences and tables of the whole page say of sizes."""
        return in_words.found(self.page, self.stated)

    def _all_declared(self) -> Iterator[tuple[Stated, Declared]]:
        """The same with what is said in words, unless a set says it in the same section, or above."""
        by_sets = list(super()._all_declared())
        sections: dict[str, set[int | None]] = {}
        for one, found in by_sets:
            sections.setdefault(found.key, set()).add(self.page.section(one.statement.start))
        in_sentences = [(said.one, found) for said in self._said for found in self._declared_by(said)]
        in_sentences = [
            (one, found)
            for one, found in in_sentences
            if not {None, self.page.section(one.statement.start)} & sections.get(found.key, set())
        ]
        numbers = [
            (next(one for one in self.stated if one.statement.start <= found.place <= one.formula.stop), found)
            for found in self._all_numbers()
            if self.page.section(found.place) not in sections.get(found.key, set())
        ]
        yield from sorted([*by_sets, *in_sentences, *numbers], key=lambda pair: pair[0].statement.start)

    def _declared_by(self, said: in_words.Said) -> Iterator[Declared]:
        sizes = (Side("", row) for row in said.sizes.axes)
        for case in steps.cases(self.scope, Statement((said.names, *sizes))):
            with self.scope.at_step(case):
                yield from in_words.safely(self.reader, said)

    def _ranges_of_part(self) -> dict[str, str]:
        """What indices run to in this part of the page, as far as it says it."""
        starts = [one.statement.start for one in self.stated if not one.is_header]
        return steps.sizes_within(self.ranges, min(starts, default=0), max(starts, default=0) + 1)

    def _ranges_of_section(self, place: int) -> dict[str, str]:
        """What indices run to in the section of a place, as far as it says it."""
        start = self.page.section(place)
        stop = min((one for one in self.page.sections if one > place), default=len(self.page.text))
        return steps.sizes_within(self.ranges, start or 0, stop)

    def _declare_in_words(self) -> None:
        """What sentences say the sizes of, and what they speak of as data, with indices that say them."""
        for said in self._said:
            for found in self._declared_by(said) if (said.one.beside or said.one) in self.stated else ():
                before = self.declared.get(found.key)
                if before is None or (before.shape == () and before.domain == declarations.POSITIVE):
                    self.declared[found.key] = declarations.merged(self.declared, found)
        taken = self._heads() | self.declared.keys() | self.scope.symbols.keys()
        spoken = indexed.spoken_of(self.scope, self.stated, self._ranges_of_section)
        near = {**self.scope.letter_sizes, **self._ranges_of_part()}
        for found in (*spoken, *self._all_numbers(), *indexed.unsaid(self.reader, self.stated, near, taken)):
            if found.key not in taken:
                self.declared[found.key] = found
                sizes = " × ".join(size for size in found.shape if size != "1")
                remark = f"{found.text} is taken for {sizes} numbers, by what its indices run to"
                self.remarks += [remark] if remark not in self.remarks else []

    def _all_numbers(self) -> Iterator[Declared]:
        """What stands in sections of this part that say that all is numbers."""
        places = [one.statement.start for one in self.stated if not one.is_header]
        for section in dict.fromkeys(map(self.page.section, places)):
            stop = min((one for one in self.page.sections if one > (section or -1)), default=len(self.page.text))
            own = [one for one in self.stated if self.page.section(one.statement.start) == section]
            near = self._ranges_of_section(own[0].statement.start)
            yield from indexed.all_numbers(self.scope, self.page.text[section or 0 : stop], own, near)

    def _numbers_before(self) -> list[tuple[str, Declared]]:
        """What a part of the page declares as an array, and one before has defined as a number."""
        arrays = ((key, found, self.scope.symbols.get(key)) for key, found in self.declared.items() if found.shape)
        return [
            (key, found)
            for key, found, one in arrays
            if one is not None and not one.is_input and (one.shape, one.family) == ((), ())
        ]

    def _declare_one(self, one: Stated) -> None:
        is_index = any(side.sign == "in" for side in one.statement.sides) and steps.is_range(one.statement)
        if one.statement.start in self.conditions.themselves or is_index:
            return
        try:
            for found in declarations.declared(self.reader, one.statement, one.context):
                if self.scope.has_basis and found.key.partition("_")[0] in BASES:
                    continue
                self.declared[found.key] = declarations.merged(self.declared, found)
        except Unread as reason:
            self.remarks.append(f"line {self.page.line(one.statement.start)}: no declaration: {reason.why}")

    def _settle_families(self) -> None:
        """Numbers with one index are the entries of a column; families have the size that their index runs to."""
        for key, found in list(self.declared.items()):
            family = self._family_of(key, found)
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

    def _family_of(self, key: str, found: Declared) -> tuple[str, ...]:
        """What the indices of a symbol run to, by its section where that says it."""
        if "?" not in found.family or len(found.letters) != len(found.family):
            return tuple(self._size_of_family(key) if size == "?" else size for size in found.family)
        near = {**self.scope.letter_sizes, **self._ranges_of_section(found.place)}
        pairs = zip(found.letters, found.family, strict=True)
        sizes = tuple(near.get(letter, "?") if size == "?" else size for letter, size in pairs)
        return (self._size_of_family(key),) if sizes == ("?",) else sizes

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
        symbol = replace(symbol, is_numbered="^(" in found.text, implicit=implicit)
        if found.axis == declarations.UNSAID and (are_rows := self._are_rows(key[-1])) is not None:
            found = replace(found, axis=1 if are_rows else 0)
        elif found.axis == declarations.UNSAID:
            self.supposed[key] = f"that {found.text} is {found.domain.replace('_', '-')}, along rows or along columns"
            found = replace(found, domain=declarations.REAL)
        is_square = len(found.shape) == 2 and found.shape[0] == found.shape[1]
        if is_square and found.domain == declarations.REAL and key in self.inverted:
            found = replace(found, domain=declarations.REGULAR)
        self.scope.symbols[key] = symbol
        self.inputs[symbol.name] = declarations.source_of(found, symbol.name, symbol.name)
        for entry in self.entries_of.get(key, set()) - self.declared.keys():
            self.scope.symbols.setdefault(entry, replace(symbol, text=entry))

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

    @cached_property
    def _wholes(self) -> list[sums_to_one.Whole]:
        """What is said to sum to one."""
        return sums_to_one.found(self.page, self.every)

    @cached_property
    def _symmetric(self) -> list[symmetric.Said]:
        """What is said to be symmetric behind its set."""
        return symmetric.found(self.page, self.every)

    @cached_property
    def _ties(self) -> list[tied.Tie]:
        """What words say to be rows, columns and entries of what."""
        return tied.found(self.page, self.every)

    def _tied_to(self, key: str) -> set[str]:
        """The matrices that something is said to be a row, a column or an entry of."""
        return {self._key(tie.whole, ()) for tie in self._ties if tie.member.base == key}

    def _tie(self, heads: Container[str] = ()) -> bool:
        """Whether rows and columns of matrices that have a meaning get theirs, as words say what they are of.

        heads: what has an equation of its own.
        """
        made = False
        for tie in self._ties:
            whole = self.scope.symbols.get(self._key(tie.whole, ()))
            if whole is None or whole.family or whole.shape is None or len(whole.shape) != 2:
                continue
            if tie.kind == tied.ENTRIES:
                made |= self._name_entries(tie, whole)
            elif self._is_free(tie.member.base) and tie.member.base not in heads:
                made |= self._make_members(tie, whole)
        return made

    def _gather(self, member: Symbol, source: str) -> str:
        """Give the matrix that gathers a defined symbol its meaning, if there is one; the source of the symbol then."""
        for key, one in self.gathered.items():
            if one.member != member.key or key in self.scope.symbols or key not in self.sets or member.args:
                continue
            said = self.sets[key]
            kind = gathered.fitting(member, said.shape, one.kind)
            if kind is None:
                continue
            self.sets.pop(key)
            self.remarks.append(f"{said.text} is made of {one.member}, which has an equation")
            if not kind:
                self.scope.symbols[key] = replace(member, text=said.text)
                continue
            size, length, turned = member.family[0], member.axes[1], "" if kind == ROWS else ".T"
            name, self.made_of[key] = self._name(key), self.made_of[member.key]
            array = source.removesuffix(f".reshape({size}, {length}, 1)")
            self.definitions.append(f"{name} = {array}.reshape({size}, {length}){turned}")
            self.scope.symbols[key] = Symbol(key, name, said.shape, (), said.text, False)
            self.scope.members[member.key], self.made_of[member.key] = (key, kind == ROWS), frozenset((key,))
            return f"{name}{turned}.reshape({size}, {length}, 1)"
        return source

    def _is_free(self, key: str) -> bool:
        """Whether a letter has no meaning yet, or none but that it is declared."""
        known = self.scope.symbols.get(key)
        return known is None or (known.is_input and key in self.declared and key not in self.made_of)

    def _make_members(self, tie: tied.Tie, whole: Symbol) -> bool:
        """Rows or columns of a matrix, unless they are declared to be something else."""
        small, are_rows = tie.member.base, tie.kind == tied.ROWS
        size, length = (whole.shape or ())[:: 1 if are_rows else -1]
        said = self.sets.get(small) or self.declared.get(small)
        if said is not None and (said.shape, said.family) not in (((length, "1"), (size,)), ((length, "1"), ())):
            self.remarks.append(f"{small} is said to be a {tie.kind} of {whole.text}, and has another length")
            return False
        name = self._name(small)
        text = said.text if said is not None else plain((tie.member.node,))
        self.scope.symbols[small] = Symbol(small, name, (length, "1"), (size,), text)
        self._members(small, whole.key, size, length, are_rows)
        self.remarks.append(f"{small}_i are the {tie.kind}s of {whole.text}")
        return True

    def _name_entries(self, tie: tied.Tie, whole: Symbol) -> bool:
        """Numbers that are the entries of a row or a column, at a letter above or below them."""
        base, is_above = tie.member.base, not tie.member.subs
        key = f"{base}{NUMBERED}" if is_above else base
        stands_alone = any(
            not (one.subs or one.sups) for one in indexed.occurrences(base, [one.statement for one in self.stated])
        )
        if len(whole.axes) != 1 or not self._is_free(key) or (stands_alone and not is_above):
            return False
        named = replace(whole, text=base, is_numbered=is_above)
        is_new, self.scope.symbols[key] = self.scope.symbols.get(key) != named, named
        return is_new

    def _cut_into_blocks(self) -> None:
        """Blocks of an array that is declared are what stands there in it."""
        cuts = [(i, of) for i, one in enumerate(self.stated) if (of := partitioned.cut(one.statement)) is not None]
        alike: dict[str, list[str]] = {}
        for index, of in [*cuts, *cuts]:  # what is said of one may say how another is cut
            whole = self.scope.symbols.get(self._key(of.whole, ()))
            if whole is None or index in self.aliased or not self._may_be_cut(of, whole):
                continue
            shape = whole.shape or ()
            said = {
                place: self.declared[key].shape
                for place, one in of.blocks.items()
                if (key := self._key(one, ())) in self.declared
            }
            rows, columns = partitioned.sizes(of, shape, said, alike)
            if rows and columns and self._are_smaller(shape, (rows, columns)):
                self.aliased.add(index)
                alike |= {shape[0]: rows} if of.rows > 1 else {}
                for block in partitioned.blocks(of, rows, columns):
                    self._name_block(block, whole)

    def _may_be_cut(self, of: partitioned.Cut, whole: Symbol) -> bool:
        """Whether it is a declared matrix; one with blocks that are transposes of others has to be symmetric."""
        found = self.declared.get(whole.key)
        domains = (declarations.SYMMETRIC, declarations.DEFINITE)
        is_fit = not of.turned or (of.is_symmetric and found is not None and found.domain in domains)
        return whole.is_input and not whole.family and len(whole.shape or ()) == 2 and is_fit

    def _are_smaller(self, shape: Sequence[str], cut: Sequence[list[str]]) -> bool:
        """Whether a whole is larger than its block, or may be: then it is from here on."""
        for whole, sizes in zip(shape, cut, strict=True):
            part = next((size for size in sizes if f"{whole} - {size}" in sizes), "")
            if part and self.scope.larger.setdefault(whole, part) != part:
                return False
        return True

    def _name_block(self, block: partitioned.Block, whole: Symbol) -> None:
        key = self._key(block.one, ())
        if (before := self.scope.symbols.get(key)) is not None:
            self.inputs.pop(before.name, None)
        name = self._name(key)
        self.scope.symbols[key] = Symbol(key, name, block.shape, (), plain((block.one.node,)), False)
        self.made_of[key] = frozenset((whole.key,))
        self.definitions.append(f"{name} = {block.of(whole.name)}")
        self.remarks.append(f"{plain((block.one.node,))} is a block of {whole.text or whole.key}")

    def _link(self) -> None:
        """Examples x_1, …, x_N whose matrix X is declared, too, are its rows or its columns, as the sizes say."""
        for key, found in self.declared.items():
            if len(found.family) != 1 or len(found.shape) != 2 or found.shape[1] != "1":
                continue
            size, (length, _) = found.family[0], found.shape
            if key in self.made_of:
                continue
            whole = self.declared.get(f"{key[:-1]}{key[-1].upper()}" if key[:-1] in ("", *bold.BOLD) else key)
            if (listed := self._listed_in(key)) is not None:
                self._matrix_of(key, size, length, *listed)
                continue
            if whole is None or whole.family or size == length or not {key, whole.key} <= self.scope.symbols.keys():
                continue
            if whole.shape in ((size, length), (length, size)):
                self._members(key, whole.key, size, length, whole.shape[0] == size)
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
            mark, letter = key[:-1], key[-1]
            small = f"{mark}{letter.lower()}"
            is_capital = mark in ("", *bold.BOLD) and letter.isupper()
            is_matrix = found.shape and "1" not in found.shape and not found.family
            if (
                not is_capital
                or not is_matrix
                or key not in self.scope.symbols
                or small in self.scope.symbols
                or small in self.declared
                or not self._has_one_index(small)
            ):
                continue
            rows = self._are_rows(letter)
            if rows is None:
                continue
            name = self._name(small)
            size, length = found.shape if rows else found.shape[::-1]
            self.inputs[name] = f'{name} = real("{name}", {size}, {length}, 1)'
            self.scope.symbols[small] = Symbol(small, name, (length, "1"), (size,), letter.lower())
            self._members(small, key, size, length, rows)
            self.remarks.append(f"{letter.lower()}_i are the {'rows' if rows else 'columns'} of {letter}")

    def _members(self, small: str, whole: str, size: str, length: str, are_rows: bool) -> None:
        """The rows or the columns of a matrix are made of it."""
        name, matrix = self.scope.symbols[small].name, self.scope.symbols[whole].name
        if self.inputs.pop(name, None) is not None and whole in self.declared and matrix in self.inputs:
            said = _of_all(self.declared.get(small), self.declared[whole], are_rows)
            self.inputs[matrix] = declarations.source_of(said, matrix, matrix)
        self.scope.symbols[small] = replace(self.scope.symbols[small], is_input=False)
        self.made_of[small] = frozenset((whole,))
        self.scope.members[small] = (whole, are_rows)
        source = f"{name} = {matrix}{'' if are_rows else '.T'}.reshape({size}, {length}, 1)"
        first = 0 if matrix in self.inputs else len(self.definitions)  # parts above may be made of them
        self.definitions.insert(first, source)

    def _are_rows(self, key: str) -> bool | None:
        """Whether the rows of a matrix are examples, or its columns: by its own sentences, then by all of the page."""
        sentences = re.split(r"(?<=[.!?])\s|\n\s*\n", self.page.text)
        own = " ".join(sentence for sentence in sentences if re.search(rf"\$(?:\\\w+\{{)?{key}(?![A-Za-z_])", sentence))
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
                        above = [row for row in this.sups if solid(row) and solid(row)[0].kind == "bracket"]
                        rows = [row for row in (*this.subs, *above) if len(items(row)) == 1 and row]
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

    def _entries_of_capitals(self) -> None:
        """x_ij of a matrix X: its entries, unless its indices run to other sizes than its rows and columns."""
        statements = [one.statement for one in self.stated]
        for key, found in list(self.declared.items()):
            mark, letter = key[:-1], key[-1]
            small = f"{mark}{letter.lower()}"
            is_matrix = mark in ("", *bold.BOLD) and letter.isupper() and len(found.shape) == 2 and not found.family
            if mark and any(indexed.occurrences(letter.lower(), statements)):
                small = letter.lower()  # a_ij of a bold A
            if not is_matrix or small in self.scope.symbols or small in self.declared or key not in self.scope.symbols:
                continue
            given = [len([i for row in one.subs for i in items(row)]) for one in indexed.occurrences(small, statements)]
            sizes = indexed.sizes_of(self.scope, small, statements)
            if given and set(given) == {2} and (sizes or found.shape) == found.shape:
                self.scope.symbols[small] = replace(self.scope.symbols[key], text=small)
                self.remarks.append(f"{letter.lower()} with two indices is an entry of {letter}")


def _of_all(member: Declared | None, whole: Declared, are_rows: bool) -> Declared:
    """A matrix, with what is said of each of its rows or columns."""
    if member is None or whole.domain != declarations.REAL:
        return whole
    axis = (1 if are_rows else 0) if member.axis != declarations.UNSAID else declarations.UNSAID
    return replace(whole, domain=member.domain, axis=axis)
