"""Executes files for the derivations in them. What cannot be read becomes a problem, and never hides the rest."""

import ast
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

from gradcheck.documents.arguments import is_page, named, no_such_name
from gradcheck.documents.derivations import Derivation
from gradcheck.documents.errors import DerivationError
from gradcheck.documents.syntax import Syntax
from gradcheck.limits import MORE_CURE, OutOfTime, is_from_a_person
from gradcheck.verdicts import Problem, relative


@dataclass(frozen=True)
class Collection:
    """What was found: derivations in the order of the arguments, then of the files, and what could not be read."""

    derivations: tuple[Derivation, ...] = ()
    problems: tuple[Problem, ...] = ()


def collect(arguments: Sequence[str]) -> Collection:
    """Load the derivations that the arguments name into this process. Each is loaded once.

    Raises:
        UsageError: an argument names no file, a folder without derivation files, or no derivation of its file.
    """
    wanted = named(arguments)
    loaded = {one.file: load(one.file, one.text) for one in wanted}
    derivations: dict[int, Derivation] = {}
    for one in wanted:
        found = loaded[one.file]
        chosen = [d for d in found.derivations if one.name in (None, d.name)]
        if not chosen and not found.problems:
            raise no_such_name(one, [d.name for d in found.derivations])
        derivations.update((id(derivation), derivation) for derivation in chosen)
    problems = dict.fromkeys(problem for found in loaded.values() for problem in found.problems)
    return Collection(tuple(derivations.values()), tuple(problems))


# ---- one file ----------------------------------------------------------------------------------------------------


def load(file: Path, text: str | None = None) -> Collection:
    """The derivations that are written in one file, in their order there, and what is wrong with it.

    text: of a page that is at hand, so that its file need not be.
    """
    if is_page(file):
        return _page(file, text)
    file = file.resolve()
    try:
        module = _execute(file)
    except BaseException as error:  # whatever it raises is a problem of this file, and of no other
        if is_from_a_person(error):
            raise
        return Collection(problems=(_unreadable(file, error),))
    found = {id(value): value for value in vars(module).values() if isinstance(value, Derivation)}
    derivations = sorted((d for d in found.values() if d.file == str(file)), key=lambda d: d.line)
    problems = [*_replaced(file, derivations), *_forgotten(file, {d.line for d in derivations})]
    if not derivations and not problems:
        cure = "write @derivation(source=…) above a function that yields claims, or let the file's name begin with _"
        problems = [Problem(relative(file), 0, "no derivation in it", cure)]
    return Collection(tuple(derivations), tuple(problems))


def _page(file: Path, text: str | None) -> Collection:
    """The derivation of a page of notes, of which nothing is executed."""
    from gradcheck.documents.tex.pages import page_of  # a reader of LaTeX, which modules do without
    from gradcheck.documents.tex.reading import derivation_of

    try:
        return Collection((derivation_of(page_of(file, text), str(file)),))
    except (OSError, ValueError) as error:
        cure = "give a page of Markdown or LaTeX, or a notebook, in UTF-8"
        return Collection(problems=(Problem(relative(file), 0, f"it cannot be read: {error}", cure),))


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
    kind = "" if isinstance(error, OutOfTime) else type(error).__name__
    what = f"it cannot be imported: {kind}{': ' if kind and text else ''}{text}"
    return Problem(relative(file), line, what, _cure(file, error))


CURES = {
    ModuleNotFoundError: "install it where gradcheck runs, or do without: a derivation needs gradcheck, NumPy and "
    "Hypothesis only, and functions of torch, JAX and SciPy are NumPy's here, or gradcheck.notation's",
    SystemExit: "a derivation module only defines functions: put what ends the program under "
    "`if __name__ == '__main__':`",
    OSError: "make the file readable",
    OutOfTime: "a derivation module only defines functions; put what takes so long under "
    "`if __name__ == '__main__':`, or give it longer: --limit SECONDS",
    MemoryError: MORE_CURE,
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
    syntax = Syntax(file.read_bytes())
    for node in syntax.tree.body:
        if not isinstance(node, ast.FunctionDef):
            continue
        if syntax.is_decorated(node):
            if node.decorator_list[0].lineno not in collected:
                what = f"the derivation {node.name} is not there after import: a later {node.name} has taken its place"
                yield Problem(relative(file), node.lineno, what, "give one of them another name")
        elif not node.decorator_list and syntax.yields_claims(node) and not syntax.is_used(node.name):
            what = f"{node.name} yields claims and is not a derivation, so nothing looks at them"
            yield Problem(relative(file), node.lineno, what, "write @derivation(source=…) above it")
