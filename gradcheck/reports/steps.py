"""What is said of one step: its mark, its name, what is wrong with it, and what was found instead."""

from collections.abc import Iterator

from gradcheck.verdicts import ClaimReport, Correction, DerivationReport, Judgement, StepReport, Text, Verdict

HOLDS = {Verdict.PROVED: "✓", Verdict.DEFINITION: "≡", Verdict.AGREES: "~"}
"""The mark of a step that holds, by its verdict."""
MOST_CORRECTIONS = 2
"""How many corrections that are equally close to print are shown."""
SAID = {Verdict.DEFINITION: "by definition"}
_MARKED = {"misprint": "misprint", "abuse": "abuse of notation"}
_RIGHT = {"misprint": "the correction", "abuse": "what is meant"}


def mark(step: StepReport) -> str:
    """The one letter that says how a step came out; see MARKS."""
    if step.is_harness_error:
        return "!"
    if step.kind == "step" and step.judgement.verdict in HOLDS:
        return HOLDS[step.judgement.verdict]
    if step.judgement.verdict is Verdict.NOT_READ:
        return "○"
    if step.ok:
        return step.kind[0]
    judged = (step.judgement, step.correction)
    return "?" if any(j is not None and j.verdict is Verdict.UNDECIDED for j in judged) else "✗"


def step_id(derivation: DerivationReport, claim: ClaimReport, step: StepReport) -> str:
    """FILE::DERIVATION::TARGET[INDEX], as pytest calls it."""
    return f"{derivation.file}::{derivation.name}::{claim.target}[{claim.first_index + step.index}]"


def step_text(derivation: DerivationReport, claim: ClaimReport, step: StepReport) -> str:
    """What is to be said of a step that is not as the module says; begins with the file and the line."""
    at = f" ({claim.at})" if claim.at else ""
    heading = f"{claim.target}{at}, step {step.index + 1}"
    said = _plain_step(heading, step) if step.kind == "step" else _marked_step(heading, step)
    lines = [line for text in said for line in text.splitlines()]
    if step.is_harness_error:
        lines.insert(0, "gradcheck contradicts itself: a mistake in gradcheck, not in the document; please report it")
    lines += search_lines(step)
    return f"{derivation.file}:{claim.line}: " + "\n".join(lines)


def search_lines(step: StepReport) -> Iterator[str]:
    """What the search for corrections found: each with the edits that lead to it, and marks below them."""
    if step.search is None:
        return
    for i, found in enumerate(step.search.corrections[:MOST_CORRECTIONS]):
        yield f"or, {said(found)}:" if i else f"write instead, {said(found)}:"
        yield f"    {found.text.source}"
        yield from [f"    {found.marks}"] if found.marks else []
    more = len(step.search.corrections) - MOST_CORRECTIONS
    if more > 0:
        yield f"({more} more {'is' if more == 1 else 'are'} as close)"
    if step.search.words:
        yield step.search.words


def said(found: Correction) -> str:
    """What is known of a correction, and how it differs from print."""
    return SAID.get(found.verdict, found.verdict.value) + edits(found)


def edits(found: Correction) -> str:
    """How it differs from print, in brackets."""
    return f" ({'; '.join(found.edits)})" if found.edits else ""


def _plain_step(heading: str, step: StepReport) -> Iterator[str]:
    if step.judgement.verdict is Verdict.AGREES:
        yield f"{heading}: it agrees at every point looked at, but a proof is required"
    yield _shown(step.judgement, heading, step.printed)


def _marked_step(heading: str, step: StepReport) -> Iterator[str]:
    """Which half of a marked mistake fails, or both."""
    article = {"misprint": "a", "abuse": "an"}[step.kind]
    marked = f"{heading}: it is marked as {article} {_MARKED[step.kind]}"
    right, printed = _RIGHT[step.kind], step.judgement
    if printed.verdict.is_true:
        why = f" ({step.why})" if step.why else ""
        yield f"{marked}{why}, but it {_true(printed)} as printed"
        yield f"printed: {step.printed}"
    elif not printed.verdict.is_wrong:
        yield f"{marked}, but it is {printed.verdict.value} whether it is wrong as printed"
        yield _shown(printed, "printed", step.printed)
    if step.correction is None:
        yield f"{marked}, but {right} was not judged"
    elif not step.correction.verdict.is_certain:
        yield f"{marked}, but {right} is {_not_proved(step.correction)}: {step.corrected}"
        yield _shown(step.correction, right, step.corrected or "")


def _true(judgement: Judgement) -> str:
    return "is true" if judgement.verdict.is_certain else "agrees at every point looked at"


def _not_proved(judgement: Judgement) -> str:
    verdict = judgement.verdict
    if verdict.is_wrong:
        return f"false ({verdict.value})"
    return "not proved (it agrees at every point looked at)" if verdict.is_true else verdict.value


def shown_message(step: StepReport) -> str:
    """What is said of a step of a page, which shows its formula itself."""
    message = step.judgement.message or step.judgement.verdict.value
    if step.judgement.verdict is Verdict.AGREES:
        return f"it agrees at every point looked at, but a proof is required\n{message}"
    return message


def _shown(judgement: Judgement, heading: str, formula: str) -> str:
    """The message of a judgement, with the formula where the message does not show it."""
    if not judgement.message:
        return f"{heading}: {formula} is {judgement.verdict.value}"
    return judgement.message if formula in judgement.message else f"{judgement.message}\nprinted: {formula}"


def shown_math(text: Text | None, source: str | None) -> str:
    """As a document would print it; a report that was not made by verification may have the source only."""
    return text.unicode if text is not None else source or ""
