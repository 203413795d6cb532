"""Verdicts that are remembered from run to run, so that what has not changed is not judged again.

A derivation's verdicts lie in a file of their own, named by its fingerprint, in the folder where systems keep what can
be made again. What is not whole, or cannot be read, is judged as if it had never been there, and nothing is said if
nothing can be written.
"""

import contextlib
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from gradcheck.verdicts import Correction, Judgement, Position, Problem, Search, StepReport, Text, Verdict

MOST = 2000
"""How many files are kept, those that were written last."""

Found = dict[Position, StepReport]


def folder() -> Path:
    """Where they are kept: in GRADCHECK_CACHE, or else where this system keeps caches."""
    if own := os.environ.get("GRADCHECK_CACHE"):
        return Path(own)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "gradcheck" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "gradcheck"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "gradcheck"


def remembered(fingerprint: str, unjudged: Mapping[Position, StepReport]) -> Found:
    """All steps of a derivation with what was said of them; nothing if that is not known of every one.

    unjudged: the steps as they stand in the document.
    """
    try:
        said = json.loads(_file(fingerprint).read_text(encoding="utf-8"))
        return {position: _step(said[f"{position.claim},{position.step}"], step) for position, step in unjudged.items()}
    except (OSError, ValueError, KeyError, TypeError, RuntimeError):  # a RuntimeError where nobody is at home
        return {}


def remember(fingerprint: str, found: Mapping[Position, StepReport | Problem]) -> None:
    """Keep what was said of all steps of a derivation; nothing if not all was judged, or it may be said otherwise."""
    steps = {position: step for position, step in found.items() if isinstance(step, StepReport)}
    if len(steps) < len(found) or not all(map(_stays, steps.values())):
        return
    with contextlib.suppress(OSError, TypeError, ValueError, RuntimeError):
        text = json.dumps({f"{position.claim},{position.step}": _data(step) for position, step in steps.items()})
        file = _file(fingerprint)
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, suffix=".new", delete=False) as new:
            new.write(text)
        os.replace(new.name, file)
        _forget_the_oldest(file.parent)


def _stays(step: StepReport) -> bool:
    """Whether the same would be said again: a search may have ended for want of time."""
    return not step.is_harness_error and (step.search is None or step.search.is_whole)


def _file(fingerprint: str) -> Path:
    return folder() / f"{fingerprint}.json"


def _forget_the_oldest(kept: Path) -> None:
    files = list(kept.glob("*.json"))
    for file in sorted(files, key=lambda file: file.stat().st_mtime)[: len(files) - MOST] if len(files) > MOST else ():
        file.unlink(missing_ok=True)


# ---- as data -----------------------------------------------------------------------------------------------------


def _data(step: StepReport) -> dict[str, Any]:
    judged = [None if one is None else (one.verdict.value, one.message, one.evidence) for one in _judgements(step)]
    search = step.search and (
        [(*found.text, found.edits, found.verdict.value, found.marks) for found in step.search.corrections],
        step.search.words,
        step.search.seconds,
    )
    return {"judged": judged, "search": search}


def _judgements(step: StepReport) -> tuple[Judgement | None, Judgement | None]:
    return step.judgement, step.correction


def _step(data: dict[str, Any], step: StepReport) -> StepReport:
    judgement, correction = (one and Judgement(Verdict(one[0]), one[1], one[2]) for one in data["judged"])
    search = data["search"] and Search(tuple(map(_correction, data["search"][0])), *data["search"][1:])
    return replace(step, judgement=judgement, correction=correction, search=search)


def _correction(data: list[Any]) -> Correction:
    source, unicode, latex, edits, verdict, marks = data
    return Correction(Text(source, unicode, latex), tuple(edits), Verdict(verdict), marks)
