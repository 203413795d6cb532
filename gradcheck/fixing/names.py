"""The names that a correction uses, and the imports that bring those that a module does not know."""

import ast
import builtins
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gradcheck.documents.syntax import is_ours
from gradcheck.fixing.module import Edit, Module, ending
from gradcheck.fixing.places import NotLiteral

PACKAGE, NOTATION = "gradcheck", "gradcheck.notation"


@dataclass(frozen=True)
class Mark:
    """What `misprint` is called beside a claim. is_missing: whether it has to be imported for that."""

    name: str
    is_missing: bool = False


def mark_beside(module: Module, claim: ast.Call) -> Mark:
    """What `misprint` is called where a claim is called so.

    Raises:
        NotLiteral: the module means something else by its name.
    """
    if isinstance(claim.func, ast.Attribute):
        return Mark(f"{module.source(claim.func.value)}.misprint")
    for alias in module.syntax.imported:
        if alias.name == "misprint":
            return Mark(alias.asname or alias.name)
    if "misprint" in bound(module.syntax.nodes):
        raise NotLiteral("misprint is the name of something else in this module")
    return Mark("misprint", not _has_all(module, PACKAGE))


def bound(nodes: Iterable[ast.AST]) -> set[str]:
    """The names that something is given anywhere."""
    found = set()
    for node in nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.arg(arg=name):
                found.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.alias(name=name, asname=other):
                found.add(other or name.partition(".")[0])
    return found


def missing(module: Module, formula: str) -> Iterator[str]:
    """The names of a formula that the module does not know, and gradcheck's notation does.

    Raises:
        NotLiteral: it is no expression, or has a name that nobody knows.
    """
    from gradcheck import notation

    try:
        nodes = list(ast.walk(ast.parse(formula, mode="eval")))
    except (SyntaxError, ValueError):
        raise NotLiteral("the correction takes more than one expression") from None
    used = dict.fromkeys(node.id for node in nodes if isinstance(node, ast.Name))
    known = bound([*module.syntax.nodes, *nodes]) | set(dir(builtins))
    for name in used:
        if name not in known:
            if name not in notation.__all__:
                raise NotLiteral(f"the module has no name {name}, which the correction uses")
            if not _has_all(module, NOTATION):
                yield name


def _has_all(module: Module, package: str) -> bool:
    """Whether all names of a package are imported by a star."""
    return any(alias.name == "*" for statement in _statements(module, package) for alias in statement.names)


# ---- imports -----------------------------------------------------------------------------------------------------


def imports(module: Module, marks: Iterable[str], names: Iterable[str]) -> Iterator[Edit]:
    """The edits that import marks from gradcheck and names from its notation, beside what else is imported from there.

    Raises:
        NotLiteral: nothing is imported from gradcheck at the top of the module.
    """
    for package, wanted in ((PACKAGE, sorted(set(marks))), (NOTATION, sorted(set(names)))):
        statements = _statements(module, package)
        if wanted and statements:
            yield from _added(module, statements[0], wanted)
        elif wanted:
            yield _new_statement(module, package, wanted)


def _new_statement(module: Module, package: str, names: Sequence[str]) -> Edit:
    """An import below those of gradcheck that are there."""
    last = max(
        (node for node in module.tree.body if _is_of_gradcheck(node)), key=lambda node: node.lineno, default=None
    )
    if last is None:
        raise NotLiteral("nothing is imported from gradcheck at the top of the module")
    assert last.end_lineno is not None
    at, end = module.start_of_line(last.end_lineno + 1), ending(module.line(last.end_lineno))
    return Edit(at, at, f"from {package} import {', '.join(names)}{end}")


def _statements(module: Module, package: str) -> list[ast.ImportFrom]:
    """The statements at the top of a module that import names from a package."""
    statements = (node for node in module.tree.body if isinstance(node, ast.ImportFrom))
    return [node for node in statements if node.module == package and not node.level]


def _is_of_gradcheck(node: ast.stmt) -> bool:
    if isinstance(node, ast.ImportFrom):
        return is_ours(node.module or "")
    return isinstance(node, ast.Import) and any(is_ours(alias.name) for alias in node.names)


def _added(module: Module, statement: ast.ImportFrom, names: Sequence[str]) -> Iterator[Edit]:
    """Names in a statement, each before the first one that follows it in the alphabet, at least behind the last."""
    aliases = statement.names
    for name in names:
        after = next((alias for alias in aliases if alias.name.lower() > name.lower()), None)
        if after is None:
            at = module.span(aliases[-1])[1]
            yield Edit(at, at, f"{_between(module, aliases[-2:])}{name}")
        else:
            at = module.span(after)[0]
            i = aliases.index(after)
            yield Edit(at, at, f"{name}{_between(module, aliases[max(0, i - 1) : i + 1])}")


def _between(module: Module, pair: Sequence[ast.alias]) -> str:
    """A comma, and the end of a line where there is one between these two."""
    (_, end), (start, _) = module.span(pair[0]), module.span(pair[-1])
    text = module.text[end:start] if len(pair) == 2 else ""
    broken = re.search(r"(?:\r\n|\r|\n)[ \t]*$", text)
    return f",{broken[0]}" if broken and "\\" not in text else ", "
