"""What check_gradient says: a finding for each argument, and the report for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from gradcheck.limits import SEARCH
from gradcheck.verdicts import Verdict

if TYPE_CHECKING:
    from gradcheck.black_box.corrected import Wrong

WORST_FIRST = (Verdict.REFUTED, Verdict.UNDECIDED, Verdict.AGREES)


@dataclass(frozen=True)
class ArgumentFinding:
    """What was found of the gradient by one argument: a verdict, how it differs or why nothing was seen.

    argument: its name; empty if it is about the whole call. resolution: the smallest error that would have been
    refuted, relative to the largest entry of the array; NaN where nothing was measured. error: the error bar of the
    slopes, on the same scale. is_smooth: whether f may have a derivative there at all, as far as was seen. cause: why
    it is wrong, in the word that evidence has for it, such as "factor" or "transpose"; empty if that is not known.
    """

    argument: str
    found: Verdict
    message: str = ""
    resolution: float = float("nan")
    error: float = float("nan")
    is_smooth: bool = True
    cause: str = ""

    @property
    def verdict(self) -> str:
        """It in a word: "agrees", "refuted" or "undecided"."""
        return self.found.value

    def changed_to(self, found: Verdict, message: str, **more: Any) -> ArgumentFinding:
        """Another verdict on the same measurements."""
        return replace(self, found=found, message=message, **more)

    def __str__(self) -> str:
        """How well it was seen."""
        seen = "proved" if self.message and self.is_smooth else f"to {self.resolution:.0e}"
        return f"{self.argument} {seen}"


@dataclass(frozen=True, repr=False)
class GradientReport:
    """The result of check_gradient. `str()` of it is for people; it is true exactly if the gradient agrees.

    findings: one for each argument, or one for the whole call. exact: what exact algebra said. evaluations: how often
    f was called. wrong: the formulas of wrong gradients, by argument, where both functions are formulas.
    """

    name: str
    findings: tuple[ArgumentFinding, ...]
    notes: tuple[str, ...] = ()
    exact: str = ""
    evaluations: int = 0
    seed: int = 0
    wrong: Mapping[str, Wrong] = field(default_factory=dict, compare=False)

    @cached_property
    def corrections(self) -> dict[str, str]:
        """What is proved to be the gradient in the place of a wrong one, by argument, in NumPy; looked for when asked.

        The search takes ten seconds at most; what it does not find is left out.
        """
        found = {argument: wrong.correction(SEARCH / len(self.wrong)) for argument, wrong in self.wrong.items()}
        return {argument: text for argument, text in found.items() if text}

    @property
    def verdict(self) -> str:
        """The worst of the findings': "agrees", "refuted" or "undecided"."""
        found = {finding.found for finding in self.findings}
        return next(verdict.value for verdict in WORST_FIRST if verdict in found)

    @property
    def ok(self) -> bool:
        """Whether the gradient was seen to be right."""
        return all(finding.found is Verdict.AGREES for finding in self.findings)

    @property
    def resolution(self) -> float:
        """The smallest error that would have been refuted, relative to an array's largest entry; NaN if unmeasured."""
        return float(np.fmax.reduce([finding.resolution for finding in self.findings]))

    def __bool__(self) -> bool:
        return self.ok

    def __str__(self) -> str:
        return "\n".join([*self._headlines(), self._evidence()])

    def __repr__(self) -> str:
        """On one line, for `assert check_gradient(…)`."""
        return f"<{': '.join(self._headlines())}>"

    def _headlines(self) -> list[str]:
        if self.ok:
            seen = ", ".join(map(str, self.findings))
            return [f"the gradient of {self.name} agrees: {seen}", *(f.message for f in self.findings if f.message)]
        lines = []
        for finding in self.findings:
            if finding.found is not Verdict.AGREES:
                by = f" by {finding.argument}" if finding.argument else ""
                lines += [f"the gradient of {self.name}{by} is {finding.verdict}", finding.message]
                if finding.argument in self.corrections:
                    lines.append(f"write instead: {self.corrections[finding.argument]}")
        return lines

    def _evidence(self) -> str:
        errors = [finding.error for finding in self.findings if np.isfinite(finding.error)]
        parts = [f"differences: error bar {max(errors):.0e}, resolution {self.resolution:.0e}"] if errors else []
        if self.exact:
            parts.append(f"exact algebra: {self.exact}")
        return "; ".join([*parts, *self.notes, f"{self.name} called {self.evaluations} times", f"seed {self.seed}"])
