r"""What is said of entries apart from where they are declared: each row of $Y$ is one-hot, $\sum_k p_k = 1$."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gradcheck.documents.tex.declarations import (
    BITS,
    DISTRIBUTION,
    ONE_HOT,
    POSITIVE,
    REAL,
    SUMS,
    UNIT,
    UNSAID,
    Declared,
)
from gradcheck.documents.tex.drafts import Stated
from gradcheck.documents.tex.pages import Page
from gradcheck.documents.tex.scripts import TRANSPOSED, Described, described, items
from gradcheck.documents.tex.sentences import MARK, sentences
from gradcheck.documents.tex.statements import Statement
from gradcheck.documents.tex.tree import plain, solid

_ONE_HOT = re.compile(r"\bone[- ]hot\b|\ba single (?:1|one)\b|\bexactly one (?:1|one)\b", re.I)
_EACH = re.compile(
    rf"\b(?:each|every|all|the) (?P<kind>row|column)s? of (?P<name>{MARK}) (?:is|are|has|have|sums?|adds?)\b[^⟨.;,]*",
    re.I,
)
_ALONG = re.compile(rf"(?P<name>{MARK}) (?:is |are |being )?one[- ]hot (?:in|over|along) (?P<letter>{MARK})", re.I)
_CASE = re.compile(r"\b(?:if|when|whenever|unless|in case|for|assum\w+|suppos\w+)\b[^.;]*\Z", re.I)


@dataclass(frozen=True)
class Whole:
    """What sums to one. letters: its indices there, and along: the one along which, or `row` or `column`."""

    letter: Described
    letters: tuple[str, ...]
    along: str
    is_one_hot: bool


def found(page: Page, stated: Sequence[Stated]) -> list[Whole]:
    """What a page says to sum to one, for all of it."""
    every = []
    for sentence in sentences(page, stated):
        for form in (_EACH, _ALONG):
            for match in form.finditer(sentence.text):
                one = _letter(sentence.formulas[match["name"]])
                is_case = _CASE.search(sentence.text[: match.start()])
                is_one_hot = _ONE_HOT.search(match[0]) is not None
                if one is None or is_case or not (is_one_hot or SUMS.search(match[0])):
                    continue
                along = match["kind"].lower() if form is _EACH else _text(sentence.formulas[match["letter"]])
                every.append(Whole(one, _indices(one), along, is_one_hot))
    inline = (one for one in stated if not one.formula.is_display and not _CASE.search(one.context.before))
    return [*every, *(whole for one in inline for whole in _summed(one.statement))]


def constrained(found: Declared, said: Whole) -> Declared:
    """What is declared, with what else is said of it; the same where it does not fit."""
    sizes = (*found.family, *found.shape)
    axes = [axis for axis, size in enumerate(sizes) if axis < len(found.family) or size != "1"]
    if said.along in ("row", "column"):
        axis = (1 if said.along == "row" else 0) if len(axes) == 2 and not found.family else UNSAID
    elif len(axes) == len(said.letters) and said.along in said.letters:
        axis = axes[said.letters.index(said.along)]
    else:
        axis = UNSAID
    is_settled = found.domain in (ONE_HOT, DISTRIBUTION) and found.axis != UNSAID
    domain = _domain(found.domain, said.is_one_hot)
    return found if axis == UNSAID or is_settled or not domain else replace(found, domain=domain, axis=axis)


def _domain(before: str, is_one_hot: bool) -> str:
    """What numbers are that sum to one: "" for what may be below 0."""
    if before in (ONE_HOT, BITS) or (is_one_hot and before == REAL):
        return ONE_HOT
    return DISTRIBUTION if before in (DISTRIBUTION, POSITIVE, UNIT) and not is_one_hot else ""


def _summed(statement: Statement) -> Iterator[Whole]:
    """Σ_k y_k = 1."""
    nodes = solid(statement.left.nodes)
    is_sum = len(nodes) == 2 and nodes[0].is_("big", "sum") and len(statement.sides) == 2
    if not is_sum or statement.sides[1].sign != "=" or statement.sides[1].text != "1" or not nodes[0].sub:
        return
    one, letter = described(nodes[1]), plain(nodes[0].sub[0]).partition("=")[0]
    if one is not None and not one.primes and re.fullmatch("[a-z]", letter):
        yield Whole(one, _indices(one), letter, False)


def _letter(inside: Sequence[Stated]) -> Described | None:
    sides = inside[0].statement.sides if len(inside) == 1 else ()
    nodes = solid(sides[0].nodes) if len(sides) == 1 else []
    one = described(nodes[0]) if len(nodes) == 1 else None
    return one if one is not None and not one.primes and not any(plain(r) in TRANSPOSED for r in one.sups) else None


def _text(inside: Sequence[Stated]) -> str:
    return inside[0].statement.left.text


def _indices(one: Described) -> tuple[str, ...]:
    """Its indices, those above it first."""
    above = [tuple(solid(row)[0].inner) for row in one.sups if solid(row)[0].kind == "bracket"]
    return tuple(plain(item) for row in (*above, *one.subs) for item in items(row))


def all_constrained(declared: Mapping[str, Declared], every: Sequence[Whole], heads: set[str]) -> dict[str, Declared]:
    """The declarations of letters that are not defined, with what is said of them elsewhere."""
    made = dict(declared)
    for said in every:
        key = said.letter.base
        if key in made and key not in heads:
            made[key] = constrained(made[key], said)
    return made
