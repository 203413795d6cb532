"""Progress of something slow, on standard error if that is a terminal; otherwise nothing."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress


class Progress:
    """A bar with something said beside it. Use it as a context.

    total: how many steps there are, which are then counted and timed; None if what is said does that. patience: seconds
    before anything is shown.
    """

    def __init__(self, said: str, total: int | None = None, patience: float = 0.0) -> None:
        self.said, self.total, self.done, self.is_counted = said, total, 0, total is not None
        self.due = time.monotonic() + patience
        self.bar: RichProgress | None = None
        self.shows = sys.stderr is not None and sys.stderr.isatty()

    def advance(self) -> None:
        """Count one step."""
        self.show(self.said, self.done + 1, max(self.total or 0, self.done + 1))

    def show(self, said: str, done: int, total: int) -> None:
        """Say this, and that so many steps of so many are done; the bar appears if it is time."""
        self.said, self.done, self.total = said, done, total
        if self.bar is None:
            self._start_if_due()
        else:
            self.bar.update(self.task, description=said, completed=done, total=total)

    @contextlib.contextmanager
    def hidden(self) -> Iterator[None]:
        """Off the screen while something else is printed."""
        self.__exit__()
        yield
        self._start_if_due()

    def _start_if_due(self) -> None:
        if self.shows and time.monotonic() >= self.due:
            self.bar = self.bar or self._made()
            self.bar.start()

    def _made(self) -> RichProgress:
        from rich import progress
        from rich.console import Console

        columns = (progress.TextColumn("{task.description}", markup=False), progress.BarColumn(20))
        counts = (progress.MofNCompleteColumn(), progress.TimeRemainingColumn()) if self.is_counted else ()
        # What is printed meanwhile may go elsewhere: Rich is not to move it to standard error.
        bar = progress.Progress(
            *columns,
            *counts,
            console=Console(stderr=True),
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self.task = bar.add_task(self.said, total=self.total, completed=self.done)
        return bar

    def __enter__(self) -> Self:
        self._start_if_due()
        return self

    def __exit__(self, *error: object) -> None:
        if self.bar is not None:
            self.bar.stop()
