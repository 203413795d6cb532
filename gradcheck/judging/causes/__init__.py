"""Why a wrong step is wrong: causes first, each tried by the oracles that judge steps, then places.

A cause says what would be right in the place of the step, and is named only if numbers see that it is; if the prime
field proves it as well, it is verified, else the words say "looks like". The first one that is verified counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from gradcheck.graph.refusals import refusals_as_data
from gradcheck.judging.causes.conventions import a_convention
from gradcheck.judging.causes.document import a_shared_name, an_earlier_line, another_quantity, what_changed
from gradcheck.judging.causes.entries import where
from gradcheck.judging.causes.places import a_likely_place, a_place, a_sign
from gradcheck.judging.causes.searched import an_edit
from gradcheck.judging.causes.trial import Cause as Cause
from gradcheck.judging.causes.trial import Trial
from gradcheck.judging.causes.whole import a_factor, a_term, transposed
from gradcheck.judging.comparison import Comparison
from gradcheck.judging.findings import Case

CAUSES: tuple[Callable[[Trial], Iterator[Cause]], ...] = (
    a_convention,
    transposed,
    a_factor,
    an_earlier_line,
    a_shared_name,
    a_sign,
    a_term,
    a_likely_place,
    another_quantity,
    a_place,
    an_edit,
)
"""What is tried, the likeliest first."""


class Explained(NamedTuple):
    """The cause of a wrong step, if one was found.

    changed: what is different from the line before, if that is right.
    """

    cause: Cause | None = None
    changed: str = ""

    @property
    def said(self) -> list[str]:
        """It in words."""
        return [words for words in (str(self.cause or ""), self.changed) if words]

    @property
    def evidence(self) -> dict[str, Any]:
        """It for reports."""
        found: dict[str, Any] = {"line_before": self.changed} if self.changed else {}
        if self.cause is not None:
            found |= {"cause": self.cause.kind, "words": self.cause.words, "verified": self.cause.is_verified}
        return {"diagnosis": found} if found else {}


def explained(case: Case, others: Sequence[Case] = (), differing: Sequence[Comparison] = ()) -> Explained:
    """What is known of a wrong step of one instance of its claim, and of the others; nothing if it cannot be told.

    differing: what numbers say where they see it.
    """
    if not case.is_explained:
        return Explained()
    try:
        with refusals_as_data():
            trial = Trial(case, others)
            return Explained(_first(trial) or where(trial, differing), what_changed(trial))
    except MemoryError:  # nobody's mistake
        raise
    except Exception:  # words are extra: no mistake in finding them keeps a verdict from being said
        return Explained()


def _first(trial: Trial) -> Cause | None:
    seen = None
    for cause in chain.from_iterable(causes(trial) for causes in CAUSES):
        if cause.is_verified:
            return cause
        seen = seen or cause
    return seen
