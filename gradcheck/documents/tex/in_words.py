r"""Sizes in words and in tables: $X$ is a real $n \times p$ matrix, $v$ a vector of length $d$, $W$: $(h, d)$.

A sentence is looked at with marks for its formulas. What it says has to be said in one of few forms; all else says
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from gradcheck.documents.tex import declarations, in_code
from gradcheck.documents.tex.declarations import (
    BITS,
    IDENTITIES,
    IDENTITY,
    ONES,
    POSITIVE,
    REAL,
    SIGNS,
    Context,
    Declared,
)
from gradcheck.documents.tex.drafts import Stated
from gradcheck.documents.tex.errors import Unread
from gradcheck.documents.tex.pages import Page
from gradcheck.documents.tex.reads import Reader
from gradcheck.documents.tex.scripts import TRANSPOSED, Described, described
from gradcheck.documents.tex.sentences import MARK, Sentence, cells, sentences
from gradcheck.documents.tex.sizes import size_of
from gradcheck.documents.tex.statements import Side, Statement
from gradcheck.documents.tex.tree import Node, plain, solid, walked

_LIST = rf"(?P<names>{MARK}(?:,? (?:and|or) {MARK}|, ?{MARK})*)"
_SIZES = rf"(?P<sizes>{MARK}(?:,? and {MARK}|, ?{MARK})*)"
_SIZE = rf"(?P<sizes>{MARK})"
_BE = r"(?:be|is|are|denotes?|being)"
_WORD = r"(?:(?!(?:of|by|with|and|or|to|in|on|for|from|than|an?|the|not|no|if)\b)[a-z][a-z-]* )"
_ARRAY = r"(?:matrix|matrices|vectors?|arrays?|tensors?)"
_NOUN = rf"(?:(?:an?|the|our|some|any|two|three|all|both) )?{_WORD}{{0,4}}{_ARRAY}"
_END = r"(?= ?(?:[,;.)|&:]|$|and\b|with\b|so\b|while\b|but\b|where\b|for\b|\())"

_OF_SHAPE = re.compile(
    rf"{_LIST} ?[,(]? ?(?:{_BE} )?(?:{_NOUN},? )?(?:has |have |having |of |with )?(?:the |an? )?"
    rf"(?:shape|size|dimension|dimensionality)s? ?(?:of |is |are |:|=)? ?{_SIZES}",
    re.I,
)
_IS_ARRAY = re.compile(
    rf"{_LIST} ?(?:[,:(=–—-] ?(?:an?|the|two|some|both)?|(?:{_BE}|for)(?: an?| the| two| some| both)?|an?|the) ?"
    rf"{_WORD}{{0,3}}{_SIZE}[ -]*(?:(?:dimensional|element|component) )?{_WORD}{{0,3}}{_ARRAY}\b(?! ?⟨)",
    re.I,
)
_ARRAY_NAMED = re.compile(
    rf"{_SIZE}[ -]*(?:(?:dimensional|element|component) )?{_WORD}{{0,3}}{_ARRAY} (?:called |named )?{_LIST}", re.I
)
_BARE = re.compile(rf"{_LIST} ?(?:is|are|:|[-–—]+|\(|has|lies in|lives in|belongs to|,? which is) ?{_SIZE}{_END}", re.I)
_IN_SET = re.compile(
    rf"{_LIST},? (?:{_BE} )?(?:of )?(?:(?:an?|the|two|some|all|any) )?{_WORD}{{0,4}}(?:vectors? |matri(?:x|ces) )?"
    rf"in {_SIZE}",
    re.I,
)
_SQUARE = re.compile(
    rf"{_LIST} ?{_BE} (?:an? |the |all |both )?{_WORD}{{0,2}}square,? (?:of (?:size|dimension|order)s? |with )?{_SIZE}"
    r"(?= ?(?:[,;.)]|$|and\b|with\b|matri))",
    re.I,
)
_LENGTH = r"(?:of|with|has|have) (?:the )?(?:length|size|dimension)"
_VECTORS = re.compile(rf"\bvectors? {_LIST},? {_LENGTH} {_SIZE}{_END}", re.I)
_IS_VECTOR = re.compile(rf"{_LIST},? (?:{_BE} )?(?:an? |the )?{_WORD}{{0,3}}vectors?,? {_LENGTH} {_SIZE}{_END}", re.I)
_ONES = re.compile(
    rf"{_LIST} ?(?:(?:=|{_BE}|for),? ?)?(?:the |an? )?(?P<way>row|column|vector)(?: vector)? of "
    rf"(?:the )?{_SIZE} ones\b",
    re.I,
)
_ALL_ONES = re.compile(rf"{_LIST} ?{_BE} (?:an? |the )?all-ones vectors? of (?:length|size|dimension)s? {_SIZES}", re.I)
_COUNTED = re.compile(
    rf"{_LIST},? (?:(?:{_BE} )?{_NOUN} )?(?:has|have|with) (?P<rows>{MARK}) rows(?:,| and) (?P<columns>{MARK}) columns",
    re.I,
)
_NUMBERS = re.compile(
    rf"\b(?:an?|the|some|two|of|and|with|for|,)? ?(?P<kind>(?:[a-z-]+ )?(?:scalars?|real numbers?|reals|numbers))"
    r"(?: (?:bias|biases|parameters?|constants?|inputs?|targets?|states?|weights?|signals?|coefficients?))?"
    rf" {_LIST}(?! of\b)",
    re.I,
)
_IS_NUMBER = re.compile(
    rf"{_LIST} {_BE} (?:(?:just|simply|only) )?(?:an?|the|all|both)? ?(?P<kind>{_WORD}{{0,2}}(?:scalars?|numbers?))"
    r"(?= ?(?:[,;.)]|$|and\b|with\b))",
    re.I,
)
_ARRAYS = (
    _ONES,
    _ALL_ONES,
    _SQUARE,
    _COUNTED,
    _VECTORS,
    _IS_VECTOR,
    _OF_SHAPE,
    _IS_ARRAY,
    _ARRAY_NAMED,
    _BARE,
    _IN_SET,
)
_SCALARS = (_NUMBERS, _IS_NUMBER)

_SPECIAL = re.compile(
    r"\b(?:square|symmetric|definite|orthogonal|orthonormal|unit|normali[sz]ed|binary|one-hot)\b", re.I
)
"""Words of a condition that what is said of all values does not need to fulfil."""
_CASE = re.compile(r"\b(?:if|when|whenever|unless|in case|for example|e\.g\.|say|otherwise)\b[^⟨.;:]{0,30}\Z", re.I)
_OTHER = re.compile(
    r"\b(?:diagonal|triangular|skew|anti-?symmetric|permutation|(?<!value )(?<!query )(?<!key )(?<!output )"
    r"(?<!input )(?<!linear )(?<!learned )projection|projector|idempotent|stochastic|zero|zeros|"
    r"complex|integers?|natural|whole|prime|even|odd|random|whose|sets?|sub|block|gradients?|jacobians?|"
    r"hessians?|derivatives?)\b",
    re.I,
)
"""What would have to be understood, too, or is no array."""
_MANY = re.compile(
    rf"\b(?:are|be|have|both|matrices|vectors|arrays|being)\b|{MARK},? and {MARK}.*\b(?:of|with|for)\b", re.I
)
"""Words behind which several letters are meant, and not the last one alone."""
_POINT = re.compile(
    r"\b(?:point|solution|minimi[a-z]+|maximi[a-z]+|values?|root|coordinates|pair|interval|tuple)\b", re.I
)
_ENTRIES = re.compile(r"\b(?:entries|elements|components|values)\b", re.I)
_BITS = re.compile(r"\bbinary\b|(?<![-−]1 or )(?<!\d)0(?:,| or | and |/) ?1(?!\d)|\{0, ?1\\?\}", re.I)
_SIGNS = re.compile(
    r"(?:[-−]1(?:,| or | and |/) ?\+?1(?!\d))|(?:\+1(?:,| or | and |/) ?[-−]1(?!\d))|[±]1|\\pm ?1", re.I
)
_ONE = (Node("number", "1"),)


@dataclass(frozen=True)
class Sizes:
    """axes: rows of signs, one for each axis; a set stands alone; none for a number. is_pair: whether it is (n, d)."""

    axes: tuple[tuple[Node, ...], ...] = ()
    is_set: bool = False
    is_pair: bool = False

    @property
    def may_be_values(self) -> bool:
        """Whether it is a pair of numbers, as a point is, too."""
        return self.is_pair and all(plain(row).isdigit() for row in self.axes)


@dataclass(frozen=True)
class Said:
    """What letters are said to be. is_shape: whether the sizes can be nothing else."""

    one: Stated
    names: Side
    sizes: Sizes
    context: Context
    domain: str = REAL
    is_shape: bool = False


def found(page: Page, stated: Sequence[Stated]) -> list[Said]:
    """What the sentences and tables of a page say of the sizes of letters."""
    every: list[Said] = []
    seen = _first_places(stated)
    for sentence in sentences(page, stated, in_code.found(page, stated)):
        row = cells(sentence)
        every += _in_row(sentence, row) if row else _in_sentence(sentence, seen)
        every += [said for one in sentence.formulas.values() for said in _in_one(one, sentence)]
    speaks_of_shapes = re.search(r"\b(?:shape|size|dimension)s?\b", page.text, re.I) is not None
    are_shapes = speaks_of_shapes or any(one.sizes.is_pair and not one.sizes.may_be_values for one in every)
    return [said for said in every if are_shapes or said.is_shape or not said.sizes.may_be_values]


def declared(reader: Reader, said: Said) -> Iterator[Declared]:
    """What it declares. Raises Unread."""
    if said.sizes.is_set:
        statement = Statement((said.names, Side("in", said.sizes.axes[0])))
        yield from declarations.declared(reader, statement, said.context)
        return
    for one, indices in declarations.names(reader, said.names):
        if one is None:
            continue
        given = indices if all(name in reader.scope.bound_somewhere for name in indices) else ()
        sizes = tuple(size_of(reader, row) for row in said.sizes.axes)
        shape = (*sizes, "1")[:2] if sizes else ()
        are_entries = len(given) == 2 and "1" not in shape and shape  # weights V_ji, an h × d matrix
        family = () if are_entries else tuple(declarations.range_of(reader, said.context, name) for name in given)
        text, place = plain((one.node,)), one.node.start
        key = declarations.key_of(reader, one, given)
        found = Declared(key, said.domain, shape, family, text, place=place, letters=given)
        yield _identity(found, one, said) or (declarations.said(found, said.context) if shape else found)


def _identity(found: Declared, one: Described, said: Said) -> Declared | None:
    """The identity matrix, where it is said to be one."""
    words = f"{said.context.before} {said.context.after}"
    is_one = one.base in IDENTITIES and re.search(r"\bidentity\b", words)
    return replace(found, domain=IDENTITY) if is_one else None


def _first_places(stated: Sequence[Stated]) -> dict[str, int]:
    """Where each letter stands first on the page."""
    seen: dict[str, int] = {}
    for node in (node for one in stated for side in one.statement.sides for node in walked(side.nodes)):
        if (one := described(node)) is not None:
            seen[one.base] = min(node.start, seen.get(one.base, node.start))
    return seen


# ---- sentences -------------------------------------------------------------------------------------------------------


def _in_sentence(sentence: Sentence, seen: Mapping[str, int]) -> Iterator[Said]:
    """What a sentence says, of each letter once. seen: where each letter stands first on the page."""
    found: dict[str, Said] = {}
    for pattern in (*_ARRAYS, *_SCALARS):
        for match in _matches(pattern, sentence.text):
            if not _CASE.search(sentence.text[: match.start()]) or _is_first(sentence, match, seen):
                for said in _numbers(sentence, match) if pattern in _SCALARS else _arrays(sentence, match):
                    found.setdefault(said.names.text, said)
    yield from found.values()


def _is_first(sentence: Sentence, match: re.Match[str], seen: Mapping[str, int]) -> bool:
    """Whether `if Z is an n × p matrix` says what Z is: nothing did before, and there is nothing special in it."""
    if match.re is not _IS_ARRAY or _SPECIAL.search(_words(match[0])):
        return False
    sides = [side for _, side in _names(sentence, match["names"])]
    letters = [(node.start, one.base) for side in sides for node in side.nodes if (one := described(node)) is not None]
    return bool(letters) and all(seen.get(base) == start for start, base in letters)


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Its places, which may lie in each other: what ends one list of sizes begins another of letters."""
    match = pattern.search(text)
    while match is not None:
        yield match
        match = pattern.search(text, match.start() + 1)


def _numbers(sentence: Sentence, match: re.Match[str]) -> Iterator[Said]:
    if not _OTHER.search(match["kind"]):
        domain = POSITIVE if re.search(r"(?<!non-)\bpositive\b", match["kind"], re.I) else REAL
        yield from (Said(one, names, Sizes(), Context(), domain) for one, names in _names(sentence, match["names"]))


def _arrays(sentence: Sentence, match: re.Match[str]) -> Iterator[Said]:
    text = sentence.text
    context = Context(text[: match.start()], f"{_words(match[0])} {_clause(text[match.end() :])}")
    near = f"{text[max(match.start() - 30, 0) : match.start()].rpartition('⟩')[2]} {_words(match[0])}"
    if _OTHER.search(near) or (match.re is _BARE and _POINT.search(near)):
        return
    given = _sizes_in(sentence, match)
    if match.re is _IN_SET and not all(one.is_set for one in given):
        return
    names = list(_names(sentence, match["names"], is_in_set=match.re is _IN_SET))
    if len(names) > 1 and not _MANY.search(f"{match['names']} {_words(match[0])}"):
        names = names[-1:]
    is_first_alone = len(given) > 1 and given[0].axes and not any(one.axes for one in given[1:])
    if len(given) == 1 or is_first_alone:
        given = given[:1] * len(names)
    if len(given) != len(names) or not all(one.axes for one in given):
        return
    domain = ONES if match.re in (_ONES, _ALL_ONES) else _domain(sentence, text[match.end() :], near)
    for (one, side), sizes in zip(names, given, strict=True):
        yield Said(one, side, sizes, context, domain, ":" in match[0])


def _sizes_in(sentence: Sentence, match: re.Match[str]) -> list[Sizes]:
    """The sizes that are said, for all letters or for each of them."""
    if match.re is _COUNTED:
        axes = tuple(_single(_one_side(sentence, match[name])) for name in ("rows", "columns"))
        return [Sizes(axes if all(axes) else ())]
    is_one = match.re is not _BARE and _is_of_one_size(match[0])
    given = [_sizes_of(_one_side(sentence, mark), is_one) for mark in re.findall(MARK, match["sizes"])]
    if match.re is _ONES and match["way"].lower() == "row":
        given = [Sizes((_ONE, *one.axes)) for one in given if len(one.axes) == 1]
    return given


def _is_of_one_size(words: str) -> bool:
    """Whether one size is meant: of a d-dimensional vector, a d-vector, a vector of length d, a row of m ones."""
    of_one = rf"{MARK}(?: ?-vector|[ -]*(?:dimensional|element|component)\b| ones\b)|\bvectors?\b.*{MARK}\Z"
    return re.search(of_one, words, re.I) is not None


def _words(text: str) -> str:
    return re.sub(MARK, " ", text)


def _clause(words: str) -> str:
    """The words behind, as far as they speak of the same."""
    return re.split(rf"[,;]|\band\b|{MARK}", words)[0]


def _domain(sentence: Sentence, behind: str, near: str) -> str:
    """What the entries are said to be."""
    behind = re.split(rf"[;]|{MARK}(?! or| and|\))", behind)[0]
    for mark, inside in sentence.formulas.items():
        tex = inside[0].formula.tex
        behind = behind.replace(mark, tex if re.fullmatch(r"[-+\\{}0-9, pm]*", tex) else mark)
    words = f"{near} {behind}" if _ENTRIES.search(behind) else near
    return SIGNS if _SIGNS.search(words) else BITS if _BITS.search(words) else REAL


# ---- rows of tables --------------------------------------------------------------------------------------------------


def _in_row(sentence: Sentence, row: Sequence[str]) -> Iterator[Said]:
    """The letters of a cell, where one other cell is nothing but sizes or a set."""
    place = next((i for i, cell in enumerate(row) if _is_list(sentence, cell)), None)
    if place is None:
        return
    behind = row[place + 1 :]
    sizes = [_sizes_of(_one_side(sentence, cell), False) for cell in behind if re.fullmatch(MARK, cell)]
    sizes = [one for one in sizes if one.axes]
    words = _words(" ".join(cell for cell in row if not re.fullmatch(MARK, cell)))
    if len(sizes) != 1 or _OTHER.search(words):
        return
    domain = _domain(sentence, "", words)
    for one, names in _names(sentence, row[place]):
        yield Said(one, names, sizes[0], Context("", words), domain, is_shape=True)


def _is_list(sentence: Sentence, cell: str) -> bool:
    match = re.fullmatch(rf"(?:[\w-]+:? )?{_LIST}", cell)
    return match is not None and bool(list(_names(sentence, match["names"])))


def _in_one(inside: Sequence[Stated], sentence: Sentence) -> Iterator[Said]:
    r"""A letter and its sizes in one formula: $W (d \times h)$, $W: d \times h$."""
    sides = inside[0].statement.sides if len(inside) == 1 else ()
    nodes = solid(sides[0].nodes) if len(sides) == 1 else []
    if len(nodes) > 2 and nodes[1].is_("operator", ":"):
        nodes = [nodes[0], *nodes[2:]]
    elif (
        len(nodes) != 2
        or not nodes[1].is_("bracket", "()")
        or not any(n.is_("operator", "times") for n in nodes[1].inner)
    ):
        return
    sizes = _sizes_of(Side("", tuple(nodes[1:])), False)
    if sizes.axes and _is_name(nodes[0]):
        yield Said(inside[0], Side("", (nodes[0],)), sizes, Context("", _clause(sentence.text)), is_shape=True)


# ---- letters and sizes -----------------------------------------------------------------------------------------------


def _one_side(sentence: Sentence, mark: str) -> Side | None:
    """What a formula is, where it is one thing alone."""
    inside = sentence.formulas[mark]
    sides = inside[0].statement.sides if len(inside) == 1 else ()
    return sides[0] if len(sides) == 1 else None


def _names(sentence: Sentence, text: str, is_in_set: bool = False) -> Iterator[tuple[Stated, Side]]:
    """The formulas that list letters; none if one of them does not. is_in_set: they may be x_1, …, x_n, and w ≠ 0."""
    marks = re.findall(MARK, text)
    sides = [_one_side(sentence, mark) or (_not_zero(sentence, mark) if is_in_set else None) for mark in marks]
    if all(side is not None and _lists(side, is_in_set) for side in sides):
        yield from ((sentence.formulas[mark][0], side) for mark, side in zip(marks, sides, strict=True) if side)


def _not_zero(sentence: Sentence, mark: str) -> Side | None:
    """The w of w ≠ 0."""
    inside = sentence.formulas[mark]
    sides = inside[0].statement.sides if len(inside) == 1 else ()
    is_one = len(sides) == 2 and sides[1].sign == "!=" and sides[1].text in ("0", "bold:0")
    return sides[0] if is_one else None


def _lists(side: Side, may_go_on: bool = False) -> bool:
    parts = _parts(side.nodes, ",")
    named = [part for part in parts if not (may_go_on and len(part) == 1 and part[0].kind == "dots")]
    return bool(named) and all(len(part) == 1 and _is_name(part[0]) for part in named)


def _is_name(node: Node) -> bool:
    """Whether it is a letter that has a meaning of its own: Wᵀ has none, nor has x²."""
    one = described(node)
    if one is None or one.primes or one.node.kind == "number":
        return False
    above = [plain(row) for row in one.sups]
    is_made = any(text in TRANSPOSED or re.match(r"[-+\d]|top|dagger", text) for text in above)
    return not is_made and not any(":" in plain(row) or "dots" in plain(row) for row in (*one.sups, *one.subs))


def _parts(nodes: Sequence[Node], sign: str) -> list[list[Node]]:
    parts: list[list[Node]] = [[]]
    for node in solid(nodes):
        if node.is_("operator", sign):
            parts.append([])
        else:
            parts[-1].append(node)
    return parts if all(parts) else []


def _sizes_of(side: Side | None, may_be_one: bool) -> Sizes:
    r"""The sizes $n \times d$ and $(n, d)$, or a set. may_be_one: whether $d$ is the size."""
    nodes = [node for node in solid(side.nodes) if not node.is_("operator", ".", ";")] if side is not None else []
    if len(nodes) == 1 and _is_set(nodes[0]):
        return Sizes((tuple(nodes),), is_set=True)
    is_pair = len(nodes) == 1 and nodes[0].is_("bracket", "()") and not nodes[0].is_scripted
    parts = _parts(nodes[0].inner if is_pair else nodes, "times")
    is_tuple = is_pair and len(parts) == 1
    if is_tuple:
        parts = _parts(nodes[0].inner, ",")
    is_one = may_be_one and len(parts) == 1 and plain(tuple(parts[0])) not in ("1", "ell", "r")
    if (len(parts) == 2 or is_one) and all(_is_size(part) for part in parts):
        return Sizes(tuple(map(tuple, parts)), is_pair=is_tuple)
    return Sizes()


def _single(side: Side | None) -> tuple[Node, ...]:
    nodes = tuple(solid(side.nodes)) if side is not None else ()
    return nodes if nodes and _is_size(nodes) else ()


def _is_set(node: Node) -> bool:
    one = described(node)
    is_power = one is not None and one.base.startswith("bb:")
    return is_power or (node.is_("bracket", "{}") and bool(node.sup))


def _is_size(nodes: Sequence[Node]) -> bool:
    """Whether it may be a size by its looks: no letter of points and functions."""
    letters = [one for node in nodes if (one := described(node)) is not None]
    are_known = all(
        node.kind in ("symbol", "number", "operator", "font", "word") or _is_bracket(node) for node in nodes
    )
    return are_known and not any(one.base in "xyzuvwfg" or one.primes for one in letters)


def _is_bracket(node: Node) -> bool:
    return node.is_("bracket", "()") and not node.is_scripted and _is_size(solid(node.inner))


def safely(reader: Reader, said: Said) -> list[Declared]:
    """The same as `declared`; nothing where it is not understood."""
    with suppress(Unread, RecursionError):
        return list(declared(reader, said))
    return []
