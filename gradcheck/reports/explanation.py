"""All that is known of one step, for people: its place, what it says, the verdict, and what each oracle said."""

from collections.abc import Iterator, Mapping
from typing import Any

from gradcheck.reports.steps import mark, said, step_id
from gradcheck.reports.terminal import Line
from gradcheck.verdicts import BY_SYMMETRIC, ClaimReport, DerivationReport, Judgement, StepReport, Text

ORACLES = {"backprop": "reverse mode", "differences": "differences"}
WHERE = {"values": "where both sides have values", "kinks": "away from kinks"}
SHOWN_APART = (
    "exact", "exact_sizes", "prime_field", *ORACLES, "points", "where", "counterexample", "variants", "diagnosis",
    "readings", "symmetric",
)  # fmt: skip
"""What of the evidence has words of its own; all else is shown as it stands there."""
RIGHT = {"misprint": "corrected", "abuse": "meant"}


def explanation_lines(derivation: DerivationReport, claim: ClaimReport, step: StepReport) -> Iterator[Line]:
    """Everything: nothing is cut, since who asks for one step wants to see all of it."""
    yield Line(step_id(derivation, claim, step), style="bold", is_whole=True)
    yield _fact("place", _place(derivation, claim, step))
    yield from _formula("target", claim.target, claim.target_text)
    yield from _formula("printed", step.printed, step.printed_text)
    if step.kind != "step":
        yield _fact("marked", f"{step.kind}: {step.why or 'no why is given'}")
        yield from _formula(RIGHT[step.kind], step.corrected or "", step.corrected_text)
    as_it_says = "as the module says" if step.ok else "not as the module says"
    yield Line(f"{mark(step)} {as_it_says}", indent=2, marks=1)
    yield from _judged("printed", step.judgement)
    if step.correction is not None:
        yield from _judged(RIGHT[step.kind], step.correction)
    yield from _search(step)


def _fact(word: str, words: str, indent: int = 2, style: str = "") -> Line:
    return Line(f"{word}: {words}", indent, style, is_whole=True)


def _place(derivation: DerivationReport, claim: ClaimReport, step: StepReport) -> str:
    at = f", at {claim.at!r}" if claim.at else ""
    source = f", from {derivation.source}" if derivation.source else ""
    return f"{derivation.file}:{claim.line}{at}{source}; step {step.index + 1}"


def _formula(word: str, source: str, text: Text | None) -> Iterator[Line]:
    """In NumPy's notation, and as a document would print it where that is something else."""
    yield _fact(word, source)
    if text is not None and text.unicode != source:
        yield Line(text.unicode, 2 + len(word) + 2, "dim", is_whole=True)


# ---- one form ----------------------------------------------------------------------------------------------------


def _judged(word: str, judgement: Judgement) -> Iterator[Line]:
    """The verdict on one form of a step, with the message and the evidence."""
    yield Line()
    yield _fact(f"the {word} form", judgement.verdict.value, style="bold")
    yield from (Line(text, 4, is_whole=True) for text in judgement.message.splitlines())
    evidence = judgement.evidence
    yield from (Line(text, 4, is_whole=True) for text in facts(evidence))
    for key, value in evidence.items():
        if key not in SHOWN_APART and value:
            yield from _as_it_stands(key.replace("_", " "), value)
    points = evidence.get("points", ())
    yield from [Line("points:", 4, "dim")] if points else []
    yield from (Line(point, 6, "dim", is_whole=True) for point in points)


def facts(evidence: Mapping[str, Any]) -> Iterator[str]:
    """What the oracles said, and where, with the smallest counterexample."""
    for tell in (_symmetric, _diagnosis, _readings, _oracles, _where, _counterexample, _variants):
        yield from tell(evidence)


def _symmetric(evidence: Mapping[str, Any]) -> Iterator[str]:
    """By which convention it differentiates by symmetric matrices, if it does."""
    if "symmetric" in evidence:
        yield f"derivatives by symmetric matrices: {BY_SYMMETRIC[evidence['symmetric']].format('')}"


def _diagnosis(evidence: Mapping[str, Any]) -> Iterator[str]:
    """What is known of the cause, which the message has in words."""
    found = evidence.get("diagnosis", {})
    if "cause" in found:
        yield f"cause: {found['cause']}, {'verified' if found['verified'] else 'not verified: it looks like it'}"


def _readings(evidence: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"read as {found['source']}: {found['verdict']}" for found in evidence.get("readings", ()))


def _as_it_stands(key: str, value: Any) -> Iterator[Line]:
    first, *rest = str(value).splitlines()
    yield _fact(key, first, 4)
    yield from (Line(text, 6, is_whole=True) for text in rest)


def _oracles(evidence: Mapping[str, Any]) -> Iterator[str]:
    """What each oracle said: exact algebra in symbols and over a prime field, then numbers."""
    if "exact" in evidence:
        yield f"exact algebra: {evidence['exact']}{','.join(map(_at, evidence['exact_sizes']))}"
    for found in evidence.get("prime_field", ()):
        error = f", error below {found['error']:.0e}" if found["status"] == "equal" else ""
        note = f" ({found['note']})" if found["note"] else ""
        yield f"prime field: {found['status']}{_at(found['sizes'])}{error}{note}"
    for oracle, name in ORACLES.items():
        if oracle in evidence:
            counts = [f"{answer} at {count}" for answer, count in evidence[oracle].items() if count]
            yield f"{name}: {', '.join(counts) or 'not asked'} of {len(evidence['points'])} points"


def _at(sizes: Mapping[str, int]) -> str:
    listed = ", ".join(f"{name}={size}" for name, size in sizes.items())
    return f" at {listed}" if listed else ""


def _where(evidence: Mapping[str, Any]) -> Iterator[str]:
    """Where a proof holds."""
    found = evidence.get("where", {})
    yield from (f"proved {words}: {', '.join(found[key])}" for key, words in WHERE.items() if found.get(key))
    if found and not any(found.values()):
        yield "proved for all values"


def _counterexample(evidence: Mapping[str, Any]) -> Iterator[str]:
    """The smallest point at which it differs, with the two values where numbers see them."""
    found = evidence.get("counterexample", {})
    if found:
        entry = f", entry {found['entry']}" if found["entry"] else ""
        values = f": {found['printed']:.12g} instead of {found['right']:.12g}" if "right" in found else ""
        yield f"smallest counterexample: {found['at']}{entry}{values}"


def _variants(evidence: Mapping[str, Any]) -> Iterator[str]:
    """The wrong formulas that a tick was tested with."""
    found = evidence.get("variants", {})
    if found:
        equal = f", {found['equal']} proved to be as right" if found["equal"] else ""
        yield f"wrong variants: {found['refuted']} refuted{equal}, {len(found['survivors'])} not told from the truth"
        yield from (f"  not told from the truth: {what}" for what in found["survivors"])


# ---- corrections -------------------------------------------------------------------------------------------------


def _search(step: StepReport) -> Iterator[Line]:
    """What the search found, with what each correction says and how it differs from print; or why it found nothing."""
    if step.search is None:
        return
    yield Line()
    yield from [_fact("search", step.search.words)] if step.search.words else []
    for i, found in enumerate(step.search.corrections):
        yield _fact("or" if i else "write instead", said(found))
        yield Line(found.text.source, 6, is_whole=True)
        yield from [Line(found.marks, 6, is_whole=True)] if found.marks else []
        yield Line(found.text.unicode, 6, "dim", is_whole=True)
    yield _fact("searched for", f"{step.search.seconds:.1f} s", style="dim")
