"""Mutation test of the package: which small changes of its modules do their own tests not notice?

    python tests/mutants.py numerics/reverse_mode proofs/zero:120 proofs/zero:131     # a module; single lines of one

Each mutant is one change of one module's syntax tree: a comparison, an operator, a constant, a condition, an argument,
a statement. The module's tests run up to the first failure, in a forked process that has loaded SymPy, Hypothesis and
pytest but nothing of gradcheck. So code at the top of a module (the table of functions) is mutated like any other, no
cache outlives a mutant, and no file is written. Survivors are printed; MUTANTS.md beside this file explains those that
stay.

Not mutated: docstrings, annotations, imports, and what only checks gradcheck itself (`assert`, `strict=` of `zip`).
"""

from __future__ import annotations

import ast
import collections
import importlib.util
import itertools
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

import hypothesis.strategies  # noqa: F401 - loaded once, before the forks
import mpmath  # noqa: F401
import numpy  # noqa: F401
import pytest
import rich.console  # noqa: F401
import sympy  # noqa: F401

ROOT = Path(__file__).parents[1]
TESTS = {"functions/table": ["functions", "numerics/increments"]}
"""The tests of a module, where they are more than those of its name."""
OPTIONS = ["-x", "-q", "--failed-first", "--assert=plain"]
"""Plain assertions: rewriting them, pytest would come before us where modules are looked for."""
COMPARISONS = {
    ast.Eq: [ast.NotEq],
    ast.NotEq: [ast.Eq],
    ast.Lt: [ast.LtE, ast.GtE],
    ast.LtE: [ast.Lt, ast.Gt],
    ast.Gt: [ast.GtE, ast.LtE],
    ast.GtE: [ast.Gt, ast.Lt],
    ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is],
    ast.In: [ast.NotIn],
    ast.NotIn: [ast.In],
}
OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any", "maximum": "minimum", "minimum": "maximum"}
MEMORY = 4 << 30
AROUND = 40
"""How many characters are shown of what surrounds a change."""
UNTOUCHED = {"annotation", "returns", "format_spec"}


@dataclass(frozen=True)
class Mutant:
    """One place of a syntax tree, and what is put there."""

    parent: ast.AST
    field: str
    index: int | None
    old: ast.AST
    new: ast.AST

    @property
    def line(self) -> int:
        """The line of the place, or of what surrounds it."""
        return getattr(self.old, "lineno", getattr(self.parent, "lineno", 0))

    def __str__(self) -> str:
        old, new = (" ".join(ast.unparse(node).split()) for node in (self.old, self.new))
        start, end = common(old, new), -common(old[::-1], new[::-1])
        end = min(0, max(end, start - min(len(old), len(new))))  # what is common at both ends is counted once
        before, after = old[max(0, start - AROUND) : start], old[len(old) + end :][:AROUND]
        return f"{before}[{old[start : len(old) + end]} → {new[start : len(new) + end]}]{after}"

    def apply(self) -> None:
        """Change the tree, for good."""
        new = ast.fix_missing_locations(ast.copy_location(self.new, self.old))
        if self.index is None:
            setattr(self.parent, self.field, new)
        else:
            getattr(self.parent, self.field)[self.index] = new


def common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    return sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def mutants(tree: ast.AST) -> Iterator[Mutant]:
    """All mutants of a tree, in the order of the text."""
    for field, value in ast.iter_fields(tree):
        if field in UNTOUCHED or isinstance(tree, (ast.Assert, ast.Import, ast.ImportFrom)):
            continue
        places = enumerate(value) if isinstance(value, list) else [(None, value)]
        for index, node in places:
            if not isinstance(node, ast.AST) or _is_docstring(node) or _is_strict(node):
                continue
            for new in [*changes(node), *in_place(tree, field, node)]:
                yield Mutant(tree, field, index, node, new)
            yield from mutants(node)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_strict(node: ast.AST) -> bool:
    return isinstance(node, ast.keyword) and node.arg == "strict"


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand for a node wherever it is."""
    match node:
        case ast.Constant():
            yield from (ast.Constant(value) for value in constants(node.value))
        case ast.Name(id=name) if name in NAMES:
            yield ast.Name(NAMES[name], node.ctx)
        case ast.Attribute(attr=name) if name in NAMES:
            yield ast.Attribute(node.value, NAMES[name], node.ctx)
        case ast.Lambda(body=body) if not _is_none(body):
            yield ast.Lambda(node.args, ast.Constant(None))
        case ast.stmt():
            yield from statements(node)
        case _:
            yield from operations(node)
            yield from fewer(node)


def operations(node: ast.AST) -> Iterator[ast.AST]:
    """The same operands with another operator."""
    match node:
        case ast.Compare(left=left, ops=[operator], comparators=comparators):
            yield from (ast.Compare(left, [other()], comparators) for other in COMPARISONS[type(operator)])
        case ast.BinOp(op=operator) if type(operator) in OPERATORS:
            yield ast.BinOp(node.left, OPERATORS[type(operator)](), node.right)
        case ast.BoolOp(op=operator):
            yield ast.BoolOp(OPERATORS[type(operator)](), node.values)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node.operand


def fewer(node: ast.AST) -> Iterator[ast.AST]:
    """A call without one of its arguments, a dictionary without an entry, a slice without an end."""
    match node:
        case ast.Call(args=args, keywords=keywords):
            yield from (ast.Call(node.func, without(args, i), keywords) for i in range(len(args)) if len(args) > 1)
            for i, keyword in enumerate(keywords):
                if not _is_strict(keyword):
                    yield ast.Call(node.func, args, without(keywords, i))
        case ast.Dict(keys=keys, values=values):
            yield from (ast.Dict(without(keys, i), without(values, i)) for i in range(len(keys)))
        case ast.Slice(lower=lower, upper=upper, step=step):
            yield from (ast.Slice(*ends, step) for ends in ((None, upper), (lower, None)) if ends != (lower, upper))


def constants(value: object) -> list[bool | float | str]:
    """Neighbours of a constant."""
    match value:
        case bool():
            return [not value]
        case int() | float():
            return [value + 1, value - 1]
        case str():
            return ["XX" + value]
    return []


def statements(node: ast.stmt) -> Iterator[ast.AST]:
    """A statement left out, a value not returned, a loop left or gone on with."""
    match node:
        case ast.Return(value=value) if value is not None and not _is_none(value):
            yield ast.Return(ast.Constant(None))
        case ast.Expr() | ast.AugAssign() | ast.Raise():
            yield ast.Pass()
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()
        case ast.Break():
            yield ast.Continue()


def in_place(parent: ast.AST, field: str, node: ast.AST) -> Iterator[ast.AST]:
    """What may stand for a node where it is: a condition negated, a decorator or an exception left out."""
    if field in ("test", "ifs") and not isinstance(node, (ast.Compare, ast.UnaryOp)):
        yield ast.UnaryOp(ast.Not(), node)
    if isinstance(parent, ast.ExceptHandler) and isinstance(node, ast.Tuple):
        yield from (ast.Tuple(without(node.elts, i), node.ctx) for i in range(len(node.elts)))
    if field == "decorator_list":
        yield ast.parse("lambda decorated: decorated", mode="eval").body


def without(items: list[Any], index: int) -> list[Any]:
    """All but one."""
    return items[:index] + items[index + 1 :]


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


# ---- running the tests -------------------------------------------------------------------------------------------


class Mutated:
    """Finds one module of gradcheck, and gives it the code of a changed tree."""

    def __init__(self, name: str, file: Path, tree: ast.Module) -> None:
        class Loader(SourceFileLoader):
            used = False

            def get_code(self, fullname: str) -> CodeType:
                self.used = True
                return compile(tree, str(file), "exec")

        self.name, self.file, self.loader = name, file, Loader(name, str(file))

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        """The module's specification, as an import asks for it."""
        return (
            importlib.util.spec_from_file_location(name, self.file, loader=self.loader) if name == self.name else None
        )


def outcome(module: str, tree: ast.Module, mutant: Mutant | None, options: list[str], seconds: int) -> str:
    """`killed`, `survived` or `timed out`: the tests in a process of their own."""
    child = os.fork()
    if child:
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            return "timed out" if os.WTERMSIG(status) == signal.SIGALRM else "killed"
        return "killed" if os.WEXITSTATUS(status) else "survived"
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)
    os.dup2(silent, 2)
    signal.alarm(seconds)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    code = 1  # what cannot even be compiled or collected is noticed
    try:
        if mutant is not None:
            mutant.apply()
        mutated = Mutated(f"gradcheck.{module.replace('/', '.')}", ROOT / "gradcheck" / f"{module}.py", tree)
        sys.meta_path.insert(0, mutated)
        tests = [str(tests_of(name)) for name in TESTS.get(module, [module])]
        code = int(pytest.main([*OPTIONS, *options, *tests])) or (not mutated.loader.used)
    finally:
        os._exit(code)


def tests_of(module: str) -> Path:
    """The tests of a module: tests/numerics/test_differences.py of numerics/differences."""
    return Path("tests", module).with_name(f"test_{Path(module).name}.py")


def run(module: str, lines: set[int]) -> collections.Counter[str]:
    """Try the mutants of a module, or of some of its lines; survivors are printed."""
    tree = ast.parse((ROOT / "gradcheck" / f"{module}.py").read_text(encoding="utf-8"))
    found: collections.Counter[str] = collections.Counter()
    with tempfile.TemporaryDirectory() as remembered:  # which tests failed last
        options = ["-o", f"cache_dir={remembered}"]
        start = time.monotonic()
        if outcome(module, tree, None, options, 600) != "survived":
            sys.exit(f"{module}: its tests fail without any mutant")
        seconds = 20 + 3 * int(time.monotonic() - start)
        for mutant in mutants(tree):
            if lines and mutant.line not in lines:
                continue
            result = outcome(module, tree, mutant, options, seconds)
            found[result] += 1
            if result == "survived":
                print(f"gradcheck/{module}.py:{mutant.line}: {mutant}", flush=True)
    return found


def main(args: list[str]) -> None:
    """Modules, or `module:line`, in any order; a module by its path in the package, as numerics/differences."""
    os.chdir(ROOT)
    os.environ["CI"] = "1"  # the same draws in every run
    chosen: dict[str, set[int]] = {}
    for module, _, line in (arg.partition(":") for arg in args):
        chosen.setdefault(module, set()).update({int(line)} if line else set())
    for module, lines in chosen.items():
        found = run(module, lines)
        print(f"{module}: {found.total()} mutants, " + ", ".join(f"{n} {what}" for what, n in sorted(found.items())))


if __name__ == "__main__":
    main(sys.argv[1:])
