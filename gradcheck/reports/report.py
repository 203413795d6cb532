"""The public way in: verify a derivation, and get what was found as something that prints itself."""

from gradcheck.documents.claims import Derivation
from gradcheck.judging.verification import DEFAULT_EXAMPLES, Progress, verify_all
from gradcheck.reports.terminal import report_text
from gradcheck.verdicts import Verification


class Report(Verification):
    """A verification whose `str` is the report for people, as the terminal shows it."""

    def __str__(self) -> str:
        return report_text(self)


def verify(derivation: Derivation, examples: int = DEFAULT_EXAMPLES, progress: Progress = lambda *said: None) -> Report:
    """Judge every step of a derivation.

    Args:
        derivation: what `@derivation` made.
        examples: how many draws of structure, sizes and points each step sees, at least 1.
        progress: called after every step.

    Raises:
        ValueError: `examples` is less than 1.
    """
    found = verify_all([derivation], examples=examples, progress=progress)
    return Report(found.derivations, found.problems)
