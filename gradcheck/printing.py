"""Formulas as text: NumPy source with ∂ for derivatives, and the author's names for what has one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

import sympy as sp

from gradcheck.arrays import Apply, Array, Identity, Input, Literal, Misfit, ShapeOf, Written, as_array, show_shape
from gradcheck.functions import Function

COMPARE, ADD, MULTIPLY, MATMUL, UNARY, POWER, ATOM = range(7)
"""How tightly an expression holds together: as in Python, but a reader wants brackets where @ meets *."""

_SIGNS = {
    "+": ADD,
    "-": ADD,
    "*": MULTIPLY,
    "/": MULTIPLY,
    "**": POWER,
    ">": COMPARE,
    "<": COMPARE,
    ">=": COMPARE,
    "<=": COMPARE,
}


def source(formula: Any, names: Mapping[int, str] | None = None) -> str:
    """The formula as its author wrote it. names: what nodes are called, by `id`; the formula itself is written out."""
    if isinstance(formula, tuple):
        return show_shape(formula)
    if isinstance(formula, ShapeOf):
        return f"shape({_Source(names or {}).write(formula.array, ATOM)})"
    return _Source(names or {}).expand(as_array(formula))[0]


class _Source:
    def __init__(self, names: Mapping[int, str]) -> None:
        self.names = names

    def write(self, value: Any, level: int) -> str:
        """The operand's name, or its text in brackets if it holds together less tightly than `level`."""
        name = self.names.get(id(value))
        if name:
            return name
        text, own = self.expand(as_array(value))
        return text if own >= level else f"({text})"

    def expand(self, node: Array) -> tuple[str, int]:
        if isinstance(node, Input):
            return node.name, ATOM
        if isinstance(node, Literal):
            return _literal(node)
        if isinstance(node, Apply):
            return self._apply(node.function, node.args)
        written = node.params[-1] if isinstance(node, Misfit) and node.written is None else node.written
        if isinstance(written, Written):
            return self._written(written)
        if isinstance(node, Identity):
            return f"identity({node.params[0]})", ATOM
        inner = ", ".join(self.write(arg, COMPARE) for arg in node.args)
        return f"{type(node).__name__.lower()}({inner})", ATOM

    def _apply(self, function: Function, args: tuple[Any, ...]) -> tuple[str, int]:
        if function.name == "negative":
            return f"-{self.write(args[0], UNARY)}", UNARY
        if not function.sign:
            return f"{function.name}({', '.join(self.write(arg, COMPARE) for arg in args)})", ATOM
        level = _SIGNS[function.sign]
        if function.sign == "**":
            return f"{self.write(args[0], ATOM)}**{self.write(args[1], POWER)}", POWER
        right = UNARY if level == MULTIPLY else level + 1
        left = f"{self.write(args[0], level)}"
        if function.sign == "*" and _is_matmul(args[0]) and id(args[0]) not in self.names:
            left = f"({left})"
        return f"{left} {function.sign} {self.write(args[1], right)}", level

    def _written(self, written: Written) -> tuple[str, int]:
        rule = _WORDS.get(written.word)
        if rule is not None:
            return rule(self, written)
        inner = [self.write(operand, COMPARE) for operand in _flat(written.operands)]
        inner += [str(value) for key, value in written.options if key in ("shape", "size")]
        inner += [f"{key}={value!r}" for key, value in written.options if key == "axis"]
        return f"{written.word}({', '.join(inner)})", ATOM


def _is_matmul(value: Any) -> bool:
    return isinstance(value, Array) and value.written is not None and value.written.word == "matmul"


def _flat(operands: tuple[Any, ...]) -> list[Any]:
    return [item for operand in operands for item in (operand if isinstance(operand, (tuple, list)) else (operand,))]


def _literal(node: Literal) -> tuple[str, int]:
    if node.shape:
        return f"array({', '.join(map(str, node.values))})", ATOM
    value = node.values[0]
    text = _decimal(value) if value.is_Rational else str(value)
    if value.is_Symbol or (value.is_Rational and value >= 0 and "/" not in text):
        return text, ATOM
    return text, MULTIPLY if value.is_Mul or value.is_Rational or value.is_Pow else ADD


def _decimal(value: sp.Rational) -> str:
    """A number as it was most likely written: as a decimal if it is a short one, else as a fraction."""
    short = next((k for k in range(16) if (value * 10**k).is_Integer), None)
    return str(value) if not short else f"{Decimal(int(value * 10**short)).scaleb(-short):f}"


def _matmul(out: _Source, written: Written) -> tuple[str, int]:
    left, right = written.operands
    return f"{out.write(left, MATMUL)} @ {out.write(right, UNARY)}", MATMUL


def _transpose(out: _Source, written: Written) -> tuple[str, int]:
    return f"{out.write(written.operands[0], ATOM)}.T", ATOM


def _method(out: _Source, written: Written) -> tuple[str, int]:
    options = ", ".join(f"{key}={value}" for key, value in written.options)
    return f"{out.write(written.operands[0], ATOM)}.{written.word}({options})", ATOM


def _index(out: _Source, written: Written) -> tuple[str, int]:
    item = dict(written.options)["item"]
    return f"{out.write(written.operands[0], ATOM)}[{_item(item)}]", ATOM


def _item(item: Any) -> str:
    if isinstance(item, tuple):
        return ", ".join(map(_item, item))
    if isinstance(item, slice):
        return f"{'' if item.start is None else item.start}:{'' if item.stop is None else item.stop}"
    return "..." if item is Ellipsis else str(item)


def _einsum(out: _Source, written: Written) -> tuple[str, int]:
    inner = ", ".join(out.write(operand, COMPARE) for operand in written.operands)
    return f"einsum({dict(written.options)['subscripts']!r}, {inner})", ATOM


def _reshape(out: _Source, written: Written) -> tuple[str, int]:
    sizes = written.options[0][1] if written.options else written.operands[1]
    return f"{out.write(written.operands[0], ATOM)}.reshape{show_shape(map(sp.sympify, sizes))}", ATOM


def _partial(out: _Source, written: Written) -> tuple[str, int]:
    of, by = written.operands
    return f"∂{out.write(of, ATOM)}/∂{out.write(by, ATOM)}", ATOM


def _application(out: _Source, written: Written) -> tuple[str, int]:
    function, *args = written.operands
    return out._apply(function, tuple(args))


def _sizes(out: _Source, written: Written) -> tuple[str, int]:
    value = written.options[0][1]
    inner = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return f"{written.word}({inner})", ATOM


_WORDS: dict[str, Callable[[_Source, Written], tuple[str, int]]] = {
    "matmul": _matmul,
    "T": _transpose,
    "sum": _method,
    "summed": _method,
    "trace": _method,
    "index": _index,
    "einsum": _einsum,
    "reshape": _reshape,
    "gradient": _partial,
    "jacobian": _partial,
    "apply": _application,
    "ones": _sizes,
    "basis": _sizes,
    "identity": _sizes,
}
