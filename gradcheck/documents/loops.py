"""The names that the loops of a function bind, and the lines where they mean what they say.

Behind its loop, a variable is what happens to be left of it: `w` after `for w in W` is the last of the arrays in `W`,
which the author calls `W[1]`.
"""

import ast
from collections.abc import Iterator
from functools import lru_cache
from types import CodeType
from typing import NamedTuple


class Loop(NamedTuple):
    """The lines of a loop, and the names that it binds."""

    lines: range
    names: frozenset[str]


def loops_of(code: CodeType) -> tuple[Loop, ...]:
    """The loops of a function, read from its file; none if that cannot be read."""
    try:
        with open(code.co_filename, "rb") as file:
            return _by_line(file.read()).get(code.co_firstlineno, ())
    except (OSError, SyntaxError, ValueError):
        return ()


@lru_cache(maxsize=1)
def _by_line(source: bytes) -> dict[int, tuple[Loop, ...]]:
    """The loops of every function in a file, by the line that the function begins with."""
    functions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))
    return {_first_line(function): tuple(_loops(function)) for function in functions}


def _first_line(function: ast.FunctionDef) -> int:
    return min([function.lineno, *(decorator.lineno for decorator in function.decorator_list)])


def _loops(function: ast.FunctionDef) -> Iterator[Loop]:
    for node in ast.walk(function):
        if isinstance(node, ast.For):
            names = (target.id for target in ast.walk(node.target) if isinstance(target, ast.Name))
            yield Loop(range(node.lineno, (node.end_lineno or node.lineno) + 1), frozenset(names))


def left_over(loops: tuple[Loop, ...], line: int) -> frozenset[str]:
    """The names of loops that are over, or have not begun, in this line."""
    running = frozenset[str]().union(*(loop.names for loop in loops if line in loop.lines))
    return frozenset[str]().union(*(loop.names for loop in loops)) - running
