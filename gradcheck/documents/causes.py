"""Causes: mistakes that several lines of a document share, each told once.

A cause is called with what is printed and what is right, in the place of a part of a formula or of a definition, and
stands for either: a derivation is told several times, with some of its mistakes left in (see `tellings`).
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from gradcheck.documents.errors import DerivationError, refuse_unless_text
from gradcheck.verdicts import Mistake

KINDS = ("misprint", "abuse")


@dataclass
class Telling:
    """One way in which a derivation is told. leaves_in: whether a mistake stays as it is printed.

    met: the mistakes that were come across so far, in the order of the document.
    """

    leaves_in: Callable[[Mistake], bool]
    met: dict[Mistake, None] = field(default_factory=dict)


_TELLING: ContextVar[Telling | None] = ContextVar("the telling that runs", default=None)


@contextmanager
def in_telling(telling: Telling) -> Iterator[None]:
    """While the lines of a derivation run."""
    token = _TELLING.set(telling)
    try:
        yield
    finally:
        _TELLING.reset(token)


@dataclass(frozen=True)
class Cause:
    """A mistake of a document, to be called where it is printed."""

    mistake: Mistake

    def __call__(self, printed: Any, corrected: Any) -> Any:
        """What is printed in a place, or what is right there: arrays, numbers, sizes or shapes.

        Raises:
            DerivationError: no derivation runs.
        """
        telling = _TELLING.get()
        if telling is None:
            what = f"the cause {self.mistake.why!r} was called beside the derivations"
            cure = "call it in a derivation, or in a function that one calls: what it gives differs from run to run"
            raise DerivationError(what, cure, sys._getframe(1).f_lineno)
        telling.met[self.mistake] = None
        return printed if telling.leaves_in(self.mistake) else corrected


def cause(why: str, kind: str = "misprint") -> Cause:
    """A mistake that is made once and seen in several places: `lost = cause("the minus is lost")`.

    In a derivation `lost(printed, corrected)` stands for what is printed there, in any part of a formula, in a step or
    in a definition that later lines use. Each step that differs for it is marked with it, and is right once it is
    mended; whatever is right then is no mistake. Where a whole step is meant, `misprint(printed, corrected, lost)` does
    as well. kind: "misprint", or "abuse" where a custom of reading makes the line true.

    Raises:
        DerivationError: `why` is no text, or `kind` another word.
    """
    line = sys._getframe(1).f_lineno
    refuse_unless_text(line, why=why)
    if kind not in KINDS:
        raise DerivationError(f"kind={kind!r} is no kind of mistake", f"write one of {', '.join(KINDS)}", line)
    return Cause(Mistake(why, kind))
