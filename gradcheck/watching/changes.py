"""Files are watched by looking at them: when they were changed, and how long they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

EVERY = 0.2
"""Seconds between two looks; 121 files take 2.3 ms."""
SETTLES = 0.05
"""Seconds in which an editor has written all of a file."""

State = Mapping[Path, tuple[int, int]]


def state(paths: Iterable[Path]) -> State:
    """When each was changed, in ns, and its size; what is being replaced is not there for a moment."""
    found = {}
    for path in paths:
        try:
            status = path.stat()
        except OSError:
            continue
        found[path] = (status.st_mtime_ns, status.st_size)
    return found


def changes(paths: Callable[[], Iterable[Path]], every: float = EVERY) -> Iterator[None]:
    """Once at first, then after each change of what is to be watched; it is asked for again each time."""
    while True:
        watched = list(paths())
        before = state(watched)
        yield
        while (now := state(watched)) == before or not now:
            time.sleep(every)
        time.sleep(SETTLES)
