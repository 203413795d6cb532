"""Square matrices that a sentence behind their sets says to be symmetric: $P$, $R$ symmetric positive definite.

A covariance is one, too. What is said further below, behind a display, is not said of what stands above it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gradcheck.documents.tex.declarations import DEFINITE, NOT_SYMMETRIC, REAL, SYMMETRIC, Declared
from gradcheck.documents.tex.drafts import Stated
from gradcheck.documents.tex.pages import Page
from gradcheck.documents.tex.scripts import described
from gradcheck.documents.tex.sentences import MARK, Sentence, sentences
from gradcheck.documents.tex.tree import solid

_LIST = rf"(?P<names>{MARK}(?:,? (?:and|or) {MARK}|, ?{MARK})*)"
_DEFINITE = r"positive[- ](?:semi-?)?definite|\bSPD\b|\bs\.p\.d\."
_BE = r"(?:is|are|be|being|both|all|assumed|taken|supposed|to|also|again|always|real|square|matrix|matrices|an?)"
_FORMS = tuple(
    re.compile(form, re.I)
    for form in (
        rf"{_LIST},? \(?(?:{_BE} )*(?P<kind>symmetric\b(?:,?(?: and)? (?:{_DEFINITE}))?|{_DEFINITE})",
        rf"(?P<kind>\bsymmetric(?:,?(?: and)? (?:{_DEFINITE}))?|{_DEFINITE}) (?:matrix|matrices) {_LIST}",
        rf"(?<![-\w])(?P<kind>covariances?)(?: matrix| matrices)? {_LIST}",
    )
)
_CASE = re.compile(r"\b(?:if|when|whenever|unless|in case|for|only|iff|since|cross)\b[^.;]*\Z", re.I)


@dataclass(frozen=True)
class Said:
    """What a letter is said to be, and where."""

    base: str
    domain: str
    place: int


def found(page: Page, stated: Sequence[Stated]) -> list[Said]:
    """What the sentences of a page say to be symmetric."""
    return [said for sentence in sentences(page, stated) for form in _FORMS for said in _said(sentence, form)]


def constrained(
    declared: Mapping[str, Declared], every: Sequence[Said], displays: Sequence[int]
) -> dict[str, Declared]:
    """The declarations, with what is said of them before the next display. displays: where these stand."""
    made = dict(declared)
    for said in every:
        known = made.get(said.base)
        if known is None or known.domain not in (REAL, SYMMETRIC) or len(known.shape) != 2 or known.family:
            continue
        is_behind = known.place <= said.place and not any(known.place < one < said.place for one in displays)
        if is_behind and known.shape[0] == known.shape[1] != "1":
            made[said.base] = replace(known, domain=said.domain)
    return made


def _said(sentence: Sentence, form: re.Pattern[str]) -> Iterator[Said]:
    for match in form.finditer(sentence.text):
        if _CASE.search(sentence.text[: match.start()]) or NOT_SYMMETRIC.search(sentence.text):
            continue
        domain = SYMMETRIC if match["kind"].lower() == "symmetric" else DEFINITE
        for mark in re.findall(MARK, match["names"]):
            sides = sentence.formulas[mark][0].statement.sides
            nodes = solid(sides[0].nodes) if len(sides) == 1 or sides[1].sign == "in" else []
            one = described(nodes[0]) if len(nodes) == 1 else None
            if one is not None and not (one.subs or one.sups or one.primes):
                yield Said(one.base, domain, int(mark[1:-1]))
