"""Judges marked steps in a copy of their file, so that nothing is written that does not hold there."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from gradcheck.fixing.patches import Wrong
from gradcheck.fixing.places import NotLiteral
from gradcheck.judging.one_by_one import OneByOne
from gradcheck.judging.worker import Found
from gradcheck.limits import Limits
from gradcheck.verdicts import Problem


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
    return [(step, f"it would be no confirmed misprint: {why}") for step, why in judged if why]


def _why_not(child: OneByOne, found: Found, step: Wrong) -> str:
    """Why a step is no confirmed misprint there; empty if it is."""
    address = next((one for one in found.derivations if one.name == step.derivation.name), None)
    if address is None:
        return _first(found.problems)
    outline = child.outline(address)
    position = outline.named.get(step.name)
    if position is None:
        return _first(outline.problems)
    said = child.judged(address, position, outline)
    if isinstance(said, Problem):
        return said.what
    is_it = said.kind == "misprint" and said.printed == step.step.printed and said.ok
    return "" if is_it else f"the correction is {said.correction.verdict.value if said.correction else 'not there'}"


def _first(problems: Sequence[Problem]) -> str:
    return problems[0].what if problems else "the step is not there any more"
