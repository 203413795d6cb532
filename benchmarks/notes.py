"""Pages of notes: how many of their steps are read, whether a verdict is false, and what becomes of planted mistakes.

    python benchmarks/notes.py [FOLDER …]    default: the pages that the reader was developed on

Each page has beside it what a mathematician says of each relation, written before the reader saw it. The pages of
tests/pages/unseen and third were written by others than the reader; RESULTS.md says what was read at first sight.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from gradcheck.documents.tex.pages import page_of
from gradcheck.documents.tex.reading import derivation_of
from gradcheck.judging.verification import verify_derivation
from gradcheck.limits import Limits
from gradcheck.verdicts import StepReport, Verdict

PAGES = Path(__file__).parents[1] / "tests" / "pages"
RIGHT, WRONG = (Verdict.PROVED, Verdict.AGREES, Verdict.DEFINITION), (Verdict.REFUTED, Verdict.ILL_SHAPED)
WANTED = {"right": RIGHT, "definition": RIGHT, "wrong": WRONG, "abuse": WRONG, "no claim": RIGHT}
"""What may be said of a relation that is right, wrong, …; of those that are no claims, what holds may be said."""
SEARCH = 10.0


def pages(folder: Path) -> list[Path]:
    """The pages of a folder that have what is right beside them."""
    return sorted(file for file in folder.iterdir() if file.suffix != ".toml" and file.with_suffix(".toml").exists())


def said_of(file: Path) -> list[dict[str, Any]]:
    """What is right of each relation of a page."""
    found: list[dict[str, Any]] = tomllib.loads(file.with_suffix(".toml").read_text(encoding="utf-8"))["step"]
    return found


def bare(tex: str) -> str:
    """LaTeX without what changes nothing."""
    tex = re.sub(r"\\nonumber|\\tag\{[^}]*\}|\\label\{[^}]*\}|\\left|\\right|\\[bB]ig+[lr]?|\s+", "", tex)
    return tex.rstrip(".,;\\")


def paired(
    said: Sequence[dict[str, Any]], found: Sequence[StepReport]
) -> Iterator[tuple[dict[str, Any], StepReport | None]]:
    """What is said of each relation, with the step of the report that stands in its line with its text."""
    left = list(found)
    for one in said:
        text, line = bare(one["tex"]), one["line"]
        close = [s for s in left if abs((s.source_line or 0) - line) <= 1 and _are_alike(bare(s.tex or ""), text)]
        step = min(close, key=lambda s: (bare(s.tex or "") != text, abs((s.source_line or 0) - line)), default=None)
        left = [other for other in left if other is not step]
        yield one, step


def _are_alike(one: str, other: str) -> bool:
    return one[:40].startswith(other[:40]) or other[:40].startswith(one[:40]) or one[-30:] == other[-30:]


def judged(file: Path, examples: int = 5, search: float = 0.0) -> list[tuple[dict[str, Any], StepReport | None]]:
    """Each relation of a page with what gradcheck says of it."""
    report = verify_derivation(derivation_of(page_of(file), str(file)), examples, limits=Limits(60, 8, search))
    return list(paired(said_of(file), list(report.steps)))


def is_read(step: StepReport | None) -> bool:
    """Whether a step was read."""
    return step is not None and step.judgement.verdict is not Verdict.NOT_READ


def is_false(one: dict[str, Any], step: StepReport | None) -> bool:
    """Whether something is said of a step that is not so; undecided says nothing."""
    if step is None or not is_read(step) or step.judgement.verdict is Verdict.UNDECIDED:
        return False
    return step.judgement.verdict not in WANTED[one["is"]]


def counted(steps: Sequence[tuple[dict[str, Any], StepReport | None]]) -> Counter[str]:
    """The figures of a page."""
    found: Counter[str] = Counter()
    for one, step in steps:
        if one["is"] == "no claim":
            found["false"] += is_false(one, step)
            continue
        found["steps"] += 1
        found["read"] += is_read(step)
        found["undecided"] += step is not None and step.judgement.verdict is Verdict.UNDECIDED
        found["false"] += is_false(one, step)
        if one["is"] == "wrong":
            found["mistakes"] += 1
            found["found"] += step is not None and step.judgement.verdict in WRONG
            found["corrected"] += step is not None and step.correction_found is not None
    return found


COLUMNS = ("steps", "read", "undecided", "false", "mistakes", "found", "corrected")


def main(folders: Sequence[Path]) -> None:
    """Print a table for each folder."""
    for folder in folders:
        print(f"| {folder.name} | {' | '.join(COLUMNS)} |\n|---{'|--:' * len(COLUMNS)}|")
        total: Counter[str] = Counter()
        for file in pages(folder):
            found = counted(judged(file, search=SEARCH))
            total += found
            print(f"| {file.name} | {' | '.join(str(found[name]) for name in COLUMNS)} |", flush=True)
        print(f"| all | {' | '.join(str(total[name]) for name in COLUMNS)} |\n")


if __name__ == "__main__":
    main([Path(word) for word in sys.argv[1:]] or [PAGES / "development"])
