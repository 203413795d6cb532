"""Child processes that may be lost: each does one thing at a time, so that it is known what ended it.

A child that dies, or takes longer than it said, is replaced, and costs nothing but what it was doing.
"""

from __future__ import annotations

import contextlib
import math
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from types import ModuleType, TracebackType
from typing import Any, Self, TypeVar

from gradcheck.judging import worker
from gradcheck.judging.worker import Found, Judged, Loss, Record, Returned, Stage
from gradcheck.limits import LONGER_CURE, WAITS, Limits, OutOfTime
from gradcheck.verdicts import DerivationReport

GRACE = 3.0
"""Seconds that a child is given, beyond its time, to interrupt itself."""
PAUSE = 0.05
"""Seconds between two looks at what children have sent."""
ENDED = Loss(
    "its process ended: it called os._exit, it crashed, or it was killed, as systems do when memory runs out",
    "mend what ends the process; it is judged in a process of its own, so that nothing else is lost",
)


Kind = TypeVar("Kind", Found, DerivationReport, Judged, Returned)


@dataclass
class Task:
    """Something to do in a child: a function of `worker`, and its arguments.

    received: called with what the child sends, as it comes. ended: called at the end. records: what the child has sent.
    loss: why it came to no end; None if it did, or has not yet.
    """

    function: Callable[..., None]
    arguments: tuple[Any, ...]
    received: Callable[[Record], None] = lambda record: None
    ended: Callable[[Task], None] = lambda task: None
    records: list[Record] = field(default_factory=list)
    loss: Loss | None = None

    def first(self, kind: type[Kind]) -> Kind:
        """The first record of a kind, of which a task that came to its end has sent one."""
        return next(record for record in self.records if isinstance(record, kind))

    def last(self, kind: type[Kind]) -> Kind | None:
        """The last record of a kind."""
        return next((record for record in self.records[::-1] if isinstance(record, kind)), None)


class Processes:
    """So many child processes. Use it as a context; at its end they are gone."""

    def __init__(self, count: int, limits: Limits) -> None:
        self.queue: deque[Task] = deque()
        self.children = [_Child(limits) for _ in range(count)]

    def submit(self, task: Task) -> None:
        """Have a task done when a child is free, in the order of submission."""
        self.queue.append(task)

    def finish(self) -> None:
        """Have all tasks done; more may be submitted meanwhile."""
        while self._start() or self.running:
            wait([child.future for child in self.children if child.future], PAUSE, "FIRST_COMPLETED")
            for task in [task for child in self.children if child.task and (task := child.look())]:
                task.ended(task)

    @property
    def running(self) -> list[Task]:
        """What is being done."""
        return [child.task for child in self.children if child.task is not None]

    def _start(self) -> bool:
        for child in self.children:
            if child.task is None and self.queue:
                child.start(self.queue.popleft())
        return bool(self.queue)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End all children, whatever they are doing."""
        self.queue.clear()
        for child in self.children:
            child.end()


class _Child:
    """One child process, or the next one after it was lost."""

    task: Task | None = None
    future: Future[Loss | None] | None = None
    executor: ProcessPoolExecutor | None = None

    def __init__(self, limits: Limits) -> None:
        self.limits = limits

    def start(self, task: Task) -> None:
        """Begin with a task."""
        if self.executor is None:
            self._make()
        assert self.executor is not None
        self.task, self.due = task, math.inf
        self.future = self.executor.submit(worker.perform, task.function, *task.arguments)

    def _make(self) -> None:
        self.records, sends = multiprocessing.Pipe(duplex=False)
        context = multiprocessing.get_context("spawn")  # not forked: the parent may have threads
        self.executor = ProcessPoolExecutor(1, context, worker.begin, (sends, self.limits))
        with _without_main():
            self.pid = self.executor.submit(os.getpid)
        sends.close()  # the child has it: records end when it does

    def look(self) -> Task | None:
        """Take in what was sent; the task, if it has come to an end."""
        assert self.task is not None
        assert self.future is not None
        task, has_ended = self.task, self.future.done()
        self._receive(task)
        if has_ended:
            try:
                task.loss = self.future.result()
            except BrokenProcessPool:
                task.loss = ENDED
                self._leave()
        elif time.monotonic() > self.due:
            task.loss = Loss(str(OutOfTime(self.seconds)), LONGER_CURE)
            self.end()
        else:
            return None
        self.task = self.future = None
        return task

    def _receive(self, task: Task) -> None:
        with contextlib.suppress(EOFError, OSError):  # it may have died while it sent something
            while self.records.poll():
                record: Record = self.records.recv()
                self.due = math.inf
                if isinstance(record, Stage):
                    self.seconds = record.seconds
                    self.due = time.monotonic() + WAITS * record.seconds + GRACE
                else:
                    task.records.append(record)
                    task.received(record)

    def end(self) -> None:
        """End the process, whatever it is doing."""
        if self.executor is not None:
            self._leave()
            with contextlib.suppress(BrokenProcessPool, CancelledError, OSError):
                os.kill(self.pid.result(), getattr(signal, "SIGKILL", signal.SIGTERM))

    def _leave(self) -> None:
        assert self.executor is not None
        self.executor.shutdown(wait=False, cancel_futures=True)
        self.records.close()
        self.executor = None


_hiding = threading.Lock()


@contextlib.contextmanager
def _without_main() -> Iterator[None]:
    """While no child is to run the program again that runs now: a script need not hide what it does from its import."""
    with _hiding:
        main = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = main
