r"""Rows, columns and entries that words name: $X$ with rows $x_i^\top$, $a_i$ for the $i$-th column of $A$."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from gradcheck.documents.tex.drafts import Stated
from gradcheck.documents.tex.pages import Page
from gradcheck.documents.tex.scripts import TRANSPOSED, Described, described, items
from gradcheck.documents.tex.sentences import MARK, Sentence, sentences
from gradcheck.documents.tex.statements import EQUAL
from gradcheck.documents.tex.tree import Node, plain, solid, walked

ROWS, COLUMNS, ENTRIES = "row", "column", "entry"

_MANY = rf"{MARK}(?:(?:,? and |, ?){MARK})*"
_NTH = rf"(?:(?:{MARK} ?-?(?:th|st)|[a-z]-?th|\w+) )?"
_KIND = r"(?P<kind>row|column|entr(?:y|ie)|element|component)s?"
_FORMS = (
    rf"(?P<wholes>{_MANY})(?: (?:is|be) (?:the|an?) [^⟨.;]{{0,40}}?matrix)?,? ?\(?(?:with|has|have|having|whose|of) "
    rf"(?:the |as )?(?:{_NTH})(?:its )?{_KIND}"
    rf"(?: vectors)?,? (?:are |is |being )?(?:the )?(?P<members>{_MANY})",
    rf"(?P<wholes>{_MANY}) \((?:with )?{_KIND} (?P<members>{_MANY})\)",
    rf"(?P<members>{_MANY}),? (?:(?:is|are|be|being|for|denotes?) )?(?:the )?{_NTH}{_KIND}(?: vectors)?(?: {MARK})? of "
    rf"(?:the matri\w+ )?(?P<wholes>{_MANY})",
    rf"(?:the )?{_NTH}{_KIND} of (?P<wholes>{_MANY}) (?:are|is) (?:the )?(?P<members>{_MANY})",
    rf"(?P<wholes>{_MANY})[^⟨.;]{{0,30}} (?:which|that) has (?:the )?(?P<members>{_MANY}) as (?:its |the )?{_KIND}",
    rf"{_NTH}{_KIND} (?P<members>{MARK}) of (?P<wholes>{MARK})",
)
_TIES = tuple(re.compile(form, re.I) for form in _FORMS)


_BY_SMALL = re.compile(
    r"\b(row|column)s\s+of\s+(?:an?\s+|the\s+|all\s+)?matri(?:x|ces)\s+are\s+(?:denoted\s+by|written\s+(?:as|with))\s+"
    r"(?:the\s+)?(?:corresponding\s+|same\s+)?(?:lower-?\s?case|small)\s+letters?",
    re.I,
)
"""What is said of the letters of rows or columns."""


@dataclass(frozen=True)
class Tie:
    """What matrix a letter with an index is a row, a column or an entry of."""

    whole: Described
    member: Described
    kind: str


def found(page: Page, stated: Sequence[Stated]) -> list[Tie]:
    """What words say of rows, columns and entries; none of a letter of which they say two things."""
    every = [tie for sentence in sentences(page, stated) for form in _TIES for tie in _ties(sentence, form)]
    if (match := _BY_SMALL.search(page.text)) is not None:
        every += _of_capitals(stated, match[1].lower(), {tie.member.base for tie in every})
    said = {(tie.whole.base, tie.member.base, tie.kind) for tie in every}
    return [tie for tie in every if sum(member == tie.member.base for _, member, _ in said) == 1]


def _of_capitals(stated: Sequence[Stated], kind: str, known: Container[str]) -> Iterator[Tie]:
    """Small letters with one index, each a row or a column of the matrix that the capital letter is."""
    nodes = [node for one in stated for side in one.statement.sides for node in walked(side.nodes)]
    letters = {one.base: one for one in map(described, nodes) if one is not None and not one.subs}
    members = {one.base: one for one in map(described, nodes) if one is not None and _index(one)}
    for base, member in members.items():
        whole = letters.get(base.upper()) if len(base) == 1 and base.islower() and base not in "de" else None
        if whole is not None and base not in known:
            yield Tie(whole, member, kind)


def _ties(sentence: Sentence, form: re.Pattern[str]) -> Iterator[Tie]:
    at = 0
    while (match := form.search(sentence.text, at)) is not None:
        are_behind = match.start("members") > match.start("wholes")
        every = [(mark.start(), sentence.formulas[mark[0]]) for mark in _marks(match, "members")]
        members, cut = _members(every, are_behind)
        at = cut if are_behind and cut else match.end()
        marks = list(_marks(match, "wholes"))
        wholes = [one for mark in marks for one in _listed(sentence.formulas[mark[0]])]
        if not are_behind:  # what is listed behind the matrix has an index: it is the next that is spoken of
            others = (mark.start() for mark in marks if any(map(_index, _listed(sentence.formulas[mark[0]]))))
            at = min([at, *others])
        kind = match["kind"].lower()
        kind = kind if kind in (ROWS, COLUMNS) else ENTRIES
        wholes = [one for one in wholes if not _index(one)]
        count = len(members)
        if not count or len(wholes) < count:
            continue
        for whole, member in zip(wholes[-count:] if are_behind else wholes[:count], members, strict=True):
            is_laid = any(plain(row) in TRANSPOSED for row in member.sups) or member.primes
            if not whole.primes and not (kind == COLUMNS and is_laid):
                yield Tie(whole, member, kind)


def _marks(match: re.Match[str], group: str) -> Iterator[re.Match[str]]:
    return re.compile(MARK).finditer(match.string, *match.span(group))


def _members(every: Sequence[tuple[int, Sequence[Stated]]], are_behind: bool) -> tuple[list[Described], int]:
    """The letters with an index that stand next to the word, and where the list ends that others go on: x_i, and T."""
    found: list[Described] = []
    for place, inside in every if are_behind else reversed(every):
        letters = _listed(inside)
        is_equation = len(inside[0].statement.sides) > 1 and inside[0].statement.sides[1].sign in EQUAL
        if not letters or any(not _index(one) for one in letters) or (is_equation and found):
            return found, place
        found = [*found, *letters] if are_behind else [*letters, *found]
    return found, 0


def _listed(inside: Sequence[Stated]) -> list[Described]:
    """The letters of a list, and of what is said to be in a set or equal to something; those of x_1, …, x_n once."""
    sides = inside[0].statement.sides if len(inside) == 1 else ()
    if not sides or (len(sides) > 1 and sides[1].sign not in ("in", *EQUAL)):
        return []
    nodes = [node for node in solid(sides[0].nodes) if not node.is_("operator", ",") and node.kind != "dots"]
    letters = [_letter(node) for node in nodes]
    return list({one.base: one for one in letters if one is not None}.values()) if all(letters) else []


def _letter(node: Node) -> Described | None:
    """A letter, and that in the brackets of (x^{(i)})ᵀ."""
    inside = solid(node.inner) if node.is_("bracket", "()") and not node.sub else []
    if len(inside) == 1 and all(plain(row) in TRANSPOSED for row in node.sup):
        return described(replace(inside[0], sup=(*inside[0].sup, *node.sup)))
    return described(node)


def _index(one: Described) -> str:
    """The one index that a letter has below it, or in brackets above; "" if it has none, or several."""
    above = [solid(row)[0] for row in one.sups if plain(row) not in TRANSPOSED]
    rows = [*one.subs, *(tuple(node.inner) for node in above if node.is_("bracket", "()"))]
    if len(rows) != 1 or len(above) > 1 or len(items(rows[0])) != 1:
        return ""
    text = plain(rows[0])
    return text if re.fullmatch(r"[a-z]|[A-Z]|1", text) else ""
