"""What is said of a search for corrections: it changes no verdict, whatever becomes of it."""

from gradcheck import printing
from gradcheck.documents.instances import ClaimGroup
from gradcheck.entries.lowering import Axes
from gradcheck.entries.raising import by_entries
from gradcheck.judging import repairs
from gradcheck.judging.steps import Judge
from gradcheck.limits import OutOfTime, Stage
from gradcheck.verdicts import Correction, Search

ENDS = 3
"""A search that knows its limit is ended from outside if it takes so many times as long."""


def search(judge: Judge, group: ClaimGroup, position: int, seconds: float, stage: Stage) -> Search:
    """Look for the corrections of a step for so many seconds, in a stage that stops what takes too long."""
    try:
        with stage(ENDS * seconds):
            found = repairs.repair(judge, group, position, seconds)
    except (OutOfTime, MemoryError) as error:
        why = str(error) or "no memory is left"
        return Search(words=f"the search for a correction came to no end: {why}", is_whole=False)
    except Exception as error:  # a mistake of ours in what is extra
        return Search(words=f"the search for a correction failed: {type(error).__name__}: {error}", is_whole=False)
    axes = group.claim.axes
    corrections = tuple(_shown(one, judge.derivation.layers, axes) for one in found.corrections)
    return Search(corrections, found.words, found.seconds, not (found.is_over_time or found.failure))


def _shown(found: repairs.Correction, layers: str, axes: Axes) -> Correction:
    formula = found.formula
    if axes.letters and formula.ndim == len(axes.places):  # what keeps axes behind its indices is shown as an array
        formula = axes.array(by_entries(formula, axes.places, found.names))
    printed, source = printing.source(found.printed, found.names), printing.code(formula, found.names)
    text = printing.text(formula, found.names, layers)._replace(source=source)
    edits = () if axes.letters else found.edits  # which are those of arrays
    return Correction(text, edits, found.judgement.verdict, printing.edited(printed, source))
