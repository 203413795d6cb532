"""What was found of a page of notes: which steps stand in which formula, and the mark of each."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from gradcheck.documents.tex.pages import Formula, Page
from gradcheck.verdicts import DerivationReport, StepReport, Verdict


class Mark(NamedTuple):
    """What stands over a relation: a sign, the same in LaTeX, its colour there, its kind in style sheets, its words."""

    sign: str
    latex: str
    colour: str
    kind: str
    words: str


_WRONG = Mark("✗", "\\text{✗}", "red", "wrong", "refuted")
MARKS: Mapping[Verdict, Mark] = {
    Verdict.PROVED: Mark("✓", "\\checkmark", "green", "proved", "proved"),
    Verdict.AGREES: Mark("~", "\\sim", "orange", "open", "seen to agree, not proved"),
    Verdict.REFUTED: _WRONG,
    Verdict.ILL_SHAPED: _WRONG._replace(words="does not conform"),
    Verdict.UNDECIDED: Mark("?", "?", "orange", "open", "undecided"),
    Verdict.NOT_READ: Mark("○", "\\circ", "gray", "unread", "not read"),
    Verdict.DEFINITION: Mark("def", "\\text{def}", "blue", "definition", "definition"),
    Verdict.HARNESS_ERROR: Mark("!", "!", "magenta", "open", "gradcheck contradicts itself"),
}
COUNTED: Mapping[str, Sequence[Verdict]] = {
    "proved": (Verdict.PROVED,),
    "wrong": (Verdict.REFUTED, Verdict.ILL_SHAPED),
    "seen to agree, not proved": (Verdict.AGREES,),
    "undecided": (Verdict.UNDECIDED, Verdict.HARNESS_ERROR),
    "not read": (Verdict.NOT_READ,),
    "by definition": (Verdict.DEFINITION,),
}
"""What is counted together, in the order in which it is said."""
SILENT = ("proved", "definition")
"""Kinds of marks that say all there is to say."""
_NOT_SHOWN = ("exact algebra:", "repeat:")


class Noted(NamedTuple):
    """A step of a page. number: counted from 1, in the order of the page."""

    number: int
    step: StepReport

    @property
    def mark(self) -> Mark:
        """What stands over its relation."""
        return MARKS[self.step.judgement.verdict]

    @property
    def is_wrong(self) -> bool:
        """Whether it was found not to hold."""
        return self.step.judgement.verdict.is_wrong

    @property
    def is_told(self) -> bool:
        """Whether there is something to be said of it."""
        return self.mark.kind not in SILENT

    @property
    def words(self) -> list[str]:
        """What is wrong with it, or why nothing is known."""
        if self.step.unread:
            return [self.step.unread]
        lines = self.step.judgement.message.splitlines()
        said = [line.strip() for line in lines[1:] if not line.strip().startswith(_NOT_SHOWN)]
        return said or lines[:1]


class Summed(NamedTuple):
    """How many steps a page has of each kind, by the words for it, with their mark."""

    mark: Mark
    steps: int
    words: str


@dataclass(frozen=True)
class Annotated:
    """A page with what was found of it.

    Raises ValueError, when its steps are placed, if it is another page than the one that was judged.
    """

    page: Page
    report: DerivationReport

    @cached_property
    def steps(self) -> list[Noted]:
        """The steps in the order of the page."""
        placed = [step for step in self.report.steps if step.relation is not None and step.span is not None]
        placed.sort(key=lambda step: (step.relation, step.span))
        for step in placed:
            start, stop = step.span or (0, 0)
            if self.page.text[start:stop] != step.tex:
                raise ValueError(f"{self.report.file} was changed while it was judged: run it again")
        return [Noted(number, step) for number, step in enumerate(placed, 1)]

    def steps_in(self, formula: Formula) -> list[Noted]:
        """Those whose relations stand in a formula."""
        return [one for one in self.steps if formula.start <= (one.step.relation or (0, 0))[0] < formula.stop]

    @property
    def wrong(self) -> list[Noted]:
        """The steps that do not hold."""
        return [one for one in self.steps if one.is_wrong]

    @cached_property
    def title(self) -> str:
        """Its first heading, or what its file is called."""
        heading = (
            r"\\(?:title|section)\*?\{([^{}\n]+)\}" if self.page.is_latex else r"^ {0,3}#{1,6}[ \t]+([^\n]+?)[ #]*$"
        )
        found = re.search(heading, self.page.text[self.page.body :], re.MULTILINE)
        return found[1] if found else self.page.name

    @property
    def headline(self) -> str:
        """The whole in one sentence."""
        claimed = [one for one in self.steps if one.mark.kind != "definition"]
        if not claimed:
            return "nothing was judged"
        wrong, steps = len(self.wrong), f"{len(claimed)} step{'s' * (len(claimed) > 1)}"
        if wrong:
            return f"{wrong} of {steps} {'is' if wrong == 1 else 'are'} wrong"
        proved = sum(one.mark.kind == "proved" for one in claimed)
        return f"all of {steps} proved" if proved == len(claimed) else f"{proved} of {steps} proved, none found wrong"

    @property
    def reading(self) -> str:
        """How much of it was read."""
        read = self.report.page
        return f"read {read.read} of {read.steps} step{'s' * (read.steps != 1)}" if read is not None else ""

    @property
    def counts(self) -> Iterator[Summed]:
        """How many there are of each kind, but of those that there are none of."""
        found = Counter(one.step.judgement.verdict for one in self.steps)
        for words, verdicts in COUNTED.items():
            if count := sum(found[verdict] for verdict in verdicts):
                yield Summed(MARKS[verdicts[0]], count, words)
