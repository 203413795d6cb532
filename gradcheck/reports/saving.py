"""Reports in files: whole at every moment, so that nothing is lost of what was judged, whatever ends the program."""

import contextlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from gradcheck.verdicts import Verification

Write = Callable[[Verification, TextIO], None]
"""Writes a report to a stream."""
DEVICES = ("/dev/", "/proc/")


class CannotWrite(Exception):
    """A file that cannot be written."""


class SavedReport:
    """A report in a file, which is written anew whenever more is known. what: what it is called in messages.

    A file is replaced by another one, so that who reads it sees a whole report. What is no file (a pipe, a device, "-"
    for standard output) is written once, at the end.

    Raises:
        CannotWrite: FILE is a folder or a Python file.
    """

    def __init__(self, file: str, what: str, write: Write) -> None:
        self.file, self.what, self.write = file, what, write
        if file.endswith(".py"):
            raise self._error("it is a Python file: the report's FILE comes before PATH")
        if os.path.isdir(file) or not file:
            raise self._error("it is a folder" if file else "it has no name")
        self.path = Path(os.path.realpath(file))
        is_device = os.path.abspath(file).startswith(DEVICES) or (self.path.exists() and not self.path.is_file())
        self.is_replaced = file != "-" and not is_device

    def save(self, report: Verification, is_last: bool) -> None:
        """Write what is known; `is_last` if nothing more will be.

        Raises:
            CannotWrite: the system says so.
        """
        if self.file == "-":
            if is_last:
                self.write(report, sys.stdout)
            return
        try:
            if self.is_replaced:
                self._replace(report)
            elif is_last:
                with open(self.file, "w", encoding="utf-8") as out:
                    self.write(report, out)
        except OSError as error:
            raise self._error(error.strerror or str(error)) from None

    def _error(self, why: str) -> CannotWrite:
        return CannotWrite(f"cannot write {self.what} to {self.file!r}: {why}")

    def _replace(self, report: Verification) -> None:
        with replacing(self.path) as new, open(new, "w", encoding="utf-8") as out:
            self.write(report, out)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A new file, which takes the place and the mode of the one at the path if nothing is raised."""
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield new
        if path.exists():
            shutil.copymode(path, new)
        os.replace(new, path)
    finally:
        new.unlink(missing_ok=True)
