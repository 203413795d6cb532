"""What people ask for: files, folders, and derivations in files, found without running any of them."""

import difflib
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from gradcheck.documents.syntax import is_derivation_file, is_derivation_name
from gradcheck.verdicts import relative

PAGES = (".md", ".markdown", ".tex", ".txt", ".ipynb")
"""What the names of pages of notes end in."""
MOST_GIVEN = 20_000_000
"""So many bytes of standard input are read, which is more than a page may have."""
STANDARD_INPUT = Path("-")
"""The page that is given on standard input, which is Markdown."""


def is_page(file: Path) -> bool:
    """Whether a file is a page of notes, by its name."""
    return file == STANDARD_INPUT or file.suffix.lower() in PAGES


class UsageError(ValueError):
    """An argument that names nothing."""


class InFile(NamedTuple):
    """The derivation of this name in a file; None for all that the file holds. text: of a page that is at hand."""

    file: Path
    name: str | None = None
    text: str | None = None


def named(arguments: Sequence[str]) -> list[InFile]:
    """What the arguments name: files, `FILE::NAME`, `-`, or folders in alphabetical order.

    Of a folder these are its derivation files; its pages of notes if it has no derivation file.

    Raises:
        UsageError: an argument names no file, or a folder without derivation files and pages.
    """
    return [wanted for argument in arguments for wanted in _named(argument)]


def _named(argument: str) -> Iterator[InFile]:
    if argument == "-":
        yield InFile(STANDARD_INPUT, text=_standard_input())
        return
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
        yield InFile(path.resolve(), name or None)
    elif path.suffix != ".py":
        cure = f"derivations are functions in Python files, and pages of notes end in {', '.join(PAGES)}"
        raise UsageError(f"{text} is not a Python file (.py): {cure}")
    else:
        yield InFile(path.resolve(), name if colons else None)


def _standard_input() -> str:
    if sys.stdin is None or sys.stdin.isatty():
        print("a page of notes, or a formula; Ctrl-D ends it:", file=sys.stderr)
    try:
        return sys.stdin.buffer.read(MOST_GIVEN).decode("utf-8-sig")
    except (AttributeError, UnicodeDecodeError) as error:
        raise UsageError(f"standard input cannot be read: {error}") from None


def _folder(folder: Path) -> list[Path]:
    """The derivation files of a folder and of the folders in it, or its pages; other files are left alone."""
    named: list[Path] = []
    pages: list[Path] = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        named += [Path(root) / name for name in sorted(names) if is_derivation_name(name)]
        pages += [Path(root) / name for name in sorted(names) if _is_page_name(name)]
    files = [file for file in named if is_derivation_file(file)]
    files = files or [file for file in pages if file.is_file() and _states(file)]
    if not files:
        raise UsageError(f"no derivation file in {folder}: {_looked_for(folder, named)}")
    return [file.resolve() for file in files]


def _is_page_name(name: str) -> bool:
    return name.lower().endswith(PAGES) and not name.startswith((".", "_"))


def _states(file: Path) -> bool:
    """Whether a page has a formula with an equality, or cannot be read, which is to be said."""
    from gradcheck.documents.tex.pages import page_of  # a reader of LaTeX, which modules do without

    try:
        return any("=" in formula.tex for formula in page_of(file).formulas)
    except (OSError, ValueError):
        return True


def _looked_for(folder: Path, named: Sequence[Path]) -> str:
    if not named:
        python = "*.py other than test_*.py, *_test.py, conftest.py, _* and .*"
        return f"looked for {python}; and for formulas with an equality in {', '.join(f'*{end}' for end in PAGES)}"
    there = _few([str(file.relative_to(folder)) for file in named])
    return f"in {there} no function has gradcheck's @derivation(source=…) above it"


def _no_such_path(path: Path) -> str:
    text = f"there is no file or folder {str(path)!r}"
    folder = path.parent
    if not folder.is_dir():
        return text
    there = sorted(p.name + "/" * p.is_dir() for p in folder.iterdir() if p.suffix == ".py" or is_page(p) or p.is_dir())
    there = [name for name in there if not name.startswith((".", "_"))]
    close = difflib.get_close_matches(path.name, [name.rstrip("/") for name in there], n=3)
    if close:
        return f"{text}; is it {' or '.join(repr(str(folder / name)) for name in close)}?"
    return f"{text}; in {folder.resolve()} there is {_few(there)}"


def no_such_name(wanted: InFile, names: Sequence[str]) -> UsageError:
    """The error that no derivation of a file is called as is wanted; `names` are those that it has."""
    file, name = wanted.file, wanted.name or ""
    if is_page(file):
        return UsageError(f"{relative(file)} is a page of notes, and verified as a whole: leave out ::{name}")
    if "::" in name:
        whole = f"{relative(file)}::{name.partition('::')[0]}"
        return UsageError(
            f"{name!r} names a step: gradcheck verifies whole derivations ({whole}), pytest runs single steps"
        )
    return UsageError(f"no derivation {name!r} in {relative(file)}; there is {_few(names)}")


def _few(names: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(names[:most]) or "nothing of the kind"
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown
