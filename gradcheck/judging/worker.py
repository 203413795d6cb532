"""What runs in a child process: files are executed, derivations are read and steps are judged there, and only there.

All that is found is sent as it is found, so that it is known whatever happens next. Before anything that may take long,
the child says how long it may take: it interrupts itself where the system has a timer for that and Python code is
running, and is ended from outside where it does not.
"""

import contextlib
import importlib
import os
import signal
import sys
import threading
import time
import traceback
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from gradcheck.limits import LONGER_CURE, MORE_CURE, Limits, OutOfTime, is_over
from gradcheck.verdicts import DerivationReport, Position, Problem, StepReport, relative

if TYPE_CHECKING:
    from gradcheck.documents.derivations import Derivation
    from gradcheck.documents.files import Collection
    from gradcheck.judging.verification import Verifier

# The parent imports this file for its names alone; what is slow to import is imported in the child.


class Address(NamedTuple):
    """Where a derivation is found: in a module of this name that can be imported, or else by reading its file.

    text: of a page that is at hand, so that its file need not be.
    """

    file: str
    name: str
    line: int
    source: str
    module: str = ""
    text: str | None = None


class Stage(NamedTuple):
    """Something has begun that may take so many seconds."""

    seconds: float


class Found(NamedTuple):
    """A file was read: the derivations that it holds, and what is wrong with it."""

    derivations: tuple[Address, ...]
    problems: tuple[Problem, ...]


class Judged(NamedTuple):
    """What is said of a step, or why nothing is; what comes later of a step says more."""

    position: Position
    said: StepReport | Problem


class Loss(NamedTuple):
    """Why something came to no end, and what to do about it."""

    why: str
    cure: str

    def of_file(self, file: Path) -> Found:
        """What is known of a file that was not read."""
        return Found((), (Problem(relative(file), 0, f"it was not read: {self.why}", self.cure),))

    def of_derivation(self, address: Address) -> DerivationReport:
        """What is known of a derivation that was not read."""
        file = relative(address.file)
        problem = Problem(file, address.line, f"{address.name} was not judged: {self.why}", self.cure)
        return DerivationReport(address.name, address.source, file, (), (problem,))


class Returned(NamedTuple):
    """What a function has returned, or why it refuses what it was given."""

    value: Any
    refusal: str = ""


Record = Stage | Found | DerivationReport | Judged | Returned
"""What a child sends. A `DerivationReport` is an outline, in which nothing is judged."""


LOOK = 0.01
"""Seconds between two looks at the time, at least."""
AGAIN = 1.0
"""Seconds after which what is over is interrupted again: what is raised while something is deleted is lost."""


@dataclass
class _Child:
    records: Connection
    limits: Limits

    @contextlib.contextmanager
    def stage(self, seconds: float) -> Iterator[None]:
        """A stage that is ended by a timer of this process, or else by the parent, who is told of it."""
        self.records.send(Stage(seconds))
        if not hasattr(signal, "setitimer"):
            yield
            return
        clock, processor = time.monotonic(), time.process_time()

        def ring(number: int, frame: FrameType | None) -> None:
            waited, computed = time.monotonic() - clock, time.process_time() - processor
            over = is_over(seconds, waited, computed)
            signal.setitimer(signal.ITIMER_REAL, AGAIN if over else max(seconds - computed, LOOK))
            if over:
                raise OutOfTime(seconds)

        signal.signal(signal.SIGALRM, ring)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)


_child: _Child
_files: dict[str, "Collection"] = {}


def begin(records: Connection, limits: Limits) -> None:
    """Prepare this process: called once, before anything else."""
    global _child
    _child = _Child(records, limits)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to answer,
    with contextlib.suppress(OSError):
        os.dup2(2, 1)  # and standard output the report's
    sys.stdout = sys.stderr
    # What Python is told to make of warnings must not change a verdict: they are shown, and never raised.
    warnings.filters[:] = [one for one in warnings.filters if one[0] != "error"]  # type: ignore[index]
    sys.unraisablehook = _say_what_is_lost
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    importlib.import_module("gradcheck.judging.verification")  # before any time is taken
    _bound_memory(limits.gigabytes)


def _say_what_is_lost(lost: "sys.UnraisableHookArgs") -> None:
    if lost.exc_type is not OutOfTime:  # it rings again
        sys.__unraisablehook__(lost)


def _end_with_the_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _bound_memory(gigabytes: float) -> None:
    """Let allocations fail with a MemoryError behind so much more than what is mapped already, where systems can."""
    try:
        import resource

        mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
        wanted, most = mapped + int(gigabytes * 2**30), resource.getrlimit(resource.RLIMIT_AS)[1]
        if most == resource.RLIM_INFINITY or wanted < most:
            resource.setrlimit(resource.RLIMIT_AS, (wanted, most))
    except (ImportError, OSError, ValueError):
        pass  # no such limit on this system


def is_here() -> bool:
    """Whether this process is such a child, in which a derivation's file may itself ask for verification."""
    return "_child" in globals()


class _NotThere(Exception):
    """A derivation that its file does not have when it is executed again."""


def perform(function: Callable[..., None], *arguments: Any) -> Loss | None:
    """Do what is asked; why it came to no end, None if it did."""
    try:
        function(*arguments)
    except OutOfTime as error:
        return Loss(str(error), LONGER_CURE)
    except _NotThere as error:
        why = f"it is not there when its file is executed again{': ' if error.args[0] else ''}{error}"
        return Loss(why, "write files that say the same whenever they are executed")
    except MemoryError:
        return Loss("it needs more memory than there is", MORE_CURE)
    except BaseException as error:  # none may end this process
        where = traceback.extract_tb(error.__traceback__)[-1]
        why = f"{type(error).__name__}: {error} ({Path(where.filename).name}:{where.lineno})"
        return Loss(f"gradcheck failed: {why}", "this is a mistake in gradcheck: please report it")
    return None


# ---- what is asked of a child ------------------------------------------------------------------------------------


def read_file(file: str, text: str | None = None) -> None:
    """Execute a file, or read a page, and send what it holds. text: of a page that is at hand."""
    with _child.stage(_child.limits.seconds):
        found = _loaded(file, text)
    addresses = tuple(Address(file, d.name, d.line, d.source, text=text) for d in found.derivations)
    _child.records.send(Found(addresses, found.problems))


def judge(address: Address, examples: int, positions: Sequence[Position] | None) -> None:
    """Send the outline of a derivation, and what is found of some of its steps (None: of all of them).

    Steps whose corrections were looked for come again.
    """
    verifier = _verifier(address, examples)
    _child.records.send(verifier.outline)
    found = {}
    for position in verifier.outline.positions if positions is None else positions:
        found[position] = verifier.judged(position)
        _child.records.send(Judged(position, found[position]))
    for position, said in verifier.searched(found):  # when all is judged, so that nothing is lost by it
        _child.records.send(Judged(position, said))


def call(function: Callable[..., Any], *arguments: Any) -> None:
    """Call a function, which may take as long as a step, and send what it returns or refuses."""
    with _child.stage(_child.limits.seconds):
        try:
            found = Returned(function(*arguments))
        except (OSError, ValueError, TypeError) as error:
            found = Returned(None, str(error))
    _child.records.send(found)


@lru_cache(16)  # steps may be asked for one by one, and in any order
def _verifier(address: Address, examples: int) -> "Verifier":
    from gradcheck.judging.verification import Verifier

    with _child.stage(_child.limits.seconds):
        derivation = _derivation(address)
    return Verifier(derivation, examples, _child.limits, _child.stage)


def _derivation(address: Address) -> "Derivation":
    if address.module:
        with contextlib.suppress(ImportError):
            imported = getattr(importlib.import_module(address.module), address.name, None)
            if getattr(imported, "file", None) == address.file:
                return cast("Derivation", imported)
    found = _loaded(address.file, address.text)
    for derivation in found.derivations:
        if (derivation.name, derivation.line) == (address.name, address.line):
            return derivation
    raise _NotThere("; ".join(problem.what for problem in found.problems))


def _loaded(file: str, text: str | None = None) -> "Collection":
    """The derivations of a file, which is executed once in a process."""
    from gradcheck.documents.files import load

    if file not in _files:
        _files[file] = load(Path(file), text)
    return _files[file]
