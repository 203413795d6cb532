"""What people ask for: files, folders, and derivations in files, found without running any of them."""

import difflib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from gradcheck.documents.syntax import is_derivation_file, is_derivation_name
from gradcheck.verdicts import relative


PAGES = (".md", ".markdown", ".tex", ".txt", ".ipynb")
"""What the names of pages of notes end in."""


def is_page(file: Path) -> bool:
    """Whether a file is a page of notes, by its name."""
    return file.suffix.lower() in PAGES


class UsageError(ValueError):
    """An argument that names nothing."""


class InFile(NamedTuple):
    """The derivation of this name in a file; None for all that the file holds."""

    file: Path
    name: str | None = None


def named(arguments: Sequence[str]) -> list[InFile]:
    """What the arguments name: files, folders (their derivation files in alphabetical order), or `FILE::NAME`.

    Raises:
        UsageError: an argument names no file, or a folder without derivation files.
    """
    return [wanted for argument in arguments for wanted in _named(argument)]


def _named(argument: str) -> Iterator[InFile]:
    text, colons, name = argument, "", ""
    if not Path(argument).exists():
        text, colons, name = argument.partition("::")
    path = Path(text)
    if not text or not path.exists():
        raise UsageError(_no_such_path(path))
    if path.is_dir():
        if colons:
            raise UsageError(f"{text} is a folder: a derivation is named by its file, as {path / 'FILE.py'}::{name}")
        yield from map(InFile, _folder(path))
    elif is_page(path):
        yield InFile(path.resolve())
    elif path.suffix != ".py":
        raise UsageError(f"{text} is not a Python file (.py): derivations are functions in Python files")
    else:
        yield InFile(path.resolve(), name if colons else None)


def _folder(folder: Path) -> list[Path]:
    """The derivation files of a folder and of the folders in it; other Python files are left alone."""
    named: list[Path] = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        named += [Path(root) / name for name in sorted(names) if is_derivation_name(name)]
    files = [file.resolve() for file in named if is_derivation_file(file)]
    if not files:
        raise UsageError(f"no derivation file in {folder}: {_looked_for(folder, named)}")
    return files


def _looked_for(folder: Path, named: Sequence[Path]) -> str:
    if not named:
        return "looked for *.py other than test_*.py, *_test.py, conftest.py, _* and .*"
    there = _few([str(file.relative_to(folder)) for file in named])
    return f"in {there} no function has gradcheck's @derivation(source=…) above it"


def _no_such_path(path: Path) -> str:
    text = f"there is no file or folder {str(path)!r}"
    folder = path.parent
    if not folder.is_dir():
        return text
    there = sorted(p.name + "/" * p.is_dir() for p in folder.iterdir() if p.suffix == ".py" or p.is_dir())
    there = [name for name in there if not name.startswith((".", "_"))]
    close = difflib.get_close_matches(path.name, [name.rstrip("/") for name in there], n=3)
    if close:
        return f"{text}; is it {' or '.join(repr(str(folder / name)) for name in close)}?"
    return f"{text}; in {folder.resolve()} there is {_few(there)}"


def no_such_name(wanted: InFile, names: Sequence[str]) -> UsageError:
    """The error that no derivation of a file is called as is wanted; `names` are those that it has."""
    file, name = wanted.file, wanted.name or ""
    if "::" in name:
        whole = f"{relative(file)}::{name.partition('::')[0]}"
        return UsageError(
            f"{name!r} names a step: gradcheck verifies whole derivations ({whole}), pytest runs single steps"
        )
    return UsageError(f"no derivation {name!r} in {relative(file)}; there is {_few(names)}")


def _few(names: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(names[:most]) or "nothing of the kind"
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
