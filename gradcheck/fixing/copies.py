"""Judges marked steps in a copy of their file, so that nothing is written that does not hold there."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from gradcheck.fixing.patches import Wrong
from gradcheck.fixing.places import NotLiteral
from gradcheck.judging.one_by_one import OneByOne
from gradcheck.judging.worker import Found
from gradcheck.limits import Limits
from gradcheck.verdicts import DerivationReport, Position, Problem, StepReport

UNCONFIRMED = "would be no confirmed misprint"
"""What is said of a step before the reason."""


def not_confirmed(
    name: str, content: bytes, steps: Sequence[Wrong], examples: int, limits: Limits
) -> list[tuple[Wrong, str]]:
    """The steps that are no confirmed misprints in a file of this name and content, each with the reason.

    Raises:
        NotLiteral: the file cannot be read under another path.
    """
    with tempfile.TemporaryDirectory() as folder, OneByOne(examples, limits) as child:
        copy = Path(folder) / name
        copy.write_bytes(content)
        found = child.read(copy)
        if not found.derivations:
            raise NotLiteral(f"a copy of the file cannot be judged: {_first(found.problems)}")
        judged = [(step, _why_not(child, found, step)) for step in steps]
    return [(step, why) for step, why in judged if why]


def _why_not(child: OneByOne, found: Found, step: Wrong) -> str:
    """Why a step is no confirmed misprint there, or another one that stands in the same place; empty if all are."""
    address = next((one for one in found.derivations if one.name == step.derivation.name), None)
    if address is None:
        return f"it {UNCONFIRMED}: {_first(found.problems)}"
    outline = child.outline(address)
    if step.name not in outline.named:
        return f"it {UNCONFIRMED}: {_first(outline.problems)}"
    where = outline.named[step.name]
    if outline.claims[where.claim].steps[where.step].printed != step.step.printed:
        return f"it {UNCONFIRMED}: another formula is printed there"
    for name, position in outline.named.items():
        if _place(outline, position) == _place(outline, where):
            why = _not_misprinted(child.judged(address, position, outline))
            if why:
                return f"{'it' if name == step.name else f'{name}, which is marked with it,'} {UNCONFIRMED}: {why}"
    return ""


def _place(outline: DerivationReport, position: Position) -> tuple[int, int]:
    """Where a step is written: a claim in a loop, or one with several targets, makes several steps in one place."""
    return outline.claims[position.claim].line, position.step


def _not_misprinted(said: StepReport | Problem) -> str:
    """Why a step is no confirmed misprint; empty if it is."""
    if isinstance(said, Problem):
        return said.what
    if said.ok and said.kind == "misprint":
        return ""
    if said.correction is None:
        return "it is not marked"
    if not said.judgement.verdict.is_wrong:
        return f"it is {said.judgement.verdict.value} as printed"
    return f"the correction is {said.correction.verdict.value}"


def _first(problems: Sequence[Problem]) -> str:
    return problems[0].what if problems else "the step is not there any more"
