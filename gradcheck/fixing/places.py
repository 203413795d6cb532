"""Where a step stands literally in a module: an argument of a `claim(…)` that a derivation itself writes down."""

import ast
from collections.abc import Iterator

from gradcheck.fixing.module import Module
from gradcheck.verdicts import ClaimReport, StepReport

LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
INNER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
"""What has names of its own."""


class NotLiteral(Exception):
    """Why a step does not stand in the module as one could mark it there. written: what its claim says instead."""

    def __init__(self, why: str, written: str = "") -> None:
        super().__init__(why)
        self.written = written


class Place:
    """The claim that a step is written in, and its own argument there.

    Raises:
        NotLiteral: it does not stand there, or what stands there is not this formula alone.
    """

    def __init__(self, module: Module, derivation: str, claim: ClaimReport, step: StepReport) -> None:
        self.function = _function(module, derivation)
        self.call, is_in_loop = _claim(module, self.function, claim.line)
        self.argument = _argument(self.call, step.index)
        if _says(self.argument, step.printed) or step.printed.isidentifier():
            return  # it is so every time, and an input has no other place in which it could be mended
        written = module.source(self.argument)
        if _is_variable(self.argument):
            raise NotLiteral(f"its claim calls it {written}", written)
        for helper in _helpers(module, self.argument):
            raise NotLiteral(f"{helper}(…) makes it", written)
        if is_in_loop or _is_drawn(self.function):
            raise NotLiteral("its claim stands for several, in which it has other names")


def _function(module: Module, name: str) -> ast.FunctionDef:
    functions = [node for node in module.syntax.nodes if isinstance(node, ast.FunctionDef) and node.name == name]
    written = [function for function in functions if module.syntax.is_decorated(function)]
    if len(written) != 1:
        raise NotLiteral(f"{name} is not written as one function with a decorator")
    return written[0]


def _claim(module: Module, function: ast.FunctionDef, line: int) -> tuple[ast.Call, bool]:
    """The one claim that the derivation itself makes in this line, and whether it is in a loop."""
    calls = [
        (node, in_loop)
        for node, in_loop in _own(function, False)
        if isinstance(node, ast.Call) and module.syntax.word(node) == "claim" and node.lineno == line
    ]
    if len(calls) != 1:
        there = f"{len(calls)} claims begin" if calls else f"{function.name} itself writes no claim"
        raise NotLiteral(f"{there} in line {line}")
    return calls[0]


def _own(node: ast.AST, in_loop: bool) -> Iterator[tuple[ast.AST, bool]]:
    """What a function does itself, and whether in a loop: not what functions in it do."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, INNER):
            is_repeated = in_loop or isinstance(child, LOOPS)
            yield child, is_repeated
            yield from _own(child, is_repeated)


def _argument(call: ast.Call, index: int) -> ast.expr:
    """The argument that is a claim's step of this index; before it stands the target."""
    before = call.args[: index + 2]
    if len(before) < index + 2 or any(isinstance(argument, ast.Starred) for argument in before):
        raise NotLiteral("the steps of its claim are not written out there")
    return before[-1]


def _is_variable(formula: ast.expr) -> bool:
    """Whether a formula is but a name of something, or a part of that."""
    while isinstance(formula, (ast.Attribute, ast.Subscript)):
        formula = formula.value
    return isinstance(formula, ast.Name)


def _helpers(module: Module, formula: ast.expr) -> Iterator[str]:
    """The functions of the module that a formula calls."""
    functions = {node.name for node in module.syntax.nodes if isinstance(node, ast.FunctionDef)}
    for node in ast.walk(formula):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions:
            yield node.func.id


def _is_drawn(function: ast.FunctionDef) -> bool:
    """Whether the derivation has arguments, and so says its claims for several structures."""
    arguments = function.args
    return bool(arguments.args or arguments.kwonlyargs or arguments.posonlyargs)


def _says(written: ast.expr, printed: str) -> bool:
    """Whether what is written is, but for spaces and brackets, what was judged."""
    try:
        return ast.dump(ast.parse(printed, mode="eval").body) == ast.dump(written)
    except (SyntaxError, ValueError):
        return False
