"""Reads formulas: what stands side by side, above and below each other becomes NumPy's notation.

Declared symbols and the sizes of arrays decide what is meant. What does not conform is read as it stands, and what is
not understood is not read: no other reading is looked for because one is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from gradcheck.documents.tex import (
    along_axes,
    applications,
    densities,
    derivatives,
    differentials,
    dotted,
    examples,
    mapped,
    shifts,
    slices,
    sums,
    terms,
)
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.scope import Scope
from gradcheck.documents.tex.scripts import (
    INVERTED,
    TRANSPOSED,
    Described,
    described,
    items,
    keys,
    pieces,
    raised_to,
    script,
)
from gradcheck.documents.tex.statements import CUTTING
from gradcheck.documents.tex.symbols import INDEXED, NUMBERED, Symbol
from gradcheck.documents.tex.terms import ATOM, Term
from gradcheck.documents.tex.tree import Node, Row, plain, solid, span

SIGNS = ("+", "-", "pm", "mp")
PRODUCTS = ("cdot", "times", "*", "odot", "circ", "/", "otimes")
LOOSE = ("odot", "circ")
"""Signs that bind less tightly than juxtaposition: W δ ⊙ g is (W δ) ⊙ g."""
ENDS = (",", ".", ";", "?", ":")


class Reader:
    """Reads the formulas of one page, in its scope."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    # -- sums --

    def read(self, row: Row) -> Term:
        """What a row means. Raises Unread."""
        nodes = solid(row)
        while nodes and (nodes[-1].is_("operator", *ENDS) or nodes[-1].is_("text")) and not nodes[-1].is_scripted:
            nodes = nodes[:-1]
        while nodes and nodes[0].kind == "text" and nodes[0].value.strip(" ,.;:").lower() in CUTTING:
            nodes = nodes[1:]
        if not nodes:
            raise Unread("there is nothing to be read", *span(row))
        try:
            return self.expression(nodes)
        except Unread as reason:
            if reason.start is None:
                raise Unread(reason.why, *span(nodes)) from None
            raise

    def expression(self, nodes: Sequence[Node]) -> Term:
        """Terms with their signs."""
        found: Term | None = None
        for sign, part in self._continued(list(_signed(nodes))):
            if not part:
                raise Unread(f"nothing stands behind {sign}", *span(nodes))
            term = self.term(part)
            if sign == "-" and found is None:
                found = terms.negative(term)
            elif found is None:
                found = term
            else:
                found = self._broadcast(terms.added(found, sign, term), found, term, "added to")
        if found is None:
            raise Unread("there is nothing to be read", *span(nodes))
        if found.shape is not None and len(found.shape) > 2:
            raise Unread("the derivative of an array by a matrix, without indices", *span(nodes))
        return found

    def _broadcast(self, found: Term, left: Term, right: Term, word: str) -> Term:
        """A matrix and a column or a row, where the page adds these to every column or row.

        A number that is no literal is added to every entry of an array by custom, which is said.
        """
        for one, other in ((left, right), (right, left)):
            if one.is_number and one.uses and other.shape is not None and not other.is_number:
                return found.noted(f"{one.source} is added to every entry")
        if found.shape is not None or not self.scope.broadcasts or left.shape is None or right.shape is None:
            return found
        pairs = list(zip(left.shape, right.shape, strict=False))
        if len(left.shape) != len(right.shape) or not all(a == b or "1" in (a, b) for a, b in pairs):
            return found
        small = left if "1" in left.shape else right
        where = "column" if small.is_column else "row"
        shape = tuple(b if a == "1" else a for a, b in pairs)
        return replace(found, shape=shape).noted(f"{small.source} is {word} every {where}")

    def _continued(self, parts: list[tuple[str, list[Node]]]) -> list[tuple[str, list[Node]]]:
        """A Σ goes over the terms behind it, too, if its index goes on there."""
        found: list[tuple[str, list[Node]]] = []
        for sign, part in parts:
            open_letters = sums.open_letters(found[-1][1]) if found else ()
            if any(sums.occurs(letter, part) for letter in open_letters if not self._is_bound(letter)):
                previous, nodes = found[-1]
                mark = Node("operator", sign, start=part[0].start, stop=part[0].start)
                found[-1] = (previous, [*nodes, mark, *part])
            else:
                found.append((sign, part))
        return found

    def _is_bound(self, letter: str) -> bool:
        return letter in self.scope.bound or letter in self.scope.free or letter in self.scope.steps

    # -- products --

    def term(self, nodes: Sequence[Node]) -> Term:
        """Factors with the signs between them."""
        nodes = [_unbraced(node) for node in nodes if node.kind != "brace" or solid(node.inner)]
        factors: list[Term] = []
        signs: list[str] = []
        at = 0
        while at < len(nodes):
            node = nodes[at]
            if node.is_("operator", *PRODUCTS) and not node.is_scripted:
                if len(signs) >= len(factors):
                    raise Unread(f"{node.value} has nothing to its left", node.start, node.stop)
                signs.append(node.value)
                at += 1
                continue
            is_negative = node.is_("operator", "-") and not node.is_scripted
            factor, at = self.factor(nodes, at + is_negative)
            if len(signs) < len(factors):
                signs.append("")
            factors.append(terms.negative(factor) if is_negative else factor)
        if len(signs) >= len(factors):
            raise Unread("a sign has nothing to its right", *span(nodes))
        return self.multiplied(factors, signs)

    def multiplied(self, factors: Sequence[Term], signs: Sequence[str]) -> Term:
        """The product: juxtaposition binds tighter than ⊙; if that does not conform, the one grouping that does."""
        for (one, two), below, after in zip(pairwise(signs), factors[1:], factors[2:], strict=False):
            if one == "/" and two == "" and (re.fullmatch(r"[\d.]+", below.source) or _may_be_below(after)):
                raise Unread("a / b c: is c above or below the line?")
        chunks: list[Term] = [factors[0]]
        for sign, factor in zip(signs, factors[1:], strict=True):
            if sign in LOOSE:
                chunks.append(factor)
            else:
                chunks[-1] = self.joined(chunks[-1], sign, factor)
        found = chunks[0]
        for chunk in chunks[1:]:
            found = self.joined(found, "odot", chunk)
        if found.shape is None and len(factors) > 2 and all(f.shape is not None for f in factors):
            return self._grouped(factors, signs) or found
        return found

    def _grouped(self, factors: Sequence[Term], signs: Sequence[str]) -> Term | None:
        """The value in another grouping, if all of those that conform have one shape and differ in brackets alone."""
        if len(factors) > 8:
            return None
        count = next((i for i, factor in enumerate(factors) if not factor.is_number), 0)
        if count and signs[count - 1] in ("", "cdot", "times", "*"):  # numbers in front scale the whole
            inner = self._grouped(factors[count:], signs[count:])
            front = self.multiplied(factors[:count], signs[: count - 1])
            return None if inner is None else terms.scaled(front, inner)
        made: dict[tuple[int, int], list[Term]] = {(i, i + 1): [factor] for i, factor in enumerate(factors)}
        for length in range(2, len(factors) + 1):
            for start in range(len(factors) - length + 1):
                stop = start + length
                options = [
                    self.joined(left, signs[cut - 1], right)
                    for cut in range(start + 1, stop)
                    for left in made[start, cut]
                    for right in made[cut, stop]
                ]
                fitting = [one for one in options if one.shape is not None and "by entry" not in str(one.notes)]
                made[start, stop] = list({_flat(one): one for one in fitting}.values())
        whole = made[0, len(factors)]
        if len(whole) == 1:
            return whole[0].noted("grouped so that sizes fit")
        if len(whole) > 1:
            raise Unread(f"it has {len(whole)} readings: {' or '.join(one.source for one in whole[:2])}")
        return None

    def joined(self, left: Term, sign: str, right: Term) -> Term:
        """Two factors with the sign between them."""
        if sign == "/":
            return terms.divided(left, right)
        self._refuse_product(left, sign, right)
        if not self._is_by_entry(sign) and any(factor.shape and len(factor.shape) > 2 for factor in (left, right)):
            raise Unread("a derivative of three axes in a product")
        is_of_numbers = left.is_number or right.is_number
        if self._is_by_entry(sign):
            if is_of_numbers:
                return terms.scaled(left, right)
            return self._broadcast(terms.by_entry(left, right), left, right, "multiplied with")
        if sign == "*" and left.shape == right.shape and not is_of_numbers and not left.is_square:
            return terms.by_entry(left, right)
        if sign == "cdot" and left.is_column and left.shape == right.shape:
            return terms.matrix_product(terms.transposed(left), right).noted("· of two columns is their scalar product")
        return terms.product(left, right, self.scope.side_by_side)

    def _refuse_product(self, left: Term, sign: str, right: Term) -> None:
        """Raises Unread for a sign that is not known, and for products that mean two things."""
        if sign == "otimes":
            raise Unread("⊗")
        if sign == "times" and left.is_column and left.shape == right.shape and not self.scope.side_by_side:
            raise Unread("× of two columns: their cross product, or entry by entry?")
        if sign == "*" and self.scope.star_convolves:
            raise Unread("* is a convolution")
        is_matrix = not left.letters and "1" not in (left.shape or ("1",))
        if not sign and is_matrix and right.letters and re.fullmatch(r"\w+\[\w+, \w+\]", right.source):
            raise Unread(f"{left.source} {right.source}: an entry of the product, or a matrix times an entry?")

    def _is_by_entry(self, sign: str) -> bool:
        said = self.scope.dot_by_entry or (sign == "*" and self.scope.star_by_entry)
        return sign in LOOSE or (sign in ("*", "cdot") and said)

    # -- factors --

    def factor(self, nodes: Sequence[Node], at: int) -> tuple[Term, int]:
        """The factor that begins at a place, with the sign of a factorial, and where the next one does."""
        found, after = self._factor(nodes, at)
        if after < len(nodes) and nodes[after].is_("operator", "!") and found.is_number and found.uses:
            return terms.called("gamma", terms.added(found, "+", terms.number("1"))), after + 1
        return found, after

    def _factor(self, nodes: Sequence[Node], at: int) -> tuple[Term, int]:
        if at >= len(nodes):
            raise Unread("a sign has nothing behind it", *span(nodes))
        node = nodes[at]
        self._refuse_differential(nodes, at)
        _refuse_numbers(nodes, at)
        for kind in (mapped, densities, derivatives, differentials, along_axes, applications, sums):
            found: tuple[Term, int] | None = kind.begun(self, nodes, at)
            if found is not None:
                return found
        read = self._OF.get(node.kind)
        if read is None:
            raise Unread(_words(node), node.start, node.stop)
        return read(self, node), at + 1

    def _refuse_differential(self, nodes: Sequence[Node], at: int) -> None:
        """Raises Unread where dW may be a differential as well as a product with a size d."""
        one, behind = described(nodes[at]), described(nodes[at + 1]) if at + 1 < len(nodes) else None
        is_d = one is not None and one.base == "d" and not nodes[at].is_scripted and "d" in self.scope.sizes
        is_d = is_d and not self.scope.changes  # there, no d is a size
        symbol = self.found(behind)[0] if is_d and behind is not None else None
        if symbol is not None and symbol.shape != ():
            raise Unread(f"{plain(nodes[at : at + 2])}: a differential, or d times {plain(nodes[at + 1 : at + 2])}?")

    def _number(self, node: Node) -> Term:
        return self.scripted(terms.number(node.value), node)

    def _symbol(self, node: Node) -> Term:
        """A symbol, a size or the number e, with what is done to it."""
        one = described(node)
        if one is None:
            if node.kind == "group" and node.parts:
                return self.scripted(self.expression(solid(node.inner)), node)
            raise Unread(_words(node), node.start, node.stop)
        return self.named(one)

    def named(self, one: Described) -> Term:
        """What a letter with scripts stands for."""
        if (given := self._given(one)) is not None:
            return self.raised(self.at_indices(given, None, one.subs), one.sups, one.primes, one.node)
        symbol, sups, subs = self.lookup(one)
        is_pi = one.base == "pi" and self.scope.pi_is_number and not subs
        if symbol is None or is_pi or _is_of_exp(one, symbol):
            return self._unnamed(one)
        self._refuse_block(one, symbol, subs)
        if sups and subs and symbol.shape and "1" not in symbol.shape and not symbol.family:
            return self._entry_of_scripted(one, symbol, sups, subs)
        term = self.indexed_symbol(symbol, subs)
        return self.raised(term, sups, one.primes, one.node)

    def _refuse_block(self, one: Described, symbol: Symbol, subs: Sequence[Row]) -> None:
        """Raises Unread for x_2 where x_1 is no entry of x, but an array."""
        if not subs or symbol.family or not all(plain(item).isdigit() for row in subs for item in items(row)):
            return
        others = [key for key in self.scope.symbols if re.fullmatch(rf"{re.escape(symbol.key)}_\d+", key)]
        if any(self.scope.symbols[key].shape != () for key in others):
            raise Unread(
                f"{_printed(one.node)}: an entry, or a block as {others[0]} is?", one.node.start, one.node.stop
            )

    def _given(self, one: Described) -> Term | None:
        """What a letter stands for in a function that is applied; None for another one, and for x^{(i)} beside x."""
        if any(map(examples.is_number_of_one, one.sups)):
            return None
        if one.base in self.scope.given:
            return self.scope.given[one.base]
        symbol = self.scope.symbols.get(one.base)
        is_member = bool(one.subs) and symbol is not None and not symbol.is_numbered
        return None if is_member else self.scope.alone.get(one.base)

    def _entry_of_scripted(self, one: Described, symbol: Symbol, sups: Sequence[Row], subs: Sequence[Row]) -> Term:
        """A^{-1}_{ij} is an entry of the inverse, A_{ij}^2 the square of one. Raises Unread for what may be both."""
        is_number = all(plain(row).isdigit() for row in sups)
        is_above_first = span(sups[-1]).start < span(subs[0]).start
        if slices.cut(self.scope, subs) and not is_above_first and not is_number:
            return self.raised(self.indexed_symbol(symbol, subs), sups, one.primes, one.node)
        whole = self.indexed_symbol(symbol, ())
        if is_above_first and not is_number and slices.cut(self.scope, subs):
            raise Unread(f"{_printed(one.node)}: of the transpose, or transposed?", one.node.start, one.node.stop)
        if is_above_first and not is_number:
            return self.at_indices(self.raised(whole, sups, one.primes, one.node), None, subs)
        is_row = self.scope.rows_by_index and sum(len(items(row)) for row in subs) == 1
        if is_row or (is_number and (not is_above_first or not whole.is_square)):
            return self.raised(self.indexed_symbol(symbol, subs), sups, one.primes, one.node)
        raise Unread(f"{_printed(one.node)}: of the matrix, or of its entry?", one.node.start, one.node.stop)

    def lookup_known(self, one: Described) -> Symbol | None:
        """The symbol that this is, whatever indices it has; None where nothing is known of it."""
        symbol, sups, _ = self.found(one)
        return symbol if not any(plain(row) not in TRANSPOSED for row in sups) else None

    def lookup(self, one: Described) -> tuple[Symbol | None, tuple[Row, ...], tuple[Row, ...]]:
        """The symbol with the longest name, and the scripts that are no part of its name."""
        found = self.found(one)
        if found[0] is not None or one.sups or one.subs or not (symbol := self.scope.assume(one.base)):
            return found
        return symbol, (), ()

    def found(self, one: Described) -> tuple[Symbol | None, tuple[Row, ...], tuple[Row, ...]]:
        """The same, of what is known. What stands below are its indices, or belongs to its name: C_λ is not C."""
        one = self._at_own_step(one)
        for key, sups, subs in keys(one, self.scope.steps, self.scope.step_sizes):
            symbol = self._symbol_of(key, one, sups, subs)
            if symbol is None or (key in self.scope.sizes and not one.subs):
                continue  # N is the size, beside N_k
            if self.scope.columns_are_examples and any(map(examples.is_number_of_one, sups)):
                symbol = examples.by_columns(symbol) or symbol
            is_counted = symbol.family or symbol.is_numbered
            is_made = symbol.shape is not None and not (symbol.axes or symbol.implicit or symbol.is_input)
            if subs and (symbol.is_lone_number or is_made):
                continue  # a number has no entries: ℓ_c is not ℓ, and r_i not the r of ρ(r)
            above = tuple(row for row in sups if is_counted and examples.is_number_of_one(row))
            inner = tuple(tuple(solid(row)[0].inner) for row in above)
            if all(self._may_be_index(item) for row in (*inner, *subs) for item in items(row)):
                if inner and symbol.implicit:
                    symbol = replace(symbol, implicit=())
                return symbol, tuple(row for row in sups if row not in above), (*inner, *subs)
        whole = examples.whole(one, self.scope.unsaid) if self.scope.columns_are_examples else None
        if whole is None:
            return None, (), ()
        symbol, sups, subs = self.found(whole)
        if symbol is not None and not symbol.is_by_columns and self.scope.unsaid:
            member = examples.by_columns(symbol)
            if member is None:
                return None, (), ()
            self.scope.example_sizes.add(member.family[0])
            return replace(member, implicit=(self.scope.unsaid,)), sups, subs
        return symbol, sups, subs

    def _at_own_step(self, one: Described) -> Described:
        """An entry at a step, y_{t,k}, as entry k of what y_t is there."""
        for row in one.subs if len(one.subs) == 1 else ():
            step, *rest = items(row)
            is_known = f"{one.base}_{script(step, self.scope.steps)}" in self.scope.symbols
            if rest and is_known and plain(step[:1]) in self.scope.steps:
                start = row.index(rest[0][0])
                return replace(one, subs=(step, row[start:]))
        return one

    def _symbol_of(self, key: str, one: Described, sups: Sequence[Row], subs: Sequence[Row]) -> Symbol | None:
        """The symbol of a key; with numbers above it or indices below, the one that has these, beside one without."""
        if any(map(examples.is_number_of_one, sups)):
            mark = NUMBERED
        else:
            mark = INDEXED if subs else "'" * one.primes
        return self.scope.symbols.get(key + mark) or self.scope.symbols.get(key)

    def _may_be_index(self, item: Row) -> bool:
        """Whether something below a symbol can be an index: a number, a step, or a letter that has no other meaning."""
        if len(item) != 1:
            return bool(item)
        one = described(item[0])
        if one is None:
            return item[0].kind != "bracket"
        is_small = (len(one.base) == 1 and one.base.islower()) or one.base in ("ell", "alpha", "beta", "mu", "nu")
        symbol = self.scope.symbols.get(one.base)
        is_free = symbol is None or bool(symbol.family) or one.base in self.scope.bound  # no k_j stands without its j
        return bool(one.subs) or (is_small and is_free)

    def _unnamed(self, one: Described) -> Term:
        """A size, or one of the letters that have a meaning everywhere."""
        node = one.node
        if (number := self._number_of_step(one)) is not None:
            return self.raised(terms.number(str(number)), one.sups, one.primes, node)
        primed = one.base + "'" * one.primes
        if one.primes and not one.subs and primed in self.scope.sizes:
            return self.raised(terms.size_term(self.scope.sizes[primed]), one.sups, 0, node)
        for key, sups, subs in keys(one, self.scope.steps, self.scope.step_sizes):
            if key in self.scope.sizes and not subs:
                return self.raised(terms.size_term(self.scope.sizes[key]), sups, one.primes, node)
        if one.base == "e" and one.sups and not one.subs:
            exponent, *rest = raised_to(one)
            return self.raised(applications.applied(self, "exp", [self.read(exponent)]), rest, one.primes, node)
        if one.base == "pi" and not one.subs:
            return self.raised(Term("pi", ATOM, ()), one.sups, one.primes, node)
        made = applications.constant(self, one)
        if made is not None:
            return made
        if one.sups and not one.subs and (symbol := self.scope.assume(one.base)):
            return self.raised(self.indexed_symbol(symbol, ()), one.sups, one.primes, node)
        self.scope.undeclared.setdefault(one.base, (_printed(node), node.start))
        raise Unread(f"{_printed(node)} is not declared", node.start, node.stop)

    def _number_of_step(self, one: Described) -> int | None:
        """The number that a letter of steps is where it stands for itself, as in α^t and 1/T; None for another one."""
        if one.subs or one.base not in (*self.scope.steps, *self.scope.step_sizes):
            return None
        size = self.scope.sizes.get(one.base)
        is_axis = any(size in symbol.axes for symbol in self.scope.symbols.values())
        return self.scope.steps.get(one.base, None if is_axis else self.scope.step_sizes.get(one.base))

    def indexed_symbol(self, symbol: Symbol, subs: Sequence[Row]) -> Term:
        """A symbol at indices: a member of its family, or an entry."""
        whole = Term(symbol.name, ATOM, symbol.shape, uses=frozenset((symbol.key,)))
        if symbol.classes:
            raise Unread(f"the label {symbol.text or symbol.key} stands where a number is needed")
        if symbol.implicit and self.scope.whole_sample:
            return examples.all_of(whole, symbol)
        given = [plain(item) for row in subs for item in items(row)]
        if symbol.implicit and self.scope.unsaid not in given:
            subs = [*((Node("symbol", letter),) for letter in symbol.implicit), *subs]
        if self._drops_index(symbol, given):
            subs = [(Node("symbol", self.scope.silent),), *subs]
        if symbol.family and not subs:
            raise Unread(f"{symbol.text or symbol.key} stands without the index of its family")
        return self.at_indices(whole, symbol, subs) if subs else whole

    def _drops_index(self, symbol: Symbol, given: Sequence[str]) -> bool:
        """Whether the number of an example goes unsaid here: p_k of p_{i,k}, and ℓ of ℓ_i, where i is dropped."""
        size, axes = self.scope.letter_sizes.get(self.scope.silent, ""), symbol.axes
        if not size or not axes or axes[0] != size or not (symbol.family or len(axes) == 1):
            return False
        is_entry = len(given) == len(axes) - 1 and all(self.scope.letter_sizes.get(one) != size for one in given)
        return not given or is_entry

    def at_indices(self, whole: Term, symbol: Symbol | None, subs: Sequence[Row]) -> Term:
        """An array at the indices of its subscripts. Raises Unread where it is not clear which axes they stand on."""
        subs = [row for row in subs if not _is_size(row)]
        given = [item for row in subs for item in items(row)]
        if not given and whole.shape is not None:
            return whole
        family = symbol.family if symbol else ()
        shape = whole.shape
        if (cut := slices.cut(self.scope, subs)) is not None:
            return slices.slice_of(self, whole, bool(family), *cut)
        if shape is None:
            return self._at_indices_of_a_misfit(whole, given)
        inner = [size for size in shape if size != "1"]
        axes = (*family, *inner)
        if symbol is not None and symbol.is_by_columns:
            return examples.at(self, whole, symbol, given)
        if not family and len(given) == 1 and len(axes) == 2 and self.scope.rows_by_index:
            return examples.row_of(self, whole, given[0])
        self._refuse_one_index(whole, family, inner, given)
        if not family and len(axes) < len(given) <= len(shape):
            return examples.only_row(self, whole, given)
        if len(given) not in (len(axes), len(family)) or not given:
            name = (symbol.text or symbol.key) if symbol else whole.source
            kinds = "an entry has" if inner else "it has"
            raise Unread(f"{name} with {len(given)} indices: {kinds} {len(axes)}")
        self._refuse_other_range(symbol, axes, given)
        is_member = len(given) == len(family) and inner
        sizes: dict[str, str] = {}
        sources = [self.index(item, size, sizes) for item, size in zip(given, axes, strict=False)]
        if not is_member:
            sources = _spread(sources, len(family), shape)
        made = terms.entry(whole, sources, sizes)
        made = shifts.guarded(self, made, list(zip(sources, axes if is_member else (*family, *shape), strict=False)))
        return replace(made, shape=shape) if is_member else made

    def _refuse_one_index(self, whole: Term, family: Sequence[str], inner: Sequence[str], given: Sequence[Row]) -> None:
        """Raises Unread for one index that may be two, as 11, or that runs along another axis than that of members."""
        text = plain(given[0]) if len(given) == 1 else ""
        if text.isdigit() and len(text) == len(family) + len(inner) > 1:
            raise Unread(f"{text} below {whole.source}: one index, or the indices {', '.join(text)}?")
        runs = self.scope.letter_sizes.get(text, "")
        if len(family) == 1 and runs in inner and runs not in family:
            raise Unread(f"{text} runs to {runs}: is it one of the {whole.source}, or an entry of one?")

    def _refuse_other_range(self, symbol: Symbol | None, axes: Sequence[str], given: Sequence[Row]) -> None:
        """Raises Unread for x_i where i numbers the examples, and x is one of them: its entry, or another x?"""
        letter = plain(given[0]) if len(axes) == len(given) == 1 else ""
        runs = self.scope.bound.get(letter) or self.scope.letter_sizes.get(letter, "")
        if letter not in self.scope.bound:
            return
        if symbol is not None and runs and runs != axes[0] and axes[0] in self.scope.sizes.values():
            name = f"{symbol.text or symbol.key} at {plain(given[0])}"
            raise Unread(f"{name}, which runs to {runs}: an entry of what has {axes[0]}, or another one?")

    def _at_indices_of_a_misfit(self, whole: Term, given: Sequence[Row]) -> Term:
        """What does not conform, at indices: that it does not is for the judge to say."""
        sizes: dict[str, str] = {}
        sources = [self.index(item, "", sizes) for item in given]
        return replace(terms.entry(whole, sources, sizes), shape=None)

    def index(self, row: Row, size: str, sizes: dict[str, str]) -> str:
        """One index in Python. sizes: gets what its letter runs to."""
        text = script(row, self.scope.steps)
        if text.isdigit():
            if int(text) < self.scope.first:
                raise Unread("an index of 0: notes count from 1")
            return str(int(text) - self.scope.first)
        if len(solid(row)) > 1:
            return shifts.position(self, row, sizes)
        one = described(solid(row)[0]) if len(solid(row)) == 1 else None
        if one is not None and one.subs and one.base in self.scope.symbols:
            return self._label(one, size, sizes)
        if one is None or one.sups or one.subs or (len(one.base) > 1 and not one.base.isalpha()):
            raise Unread(f"{text} as an index")
        if text in self.scope.sizes and text not in self.scope.bound and text not in self.scope.free:
            raise Unread(f"the last entry, at {text}, is not read")
        others = self.scope.example_sizes - {size}
        if text == self.scope.unsaid and others and size:
            raise Unread(f"{text} numbers the examples, and stands on an axis of {size}")
        letter = self.scope.letter(one.base + "'" * one.primes)
        sizes[letter] = size
        return letter

    def _label(self, one: Described, size: str, sizes: dict[str, str]) -> str:
        """A label as an index: z_{y_i}."""
        symbol = self.scope.symbols[one.base]
        given = [item for row in one.subs for item in items(row)]
        if not symbol.classes or symbol.classes != size or len(given) != 1:
            raise Unread(f"{_printed(one.node)} as an index")
        return f"{symbol.name}[{self.index(given[0], symbol.family[0], sizes)}]"

    def scripted(self, term: Term, node: Node) -> Term:
        """What a bracket or a number becomes by its scripts."""
        if subs := [row for row in node.sub if not _is_size(row)]:
            term = self.at_indices(term, None, subs)
        return self.raised(term, tuple(pieces(node.sup)), node.primes, node)

    def raised(self, term: Term, sups: Sequence[Row], primes: int, node: Node) -> Term:
        """What a thing becomes by its superscripts."""
        if primes:
            if not self.scope.primes_transpose:
                raise Unread(f"{_printed(node)}: a prime of what is no function", node.start, node.stop)
            if term.shape == ():
                raise Unread(f"{_printed(node)}: a number transposed, or its derivative?", node.start, node.stop)
            for _ in range(primes):
                term = terms.transposed(term)
        for row in sups:
            term = self._raised(term, row, node)
        return term

    def _raised(self, term: Term, row: Row, node: Node) -> Term:
        text = plain(row)
        if text in TRANSPOSED and node.kind != "number" and (term.shape != () or not self._is_step(text)):
            return terms.transposed(term)
        if text in INVERTED:
            if not term.is_square and term.shape is not None and len(term.shape) == 2 and "1" not in term.shape:
                raise Unread(f"{_printed(node)}: the inverse of a matrix that is not square", node.start, node.stop)
            inverse = terms.inverse(term) if term.is_square else terms.power(term, terms.number("-1"))
            return terms.transposed(inverse) if text != "-1" else inverse
        if row and row[0].is_("operator", "odot", "circ") and len(row) > 1:
            exponent = self.read(row[1:])
            return terms.made(f"{term.at(ATOM)}**{exponent.at(ATOM)}", terms.POWER, term.shape, term, exponent)
        if row and row[0].kind == "bracket" and row[0].value in ("()", "[]"):
            raise Unread(f"{_printed(node)} is not declared", node.start, node.stop)
        if (one := described(node)) is not None and one.base == "e" and not text.isdigit():
            raise Unread(f"{_printed(node)}: of the e of this page, or of the number?", node.start, node.stop)
        if node.kind == "number" and text in TRANSPOSED:
            raise Unread(f"{_printed(node)}: a transposed number, or a row of such?", node.start, node.stop)
        if any(one.is_("operator", "*", "+", "star") for one in row) and len(row) == 1:
            raise Unread(f"{_printed(node)} is not declared", node.start, node.stop)
        return terms.power(term, self.read(row))

    def _is_step(self, text: str) -> bool:
        symbol = self.scope.symbols.get(text)
        is_number = symbol is not None and symbol.shape in ((), ("1", "1"))  # an array is no exponent
        return text in self.scope.steps or ((is_number or text in self.scope.sizes) and text != "top")

    def _fraction(self, node: Node) -> Term:
        above, below = (self.read(part) for part in node.parts)
        return self.scripted(terms.divided(above, below), node)

    def _root(self, node: Node) -> Term:
        if len(node.parts) > 1:
            raise Unread("a root of another degree than 2", node.start, node.stop)
        inside = self.read(node.inner)
        if inside.is_square:
            raise Unread("a root of a matrix", node.start, node.stop)
        return self.scripted(terms.called("sqrt", inside), node)

    def _bracket(self, node: Node) -> Term:
        if node.value in ("||", "‖‖"):
            return applications.norm(self, node)
        if node.value == "⟨⟩":
            return self.raised(applications.inner_product(self, node), tuple(pieces(node.sup)), node.primes, node)
        if node.value in ("()", "[]", "{}") and node.parts:
            inside = solid(node.inner)
            if [plain(row) for row in node.sub] == ["+"]:  # the positive part
                return self.scripted(terms.called("relu", self.expression(inside)), replace(node, sub=()))
            if dotted.is_row(node):
                return self.scripted(dotted.row(self, node), node)
            if node.value == "()" and any(one.kind == "relation" for one in inside):
                raise Unread(f"{_printed(node)}: a condition, or 1 where it holds?", node.start, node.stop)
            if any(one.kind == "relation" for one in inside):
                return self.scripted(sums.indicator(self, inside), node)
            if any(one.is_("operator", ",") for one in inside):
                return self.scripted(applications.listed(self, node), node)
            return self.scripted(self.expression(inside), node)
        raise Unread(f"brackets {node.value[0]} {node.value[-1]}", node.start, node.stop)

    def _brace(self, node: Node) -> Term:
        return self.scripted(self.read(node.inner), node)

    def _matrix(self, node: Node) -> Term:
        if node.value.endswith("cases"):
            return sums.cases(self, node)
        if node.value in ("vmatrix", "Vmatrix"):
            raise Unread("bars around a matrix that is written out", node.start, node.stop)
        if any(one.kind == "dots" for cell in node.parts for one in cell):
            return self.scripted(dotted.matrix(self, node), node)
        return self.scripted(applications.blocks(self, node), node)

    _OF: Mapping[str, Callable[[Reader, Node], Term]] = {
        "number": _number,
        "symbol": _symbol,
        "word": _symbol,
        "font": _symbol,
        "accent": _symbol,
        "group": _symbol,
        "fraction": _fraction,
        "root": _root,
        "bracket": _bracket,
        "brace": _brace,
        "matrix": _matrix,
    }


def _refuse_numbers(nodes: Sequence[Node], at: int) -> None:
    """Raises Unread for numbers side by side, as in 1 000 and 3½."""
    node, behind = nodes[at], nodes[at + 1] if at + 1 < len(nodes) else None
    if behind is None:
        return
    scripts = [one for row in (*node.sup, *node.sub) for one in row]
    if behind.is_("number") and any(one.is_("number") and one.stop == behind.start for one in scripts):
        raise Unread(f"{_printed(node)}{_printed(behind)}: a script of which one digit is printed so", node.start)
    if not node.is_("number") or node.is_scripted:
        return
    parts = behind.parts if behind.kind == "fraction" else ((behind,),)
    if all(one.is_("number") for part in parts for one in solid(part)):
        raise Unread(f"{node.value} {_printed(behind)}: one number, or a product?", node.start, behind.stop)


def _is_of_exp(one: Described, symbol: Symbol) -> bool:
    """Whether it is the number e, to a power, beside errors e_i: an array has no such powers."""
    texts = [plain(row) for row in one.sups]
    is_power = bool(texts) and not any(text.isdigit() or text in TRANSPOSED or text == "-1" for text in texts)
    return one.base == "e" and is_power and not one.subs and bool(symbol.axes)


def _may_be_below(term: Term) -> bool:
    """Whether it can be a factor of what is divided by: a number that is no sum."""
    return term.is_number and ".sum(" not in term.source


def _is_size(row: Row) -> bool:
    """Whether what stands below says a size: [a - y]_{1×1}."""
    return any(node.is_("operator", "times") for node in row)


def _unbraced(node: Node) -> Node:
    """What stands above a brace, if it is one thing."""
    inside = solid(node.inner) if node.kind == "brace" and not node.is_scripted else []
    return inside[0] if len(inside) == 1 else node


def _spread(sources: Sequence[str], count: int, shape: Sequence[str]) -> list[str]:
    """Indices of all axes: those of one position have 0."""
    given = list(sources)
    found, rest = given[:count], iter(given[count:])
    return [*found, *(next(rest) if size != "1" else "0" for size in shape)]


def _signed(nodes: Sequence[Node]) -> list[tuple[str, list[Node]]]:
    """Parts with the signs in front of them; a sign behind a sign, or behind · and /, is a part's own."""
    found: list[tuple[str, list[Node]]] = []
    current: list[Node] = []
    sign = "+"
    for node in nodes:
        behind = current[-1] if current else None
        is_sign = node.is_("operator", *SIGNS) and not node.is_scripted
        if is_sign and node.value in ("pm", "mp"):
            raise Unread("± has two values", node.start, node.stop)
        if is_sign and (behind is None or not behind.is_("operator", *PRODUCTS)):
            if current:
                found.append((sign, current))
                sign = node.value
            elif found:
                raise Unread(f"{sign} {node.value}", node.start, node.stop)
            else:
                sign = node.value
            current = []
        else:
            current.append(node)
    return [*found, (sign, current)]


def _flat(term: Term) -> str:
    """Source without brackets of products, which associate."""
    return (
        f"{term.shape} {re.sub('[() ]', '', term.source)}" if "*" not in term.source else f"{term.shape} {term.source}"
    )


def _printed(node: Node) -> str:
    return plain((node,))


def _words(node: Node) -> str:
    if node.kind == "text":
        return f"the words “{node.value}”"
    return {"dots": "…", "partial": "∂ alone", "operator": f"the sign {node.value}"}.get(node.kind, f"{_printed(node)}")
