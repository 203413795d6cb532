"""A report for people: one line a claim, what is wrong below it, a summary last."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gradcheck.reports.pages import OF_PAGES, REASONS, page_lines, table_lines
from gradcheck.reports.steps import SAID, edits, mark, shown_math, step_text
from gradcheck.reports.terminal import MARKS, Line
from gradcheck.verdicts import BY_SYMMETRIC, ClaimReport, DerivationReport, Search, StepReport, Verdict, Verification

MOST_CONDITIONS = 4
"""How many conditions on the proofs of a derivation are shown; all are in the JSON report."""
LONGEST_CONDITION = 40
"""How long they may be."""


def report_text(report: Verification) -> str:
    """The whole report as plain text."""
    lines = [line for derivation in report.derivations for line in derivation_lines(derivation)]
    lines += closing_lines(report)
    return "\n".join(" " * line.indent + line.shown if line.text else "" for line in lines)


# ---- one derivation ----------------------------------------------------------------------------------------------


def derivation_lines(derivation: DerivationReport) -> Iterator[Line]:
    """A heading, then each claim with what is to be said of its steps, then an empty line."""
    page = derivation.page
    yield from _claim_lines(derivation) if page is None else page_lines(derivation, page)
    for text in filter(None, (tell(derivation) for tell in (_sizes_of_proofs, _where_proofs_hold, _by_symmetric))):
        yield Line(text, indent=2, style="dim")
    yield Line()


def _claim_lines(derivation: DerivationReport) -> Iterator[Line]:
    source = f", from {derivation.source}" if derivation.source else ""
    yield Line(f"{derivation.name}  ({derivation.file}{source})", style="bold")
    width = min(24, max((len(shown_math(claim.target_text, claim.target)) for claim in derivation.claims), default=0))
    steps = max((len(claim.steps) for claim in derivation.claims), default=0)
    for claim in derivation.claims:
        marks = "".join(map(mark, claim.steps))
        text = f"{marks:<{steps}} {shown_math(claim.target_text, claim.target):<{width}}  {claim.at}".rstrip()
        yield Line(text, indent=2, hang=steps + 1, marks=len(marks))
        for step in claim.steps:
            yield from _remarks(derivation, claim, step, indent=steps + 3)
    if not derivation.claims:
        yield Line("no claim could be read: see the problem below", indent=2, style="red")


def _sizes_of_proofs(derivation: DerivationReport) -> str:
    """At which sizes the steps are proved that are not proved for all; empty if there are none."""
    proofs = [evidence for evidence in _proofs(derivation) if not evidence.get("all_sizes")]
    small = _distinct(sizes for proof in proofs for sizes in proof.get("exact_sizes", ()))
    equal = [found for proof in proofs for found in proof.get("prime_field", ()) if found["status"] == "equal"]
    large = _distinct(found["sizes"] for found in equal)
    parts = [_some(small)] if small else []
    if large:
        parts.append(f"over a prime field at {_some(large)}, error below {max(found['error'] for found in equal):.0e}")
    return f"proved for all values at these sizes: {'; '.join(parts)}" if parts else ""


def _proofs(derivation: DerivationReport) -> list[dict[str, Any]]:
    """The evidence of all proofs, of corrections, too."""
    judgements = [j for step in derivation.steps for j in (step.judgement, step.correction) if j is not None]
    return [judgement.evidence for judgement in judgements if judgement.verdict is Verdict.PROVED]


def _where_proofs_hold(derivation: DerivationReport) -> str:
    """Where the steps are proved that are not proved everywhere; empty if there are none."""
    words = {"values": "where both sides have values", "kinks": "away from kinks"}
    found = {
        key: dict.fromkeys(text for proof in _proofs(derivation) for text in proof.get("where", {}).get(key, ()))
        for key in words
    }
    parts = [f"{words[key]}: {_listed(list(texts))}" for key, texts in found.items() if texts]
    return f"proved {'; '.join(parts)}" if parts else ""


def _by_symmetric(derivation: DerivationReport) -> str:
    """By which convention it differentiates by symmetric matrices; empty if it does not."""
    said = Counter(step.judgement.evidence.get("symmetric") for step in derivation.steps)
    found = {words.format(""): said[name] for name, words in BY_SYMMETRIC.items() if said[name]}
    parts = [f"{words}{f' in {_steps(count)}' * (len(found) > 1)}" for words, count in found.items()]
    return f"derivatives by symmetric matrices: {', '.join(parts)}" if parts else ""


def _steps(count: int) -> str:
    return f"{count} step{'s' * (count != 1)}"


def _listed(texts: list[str]) -> str:
    """The short ones, and how many more there are."""
    shown = [text for text in texts if len(text) <= LONGEST_CONDITION][:MOST_CONDITIONS] or [min(texts, key=len)]
    more = f" and {len(texts) - len(shown)} more" if len(texts) > len(shown) else ""
    return f"{', '.join(shown)}{more}"


def _distinct(sizes: Iterable[Mapping[str, int]]) -> list[str]:
    texts = (", ".join(f"{name}={size}" for name, size in chosen.items()) for chosen in sizes)
    return [text for text in dict.fromkeys(texts) if text]


def _some(texts: list[str]) -> str:
    more = f" and {len(texts) - 1} more" if len(texts) > 1 else ""
    return f"{texts[0]}{more}"


def _remarks(derivation: DerivationReport, claim: ClaimReport, step: StepReport, indent: int) -> Iterator[Line]:
    printed = shown_math(step.printed_text, step.printed)
    corrected = shown_math(step.corrected_text, step.corrected)
    if not step.ok:
        for i, text in enumerate(step_text(derivation, claim, step).splitlines()):
            yield Line(text, indent + 2 * bool(i), style="" if i else "red")
    elif step.judgement.verdict is Verdict.AGREES:
        yield from (Line(text, indent, style="dim") for text in step.judgement.message.splitlines()[1:2])
    elif step.judgement.verdict is Verdict.PROVED and step.judgement.message:
        yield Line(step.judgement.message, indent, style="dim")
    elif step.search is not None:
        yield Line(f"printed {printed}: {step.why}; right is {corrected}", indent, style="dim")
        yield from (Line(f"found: {text}", indent + 2, style="dim") for text in _found(step.search))
    elif step.kind == "misprint":
        yield Line(f"printed {printed}: {step.why}; right is {corrected}", indent, style="dim")
    elif step.kind == "abuse":
        yield Line(f"printed {printed}, meant {corrected}: {step.why}", indent, style="dim")


def _found(search: Search) -> Iterator[str]:
    """What was found for a mistake that is marked already."""
    yield from (f"{one.text.unicode}{edits(one)}" for one in search.corrections)
    yield from [search.words] if search.words else []


# ---- the end of a report -----------------------------------------------------------------------------------------


def closing_lines(report: Verification) -> Iterator[Line]:
    """Problems, what the marks mean, and the counts: of each document if there are several, then of all."""
    for problem in report.all_problems:
        yield from _problem_lines(str(problem))
    used = {mark(step) for step in report.steps}
    meanings = {mark: meaning for mark, (_, meaning) in MARKS.items()}
    if all(derivation.page for derivation in report.derivations):
        meanings |= OF_PAGES
    for letter, meaning in meanings.items():
        if letter in used:
            yield Line(f"{letter} {meaning}", marks=1)
    if used:
        yield Line()
    yield from table_lines(report)
    parts = Verification(tuple(one for one in report.derivations if one.page is None)).documents.items()
    if len(parts) > 1:
        yield from (Line(f"{name}: {_counts(part)}{'' if part.ok else ' — NOT OK'}") for name, part in parts)
    style = "bold green" if report.ok else "bold red"
    yield Line(f"{_counts(report)} — {_conclusion(report)}", style=style)


def _problem_lines(problem: str) -> Iterator[Line]:
    place, *rest = problem.splitlines()
    yield Line(place, style="red")
    yield from (Line(text.strip(), indent=2) for text in rest)
    yield Line()


def _counts(report: Verification) -> str:
    """Steps by verdict, of the printed form; then the marked mistakes."""
    summary = report.summary()
    verdicts = [f"{n} {SAID.get(v, v.value)}" for v in Verdict if (n := summary[v.value])]
    text = f"{_number(summary['steps'], 'step')}{': ' if verdicts else ''}{', '.join(verdicts)}"
    marked = [s for s in report.steps if s.kind != "step"]
    if not marked:
        return text
    kinds = [
        (summary["misprints"], "misprint", "misprints"),
        (summary["abuses"], "abuse of notation", "abuses of notation"),
    ]
    listed = " and ".join(_number(n, one, many) for n, one, many in kinds if n)
    confirmed = sum(step.ok for step in marked)
    if confirmed == len(marked):
        return f"{text}; {listed}, {'all ' if confirmed > 1 else ''}confirmed"
    return f"{text}; {listed}, {confirmed or 'none'} confirmed"


def _conclusion(report: Verification) -> str:
    if report.ok:
        return "OK"
    steps = [step for one in report.derivations if one.page is None for step in one.steps if not step.ok]
    reasons = []
    if steps:
        reasons.append(f"{_number(len(steps), 'step')} {'is' if len(steps) == 1 else 'are'} not as the module says")
    printed = Counter(mark(step) for one in report.derivations if one.page for step in one.steps if not step.ok)
    reasons += [f"{_number(printed[letter], 'step')} {words}" for letter, words in REASONS.items() if printed[letter]]
    if report.all_problems:
        reasons.append(_number(len(report.all_problems), "problem"))
    return f"NOT OK: {', '.join(reasons) or 'nothing was verified'}"


def _number(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
