"""A report on a page of notes: what of it was read; then each step with its line, its verdict and its reading."""

from collections.abc import Iterator

from gradcheck.reports.steps import mark, search_lines, shown_math, shown_message
from gradcheck.reports.terminal import Line
from gradcheck.verdicts import ClaimReport, DerivationReport, PageReport, StepReport, Verdict, Verification

UNREAD = Verdict.NOT_READ
OF_PAGES = {
    "≡": "a definition, as it was read, which nothing could be wrong with",
    "✗": "wrong as printed",
    "?": "undecided",
}
"""What marks mean of pages, which say nothing of their own mistakes."""
REASONS = {"✗": "wrong", "?": "undecided", "~": "not proved", "○": "not read", "!": "contradicted"}
"""Why a page is not all right, by the marks of its steps."""


def page_lines(derivation: DerivationReport, page: PageReport) -> Iterator[Line]:
    """What of the page was read and what was taken for granted, each step, and what would declare what it does not."""
    steps = f"{page.steps} step{'s' * (page.steps != 1)}"
    yield Line(f"{derivation.file}: read {page.read} of {steps}", style="bold")
    yield from (Line(f"declared: {line}", indent=2, style="dim") for line in page.declared)
    yield from (Line(f"note: {text}", indent=2, style="yellow") for text in page.remarks)
    width = max((len(str(step.source_line or "")) for step in derivation.steps), default=0)
    for claim in derivation.claims:
        for step in claim.steps:
            yield from _step_lines(claim, step, width)
    if page.headers:
        yield Line("declare what it does not, at the top of the page:", indent=2)
        yield from (Line(text, indent=4, is_whole=True) for text in page.headers)


def _step_lines(claim: ClaimReport, step: StepReport, width: int) -> Iterator[Line]:
    """One line for the step, and what is to be said of it below."""
    line = f"{step.source_line or '':>{width}} "
    yield Line(f"{line}{mark(step)} {_formula(claim, step)}", indent=2, hang=len(line) + 4, marks=len(line) + 1)
    indent = len(line) + 6
    yield from (Line(f"note: {note}", indent, style="dim") for note in step.notes)
    if step.judgement.verdict is UNREAD:
        yield Line(step.judgement.message, indent, style="yellow")
    elif not step.ok:
        lines = [*shown_message(step).splitlines(), *search_lines(step)]
        yield from (Line(text, indent + 2 * bool(i), style="" if i else "red") for i, text in enumerate(lines))
    elif step.judgement.verdict is Verdict.AGREES:
        yield from (Line(text, indent, style="dim") for text in step.judgement.message.splitlines()[1:2])
    elif step.judgement.verdict is Verdict.PROVED and step.judgement.message:
        yield Line(step.judgement.message, indent, style="dim")


def _formula(claim: ClaimReport, step: StepReport) -> str:
    """Both sides: as they were read, or as they are printed where they were not."""
    left = shown_math(claim.target_text, claim.target)
    if step.judgement.verdict is Verdict.DEFINITION and step.read_as:
        return f"{left} = {step.read_as}"
    return f"{left} = {' '.join(shown_math(step.printed_text, step.printed).split())}"


# ---- several pages -----------------------------------------------------------------------------------------------

COLUMNS = ("page", "read", "proved", "wrong", "undecided", "not read")


def table_lines(report: Verification) -> Iterator[Line]:
    """A table of several pages: how much of each was read, and what of it is proved, wrong, undecided or not read."""
    pages = [(one, one.page) for one in report.derivations if one.page is not None]
    if len(pages) < 2:
        return
    rows = [COLUMNS, *(_row(derivation, page) for derivation, page in pages)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(COLUMNS))]
    for i, row in enumerate(rows):
        name, *counts = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
        yield Line("  ".join([row[0].ljust(len(name)), *counts]).rstrip(), style="" if i else "bold", is_whole=True)
    yield Line()


def _row(derivation: DerivationReport, page: PageReport) -> tuple[str, ...]:
    verdicts = [step.judgement.verdict for step in derivation.steps]
    counts = (
        sum(verdict is Verdict.PROVED for verdict in verdicts),
        sum(verdict.is_wrong for verdict in verdicts),
        sum(verdict in (Verdict.UNDECIDED, Verdict.AGREES) for verdict in verdicts),
        sum(verdict is UNREAD for verdict in verdicts),
    )
    return (derivation.file, f"{page.read} of {page.steps}", *(str(count or "") for count in counts))
