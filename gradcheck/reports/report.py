"""The public way in: verify derivations, and get what was found as something that prints itself."""

import multiprocessing
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from pathlib import Path
from types import ModuleType
from typing import Any

from gradcheck.documents.arguments import InFile, named
from gradcheck.documents.derivations import Derivation
from gradcheck.judging import worker
from gradcheck.judging.executors import verified_on
from gradcheck.judging.parallel import FileVerification
from gradcheck.judging.verification import Progress, verify_derivation
from gradcheck.judging.worker import Address
from gradcheck.limits import DEFAULT_EXAMPLES, SEARCH, USUAL, Limits
from gradcheck.reports.text import report_text
from gradcheck.verdicts import Verification


class Report(Verification):
    """A verification that prints as the report for people, as the terminal shows it; false if it is not ok."""

    def __str__(self) -> str:
        return report_text(self)

    __repr__ = __str__  # notebooks and `assert verify(…)` show it

    def __bool__(self) -> bool:
        return self.ok


What = Derivation | ModuleType | str | Path
"""A derivation, a module with derivations, or what the command line takes: a file, a page, a folder, FILE::NAME."""


def verify(
    what: What | Iterable[What],
    examples: int = DEFAULT_EXAMPLES,
    progress: Progress = lambda *said: None,
    limit: float = USUAL.seconds,
    memory: float = USUAL.gigabytes,
    corrections: bool = True,
    executor: Executor | None = None,
) -> Report:
    """Judge every step of a derivation, of a module, a file of derivations, a page of notes or a folder, or of several.

    Files are executed in processes of their own; of pages nothing is executed but what was read of them. So are
    derivations of modules; one that no module holds (it was made in a notebook, in the program itself, in a function)
    is judged in this process, where time is only looked at between steps.

    Args:
        what: a derivation (what `@derivation` made), a module, a path as on the command line, or an iterable of these;
            what an executor judges stands first in the report, and what is judged in this process last.
        examples: how many draws of structure, sizes and points each step sees, at least 1.
        progress: called after every step with the derivation's name, how many of its steps are judged, and of how many.
        limit: seconds that a step may take, and an import; a derivation may take 20 times as long.
        memory: gigabytes that a process may need, where the system can hold it.
        corrections: whether the corrections of wrong steps are looked for, up to ten seconds a step: they are each
            step's `correction_found`, and what is printed of it.
        executor: what files and pages are verified on, one call for each: any `concurrent.futures.Executor`, such as a
            process pool, Dask's (`client.get_executor()`) or MPI's, on one machine or many. Pages are sent as texts,
            files of derivations as paths, which have to be there under the same path. Each call judges in a process of
            its own. Without an executor, the cores of this machine are used.

    Raises:
        ValueError: `examples` is less than 1, or a path names nothing.
        TypeError: something else than this is to be verified.
        RuntimeError: a file of derivations verifies files while it is executed itself.
    """
    if examples < 1:
        raise ValueError(f"examples={examples}: at least 1 is needed")
    limits = Limits(limit, memory, SEARCH if corrections else 0.0)
    given: Any = what
    several = given if isinstance(given, Iterable) and not isinstance(given, str) else [given]
    wanted = [one for each in several for one in _wanted(each)]
    sent = [one for one in wanted if isinstance(one, InFile)] if executor is not None else []
    there = verified_on(executor, sent, examples, limits, progress) if executor is not None else Verification(())
    left = [one for one in wanted if not isinstance(one, Derivation) and one not in sent]
    elsewhere = FileVerification(left, examples, limits, progress)
    elsewhere.complete()
    found = elsewhere.report()
    here = [verify_derivation(one, examples, progress, limits) for one in wanted if isinstance(one, Derivation)]
    return Report((*there.derivations, *found.derivations, *here), (*there.problems, *found.problems))


def _wanted(what: Any) -> Iterator[Derivation | InFile | Address]:
    """What is to be judged in this process as it is, and what in others, by where it is found."""
    match what:
        case Derivation():
            yield _address(what) or what
        case ModuleType():
            found = {id(value): value for value in vars(what).values() if isinstance(value, Derivation)}
            yield from (_address(one) or one for one in found.values() if one.function.__module__ == what.__name__)
        case str() | Path() if worker.is_here():
            cure = "put it under `if __name__ == '__main__':`"
            raise RuntimeError(f"verify({str(what)!r}) in a file that is executed to be verified: {cure}")
        case str() | Path():
            yield from named([str(what)])
        case _:
            cure = "give a derivation, a module, a file or folder, or a list of these"
            raise TypeError(f"{what!r} cannot be verified: {cure}")


def _address(derivation: Derivation) -> Address | None:
    """Where another process finds a derivation; None if it cannot, or must not look there.

    The program that runs now is not run again, and a derivation file that verifies itself not in a child of a child.
    """
    name = derivation.function.__module__
    module = sys.modules.get(name)
    if name == "__main__" or worker.is_here() or multiprocessing.current_process().daemon:
        return None
    if getattr(module, derivation.name, None) is not derivation or not Path(derivation.file).is_file():
        return None
    return Address(derivation.file, derivation.name, derivation.line, derivation.source, name)
