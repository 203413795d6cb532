"""The time and the memory that a derivation may take, so that none of them ends the run of the others."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field

LONGER = 20
"""A derivation as a whole may take so many times as long as one of its steps."""
WAITS = 5
"""On a busy machine a process waits for its turn: it may take so many times as long by the clock if it computes."""
SLEEPS = 0.02
"""What gets a smaller part of a processor does not compute."""


SEARCH = 10.0
"""Seconds that the search for the correction of a step may take."""


@dataclass(frozen=True)
class Limits:
    """seconds: of a step, of executing a file, of reading a derivation. gigabytes: of a process, beyond its start.

    search: seconds of the search for the correction of a step that is not as its module says; there is none if it is 0.
    explains_marked: whether it is said of marked mistakes, too, why they are wrong. corrects_marked: whether it is
    searched for what would be right, too.
    remembers: whether verdicts are kept, and taken from what was kept.
    Seconds are those of the clock if there is a processor for everybody.
    """

    seconds: float = 60.0
    gigabytes: float = 4.0
    search: float = 0.0
    explains_marked: bool = False
    corrects_marked: bool = False
    remembers: bool = False


USUAL = Limits()
DEFAULT_EXAMPLES = 10
"""How many draws of structure, sizes and points each step sees."""
LONGER_CURE = "mend what takes so long, or give it longer: --limit SECONDS (limit= in Python)"
MORE_CURE = "mend what needs so much, or give it more: --memory GB (memory= in Python)"


class OutOfTime(BaseException):
    """What was being done took too long. No `Exception`, since a derivation's own handlers are not meant.

    seconds: how long it was given.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"it took longer than {seconds:g} s")
        self.seconds = seconds


def is_from_a_person(error: BaseException) -> bool:
    """Whether it is somebody's Ctrl-C, and no `raise KeyboardInterrupt` of a module where Ctrl-C is ignored."""
    return isinstance(error, KeyboardInterrupt) and signal.getsignal(signal.SIGINT) is not signal.SIG_IGN


def is_over(seconds: float, waited: float, computed: float) -> bool:
    """Whether what may take so many seconds has had them: by the clock, and on a processor."""
    is_at_work = SLEEPS * waited < computed < seconds
    return waited >= WAITS * seconds or (waited >= seconds and not is_at_work)


class Allowance:
    """So many seconds from now on for what this thread does: a busy machine takes nothing of them away."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self._began, self._computed = seconds, time.monotonic(), time.thread_time()

    @property
    def is_used_up(self) -> bool:
        """Whether nothing is left."""
        return is_over(self.seconds, time.monotonic() - self._began, time.thread_time() - self._computed)


Stage = Callable[[float], AbstractContextManager[None]]
"""A context in which something is done that may take so many seconds; raises `OutOfTime` if it can."""


@contextmanager
def uninterrupted(seconds: float) -> Iterator[None]:
    """The stage of a process that is not ours to interrupt: a user's program, a notebook."""
    yield


@dataclass
class Clock:
    """What is left of the time of a derivation."""

    limits: Limits
    started: float = field(default_factory=time.monotonic)

    @property
    def total(self) -> float:
        """Seconds that the derivation may take."""
        return LONGER * self.limits.seconds

    def next_stage(self) -> float:
        """Seconds that the next stage may take.

        Raises:
            OutOfTime: nothing is left.
        """
        left = self.started + self.total - time.monotonic()
        if left <= 0:
            raise OutOfTime(self.total)
        return min(left, self.limits.seconds)
