"""The mistakes of the documents as a Markdown page, with LaTeX mathematics as GitHub renders it."""

from __future__ import annotations

from collections.abc import Iterator

from gradcheck.verdicts import ClaimReport, DerivationReport, Report, StepReport, Text

HEADER = """\
# Errata

Mistakes that gradcheck found in the documents, each shown to be one, and its correction proved. This page is written by
`gradcheck errata`."""

KINDS = {"misprint": "Misprint", "abuse": "Abuse of notation"}
RIGHT = {"misprint": "right", "abuse": "meant"}


def errata_page(report: Report) -> str:
    """One section a document, in the order of its claims; each mistake with its place, correction and evidence."""
    return "\n".join([HEADER, *_sections(report)]) + "\n"


def _sections(report: Report) -> Iterator[str]:
    documents: dict[str, list[DerivationReport]] = {}
    for derivation in report.derivations:
        documents.setdefault(derivation.source or derivation.file, []).append(derivation)
    for document, derivations in sorted(documents.items()):
        mistakes = [
            (claim, step)
            for derivation in derivations
            for claim in derivation.claims
            for step in claim.steps
            if step.kind in KINDS
        ]
        yield f"\n## {document}\n\n{_titles(derivations)}\n"
        yield _count(derivations, mistakes) + "\n"
        for number, (claim, step) in enumerate(mistakes, 1):
            yield from _mistake(number, claim, step)


def _titles(derivations: list[DerivationReport]) -> str:
    return " ".join(dict.fromkeys(derivation.title for derivation in derivations if derivation.title))


def _count(derivations: list[DerivationReport], mistakes: list[tuple[ClaimReport, StepReport]]) -> str:
    steps = sum(1 for derivation in derivations for _ in derivation.steps)
    counts = {kind: sum(step.kind == kind for _, step in mistakes) for kind in KINDS}
    return (
        f"{steps} statements were judged: {counts['misprint']} misprints and {counts['abuse']} abuses of notation, "
        f"{steps - len(mistakes)} without a mistake."
    )


def _mistake(number: int, claim: ClaimReport, step: StepReport) -> Iterator[str]:
    confirmed = "" if step.ok else " **not confirmed**"
    yield f"{number}. **{claim.at or claim.target}.** {KINDS[step.kind]}: {step.why}.{confirmed}"
    yield f"   - printed: {_equation(claim.target_text, step.printed_text)}"
    yield f"   - {RIGHT[step.kind]}: {_equation(claim.target_text, step.corrected_text)}"
    yield f"   - evidence: {_evidence(step)}"


def _equation(left: Text | None, right: Text | None) -> str:
    return f"$`{left.latex} = {right.latex}`$" if left and right else ""


def _evidence(step: StepReport) -> str:
    """The line of the message that says how the printed formula differs."""
    lines = step.judgement.message.splitlines()
    return lines[1] if len(lines) > 1 else step.judgement.verdict.value
