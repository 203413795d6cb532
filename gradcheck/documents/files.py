"""Finds derivations in files and folders. What cannot be read becomes a problem, and never hides the rest."""

import ast
import difflib
import os
import shlex
import sys
import traceback
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from gradcheck.documents.claims import Derivation, DerivationError
from gradcheck.verdicts import Problem, relative


class UsageError(Exception):
    """An argument that names nothing."""


@dataclass(frozen=True)
class Collection:
    """What was found: derivations in the order of the arguments, then of the files, and what could not be read."""

    derivations: tuple[Derivation, ...] = ()
    problems: tuple[Problem, ...] = ()


def collect(arguments: Sequence[str]) -> Collection:
    """Load the derivations that the arguments name: files, folders, or `FILE::NAME`. Each is loaded once.

    Raises:
        UsageError: an argument names no file, a folder without derivation files, or no derivation of its file.
    """
    wanted = [(file, name) for argument in arguments for file, name in _files(argument)]
    loaded = {file: load(file) for file, _ in wanted}
    derivations: dict[int, Derivation] = {}
    for file, name in wanted:
        found = loaded[file]
        chosen = [d for d in found.derivations if name is None or d.name == name]
        if not chosen and not found.problems:
            raise UsageError(_no_such_name(file, name or "", found))
        derivations.update((id(derivation), derivation) for derivation in chosen)
    problems = dict.fromkeys(problem for found in loaded.values() for problem in found.problems)
    return Collection(tuple(derivations.values()), tuple(problems))


# ---- arguments ---------------------------------------------------------------------------------------------------


def _files(argument: str) -> Iterator[tuple[Path, str | None]]:
    """The files of one argument, and the name behind `::` if there is one."""
    text, colons, name = argument, "", ""
    if not Path(argument).exists():
        text, colons, name = argument.partition("::")
    path = Path(text)
    if not text or not path.exists():
        raise UsageError(_no_such_path(path))
    if path.is_dir():
        if colons:
            raise UsageError(f"{text} is a folder: a derivation is named by its file, as {path / 'FILE.py'}::{name}")
        yield from ((file, None) for file in _folder(path))
    elif path.suffix != ".py":
        raise UsageError(f"{text} is not a Python file (.py): derivations are functions in Python files")
    else:
        yield path.resolve(), name if colons else None


def _folder(folder: Path) -> list[Path]:
    files: list[Path] = []
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "_")))
        files += [(Path(root) / name).resolve() for name in sorted(names) if is_derivation_name(name)]
    if not files:
        raise UsageError(
            f"no derivation file in {folder}: looked for *.py other than test_*.py, *_test.py, conftest.py, _* and .*"
        )
    return files


def is_derivation_name(name: str) -> bool:
    """Whether a file of this name, found in a folder, is taken for derivations and not for tests or private helpers."""
    ours = name.endswith(".py") and not name.startswith((".", "_"))
    return ours and name != "conftest.py" and not name.startswith("test_") and not name.endswith("_test.py")


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


def _no_such_name(file: Path, name: str, found: Collection) -> str:
    names = [derivation.name for derivation in found.derivations]
    if "::" in name:
        whole = f"{relative(file)}::{name.partition('::')[0]}"
        return f"{name!r} names a step: gradcheck verifies whole derivations ({whole}), pytest runs single steps"
    return f"no derivation {name!r} in {relative(file)}; there is {_few(names)}"


def _few(names: Sequence[str], most: int = 12) -> str:
    shown = ", ".join(names[:most]) or "nothing of the kind"
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


# ---- one file ----------------------------------------------------------------------------------------------------


def load(file: Path) -> Collection:
    """The derivations that are written in one file, in their order there, and what is wrong with it."""
    file = file.resolve()
    try:
        module = _execute(file)
    except (Exception, SystemExit) as error:
        return Collection(problems=(_unreadable(file, error),))
    found = {id(value): value for value in vars(module).values() if isinstance(value, Derivation)}
    derivations = sorted((d for d in found.values() if d.file == str(file)), key=lambda d: d.line)
    problems = [*_replaced(file, derivations), *_forgotten(file, {d.line for d in derivations})]
    if not derivations and not problems:
        cure = "write @derivation(source=…) above a function that yields claims, or let the file's name begin with _"
        problems = [Problem(relative(file), 0, "no derivation in it", cure)]
    return Collection(tuple(derivations), tuple(problems))


def _execute(file: Path) -> ModuleType:
    """Run a file as a module of a name of its own: no search path, and no cached bytecode of an older text."""
    name = f"gradcheck_derivations_{zlib.crc32(str(file).encode()):08x}_{file.stem}"
    loader = SourceFileLoader(name, str(file))
    spec = spec_from_file_location(name, file, loader=loader)
    assert spec is not None
    module = module_from_spec(spec)
    path = list(sys.path)
    sys.modules[name] = module
    try:
        exec(loader.source_to_code(loader.get_data(str(file)), str(file)), vars(module))
    except BaseException:
        del sys.modules[name]
        raise
    finally:
        sys.path[:] = path
    return module


def _unreadable(file: Path, error: BaseException) -> Problem:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    line = (frames[-1].lineno if frames else None) or 0
    if isinstance(error, DerivationError):
        return Problem(relative(file), error.line or line, error.what, error.cure)
    if isinstance(error, SyntaxError) and error.filename == str(file):
        line, text = error.lineno or 0, error.msg
    else:
        text = str(error)
    what = f"it cannot be imported: {type(error).__name__}{': ' if text else ''}{text}"
    return Problem(relative(file), line, what, _cure(file, error))


CURES = {
    ModuleNotFoundError: "install it where gradcheck runs, or do without: a derivation needs gradcheck, NumPy and "
    "Hypothesis only",
    SystemExit: "a derivation module only defines functions: put what ends the program under "
    "`if __name__ == '__main__':`",
    OSError: "make the file readable",
}
"""What to do about a module that cannot be imported, by the exception."""


def _cure(file: Path, error: BaseException) -> str:
    traceback_by = f"mend this line; `python {shlex.quote(relative(file))}` shows the whole traceback"
    return next((cure for kind, cure in CURES.items() if isinstance(error, kind)), traceback_by)


# ---- derivations that would be overlooked ------------------------------------------------------------------------


def _replaced(file: Path, derivations: Sequence[Derivation]) -> Iterator[Problem]:
    """Derivations that share a name, so that nobody could say which is meant."""
    first: dict[str, int] = {}
    for derivation in derivations:
        line = first.setdefault(derivation.name, derivation.line)
        if line != derivation.line:
            what = f"two derivations are called {derivation.name}, the first in line {line}"
            yield Problem(relative(file), derivation.line, what, "give one of them another name")


def _forgotten(file: Path, collected: set[int]) -> Iterator[Problem]:
    """Functions at the top of the file that are written as derivations and are none, or none any more."""
    tree = ast.parse(file.read_bytes())
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        if any(_called(decorator) == "derivation" for decorator in node.decorator_list):
            if node.decorator_list[0].lineno not in collected:
                what = f"the derivation {node.name} is not there after import: a later {node.name} has taken its place"
                yield Problem(relative(file), node.lineno, what, "give one of them another name")
        elif node.name not in used and not node.decorator_list and _yields_claims(node):
            what = f"{node.name} yields claims and is not a derivation, so nothing looks at them"
            yield Problem(relative(file), node.lineno, what, "write @derivation(source=…) above it")


def _called(node: ast.AST) -> str:
    """The last name of `f(…)` or `module.f(…)`, "" for anything else."""
    function = node.func if isinstance(node, ast.Call) else None
    return getattr(function, "id", getattr(function, "attr", ""))


def _yields_claims(function: ast.FunctionDef) -> bool:
    yields = (node.value for node in ast.walk(function) if isinstance(node, ast.Yield))
    return any(value is not None and _called(value) == "claim" for value in yields)
