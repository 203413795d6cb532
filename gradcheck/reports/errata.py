"""The mistakes of the documents as a Markdown page, with LaTeX mathematics as GitHub renders it."""

from collections.abc import Iterator
from html import escape

from gradcheck.reports.terminal import visible
from gradcheck.verdicts import ClaimReport, StepReport, Text, Verdict, Verification

HEADER = """\
# Errata

Mistakes that gradcheck found in the documents, each shown to be one, and its correction proved (or true by definition).
This page is written by `gradcheck errata`."""

KINDS = {"misprint": "Misprint", "abuse": "Abuse of notation"}
RIGHT = {"misprint": "right", "abuse": "meant"}


def errata_page(report: Verification) -> str:
    """One section a document, in the order of its claims; each mistake with its place, correction and evidence."""
    return visible("\n".join([HEADER, *_sections(report)])) + "\n"


def _sections(report: Verification) -> Iterator[str]:
    for document, part in sorted(report.documents.items()):
        titles = " ".join(dict.fromkeys(derivation.title for derivation in part.derivations if derivation.title))
        yield f"\n## {document}\n" + (f"\n{titles}\n" if titles else "")
        yield _count(part) + "\n"
        claims = (claim for derivation in part.derivations for claim in derivation.claims)
        mistakes = ((claim, step) for claim in claims for step in claim.steps if step.kind in KINDS)
        for number, (claim, step) in enumerate(mistakes, 1):
            yield from _mistake(number, claim, step)


def _count(part: Verification) -> str:
    plain = [step.judgement.verdict for step in part.steps if step.kind not in KINDS]
    proved, agrees, defined = map(plain.count, (Verdict.PROVED, Verdict.AGREES, Verdict.DEFINITION))
    others, counts = len(plain) - proved - agrees - defined, part.summary()
    words = [
        f"{counts['steps']} statements were judged: {proved} are proved",
        f"{agrees} only seen to hold" if agrees else "",
        f"{defined} true by definition" if defined else "",
        f"{counts['misprints']} {'misprint' if counts['misprints'] == 1 else 'misprints'}",
        f"{counts['abuses']} {'abuse' if counts['abuses'] == 1 else 'abuses'} of notation",
    ]
    warning = f" **{others} more are not as the module says: see `gradcheck verify`.**" if others else ""
    return f"{', '.join(filter(None, words))}.{warning}"


def _mistake(number: int, claim: ClaimReport, step: StepReport) -> Iterator[str]:
    confirmed = "" if step.ok else " **not confirmed**"
    place, why = (escape(text, quote=False) for text in (claim.at or claim.target, step.why or ""))
    yield f"{number}. **{place}, step {step.index + 1}.** {KINDS[step.kind]}: {why}.{confirmed}"
    yield f"   - printed: {_equation(claim.target_text, step.printed_text)}"
    yield f"   - {RIGHT[step.kind]}: {_equation(claim.target_text, step.corrected_text)}"
    yield f"   - evidence: {_evidence(step)}"


def _equation(left: Text | None, right: Text | None) -> str:
    return f"$`{left.latex} = {right.latex}`$" if left and right else ""


def _evidence(step: StepReport) -> str:
    """The line of the message that says how the printed formula differs."""
    lines = step.judgement.message.splitlines()
    return lines[1] if len(lines) > 1 else step.judgement.verdict.value
