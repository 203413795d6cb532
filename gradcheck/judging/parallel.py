"""The same verification on several processes, a derivation at a time, with the same report in the same order."""

import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterable, Sequence

from gradcheck.documents.claims import Derivation
from gradcheck.documents.files import collect
from gradcheck.judging.verification import Progress, verify_all, verify_derivation
from gradcheck.verdicts import DerivationReport, Problem, Verification

WORTH_IT = 6
"""With fewer derivations, starting processes takes longer than it saves."""


def verify_on_all_cores(
    derivations: Sequence[Derivation],
    problems: Iterable[Problem],
    examples: int,
    progress: Progress,
    on_derivation: Callable[[DerivationReport], None],
) -> Verification:
    """As `verify_all`. The derivations must be reachable as FILE::NAME, as those are that `collect` found."""
    cores = min(_cores(), len(derivations))
    if len(derivations) < WORTH_IT or cores < 2:
        return verify_all(derivations, problems, examples, progress, on_derivation)
    tasks = [(f"{derivation.file}::{derivation.name}", examples) for derivation in derivations]
    reports: list[DerivationReport] = []
    # Spawned, not forked: the parent has a thread that draws the progress bar.
    with multiprocessing.get_context("spawn").Pool(cores, _quiet) as pool:
        for report in pool.imap(_verify, tasks):
            reports.append(report)
            progress(report.name, 1, 1)
            on_derivation(report)
    return Verification(tuple(reports), tuple(problems))


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _quiet() -> None:
    """Ctrl-C is the parent's to answer, and standard output the report's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    sys.stdout = sys.stderr


def _verify(task: tuple[str, int]) -> DerivationReport:
    path, examples = task
    (derivation,) = collect([path]).derivations
    return verify_derivation(derivation, examples)
