"""The page of errata: one mistake, one entry, in the order of the documents, with an index in front.

It is composed here, of the pieces that a kind of paper puts down: Markdown as GitHub renders it, HTML, or LaTeX.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from gradcheck.reports.entries import UNMARKED, Entry, Equation, entries_of
from gradcheck.reports.papers import PAPERS, Paper
from gradcheck.reports.terminal import visible
from gradcheck.verdicts import Verdict, Verification

KINDS = {"misprint": "misprint", "abuse": "abuse of notation", UNMARKED: "wrong, not marked"}
MOST_PLACES = 12
"""So many places of a mistake are told; the rest is counted."""


def errata_page(report: Verification, form: str = "md") -> str:
    """The page as "md" (GitHub's Markdown), "html" or "tex", which is whole: a browser and LaTeX take it as it is."""
    paper, entries = PAPERS[form](), entries_of(report)
    blocks = [*_opening(paper, entries), *_documents(paper, report, entries)]
    return visible(paper.page("Errata", blocks)) + "\n"


def _opening(paper: Paper, entries: Mapping[str, Sequence[Entry]]) -> Iterator[str]:
    yield paper.paragraph(
        paper.text(
            "Mistakes that gradcheck found in the documents. Each is shown to be one, its correction is proved or true "
            "by definition, and all corrections of a document hold together. This page is written by"
        )
        + f" {paper.code('gradcheck errata')}."
    )
    rows = [
        (
            paper.link(str(entry.number), _anchor(entry)),
            paper.text(document),
            paper.text(entry.first.place),
            paper.text(KINDS[entry.kind]),
            paper.text(_said(entry)),
        )
        for document, found in entries.items()
        for entry in found
    ]
    if rows:
        yield paper.table(("", "document", "place", "kind", "what is wrong"), rows)


def _documents(paper: Paper, report: Verification, entries: Mapping[str, Sequence[Entry]]) -> Iterator[str]:
    for document, part in sorted(report.documents.items()):
        titles = dict.fromkeys(derivation.title for derivation in part.derivations if derivation.title)
        yield paper.heading(2, document)
        yield paper.paragraph(paper.text(" ".join([*titles, _count(part, entries[document])])))
        section = ""
        for entry in entries[document]:
            if entry.first.derivation.section not in ("", section):
                section = entry.first.derivation.section
                yield paper.heading(3, section)
            yield from _entry(paper, entry)


def _count(part: Verification, entries: Sequence[Entry]) -> str:
    counts = part.summary()
    wrong = [entry for entry in entries if not entry.is_confirmed and entry.kind != UNMARKED]
    plain = [step.judgement.verdict for step in part.steps if step.kind == "step"]
    proved, agrees, defined = map(plain.count, (Verdict.PROVED, Verdict.AGREES, Verdict.DEFINITION))
    marked = counts["misprints"] + counts["abuses"]
    others = len(plain) - proved - agrees - defined
    words = [
        f"{counts['steps']} statements were judged: {proved} are proved",
        f"{agrees} only seen to hold" if agrees else "",
        f"{defined} true by definition" if defined else "",
        f"{marked} wrong for {_counted(sum(entry.kind != UNMARKED for entry in entries), 'mistake')}" if marked else "",
        f"{others} more not as the module says" if others else "",
    ]
    warning = f" Not confirmed: {', '.join(str(entry.number) for entry in wrong)}." if wrong else ""
    return f"{', '.join(filter(None, words))}.{warning}"


def _counted(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"


def _entry(paper: Paper, entry: Entry) -> Iterator[str]:
    doubt = "" if entry.is_confirmed or entry.kind == UNMARKED else ", not confirmed"
    heading = f"{entry.number}. {entry.first.place}: {KINDS[entry.kind]}{doubt}"
    yield paper.anchored(_anchor(entry), paper.strong(paper.text(heading)))
    printed, corrected = entry.printed, entry.corrected
    items = [
        ("printed", _equation(paper, printed)),
        ("wrong because", paper.text(_said(entry))),
        ("write instead", _equation(paper, corrected) if corrected else paper.text("no correction was found")),
        ("shown by", "" if entry.kind == UNMARKED else paper.text(entry.evidence)),
        ("seen at", paper.text(_places(entry))),
    ]
    yield paper.items([f"{paper.text(word)}: {said}" for word, said in items if said])


def _said(entry: Entry) -> str:
    return entry.why or entry.evidence


def _equation(paper: Paper, equation: Equation | None) -> str:
    if equation is None:
        return ""
    sides = [side for side in (equation.left, equation.right) if side is not None]
    words = paper.formula(" = ".join(side.latex for side in sides), str(equation))
    return words if equation.left else f"… {words} …"


def _places(entry: Entry) -> str:
    places = list(entry.places.items())
    told = [f"{place} ({', '.join(lines)})" for place, lines in places[:MOST_PLACES]]
    more = [f"and in {_counted(len(places) - MOST_PLACES, 'more place')}"] if len(places) > MOST_PLACES else []
    return "; ".join([*told, *more])


def _anchor(entry: Entry) -> str:
    return f"e{entry.number}"
