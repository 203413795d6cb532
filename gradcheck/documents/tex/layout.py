"""Statements of a module in lines of at most 120 letters, as the usual formatters of Python lay them out.

A statement is broken at its outermost brackets first, and in brackets before the operators that bind least. Texts are
made of syntax trees, and say the same: brackets that change nothing are left out.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple, Union

WIDTH = 120
INDENT = 4


class Break(NamedTuple):
    """A line break where its group is broken, and elsewhere this text."""

    flat: str


class Block(NamedTuple):
    """What is indented behind its line breaks."""

    inside: Doc


class Group(NamedTuple):
    """What stands on one line if there is room for it."""

    inside: Doc


class IfBroken(NamedTuple):
    """A text that stands only where its group is broken."""

    text: str


Doc = Union[str, Break, Block, Group, IfBroken, "list[Doc]"]
SOFT, SPACE = Break(""), Break(" ")


def laid_out(statement: str, indent: int = 0) -> list[str]:
    """The lines of a statement, with so many spaces before each. Raises SyntaxError."""
    (node,) = ast.parse(statement).body
    match node:
        case ast.Assign(targets=[target], value=value):
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            return _rendered([f"{', '.join(map(ast.unparse, names))} = ", _assigned(value)], indent)
        case ast.Expr(value=ast.Yield(value=ast.expr() as value)):
            return _rendered(["yield ", _laid(value)], indent)
        case ast.Expr(value=ast.Call() as value):
            return _rendered(_laid(value), indent)
        case ast.For(target=ast.Tuple(elts=names), iter=ast.Tuple(elts=rows), body=[ast.Expr() as inner]):
            head = f"for {', '.join(map(ast.unparse, names))} in "
            body = laid_out(ast.unparse(inner), indent + INDENT)
            return [*_rendered([head, _listed("(", rows, ")"), ":"], indent), *body]
    return [" " * indent + line for line in ast.unparse(node).splitlines()]


# ---- the parts of a statement ----------------------------------------------------------------------------------------

COMPARISON, SUM, PRODUCT, NEGATIVE, POWER, ATOM = range(6)
_SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.MatMult: "@", ast.Pow: "**", ast.Eq: "==",
    ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
}  # fmt: skip


def _level(node: ast.expr) -> int:
    """How tightly its outermost operation binds."""
    match node:
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return SUM
        case ast.BinOp(op=ast.Pow()):
            return POWER
        case ast.BinOp():
            return PRODUCT
        case ast.UnaryOp():
            return NEGATIVE
        case ast.Compare() | ast.Lambda():
            return COMPARISON
    return ATOM


def _assigned(value: ast.expr) -> Doc:
    """What stands behind `name = `: in brackets of its own where it is broken and has none to be broken in."""
    of = value.operand if isinstance(value, ast.UnaryOp) else value
    if (of is not value or _level(of) == ATOM) and not _is_fluent(of):
        return _laid(value)
    return Group([IfBroken("("), Block([SOFT, _laid(value)]), SOFT, IfBroken(")")])


def _laid(node: ast.expr) -> Doc:
    match node:
        case ast.BinOp(op=ast.Pow(), left=base, right=exponent):
            first = exponent.left if isinstance(exponent, ast.BinOp) and _level(exponent) == POWER else exponent
            is_close = _level(base) == ATOM and _is_simple(base) and _is_simple(first)
            return Group([_at(base, ATOM), *(["**"] if is_close else [SPACE, "** "]), _at(exponent, NEGATIVE)])
        case ast.BinOp():
            return Group(list(_chained(node, _level(node))))
        case ast.UnaryOp(op=ast.USub(), operand=of):
            return ["-", _bracketed(of) if isinstance(of, ast.BinOp) else _at(of, NEGATIVE)]
        case ast.Compare(left=left, ops=[sign], comparators=[right]):
            return Group([_at(left, SUM), SPACE, f"{_SIGNS[type(sign)]} ", _at(right, SUM)])
        case ast.Call() | ast.Attribute() | ast.Subscript():
            return Group(list(_trailed(node, _is_fluent(node))))
        case ast.Tuple(elts=items):
            return _listed("(", items, ")")
        case ast.List(elts=items):
            return _listed("[", items, "]")
        case ast.Constant(value=str(text)):
            return quoted(text)
    return ast.unparse(node)


def quoted(text: str) -> str:
    """A text as `repr` writes it, in double quotes where it may stand in either."""
    written = repr(text)
    return written if set(text) & set("'\"") else f'"{written[1:-1]}"'


def _at(node: ast.expr, level: int) -> Doc:
    """In brackets if it binds less tightly than this."""
    return _laid(node) if _level(node) >= level else _bracketed(node)


def _bracketed(node: ast.expr) -> Doc:
    return Group(["(", Block([SOFT, _laid(node)]), SOFT, ")"])


def _chained(node: ast.expr, level: int) -> Iterator[Doc]:
    """Operands of one level, each but the first behind its operator."""
    if isinstance(node, ast.BinOp) and _level(node) == level:
        yield from _chained(node.left, level)
        yield from (SPACE, f"{_SIGNS[type(node.op)]} ", _at(node.right, level + 1))
    else:
        yield _at(node, level)


def _is_simple(node: ast.expr) -> bool:
    """Whether it stands close to the sign of a power."""
    match node:
        case ast.UnaryOp(operand=of):
            return _is_simple(of)
        case ast.Attribute(value=of):
            return _is_simple(of)
    return isinstance(node, (ast.Name, ast.Constant))


# ---- what is called, indexed or has attributes -----------------------------------------------------------------------


def _is_fluent(node: ast.expr) -> bool:
    """Whether each of its methods stands on a line of its own where it is broken: two or more behind brackets are."""
    count = 0
    while isinstance(node, (ast.Call, ast.Attribute, ast.Subscript)):
        of = node.func if isinstance(node, ast.Call) else node.value
        count += isinstance(node, ast.Attribute) and _ends_in_brackets(of)
        node = of
    return count > 1


def _ends_in_brackets(node: ast.expr) -> bool:
    return isinstance(node, (ast.Call, ast.Subscript)) or _level(node) < ATOM


def _trailed(node: ast.expr, is_fluent: bool) -> Iterator[Doc]:
    match node:
        case ast.Call(func=of, args=args, keywords=keywords):
            yield from _trailed(of, is_fluent)
            yield _called(args, keywords)
        case ast.Attribute(value=of, attr=name):
            yield from _trailed(of, is_fluent)
            yield from [SOFT] if is_fluent and _ends_in_brackets(of) else []
            yield f".{name}"
        case ast.Subscript(value=of, slice=ast.Tuple(elts=items)):
            yield from _trailed(of, is_fluent)
            yield _listed("[", items, "]")
        case ast.Subscript(value=of, slice=item):
            yield from _trailed(of, is_fluent)
            yield Group(["[", Block([SOFT, _laid(item)]), SOFT, "]"])
        case ast.Constant():
            yield _bracketed(node)
        case _:
            yield _at(node, ATOM)


def _called(args: Sequence[ast.expr], keywords: Sequence[ast.keyword]) -> Doc:
    """Arguments, all on one line of their own if there is room for them there."""
    items = [*map(_laid, args), *([f"{one.arg}=", _laid(one.value)] for one in keywords)]
    comma = [IfBroken(",")] if len(items) > 1 else []
    return Group(["(", Block([SOFT, Group([*_apart(items), *comma])]), SOFT, ")"]) if items else "()"


def _listed(opening: str, nodes: Sequence[ast.expr], closing: str) -> Doc:
    """Things in brackets, each on a line of its own where they are broken."""
    items = list(_apart([_laid(node) for node in nodes]))
    return Group([opening, Block([SOFT, *items, IfBroken(",")]), SOFT, closing])


def _apart(items: Sequence[Doc]) -> Iterator[Doc]:
    for i, item in enumerate(items):
        yield from (",", SPACE) if i else ()
        yield item


# ---- lines -----------------------------------------------------------------------------------------------------------


class _Open(NamedTuple):
    """What is still to be written, how far it is indented, and whether its group is broken."""

    doc: Doc
    indent: int
    is_broken: bool


def _rendered(doc: Doc, indent: int) -> list[str]:
    lines = [" " * indent]
    rest = [_Open(doc, indent, True)]
    while rest:
        here = rest.pop()
        match here.doc:
            case str(text):
                lines[-1] += text
            case Break(text) if not here.is_broken:
                lines[-1] += text
            case Break():
                lines.append(" " * here.indent)
            case IfBroken(text):
                lines[-1] += text * here.is_broken
            case Block(inside):
                rest.append(_Open(inside, here.indent + INDENT, here.is_broken))
            case Group(inside):
                flat = _Open(inside, here.indent, False)
                rest.append(flat if _fits(WIDTH - len(lines[-1]), flat, rest) else flat._replace(is_broken=True))
            case parts:
                rest += [_Open(part, here.indent, here.is_broken) for part in reversed(parts)]
    return [line.rstrip() for line in lines]


def _fits(room: int, first: _Open, behind: Sequence[_Open]) -> bool:
    """Whether there is room for something and for what follows it up to the next line break."""
    later = len(behind)
    rest = [first]
    while room >= 0:
        if not rest:
            if not later:
                return True
            later -= 1
            rest.append(behind[later])
        here = rest.pop()
        match here.doc:
            case str(text):
                room -= len(text)
            case Break(text) if not here.is_broken:
                room -= len(text)
            case Break():
                return True
            case IfBroken(text):
                room -= len(text) * here.is_broken
            case Block(inside) | Group(inside):
                rest.append(here._replace(doc=inside))
            case parts:
                rest += [here._replace(doc=part) for part in reversed(parts)]
    return False
