"""A report for people: one line a claim, what is wrong below it, a summary last."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TextIO
from unicodedata import category

from rich.console import Console
from rich.text import Text as RichText

from gradcheck.verdicts import (
    BY_SYMMETRIC,
    ClaimReport,
    Correction,
    DerivationReport,
    Judgement,
    Search,
    StepReport,
    Text,
    Verdict,
    Verification,
    shortened,
)

MARKS = {
    "✓": ("green", "proved"),
    "≡": ("blue", "by definition: both sides are one expression, so that nothing could be wrong"),
    "~": ("yellow", "agrees at every point looked at, not proved"),
    "m": ("cyan", "misprint, confirmed: wrong as printed, and its correction is proved (or true by definition)"),
    "a": (
        "cyan",
        "abuse of notation, confirmed: wrong as printed, and what is meant is proved (or true by definition)",
    ),
    "✗": ("bold red", "not as the module says"),
    "?": ("bold yellow", "undecided, which counts as not as the module says"),
    "!": ("bold magenta", "gradcheck contradicts itself: a mistake in gradcheck, not in the document"),
}
"""The mark of a step: its colour and what it means."""

HOLDS = {Verdict.PROVED: "✓", Verdict.DEFINITION: "≡", Verdict.AGREES: "~"}
"""The mark of a step that holds, by its verdict."""
MOST_CONDITIONS = 4
"""How many conditions on the proofs of a derivation are shown; all are in the JSON report."""
LONGEST_CONDITION = 40
"""How long they may be."""
MOST_CORRECTIONS = 2
"""How many corrections that are equally close to print are shown."""
LONGEST_LINE = 1000
"""How many characters of a line are shown."""
_PLAIN = str.maketrans(
    {
        "✓": "+",
        "✗": "x",
        "∂": "d",
        "′": "'",
        "×": "x",
        "·": "*",
        "—": "-",
        "–": "-",
        "…": "...",
        "−": "-",
        "≈": "~",
        "≡": "=",
    }
)
_UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode's categories of what is no letter to be seen: controls, formats, surrogates, ends of lines."""
_SAID = {Verdict.DEFINITION: "by definition"}
_MARKED = {"misprint": "misprint", "abuse": "abuse of notation"}
_RIGHT = {"misprint": "the correction", "abuse": "what is meant"}


@dataclass(frozen=True)
class Line:
    """One line of text.

    hang: how much further its continuations are indented. marks: how many marks it begins with. is_whole: whether it is
    shown however long it is.
    """

    text: str = ""
    indent: int = 0
    style: str = ""
    hang: int = 2
    marks: int = 0
    is_whole: bool = False

    @property
    def shown(self) -> str:
        """The text, which stays on its line, and is cut if nobody could read it: the JSON report has all."""
        text = self.text if self.is_whole else shortened(self.text, LONGEST_LINE)
        return visible(text).replace("\n", r"\n")


def report_text(report: Verification) -> str:
    """The whole report as plain text."""
    lines = [line for derivation in report.derivations for line in derivation_lines(derivation)]
    lines += closing_lines(report)
    return "\n".join(" " * line.indent + line.shown if line.text else "" for line in lines)


class Printer:
    """Prints lines to a stream as they come: wrapped and coloured on a terminal, plain and unbroken in a pipe."""

    def __init__(self, stream: TextIO) -> None:
        self.console = _Console(file=stream, highlight=False, markup=False, emoji=False)
        self.encoding = getattr(stream, "encoding", None) or "utf-8"
        self.is_terminal = stream.isatty()

    def print(self, lines: Iterable[Line]) -> None:
        """Print the lines, and make sure they are seen."""
        for line in lines:
            for text in self._wrapped(line):
                self.console.print(text, soft_wrap=True)
        self.console.file.flush()

    def _wrapped(self, line: Line) -> Iterator[RichText]:
        if self.is_terminal and _is_marks(line.text) and line.indent + len(line.text) > self.console.width:
            return  # what they stand under is wrapped
        text = RichText(encodable(line.shown, self.encoding), style=line.style)
        for i, mark in enumerate(line.text[: line.marks]):
            text.stylize(MARKS[mark][0], i, i + 1)
        if not self.is_terminal or not line.text:
            yield RichText(" " * line.indent * bool(line.text)) + text
            return
        room = max(10, self.console.width - line.indent - line.hang)
        for i, part in enumerate(text.wrap(self.console, room)):
            yield RichText(" " * (line.indent + line.hang * bool(i))) + part


def _is_marks(text: str) -> bool:
    return bool(text.strip()) and set(text) <= {" ", "^"}


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Leave it to the caller: Rich would end the program with exit code 1, which means something else here."""
        raise


def visible(text: str) -> str:
    r"""The text as people are to see it: what commands a terminal, or is no letter, is written out, as \x1b is."""
    return "".join(c if category(c) not in _UNSEEN or c == "\n" else ascii(c)[1:-1] for c in text)


def encodable(text: str, encoding: str) -> str:
    """The text, with plain letters for what the encoding does not have."""
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(_PLAIN).encode(encoding, "replace").decode(encoding)
    return text


# ---- one derivation ----------------------------------------------------------------------------------------------


def derivation_lines(derivation: DerivationReport) -> Iterator[Line]:
    """A heading, then each claim with what is to be said of its steps, then an empty line."""
    source = f", from {derivation.source}" if derivation.source else ""
    yield Line(f"{derivation.name}  ({derivation.file}{source})", style="bold")
    width = min(24, max((len(_shown_math(claim.target_text, claim.target)) for claim in derivation.claims), default=0))
    steps = max((len(claim.steps) for claim in derivation.claims), default=0)
    for claim in derivation.claims:
        marks = "".join(map(mark, claim.steps))
        text = f"{marks:<{steps}} {_shown_math(claim.target_text, claim.target):<{width}}  {claim.at}".rstrip()
        yield Line(text, indent=2, hang=steps + 1, marks=len(marks))
        for step in claim.steps:
            yield from _remarks(derivation, claim, step, indent=steps + 3)
    for text in filter(None, (tell(derivation) for tell in (_sizes_of_proofs, _where_proofs_hold, _by_symmetric))):
        yield Line(text, indent=2, style="dim")
    if not derivation.claims:
        yield Line("no claim could be read: see the problem below", indent=2, style="red")
    yield Line()


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


def _shown_math(text: Text | None, source: str | None) -> str:
    """As a document would print it; a report that was not made by verification may have the source only."""
    return text.unicode if text is not None else source or ""


def _remarks(derivation: DerivationReport, claim: ClaimReport, step: StepReport, indent: int) -> Iterator[Line]:
    printed = _shown_math(step.printed_text, step.printed)
    corrected = _shown_math(step.corrected_text, step.corrected)
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
    yield from (f"{one.text.unicode}{_edits(one)}" for one in search.corrections)
    yield from [search.words] if search.words else []


def mark(step: StepReport) -> str:
    """The one letter that says how a step came out; see MARKS."""
    if step.is_harness_error:
        return "!"
    if step.kind == "step" and step.judgement.verdict in HOLDS:
        return HOLDS[step.judgement.verdict]
    if step.ok:
        return step.kind[0]
    judged = (step.judgement, step.correction)
    return "?" if any(j is not None and j.verdict is Verdict.UNDECIDED for j in judged) else "✗"


# ---- one step ----------------------------------------------------------------------------------------------------


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
    return _SAID.get(found.verdict, found.verdict.value) + _edits(found)


def _edits(found: Correction) -> str:
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


def _shown(judgement: Judgement, heading: str, formula: str) -> str:
    """The message of a judgement, with the formula where the message does not show it."""
    if not judgement.message:
        return f"{heading}: {formula} is {judgement.verdict.value}"
    return judgement.message if formula in judgement.message else f"{judgement.message}\nprinted: {formula}"


# ---- the end of a report -----------------------------------------------------------------------------------------


def closing_lines(report: Verification) -> Iterator[Line]:
    """Problems, what the marks mean, and the counts: of each document if there are several, then of all."""
    for problem in report.all_problems:
        yield from _problem_lines(str(problem))
    used = {mark(step) for step in report.steps}
    for letter, (_, meaning) in MARKS.items():
        if letter in used:
            yield Line(f"{letter} {meaning}", marks=1)
    if used:
        yield Line()
    parts = report.documents.items()
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
    verdicts = [f"{n} {_SAID.get(v, v.value)}" for v in Verdict if (n := summary[v.value])]
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
    steps = [step for step in report.steps if not step.ok]
    reasons = []
    if steps:
        reasons.append(f"{_number(len(steps), 'step')} {'is' if len(steps) == 1 else 'are'} not as the module says")
    if report.all_problems:
        reasons.append(_number(len(report.all_problems), "problem"))
    return f"NOT OK: {', '.join(reasons) or 'nothing was verified'}"


def _number(count: int, one: str, many: str = "") -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"
