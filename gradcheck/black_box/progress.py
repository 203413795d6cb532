"""Progress of something slow, on standard error if that is a terminal; otherwise nothing."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

PATIENCE = 2.0
"""Seconds before anything is shown."""


class Progress:
    """A bar that appears only after a while. Use it as a context; `advance()` counts one step."""

    def __init__(self, what: str, total: int) -> None:
        self.what, self.total, self.done = what, total, 0
        self.started = time.monotonic()
        self.bar: RichProgress | None = None
        self.shows = sys.stderr is not None and sys.stderr.isatty()

    def advance(self) -> None:
        """Count one step, and show the bar if it is time."""
        self.done += 1
        if self.bar is not None:
            self.bar.update(self.task, completed=self.done, total=max(self.total, self.done))
        elif self.shows and time.monotonic() - self.started > PATIENCE:
            self._show()

    def _show(self) -> None:
        from rich import progress
        from rich.console import Console

        columns = (
            progress.TextColumn("{task.description}", markup=False),
            progress.BarColumn(20),
            progress.MofNCompleteColumn(),
            progress.TimeRemainingColumn(),
        )
        # What is printed meanwhile is the business of others: Rich is not to move it.
        self.bar = progress.Progress(
            *columns, console=Console(stderr=True), transient=True, redirect_stdout=False, redirect_stderr=False
        )
        self.task = self.bar.add_task(self.what, total=self.total, completed=self.done)
        self.bar.start()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *error: object) -> None:
        if self.bar is not None:
            self.bar.stop()
